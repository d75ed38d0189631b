"""System calls that the kernel refuses once: told, and made good without an event from outside."""

import errno
import json
import os

from lab import Network, dhcp, until
from lab.daemon import Daemon
from lab.faults import preloaded

ENTRIES = [{"arch": "x86-bios", "file": "boot.0", "shape": "direct"}, {"file": "boot.efi"}]
MAC = "52:54:00:77:00:%02x"


class Refusing(Daemon):
    """A daemon whose system calls fail on order: tests/faults/ordered.h."""

    def __init__(self, host, **more):
        super().__init__(host, **more)
        self.orders = os.path.join(self.folder, "fail")
        self.refusing = {**preloaded(self.folder), "FAIL": self.orders}

    def start(self, *arguments, **more):
        return super().start(*arguments, environment=self.refusing, **more)

    def refuse(self, call, error, count):
        """The next `count` such calls fail."""
        self._write(self.orders, f"{call} {error} {count}\n")


def ask(client, number):
    """A socket from which this machine has asked for an offer."""
    socket = client.udp(68)
    socket.send(dhcp.discover(MAC % number).encode())
    return socket


def offer(client, number):
    with ask(client, number) as socket:
        return socket.receive()


def solicit(socket, number):
    """The same over IPv6; the xid."""
    message = dhcp.solicit6(MAC % number)
    socket.send(message.encode(), "ff02::1:2", 547)
    return message.xid


def test_interfaces_that_could_not_be_read_are_read_again():
    """S14: no notification comes after the one whose answer failed."""
    with Network() as net:
        lan = net.segment("lan")
        boot, client = net.host("boot", on=lan), net.host("client", on=lan)
        daemon = Refusing(boot, boot=ENTRIES).start()
        daemon.refuse("ask", errno.ENOBUFS, 1000)
        boot.ip("link", "set", "eth0", "down")
        boot.ip("link", "set", "eth0", "up")
        boot.ip("addr", "add", "10.77.0.2/24", "dev", "eth0")
        daemon.wait_log(r"cannot read the interfaces .*: No buffer space")
        daemon.refuse("ask", errno.ENOBUFS, 0)
        daemon.wait_log(r"interfaces .* works again")
        assert offer(client, 1)
        assert len([line for line in daemon.stop().splitlines() if "cannot read the interfaces" in line]) == 1


def test_what_is_told_whole_is_not_asked_for():
    """S18: changes are applied as they are told."""
    with Network() as net:
        lan = net.segment("lan")
        boot, client = net.host("boot", on=lan), net.host("client", on=lan)
        daemon = Refusing(boot, boot=ENTRIES).start()
        daemon.refuse("ask", errno.ENOBUFS, 1000)
        boot.ip("addr", "add", "10.77.0.2/24", "dev", "eth0")

        def offered():
            with ask(client, 1) as socket:
                return socket.heard(0.5)

        until(offered, 10, "the address is known")
        boot.route("10.99.0.0/16", "10.77.0.1")

        def answered():
            with client.udp(67) as socket:
                relayed = dhcp.relay4(dhcp.discover(MAC % 2), "10.99.0.1").encode()
                socket.send(relayed, "255.255.255.255", 67)
            return json.loads(daemon.ctl("status", "--json"))["requests"]["answered"] >= 2

        until(answered, 10, "the route is known", step=0.3)
        assert "cannot be read" not in daemon.stop()


def test_a_group_that_could_not_be_joined_is_joined_later():
    """S15: whatever the error."""
    with Network() as net:
        lan = net.segment("lan")
        boot, client = net.host("boot", "fd77::2/64", on=lan), net.host("client", on=lan)
        daemon = Refusing(boot, boot=ENTRIES)
        daemon.refuse("join", errno.ENOPROTOOPT, 1000)
        daemon.start()
        daemon.wait_log(r"eth0: UDP port 547 cannot join .*: Protocol not available")
        with client.udp(546, family=6) as socket:
            solicit(socket, 1)
            daemon.refuse("join", errno.ENOPROTOOPT, 0)
            daemon.wait_log(r"joined all multicast groups")
            second = solicit(socket, 2)
            assert dhcp.parse6(socket.receive().payload).xid == second
        daemon.stop()


def test_a_port_that_could_not_be_watched_is_watched_later():
    """S15: libev stops a watcher whose epoll_ctl fails."""
    with Network() as net:
        lan = net.segment("lan")
        boot, client = net.host("boot", "10.77.0.2/24", on=lan), net.host("client", on=lan)
        daemon = Refusing(boot, boot=ENTRIES)
        daemon.refuse("epoll_ctl", errno.ENOSPC, 1000)
        daemon.start()
        daemon.wait_log(r"cannot watch UDP port 67 over IPv4: ")
        with ask(client, 1) as socket:
            assert json.loads(daemon.ctl("status", "--json"))["received"] == 0
            daemon.refuse("epoll_ctl", errno.ENOSPC, 0)
            daemon.wait_log(r"watching UDP port 67 over IPv4 again")
            socket.receive()    # it has waited in the port
        assert offer(client, 2)
        until(lambda: json.loads(daemon.ctl("status", "--json"))["state"] == "running", 5, "status")
        log = daemon.stop()
        assert log.count("cannot watch UDP port 67 over IPv4") == 1, log


def test_a_control_socket_that_could_not_be_watched_is_watched_later():
    """S15: as a port is."""
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=lan)
        daemon = Refusing(boot, boot=ENTRIES)
        daemon.refuse("nested", errno.ENOSPC, 3)
        daemon.start()
        daemon.wait_log(r"cannot watch the control sockets: ")
        daemon.wait_log(r"watching the control sockets again")
        assert json.loads(daemon.ctl("status", "--json"))["state"] == "running"
        log = daemon.stop()
        assert log.count("cannot watch the control socket") == 1, log


def test_a_reply_that_the_kernel_refuses_is_told_with_its_client():
    """W5: whose reply it was, although its request has gone by then."""
    with Network() as net:
        lan = net.segment("lan")
        boot, client = net.host("boot", "10.77.0.2/24", on=lan), net.host("client", on=lan)
        daemon = Refusing(boot, boot=ENTRIES).start()
        daemon.refuse("send", errno.EPERM, 1)
        with ask(client, 1) as socket:
            daemon.wait_log(r"52:54:00:77:00:01 x86-bios on eth0: the reply to 255\.255\.255\.255 port 68 could not be sent: "
                            r"Operation not permitted")
            socket.send(dhcp.discover(MAC % 2).encode())
            assert dhcp.V4.parse(socket.receive().payload).mac == MAC % 2
        daemon.stop()
