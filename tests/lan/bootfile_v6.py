"""The daemon with its built-in provider, over IPv6: what the entries come to in a conversation.

The rules of the exchange (who is answered, relays, silence) are in dhcpv6_rules.py; every form of
answer, octet by octet, is in tests/bootfile.
"""

import contextlib

from lab import Network, dhcp
from lab.daemon import Daemon
from lab.https import AS_THEY_ARE

MAC = "52:54:00:77:00:01"
GROUP = "ff02::1:2"


class Lab:
    """A boot server on fd77::2 and a client with fd77::5 on one link, both with IPv4 as well."""

    def __init__(self, net, entries, settings=None):
        self.lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=self.lan)
        self.client = net.host("client", "10.77.0.5/24", "fd77::5/64", on=self.lan)
        self.capture = net.capture(self.lan)
        self.daemon = Daemon(self.boot, boot=entries, settings=settings).start()
        self.s546 = self.client.udp(546, family=6)
        self.s4011 = self.client.udp(4011, family=6)
        self.s68 = self.client.udp(68)

    def solicit(self, mac=MAC, arch=7, **more):
        self.s546.send(dhcp.solicit6(mac, arch, **more).encode(), GROUP, 547)
        return dhcp.parse6(self.s546.receive().payload)

    def request(self, advertise, mac=MAC, arch=7, **more):
        """The second exchange of PXE firmware, with the host that the URL names."""
        host = advertise.url.split("[")[1].split("]")[0]
        ask = dhcp.request_pxe6(mac, advertise.get(dhcp.OPT6_SERVER_ID), arch, xid=advertise.xid,
                                **more)
        self.s4011.send(ask.encode(), host, 4011)
        return dhcp.parse6(self.s4011.receive().payload)


@contextlib.contextmanager
def lab(*entries, **settings):
    with Network() as net:
        made = Lab(net, list(entries), settings)
        yield made
        made.daemon.stop()
        made.capture.check(made.boot)


def test_the_file_is_named_on_4011_and_may_be_elsewhere():
    with lab({"arch": "x64-uefi", "file": "efi/boot x64.efi"}, server="fd77::9") as it:
        advertise = it.solicit()
        assert advertise.url.startswith("tftp://[fd77::2]/"), advertise.url
        reply = it.request(advertise)
        assert reply.type == dhcp.REPLY6, reply
        assert reply.url == "tftp://[fd77::9]/efi/boot%20x64.efi", reply.url


def test_params_are_for_who_asks():
    with lab({"arch": 16, "url": "http://${server}/a.efi", "params": ["2048", "quiet"]}) as it:
        answer = it.solicit(arch=16, vendor_class="HTTPClient")
        assert dhcp.items6_parse(answer.get(60)) == [b"2048", b"quiet"], answer
        answer = it.solicit(arch=16, vendor_class="HTTPClient", request=(59, 16))
        assert answer.url == "http://[fd77::2]/a.efi" and answer.get(60) is None, answer


def test_every_http_architecture():
    archs = [15, 16, 17, 18, 19, 20, 23, 24, 26, 28, 30, 38, 40]
    with lab(*({"arch": arch, "url": f"http://boot.example/{arch}"} for arch in archs)) as it:
        for arch in archs:
            answer = it.solicit(arch=arch, vendor_class="HTTPClient")
            assert answer.url == f"http://boot.example/{arch}", (arch, answer)
            assert answer.vendor_class[1][0].startswith(b"HTTPClient"), answer
            ask = dhcp.discover(MAC, arch, vendor_class="HTTPClient")
            it.s68.send(ask.encode())
            answer = dhcp.V4.parse(it.s68.receive().payload)
            assert answer.file == f"http://boot.example/{arch}", (arch, answer)
            assert answer.get(60) == b"HTTPClient" and answer.get(43) is None, answer


def test_https_is_passed_on_octet_for_octet():
    macs = [f"52:54:00:77:01:{number:02x}" for number in range(len(AS_THEY_ARE) + 1)]
    with lab(*({"arch": 16, "mac": mac, "url": url} for mac, url in zip(macs, AS_THEY_ARE)),
             {"arch": 16, "url": "https://${server}:8443/a.efi"}) as it:
        for mac, url in zip(macs, (*AS_THEY_ARE, "https://[fd77::2]:8443/a.efi")):
            answer = it.solicit(mac, 16, vendor_class="HTTPClient")
            assert answer.url == url, (answer, url)
            assert answer.vendor_class[1][0].startswith(b"HTTPClient"), answer


def test_conditions():
    with lab({"duid": dhcp.duid_ll("02:00:00:00:00:07").hex(), "file": "by-duid"},
             {"uuid": dhcp.UUID, "file": "by-uuid"},
             {"mac": "52:54:00:77:00:01", "file": "by-mac"},
             {"family": 4, "file": "four"},
             {"interface": "eth0", "subnet": "fd77::/64", "file": "by-place"}) as it:
        for file, more in (("by-duid", {"duid": dhcp.duid_ll("02:00:00:00:00:07")}),
                           ("by-uuid", {"duid": dhcp.duid_uuid()}),
                           ("by-mac", {}),
                           ("by-place", {"mac": "02:00:00:00:00:08"})):
            answer = it.solicit(**more)
            assert answer.url == f"tftp://[fd77::2]/{file}", (file, answer.url)


def test_4011_agrees_with_the_advertise():
    with lab({"arch": "arm64-uefi", "file": "arm"}, {"file": "other"}) as it:
        advertise = it.solicit(arch=11)
        reply = it.request(advertise, arch=None)
        assert reply.url == "tftp://[fd77::2]/arm", reply.url


def test_one_server_for_each_family():
    with lab({"file": "f"}, server=["10.77.0.9", "fd77::9"]) as it:
        assert it.request(it.solicit()).url == "tftp://[fd77::9]/f"
        it.s68.send(dhcp.discover(MAC).encode())
        answer = dhcp.V4.parse(it.s68.receive().payload)
        assert answer.siaddr == "10.77.0.9" and answer.file == "f", answer


def test_a_server_that_is_our_address_is_how_we_are_named():
    """W4: of two networks on one interface the ADVERTISE names our address that `server` says."""
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", "fd55::2/64", on=lan)
        client = net.host("client", on=lan)
        for own in "fd77::2", "fd55::2":
            daemon = Daemon(boot, boot=[{"file": "boot.efi", "server": own}]).start()
            with client.udp(546, family=6) as socket:
                socket.send(dhcp.solicit6(MAC, 7).encode(), GROUP, 547)
                advertise = dhcp.parse6(socket.receive().payload)
            assert advertise.url == f"tftp://[{own}]/boot.efi", advertise.url
            assert "has addresses in several networks" not in daemon.stop()
        daemon = Daemon(boot, boot=[{"file": "boot.efi"}]).start()
        assert "has addresses in several networks, [fd" in daemon.stop()


def test_options_variables_windows_and_server_id():
    entry = {"file": "boot/${mac-dashes}.efi", "bcd": "boot\\BCD",
             "options": ({"family": 6, "code": 65000, "text": "${arch}"},
                         {"family": 6, "code": 31, "addresses": ["fd77::9"]}, {"code": 209, "text": "a"}),
             "windows": {"prompt": "no-prompt"}, "server-id": "fd77::100"}
    with Network() as net:
        it = Lab(net, [entry], {"server": "fd77::9"})
        it.boot.ip("addr", "add", "fd77::100/64", "dev", "eth0", "nodad", "preferred_lft", "0")
        advertise = it.solicit()
        assert advertise.url == "tftp://[fd77::100]/boot/52-54-00-77-00-01.efi", advertise.url
        assert advertise.get(65000) is None, advertise
        reply = it.request(advertise)
        assert reply.url == "tftp://[fd77::9]/boot/52-54-00-77-00-01.efi", reply.url
        assert reply.get(65000) == b"x64-uefi" and reply.get(31) == dhcp.ip6("fd77::9"), reply
        assert reply.get(50014) == b"boot\\BCD" and reply.get(50009) == b"\x02", reply
        assert reply.get(209) is None, reply
        # A DUID without a MAC address: nothing is sent. What comes first is the answer to the next.
        it.s546.send(dhcp.solicit6(MAC, duid=dhcp.duid_uuid()).encode(), GROUP, 547)
        assert it.solicit(mac="52:54:00:77:00:09").url.endswith("/52-54-00-77-00-09.efi")
        it.daemon.wait_log(r"nothing is sent, for \$\{mac-dashes\} has no value: the DUID of this client has no "
                           r"MAC address in it, and no relay adds it")
        it.daemon.stop()
        it.capture.check(it.boot)
