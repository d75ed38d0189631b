"""How fast the host is while the checks run: a limit in plain seconds would measure the host (H3).

A host has pace 1 if a fixed piece of work takes it WORK_SECONDS, on all its processors at once; twice
that is pace 2. What the checks themselves take is no slowness of the host's, so the work is done
before them, and between them as a real-time process, which they cannot hold up: that shows a slow or
a shared processor. Other programs cannot hold it up either; what they take of the processors is read
from the kernel's accounts, as all that is not idle and not the checks'.
"""

import concurrent.futures
import os
import time

CPUS = os.cpu_count() or 1
LOOPS = 20_000_000
WORK_SECONDS = 0.6  # what LOOPS take a host of pace 1
EVERY = 10          # seconds between two looks
TICKS = os.sysconf("SC_CLK_TCK")


def work(loops):
    began = time.monotonic()
    for _ in range(loops):
        pass
    return (time.monotonic() - began) / loops * LOOPS / WORK_SECONDS


def work_first(loops):
    """The same, held up by no other process; where that is not allowed nothing is known."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except OSError:
        return 1.0
    return work(loops)


def measure(how, loops):
    """The slowest of as many as there are processors, all at once."""
    with concurrent.futures.ProcessPoolExecutor(CPUS) as pool:
        return max(pool.map(how, [loops] * CPUS))


def busy():
    """Seconds that the processors worked for anybody here."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _idle, _iowait, irq, softirq = map(int, stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS


def own():
    """Seconds that they worked for this process and all that it started, living or waited for."""
    parent, spent = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
                words = stat.read().rpartition(")")[2].split()
        except OSError:
            continue    # it has just ended
        parent[int(pid)] = int(words[1])
        spent[int(pid)] = sum(map(int, words[11:15])) / TICKS
    total = 0.0
    for pid in parent:
        above = pid
        while above in parent and above != os.getpid():
            above = parent[above]
        total += spent[pid] if above == os.getpid() else 0
    return total


class Pace:
    def __init__(self):
        self.looks = [(time.monotonic(), max(1.0, measure(work, LOOPS)))]    # until when, and how slow
        self.others = busy() - own()

    def look(self):
        """Looks again if it is time to."""
        now, then = time.monotonic(), self.looks[-1][0]
        if now - then < EVERY:
            return
        others = busy() - own()
        taken = max(0.0, others - self.others) / (now - then) / CPUS
        self.others = others
        slow = measure(work_first, LOOPS // 10)
        self.looks.append((now, max(1.0, slow / max(0.1, 1 - taken))))

    def since(self, began):
        """The mean from that instant on; the last look's where there was none since."""
        seconds = total = 0.0
        for (start, _), (end, slow) in zip(self.looks, self.looks[1:]):
            length = max(0.0, end - max(start, began))
            seconds += length
            total += length * slow
        return total / seconds if seconds else self.looks[-1][1]
