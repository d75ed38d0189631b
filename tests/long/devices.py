"""Devices and real firmware, the ways that tests/boot/devices.py leaves out; what boots once, under
kill -9 in the midst of 10,000 conversations; 100,000 that are changed meanwhile."""

import concurrent.futures
import os
import random
import re
import threading
import time

import lab
from lab import Network, devices, dhcp, printed, servers
from lab.daemon import Daemon
from lab.flood import Flood, receive_buffers
from lab.qemu import MAC

OTHER4 = "10.77.0.9"
MACHINES, BATCH = 10_000, 80
LAST = "02:00:00:00:00:01"


@lab.timeout(1200)
def test_http_over_ipv4_waits_and_boots():
    devices.is_approved("http4", (4,))


@lab.timeout(1200)
def test_http_over_ipv6_waits_and_boots():
    devices.is_approved("http6", (6,))


@lab.timeout(1200)
def test_pxe_over_ipv6_waits_and_boots():
    devices.is_approved("pxe6", (6,))


@lab.timeout(900)
def test_bios_is_installed_once_and_goes_to_its_disk():
    devices.is_installed_once("bios")


@lab.timeout(2400)
def test_uefi_is_installed_once_and_goes_to_its_disk():
    devices.is_installed_once("pxe4")


@lab.timeout(900)
def test_ipxe_asks_again_until_it_is_approved():
    """By the manual's script, without being switched off: what is on its screen has the number."""
    script = printed.block("wdspxed-inventory.5", "#!ipxe").text
    with Network() as net:
        site = devices.site(net, pending=True, **{
            "pending-boot": [{"url": "http://${server}/wait.ipxe?number=${number}"}]})
        site.write("wait.ipxe", script)
        pc = site.machine("bios")
        number = pc.wait(r"waits for approval: \S+\?number=(\d+)")[1]
        assert number == str(devices.waits(site)), number
        site.daemon.ctl("device", "approve", number, "--name", "pc12", "--boot", "boot.bin")
        pc.boots()
        site.daemon.wait_log(r"pc12 \(by its \w+\)")
        site.done()


def from_its_own_server(way):
    """The file comes from another host, and no other machine is let in."""
    with Network() as net:
        site = devices.site(net, csv=f"mac,name,file,server\n{MAC},pc12,own.0,{OTHER4}\n")
        other = net.host("other", f"{OTHER4}/24", on=site.lan)
        os.link(os.path.join(site.folder, devices.file(way)), os.path.join(site.folder, "own.0"))
        servers.tftp(other, site.folder)
        site.machine(way).boots()
        asked = site.capture.rows(["ip.dst", "tftp.source_file"], "tftp.opcode == 1")
        assert {(row["ip.dst"], row["tftp.source_file"].lstrip("/")) for row in asked} == {(OTHER4, "own.0")}, asked
        site.done()


@lab.timeout(900)
def test_bios_gets_its_own_program_from_its_own_server():
    from_its_own_server("bios")


@lab.timeout(900)
def test_uefi_gets_its_own_program_from_its_own_server():
    from_its_own_server("pxe4")


# ---- kill -9 ----

def mac_of(n):
    return f"52:54:00:55:{n >> 8:02x}:{n & 255:02x}"


class Once:
    """A daemon whose machines are all to boot once, and what is known of each."""

    def __init__(self, net):
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=lan)
        self.socket = net.host("client", on=lan).udp(68)
        self.daemon = Daemon(boot, boot=[{"mac": LAST, "file": "install.0"}])
        self.csv = os.path.join(self.daemon.folder, "devices.csv")
        with open(self.csv, "w", encoding="ascii") as file:
            file.write("mac,file,once\n" + "".join(f"{mac_of(n)},install.0,armed\n" for n in range(MACHINES)))
        self.configure(3600)
        self.used, self.answered, self.asked = {}, set(), 0

    def configure(self, window):
        self.daemon.write_provider("40-inventory.conf", {
            "name": "inventory", "module": self.daemon.module("inventory"), "critical": True,
            "settings": {"devices": self.csv, "state-dir": self.daemon.state_dir, "once-window": window}})

    def ask(self, n):
        self.socket.send(dhcp.discover(mac_of(n)).encode())
        self.asked += 1

    def hear(self, seconds=0):
        came = self.socket.heard(seconds)
        if came is None:
            return False
        answer = dhcp.V4.parse(came.payload)
        assert answer.file == "install.0", answer
        self.answered.add(answer.mac)
        return True

    def look(self):
        """What is on the disk: what was answered was used up, and is so since the same moment."""
        path = os.path.join(self.daemon.state_dir, "devices")
        text = open(path, encoding="ascii").read() if os.path.exists(path) else ""
        for mac, when in re.findall(r"\tput\tmac:([0-9a-f:]{17})(?:\t[^\t\n]*)*?\tonce=used (\d+)\n", text):
            assert self.used.setdefault(mac, when) == when, (mac, self.used[mac], when)
        assert self.answered <= set(self.used), sorted(self.answered - set(self.used))


@lab.timeout(7200)
def test_what_boots_once_does_whenever_the_daemon_is_killed():
    chance = random.Random(15)
    with Network() as net:
        it, kills = Once(net), 0
        todo = list(range(MACHINES))
        while todo or kills < 100:
            it.daemon.start()
            batch = todo[:BATCH] + chance.sample(range(MACHINES), 20)   # some were asked before
            chance.shuffle(batch)
            end = time.monotonic() + chance.uniform(0, 0.15)
            for n in batch:
                it.ask(n)
                while it.hear():
                    pass
                if time.monotonic() > end:
                    break
            it.daemon.process.kill()
            it.daemon.process.wait(60)
            kills += 1
            while it.hear(0.02):
                pass
            it.look()
            todo = [n for n in todo if mac_of(n) not in it.answered]
        print(f"note: boot once: {it.asked} conversations, {kills} kills, {len(it.used)} used up")
        assert it.asked >= MACHINES and len(it.answered) == MACHINES == len(it.used)
        # For those of the beginning the window is over; who asks last is answered by bootfile.
        it.configure(10)
        it.daemon.start()
        it.answered.clear()
        for n in range(200):
            it.ask(n)
        it.socket.send(dhcp.discover(LAST).encode())
        while LAST not in it.answered:
            assert it.hear(60)
        assert it.answered == {LAST}, it.answered
        it.daemon.stop()


# ---- many ----

class Many:
    """100,000 devices, of which the first 20,000 are to boot once, in a network of their own; beside them
    a flood of machines in another one, which bootfile answers."""

    def __init__(self, net):
        receive_buffers(net)
        one, two = net.segment("one"), net.segment("two")
        boot = net.host("boot", "10.77.0.2/16", on=one)
        boot.join(two, "10.78.0.2/16")
        self.flooder = net.host("flooder", "10.77.0.5/16", on=one)
        self.socket = net.host("client", "10.78.0.6/16", on=two).udp(68)
        self.daemon = Daemon(boot, boot=[{"mac": "02:46:*", "file": "other.0"}])
        self.csv = os.path.join(self.daemon.folder, "devices.csv")
        self.asked, self.ended, self.waits = 0, threading.Event(), []
        self.write("a")
        self.daemon.write_provider("40-inventory.conf", {
            "name": "inventory", "module": self.daemon.module("inventory"), "settings": {
                "devices": self.csv, "state-dir": self.daemon.state_dir, "once-window": 3600}})
        self.daemon.start(ready=120)

    def write(self, file):
        with open(self.csv + ".new", "w", encoding="ascii") as csv:
            csv.write("mac,name,file,once,once-file\n")
            csv.writelines(f"5254{n:08x},pc{n},{file}.0,{'armed,install.0' if n < 20_000 else ','}\n"
                           for n in range(100_000))
        os.rename(self.csv + ".new", self.csv)

    def file(self, mac):
        """What the machine is offered: the first answer to its first request."""
        began = time.monotonic()
        self.socket.send(dhcp.discover(mac).encode())
        answer = dhcp.V4.parse(self.socket.receive().payload)
        assert answer.mac == mac, (answer.mac, mac)
        self.waits.append(time.monotonic() - began)
        return answer.file

    def boot_on(self):
        """A machine after the other boots once, until that is enough."""
        while not self.ended.is_set():
            self.asked += 1
            mac = ":".join(re.findall("..", f"5254{self.asked:08x}"))
            assert self.file(mac) == "install.0", mac
            time.sleep(0.01)

    def beside(self, what, change):
        """Changes something beside both; nobody is left without an answer."""
        self.ended.clear()
        self.waits.clear()
        flood = Flood(self.flooder, server=self.daemon.process)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            booting = pool.submit(self.boot_on)
            time.sleep(0.5)
            began = time.monotonic()
            try:
                change()
            finally:
                took = time.monotonic() - began
                self.ended.set()
            booting.result(60)
        counts = flood.finish()
        print(f"note: {what}: {took:.2f} s; {len(self.waits)} booted once meanwhile, after "
              f"{max(self.waits):.2f} s at most; {counts['sent']} others were answered")
        assert counts["lost"] == 0 and counts["answered"] == counts["sent"] > 0, counts
        return took


@lab.timeout(600)
def test_many_are_changed_beside_machines_that_boot_once():
    """No request is lost by it, and what a command says is so when it has returned."""
    with Network() as net:
        it = Many(net)
        listed = os.path.join(it.daemon.folder, "list.csv")
        with open(listed, "w", encoding="ascii") as csv:
            csv.write("mac,name,file\n")
            csv.writelines(f"5256{n:08x},new{n},new.0\n" for n in range(100_000))

        def add():
            for n in range(20):
                it.daemon.ctl("device", "add", f"one{n}", "--mac", f"52:55:00:00:00:{n:02x}", "--file", f"{n}.0")

        it.beside("20 times device add", add)
        assert [it.file(f"52:55:00:00:00:{n:02x}") for n in range(20)] == [f"{n}.0" for n in range(20)]
        took = it.beside("device import of 100,000", lambda: it.daemon.ctl("device", "import", listed, timeout=60))
        assert took < 30, took      # a command has no longer
        assert it.file("52:56:00:01:86:9f") == "new.0"
        it.write("b")
        it.beside("a reload of 100,000", lambda: it.daemon.ctl("reload", timeout=60))
        assert it.file("52:54:00:01:86:9f") == "b.0"
        state = open(os.path.join(it.daemon.state_dir, "devices"), encoding="ascii").read()
        used = set(re.findall(r"\tput\tmac:([0-9a-f:]{17})(?:\t[^\t\n]*)*?\tonce=used \d+\n", state))
        assert len(used) == it.asked, (len(used), it.asked)
        it.daemon.stop()
