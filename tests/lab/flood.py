"""A crowd of PXE clients on a host: tests/lab/flood.c, which counts its answers.

LOAD in the environment sets the requests a second (5000).
"""

import os

from .daemon import build

RATE = int(os.environ.get("LOAD", "5000"))


class Flood:
    """Asks until finish(). Each request is another client's, 02:46:…, architecture x86-bios."""

    def __init__(self, host, rate=RATE, seconds=600, linger=5):
        self.process = host.start([os.path.join(build(), "tests", "flood"), "eth0", rate, seconds,
                                   linger], "flood")

    def finish(self):
        """Ends it; returns its counts: sent, answered, twice, lost, slowest-ms, own-drops …"""
        self.process.stop(timeout=30)
        words = self.process.text().split()
        return dict(zip(words[::2], map(int, words[1::2])))
