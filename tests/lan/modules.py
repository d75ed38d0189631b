"""Modules as files: a debugger finds the code that runs, a module finds what lies beside it, and
nothing of it is left behind.
"""

import os
import re
import resource
import shutil
import signal
import subprocess

from lab import LabError, Network, dhcp, timeout
from lab.daemon import TREE, Daemon, build
from lab.process import Skip, ended, run, until

MAC = "52:54:00:77:00:01"
TEMPLATE = os.path.join(TREE, "providers", "template-bare")
GDB = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off"]


def plain_build():
    """The build under test or, where that is a sanitizer's, the one beside it: authors get no other."""
    with open(os.path.join(TREE, build(), "libwdspxe.so.1"), "rb") as file:
        library = file.read()
    return "build" if b"__asan_init" in library or b"__tsan_init" in library else build()


def compile_c(output, *arguments):
    """Builds as an author does, with debug information; the path of what came out."""
    done = subprocess.run(["gcc", "-g", "-O0", "-I", os.path.join(TREE, "include"), "-o", output,
                           *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(done.stderr)
    return output


def line_of(source, text):
    with open(source, encoding="utf-8") as file:
        return next(n for n, line in enumerate(file, 1) if text in line)


class Hello:
    """A daemon with the template's provider alone, built for debugging, and a client."""

    def __init__(self, net, **daemon):
        segment = net.segment("lan")
        self.net, self.client = net, net.host("client", on=segment)
        self.daemon = Daemon(net.host("boot", "10.77.0.2/24", on=segment), providers={}, **daemon)
        self.module = compile_c(os.path.join(self.daemon.modules, "hello.so"), "-shared", "-fPIC",
                                os.path.join(TEMPLATE, "hello.c"))
        self.place = f"hello.c:{line_of(os.path.join(TEMPLATE, 'hello.c'), '/* not mine: ')}"
        self.configure("boot/hello.efi")
        self.copies = os.path.join(self.daemon.state_dir, "modules")

    def configure(self, file):
        self.daemon.write_provider("50-hello.conf", {"name": "hello", "module": self.module,
                                                     "settings": {"file": file}})

    def answered(self):
        with self.client.udp(68) as socket:
            socket.send(dhcp.discover(MAC, arch=7).encode())
            return bool(socket.receive())

    def debug(self, *commands):
        """gdb on the daemon: runs commands up to a breakpoint that a client's packet meets."""
        gdb = self.net.start(self.daemon.host.namespace, [
            *GDB, "-p", str(self.daemon.process.pid), *commands, "-ex", "continue", "-ex", "bt",
            "-ex", "detach"], "gdb")
        with self.client.udp(68) as socket:

            def reached():
                socket.send(dhcp.discover(MAC, arch=7).encode())
                return gdb.returncode is not None

            until(reached, 60, f"gdb has met its breakpoint:\n{gdb.text()}", step=0.3)
        return gdb.text()


def test_gdb_on_the_daemon_stops_in_a_provider_by_file_and_line():
    """D1: by the name in the link map gdb finds the code, its symbols and its lines."""
    with Network() as net:
        hello = Hello(net)
        hello.daemon.start()
        assert hello.answered()
        said = hello.debug("-ex", f"break {hello.place}", "-ex", "info sharedlibrary hello")
        assert re.search(r"hit Breakpoint 1.*hello_request", said), said
        assert re.search(r"#0 .*hello_request \(hClientRequest=.* at .*hello\.c:\d+", said), said
        assert f"{hello.copies}/1/hello.so" in said, said
        assert hello.answered(), "it goes on when gdb is gone"
        hello.daemon.stop()


def test_the_templates_own_test_runs_under_gdb():
    """D1: what an author has before he has a daemon."""
    with Network() as net:
        folder, library = net.private("hello"), os.path.join(TREE, plain_build())
        compile_c(os.path.join(folder, "hello.so"), "-shared", "-fPIC",
                  os.path.join(TEMPLATE, "hello.c"))
        compile_c(os.path.join(folder, "hello_test"), os.path.join(TEMPLATE, "hello_test.c"),
                  f"-L{library}", f"-Wl,-rpath,{library}", "-l:libwdspxe-fake.so.1",
                  "-l:libwdspxe.so.1")
        done = ended(
            [*GDB, "-ex", "set breakpoint pending on", "-ex", "break hello_request", "-ex", "run",
             "-ex", "bt 1", "-ex", "delete", "-ex", "continue", "--args", "./hello_test"],
            cwd=folder, capture_output=True, text=True, timeout=40, check=False,
            stdin=subprocess.DEVNULL, env={**os.environ, "TMPDIR": folder})
        assert re.search(r"#0 +hello_request .*hello\.c:\d+", done.stdout), done
        assert "hello: all tests passed" in done.stdout, done
        assert not [name for name in os.listdir(folder) if name.startswith("wdspxe-")]


def test_valgrind_names_the_line():
    """D1: what valgrind finds in a provider has a function and a line."""
    with Network() as net:
        folder, library = net.private("hello"), os.path.join(TREE, plain_build())
        with open(os.path.join(TEMPLATE, "hello.c"), encoding="utf-8") as file:
            text = file.read()
        wrong = "hello->provider = hProvider; *(volatile char *)(hello + 1) = 0;"
        with open(os.path.join(folder, "hello.c"), "w", encoding="utf-8") as file:
            file.write(text.replace("hello->provider = hProvider;", wrong))
        compile_c(os.path.join(folder, "hello.so"), "-shared", "-fPIC",
                  os.path.join(folder, "hello.c"))
        compile_c(os.path.join(folder, "hello_test"), os.path.join(TEMPLATE, "hello_test.c"),
                  f"-L{library}", f"-Wl,-rpath,{library}", "-l:libwdspxe-fake.so.1",
                  "-l:libwdspxe.so.1")
        done = ended(["valgrind", "-q", "./hello_test"], cwd=folder, capture_output=True,
                     text=True, timeout=60, check=False)
        line = line_of(os.path.join(folder, "hello.c"), wrong)
        assert re.search(rf"Invalid write of size 1\n==\d+== +at 0x\w+: PxeProviderInitialize "
                         rf"\(hello\.c:{line}\)", done.stderr), done.stderr


BESIDE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <wdspxe.h>

int mine(void);

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

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key)
{
	Dl_info info;

	dladdr((void *)PxeProviderInitialize, &info);
	PxeTrace(provider, PXE_TRACE_WARNING, L"loaded from %hs, mine is %d", info.dli_fname, mine());
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
}
"""


def beside(daemon, net):
    """A provider with a library of its own beside it, found by $ORIGIN."""
    folder = net.private("source")
    for name, text in (("mine.c", "int mine(void) { return 42; }"), ("beside.c", BESIDE)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    compile_c(os.path.join(daemon.modules, "libmine.so"), "-shared", "-fPIC",
              os.path.join(folder, "mine.c"))
    module = compile_c(os.path.join(daemon.modules, "beside.so"), "-shared", "-fPIC",
                       os.path.join(folder, "beside.c"), f"-L{daemon.modules}", "-lmine",
                       "-Wl,-rpath,$ORIGIN")
    with open(os.path.join(daemon.modules, "beside.ini"), "w", encoding="utf-8") as file:
        file.write("[settings]\n")
    daemon.write_provider("60-beside.conf", {"name": "beside", "module": module})
    return module


def test_what_lies_beside_a_module_is_found():
    """D1: $ORIGIN, and the INI file that an author looks for beside what dladdr() names."""
    with Network() as net:
        hello = Hello(net)
        beside(hello.daemon, net)
        hello.daemon.start()
        found = hello.daemon.wait_log(r"loaded from (\S*)/beside\.so, mine is 42")
        with open(os.path.join(found[1], "beside.ini"), encoding="utf-8") as file:
            assert file.read() == "[settings]\n"
        hello.daemon.stop()


def test_copies_come_and_go_with_their_instances():
    """D1: one folder for each loaded module; none is left by a reload, a stop, or a crash."""
    with Network() as net:
        hello = Hello(net)
        hello.daemon.start()
        assert os.listdir(hello.copies) == ["1"] and hello.answered()
        for count in (2, 3):
            with open(hello.module, "ab") as file:
                file.write(b"\0")
            hello.daemon.ctl("reload")
            until(lambda n=count: os.listdir(hello.copies) == [str(n)], 10, "the old copy is gone")
        hello.daemon.process.kill()
        assert os.listdir(hello.copies) == ["3"], "nobody swept"
        keep = os.path.join(hello.copies, "README")
        with open(keep, "w", encoding="utf-8") as file:
            file.write("not a copy\n")
        hello.daemon.start()
        assert sorted(os.listdir(hello.copies)) == ["1", "README"] and hello.answered()
        # Another daemon of the same state directory sweeps nothing that is in use.
        run(hello.daemon.program, "-c", hello.daemon.conf, "-t")
        other = hello.daemon.host.start([hello.daemon.program, "-c", hello.daemon.conf], "second")
        assert other.wait(20) != 0, "the ports are in use"
        assert "1" in os.listdir(hello.copies)
        hello.daemon.stop()
        assert os.listdir(hello.copies) == ["README"]


def test_checking_writes_no_state_and_leaves_no_copy():
    """D1: -t loads from a folder of its own."""
    with Network() as net:
        hello = Hello(net)
        beside(hello.daemon, net)
        folder = net.private("tmp")
        done = ended([hello.daemon.program, "-c", hello.daemon.conf, "-t"], check=False,
                     capture_output=True, text=True, timeout=20,
                     env={**os.environ, "TMPDIR": folder})
        assert done.returncode == 0 and f"loaded from {folder}/" in done.stdout + done.stderr, done
        assert os.listdir(folder) == [] and os.listdir(hello.daemon.state_dir) == []
        # What a crash has left is swept by the next one.
        os.makedirs(os.path.join(folder, "wdspxe-modules-ABCDEF", "1"))
        with open(os.path.join(folder, "wdspxe-modules-ABCDEF", "1", "x.so"), "wb"):
            pass
        os.mkdir(os.path.join(folder, "somebody-elses"))
        run("env", f"TMPDIR={folder}", hello.daemon.program, "-c", hello.daemon.conf, "-t")
        assert os.listdir(folder) == ["somebody-elses"]


def test_a_state_directory_that_was_removed_is_no_new_module():
    with Network() as net:
        hello = Hello(net)
        hello.daemon.start()
        shutil.rmtree(hello.daemon.state_dir)
        hello.daemon.ctl("reload")
        hello.daemon.wait_log(r"hello: restarted, because state-dir, which holds the copies of "
                              r"modules, was removed; restart the daemon")
        assert hello.answered() and "new module" not in hello.daemon.log()
        os.utime(hello.module)
        hello.daemon.ctl("reload")
        hello.daemon.wait_log(r"hello: new module")
        hello.daemon.stop()


def test_a_state_directory_that_was_replaced_gets_the_next_copies():
    """A backup is put back, or a file system is mounted there, under a running daemon."""
    with Network() as net:
        hello = Hello(net)
        hello.daemon.start()
        old = hello.daemon.state_dir + ".old"
        os.rename(hello.daemon.state_dir, old)
        os.mkdir(hello.daemon.state_dir)
        hello.daemon.ctl("reload")
        hello.daemon.wait_log(r"hello: restarted, because the copies of modules in state-dir were removed")
        assert hello.answered() and "from memory" not in hello.daemon.log(), hello.daemon.log()
        assert os.listdir(hello.copies) != []
        shutil.rmtree(hello.daemon.state_dir)
        os.rename(old, hello.daemon.state_dir)  # and back
        hello.daemon.ctl("reload")
        until(lambda: hello.daemon.log().count("the copies of modules in state-dir were removed") == 2, 10,
              "the same reason again")
        assert hello.answered() and "new module" not in hello.daemon.log(), hello.daemon.log()
        os.utime(hello.module)
        hello.daemon.ctl("reload")
        hello.daemon.wait_log(r"hello: new module")
        assert hello.answered() and "from memory" not in hello.daemon.log(), hello.daemon.log()
        hello.daemon.stop()
        assert os.listdir(hello.copies) == []


def allow_core_dumps():
    """Of this process and what it starts. Where a session has forbidden them, only a root who may raise
    limits has any."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (ValueError, PermissionError):
        if hard == 0:
            raise Skip("this session may not have core dumps, and root may not raise limits") from None
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def test_a_core_dump_is_read_after_the_restart():
    """wdspxe(7), DEBUGGING: the copies of the next process have the names that the dump has."""
    with open("/proc/sys/kernel/core_pattern", encoding="ascii") as pattern:
        if pattern.read().startswith(("|", "/")) or plain_build() != build():
            raise Skip("core dumps do not come into the folder where the process runs")
    allow_core_dumps()
    with Network() as net:
        hello = Hello(net)
        folder = net.private("dumped")
        with open(os.path.join(TEMPLATE, "hello.c"), encoding="utf-8") as file:
            text = file.read().replace("/* not mine: ", "*(volatile int *)NULL = 1; /* not mine: ")
        with open(f"{folder}/hello.c", "w", encoding="utf-8") as file:
            file.write(text)
        compile_c(hello.module, "-shared", "-fPIC", f"{folder}/hello.c")
        program = hello.daemon.program
        hello.daemon.program = f"{folder}/dumping"
        with open(hello.daemon.program, "w", encoding="ascii") as file:
            file.write(f'#!/bin/sh\ncd {folder}\nexec {os.path.abspath(program)} "$@"\n')
        os.chmod(hello.daemon.program, 0o755)
        hello.daemon.start()
        with hello.client.udp(68) as socket:
            socket.send(dhcp.discover(MAC, arch=7).encode())
            assert hello.daemon.process.wait(20) == -signal.SIGSEGV, hello.daemon.log()
        hello.daemon.start()    # as systemd would
        dump, = (name for name in os.listdir(folder) if name.startswith("core"))
        said = ended([*GDB, program, f"{folder}/{dump}", "-ex", "bt"], capture_output=True,
                     text=True).stdout
        line = line_of(f"{folder}/hello.c", "(volatile int *)")
        assert re.search(rf"hello_request .*hello\.c:{line}$", said, re.M), said
        hello.daemon.stop()


OVERRUN = r"""
#include <wdspxe.h>

static HANDLE provider;

static DWORD receive(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local, PXE_ADDRESS *remote,
		     PXE_BOOT_ACTION *action, PVOID context)
{
	volatile BYTE *reply = PxePacketAllocate(provider, request, 300);

	(void)packet, (void)len, (void)local, (void)remote, (void)action, (void)context;
	reply[300] = 255; /* one too many */
	return ERROR_SUCCESS;
}

static DWORD shut_down(PVOID context)
{
	(void)context;
	return ERROR_SUCCESS;
}

DWORD PxeProviderInitialize(HANDLE hProvider, HKEY hKey)
{
	(void)hKey;
	provider = hProvider;
	PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, shut_down, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, receive, NULL);
}
"""


@timeout(90)
def test_address_sanitizer_in_the_daemon_names_the_line():
    # wdspxe(7), DEBUGGING: a daemon without it, and a module with it.
    if plain_build() != build():
        raise Skip("this daemon has a sanitizer of its own")
    with Network() as net:
        segment = net.segment("lan")
        client, daemon = net.host("client", on=segment), Daemon(net.host("boot", "10.77.0.2/24", on=segment), providers={})
        source = os.path.join(daemon.folder, "overrun.c")
        with open(source, "w", encoding="ascii") as file:
            file.write(OVERRUN)
        module = compile_c(os.path.join(daemon.modules, "overrun.so"), "-shared", "-fPIC", "-fsanitize=address", source)
        daemon.write_provider("50-overrun.conf", {"name": "overrun", "module": module})
        daemon.start(environment={"LD_PRELOAD": run("gcc", "-print-file-name=libasan.so").strip(),
                                  "ASAN_OPTIONS": "detect_leaks=0"})
        with client.udp(68) as socket:
            socket.send(dhcp.discover(MAC, arch=7).encode())
            assert daemon.process.wait(60) != 0
        said = daemon.process.text()
        assert "heap-buffer-overflow" in said and f"overrun.c:{line_of(source, 'one too many')}" in said, said
        assert re.search(r"0 bytes (to the right of|after) 300-byte region", said), said


SPOIL = r"""
#include <dlfcn.h>
#include <setjmp.h>
#include <stdlib.h>

/* Preloaded: dlclose() fails as it does where glibc has no memory, with the loader's lock in hand. That
 * is left locked by a library whose constructor is left by a jump: a copy of this one. */
jmp_buf back;
volatile int spoiling;

__attribute__((constructor)) static void begin(void)
{
	if (spoiling)
		longjmp(back, 1);
}

int dlclose(void *handle)
{
	(void)handle;
	spoiling = 1;
	if (!setjmp(back))
		dlopen(getenv("SPOIL_COPY"), RTLD_NOW);
	spoiling = 0;
	return -1;
}
"""


def test_a_loader_that_kept_its_lock_holds_up_no_end():
    with Network() as net:
        hello = Hello(net)
        folder = net.private("spoil")
        with open(f"{folder}/spoil.c", "w", encoding="ascii") as file:
            file.write(SPOIL)
        spoil = compile_c(f"{folder}/spoil.so", "-shared", "-fPIC", f"{folder}/spoil.c")
        # A sanitizer looks for leaks with that lock.
        hello.daemon.start(environment={
            "LD_PRELOAD": spoil, "SPOIL_COPY": shutil.copyfile(spoil, f"{folder}/copy.so"),
            "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"})
        hello.daemon.write_provider("60-second.conf", {
            "name": "second", "module": hello.daemon.module("second", hello.module),
            "settings": {"file": "x"}})
        hello.daemon.ctl("reload")
        os.unlink(os.path.join(hello.daemon.providers_dir, "60-second.conf"))
        hello.daemon.ctl("reload")      # its module is closed, in vain, and its thread has the lock
        hello.daemon.wait_log(r"second: removed")
        assert hello.answered(), "serving goes on"
        hello.daemon.stop()


@timeout(90)
def test_where_copies_cannot_lie_modules_come_from_memory():
    """D1: noexec, read-only, or others' to write: told once, and a debugger still has symbols."""
    with Network() as net:
        hello = Hello(net)
        beside_module = beside(hello.daemon, net)
        os.unlink(os.path.join(hello.daemon.providers_dir, "60-beside.conf"))
        shutil.copyfile(hello.module, beside_module)
        hello.daemon.write_provider("60-second.conf", {"name": "second", "module": beside_module,
                                                       "settings": {"file": "x"}})
        state = hello.daemon.state_dir
        for options, reason in (("noexec", "mounted noexec"), ("ro", "Read-only file system"),
                                ("mode=0777", "other users can change this folder")):
            run("mount", "-t", "tmpfs", "-o", options, "none", state)
            try:
                hello.daemon.start()
                hello.daemon.wait_log(rf"modules are loaded from memory.*{reason}")
                assert hello.answered()
                assert hello.daemon.log().count("loaded from memory") == 1
                if options == "noexec":
                    assert os.listdir(hello.copies) == []
                    said = hello.debug("-ex", "break hello_request")
                    assert re.search(r"#0 .*hello_request .*hello\.c:\d+", said), said
                hello.daemon.stop()
            finally:
                run("umount", state)


def test_links_in_a_folder_of_all_lead_to_trusted_files_only():
    """D1: a module in a sticky folder gets no library that another user has put beside it."""
    with Network() as net:
        hello = Hello(net)
        beside(hello.daemon, net)
        os.chmod(hello.daemon.modules, 0o1777)
        hello.daemon.start()
        assert "beside.so, mine is 42" in hello.daemon.stop()
        os.chown(os.path.join(hello.daemon.modules, "libmine.so"), 65534, 65534)
        hello.daemon.start()
        assert "libmine.so: cannot open shared object file" in hello.daemon.stop()
