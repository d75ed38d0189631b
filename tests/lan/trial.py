"""New code is tried in a process of its own before a reload takes it (S10)."""

import contextlib
import os
import re
import subprocess

from lab import LabError, Network, dhcp, timeout
from lab.daemon import TREE, Daemon, build
from lab.process import ended, run, until

MAC = "52:54:00:77:00:%02x"

SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <wdspxe.h>

#ifdef __cplusplus
#include <stdexcept>
extern "C"
#endif
DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key);

static DWORD PXEAPI receive(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	return ERROR_SUCCESS;
}

static DWORD PXEAPI control(PVOID context, DWORD code)
{
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key)
{
	if (getenv("WDSPXE_TRY")) {
		IN_TRIAL;
	}
	PxeTrace(provider, PXE_TRACE_WARNING, L"this is the real one");
	PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL, (PVOID)control, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
}
"""


def children(pid):
    """The processes whose parent this is."""
    out = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                if int(file.read().rpartition(")")[2].split()[1]) == pid:
                    out.append(int(name))
    return out


class Lab:
    """A daemon that serves by bootfile; each ask() comes from another client."""

    def __init__(self, net):
        segment = net.segment("lan")
        self.net, self.client, self.asked, self.reloads = net, net.host("client", on=segment), 0, 0
        self.daemon = Daemon(net.host("boot", "10.77.0.2/24", on=segment),
                             boot=[{"arch": "x86-bios", "file": "boot.0"}])

    def serves(self):
        self.asked += 1
        with self.client.udp(68) as socket:
            socket.send(dhcp.discover(MAC % self.asked).encode())
            answer = socket.receive()
        return dhcp.V4.parse(answer.payload).file == "boot.0"

    def compile(self, in_trial, compiler="gcc"):
        """A provider that does this where it is only tried; its module's path."""
        folder = self.net.private("source")
        source = os.path.join(folder, "tried.cc" if compiler == "g++" else "tried.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(SOURCE)
        module = os.path.join(self.daemon.modules, "tried.so")
        run(compiler, "-g", "-shared", "-fPIC", "-I", os.path.join(TREE, "include"),
            f"-DIN_TRIAL={in_trial}", "-o", module + ".new", source)
        os.rename(module + ".new", module)
        return module

    def add(self, module, **keys):
        self.daemon.write_provider("60-tried.conf", {"name": "tried", "module": module, **keys})

    def rogue(self, where, does, file="70-rogue.conf"):
        # Not a sanitizer's: that would end the process itself.
        folder = os.path.join(TREE, build().split("/asan")[0])
        module = self.daemon.module("rogue", os.path.join(folder, "tests/providers/rogue.so"))
        self.daemon.write_provider(file, {"name": "rogue", "module": module,
                                          "settings": {"in": where, "does": does}})

    def refused(self, expected):
        """The reload fails for this reason, and the daemon goes on."""
        try:
            self.daemon.ctl("reload", timeout=60)
        except LabError as error:
            assert re.search(expected, str(error)), error
        else:
            raise AssertionError(f"the reload went well; expected: {expected}")
        self.daemon.wait_log(rf"the reload failed, nothing has changed: .*{expected}")
        assert self.serves()

    def taken(self, times):
        self.daemon.ctl("reload", timeout=60)
        self.reloads += 1
        until(lambda: self.daemon.log().count("\nreloaded ") >= self.reloads, 10, "the reload's line")
        assert self.daemon.log().count("this is the real one") == times, self.daemon.log()
        assert self.serves()


@timeout(120)
def test_code_that_crashes_or_exits_is_refused_by_a_reload():
    with Network() as net:
        it = Lab(net)
        it.daemon.start()
        for where, does, expected in (
                ("initialize", "fall", r"crashed by SIGSEGV: in provider rogue, PxeProviderInitialize; "
                                       r"at rogue\.so\+0x"),
                ("initialize", "abort", r"crashed by SIGABRT: in provider rogue, PxeProviderInitialize; "
                                        r".*called from rogue\.so\+0x"),
                ("initialize", "exit", r"exit\(\) was called: in provider rogue, PxeProviderInitialize"),
                # S10: no handler sees it, and its status says that all is well.
                ("initialize", "_exit", r"exited with status 0"),
                ("initialize", "overflow", r"crashed by SIGSEGV: in provider rogue, PxeProviderInit"),
                ("shutdown", "fall", r"crashed by SIGSEGV: in provider rogue, PxeProviderShutdown")):
            it.rogue(where, does)
            it.refused(rf'70-rogue\.conf: provider "rogue": its module failed a trial run: {expected}.* \[W0138\]')
        it.rogue("", "")
        it.daemon.ctl("reload")
        it.daemon.stop()


def test_an_exception_is_refused_with_its_words():
    with Network() as net:
        it = Lab(net)
        it.daemon.start()
        it.add(it.compile('throw std::runtime_error("no licence")', "g++"))
        it.refused(r"crashed by SIGABRT: in provider tried, PxeProviderInitialize.*"
                   r"it said: .*runtime_error.*what\(\): +no licence")
        it.daemon.stop()


@timeout(90)
def test_code_that_does_not_return_is_refused_and_serving_goes_on():
    with Network() as net:
        it = Lab(net)
        it.daemon.start()
        it.rogue("initialize", "sleep")
        it.daemon.reload()
        until(lambda: children(it.daemon.process.pid), 5, "the trial runs")
        assert it.serves(), "while it is tried"
        it.daemon.wait_log(r"the reload failed.*has not returned in time: in provider rogue, "
                           r"PxeProviderInitialize", 40)
        # A stop does not wait for one.
        it.daemon.reload()
        until(lambda: children(it.daemon.process.pid), 5, "the trial runs")
        it.daemon.stop()
        assert "the reload failed, nothing has changed: the daemon is stopping" in it.daemon.log()


def test_what_is_tried_and_what_is_not():
    with Network() as net:
        it = Lab(net)
        crash = "abort()"
        it.add(it.compile(crash))
        it.daemon.start()  # a start tries nothing
        assert it.daemon.log().count("this is the real one") == 1 and it.serves()
        it.add(it.compile(crash), settings={"a": 1})
        it.refused("crashed by SIGABRT")
        it.add(it.compile(crash), **{"try": False})
        it.taken(2)
        # New settings alone, and another key, are nothing to try.
        it.add(os.path.join(it.daemon.modules, "tried.so"), settings={"a": 2})
        it.taken(2)
        it.add(os.path.join(it.daemon.modules, "tried.so"), settings={"a": 2}, threads=1)
        it.taken(3)
        # An error code is for the real one to return.
        it.add(it.compile("return 5"), settings={"a": 2}, threads=1)
        it.taken(4)
        it.daemon.stop()


def test_what_is_loaded_is_what_was_tried():
    with Network() as net:
        it = Lab(net)
        it.daemon.start()
        bad = it.compile("abort()")
        os.rename(bad, bad + ".bad")
        it.add(it.compile(f'rename("{bad}.bad", "{bad}")'))  # the moment before it would be loaded
        it.refused("tried.so: it was replaced during its trial run")
        it.refused("crashed by SIGABRT: in provider tried")
        it.daemon.stop()


def test_a_trial_has_nothing_of_the_daemons():
    """No socket, no lock, no word to systemd; and it leaves no process and no file."""
    with Network() as net:
        it = Lab(net)
        seen = os.path.join(it.daemon.folder, "seen")
        it.daemon.start()
        it.add(it.compile(f'return system("{{ ls -l /proc/self/fd; env; }} >{seen}") ? 5 : 5'))
        try:
            it.daemon.ctl("reload", timeout=60)
        except LabError as error:
            raise AssertionError(error) from error
        with open(seen, encoding="utf-8") as file:
            text = file.read()
        assert "WDSPXE_TRY=1" in text and "NOTIFY_SOCKET" not in text, text
        assert "socket:" not in text and "state" not in text, text
        assert not children(it.daemon.process.pid)
        it.daemon.stop()


def test_by_hand():
    """What an author runs: a whole life, and words about what is wrong."""
    with Network() as net:
        it = Lab(net)
        program = os.path.join(build(), "wdspxed-provider")
        conf = os.path.join(it.daemon.providers_dir, "60-tried.conf")
        it.add(it.compile("puts(\"tried\")"))
        done = ended([program, "--try", os.path.join(it.daemon.modules, "tried.so"),
                      "--settings", conf], capture_output=True, text=True, timeout=20,
                     check=False)
        assert done.returncode == 0 and "this is the real one" in done.stderr, done
        assert ended([program, "--try", "x"], capture_output=True, timeout=20,
                     check=False).returncode == 2
        assert run(program, "--version").startswith("wdspxed-provider ")


# What it sets it reads back, and nobody else: neither its own file nor another one is written.
WRITES = ('char out[8]; DWORD n = sizeof(out);'
          ' if (RegSetValueExA(key, "colour", 0, REG_SZ, (const BYTE *)"red", 4) != 0 ||'
          ' RegQueryValueExA(key, "colour", NULL, NULL, (BYTE *)out, &n) != 0 || n != 4 ||'
          ' PxeProviderRegister(L"b", L"/b.so", 0, FALSE, NULL) != ERROR_ACCESS_DENIED) abort()')


def test_what_a_trial_writes_is_forgotten():
    with Network() as net:
        it = Lab(net)
        daemon = it.daemon.start()
        daemon.write_provider("60-tried.conf", {
            "name": "tried", "module": it.compile(WRITES), "settings": {"colour": "blue"}})
        before = files(daemon)
        daemon.ctl("reload")
        assert it.serves()
        # A check is one too: here its Initialize does what it does in a trial.
        done = subprocess.run([daemon.program, "-c", daemon.conf, "-t"], capture_output=True, text=True,
                              check=False, env={**os.environ, "WDSPXE_TRY": "1"})
        assert done.returncode == 0, done
        assert files(daemon) == before
        assert not os.path.exists(os.path.join(daemon.state_dir, "registry"))
        daemon.stop()


def files(daemon):
    """What is in the providers' files, by name."""
    out = {}
    for name in os.listdir(daemon.providers_dir):
        with open(os.path.join(daemon.providers_dir, name), encoding="utf-8") as file:
            out[name] = file.read()
    return out
