"""A crowd of PXE clients on a host: tests/lab/flood.c, which counts its answers.

LOAD in the environment sets the requests a second (5000).
"""

import fcntl
import os

from .daemon import build

RATE = int(os.environ.get("LOAD", "5000"))

RMEM_MAX, BUFFER = "/proc/sys/net/core/rmem_max", 64 << 20


def receive_buffers(net):
    """Lets programs ask for the buffers that `make install` lets them ask for, for this test. Tests that
    run side by side may all want that: the first one raises the limit, the last one puts it back."""
    _share_limit(1)
    net.at_exit(_share_limit, -1)


def _share_limit(users):
    with open(os.path.join(os.environ["LAB_SHARED"], "rmem_max"), "a+", encoding="ascii") as shared:
        fcntl.flock(shared, fcntl.LOCK_EX)
        shared.seek(0)
        before, others = map(int, shared.read().split() or (_limit(), 0))
        _limit(max(before, BUFFER) if others + users else before)
        shared.truncate(0)
        shared.write(f"{before} {others + users}" if others + users else "")


def _limit(value=None):
    with open(RMEM_MAX, "r+" if value else "r", encoding="ascii") as file:
        if value:
            file.write(str(value))
        return value or int(file.read())


class Flood:
    """Asks until finish(). Each request is another client's, 02:46:…, architecture x86-bios. What the
    process `server` waits for a processor is no part of slowest-ms (see pace.py)."""

    def __init__(self, host, rate=RATE, seconds=600, linger=5, server=None):
        self.process = host.start([os.path.join(build(), "tests", "flood"), "eth0", rate, seconds,
                                   linger, *([server.pid] if server else [])], "flood")

    def finish(self):
        """Ends it; returns its counts: sent, answered, twice, lost, slowest-ms, own-drops …"""
        self.process.stop(timeout=30)
        return self._counts()

    def wait(self, timeout=60):
        """Waits until it has ended by itself; returns its counts."""
        self.process.wait(timeout)
        return self._counts()

    def _counts(self):
        words = self.process.text().split()
        return dict(zip(words[::2], map(int, words[1::2])))
