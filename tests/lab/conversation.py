"""A boot conversation in words: one line for each packet, while it goes on.

Reads the file that a running capture writes, packet by packet, and says what each DHCP, TFTP and
HTTP packet means. For people: tests judge packets by capture.check() and capture.rows().
"""

import struct

from . import dhcp

V4_NAMES = {1: "DISCOVER", 2: "OFFER", 3: "REQUEST", 4: "DECLINE", 5: "ACK", 6: "NAK",
            7: "RELEASE", 8: "INFORM"}
V6_NAMES = {1: "SOLICIT", 2: "ADVERTISE", 3: "REQUEST", 4: "CONFIRM", 5: "RENEW", 6: "REBIND",
            7: "REPLY", 8: "RELEASE", 9: "DECLINE", 11: "INFORMATION-REQUEST"}
ARCHS = {0: "x86 BIOS", 6: "x86 UEFI", 7: "x64 UEFI", 9: "x64 UEFI", 11: "arm64 UEFI",
         15: "x86 UEFI, HTTP", 16: "x64 UEFI, HTTP", 19: "arm64 UEFI, HTTP"}
EVERYBODY = {"255.255.255.255": "all", "ff02::1:2": "all DHCPv6 servers"}
DHCP_PORTS = {67, 68, 546, 547, 4011}


class Packet:
    """One IP packet: addresses as text, ports, payload."""

    def __init__(self, seconds, source, destination, protocol, body):
        self.seconds, self.source, self.destination = seconds, source, destination
        self.sport, self.dport = struct.unpack_from("!HH", body)
        self.is_udp = protocol == 17
        self.payload = body[8:] if self.is_udp else body[(body[12] >> 4) * 4:]


def read_packet(seconds, frame):
    """The UDP or TCP packet in an Ethernet frame, or None."""
    at = 12
    while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):  # VLAN tags
        at += 4
    if len(frame) < at + 2:
        return None
    kind = struct.unpack_from("!H", frame, at)[0]
    ip = frame[at + 2:]
    if kind == 0x0800 and len(ip) >= 20:
        length = (ip[0] & 15) * 4
        protocol, body = ip[9], ip[length:struct.unpack_from("!H", ip, 2)[0]]
        source, destination = (".".join(map(str, ip[at:at + 4])) for at in (12, 16))
    elif kind == 0x86DD and len(ip) >= 40:
        protocol, body = ip[6], ip[40:40 + struct.unpack_from("!H", ip, 4)[0]]
        source, destination = (str(dhcp.ipaddress.IPv6Address(ip[at:at + 16])) for at in (8, 24))
    else:
        return None
    if (protocol, len(body) >= 8) != (17, True) and (protocol, len(body) >= 20) != (6, True):
        return None
    return Packet(seconds, source, destination, protocol, body)


class Tail:
    """The packets of a capture file that is still being written."""

    def __init__(self, path):
        self._path, self._at = path, 24

    def read(self):
        """Those that came since the last call."""
        with open(self._path, "rb") as file:
            file.seek(self._at)
            octets = file.read()
        found, at = [], 0
        while at + 16 <= len(octets):
            seconds, micro, kept, _whole = struct.unpack_from("=IIII", octets, at)
            if at + 16 + kept > len(octets):
                break
            packet = read_packet(seconds + micro / 1e6, octets[at + 16:at + 16 + kept])
            if packet:
                found.append(packet)
            at += 16 + kept
        self._at += at
        return found


def _client4(packet):
    """What a DHCPv4 client says of itself."""
    words = []
    name = (packet.text(dhcp.OPT_CLASS) or "").split(":")[0]
    arch = packet.get(dhcp.OPT_ARCH)
    if name:
        words.append(name)
    if arch and len(arch) >= 2:
        words.append(ARCHS.get(struct.unpack_from("!H", arch)[0], "another architecture"))
    if b"iPXE" in (packet.get(dhcp.OPT_USER_CLASS) or b""):
        words.append("iPXE")
    return ", ".join(words)


def _server4(packet):
    words = []
    if packet.yiaddr != "0.0.0.0":
        words.append(f"your address {packet.yiaddr}")
    name = packet.text(dhcp.OPT_CLASS)
    if name:
        words.append(f"boot service ({name})")
    if packet.siaddr != "0.0.0.0":
        words.append(f"server {packet.siaddr}")
    if packet.file:
        words.append(f"file {packet.file}")
    return ", ".join(words)


def _words4(payload):
    packet = dhcp.V4.parse(payload)
    name = V4_NAMES.get(packet.type, f"type {packet.type}")
    return name, _client4(packet) if packet.op == dhcp.BOOTREQUEST else _server4(packet)


def _words6(payload):
    message = dhcp.unwrap6(payload)[1]
    words = []
    if dhcp.OPT6_VENDOR_CLASS in message.codes():
        name = message.vendor_class[1][0].decode(errors="replace").split(":")[0]
        words.append(name if message.type not in (2, 7) else f"boot service ({name})")
    arch = message.get(dhcp.OPT6_ARCH)
    if arch and len(arch) >= 2:
        words.append(ARCHS.get(struct.unpack_from("!H", arch)[0], "another architecture"))
    for value in message.all(dhcp.OPT6_IA_NA):
        for code, data in dhcp.options6_parse(value[12:], "IA_NA"):
            if code == dhcp.OPT6_IA_ADDRESS and message.type in (2, 7):
                words.append(f"your address {dhcp.ipaddress.IPv6Address(data[:16])}")
    if message.url:
        words.append(message.url)
    if not words and message.type == dhcp.SOLICIT6:
        words.append("no boot client (yet)")
    return V6_NAMES.get(message.type, f"type {message.type}"), ", ".join(words)


def _dhcp(packet):
    six = ":" in packet.source
    try:
        name, words = (_words6 if six else _words4)(packet.payload)
    except (dhcp.BadPacket, struct.error, IndexError) as error:
        name, words = "malformed", str(error)
    port = ", on port 4011" if 4011 in (packet.sport, packet.dport) else ""
    return f"{'DHCPv6' if six else 'DHCP'} {name}{port}", words


def _transfer(packet):
    """A TFTP read request or an HTTP request; None for the many packets that follow."""
    if packet.is_udp and packet.dport == 69 and packet.payload[:2] == b"\0\1":
        return "TFTP read", packet.payload[2:].split(b"\0")[0].decode(errors="replace")
    if not packet.is_udp and packet.payload[:4] in (b"GET ", b"HEAD"):
        verb, path = packet.payload.split(b"\r")[0].decode(errors="replace").split(" ")[:2]
        return f"HTTP {verb}", path
    return None


class Words:
    """Says packets; `names` maps an address to a host's name, others are the PC's."""

    def __init__(self, names, other="PC"):
        self._names, self._other = names, other

    def _name(self, address):
        return EVERYBODY.get(address) or self._names.get(address, self._other)

    def line(self, packet):
        """The packet as one line, or None when it says nothing to a reader."""
        if packet.is_udp and {packet.sport, packet.dport} & DHCP_PORTS:
            what = _dhcp(packet)
        else:
            what = _transfer(packet)
        if not what:
            return None
        road = f"{self._name(packet.source)} → {self._name(packet.destination)}"
        return f"{road:<30} {what[0]}{': ' if what[1] else ''}{what[1]}"
