"""Whoever reads the log stands still: requests, reloads, the stop and the watch go on (S5)."""

import contextlib
import fcntl
import os
import re
import signal

from lab import Network, dhcp, timeout
from lab.daemon import Daemon, build
from lab.guest import Guest
from lab.process import ended, until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"}]
GRACE = 0.5
LONG = 60  # seconds; every end below comes far earlier, and came never


@contextlib.contextmanager
def full_pipe(folder):
    """A pipe that nobody reads, with no room for one octet more."""
    path = os.path.join(folder, "stderr")
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 4096)
    with contextlib.suppress(BlockingIOError):
        while os.write(end, b"\n" * 4096):
            pass
    try:
        yield path
    finally:
        os.close(end)


def place(net, rogue=None):
    segment = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/24", on=segment)
    client = net.host("client", on=segment)
    daemon = Daemon(boot, boot=ENTRIES, config={"stop-grace": GRACE, "log-level": "debug"})
    if rogue:
        note = os.path.join(daemon.folder, "note")
        daemon.write_provider("10-rogue.conf", {
            "name": "rogue", "settings": {"in": "request", "does": "sleep", "note": note, **rogue},
            "module": daemon.module("rogue", os.path.join(build(), "tests/providers/rogue.so"))})
    return daemon, client


def ask(client, number):
    with client.udp(68) as socket:
        socket.send(dhcp.discover(MAC % number).encode())
        return dhcp.V4.parse(socket.receive().payload).file


@contextlib.contextmanager
def silence(client):
    """A machine that is not answered, although the block waits for the daemon's end."""
    with client.udp(68) as socket:
        socket.send(dhcp.discover(MAC % 1).encode())
        yield
        assert socket.heard() is None


def test_nobody_reads_stderr_and_it_serves_reloads_and_stops():
    with Network() as net:
        daemon, client = place(net)
        with full_pipe(daemon.folder) as pipe:
            daemon.start(stderr=pipe)
            assert ask(client, 1) == "boot.0"
            daemon.ctl("reload")
            assert ask(client, 2) == "boot.0"
            daemon.stop(LONG)


@timeout(120)
def test_nobody_reads_stderr_and_a_stop_ends_though_a_provider_does_not_return():
    for nonblocking in (0, 1):  # on a worker, and on the loop itself
        with Network() as net:
            daemon, client = place(net, {"nonblocking": nonblocking})
            with full_pipe(daemon.folder) as pipe:
                daemon.start(stderr=pipe)
                with silence(client):
                    until(lambda: os.path.exists(os.path.join(daemon.folder, "note")), 5, "it sleeps")
                    daemon.process.send_signal(signal.SIGTERM)
                    assert daemon.process.wait(LONG) == 1


@timeout(150)
def test_journald_stands_still_and_it_serves_and_stops():
    with Network() as net:
        segment = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=segment)
        client = net.host("client", on=segment)
        guest = Guest(boot, ENTRIES, config={"log-level": "debug"}).boot()
        until(lambda: guest.show("ActiveState") == "active", 20, "it serves")
        journald = guest.show("MainPID", "systemd-journald.service")
        guest.run("kill", "-STOP", journald)
        for number in range(200):  # far more lines than the journal's socket holds
            assert ask(client, number) == "boot.0", number
        guest.systemctl("stop", "wdspxed.service")
        result = guest.show("Result")
        guest.run("kill", "-CONT", journald)
        assert result == "success", result


def test_nobody_reads_stderr_and_a_crash_dies():
    for does, status in (("fall", -signal.SIGSEGV), ("abort", -signal.SIGABRT), ("exit", 1)):
        with Network() as net:
            daemon, client = place(net, {"does": does})
            with full_pipe(daemon.folder) as pipe:
                daemon.start(stderr=pipe)
                with silence(client):
                    assert daemon.process.wait(LONG) == status


def test_a_crash_and_what_follows_it_stand_in_one_file():
    with Network() as net:
        daemon, _client = place(net, {"in": "initialize", "does": "fall"})
        path = os.path.join(daemon.folder, "stderr")
        with open(path, "w", encoding="utf-8") as file:  # not to append: its offset is shared
            ended(["sh", "-c", f"{daemon.program} -c {daemon.conf}; echo the end >&2"],
                  stderr=file, timeout=20, check=True)
        with open(path, encoding="utf-8") as file:
            assert re.search(r"crashed by SIGSEGV: in provider rogue, .*\n(.*\n)*the end\n$",
                             file.read())
