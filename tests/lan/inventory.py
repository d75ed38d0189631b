"""Devices: who is answered, who waits, who boots once; the files that say it, over reloads and crashes."""

import contextlib
import json
import os
import re
import time

from lab import Network, dhcp
from lab.daemon import TREE, Daemon
from lab.process import LabError, run, until

KNOWN, OTHER, ONCE = "52:54:00:77:00:01", "52:54:00:99:00:01", "52:54:00:77:00:05"
CSV = f"mac,name,file,once,once-file\n{KNOWN},pc01,pc01.0,,\n{ONCE},pc05,disk.0,armed,install.0\n"


class Lab:
    """A daemon with inventory before bootfile, which has a file for everybody."""

    def __init__(self, net, csv=CSV, **settings):
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
        self.client = net.host("client", "fd77::5/64", on=lan)
        self.daemon = Daemon(boot, boot=[{"file": "other.0"}])
        self.csv = os.path.join(self.daemon.folder, "devices.csv")
        self.settings = settings
        self.write(csv)
        self.write_settings()
        self.daemon.start()
        self.socket = self.client.udp(68)

    def write_settings(self, **more):
        self.daemon.write_provider("40-inventory.conf", {
            "name": "inventory", "module": self.daemon.module("inventory"), "critical": True,
            "settings": {"devices": self.csv, "state-dir": self.daemon.state_dir, **self.settings, **more}})

    def write(self, text):
        with open(self.csv + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(self.csv + ".new", self.csv)

    def state(self, name="devices"):
        path = os.path.join(self.daemon.state_dir, name)
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8") as file:
            return file.read()

    def send(self, mac, arch=0):
        self.socket.send(dhcp.discover(mac, arch).encode())

    def file(self, mac, arch=0):
        """What an offer names; it must come."""
        self.send(mac, arch)
        return dhcp.V4.parse(self.socket.receive().payload).file

    def outcome(self, mac, arch=0):
        return self.daemon.outcome(self.send, mac, arch)

    def crash(self):
        self.daemon.process.kill()
        self.daemon.process.wait(10)


def test_known_ones_get_their_own_and_nobody_else_boots():
    with Network() as net:
        it = Lab(net, answer="known")
        assert it.file(KNOWN) == "pc01.0"
        assert it.outcome(OTHER) == "ignored"
        it.daemon.wait_log("unknown, and answer = \"known\"")
        assert "pc01 (by its MAC)" in it.daemon.log() and "devices.csv:2" in it.daemon.log(), it.daemon.log()
        assert it.file(KNOWN) == "pc01.0" and not it.socket.heard()
        said = it.daemon.ctl("clients")
        assert "answered: pc01.0; pc01 (by its MAC) (inventory, devices.csv:2)" in said, said
        assert "ignored: unknown, and answer = \"known\" (inventory)" in said, said
        it.write_settings(answer="all")
        it.daemon.ctl("reload")
        assert it.file(OTHER) == "other.0"
        it.write_settings(answer="none")
        it.daemon.ctl("reload")
        assert (it.outcome(KNOWN), it.outcome(OTHER)) == ("ignored", "ignored")


def test_a_new_machine_waits_until_it_is_in_the_file():
    with Network() as net:
        it = Lab(net, pending=True)
        assert it.outcome(OTHER) == "ignored"
        until(lambda: f"mac:{OTHER}" in it.state("pending"), 30, "the machine is listed")
        assert "\n1\t" in it.state("pending") and "\teth0\t" in it.state("pending"), it.state("pending")
        it.write(CSV + f"{OTHER},pc99,pc99.0,,\n")
        it.daemon.ctl("reload")
        it.daemon.wait_log("3 devices")
        assert it.file(OTHER) == "pc99.0"
        assert it.daemon.log().count("inventory: running") == 1


def test_who_waits_is_told_its_number():
    with Network() as net:
        it = Lab(net, pending=True, **{"pending-boot": [{"file": "wait-${number}.0"}]})
        files = [it.file(OTHER), it.file(OTHER), it.file("52:54:00:99:00:02")]
        assert files == ["wait-1.0", "wait-1.0", "wait-2.0"], files
        it.daemon.stop()
        assert f"mac:{OTHER}" in it.state("pending")
        it.daemon.start()
        assert (it.file("52:54:00:99:00:02"), it.file(OTHER)) == ("wait-2.0", "wait-1.0")
        assert it.file("52:54:00:99:00:03") not in ("wait-1.0", "wait-2.0")


def test_boot_once_is_once_whatever_happens():
    """In the window the same again, over a crash too; behind it nothing; a torn write changes neither."""
    with Network() as net:
        it = Lab(net, **{"once-window": 3600})
        status = it.daemon.ctl("explain", "--mac", ONCE, "--arch", "x86-bios")
        assert "install.0" in status and "pc05 (by its MAC): boots once" in " ".join(status.split()), status
        assert it.state() == ""
        assert it.file(ONCE) == "install.0"
        assert "once=used " in it.state(), it.state()
        assert it.file(ONCE) == "install.0"
        it.crash()
        with open(os.path.join(it.daemon.state_dir, "devices"), "a", encoding="ascii") as file:
            file.write("0badcafe\t2.0\tput\tmac:52:54:")
        it.daemon.start()
        assert it.file(ONCE) == "install.0"
        assert it.file(KNOWN) == "pc01.0"

        it.write_settings(**{"once-window": 10})
        it.daemon.ctl("reload")
        until(lambda: it.outcome(ONCE) == "ignored", 60, "the window has passed")
        assert "has booted once" in it.daemon.log()
        it.daemon.ctl("reload")
        assert it.outcome(ONCE) == "ignored" and it.state().count("once=used") == 1
        it.daemon.stop()
        it.daemon.start()
        assert it.outcome(ONCE) == "ignored"


def test_an_offer_that_names_no_file_uses_nothing_up():
    with Network() as net:
        it = Lab(net)
        assert it.file(ONCE, 7) == ""
        assert it.state() == ""
        asked = it.client
        asked.run("ip", "address", "add", "10.77.0.50/24", "dev", "eth0")
        second = asked.udp(4011, "10.77.0.50")
        second.send(dhcp.request_pxe(ONCE, "10.77.0.50", 7).encode(), "10.77.0.2", 4011)
        assert dhcp.V4.parse(second.receive().payload).file == "install.0"
        assert "once=used " in it.state()


def test_a_full_disk_answers_nobody_once():
    with Network() as net:
        it = Lab(net)
        lock = os.path.join(it.daemon.state_dir, "devices.lock")
        os.mkdir(lock)
        assert it.outcome(ONCE) == "ignored"
        it.daemon.wait_log("cannot be written: Is a directory")
        assert "[W0199]" in it.daemon.log()
        assert it.file(KNOWN) == "pc01.0"
        os.rmdir(lock)
        assert it.file(ONCE) == "install.0"
        it.daemon.wait_log("can be written again")


@contextlib.contextmanager
def small_disk(net):
    """A disk of 64 KiB, and a file that fills it: (its folder, fill, make room)."""
    folder = net.private("disk")
    filler = os.path.join(folder, "filler")

    def fill():
        with open(filler, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * 4096)

    run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0755", "none", folder)
    try:
        yield folder, fill, lambda: os.unlink(filler)
    finally:
        run("umount", "-l", folder)


def cannot_write(it, folder, times, reason):
    """Nobody boots once, no new machine is listed, no command changes anything; each is told once."""
    state = it.state()
    for _ in range(3):
        assert it.outcome(ONCE) == "ignored"
    it.daemon.wait_log(rf"{folder}/devices\S* cannot be written: {reason}: nobody boots once until")
    for n in range(3):
        assert it.outcome(f"52:54:00:98:0{times}:0{n}") == "ignored"
    it.daemon.wait_log(rf"{folder}/pending\S* cannot be written: {reason}: no new machine is listed")
    try:
        it.daemon.ctl("device", "add", "pc77", "--mac", "52:54:00:77:00:77", "--file", "pc77.0")
    except LabError as failure:
        assert "cannot be written" in str(failure) and reason in str(failure), failure
    else:
        raise AssertionError("the device was added")
    assert it.outcome("52:54:00:77:00:77") == "ignored"
    assert it.state() == state and "no machine waits" in it.daemon.ctl("device", "pending")
    assert it.file(KNOWN) == "pc01.0"
    assert it.daemon.log().count("[W0199]") == 2 * times, it.daemon.log()


def test_a_full_disk_and_one_that_is_read_only_are_told_and_recover():
    with Network() as net, small_disk(net) as (folder, fill, make_room):
        it = Lab(net, pending=True, **{"state-dir": folder, "once-window": 10,
                                       "pending-boot": [{"file": "wait-${number}.0"}]})
        it.daemon.state_dir = folder
        fill()
        cannot_write(it, folder, 1, "No space left on device")
        make_room()
        assert it.file(ONCE) == "install.0" and "once=used " in it.state()
        time.sleep(1)   # a list that could not be written is tried once a second
        assert it.file(OTHER) == "wait-1.0"
        until(lambda: it.daemon.log().count("can be written again") == 2, 30, "both are told")
        it.daemon.ctl("device", "rearm", "pc05")
        it.daemon.ctl("device", "forget", "1")
        it.daemon.stop()
        run("mount", "-o", "remount,ro", folder)
        it.daemon.start()           # what is there is read
        cannot_write(it, folder, 1, "Read-only file system")
        run("nsenter", "-m", "-t", it.daemon.process.pid, "mount", "-o", "remount,rw", folder)
        it.daemon.ctl("device", "add", "pc77", "--mac", "52:54:00:77:00:77", "--file", "pc77.0")
        assert it.file(ONCE) == "install.0" and it.file("52:54:00:77:00:77") == "pc77.0"


def test_a_disk_that_fills_leaves_what_was_answered_for():
    """Memory and disk say the same, wherever the last write was cut off."""
    with Network() as net, small_disk(net) as (folder, fill, make_room):
        it = Lab(net, **{"state-dir": folder})
        it.daemon.ctl("device", "add", "pc0", "--mac", "52:54:00:66:00:00")
        fill()
        added = 0
        for n in range(1, 200):
            try:
                it.daemon.ctl("device", "add", f"pc{n}", "--mac", f"52:54:00:66:00:{n:02x}", "--comment", "c" * n)
            except LabError as failure:
                assert "No space left on device" in str(failure), failure
                break
            added += 1
        assert 1 < added < 199, added

        def listed():
            return json.loads(it.daemon.ctl("device", "list", "--json", "--from", "state"))["devices"]

        before = listed()
        assert len(before) == added + 1
        it.crash()
        it.daemon.start()
        assert listed() == before
        make_room()
        it.daemon.ctl("device", "add", "last", "--mac", "52:54:00:66:00:ff")
        it.crash()
        it.daemon.start()
        assert len(listed()) == added + 2


def test_a_bad_file_leaves_the_old_devices_in_force():
    with Network() as net:
        it = Lab(net)
        it.write("mac,name,file\n52:54:00:77:00,pc01,x.0\n")
        try:
            it.daemon.ctl("reload")
        except LabError as failure:
            assert f"{it.csv}:2: " in str(failure) and "[W0165]" in str(failure), failure
        else:
            raise AssertionError("the reload went well")
        assert it.file(KNOWN) == "pc01.0"
        it.write("")
        try:
            it.daemon.ctl("reload")
        except LabError as failure:
            assert "[W0166]" in str(failure), failure
        else:
            raise AssertionError("the reload went well")
        assert it.file(KNOWN) == "pc01.0"
        it.write(f"mac,name,file\n{KNOWN},pc01,new.0\n")
        it.daemon.ctl("reload")
        assert it.file(KNOWN) == "new.0"


def test_a_file_that_lost_many_is_taken_when_it_is_meant():
    """What a copy left that is still under way is refused, and so are its first lines alone."""
    lines = [f"02:00:00:00:00:{n:02x},m{n},m{n}.0\n" for n in range(200)]
    with Network() as net:
        it = Lab(net, "mac,name,file\n" + "".join(lines))

        def refused(word):
            try:
                it.daemon.ctl("reload")
            except LabError as failure:
                assert word in str(failure) and "[W0166]" in str(failure), failure
            else:
                raise AssertionError("the reload went well")
            assert it.file("02:00:00:00:00:c7") == "m199.0"

        with open(it.csv, "w", encoding="ascii", buffering=1) as file:
            refused("it is empty, and was not before")
            file.write("mac,name,file\n" + "".join(lines[:100]))
            refused("100 of its 200 devices would be gone: if that is meant, reload once more")
            file.write("".join(lines[100:199]) + "02:00:00:00:00:c7,m199,m199")
            file.flush()
            refused("its last line has no end")
            file.write(".efi\n")
        it.daemon.ctl("reload")
        assert it.file("02:00:00:00:00:c7") == "m199.efi"
        it.write(CSV)
        try:
            it.daemon.ctl("reload")
        except LabError as failure:
            assert "200 of its 200 devices" in str(failure), failure
        it.daemon.ctl("reload")
        assert it.file(KNOWN) == "pc01.0" and it.file("02:00:00:00:00:c7") == "other.0"


def test_a_state_of_a_later_version_is_refused_and_left():
    with Network() as net:
        it = Lab(net)
        it.daemon.stop()
        path = os.path.join(it.daemon.state_dir, "devices")
        with open(path, "w", encoding="ascii") as file:
            file.write("# wdspxed-devices 2\nx\n")
        os.chmod(path, 0o600)
        it.daemon.start_and_fail()
        assert "its format is wdspxed-devices 2, and this version knows wdspxed-devices 1 only" in it.daemon.log()
        assert it.state() == "# wdspxed-devices 2\nx\n"


def test_checking_writes_nothing():
    with Network() as net:
        it = Lab(net, pending=True)
        it.daemon.stop()
        before = sorted(os.listdir(it.daemon.state_dir))
        run(it.daemon.program, "-c", it.daemon.conf, "-t")
        assert sorted(os.listdir(it.daemon.state_dir)) == before
        it.write("mac,name\nx,pc01\n")
        try:
            run(it.daemon.program, "-c", it.daemon.conf, "-t")
        except LabError as failure:
            assert f"{it.csv}:2: " in str(failure) and "is not a MAC address" in str(failure), failure
        else:
            raise AssertionError("the mistake was not told")


def manual_examples():
    """The files of wdspxed-inventory(5): drop-ins, and lists of devices."""
    found = []
    for n in range(1, 20):
        text = run(os.path.join(TREE, "tests", "man-extract.sh"), os.path.join(TREE, "man", "wdspxed-inventory.5"),
                   n, "TASKS")
        if not text.strip():
            return found
        found.append(text)
    raise AssertionError("so many examples")


def test_what_the_manual_and_the_sample_show_is_taken():
    with open(os.path.join(TREE, "conf", "providers.d", "40-inventory.conf"), encoding="utf-8") as file:
        sample = file.read()
    examples = manual_examples()
    drop_ins = [text for text in examples if "settings:" in text] + [
        sample, re.sub(r"^    # (?=[a-z-]+ =|\)|    {)", "    ", sample, flags=re.M).replace("enabled  = false", "enabled  = true")]
    lists = [text for text in examples if text.startswith("mac,")]
    assert len(drop_ins) == 5 and len(lists) == 2, examples
    with Network() as net:
        it = Lab(net)
        module = it.daemon.module("inventory")
        places = f'devices = "{it.csv}"; state-dir = "{it.daemon.state_dir}";'
        for text in drop_ins:
            text = text.replace("/usr/lib/wdspxed/providers/inventory.so", module)
            it.daemon.write_provider("40-inventory.conf", re.sub(r"settings:\s*{", lambda m: m[0] + places, text))
            it.daemon.ctl("reload", timeout=60)
        for text in lists:
            it.write(text)
            it.daemon.ctl("reload", timeout=60)
        assert it.file("52:54:00:77:00:04") == "install.efi"


def test_explaining_changes_nothing():
    with Network() as net:
        it = Lab(net, pending=True)
        for mac in (KNOWN, OTHER, ONCE):
            try:
                answer = json.loads(it.daemon.ctl("explain", "--json", "--mac", mac, "--arch", "x86-bios"))
            except LabError:
                assert mac == OTHER
                continue
            assert answer["outcome"] == "answered", answer
        it.daemon.stop()
        assert (it.state(), it.state("pending")) == ("", "")


GROUP = "ff02::1:2"
UUID = "3b6c1a52-7f0e-4d8b-9a41-525400770001"
DUID = "00:04:" + ":".join(f"{octet:02x}" for octet in dhcp.duid_uuid(UUID)[2:])


class Lab6(Lab):
    """The same, over IPv6."""

    def __init__(self, net, csv, **settings):
        super().__init__(net, csv, **settings)
        self.s546 = self.client.udp(546, family=6)
        self.s4011 = self.client.udp(4011, family=6)

    def solicit(self, mac, arch=7, **more):
        self.s546.send(dhcp.solicit6(mac, arch, **more).encode(), GROUP, 547)
        return dhcp.parse6(self.s546.receive().payload)

    def request(self, advertise, mac, arch=7, **more):
        ask = dhcp.request_pxe6(mac, advertise.get(dhcp.OPT6_SERVER_ID), arch, xid=advertise.xid, **more)
        self.s4011.send(ask.encode(), "fd77::2", 4011)
        return dhcp.parse6(self.s4011.receive().payload)


def test_ipv6_machines_are_known_by_their_ids_too():
    with Network() as net:
        it = Lab6(net, f"duid,mac,name,file,url\n{DUID},,pc06,six.efi,\n,{KNOWN},pc01,one.efi,http://${{server}}/one.efi\n",
                  answer="known")
        duid = dhcp.duid_uuid(UUID)
        reply = it.request(it.solicit(OTHER, duid=duid), OTHER, duid=duid)
        assert reply.url == "tftp://[fd77::2]/six.efi", reply.url
        it.daemon.wait_log("pc06 \\(by its DUID\\)|pc06 \\(by its UUID\\)")
        reply = it.request(it.solicit(KNOWN), KNOWN)
        assert reply.url == "tftp://[fd77::2]/one.efi", reply.url
        answer = it.solicit(KNOWN, 16, vendor_class="HTTPClient")
        assert answer.url == "http://[fd77::2]/one.efi", answer.url
        it.s546.send(dhcp.solicit6(OTHER).encode(), GROUP, 547)
        it.daemon.wait_log("unknown, and answer = \"known\"")
        assert it.solicit(KNOWN).url and not it.s546.heard()


def test_over_ipv6_the_reply_on_4011_uses_it_up():
    with Network() as net:
        it = Lab6(net, f"mac,name,file,once\n{ONCE},pc05,install.efi,armed\n")
        advertise = it.solicit(ONCE)
        assert it.state() == "", it.state()
        assert it.request(advertise, ONCE).url == "tftp://[fd77::2]/install.efi"
        assert it.state().count("once=used ") == 1
        assert it.request(it.solicit(ONCE), ONCE).url == "tftp://[fd77::2]/install.efi"
        assert it.state().count("once=used ") == 1
