"""Menus of PXE firmware on the wire: the menu, and the item that a client has chosen, asked for by
unicast, multicast and broadcast, as the firmware of each architecture asks."""

import contextlib
import re
import struct

from lab import Network, dhcp
from lab.daemon import Daemon
from lab.process import ASKING, until

MAC, OTHER_MAC = "52:54:00:77:00:01", "52:54:00:77:00:02"
OURS, CLIENT, OTHER, GROUP = "10.77.0.2", "10.77.0.5", "10.77.0.9", "239.255.43.71"
PROMPT = "Press F8 for the menu"
MENU = {
    "prompt": PROMPT, "timeout": 10,
    "items": [
        {"text": "Install", "file": "install.efi", "arch": ["x64-uefi", "ebc"]},
        {"text": "Install", "file": "install.0", "arch": "x86-bios"},
        {"text": "For one machine", "file": "one.efi", "mac": OTHER_MAC},
        {"text": "Rescue", "server": OTHER, "type": 32790},
        {"text": "Boot from disk", "local": True},
    ],
}
ENTRIES = [{"menu": MENU}]


class Lab:
    def __init__(self, net, entries=None, **daemon):
        self.lan = net.segment("lan")
        self.boot = net.host("boot", f"{OURS}/24", on=self.lan)
        self.client = net.host("client", f"{CLIENT}/24", on=self.lan)
        self.client.run("ip", "route", "add", "224.0.0.0/4", "dev", "eth0")
        self.capture = net.capture(self.lan)
        self.daemon = Daemon(self.boot, boot=entries or ENTRIES, **daemon).start()
        self.s68, self.s4011 = self.client.udp(68), self.client.udp(4011)

    def ask(self, packet, to="255.255.255.255", port=67, socket=None):
        socket = socket or self.s68
        socket.send(packet.encode(), to, port)
        came = socket.receive()
        answer = dhcp.V4.parse(came.payload)
        assert answer.xid == packet.xid and came.source[0] == OURS, answer
        assert answer.ip(dhcp.OPT_SERVER_ID) == OURS and answer.get(60) == b"PXEClient", answer
        return answer, came

    def silent(self, packet, *to):
        """It is not answered, and a right request after it is."""
        self.s68.send(packet.encode(), *to)
        self.ask(dhcp.discover("52:54:00:77:00:09"))


@contextlib.contextmanager
def lab(*entries, **more):
    with Network() as net:
        made = Lab(net, list(entries) or None, **more)
        yield made
        made.daemon.stop()
        made.capture.check(made.boot)


def shows(answer, items, control=3, **more):
    """The answer has this menu and nothing beside it."""
    tags = dhcp.pxe43_parse(answer.get(43))
    servers = [(kind, [OTHER if kind == 32790 else OURS]) for kind, _ in items if kind]
    assert tags.pop(dhcp.PXE_CONTROL) == bytes((control,)), answer
    assert tags.pop(dhcp.PXE_SERVERS) == dhcp.pxe_servers(servers), answer
    assert tags.pop(dhcp.PXE_MENU) == dhcp.pxe_menu(items), answer
    assert tags.pop(dhcp.PXE_PROMPT) == b"\x0a" + PROMPT.encode(), answer
    assert tags == more.get("tags", {}) and answer.file == "" and answer.siaddr == OURS, answer
    assert len(answer.get(43)) <= 255 and answer.get(66) is None and answer.get(67) is None, answer


def chosen(answer, kind, file, layer=0):
    """The answer is the item's."""
    assert answer.type == dhcp.ACK and answer.siaddr == OURS, answer
    assert answer.ciaddr == CLIENT and answer.yiaddr == "0.0.0.0", answer
    assert answer.file == file and answer.get(97) is not None, answer
    assert answer.get(43) == dhcp.pxe43_build([(dhcp.PXE_ITEM, struct.pack("!HH", kind, layer))]), answer


def edk2(arch, kind, mac=MAC):
    """As EDK2 asks for an item: 43 before all, no server id."""
    packet = dhcp.request_pxe(mac, CLIENT, arch, item=(kind, 0))
    packet.options.sort(key=lambda option: option[0] != 43)
    return packet


def ipxe(kind, layer=0, secs=4):
    """As iPXE does as a BIOS ROM: xid 0 in each try, the class alone."""
    return dhcp.request_pxe(MAC, CLIENT, 0, item=(kind, layer), xid=0, user_class="iPXE", secs=secs,
                            vendor_class="PXEClient:").set(60, b"PXEClient")


BIOS_ITEMS = [(32769, "Install"), (32790, "Rescue"), (0, "Boot from disk")]
UEFI_ITEMS = [(32768, "Install"), (32790, "Rescue"), (0, "Boot from disk")]


def test_a_bios_is_shown_its_menu_in_the_offer():
    with lab() as it:
        for more in ({}, {"user_class": "iPXE"}):
            answer, _ = it.ask(dhcp.discover(MAC, 0, **more))
            assert answer.type == dhcp.OFFER, answer
            shows(answer, BIOS_ITEMS)
        it.daemon.wait_log(rf"x86-bios.*answered: OFFER to .*, server {OURS}, menu with 3 items \(bootfile, ")


def test_uefi_is_redirected_and_shown_it_on_4011():
    with lab() as it:
        for arch in (7, 9):
            answer, _ = it.ask(dhcp.discover(MAC, arch))
            assert answer.get(43) is None and answer.siaddr == OURS and answer.file == "", answer
            answer, _ = it.ask(dhcp.request_pxe(MAC, CLIENT, arch), OURS, 4011, it.s4011)
            assert answer.type == dhcp.ACK, answer
            shows(answer, UEFI_ITEMS)
        # An item for one machine is in its menu alone.
        answer, _ = it.ask(dhcp.request_pxe(OTHER_MAC, CLIENT, 7), OURS, 4011, it.s4011)
        shows(answer, UEFI_ITEMS[:1] + [(32770, "For one machine")] + UEFI_ITEMS[1:])


def test_who_has_no_menus_gets_the_first_file():
    with lab(*ENTRIES, {"arch": "x64-uefi-http", "url": "http://${server}/x.efi"}) as it:
        answer, _ = it.ask(dhcp.discover(MAC, 7, user_class="iPXE"))
        assert answer.file == f"tftp://{OURS}/install.efi", answer
        assert dhcp.pxe43_parse(answer.get(43))[dhcp.PXE_CONTROL] == b"\x08", answer
        # HTTP Boot can take no file: the next entry is its.
        answer = dhcp.V4.parse(_ask_http(it))
        assert answer.get(60) == b"HTTPClient" and answer.file == f"http://{OURS}/x.efi", answer


def _ask_http(it):
    it.s68.send(dhcp.discover(MAC, 16, vendor_class="HTTPClient").encode(), "255.255.255.255", 67)
    return it.s68.receive().payload


def test_one_item_is_no_menu():
    one = {"menu": {"items": [{"text": "A", "file": "a.0", "arch": "x86-bios"},
                              {"text": "B", "file": "b.efi", "arch": "x64-uefi"}]}}
    with lab(one) as it:
        answer, _ = it.ask(dhcp.discover(MAC, 0))
        assert answer.file == "a.0" and dhcp.pxe43_parse(answer.get(43))[dhcp.PXE_CONTROL] == b"\x08", answer
        it.ask(dhcp.discover(MAC, 7))
        answer, _ = it.ask(dhcp.request_pxe(MAC, CLIENT, 7), OURS, 4011)
        assert answer.file == "b.efi" and answer.get(43) is None, answer


def test_the_item_that_was_chosen():
    with lab() as it:
        it.ask(dhcp.discover(MAC, 7))
        for _ in range(4):      # every try of a client is answered alike
            answer, came = it.ask(edk2(7, 32768), OURS, 4011, it.s4011)
            chosen(answer, 32768, "install.efi")
            assert came.source == (OURS, 4011), came
        for secs in range(4, 8):
            answer, came = it.ask(ipxe(32769, 3, secs), OURS, 4011)
            chosen(answer, 32769, f"tftp://{OURS}/install.0", layer=3)
            assert answer.xid == 0 and came.source == (OURS, 4011), came
        it.daemon.wait_log(r'x64-uefi .*pxe-boot-item: answered: ACK to .*file install\.efi, '
                           r'chose item "Install" \(type 0x8000\) \(bootfile, ')


def test_what_is_not_on_the_menu_is_met_with_silence():
    with lab(*ENTRIES, {"file": "x"}) as it:
        it.silent(edk2(7, 32769), OURS, 4011)        # the other architecture's
        it.silent(edk2(7, 32770), OURS, 4011)        # another machine's
        it.silent(edk2(7, 0), OURS, 4011)
        it.silent(edk2(7, 40000), OURS, 4011)
        it.daemon.wait_log(r"asks for item 0x9c40 of a menu .*, and the entry's menu has no such item")
        it.silent(edk2(7, 32790), OURS, 4011)        # that host answers itself
        it.daemon.wait_log(r'item "Rescue" \(type 0x8016\) is answered by its own server')
        it.silent(ipxe(32769), "255.255.255.255", 67)
        it.daemon.wait_log(r"by broadcast, which the menu does not allow")
        it.silent(ipxe(32769), GROUP, 4011)          # nobody has joined it
        it.silent(dhcp.request_pxe(MAC, CLIENT, 7, item=(32768, 0x8000)), OURS, 4011)   # credentials


def test_multicast():
    entry = {"menu": dict(MENU, multicast=GROUP)}
    with lab(entry, listen={"multicast": GROUP}) as it:
        group = {dhcp.PXE_MCAST: bytes(map(int, GROUP.split(".")))}
        answer, _ = it.ask(dhcp.discover(MAC, 0))
        shows(answer, BIOS_ITEMS, control=1, tags=group)
        answer, _ = it.ask(dhcp.request_pxe(MAC, CLIENT, 7), OURS, 4011)
        shows(answer, UEFI_ITEMS, control=1, tags=group)
        for socket, packet, file in ((it.s68, ipxe(32769), f"tftp://{OURS}/install.0"),
                                     (it.s4011, edk2(7, 32768), "install.efi")):
            answer, came = it.ask(packet, GROUP, 4011, socket)
            chosen(answer, packet.get(43)[2] << 8 | packet.get(43)[3], file)
            assert came.source == (OURS, 4011), came


def test_a_reload_leaves_the_groups_as_they_are():
    entry, other = {"menu": dict(MENU, multicast=GROUP)}, "239.255.43.72"
    with lab(entry, listen={"multicast": GROUP}) as it:
        it.daemon.listen["multicast"] = other
        it.daemon.write_config()
        for n in (1, 2):        # it is said at each, until the restart
            it.daemon.ctl("reload")
            until(lambda n=n: it.daemon.log().count(
                "a change of listen.multicast takes effect at the next restart") == n, 5, f"it is said {n} times")
        joined = it.boot.run("ip", "-4", "maddr", "show", "dev", "eth0")
        assert f"{GROUP}\n" in joined and other not in joined, joined
        # And so when the interface comes again.
        it.boot.run("ip", "link", "set", "eth0", "down")
        it.boot.run("ip", "link", "set", "eth0", "up")
        until(lambda: GROUP in it.boot.run("ip", "-4", "maddr", "show", "dev", "eth0"), 5,
              "the group has been joined again")
        it.ask(ipxe(32769), GROUP, 4011)


def test_broadcast():
    entry = {"menu": dict(MENU, broadcast=True)}
    with lab(entry) as it:
        answer, _ = it.ask(dhcp.discover(MAC, 0))
        shows(answer, BIOS_ITEMS, control=2)
        answer, _ = it.ask(dhcp.request_pxe(MAC, CLIENT, 7), OURS, 4011)
        shows(answer, UEFI_ITEMS, control=3)
        answer, came = it.ask(ipxe(32769))
        chosen(answer, 32769, f"tftp://{OURS}/install.0")
        assert came.source == (OURS, 67), came
        # A lease's REQUEST is no item, whatever else it says.
        it.silent(dhcp.request_lease(MAC, "10.77.0.1", CLIENT), "255.255.255.255", 67)


def test_explain_shows_the_menu():
    with lab() as it:
        said = it.daemon.ctl("explain", "--mac", MAC, "--arch", "x86-bios")
        assert re.search(r"gets +OFFER from server 10\.77\.0\.2, menu with 3 items", said), said
        assert re.search(r'9 boot menu +0x8001 "Install", 0x8016 "Rescue", 0x0000\s+"Boot from disk"', said), said
        said = it.daemon.ctl("explain", "--mac", MAC, "--arch", "x64-uefi", "--port", "4011",
                             "--address", CLIENT)
        assert re.search(r"gets +ACK from server 10\.77\.0\.2, menu with 3 items", said), said
        # The same of a request as a client sends it: the item that it has chosen.
        packet = edk2(7, 32768).encode().hex()
        said = it.daemon.ctl("explain", "--octets", packet, "--port", "4011", "--address", CLIENT)
        assert 'chose item "Install" (type 0x8000)' in " ".join(said.split()), said
        it.ask(dhcp.discover(MAC, 0))


def test_a_reload_changes_the_menu():
    with lab() as it:
        shows(it.ask(dhcp.discover(MAC, 0))[0], BIOS_ITEMS)
        it.daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": it.daemon.module("bootfile"),
            "settings": {"boot": [{"menu": dict(MENU, items=MENU["items"][1:2] + MENU["items"][4:])}]}})
        it.daemon.reload()
        items = [(32768, "Install"), (0, "Boot from disk")]
        until(lambda: dhcp.pxe_menu(items) in it.ask(dhcp.discover(MAC, 0))[0].get(43), 10,
              "the menu is the new one", ASKING)
        chosen(it.ask(ipxe(32768), OURS, 4011)[0], 32768, f"tftp://{OURS}/install.0")
