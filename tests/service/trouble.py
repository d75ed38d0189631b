"""What goes wrong on disk while it serves: the service goes on, and says what is wrong."""

import errno
import json
import os
import re
import socket

from lab import LabError, Network, dhcp
from lab.daemon import TREE, Daemon, build
from lab.guest import Guest
from lab.process import run, until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"}]


class Trouble:
    """A daemon that serves; each ask() comes from another client."""

    def __init__(self, net):
        segment = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=segment)
        self.client = net.host("client", on=segment)
        self.asked = 0
        self.daemon = Daemon(self.boot, boot=ENTRIES)

    def ask(self):
        self.asked += 1
        with self.client.udp(68) as socket:
            socket.send(dhcp.discover(MAC % self.asked).encode())
            return dhcp.V4.parse(socket.receive().payload).file

    def reload_fails(self, expected):
        """The reload fails and says why, to who asked and to the log; the service goes on."""
        try:
            self.daemon.ctl("reload", timeout=60)
        except LabError as error:
            assert re.search(expected, str(error)), error
        else:
            raise AssertionError(f"the reload went well; expected: {expected}")
        self.daemon.wait_log(expected)
        self.daemon.wait_log(r"the reload failed, nothing has changed: ")
        assert self.ask() == "boot.0"

    def reload_works(self):
        self.daemon.ctl("reload", timeout=60)
        assert self.ask() == "boot.0"


def test_the_configuration_vanishes():
    with Network() as net:
        it = Trouble(net)
        it.daemon.start()
        os.rename(it.daemon.conf, it.daemon.conf + ".away")
        it.reload_fails(r"wdspxed\.conf: .*No such file")
        os.rename(it.daemon.conf + ".away", it.daemon.conf)
        it.reload_works()
        it.daemon.stop()


def test_the_providers_directory_vanishes_or_is_emptied():
    with Network() as net:
        it = Trouble(net)
        it.daemon.start()
        os.rename(it.daemon.providers_dir, it.daemon.providers_dir + ".away")
        it.reload_fails(r"providers\.d: .*No such file")
        os.mkdir(it.daemon.providers_dir)
        it.reload_fails(r"contains no enabled provider")
        os.rmdir(it.daemon.providers_dir)
        os.rename(it.daemon.providers_dir + ".away", it.daemon.providers_dir)
        it.reload_works()
        it.daemon.stop()


def test_a_directory_or_file_that_others_may_write():
    with Network() as net:
        it = Trouble(net)
        it.daemon.start()
        dropin = os.path.join(it.daemon.providers_dir, "50-bootfile.conf")
        for path in (it.daemon.providers_dir, dropin, it.daemon.conf):
            mode = os.stat(path).st_mode & 0o7777
            os.chmod(path, mode | 0o002)
            # Its path once, and what to do about it.
            what = f"{path}: other users can change this folder" if os.path.isdir(path) else \
                "other users can change it"
            it.reload_fails(rf"\.conf: not trusted: {what} \(owner 0, mode \d+\); "
                            r"forbid that with chmod go-w")
            os.chmod(path, mode)
        os.chown(dropin, 1, 1)
        it.reload_fails(r"\.conf: not trusted: it belongs to another user \(1\); "
                        r"give it to root with chown")
        os.chown(dropin, 0, 0)
        # The module: only one that has changed is loaded, and looked at, anew.
        changed = it.daemon.module("bootfile") + ".other.so"
        os.rename(os.path.join(it.daemon.modules, "bootfile.so"), changed)
        os.chmod(changed, 0o757)
        it.daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": changed, "settings": {"boot": ENTRIES}})
        it.reload_fails(r"bootfile\.so\.other\.so")
        os.chmod(changed, 0o755)
        it.reload_works()
        it.daemon.stop()


def test_a_module_is_truncated_overwritten_or_replaced_under_it():
    with Network() as net:
        it = Trouble(net)
        it.daemon.start()
        module = os.path.join(it.daemon.modules, "bootfile.so")
        with open(module, "rb") as file:
            whole = file.read()
        for octets in (b"", whole[:4096], whole[:len(whole) // 2], b"\x7fELF" + bytes(4096)):
            with open(module, "r+b") as file:  # in place: the same inode
                file.truncate(0)
                file.write(octets)
            assert it.ask() == "boot.0"
            it.reload_fails(r"bootfile\.so")
        with open(module, "r+b") as file:
            file.write(whole)
        it.reload_works()
        it.daemon.stop()


def test_the_same_path_with_another_module_is_the_new_code():
    with Network() as net:
        it = Trouble(net)
        it.daemon.start()
        assert it.ask() == "boot.0"
        log = os.path.join(it.daemon.folder, "scripted.log")
        it.daemon.module("bootfile", os.path.join(build(), "tests/providers/scripted.so"))
        it.daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": os.path.join(it.daemon.modules, "bootfile.so"),
            "settings": {"action": "nbp", "file": "new-code", "nonblocking": 1, "log": log}})
        it.daemon.ctl("reload")
        assert it.ask() == "new-code"
        # The settings stay and only the file behind the path changes.
        with open(os.path.join(it.daemon.modules, "bootfile.so"), "ab") as file:
            file.write(b"\0")
        before = json.loads(it.daemon.ctl("list", "--json"))["providers"][0]["requests"]["asked"]
        it.daemon.ctl("reload")
        after = json.loads(it.daemon.ctl("list", "--json"))["providers"][0]["requests"]["asked"]
        assert it.daemon.log().count("bootfile: new module") == 2, "an instance of the new file"
        assert 0 < before == after, "counters belong to the name"
        assert it.ask() == "new-code"
        it.daemon.stop()


VERSIONED = r"""
#include <wdspxe.h>

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
	PxeTrace(provider, PXE_TRACE_WARNING, L"this is version " VERSION);
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
}
"""


def versioned(net, version):
    """A provider that traces a letter; the octets of its module."""
    source = os.path.join(net.private(f"version-{version}"), "versioned.c")
    module = source.replace(".c", ".so")
    with open(source, "w", encoding="utf-8") as file:
        file.write(VERSIONED)
    run("gcc", "-shared", "-fPIC", f'-DVERSION=L"{version}"', f"-I{TREE}/include", "-o", module,
        source)
    with open(module, "rb") as file:
        return file.read()


def test_a_module_of_the_same_size_is_new_code():
    """S1: an author mends a constant and builds again. The file keeps its size, and here its inode
    and its time too: a reload loads it all the same; without a change it leaves it alone."""
    with Network() as net:
        it = Trouble(net)
        first, second = versioned(net, "A"), versioned(net, "B")
        assert len(first) == len(second) and first != second
        module = os.path.join(it.daemon.modules, "versioned.so")
        with open(module, "wb") as file:
            file.write(first)
        it.daemon.write_provider("40-versioned.conf", {"name": "versioned", "module": module})
        it.daemon.start()
        it.daemon.wait_log("this is version A")
        it.reload_works()
        before = os.stat(module)
        with open(module, "r+b") as file:
            file.write(second)
        os.utime(module, ns=(before.st_atime_ns, before.st_mtime_ns))
        it.reload_works()
        it.daemon.wait_log("this is version B")
        assert len(re.findall("this is version", it.daemon.log())) == 2
        it.daemon.stop()


def test_a_full_disk():
    with Network() as net:
        it = Trouble(net)
        it.daemon.start()
        for folder in (it.daemon.providers_dir, it.daemon.state_dir):
            run("mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "none", folder)
            net.at_exit(run, "umount", folder)
        it.daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": os.path.join(it.daemon.modules, "bootfile.so"),
            "settings": {"boot": ENTRIES}})
        filler = os.open(os.path.join(it.daemon.providers_dir, "filler"),
                         os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(filler, bytes(4096))
        except OSError as full:
            assert full.errno == errno.ENOSPC, full
        os.close(filler)
        listing = sorted(os.listdir(it.daemon.providers_dir))
        environment = ["env", f"WDSPXE_PROVIDERS_DIR={it.daemon.providers_dir}",
                       f"WDSPXE_STATE_DIR={it.daemon.state_dir}"]
        try:
            it.boot.run(*environment, os.path.join(build(), "wdspxectl"), "register", "x",
                        os.path.join(it.daemon.modules, "bootfile.so"))
        except LabError as error:
            # C17: it was "it failed (112)".
            assert "register x: " in str(error) and "No space left on device" in str(error), error
        else:
            raise AssertionError("a provider was registered on a full disk")
        left = [name for name in os.listdir(it.daemon.providers_dir) if name.endswith(".conf")]
        assert left == ["50-bootfile.conf"] and set(listing) <= set(
            os.listdir(it.daemon.providers_dir)), left
        it.reload_works()
        it.daemon.stop()


def test_a_disk_that_may_not_be_written_is_told_as_such():
    """C17: of a read-only file system root was told that only root may change it."""
    with Network() as net:
        it = Trouble(net)
        folder = it.daemon.providers_dir
        run("mount", "--bind", folder, folder)
        net.at_exit(run, "umount", folder)
        run("mount", "-o", "remount,bind,ro", folder)
        for command in (("register", "x", os.path.join(it.daemon.modules, "bootfile.so")),
                        ("unregister", "bootfile")):
            try:
                it.boot.run("env", f"WDSPXE_PROVIDERS_DIR={folder}",
                            f"WDSPXE_STATE_DIR={it.daemon.state_dir}",
                            os.path.join(build(), "wdspxectl"), *command)
            except LabError as error:
                assert "Read-only file system" in str(error) and "root" not in str(error), error
            else:
                raise AssertionError("a read-only list was changed")


def test_a_state_directory_that_cannot_be_written_is_told_and_no_obstacle():
    with Network() as net:
        it = Trouble(net)
        os.rmdir(it.daemon.state_dir)
        with open(it.daemon.state_dir, "w", encoding="ascii") as file:
            file.write("not a folder\n")
        it.daemon.start()
        it.daemon.wait_log(r"state/duid cannot be read|cannot save the DUID")
        assert it.ask() == "boot.0"
        it.daemon.stop()


def test_files_that_the_daemons_own_user_cannot_read():
    with Network() as net:
        it = Trouble(net)
        guest = Guest(it.boot, ENTRIES).boot()
        providers = os.path.join(guest.etc, "providers.d")
        for path, mode in ((providers, 0o755), (os.path.join(providers, "50-bootfile.conf"), 0o644),
                           (os.path.join(guest.etc, "wdspxed.conf"), 0o644)):
            os.chmod(path, 0)
            failed = guest.try_run("systemctl", "reload", "wdspxed")
            assert failed.returncode != 0
            guest.wait_journal(rf"{os.path.basename(path)}.*denied[^\n]*\n(.*\n)*?.*nothing has changed")
            assert guest.show("ActiveState") == "active"
            with it.client.udp(68) as socket:
                socket.send(dhcp.discover(MAC % mode.bit_count()).encode())
                socket.receive()
            os.chmod(path, mode)
        guest.systemctl("reload", "wdspxed")


def test_a_service_manager_that_does_not_read():
    # S13: after some ten messages nobody reads, its socket is full; the loop must turn on.
    with Network() as net:
        it = Trouble(net)
        path = os.path.join(it.daemon.folder, "full")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            it.daemon.process = it.boot.start(
                [it.daemon.program, "-c", it.daemon.conf], "wdspxed",
                {**os.environ, "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"})
            it.daemon.wait_log("is serving")
            manager.setblocking(False)
            until(lambda: is_full(path), 20, "the manager's socket is full")
            for _ in range(3):
                it.reload_works()
            # The latest state is told as soon as there is room: that it serves, once more.
            said = []
            until(lambda: drain(manager, said).count("READY=1") == 2, 10, "it is told", 0.1)
            until(lambda: is_full(path), 20, "the manager's socket is full again")
            it.daemon.stop()


def is_full(path):
    """Whether a datagram socket takes no more; it is given one if it does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        try:
            sender.connect(path)
            sender.send(b"WATCHDOG=trigger")
        except BlockingIOError:
            return True
    return False


def drain(manager, said):
    """Adds to `said` the first line of each message that waits; returns it."""
    try:
        while True:
            said.append(manager.recv(4096).decode().splitlines()[0])
    except BlockingIOError:
        return said
