"""A daemon in use for long, and what happens to one: all requests have an outcome each, and memory and descriptors
are in the end what they were when all had happened once.

    soak(seconds)
"""

import fcntl
import json
import mmap
import os
import signal
import struct
import termios
import time

from .counted import built, resident
from .daemon import Daemon, build
from .faults import preloaded
from .flood import Flood
from .netns import Network
from .process import until

RATE = 1000         # requests a second, each of another client
CROWD = 20000       # clients that fill all tables: those of 16,384 last
GROWTH = 768        # KiB: what may be added to what was resident, once all had happened
PATIENT = 60
PAGE = mmap.PAGESIZE


class Clock:
    """The daemon's wall clock, by tests/bench/jumping.c."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "ahead")
        with open(self.path, "wb") as file:
            file.write(bytes(PAGE))
        with open(self.path, "r+b") as file:
            self._ahead = mmap.mmap(file.fileno(), 8)

    def environment(self):
        return {**preloaded(os.path.dirname(self.path), "jumping.so"), "JUMPING": self.path}

    def set(self, seconds):
        self._ahead[:8] = struct.pack("=q", seconds)


class Log:
    """A pipe that the daemon writes its log to, and that nobody reads for a while."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "log-pipe")
        os.mkfifo(self.path)
        self._fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def narrow(self):
        """It takes a page, which is full in no time."""
        def is_narrow():
            self.read()
            try:
                return fcntl.fcntl(self._fd, fcntl.F_SETPIPE_SZ, PAGE)
            except OSError:     # more has come
                return None
        until(is_narrow, PATIENT, "the log's pipe is a small one")

    def widen(self):
        fcntl.fcntl(self._fd, fcntl.F_SETPIPE_SZ, 16 * PAGE)

    def is_full(self):
        """Whether there is room for a few lines at most."""
        octets = struct.unpack("=i", fcntl.ioctl(self._fd, termios.FIONREAD, bytes(4)))[0]
        return octets > PAGE - 1024

    def read(self):
        """All that there is."""
        octets = 0
        try:
            while True:
                octets += len(os.read(self._fd, 1 << 16))
        except BlockingIOError:
            return octets


class Soak:
    """A daemon, its clients, and what happens to it."""

    def __init__(self, net):
        lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=lan)
        client = net.host("client", "10.77.0.9/24", on=lan)
        self.daemon = Daemon(self.boot, boot=self._entries(0), config={"limits": {"per-client": 0}})
        self.scripted = self.daemon.module(
            "scripted", os.path.join(build(), "tests/providers/scripted.so"))
        self.clock, self.log = Clock(self.daemon.folder), Log(self.daemon.folder)
        self.daemon.start(stderr=self.log.path, environment=self.clock.environment())
        self.rounds, self.rest = 0, self._held()[1:]
        self._fill(client)
        self.flood = Flood(client, RATE, seconds=1000000)

    def _fill(self, client):
        """All comes at once, to a provider with one thread: what is there for the worst is touched."""
        self.a_provider_comes_with_threads_of_its_own()
        self.daemon.process.send_signal(signal.SIGSTOP)
        flood = Flood(client, 5 * RATE, seconds=CROWD // (5 * RATE), linger=PATIENT)
        time.sleep(CROWD / (5 * RATE) + 1)      # some may ask later where the host is busy: they find room
        self.daemon.process.send_signal(signal.SIGCONT)
        self.before = flood.wait(2 * PATIENT)

    @staticmethod
    def _entries(number):
        return [{"mac": f"02:45:{number & 255:02x}:*", "file": "nobody"}, {"mac": "02:46:*", "file": f"file-{number}"}]

    # ---- what happens ----

    def _reload(self):
        self.daemon.ctl("reload", timeout=PATIENT)

    def settings_change(self):
        self.daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": os.path.join(self.daemon.modules, "bootfile.so"),
            "settings": {"boot": self._entries(self.rounds)}})
        self._reload()

    def a_provider_comes_with_threads_of_its_own(self):
        self.daemon.write_provider("10-scripted.conf", {
            "name": "scripted", "module": self.scripted, "threads": 1 + self.rounds % 3,
            "settings": {"action": "reject"}})
        self._reload()

    def it_begins_anew(self):
        """A module that has changed is loaded into the daemon that runs."""
        os.utime(self.daemon.module("scripted", os.path.join(build(), "tests/providers/scripted.so")))
        self._reload()

    def it_goes(self):
        os.unlink(os.path.join(self.daemon.providers_dir, "10-scripted.conf"))
        self._reload()

    def a_reload_fails(self):
        self.daemon.write_provider("60-broken.conf", "name = \"x\"\nmodule =;\n")
        try:
            self._reload()
        except Exception as error:      # what wdspxectl says
            assert "60-broken.conf" in str(error), error
        else:
            raise AssertionError("a broken file was taken")
        os.unlink(os.path.join(self.daemon.providers_dir, "60-broken.conf"))

    def interfaces_come_and_go(self):
        for n in range(4):
            self.boot.ip("link", "add", f"soak{n}", "type", "veth", "peer", "name", f"peer{n}")
            self.boot.ip("address", "add", f"10.78.{n}.1/24", "dev", f"soak{n}")
            self.boot.ip("link", "set", f"soak{n}", "up")
            self.boot.ip("route", "add", f"10.79.{n}.0/24", "dev", f"soak{n}")
        for n in range(4):
            self.boot.ip("link", "del", f"soak{n}")

    def the_clock_jumps(self):
        for ahead in (86400 * 365, -86400 * 365, 3, 0):
            self.clock.set(ahead)
            time.sleep(0.05)

    def the_log_stands_still(self):
        self.log.narrow()
        until(self.log.is_full, PATIENT, "the log has no room")
        time.sleep(1)
        self.daemon.ctl("status")       # it is served all the same
        self.log.widen()
        until(self.log.read, PATIENT, "the log goes on")

    def the_operator_asks(self):
        for words in (["status", "--json"], ["clients", "--json"], ["metrics"], ["list"]):
            self.daemon.ctl(*words)

    HAPPENINGS = (settings_change, a_provider_comes_with_threads_of_its_own, interfaces_come_and_go, it_begins_anew,
                  the_clock_jumps, a_reload_fails, the_log_stands_still, the_operator_asks, it_goes)

    def _watch(self):
        """The operator sees all lines, more than the log has, so that all its ring is touched."""
        return self.boot.start(["sh", "-c", 'exec "$@" >/dev/null', "sh", os.path.join(build(), "wdspxectl"),
                                "-s", self.daemon.control, "log", "--follow"], "watch")

    def round(self):
        """All of it once. Returns how many KiB the daemon has in memory then, with as many descriptors and
        threads as in the beginning."""
        watch = self._watch()
        for happens in self.HAPPENINGS:
            happens(self)
            self.log.read()
        watch.stop()
        self.rounds += 1
        return until(self._settled, PATIENT, "what was replaced has gone")

    def _held(self):
        pid = self.daemon.process.pid
        return resident(self.daemon), len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task"))

    def _settled(self):
        self.log.read()
        memory, *rest = self._held()
        return memory if tuple(rest) == self.rest else None

    # ---- the end ----

    def end(self):
        counts = {what: n + self.before[what] for what, n in self.flood.finish().items()}
        status = json.loads(self.daemon.ctl("status", "--json"))
        print(counts, status)
        assert counts["own-drops"] == 0, "the client's own socket was too slow: no verdict"
        assert counts["lost"] == 0 and counts["twice"] == 0, counts
        assert all(port["kernel-drops"] == 0 and port["unsent"] == 0 for port in status["ports"]), status
        assert status["received"] == counts["sent"] == sum(status["requests"].values()), (status, counts)
        assert status["requests"]["answered"] == counts["answered"], (status, counts)
        assert status["pending"] == status["packets-used"] == status["quarantined"] == 0, status
        self.daemon.stop()
        return counts["answered"]


def soak(seconds):
    """Rounds for so long, four at least: in the first one all is there for the first time."""
    began, held = time.monotonic(), []
    with Network() as net:
        it = Soak(net)
        while time.monotonic() < began + seconds or len(held) < 4:
            held.append((it.round(), time.monotonic() - began))
            print(*held[-1], flush=True)
        answered = it.end()
    judged = [kib for kib, _ in held[1:]]
    print(f"note: soak: {len(held)} rounds, {answered} requests answered: {held[0][0]} KiB resident after the first "
          f"one, {judged[0]} after the second, {judged[-1]} after the last, at most {max(judged)}")
    if not built()["SAN"]:      # which keeps what was freed, and tells of leaks itself
        assert judged[-1] <= judged[0] + GROWTH, held
