"""The daemon over IPv4 against a scripted client: each row of the table of what may be answered,
and each rule of where an answer goes.

The provider here is a puppet that tries to answer whatever it sees: so silence is the daemon's own.
The capture tells what the daemon sent, to wherever it went, by the transaction's number.
"""

import contextlib
import os
import signal
import time

from lab import Network, dhcp
from lab.daemon import Daemon, build

SERVER, CLIENT = "10.77.0.2", "10.77.0.5"
MAC = "52:54:00:77:01:"
ANY = "0.0.0.0"
ITEM = dhcp.pxe43_build([(dhcp.PXE_ITEM, b"\x80\x00\x00\x00")])
SECRET_ITEM = dhcp.pxe43_build([(dhcp.PXE_ITEM, b"\x80\x00\x80\x00")])
FIELDS = ["dhcp.id", "dhcp.option.dhcp", "ip.src", "udp.srcport", "ip.dst", "udp.dstport",
          "dhcp.flags", "udp.length", "dhcp.ip.relay"]


class Lab:
    """The daemon with the puppet on 10.77.0.2, a client on 10.77.0.5, both on segment `lan`."""

    def __init__(self, net, settings=None, **more):
        self.net, self.lan = net, net.segment("lan")
        self.boot = net.host("boot", f"{SERVER}/24", on=self.lan)
        self.client = net.host("client", f"{CLIENT}/24", on=self.lan)
        self.capture = net.capture(self.lan)
        self.daemon = Daemon(self.boot, providers={}, **more)
        puppet = self.daemon.module("puppet",
                                    os.path.join(build(), "tests", "providers", "scripted.so"))
        self.daemon.write_provider("50-puppet.conf", {
            "name": "puppet", "module": puppet, "critical": True,
            "settings": {"action": "nbp", "nonblocking": 1, "file": "puppet.0",
                         **(settings or {})}})
        self.daemon.start()
        self.sockets = {}
        self.asked = 0
        self.marks = set()

    def client_of(self):
        """A MAC of its own for each packet, so that no limit for one client matters."""
        self.asked += 1
        return f"{MAC}{self.asked:02x}"

    def send(self, packet, port=67, to=None, sport=None, host=None, interface=None):
        """Sends a message: on 67 by broadcast from 68, on 4011 to the server from 4011."""
        host = host or self.client
        sport = sport or (68 if port == 67 else port)
        key = host.name, sport, interface
        if key not in self.sockets:
            self.sockets[key] = host.udp(sport, interface=interface)
        octets = packet if isinstance(packet, bytes) else packet.encode()
        self.sockets[key].send(octets, to or ("255.255.255.255" if port == 67 else SERVER), port)
        return self.sockets[key]

    def settle(self):
        """Asks what must be answered, and waits for that: all before it has been dealt with."""
        mark = dhcp.discover(self.client_of())
        self.marks.add(mark.xid)
        socket = self.send(mark)
        for _ in range(50):
            came = socket.receive()
            if dhcp.V4.parse(came.payload).xid == mark.xid:
                return
        raise AssertionError("no end of answers")

    def answers(self):
        """What the daemon has sent: a row of FIELDS for each packet, `xid` a number."""
        self.settle()
        rows = self.capture.rows(FIELDS, f"dhcp && ip.src == {SERVER} && dhcp.type == 2")
        for row in rows:
            row["xid"] = int(row["dhcp.id"], 16)
        assert self.marks <= {row["xid"] for row in rows}, rows
        return [row for row in rows if row["xid"] not in self.marks]


@contextlib.contextmanager
def lab(tshark_lacks=None, **more):
    with Network() as net:
        made = Lab(net, **more)
        yield made
        made.daemon.stop()
        made.capture.check(made.boot, tshark_lacks=tshark_lacks)


def on_67(it):
    """name, message on port 67, the type of the answer (None: silence)."""
    def of(kind, **more):
        return dhcp.client4(kind, it.client_of(), **more)

    def lease(server):
        return dhcp.request_lease(it.client_of(), server, "10.77.0.99")

    offer, ack = dhcp.OFFER, dhcp.ACK
    rows = [
        ("row 3: DISCOVER, PXEClient", of(dhcp.DISCOVER), offer),
        ("row 4: DISCOVER, HTTPClient",
         of(dhcp.DISCOVER, arch=16, vendor_class="HTTPClient"), offer),
        ("row 5: DISCOVER, another class", of(dhcp.DISCOVER, vendor_class="udhcp 1.35.0"), None),
        ("row 5: DISCOVER, no class", of(dhcp.DISCOVER, vendor_class=None), None),
        ("row 6: REQUEST with a boot item", of(dhcp.REQUEST, ciaddr=CLIENT).set(43, ITEM), ack),
        ("row 6: the same without ciaddr", of(dhcp.REQUEST).set(43, ITEM), None),
        ("row 7: REQUEST for another server", lease("10.77.0.1"), None),
        ("row 7: REQUEST for us", lease(SERVER), None),
        ("row 7: REQUEST for no server", lease(None), None),
        ("row 7: REQUEST, renewing", of(dhcp.REQUEST, ciaddr=CLIENT), None),
        ("row 8: INFORM with a boot item", of(dhcp.INFORM, ciaddr=CLIENT).set(43, ITEM), ack),
        ("row 9: INFORM, PXEClient", of(dhcp.INFORM, ciaddr=CLIENT), ack),
        ("row 12: INFORM, no class", of(dhcp.INFORM, ciaddr=CLIENT, vendor_class=None), None),
        ("layer with credentials",
         of(dhcp.REQUEST, ciaddr=CLIENT).set(43, SECRET_ITEM), None),
        ("hops 17", of(dhcp.DISCOVER, hops=17), None),
        ("hops 16", of(dhcp.DISCOVER, hops=16), offer),
    ]
    for kind, name in ((dhcp.OFFER, "OFFER"), (dhcp.DECLINE, "DECLINE"), (dhcp.ACK, "ACK"),
                       (dhcp.NAK, "NAK"), (dhcp.RELEASE, "RELEASE"),
                       (dhcp.FORCERENEW, "FORCERENEW"), (dhcp.LEASEQUERY, "LEASEQUERY")):
        rows.append((f"row 12: {name}", of(kind), None))
    return rows


def overloaded(packet):
    """The packet with its options 60, 93 and 94 moved into the field file."""
    moved = [pair for pair in packet.options if pair[0] in (60, 93, 94)]
    packet.options = [pair for pair in packet.options if pair not in moved] + [(52, b"\x01")]
    packet.file = dhcp.tlv_build(moved) + b"\xff"
    return packet


def malformed(it):
    """name, octets that are dropped or mended, the type of the answer."""
    def base(**more):
        return dhcp.discover(it.client_of(), **more)

    right = base().encode()
    unended = base()
    unended.ended = False
    overrun = base()
    overrun.ended, overrun.tail = False, b"\x4d\x20i"  # option 77 says 32 octets, has one
    early = bytearray(base().encode())
    early[243:246] = b"\xff\x00\x00"                   # END stands where 53 should
    cookie = bytearray(base().encode())
    cookie[236] = 98
    two = base()
    two.options[0] = (53, b"\x01\x01")
    plain = base()
    plain.type, plain.options = None, [pair for pair in plain.options if pair[0] != 53]
    return [
        ("row 1: op is BOOTREPLY", base(op=dhcp.BOOTREPLY), None),
        ("row 1: 239 octets", right[:239], None),
        ("row 1: nothing", b"", None),
        ("row 1: wrong cookie", bytes(cookie), None),
        ("row 1: hlen 17", base(hlen=17), None),
        ("row 1: option 53 of two octets", two, None),
        ("row 2: BOOTP", plain, None),
        ("mended: no END", unended, dhcp.OFFER),
        ("mended: the last option runs past the end", overrun, dhcp.OFFER),
        ("W15, mended: file has no NUL", base(file="B" * 128), dhcp.OFFER),
        ("W15, mended: nor has sname", base(file="B" * 128, sname="B" * 64), dhcp.OFFER),
        ("W14: class and architecture in file", overloaded(base()), dhcp.OFFER),
        ("hlen 16", base(hlen=16), dhcp.OFFER),
        ("hlen 0", base(hlen=0), dhcp.OFFER),
    ]


def judge(it, rows, port):
    """Sends all rows; each is answered by the one type, or by none."""
    sent = []
    for name, message, expected in rows:
        it.send(message, port)
        octets = message if isinstance(message, bytes) else message.encode()
        sent.append((name, int.from_bytes(octets[4:8].ljust(4, b"\0"), "big"), expected))
    answers = it.answers()
    for name, xid, expected in sent:
        got = [int(row["dhcp.option.dhcp"]) for row in answers if xid and row["xid"] == xid]
        assert got == ([expected] if expected else []), f"{name}: {got}"
    known = {xid for _name, xid, _expected in sent}
    assert not [row for row in answers if row["xid"] not in known], answers


def test_rows_on_67():
    with lab() as it:
        judge(it, on_67(it), 67)


def test_malformed_and_mended():
    with lab() as it:
        judge(it, malformed(it), 67)


def test_a_refused_packet_is_told_with_its_field():
    """W15: at debug the line names the field that is wrong."""
    with lab(config={"log-level": "debug"}) as it:
        it.send(dhcp.discover(it.client_of(), hlen=17), 67)
        it.daemon.wait_log("broken beyond mending: hlen is 17, but chaddr has only 16 bytes")
        it.settle()


def test_rows_on_4011():
    with lab() as it:
        def of(kind, **more):
            return dhcp.client4(kind, it.client_of(), ciaddr=CLIENT, **more)

        judge(it, [
            ("row 13: REQUEST", of(dhcp.REQUEST), dhcp.ACK),
            ("row 14: REQUEST with a boot item", of(dhcp.REQUEST).set(43, ITEM), dhcp.ACK),
            ("row 15: INFORM", of(dhcp.INFORM), dhcp.ACK),
            ("row 15: INFORM with a boot item", of(dhcp.INFORM).set(43, ITEM), dhcp.ACK),
            ("row 16: DISCOVER", of(dhcp.DISCOVER), dhcp.OFFER),
            ("row 17: REQUEST, no class", of(dhcp.REQUEST, vendor_class=None), None),
            ("row 17: REQUEST, HTTPClient", of(dhcp.REQUEST, vendor_class="HTTPClient"), None),
            ("row 12: RELEASE", of(dhcp.RELEASE), None),
            ("credentials", of(dhcp.REQUEST).set(43, SECRET_ITEM), None),
            ("BOOTREPLY", of(dhcp.REQUEST, op=dhcp.BOOTREPLY), None),
        ], 4011)


def test_our_own_packets_are_not_answered():
    with lab() as it:
        # A broadcast of this host comes back to it, with an address of ours as its source.
        it.send(dhcp.discover(it.client_of()), host=it.boot)
        it.send(dhcp.request_pxe(it.client_of(), SERVER), 4011, host=it.boot, sport=68)
        assert it.answers() == []


def only(answers):
    assert len(answers) == 1, answers
    return answers[0]


def road(row):
    return row["ip.src"], int(row["udp.srcport"]), row["ip.dst"], int(row["udp.dstport"])


def test_r3_broadcast():
    """67, no giaddr, no ciaddr: to everybody, BROADCAST set, 300 octets at least."""
    for flags in (0, dhcp.BROADCAST):
        with lab() as it:
            it.send(dhcp.discover(it.client_of(), flags=flags))
            row = only(it.answers())
            assert road(row) == (SERVER, 67, "255.255.255.255", 68), row
            assert int(row["dhcp.flags"], 16) & dhcp.BROADCAST, row
            assert int(row["udp.length"]) - 8 >= 300, row


def test_r2_to_the_clients_address():
    """67, ciaddr: to it, at the port that it sent from; a DISCOVER's ciaddr is garbage."""
    with lab() as it:
        asked = dhcp.client4(dhcp.INFORM, it.client_of(), ciaddr=CLIENT)
        it.send(asked.set(43, ITEM), sport=1068)
        row = only(it.answers())
        assert road(row) == (SERVER, 67, CLIENT, 1068), row
    with lab() as it:
        it.send(dhcp.discover(it.client_of(), ciaddr=CLIENT))
        assert road(only(it.answers()))[2:] == ("255.255.255.255", 68)


def test_r1_relays():
    """67, giaddr: to the relay's port 67, or with option 82.19 to the port it sent from; routed."""
    for port_option, sport, dport in ((False, 67, 67), (False, 1067, 67), (True, 1067, 1067)):
        with lab("ERROR, please report: Unknown subopt type handler 19"
                 if port_option else None) as it:
            far = it.net.segment("far")
            relay = it.net.host("relay", "10.77.0.9/24", on=it.lan)
            relay.join(far, "10.78.0.9/24")
            it.boot.route("10.78.0.0/24", "10.77.0.9")
            it.settle()  # the daemon has heard of the route
            option82 = dhcp.relay_agent(circuit=b"port 7", port=port_option)
            asked = dhcp.relay4(dhcp.discover(it.client_of(), flags=0), "10.78.0.9", option82)
            listening = relay.udp(67) if dport != sport else None
            socket = it.send(asked, to=SERVER, sport=sport, host=relay, interface="eth0")
            came = (listening or socket).receive()
            assert came.destination == "10.78.0.9", came
            answer = dhcp.V4.parse(came.payload)
            assert answer.codes()[-1] == 82 and answer.get(82) == option82, answer
            assert answer.giaddr == "10.78.0.9" and answer.flags & dhcp.BROADCAST, answer
            assert road(only(it.answers())) == (SERVER, 67, "10.78.0.9", dport)


def test_r4_back_to_the_source_on_4011():
    """4011: to the address and port that asked, from port 4011, whatever giaddr and ciaddr say."""
    for sport, fields in ((68, {}), (4011, {}), (2011, {}),
                          (4011, {"ciaddr": "10.77.0.6"}), (4011, {"giaddr": "10.78.0.9"})):
        with lab() as it:
            fields.setdefault("ciaddr", CLIENT)
            it.send(dhcp.client4(dhcp.REQUEST, it.client_of(), **fields), 4011, sport=sport)
            assert road(only(it.answers())) == (SERVER, 4011, CLIENT, sport)


def test_r5_no_source_address_on_4011():
    """4011 from 0.0.0.0: to everybody, at the source's port, and at 68 where that is another."""
    for sport, ports in ((68, [68]), (4011, [68, 4011])):
        with lab() as it:
            bare = it.net.host("bare", on=it.lan)
            it.send(dhcp.client4(dhcp.REQUEST, it.client_of()), 4011, "255.255.255.255", sport,
                    bare)
            answers = it.answers()
            assert sorted(int(row["udp.dstport"]) for row in answers) == ports, answers
            assert {road(row)[:3] for row in answers} == {(SERVER, 4011, "255.255.255.255")}


def test_4011_alone_beside_a_dhcp_server_on_this_host():
    with Network() as net:
        it = Lab(net, listen={"dhcp": False})
        assert (4, 67) not in it.boot.udp_ports(), "port 67 is the DHCP server's"
        holder = it.boot.udp(67)  # as that server does
        it.send(dhcp.discover(it.client_of()))
        holder.receive()    # the DHCP server hears the DISCOVER
        for sport in (68, 4011):
            asked = dhcp.request_pxe(it.client_of(), CLIENT)
            socket = it.send(asked, 4011, sport=sport)
            came = socket.receive()
            assert came.source == (SERVER, 4011), came
            assert dhcp.V4.parse(came.payload).xid == asked.xid
        it.daemon.stop()
        assert len(it.capture.check(it.boot)) == 2


def test_finishing_can_be_switched_off():
    with lab(config={"finish-replies": False}) as it:
        it.send(dhcp.discover(it.client_of(), flags=0))
        row = only(it.answers())
        assert not int(row["dhcp.flags"], 16) & dhcp.BROADCAST, row
        assert int(row["udp.length"]) - 8 < 300, row


def test_duplicates():
    """The same datagram again within 250 ms is the network's; later it is the client's."""
    with lab() as it:
        asked = dhcp.discover(it.client_of())
        it.daemon.process.send_signal(signal.SIGSTOP)   # so that it reads them at once
        for _ in range(3):
            it.send(asked)
        it.daemon.process.send_signal(signal.SIGCONT)
        it.settle()
        assert it.daemon.requests()["duplicate"] == 2
        time.sleep(0.3)
        it.send(asked)
        assert len(it.answers()) == 2
