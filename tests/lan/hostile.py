"""An attacker with a packet generator: nobody is answered who must not be, and nothing grows."""

import collections
import glob
import json
import os
import random
import re
import struct
import time

from lab import Network, dhcp, timeout
from lab.daemon import TREE, Daemon, build
from lab.forge import Forger
from lab.process import until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"file": "boot.0", "shape": "direct"}]
NAK = 6


def lan(net):
    segment = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment)
    boot.route("default", "10.77.0.1")
    return segment, boot, net.host("evil", "10.77.0.9/24", "fd77::9/64", on=segment)


def status(daemon):
    return json.loads(daemon.ctl("status", "--json"))


def settled(daemon):
    """The status when nothing is under way and nothing waits in the sockets any more."""
    seen = [None, status(daemon)]

    def quiet():
        until(lambda: daemon.host.udp_waiting() == 0, 20, "nothing waits in the ports")
        time.sleep(0.2)
        seen[:] = [seen[1], status(daemon)]
        return seen[0]["received"] == seen[1]["received"] and seen[1]["pending"] == 0

    until(quiet, 20, "the daemon has read everything")
    return seen[1]


# 0.0.0.0, 127.0.0.1, multicast and 255.255.255.255 as a source the kernel drops by itself.
NOBODY = ["10.77.0.2", "10.77.0.255", "127.0.0.1", "127.255.255.255", "224.0.0.1",
          "255.255.255.255"]


def test_no_packet_makes_it_write_to_a_whole_network_or_to_itself():
    with Network() as net:
        segment, boot, evil = lan(net)
        capture = net.capture(segment)
        daemon = Daemon(boot, boot=ENTRIES).start()
        local = boot.udp(68, interface="lo"), boot.udp(9999, interface="lo")
        to = boot.mac()
        with Forger(evil) as forger:
            for n, address in enumerate(NOBODY, 1):
                request = dhcp.request_pxe(MAC % n, address).encode()
                forger.ipv4(request, address, "10.77.0.2", 4011, 4011, to)
                relayed = dhcp.relay4(dhcp.discover(MAC % (n + 16)), address)
                forger.ipv4(relayed.encode(), "10.77.0.9", "10.77.0.2", 67, 67, to)
                any_port = dhcp.relay4(dhcp.discover(MAC % (n + 32)), address,
                                       dhcp.relay_agent(b"x", port=True))
                forger.ipv4(any_port.encode(), "10.77.0.9", "10.77.0.2", 67, 9999, to)
            for n, address in enumerate(("fd77::2", "ff02::1", "::1", boot.link_local()), 1):
                forger.ipv6(dhcp.solicit6(MAC % (n + 48)).encode(), address, "ff02::1:2")
                forger.ipv6(dhcp.request_pxe6(MAC % (n + 64), None).encode(), address, "fd77::2",
                            4011, 4011, to)
            told = settled(daemon)
            assert told["received"] >= 3 * 4 and told["replies"] == 0, told
            # The same packets of a host that is one:
            forger.ipv4(dhcp.request_pxe(MAC % 1, "10.77.0.9").encode(), "10.77.0.9", "10.77.0.2",
                        4011, 4011, to)
            forger.ipv4(dhcp.relay4(dhcp.discover(MAC % 2), "10.77.0.9").encode(), "10.77.0.9",
                        "10.77.0.2", 67, 67, to)
            assert settled(daemon)["replies"] == 2
        for socket in local:
            assert socket.heard() is None, "its own loopback got a packet"
            socket.close()
        sent = capture.rows(["ip.dst"], f"eth.src == {to} && udp.srcport in {{67, 4011}}")
        assert {row["ip.dst"] for row in sent} == {"10.77.0.9"}, sent
        daemon.stop()


def test_packets_cannot_flood_the_log():
    with Network() as net:
        _segment, boot, evil = lan(net)
        daemon = Daemon(boot, boot=[{"arch": "x86-bios", "file": "boot.0"}]).start()
        began = time.monotonic()
        with evil.udp(68) as socket:
            for n in range(6000):  # each of another kind that nobody has heard of
                mac = "52:54:00:78:%02x:%02x" % divmod(n, 256)
                socket.send(dhcp.discover(mac, 1000 + n).encode())
        settled(daemon)
        daemon.wait_log(r"^rejected: \d+ more in one second")
        seconds = time.monotonic() - began + 2  # as many of the clock's seconds may be touched
        log = daemon.stop()
        kinds = collections.Counter(re.sub(r"(\w\w:){5}\w\w|\d+", "N", line)
                                    for line in log.splitlines())
        assert all(n <= 100 * seconds for n in kinds.values()), kinds.most_common(3)
        assert sum(kinds.values()) < 400 * seconds, kinds.most_common(8)


def captured():
    """The boot packets of real firmware: (family, destination port, payload)."""
    found = []
    for path in sorted(glob.glob(os.path.join(TREE, "tests/fixtures/captures/*.pcap"))):
        with open(path, "rb") as file:
            data = file.read()
        at = 24
        while at + 16 <= len(data):
            size = struct.unpack_from("<I", data, at + 8)[0]
            frame = data[at + 16:at + 16 + size]
            at += 16 + size
            kind = struct.unpack_from("!H", frame, 12)[0]
            start = 14 + (frame[14] & 15) * 4 if kind == 0x0800 else 54
            port = struct.unpack_from("!H", frame, start + 2)[0]
            if port in (67, 4011, 547):
                found.append((4 if kind == 0x0800 else 6, port, frame[start + 8:]))
    return found


def mutated(random_, payload):
    octets = bytearray(payload)
    for _ in range(random_.choice((0, 1, 1, 2, 4, 16))):
        at = random_.randrange(len(octets))
        octets[at] = random_.choice((0, 1, 255, random_.randrange(256), octets[at] ^ 1))
    if random_.random() < 0.2:
        del octets[random_.randrange(len(octets) + 1):]
    elif random_.random() < 0.1:
        octets += random_.randbytes(random_.randrange(2000))
    octets[4:8] = random_.randbytes(4)  # another client, another transaction
    if len(octets) > 34:
        octets[28:34] = b"\x02" + random_.randbytes(5)
    return bytes(octets)


def odd_ones():
    """Packets at the limits: (port, payload, family)."""
    plain = dhcp.solicit6(MAC % 1)
    nested = plain
    for depth in range(1, 41):
        nested = dhcp.relay6(nested, "fd77::1", "fe80::1", interface_id=b"e%d" % depth,
                             hops=depth - 1)
        if depth in (1, 31, 32, 33, 40):
            yield 547, nested.encode(), 6
    for size in (0, 1, 2, 3, 8, 127, 128, 129, 130, 131, 132, 1000, 3000):
        yield 547, dhcp.solicit6(MAC % 2, duid=bytes(size)).encode(), 6
        yield 4011, dhcp.request_pxe6(MAC % 2, bytes(size)).encode(), 6
    whole = dhcp.discover(MAC % 3)
    for size in (548, 1472, 4095, 4096, 4097, 9000, 65507):
        yield 67, whole.encode(size), 4
        yield 4011, dhcp.request_pxe(MAC % 4, "10.77.0.9").encode(size), 4
    for port in (67, 4011):
        for size in (0, 1, 235, 236, 239, 240, 241, 243):
            yield port, whole.encode()[:size], 4


def memory_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])


@timeout(240)
def test_whatever_comes_the_counters_add_up_and_nothing_grows():
    seed = int(os.environ.get("SEED", "0")) or random.randrange(1 << 30)
    print(f"SEED={seed}")
    random_ = random.Random(seed)
    seeds = captured()
    assert len(seeds) > 50
    with Network() as net:
        _segment, boot, evil = lan(net)
        daemon = Daemon(boot, boot=ENTRIES, config={"log-level": "warning"}).start()
        pid = daemon.process.pid
        sockets = {4: evil.udp(68), 6: evil.udp(546, family=6), 0: evil.udp(4011)}
        answers = {"all": 0, "nak": 0, "too long": 0}

        def read_answers():
            for socket in sockets.values():
                while (answer := socket.heard()) is not None:
                    answers["all"] += 1
                    if len(answer.payload) >= 243 and answer.payload[0] == 2:
                        answers["nak"] += bytes((53, 1, NAK)) in answer.payload[240:]
                        answers["too long"] += len(answer.payload) > 1500

        def send(family, port, payload):
            address = "ff02::1:2" if port == 547 else ("fd77::2" if family == 6 else "10.77.0.2")
            socket = sockets[0] if family == 4 and port == 4011 else sockets[family]
            socket.send(payload, address, port)

        sent = 0
        marks = []
        for round_ in range(3):
            for port, payload, family in odd_ones():
                send(family, port, payload)
                sent += 1
            for n in range(6000):
                family, port, payload = random_.choice(seeds)
                send(family, port, mutated(random_, payload) if payload else payload)
                sent += 1
                if n % 200 == 0:
                    read_answers()
                    time.sleep(0.01)
            with Forger(evil) as forger:
                for n in range(200):
                    payload = mutated(random_, random_.choice(seeds)[2] or b"x")
                    forger.ipv4(payload, "10.77.0.9", "10.77.0.2", random_.choice((67, 4011)),
                                random_.randrange(65536), boot.mac(),
                                fragment=random_.choice((0, 8, 64, 256)))
                    sent += 1
            settled(daemon)
            read_answers()
            marks.append(memory_kb(pid))
        told = settled(daemon)
        lost = sum(port["kernel-drops"] for port in told["ports"])
        assert told["received"] == sum(told["requests"].values()), told
        assert told["received"] + lost <= sent and told["received"] + lost >= sent * 0.95, \
            (sent, told)
        assert told["pending"] == 0 and told["packets-used"] == 0, told
        assert told["replies"] == sum(p["sent"] + p["unsent"] for p in told["ports"]), told
        assert told["requests"]["answered"] > 500 and told["replies"] < sent, told
        assert answers["nak"] == answers["too long"] == 0 < answers["all"], answers
        if build().endswith("build"):  # a sanitizer keeps what was freed
            assert marks[-1] - marks[0] < 2048, marks
        for socket in sockets.values():
            socket.close()
        assert "could not be sent" not in (log := daemon.stop()), log
