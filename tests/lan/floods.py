"""Floods of forged packets: whoever asks honestly beside them is answered."""

import json
import time

from lab import Network, dhcp, timeout, until
from lab.daemon import Daemon
from lab.flood import Flood
from lab.forge import (ALL_SERVERS, BROADCAST, ETH_IPV4, ETH_IPV6, Fields, Forgery, frame, packet6,
                       packets4)
from lab.process import PATIENCE

SERVER = "10.77.0.2"
MAC = "02:66:00:00:00:01"  # of forged clients; its last octets differ
ENTRIES = [{"arch": "x86-bios", "file": "boot.0", "shape": "direct"}, {"file": "boot.efi"}]
CHADDR, XID, GIADDR = 28, 4, 24  # in a DHCPv4 message


def site(net, other=None, **config):
    lan = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/16", "fd77::2/64", on=lan)
    if other:
        boot.join(other, "10.78.0.2/24", "fd78::2/64")
    evil = net.host("evil", on=lan)
    client = net.host("client", "10.77.0.9/16", "fd77::9/64", on=lan)
    daemon = Daemon(boot, boot=ENTRIES, config={"log-level": "warning", **config}).start()
    return lan, boot, evil, client, daemon


def v4(boot, evil, payload, source, port, source_port=68, to=SERVER):
    mac = BROADCAST if to == "255.255.255.255" else boot.mac()
    packet, = packets4(payload, source, to, port, source_port)
    return frame(packet, ETH_IPV4, evil.mac(), mac)


def v6(boot, evil, payload, source, port, to="ff02::1:2"):
    mac = ALL_SERVERS if to == "ff02::1:2" else boot.mac()
    return frame(packet6(payload, source, to, port, 546), ETH_IPV6, evil.mac(), mac)


def honest(port, number):
    """The message of one honest client, and its transaction id as the answer has it."""
    mac = f"02:77:00:00:00:{number:02x}"
    if port == 547:
        octets = dhcp.solicit6(mac, xid=0x770000 + number).encode()
        return octets, octets[1:4]
    if port == 4011:
        packet = dhcp.request_pxe(mac, "10.77.0.9", xid=0x77000000 + number)
    else:
        packet = dhcp.discover(mac, xid=0x77000000 + number)
    octets = packet.encode()
    return octets, octets[4:8]


TO = {67: "255.255.255.255", 4011: SERVER, 547: "ff02::1:2"}


class Honest:
    """Clients that ask one after the other, on one port; right answers come from this address."""

    def __init__(self, boot, client, port):
        self.boot, self.client, self.port = boot, client, port
        self.source = (boot.link_local() if port == 547 else SERVER), port
        self.asked, self.answered = {}, set()
        self.socket = client.udp(546, client.link_local(), family=6) if port == 547 else client.udp(68)

    def ask(self, number):
        octets, xid = honest(self.port, number)
        self.asked[xid] = number
        self.socket.send(octets, TO[self.port], self.port)

    def take(self, answer):
        xid = answer.payload[1:4] if self.port == 547 else answer.payload[4:8]
        if xid in self.asked:
            assert answer.source == self.source, answer
            self.answered.add(xid)

    def hear(self, seconds):
        """Takes what comes within so many seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if answer := self.socket.heard(left):
                self.take(answer)

    def missing(self):
        return sorted(number for xid, number in self.asked.items() if xid not in self.answered)


def ask_honestly(boot, client, port, n=60, pause=0.05):
    """So many clients ask, one after the other, each once, and are answered. A packet that the kernel
    has dropped where no program saw it, on a host that is too busy for it, is nobody's fault: then who
    was not answered asks again, as firmware does, and is answered."""
    before = boot.dropped() + client.dropped()
    crowd = Honest(boot, client, port)
    for number in range(n):
        crowd.ask(number)
        crowd.hear(pause)
    for _ in range(4):
        # On a busy host the flood's packets before them are read for long.
        end = time.monotonic() + 15 * PATIENCE
        while crowd.missing() and time.monotonic() < end:
            crowd.hear(0.1)
        missing = crowd.missing()
        if not missing:
            break
        dropped = boot.dropped() + client.dropped() - before
        print(f"{missing} were not answered; the kernel dropped {dropped} packets")
        assert dropped > 0, f"{n - len(missing)} of {n} honest clients were answered"
        for number in missing:
            crowd.ask(number)
    crowd.socket.close()
    assert not crowd.missing(), f"clients {crowd.missing()} were not answered, though they asked again"


def flooded(net, port, make, **config):
    """Honest clients beside 5,000 forged packets a second, which name absent neighbours."""
    _lan, boot, evil, client, daemon = site(net, **config)
    octets, fields = make(boot, evil)
    flood = Forgery(evil, octets, fields, 5000, 30000)
    time.sleep(1)  # until what waits for neighbours is at its most
    ask_honestly(boot, client, port)
    flood.finish()
    print(daemon.ctl("status"))
    return daemon


# W2: replies that wait for neighbours that are not there hold up nobody else's.


@timeout(90)
def test_absent_relays_hold_up_nobody():
    with Network() as net:
        def forged(boot, evil):
            packet = dhcp.relay4(dhcp.discover(MAC), "10.77.1.1").encode()
            at = Fields.PAYLOAD4
            return (v4(boot, evil, packet, "10.77.0.99", 67, 67),
                    [(at + XID, 4), (at + CHADDR + 2, 4), (at + GIADDR + 2, 2)])

        daemon = flooded(net, 67, forged)
        daemon.wait_log(r"\d+ replies were dropped: no host answers at their addresses")
        daemon.stop()


@timeout(90)
def test_absent_routed_ones_hold_up_no_link_local_client():
    """W2: relays may be named from afar; a client of IPv6 is a new neighbour when it asks."""
    with Network() as net:
        def forged(boot, evil):
            packet = dhcp.relay4(dhcp.discover(MAC), "10.77.1.1").encode()
            at = Fields.PAYLOAD4
            return (v4(boot, evil, packet, "10.77.0.99", 67, 67),
                    [(at + XID, 4), (at + CHADDR + 2, 4), (at + GIADDR + 2, 2)])

        flooded(net, 547, forged).stop()


@timeout(90)
def test_absent_clients_of_4011_hold_up_nobody():
    with Network() as net:
        def forged(boot, evil):
            packet = dhcp.request_pxe(MAC, "10.77.1.1").encode()
            at = Fields.PAYLOAD4
            return (v4(boot, evil, packet, "10.77.1.1", 4011),
                    [(at + XID, 4), (at + CHADDR + 2, 4), (Fields.SOURCE4 + 2, 2)])

        flooded(net, 4011, forged).stop()


@timeout(90)
def test_an_absent_link_local_client_holds_up_nobody():
    with Network() as net:
        def forged(boot, evil):
            packet = dhcp.solicit6(MAC, duid=bytes((0, 3, 0, 1)) + bytes(6)).encode()
            at = Fields.PAYLOAD6
            duid = packet.index(bytes((0, 1, 0, 10, 0, 3, 0, 1))) + 8
            return (v6(boot, evil, packet, "fe80::dead", 547), [(at + 1, 3), (at + duid + 2, 4)])

        flooded(net, 547, forged).stop()


def made_up_clients(evil, mac, rate, count):
    """SOLICITs from link-local addresses of which no two are alike."""
    payload = dhcp.solicit6(MAC).encode()
    octets = frame(packet6(payload, "fe80::dead:0:0:0", "ff02::1:2", 547, 546), ETH_IPV6, mac, ALL_SERVERS)
    source = octets.index(bytes.fromhex("fe80000000000000dead"))
    machine = octets.index(bytes.fromhex(MAC.replace(":", ""))) + 2
    return Forgery(evil, octets, [(Fields.PAYLOAD6 + 1, 3), (source + 10, 6), (machine, 4)], rate, count)


@timeout(120)
def test_a_new_host_is_answered_beside_made_up_ones_of_its_link_and_another():
    """W2: who asks again, as firmware does, is told from addresses of which no two are alike."""
    with Network() as net:
        other = net.segment("other")
        _lan, boot, evil, client, daemon = site(net, other)
        stranger = net.host("stranger", on=other)
        floods = [made_up_clients(host, host.mac(), 2000, 120000) for host in (evil, stranger)]
        time.sleep(1)  # until what waits for neighbours is at its most
        for number in range(6):
            address = f"fe80::77:{number + 1:x}"
            client.ip("-6", "address", "add", address + "/64", "dev", "eth0", "nodad")
            message = dhcp.solicit6(f"02:77:00:00:00:{number:02x}", xid=0x770000 + number).encode()
            with client.udp(546, address, family=6) as socket:
                for _ in range(8):
                    socket.send(message, "ff02::1:2", 547)
                    answer = socket.heard(1.1)
                    if answer:
                        break
                answer = answer or socket.receive()
                assert answer.payload[1:4] == message[1:4], address
        print(daemon.ctl("status"))
        for flood in floods:
            flood.process.stop()
        daemon.stop()


# W17: what one packet costs is bounded, whatever its sender writes; so no flood takes the time that
# honest clients need.


def kinds(boot, evil, client):
    """(name, frame, fields that differ)."""
    at, at6 = Fields.PAYLOAD4, Fields.PAYLOAD6
    everybody = "255.255.255.255"
    machines = [(at + XID, 4), (at + CHADDR + 2, 4)]
    machines6 = [(at6 + 1, 3)]
    plain = dhcp.discover(MAC).encode()
    options = plain[:240] + bytes((53, 1, 1)) + bytes((60, 1, 80)) * 399
    relayed = dhcp.relay4(dhcp.discover(MAC), "10.77.0.9").encode()
    pxe = dhcp.request_pxe(MAC, "10.77.0.9").encode()
    reply = b"\x02" + plain[1:]
    mac = boot.mac()
    fragments = list(packets4(plain + bytes(1000), "10.77.0.9", SERVER, 67, 68, fragment=512))
    solicit = dhcp.solicit6(MAC)
    duid = solicit.encode().index(bytes.fromhex(MAC.replace(":", "")))
    relayed6 = dhcp.relay6(solicit, "fd77::9", "fe80::1").encode()
    inner = relayed6.index(solicit.encode())
    pxe6 = dhcp.request_pxe6(MAC, None).encode()
    near6 = client.link_local()
    return [
        ("400 options", v4(boot, evil, options, "0.0.0.0", 67, to=everybody), machines),
        ("one MAC", v4(boot, evil, plain, "0.0.0.0", 67, to=everybody), [(at + XID, 4)]),
        ("made-up MACs", v4(boot, evil, plain, "0.0.0.0", 67, to=everybody), machines),
        ("a relay that is there", v4(boot, evil, relayed, "10.77.0.9", 67, 67), machines),
        ("relays of 10/8", v4(boot, evil, relayed, "10.77.0.9", 67, 67),
         machines + [(at + GIADDR + 1, 3)]),
        ("our own address as source", v4(boot, evil, plain, SERVER, 67), machines),
        ("source port 0", v4(boot, evil, pxe, "10.77.0.9", 4011, 0), machines),
        ("source 255.255.255.255", v4(boot, evil, plain, everybody, 67), machines),
        ("4011 from port 68", v4(boot, evil, pxe, "10.77.0.9", 4011, 68), machines),
        ("4011 from port 4011", v4(boot, evil, pxe, "10.77.0.9", 4011, 4011), machines),
        ("BOOTREPLYs", v4(boot, evil, reply, "0.0.0.0", 67, to=everybody), machines),
        ("fragments without end", frame(fragments[0], ETH_IPV4, evil.mac(), mac),
         [(Fields.ID, 2)]),
        ("noise", v4(boot, evil, bytes(300), "10.77.0.9", 67), [(at, 300)]),
        ("SOLICIT", v6(boot, evil, solicit.encode(), near6, 547),
         machines6 + [(at6 + duid + 2, 4)]),
        ("IPv6, relayed", v6(boot, evil, relayed6, "fd77::9", 547, "fd77::2"),
         [(at6 + inner + 1, 3), (at6 + inner + duid + 2, 4)]),
        ("IPv6 on 4011", v6(boot, evil, pxe6, "fd77::9", 4011, "fd77::2"), machines6),
    ]


@timeout(400)
def test_no_kind_of_flood_costs_honest_clients_their_answers():
    with Network() as net:
        lan, boot, evil, client, daemon = site(net)
        crowd = net.host("crowd", on=lan)
        for name, octets, fields in kinds(boot, evil, client):
            before = boot.dropped() + crowd.dropped()
            honest_ones = Flood(crowd, rate=100, seconds=2, linger=20)
            sent = Forgery(evil, octets, fields, 10000, 15000).finish()
            counts = honest_ones.wait()
            # What a busy host's kernel drops before anybody sees it meets honest packets as often as any:
            # one of a hundred is theirs.
            dropped = boot.dropped() + crowd.dropped() - before
            print(name, sent, counts, dropped)
            assert counts["lost"] - counts["own-drops"] <= dropped / 20, (name, counts, dropped)
        print(daemon.ctl("status"))
        daemon.stop()


# W18: the daemon is no reflector without bound.


def requests(daemon):
    return json.loads(daemon.ctl("status", "--json"))["requests"]


def all_read(daemon, n):
    """The outcomes, when the daemon has read n requests in all."""
    until(lambda: sum(requests(daemon).values()) >= n, 20, f"{n} requests are read")
    return requests(daemon)


def test_one_address_is_sent_a_bounded_number_of_answers():
    with Network() as net:
        _lan, boot, evil, client, daemon = site(net, limits={"per-destination": 50})
        begin = time.monotonic()
        at, at6 = Fields.PAYLOAD4, Fields.PAYLOAD6
        machines = [(at + XID, 4), (at + CHADDR + 2, 4)]
        relayed = dhcp.relay4(dhcp.discover(MAC), "10.77.0.9").encode()
        pxe = dhcp.request_pxe(MAC, "10.77.0.9").encode()
        relayed6 = dhcp.relay6(dhcp.solicit6(MAC), "fd77::9", "fe80::1").encode()
        duid = relayed6.index(bytes.fromhex(MAC.replace(":", "")))
        Forgery(evil, v4(boot, evil, relayed, "10.77.0.99", 67, 67), machines, 1e6, 1000).finish()
        Forgery(evil, v4(boot, evil, pxe, "10.77.0.9", 4011), machines, 1e6, 1000).finish()
        Forgery(evil, v6(boot, evil, relayed6, "fd77::9", 547, "fd77::2"), [(at6 + duid + 2, 4)],
                1e6, 1000).finish()
        outcomes = all_read(daemon, 3000)
        seconds = time.monotonic() - begin + 1
        assert 100 <= outcomes["answered"] <= 2 * 50 * (seconds + 1), (outcomes, seconds)
        assert outcomes["answered"] + outcomes["destination-rate"] == 3000, outcomes
        ask_honestly(boot, client, 67, n=60, pause=0)   # broadcasts have no such bound
        daemon.stop()


def test_relays_that_are_listed_are_served_and_no_others():
    with Network() as net:
        limits = {"per-destination": 50, "relays": ["10.77.0.8/31", "fd77::9"]}
        _lan, boot, evil, client, daemon = site(net, limits=limits)
        at, at6 = Fields.PAYLOAD4, Fields.PAYLOAD6
        machines = [(at + XID, 4), (at + CHADDR + 2, 4)]

        def relayed(giaddr, n):
            packet = dhcp.relay4(dhcp.discover(MAC), giaddr).encode()
            Forgery(evil, v4(boot, evil, packet, "10.77.0.99", 67, 67), machines, 1e6, n).finish()

        def relayed6(source, n):
            packet = dhcp.relay6(dhcp.solicit6(MAC), "fd77::9", "fe80::1").encode()
            duid = packet.index(bytes.fromhex(MAC.replace(":", "")))
            Forgery(evil, v6(boot, evil, packet, source, 547, "fd77::2"), [(at6 + duid + 2, 4)],
                    1e6, n).finish()

        relayed("10.77.0.9", 300)
        relayed6("fd77::9", 300)
        outcomes = all_read(daemon, 600)
        assert outcomes["answered"] == 600, outcomes
        relayed("10.77.0.10", 7)
        relayed6("fd77::10", 5)
        outcomes = all_read(daemon, 612)
        assert outcomes["relay"] == 12 and outcomes["answered"] == 600, outcomes
        ask_honestly(boot, client, 67, n=5, pause=0)
        daemon.stop()
