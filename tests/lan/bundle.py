"""wdspxectl bundle: what a bug report needs, and nothing that a stranger need not know."""

import os
import re
import shutil
import stat

from lab import Network, dhcp
from lab.daemon import Daemon, build
from lab.process import ended

MAC = "52:54:00:77:00:01"
ENTRIES = [{"mac": MAC, "user-class": "iPXE", "url": "http://me:hunter2@files.example.net/boot.ipxe"},
           {"arch": "x86-bios", "file": "undionly.kpxe"},
           {"arch": "x64-uefi", "file": "ipxe.efi", "server": "10.88.9.9"}]


def bundle(daemon, *arguments):
    done = ended(["ip", "netns", "exec", daemon.host.namespace, os.path.join(build(), "wdspxectl"), "-s", daemon.control,
                  "bundle", *arguments], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def part(text, name):
    return re.search(rf"^==== {re.escape(name)}[^\n]* ====\n(.*?)(?=\n==== |\Z)", text, re.M | re.S)[1]


def test_a_bundle_of_a_daemon_that_runs_and_of_none():
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=lan)
        client = net.host("client", "10.77.0.5/24", on=lan)
        daemon = Daemon(boot, boot=ENTRIES).start()
        with client.udp(68) as udp:
            udp.send(dhcp.discover(MAC, 0).encode())
            udp.receive()
        status, text, errors = bundle(daemon)
        assert (status, errors) == (0, ""), errors
        assert MAC in part(text, "clients") and '"configuration":' in part(text, "status"), text
        assert "wdspxed_" in part(text, "metrics") and '"bootfile"' in part(text, "list"), text
        assert part(text, "version").startswith("wdspxed "), text
        assert "glibc " in part(text, "system") and "kernel: Linux " in part(text, "system"), text
        assert "/libwdspxe.so" in part(text, "libraries of the daemon"), text
        assert f"# configuration file {daemon.providers_dir}/50-bootfile.conf:" in part(text, "configuration"), text
        assert "10.88.9.9" in text and "files.example.net" in text
        # A password goes in any case.
        assert "hunter2" not in text and "REMOVED@files.example.net" in text, text

        path = os.path.join(daemon.folder, "bundle.txt")
        with open(path, "w", encoding="ascii") as file:
            file.write("what was there before")
        assert bundle(daemon, "--anon", "key", "-o", path) == (0, "", "")
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        with open(path, encoding="utf-8") as file:
            anonymous = file.read()
        for name in (MAC, "77:00:01", "10.88.9.9", "10.77.0", "files.example", "hunter2", "before", dhcp.UUID):
            assert name not in anonymous, name
        # The entry and its client still belong together, and a key makes the same of the same.
        mac, = set(re.findall(r"mac = \"(.*?)\"", anonymous))
        assert mac in part(anonymous, "clients"), anonymous
        _, again, _ = bundle(daemon, "--anon", "key")
        assert part(again, "configuration") == part(anonymous, "configuration")
        _, other, _ = bundle(daemon, "--anon", "another key")
        assert part(other, "configuration") != part(anonymous, "configuration")
        assert len(other.splitlines()) >= 20 and "undionly.kpxe" in other
        daemon.stop()

        status, text, errors = bundle(daemon)
        assert status == 0 and "no daemon answers" in part(text, "status") and "no daemon" in errors, errors
        status, _, errors = bundle(daemon, "-o", "/nowhere/x")
        assert status == 1 and "/nowhere/x: No such file" in errors, errors


def test_who_may_not_ask_the_daemon_is_not_told_that_there_is_none():
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        daemon = Daemon(boot, boot=ENTRIES).start()
        ctl = os.path.join(net.private("bin"), "wdspxectl")
        shutil.copy(os.path.join(build(), "wdspxectl"), ctl)
        for path in os.path.dirname(ctl), daemon.folder:
            os.chmod(path, 0o755)
        group = os.path.join(net.private("etc"), "group")
        os.chmod(os.path.dirname(group), 0o755)

        def refused(groups, command):
            """What it says to somebody else where /etc/group has these alone."""
            with open(group, "w", encoding="ascii") as file:
                file.writelines(f"{name}:x:{4242 + at}:\n" for at, name in enumerate(groups))
            nobody = boot.start(["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/group && exec "$@"', group,
                                 "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", ctl,
                                 "-s", daemon.control, command], command)
            status, said = nobody.wait(60), nobody.text()
            assert (status == 1 or command == "bundle") and "permission denied" in said, (status, said)
            return said

        member, absent = "run as root or as a member of the group ", "run as root: /etc/group has no group "
        both = ("wdspxe", "wdspxe-status")
        for groups, command, why in (
                (both, "status", member + "wdspxe or wdspxe-status"), (both, "reload", member + "wdspxe"),
                (both[:1], "status", member + "wdspxe"), (both[:1], "reload", member + "wdspxe"),
                (both[1:], "status", member + "wdspxe-status"), (both[1:], "reload", absent + "wdspxe"),
                ((), "status", absent + "wdspxe or wdspxe-status"), ((), "reload", absent + "wdspxe")):
            said = refused(groups, command)
            assert said.endswith(why + "\n"), (groups, command, said)
        said = refused(both, "bundle")
        assert member + "wdspxe or wdspxe-status\n" in said, said
        assert "(not asked: wdspxectl has said why)" in part(said, "status"), said
        assert "no daemon answers" not in said, said
        daemon.stop()
