"""One call made to fail, in a whole life of the daemon: start, traffic, reload, traffic, stop.

    with Network() as net:
        life = Life(net)
        totals = life.run()                   # without a fault: how many calls of each kind there are
        life.run("memory", 17)                # raises where the daemon does what it must not

What must not be, whatever fails once: a crash, a leak, a count that is lost, an answer that the
configuration does not give, a reload that says good and is not, a daemon that does not recover.
"""

import concurrent.futures
import json
import os
import re

from . import dhcp
from .daemon import SANITIZER, TREE, Daemon, build
from .netns import Network
from .process import LabError, run, until

KINDS = ("memory", "system")
EACH = 24       # calls of each kind that one commit tries
MAC = "52:54:00:77:%02x:%02x"
# What it says of a life in which nothing fails; anything else is a reason.
ORDINARY = re.compile(r"\w+: running|wdspxed \S+ is serving ")
DEAF = "wdspxectl cannot reach this daemon"
SPOILT = "restart wdspxed to load modules"
SPOILT_BY = SPOILT + ", for the loader of this process ran out of memory: cannot allocate symbol search"


def entries(version):
    """Four machines with a file each, and one that must be left alone."""
    return [*({"mac": MAC % (0, n), "file": f"{version}-{n}"} for n in range(1, 5)),
            {"mac": MAC % (0, 5), "action": "ignore"}, {"file": f"{version}-other"}]


def spread(total):
    """1 to total, so that any first part of it is spread over all."""
    bits = max(1, total.bit_length())
    for i in range(1 << bits):
        n = int(f"{i:0{bits}b}"[::-1], 2)
        if 1 <= n <= total:
            yield n


def order(total, each):
    """1 to total in such an order that the first `each` are spread over all, and that every commit
    begins where the one before it ended: so all have their turn."""
    try:
        commits = int(run("git", "-c", f"safe.directory={TREE}", "-C", TREE, "rev-list", "--count",
                          "HEAD"))
    except LabError:        # no repository, as in a tree that was unpacked
        commits = 0
    calls = list(spread(total))
    begin = commits * each % total
    return calls[begin:] + calls[:begin]


def preloaded(folder, library="faults.so"):
    """The environment of a daemon whose calls can be made to fail: tests/faults; or with another library of
    the build. The folder is for its files."""
    spared = os.path.join(folder, "not-ours")
    with open(spared, "w", encoding="utf-8") as file:
        file.write("leak:dl_open_worker_begin\n")   # the loader's own, for the preloaded library
    return {"LD_PRELOAD": os.path.join(build(), "tests", library),
            "ASAN_OPTIONS": "detect_leaks=1:verify_asan_link_order=0:fast_unwind_on_malloc=0",
            "LSAN_OPTIONS": f"suppressions={spared}:print_suppressions=0"}


class Life:
    def __init__(self, net):
        self.net = net
        segment = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment)
        self.client = net.host("client", on=segment)
        self.socket = self.client.udp(68)
        self.late = set()   # xids that may still be answered, after the machine has asked again

    def run(self, kind=None, n=0):
        """One life, in which the n-th call of the kind fails. Returns the calls of each kind."""
        daemon = Daemon(self.boot, boot=entries("old"))
        note = os.path.join(daemon.folder, "fault")
        environment = {**preloaded(daemon.folder), "FAULT_LOG": note}
        if kind:
            environment["FAULT"] = f"{kind}:{n}"
        try:
            self.live(daemon, environment)
        except (AssertionError, LabError) as error:
            raise AssertionError(f"{kind}:{n}: {self.noted(note)}: {error}\n{daemon.log()}") from error
        finally:
            if daemon.process.returncode is None:
                daemon.process.kill()
        return {words[1]: int(words[2]) for words in map(str.split, self.noted(note).splitlines())
                if words[0] == "calls"}

    @staticmethod
    def noted(path):
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8") as file:
            return file.read()

    # ---- its life ----

    def live(self, daemon, environment):
        if not self.begin(daemon, environment):
            assert "FAULT" in environment, "it does not start without a fault"
            return
        self.asks(daemon, "old")
        daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": os.path.join(daemon.modules, "bootfile.so"), "critical": True,
            "settings": {"boot": entries("new")}})
        self.reload(daemon)
        if DEAF not in daemon.log():
            self.counts(daemon)
        status = daemon.process.stop(timeout=30)
        assert status == 0, f"it ended with {status}"
        assert not SANITIZER.search(daemon.log()), "a sanitizer found something"

    def begin(self, daemon, environment):
        """Whether it serves. If not, it has ended, by itself, with a reason."""
        try:
            daemon.start(environment=environment)
            return True
        except LabError:
            status = daemon.process.returncode
            said = daemon.log()
            assert status is not None, "it neither serves nor ends"
            assert status > 0, f"it did not start, and ended with {status}"
            assert not SANITIZER.search(said), "a sanitizer found something"
            assert any(line and not ORDINARY.match(line) for line in said.splitlines()), \
                "it ended without a reason"
            return False

    def ask(self, n):
        """Sends the question of machine n; returns its xid."""
        packet = dhcp.discover(MAC % (0, n), xid=dhcp.new_xid())
        self.socket.send(packet.encode())
        return packet.xid

    def answer(self, n):
        """What the machine n is told to load. One request may be the one that fails: it is repeated, as
        firmware does, and then the answer to each is right. Nobody else is answered."""
        asked = set()
        for last in (False, False, True):
            asked.add(self.ask(n))
            while came := self.socket.receive() if last else self.socket.heard(2):
                answer = dhcp.V4.parse(came.payload)
                if answer.xid in asked:
                    self.late |= asked - {answer.xid}
                    return answer.file
                assert answer.xid in self.late, f"{answer.mac} was answered where machine {n} asked"
        return None

    def asks(self, daemon, version):
        """Each machine gets its own file."""
        for n in range(1, 5):
            told = self.answer(n)
            assert told == f"{version}-{n}", f"machine {n} was told {told}, not {version}-{n}"
        # One that is to be left alone: silence is seen by the order, for what came after it was answered.
        self.ask(5)
        assert self.answer(6) == f"{version}-other", "any other machine"

    def reload(self, daemon):
        """All or nothing: and a second one, when nothing fails any more, works."""
        if DEAF in daemon.log():    # and says so; it takes the signal all the same
            daemon.reload()
            until(lambda: self.answer(1) == "new-1", 20, "the reload by a signal")
            return
        try:
            daemon.ctl("reload", timeout=60)
        except LabError as error:
            assert daemon.process.returncode is None, f"the reload ended it: {error}"
            if "the reload failed, nothing has changed" in daemon.log():
                self.asks(daemon, "old")    # else only its answer got lost, and it may be under way
            self.reload_again(daemon)
        self.asks(daemon, "new")

    @staticmethod
    def reload_again(daemon):
        """It works, or says why it cannot: one allocation of glibc's loader leaves that unfit for good."""
        try:
            daemon.ctl("reload", timeout=60)
        except LabError as error:
            assert SPOILT in str(error), error
            until(lambda: SPOILT_BY in daemon.log(), 5, "the line of what spoilt the loader")
            assert daemon.process.stop(timeout=30) == 0
            daemon.start()

    @staticmethod
    def counts(daemon):
        """Every datagram ended in exactly one outcome. One question may be the call that fails."""
        def status():
            try:
                return json.loads(daemon.ctl("status", "--json"))
            except LabError:
                return json.loads(daemon.ctl("status", "--json"))

        def settled():
            told = status()
            return told["received"] == sum(told["requests"].values()) + told["pending"]

        until(settled, 5, "received is the sum of all outcomes")


def every(kind, at_once=4):
    """A life for every call of the kind, `at_once` lives at a time, for one that does not begin waits
    most of its time; returns what went wrong. It says as it goes how far it has come, for it may be
    cut short."""
    with concurrent.futures.ProcessPoolExecutor(at_once) as pool:
        told = pool.map(_some, [kind] * at_once, range(at_once), [at_once] * at_once)
        return [failure for failures in told for failure in failures]


def _some(kind, first, step):
    failures = []
    with Network() as net:
        life = Life(net)
        total = life.run()[kind]
        for done, n in enumerate(order(total, EACH)[first::step]):
            if first == 0 and done % 10 == 0:
                print(f"note: {kind}: {done * step} of {total} calls tried", flush=True)
            try:
                life.run(kind, n)
            except AssertionError as error:
                failures.append(str(error))
    return failures
