"""wdspxed-ear and the daemon: what other servers answer to a client that the daemon answers too makes
a sentence, once; what was not heard makes none. The servers are real ones.

The clients ask for broadcast answers, as firmware does, so that the boot host hears them.
"""

import json
import os
import signal
import struct
import time

from lab import Network, dhcp, servers
from lab.daemon import Daemon
from lab.forge import (ETH_IPV4, ETH_IPV6, Fields, Forger, Forgery, frame, packet6, packets4)
from lab.process import run, until

SERVER, LEASE, OTHER = "10.77.0.2", "10.77.0.1", "10.77.0.3"
PC, LAST = "52:54:00:77:0e:01", "52:54:00:77:0e:ff"
X64, HTTP64 = 7, 16
ENTRIES = [{"user-class": "iPXE", "url": "http://10.77.0.2/boot.ipxe"},
           {"arch": "x64-uefi-http", "url": "http://10.77.0.2/boot.efi"},
           {"arch": "x64-uefi", "file": "boot.efi"}, {"arch": "x86-bios", "file": "boot.0"}]


class Site:
    """The daemon with its ear, a place for a DHCP server and one for another boot server."""

    def __init__(self, net, entries=None, ear=True, hub=False, **more):
        """`hub`: everybody hears what is sent to one, as beside a mirror port."""
        self.net, self.lan = net, net.segment("lan")
        if hub:
            run("ip", "-n", self.lan.namespace, "link", "set", "br0", "type", "bridge",
                "ageing_time", 0)
        self.boot = net.host("boot", f"{SERVER}/24", "fd77::2/64", on=self.lan)
        self.lease = net.host("lease", f"{LEASE}/24", "fd77::1/64", on=self.lan)
        self.other = net.host("other", f"{OTHER}/24", on=self.lan)
        self.client = net.host("client", on=self.lan, mac=PC)
        self.daemon = Daemon(self.boot, boot=entries or ENTRIES, **more).start()
        if ear:
            self.ear = self.daemon.ear()

    def ask(self, arch=X64, answers=2, mac=PC, **more):
        """A DISCOVER, again until so many servers have answered: returns it and their offers."""
        packet = dhcp.discover(mac, arch, **more)
        offers = {}
        with self.client.udp(68) as socket:
            def answered():
                socket.send(packet.encode())
                while len(offers) < answers and (came := socket.heard(5)):
                    offers[came.source] = dhcp.V4.parse(came.payload)
                return len(offers) >= answers
            until(answered, 60, f"{answers} servers answer")
        return packet, list(offers.values())

    def findings(self):
        """The ids of what was told so far, but what settled() does."""
        return [line[-6:-1] for line in self.daemon.log().splitlines()
                if " [W03" in line and LAST not in line]

    def settled(self):
        """All that was heard so far has been judged: what comes last is told."""
        packet = dhcp.discover(LAST, X64)
        with self.client.udp(68) as socket, Forger(self.other) as forger:
            socket.send(packet.encode())
            socket.receive()
            nak = packet.reply(dhcp.NAK, options=[(dhcp.OPT_SERVER_ID, dhcp.ip4("10.77.0.99"))])
            forger.ipv4(nak.encode(), "10.77.0.99", "255.255.255.255", port=68, source_port=67)
        self.daemon.wait_log(rf"{LAST} .*10\.77\.0\.99 refuses.* \[W0307\]")

    def told(self, finding, pattern):
        """This was told, once, and nothing else."""
        self.daemon.wait_log(rf"{pattern}.* \[{finding}\]")
        self.settled()
        assert self.findings() == [finding], self.daemon.log()

    def untold(self):
        self.settled()
        assert self.findings() == [], self.daemon.log()


def reply4(packet, kind, server, options=(), **fields):
    """An answer that another server might send, with its identity."""
    return packet.reply(kind, options=[(dhcp.OPT_SERVER_ID, dhcp.ip4(server)), *options], **fields)


# ---- a network as it ought to be ----

CLIENTS = ((X64, {}), (X64, {"user_class": "iPXE"}), (0, {"vendor_class": None}), (0, {}),
           (HTTP64, {"vendor_class": "HTTPClient"}))


def lease_site(net, name, **names):
    """A site with that DHCP server. Kea sends to the client's own MAC address whatever it asks for,
    so that a switch does not show it to others."""
    site = Site(net, hub=name == "kea")
    servers.LEASE4[name](site.lease, **names)
    return site


def healthy(name, clients=CLIENTS[:2]):
    with Network() as net:
        site = lease_site(net, name)
        for number, (arch, more) in enumerate(clients):
            mac = f"52:54:00:77:0e:{16 + number:02x}"
            packet, offers = site.ask(arch, 1 if more.get("vendor_class", "") is None else 2, mac,
                                      **more)
            lease = next(offer for offer in offers if offer.yiaddr != "0.0.0.0")
            with site.client.udp(68) as socket:
                socket.send(dhcp.request_lease(mac, LEASE, lease.yiaddr, arch, xid=packet.xid,
                                               flags=0x8000, **more).encode())
                assert dhcp.V4.parse(socket.receive().payload).type == dhcp.ACK
        site.untold()
        state = site.daemon.hears()
        assert state["heard"] >= 2 * len(clients) and state["lost"] == 0, state


def test_a_healthy_network_with_dhcpd():
    healthy("dhcpd", CLIENTS)


def test_a_healthy_network_with_kea():
    healthy("kea")


def test_a_healthy_network_with_dnsmasq():
    healthy("dnsmasq")


def test_a_healthy_network_with_udhcpd():
    healthy("udhcpd")


# ---- what a lease server says of booting ----

def test_a_lease_server_that_sends_the_class():
    for name in ("dhcpd", "kea", "dnsmasq", "udhcpd"):
        with Network() as net:
            site = lease_site(net, name, same_host=True)
            site.ask()
            site.ask()
            site.told("W0301", rf"{PC} x64-uefi on eth0: the DHCP server {LEASE} sends the class "
                               r'"PXEClient" itself, and nothing to boot')


def test_a_lease_server_that_is_a_boot_server():
    with Network() as net:
        site = lease_site(net, "dhcpd", same_host=True, file="other.efi")
        site.ask()
        site.told("W0302", rf"the DHCP server {LEASE} is a boot server too")


def test_a_lease_server_that_names_a_file():
    for name in servers.LEASE4:
        with Network() as net:
            site = lease_site(net, name, file="theirs.efi")
            site.ask()
            site.told("W0304", rf"the DHCP server {LEASE} names a boot file: theirs\.efi")


def test_a_lease_server_that_names_a_server():
    with Network() as net:
        site = lease_site(net, "kea", next_server="10.77.0.9")
        site.ask()
        site.told("W0305", rf"the DHCP server {LEASE} names 10\.77\.0\.9 as boot server")


def test_a_next_server_that_is_this_host_is_right():
    with Network() as net:
        site = lease_site(net, "dhcpd", next_server=SERVER)
        site.ask()
        site.untold()


NAMED = [{"arch": "x64-uefi-http", "url": "http://boot.example/boot.efi"}, *ENTRIES]


def test_a_name_in_the_url_and_no_dns_server():
    with Network() as net:
        site = Site(net, NAMED)
        servers.dhcp4(site.lease)
        site.ask(HTTP64, vendor_class="HTTPClient")
        site.told("W0306", rf"is told to boot from http://boot\.example/boot\.efi, and the DHCP "
                           rf"server {LEASE} gives it no DNS server")


def test_a_name_in_the_url_and_a_dns_server():
    with Network() as net:
        site = Site(net, NAMED)
        servers.dhcp4(site.lease, extra="option domain-name-servers 10.77.0.1;")
        site.ask(HTTP64, vendor_class="HTTPClient")
        site.untold()


def test_clients_has_it_with_each_machine():
    """The log tells a server's mistake once; of every machine that it concerns it is known."""
    with Network() as net:
        site = lease_site(net, "dhcpd", file="theirs.efi")
        macs = [f"52:54:00:77:0e:{number:02x}" for number in (1, 2, 3)]
        for mac in macs:
            site.ask(mac=mac)
        site.told("W0304", "names a boot file")
        found = {client["mac"]: client["finding"]["id"] for client in
                 json.loads(site.daemon.ctl("clients", "--json"))["clients"]}
        assert all(found[mac] == "W0304" for mac in macs), found


# ---- who else is there ----

def test_another_boot_server():
    with Network() as net:
        site = Site(net)
        servers.dhcp4(site.lease)
        servers.dnsmasq_proxy(site.other, "dhcp-range=10.77.0.0,proxy",
                              "pxe-service=X86-64_EFI,theirs,theirs")
        site.ask(answers=3)
        site.told("W0303", rf"{PC} x64-uefi on eth0: another boot server, {OTHER}, answers it too: "
                           "this client takes the one that comes first, (which was (ours|theirs)|and both came within a millisecond): ")


def test_another_boot_server_and_ipxe():
    with Network() as net:
        site = Site(net)
        second = Daemon(site.other, boot=ENTRIES).start()
        site.ask(answers=2, user_class="iPXE")
        site.told("W0303", rf"another boot server, {OTHER}, answers it too: this client takes the "
                           "later one, for both have priority 1")
        second.stop()


def test_a_boot_server_for_others_is_none_for_this_client():
    """One that serves HTTP Boot alone does not matter to PXE; nor what says "without IPv4"."""
    with Network() as net:
        site = Site(net)
        packet, _ = site.ask(answers=1)
        with Forger(site.other) as forger:
            for options in ([(dhcp.OPT_CLASS, b"HTTPClient")],
                            [(dhcp.OPT_CLASS, b"PXEClient"), (108, b"\0\0\x0e\x10")], []):
                forger.ipv4(reply4(packet, dhcp.OFFER, OTHER, options).encode(), OTHER,
                            "255.255.255.255", port=68, source_port=67)
        site.untold()


def test_two_dhcp_servers():
    with Network() as net:
        site = Site(net)
        servers.dhcp4(site.lease)
        servers.dnsmasq4(site.other)
        site.ask(answers=3)
        site.told("W0308", rf"two DHCP servers offer it an address: {LEASE} and {OTHER}")


def test_a_lease_is_refused():
    with Network() as net:
        site = Site(net)
        servers.dhcp4(site.lease)
        site.ask()
        with site.client.udp(68) as socket:
            socket.send(dhcp.request_lease(PC, None, "192.0.2.7", X64, flags=0x8000).encode())
            assert dhcp.V4.parse(socket.receive().payload).type == dhcp.NAK
        site.told("W0307", rf"{PC} .*the DHCP server {LEASE} refuses it its address")


# ---- IPv6: answers go to the client alone, and only a hub shows them to others ----

def solicit(site, answers, arch=X64, **more):
    with site.client.udp(546, family=6) as socket:
        socket.send(dhcp.solicit6(PC, arch, **more).encode(), "ff02::1:2", 547)
        return [dhcp.parse6(socket.receive().payload) for _ in range(answers)]


def test_a_healthy_network_over_ipv6():
    with Network() as net:
        site = Site(net, hub=True)
        servers.dhcp6(site.lease)
        solicit(site, 2)
        solicit(site, 2, HTTP64, vendor_class="HTTPClient")
        site.untold()
        assert site.daemon.hears()["heard"] >= 2


def test_a_dhcpv6_server_that_names_a_url():
    with Network() as net:
        site = Site(net, hub=True)
        servers.dhcp6(site.lease, extra='option dhcp6.bootfile-url "tftp://[fd77::1]/their.efi";')
        solicit(site, 2)
        site.told("W0309", rf"{PC} x64-uefi on eth0: the DHCPv6 server {site.lease.link_local()} "
                           r"names a boot URL: tftp://\[fd77::1\]/their\.efi")


def test_a_dhcpv6_server_that_sends_the_class():
    with Network() as net:
        site = Site(net, hub=True)
        servers.dhcp6(site.lease, same_host=True)
        solicit(site, 2)
        site.told("W0301", rf"the DHCP server {site.lease.link_local()} sends the class "
                           '"PXEClient" itself')


def test_another_boot_server_over_ipv6():
    with Network() as net:
        site = Site(net, hub=True)
        site.other.address("fd77::3/64")
        second = Daemon(site.other, boot=ENTRIES).start()
        solicit(site, 2)
        site.daemon.wait_log(rf"another boot server, {site.other.link_local()}, answers it too: this "
                             r"client takes the one that comes first, (which was|and both came within a millisecond).* \[W0303\]")
        second.stop()


def test_of_what_a_switch_does_not_show_nothing_is_said():
    """Unicast answers are not heard, and then nothing is said of them."""
    with Network() as net:
        site = Site(net)
        servers.dhcp6(site.lease, same_host=True)
        solicit(site, 2)
        site.untold()


# ---- what comes, and what does not ----

def heard(site, n):
    site.settled()
    assert site.daemon.hears()["heard"] == n + 1, site.daemon.hears()


def extended(packet):
    """An IPv6 packet with a hop-by-hop header."""
    return packet[:4] + struct.pack("!H", len(packet) - 40 + 8) + b"\0" + packet[7:40] + \
        b"\x11\x00\x01\x04\0\0\0\0" + packet[40:]


def test_only_answers_in_one_piece_come():
    with Network() as net:
        site = Site(net)
        offer = reply4(dhcp.discover(PC, X64), dhcp.OFFER, OTHER).encode(300)
        to = "255.255.255.255"
        with Forger(site.other) as forger:
            mac = site.other.mac()
            forger.ipv4(offer, OTHER, to, port=67, source_port=67)
            forger.ipv4(offer, OTHER, to, port=69, source_port=67)
            forger.ipv4(offer, OTHER, to, port=68, source_port=67, fragment=200)
            for payload in (offer, b"", b"not DHCP"):
                forger.ipv4(payload, OTHER, to, port=68, source_port=67)
            one, = packets4(offer, OTHER, to, 68, 67)
            optional, = packets4(offer, OTHER, to, 68, 67, ip_options=b"\x01\x01\x01\0")
            forger.raw(frame(optional, ETH_IPV4, mac))
            forger.raw(frame(one[:9] + b"\x06" + one[10:], ETH_IPV4, mac))
            forger.ipv6(b"\x02abc", "fe80::1", "fe80::2", port=546, source_port=547)
            forger.ipv6(b"\x02abc", "fe80::1", "fe80::2", port=547, source_port=547)
            forger.raw(frame(extended(packet6(b"\x02abc", "fe80::1", "fe80::2", 546, 547)), ETH_IPV6,
                             mac))
            forger.raw(frame(one, ETH_IPV6, mac))
        heard(site, 5)
        assert site.daemon.hears()["unread"] == 3 and site.findings() == []


def test_a_vlan_is_a_link_of_its_own():
    with Network() as net:
        site = Site(net)
        for host, address in ((site.boot, "10.78.0.2/24"), (site.lease, "10.78.0.1/24"),
                              (site.client, "10.78.0.7/24")):
            host.vlan(20, address)
        site.lease.interfaces.remove("eth0")
        servers.dhcp4(site.lease, "10.78.0.0/24", same_host=True)
        with site.client.udp(68, interface="eth0.20") as socket:
            def asked():
                socket.send(dhcp.discover(PC, X64).encode())
                return socket.heard(1)
            until(asked, 20, "the VLAN is served")
            site.daemon.wait_log(rf"{PC} x64-uefi on eth0\.20: the DHCP server 10\.78\.0\.1 sends .*"
                                 r"\[W0301\]")


def test_what_this_host_sends_is_not_heard():
    with Network() as net:
        site = Site(net)
        for _ in range(3):
            site.ask(answers=1)
        site.settled()
        assert site.daemon.hears()["heard"] == 1


# ---- who may speak to the daemon ----

def send_as(site, octets, user=None):
    """Writes to the daemon's socket as another user, whom the file's mode lets in."""
    code = ("import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
            "s.sendto(bytes.fromhex(sys.argv[2]), sys.argv[1])")
    as_user = ["setpriv", f"--reuid={user}", "--clear-groups"] if user else []
    site.boot.run(*as_user, "/usr/bin/python3", "-c", code, site.daemon.ear_socket, octets.hex())


def test_the_daemon_listens_to_its_ear_alone():
    hello = b"wxer\1\1" + bytes(34)
    with Network() as net:
        site = Site(net, ear=False)
        assert os.stat(site.daemon.ear_socket).st_mode & 0o777 == 0o660
        for folder in (site.daemon.folder, os.path.dirname(site.daemon.folder)):
            os.chmod(folder, 0o755)
        os.chmod(site.daemon.ear_socket, 0o666)
        for octets in (hello, b"", b"x" * 2000):
            send_as(site, octets, 65534)
        assert site.daemon.hears() == {"ear": False, "heard": 0, "lost": 0, "unread": 0}
        for octets in (b"", b"x" * 2000, hello[:39], hello + b"1", b"wxer\2\1" + bytes(34)):
            send_as(site, octets)
        assert site.daemon.hears() == {"ear": False, "heard": 0, "lost": 0, "unread": 5}
        send_as(site, hello)
        assert site.daemon.hears()["ear"]


def test_ear_and_daemon_come_and_go():
    with Network() as net:
        site = Site(net, ear=False)
        assert "no: wdspxed-ear does not run" in site.daemon.ctl("status")
        site.ear = site.daemon.ear()
        assert "hearing         0 answers of others\n" in site.daemon.ctl("status"), \
            site.daemon.ctl("status")
        site.daemon.stop()
        assert not os.path.exists(site.daemon.ear_socket)
        with Forger(site.other) as forger:
            forger.ipv4(b"x" * 300, OTHER, "255.255.255.255", port=68, source_port=67)
        site.ear.wait_line("wdspxed does not take what is heard", 10)
        site.daemon.start()
        site.ear.wait_line("takes what is heard again", 30)
        until(lambda: site.daemon.hears()["ear"], 10, "the daemon hears again")
        site.daemon.process.stop(signal.SIGKILL, 10)
        assert os.path.exists(site.daemon.ear_socket)
        site.daemon.start()
        until(lambda: site.daemon.hears()["ear"], 20, "the next daemon takes the place of a dead one")
        assert site.ear.stop(signal.SIGTERM, 10) == 0
        until(lambda: not site.daemon.hears()["ear"], 10, "it says that it ends")


def test_a_flood_is_cut_to_its_rate_and_counted():
    """500 a second and a burst; what is more is counted, by the ear or by the kernel."""
    with Network() as net:
        site = Site(net)
        offer = reply4(dhcp.discover(PC, X64), dhcp.OFFER, OTHER).encode(300)
        octets = frame(next(packets4(offer, OTHER, "255.255.255.255", 68, 67)), ETH_IPV4,
                       site.other.mac())
        began = time.monotonic()
        sent = Forgery(site.other, octets, [(Fields.PAYLOAD4 + 28, 6)], 20000, 60000).finish()
        took = time.monotonic() - began
        until(lambda: sum(site.daemon.hears()[kind] for kind in ("heard", "lost")) >= sent, 30,
              "all are heard or counted")
        state = site.daemon.hears()
        assert state["heard"] + state["lost"] == sent, state
        assert 100 <= state["heard"] <= 100 + 500 * (took + 15), (state, took)
        site.ask(answers=1)
