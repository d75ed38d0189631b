"""wdspxectl capture: packets in and out in a pcapng file, with the journey in each one's comment."""

import json
import os
import re
import signal
import time

from lab import Network, dhcp
from lab.daemon import Daemon, build
from lab.flood import Flood
from lab.process import ended, until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"},
           {"arch": "x64-uefi", "file": "boot.efi"}]
GROUP = "ff02::1:2"


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment),
            net.host("client", "10.77.0.9/24", "fd77::9/64", on=segment))


def wdspxectl(*arguments):
    return [os.path.join(build(), "wdspxectl"), *arguments]


def capture(daemon, *arguments):
    """A running wdspxectl capture, and the file that it writes."""
    path = os.path.join(daemon.folder, f"boot{time.monotonic()}.pcapng")
    return daemon.host.start(wdspxectl("-s", daemon.control, "capture", "-w", path, *arguments),
                             "capture"), path


def ask(client, packet, port=67):
    with client.udp(68) as udp:
        udp.send(packet.encode(), "255.255.255.255" if port == 67 else "10.77.0.2", port)
        return udp.receive()


def decoded(path):
    done = ended(wdspxectl("decode", path, "--json"), capture_output=True, timeout=20)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["packets"] if done.returncode == 0 else []


def until_captured(client, path):
    """Asks until the file has it."""
    def has_it():
        ask(client, dhcp.discover(MAC % 0xee))
        return os.path.exists(path) and os.path.getsize(path) > 1000
    until(has_it, 10, "the first packet", 0.3)


def tshark(path, *fields):
    """Rows of these fields, a packet each; there must be nothing that tshark finds wrong."""
    options = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]
    arguments = ["tshark", "-r", path, *options, "-T", "fields", "-E", "separator=|"]
    for field in ("_ws.malformed", "ip.checksum.status", "udp.checksum.status", *fields):
        arguments += ["-e", field]
    done = ended(arguments, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|") for line in done.stdout.decode().split("\n") if line]
    for row in rows:
        assert row[0] == "", row
        assert row[1] in ("", "1", "Good") and row[2] in ("1", "Good"), row
    return [row[3:] for row in rows]


def test_wireshark_reads_it_and_shows_why():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        one, path = capture(daemon)
        until_captured(client, path)
        ask(client, dhcp.discover(MAC % 1, arch=7))
        ask(client, dhcp.request_pxe(MAC % 1, "10.77.0.9", arch=7), 4011)
        with client.udp(68) as udp:
            udp.send(dhcp.relay4(dhcp.discover(MAC % 2, arch=11), "10.77.0.9").encode())
        with client.udp(546, family=6) as udp:
            udp.send(dhcp.solicit6(MAC % 3, 7).encode(), GROUP, 547)
            udp.receive()
        until(lambda: (MAC % 2 in str(decoded(path))) and str(decoded(path)).count(MAC % 3) > 1, 10, "all packets", 0.2)
        one.send_signal(signal.SIGINT)
        assert one.wait(10) == 0, one.text()
        rows = tshark(path, "frame.interface_name", "udp.dstport", "frame.comment", "frame.packet_flags_direction")
        packets = decoded(path)
        assert f"{path}: {len(packets)} packets" in one.text() and len(rows) == len(packets), one.text()
        assert {row[0] for row in rows} == {"eth0"}, rows
        offers = [row for row in rows if MAC % 1 in row[2] and "OFFER" in row[2]]
        assert [(row[1], int(row[3], 0)) for row in offers] == [("67", 1), ("68", 2)], offers
        for row in offers:
            assert "bootfile  answered in " in row[2] and "(50-bootfile.conf:10)" in row[2], row
        refused = [row for row in rows if MAC % 2 in row[2]]
        assert len(refused) == 1 and "no entry for arm64-uefi" in refused[0][2], refused
        to = [packet["to"] for packet in packets]
        assert "10.77.0.2:4011" in to and "10.77.0.9:68" in to and "[ff02::1:2]:547" in to, to
        sent = [packet for packet in packets if packet["to"] == "10.77.0.9:68"][0]
        assert sent["from"] == "10.77.0.2:4011" and "boot.efi" in sent["comment"], sent
        daemon.stop()


def test_one_machine_and_what_is_no_dhcp():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        one, path = capture(daemon, "--mac", MAC % 0xee)
        every, whole = capture(daemon)
        until_captured(client, path)
        until_captured(client, whole)
        ask(client, dhcp.discover(MAC % 1))
        with client.udp(68) as udp:
            udp.send(dhcp.discover(MAC % 2).encode().rstrip(b"\0")[:-1])  # without END
            udp.receive()
            udp.send(b"no DHCP at all")
        until(lambda: "is 14, less than a DHCP header" in str(decoded(whole)), 10, "what is no DHCP", 0.2)
        mended = [packet for packet in decoded(whole) if "no END (255) behind the last option" in packet["comment"]]
        assert len(mended) == 2 and mended[0]["to"].endswith(":67"), mended  # and its answer
        raw = ended(["tshark", "-r", whole, "-T", "fields", "-e", "udp.payload", "-Y",
                     'frame.comment contains "mended" && udp.dstport == 67'], capture_output=True, timeout=60).stdout
        assert not raw.decode().strip().endswith("ff"), raw
        daemon.stop()
        for process in one, every:
            assert process.wait(10) == 0 and "wdspxed has stopped" in process.text(), process.text()
        assert MAC % 1 not in str(decoded(path)) and MAC % 1 in str(decoded(whole))


def test_it_goes_through_a_pipe_and_counts_in_json():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        piped = os.path.join(daemon.folder, "piped")
        program = os.path.join(build(), "wdspxectl")
        pipe = boot.start(["sh", "-c", f"{program} -s {daemon.control} capture -w - | cat >{piped}"], "capture")
        one, path = capture(daemon, "--json")
        until_captured(client, path)
        until_captured(client, piped)
        one.send_signal(signal.SIGTERM)
        assert one.wait(10) == 0, one.text()
        assert json.loads(one.text()) == {"ok": True, "packets": len(decoded(path)), "lost": 0}, one.text()
        daemon.stop()
        assert pipe.wait(10) == 0, pipe.text()
        assert re.search(rf"-: {len(decoded(piped))} packets$", pipe.text(), re.M), pipe.text()
        tshark(piped)


def test_without_a_daemon_the_file_stays_as_it_was():
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        daemon.stop()
        path = os.path.join(daemon.folder, "kept")
        with open(path, "w", encoding="ascii") as file:
            file.write("kept")
        done = ended(wdspxectl("-s", daemon.control, "capture", "-w", path), capture_output=True, timeout=20)
        assert done.returncode == 3 and b"no daemon answers" in done.stderr, done
        with open(path, encoding="ascii") as file:
            assert file.read() == "kept"
        new = os.path.join(daemon.folder, "new")
        done = ended(wdspxectl("-s", daemon.control, "capture", "-w", new), capture_output=True, timeout=20)
        assert done.returncode == 3 and not os.path.exists(new), done
        done = ended(wdspxectl("-s", daemon.control, "capture", "-w", "/nowhere/x"), capture_output=True, timeout=20)
        assert done.returncode == 1 and b"/nowhere/x: No such file" in done.stderr, done


def test_a_stopped_capture_under_a_flood_costs_no_client_and_tells_what_is_missing():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=[{"mac": "02:46:*", "file": "x"}, *ENTRIES]).start()
        one, path = capture(daemon)
        until_captured(client, path)
        one.send_signal(signal.SIGSTOP)
        flood = Flood(client, rate=3000, server=daemon.process)
        time.sleep(2)
        counts = flood.finish()
        assert counts["lost"] == 0 and counts["slowest-ms"] < 500, counts
        one.send_signal(signal.SIGCONT)

        def goes_on():
            ask(client, dhcp.discover(MAC % 1))
            return MAC % 1 in str(decoded(path)[-20:])
        until(goes_on, 20, "it goes on after that", 0.5)
        daemon.stop()
        assert one.wait(20) == 0
        missing = re.search(r"(\d+) more came faster than they were read", one.text())
        assert missing and int(missing[1]) > counts["sent"] / 2, (counts, one.text())
        assert "packets are missing before this one" in str(decoded(path))
        tshark(path)
