"""Providers that do what none should: the log says who, the daemon ends in time, or serves on."""

import json
import os
import re
import signal
import time

from lab import LabError, Network, dhcp, timeout
from lab.daemon import TREE, Daemon, build
from lab.pace import Ending
from lab.process import run, until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"}]
FORCE = 10  # seconds that the daemon waits for a provider's code when it stops


class Den:
    """A daemon with bootfile, and a rogue before it."""

    def __init__(self, net, **config):
        segment = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=segment)
        self.client = net.host("client", on=segment)
        self.daemon = Daemon(self.boot, boot=ENTRIES, config={"stop-grace": 0.5, **config})
        self.module = self.daemon.module("rogue", os.path.join(build(),
                                                               "tests/providers/rogue.so"))
        self.asked = 0

    def rogue(self, where, does, **more):
        self.note = os.path.join(self.daemon.folder, f"note-{where}-{self.asked}")
        self.daemon.write_provider("10-rogue.conf", {
            "name": "rogue", "module": self.module,
            "settings": {"in": where, "does": does, "note": self.note, **more}})
        return self

    def misbehaves(self):
        until(lambda: os.path.exists(self.note), 10, "the rogue does what it does")

    def ask(self):
        self.asked += 1
        with self.client.udp(68) as socket:
            socket.send(dhcp.discover(MAC % self.asked).encode())
            return dhcp.V4.parse(socket.receive().payload).file

    def ask_in_vain(self, event=None):
        """Asks, and nothing has been answered when the event (the daemon's end) shows that this was
        read; returns what the event does."""
        self.asked += 1
        with self.client.udp(68) as socket:
            socket.send(dhcp.discover(MAC % self.asked).encode())
            told = (event or self.ended)()
            assert socket.heard() is None, "it was answered"
            return told

    def ends(self, within):
        """SIGTERM, and it must end in time; returns its exit status."""
        ending = Ending(self.daemon.process)
        self.daemon.process.send_signal(signal.SIGTERM)
        took = ending.own()
        assert took < within, f"it took {took:.1f} s"
        return self.daemon.process.wait()

    def ask_or_not(self):
        """Asks, where what comes first is the answer or the end."""
        self.asked += 1
        with self.client.udp(68) as socket:
            socket.send(dhcp.discover(MAC % self.asked).encode())

    def ended(self):
        until(lambda: self.daemon.process.returncode is not None, 5, "it ends")
        return self.daemon.process.returncode


def test_exit_in_a_provider_is_named_and_a_failure():
    for does, settings in (("exit", {"nonblocking": 1}), ("exit", {}), ("quick-exit", {})):
        with Network() as net:
            den = Den(net).rogue("request", does, **settings)
            den.daemon.start()
            assert den.ask_in_vain() == 1
            den.daemon.wait_log(r"exit\(\) was called: in provider rogue, PxeProviderRecvRequest, "
                                rf"client {MAC % 1}")
    with Network() as net:
        den = Den(net).rogue("initialize", "exit")
        status, said = den.daemon.start_and_fail()
        assert status == 1 and "exit() was called: in provider rogue, PxeProviderInit" in said, said
        den.rogue("shutdown", "exit").daemon.start()
        assert den.ends(5) == 1
        den.daemon.wait_log(r"exit\(\) was called: in provider rogue, PxeProviderShutdown")


def test_a_provider_that_ends_its_thread_loses_its_turn():
    """On a thread of the pool; the next request finds another one."""
    for does in ("thread-exit", "thread-cancel"):
        with Network() as net:
            den = Den(net).rogue("request", does)
            den.daemon.start()
            for _ in range(6):  # more than it has threads
                assert den.ask() == "boot.0"
            until(lambda: len(re.findall(r"rogue: \S+/rogue\.so ended a thread of the daemon's by "
                                         r"pthread_exit or pthread_cancel: another one is started",
                                         den.daemon.log())) == 6, 5, "six are replaced")
            den.daemon.stop()


def test_a_provider_that_ends_the_loop_ends_the_daemon():
    for does in ("thread-exit", "thread-cancel"):
        with Network() as net:
            den = Den(net).rogue("request", does, nonblocking=1)
            den.daemon.start()
            assert den.ask_in_vain() == 1
            den.daemon.wait_log(r"pthread_exit\(\) was called: in provider rogue, "
                                rf"PxeProviderRecvRequest, client {MAC % 1}, transaction 0x")
    with Network() as net:
        den = Den(net).rogue("request", "thread-cancel-later", nonblocking=1)
        den.daemon.start()
        assert den.ask() == den.ask() == "boot.0"
        den.daemon.stop()
    for where, callback in (("initialize", "Initialize"), ("shutdown", "Shutdown")):
        with Network() as net:
            den = Den(net).rogue(where, "thread-exit")
            if where == "initialize":
                status, said = den.daemon.start_and_fail()
            else:
                den.daemon.start()
                status = den.ends(5)
                said = den.daemon.log()
            assert status == 1, status
            assert f"pthread_exit() was called: in provider rogue, PxeProvider{callback}" in said, said


def test_a_closed_descriptor_is_missed():
    """Of the loop, at once; of a port, which would be silent and nothing else, within a second."""
    for what, expected in (("eventpoll", r"\(libev\) epoll_wait: Bad file descriptor"),
                           ("port", r"UDP port 67 over IPv4")):
        for nonblocking in (0, 1):
            with Network() as net:
                den = Den(net)
                den.daemon.start()
                number = descriptor(den.daemon.process.pid, what)
                den.rogue("request", "close", nonblocking=nonblocking, first=number, last=number)
                den.daemon.reload()
                den.daemon.wait_log(r"reloaded ")
                den.ask_or_not()
                assert den.ended() == 1
                den.daemon.wait_log(rf"a descriptor of the daemon was closed, {expected}: a provider "
                                    r"has closed what is not its own; asked in the last second: "
                                    r".*rogue")


def descriptor(pid, what):
    """The number of the daemon's epoll, or of its first UDP socket."""
    folder = f"/proc/{pid}/fd"
    links = {int(number): os.readlink(os.path.join(folder, number)) for number in os.listdir(folder)}
    if what == "eventpoll":
        return next(number for number, link in links.items() if "eventpoll" in link)
    with open(f"/proc/{pid}/net/udp", encoding="ascii") as table:
        inode = next(line.split()[9] for line in table if line.split()[1].endswith(":0043"))
    return next(number for number, link in links.items() if link == f"socket:[{inode}]")


def test_a_packet_given_to_free_is_named():
    for does, who in (("free", r"in provider rogue, PxeProviderRecvRequest, client"),
                      ("own-free", r"in a thread started by provider rogue")):
        with Network() as net:
            den = Den(net).rogue("request", does)
            den.daemon.start()
            den.ask_or_not()
            assert den.ended() == -signal.SIGABRT
            den.daemon.wait_log(rf"crashed by SIGABRT: {who}.*called from rogue\.so\+0x.*; free\(\) of "
                                r"a packet from PxePacketAllocate, which PxePacketFree frees\?")


def dies_in_cxx(net, nonblocking, statement):
    """A provider in C++ that does so when it is asked: the daemon's last line, and its log."""
    den = Den(net)
    source = den.daemon.folder + "/thrower.cc"
    with open(source, "w", encoding="ascii") as file:
        file.write(THROWER % (statement, nonblocking))
    module = source.replace(".cc", ".so")
    run("g++", "-shared", "-fPIC", "-I", os.path.join(TREE, "include"), "-o", module, source)
    den.daemon.write_provider("10-thrower.conf", {
        "name": "thrower", "module": den.daemon.module("thrower", module)})
    den.daemon.start()
    assert den.ask_in_vain() == -signal.SIGABRT, den.daemon.log()
    line = den.daemon.wait_log(rf"crashed by SIGABRT: in provider thrower, PxeProviderRecvRequest, "
                               rf"client {MAC % 1}.*called from thrower\.so.*")
    return line[0], den.daemon.log()


def test_an_exception_is_named():
    for nonblocking in (0, 1):
        for statement, name in (('throw lab::Refused("no licence")', "lab::Refused"),
                                ("throw 5", "int"),
                                ("throw std::vector<int>()", "std::vector<int, std::allocator<int> >")):
            with Network() as net:
                line, said = dies_in_cxx(net, nonblocking, statement)
                assert line.endswith(f"; a C++ exception was thrown: {name}"), line
                assert "no licence" not in statement or "what():  no licence" in said, said


def test_the_last_line_needs_no_memory():
    """libc aborts with the lock of the heap in hand; the thread has used nothing of libstdc++'s."""
    for nonblocking in (0, 1):
        with Network() as net:
            line, said = dies_in_cxx(net, nonblocking, "ruin()")
            assert "exception" not in line and re.search(r"corrupted|invalid", said), said


THROWER = r"""
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <vector>
#include <wdspxe.h>

static void ruin()
{
	char *volatile last = static_cast<char *>(malloc(100000));

	memset(last, -1, 100000 + 64);
	last = static_cast<char *>(malloc(100000));
}

namespace lab { struct Refused : std::runtime_error { using std::runtime_error::runtime_error; }; }

static DWORD PXEAPI OnRequest(HANDLE, PVOID, ULONG, PXE_ADDRESS *, PXE_ADDRESS *, PXE_BOOT_ACTION *, PVOID)
{
	%s;
	return 0;
}

static DWORD PXEAPI OnShutdown(PVOID) { return 0; }

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY)
{
	ULONG nonblocking = %d;

	PxeProviderSetAttribute(provider, PXE_PROV_ATTR_NONBLOCKING, &nonblocking, sizeof(nonblocking));
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)OnRequest, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)OnShutdown, NULL);
}
"""


def test_what_happens_while_a_module_is_loaded_is_named():
    for does, expected in (("exit", r"exit\(\) was called: in provider rogue, loading its module"),
                           ("abort", r"crashed by SIGABRT: in provider rogue, loading its module")):
        with Network() as net:
            den = Den(net).rogue("", "")
            os.environ["ROGUE_CONSTRUCTOR"] = does
            try:
                _status, said = den.daemon.start_and_fail()
            finally:
                del os.environ["ROGUE_CONSTRUCTOR"]
            assert re.search(expected, said), said


def function_at(module, offset):
    return run("addr2line", "-f", "-e", module, offset).split("\n")[0]


def crash_line(does, nonblocking):
    """What the log says of this crash, and the name of the function that it names."""
    with Network() as net:
        den = Den(net).rogue("request", does, nonblocking=nonblocking)
        den.daemon.start()
        if does.startswith("own-"):
            den.ask_or_not()
            status = den.ended()
        else:
            status = den.ask_in_vain()
        assert status in (-signal.SIGSEGV, -signal.SIGABRT)
        line = den.daemon.wait_log(r"crashed by SIG.*")[0]
        place = re.search(r"rogue\.so\+(0x[0-9a-f]+)", line)
        assert place, line
        return line, function_at(den.module, place[1])


@timeout(120)
def test_a_crash_names_the_module_and_the_place_in_it():
    """D4: whoever's thread it is, by stack overflow too; the offset is what addr2line takes."""
    call = rf"in provider rogue, PxeProviderRecvRequest, client {MAC % 1}, transaction 0x"
    own = r"in a thread started by provider rogue"
    for does, who, function, more in (
            ("fall", call, "fall_here", r"; at rogue\.so\+0x\w+, accessing 0x0$"),
            ("fall-in-libc", call, "fall_in_libc", r"; at libc\.so\.6\+0x\w+, called from rogue\.so"),
            ("call-null", call, "call_null", r"; at 0x0, called from rogue\.so"),
            ("overflow", call, "overflow_here", r"; at rogue\.so"),
            ("own-fall", own, "fall_here", r"; at rogue\.so"),
            ("own-overflow", own, "overflow_here", r"; at rogue\.so")):
        for nonblocking in (0, 1):
            line, named = crash_line(does, nonblocking)
            assert re.search(who, line) and re.search(more, line), line
            assert named == function, (line, named)


def test_a_thread_left_behind_is_suspected_by_name():
    with Network() as net:
        den = Den(net).rogue("shutdown", "thread")
        den.daemon.start()
        if den.ends(5) != 0:  # it runs where no code is any more
            den.daemon.wait_log(r"crashed by SIG.*did rogue, which was unloaded, leave a thread")


def test_signals_stay_the_daemons():
    for does in ("block-signals", "ignore-signals"):
        with Network() as net:
            den = Den(net)
            den.daemon.start()
            den.rogue("initialize", does)
            den.daemon.reload()
            den.daemon.wait_log(r"reloaded ")
            time.sleep(0.1)
            den.daemon.reload()
            until(lambda: den.daemon.log().count("reloaded ") == 2, 5, "a second reload")
            assert den.ask() == "boot.0"
            den.daemon.stop()
        with Network() as net:
            den = Den(net).rogue("request", does, nonblocking=1)
            den.daemon.start()
            assert den.ask() == "boot.0"
            time.sleep(1.5)
            den.daemon.stop()


@timeout(60)
def test_a_stop_ends_though_a_provider_holds_the_loop():
    with Network() as net:
        den = Den(net).rogue("request", "sleep", nonblocking=1)
        den.daemon.start()
        den.ask_in_vain(den.misbehaves)
        assert den.ends(FORCE + 2) == 1
        den.daemon.wait_log(r"rogue: PxeProviderRecvRequest has not returned; exiting")


@timeout(60)
def test_a_stop_ends_though_a_worker_does_not_come_back():
    with Network() as net:
        den = Den(net).rogue("request", "sleep")
        den.daemon.start()
        den.ask_in_vain(den.misbehaves)
        assert den.ends(FORCE + 3) == 1
        den.daemon.wait_log(r"rogue: PxeProviderRecvRequest has not returned; exiting")


@timeout(90)
def test_a_stop_ends_though_shutdown_or_a_reload_sleeps():
    with Network() as net:
        # The grace is the requests': without one it is not waited for.
        den = Den(net, **{"stop-grace": 60.0}).rogue("shutdown", "sleep")
        den.daemon.start()
        assert den.ends(FORCE + 2) == 1
        den.daemon.wait_log(r"rogue: PxeProviderShutdown has not returned; exiting")
        den.rogue("", "")
        den.daemon.start()
        den.rogue("initialize", "sleep")
        # The settings are another's: PARAMCHANGE is refused by nobody, so the file is new.
        os.rename(os.path.join(den.daemon.providers_dir, "10-rogue.conf"),
                  os.path.join(den.daemon.providers_dir, "11-rogue.conf"))
        den.daemon.reload()
        den.misbehaves()
        assert den.ask() == "boot.0", "it serves while a reload hangs"
        try:
            den.daemon.ctl("status")
        except LabError as error:
            raise AssertionError("status does not answer while a reload hangs") from error
        assert den.ends(FORCE + 2) == 1
        den.daemon.wait_log(r"rogue: PxeProviderInitialize has not returned; exiting")


def test_a_second_signal_ends_the_grace_and_leaves_time_for_shutdown():
    with Network() as net:
        den = Den(net, **{"stop-grace": 3.0})
        den.daemon.write_provider("10-never.conf", {
            "name": "never", "settings": {"action": "pending", "complete": "never"},
            "module": den.daemon.module("scripted", os.path.join(
                build(), "tests/providers/scripted.so"))})
        den.daemon.start()
        den.ask_in_vain(lambda: until(lambda: json.loads(den.daemon.ctl("status", "--json"))["pending"] == 1,
                                      10, "the request is under way"))
        den.daemon.process.send_signal(signal.SIGTERM)
        den.daemon.wait_log(r"stopping: 1 requests under way")
        assert den.ends(2) == 0
        den.daemon.wait_log(r"stopped: received 1.*aborted 1")


def test_a_signal_that_nobody_waits_for_ends_nothing():
    # D4: SIGALRM's own meaning is the process's end, without a word.
    with Network() as net:
        den = Den(net).rogue("request", "alarm")
        den.daemon.start()
        for _ in range(2):
            assert den.ask() == "boot.0"
        den.daemon.wait_log(r"SIGALRM came and is ignored")
        assert den.daemon.stop().count("SIGALRM came") == 1
