"""Interfaces that come, go, and change while the daemon runs; the server identifier on each."""

import contextlib
import json
import os

from lab import Network, dhcp, until
from lab.daemon import Daemon, build
from lab.flood import Flood
from lab.process import run

ENTRIES = [{"arch": "x86-bios", "file": "boot.0"}]
MAC = "52:54:00:77:00:%02x"
OPTION_SERVER_ID = 54


class Asker:
    """Clients on hosts of the lab; each request is another client's."""

    def __init__(self):
        self.asked = 0

    def server(self, host, interface="eth0"):
        """The server identifier that an OFFER names here."""
        with self._ask(host, interface) as socket:
            return self._named(socket.receive())

    def perhaps(self, host):
        """The same, or None where no OFFER comes soon: to be asked again."""
        with self._ask(host) as socket:
            answer = socket.heard(1)
        return answer and self._named(answer)

    @contextlib.contextmanager
    def silence(self, host):
        """What the block waits for shows that the DISCOVER that was sent here before it was read. No
        OFFER has come then."""
        with self._ask(host) as socket:
            yield
            assert socket.heard() is None, f"{host.name} was answered"

    def _ask(self, host, interface="eth0"):
        self.asked += 1
        socket = host.udp(68, interface=interface)
        socket.send(dhcp.discover(MAC % self.asked).encode())
        return socket

    @staticmethod
    def _named(answer):
        offer = dhcp.V4.parse(answer.payload)
        assert offer.ip(OPTION_SERVER_ID) == answer.source[0], offer
        return offer.ip(OPTION_SERVER_ID)


def served(daemon):
    return json.loads(daemon.ctl("status", "--json"))["interfaces"]



def test_a_name_that_serves_nobody_is_told():
    # C2: a mistyped interface, a label or an alternative name served nobody, without a word.
    with Network() as net:
        one, two = net.segment("one"), net.segment("two")
        boot = net.host("boot", "10.77.0.2/24", on=one)
        boot.join(two, "10.78.0.2/24", name="eth1")
        boot.ip("link", "property", "add", "dev", "eth0", "altname", "enp3s0")
        near, far = net.host("near", on=one), net.host("far", on=two)
        ask = Asker()
        daemon = Daemon(boot, boot=ENTRIES,
                        listen={"interfaces": ["eht0", "eth1:7", "enp3s0"]}).start()
        place = rf"{daemon.conf}:\d+: "
        daemon.wait_log(place + r"no interface of listen\.interfaces exists: eht0 "
                                r"\(this host has eth0, eth1\)")
        daemon.wait_log(place + r'eth1:7 is a label of eth1: write "eth1" in listen\.interfaces')
        daemon.wait_log(place + r'enp3s0 is another name of eth0: write "eth0"')
        with ask.silence(near):
            daemon.wait_log(r"^[0-9a-f:]{17} on eth0: PXE clients are heard on eth0, which is not served: "
                            r"see listen\.interfaces in \S+/wdspxed\.conf:\d+ \[W0211\]$")
        daemon.listen = {"interfaces": ["eth1", "eht0"]}
        daemon.write_config()
        daemon.ctl("reload")
        daemon.wait_log(r"some interfaces of listen\.interfaces do not exist: eht0")
        with ask.silence(near):
            assert ask.server(far) == "10.78.0.2"
        log = daemon.stop()
        assert log.count("PXE clients are heard") == 1, "once in ten minutes"


def test_come_go_rename_and_readdress():
    with Network() as net:
        one, two = net.segment("one"), net.segment("two")
        boot = net.host("boot", "10.77.0.2/24", on=one)
        near, far = net.host("near", on=one), net.host("far", on=two)
        ask = Asker()
        daemon = Daemon(boot, boot=ENTRIES).start()
        assert ask.server(near) == "10.77.0.2"

        boot.join(two, "10.78.0.2/24", name="late0")
        daemon.wait_log(r"interface late0 is served")
        assert ask.server(far) == "10.78.0.2"

        boot.ip("addr", "add", "10.78.0.3/24", "dev", "late0")
        boot.ip("addr", "del", "10.78.0.2/24", "dev", "late0")
        boot.ip("addr", "replace", "10.78.0.3/24", "dev", "late0")
        until(lambda: ask.perhaps(far) == "10.78.0.3", 5, "the new address")

        boot.ip("link", "set", "late0", "down")
        boot.ip("link", "set", "late0", "name", "lan7")
        boot.ip("link", "set", "lan7", "up")
        until(lambda: "lan7" in served(daemon), 5, "the new name")
        assert ask.server(far) == "10.78.0.3"

        boot.ip("link", "del", "lan7")
        daemon.wait_log(r"interface lan7 (was removed|is down)")
        until(lambda: served(daemon) == ["eth0"], 5, "the interface has gone")
        assert ask.server(near) == "10.77.0.2"
        daemon.stop()


def test_ipv6_groups_follow_the_interfaces():
    """SOLICIT and the request to 4011 come to groups: joined where an interface comes, or comes
    again; and each interface's answers name its own address."""
    def url(host, message, group, port, again):
        with host.udp(546 if port == 547 else 4011, family=6) as socket:
            socket.send(message.encode(), group, port)
            answer = socket.heard(1) if again else socket.receive()
        return dhcp.V6.parse(answer.payload).url if answer else None

    def asks(host, again=False):
        """The URLs that it is told, or None for one that does not come soon where it asks again."""
        ask.asked += 1
        return (url(host, dhcp.solicit6(MAC % ask.asked, 7), "ff02::1:2", 547, again),
                url(host, dhcp.request_pxe6(MAC % ask.asked, None), "ff02::1:2", 4011, again))

    with Network() as net:
        one, two = net.segment("one"), net.segment("two")
        boot = net.host("boot", "fd77::2/64", on=one)
        near, far = net.host("near", on=one), net.host("far", on=two)
        ask = Asker()
        daemon = Daemon(boot, boot=[{"arch": "x64-uefi", "file": "f"}]).start()
        assert asks(near) == ("tftp://[fd77::2]/f",) * 2
        for number in (1, 2):
            boot.join(two, f"fd78::{number}/64", name="late0")
            until(lambda: asks(far, True) == (f"tftp://[fd78::{number}]/f",) * 2, 8, "it is served")
            boot.ip("link", "set", "late0", "down")
            boot.ip("link", "set", "late0", "up")
            boot.ip("addr", "replace", f"fd78::{number}/64", "dev", "late0", "nodad")
            until(lambda: asks(far, True) == (f"tftp://[fd78::{number}]/f",) * 2, 8, "it is up again")
            boot.ip("link", "del", "late0")
            until(lambda: served(daemon) == ["eth0"], 5, "the interface has gone")
        assert asks(near) == ("tftp://[fd77::2]/f",) * 2
        daemon.stop()


def test_only_the_named_interfaces_and_one_that_comes_later():
    with Network() as net:
        one, two, three = net.segment("one"), net.segment("two"), net.segment("three")
        boot = net.host("boot", "10.77.0.2/24", on=one)
        boot.join(two, "10.78.0.2/24", name="closed0")
        near, shut, later = (net.host("near", on=one), net.host("shut", on=two),
                             net.host("later", on=three))
        ask = Asker()
        daemon = Daemon(boot, boot=ENTRIES, listen={"interfaces": ["eth0", "later0"]}).start()
        assert served(daemon) == ["eth0"]
        with ask.silence(shut):
            assert ask.server(near) == "10.77.0.2"
        boot.join(three, "10.79.0.2/24", name="later0")
        daemon.wait_log(r"interface later0 is served")
        assert ask.server(later) == "10.79.0.2"
        outcomes = json.loads(daemon.ctl("status", "--json"))["requests"]
        assert outcomes["interface"] == 1, outcomes
        daemon.listen = {"interfaces": ["closed0"]}
        daemon.write_config()
        daemon.ctl("reload")
        with ask.silence(near):
            assert ask.server(shut) == "10.78.0.2"
        daemon.stop()


def test_vlans():
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=lan)
        tagged = net.host("tagged", on=lan)
        boot.vlan(7, "10.70.0.2/24")
        vlan = tagged.vlan(7)
        ask = Asker()
        daemon = Daemon(boot, boot=ENTRIES).start()
        assert ask.server(tagged, vlan) == "10.70.0.2"
        assert ask.server(tagged) == "10.77.0.2"
        daemon.stop()


def test_bridges_and_several_addresses_in_one_subnet():
    with Network() as net:
        lan, ports = net.segment("lan"), net.segment("ports")
        boot = net.host("boot", "10.77.0.2/24", "10.77.0.3/24", on=lan)
        plain = net.host("plain", "10.77.0.9/24", on=lan)
        boot.join(ports, name="port0")
        boot.ip("link", "add", "br7", "type", "bridge", "forward_delay", "0")
        boot.ip("link", "set", "port0", "master", "br7")
        boot.ip("link", "set", "br7", "up")
        boot.ip("addr", "add", "10.80.0.2/24", "dev", "br7")
        bridged = net.host("bridged", on=ports)
        ask = Asker()
        daemon = Daemon(boot, boot=ENTRIES).start()
        assert ask.server(plain) == "10.77.0.2"
        until(lambda: ask.perhaps(bridged) == "10.80.0.2", 10, "the bridge forwards")
        # What was sent to the second address is answered by it.
        with plain.udp(4011) as socket:
            socket.send(dhcp.client4(dhcp.REQUEST, MAC % 99, ciaddr="10.77.0.9").encode(),
                        "10.77.0.3", 4011)
            answer = socket.receive()
        assert answer.source == ("10.77.0.3", 4011), answer
        assert dhcp.V4.parse(answer.payload).ip(OPTION_SERVER_ID) == "10.77.0.3"
        daemon.stop()


def test_providers_are_told_of_the_net_and_of_the_stop():
    """NETBINDADD (7), NETBINDREMOVE (8), what the operator sends, and STOP (1) before Shutdown."""
    with Network() as net:
        one, two = net.segment("one"), net.segment("two")
        boot = net.host("boot", "10.77.0.2/24", on=one)
        daemon = Daemon(boot, boot=ENTRIES)
        log = os.path.join(daemon.folder, "scripted.log")
        module = daemon.module("scripted", os.path.join(build(), "tests/providers/scripted.so"))
        daemon.write_provider("10-scripted.conf", {
            "name": "scripted", "module": module, "settings": {"control": 0, "log": log}})

        def calls():
            with open(log, encoding="ascii") as file:
                return [line.split()[-1] if "control" in line else line.strip() for line in file]

        daemon.start()
        boot.join(two, "10.78.0.2/24", name="late0")
        until(lambda: "7" in calls(), 5, "NETBINDADD")
        boot.ip("link", "del", "late0")
        until(lambda: "8" in calls(), 5, "NETBINDREMOVE")
        # Its link, its name and its address go one by one, each with a NETBINDREMOVE of its own.
        until(lambda: not any("late0" in line for line in served(daemon)), 5, "the interface's end")
        daemon.ctl("control", "scripted", "pause")
        daemon.ctl("control", "scripted", "continue")
        daemon.ctl("control", "scripted", "255")
        daemon.stop()
        heard = [call for call in calls() if call.isdigit() or call in ("initialize", "shutdown")]
        # An interface comes and goes in steps (its link, each address), all told alike.
        heard = [call for n, call in enumerate(heard) if n == 0 or call != heard[n - 1]]
        assert heard == ["initialize", "7", "8", "2", "3", "255", "1", "shutdown"], calls()


def test_a_burst_of_changes_loses_no_answer():
    """S18: bridges, addresses and routes by the thousand, while clients ask; and then all is known."""
    with Network() as net:
        lan, late = net.segment("lan"), net.segment("late")
        boot, crowd = net.host("boot", "10.77.0.2/24", on=lan), net.host("crowd", on=lan)
        client = net.host("client", on=late)
        daemon = Daemon(boot, boot=ENTRIES).start()
        lines = [f"link add br{n} type bridge\nlink set br{n} up" for n in range(60)]
        lines += [f"addr add 10.{100 + n % 60}.{n // 60}.1/24 dev br{n % 60}" for n in range(600)]
        lines += [f"route add 10.200.{n // 250}.{n % 250}/32 via 10.77.0.9" for n in range(1500)]
        lines += [f"link set br{n} down\nlink del br{n}" for n in range(0, 60, 2)]
        flood = Flood(crowd, rate=200)
        for _ in range(2):
            run("ip", "-n", boot.namespace, "-batch", "-", input="\n".join(lines) + "\n", timeout=60)
            lines = [f"link del br{n}" for n in range(1, 60, 2)]
            lines += [f"route del 10.200.{n // 250}.{n % 250}/32" for n in range(1500)]
        boot.join(late, "10.78.0.2/24", name="late0")
        daemon.wait_log(r"interface late0 is served", 30)
        assert Asker().server(client) == "10.78.0.2"
        counts = flood.finish()
        assert counts["lost"] == counts["own-drops"], counts
        until(lambda: served(daemon) == ["eth0", "late0"], 10, "the bridges have gone")
        daemon.stop()


def test_an_interface_without_an_address_is_named():
    # W11: not the entries are wrong, but the host's own addressing.
    with Network() as net:
        lan = net.segment("lan")
        boot, client = net.host("boot", on=lan), net.host("client", on=lan)
        daemon = Daemon(boot, boot=[{"file": "boot.0"}]).start()
        with client.udp(68) as socket:
            socket.send(dhcp.discover("52:54:00:77:00:01").encode())
            daemon.wait_log(r"52:54:00:77:00:01 .* on eth0 .*: no-address: the interface that it came in on has no "
                            r"address to answer from: give that interface an address")
            boot.ip("addr", "add", "10.77.0.2/24", "dev", "eth0")
            until(lambda: answered(socket), 10, "a client is answered once there is an address")
        assert json.loads(daemon.ctl("status", "--json"))["requests"]["no-address"] >= 1
        daemon.stop()


def answered(socket):
    socket.send(dhcp.discover("52:54:00:77:00:01", xid=dhcp.new_xid()).encode())
    return socket.heard(0.5)
