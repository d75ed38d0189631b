"""What a request costs a daemon, counted, not timed: the same on any machine and under any load.

    with Network() as net:
        crowd = Crowd(net)                              # the networks, and who asks
        daemon = crowd.daemon(boot=[...])
        counted = Counted(daemon).start()               # under callgrind
        crowd.storm(daemon, "relay", first=1)           # 64 clients, whom the daemon finds all at once
        print(counted.instructions(lambda: crowd.storm(daemon, "relay", first=65)) / STORM)

        small_pages()
        daemon = crowd.daemon(boot=[...]).start()       # as it is
        print(calls(daemon, lambda: crowd.storm(daemon, "relay", first=129)), resident(daemon))
"""

import ctypes
import glob
import ipaddress
import os
import re
import shutil
import signal

from . import dhcp
from .daemon import Daemon, build
from .process import LabError, Process, Skip, run, until

PR_SET_THP_DISABLE = 41

STORM = 64      # requests that the daemon takes in one call
SERVER, RELAY = "10.77.0.2", "10.77.0.9"
HOMES = [f"10.77.1.{n}" for n in range(1, 9)]   # of those that ask on 4011
WAYS = ("broadcast", "relay", "4011")
# What the loop does for requests, and the log's thread for a line; not what is done each second.
COUNTED = ("on_readable*", "on_flush*", "log_stderr_write*")


def mac(number):
    return "52:54:" + ":".join(f"{number >> shift & 255:02x}" for shift in (24, 16, 8, 0))


def uuid(number):
    """Of each machine its own, in the order of the wire."""
    return f"3b6c1a52-7f0e-4d8b-9a41-5254{number:08x}"


class Crowd:
    """The boot host, and clients that ask it by broadcast, through a relay, and on port 4011."""

    def __init__(self, net):
        self.net, self.uuid = net, uuid     # a machine's, by its number
        lan = net.segment("lan")
        self.boot = net.host("boot", f"{SERVER}/16", on=lan)
        client = net.host("client", *(f"{home}/16" for home in HOMES), on=lan)
        self._broadcast = client.udp(68)
        self._relay = net.host("relay", f"{RELAY}/16", on=lan).udp(67, address=RELAY)
        self._homes = [client.udp(4011, address=home) for home in HOMES]

    def daemon(self, **more):
        """A daemon that is not started yet, with the entries of `bootfile`."""
        return Daemon(self.boot, **more)

    def _ask(self, way, number):
        """The socket, and what is sent by it."""
        who = {"mac": mac(number), "uuid": self.uuid(number), "xid": number}
        if way == "broadcast":
            return self._broadcast, (dhcp.discover(**who).encode(),)
        if way == "relay":
            return self._relay, (dhcp.relay4(dhcp.discover(**who), RELAY).encode(), SERVER)
        home = number % len(HOMES)
        packet = dhcp.request_pxe(ciaddr=HOMES[home], arch=7, **who)
        return self._homes[home], (packet.encode(), SERVER, 4011)

    def meet(self, first):
        """A client of each place asks, so that the daemon knows where it is."""
        for way in WAYS:
            for number in range(first, first + len(HOMES)):
                self.one(way, number)

    def add_routes(self):
        """Gives the boot host routes of 20 prefix lengths more, all with those that ask in them."""
        for bits in (*range(5, 16), *range(17, 26)):
            self.boot.ip("route", "add", ipaddress.ip_network((HOMES[0], bits), False), "dev", "eth0")

    def one(self, way, number):
        """One client asks; returns the file that it is told."""
        socket, sent = self._ask(way, number)
        socket.send(*sent)
        return dhcp.V4.parse(socket.receive().payload).file

    def storm(self, daemon, way, first):
        """STORM clients, numbered from `first`, ask while the daemon sleeps. All are answered, each one
        for itself; returns the files that they are told."""
        asked = [self._ask(way, number) for number in range(first, first + STORM)]
        daemon.process.send_signal(signal.SIGSTOP)
        try:
            until(lambda: daemon.process.state() in "Tt", 10, "it stands still")    # t: where it is traced
            for socket, sent in asked:
                socket.send(*sent)
        finally:
            daemon.process.send_signal(signal.SIGCONT)
        replies = [dhcp.V4.parse(socket.receive().payload) for socket, _ in asked]
        if {reply.xid for reply in replies} != set(range(first, first + STORM)):
            raise LabError(f"not an answer for each: {sorted(reply.xid for reply in replies)}")
        return {reply.file for reply in replies}


def built():
    """The make variables of the build under test."""
    with open(os.path.join(build(), "variables"), encoding="ascii") as file:
        return {name: value.strip() for name, _, value in (line.strip().partition("=") for line in file) if name}


def must_be_countable(*tools):
    """Skips where one of these programs is missing, the build is a sanitizer's, or the daemon is stripped."""
    if built()["SAN"]:
        raise Skip("a sanitizer's instructions, calls and memory are not the daemon's")
    if not run("nm", os.path.join(build(), "wdspxed")).strip():
        raise Skip("the daemon is stripped: its functions have no names by which to count")
    for tool in tools:
        if not shutil.which(tool):
            raise Skip(f"no {tool}")


class Counted:
    """A daemon under callgrind, which executes it as it was built, and counts its instructions."""

    def __init__(self, daemon):
        self.daemon = daemon
        self._out = os.path.join(daemon.folder, "callgrind")
        self._vgdb = f"--vgdb-prefix={daemon.folder}/vgdb"
        self._dumps = 0

    def start(self):
        """Starts it, which is not counted."""
        self.daemon.start(
            environment={"LD_PRELOAD": os.path.join(build(), "tests", "unwatched.so")},
            under=["valgrind", "--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes",
                   *(f"--toggle-collect={name}" for name in COUNTED),
                   f"--callgrind-out-file={self._out}", self._vgdb], ready=60)
        self._tell("instrumentation", "on")
        return self

    def _tell(self, *words):
        run("vgdb", f"--pid={self.daemon.process.pid}", self._vgdb, *words, timeout=30)

    def instructions(self, work):
        """What work() costs: (the loop's instructions, those of all other threads)."""
        self._tell("zero")
        work()
        until(lambda: self.daemon.process.state() == "S", 10, "the loop sleeps")
        self._tell("dump")
        self._dumps += 1
        counts = {}
        for path in glob.glob(f"{self._out}.{self._dumps}-*"):
            with open(path, encoding="utf-8", errors="replace") as file:
                counts[int(path.rpartition("-")[2])] = int(
                    re.search(r"^(?:summary|totals): (\d+)", file.read(), re.MULTILINE)[1])
        loop = counts.pop(1)
        if not loop:
            raise LabError(f"nothing was counted: is there no {' or '.join(COUNTED)} any more?")
        return loop, sum(counts.values())


def calls(daemon, work):
    """The system calls of the loop's thread while work() ran: a list of their names for each turn in which it
    took requests. Also those that have little to do with requests, but were due in that turn."""
    path = os.path.join(daemon.net.private("strace"), "calls")
    tracer = Process(["strace", "-p", daemon.process.pid, "-o", path], path + ".log")
    try:
        tracer.wait_line("attached")
        work()
    finally:
        tracer.stop(signal.SIGINT)
    with open(path, encoding="ascii", errors="replace") as file:
        turns = re.split(r"^(?=epoll_wait|epoll_pwait)", file.read(), flags=re.MULTILINE)
    return [[name.replace("epoll_pwait", "epoll_wait") for name in re.findall(r"^(\w+)\(", turn, re.MULTILINE)]
            for turn in turns if re.search(r"^recvmmsg\(.*sa_family=AF_INET,", turn, re.MULTILINE)]


def small_pages():
    """What is started from now on gets no large pages, which are resident as a whole, or not, as the kernel
    happens to have them."""
    ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)


def resident(daemon):
    """KiB that it has in memory: its own, and what it maps of its files."""
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])
