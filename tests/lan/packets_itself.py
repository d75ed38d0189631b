"""dhcp.py proves itself: it reads what firmware sends, and tshark reads what it writes."""

import glob
import os
import struct

from lab import Network, dhcp

CAPTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                        "fixtures", "captures")
MAC = "52:54:00:77:00:01"


def datagrams(path):
    """The UDP payloads of a capture, with their family."""
    with open(path, "rb") as file:
        octets = file.read()
    order = "<" if octets[:4] == b"\xd4\xc3\xb2\xa1" else ">"
    at = 24
    while at < len(octets):
        size = struct.unpack_from(order + "8xI4x", octets, at)[0]
        frame = octets[at + 16:at + 16 + size]
        family = {0x800: 4, 0x86dd: 6}[struct.unpack_from("!H", frame, 12)[0]]
        udp = frame[14 + ((frame[14] & 15) * 4 if family == 4 else 40):]
        yield family, udp[8:struct.unpack_from("!H", udp, 4)[0]]
        at += 16 + size


def test_recorded_packets_are_read_and_written_unchanged():
    count, changed = 0, []
    for path in sorted(glob.glob(os.path.join(CAPTURES, "*.pcap"))):
        for family, payload in datagrams(path):
            count += 1
            parsed = dhcp.V4.parse(payload) if family == 4 else dhcp.parse6(payload)
            if parsed.encode() != payload:
                changed.append((os.path.basename(path), parsed.ended))
    assert count > 300, count
    # The one ROM that ends its request in stale octets, without END: its padding is not kept.
    assert changed == [("bios-etherboot.pcap", False)], changed


def test_tshark_reads_dhcpv4_as_it_was_meant():
    lease = dhcp.request_lease(MAC, "10.77.0.1", "10.77.0.9", 7)
    item = dhcp.request_pxe(MAC, "10.77.0.9", 0, item=(32768, 0), xid=77)
    offer = dhcp.discover(MAC).reply(dhcp.OFFER, siaddr="10.77.0.2", file="boot.bin", options=[
        (dhcp.OPT_SERVER_ID, dhcp.ip4("10.77.0.2")), (dhcp.OPT_CLASS, "PXEClient"),
        (dhcp.OPT_VENDOR, dhcp.pxe43_build([
            (dhcp.PXE_CONTROL, b"\3"), (dhcp.PXE_SERVERS, dhcp.pxe_servers([(32768, ["10.77.0.2"])])),
            (dhcp.PXE_MENU, dhcp.pxe_menu([(32768, "install"), (0, "disk")])),
            (dhcp.PXE_PROMPT, b"\5choose")]))])
    relayed = dhcp.relay4(dhcp.discover(MAC, [16, 7], vendor_class="HTTPClient"), "10.78.0.254",
                          dhcp.relay_agent(circuit=b"eth7", link="10.78.0.0"))
    sent = [(lease, 67), (item, 4011), (offer, 68), (relayed, 67)]
    with Network() as net:
        lan = net.segment("lan")
        host = net.host("host", "10.77.0.5/24", on=lan)
        capture = net.capture(lan)
        with host.udp(68) as socket:
            for packet, port in sent:
                socket.send(packet.encode(300), port=port)
        capture.check(host, at_least=len(sent))
        rows = capture.rows(["dhcp.option.dhcp", "dhcp.hw.mac_addr", "dhcp.option.client_system_architecture",
                             "dhcp.option.vendor_class_id", "dhcp.ip.relay", "dhcp.file",
                             "dhcp.option.agent_information_option.agent_circuit_id"])
    assert [row["dhcp.option.dhcp"] for row in rows] == ["3", "3", "2", "1"], rows
    assert {row["dhcp.hw.mac_addr"] for row in rows} == {MAC}, rows
    assert rows[0]["dhcp.option.vendor_class_id"] == "PXEClient:Arch:00007:UNDI:003016", rows
    assert rows[2]["dhcp.file"] == "boot.bin", rows
    assert rows[3]["dhcp.ip.relay"] == "10.78.0.254", rows
    assert rows[3]["dhcp.option.agent_information_option.agent_circuit_id"] == "65746837", rows


def test_tshark_reads_dhcpv6_as_it_was_meant():
    solicit = dhcp.solicit6(MAC, 7, user_class="iPXE")
    request = dhcp.request_pxe6(MAC, dhcp.duid_uuid(), 16, vendor_class="HTTPClient")
    answer = solicit.reply(dhcp.ADVERTISE6, dhcp.duid_ll(MAC), [
        (dhcp.OPT6_URL, "tftp://[fd77::2]/x"),
        (dhcp.OPT6_PARAM, dhcp.items6_build(["one", "two"]))])
    relayed = dhcp.relay6(dhcp.relay6(dhcp.plain6(dhcp.SOLICIT6, MAC), "fd78::fe", "fe80::1", b"eth7",
                                      link_layer=MAC), "fd79::fe", "fd78::fe", port=0)
    sent = [(solicit, 547), (request, 4011), (answer, 546), (relayed, 547)]
    with Network() as net:
        lan = net.segment("lan")
        host = net.host("host", "fd77::5/64", on=lan)
        capture = net.capture(lan)
        with host.udp(546, family=6) as socket:
            for packet, port in sent:
                socket.send(packet.encode(), "ff02::1:2", port)
        capture.check(host, at_least=len(sent))
        rows = capture.rows(["dhcpv6.msgtype", "dhcpv6.vendorclass.data", "dhcpv6.hopcount",
                             "dhcpv6.linkaddr", "dhcpv6.duid.bytes"])
    assert [row["dhcpv6.msgtype"] for row in rows] == ["1", "3", "2", "12,12,1"], rows
    assert rows[0]["dhcpv6.vendorclass.data"] == "PXEClient:Arch:00007:UNDI:003000", rows
    assert rows[1]["dhcpv6.vendorclass.data"] == "HTTPClient:Arch:00016:UNDI:003000", rows
    ids = f"{dhcp.duid_llt(MAC).hex()},{dhcp.duid_ll(MAC).hex()}"
    assert rows[2]["dhcpv6.duid.bytes"] == ids, rows
    assert rows[3]["dhcpv6.hopcount"] == "1,0", rows
    assert rows[3]["dhcpv6.linkaddr"] == "fd79::fe,fd78::fe", rows


def test_reading_gives_back_what_was_built():
    packet = dhcp.discover(MAC, user_class="iPXE", file="x" * 127).set(43, dhcp.pxe43_build([(71, b"abcd")]))
    packet.options.append((250, b"y" * 300))
    again = dhcp.V4.parse(packet.encode(900))
    assert again.mac == MAC and again.type == dhcp.DISCOVER and again.file == "x" * 127
    assert dhcp.pxe43_parse(again.get(43)) == {71: b"abcd"}
    assert [len(part) for part in again.all(250)] == [255, 45] and again.get(250) == b"y" * 300
    assert again.ended and not again.tail.strip(b"\0")
    overloaded = dhcp.V4(dhcp.OFFER, file=b"\x42\4http\xff", options=[(52, b"\1"), (53, b"\2")])
    assert dhcp.V4.parse(overloaded.encode()).text(66) == "http"

    inner = dhcp.solicit6(MAC)
    levels, found = dhcp.unwrap6(dhcp.relay6(inner, "fd77::9", "fe80::1", b"port", port=1067).encode())
    assert found == inner and found.vendor_class[0] == dhcp.INTEL
    assert levels[0].get(dhcp.OPT6_RELAY_PORT) == b"\x04\x2b" and levels[0].peer == "fe80::1"


def test_broken_packets_are_found_out():
    whole = dhcp.discover(MAC).encode()
    relay = dhcp.relay6(dhcp.solicit6(MAC), "fd77::9", "fe80::1").encode()
    twice = dhcp.V6(dhcp.REPLY6, 1, [(59, b"a"), (59, b"b")])
    for what, call in (
            ("short", lambda: dhcp.V4.parse(whole[:200])),
            ("cookie", lambda: dhcp.V4.parse(whole[:236] + b"\0" + whole[237:])),
            ("option overruns", lambda: dhcp.V4.parse(whole[:-3])),
            ("43 overruns", lambda: dhcp.pxe43_parse(b"\6\2\3")),
            ("43 twice", lambda: dhcp.pxe43_parse(b"\6\1\3\6\1\3")),
            ("v6 short", lambda: dhcp.parse6(b"\1\2\3")),
            ("v6 left over", lambda: dhcp.parse6(dhcp.solicit6(MAC).encode() + b"\0")),
            ("relay cut", lambda: dhcp.unwrap6(relay[:-1])),
            ("no RELAY_MSG", lambda: dhcp.unwrap6(relay[:34])),
            ("two URLs", lambda: twice.url),
            ("items", lambda: dhcp.items6_parse(b"\0\2a"))):
        try:
            call()
        except dhcp.BadPacket:
            continue
        raise AssertionError(f"{what}: read without complaint")
