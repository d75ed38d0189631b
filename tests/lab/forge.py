"""Packets that no honest stack sends: Ethernet frames with any source, any destination.

    with Forger(host) as forger:
        forger.ipv4(payload, "10.77.0.2", "10.77.0.2", port=4011, source_port=67, to=mac)
"""

import os
import socket
import struct

from .daemon import build
from .netns import inside
from .process import LabError

BROADCAST = "ff:ff:ff:ff:ff:ff"
ALL_SERVERS = "33:33:00:01:00:02"  # ff02::1:2
ETH_IPV4, ETH_IPV6 = 0x0800, 0x86dd


def _sum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def _mac(text):
    return bytes.fromhex(text.replace(":", ""))


def frame(octets, kind, source_mac, to=BROADCAST):
    """An Ethernet frame."""
    return _mac(to) + _mac(source_mac) + struct.pack("!H", kind) + octets


def packets4(payload, source, destination, port=67, source_port=68, fragment=0, ip_options=b""):
    """One datagram as IPv4 packets: in fragments of so many octets where it has more (1472)."""
    ends = socket.inet_aton(source), socket.inet_aton(destination)
    udp = struct.pack("!4H", source_port, port, 8 + len(payload), 0) + payload
    # A checksum of 0 is none, which IPv4 allows.
    step = fragment or 1472
    for at in range(0, len(udp), step):
        piece = udp[at:at + step]
        more = 0x2000 if at + step < len(udp) else 0
        header = struct.pack("!BBHHHBBH4s4s", 0x45 + len(ip_options) // 4, 0,
                             20 + len(ip_options) + len(piece), 7, more | at // 8, 64, 17, 0,
                             *ends) + ip_options
        yield header[:10] + struct.pack("!H", _sum(header)) + header[12:] + piece


def packet6(payload, source, destination, port=547, source_port=546):
    """One datagram as an IPv6 packet."""
    ends = socket.inet_pton(socket.AF_INET6, source), socket.inet_pton(socket.AF_INET6, destination)
    udp = struct.pack("!4H", source_port, port, 8 + len(payload), 0) + payload
    check = _sum(b"".join(ends) + struct.pack("!II", len(udp), 17) + udp) or 0xffff
    udp = udp[:6] + struct.pack("!H", check) + payload
    return struct.pack("!IHBB", 6 << 28, len(udp), 17, 64) + b"".join(ends) + udp


class Forger:
    """A packet socket on a host's interface."""

    def __init__(self, host, interface="eth0"):
        with inside(host.namespace):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            self._socket.bind((interface, 0))
        self._mac = host.mac(interface)

    def ipv4(self, payload, source, destination, port=67, source_port=68, to=BROADCAST, fragment=0):
        """One datagram, in fragments of so many octets where it has more (1472)."""
        for packet in packets4(payload, source, destination, port, source_port, fragment):
            self._socket.send(frame(packet, ETH_IPV4, self._mac, to))

    def ipv6(self, payload, source, destination, port=547, source_port=546, to=ALL_SERVERS):
        self._socket.send(frame(packet6(payload, source, destination, port, source_port), ETH_IPV6,
                                self._mac, to))

    def raw(self, octets):
        """A frame as it is."""
        self._socket.send(octets)

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        self.close()


class Fields:
    """Where the octets of a frame lie, for Forgery: UDP over IPv4, and over IPv6."""
    ID, SOURCE4, PAYLOAD4 = 18, 26, 42
    SOURCE6, PAYLOAD6 = 22, 62


class Forgery:
    """Many copies of one frame, in which some fields differ: tests/lab/forged.c."""

    def __init__(self, host, octets, fields, rate, count):
        self.process = host.start([os.path.join(build(), "tests", "forged"), "eth0", rate, count,
                                   octets.hex(), *(f"{at}:{size}" for at, size in fields)],
                                  "forged")

    def finish(self, timeout=60):
        """Waits for its end; returns how many were sent."""
        status = self.process.wait(timeout)
        if status != 0:
            raise LabError(f"forged ended with {status}: {self.process.text()}")
        return int(self.process.text().split()[1])
