"""A machine with a real systemd as its first process, over this machine's own /usr.

    with Network() as net:
        ...
        guest = Guest(host)                  # a host of the lab lends its network namespace
        guest.boot()
        guest.systemctl("start", "wdspxed")

systemd-nspawn --volatile=yes: everything but /usr is empty and lives in memory. wdspxed is installed
by `make install` into a stage that lies over /usr; /etc/wdspxed is a folder of the test's.
"""

import os
import re
import shutil

from . import libconfig
from .daemon import build
from .make import installed
from .process import LabError, Process, Skip, ended, run, until

UNITS = ("wdspxed.service",)
NOT_NEEDED = ("systemd-networkd.service", "systemd-networkd.socket", "systemd-resolved.service",
              "systemd-timesyncd.service", "getty.target", "console-getty.service",
              "systemd-firstboot.service", "systemd-hwdb-update.service", "ldconfig.service",
              "systemd-journal-catalog-update.service", "systemd-networkd-wait-online.service",
              "ssh.service", "cron.service", "dbus.service", "dbus.socket", "apt-daily.timer",
              "apt-daily-upgrade.timer", "systemd-logind.service", "systemd-update-done.service")


class Guest:
    """Installed, not yet booted. `etc` is its /etc/wdspxed; `usr` the stage over its /usr; `nspawn` are
    further options of systemd-nspawn's."""

    def __init__(self, host, boot=None, enable=UNITS, config=None, nspawn=()):
        if not shutil.which("systemd-nspawn"):
            raise Skip("systemd-nspawn is not installed")
        needed = run("readelf", "-d", os.path.join(build(), "wdspxed"))
        if re.search(r"lib[atu]b?san", needed):
            raise Skip("a sanitizer does not run inside the sandbox")
        self.host, self.net, self.nspawn = host, host.net, nspawn
        self.stage = self.net.private("guest")
        os.chmod(self.stage, 0o755)
        shutil.copytree(installed(), self.stage, symlinks=True, dirs_exist_ok=True)
        self.usr = os.path.join(self.stage, "usr")
        self.etc = os.path.join(self.stage, "etc/wdspxed")
        self.modules = "/usr/lib/wdspxed/providers"
        self.root = os.path.join(self.stage, "root")
        os.makedirs(os.path.join(self.root, "usr"))
        self.name = f"lab{os.getpid()}-guest"
        self.process = self.leader = None
        self._set_units(enable)
        self.write_config(config)
        self.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": f"{self.modules}/bootfile.so",
            "settings": {"boot": boot or []}})

    def _set_units(self, enable):
        units = os.path.join(self.usr, "lib/systemd/system")
        # An empty /etc is a first boot, which enables whatever no preset forbids.
        os.makedirs(os.path.join(self.usr, "lib/systemd/system-preset"))
        with open(os.path.join(self.usr, "lib/systemd/system-preset/00-test.preset"), "w",
                  encoding="ascii") as file:
            file.write("disable *\n")
        for unit in enable:
            wanted = "sockets.target.wants" if unit.endswith(".socket") else \
                "multi-user.target.wants"
            os.makedirs(os.path.join(units, wanted), exist_ok=True)
            os.symlink(f"../{unit}", os.path.join(units, wanted, unit))

    def drop_in(self, unit, text):
        """Adds a drop-in to a unit; before boot()."""
        folder = os.path.join(self.usr, "lib/systemd/system", f"{unit}.d")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "test.conf"), "w", encoding="utf-8") as file:
            file.write(text)

    def module(self, name, path):
        """Installs a provider's module; before boot(). Returns its path in the guest."""
        shutil.copyfile(path, os.path.join(self.usr, f"lib/wdspxed/providers/{name}.so"))
        return f"{self.modules}/{name}.so"

    def write_config(self, keys=None):
        self._write("wdspxed.conf", libconfig.dumps(keys or {}))

    def write_provider(self, name, content):
        self._write(f"providers.d/{name}",
                    content if isinstance(content, str) else libconfig.dumps(content))

    def _write(self, name, text):
        path = os.path.join(self.etc, name)
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)

    # ---- life ----

    def boot(self, timeout=40):
        """Boots it and waits until multi-user.target is reached; returns self."""
        argv = ["systemd-nspawn", "--quiet", "--keep-unit", "--register=no", "--volatile=yes",
                f"--machine={self.name}", "-D", "/", "--console=pipe",
                f"--overlay-ro=/usr:{self.usr}:/usr", f"--bind={self.etc}:/etc/wdspxed",
                f"--network-namespace-path=/run/netns/{self.host.namespace}",
                *self.nspawn, "--boot", "--",
                "systemd.unit=multi-user.target", "systemd.log_target=journal",
                *(f"systemd.mask={unit}" for unit in NOT_NEEDED)]
        self.process = Process(argv, os.path.join(self.stage, "console.log"), "guest")
        self.net.at_exit(self._end)
        self.leader = until(self._find_leader, timeout, "the guest's first process")
        until(self._is_up, timeout, "the guest reaches multi-user.target", 0.1)
        return self

    def _find_leader(self):
        if self.process.returncode is not None:
            raise LabError(f"systemd-nspawn ended:\n{self.process.text()}")
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(children, encoding="ascii") as file:
            pids = file.read().split()
        for pid in pids:
            try:
                with open(f"/proc/{pid}/comm", encoding="ascii") as comm:
                    if comm.read().strip() == "systemd":
                        return int(pid)
            except (FileNotFoundError, ProcessLookupError):
                pass    # a helper of nspawn's that has ended meanwhile
        return None

    def _is_up(self):
        done = self.try_run("systemctl", "is-active", "multi-user.target")
        if self.process.returncode is not None:
            raise LabError(f"the guest ended:\n{self.process.text()}")
        return done.stdout.strip() == "active"

    def _end(self):
        self.process.kill()

    # ---- in it ----

    def enter(self, *argv):
        """The command line that runs argv inside."""
        return ["nsenter", "-t", str(self.leader), "-m", "-u", "-i", "-n", "-p", "-r", "-w",
                *map(str, argv)]

    def try_run(self, *argv, timeout=60):
        """Runs a command inside; returns subprocess's result, whatever its status."""
        return ended(self.enter(*argv), timeout, capture_output=True, text=True,
                     env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
                          "SYSTEMD_PAGER": "cat"})

    def run(self, *argv, timeout=60):
        """The same, where it must end with 0; returns its output."""
        done = self.try_run(*argv, timeout=timeout)
        if done.returncode != 0:
            raise LabError(f"{' '.join(map(str, argv))}: exit {done.returncode}: {done.stdout}"
                           f"{done.stderr}\n{self.journal()}")
        return done.stdout

    def systemctl(self, *arguments, timeout=60):
        """Once more where a service found no control group: all guests share this machine's, and the
        systemd of another one may just have removed it, for its services have the same names."""
        done = self.try_run("systemctl", *arguments, timeout=timeout)
        if done.returncode == 0:
            return done.stdout
        if "status=219/CGROUP" not in self.journal():
            raise LabError(f"systemctl {' '.join(arguments)}: exit {done.returncode}: "
                           f"{done.stdout}{done.stderr}\n{self.journal()}")
        return self.run("systemctl", *arguments, timeout=timeout)

    def show(self, key, unit="wdspxed.service"):
        """A property of a unit, as systemd says it."""
        return self.systemctl("show", "-P", key, unit).strip()

    def journal(self, *arguments):
        """The journal's lines of wdspxed (or what the arguments choose)."""
        return self.try_run("journalctl", "--no-pager", "-o", "cat",
                            *(arguments or ("-u", "wdspxed.service"))).stdout

    def wait_journal(self, pattern, timeout=15):
        """Waits until the journal of the unit matches; returns the match."""
        expression = re.compile(pattern, re.MULTILINE)
        return until(lambda: expression.search(self.journal()), timeout,
                     f"'{pattern}' in the journal:\n{self.journal()}", 0.1)

    def pid(self):
        """The daemon's process, as this machine counts it; 0: it does not run."""
        inner = int(self.show("MainPID"))
        if inner == 0:
            return 0
        for pid in run("ip", "netns", "pids", self.host.namespace).split():
            try:
                with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
                    numbers = re.search(r"^NSpid:\s+(.*)$", file.read(), re.M)[1].split()
            except FileNotFoundError:
                continue
            if int(numbers[-1]) == inner and len(numbers) > 1:
                return int(pid)
        return 0

    def status(self):
        """/proc/PID/status of the daemon as a dict."""
        with open(f"/proc/{self.pid()}/status", encoding="ascii", errors="replace") as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
