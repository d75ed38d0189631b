"""How long a program took by itself: for bounds that state a behaviour, on whatever host.

    ending = Ending(daemon.process)
    daemon.process.send_signal(signal.SIGTERM)
    ...                                 # no wait() and no wait_line() that could meet its end
    assert ending.own() < 3             # seconds from then to its end

A host that is busy with others lets a program wait for a processor, and that is no behaviour of the
program. The kernel counts for each thread how long it could have run and did not: on a host of its own
that is nothing, and the bound is as strict as the clock. What a program computes, and what it sleeps, is
never taken off.
"""

import os
import select
import threading
import time

from .process import PATIENCE, LabError


def waited(path="/proc/thread-self"):
    """Seconds that this thread has waited for a processor; of a process, its first thread."""
    with open(os.path.join(path, "schedstat"), encoding="ascii") as file:
        return int(file.read().split()[1]) / 1e9


class Ending:
    """Waits for the end of a process, beside the test, from now on. The process must not be waited for
    before own() has returned."""

    def __init__(self, process):
        self._process, self._own = process, None
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._began, self._before = time.monotonic(), self._waited()
        self._thread.start()

    def _waited(self):
        return waited(f"/proc/{self._process.pid}")

    def _watch(self):
        here = waited()
        end = os.pidfd_open(self._process.pid)
        select.select([end], [], [])
        took = time.monotonic() - self._began
        os.close(end)
        # Also how long this thread waited before it could look.
        self._own = took - (self._waited() - self._before) - (waited() - here)

    def own(self, timeout=30):
        """Seconds from the beginning to its end, without those in which it waited for a processor."""
        self._thread.join(timeout * PATIENCE)
        if self._thread.is_alive():
            raise LabError(f"{self._process.name} did not end within {timeout * PATIENCE} s")
        return self._own
