"""A crowd of PXE clients on a host: tests/lab/flood.c, which counts its answers.

LOAD in the environment sets the requests a second (5000).
"""

import os

from .daemon import build

RATE = int(os.environ.get("LOAD", "5000"))

RMEM_MAX, BUFFER = "/proc/sys/net/core/rmem_max", 64 << 20


def receive_buffers(net):
    """Lets programs ask for the buffers that `make install` lets them ask for, for this test."""
    with open(RMEM_MAX, encoding="ascii") as file:
        before = int(file.read())

    def write(value):
        with open(RMEM_MAX, "w", encoding="ascii") as file:
            file.write(str(value))

    if before < BUFFER:
        net.at_exit(write, before)
        write(BUFFER)


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
