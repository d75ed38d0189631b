"""Processes that a test starts: each has a log, a deadline for everything, and an end."""

import ctypes
import os
import re
import signal
import subprocess
import time

# Every deadline here is for what must come, and a safety net: it holds so many times the seconds that are
# written, which a host of its own needs, so that a host that is busy with others fails no test. A bound that
# states a behaviour is no deadline: see pace.py. Silence is no deadline either: see Udp.heard().
PATIENCE = 5

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class LabError(Exception):
    """Something in the lab did not happen in time, or went wrong: the test fails."""


class Skip(Exception):
    """This machine cannot run the test; the text says what is missing."""


class Interrupted(BaseException):
    """SIGINT or SIGTERM: unwinds the `with` blocks, which clean up."""


def unwind_on_signals():
    """Lets SIGINT and SIGTERM end the program through its `with` blocks. A second one is ignored:
    cleaning up is bounded anyway."""

    def unwind(number, _frame):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Interrupted(signal.Signals(number).name)

    signal.signal(signal.SIGINT, unwind)
    signal.signal(signal.SIGTERM, unwind)


ASKING = 0.5    # seconds between two requests of one client, who must not exceed limits.per-client


def until(condition, timeout, what, step=0.02):
    """Returns the first true value of condition(), or raises LabError when it had PATIENCE times
    `timeout` seconds."""
    timeout *= PATIENCE
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise LabError(f"not within {timeout} s: {what}")
        time.sleep(step)


def ended(argv, timeout=20, **more):
    """Runs a command to its end; returns subprocess's result. `more` is for subprocess.run()."""
    argv = [str(arg) for arg in argv]
    timeout *= PATIENCE
    try:
        return subprocess.run(argv, timeout=timeout, **more)
    except subprocess.TimeoutExpired as late:
        raise LabError(f"not within {timeout} s: {' '.join(argv)}") from late


def run(*argv, timeout=20, input=None):
    """Runs a short command to its end; returns its output, or raises LabError with what it said."""
    argv = [str(arg) for arg in argv]
    done = ended(argv, timeout, input=input, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                 text=True, errors="replace")
    if done.returncode != 0:
        raise LabError(f"{' '.join(argv)}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def die_with_parent(number):
    """Has the kernel send this process a signal when its parent is no more."""
    _libc.prctl(PR_SET_PDEATHSIG, number)


def _die_with_the_test():
    # A test that is killed cannot clean up: then the kernel ends its children.
    die_with_parent(signal.SIGKILL)


class Process:
    """A running program. Its output, both streams, goes to the file `log`."""

    def __init__(self, argv, log, name=None, env=None, cwd=None):
        self.argv = [str(arg) for arg in argv]
        self.name = name or os.path.basename(self.argv[0])
        self.log = log
        with open(log, "ab") as out:
            self._child = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=out,
                                           stderr=out, env=env, cwd=cwd, start_new_session=True,
                                           preexec_fn=_die_with_the_test)

    @property
    def pid(self):
        return self._child.pid

    @property
    def returncode(self):
        """None while it runs; negative: the signal that ended it."""
        return self._child.poll()

    def state(self):
        """As the kernel says it: "R" it runs or could, "S" it sleeps, "T" it is stopped."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0]

    def text(self):
        """All that it has written so far."""
        with open(self.log, "rb") as log:
            return log.read().decode(errors="replace").replace("\r\n", "\n")

    def wait_line(self, pattern, timeout=10):
        """Waits until the log matches the regular expression; returns the match.

        A program that ends first is an error at once."""
        expression = re.compile(pattern, re.MULTILINE)

        def look():
            ended = self.returncode is not None
            found = expression.search(self.text())
            if not found and ended:
                raise LabError(f"{self.name} ended ({self.returncode}) before its log said "
                               f"'{pattern}':\n{self.text()}")
            return found

        return until(look, timeout, f"'{pattern}' in the log of {self.name}")

    def wait(self, timeout=10):
        """Waits for its end; returns the exit status."""
        timeout *= PATIENCE
        try:
            return self._child.wait(timeout)
        except subprocess.TimeoutExpired as late:
            raise LabError(f"{self.name} did not end within {timeout} s") from late

    def send_signal(self, number):
        self._child.send_signal(number)

    def stop(self, number=signal.SIGTERM, timeout=10):
        """Ends it by a signal and returns the exit status; one that does not end is an error."""
        self.send_signal(number)
        return self.wait(timeout)

    def kill(self):
        """Ends it now, whatever it does: for cleaning up."""
        if self.returncode is None:
            self._child.kill()
        self._child.wait(5 * PATIENCE)
