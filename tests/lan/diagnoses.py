"""What the daemon finds out from the requests of clients, provoked with real servers where there are
some: each diagnosis by its id, in the log, and with its machine in wdspxectl clients."""

import contextlib
import json
import re
import os

from lab import Network, dhcp, servers, timeout
from lab.daemon import Daemon, build
from lab.process import until

MAC = "52:54:00:77:00:%02x"
ALL = "255.255.255.255"
HTTP = {"vendor_class": "HTTPClient"}
ENTRIES = [
    {"mac": MAC % 0x11, "url": "http://boot.example/x.efi"},
    {"mac": MAC % 0x12, "url": "https://10.77.0.2/x.efi"},
    {"mac": MAC % 0x13, "file": "x.efi", "shape": "direct"},
    {"mac": MAC % 0x14, "file": "x.efi", "response-delay": 8},
    {"mac": MAC % 0x15, "url": "http://10.77.0.2/x.ipxe"},
    {"arch": "x64-uefi-http", "mac": "52:54:00:77:01:*", "file": "x.efi"},
    {"user-class": "iPXE", "file": "undionly.kpxe"},
    {"arch": "x86-bios", "file": "undionly.kpxe"},
    {"arch": "x64-uefi", "file": "x.efi"},
    {"arch": "x64-uefi-http", "mac": "52:54:00:77:00:*", "url": "http://10.77.0.2/x.efi"},
]


class Site:
    """A boot server, a client beside it and, where it is wanted, a DHCP server of that network."""

    def __init__(self, net, lease=None, **daemon):
        self.net, self.lan = net, net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=self.lan)
        self.client = net.host("client", "10.77.0.5/24", "fd77::5/64", on=self.lan)
        if lease:
            self.lease = net.host("lease", "10.77.0.1/24", on=self.lan)
            servers.LEASE4[lease](self.lease)
        daemon.setdefault("boot", ENTRIES)
        self.daemon = Daemon(self.boot, **daemon).start()
        self.s68, self.s4011 = self.client.udp(68), self.client.udp(4011)

    def offers(self, packet):
        """Sends a DISCOVER and takes the boot server's OFFER; with a DHCP server, waits for its one
        too, and returns the address that it offers."""
        address, heard = None, set()
        self.s68.send(packet.encode())
        while "10.77.0.2" not in heard or (hasattr(self, "lease") and not address):
            answer = dhcp.V4.parse(self.s68.receive().payload)
            if answer.xid != packet.xid:
                continue
            heard.add(answer.ip(dhcp.OPT_SERVER_ID))
            if answer.yiaddr != "0.0.0.0":
                address = answer.yiaddr
        return address

    def takes_lease(self, mac, arch=0, **more):
        """DISCOVER, OFFERs, REQUEST and the DHCP server's ACK."""
        discover = dhcp.discover(mac, arch, **more)
        address = self.offers(discover)
        request = dhcp.request_lease(mac, "10.77.0.1", address, arch, xid=discover.xid,
                                     flags=dhcp.BROADCAST, **more)
        self.s68.send(request.encode())
        while True:
            answer = dhcp.V4.parse(self.s68.receive().payload)
            if answer.type == dhcp.ACK and answer.xid == discover.xid:
                return discover

    def tells(self, identity, words, mac=None, seconds=60):
        """The log has it, and so has the machine."""
        self.daemon.wait_log(rf"{mac or ''}.*{words}.* \[{identity}\]$", seconds)
        assert not mac or identity in self.findings(mac), self.findings(mac)

    def findings(self, mac):
        """What was found out about the machines with this address last: ids."""
        found = json.loads(self.daemon.ctl("clients", "--json", "--mac", mac))["clients"]
        return [one["finding"]["id"] for one in found if "finding" in one]


@contextlib.contextmanager
def site(lease=None, **more):
    with Network() as net:
        it = Site(net, lease, **more)
        yield it
        it.daemon.stop()


def uuid_of(number):
    return "3b6c1a52-7f0e-4d8b-9a41-5254007700%02x" % number


# ---- what one request shows, and how it ended ----


@timeout(60)
def test_how_a_request_ended():
    with site() as it:
        it.s68.send(dhcp.discover(MAC % 1, 11).encode())
        it.tells("W0212", r"no entry for arm64-uefi \(nearest: 50-bootfile\.conf:\d+\)", MAC % 1)
        it.s68.send(dhcp.discover("52:54:00:77:01:01", 16, **HTTP).encode())
        it.tells("W0213", r"the entry has a file, but HTTP Boot needs a url \(entry 50-bootfile\.conf:\d+\)",
                 "52:54:00:77:01:01")
        it.offers(dhcp.discover(MAC % 0x15, 0))
        it.tells("W0214", "was told to boot http://10.77.0.2/x.ipxe", MAC % 0x15)
        it.offers(dhcp.discover(MAC % 2, 7, vendor_class="HTTPClient:Arch:00007:UNDI:003001"))
        it.tells("W0226", "says class HTTPClient, and architecture 7", MAC % 2)
        # Firmware that leaves secs at 0, and a standby's entry.
        stuck = dhcp.discover(MAC % 0x14, 7)

        def asked():
            it.s68.send(stuck.encode())
            return "[W0229]" in it.daemon.log()
        until(asked, 40, "a client whose secs do not grow", 2.0)
        it.tells("W0229", r"never outlasts the response-delay of 50-bootfile\.conf:\d+", MAC % 0x14)


def test_what_the_request_has_said_already_is_noted_with_its_machine():
    """Errors, timeouts and too long replies have a line each: the finding is in clients."""
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=lan)
        client = net.host("client", "10.77.0.5/24", on=lan)
        daemon = Daemon(boot, providers={}, config={"limits": {"per-client": 2}})
        module = daemon.module("scripted", os.path.join(build(), "tests", "providers", "scripted.so"))
        for name, mac, settings in (
                ("10-fails", "525400770001", {"action": "error"}),
                ("20-waits", "525400770002", {"action": "pending", "complete": "never"}),
                ("30-long", "525400770003", {"action": "nbp", "pad": 1400}),
                ("40-slow", "525400770004", {"action": "nbp", "delay-ms": 2500})):
            daemon.write_provider(name + ".conf", {
                "name": name, "module": module, "pending-timeout": 1.0 if "waits" in name else 9.0,
                "threads": 2, "settings": {"mac": mac, **settings}})
        daemon.start()
        socket = client.udp(68)

        def found(number, identity):
            def has():
                answer = json.loads(daemon.ctl("clients", "--json", "--mac", MAC % number))
                return answer["clients"] and answer["clients"][0].get("finding", {}).get("id") == identity
            until(has, 20, f"{identity} of {MAC % number}")

        for number in (1, 2, 3):
            packet = dhcp.discover(MAC % number, 0)
            packet.set(dhcp.OPT_MAX_SIZE, (576).to_bytes(2, "big"))
            socket.send(packet.encode())
        found(1, "W0231")
        found(2, "W0232")
        found(3, "W0225")
        assert not any(f"[{one}]" in daemon.log() for one in ("W0225", "W0231", "W0232")), daemon.log()
        # Asks again after a second, and is answered after two and a half.
        for secs in (0, 1):
            socket.send(dhcp.discover(MAC % 4, 0, secs=secs, xid=4).encode())
            until(lambda: int(json.loads(daemon.ctl("status", "--json"))["pending"]) > 0, 10, "it is asked")
            if secs == 0:
                until(lambda: socket.heard(1.2) is None, 5, "no answer yet")
        daemon.wait_log(rf"{MAC % 4} .* asked again before it was answered: that took \d+ ms, most of them in "
                        r"provider 40-slow.* \[W0224\]$", 20)
        # What a limit drops of a machine that is on its way.
        for xid in range(4):
            socket.send(dhcp.discover(MAC % 1, 0, xid=100 + xid).encode())
        found(1, "W0230")
        daemon.stop()


# ---- what did not follow ----


@timeout(90)
def test_no_dhcp_server_answers():
    """Nobody gives an address: each kind of client is told what that means for it."""
    with site() as it:
        packets = {number: dhcp.discover(MAC % number, arch, uuid=uuid_of(number), **more)
                   for number, arch, more in ((1, 0, {}), (0x13, 7, {}), (0x11, 16, HTTP))}
        for secs in (0, 1, 2):
            for packet in packets.values():
                packet.secs = secs
                it.offers(packet)
            until(lambda: it.s68.heard(0.5) is None, 5, "nothing waits")
        it.tells("W0215", "received 3 offers of a boot file and took no lease", MAC % 1)
        it.tells("W0216", 'received 3 offers with shape = "direct" and asks on', MAC % 0x13)
        it.tells("W0217", "was told to boot http://boot.example/x.efi, asks again", MAC % 0x11)


@timeout(90)
def test_a_lease_and_no_request_on_4011():
    """The lease is Kea's; port 4011 is never asked."""
    with site(lease="kea") as it:
        it.takes_lease(MAC % 1, 7)
        it.tells("W0201", "took its lease from 10.77.0.1, and then asked nothing on port 4011", MAC % 1)


@timeout(60)
def test_http_boot_that_loads_nothing():
    """Real leases; then the firmware comes as its next way to boot."""
    with site(lease="dnsmasq") as it:
        for number, identity, url, remedy in (
                (0x21, "W0219", "http://10.77.0.2/x.efi", "Some firmware takes https:// only"),
                (0x12, "W0218", "https://10.77.0.2/x.efi", "does the firmware have its certificate authority?"),
                (0x11, "W0220", "http://boot.example/x.efi", "does its DHCP server name a DNS server")):
            it.takes_lease(MAC % number, 16, uuid=uuid_of(number), **HTTP)
            it.s68.send(dhcp.discover(MAC % number, 7, uuid=uuid_of(number)).encode())
            it.tells(identity, f"was told to boot {url}, took its lease, .*{re.escape(remedy)}", MAC % number)


@timeout(60)
def test_ipxe_without_dhcpv6_addresses():
    with site() as it, it.client.udp(546, family=6) as six:
        six.send(dhcp.information_request6(MAC % 1, 7, user_class="iPXE").encode(), "ff02::1:2", 547)
        it.tells("W0235", "iPXE asks by INFORMATION-REQUEST", MAC % 1)


# ---- behind a relay ----


class Behind:
    """Another network behind a router, where dnsmasq relays to `server`."""

    def __init__(self, it, server):
        self.segment = it.net.segment("far")
        self.relay = it.net.host("relay", "10.77.0.3/24", on=it.lan)
        self.relay.join(self.segment, "10.78.0.1/24")
        self.relay.forward()
        for host in [it.boot] + ([it.lease] if hasattr(it, "lease") else []):
            host.route("10.78.0.0/24", "10.77.0.3")
        servers.dnsmasq_relay(self.relay, "10.78.0.1", server)
        self.client = it.net.host("behind", on=self.segment)


@timeout(90)
def test_a_relay_that_brings_nothing_back():
    with site() as it:
        behind = Behind(it, "10.77.0.2")
        socket = behind.client.udp(68)
        for secs in (0, 1):
            socket.send(dhcp.discover(MAC % 1, 7, secs=secs, xid=9).encode())
            assert dhcp.V4.parse(socket.receive().payload).xid == 9
            until(lambda: socket.heard(0.5) is None, 5, "nothing waits")
        it.tells("W0221", "2 offers for it went to its relay 10.78.0.1, and nothing has come back", MAC % 1)


def test_a_relay_that_has_no_route():
    with site() as it:
        with it.client.udp(67) as udp:
            udp.send(dhcp.relay4(dhcp.discover(MAC % 1, 7), "10.99.0.1").encode(), "10.77.0.2", 67)
        it.tells("W0222", "this host has no way to its relay 10.99.0.1: ip route get 10.99.0.1", MAC % 1)


@timeout(120)
def test_a_relay_that_forwards_to_the_dhcp_server_only():
    """That server sends PXE clients here; their DISCOVER has never been here."""
    with site(lease="dnsmasq") as it:
        it.offers(dhcp.discover(MAC % 9, 0))  # clients of this network are heard
        behind = Behind(it, "10.77.0.1")
        behind.client.address("10.78.0.9/24")
        behind.client.route("default", "10.78.0.1")
        socket = behind.client.udp(4011)
        # Not in its first seconds: it may have been started since.
        socket.send(dhcp.request_pxe(MAC % 1, "10.78.0.9", 7).encode(), "10.77.0.2", 4011)
        socket.receive()
        assert not it.findings(MAC % 1), it.findings(MAC % 1)
        numbers = iter(range(2, 9))

        def is_told():
            number = next(numbers)
            socket.send(dhcp.request_pxe(MAC % number, "10.78.0.9", 7, uuid=uuid_of(number)).encode(),
                        "10.77.0.2", 4011)
            socket.receive()
            return "[W0223]" in it.daemon.log()
        until(is_told, 80, "a client that was not heard before", 12.0)
        it.tells("W0223", "asks on port 4011 from 10.78.0.9, and its DISCOVER was not heard here")


# ---- again and again, and two of one name ----


@timeout(60)
def test_loops():
    with site(lease="dhcpd", config={"limits": {"per-client": 100}}) as it:
        for _ in range(6):
            it.takes_lease(MAC % 1, 0, uuid=uuid_of(1))
        it.tells("W0233", r"has booted 5 times within 1 minute\b", MAC % 1)
        for _ in range(5):
            it.takes_lease(MAC % 2, 0, uuid=uuid_of(2), user_class="iPXE")
        it.tells("W0234", "is iPXE, which was told 4 times in a row to boot .*undionly.kpxe", MAC % 2)


def test_two_machines_of_one_name():
    with site() as it:
        first, second = (dhcp.discover(MAC % number, 7, uuid=uuid_of(1)) for number in (1, 2))
        for packet in (first, second):
            it.offers(packet)
        first.secs = 4
        it.offers(first)
        it.tells("W0227", f"has the UUID of {MAC % 2}, and both are booting now", MAC % 1)
        here = dhcp.discover(MAC % 3, 7, uuid=uuid_of(3))
        there = dhcp.relay4(dhcp.discover(MAC % 3, 7, uuid=uuid_of(3)), "10.77.0.5")
        it.offers(here)
        with it.client.udp(67) as relay:
            relay.send(there.encode(), "10.77.0.2", 67)
            relay.receive()
        here.secs = 4
        it.offers(here)
        it.tells("W0228", "a machine with this MAC address is booting through relay 10.77.0.5 too", MAC % 3)
