"""`wdspxectl device`: an admin's devices, from the command to the machine that boots by it."""

import contextlib
import json
import os
import pty
import re
import select
import subprocess

from lab import Network, dhcp, printed, until
from lab.daemon import Daemon, build
from lab.flood import Flood

CSV = "mac,name,file,group\n52:54:00:77:00:01,pc1,pc1.efi,lab\n52:54:00:77:00:02,pc2,,office\n"


class Lab:
    """A boot server with inventory alone; a client, and a neighbour who listens."""

    def __init__(self, net, **settings):
        lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=lan)
        self.client = net.host("client", "10.77.0.5/24", on=lan)
        self.daemon = Daemon(self.boot, providers={})
        self.csv = os.path.join(self.daemon.folder, "devices.csv")
        with open(self.csv, "w", encoding="ascii") as file:
            file.write(CSV)
        self.state = os.path.join(self.daemon.state_dir, "devices")
        self.daemon.write_provider("40-inventory.conf", {
            "name": "inventory", "module": self.daemon.module("inventory"),
            "settings": {"devices": self.csv, "state-dir": self.daemon.state_dir,
                         "answer": "known", "pending": True, **settings}})
        self.daemon.start()

    def argv(self, *words):
        return ["ip", "netns", "exec", self.boot.namespace, os.path.join(build(), "wdspxectl"),
                "-s", self.daemon.control, *words]

    def ctl(self, *words, stdin=""):
        """(exit status, what it printed, what it said)"""
        done = subprocess.run(self.argv("device", *words), input=stdin, capture_output=True,
                              text=True, timeout=300, check=False)
        return done.returncode, done.stdout, done.stderr

    def good(self, *words, **more):
        status, out, said = self.ctl(*words, **more)
        assert status == 0 and said == "", (words, status, said)
        return out

    def file(self, name, text):
        path = os.path.join(self.daemon.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def ask(self, mac):
        with self.client.udp(68) as udp:
            udp.send(dhcp.discover(mac).encode())

    def boots(self, mac):
        """The file that this machine is offered."""
        with self.client.udp(68) as udp:
            udp.send(dhcp.discover(mac).encode())
            return dhcp.V4.parse(udp.receive().payload).file


@contextlib.contextmanager
def lab(**settings):
    with Network() as net:
        it = Lab(net, **settings)
        yield it
        it.daemon.stop()


def test_list_and_show_are_tables():
    with lab() as it:
        assert it.good("list") == (
            "name  ids                    group   boot     from\n"
            "pc1   mac:52:54:00:77:00:01  lab     pc1.efi  csv:2\n"
            "pc2   mac:52:54:00:77:00:02  office           csv:3\n")
        assert it.good("list", "--group", "none") == "no device\n"
        assert it.good("pending") == "no machine waits\n"
        assert it.good("set", "pc2", "--file", "pc2.efi") == (
            f"changed         pc2\nwritten         {it.state}\n")
        assert it.good("show", "pc2") == (
            "device          pc2\n"
            "says:\n"
            "what   is                 from\n"
            f"mac    52:54:00:77:00:02  {it.csv}:3\n"
            f"name   pc2                {it.csv}:3\n"
            f"group  office             {it.csv}:3\n"
            f"file   pc2.efi            {it.state}\n")
        told = json.loads(it.good("--json", "list", "--name", "pc2"))
        assert told["devices"][0]["from"] == "csv:3, state" and told["all"] == 2, told
        assert it.ctl("show", "pc7")[::2] == (
            1, "wdspxectl: no device has the name or the address \"pc7\": see wdspxectl device list\n")
        assert it.ctl("lits")[0] == 2 and it.ctl("list", "--nmae", "x")[0] == 2


def test_a_change_is_in_force_at_once_and_after_a_restart():
    with lab() as it:
        assert it.boots("52:54:00:77:00:01") == "pc1.efi"
        it.good("set", "pc1", "--boot", "other.efi")
        assert it.boots("52:54:00:77:00:01") == "other.efi"
        it.good("add", "pc9", "--mac", "52:54:00:77:00:09", "--file", "nine.efi")
        assert it.boots("52:54:00:77:00:09") == "nine.efi"
        told = it.daemon.ctl("explain", "--mac", "52:54:00:77:00:09", "--arch", "x86-bios")
        assert "devices: decides: pc9 (by its MAC)" in told, told
        assert it.ctl("remove", "pc1")[0] == 1
        it.daemon.stop()
        it.daemon.start()
        assert it.boots("52:54:00:77:00:01") == "other.efi"
        it.good("forget", "pc1")
        assert it.boots("52:54:00:77:00:01") == "pc1.efi"


def test_a_machine_that_waits_is_approved_and_boots():
    with lab() as it:
        it.ask("52:54:00:99:00:01")
        until(lambda: "52:54:00:99:00:01" in it.good("pending"), 10, "it waits")
        number = json.loads(it.good("--json", "pending"))["pending"][0]["number"]
        it.good("approve", str(number), "--name", "pc12", "--boot", "new.efi")
        assert it.boots("52:54:00:99:00:01") == "new.efi"
        assert it.good("pending") == "no machine waits\n"


def magic(mac):
    return b"\xff" * 6 + bytes.fromhex(mac.replace(":", "")) * 16


def test_boot_once_wakes():
    with lab() as it:
        with it.client.udp(9) as listening:
            out = it.good("boot", "pc1", "--once", "--wake", "--boot", "install.efi")
            assert out == f"armed           pc1\nwritten         {it.state}\n", out
            assert listening.receive().payload == magic("52:54:00:77:00:01")
            it.good("boot", "--wake", "--boot", "install.efi", "--once", "pc2")
            assert listening.receive().payload == magic("52:54:00:77:00:02")
        assert it.boots("52:54:00:77:00:01") == "install.efi"
        assert it.ctl("boot", "pc1")[0] == 2


def test_lists_are_read_and_written():
    with lab() as it:
        wds = it.file("wds.txt", "Name: pc21\nDevice ID: 00-15-5D-00-00-21\n"
                                 "Boot program: boot\\x64\\wdsnbp.com\n\n"
                                 "Name: pc22\nDevice ID: 00-15-5D-00-00-22\n")
        assert "added           2\n" in it.good("import", wds)
        assert it.boots("00:15:5d:00:00:21") == "boot\\x64\\wdsnbp.com"
        wrong = it.file("wrong.csv", "mac,name\n52:54:00:77:00:0x,pc7\n")
        status, out, said = it.ctl("import", wrong)
        assert status == 1 and f"1 line is wrong, the first is {wrong}:2" in said, said
        assert re.match(r"wrong:\nline  what\n2 +.*52:54:00:77:00:0x", out), out
        hosts = "dhcp-host=52:54:00:77:00:31,set:lab,pc31,infinite\n"
        assert "format          dnsmasq\n" in it.good("import", "-", "--dry-run", stdin=hosts)
        assert it.ctl("show", "pc31")[0] == 1
        out = it.good("export")
        assert out.splitlines()[0].startswith("uuid,mac,duid,client-id,name,group,file,"), out
        again = it.good("import", "-", stdin=out)
        assert "added           0\n" in again and "same            4\n" in again, again


def test_the_page_for_admins_of_wds_as_it_stands():
    commands = printed.block("wdspxed-from-wds.7", "wdspxectl device import").commands()
    with lab() as it:
        it.file("devices.txt", "Name: pc21\nDevice ID: 00-15-5D-00-00-21\nReferral server: 10.0.0.9\n")
        it.file("rejected.txt", "Request ID: 7\nDevice ID: 00-15-5D-00-00-22\nStatus: Rejected\n")
        for command in commands:
            tool, *words = command.split()
            assert tool == "wdspxectl", command
            done = subprocess.run(it.argv(*words), cwd=it.daemon.folder, capture_output=True, text=True,
                                  timeout=300, check=True)
        assert "pc21" in done.stdout and "rejected" in done.stdout, done.stdout


def test_what_wds_printed_is_all_it_takes():
    """From the lists of a WDS server, as PowerShell keeps them, to machines that boot, wait, and boot once."""
    listed = ("\r\nWindows Deployment Services Management Utility [Version 10.0.17763.1]\r\n"
              "Copyright (c) Microsoft Corporation. All rights reserved.\r\n\r\n[Prestaged Devices]\r\n\r\n"
              "Device Name: PC-A$\r\nDevice ID: {00000000-0000-0000-0000-00155D000021}\r\n"
              "Referral Server: <Not Defined>\r\nBoot Program: boot\\x64\\wdsnbp.com\r\n"
              "Boot Image: Boot\\x64\\Images\\boot.wim\r\nUser: LAB\\J\u00f6rg\r\nJoin Rights: Full\r\n\r\n"
              "Device Name: PC-B\r\nDevice ID: 67452301AB89EFCD0123456789ABCDEF\r\nReferral Server: 10.0.0.9\r\n\r\n"
              "The command completed successfully.\r\n")
    added = ("[Auto-Add Devices]\r\n\r\nRequest ID: 7\r\nDevice ID: 00-15-5D-00-00-22\r\nStatus: Rejected\r\n\r\n"
             "Request ID: 8\r\nDevice ID: 00-15-5D-00-00-23\r\nStatus: Pending\r\n\r\n")
    with lab() as it:
        paths = [os.path.join(it.daemon.folder, name) for name in ("devices.txt", "rejected.txt")]
        for path, text in zip(paths, (listed, added)):
            with open(path, "w", encoding="utf-16", newline="") as file:
                file.write(text)
        assert "added           2\n" in it.good("import", paths[0])
        assert "it waits for approval" in it.good("import", paths[1])
        assert it.boots("00:15:5d:00:00:21") == "boot\\x64\\wdsnbp.com"
        assert "01234567-89ab-cdef-0123-456789abcdef" in it.good("show", "PC-B")
        assert "PC-B" in it.good("list", "--referral", "10.0.0.9")
        assert "00:15:5d:00:00:22" in it.good("list", "--state", "rejected")
        assert it.daemon.outcome(it.ask, "00:15:5d:00:00:22") == "ignored"
        assert it.daemon.outcome(it.ask, "00:15:5d:00:00:23") == "ignored"
        until(lambda: "00:15:5d:00:00:23" in it.good("pending"), 10, "it waits")
        it.good("approve", "1", "--name", "PC-C", "--file", "boot\\x64\\wdsnbp.com")
        assert it.boots("00:15:5d:00:00:23") == "boot\\x64\\wdsnbp.com"
        it.good("boot", "PC-C", "--once", "--boot", "install.0")
        assert it.boots("00:15:5d:00:00:23") == "install.0"
        assert "used" in it.good("show", "PC-C")


def test_many_are_listed_whole():
    """More than a page."""
    with lab() as it:
        lines = ["mac,name"] + [f"02:00:00:00:{n >> 8:02x}:{n & 255:02x},m{n}" for n in range(2500)]
        it.good("import", it.file("many.csv", "\n".join(lines) + "\n"))
        assert len(it.good("list").splitlines()) == 2503
        assert len(json.loads(it.good("--json", "list"))["devices"]) == 2502
        assert len(it.good("list", "--limit", "10").splitlines()) == 11
        assert len(it.good("export").splitlines()) == 2503


def test_what_drops_many_asks_first():
    with lab() as it:
        lines = ["mac,name"] + [f"02:00:00:00:00:{n:02x},m{n}" for n in range(100)]
        it.good("import", it.file("many.csv", "\n".join(lines) + "\n"))
        one = it.file("one.csv", "mac,name\n02:00:00:00:00:00,m0\n")
        status, _out, said = it.ctl("import", one, "--replace")
        assert status == 1 and "--yes" in said, said

        def answer(word):
            master, slave = pty.openpty()
            process = subprocess.Popen(it.argv("device", "import", one, "--replace"),
                                       stdin=slave, stdout=slave, stderr=slave)
            os.close(slave)
            text = b""
            while b"[y/N]" not in text:
                assert select.select([master], [], [], 60)[0], text
                text += os.read(master, 4096)
            os.write(master, word)
            status = process.wait(60)
            os.close(master)
            return status

        assert answer(b"n\n") == 1
        assert len(it.good("list", "--from", "state").splitlines()) == 101
        assert answer(b"y\n") == 0
        assert len(it.good("list", "--from", "state").splitlines()) == 2


def test_words_are_completed():
    with lab() as it:
        def words(*before):
            return subprocess.run(it.argv("--complete", "-s", it.daemon.control, *before)[:1] +
                                  it.argv()[1:5] + ["--complete", *before], capture_output=True,
                                  text=True, check=True).stdout.split()

        assert "device" in words("dev") and "provider" in words("prov")
        assert words("device", "re") == ["remove", "reject", "rearm"]
        assert words("device", "boot", "pc1", "--") == ["--once", "--wake", "--boot", "--file", "--url",
                                                        "--server"]
        assert words("device", "import", "") == [":file"]
        assert words("provider", "x", "--in") == ["--input"]
        assert words("provider", "x", "word", "--in") == []


def test_where_inventory_is_not_enabled_it_is_said():
    with lab() as it:
        os.unlink(os.path.join(it.daemon.providers_dir, "40-inventory.conf"))
        it.daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": it.daemon.module("bootfile"),
            "settings": {"boot": [{"arch": "x86-bios", "file": "x"}]}})
        it.daemon.ctl("reload")
        status, _out, said = it.ctl("list")
        assert status == 1 and "set enabled = true in 40-inventory.conf" in said, said


def test_changes_under_load_lose_no_request():
    """Each is in force when the command has returned."""
    with lab(answer="all", pending=False) as it:
        it.daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": it.daemon.module("bootfile"),
            "settings": {"boot": [{"mac": "02:46:*", "file": "x"}]}})
        it.daemon.ctl("reload")
        flood = Flood(it.client, rate=2000, server=it.daemon.process)
        for n in range(20):
            it.good("add", f"new{n}", "--mac", f"52:54:00:66:00:{n:02x}", "--file", f"{n}.efi")
            told = json.loads(it.good("--json", "show", f"new{n}"))
            assert any(row["is"] == f"{n}.efi" for row in told["says"]), told
        counts = flood.finish()
        assert counts["lost"] == 0 and counts["answered"] == counts["sent"] > 0, counts
        for n in range(20):
            assert it.boots(f"52:54:00:66:00:{n:02x}") == f"{n}.efi"
