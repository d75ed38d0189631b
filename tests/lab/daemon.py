"""wdspxed under test, on a host of the lab.

    with Network() as net:
        ...
        daemon = Daemon(host, boot=[{"arch": "x86-bios", "file": "undionly.kpxe"}]).start()
        ...
        daemon.stop()              # SIGTERM; an exit status that is not 0 fails the test;
                                   # leaving the network does it too, where it still runs

The configuration is written into a private folder of root's and the modules are copied there, so
that the daemon trusts its load path wherever the tree lies.
"""

import json
import os
import re
import shutil
import signal
import socket

from . import libconfig
from .process import LabError, run, until

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))

# What a sanitizer says when it has found something.
SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:")


def build():
    """The folder of the build under test."""
    return os.path.join(TREE, os.environ.get("BUILD") or "build")


class Daemon:
    """A configured wdspxed, not yet started. Its paths: `folder`, `conf` (the main file),
    `providers_dir`, `control`, `status`, `ear_socket`, `modules` (where the copied modules lie)."""

    def __init__(self, host, boot=None, settings=None, config=None, listen=None, providers=None,
                 **provider):
        """Writes the configuration.

        boot       the entries of `bootfile`, a list of dicts
        settings   more settings of `bootfile` ({"server": "10.77.0.9"})
        listen     keys of `listen` that differ from the defaults ({"dhcp": False})
        config     other keys of the main file, into the top level ({"pending-timeout": 1.0})
        providers  instead of bootfile alone: file name -> dict, or text as it is
        others     keys of bootfile's own drop-in file (threads=0)
        """
        self.program = os.path.join(build(), "wdspxed")
        if not os.path.exists(self.program):
            raise LabError(f"{self.program} is not built")
        self.host, self.net = host, host.net
        self.folder = self.net.private("wdspxed")
        self.conf = os.path.join(self.folder, "wdspxed.conf")
        self.control = os.path.join(self.folder, "control")
        self.status = os.path.join(self.folder, "status")
        self.ear_socket = os.path.join(self.folder, "ear")
        self.providers_dir = os.path.join(self.folder, "providers.d")
        self.modules = os.path.join(self.folder, "modules")
        self.state_dir = os.path.join(self.folder, "state")
        for path in (self.providers_dir, self.modules, self.state_dir):
            os.mkdir(path, 0o755)
        self.process = None
        self.listen = listen or {}
        self.write_config(config)
        if providers is None:
            providers = {"50-bootfile.conf": {
                "name": "bootfile", "module": self.module("bootfile"), "critical": True,
                **provider, "settings": {**(settings or {}), "boot": boot or []}}}
        for name, content in providers.items():
            self.write_provider(name, content)

    def module(self, name, path=None):
        """Copies the built module providers/NAME.so (or `path`) to where it is trusted; returns
        the path of the copy."""
        copy = os.path.join(self.modules, f"{name}.so")
        shutil.copyfile(path or os.path.join(build(), "providers", f"{name}.so"), copy)
        os.chmod(copy, 0o755)
        return copy

    def write_config(self, config=None):
        """Writes the main file: the paths of this daemon, `listen`, and these keys."""
        keys = {"listen": self.listen} if self.listen else {}
        self._write(self.conf, libconfig.dumps({
            **keys, "providers-dir": self.providers_dir, "control-socket": self.control,
            "status-socket": self.status, "ear-socket": self.ear_socket,
            "state-dir": self.state_dir, **(config or {})}))

    def write_provider(self, name, content):
        """Writes the drop-in providers.d/NAME, from a dict or as text."""
        self._write(os.path.join(self.providers_dir, name),
                    content if isinstance(content, str) else libconfig.dumps(content))

    @staticmethod
    def _write(path, text):
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)

    # ---- its ear ----

    def hears(self):
        """What `wdspxectl status` says of wdspxed-ear: "ear", "heard", "lost", "unread"."""
        return json.loads(self.ctl("status", "--json"))["hearing"]

    def ear(self, socket_path=None):
        """Starts wdspxed-ear beside it, and waits until the daemon knows; returns the Process."""
        process = self.host.start([os.path.join(build(), "wdspxed-ear"), "-s",
                                   socket_path or self.ear_socket], "wdspxed-ear")
        if not socket_path:
            until(lambda: self.hears()["ear"], 10, "the daemon hears")
        return process

    # ---- life ----

    def start(self, *arguments, ready=20, stderr=None, environment=None, under=()):
        """Starts it and waits until it serves; returns self. `stderr` is a file, or a pipe, that it
        writes its log to instead of where log() finds it; `environment` is what it
        finds beside ours; `under` is the command that runs it, such as valgrind."""
        notify = os.path.join(self.folder, "notify")
        ours = {**os.environ, "NOTIFY_SOCKET": notify,
                "ASAN_OPTIONS": "detect_leaks=1:" + os.environ.get("ASAN_OPTIONS", ""),
                "UBSAN_OPTIONS": "print_stacktrace=1"}
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            if os.path.exists(notify):
                os.unlink(notify)
            told.bind(notify)
            told.setblocking(False)
            argv = [*under, self.program, "-c", self.conf, *arguments]
            if environment:     # of its own: what starts it does not see that
                argv = ["env", *(f"{name}={value}" for name, value in environment.items()), *argv]
            if stderr:
                argv = ["sh", "-c", 'exec "$@" 2>"$0"', stderr, *argv]
            self.process = self.host.start(argv, "wdspxed", ours)

            def is_ready():
                try:
                    if b"READY=1" in told.recv(4096).split(b"\n"):
                        return True
                except BlockingIOError:
                    pass
                if self.process.returncode is not None:
                    raise LabError(f"wdspxed ended ({self.process.returncode}) before it was "
                                   f"ready:\n{self.process.text()}")
                return False

            until(is_ready, ready, "wdspxed says READY=1")
        self.net.at_exit(self._end)
        return self

    def _end(self):
        if self.process.returncode is None:
            self.stop()

    def start_and_fail(self, timeout=20):
        """Starts it where it must refuse; returns (exit status, what it said)."""
        self.process = self.host.start([self.program, "-c", self.conf], "wdspxed")
        status = self.process.wait(timeout)
        if status == 0:
            raise LabError("wdspxed ended with 0 where it had to refuse")
        return status, self.process.text()

    def log(self):
        return self.process.text()

    def wait_log(self, pattern, timeout=10):
        """Waits until its log matches; returns the match."""
        return self.process.wait_line(pattern, timeout)

    def reload(self):
        """Asks it by SIGHUP to read its configuration anew; does not wait."""
        self.process.send_signal(signal.SIGHUP)

    def ctl(self, *arguments, timeout=20):
        """Runs wdspxectl against it; returns what it printed."""
        return run("ip", "netns", "exec", self.host.namespace, os.path.join(build(), "wdspxectl"),
                   "-s", self.control, *arguments, timeout=timeout)

    def outcome(self, ask, *arguments):
        """Has ask(*arguments) send one request, and returns its outcome once that is counted
        ("answered"). Meanwhile no other request may come; one that was answered a moment ago by a
        thread of a provider's is counted first: its reply leaves before its verdict comes."""
        before, = until(self._all_counted, 10, "each request before it has an outcome")
        ask(*arguments)

        def counted():
            return [name for name, n in self.requests().items() if n > before.get(name, 0)]

        found, = until(counted, 10, "the request has an outcome")
        return found

    def _all_counted(self):
        """How many requests ended with each outcome, in a list; none while one has no outcome."""
        told = json.loads(self.ctl("status", "--json"))
        return [told["requests"]] if told["received"] == sum(told["requests"].values()) else []

    def requests(self):
        """How many requests ended with each outcome."""
        return json.loads(self.ctl("status", "--json"))["requests"]

    def stop(self, timeout=20):
        """Ends it by SIGTERM; returns its log. A status other than 0, or a sanitizer's word in
        the log, is an error."""
        status = self.process.stop(signal.SIGTERM, timeout)
        if status != 0:
            raise LabError(f"wdspxed ended with {status}:\n{self.log()}")
        if SANITIZER.search(self.log()):
            raise LabError(f"a sanitizer found something:\n{self.log()}")
        return self.log()

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, failure, _trace):
        if failure is None:
            self.stop()
