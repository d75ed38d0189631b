"""A private network on this machine: hosts are network namespaces, joined to bridges.

    with Network() as net:
        lan = net.segment("lan")
        server = net.host("server", "10.77.0.2/24", "fd77::2/64", on=lan)
        client = net.host("client", on=lan)             # no address yet
        capture = net.capture(lan)

Nothing of it is seen outside: all links are made inside the namespaces, whose names begin with
"lab" and the process id. Leaving the `with` block takes everything away, after a failure too;
`sweep()` takes away what a killed run left behind.
"""

import contextlib
import ctypes
import fcntl
import ipaddress
import os
import re
import shutil
import signal
import socket
import struct
import sys
import tempfile

from . import capture as captures
from .process import PATIENCE, LabError, Process, Skip, run, until

CLONE_NEWNET = 0x40000000
SIOCETHTOOL, ETHTOOL_STXCSUM = 0x8946, 0x17
IP_PKTINFO = 8
IPV6_RECVPKTINFO, IPV6_PKTINFO = 49, 50
NAME = re.compile(r"^lab(\d+)-")

_libc = ctypes.CDLL(None, use_errno=True)

# Hosts take the address that the test gives them and nothing else, and take it at once.
SYSCTLS = {
    "net/ipv6/conf/all/accept_ra": 0, "net/ipv6/conf/default/accept_ra": 0,
    "net/ipv6/conf/all/accept_dad": 0, "net/ipv6/conf/default/accept_dad": 0,
    "net/ipv6/conf/default/dad_transmits": 0,
    "net/ipv6/conf/default/router_solicitations": 0,
    "net/ipv4/conf/all/rp_filter": 0, "net/ipv4/conf/default/rp_filter": 0,
}


@contextlib.contextmanager
def inside(namespace):
    """This thread is in the named network namespace while the block runs; sockets made there stay
    there. For sockets and settings only: a child is started by Host.start()."""
    with open("/proc/thread-self/ns/net", "rb") as home, \
         open(f"/run/netns/{namespace}", "rb") as there:
        if _libc.setns(there.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        try:
            yield
        finally:
            if _libc.setns(home.fileno(), CLONE_NEWNET) != 0:
                os.abort()  # lost in a namespace: nothing that follows would be right


def namespaces():
    """The names of all lab namespaces, of this run and of others."""
    try:
        return [name for name in os.listdir("/run/netns") if NAME.match(name)]
    except FileNotFoundError:
        return []


def remove_namespace(name):
    """Ends what still runs in it, then removes it with all its links."""
    for pid in run("ip", "netns", "pids", name).split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    run("ip", "netns", "del", name)


def sweep(pid=None):
    """Removes the namespaces of process `pid`, or of every lab process that is no more.
    Returns their names."""
    left = [name for name in namespaces()
            if int(NAME.match(name)[1]) == pid
            or pid is None and not os.path.exists(f"/proc/{NAME.match(name)[1]}")]
    for name in left:
        remove_namespace(name)
    return left


class Datagram:
    """One datagram as a Udp socket received it. `interface` is an index; `destination` is the
    address it was sent to: so a test sees a broadcast."""

    def __init__(self, payload, source, destination, interface):
        self.payload, self.source = payload, source
        self.destination, self.interface = destination, interface

    def __repr__(self):
        return f"<{len(self.payload)} octets from {self.source} to {self.destination}>"


class Udp:
    """A UDP socket of a host, bound to one of its interfaces."""

    def __init__(self, host, port, address=None, interface=None, family=4):
        v6 = family == 6
        with inside(host.namespace):
            self._socket = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET,
                                         socket.SOCK_DGRAM)
        self.host, self.interface = host, interface or host.interfaces[0]
        with inside(host.namespace):
            index = socket.if_nametoindex(self.interface)
        self._scope = index
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.interface.encode())
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        if v6:
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            self._socket.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
            self._socket.bind((address or "::", port, 0,
                               index if (address or "").startswith("fe80") else 0))
        else:
            self._socket.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
            self._socket.bind((address or "0.0.0.0", port))

    def send(self, payload, address="255.255.255.255", port=67):
        """Sends one datagram; a link-local or multicast address means this interface's link."""
        if ":" in address:
            local = ipaddress.IPv6Address(address)
            scope = self._scope if local.is_link_local or local.is_multicast else 0
            self._socket.sendto(payload, (address, port, 0, scope))
        else:
            self._socket.sendto(payload, (address, port))

    def join(self, group):
        """Joins an IPv6 multicast group on this interface."""
        self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                                socket.inet_pton(socket.AF_INET6, group)
                                + struct.pack("@i", self._scope))

    def receive(self):
        """Returns the next Datagram, which must come: LabError where none does."""
        came = self.heard(4 * PATIENCE)
        if came is None:
            port = self._socket.getsockname()[1]
            raise LabError(f"nothing has come to {self.host.name}, {self.interface} port {port}")
        return came

    def heard(self, seconds=0):
        """Returns the next Datagram if one has come or comes within so many seconds, else None. None
        shows silence only where an event has shown before that an answer would be here by now: the
        answer to what was sent afterwards, a line of the log, the end of the server. In a loop that asks
        again until it is answered, None is the reason to ask again."""
        self._socket.settimeout(seconds)
        try:
            payload, control, _flags, source = self._socket.recvmsg(65536, 512)
        except (TimeoutError, BlockingIOError):
            return None
        destination, interface = None, None
        for level, kind, data in control:
            if (level, kind) == (socket.IPPROTO_IP, IP_PKTINFO):
                interface, _local, to = struct.unpack_from("=I4s4s", data)
                destination = socket.inet_ntop(socket.AF_INET, to)
            elif (level, kind) == (socket.IPPROTO_IPV6, IPV6_PKTINFO):
                destination = socket.inet_ntop(socket.AF_INET6, data[:16])
                interface = struct.unpack_from("=I", data, 16)[0]
        return Datagram(payload, (source[0].split("%")[0], source[1]), destination, interface)

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        self.close()


class Segment:
    """One Ethernet: a bridge in a namespace of its own, where captures and virtual machines sit."""

    def __init__(self, net, name):
        self.net, self.name = net, name
        self.namespace = net.add_namespace(name)
        self._ports = 0
        with inside(self.namespace):
            _write("net/ipv6/conf/default/disable_ipv6", 1)  # the cable itself says nothing
        run("ip", "-n", self.namespace, "link", "add", "br0", "type", "bridge",
            "forward_delay", "0", "stp_state", "0", "mcast_snooping", "0")
        run("ip", "-n", self.namespace, "link", "set", "br0", "up")

    def _next_port(self, kind):
        self._ports += 1
        return f"{kind}{self._ports}"

    def plug(self, host, interface, mac=None):
        """Joins a host's new interface to this segment."""
        port = self._next_port("port")
        run("ip", "-n", host.namespace, "link", "add", interface,
            *(["address", mac] if mac else []),
            "type", "veth", "peer", "name", port, "netns", self.namespace)
        run("ip", "-n", self.namespace, "link", "set", port, "master", "br0", "up")
        return port

    def tap(self):
        """Makes a tap device on this segment, for a virtual machine; returns its name."""
        if not os.path.exists("/dev/net/tun"):
            raise Skip("no /dev/net/tun")
        tap = self._next_port("tap")
        run("ip", "-n", self.namespace, "tuntap", "add", "dev", tap, "mode", "tap")
        run("ip", "-n", self.namespace, "link", "set", tap, "master", "br0", "up")
        return tap

    def start(self, argv, name=None, env=None):
        """Starts a program in the bridge's namespace (QEMU, tcpdump)."""
        return self.net.start(self.namespace, argv, name, env)


def _write(sysctl, value):
    with open(f"/proc/sys/{sysctl}", "w", encoding="ascii") as file:
        file.write(str(value))


class Host:
    """A host: a namespace with loopback and one interface for each segment it is on."""

    def __init__(self, net, name):
        self.net, self.name = net, name
        self.namespace = net.add_namespace(name)
        self.interfaces, self.addresses, self._segments = [], [], set()
        with inside(self.namespace):
            for sysctl, value in SYSCTLS.items():
                _write(sysctl, value)
        self.ip("link", "set", "lo", "up")

    def ip(self, *arguments):
        """Runs ip(8) for this host: host.ip("link", "set", "eth0", "down")."""
        return run("ip", "-n", self.namespace, *arguments)

    def join(self, segment, *addresses, name=None, mac=None):
        """Adds an interface on the segment with these addresses ("10.77.0.2/24"); returns its
        name."""
        interface = name or f"eth{len(self.interfaces)}"
        segment.plug(self, interface, mac)
        self._segments.add(segment.namespace)
        with inside(self.namespace), socket.socket() as control:
            # Checksums are made where they are sent, so that captures show right ones.
            value = ctypes.create_string_buffer(struct.pack("=II", ETHTOOL_STXCSUM, 0))
            fcntl.ioctl(control, SIOCETHTOOL,
                        struct.pack("16sP8x", interface.encode(), ctypes.addressof(value)))
        self.interfaces.append(interface)
        for address in addresses:
            self.address(address, interface)
        self.ip("link", "set", interface, "up")
        until(lambda: self._settled(interface), 5, f"{interface} of {self.name} is up")
        return interface

    def _settled(self, interface):
        state = self.ip("-6", "addr", "show", "dev", interface)
        return "fe80:" in state and "tentative" not in state

    def address(self, address, interface="eth0"):
        """Adds an address to an interface."""
        extra = ["nodad"] if ":" in address else []
        self.ip("addr", "add", address, "dev", interface, *extra)
        self.addresses.append(str(ipaddress.ip_interface(address).ip))

    def vlan(self, number, *addresses, interface="eth0"):
        """Adds a VLAN interface, "eth0.NUMBER", with these addresses; returns its name."""
        name = f"{interface}.{number}"
        try:
            self.ip("link", "add", "link", interface, "name", name, "type", "vlan", "id", number)
        except LabError as error:
            raise Skip(f"no VLAN devices in this kernel ({error})") from error
        self.interfaces.append(name)
        for address in addresses:
            self.address(address, name)
        self.ip("link", "set", name, "up")
        return name

    def route(self, destination, via):
        """Adds a route: host.route("default", "10.77.0.254")."""
        family = "-6" if ":" in via else "-4"
        self.ip(family, "route", "add", destination, "via", via)

    def forward(self):
        """Makes this host a router."""
        with inside(self.namespace):
            _write("net/ipv4/ip_forward", 1)
            _write("net/ipv6/conf/all/forwarding", 1)

    def mac(self, interface="eth0"):
        return re.search(r"link/ether ([0-9a-f:]{17})",
                         self.ip("-o", "link", "show", "dev", interface))[1]

    def link_local(self, interface="eth0"):
        """The interface's fe80:: address."""
        return re.search(r"inet6 (fe80:[0-9a-f:]+)/",
                         self.ip("-6", "addr", "show", "dev", interface))[1]

    def udp(self, port, address=None, interface=None, family=4):
        """A Udp socket on this host. Without an address it takes part in broadcasts, even while
        the host has none (source 0.0.0.0)."""
        opened = Udp(self, port, address, interface, family)
        self.net.at_exit(opened.close)
        return opened

    def udp_ports(self):
        """The UDP ports that are open on this host now: a set of (family, port)."""
        return {(family, int(row[1].rsplit(":", 1)[1], 16)) for family, row in self._udp_sockets()}

    def udp_waiting(self):
        """How many octets wait in this host's UDP sockets to be read."""
        return sum(int(row[4].split(":")[1], 16) for _family, row in self._udp_sockets())

    def _udp_sockets(self):
        for family, table in ((4, "udp"), (6, "udp6")):
            with inside(self.namespace), \
                 open(f"/proc/thread-self/net/{table}", encoding="ascii") as rows:
                text = rows.read()
            yield from ((family, row.split()) for row in text.splitlines()[1:])

    def dropped(self):
        """How many packets the kernel has dropped at the interfaces of this host and at the cables they
        hang on, which is before any program saw them: it had no processor time for them."""
        dropped = 0
        for namespace in {self.namespace, *self._segments}:
            with inside(namespace), \
                 open("/proc/thread-self/net/dev", encoding="ascii") as rows:
                for row in rows.read().splitlines()[2:]:
                    counts = row.partition(":")[2].split()
                    dropped += int(counts[3]) + int(counts[11])
        return dropped

    def start(self, argv, name=None, env=None):
        """Starts a program on this host; it ends with the network at the latest."""
        return self.net.start(self.namespace, argv, name, env)

    def run(self, *argv, timeout=20):
        """Runs a short command on this host to its end; returns its output."""
        return run("ip", "netns", "exec", self.namespace, *argv, timeout=timeout)


class Network:
    """The network of one test, and everything that runs in it."""

    def __init__(self, keep=None):
        self._stack = contextlib.ExitStack()
        self._count = 0
        self._keep = keep
        self.folder = None
        self.processes, self.captures = [], []

    def __enter__(self):
        if os.geteuid() != 0:
            raise Skip("needs root: network namespaces")
        # Root's own and private, so that what lies in it is trusted as configuration and code.
        self.folder = tempfile.mkdtemp(prefix=f"lab{os.getpid()}-")
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._stack.callback(self._remove_namespaces)
        return self

    def __exit__(self, kind, failure, _trace):
        if failure is not None and not isinstance(failure, Skip) and isinstance(failure, Exception):
            self.report(sys.stdout)
        self._stack.close()

    def _remove_namespaces(self):
        for name in sweep(os.getpid()):
            assert not os.path.exists(f"/run/netns/{name}"), name

    def at_exit(self, call, *arguments):
        """Has call(*arguments) made when the network goes, last come first called."""
        self._stack.callback(call, *arguments)

    def add_namespace(self, name):
        self._count += 1
        namespace = f"lab{os.getpid()}-{self._count}-{name}"
        run("ip", "netns", "add", namespace)
        return namespace

    def segment(self, name="lan"):
        return Segment(self, name)

    def host(self, name, *addresses, on=None, mac=None):
        """A new host, with one interface on segment `on` where that is given."""
        host = Host(self, name)
        if on:
            host.join(on, *addresses, mac=mac)
        return host

    def private(self, name):
        """A new private folder for a program's state; returns its path."""
        path = os.path.join(self.folder, f"{len(os.listdir(self.folder))}-{name}")
        os.mkdir(path, 0o700)
        return path

    def start(self, namespace, argv, name=None, env=None):
        name = name or os.path.basename(str(argv[0]))
        log = os.path.join(self.folder, f"{len(self.processes)}-{name}.log")
        process = Process(["ip", "netns", "exec", namespace, *argv], log, name, env)
        self.processes.append(process)
        self._stack.callback(process.kill)
        return process

    def capture(self, segment, expression="udp or tcp or icmp or icmp6"):
        """Records a segment from now on; see capture.Capture."""
        started = captures.Capture(segment, expression)
        self.captures.append(started)
        return started

    def report(self, out):
        """Writes what a failed test leaves to read: every program's log, every conversation."""
        for process in self.processes:
            if process.name == "tcpdump":
                continue
            text = process.text().strip()
            print(f"---- {process.name} (exit {process.returncode}), its last 100 lines", file=out)
            print("\n".join(text.splitlines()[-100:]), file=out)
        for recorded in self.captures:
            print(f"---- on segment {recorded.segment.name}", file=out)
            try:
                print(recorded.conversation(), file=out)
            except LabError as error:
                print(f"(no conversation: {error})", file=out)
