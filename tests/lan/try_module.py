"""wdspxectl try: a module in a process of its own is asked as clients would ask it, and what becomes of
its replies is told. Without a network, without a daemon.
"""

import json
import os
import shutil
import tempfile

from lab import printed, timeout
from lab.daemon import TREE, build
from lab.process import ended, run

CAPTURE = os.path.join(TREE, "tests", "fixtures", "captures", "x64-pxe4.pcap")
FILE = 'boot=({ file = "x.efi"; })'
BOOTS, ASKS = "boots by it", "takes it: the client asks it on port 4011 for the boot file"

OWN = r"""
#include <stdio.h>
#include <stdlib.h>
#include <wdspxe.h>

static DWORD PXEAPI receive(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			    PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	if (getenv("LEAVE"))
		exit(0);
	printf("{\"outcome\":\"mine\"}\n");
	fflush(stdout);
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI shut_down(PVOID context)
{
	if (getenv("NEVER"))
		abort();
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key)
{
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)receive, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL);
}
"""


def module(name):
    return os.path.join(os.path.abspath(build()), name)


BOOTFILE, SCRIPTED = module("providers/bootfile.so"), module("tests/providers/scripted.so")


def attempt(so, *arguments, **environment):
    with tempfile.TemporaryDirectory() as folder:       # trusted, whoever's the tree is
        copy = shutil.copy(so, folder) if os.path.exists(so) else so
        done = ended([os.path.join(build(), "wdspxectl"), "try", copy, *arguments], capture_output=True,
                     timeout=60, env={**os.environ, **environment})
    words = " ".join(done.stdout.decode().split())
    return done.returncode, words, done.stderr.decode()


def settings(*assignments):
    return [word for assignment in assignments for word in ("--set", assignment)]


def of(*arguments):
    status, words, errors = attempt(*arguments, "--json")
    return status, json.loads(words), errors


def test_a_client_is_played_until_it_boots():
    status, words, errors = attempt(BOOTFILE, "--set", FILE)
    assert (status, errors) == (0, ""), errors
    assert words.count("asks ") >= 2 and ASKS in words and BOOTS in words, words
    assert "asks DISCOVER, from 0.0.0.0 port 68 to all, on port 67" in words, words
    assert "file x.efi, from 192.0.2.1" in words and "53 DHCP Msg Type OFFER" in words, words


CLIENTS = (
    (("--arch", "x86-bios"), "file x.efi, from 192.0.2.1", 1),
    (("--ipxe",), "file tftp://192.0.2.1/x.efi", 1),
    (("--http",), "file http://192.0.2.1/x.efi", 1),
    (("--6",), "file tftp://[2001:db8::1]/x.efi", 2),
    (("--relay", "10.5.0.1", "--circuit-id", "01:02"), "1 circuit id 01:02", 2),
    (("--6", "--relay", "2001:db8:5::1"), "asks SOLICIT, from 2001:db8:5::1 port 547", 2),
    (("--solicit",), ASKS, 1),
    (("--discover", "--4011"), BOOTS, 2),
    (("--request",), "not-ours", 1),
)


def test_clients_of_every_kind():
    entries = 'boot=({ arch = "x64-uefi-http"; url = "http://192.0.2.1/x.efi"; }, { file = "x.efi"; })'
    for options, expected, asked in CLIENTS:
        status, words, _ = attempt(BOOTFILE, "--set", entries, *options)
        assert status == 0 and expected in words, (options, status, words)
        assert words.count("outcome ") == asked, (options, words)


def test_an_option_of_the_clients():
    entries = 'boot=({ request-option = { code = 12; value = "pc*"; }; file = "x.efi"; })'
    for option, expected in (("12=pc01", 0), ("12=70:63:31", 0), ("12=0x706332", 0), ("12=text:0x7063", 1)):
        status, words, _ = attempt(BOOTFILE, "--set", entries, "--4011", "--option", option)
        assert status == expected, (option, words)
    status, _, errors = attempt(BOOTFILE, "--set", FILE, "--option", "pc01")
    assert status == 2 and "CODE=VALUE" in errors, errors


def test_a_menu_is_followed_to_its_first_item():
    menu = ('boot=({ menu = { prompt = "x"; timeout = 3; items = ( { text = "Install"; file = "a.efi"; }, '
            '{ text = "Disk"; local = true; } ); }; })')
    status, words, _ = attempt(BOOTFILE, "--set", menu)
    assert status == 0 and "asks for the first item of the menu" in words, words
    assert "file a.efi, from 192.0.2.1" in words and words.count("outcome ") == 3, words


def test_what_firmware_drops_is_told():
    status, words, _ = attempt(SCRIPTED, *settings('action="nbp"', "type=5"))
    assert status == 1 and "the firmware drops it: its message type (option 53)" in words, words
    status, words, _ = attempt(SCRIPTED, *settings('action="reject"'))
    assert status == 1 and "rejected: no provider wanted this client" in words, words
    status, words, _ = attempt(SCRIPTED, *settings('action="error"', "error=5"))
    assert status == 1 and "error scripted.so returned 5" in words, words


def test_a_crash_is_told_and_ends_nobody_else():
    status, words, errors = attempt(SCRIPTED, *settings('action="nbp"', "crash=1"))
    assert status == 1 and "ended crashed by SIGSEGV: in provider scripted.so, PxeProviderRecvRequest" in words, words
    assert "asks DISCOVER" in words and "crashed by SIGSEGV" in errors, (words, errors)
    status, answer, _ = of(SCRIPTED, *settings('action="nbp"', "crash=1"))
    assert status == 1 and answer["ended"].startswith("crashed by SIGSEGV: "), answer
    with tempfile.TemporaryDirectory() as folder:
        attempt(SCRIPTED, *settings('action="nbp"', "crash=1"), TMPDIR=folder)
        assert os.listdir(folder) == []
    request, = answer["requests"]
    assert "outcome" not in request and request["request"]["port"] == 67, request


@timeout(120)
def test_one_that_does_not_return_is_told():
    status, words, _ = attempt(SCRIPTED, *settings('action="nbp"', "spin=1", "nonblocking=1"))
    assert status == 1 and "ended has not returned in time: in provider scripted.so" in words, words


def test_one_that_does_not_load_says_why():
    status, _, errors = attempt(SCRIPTED, "--set", "initialize=87")
    assert status == 1 and "PxeProviderInitialize returned error 87" in errors, errors
    status, _, errors = attempt("/nowhere/x.so")
    assert status == 1 and "/nowhere/x.so: No such file" in errors, errors
    status, answer, _ = of(SCRIPTED, "--set", "initialize=87")
    assert status == 1 and answer["loaded"] is False and "87" in answer["why"], answer
    status, _, errors = attempt(BOOTFILE, "--set", 'boot=({ fiel = "x"; })')
    assert status == 1 and "fiel" in errors and "settings:" in errors, errors


def test_a_drop_in_as_the_administrator_has_it():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "50-x.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'name = "mine";\nmodule = "/nowhere/y.so";\nsettings: {{\n  {FILE};\n}};\n')
        status, answer, errors = of(BOOTFILE, "--settings", path)
        assert status == 0, errors
        first = answer["requests"][0]
        assert first["provider"] == "mine" and first["reason"]["line"] == 4, first
        assert first["reason"]["file"] == path, first
        status, _, errors = attempt(BOOTFILE, "--settings", path, "--set", "a=1")
        assert status == 2 and "do not go together" in errors, errors
        status, _, errors = attempt(BOOTFILE, "--settings", path + "x")
        assert status == 1 and path + "x: No such file" in errors, errors


def test_requests_of_a_capture():
    status, words, _ = attempt(BOOTFILE, "--set", FILE, "--pcap", CAPTURE)
    assert status == 0 and words.count("frame ") == 3 and "not-ours" in words, words
    assert "file x.efi, from 10.77.0.2" in words, words
    status, words, _ = attempt(BOOTFILE, "--set", FILE, "--pcap", CAPTURE, "--frame", "6")
    assert status == 0 and words.startswith("frame 6 asks REQUEST, from 10.77.0.100 port 4011"), words
    status, _, errors = attempt(BOOTFILE, "--set", FILE, "--pcap", CAPTURE, "--frame", "2")
    assert status == 1 and "no such request of a client is in it" in errors, errors


def test_json_has_all_of_it():
    status, answer, _ = of(BOOTFILE, "--set", FILE, "--discover")
    assert status == 0 and answer["ok"] is True and answer["loaded"] is True, answer
    row, = answer["requests"]
    assert (row["outcome"], row["provider"], row["error"]) == ("answered", "bootfile.so", 0), row
    assert row["meaning"].startswith("a provider sent"), row
    reply, = row["replies"]
    assert reply["judge"] == {"result": "asks", "file": "", "server": "192.0.2.1",
                              "word": "the firmware " + ASKS}, reply
    assert reply["to"] == "255.255.255.255" and reply["fields"][0]["value"] == "BOOTREPLY", reply


def test_what_the_module_prints_does_not_get_between():
    with tempfile.TemporaryDirectory() as folder:
        source, so = os.path.join(folder, "own.c"), os.path.join(folder, "own.so")
        with open(source, "w", encoding="utf-8") as file:
            file.write(OWN)
        run("gcc", "-shared", "-fPIC", "-w", "-I", os.path.join(TREE, "include"), "-o", so, source)
        status, words, errors = attempt(so)
        assert status == 1 and "outcome rejected" in words, words
        assert '{"outcome":"mine"}' in errors, errors
        status, words, _ = attempt(so, LEAVE="1")
        assert status == 1 and "ended exit() was called: in provider own.so" in words, words
        status, words, _ = attempt(so, NEVER="1")
        assert status == 1 and "ended crashed by SIGABRT: in provider own.so, PxeProviderShutdown" in words, words


def test_the_manuals_commands_as_they_stand():
    commands = printed.block("wdspxectl.8", "$ wdspxectl try").commands()
    with tempfile.TemporaryDirectory() as folder:
        run("gcc", "-shared", "-fPIC", "-I", os.path.join(TREE, "include"), "-o", os.path.join(folder, "pxe.so"),
            os.path.join(TREE, "providers", "template-bare", "hello.c"))
        with open(os.path.join(folder, "50-pxe.conf"), "w", encoding="utf-8") as file:
            file.write('name = "pxe";\nmodule = "/usr/lib/pxe.so";\nsettings: { file = "a.0"; };\n')
        path = os.path.abspath(build()) + ":" + os.environ["PATH"]
        for command in commands:
            done = ended(["sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=20,
                         env={**os.environ, "PATH": path})
            assert done.returncode == 0 and "the firmware boots by it" in " ".join(done.stdout.split()), done
