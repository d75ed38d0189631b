"""A5: PXE_PROV_FILTER_ALL, over the wire: a provider that sets it is shown what is no DHCP, and its
answer goes to whoever sent that; one that does not is never shown it."""

import os

from lab import Network, dhcp
from lab.daemon import Daemon, build

MAC = "52:54:00:77:05:01"
GROUP = "ff02::1:2"


def bootp():
    packet = dhcp.discover(MAC)
    packet.type, packet.options = None, [pair for pair in packet.options if pair[0] != 53]
    return packet.encode()


def start(net, **settings):
    """The puppet, which sends back what it gets; the daemon and the client."""
    lan = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
    client = net.host("client", "10.77.0.5/24", "fd77::5/64", on=lan)
    daemon = Daemon(boot, providers={}, config={"log-level": "debug"})
    puppet = daemon.module("puppet", os.path.join(build(), "tests", "providers", "scripted.so"))
    daemon.log_of_puppet = os.path.join(net.private("puppet"), "log")
    daemon.write_provider("50-puppet.conf", {
        "name": "puppet", "module": puppet, "critical": True,
        "settings": {"action": "custom", "address": "null", "echo": 1, "ipv6": 1,
                     "log": daemon.log_of_puppet, **settings}})
    return daemon.start(), client


def packets():
    """octets, the client's port, where they go."""
    cookie = bytearray(dhcp.discover(MAC).encode())
    cookie[236] = 98
    return [
        (b"a protocol of one's own", 4011, ("10.77.0.2", 4011)),
        (dhcp.discover(MAC).encode()[:239], 68, ("255.255.255.255", 67)),
        (bytes(cookie), 68, ("255.255.255.255", 67)),
        (bootp(), 68, ("255.255.255.255", 67)),
        (b"\xff garbage over IPv6", 546, (GROUP, 547)),
        (b"and on 4011", 4011, ("fd77::2", 4011)),
    ]


def test_who_sets_filter_all_sees_and_answers_what_is_no_dhcp():
    with Network() as net:
        daemon, client = start(net, filter=0)
        for octets, port, (address, server) in packets():
            socket = client.udp(port, family=6 if ":" in address else 4)
            socket.send(octets, address, server)
            came = socket.receive()
            assert came.payload == octets and came.source[1] == server, (octets, came)
            socket.close()
        daemon.wait_log(r"10\.77\.0\.5 on \S+ port 4011 malformed: custom: .*\(puppet\)")
        daemon.stop()


def test_who_sets_none_is_not_shown_it():
    with Network() as net:
        daemon, client = start(net)
        for octets, port, (address, server) in packets():
            socket = client.udp(port, family=6 if ":" in address else 4)
            socket.send(octets, address, server)
            socket.close()
        socket = client.udp(68)
        right = dhcp.discover(MAC).encode()
        socket.send(right, "255.255.255.255", 67)
        came = socket.receive()
        assert came.payload == right, came
        daemon.stop()
        with open(daemon.log_of_puppet, encoding="utf-8") as file:
            shown = [line for line in file if line.startswith("request ")]
        assert len(shown) == 1, shown
