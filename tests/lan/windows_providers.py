"""Providers as they are written for Windows (tests/windows), by the way of their authors and admins:
built against an installed tree by `pkg-config --cflags wdspxe-windows` alone, registered by an
installer, picked up by a reload, and asked by scripted clients over IPv4 and IPv6.
"""

import contextlib
import json
import os
import re

from lab import Network, dhcp, timeout, until
from lab.daemon import Daemon
from lab.process import LabError, ended
from lab.sdk import CXX, SOURCES, WIDE, C, Sdk

MAC = "52:54:00:77:00:%02x"
NBP, NBP_X64 = r"boot\x86\wdsnbp.com", r"boot\x64\wdsmgfw.efi"
SEVERITIES = ["verbose", "info", "warning", "error", "fatal"]


def providers():
    """The sources of providers."""
    return sorted(name for name in os.listdir(SOURCES)
                  if name.endswith((".c", ".cc")) and name != "installer.c")


def compilers_of(source):
    return CXX if source.endswith(".cc") else C


class Lab:
    """A boot server whose bootfile knows nobody, and an installer's program."""

    def __init__(self, net, **daemon):
        self.net, self.lan = net, net.segment("lan")
        self.sdk = Sdk(net)
        self.boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=self.lan)
        self.client = net.host("client", "10.77.0.5/24", "fd77::5/64", on=self.lan)
        self.capture = net.capture(self.lan)
        self.daemon = Daemon(self.boot, boot=[{"mac": "aa:*", "file": "nobody.0"}], **daemon).start()
        self.s68, self.s4011 = self.client.udp(68), self.client.udp(4011)
        self.installer_path = self.sdk.compile("gcc", "installer.c")

    def installer(self, *words):
        """Runs it in a process of its own; (what it printed, the error number or 0)."""
        done = ended(
            [self.installer_path, *words], capture_output=True, text=True, check=False, timeout=20,
            env={**os.environ, "LD_LIBRARY_PATH": self.sdk.libdir,
                 "WDSPXE_PROVIDERS_DIR": self.daemon.providers_dir,
                 "WDSPXE_STATE_DIR": self.daemon.state_dir})
        error = re.search(r"error (\d+)", done.stderr)
        assert done.returncode == (1 if error else 0), done
        return done.stdout, int(error[1]) if error else 0

    def install(self, name, compiler, source, *before):
        """Builds a provider, has the installer add it, and reloads the daemon."""
        module = self.daemon.module(name, self.sdk.provider(compiler, source))
        assert self.installer("add", name, module, *before) == ("", 0)
        self.daemon.ctl("reload")

    def discover(self, number, **more):
        """A broadcast DISCOVER; the answer."""
        return self.ask(dhcp.discover(MAC % number, **more), self.s68, "255.255.255.255", 67)

    @staticmethod
    def ask(packet, socket, address, port):
        socket.send(packet.encode(), address, port)
        return dhcp.V4.parse(socket.receive().payload)

    def unanswered(self, number):
        """This client is not answered, nor is anybody else."""
        outcome = self.daemon.outcome(self.s68.send, dhcp.discover(MAC % number).encode())
        assert outcome == "rejected" and self.s68.heard() is None, outcome

    def silent(self, number, right):
        """This client is not answered: the answer that comes first is another's."""
        self.s68.send(dhcp.discover(MAC % number).encode())
        answer = self.discover(right)
        assert answer.mac == MAC % right, answer


@contextlib.contextmanager
def lab(**daemon):
    with Network() as net:
        made = Lab(net, **daemon)
        yield made
        made.daemon.stop()
        made.capture.check(made.boot)


@timeout(400)  # the first one builds what is to be installed
def test_each_compiler_takes_them_as_they_are():
    with Network() as net:
        sdk = Sdk(net)
        for compiler in C:
            sdk.compile(compiler, "installer.c")
        made = {sdk.provider(compiler, source)
                for source in providers() for compiler in compilers_of(source)}
        assert len(made) == 2 * len(providers()) >= 24, made


SPELT = '''#pragma warning(disable : 4996)
#pragma comment(lib, "wdspxe.lib")
#include <Windows.h>
#include <WdsPxe.h>
#include <WdsBp.h>
#include <wdspxe.h>
#include <Wdspxe.h>
#include <Wdsbp.h>

EXTERN_C __declspec(dllexport) DWORD WINAPI PxeProviderInitialize(_In_ HANDLE hProvider, _In_ HKEY hKey)
{
	UNREFERENCED_PARAMETER(hKey);
	return PxeTrace(hProvider, PXE_TRACE_INFO, TEXT("%s"), TEXT("here"));
}
'''


DLLMAIN = [f"{linkage}BOOL {call} DllMain({first} hModule, DWORD dwReason, LPVOID lpReserved)"
           for linkage, call in (("", "WINAPI"), ('extern "C" ', "APIENTRY"))
           for first in ("HANDLE", "HINSTANCE", "HMODULE")]


@timeout(400)  # it may be the one that builds what is to be installed
def test_dllmain_in_every_form_is_called():
    """A2: whatever linkage and first argument Microsoft's compiler takes, the module's handle comes;
    a form that cannot be called is told."""
    with Network() as net:
        daemon = Daemon(net.host("boot", "10.77.0.2/24", on=net.segment("lan")), providers={})
        sdk, names = Sdk(net), []

        def add(name, compiler, head, *flags):
            path = sdk.compile(compiler, "dllmain.cc", "-shared", "-fPIC", f"-DDLLMAIN={head}", *flags)
            names.append(name)
            daemon.write_provider(f"60-{name}.conf", {"name": name, "module": daemon.module(name, path)})

        for number, head in enumerate(DLLMAIN):
            add(f"form{number}", CXX[number % 2], head, *([] if number < 3 else ["-fvisibility=hidden"]))
        add("odd", "g++", "BOOL DllMain(HMODULE hModule, short dwReason, LPVOID lpReserved)")
        daemon.start()
        for name in names[:-1]:
            daemon.wait_log(rf"{name}.*attached as .*/{name}\.so")
        log = daemon.stop()
        assert re.search(r"odd.*the DllMain of .* is not called, because.*_Z7DllMainP11HINSTANCE__sPv", log), log
        assert log.count("is not called, because its symbol") == 1, log


def test_names_of_files_have_no_case():
    with Network() as net:
        sdk = Sdk(net)
        for suffix, compilers in ((".c", C), (".cc", CXX)):
            path = os.path.join(sdk.out, "spelt" + suffix)
            with open(path, "w", encoding="ascii") as file:
                file.write(SPELT)
            for compiler in compilers:
                sdk.compile(compiler, path, "-shared", "-fPIC", "-DUNICODE")
        for header in ("windows.h", "WdsPxe.h", "Wdsbp.h"):
            path = os.path.join(sdk.root, "usr", "include", "wdspxe", "windows", header)
            assert os.path.isfile(path), path


def boots(it, answer, kind, file):
    assert answer and answer.type == kind, answer
    assert (answer.siaddr, answer.sname, answer.file) == ("10.77.0.2", "deploy", file), answer
    assert answer.ip(dhcp.OPT_SERVER_ID) == "10.77.0.2", answer
    assert answer.get(dhcp.OPT_CLASS) == b"PXEClient", answer
    assert answer.ended and len(answer.encode()) >= 300, answer


@timeout(240)
def test_boot_provider_from_its_installer_to_its_removal():
    for compiler in C:
        with lab(config={"log-level": "debug", "trace-mask": SEVERITIES}) as it:
            module = it.daemon.module("winboot", it.sdk.provider(compiler, "boot.c"))
            assert it.installer("add", "Win Boot", module, "bootfile") == ("", 0)
            assert it.installer("add", "win boot", module) == ("", 183)  # names have no case
            assert it.installer("add", "x", module, "nobody") == ("", 1168)
            assert it.installer("add", "x", "relative.so") == ("", 161)
            listed = it.installer("list")[0].splitlines()
            told, other = (path.replace("/", "\\") for path in (module, it.daemon.modules + "/bootfile.so"))
            assert [line.rstrip() for line in listed] == [
                f"0 Win Boot {told}", f"1 bootfile {other} critical"], listed

            # A running daemon does not know before it is told.
            names = [line.split()[0] for line in it.daemon.ctl("list").splitlines()]
            assert "Win" not in " ".join(names), names
            it.daemon.ctl("reload")
            log = it.daemon.wait_log(r"module .*, tracing (\d)")
            assert log[1] == "1" and f"module {module}," in log[0], log[0]
            assert "attached" in it.daemon.log() and "Initialize with handle" in it.daemon.log()

            assert "Win Boot: Win Boot is provider 0\n" in it.daemon.log(), it.daemon.log()

            boots(it, it.discover(1), dhcp.OFFER, NBP)
            boots(it, it.discover(1, arch=7), dhcp.OFFER, NBP_X64)
            ask = dhcp.request_pxe(MAC % 1, "10.77.0.5")
            boots(it, it.ask(ask, it.s4011, "10.77.0.2", 4011), dhcp.ACK, NBP)

            # What wdsnbp.com asks, in option 250, and the path of the BCD store.
            assert it.installer("set", "Win Boot", "BcdPath", r"\Tmp\x86.bcd") == ("", 0)
            before = it.daemon.process.pid
            it.daemon.ctl("reload")
            it.daemon.wait_log(r"service control 6")
            ask = dhcp.discover(MAC % 2).set(250, bytes((1, 2, 0, 0, 255)))
            answer = it.ask(ask, it.s68, "255.255.255.255", 67)
            boots(it, answer, dhcp.OFFER, NBP)
            assert answer.get(252) == rb"\Tmp\x86.bcd", answer
            assert answer.get(250) == bytes((2, 1, 5, 6, 7)) + b"Go away", answer
            assert it.discover(3).get(250) is None
            assert it.daemon.process.pid == before

            # Wrong settings: the provider's own words, and the old ones go on.
            assert it.installer("set", "Win Boot", "BootProgram", "Ж") == ("", 0)
            try:
                it.daemon.ctl("reload")
                raise AssertionError("a reload with wrong settings went well")
            except LabError as error:
                assert "BootProgram" in str(error), error
            boots(it, it.discover(4), dhcp.OFFER, NBP)
            assert it.installer("set", "Win Boot", "BootProgram", "other.0") == ("", 0)
            it.daemon.ctl("reload")
            assert it.discover(5).file == "other.0"

            # The operator's codes, and the end.
            it.daemon.ctl("control", "Win Boot", "200")
            it.daemon.wait_log(r"service control 200")
            assert it.installer("remove", "WIN BOOT") == ("", 0)
            assert it.installer("remove", "WIN BOOT") == ("", 1168)
            it.daemon.ctl("reload")
            it.daemon.wait_log(r"BootShutdown")
            it.unanswered(6)


def test_trace_mask_chooses_what_is_logged():
    for mask in ([], ["fatal"], ["info", "fatal"]):
        with lab(config={"log-level": "debug", "trace-mask": mask}) as it:
            it.install("boot", "gcc", "boot.c", "bootfile")
            boots(it, it.discover(1), dhcp.OFFER, NBP)
            it.daemon.wait_log("answered")      # what the provider said stands before it
            traced = re.findall(r"tracing (\d)", it.daemon.log())
            assert traced == (["1"] if "info" in mask else []), it.daemon.log()
            assert "attached" not in it.daemon.log()


def test_providers_in_order_filter_first():
    with lab() as it:
        it.install("boot", "g++", "provider.cc", "bootfile")
        assert it.discover(1).file == NBP
        it.install("filter", "clang", "filter.c", "boot")
        order = [line.split()[1] for line in it.installer("list")[0].splitlines()]
        assert order == ["filter", "boot", "bootfile"], order
        assert it.discover(1).file == NBP
        blocked = [(MAC % n).replace(":", "-") for n in (1, 3)]
        assert it.installer("block", "filter", *blocked) == ("", 0)
        it.daemon.ctl("reload")
        it.silent(1, right=2)
        it.silent(3, right=4)
        assert it.daemon.log().count("is blocked") == 2
        assert it.installer("block", "filter", "no-address") == ("", 0)
        try:
            it.daemon.ctl("reload")
            raise AssertionError("a list with a wrong address was taken")
        except LabError as error:
            assert '"no-address" is not an address' in str(error), error
        it.silent(3, right=4)  # the old list goes on


def test_asynchronous_provider():
    for compiler in CXX:
        with lab() as it:
            it.install("async", compiler, "async.cc", "bootfile")
            it.install("boot", compiler, "provider.cc")
            assert it.installer("set", "async", "File", "later.0") == ("", 0)
            it.daemon.ctl("reload")
            for number in range(32):
                it.s68.send(dhcp.discover(MAC % number).encode())
            answers = [it.s68.receive() for _ in range(32)]
            files = {packet.mac: packet.file
                     for packet in (dhcp.V4.parse(came.payload) for came in answers)}
            assert files == {MAC % n: NBP if n % 2 else "later.0" for n in range(32)}, files
            assert "did not free 1 packet" in it.daemon.log()


DECIDERS = (("threads.c", C), ("pool.c", C), ("beginthread.cc", CXX), ("late.c", C))


def images(daemon, name):
    """The copies of a module that the daemon has in memory."""
    with open(f"/proc/{daemon.process.pid}/maps", encoding="utf-8") as file:
        return {line.split()[-1] for line in file if line.rstrip().endswith(f"/{name}.so")}


@timeout(400)
def test_threads_and_the_pool_of_windows():
    """Sources that decide later by CreateThread, _beginthreadex and the thread pool, and one that finds
    the API in wdspxe.dll, called on worker threads and on the loop; an instance that is replaced
    while it decides leaves nothing behind."""
    for source, compilers in DECIDERS:
        for compiler, threads in zip(compilers, (4, 0)):
            with lab() as it:
                module = it.daemon.module("later", it.sdk.provider(compiler, source))

                def settings(file):
                    it.daemon.write_provider("30-later.conf", {
                        "name": "later", "module": module, "threads": threads,
                        "settings": {"File": file}})

                def send(numbers):
                    for number in numbers:
                        it.s68.send(dhcp.discover(MAC % number).encode())

                def decided(numbers, *even):
                    answers = [dhcp.V4.parse(it.s68.receive().payload) for _ in numbers]
                    files = {packet.mac: packet.file for packet in answers}
                    assert all(files[MAC % n] in ([NBP] if n % 2 else even) for n in numbers), files

                it.install("boot", "gcc", "boot.c")
                settings("later.0")
                it.daemon.ctl("reload")
                send(range(32))
                decided(range(32), "later.0")
                first = images(it.daemon, "later")
                settings("new.0")
                send(range(32, 64))
                it.daemon.ctl("reload")  # while those are decided, by the one or the other
                decided(range(32, 64), "later.0", "new.0")
                send(range(64, 68))
                decided(range(64, 68), "new.0")
                until(lambda: len(images(it.daemon, "later")) == 1, 10, "one image of later.so")
                assert images(it.daemon, "later") != first


@timeout(400)  # it may be the one that builds what is to be installed
def test_threads_that_are_left_behind_run_to_their_end():
    """Shutdown has returned while a thread and a callback of the pool run in the module: it stays until
    both have ended, nothing crashes, and then it is gone."""
    with lab(config={"log-level": "debug", "trace-mask": SEVERITIES}) as it:
        module = it.daemon.module("careless", it.sdk.provider("gcc", "careless.c"))

        def settings(milliseconds):
            it.daemon.write_provider("30-careless.conf", {
                "name": "careless", "module": module, "settings": {"Milliseconds": milliseconds}})
            it.daemon.ctl("reload")

        it.install("boot", "gcc", "boot.c")
        settings(1500)
        settings(0)
        assert len(images(it.daemon, "careless")) == 2
        it.daemon.wait_log("careless: a thread has ended")
        it.daemon.wait_log("careless: a callback has ended")
        until(lambda: len(images(it.daemon, "careless")) == 1, 10, "one image of careless.so")
        assert it.discover(2).file == NBP


@timeout(400)
def test_what_windows_is_told_is_in_the_log():
    """OutputDebugString, FormatMessage and, where no journal is, ReportEvent: as traces."""
    with lab(config={"log-level": "debug", "trace-mask": SEVERITIES}) as it:
        it.install("late", "clang", "late.c", "bootfile")
        it.daemon.wait_log(r"late: initialised: No error\.")
        if not os.path.exists("/run/systemd/journal/socket"):
            it.daemon.wait_log(r"late: Late Provider: begins")
        assert it.discover(2).file == "late.0"


def is_v6(answer, ask, kind, levels=0):
    relays, message = dhcp.unwrap6(answer.payload)
    assert len(relays) == levels and message.type == kind and message.xid == ask.xid, message
    assert message.url == "tftp://[fd77:0:0:0:0:0:0:2]/boot.efi", message.url
    assert message.get(dhcp.OPT6_CLIENT_ID) == ask.get(dhcp.OPT6_CLIENT_ID), message
    assert message.vendor_class[1][0].startswith(b"PXEClient"), message
    assert message.get(50014) == rb"\Boot\BCD", message
    return relays, message


def test_ipv6_provider_and_relays():
    for compiler in CXX:
        with lab() as it:
            it.install("six", compiler, "dhcpv6.cc", "bootfile")
            assert it.installer("set", "six", "BcdPath", r"\Boot\BCD") == ("", 0)
            it.daemon.ctl("reload")
            s546 = it.client.udp(546, family=6)
            ask = dhcp.solicit6(MAC % 1)
            s546.send(ask.encode(), "ff02::1:2", 547)
            _, message = is_v6(s546.receive(), ask, dhcp.ADVERTISE6)
            duid = message.get(dhcp.OPT6_SERVER_ID)

            s4011 = it.client.udp(4011, family=6)
            ask = dhcp.request_pxe6(MAC % 1, duid)
            s4011.send(ask.encode(), "fd77::2", 4011)
            is_v6(s4011.receive(), ask, dhcp.REPLY6)

            # Two relays, the inner one with an interface id.
            s547 = it.client.udp(547, family=6)
            ask = dhcp.solicit6(MAC % 2)
            relayed = dhcp.relay6(dhcp.relay6(ask, "fd78::1", "fe80::2", interface_id=b"port 7"),
                                  "fd77::5", "fd78::1")
            s547.send(relayed.encode(), "fd77::2", 547)
            relays, _ = is_v6(s547.receive(), ask, dhcp.ADVERTISE6, levels=2)
            assert [(r.type, r.hops, r.link, r.peer) for r in relays] == [
                (dhcp.RELAY_REPL6, 1, "fd77::5", "fd78::1"),
                (dhcp.RELAY_REPL6, 0, "fd78::1", "fe80::2")], relays
            assert relays[1].get(dhcp.OPT6_INTERFACE_ID) == b"port 7", relays[1]
            assert relays[0].get(dhcp.OPT6_INTERFACE_ID) is None, relays[0]

            # It was shown IPv4 as well, and left that to others.
            it.unanswered(3)


# ---- seats: the loop, one thread, several ----

SEATS = (0, 1, 4)
EVEN = range(2, 10, 2)   # clients
ANSWERS, BLOCKS, REJECTS, SIX = "answers seat.0", "blocks 1", "rejects", "answers IPv6"
# What each source does with the settings that the registry has for it; the files are there for all.
# A call of theirs reads a small file at most, and waits for nothing, so that each may be on the loop.
ON_A_SEAT = {
    "ansi.c": (BLOCKS, {}),
    "async.cc": (ANSWERS, {"File": "seat.0"}),
    "beginthread.cc": (ANSWERS, {"File": "seat.0"}),
    "boot.c": (ANSWERS, {"BootProgram": "seat.0"}),
    "careless.c": (REJECTS, {"Milliseconds": 0}),
    "dhcpv6.cc": (SIX, {}),
    "dllmain.cc": (REJECTS, {}),
    "filter.c": (BLOCKS, {"Blocked": [(MAC % 1).replace(":", "-")]}),
    "folder.cc": (ANSWERS, {}),
    "inifile.cc": (ANSWERS, {}),
    "late.c": (ANSWERS, {"File": "seat.0"}),
    "pool.c": (ANSWERS, {"File": "seat.0"}),
    "provider.cc": (ANSWERS, {"BootProgram": "seat.0"}),
    "sdk.cc": (REJECTS, {}),
    "tchar.cc": (BLOCKS, {}),
    "threads.c": (ANSWERS, {"File": "seat.0"}),
}


def beside(it, name, text, encoding="utf-8"):
    """Writes a file beside the modules, as an admin edits it: another one takes its place."""
    path = os.path.join(it.daemon.modules, name)
    with open(path + ".new", "wb") as file:
        file.write(text.replace("\n", "\r\n").encode(encoding))
    os.rename(path + ".new", path)


def does(it, what, s546):
    """The provider under test does that, and the one behind it the rest. What is sent is sent at once,
    so that several threads have a call each."""
    if what is SIX:
        asks = [dhcp.solicit6(MAC % n) for n in EVEN]
        for ask in asks:
            s546.send(ask.encode(), "ff02::1:2", 547)
        answers = [dhcp.unwrap6(s546.receive().payload)[1] for _ in asks]
        assert {answer.xid for answer in answers} == {ask.xid for ask in asks}, answers
        assert all(answer.type == dhcp.ADVERTISE6 for answer in answers), answers
        return
    if what is BLOCKS:
        it.silent(1, right=EVEN[0])
    for n in EVEN:
        it.s68.send(dhcp.discover(MAC % n).encode())
    answers = [dhcp.V4.parse(it.s68.receive().payload) for _ in EVEN]
    assert {answer.mac for answer in answers} == {MAC % n for n in EVEN}, answers
    assert {answer.file for answer in answers} == {"seat.0" if what is ANSWERS else NBP}, answers


@timeout(400)  # it may be the one that builds what is to be installed
def test_every_source_on_every_seat():
    """Each source of tests/windows, of the one compiler or the other, on the daemon's loop, on a thread and
    on several; each takes the place of the one before by a reload."""
    assert sorted(ON_A_SEAT) == providers()
    with lab(config={"log-level": "debug", "trace-mask": SEVERITIES}) as it:
        beside(it, "blocked.txt", MAC.replace(":", "-") % 1 + "\n")
        beside(it, "policy.ini", f"[denied]\n{MAC % 1}=1\n")
        beside(it, "seated.so.boot.ini", "[Configuration]\nPolicy=0\n[Devices]\n" + "".join(
            f"{(MAC % n).replace(':', '')}=seat.0\n" for n in EVEN), "utf-16")
        os.mkdir(os.path.join(it.daemon.modules, "machines"))
        for n in EVEN:
            beside(it, f"machines/{(MAC % n).replace(':', '-')}.INI", "[boot]\nprogram=seat.0\n")
        it.install("boot", "gcc", "boot.c")
        s546 = it.client.udp(546, family=6)
        for number, source in enumerate(sorted(ON_A_SEAT)):
            what, settings = ON_A_SEAT[source]
            for seat, threads in enumerate(SEATS):
                compiler = compilers_of(source)[(number + seat) % 2]
                module = it.daemon.module("seated", it.sdk.provider(compiler, source))
                it.daemon.write_provider("30-seated.conf", {
                    "name": source, "module": module, "threads": threads, "settings": settings})
                it.daemon.ctl("reload")
                does(it, what, s546)
                seated = json.loads(it.daemon.ctl("list", "--json"))["providers"][0]
                assert (seated["name"], seated["state"], seated["threads"]) == (
                    source, "running", threads), seated
                assert seated["requests"]["asked"] >= len(EVEN), seated


# ---- settings in files beside the module ----


def seated(it, name, compiler, source, threads, *more):
    module = it.daemon.module(name, it.sdk.provider(compiler, source, *more))
    it.daemon.write_provider(f"30-{name}.conf", {"name": name, "module": module, "threads": threads})


@timeout(400)
def test_an_ini_file_beside_the_module():
    ini = ("; of the tests\n[Configuration]\nPolicy = 0\nServer = deploy\n[Devices]\n"
           "525400770001=\"boot\\x64\\one.efi\"\n")
    for compiler, threads, encoding in zip(CXX * 2, SEATS, ("utf-16", "utf-8-sig", "cp1252")):
        with lab(config={"log-level": "debug", "trace-mask": SEVERITIES}) as it:
            seated(it, "inifile", compiler, "inifile.cc", threads)
            try:
                it.daemon.ctl("reload")
                raise AssertionError("a provider without its file was taken")
            except LabError as error:
                assert "ERROR_FILE_NOT_FOUND" in str(error), error
            beside(it, "inifile.so.boot.ini", ini, encoding)
            it.daemon.ctl("reload")
            answer = it.discover(1)
            assert (answer.type, answer.siaddr, answer.sname, answer.file) == (
                dhcp.OFFER, "10.77.0.2", "deploy", r"boot\x64\one.efi"), answer
            it.daemon.wait_log(r"525400770001 boots boot\\x64\\one\.efi")
            it.unanswered(2)
            # Devices are read for each request, the rest at a reload.
            beside(it, "inifile.so.boot.ini", ini.replace("0077", "00ff") + "525400770002=two.0\n", encoding)
            assert it.discover(2).file == "two.0"
            it.unanswered(1)


@timeout(400)
def test_files_beside_the_module_in_ansi_strings():
    for compiler, threads in zip(C * 2, SEATS):
        with lab(config={"log-level": "debug", "trace-mask": SEVERITIES}) as it:
            beside(it, "blocked.txt", f"# of the tests\n{(MAC % 1).replace(':', '-').upper()}\n")
            seated(it, "ansi", compiler, "ansi.c", threads)
            it.install("boot", "gcc", "boot.c")
            for n in (1, 2):
                it.silent(1, right=2)
                until(lambda n=n: len(re.findall(r"52-54-00-77-00-01 on \S+: blocked", it.daemon.log())) == n,
                      5, "it is blocked")
            with open(os.path.join(it.daemon.modules, "counts.ini"), encoding="ascii", newline="") as file:
                first, *seen, end = file.read().split("\r\n")
            # Two threads are asked at once: which of the two is written first is theirs.
            assert (first, sorted(seen), end) == ("[Seen]", ["52-54-00-77-00-01=2", "52-54-00-77-00-02=2"], ""), seen


@timeout(400)
def test_either_kind_of_text_by_tchar():
    for compiler, threads, kind in zip(CXX * 2, SEATS, (WIDE, (), WIDE)):
        with lab(config={"log-level": "debug", "trace-mask": SEVERITIES}) as it:
            beside(it, "policy.ini", f"[Allowed]\n{MAC % 1}=0\n[denied]\n{MAC % 1}=1\n{MAC % 2}=0\n", "utf-16")
            seated(it, "tchar", compiler, "tchar.cc", threads, *kind)
            it.install("boot", "gcc", "boot.c")
            it.silent(1, right=2)
            it.daemon.wait_log(r"52:54:00:77:00:01 is denied by policy\.ini")
            it.daemon.wait_log(r"52:54:00:77:00:02 is let through by policy\.ini")


@timeout(400)
def test_a_folder_with_a_file_for_each_machine():
    """FindFirstFile: what has been written since is read again, what has gone is not known any more."""
    def name(n):
        return f"machines/{(MAC % n).replace(':', '-')}.ini"

    with lab(config={"log-level": "debug", "trace-mask": SEVERITIES}) as it:
        module = it.daemon.module("folder", it.sdk.provider("g++", "folder.cc"))
        it.daemon.write_provider("30-folder.conf", {"name": "folder", "module": module})
        try:
            it.daemon.ctl("reload")
            raise AssertionError("a provider without its folder was taken")
        except LabError as error:
            assert "ERROR_PATH_NOT_FOUND" in str(error), error
        os.mkdir(os.path.join(it.daemon.modules, "machines"))
        beside(it, name(1), "[Boot]\nProgram=one.0\n")
        beside(it, name(2), "[Boot]\nProgram=two.0\n", "utf-16")
        beside(it, "machines/read.me", "[Boot]\nProgram=three.0\n")
        it.daemon.ctl("reload")
        it.daemon.wait_log("folder: 2 machines")
        assert (it.discover(1).file, it.discover(2).file) == ("one.0", "two.0")
        beside(it, name(1), "[Boot]\nProgram=uno.0\n")
        assert it.discover(1).file == "uno.0"
        os.unlink(os.path.join(it.daemon.modules, name(1)))
        it.unanswered(1)
