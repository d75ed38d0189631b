"""A provider that answers over IPv6 by the PxeDhcpv6 functions alone (tests/providers/six.c), from
SOLICIT to REPLY, in the daemon, over the wire; also behind two relays."""

import contextlib
import os
import struct

from lab import Network, dhcp
from lab.daemon import Daemon, build

MAC = "52:54:00:77:00:01"
GROUP = "ff02::1:2"
INTEL_PXE = (343).to_bytes(4, "big") + (9).to_bytes(2, "big") + b"PXEClient"
VENDOR_OPTIONS = 17
OURS = "tftp://[fd77::2]/six.efi"


@contextlib.contextmanager
def served(net, lan, **more):
    """The boot server fd77::2 on that segment, with this provider alone; yields the host."""
    boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
    capture = net.capture(lan)
    daemon = Daemon(boot, providers={}, **more)
    module = daemon.module("six", os.path.join(build(), "tests", "providers", "six.so"))
    daemon.write_provider("50-six.conf", {"name": "six", "module": module, "critical": True})
    daemon.start()
    yield boot
    daemon.stop()
    capture.check(boot)


def is_right(answer, ask, kind, url=OURS):
    assert answer.type == kind and answer.xid == ask.xid, answer
    assert answer.codes() == [1, 2, 16, 59], answer
    assert answer.get(1) == ask.get(1) and answer.get(16) == INTEL_PXE, answer
    assert answer.url == url, answer


def exchange(socket, packet, to, port):
    socket.send(packet.encode(), to, port)
    came = socket.receive()
    assert came.source[1] == port, came
    return dhcp.parse6(came.payload)


def test_from_solicit_to_reply():
    with Network() as net:
        lan = net.segment("lan")
        client = net.host("client", "fd77::5/64", on=lan)
        with served(net, lan, config={"information-request": True}):
            s546, s4011 = client.udp(546, family=6), client.udp(4011, family=6)
            ask = dhcp.solicit6(MAC)
            advertise = exchange(s546, ask, GROUP, 547)
            is_right(advertise, ask, dhcp.ADVERTISE6)
            for server in (advertise.get(2), None):
                ask = dhcp.request_pxe6(MAC, server)
                is_right(exchange(s4011, ask, "fd77::2", 4011), ask, dhcp.REPLY6)
            ask = dhcp.information_request6(MAC)
            is_right(exchange(s546, ask, GROUP, 547), ask, dhcp.REPLY6)
            # The client's own word for the file: vendor option 1 of enterprise 343.
            ask = dhcp.solicit6(MAC)
            ask.set(VENDOR_OPTIONS, struct.pack("!IHH", 343, 1, 7) + b"own.efi")
            answer = exchange(s546, ask, GROUP, 547)
            is_right(answer, ask, dhcp.ADVERTISE6, "tftp://[fd77::2]/own.efi")
            # Another server's, and what does not boot: silence; the answer is the next one's.
            s4011.send(dhcp.request_pxe6(MAC, dhcp.duid_ll("02:00:00:00:00:09")).encode(),
                       "fd77::2", 4011)
            ask = dhcp.request_pxe6(MAC, advertise.get(2))
            is_right(exchange(s4011, ask, "fd77::2", 4011), ask, dhcp.REPLY6)
            s546.send(dhcp.plain6(dhcp.SOLICIT6, MAC).encode(), GROUP, 547)
            ask = dhcp.solicit6(MAC)
            is_right(exchange(s546, ask, GROUP, 547), ask, dhcp.ADVERTISE6)


class Relay:
    """A relay host: `down` hears clients or other relays, `up` goes to the server."""

    def __init__(self, host, link, to, interface_id):
        self.link, self.to, self.interface_id = link, to, interface_id
        self.down = host.udp(547, interface="eth0", family=6)
        self.down.join(GROUP)
        self.up = host.udp(547, interface="eth1", family=6)

    def forward(self):
        """Hands on what it hears; returns the RELAY-FORW."""
        came = self.down.receive()
        message = dhcp.relay6(dhcp.parse6(came.payload), self.link, came.source[0],
                              self.interface_id)
        self.up.send(message.encode(), self.to, 547)
        return message

    def back(self, sent):
        """Hands back the answer to what it sent, after a look at its envelope."""
        came = self.up.receive()
        assert came.source[1] == 547, came
        reply = dhcp.Relay6.parse(came.payload)
        assert reply.type == dhcp.RELAY_REPL6, reply
        assert (reply.hops, reply.link, reply.peer) == (sent.hops, sent.link, sent.peer), reply
        assert reply.codes() == [dhcp.OPT6_INTERFACE_ID, dhcp.OPT6_RELAY_MSG], reply
        assert reply.get(dhcp.OPT6_INTERFACE_ID) == self.interface_id, reply
        nested = isinstance(reply.inner, dhcp.Relay6)
        self.down.send(reply.get(dhcp.OPT6_RELAY_MSG), reply.peer, 547 if nested else 546)


def test_behind_two_relays():
    """client fd79::5 - relay - fd78::/64 - relay - server fd77::2: every packet over its links."""
    with Network() as net:
        far, middle, near = net.segment("far"), net.segment("middle"), net.segment("near")
        client = net.host("client", "fd79::5/64", on=far)
        one = net.host("one", "fd79::1/64", on=far)
        one.join(middle, "fd78::1/64")
        two = net.host("two", "fd78::2/64", on=middle)
        two.join(near, "fd77::1/64")
        for host in (one, two):
            host.forward()
        one.route("fd77::/64", "fd78::2")
        two.route("fd79::/64", "fd78::1")
        client.route("fd77::/64", "fd79::1")
        with served(net, near, config={"information-request": True}) as boot:
            boot.route("fd78::/64", "fd77::1")
            boot.route("fd79::/64", "fd77::1")
            outer = Relay(one, "fd79::1", "fd78::2", b"port 7")
            inner = Relay(two, "::", "fd77::2", b"vlan 3")
            s546, s4011 = client.udp(546, family=6), client.udp(4011, family=6)

            def relayed(ask):
                s546.send(ask.encode(), GROUP, 547)
                first = outer.forward()
                second = inner.forward()
                inner.back(second)
                outer.back(first)
                return dhcp.V6.parse(s546.receive().payload)

            ask = dhcp.solicit6(MAC)
            advertise = relayed(ask)
            is_right(advertise, ask, dhcp.ADVERTISE6)
            ask = dhcp.request_pxe6(MAC, advertise.get(2), xid=advertise.xid)
            is_right(exchange(s4011, ask, "fd77::2", 4011), ask, dhcp.REPLY6)
            ask = dhcp.information_request6(MAC)
            is_right(relayed(ask), ask, dhcp.REPLY6)
