"""How a request ended, as the admin reads it: the log's line, status and list say one thing.

Order decides, not speed: a line is waited for, and what is counted has been answered or refused before.
"""

import contextlib
import json
import os
import re

from lab import Network, dhcp, timeout, until
from lab.daemon import Daemon, build

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"}]


class Lab:
    def __init__(self, net, entries=None, **more):
        lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=lan)
        self.client = net.host("client", "10.77.0.5/24", on=lan)
        self.daemon = Daemon(self.boot, boot=ENTRIES if entries is None else entries, **more)

    def scripted(self, file, **more):
        dropin = {"name": "scripted", "module": self.daemon.module(
            "scripted", os.path.join(build(), "tests", "providers", "scripted.so")), **more}
        self.daemon.write_provider(file, dropin)

    def start(self):
        self.daemon.start()
        self.s68 = self.client.udp(68)
        return self

    def send(self, packet, to="255.255.255.255", port=67):
        self.s68.send(packet.encode(), to, port)

    def outcomes(self):
        status = json.loads(self.daemon.ctl("status", "--json"))
        return {name: n for name, n in status["requests"].items() if n}

    def turns(self, name):
        listed = json.loads(self.daemon.ctl("list", "--json"))["providers"]
        return next(p["requests"] for p in listed if p["name"] == name)


@contextlib.contextmanager
def lab(**more):
    with Network() as net:
        made = Lab(net, **more)
        yield made
        made.daemon.stop()


def test_a_reply_without_a_way_back_is_told_with_its_address():
    """W5: a relayed network to which this host has no route. The entries are right, so the line must
    not send anybody to them; list and status agree."""
    with lab() as it:
        it.start()
        it.send(dhcp.relay4(dhcp.discover(MAC % 1), "10.99.0.1"), "10.77.0.2")
        it.daemon.wait_log(rf"{MAC % 1} x86-bios on eth0 port 67 \S+: no-route: "
                           r"no route to the relay 10\.99\.0\.1:67 \(bootfile, 50-bootfile\.conf:\d+\)")
        assert it.outcomes() == {"no-route": 1}, it.outcomes()
        turns = it.turns("bootfile")
        assert turns["no-route"] == 1 and turns["rejected"] == turns["provider-failed"] == 0, turns
        assert re.search(r"^0 +bootfile .* 1 +0 +0 +0 +1$", it.daemon.ctl("list"), re.M)
        # A relay that gives this host's own address is no missing route.
        it.send(dhcp.relay4(dhcp.discover(MAC % 2), "10.77.0.2"), "10.77.0.2")
        it.daemon.wait_log(rf"{MAC % 2} .*no-route: this host .*is at the relay 10\.77\.0\.2:67")
        # Nor one that gives a group's.
        it.send(dhcp.relay4(dhcp.discover(MAC % 3), "224.0.0.9"), "10.77.0.2")
        it.daemon.wait_log(rf"{MAC % 3} .*no-route: a whole network .*is at the relay 224\.0\.0\.9:67")


def test_a_client_of_ipv4_where_the_host_has_none_is_told():
    """Nobody could answer it, and the line said only that no provider wanted it."""
    with Network() as net:
        lan = net.segment("lan")
        daemon = Daemon(net.host("boot", "fd77::2/64", on=lan), boot=ENTRIES).start()
        with net.host("client", on=lan).udp(68) as socket:
            socket.send(dhcp.discover(MAC % 1).encode())
            daemon.wait_log(rf"{MAC % 1} x86-bios .*no-address: the interface that it came in on has no "
                            r"address to answer from")
        daemon.stop()


def test_a_relay_that_leaves_no_room_is_named():
    """A12, W5: a reply that its client takes, behind which the relay's option does not fit: the line
    names that, and not the reply's length."""
    with lab() as it:
        it.start()
        it.send(dhcp.relay4(dhcp.discover(MAC % 1), "10.77.0.5", bytes(1020)), "10.77.0.2")
        it.daemon.wait_log(rf"{MAC % 1} .*: too-long: the reply has 292 bytes, and the relay's option "
                           r"82 does not fit after it")
        assert it.outcomes() == {"too-long": 1}, it.outcomes()


def test_a_providers_error_is_a_line():
    """A4: with its code, at the default level, whether or not somebody else answers; and nobody is
    sent to the entries of another provider."""
    with lab() as it:
        it.scripted("10-scripted.conf", settings={"action": "error", "error": 1326})
        it.start()
        it.send(dhcp.discover(MAC % 1))
        it.s68.receive()
        it.daemon.wait_log(rf"scripted: RecvRequest returned error 1326 \(ERROR_LOGON_FAILURE\) "
                           rf"\(client {MAC % 1}, xid [0-9a-f]{{8}}\)")
        it.send(dhcp.discover(MAC % 2, 11))
        it.daemon.wait_log(rf"{MAC % 2} .*: provider-failed: RecvRequest returned error 1326 "
                           r"\(ERROR_LOGON_FAILURE\) \(scripted\)")
        assert it.outcomes() == {"answered": 1, "provider-failed": 1}, it.outcomes()
        assert it.turns("scripted")["provider-failed"] == 2
        assert it.turns("bootfile")["rejected"] == 1


def test_what_a_limit_drops_is_told():
    """W7: a client above limits.per-client has one line, and what is above it is summed up."""
    with lab(config={"limits": {"per-client": 5}}) as it:
        it.start()
        for number in range(12):
            it.send(dhcp.discover(MAC % 1, xid=number))
        it.send(dhcp.discover(MAC % 2, xid=100))
        for _ in range(6):
            it.s68.receive()
        it.daemon.wait_log(rf"{MAC % 1} x86-bios on eth0 port 67 \S+: client-rate: this client asks")
        it.daemon.wait_log(r"client-rate: 6 more in one second")
        log = it.daemon.log()
        assert len(re.findall(rf"{MAC % 1} .*client-rate", log)) == 1, log
        assert it.outcomes() == {"answered": 6, "client-rate": 7}, it.outcomes()


def test_what_the_common_rate_drops_is_told():
    """W7: above limits.rate each second has one line and its sum."""
    with lab(config={"limits": {"rate": 3}}) as it:
        it.start()
        for number in range(40):
            it.send(dhcp.discover(MAC % number))
        it.daemon.wait_log(r"on eth0 port 67 \S+: global-rate: more requests in a second than "
                           r"limits\.rate allows")
        it.daemon.wait_log(r"global-rate: \d+ more in one second")
        dropped = it.outcomes()["global-rate"]
        log = it.daemon.log()
        lines = re.findall(r"^.*global-rate.*$", log, re.M)
        assert len(lines) < dropped / 2, (dropped, lines)


@timeout(60)
def test_a_full_table_is_told():
    """W7: a provider that never decides fills the table; the first client that finds it full is named."""
    with lab(config={"limits": {"table": 16}, "pending-timeout": 5.0}, providers={}) as it:
        it.scripted("10-scripted.conf", settings={"action": "pending", "complete": "never"})
        it.start()
        for number in range(16):
            it.send(dhcp.discover(MAC % number))
        until(lambda: json.loads(it.daemon.ctl("status", "--json"))["pending"] == 16, 10, "full")
        for number in range(20):
            it.send(dhcp.discover(MAC % (100 + number)))
        it.daemon.wait_log(rf"{MAC % 100} on eth0 port 67: table-full: limits\.table requests wait")
        it.daemon.wait_log(r"table-full: \d+ more in one second")
