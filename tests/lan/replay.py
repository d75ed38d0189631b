"""wdspxectl replay: the requests of a capture through a configuration, and whom a change affects."""

import glob
import json
import os
import signal
import struct
import subprocess

from lab import Network, dhcp
from lab.daemon import TREE, Daemon, build
from lab.forge import ETH_IPV4, frame, packets4
from lab.process import until

CAPTURES = os.path.join(TREE, "tests", "fixtures", "captures")

BOOT = [{"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
        {"arch": "x86-bios", "file": "undionly.kpxe"},
        {"arch": ["x64-uefi", "arm64-uefi"], "file": "ipxe.efi"},
        {"arch": "x64-uefi-http", "url": "http://${server}/boot.efi"}]


def ctl(daemon, *words):
    """Its exit status and what it printed."""
    done = subprocess.run(["ip", "netns", "exec", daemon.host.namespace, os.path.join(build(), "wdspxectl"),
                           "-s", daemon.control, *words], capture_output=True, text=True, timeout=100, check=False)
    return done.returncode, done.stdout + done.stderr


def replay(daemon, name, *words, status=0):
    got, text = ctl(daemon, "replay", os.path.join(CAPTURES, name), *words, "--json")
    assert got == status, (got, text)
    return json.loads(text)


def make(net):
    lan = net.segment("lan")
    host = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
    return host, Daemon(host, boot=BOOT)


def folder(daemon):
    """All files below, with content and time: what must not change."""
    found = {}
    for path in glob.glob(os.path.join(daemon.state_dir, "**"), recursive=True):
        found[path] = (os.path.getmtime(path), os.path.isfile(path) and open(path, "rb").read())
    return found


def test_the_daemon_and_a_configuration_without_one_say_the_same():
    with Network() as net:
        _, daemon = make(net)
        daemon.start()
        for name in ("x64-pxe4.pcap", "bios-ipxe.pcap", "x64-pxe6.pcap", "other-udhcpc.pcap", "x64-http4.pcap"):
            by_daemon = replay(daemon, name)
            before = folder(daemon)
            alone = replay(daemon, name, "-c", daemon.conf)
            assert folder(daemon) == before, "it wrote into state-dir"
            assert by_daemon["requests"] == alone["requests"] > 0, (by_daemon, alone)
            for one, other in zip(by_daemon["rows"], alone["rows"]):
                assert one["frame"] == other["frame"]
                for key in ("outcome", "replies", "silence", "request"):
                    assert one["answer"].get(key) == other["answer"].get(key), (name, key, one, other)
        rows = replay(daemon, "x64-pxe4.pcap")["rows"]
        assert [(r["frame"], r["answer"]["outcome"], r["answer"].get("boot-file")) for r in rows] == \
            [(1, "answered", None), (4, "not-ours", None), (6, "answered", "ipxe.efi")], rows
        daemon.stop()


def test_it_is_a_table_for_people():
    with Network() as net:
        _, daemon = make(net)
        status, text = ctl(daemon, "replay", os.path.join(CAPTURES, "x64-pxe4.pcap"), "-c", daemon.conf)
        assert status == 0, text
        for line in ("    1  52:54:00:77:00:01  pxe-discover, x64-uefi\n",
                     "       OFFER from 10.77.0.2 (50-bootfile.conf:14)\n",
                     "       ACK from 10.77.0.2, boot file ipxe.efi (50-bootfile.conf:14)\n",
                     "       nothing: not-ours (a kind of request that a boot server must not answer)\n",
                     "3 requests, 2 would get an answer\n"):
            assert line in text, (line, text)
        assert all(len(line) <= 80 for line in text.splitlines()), text


def test_whom_a_change_affects():
    with Network() as net:
        host, old = make(net)
        new = Daemon(host, boot=[BOOT[0], BOOT[1], {"arch": "x64-uefi", "file": "other.efi"}])
        os.rmdir(new.state_dir)
        os.symlink(old.state_dir, new.state_dir)
        answer = replay(old, "x64-pxe4.pcap", "-c", new.conf, "--against", old.conf, status=1)
        assert answer["different"] == 1 and answer["requests"] == 3, answer
        row, = answer["rows"]
        assert row["frame"] == 6 and row["before"]["boot-file"] == "ipxe.efi", row
        assert row["answer"]["boot-file"] == "other.efi", row
        assert replay(old, "bios-etherboot.pcap", "-c", new.conf, "--against", old.conf)["different"] == 0
        status, text = ctl(old, "replay", os.path.join(CAPTURES, "aa64-pxe4.pcap"), "-c", new.conf,
                           "--against", old.conf)
        assert status == 1 and "now:    nothing: rejected (50-bootfile.conf:" in text, text
        assert "3 requests, 2 answered otherwise than before\n" in text, text
        old.start()         # the running daemon against a file
        assert replay(old, "x64-pxe4.pcap", "--against", old.conf)["different"] == 0
        old.stop()


def test_what_cannot_be_replayed():
    with Network() as net:
        _, daemon = make(net)
        capture = os.path.join(CAPTURES, "x64-pxe4.pcap")
        assert ctl(daemon, "replay", capture)[0] == 3                      # no daemon
        assert ctl(daemon, "replay")[0] == 2
        status, text = ctl(daemon, "replay", "/nowhere.pcap")
        assert status == 1 and "No such file" in text, text
        status, text = ctl(daemon, "replay", capture, "-c", "/nowhere.conf")
        assert status == 1 and "/nowhere.conf" in text, text
        daemon.write_provider("50-bootfile.conf", "name = \"bootfile\"; nonsense = 1;\n")
        status, text = ctl(daemon, "replay", capture, "-c", daemon.conf)
        assert status == 1 and "nonsense" in text, text


def pcap(*frames):
    return struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1) + b"".join(
        struct.pack("<IIII", i, 0, len(octets), len(octets)) + octets for i, octets in enumerate(frames))


def test_what_a_request_on_4011_leaves_out_is_told():
    with Network() as net:
        _, daemon = make(net)
        mac = "52:54:00:77:00:31"
        discover, whole, short = dhcp.discover(mac, 7), dhcp.request_pxe(mac, "10.77.0.9", 7), \
            dhcp.request_pxe(mac, "10.77.0.9", 7)
        short.set(dhcp.OPT_ARCH, None)
        short.set(dhcp.OPT_CLASS, "PXEClient")
        frames = [frame(next(packets4(discover.encode(), "0.0.0.0", "255.255.255.255")), ETH_IPV4, mac)]
        frames += [frame(next(packets4(each.encode(), "10.77.0.9", "10.77.0.2", 4011, 4011)), ETH_IPV4, mac)
                   for each in (whole, short)]
        path = os.path.join(daemon.folder, "short.pcap")
        with open(path, "wb") as file:
            file.write(pcap(*frames))
        first, second, third = replay(daemon, path, "-c", daemon.conf)["rows"]
        assert "left-out" not in first and "left-out" not in second, (first, second)
        assert (third["left-out"], third["said-in"]) == (["arch"], 1), third
        status, text = ctl(daemon, "replay", path, "-c", daemon.conf)
        assert status == 0 and "       (it leaves out what frame 1 says: arch; of a client" in text, text


def test_who_does_not_decide_is_waited_for_without_a_daemon_too():
    with Network() as net:
        _, daemon = make(net)
        module = daemon.module("scripted", os.path.join(build(), "tests", "providers", "scripted.so"))
        daemon.write_provider("10-late.conf", {"name": "late", "module": module, "settings": {
            "action": "pending", "complete": "never", "trial": 1}})
        row = replay(daemon, "x64-pxe4.pcap", "-c", daemon.conf)["rows"][0]
        assert row["answer"]["outcome"] == "timeout" and row["answer"]["provider"] == "late", row
        daemon.write_provider("10-late.conf", {"name": "late", "module": module, "settings": {
            "action": "ignore"}})
        row = replay(daemon, "x64-pxe4.pcap", "-c", daemon.conf)["rows"][0]
        assert [p["verdict"] for p in row["answer"]["providers"]] == ["not-asked", "answered"], row
        row = replay(daemon, "x64-pxe4.pcap", "-c", daemon.conf, "--assume", "late=ignore")["rows"][0]
        assert row["answer"]["outcome"] == "ignored", row
        status, text = ctl(daemon, "replay", os.path.join(CAPTURES, "x64-pxe4.pcap"), "-c", daemon.conf,
                           "--assume", "lat=ignore")
        assert status == 1 and 'no provider "lat" runs: did you mean "late"?' in text, text


def test_what_the_daemon_captured_is_replayed():
    """Octet for octet what it sent."""
    with Network() as net:
        lan = net.segment("lan")
        daemon = Daemon(net.host("boot", "10.77.0.2/24", on=lan), boot=BOOT).start()
        client = net.host("client", "10.77.0.9/24", on=lan).udp(68)
        path = os.path.join(daemon.folder, "boot.pcapng")
        capture = daemon.host.start([os.path.join(build(), "wdspxectl"), "-s", daemon.control, "capture",
                                     "-w", path], "capture")
        heard = {}

        def is_captured():
            packet = dhcp.discover(f"52:54:00:77:00:{len(heard):02x}", arch=len(heard) % 2 * 7)
            client.send(packet.encode())
            heard[packet.mac] = client.receive().payload.hex()
            return os.path.exists(path) and os.path.getsize(path) > 3000

        until(is_captured, 20, "packets in the file", 0.3)
        capture.stop(signal.SIGINT)
        status, text = ctl(daemon, "replay", path, "--json")
        rows = json.loads(text)["rows"]
        assert status == 0 and len(rows) >= 2, text
        for row in rows:
            assert row["answer"]["replies"][0]["octets"] == heard[row["answer"]["request"]["mac"]], row
        daemon.stop()
