"""wdspxed under a real systemd: start, reload, stop, its ports, watchdog, crash, sandbox, journal."""

import contextlib
import json
import os
import re
import shutil
import signal
import time

from lab import Network, debian, dhcp, timeout, until
from lab.daemon import TREE, build
from lab.guest import UNITS, Guest
from lab.make import installed
from lab.process import run
from lab.sdk import Sdk

MAC = "52:54:00:77:00:01"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"}]
PORTS = {(4, 67), (4, 4011), (6, 4011), (6, 547)}
UNIT_FILES = [f"/usr/lib/systemd/system/{unit}" for unit in UNITS]


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment),
            net.host("client", "10.77.0.9/24", on=segment))


def ask(client, mac=MAC):
    """A DISCOVER; returns the OFFER's boot file."""
    with client.udp(68) as socket:
        socket.send(dhcp.discover(mac).encode())
        return dhcp.V4.parse(socket.receive().payload).file


@contextlib.contextmanager
def silence(client, mac=MAC):
    """A DISCOVER that nobody answers; the block waits for what shows that it was read."""
    with client.udp(68) as socket:
        socket.send(dhcp.discover(mac).encode())
        yield
        assert socket.heard() is None, f"{mac} was answered"


def scripted(guest, **settings):
    module = guest.module("scripted", os.path.join(build(), "tests/providers/scripted.so"))
    return {"name": "scripted", "module": module, "settings": {"nonblocking": 1, **settings}}


def test_starts_serves_reloads_and_stops():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        assert guest.show("ActiveState") == "active"
        assert re.fullmatch(r"1 provider, 1 interface", guest.show("StatusText"))
        assert ask(client) == "boot.0"

        before = guest.show("MainPID")
        guest.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": f"{guest.modules}/bootfile.so",
            "settings": {"boot": [{"arch": "x86-bios", "file": "other.0"}]}})
        guest.systemctl("reload", "wdspxed")
        assert ask(client) == "other.0"

        guest.write_provider("60-wrong.conf", 'name = "wrong";\nmodule = 7;\n')
        failed = guest.try_run("systemctl", "reload", "wdspxed")
        assert failed.returncode != 0
        guest.wait_journal(r"60-wrong\.conf:2: ")
        assert guest.show("ActiveState") == "active" and guest.show("MainPID") == before
        assert "the last reload failed" in guest.show("StatusText")
        assert ask(client) == "other.0"

        guest.systemctl("stop", "wdspxed")
        assert guest.show("ExecMainStatus") == "0" and guest.show("Result") == "success"
        assert "stopped: received 3" in guest.journal()
        # S23: a stop is a stop. The ports are free, and no packet starts it again.
        until(lambda: not PORTS & boot.udp_ports(), 5, "the ports are closed")
        with client.udp(68) as socket:
            socket.send(dhcp.discover(MAC).encode())
            assert socket.heard(1) is None and guest.show("ActiveState") == "inactive"
            assert not PORTS & boot.udp_ports()


def ports(guest):
    return json.loads(guest.run("wdspxectl", "status", "--json"))["ports"]


def handed_over(guest):
    return [port["handed-over"] for port in ports(guest)]


def crowd(client, n, between):
    """The clients ask, then something happens to the daemon; returns whose answers came."""
    macs = [f"52:54:00:78:00:{i:02x}" for i in range(n)]
    with client.udp(68) as socket:
        for mac in macs:
            socket.send(dhcp.discover(mac).encode())
        between()
        answered = set()
        while len(answered) < n:
            answered.add(dhcp.V4.parse(socket.receive().payload).mac)
    return answered


def test_the_ports_and_what_waits_in_them_outlive_a_crash_and_a_restart():
    # S4: systemd holds the ports; the daemon opens them once, and takes them back by name.
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        assert handed_over(guest) == [False] * 4

        def crash():
            os.kill(guest.pid(), signal.SIGKILL)

        for end in (crash, lambda: guest.systemctl("restart", "wdspxed")):
            before = guest.pid()
            os.kill(before, signal.SIGSTOP)     # so that all of them wait
            assert len(crowd(client, 50, end)) == 50
            until(lambda: guest.pid() not in (0, before), 10, "a new process", 0.1)
            until(lambda: guest.show("ActiveState") == "active", 10, "it serves", 0.1)
            assert handed_over(guest) == [True] * 4
        assert guest.show("NRestarts") == "0", "the restart has counted anew"


def test_a_port_that_is_switched_off_is_given_up_at_the_restart():
    # S4: `listen` alone says which ports there are; one that was kept is let go.
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        guest.write_config({"listen": {"dhcp": False, "dhcpv6": False}})
        guest.systemctl("restart", "wdspxed")
        assert [port["port"] for port in ports(guest)] == [4011, 4011]
        until(lambda: PORTS & boot.udp_ports() == {(4, 4011), (6, 4011)}, 5, "67 and 547 are free")
        boot.udp(67).close()                    # a lease server may have it
        guest.write_config()
        guest.systemctl("restart", "wdspxed")
        assert handed_over(guest) == [False, True, True, False]
        assert ask(client) == "boot.0"


def test_a_socket_unit_of_the_admins_own_starts_it():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES, ("mine.socket",))
        with open(os.path.join(guest.usr, "lib/systemd/system/mine.socket"), "w",
                  encoding="ascii") as file:
            file.write("[Socket]\nService=wdspxed.service\nListenDatagram=0.0.0.0:67\n"
                       "PassPacketInfo=yes\nBroadcast=yes\n")
        guest.boot()
        assert guest.show("ActiveState") == "inactive"
        assert ask(client) == "boot.0"
        assert handed_over(guest) == [True, False, False, False]
        guest.systemctl("restart", "wdspxed")
        assert handed_over(guest) == [True] * 4 and ask(client, "52:54:00:77:00:02") == "boot.0"
        guest.systemctl("stop", "wdspxed", "mine.socket")
        until(lambda: not PORTS & boot.udp_ports(), 5, "the ports are closed")


def test_4011_alone_beside_a_server_on_67():
    with Network() as net:
        boot, client = lan(net)
        holder = boot.udp(67)
        guest = Guest(boot, ENTRIES, config={"listen": {"dhcp": False, "dhcpv6": False}}).boot()
        with client.udp(4011) as socket:
            request = dhcp.client4(dhcp.REQUEST, MAC, ciaddr="10.77.0.9")
            socket.send(request.encode(), "10.77.0.2", 4011)
            answer = dhcp.V4.parse(socket.receive().payload)
        assert answer.type == dhcp.ACK and answer.file == "boot.0"
        holder.close()
        assert guest.show("ActiveState") == "active"


def fails_to_start(guest):
    """Starts the service, in vain; returns the seconds from then to the end of that process. systemd soon
    starts the next one, so the journal is asked."""
    def told(words):
        entries = map(json.loads, guest.journal("-o", "json", "-u", "wdspxed.service", "_PID=1").splitlines())
        return [int(entry["__MONOTONIC_TIMESTAMP"]) for entry in entries if words in entry["MESSAGE"]]

    before = len(told("Main process exited"))
    assert guest.try_run("systemctl", "start", "wdspxed").returncode != 0
    ended = until(lambda: told("Main process exited")[before:], 10, "the journal tells its end")[0]
    return (ended - max(at for at in told("Starting ") if at < ended)) / 1e6


def test_port_67_in_use_says_so_and_heals_by_itself():
    # S8: what may heal by itself is tried again, but not many times a second.
    with Network() as net:
        boot, client = lan(net)
        holder = boot.udp(67)
        guest = Guest(boot, ENTRIES, ()).boot()
        assert fails_to_start(guest) >= 5
        guest.wait_journal(r"UDP port 67 is in use.*listen\.dhcp = false")
        until(lambda: "UDP port 67 is in use" in guest.show("StatusText"), 10, "the status says it")
        assert guest.show("ExecMainStatus") in ("0", "1")       # 0: of the one that waits now
        holder.close()
        until(lambda: guest.show("ActiveState") == "active", 20, "it is tried again")
        assert ask(client) == "boot.0"


def test_a_mistake_in_a_file_is_not_tried_again():
    # S8: status 78, and systemd leaves it; the file is mended, and a start is enough.
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        good = {"name": "bootfile", "module": f"{guest.modules}/bootfile.so", "critical": True,
                "settings": {"boot": ENTRIES}}
        mistakes = (
            ({"threads": 1000000}, good, r"wdspxed\.conf:1: .*threads"),
            ({}, "name = 7;\n", r"50-bootfile\.conf:1: .*name"),
            ({}, {**good, "module": "/usr/lib/nothing.so"}, r"nothing\.so"),
            ({}, {**good, "settings": {"boot": [{"fill": "x"}]}}, r"50-bootfile\.conf:\d+: .*fill"))
        for config, provider, said in mistakes:
            guest.write_config(config)
            guest.write_provider("50-bootfile.conf", provider)
            assert guest.try_run("systemctl", "restart", "wdspxed").returncode != 0, said
            assert guest.show("ExecMainStatus") == "78", said
            assert guest.show("ActiveState") == "failed" and guest.show("NRestarts") == "0", said
            assert re.search(said, guest.show("StatusText")), guest.show("StatusText")
            until(lambda: not PORTS & boot.udp_ports(), 5, "the ports are closed")
            tried = guest.try_run("wdspxed", "-t")
            assert tried.returncode == 78 and re.search(said, tried.stderr), tried
        guest.write_config()
        guest.write_provider("50-bootfile.conf", good)
        guest.systemctl("start", "wdspxed")
        assert ask(client) == "boot.0"


def test_a_file_that_the_service_may_not_read_names_its_user():
    # What root has written for itself alone, -t as root can read; the service cannot.
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        for name in ("providers.d/50-bootfile.conf", "wdspxed.conf"):
            path = os.path.join(guest.etc, name)
            os.chmod(path, 0o600)
            assert guest.try_run("systemctl", "reload", "wdspxed").returncode != 0
            guest.wait_journal(rf"{name}: cannot read it: Permission denied to user wdspxe \[W0101\]$")
            os.chmod(path, 0o644)
        assert ask(client) == "boot.0"


def test_a_client_on_an_interface_that_is_not_served_finds_its_line():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES, config={"listen": {"interfaces": ["eth7"]}}).boot()
        mac = "52:54:00:77:00:07"
        with client.udp(68) as socket:
            socket.send(dhcp.discover(mac).encode())
        until(lambda: "eth0, which is not served" in guest.journal(f"PXE_MAC={mac}"), 10,
              "the line by PXE_MAC", 0.2)


def test_what_initialize_returns_decides_whether_it_is_tried_again():
    # S8: a critical provider that calls its settings wrong is a mistake in a file; any other error
    # may be gone tomorrow, as when no provider at all could be initialised.
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        first = scripted(guest)
        guest.boot()
        for code in (13, 87, 1610):
            guest.write_provider("10-first.conf", {
                **first, "critical": True, "settings": {"initialize": code}})
            assert guest.try_run("systemctl", "restart", "wdspxed").returncode != 0
            assert guest.show("ExecMainStatus") == "78", code
            assert guest.show("ActiveState") == "failed", code
            assert guest.try_run("wdspxed", "-t").returncode == 78, code
        guest.write_provider("10-first.conf", {
            **first, "critical": True, "settings": {"initialize": 1450}})
        assert guest.try_run("wdspxed", "-t").returncode == 1
        assert fails_to_start(guest) >= 5
        until(lambda: "returned error 1450" in guest.show("StatusText"), 10, "the status says it")
        guest.write_provider("10-first.conf", {**first, "settings": {"initialize": 1450}})
        until(lambda: guest.show("ActiveState") == "active", 20, "one of two is enough")
        assert ask(client) == "boot.0"


def test_a_hanging_loop_is_named_killed_and_comes_back():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        guest.drop_in("wdspxed.service", "[Service]\nWatchdogSec=3s\n")
        guest.write_provider("10-spin.conf", scripted(guest, spin=1))
        guest.boot()
        first = guest.show("MainPID")
        with silence(client):
            guest.wait_journal(r"scripted: PxeProviderRecvRequest has not returned for .* s on the "
                               rf"main loop.*{MAC}")
        assert guest.show("MainPID") == first, "the name must come before the watchdog"
        os.unlink(os.path.join(guest.etc, "providers.d/10-spin.conf"))
        guest.wait_journal(r"crashed by SIGABRT: in provider scripted, PxeProviderRecvRequest, "
                           rf"client {MAC}")
        until(lambda: guest.show("MainPID") not in (first, "0"), 10, "a new process", 0.1)
        assert guest.show("NRestarts") == "1"
        assert ask(client, "52:54:00:77:00:02") == "boot.0"


def test_systemd_waits_as_long_as_the_grace_is():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES, config={"stop-grace": 4.0})
        guest.drop_in("wdspxed.service", "[Service]\nTimeoutStopSec=2s\n")
        guest.write_provider("10-never.conf", scripted(guest, action="pending", complete="never"))
        guest.boot()
        with silence(client):
            until(lambda: json.loads(guest.run("wdspxectl", "status", "--json"))["pending"] == 1, 10,
                  "the request is under way")
            guest.systemctl("stop", "wdspxed")
            assert guest.show("Result") == "success" and guest.show("ExecMainStatus") == "0"
            guest.wait_journal(r"stopped: received 1.*aborted 1")


def test_a_crash_names_the_provider_and_the_request():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        guest.write_provider("10-crash.conf", scripted(guest, crash=1))
        guest.boot()
        with silence(client):
            guest.wait_journal(r"crashed by SIGSEGV: in provider scripted, PxeProviderRecvRequest, "
                               rf"client {MAC}, transaction 0x[0-9a-f]{{8}}")
        os.unlink(os.path.join(guest.etc, "providers.d/10-crash.conf"))
        until(lambda: guest.show("NRestarts") != "0" and guest.show("ActiveState") == "active",
              10, "the restart", 0.1)
        guest.systemctl("restart", "wdspxed")
        assert ask(client, "52:54:00:77:00:02") == "boot.0"


def test_a_provider_that_ends_the_process_ends_no_service():
    """Not even with status 0, which says that all is well."""
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        module = guest.module("rogue", os.path.join(build(), "tests/providers/rogue.so"))
        guest.boot()
        for number, does in enumerate(("_exit", "exit", "thread-exit")):
            guest.write_provider("10-rogue.conf", {
                "name": "rogue", "module": module,
                "settings": {"in": "request", "does": does, "nonblocking": 1}})
            guest.systemctl("restart", "wdspxed")
            first = guest.show("MainPID")
            with silence(client, f"52:54:00:77:01:0{number}"):
                until(lambda: guest.show("MainPID") not in (first, "0"), 10, "a new process", 0.1)
            os.unlink(os.path.join(guest.etc, "providers.d/10-rogue.conf"))
            guest.systemctl("restart", "wdspxed")
            assert ask(client, f"52:54:00:77:02:0{number}") == "boot.0"
        guest.systemctl("stop", "wdspxed")
        time.sleep(1)  # four times as long as a restart takes
        assert guest.show("ActiveState") == "inactive" and guest.show("MainPID") == "0"


def test_new_code_is_tried_and_loaded_inside_the_sandbox():
    """S10, D1: a crash in the trial leaves the service as it was; a good module comes from its copy
    in the state directory."""
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        rogue = {"name": "rogue", "module": guest.module("rogue", os.path.join(
            build(), "tests/providers/rogue.so"))}
        guest.boot()
        guest.write_provider("10-rogue.conf", {**rogue, "settings": {"in": "initialize", "does": "fall"}})
        failed = guest.try_run("systemctl", "reload", "wdspxed")
        assert failed.returncode != 0
        guest.wait_journal(r"the reload failed, nothing has changed: .*failed a trial run: crashed by SIGSEGV: "
                           r"in provider rogue, PxeProviderInitialize; at rogue\.so\+0x")
        guest.write_provider("10-rogue.conf", {**rogue, "settings": {"in": "", "does": ""}})
        guest.systemctl("reload", "wdspxed")
        assert ask(client) == "boot.0" and guest.show("NRestarts") == "0"
        maps = guest.run("cat", f"/proc/{guest.show('MainPID')}/maps")
        assert re.search(r"/var/lib/(private/)?wdspxed/modules/\d+/rogue\.so", maps), maps
        assert "memfd:" not in maps, maps


def settled(guest):
    """A guest with a provider that writes a setting of its own when it is told to, and its file."""
    provider = scripted(guest, action="nbp", file="admin.0", control=0, write="file program.0")
    guest.write_provider("10-scripted.conf", provider)
    return provider, os.path.join(guest.etc, "providers.d/10-scripted.conf")


def test_a_provider_writes_its_settings_inside_the_sandbox():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        _, path = settled(guest)
        with open(path, encoding="utf-8") as file:
            before = file.read()
        guest.boot()
        assert ask(client) == "admin.0"
        guest.run("wdspxectl", "control", "scripted", "200")
        overlay = "/var/lib/wdspxed/registry/scripted.conf"
        assert guest.run("stat", "-c", "%U %a", overlay) == "wdspxe 644\n"
        assert guest.run("cat", overlay).startswith("# wdspxed-registry 1\n")
        with open(path, encoding="utf-8") as file:
            assert file.read() == before
        listed = guest.run("wdspxectl", "list", "--settings")
        assert re.search(rf'^  file = "program.0"  \({overlay}:\d+, written by a program\)$', listed,
                         re.M), listed
        assert re.search(r'^  action = "nbp"  \(/etc/wdspxed/providers.d/10-scripted.conf:\d+\)$',
                         listed, re.M), listed
        guest.run("wdspxed", "-t")              # root takes it as the daemon does
        # What it wrote is for it to read, as any change is: at the next reload, and ever after.
        guest.systemctl("reload", "wdspxed")
        assert ask(client, "52:54:00:77:00:02") == "program.0"
        guest.systemctl("restart", "wdspxed")
        assert ask(client, "52:54:00:77:00:03") == "program.0"
        # Root's hand in it does not lock the daemon out.
        guest.run("wdspxectl", "unregister", "scripted")
        assert guest.try_run("test", "-e", overlay).returncode != 0


def test_the_administrators_later_edit_wins_over_what_a_provider_wrote():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        provider, path = settled(guest)
        guest.boot()
        guest.run("wdspxectl", "control", "scripted", "200")
        provider["settings"]["file"] = "later.0"
        guest.write_provider("10-scripted.conf", provider)
        with open(path, encoding="utf-8") as file:
            line = 1 + next(n for n, text in enumerate(file) if "later.0" in text)
        # A reload that fails drops nothing.
        guest.write_provider("60-wrong.conf", "name = 5;")
        assert guest.try_run("systemctl", "reload", "wdspxed").returncode != 0
        assert "had set it" not in guest.journal()
        os.unlink(os.path.join(guest.etc, "providers.d/60-wrong.conf"))
        guest.systemctl("reload", "wdspxed")
        assert ask(client) == "later.0"
        guest.wait_journal(rf"^/etc/wdspxed/providers.d/10-scripted.conf:{line}: settings.file was "
                           r"changed here after a program had set it")
        # It was dropped: his first value does not bring it back.
        provider["settings"]["file"] = "admin.0"
        guest.write_provider("10-scripted.conf", provider)
        guest.systemctl("reload", "wdspxed")
        assert ask(client, "52:54:00:77:00:02") == "admin.0"
        assert guest.journal().count("had set it") == 1
        # A file of a version to come is named, and left as it is.
        guest.run("sh", "-c", "echo '# wdspxed-registry 2' > /var/lib/wdspxed/registry/scripted.conf")
        assert guest.try_run("systemctl", "reload", "wdspxed").returncode != 0
        guest.wait_journal(r"scripted.conf:1: its format is wdspxed-registry 2, and this version")
        assert guest.run("cat", "/var/lib/wdspxed/registry/scripted.conf") == "# wdspxed-registry 2\n"
        assert ask(client, "52:54:00:77:00:03") == "admin.0"


def test_the_sandbox_as_the_kernel_shows_it():
    with Network() as net:
        boot, _client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        status = guest.status()
        bind_only = f"{1 << 10:016x}"
        for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert status[kind] == bind_only, (kind, status[kind])
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", status
        assert all(number != "0" for number in status["Uid"].split()), status["Uid"]
        assert all(number != "0" for number in status["Gid"].split()), status["Gid"]
        guest.run("systemd-analyze", "verify", "--man=no", *UNIT_FILES)


def test_a_pause_ends_with_the_service_and_not_with_a_restart():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        guest.run("wdspxectl", "control", "bootfile", "pause")
        guest.systemctl("restart", "wdspxed")   # what an upgrade does
        assert "1 paused" in guest.show("StatusText"), guest.show("StatusText")
        with silence(client):
            guest.wait_journal(rf"{MAC} .*paused")
        guest.systemctl("stop", "wdspxed")
        guest.systemctl("start", "wdspxed")
        assert "paused" not in guest.show("StatusText") and ask(client) == "boot.0"


def test_a_state_directory_of_ones_own():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES, config={"state-dir": "/srv/deploy"})
        guest.drop_in("wdspxed.service", "[Service]\nReadWritePaths=-/srv/deploy\n")
        guest.boot()        # it is not there: told, and served all the same
        guest.wait_journal(r"cannot save the DUID in /srv/deploy/duid: Read-only file system; state-dir "
                           r"must belong to the service's user, and be in ReadWritePaths= of its unit$")
        assert ask(client) == "boot.0"
        guest.run("sh", "-c", "mkdir -p /srv/deploy && chown wdspxe: /srv/deploy")
        told = guest.journal().count("cannot save")
        guest.systemctl("restart", "wdspxed")
        assert ask(client, "52:54:00:77:00:02") == "boot.0"
        assert guest.journal().count("cannot save") == told
        assert sorted(guest.run("ls", "/srv/deploy").split()) == ["duid", "modules"]


def test_no_unit_is_more_exposed_than_promised():
    folder = os.path.join(installed(), "usr/lib/systemd/system")
    units = sorted(name for name in os.listdir(folder) if name.endswith(".service"))
    assert {"wdspxed.service", "wdspxed-tftp.service"} <= set(units), units
    for name in units:
        run("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15",
            os.path.join(folder, name))


def test_the_tftp_server_in_its_sandbox():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        shutil.copy(os.path.join(TREE, "conf/tftp.conf"), guest.etc)
        shutil.copy(os.path.join(TREE, "conf/serve.sh"), os.path.join(guest.usr, "share"))
        guest.boot()
        guest.run("sh", "-c", "mkdir -p /srv/tftp && echo it is here > /srv/tftp/boot.0")
        guest.systemctl("start", "wdspxed-tftp")
        until(lambda: (4, 69) in boot.udp_ports(), 20, "the port is open")
        assert debian.tftp_reads(client, "boot.0"), guest.journal("-u", "wdspxed-tftp")
        assert not debian.tftp_reads(client, "absent")
        # `make run` beside it names the unit that has the port.
        refused = guest.try_run("sh", "/usr/share/serve.sh", "build")
        assert refused.returncode == 1, refused
        assert "Stop that program (systemctl stop wdspxed-tftp), or use it" in refused.stderr, refused
        guest.systemctl("stop", "wdspxed-tftp")
        assert guest.show("Result", "wdspxed-tftp") == "success", guest.journal("-u", "wdspxed-tftp")


def windows_events(guest):
    """The journal's entries of the source that late.c registers: (priority, what, of which unit)."""
    lines = guest.journal("-o", "json", "-t", "Late Provider").splitlines()
    return [(int(e["PRIORITY"]), e["MESSAGE"], e["_SYSTEMD_UNIT"]) for e in map(json.loads, lines)]


@timeout(300)  # it may be the one that builds what is to be installed
def test_the_journal_tells_one_machines_story():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES + [{"arch": "x64-uefi", "file": "boot.efi"}])
        late = guest.module("late", Sdk(net).provider("gcc", "late.c"))
        guest.boot()
        assert ask(client) == "boot.0"
        other = "52:54:00:77:00:07"
        with client.udp(68) as socket:
            socket.send(dhcp.discover(other, 7).encode())
            socket.receive()
            socket.send(dhcp.discover("52:54:00:77:00:08", 11).encode())
        with client.udp(4011) as socket:
            socket.send(dhcp.client4(dhcp.REQUEST, other, 7, ciaddr="10.77.0.9").encode(),
                        "10.77.0.2", 4011)
            socket.receive()

        def story(*match):
            text = guest.journal("-o", "json", *match)
            return [json.loads(line) for line in text.splitlines()]

        lines = until(lambda: len(story(f"PXE_MAC={other}")) == 2 and story(f"PXE_MAC={other}"), 10,
                      "two lines about one machine", 0.2)
        offer, ack = lines
        for line in lines:
            assert line["PXE_ARCH"] == "x64-uefi" and line["PXE_PROVIDER"] == "bootfile", line
            assert line["PXE_ACTION"] == "answered" and line["PXE_INTERFACE"] == "eth0", line
            assert line["PXE_SERVER"] == "10.77.0.2" and line["PRIORITY"] == "6", line
            assert re.fullmatch(r"[0-9a-f-]{36}", line["PXE_UUID"]), line
            assert re.fullmatch(r"0x[0-9a-f]{8}", line["PXE_XID"]), line
        assert (offer["PXE_PORT"], offer["PXE_REPLY"]) == ("67", "OFFER"), offer
        assert (ack["PXE_PORT"], ack["PXE_REPLY"], ack["PXE_FILE"]) == ("4011", "ACK", "boot.efi")
        took = [int(line["PXE_MICROSECONDS"]) for line in lines]
        assert any(us % 1000 for us in took), took  # C8: they were milliseconds, times 1,000
        nobody = story("PXE_ACTION=rejected")
        assert [line["PXE_ARCH"] for line in nobody] == ["arm64-uefi"], nobody
        assert nobody[0]["PXE_REASON"] == "no entry for arm64-uefi", nobody
        assert re.fullmatch(r"/etc/wdspxed/providers\.d/50-bootfile\.conf:\d+", nobody[0]["PXE_ENTRY"])

        # ReportEvent: under the source's name, with its type's priority, as the unit's.
        reported = []
        for settings, entry in (({}, (4, "has no File, and offers late.0")),
                                ({"File": "x" * 200}, (3, "cannot read File"))):
            guest.write_provider("90-late.conf", {"name": "late", "module": late, "try": False,
                                                  "settings": settings})
            guest.systemctl("reload", "wdspxed")
            reported += [entry, (6, "begins")]
            events = until(lambda: len(windows_events(guest)) == len(reported) and
                           windows_events(guest), 10, f"{len(reported)} events", 0.2)
            assert events == [(*event, "wdspxed.service") for event in reported], events


def test_the_operators_socket_is_for_root_and_the_group():
    with Network() as net:
        boot, _client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        group = guest.run("getent", "group", "wdspxe").split(":")[2]

        def status(*who):
            return guest.try_run("setpriv", *who, "/usr/sbin/wdspxectl", "status")

        assert status("--reuid=1", f"--regid={group}", "--clear-groups").returncode == 0
        assert status("--reuid=1", "--regid=1", f"--groups=1,{group}").returncode == 0
        denied = status("--reuid=1", "--regid=1", "--clear-groups")
        assert denied.returncode == 1 and "permission denied" in denied.stderr, denied
        guest.systemctl("stop", "wdspxed")
        assert guest.try_run("wdspxectl", "status").returncode == 3
        assert guest.try_run("wdspxectl", "stattus").returncode == 2


def test_the_status_socket_only_reads_and_is_for_its_own_group():
    with Network() as net:
        boot, _client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        group = guest.run("getent", "group", "wdspxe-status").split(":")[2]
        assert guest.run("stat", "-c", "%a", "/run/wdspxed/status").strip() == "660"

        def ctl(*arguments, groups=("--groups", f"1,{group}")):
            return guest.try_run("setpriv", "--reuid=1", "--regid=1", *groups,
                                 "/usr/sbin/wdspxectl", *arguments)

        for command in ("status", "list", "metrics"):
            done = ctl(command)  # finds the socket that it may use by itself
            assert done.returncode == 0 and not done.stderr, done
        refused = ctl("reload")
        assert refused.returncode == 1, refused
        assert "control: permission denied; run as root or as a member of the group wdspxe\n" in \
            refused.stderr, refused
        refused = ctl("-s", "/run/wdspxed/status", "control", "bootfile", "pause")
        assert refused.returncode == 1 and "control needs the control socket" in refused.stderr, refused
        stranger = ctl("status", groups=["--clear-groups"])
        assert stranger.returncode == 1, stranger
        assert "a member of the group wdspxe or wdspxe-status" in stranger.stderr, stranger
        # Whatever the file's mode is, the peer's credentials decide.
        guest.run("chmod", "666", "/run/wdspxed/status")
        stranger = ctl("-s", "/run/wdspxed/status", "status", groups=["--clear-groups"])
        assert stranger.returncode == 1, stranger
        assert "permission denied; run as root or as a member of the group wdspxe-status" in \
            stranger.stderr, stranger


def test_another_control_socket_is_found_by_reload_too():
    with Network() as net:
        boot, _client = lan(net)
        guest = Guest(boot, ENTRIES, config={"control-socket": "/run/wdspxed/other"}).boot()
        assert json.loads(guest.run("wdspxectl", "status", "--json"))["ok"]
        guest.systemctl("reload", "wdspxed")
        assert guest.try_run("wdspxectl", "-s", "/run/wdspxed/control", "status").returncode == 3


def test_register_by_wdspxectl_then_reload():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES)
        path = scripted(guest)["module"]
        guest.boot()
        guest.run("wdspxectl", "register", "First", path, "--index", "0")
        assert guest.try_run("wdspxectl", "register", "FIRST", path).returncode == 1
        names = [p["name"] for p in json.loads(guest.run("wdspxectl", "list", "--json"))["providers"]]
        assert names == ["bootfile"], "a registration changes nothing before the reload"
        guest.systemctl("reload", "wdspxed")
        names = [p["name"] for p in json.loads(guest.run("wdspxectl", "list", "--json"))["providers"]]
        assert names == ["First", "bootfile"], names
        assert ask(client) == "boot.0"  # its default action is to reject
        guest.run("wdspxectl", "unregister", "First")
        guest.run("wdspxectl", "reload")
        assert "First" not in guest.run("wdspxectl", "list")


def test_the_manuals_drop_ins_as_they_stand():
    # S24: each example, pasted into `systemctl edit wdspxed`, leaves a service that starts.
    with open(os.path.join(TREE, "man/wdspxed.8"), encoding="utf-8") as file:
        examples = re.findall(r"^\[Service\]\n.*?(?=^\.Ed)", file.read(), re.M | re.S)
    assert len(examples) >= 3, examples
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, ENTRIES).boot()
        for i, example in enumerate(examples):
            guest.run("mkdir", "-p", "/run/systemd/system/wdspxed.service.d")
            guest.run("sh", "-c", "printf %s \"$1\" >/run/systemd/system/wdspxed.service.d/x.conf",
                      "sh", example)
            guest.systemctl("daemon-reload")
            guest.systemctl("restart", "wdspxed")
            assert ask(client, f"52:54:00:77:00:1{i}") == "boot.0", example
