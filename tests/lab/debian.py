"""A bare Debian with systemd as its first process, an ordinary user who may sudo, and nothing else.

    with Network() as net:
        host = net.host("boot", "10.77.0.2/24", on=lan)
        machine = Machine(host, "trixie")    # debootstrap, once for a build; then a copy of its tarball
        machine.copy_tree()                  # what `git clone` would have brought
        machine.boot()
        machine.sudo("make", "install")

It is in the network namespace of a host of the lab, where no packet leaves this machine. apt works all
the same: behind the loopback of that namespace a proxy of ours listens, which fetches from the
sources that this machine is configured with, and keeps packages in BUILD/long/apt.
"""

import contextlib
import fcntl
import glob
import hashlib
import http.server
import os
import re
import shutil
import socketserver
import subprocess
import tempfile
import termios
import threading
import urllib.error
import urllib.request

from . import dhcp, tftp, timeout
from .daemon import TREE, build
from .guest import NOT_NEEDED, Guest
from .netns import Network, inside
from .process import PATIENCE, LabError, Process, Skip, ended, run, until

SUITES = ("bookworm", "trixie")    # Debian 12 and 13
# What a user has before he reads a README: a first process, and the three words of its first line.
PRESENT = ("systemd", "systemd-sysv", "sudo", "git", "make")
USER, UID = "admin", 1000
PROXY_PORT = 3142
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
CLIENT = "52:54:00:77:00:%02x"  # the MAC of a client that asks it


def on_each_suite(seconds):
    """A test for each release of Debian, of the function with (net, suite); named after both."""
    def mark(function):
        for suite in SUITES:
            def test(suite=suite):
                with Network() as net:
                    function(net, suite)
            test.__name__ = f"test_{suite}_{function.__name__}"
            test.__module__ = function.__module__
            function.__globals__[test.__name__] = timeout(seconds)(test)
        return function
    return mark


def sources(wanted):
    """Sources of this suite, where this machine's configured ones are: (address of the repository, suite,
    component). A repository that has one suite has the others."""
    said = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(SUITE) $(CODENAME) $(COMPONENT)",
               "Created-By: Packages", "Origin: Debian")
    found = []
    for line in said.splitlines():
        uri, _suite, codename, component = line.split()
        release, dash, rest = codename.partition("-")
        source = (uri.rstrip("/"), wanted + dash + rest, component)
        if release in SUITES and source not in found:
            found.append(source)
    return found or [("http://deb.debian.org/debian", wanted, "main")]


def own_suite():
    """This machine's, as Debian calls it."""
    return run("sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME").strip()


def package(suite, name):
    """A folder with the files of a package of Debian's, which is not installed: fetched once for a build."""
    folder = os.path.join(build(), "long", f"package-{suite}-{name}")
    if os.path.isdir(folder):
        return folder
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(folder)) as stage:
        for each in ("lists/partial", "cache/archives/partial", "unpacked"):
            os.makedirs(os.path.join(stage, each))
        with open(os.path.join(stage, "sources"), "w", encoding="ascii") as file:
            signed = f"[signed-by={KEYRING}] " if os.path.exists(KEYRING) else ""
            file.writelines(f"deb {signed}{uri} {repository} {component}\n"
                            for uri, repository, component in sources(suite))
        apt = ["apt-get", "-o", f"Dir::State::Lists={stage}/lists", "-o", f"Dir::Cache={stage}/cache", "-o",
               f"Dir::Etc::SourceList={stage}/sources", "-o", "Dir::Etc::SourceParts=-", "-o",
               "APT::Sandbox::User=root"]
        for words in (["update"], ["download", name]):
            done = ended([*apt, *words], 120, capture_output=True, text=True, cwd=stage)
            if done.returncode != 0:
                raise Skip(f"no mirror of Debian has {name} of {suite}: {done.stderr.strip()}")
        run("dpkg", "-x", *glob.glob(f"{stage}/*.deb"), f"{stage}/unpacked", timeout=60)
        with contextlib.suppress(OSError):      # another test has it already
            os.rename(f"{stage}/unpacked", folder)
    return folder


def tree_files():
    """What `git clone` would have brought: names in this tree."""
    if os.path.exists(os.path.join(TREE, ".git")):
        names = run("git", "-c", "safe.directory=*", "-C", TREE, "ls-files", "-co",
                    "--exclude-standard").splitlines()
        return [name for name in names if os.path.lexists(os.path.join(TREE, name))]
    return [name for name in os.listdir(TREE) if name != "build"]


class _Proxy(http.server.BaseHTTPRequestHandler):
    """Fetches what apt asks for. Every source is http to apt; those that are https are fetched so."""

    protocol_version = "HTTP/1.1"
    folder, secure = None, ()

    def log_message(self, *_arguments):
        pass

    def do_GET(self):
        url = self.path
        if url.removeprefix("http://").split("/")[0] in self.secure:
            url = url.replace("http://", "https://", 1)
        kept = os.path.join(self.folder, hashlib.sha256(url.encode()).hexdigest())
        try:
            if not os.path.exists(kept):
                fetched = self._fetch(url, kept if url.endswith(".deb") else None)
            if os.path.exists(kept):
                with open(kept, "rb") as file:
                    fetched = file.read()
        except urllib.error.HTTPError as error:
            self.send_error(error.code)
            return
        except OSError as error:
            self.send_error(502, str(error))
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(fetched)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(fetched)

    @staticmethod
    def _fetch(url, kept):
        with urllib.request.urlopen(url, timeout=60) as answer:
            content = answer.read()
        if kept:
            with tempfile.NamedTemporaryFile(dir=os.path.dirname(kept), delete=False) as file:
                file.write(content)
            os.replace(file.name, kept)
        return content


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


class Terminal:
    """A program on a terminal of its own: what is typed reaches it as a user's keys do."""

    def __init__(self, argv, log):
        self.log = log
        self._written = open(log, "ab", buffering=0)  # pylint: disable=consider-using-with
        self._master, slave = os.openpty()

        def take_terminal():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self._child = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave,
                                       start_new_session=True, preexec_fn=take_terminal)
        os.close(slave)
        threading.Thread(target=self._copy, daemon=True).start()

    def _copy(self):
        with self._written, contextlib.suppress(OSError):
            while octets := os.read(self._master, 65536):
                self._written.write(octets)

    def type(self, keys):
        os.write(self._master, keys.encode())

    def text(self):
        with open(self.log, "rb") as log:
            return log.read().decode(errors="replace").replace("\r\n", "\n")

    def wait_line(self, pattern, timeout):
        def look():
            found = re.search(pattern, self.text(), re.MULTILINE)
            if not found and self._child.poll() is not None:
                raise LabError(f"it ended ({self._child.returncode}) before it said '{pattern}':\n"
                               f"{self.text()}")
            return found

        return until(look, timeout, f"'{pattern}' on the terminal", 0.2)

    def wait(self, timeout):
        return self._child.wait(timeout * PATIENCE)

    def kill(self):
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait(5 * PATIENCE)


def ask(client, number):
    """The file that a client with BIOS is told."""
    with client.udp(68) as socket:
        socket.send(dhcp.discover(CLIENT % number).encode())
        return dhcp.V4.parse(socket.receive().payload).file


def tftp_reads(client, name, server="10.77.0.2"):
    """Whether the server sends the beginning of the file."""
    return tftp.first_of(client, server, name)[:4] == b"\0\3\0\1"


class Machine(Guest):
    """Unpacked, not yet booted. `root` is its file system, `tree` the user's tree in it. Two in one
    network need two names."""

    def __init__(self, host, suite="bookworm", name="debian"):  # pylint: disable=super-init-not-called
        for program in ("debootstrap", "systemd-nspawn"):
            if not shutil.which(program):
                raise Skip(f"{program} is not installed")
        self.host, self.net = host, host.net
        self.suite, self.name = suite, f"lab{os.getpid()}-{name}"
        self.process = self.leader = None
        self.folder = os.path.join(build(), "long")
        os.makedirs(os.path.join(self.folder, "apt"), exist_ok=True)
        self.stage = tempfile.mkdtemp(prefix="debian-", dir=self.folder)
        self.net.at_exit(shutil.rmtree, self.stage, True)
        self.root = os.path.join(self.stage, "root")
        self.tree = f"/home/{USER}/wdspxed"
        os.mkdir(self.root, 0o755)
        run("tar", "-C", self.root, "--numeric-owner", "-xpf", self._tarball(), timeout=120)
        self._configure()

    def _tarball(self):
        """The bare root; made where there is none of these packages."""
        kind = hashlib.sha256(" ".join((self.suite, *PRESENT)).encode()).hexdigest()[:8]
        tarball = os.path.join(self.folder, f"{self.suite}-{kind}.tar")
        if not os.path.exists(tarball):
            made = os.path.join(self.stage, "made")
            run("debootstrap", "--variant=minbase", f"--include={','.join(PRESENT)}", self.suite,
                made, sources(self.suite)[0][0], timeout=900)
            run("tar", "-C", made, "--numeric-owner", "-cpf", tarball + ".new", ".", timeout=120)
            os.rename(tarball + ".new", tarball)
            shutil.rmtree(made)
        return tarball

    def _configure(self):
        with open(os.path.join(self.root, "etc/apt/sources.list"), "w", encoding="ascii") as file:
            for uri, suite, component in sources(self.suite):
                file.write(f"deb {uri.replace('https://', 'http://', 1)} {suite} {component}\n")
        options = [line for line in run("apt-config", "dump").splitlines()
                   if re.match(r"Acquire::(Check-|Max-|Retries)", line)]
        with open(os.path.join(self.root, "etc/apt/apt.conf.d/90lab"), "w",
                  encoding="ascii") as file:
            file.write("\n".join([*options,
                                  f'Acquire::http::Proxy "http://127.0.0.1:{PROXY_PORT}";',
                                  'Acquire::http::Pipeline-Depth "0";',
                                  'APT::Get::Assume-Yes "true";', ""]))
        run("chroot", self.root, "useradd", "--create-home", "--shell", "/bin/bash", "--uid", UID,
            "--groups", "sudo", USER)
        with open(os.path.join(self.root, "etc/sudoers.d/lab"), "w", encoding="ascii") as file:
            file.write("%sudo ALL=(ALL) NOPASSWD: ALL\n")
        os.chmod(os.path.join(self.root, "etc/sudoers.d/lab"), 0o440)
        with open(os.path.join(self.root, "etc/hostname"), "w", encoding="ascii") as file:
            file.write("boot\n")
        with open(os.path.join(self.root, "etc/hosts"), "w", encoding="ascii") as file:
            file.write("127.0.0.1 localhost boot\n")

    def copy_tree(self):
        """Copies this tree to the user's home, as `git clone` would: no more than is in it."""
        target = self.root + self.tree
        os.mkdir(target)
        names = "\n".join(tree_files())
        run("sh", "-c", f"tar -C {TREE} -cf - -T - | tar -C {target} -xf -", input=names, timeout=60)
        run("chown", "-R", f"{UID}:{UID}", target)

    def put(self, folder, name):
        """Copies a folder of this machine's into the user's tree."""
        target = os.path.join(self.root + self.tree, name)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target)
        run("chown", "-R", f"{UID}:{UID}", f"{self.root}/home/{USER}")

    def boot(self, timeout=60, **environment):
        """`environment` is systemd-nspawn's."""
        secure = {uri.split("/")[2] for uri, _suite, _component in sources(self.suite)
                  if uri.startswith("https:")}
        handler = type("Proxy", (_Proxy,), {"folder": os.path.join(self.folder, "apt"),
                                            "secure": secure})
        with inside(self.host.namespace):
            server = _Server(("127.0.0.1", PROXY_PORT), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.net.at_exit(server.shutdown)
        argv = ["systemd-nspawn", "--quiet", "--keep-unit", "--register=no", "--link-journal=no",
                f"--machine={self.name}", "-D", self.root, "--console=pipe", "--resolv-conf=off",
                f"--network-namespace-path=/run/netns/{self.host.namespace}", "--boot", "--",
                "systemd.unit=multi-user.target", "systemd.log_target=journal",
                *(f"systemd.mask={unit}" for unit in NOT_NEEDED)]
        self.process = Process(argv, os.path.join(self.stage, "console.log"), "debian",
                               env={**os.environ, **environment})
        self.net.at_exit(self._end)
        self.leader = until(self._find_leader, timeout, "the machine's first process")
        until(self._is_up, timeout, "the machine reaches multi-user.target", 0.1)
        return self

    def stop(self):
        """Switches it off."""
        self._end()

    # ---- as the user, in his tree ----

    def _as_user(self, words):
        return self.enter("setpriv", f"--reuid={UID}", f"--regid={UID}", "--init-groups", "env", "-i",
                          f"HOME=/home/{USER}", f"USER={USER}", f"LOGNAME={USER}", "LANG=C.UTF-8",
                          "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "TERM=dumb",
                          "sh", "-c", f"cd {self.tree} && {words}")

    def shell(self, words, timeout=60):
        """Runs a line of shell as the user; returns subprocess's result."""
        return ended(self._as_user(words), timeout, capture_output=True, text=True,
                     stdin=subprocess.DEVNULL, errors="replace")

    def works(self, words, timeout=60):
        """The same, where it must end with 0; returns what it said."""
        done = self.shell(words, timeout)
        if done.returncode != 0:
            raise LabError(f"{words}: exit {done.returncode}:\n{done.stdout}{done.stderr}\n"
                           f"{self.journal()}")
        return done.stdout + done.stderr

    def terminal(self, words):
        """The same on a terminal, and goes on; returns the Terminal."""
        log = os.path.join(self.stage, f"terminal-{len(os.listdir(self.stage))}.log")
        started = Terminal(self._as_user(words), log)
        self.net.at_exit(started.kill)
        return started
