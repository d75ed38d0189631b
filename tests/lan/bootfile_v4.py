"""The daemon with its built-in provider, over IPv4, against scripted clients and relays.

What the boot entries come to is tested on the bench (tests/bootfile); here it is the conversation:
OFFER, lease, port 4011, the addresses and ports, and what the daemon and the provider do together.
Silence is shown by what comes next: the answer to a right request is the first that comes.
"""

import contextlib
import re

from lab import Network, dhcp, timeout
from lab.daemon import Daemon
from lab.https import AS_THEY_ARE
from lab.process import until

MAC = "52:54:00:77:00:01"
ALL = "255.255.255.255"
ENTRIES = [
    {"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
    {"arch": "x86-bios", "file": "undionly.kpxe"},
    {"arch": ["x64-uefi", "arm64-uefi"], "file": "efi/boot.efi"},
    {"arch": "x64-uefi-http", "url": "http://${server}/boot.efi"},
]


class Lab:
    """A boot server on 10.77.0.2 and a client on one link; the client has 10.77.0.5 as well, so that
    it may ask on 4011."""

    def __init__(self, net, entries=None, settings=None, **daemon):
        self.net, self.lan = net, net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=self.lan)
        self.client = net.host("client", "10.77.0.5/24", on=self.lan)
        self.capture = net.capture(self.lan)
        self.daemon = Daemon(self.boot, boot=ENTRIES if entries is None else entries,
                             settings=settings, **daemon).start()
        self.s68 = self.client.udp(68)
        self.s4011 = self.client.udp(4011)

    def ask(self, packet, to=ALL, port=67, socket=None):
        """Sends a message; returns (the answer, its Datagram)."""
        socket = socket or self.s68
        socket.send(packet if isinstance(packet, bytes) else packet.encode(), to, port)
        came = socket.receive()
        return dhcp.V4.parse(came.payload), came

    def offer(self, **more):
        """A DISCOVER's OFFER, with what holds for every OFFER checked."""
        ask = dhcp.discover(MAC, **more)
        answer, came = self.ask(ask)
        is_offer(answer, ask)
        assert came.source == ("10.77.0.2", 67), came
        return answer

    def silent(self, *packets, port=67, to=ALL):
        """None of the packets is answered, and a right request after them is."""
        for packet in packets:
            self.s68.send(packet if isinstance(packet, bytes) else packet.encode(), to, port)
        right = dhcp.discover("52:54:00:77:00:09")
        answer, _ = self.ask(right)
        assert answer and answer.xid == right.xid, f"answered what it must not: {answer}"


@contextlib.contextmanager
def lab(**more):
    with Network() as net:
        made = Lab(net, **more)
        yield made
        made.daemon.stop()
        made.capture.check(made.boot)


def is_offer(answer, ask):
    """What holds for every answer on port 67 to a client without an address."""
    assert answer.type == dhcp.OFFER and answer.op == dhcp.BOOTREPLY, answer
    assert answer.xid == ask.xid and answer.chaddr[:6] == ask.chaddr[:6], answer
    assert answer.yiaddr == answer.ciaddr == "0.0.0.0", answer
    assert answer.flags & dhcp.BROADCAST and answer.hops == answer.secs == 0, answer
    assert answer.ip(dhcp.OPT_SERVER_ID) == "10.77.0.2", answer
    assert answer.get(dhcp.OPT_UUID) == ask.get(dhcp.OPT_UUID), answer
    assert answer.ended and len(answer.encode()) >= 300, answer
    assert not set(answer.tail) - {0}, answer
    never = {1, 3, 6, 12, 15, 50, 51, 52, 58, 59, 116}
    assert not never & set(answer.codes()), answer


def in_order(answer):
    """The fixed order of options, which makes captures comparable."""
    order = [53, 54, 60, 97, 61, 43, 66, 67, 82]
    found = [code for code in answer.codes() if code in order]
    assert found == sorted(found, key=order.index), answer.codes()


def test_direct_a_bios_gets_all_in_the_offer():
    with lab() as it:
        for flags in (0, dhcp.BROADCAST):
            answer = it.offer(arch=0, flags=flags)
            assert dhcp.pxe43_parse(answer.get(43))[dhcp.PXE_CONTROL] == b"\x08", answer
            assert answer.siaddr == "10.77.0.2" and answer.file == "undionly.kpxe", answer
            assert answer.get(60) == b"PXEClient", answer
            in_order(answer)
        # Asked on 4011 all the same, it hears the same.
        ask = dhcp.request_pxe(MAC, "10.77.0.5", 0)
        answer, came = it.ask(ask, "10.77.0.2", 4011)
        assert answer.type == dhcp.ACK and answer.file == "undionly.kpxe", answer
        assert came.source == ("10.77.0.2", 4011), came


def test_redirect_uefi_asks_again_on_4011():
    with lab(settings={"server": "10.77.0.9"}) as it:
        for arch in (7, 9, 11):
            answer = it.offer(arch=arch)
            assert answer.get(43) is None and answer.file == "", answer
            assert answer.siaddr == answer.ip(dhcp.OPT_SERVER_ID) == "10.77.0.2", answer
            ask = dhcp.request_pxe(MAC, "10.77.0.5", arch)
            for socket in (it.s4011, it.s68):
                answer, came = it.ask(ask, "10.77.0.2", 4011, socket)
                assert answer.type == dhcp.ACK and answer.xid == ask.xid, answer
                assert came.source == ("10.77.0.2", 4011), came
                assert answer.siaddr == "10.77.0.9" and answer.file == "efi/boot.efi", answer
                assert answer.sname == "10.77.0.9" and answer.ciaddr == "10.77.0.5", answer
                assert answer.ip(dhcp.OPT_SERVER_ID) == "10.77.0.2", answer
                assert answer.flags == ask.flags and answer.get(43) is None, answer
                in_order(answer)


def test_http_boot_is_one_exchange():
    with lab() as it:
        ask = dict(arch=16, vendor_class="HTTPClient")
        answer = it.offer(**ask)
        assert answer.get(60) == b"HTTPClient" and answer.get(43) is None, answer
        assert answer.file == "http://10.77.0.2/boot.efi", answer
        it.silent(dhcp.request_pxe(MAC, "10.77.0.5", **ask), port=4011, to="10.77.0.2")


def test_ipxe_gets_its_url():
    with lab() as it:
        for user_class in (b"iPXE", b"\x04iPXE"):
            answer = it.offer(arch=7, user_class=user_class)
            assert answer.file == "http://10.77.0.2/boot.ipxe", answer
            assert answer.siaddr == "10.77.0.2", answer


def test_ipxe_hears_on_4011_what_it_was_offered():
    """It keeps the last answer that it has recorded, and looks for its script by file and server of
    that."""
    entries = [{"user-class": "iPXE", "arch": 0, "file": "a/boot.ipxe", "server": "10.0.0.9"},
               {"user-class": "iPXE", "url": "https://boot.example/a/boot.ipxe"}]
    with lab(entries=entries) as it:
        for arch in (0, 7):
            offer = it.offer(arch=arch, user_class=b"iPXE")
            ask = dhcp.request_pxe(MAC, "10.77.0.5", arch).set(dhcp.OPT_USER_CLASS, b"iPXE")
            answer, _ = it.ask(ask, "10.77.0.2", 4011, it.s4011)
            assert answer.type == dhcp.ACK, answer
            assert (answer.file, answer.siaddr, answer.sname) == (offer.file, offer.siaddr, offer.sname), answer
            for code in (60, 66, 67, 175):
                assert answer.get(code) == offer.get(code), (code, answer)


def test_https_is_passed_on_octet_for_octet():
    with lab(entries=[{"arch": 16, "mac": f"52:54:00:77:01:{number:02x}", "url": url}
                      for number, url in enumerate(AS_THEY_ARE)]) as it:
        for number, url in enumerate(AS_THEY_ARE):
            ask = dhcp.discover(f"52:54:00:77:01:{number:02x}", arch=16, vendor_class="HTTPClient")
            answer, _ = it.ask(ask)
            assert answer.get(60) == b"HTTPClient", answer
            assert (answer.file or answer.get(67).decode()) == url, (answer, url)


def test_chain_load_firmware_then_ipxe():
    """One machine, within seconds: port 4011 follows what was offered last."""
    with lab() as it:
        def request():
            return dhcp.request_pxe(MAC, "10.77.0.5", 7)

        it.offer(arch=7)
        assert it.ask(request(), "10.77.0.2", 4011)[0].file == "efi/boot.efi"
        it.offer(arch=7, user_class=b"iPXE")
        assert it.ask(request(), "10.77.0.2", 4011)[0].file == "http://10.77.0.2/boot.ipxe"
        it.offer(arch=7)
        assert it.ask(request(), "10.77.0.2", 4011)[0].file == "efi/boot.efi"


def test_4011_agrees_though_its_request_says_less():
    with lab() as it:
        less = dhcp.request_pxe(MAC, "10.77.0.5").set(dhcp.OPT_ARCH, None)
        less.set(dhcp.OPT_CLASS, b"PXEClient").set(dhcp.OPT_UUID, None)
        it.offer(arch=11)
        assert it.ask(less, "10.77.0.2", 4011)[0].file == "efi/boot.efi"


def test_lease_requests_on_67_are_not_ours():
    with lab() as it:
        it.silent(*(dhcp.request_lease(MAC, server, "10.77.0.5")
                    for server in ("10.77.0.1", "10.77.0.2", None)),
                  dhcp.client4(dhcp.DECLINE, MAC), dhcp.client4(dhcp.RELEASE, MAC),
                  dhcp.client4(dhcp.INFORM, MAC, ciaddr="10.77.0.5"),
                  dhcp.discover(MAC, vendor_class=None), dhcp.discover(MAC, vendor_class="udhcp"),
                  dhcp.discover(MAC, arch=99))


def test_boot_items_are_met_with_silence():
    with lab() as it:
        for layer in (0, 0x8000):
            for kind in (0, 0x8001):
                item = dhcp.request_pxe(MAC, "10.77.0.5", item=(kind, layer))
                it.silent(item)
                it.silent(item, port=4011, to="10.77.0.2")


def test_old_rom_that_wants_its_answer_on_67():
    """Q11: for the MACs that the admin names, and where the provider's file allows it."""
    entries = [{"mac": MAC, "file": "old.0", "answer-lease-requests": True},
               {"file": "other.0"}]
    with lab(entries=entries, **{"answer-lease-requests": True}) as it:
        ask = dhcp.request_lease(MAC, "10.77.0.1", "10.77.0.5")
        answer, _ = it.ask(ask)
        assert answer.type == dhcp.ACK and answer.file == "old.0", answer
        assert answer.yiaddr == "0.0.0.0" and answer.get(51) is None, answer
        it.silent(dhcp.request_lease("52:54:00:77:00:02", "10.77.0.1", "10.77.0.5"))
    with lab(entries=entries) as it:
        it.silent(dhcp.request_lease(MAC, "10.77.0.1", "10.77.0.5"))


def test_other_names_for_pxeclient():
    """Q13, Q20: the daemon's `classes` lets them in, the provider's echoes them."""
    classes = ["HW-Client", "U-Boot"]
    with lab(config={"classes": classes}, settings={"classes": classes},
             entries=[{"arch": "arm64-uboot", "file": "u.itb"}, {"file": "f.0"}]) as it:
        answer = it.offer(arch=0, vendor_class="HW-Client:rev9")
        assert answer.get(60) == b"HW-Client" and answer.file == "f.0", answer
        answer = it.offer(arch=22, vendor_class="U-Boot.armv8:x")
        assert answer.get(60) == b"U-Boot" and answer.file == "u.itb", answer
        answer, _ = it.ask(dhcp.request_pxe(MAC, "10.77.0.5", vendor_class="HW-Client"),
                           "10.77.0.2", 4011)
        assert answer.type == dhcp.ACK and answer.get(60) == b"HW-Client", answer


def test_raspberry_pi():
    """Q8, Q9: recognised by its MAC, answered late, with the menu that its ROM looks for."""
    entries = [{"mac": ["b8:27:eb:*", "dc:a6:32:*"], "raspberry-pi": True, "delay": 200}]
    with lab(entries=entries) as it:
        ask = dhcp.discover("b8:27:eb:00:00:01")
        answer, _ = it.ask(ask)
        tags = dhcp.pxe43_parse(answer.get(43))
        assert tags[dhcp.PXE_MENU] == dhcp.pxe_menu([(0, "Raspberry Pi Boot   ")]), tags
        assert set(tags) == {dhcp.PXE_CONTROL, dhcp.PXE_MENU, dhcp.PXE_PROMPT}, tags
        assert answer.get(66) == b"10.77.0.2" and answer.siaddr == "10.77.0.2", answer


def test_relayed_client():
    with Network() as net:
        far, near = net.segment("far"), net.segment("near")
        relay = net.host("relay", "10.78.0.1/24", on=far)
        relay.join(near, "10.77.0.1/24")
        relay.forward()
        boot = net.host("boot", "10.77.0.2/24", on=near)
        boot.route("10.78.0.0/24", "10.77.0.1")
        client = net.host("client", "10.78.0.5/24", on=far)
        client.route("10.77.0.0/24", "10.78.0.1")
        capture = net.capture(near)
        daemon = Daemon(boot, boot=[{"subnet": "10.78.0.0/24", "arch": 7, "file": "far.efi"},
                                    {"file": "near.efi"}]).start()
        option82 = dhcp.relay_agent(circuit=b"port 7", remote=b"switch")
        sent = dhcp.relay4(dhcp.discover(MAC, 7, flags=0), "10.78.0.1", option82)
        with relay.udp(67, interface="eth1") as socket:
            socket.send(sent.encode(), "10.77.0.2", 67)
            came = socket.receive()
        answer = dhcp.V4.parse(came.payload)
        is_offer(answer, sent)
        assert came.source == ("10.77.0.2", 67), came
        assert answer.giaddr == "10.78.0.1" and answer.codes()[-1] == 82, answer
        assert answer.get(82) == option82, answer
        assert answer.siaddr == "10.77.0.2" and answer.get(43) is None, answer
        # Its request on 4011 is routed, not relayed; the client's own address is its network's.
        with client.udp(4011) as socket:
            socket.send(dhcp.request_pxe(MAC, "10.78.0.5", 7).encode(), "10.77.0.2", 4011)
            came = socket.receive()
        answer = dhcp.V4.parse(came.payload)
        assert answer.file == "far.efi" and came.source == ("10.77.0.2", 4011), answer
        daemon.stop()
        capture.check(boot)


def test_each_interface_has_its_own_address():
    with Network() as net:
        one, two = net.segment("one"), net.segment("two")
        boot = net.host("boot", "10.77.0.2/24", on=one)
        boot.join(two, "10.79.0.2/24")
        clients = [net.host("a", "10.77.0.5/24", on=one), net.host("b", "10.79.0.5/24", on=two)]
        daemon = Daemon(boot, boot=[{"interface": "eth0", "file": "one.0"},
                                    {"interface": "eth1", "file": "two.0"}]).start()
        for client, own, file in zip(clients, ("10.77.0.2", "10.79.0.2"), ("one.0", "two.0")):
            with client.udp(68) as socket:
                socket.send(dhcp.discover(MAC).encode())
                came = socket.receive()
            answer = dhcp.V4.parse(came.payload)
            assert came.source == (own, 67) and answer.siaddr == own, answer
            assert answer.ip(dhcp.OPT_SERVER_ID) == own and answer.file == file, answer
        daemon.stop()


def test_interface_that_comes_later_or_changes_is_known():
    with Network() as net:
        one, two = net.segment("one"), net.segment("two")
        boot = net.host("boot", "10.77.0.2/24", on=one)
        client = net.host("b", "10.79.0.5/24", on=two)
        daemon = Daemon(boot, boot=[{"interface": "eth1", "file": "two.0"}]).start()
        boot.join(two, "10.79.0.2/24")

        def answered():
            with client.udp(68) as socket:
                socket.send(dhcp.discover(MAC).encode())
                came = socket.heard(0.5)
            return came and dhcp.V4.parse(came.payload)

        answer = until(answered, 10, "the new interface is served")
        assert answer.file == "two.0" and answer.siaddr == "10.79.0.2", answer
        # Its address changes: the provider knows an interface by that.
        boot.ip("address", "del", "10.79.0.2/24", "dev", "eth1")
        boot.address("10.79.0.3/24", "eth1")
        answer = until(answered, 10, "the interface is served at its new address")
        assert answer.file == "two.0" and answer.siaddr == "10.79.0.3", answer
        daemon.stop()


def test_interface_is_the_link_and_no_label():
    """W9: labels of addresses are names that an admin or keepalived gives; the link counts."""
    entries = [{"interface": "eth0", "file": "link.0"}, {"interface": "eth0:1", "file": "label.0"},
               {"file": "none.0"}]
    with lab(entries=entries) as it:
        it.boot.ip("address", "add", "10.77.0.100/24", "dev", "eth0", "label", "eth0:1")
        for to in ("10.77.0.2", "10.77.0.100"):
            def answered():
                answer, _ = it.ask(dhcp.request_pxe(MAC, "10.77.0.5"), to, 4011, it.s4011)
                return answer.file == "link.0"

            until(answered, 5, f"the entry of the link answers on {to}")


def test_interface_is_the_one_that_the_request_came_in_on():
    """W9: a host takes packets for its address on another link too; the packet's own link counts."""
    with Network() as net:
        near, far = net.segment("near"), net.segment("far")
        boot = net.host("boot", "10.77.0.2/24", on=near)
        boot.join(far, "10.88.0.2/24")
        daemon = Daemon(boot, boot=[{"interface": "eth0", "file": "near.0"},
                                    {"interface": "eth1", "file": "far.0"}]).start()
        client = net.host("client", "10.77.0.5/24", on=near)
        client.ip("route", "add", "10.88.0.0/24", "via", "10.77.0.2")
        with client.udp(4011) as socket:
            for to in ("10.77.0.2", "10.88.0.2"):
                socket.send(dhcp.request_pxe(MAC, "10.77.0.5").encode(), to, 4011)
                came = socket.receive()
                assert dhcp.V4.parse(came.payload).file == "near.0", (to, came)
        daemon.stop()


TOLD = r"eth0 has addresses in several networks, 10\.55\.0\.2 and 10\.77\.0\.2 among them"


class TwoNetworks(Lab):
    """The boot server has 10.55.0.2 first, and the client can reach 10.77.0.2 only."""

    def __init__(self, net, entries, **daemon):
        self.net, self.lan = net, net.segment("lan")
        self.boot = net.host("boot", "10.55.0.2/24", "10.77.0.2/24", on=self.lan)
        self.daemon = Daemon(self.boot, boot=entries, **daemon).start()
        # It has an address when it asks on 4011 only.
        self.s68 = net.host("client", on=self.lan).udp(68)
        self.s4011 = net.host("later", "10.77.0.5/24", on=self.lan).udp(4011)

    def named(self, **more):
        """The address by which the OFFER names the boot server: siaddr, option 54, the file's."""
        answer, _ = self.ask(dhcp.discover(MAC, **more))
        return answer.siaddr, answer.ip(dhcp.OPT_SERVER_ID), answer.file


def test_a_server_that_is_our_address_is_how_we_are_named():
    """W4: an interface with addresses of two networks names the one that `server` says."""
    for settings, own in (({"server": "10.77.0.2"}, "10.77.0.2"), ({}, "10.55.0.2")):
        with Network() as net:
            it = TwoNetworks(net, ENTRIES, settings=settings)
            assert it.named(arch=0) == (own, own, "undionly.kpxe")
            assert it.named(arch=7) == (own, own, "")
            assert it.named(arch=16, vendor_class="HTTPClient") == \
                (own, own, f"http://{own}/boot.efi")
            assert it.named(user_class="iPXE") == (own, own, f"http://{own}/boot.ipxe")
            answer, _ = it.ask(dhcp.request_pxe(MAC, "10.77.0.5", 7), "10.77.0.2", 4011, it.s4011)
            assert answer.ip(dhcp.OPT_SERVER_ID) == answer.siaddr == "10.77.0.2", answer
            # The log says at the start what the admin has to decide, and nothing where he has.
            log = it.daemon.stop()
            assert bool(re.search(TOLD, log)) == (own == "10.55.0.2"), log


def test_each_entry_may_say_which_address_is_ours():
    """W4: as above, entry by entry; another host is never us."""
    entries = [{"arch": 0, "file": "bios.0", "server": "10.77.0.2", "shape": "redirect"},
               {"arch": 6, "file": "other.efi", "server": "10.77.0.9"},
               {"arch": 7, "file": "own.efi"}]
    with Network() as net:
        it = TwoNetworks(net, entries)
        assert it.named(arch=0) == ("10.77.0.2", "10.77.0.2", "")
        assert it.named(arch=6) == ("10.55.0.2", "10.55.0.2", "")
        assert it.named(arch=7) == ("10.55.0.2", "10.55.0.2", "")
        # The address goes, and comes back: no answer is older than that.
        it.boot.ip("address", "del", "10.77.0.2/24", "dev", "eth0")
        until(lambda: it.named(arch=0)[0] == "10.55.0.2", 10, "it is not ours any more")
        it.boot.address("10.77.0.2/24")
        until(lambda: it.named(arch=0)[0] == "10.77.0.2", 10, "it is ours again")
        assert re.search(TOLD, it.daemon.stop())


BOARD = "03000200-0400-0500-0006-000700080009"


def test_two_machines_of_one_uuid():
    """W1: the second one's request on 4011 is not answered with what the first was offered."""
    entries = [{"mac": "52:54:00:77:00:02", "action": "ignore"},
               {"mac": MAC, "file": "WIPE.efi"}, {"file": "menu.efi"}]
    for uuid in BOARD, dhcp.UUID:
        with lab(entries=entries) as it:
            it.offer(arch=7, uuid=uuid)
            other = dhcp.request_pxe("52:54:00:77:00:02", "10.77.0.5", 7, uuid=uuid)
            it.s4011.send(other.encode(), "10.77.0.2", 4011)
            own = dhcp.request_pxe(MAC, "10.77.0.5", 7, uuid=uuid)
            answer, _ = it.ask(own, "10.77.0.2", 4011, it.s4011)
            assert answer.xid == own.xid and answer.file == "WIPE.efi", answer


def test_size_limits_hold():
    with lab(entries=[{"url": "http://10.77.0.2/" + "x" * 200}]) as it:
        for size, most in ((None, 548), (300, 548), (1472, 1444), (9000, 1472)):
            ask = dhcp.discover(MAC, arch=16, vendor_class="HTTPClient")
            ask.set(dhcp.OPT_MAX_SIZE, None if size is None else size.to_bytes(2, "big"))
            answer, came = it.ask(ask)
            assert len(came.payload) <= most, (size, len(came.payload))
            assert len(answer.get(67)) == 217 and answer.file == "", answer


def test_reload_changes_the_entries():
    with lab(entries=[{"file": "old.0"}]) as it:
        assert it.offer().file == "old.0"
        it.daemon.write_provider("50-bootfile.conf", f"""
            name = "bootfile"; module = "{it.daemon.modules}/bootfile.so";
            settings: {{ boot = ( {{ file = "new.0"; }} ); }};""")
        it.daemon.reload()

        def changed():
            file = it.offer().file
            assert file in ("old.0", "new.0"), file
            return file == "new.0"

        until(changed, 10, "the new entries", 0.05)


def test_wrong_settings_are_refused_with_file_and_line():
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        daemon = Daemon(boot, boot=[{"file": "f.0", "arhc": 0}])
        status, said = daemon.start_and_fail()
        assert status == 78
        assert "50-bootfile.conf:" in said and "boot[0].arhc" in said, said


def test_two_paths_are_two_answers():
    """A client that is heard directly and through a relay, with one xid, is answered on both."""
    with lab() as it:
        relay = it.net.host("relay", "10.77.0.1/24", on=it.lan)
        for flags in (0, dhcp.BROADCAST):
            ask = dhcp.discover(MAC, 0, flags=flags)
            with relay.udp(67) as socket:
                it.s68.send(ask.encode())
                socket.send(dhcp.relay4(ask, "10.77.0.1", dhcp.relay_agent(circuit=b"7")).encode(),
                            "10.77.0.2", 67)
                near = dhcp.V4.parse(it.s68.receive().payload)
                heard = [socket.receive() for _ in range(2)]  # the client's broadcast is one
                far = [answer for answer in (dhcp.V4.parse(one.payload) for one in heard)
                       if answer.type == dhcp.OFFER]
            assert near.xid == ask.xid and near.giaddr == "0.0.0.0", near
            assert len(far) == 1 and far[0].giaddr == "10.77.0.1", heard
            assert far[0].xid == ask.xid and far[0].file == near.file == "undionly.kpxe", far


def test_contradictions_are_told():
    """Option 93 counts, not the class; the source counts, not ciaddr: and the log says so."""
    with lab() as it:
        ask = dhcp.discover(MAC, 0).set(dhcp.OPT_CLASS, b"PXEClient:Arch:00007:UNDI:003016")
        answer, _ = it.ask(ask)
        assert answer.file == "undionly.kpxe", answer
        it.daemon.wait_log(f"{MAC} .*on eth0 gives architecture 0 in option 93")
        answer, came = it.ask(dhcp.request_pxe(MAC, "10.77.0.77", 7), "10.77.0.2", 4011, it.s4011)
        assert answer.type == dhcp.ACK and answer.ciaddr == "10.77.0.77", answer
        it.daemon.wait_log(f"{MAC} .*on eth0 sends from 10.77.0.5 but gives its address as 10.77.0.77")


@timeout(90)
def test_who_never_comes_to_4011_is_told_of():
    """Q2, Q18: two offers that redirect, and nothing follows. Who came is not told of, nor a board
    that is given a menu instead (Q8). A REQUEST that takes us for the DHCP server is told at once.
    W6: where a lease was taken from another server, one attempt is enough, and that server is named."""
    entries = [{"mac": "b8:27:eb:*", "raspberry-pi": True}, {"arch": 7, "file": "f.efi"}]
    lease = "52:54:00:77:00:03"
    with lab(entries=entries) as it:
        it.ask(dhcp.discover(lease, 7))
        it.s68.send(dhcp.request_lease(lease, "10.77.0.1", "10.77.0.7").encode())
        for secs in (0, 4):
            for mac in (MAC, "52:54:00:77:00:02", "b8:27:eb:00:00:01"):
                assert it.ask(dhcp.discover(mac, 7, secs=secs))[0].type == dhcp.OFFER
        it.ask(dhcp.request_pxe("52:54:00:77:00:02", "10.77.0.5", 7), "10.77.0.2", 4011)
        it.s68.send(dhcp.request_lease(MAC, "10.77.0.2", "10.77.0.5").encode())
        it.daemon.wait_log(f"{MAC} .*on eth0 asks 10.77.0.2, which is this host, for an address")
        it.daemon.wait_log(f"{lease} x64-uefi on eth0 took its lease from 10.77.0.1, .*does 10.77.0.1 "
                           "send option 60", 30)
        it.daemon.wait_log(f"{MAC} x64-uefi on eth0 received 2 offers and never asked on port 4011", 45)
        log = it.daemon.log()
        assert log.count("never asked on port 4011") == 1, log


def test_one_client_is_answered_so_often():
    """limits.per-client in ten seconds: by MAC, and on 4011 by the address that asks as well. Other
    clients are not held up by it."""
    with lab(config={"limits": {"per-client": 5}}) as it:
        for number in range(12):
            it.s68.send(dhcp.discover(MAC, 0, xid=number).encode())
        it.s68.send(dhcp.discover("52:54:00:77:00:09", 0, xid=100).encode())
        heard = []
        while 100 not in heard:
            heard.append(dhcp.V4.parse(it.s68.receive().payload).xid)
        assert heard == [0, 1, 2, 3, 4, 100], heard
        # On 4011 the source counts with the MAC.
        request = dhcp.request_pxe(MAC, "10.77.0.5", 7)
        for number in range(9):
            request.xid = 200 + number
            it.s4011.send(request.encode(), "10.77.0.2", 4011)
        it.client.address("10.77.0.6/24")
        other = it.client.udp(4011, "10.77.0.6")
        other.send(dhcp.request_pxe("52:54:00:77:00:09", "10.77.0.6", 7).encode(), "10.77.0.2", 4011)
        other.receive()     # all that came before it was dealt with
        heard = []
        while came := it.s4011.heard():
            heard.append(dhcp.V4.parse(came.payload).xid)
        assert heard == [200, 201, 202, 203, 204], heard
        status = it.daemon.ctl("status")
        assert "client-rate" in status, status
