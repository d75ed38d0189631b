"""What a request costs the whole daemon: instructions, system calls and memory, which may not rise.

They are counted, not timed, so that no host and no load changes them; lab/counted.py says how. The figures
here were counted with gcc 12 of Debian 12 on x86-64, and one that is more than a twentieth higher fails. Where a
figure has fallen, or has to rise, change it in the commit that does it. Other compilers make other
instructions: with those it is only said that hosts and routes add little.
"""

import os
import re
import time

from lab import Network, Skip, timeout, until
from lab.counted import (STORM, WAYS, Counted, Crowd, built, calls, mac, must_be_countable, resident,
                         small_pages, uuid)
from lab.process import run

CEILING, CEILING_OF_OTHERS = 1.05, 1.1
HOSTS = 10000
CROWD = 1792       # clients, of whom the table of conversations has room for 1,024
KNOWN, UNKNOWN, NEIGHBOURS = 1, 0x40000000, 0x50000000      # the first number of each
REST = [{"arch": "x86-bios", "file": "other.0"}, {"arch": "x64-uefi", "file": "other.efi"}]
NONE, SUBNETS = "no hosts", "subnets"
QUIET = {"log-level": "warning"}    # how many lines the log has depends on the clock

# Instructions of the loop for a request that has no line in the log, by whether gcc optimised the whole (LTO):
# without hosts, and among them. The tables of clients have random keys: a hundredth is chance.
INSTRUCTIONS = {
    False: {"broadcast": (10370, 10750), "relay": (10750, 11125), "4011": (11060, 11345)},
    True: {"broadcast": (8690, 9040), "relay": (9000, 9355), "4011": (9115, 9395)},
}
# One by broadcast that has a line: of the loop, and of the log's thread.
LINE = {False: (11600, 18910), True: (9830, 18875)}
# System calls of the loop for all that it finds when it wakes up, be it one request or many.
TURN = ["epoll_wait", "recvmmsg", "sendmmsg"]


# ---- ten thousand hosts, in each form in which they may be written ----------------------------------------

def numbers():
    return range(1, HOSTS + 1)


def beginnings():
    """Of four and five octets; the first one has all that are known."""
    return ["52:54:00:00:*",
            *(f"aa:54:{n >> 8:02x}:{n & 255:02x}:" + ("07:*" if n % 2 else "*") for n in range(1, HOSTS))]


def subnets():
    """The last one is that of all who ask."""
    return [f"172.{16 + (n >> 12)}.{n >> 4 & 255}.{(n & 15) << 4}/28" for n in range(1, HOSTS)] + ["10.77.0.0/16"]


def entries(key, values):
    return {"boot": [*({key: value, "file": "host.0"} for value in values), *REST]}


def of_a_list(net):
    path = os.path.join(net.private("list"), "machines")
    with open(path, "w", encoding="ascii") as file:
        file.write("mac,name,group\n" + "".join(f"{mac(n)},pc{n},lab\n" for n in numbers()))
    return {"settings": {"machines": path}, "boot": [{"group": "lab", "file": "host.0"}, *REST]}


FORMS = {       # what `bootfile` is told, and the KiB that the daemon then has in memory
    NONE: (lambda net: {"boot": REST}, 7050),
    "an entry for each MAC": (lambda net: entries("mac", map(mac, numbers())), 8550),
    "MACs in one entry": (lambda net: entries("mac", [list(map(mac, numbers()))]), 7650),
    "beginnings of MACs": (lambda net: entries("mac", [beginnings()]), 7700),
    "UUIDs": (lambda net: entries("uuid", [list(map(uuid, numbers()))]), 8400),
    SUBNETS: (lambda net: entries("subnet", [subnets()]), 7850),
    "a group of a list": (of_a_list, 8000),
}


# ---- judging ---------------------------------------------------------------------------------------------

def is_measured():
    """Is the build one of those whose instructions are known?"""
    variables = built()
    return (os.uname().machine == "x86_64" and variables["CC"] == "gcc"
            and run("gcc", "-dumpversion").split(".")[0].strip() == "12" and variables["OPTIMISE"] == "-O2 -g"
            and not variables["CPPFLAGS"] + variables["CFLAGS"] + variables["LDFLAGS"])


def with_lto():
    return bool(built()["LTO"])


class Judge:
    """Figures, and which of them are too high. The one that comes nearest is told even if all is well."""

    def __init__(self, ceiling=CEILING):
        self.ceiling, self.figures = ceiling, []

    def figure(self, what, found, known):
        self.figures.append((found / known, f"{what}: {found:.0f}, where {known:.0f} is usual: {found / known:.3f}"))
        print(self.figures[-1][1])

    def end(self):
        print("note: the dearest:", max(self.figures)[1])
        dear = [line for ratio, line in self.figures if ratio > self.ceiling]
        assert not dear, "\n".join(["these cost more than they may:", *dear])


# ---- instructions ----------------------------------------------------------------------------------------

def told(form, first):
    """The files of which one is right for machines from that number on."""
    return {"host.0"} if form == SUBNETS or form in FORMS and form != NONE and first == KNOWN else \
        {"other.0", "other.efi"}


def instructions(crowd, form, settings):
    """Those of the loop for a request: {way: [of an unknown machine, of a known one]}."""
    daemon = crowd.daemon(config=QUIET, **settings)
    counted = Counted(daemon).start()
    crowd.meet(NEIGHBOURS)
    found = {way: [] for way in WAYS}
    for first in (UNKNOWN, KNOWN):
        for n, way in enumerate(WAYS):
            at = first + 2 * STORM * n
            assert crowd.one(way, at) in told(form, first), form        # prepares what others copy
            loop, _ = counted.instructions(lambda way=way, at=at: crowd.storm(daemon, way, at + STORM))
            found[way].append(loop / STORM)
    daemon.stop()
    return found


@timeout(600)
def test_a_request_costs_no_more_instructions():
    must_be_countable("valgrind", "vgdb")
    measured = is_measured()
    judge = Judge(CEILING if measured else CEILING_OF_OTHERS)
    usual = INSTRUCTIONS[with_lto()] if measured else {}

    def count(form, among_hosts, settings):
        for way, found in instructions(crowd, form, settings).items():
            usual.setdefault(way, (min(found), min(found)))     # the first form has none
            for who, figure in zip(("unknown", "known"), found):
                judge.figure(f"{form}, {way}, {who}", figure, usual[way][among_hosts])

    with Network() as net:
        crowd = Crowd(net)
        for form, (settings, _) in FORMS.items():
            count(form, form != NONE, settings(net))
        crowd.add_routes()
        count("20 prefix lengths in the routes", False, {"boot": REST})
    judge.end()


@timeout(200)
def test_machines_that_share_their_uuid_cost_no_more():
    """Boards come with one UUID for all, and whoever makes up machines may give them one."""
    must_be_countable("valgrind", "vgdb")
    found = {way: [] for way in WAYS}
    with Network() as net:
        crowd = Crowd(net)
        for crowd.uuid in (uuid, lambda _number: uuid(0)):
            daemon = crowd.daemon(config=QUIET, boot=REST)
            counted = Counted(daemon).start()
            crowd.meet(NEIGHBOURS)
            for n in range(12):
                crowd.storm(daemon, "broadcast", UNKNOWN + n * STORM)
            for n, way in enumerate(WAYS):
                loop, _ = counted.instructions(
                    lambda way=way, n=n: crowd.storm(daemon, way, KNOWN + n * STORM))
                found[way].append(loop / STORM)
            daemon.stop()
    judge = Judge(CEILING_OF_OTHERS)
    for way in WAYS:
        judge.figure(f"with one UUID for all, {way}", found[way][1], found[way][0])
    judge.end()


@timeout(200)
def test_many_clients_cost_no_more_than_few():
    """Where all places of the tables of clients are taken, a newcomer takes that of another one."""
    must_be_countable("valgrind", "vgdb")
    with Network() as net:
        crowd = Crowd(net)
        daemon = crowd.daemon(config=QUIET, boot=REST)
        counted = Counted(daemon).start()
        crowd.meet(NEIGHBOURS)
        found = [counted.instructions(lambda n=n: crowd.storm(daemon, "broadcast", KNOWN + n * STORM))[0] / STORM
                 for n in range(CROWD // STORM)]
        daemon.stop()
    judge = Judge()
    judge.figure(f"among {CROWD} clients, broadcast", sum(found[-4:]) / 4, sum(found[:4]) / 4)
    judge.end()


@timeout(200)
def test_a_line_in_the_log_costs_no_more_instructions():
    must_be_countable("valgrind", "vgdb")
    if not is_measured():
        raise Skip("the figures are gcc 12's on x86-64, with the usual flags")
    with Network() as net:
        crowd = Crowd(net)
        daemon = crowd.daemon(boot=REST)
        counted = Counted(daemon).start()
        crowd.meet(NEIGHBOURS)
        crowd.storm(daemon, "broadcast", UNKNOWN)
        lines = r"^%s .* answered: "

        def asks():
            crowd.storm(daemon, "broadcast", KNOWN)
            until(lambda: all(re.search(lines % mac(n), daemon.log(), re.MULTILINE)
                              for n in range(KNOWN, KNOWN + STORM)), 10, "a line for each")

        time.sleep(1.1)         # a second may have a hundred lines
        found = counted.instructions(asks)
        daemon.stop()
    judge = Judge()
    for n, thread in enumerate(("the loop", "the log's thread")):
        judge.figure(f"a request with a line, {thread}", found[n] / STORM, LINE[with_lto()][n])
    judge.end()


# ---- system calls and memory ------------------------------------------------------------------------------

def most(turns):
    """The one of most turns: in another, something may have been due that has its own time."""
    return max(turns, key=turns.count)


def judge_turns(crowd, daemon, way, first):
    storms = calls(daemon, lambda: [crowd.storm(daemon, way, first + n * STORM) for n in range(5)])
    alone = calls(daemon, lambda: [crowd.one(way, first + 5 * STORM + n) for n in range(5)])
    assert len(storms) == len(alone) == 5, (way, storms, alone)
    assert most(storms) == TURN and most(alone) == TURN, (way, storms, alone)


@timeout(300)
def test_requests_need_no_more_system_calls_and_memory():
    must_be_countable("strace")
    small_pages()
    judge = Judge(CEILING if is_measured() else CEILING_OF_OTHERS)
    with Network() as net:
        crowd = Crowd(net)
        for form, (settings, known) in FORMS.items():
            daemon = crowd.daemon(config=QUIET, **settings(net)).start()
            crowd.meet(NEIGHBOURS)
            for n, way in enumerate(WAYS):
                crowd.storm(daemon, way, UNKNOWN + STORM * n)
            judge.figure(f"{form}, KiB", resident(daemon), known)
            for n, way in enumerate(WAYS):
                judge_turns(crowd, daemon, way, KNOWN + 1000 * n)
            daemon.stop()
    judge.end()
