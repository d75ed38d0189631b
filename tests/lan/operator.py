"""What the operator sees: -t, -V, errors with file and line, the log, wdspxectl, a hostile client."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

from lab import LabError, Network, dhcp
from lab.daemon import Daemon, build
from lab.flood import Flood
from lab.pace import Ending
from lab.process import ended, run, until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"}]


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", on=segment),
            net.host("client", "10.77.0.9/24", on=segment))


def check(daemon, status):
    """wdspxed -t on its configuration must end with this status; returns what it said."""
    process = daemon.host.start([daemon.program, "-c", daemon.conf, "-t"], "wdspxed-t")
    assert process.wait(20) == status, process.text()
    return process.text()


def scripted(daemon, **settings):
    return {"name": "scripted", "settings": {"nonblocking": 1, **settings},
            "module": daemon.module("scripted", os.path.join(build(), "tests/providers/scripted.so"))}


def test_check_option_loads_initialises_and_opens_nothing():
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES)
        log = os.path.join(daemon.folder, "scripted.log")
        daemon.write_provider("10-scripted.conf", scripted(daemon, log=log))
        holders = [boot.udp(67), boot.udp(4011)]  # in use: -t opens none
        last = check(daemon, 0).splitlines()[-1]  # C7: the result, not the steps
        assert last == f"{daemon.conf}: configuration OK: 2 providers, 1 entry; would listen on eth0: " \
                       "UDP 67 4011 547", last
        with open(log, encoding="utf-8") as file:
            calls = file.read()
        assert re.search("initialize", calls, re.I) and re.search("shutdown", calls, re.I), calls
        for holder in holders:
            holder.close()
        daemon.write_provider("20-wrong.conf", 'name = "wrong";\nmodule = "/x.so";\ncolour = 1;\n')
        assert re.search(r"20-wrong\.conf:3: .*colour", check(daemon, 78))
        daemon.write_provider("20-wrong.conf", {
            "name": "wrong", "module": os.path.join(daemon.modules, "bootfile.so"),
            "settings": {"boot": [{"arch": "x86-bios", "fill": "a"}]}})
        said = check(daemon, 78)
        assert re.search(r"20-wrong\.conf:\d+: .*fill", said), said
        os.unlink(os.path.join(daemon.providers_dir, "20-wrong.conf"))
        daemon.write_config({"listen": {"port": 67}})
        assert re.search(r"wdspxed\.conf:\d+: .*listen\.port", check(daemon, 78))


def test_help_fits_a_terminal():
    """80 columns, and each option stays in one piece."""
    ctl = os.path.join(build(), "wdspxectl")
    whole = subprocess.run([ctl, "--help"], capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  ([a-z]+)", whole, re.M)
    assert len(commands) >= 18 and "explain" in commands, commands
    others = [os.path.join(build(), name)
              for name in ("wdspxed", "wdspxed-ear", "wdspxed-fetch", "wdspxed-provider")]
    for argv in (*([ctl, command] for command in commands), *([other] for other in others), [ctl]):
        done = subprocess.run([*argv, "--help"], capture_output=True, text=True, check=False)
        text = done.stdout + done.stderr
        assert "usage: " in text and all(len(line) <= 80 for line in text.splitlines()), text
        assert not re.search(r"\[[^\]\n]*$|-w$", text, re.M), text
    assert "[--assume NAME=VERDICT]" in whole and " -w FILE " in whole, whole


def test_help_and_version_of_each_program():
    # C13: what every program understands, and says in its usage.
    for name in ("wdspxed", "wdspxectl", "wdspxed-fetch"):
        program = os.path.join(build(), name)
        for option in ("-V", "--version"):
            assert re.fullmatch(rf"{name} \d[0-9.]*\n", run(program, option))
        for option in ("-h", "--help"):
            said = run(program, option)
            assert said.startswith(f"usage: {name} ") and "--version" in said, said


def test_what_a_full_disk_does_not_take_is_told():
    """`wdspxectl metrics >new && mv new old` must not put half a file in the place of a whole one."""
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        ctl = [os.path.join(build(), "wdspxectl"), "-s", daemon.control]
        daemon_t = [daemon.program, "-c", daemon.conf]

        def into_a_full_disk(*argv):
            return boot.start(["sh", "-c", 'exec "$@" >/dev/full', "sh", *argv], "full")

        streams = [into_a_full_disk(*ctl, *words)
                   for words in (["watch"], ["--json", "watch"], ["log", "--follow"])]
        for argv in (*([*ctl, *words] for words in (
                ["list"], ["status"], ["clients"], ["metrics"], ["malformed"], ["why"], ["bundle"],
                ["--json", "status"], ["explain", "--mac", "52:54:00:77:00:01", "--arch", "7"],
                ["--help"], ["--version"])),
                *([*daemon_t, *words] for words in (["-t"], ["-T"], ["--help"], ["--version"]))):
            full = into_a_full_disk(*argv)
            assert full.wait(20) == 1, (argv, full.text())
            assert re.fullmatch(r"wdspxe\w+: standard output: (No space left on device|not all of it could be "
                                r"written)", full.text().splitlines()[-1]), (argv, full.text())

        def all_have_ended():
            with client.udp(68) as udp:
                udp.send(dhcp.discover("52:54:00:77:00:01").encode())
            return all(stream.returncode is not None for stream in streams)
        until(all_have_ended, 20, "what is shown as it comes ends", 0.3)
        for stream in streams:
            assert stream.returncode == 1 and "standard output: " in stream.text(), stream.text()
        # Nobody reads any more: that is no mistake to tell of.
        head = boot.start(["sh", "-c", '"$@" | head -1', "sh", *daemon_t, "-T"], "head")
        assert head.wait(20) == 0 and "standard output" not in head.text(), head.text()
        daemon.stop()


def test_refuses_to_start_and_says_why():
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, providers={})
        status, said = daemon.start_and_fail()
        assert status == 78 and "contains no enabled provider, so no client would be answered: " \
            "put a file there, such as 50-bootfile.conf" in said, said
        for name in ("50-bootfile.conf.dpkg-new", "bootfile.txt", ".50-a.conf.swp"):
            daemon.write_provider(name, scripted(daemon))
        daemon.write_provider("60-c.conf", {**scripted(daemon), "name": "c", "enabled": False})
        said = check(daemon, 78)
        assert re.search(r"answered; only names that end in \.conf count, unlike "
                         r"(50-bootfile\.conf\.dpkg-new, bootfile\.txt|"
                         r"bootfile\.txt, 50-bootfile\.conf\.dpkg-new); "
                         r"enabled = false in 60-c\.conf", said), said
        daemon.write_provider("10-a.conf", scripted(daemon, initialize=5))
        status, said = daemon.start_and_fail()
        assert status == 1, "S8: it may start tomorrow"
        assert "10-a.conf" in said and "no provider could be started" in said, said
        daemon.write_config({"trace-mask": [], "log-level": "error"})
        said = daemon.start_and_fail()[1]  # whatever is logged of its trace, this is the reason
        assert re.search(r"10-a\.conf: .*returned error 5 \(ERROR_ACCESS_DENIED\): told to fail with 5",
                         said), said
        assert "scripted: told" not in said, said
        daemon.write_config()
        daemon.write_provider("20-b.conf", {**scripted(daemon), "name": "b"})
        daemon.start()  # one of two is enough
        daemon.wait_log(r"10-a\.conf: .*provider disabled")
        states = [p["state"] for p in json.loads(daemon.ctl("list", "--json"))["providers"]]
        assert states == ["failed", "running"], states
        daemon.stop()
        daemon.write_provider("10-a.conf", {**scripted(daemon, initialize=5), "critical": True})
        assert "the provider is critical" in daemon.start_and_fail()[1]
        os.unlink(os.path.join(daemon.providers_dir, "10-a.conf"))
        holder = boot.udp(67)
        assert re.search(r"UDP port 67 is in use.*listen\.dhcp = false.*option 60",
                         daemon.start_and_fail()[1])
        # One that has both ports, such as dnsmasq, is found out at one start.
        other = boot.udp(547, family=6)
        said = daemon.start_and_fail()[1]
        assert re.search(r"UDP port 547 over IPv6 is in use.*listen\.dhcpv6 = false", said), said
        assert said.count("is in use") == 2, said
        holder.close()
        other.close()


def test_lines_and_diagnostics():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        with client.udp(68) as udp:
            udp.send(dhcp.discover(MAC % 1).encode())
            udp.receive()
            udp.send(dhcp.discover(MAC % 2, 11).encode())
            udp.send(dhcp.discover(MAC % 3, 4242).encode())
            udp.send(dhcp.discover(MAC % 4, vendor_class=None).encode())
            lease = dhcp.client4(dhcp.REQUEST, MAC % 5)
            udp.send(lease.set(54, dhcp.ip4("10.77.0.2")).encode())
        daemon.wait_log(rf"{MAC % 1} x86-bios on eth0 port 67 .*: answered: OFFER .*file boot\.0")
        daemon.wait_log(rf"{MAC % 2} arm64-uefi on eth0 .*rejected: no entry for "
                        r"arm64-uefi \(bootfile, nearest: 50-bootfile\.conf:\d+\)")
        daemon.wait_log(rf"{MAC % 3} arch-4242 on eth0: client of unknown architecture 4242")
        daemon.wait_log(rf"{MAC % 5} .*on eth0 asks 10\.77\.0\.2, which is this host")
        log = daemon.stop()
        assert MAC % 4 not in log, "a client that does not boot is no line at the default level"


def test_a_flood_does_not_flood_the_log():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=[{"mac": "02:46:*", "file": "x"}]).start()
        began = time.monotonic()
        flood = Flood(client, rate=3000)
        daemon.wait_log(r"(?s)(answered: \d{3,} more in one second.*){3}")  # S22: while it lasts
        counts = flood.finish()
        seconds = time.monotonic() - began + 2  # as many of the clock's seconds may be touched

        def told():
            log = daemon.log()
            lines = len(re.findall(r": answered: OFFER", log))
            return lines, lines + sum(int(n) for n in
                                      re.findall(r"answered: (\d+) more in one second", log))

        until(lambda: told()[1] == counts["sent"], 10, "each is a line, or in the sum of its second")
        assert counts["lost"] == 0 and 100 <= told()[0] <= 100 * seconds, (counts, told(), seconds)
        daemon.stop()


def test_wdspxectl():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES)
        daemon.write_provider("10-scripted.conf", scripted(daemon, control=0))
        daemon.start()
        with client.udp(68) as udp:
            udp.send(dhcp.discover(MAC % 1).encode())
            udp.receive()
        listed = json.loads(daemon.ctl("list", "--json"))["providers"]
        assert [(p["index"], p["name"], p["state"]) for p in listed] == \
            [(0, "scripted", "running"), (1, "bootfile", "running")], listed
        assert listed[0]["requests"]["rejected"] == 1 and listed[1]["requests"]["answered"] == 1
        assert listed[1]["critical"] and not listed[0]["critical"]
        assert re.search(r"^0 +scripted +running +1 +0 +0 +1 +0\n +no threads, called on the main loop: /",
                         daemon.ctl("list"), re.M), daemon.ctl("list")
        status = json.loads(daemon.ctl("status", "--json"))
        assert status["state"] == "running" and status["requests"]["answered"] == 1, status
        assert status["interfaces"] == ["eth0"] and status["providers"] == 2, status
        metrics = daemon.ctl("metrics")
        assert metrics.endswith("# EOF\n") and \
            'wdspxed_provider_requests_total{provider="bootfile",outcome="answered"} 1\n' in metrics
        assert json.loads(daemon.ctl("metrics", "--json"))["text"].endswith("# EOF\n")
        assert json.loads(daemon.ctl("control", "scripted", "200", "--json"))["result"] == 0
        daemon.ctl("control", "SCRIPTED", "pause")
        daemon.ctl("control", "all", "continue")
        for arguments, status in ((["control", "nobody", "200"], 1), (["control", "x"], 2),
                                  (["control", "scripted", "127"], 2), ([], 2), (["watched"], 2),
                                  (["list", "more"], 2), (["register", "x"], 2)):
            try:
                daemon.ctl(*arguments)
            except LabError as error:
                assert f"exit {status}:" in str(error), error
            else:
                raise AssertionError(f"{arguments} went well")
        assert "unregister NAME" in daemon.ctl("--help")
        daemon.stop()
        try:
            daemon.ctl("status")
        except LabError as error:
            assert "exit 3:" in str(error), error


def test_list_and_status_are_for_people():
    """C14: they fit into 80 columns, a provider that does not run is seen at a glance, colours are
    for terminals, and seconds have one decimal."""
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES)
        daemon.write_provider("10-scripted.conf", scripted(daemon, initialize=5))
        daemon.start()
        time.sleep(1.2)
        for command in ("list", "status"):
            said = daemon.ctl(command)
            assert "\033" not in said, said
            # A path and a reason are as long as they are.
            lines = [line for line in said.splitlines() if "/" not in line or "IPv" in line]
            assert all(len(line) <= 80 for line in lines) and len(lines) > 1, said
        assert re.search(r"^0 +scripted +FAILED +0 ", daemon.ctl("list"), re.M), daemon.ctl("list")
        told = daemon.ctl("status", "--json")
        assert re.search(r'^  "uptime": \d+\.\d,$', told, re.M), told

        def on_terminal(**more):
            main, side = pty.openpty()
            environment = {**os.environ, "TERM": "xterm", **more}
            environment = {k: v for k, v in environment.items() if v is not None}
            ended([os.path.join(build(), "wdspxectl"), "-s", daemon.control, "list"],
                  stdout=side, env=environment, check=True, timeout=20)
            os.close(side)
            said = os.read(main, 65536).decode()
            os.close(main)
            return said

        assert "\033[1;31mFAILED\033[0m" in on_terminal(NO_COLOR=None)
        assert "\033" not in on_terminal(NO_COLOR="1")
        assert "\033" not in on_terminal(NO_COLOR=None, TERM="dumb")
        daemon.stop()


def test_register_and_unregister_need_no_daemon():
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES)
        link = scripted(daemon)["module"] + ".link"
        os.symlink("scripted.so", link)

        def ctl(*arguments):
            environment = {**os.environ, "WDSPXE_PROVIDERS_DIR": daemon.providers_dir,
                           "WDSPXE_STATE_DIR": daemon.state_dir}
            done = subprocess.run([os.path.join(build(), "wdspxectl"), *arguments], text=True,
                                  check=False, capture_output=True, env=environment)
            return done.returncode, done.stdout + done.stderr

        assert ctl("register", "First", link, "--index", "0", "--critical") == (0, "")
        status, said = ctl("register", "FIRST", link)
        assert status == 1 and "already" in said, said
        status, said = ctl("register", "second", "/none/such.so")
        assert status == 1 and "No such file" in said, said
        name = sorted(n for n in os.listdir(daemon.providers_dir) if n[0] != ".")[0]
        with open(os.path.join(daemon.providers_dir, name), encoding="utf-8") as file:
            text = file.read()
        assert f'"{link}"' in text and "critical = true" in text, text  # a link stays one
        assert ctl("register", "third", link, "--set", "action=reject", "--set", "reply=2",
                   "--set", 'macs=[ "a", "b" ]', "--set", "server=10.0.0.9") == (0, "")
        status, said = ctl("register", "fourth", link, "--set", "macs=[ 1")
        assert status == 2 and "cannot be read" in said, said
        for wrong in ("a", "5=6", "a b=c"):
            status, said = ctl("register", "fourth", link, "--set", wrong)
            assert status == 2 and "write NAME=VALUE" in said, said
        status, said = ctl("list", "--settings")
        path = re.escape(os.path.join(daemon.providers_dir, "60-third.conf"))
        assert status == 0 and re.search(
            rf'^third$\n  action = "reject"  \({path}:\d+\)\n  reply = 2  \({path}:\d+\)\n'
            rf'  macs = \[ "a", "b" \]  \({path}:\d+\)\n  server = "10.0.0.9"  \({path}:\d+\)$',
            said, re.M), said
        answer = json.loads(ctl("list", "--settings", "--json")[1])
        assert answer["ok"] and "third" in [one["name"] for one in answer["providers"]], answer
        assert ctl("unregister", "third") == (0, "")
        daemon.start()
        listed = json.loads(daemon.ctl("list", "--json"))["providers"]
        assert [(p["name"], p["critical"]) for p in listed] == \
            [("First", True), ("bootfile", True)], listed
        assert ctl("unregister", "first", "--json") == (0, '{\n  "ok": true\n}\n')
        status, said = ctl("unregister", "first")
        assert status == 1 and "unregister first: " in said and 'there is no provider "first"' in said, said
        status, said = ctl("unregister", "bootfle")
        assert status == 1 and 'no provider "bootfle": did you mean "bootfile"?' in said, said
        daemon.ctl("reload")
        assert "First" not in daemon.ctl("list")
        daemon.stop()


def test_a_reload_says_what_became_of_each_provider():
    """C7: one line for each, and none where nothing changed."""
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES)
        module = scripted(daemon)["module"]
        told = {"name": "told", "module": module, "settings": {"nonblocking": 1, "control": 0}}
        daemon.write_provider("10-told.conf", told)
        daemon.write_provider("20-goes.conf", {**told, "name": "goes"})
        daemon.start()
        bootfile = {"name": "bootfile", "module": os.path.join(daemon.modules, "bootfile.so"),
                    "critical": True}
        before = len(daemon.log())
        daemon.write_provider("10-told.conf", {
            **told, "settings": {"nonblocking": 1, "control": 0, "file": "other"}})
        os.unlink(os.path.join(daemon.providers_dir, "20-goes.conf"))
        daemon.write_provider("30-new.conf", {**told, "name": "new"})
        daemon.write_provider("50-bootfile.conf", {**bootfile, "settings": {
            "boot": ENTRIES + [{"file": "other"}]}})
        daemon.ctl("reload")
        daemon.wait_log("reloaded ")
        said = daemon.log()[before:]
        for line in ("told: new settings", "goes: removed", "new: running",
                     "bootfile: new settings, 2 entries"):
            assert len(re.findall(rf"^{line}$", said, re.M)) == 1, (line, said)
        assert len(said.splitlines()) == 5, said
        before = len(daemon.log())
        daemon.ctl("reload")
        until(lambda: daemon.log()[before:].endswith("\n"), 10, "the line of the second reload")
        assert len(daemon.log()[before:].splitlines()) == 1, daemon.log()[before:]
        daemon.stop()


def test_counters_are_the_names_and_outlive_an_instance():
    """C10: after a reload that replaced the provider, and while it fails to start."""
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES)
        daemon.write_provider("10-scripted.conf", scripted(daemon))
        daemon.start()

        def asked():
            metrics = daemon.ctl("metrics")
            told = {p["name"]: p["requests"]["asked"]
                    for p in json.loads(daemon.ctl("list", "--json"))["providers"]}
            for name, count in told.items():
                assert re.search(rf'^wdspxed_provider_.*{{provider="{name}".*}} {count}$', metrics,
                                 re.M), metrics
            return told

        def ask(number):
            with client.udp(68) as udp:
                udp.send(dhcp.discover(MAC % number).encode())
                udp.receive()

        ask(1)
        ask(2)
        assert asked() == {"scripted": 2, "bootfile": 2}, asked()
        daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": os.path.join(daemon.modules, "bootfile.so"),
            "settings": {"boot": ENTRIES + ENTRIES}})
        daemon.write_provider("10-scripted.conf", scripted(daemon, threads=1))
        daemon.ctl("reload")
        assert asked() == {"scripted": 2, "bootfile": 2}, asked()
        ask(3)
        assert asked() == {"scripted": 3, "bootfile": 3}, asked()
        daemon.stop()


def test_what_a_provider_refuses_for_is_said_once():
    """C7: in the log by the provider, whose words they are; to the operator with all the rest."""
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        daemon.write_provider("10-scripted.conf", scripted(daemon, initialize=13))
        try:
            daemon.ctl("reload")
        except LabError as error:
            assert str(error).count("told to fail with 13") == 1, error
            assert "10-scripted.conf: " in str(error), error
        else:
            raise AssertionError("the reload went well")
        daemon.wait_log(r"the reload failed.*10-scripted\.conf: .*error 13 \(ERROR_INVALID_DATA\) \(see the provider's own lines\) \[W0137\]")
        assert daemon.log().count("told to fail with 13") == 1, daemon.log()
        daemon.stop()


def test_a_hangup_while_it_starts_is_a_reload_once_it_serves():
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES)
        log, hold = (os.path.join(daemon.folder, name) for name in ("scripted.log", "hold"))
        with open(hold, "w", encoding="utf-8"):
            pass
        daemon.write_provider("10-scripted.conf",
                              scripted(daemon, log=log, **{"initialize-hold": hold}))

        def hang_up():
            while not os.path.exists(log):
                time.sleep(0.01)
            daemon.reload()
            time.sleep(0.2)
            os.unlink(hold)

        threading.Thread(target=hang_up, daemon=True).start()
        daemon.start()
        daemon.wait_log(r"reloaded ")
        daemon.stop()


def test_a_link_to_the_configuration_is_followed_anew():
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES)
        first, second = daemon.conf + ".1", daemon.conf + ".2"
        shutil.copyfile(daemon.conf, second)
        os.rename(daemon.conf, first)
        os.symlink(first, daemon.conf)
        daemon.start()
        with open(second, "a", encoding="utf-8") as file:
            file.write("colour = 1;\n")
        os.symlink(second, daemon.conf + ".new")
        os.rename(daemon.conf + ".new", daemon.conf)
        try:
            daemon.ctl("reload")
        except LabError as error:
            assert "colour" in str(error), error
        else:
            raise AssertionError("the file that the link led to before was read")
        daemon.stop()


def test_stuck_and_hostile_clients_of_the_socket_hold_nothing_up():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=[{"mac": "02:46:*", "file": "x"}]).start()
        flood = Flood(client, rate=2000, server=daemon.process)
        stuck = []
        for n in range(40):
            one = socket.socket(socket.AF_UNIX)
            one.setblocking(False)
            try:
                one.connect(daemon.control)
                one.send([b'{"command":"metrics"}\n' * 100, b"x" * 5000, b"[" * 4000 + b"\n",
                          b'{"command":"list"}\n{"comm'][n % 4])
            except OSError:
                pass
            stuck.append(one)
        time.sleep(2)
        counts = flood.finish()
        assert counts["lost"] == 0 and counts["slowest-ms"] < 500, counts
        for one in stuck:
            one.close()
        assert json.loads(daemon.ctl("status", "--json"))["state"] == "running"
        daemon.stop()


def test_wdspxectl_does_not_wait_for_ever():
    """S5: for a daemon that stands still and whose backlog is full, it waited without end."""
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        daemon.process.send_signal(signal.SIGSTOP)
        waiting = []
        try:
            while len(waiting) < 100:
                waiting.append(socket.socket(socket.AF_UNIX))
                waiting[-1].setblocking(False)
                waiting[-1].connect(daemon.control)
        except BlockingIOError:
            pass
        assert len(waiting) < 100, "the backlog has an end"
        try:
            daemon.ctl("status", timeout=60)
        except LabError as error:
            assert "exit 1: wdspxectl: the daemon has not answered in time" in str(error), error
        else:
            raise AssertionError("a daemon that is stopped has answered")
        daemon.process.send_signal(signal.SIGCONT)
        for one in waiting:
            one.close()
        daemon.stop()


def test_a_stop_waits_for_requests_under_way_and_no_longer_than_its_grace():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, providers={}, config={"stop-grace": 1.0})
        daemon.write_provider("10-scripted.conf", scripted(
            daemon, action="pending", when="other-thread", complete="nbp", reply=1))
        daemon.write_provider("20-never.conf", {
            **scripted(daemon, action="pending", complete="never"), "name": "never"})
        os.unlink(os.path.join(daemon.providers_dir, "10-scripted.conf"))
        daemon.start()
        with client.udp(68) as udp:
            udp.send(dhcp.discover(MAC % 1).encode())
            until(lambda: json.loads(daemon.ctl("status", "--json"))["pending"] == 1, 10,
                  "the request is under way")
        ending = Ending(daemon.process)
        daemon.process.send_signal(signal.SIGTERM)
        until(lambda: "stopping: 1 requests under way" in daemon.log(), 5, "it says so")
        status = json.loads(daemon.ctl("status", "--json"))
        assert status["state"] == "stopping" and status["pending"] == 1, status
        try:
            daemon.ctl("reload")
        except LabError as error:
            assert "stopping" in str(error), error
        else:
            raise AssertionError("a reload while it stops went well")
        took = ending.own()
        assert daemon.process.wait(10) == 0
        log = daemon.log()
        assert 0.9 < took < 3, took
        assert re.search(r"1 requests were not decided within stop-grace \(1 s", log), log
        assert re.search(r"stopped: received 1.*aborted 1", log), log
