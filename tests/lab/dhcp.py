"""DHCPv4 and DHCPv6 messages as the scripted clients, relays and servers of the tests build and read them.

Plain data, no sockets. A message keeps its options in order as (code, octets) pairs, so that a test can
send what no client should: codes twice, lengths that lie (V6.raw; V4.tail without END). Addresses are text, MACs are text
with colons, all other values octets. Reading is strict: BadPacket says what does not fit, because an answer
that this module cannot read is a failed test.

    offer = V4.parse(octets)
    offer.type, offer.siaddr, offer.file, offer.get(43), pxe43_parse(offer.get(43))

    packet = discover("52:54:00:77:00:01", arch=7).encode()
    wrapped = relay6(solicit6("52:54:00:77:00:01"), link="fd77::9", peer="fe80::1", interface_id=b"port 7")
"""

import dataclasses
import ipaddress
import os
import struct
import uuid as uuids

# ---- DHCPv4 ---------------------------------------------------------------------------------------------

BOOTREQUEST, BOOTREPLY = 1, 2
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
FORCERENEW, LEASEQUERY = 9, 10
COOKIE = bytes((99, 130, 83, 99))
BROADCAST = 0x8000
V4_HEADER = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")

OPT_PAD, OPT_MASK, OPT_ROUTER, OPT_VENDOR, OPT_REQUESTED_IP, OPT_LEASE = 0, 1, 3, 43, 50, 51
OPT_OVERLOAD, OPT_TYPE, OPT_SERVER_ID, OPT_PARAMETERS, OPT_MAX_SIZE = 52, 53, 54, 55, 57
OPT_CLASS, OPT_CLIENT_ID, OPT_TFTP_SERVER, OPT_BOOT_FILE = 60, 61, 66, 67
OPT_USER_CLASS, OPT_RELAY, OPT_ARCH, OPT_NII, OPT_UUID = 77, 82, 93, 94, 97
OPT_SUBNET, OPT_IPXE, OPT_END = 118, 175, 255
RELAY_CIRCUIT, RELAY_REMOTE, RELAY_LINK, RELAY_SERVER_ID, RELAY_PORT = 1, 2, 5, 11, 19

PXE_CONTROL, PXE_MCAST, PXE_SERVERS, PXE_MENU, PXE_PROMPT, PXE_ITEM = 6, 7, 8, 9, 10, 71

UUID = "3b6c1a52-7f0e-4d8b-9a41-525400770001"


class BadPacket(Exception):
    """Octets that are no well-formed message; the text says where and why."""


def mac_octets(mac):
    return bytes(int(part, 16) for part in mac.split(":"))


def mac_text(octets):
    return ":".join("%02x" % octet for octet in octets)


def ip4(address):
    return ipaddress.IPv4Address(address).packed


def ip6(address):
    return ipaddress.IPv6Address(address).packed


def octets_of(value):
    """str → UTF-8, IPv4/IPv6 address → packed, int list → octets, octets → themselves."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address)):
        return value.packed
    return bytes(value)


def c_text(field):
    """A NUL-padded header field as text; octets that are not UTF-8 stay visible as escapes."""
    return field.split(b"\0", 1)[0].decode(errors="backslashreplace")


def tlv_parse(area, where, end_mark=True):
    """An 8-bit option area → list of (code, value), and whether END was met, and what follows it."""
    found, at = [], 0
    while at < len(area):
        code = area[at]
        if end_mark and code == OPT_END:
            return found, True, area[at + 1:]
        if end_mark and code == OPT_PAD:
            at += 1
            continue
        if at + 2 > len(area) or at + 2 + area[at + 1] > len(area):
            raise BadPacket("%s: option %d at octet %d does not fit" % (where, code, at))
        found.append((code, bytes(area[at + 2:at + 2 + area[at + 1]])))
        at += 2 + area[at + 1]
    return found, False, b""


def tlv_build(options):
    """(code, value) pairs → octets; a value above 255 octets is split over options (RFC 3396)."""
    out = bytearray()
    for code, value in options:
        value = octets_of(value)
        for at in range(0, max(len(value), 1), 255):
            part = value[at:at + 255]
            out += bytes((code, len(part))) + part
    return bytes(out)


@dataclasses.dataclass
class V4:
    """One DHCPv4 or BOOTP message. `type` is option 53 and comes first on the wire; None leaves it out."""

    type: int = None
    op: int = BOOTREQUEST
    htype: int = 1
    hlen: int = 6
    hops: int = 0
    xid: int = 0
    secs: int = 0
    flags: int = 0
    ciaddr: str = "0.0.0.0"
    yiaddr: str = "0.0.0.0"
    siaddr: str = "0.0.0.0"
    giaddr: str = "0.0.0.0"
    chaddr: bytes = b""
    sname: str = ""
    file: str = ""
    options: list = dataclasses.field(default_factory=list)
    ended: bool = True  # an END was there, or shall be written
    tail: bytes = b""  # what follows END: padding, as a rule

    @property
    def mac(self):
        return mac_text(self.chaddr[:self.hlen])

    def get(self, code, default=None):
        """The value of an option, instances joined (RFC 3396); `default` when it is absent."""
        parts = self.all(code)
        return b"".join(parts) if parts else default

    def all(self, code):
        return [value for found, value in self.options if found == code]

    def text(self, code):
        value = self.get(code)
        return None if value is None else value.decode(errors="backslashreplace")

    def ip(self, code):
        """An option that holds one address, as text; None when absent or not of four octets."""
        value = self.get(code)
        return str(ipaddress.IPv4Address(value)) if value is not None and len(value) == 4 else None

    def codes(self):
        """The option codes as they stand, 53 among them."""
        return [code for code, _ in self.options]

    def set(self, code, value):
        """Replaces all instances, in the first one's place; None takes them away. Returns self."""
        places = [n for n, (found, _) in enumerate(self.options) if found == code]
        at = places[0] if places else len(self.options)
        self.options = [pair for pair in self.options if pair[0] != code]
        if value is not None:
            self.options.insert(at, (code, octets_of(value)))
        if code == OPT_TYPE:
            self.type = value[0] if value else None
        return self

    def encode(self, size=0):
        """The octets, padded with zeros to `size`."""
        options = list(self.options)
        if self.type is not None and OPT_TYPE not in self.codes():
            options.insert(0, (OPT_TYPE, bytes((self.type,))))
        head = V4_HEADER.pack(self.op, self.htype, self.hlen, self.hops, self.xid, self.secs, self.flags,
                              ip4(self.ciaddr), ip4(self.yiaddr), ip4(self.siaddr), ip4(self.giaddr),
                              octets_of(self.chaddr), octets_of(self.sname), octets_of(self.file))
        out = head + COOKIE + tlv_build(options) + (b"\xff" if self.ended else b"") + self.tail
        return out.ljust(size, b"\0")

    @classmethod
    def parse(cls, octets):
        if len(octets) < V4_HEADER.size + 4:
            raise BadPacket("%d octets are no DHCPv4 message" % len(octets))
        (op, htype, hlen, hops, xid, secs, flags, ciaddr, yiaddr, siaddr, giaddr, chaddr, sname,
         file) = V4_HEADER.unpack_from(octets)
        if octets[V4_HEADER.size:V4_HEADER.size + 4] != COOKIE:
            raise BadPacket("no magic cookie")
        options, ended, tail = tlv_parse(octets[V4_HEADER.size + 4:], "options")
        overload = next((value for code, value in options if code == OPT_OVERLOAD), b"\0")
        if len(overload) != 1:
            raise BadPacket("option 52 is not of one octet")
        for bit, area, name in ((1, file, "file"), (2, sname, "sname")):
            if overload[0] & bit:
                options += tlv_parse(area, name)[0]
        kind = [value for code, value in options if code == OPT_TYPE]
        if kind and len(kind[0]) != 1:
            raise BadPacket("option 53 is not of one octet")
        return cls(kind[0][0] if kind else None, op, htype, hlen, hops, xid, secs, flags,
                   *(str(ipaddress.IPv4Address(a)) for a in (ciaddr, yiaddr, siaddr, giaddr)),
                   chaddr, "" if overload[0] & 2 else c_text(sname), "" if overload[0] & 1 else c_text(file),
                   options, ended, tail)

    def reply(self, kind, **changes):
        """A server's answer to this message, with what RFC 2131 table 3 copies."""
        return V4(kind, BOOTREPLY, self.htype, self.hlen, 0, self.xid, 0, self.flags, giaddr=self.giaddr,
                  chaddr=self.chaddr, **changes)


def arch_option(arch):
    """Option 93 or 61: one 16-bit code, or several."""
    codes = arch if isinstance(arch, (list, tuple)) else [arch]
    return b"".join(struct.pack("!H", code) for code in codes)


def class_text(name, arch, undi="003016"):
    """The vendor class as firmware writes it: PXEClient:Arch:00007:UNDI:003016."""
    first = arch[0] if isinstance(arch, (list, tuple)) else arch
    return "%s:Arch:%05d:UNDI:%s" % (name, first, undi)


def client4(kind, mac, arch=0, vendor_class="PXEClient", uuid=UUID, user_class=None, xid=None, **fields):
    """A request of a network-boot client; vendor_class None: of one that does not boot. A class without
    a colon gets the architecture behind it, as firmware does; one with a colon is sent as it is."""
    packet = V4(kind, chaddr=mac_octets(mac), xid=new_xid() if xid is None else xid, **fields)
    packet.options.append((OPT_TYPE, bytes((kind,))))
    packet.options.append((OPT_PARAMETERS, bytes((1, 3, 6, 12, 15, 43, 54, 60, 66, 67, 97, 128, 129, 130))))
    packet.options.append((OPT_MAX_SIZE, struct.pack("!H", 1472)))
    if vendor_class is None:
        return packet
    if uuid is not None:
        packet.options.append((OPT_UUID, b"\0" + uuids.UUID(uuid).bytes_le))
    if arch is not None:
        packet.options.append((OPT_NII, bytes((1, 3, 16))))
        packet.options.append((OPT_ARCH, arch_option(arch)))
    text = vendor_class if ":" in vendor_class or arch is None else class_text(vendor_class, arch)
    packet.options.append((OPT_CLASS, text.encode()))
    if user_class is not None:
        packet.options.append((OPT_USER_CLASS, octets_of(user_class)))
    return packet


def discover(mac, arch=0, **more):
    """A broadcast DISCOVER, as firmware sends it to port 67."""
    more.setdefault("flags", BROADCAST)
    return client4(DISCOVER, mac, arch, **more)


def request_lease(mac, server_id, address, arch=0, **more):
    """The REQUEST on port 67 that takes a lease offer; server_id None leaves option 54 out."""
    packet = client4(REQUEST, mac, arch, **more)
    if server_id is not None:
        packet.set(OPT_SERVER_ID, ip4(server_id))
    return packet.set(OPT_REQUESTED_IP, ip4(address))


def request_pxe(mac, ciaddr, arch=0, item=None, **more):
    """The REQUEST to port 4011; `item` = (type, layer) makes it a boot-server discovery (43.71)."""
    packet = client4(REQUEST, mac, arch, ciaddr=ciaddr, **more)
    if item is not None:
        packet.set(OPT_VENDOR, pxe43_build([(PXE_ITEM, struct.pack("!HH", *item))]))
    return packet


def pxe43_build(options, end=True):
    """PXE's own options inside option 43."""
    return tlv_build(options) + (b"\xff" if end else b"")


def pxe43_parse(value):
    """Option 43 → dict of tag → value; a tag that comes twice is an error."""
    tags = {}
    for tag, data in tlv_parse(value, "option 43")[0]:
        if tag in tags:
            raise BadPacket("option 43: tag %d twice" % tag)
        tags[tag] = data
    return tags


def pxe_menu(items):
    """[(type, text)] → the value of tag 9."""
    return b"".join(struct.pack("!HB", kind, len(octets_of(text))) + octets_of(text) for kind, text in items)


def pxe_servers(servers):
    """[(type, [address, …])] → the value of tag 8."""
    return b"".join(struct.pack("!HB", kind, len(found)) + b"".join(map(ip4, found)) for kind, found in servers)


def relay_agent(circuit=None, remote=None, link=None, server_id=None, port=False):
    """The value of option 82."""
    parts = []
    if circuit is not None:
        parts.append((RELAY_CIRCUIT, circuit))
    if remote is not None:
        parts.append((RELAY_REMOTE, remote))
    if link is not None:
        parts.append((RELAY_LINK, ip4(link)))
    if server_id is not None:
        parts.append((RELAY_SERVER_ID, ip4(server_id)))
    if port:
        parts.append((RELAY_PORT, b""))
    return tlv_build(parts)


def relay4(packet, giaddr, option82=None):
    """What a relay makes of a client's packet: giaddr, one hop more, option 82 last."""
    relayed = dataclasses.replace(packet, giaddr=giaddr, hops=packet.hops + 1, options=list(packet.options))
    if option82 is not None:
        relayed.options.append((OPT_RELAY, option82))
    return relayed


# ---- DHCPv6 ---------------------------------------------------------------------------------------------

(SOLICIT6, ADVERTISE6, REQUEST6, CONFIRM6, RENEW6, REBIND6, REPLY6, RELEASE6, DECLINE6, RECONFIGURE6,
 INFORMATION_REQUEST6, RELAY_FORW6, RELAY_REPL6) = range(1, 14)

OPT6_CLIENT_ID, OPT6_SERVER_ID, OPT6_IA_NA, OPT6_IA_TA, OPT6_IA_ADDRESS, OPT6_REQUEST = 1, 2, 3, 4, 5, 6
OPT6_PREFERENCE, OPT6_ELAPSED, OPT6_RELAY_MSG, OPT6_STATUS, OPT6_RAPID_COMMIT = 7, 8, 9, 13, 14
OPT6_USER_CLASS, OPT6_VENDOR_CLASS, OPT6_VENDOR_OPTS, OPT6_INTERFACE_ID = 15, 16, 17, 18
OPT6_DNS, OPT6_IA_PD, OPT6_URL, OPT6_PARAM, OPT6_ARCH, OPT6_NII = 23, 25, 59, 60, 61, 62
OPT6_LINK_LAYER, OPT6_RELAY_PORT = 79, 135
INTEL = 343
RELAY6_HEADER = 34


def new_xid():
    return int.from_bytes(os.urandom(3), "big") or 1


def duid_llt(mac, time=0x31d9b289):
    return struct.pack("!HHI", 1, 1, time) + mac_octets(mac)


def duid_ll(mac):
    return struct.pack("!HH", 3, 1) + mac_octets(mac)


def duid_uuid(uuid=UUID):
    return struct.pack("!H", 4) + uuids.UUID(uuid).bytes


def options6_parse(area, where):
    """A DHCPv6 option area → list of (code, value); it must be filled to its last octet."""
    found, at = [], 0
    while at < len(area):
        if at + 4 > len(area):
            raise BadPacket("%s: %d octets left over" % (where, len(area) - at))
        code, size = struct.unpack_from("!HH", area, at)
        if at + 4 + size > len(area):
            raise BadPacket("%s: option %d at octet %d does not fit" % (where, code, at))
        found.append((code, bytes(area[at + 4:at + 4 + size])))
        at += 4 + size
    return found


def options6_build(options):
    out = bytearray()
    for code, value in options:
        value = octets_of(value)
        out += struct.pack("!HH", code, len(value)) + value
    return bytes(out)


def items6_build(items):
    """Length-prefixed items: user class, vendor class after its enterprise, boot parameters."""
    return b"".join(struct.pack("!H", len(octets_of(item))) + octets_of(item) for item in items)


def items6_parse(value, where="items"):
    found, at = [], 0
    while at < len(value):
        if at + 2 > len(value) or at + 2 + struct.unpack_from("!H", value, at)[0] > len(value):
            raise BadPacket("%s: an item at octet %d does not fit" % (where, at))
        size = struct.unpack_from("!H", value, at)[0]
        found.append(value[at + 2:at + 2 + size])
        at += 2 + size
    return found


class Options6:
    """What client messages and relay messages share: the look-ups over `options`."""

    def all(self, code):
        return [value for found, value in self.options if found == code]

    def get(self, code, default=None):
        """The value of an option; one that comes twice is an error."""
        found = self.all(code)
        if len(found) > 1:
            raise BadPacket("option %d comes %d times" % (code, len(found)))
        return found[0] if found else default

    def codes(self):
        return [code for code, _ in self.options]

    def set(self, code, value):
        """Replaces all instances, in the first one's place; None takes them away. Returns self."""
        places = [n for n, (found, _) in enumerate(self.options) if found == code]
        at = places[0] if places else len(self.options)
        self.options = [pair for pair in self.options if pair[0] != code]
        if value is not None:
            self.options.insert(at, (code, octets_of(value)))
        return self


@dataclasses.dataclass
class V6(Options6):
    """A message of a DHCPv6 client or server. `raw` is appended to the options as it is."""

    type: int
    xid: int = 0
    options: list = dataclasses.field(default_factory=list)
    raw: bytes = b""

    @property
    def url(self):
        """Option 59 as text, or None."""
        value = self.get(OPT6_URL)
        return None if value is None else value.decode(errors="backslashreplace")

    @property
    def vendor_class(self):
        """(enterprise, [items]) of option 16, or None."""
        value = self.get(OPT6_VENDOR_CLASS)
        if value is None:
            return None
        if len(value) < 4:
            raise BadPacket("option 16 is under 4 octets")
        return struct.unpack_from("!I", value)[0], items6_parse(value[4:], "option 16")

    def encode(self):
        return struct.pack("!I", self.type << 24 | self.xid) + options6_build(self.options) + self.raw

    @classmethod
    def parse(cls, octets):
        if len(octets) < 4:
            raise BadPacket("%d octets are no DHCPv6 message" % len(octets))
        if octets[0] in (RELAY_FORW6, RELAY_REPL6):
            raise BadPacket("a relay message where a client's or server's is expected")
        return cls(octets[0], int.from_bytes(octets[1:4], "big"), options6_parse(octets[4:], "options"))

    def reply(self, kind, server_duid, options=()):
        """A server's answer: client id repeated, its own id, then the options."""
        first = [(OPT6_CLIENT_ID, self.get(OPT6_CLIENT_ID, b"")), (OPT6_SERVER_ID, server_duid)]
        return V6(kind, self.xid, first + list(options))


@dataclasses.dataclass
class Relay6(Options6):
    """A RELAY-FORW or RELAY-REPL. RELAY_MSG is among the options, as octets."""

    type: int = RELAY_FORW6
    hops: int = 0
    link: str = "::"
    peer: str = "::"
    options: list = dataclasses.field(default_factory=list)
    raw: bytes = b""

    def encode(self):
        return (bytes((self.type, self.hops)) + ip6(self.link) + ip6(self.peer) +
                options6_build(self.options) + self.raw)

    @classmethod
    def parse(cls, octets):
        if len(octets) < RELAY6_HEADER or octets[0] not in (RELAY_FORW6, RELAY_REPL6):
            raise BadPacket("no relay message")
        return cls(octets[0], octets[1], str(ipaddress.IPv6Address(octets[2:18])),
                   str(ipaddress.IPv6Address(octets[18:34])), options6_parse(octets[34:], "relay options"))

    @property
    def inner(self):
        """What it carries: another Relay6, or a V6."""
        value = self.get(OPT6_RELAY_MSG)
        if value is None:
            raise BadPacket("a relay message without RELAY_MSG")
        return parse6(value)


def parse6(octets):
    """Octets → V6 or Relay6, by the type."""
    if octets[:1] and octets[0] in (RELAY_FORW6, RELAY_REPL6):
        return Relay6.parse(octets)
    return V6.parse(octets)


def unwrap6(message):
    """A message, or its octets → ([Relay6, outermost first], the innermost V6)."""
    levels = []
    if isinstance(message, (bytes, bytearray)):
        message = parse6(message)
    while isinstance(message, Relay6):
        levels.append(message)
        message = message.inner
    return levels, message


def relay6(message, link, peer, interface_id=None, port=None, link_layer=None, hops=None):
    """What a relay makes of a client's message, or of another relay's: RELAY-FORW around it. `port` is
    the value of option 135 (0: only this relay uses another port), `link_layer` a MAC for option 79."""
    nested = message.encode()
    if hops is None:
        hops = message.hops + 1 if isinstance(message, Relay6) else 0
    packet = Relay6(RELAY_FORW6, hops, link, peer)
    if interface_id is not None:
        packet.options.append((OPT6_INTERFACE_ID, octets_of(interface_id)))
    if link_layer is not None:
        packet.options.append((OPT6_LINK_LAYER, struct.pack("!H", 1) + mac_octets(link_layer)))
    if port is not None:
        packet.options.append((OPT6_RELAY_PORT, struct.pack("!H", port)))
    packet.options.append((OPT6_RELAY_MSG, nested))
    return packet


def ia_na(iaid=0x77000001, options=()):
    return struct.pack("!III", iaid, 0, 0) + options6_build(options)


def client6(kind, mac, arch=7, vendor_class="PXEClient", duid=None, server_duid=None, user_class=None,
            request=(59, 60, 23, 16), ia=False, elapsed=0, xid=None):
    """A message of a network-boot client; vendor_class None: of one that does not boot."""
    packet = V6(kind, new_xid() if xid is None else xid)
    if server_duid is not None:
        packet.options.append((OPT6_SERVER_ID, server_duid))
    packet.options.append((OPT6_CLIENT_ID, duid_llt(mac) if duid is None else duid))
    packet.options.append((OPT6_ELAPSED, struct.pack("!H", elapsed)))
    if ia:
        packet.options.append((OPT6_IA_NA, ia_na()))
    if request:
        packet.options.append((OPT6_REQUEST, arch_option(list(request))))
    if vendor_class is not None:
        text = vendor_class
        if arch is not None:
            packet.options.append((OPT6_NII, bytes((1, 3, 0))))
            packet.options.append((OPT6_ARCH, arch_option(arch)))
            if ":" not in text:
                text = class_text(vendor_class, arch, "003000")
        packet.options.append((OPT6_VENDOR_CLASS, struct.pack("!I", INTEL) + items6_build([text])))
    if user_class is not None:
        packet.options.append((OPT6_USER_CLASS, items6_build([user_class])))
    return packet


def solicit6(mac, arch=7, **more):
    """The SOLICIT of firmware: asks for an address and for a boot file."""
    more.setdefault("ia", True)
    return client6(SOLICIT6, mac, arch, **more)


def request_pxe6(mac, server_duid, arch=7, **more):
    """The REQUEST to port 4011: no IA. server_duid None is the same-host form."""
    return client6(REQUEST6, mac, arch, server_duid=server_duid, **more)


def information_request6(mac, arch=7, **more):
    return client6(INFORMATION_REQUEST6, mac, arch, **more)


def plain6(kind, mac, server_duid=None, **more):
    """What a client that does not boot sends."""
    more.setdefault("request", (23, 24))
    more.setdefault("ia", True)
    return client6(kind, mac, None, vendor_class=None, server_duid=server_duid, **more)
