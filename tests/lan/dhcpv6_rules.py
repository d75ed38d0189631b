"""The daemon over IPv6 against a scripted client: each row of the DHCPv6 table, relays, silence.

Silence is shown by what comes next: after packets that must not be answered one is sent that must
be, and its answer is the first that comes.
"""

import contextlib
import json
import time

from lab import Network, dhcp
from lab.daemon import Daemon

MAC = "52:54:00:77:00:01"
FOREIGN = dhcp.duid_ll("02:00:00:00:00:09")
GROUP = "ff02::1:2"
ENTRIES = [{"arch": "x64-uefi", "file": "ipxe.efi"},
           {"arch": "x64-uefi-http", "url": "http://${server}/ipxe.efi"}]


class Lab:
    """A boot server on fd77::2 and a client with fd77::5 on one link."""

    def __init__(self, net, **daemon):
        self.net, self.lan = net, net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=self.lan)
        self.client = net.host("client", "fd77::5/64", on=self.lan)
        self.capture = net.capture(self.lan)
        self.daemon = Daemon(self.boot, boot=ENTRIES, **daemon).start()
        self.s546 = self.client.udp(546, family=6)
        self.s4011 = self.client.udp(4011, family=6)

    def ask(self, packet, to=GROUP, port=547, socket=None):
        """Sends a message; returns (the answer, its Datagram)."""
        socket = socket or (self.s4011 if port == 4011 else self.s546)
        socket.send(packet.encode(), to, port)
        answer = socket.receive()
        return dhcp.parse6(answer.payload), answer

    def solicit(self, **more):
        return self.ask(dhcp.solicit6(MAC, 7, **more))

    def silent(self, packets, port=547):
        """None of the packets is answered, and a request that is right still is."""
        socket = self.s4011 if port == 4011 else self.s546
        for packet in packets:
            socket.send(packet if isinstance(packet, bytes) else packet.encode(), GROUP, port)
        if port == 4011:
            right = dhcp.request_pxe6(MAC, None, xid=0x777777)
        else:
            right = dhcp.solicit6(MAC, 7, xid=0x777777)
        answer, _ = self.ask(right, port=port)
        assert answer.xid == 0x777777, f"answered what it must not: {answer}"


@contextlib.contextmanager
def lab(**daemon):
    with Network() as net:
        made = Lab(net, **daemon)
        yield made
        made.daemon.stop()
        made.capture.check(made.boot)


def is_proxys(answer, ask, kind):
    """What firmware asks of a boot service's answer."""
    assert answer.type == kind and answer.xid == ask.xid, answer
    assert answer.get(dhcp.OPT6_CLIENT_ID) == ask.get(dhcp.OPT6_CLIENT_ID), answer
    assert 3 <= len(answer.get(dhcp.OPT6_SERVER_ID)) <= 130, answer
    never = {dhcp.OPT6_IA_NA, dhcp.OPT6_IA_TA, dhcp.OPT6_IA_PD, dhcp.OPT6_STATUS,
             dhcp.OPT6_PREFERENCE, dhcp.OPT6_RAPID_COMMIT, dhcp.OPT6_ARCH, dhcp.OPT6_NII}
    assert not never & set(answer.codes()), answer


def test_solicit_then_request_on_4011():
    with lab() as it:
        ask = dhcp.solicit6(MAC, 7)
        answer, came = it.ask(ask)
        is_proxys(answer, ask, dhcp.ADVERTISE6)
        assert came.source[1] == 547, came
        assert answer.vendor_class[0] == dhcp.INTEL, answer
        assert answer.vendor_class[1][0].startswith(b"PXEClient"), answer
        assert answer.url.startswith("tftp://[fd77::2]"), answer.url
        duid = answer.get(dhcp.OPT6_SERVER_ID)

        request = dhcp.request_pxe6(MAC, duid, xid=ask.xid)
        asked = time.monotonic()
        reply, came = it.ask(request, to="fd77::2", port=4011)
        assert time.monotonic() - asked >= 0.015, "OVMF does not listen yet (server/hold.h)"
        is_proxys(reply, request, dhcp.REPLY6)
        assert came.source == ("fd77::2", 4011), came
        assert reply.url == "tftp://[fd77::2]/ipxe.efi", reply.url
        assert reply.get(dhcp.OPT6_SERVER_ID) == duid

        # The same host's case: no server id, and to the group.
        same = dhcp.request_pxe6(MAC, None)
        reply, came = it.ask(same, port=4011)
        is_proxys(reply, same, dhcp.REPLY6)
        assert came.source[1] == 4011, came
        assert reply.url == "tftp://[fd77::2]/ipxe.efi", reply.url


def test_http_client_gets_its_url_in_the_advertise():
    with lab() as it:
        ask = dhcp.solicit6(MAC, 16, vendor_class="HTTPClient")
        answer, _ = it.ask(ask)
        is_proxys(answer, ask, dhcp.ADVERTISE6)
        assert answer.url == "http://[fd77::2]/ipxe.efi", answer.url
        assert answer.vendor_class[1][0].startswith(b"HTTPClient"), answer


def test_silence_on_547():
    boots = {"server_duid": None}
    with lab() as it:
        duid = it.solicit()[0].get(dhcp.OPT6_SERVER_ID)
        lease = [dhcp.client6(kind, MAC, 7, ia=True, server_duid=server)
                 for kind in (dhcp.REQUEST6, dhcp.CONFIRM6, dhcp.RENEW6, dhcp.REBIND6,
                              dhcp.RELEASE6, dhcp.DECLINE6)
                 for server in (duid, FOREIGN, None)]
        it.silent(lease + [
            dhcp.plain6(dhcp.SOLICIT6, MAC),
            dhcp.solicit6(MAC, 7, server_duid=duid),
            dhcp.solicit6(MAC, 7, **boots).set(dhcp.OPT6_CLIENT_ID, None),
            dhcp.information_request6(MAC, 7),
            dhcp.V6(dhcp.ADVERTISE6, 1, dhcp.solicit6(MAC, 7).options),
            dhcp.V6(dhcp.REPLY6, 1, dhcp.solicit6(MAC, 7).options),
            dhcp.V6(200, 1, dhcp.solicit6(MAC, 7).options),
            dhcp.solicit6(MAC, 7).encode() + b"\0",
            dhcp.solicit6(MAC, 7).encode()[:-1],
            b"\1", b"\1\2\3"])


def test_silence_on_4011():
    with lab() as it:
        duid = it.solicit()[0].get(dhcp.OPT6_SERVER_ID)
        it.silent([
            dhcp.request_pxe6(MAC, FOREIGN),
            dhcp.request_pxe6(MAC, duid).set(dhcp.OPT6_CLIENT_ID, None),
            dhcp.solicit6(MAC, 7),
            dhcp.client6(dhcp.RENEW6, MAC, 7, server_duid=duid),
            dhcp.information_request6(MAC, 7),
            dhcp.relay6(dhcp.request_pxe6(MAC, duid), "fd77::9", "fe80::1"),
            dhcp.request_pxe6(MAC, duid).encode()[:-1]], port=4011)


def test_information_request_where_it_is_switched_on():
    with lab(config={"information-request": True}) as it:
        duid = it.solicit()[0].get(dhcp.OPT6_SERVER_ID)
        for server in (None, duid):
            ask = dhcp.information_request6(MAC, 7, server_duid=server)
            answer, _ = it.ask(ask)
            is_proxys(answer, ask, dhcp.REPLY6)
            assert answer.url, answer
        unnamed = dhcp.information_request6(MAC, 7).set(dhcp.OPT6_CLIENT_ID, None)
        answer, _ = it.ask(unnamed)
        assert answer.xid == unnamed.xid and dhcp.OPT6_CLIENT_ID not in answer.codes(), answer
        it.silent([
            dhcp.information_request6(MAC, 7, server_duid=FOREIGN),
            dhcp.information_request6(MAC, 7, ia=True),
            dhcp.information_request6(MAC, 7, request=(23, 24)),
            dhcp.information_request6(MAC, None, vendor_class=None)])


def test_information_request_where_it_is_switched_off_is_not_ours():
    with lab(config={"log-level": "debug"}) as it:
        it.silent([dhcp.information_request6(MAC, 7)])
        status = json.loads(it.daemon.ctl("status", "--json"))["requests"]
        assert status["not-ours"] == 1 and status["rejected"] == 0, status
        it.daemon.wait_log(r"information-off: not-ours")


def test_information_request_for_one_provider():
    with lab(**{"information-request": True}) as it:
        ask = dhcp.information_request6(MAC, 7)
        is_proxys(it.ask(ask)[0], ask, dhcp.REPLY6)


def test_relays_are_answered_the_way_they_came():
    with lab() as it:
        inner = dhcp.solicit6(MAC, 7)
        near = dhcp.relay6(inner, "::", "fe80::1", interface_id=b"port 7", link_layer=MAC)
        far = dhcp.relay6(near, "fd78::1", "fe80::2", interface_id=b"vlan 3")
        with it.client.udp(547, family=6) as socket:
            answer, came = it.ask(far, to="fd77::2", socket=socket)
            assert came.source == ("fd77::2", 547), came
            levels, found = dhcp.unwrap6(answer)
            assert [level.type for level in levels] == [dhcp.RELAY_REPL6] * 2, levels
            for level, forward in zip(levels, (far, near)):
                assert (level.hops, level.link, level.peer) == (
                    forward.hops, forward.link, forward.peer), level
                assert level.codes() == [dhcp.OPT6_INTERFACE_ID, dhcp.OPT6_RELAY_MSG], level
                assert level.get(dhcp.OPT6_INTERFACE_ID) == forward.get(dhcp.OPT6_INTERFACE_ID)
            is_proxys(found, inner, dhcp.ADVERTISE6)
            assert found.url.startswith("tftp://[fd77::2]"), found.url

            # A relay that knows no server's address asks all of the site.
            sited = dhcp.relay6(dhcp.solicit6(MAC, 7, xid=1), "fd77::5", "fe80::1")
            answer, came = it.ask(sited, to="ff05::1:3", socket=socket)
            assert dhcp.unwrap6(answer)[1].xid == 1 and came.source == ("fd77::2", 547), came

            # Without option 135 the answer goes to 547, whatever port the relay used.
            other = it.client.udp(50547, family=6)
            other.send(dhcp.relay6(dhcp.solicit6(MAC, 7, xid=2), "fd77::5", "fe80::1").encode(),
                       "fd77::2", 547)
            answer = socket.receive()
            assert answer and dhcp.unwrap6(answer.payload)[1].xid == 2, answer

            # With it: to that port, and the option comes back as it was.
            ported = dhcp.relay6(dhcp.solicit6(MAC, 7, xid=3), "fd77::5", "fe80::1", port=0)
            answer, _ = it.ask(ported, to="fd77::2", socket=other)
            levels, found = dhcp.unwrap6(answer)
            assert found.xid == 3 and levels[0].get(dhcp.OPT6_RELAY_PORT) == b"\0\0", levels
            other.close()


def test_32_relays_are_answered_and_33_are_not():
    with lab() as it, it.client.udp(547, family=6) as socket:
        packet = dhcp.solicit6(MAC, 7, xid=32)
        for _ in range(32):
            packet = dhcp.relay6(packet, "fd77::5", "fe80::1")
        deeper = dhcp.relay6(packet, "fd77::5", "fe80::1", hops=32)
        looped = dhcp.relay6(dhcp.relay6(dhcp.solicit6(MAC, 7), "fd77::5", "fe80::1", hops=9),
                             "fd77::5", "fe80::1", hops=3)
        twice = dhcp.relay6(dhcp.solicit6(MAC, 7), "fd77::5", "fe80::1")
        twice.options.append(twice.options[-1])
        for wrong in (deeper, looped, twice,
                      dhcp.relay6(dhcp.solicit6(MAC, 7), "fd77::5", "fe80::1", hops=33),
                      dhcp.Relay6(link="fd77::5", peer="fe80::1")):
            socket.send(wrong.encode(), "fd77::2", 547)
        answer, _ = it.ask(packet, to="fd77::2", socket=socket)
        levels, found = dhcp.unwrap6(answer)
        assert len(levels) == 32 and found.xid == 32, answer


def test_4011_alone_beside_a_dhcpv6_server_on_this_host():
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
        client = net.host("client", on=lan)
        other = boot.udp(547, family=6)  # somebody else holds it
        other.join(GROUP)
        daemon = Daemon(boot, boot=ENTRIES, listen={"dhcp": False, "dhcpv6": False}).start()
        capture = net.capture(lan)
        socket = client.udp(4011, family=6)
        ask = dhcp.request_pxe6(MAC, None)
        socket.send(ask.encode(), GROUP, 4011)
        answer = socket.receive()
        assert answer and answer.source[1] == 4011, answer
        reply = dhcp.V6.parse(answer.payload)
        is_proxys(reply, ask, dhcp.REPLY6)
        assert reply.url == "tftp://[fd77::2]/ipxe.efi", reply.url
        daemon.stop()
        capture.check(boot)


def test_server_id_survives_a_restart():
    with lab() as it:
        before = it.solicit()[0].get(dhcp.OPT6_SERVER_ID)
        it.daemon.stop()
        it.daemon.start()
        assert it.solicit()[0].get(dhcp.OPT6_SERVER_ID) == before
