"""Commands of providers: words and a file in, JSON out; one that misuses them holds nothing up.

A command is held by a file, as in threads.py: as long as it is there, it does not return.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time

from lab import Network, dhcp, until
from lab.daemon import Daemon, build
from lab.pace import Ending

MAC = "52:54:00:77:00:01"


class Lab:
    """A boot server with bootfile, and commanded before it."""

    def __init__(self, net, **settings):
        lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=lan)
        self.client = net.host("client", "10.77.0.5/24", on=lan)
        self.daemon = Daemon(self.boot, boot=[{"mac": MAC, "file": "pc.0"}])
        self.note = os.path.join(self.daemon.folder, "note")
        self.hold = os.path.join(self.daemon.folder, "hold")
        self.module = self.daemon.module("commanded", os.path.join(
            build(), "tests", "providers", "commanded.so"))
        self.write(**settings)
        self.write("none", "30-none.conf", commands=0)
        self.daemon.start()

    def write(self, name="cmd", file="20-cmd.conf", **settings):
        self.daemon.write_provider(file, {
            "name": name, "module": self.module, "settings": {"note": self.note, **settings}})

    def start(self, *words):
        return subprocess.Popen(self._argv(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def _argv(self, *words):
        return ["ip", "netns", "exec", self.boot.namespace, os.path.join(build(), "wdspxectl"),
                "-s", self.daemon.control, *words]

    def ctl(self, *words, stdin=""):
        """(exit status, what it printed, what it said)"""
        done = subprocess.run(self._argv(*words), input=stdin, capture_output=True, text=True,
                              timeout=300, check=False)
        return done.returncode, done.stdout, done.stderr

    def give(self, *words, **more):
        return self.ctl("provider", "cmd", *words, **more)

    def notes(self):
        with open(self.note, encoding="ascii") as file:
            return file.read().splitlines()

    def wait_note(self, line, times=1):
        until(lambda: self.notes().count(line) >= times, 10, f"{line} in {self.notes()}")

    def block(self):
        """A command that does not return, inside the provider."""
        command = self.start("provider", "cmd", "hold", self.hold)
        until(lambda: os.path.exists(self.hold), 10, "the command is there")
        return command

    def release(self):
        os.unlink(self.hold)

    def boots(self):
        """A client is served meanwhile."""
        with self.client.udp(68) as udp:
            udp.send(dhcp.discover(MAC).encode())
            assert dhcp.V4.parse(udp.receive().payload).file == "pc.0"


@contextlib.contextmanager
def lab(**settings):
    with Network() as net:
        it = Lab(net, **settings)
        yield it
        if os.path.exists(it.hold):
            it.release()


def test_words_and_a_file_go_in_and_json_comes_out():
    with lab() as it:
        status, out, said = it.give("--json", "echo", "list", "", "--input", "x", "--", "ä \"\\\n", "-x")
        assert (status, said) == (0, ""), (status, said)
        assert json.loads(out) == {"words": ["list", "", "--input", "x", "--", "ä \"\\\n", "-x"]}, out
        assert json.loads(it.ctl("provider", "cmd", "--json", "--", "echo", "--help", "-s")[1]) == {
            "words": ["--help", "-s"]}
        path = os.path.join(it.daemon.folder, "file.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("mac,name\n" * 500)
        told = json.loads(it.ctl("provider", "cmd", "--input", path, "--json", "echo", "-")[1])
        assert told == {"words": ["-"], "input": path, "octets": "mac,name\n" * 500}, told
        told = json.loads(it.ctl("--json", "provider", "--input=-", "cmd", "echo", stdin="from stdin")[1])
        assert told == {"words": [], "input": "-", "octets": "from stdin"}, told
        told = json.loads(it.ctl("provider", "--input", "/dev/null", "cmd", "--json", "echo")[1])
        assert told == {"words": [], "input": "/dev/null", "octets": ""}, told
        assert it.ctl("provider", "cmd", "--input", "/nowhere", "echo")[::2] == (
            1, "wdspxectl: /nowhere: No such file or directory\n")
        assert it.ctl("provider", "cmd", "--input", "/dev/zero", "echo")[::2] == (
            1, "wdspxectl: /dev/zero: more than 16 MiB\n")
        it.daemon.stop()


def test_what_people_and_scripts_are_shown():
    with lab() as it:
        assert it.give("devices") == (
            0,
            "devices:\n"
            "name           mac                boot     groups\n"
            "pc1            52:54:00:00:00:01\n"
            "pc-the-second                     a?[31mb  lab, new\n"
            "more            3\n", "")
        assert it.give("say", "two\nlines \x1b[31m") == (0, "two\nlines ?[31m\n", "")
        assert it.give("write", "[1, true, null, \"x\"]") == (0, "1\nyes\n\nx\n", "")
        assert it.give("write", "null") == it.give("write", "") == (0, "", "")
        assert it.give("--json", "write", " { \"a\" :\n 1 } ") == (0, "{\n  \"a\": 1\n}\n", "")
        # Larger than what all other answers together may be.
        status, out, said = it.give("fill", str(15 << 20))
        assert (status, len(out), said) == (0, (15 << 20) + 1, "")
        it.daemon.stop()


def test_what_fails_is_told_in_a_sentence():
    with lab() as it:
        rows = (
            (("cmd", "fail", "5", "there is \"no\" pc7\x1b"), 1, "there is \"no\" pc7?"),
            (("cmd", "fail", "5"), 1, "provider \"cmd\" returned error 5 (ERROR_ACCESS_DENIED)"),
            (("cmd", "fail", "87", "list takes no word"), 2, "list takes no word"),
            (("cmd", "nothing"), 2, "provider \"cmd\" returned error 87 (ERROR_INVALID_PARAMETER)"),
            (("cmd", "write", "{\"a\":}"), 1, "provider \"cmd\" answered with what is no JSON: octet 5: "
                                              "no value begins so"),
            (("cmd", "write", "1 2"), 1, "provider \"cmd\" answered with what is no JSON: octet 2: "
                                         "more than one value"),
            (("cmd", "flood"), 1, "provider \"cmd\" answered with more than 16 MiB, and that was dropped"),
            (("none", "list"), 1, "provider \"none\" takes no commands: it has not registered "
                                  "PXE_CALLBACK_COMMAND"),
            (("bootfile", "list"), 1, "provider \"bootfile\" takes no commands: it has not registered "
                                      "PXE_CALLBACK_COMMAND"),
            (("cmf", "list"), 1, "there is no provider \"cmf\": did you mean \"cmd\"?"),
            (("cmd", *["w"] * 61), 2, "provider: more than 60 words are too many"),
        )
        for words, status, sentence in rows:
            got = it.ctl("provider", *words)
            assert got[0] == status and got[1] == "", (words, got)
            assert got[2].splitlines()[0] == f"wdspxectl: {sentence}", (words, got)
        assert it.give("--json", "fail", "5", "no") == (1, "{\n  \"error\": \"no\"\n}\n", "wdspxectl: no\n")
        assert it.give("late")[:2] == (0, "over\n")
        it.wait_note("wrote late 6")
        assert "wrote flood 122" in it.notes(), it.notes()
        it.daemon.stop()


def test_the_status_socket_takes_no_commands():
    with lab() as it:
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(it.daemon.status)
            one.sendall(b'{"command":"provider","words":["cmd","devices"]}\n')
            told = json.loads(one.makefile().readline())
        assert told["ok"] is False and "permission denied" in told["error"], told
        assert "command devices 0" not in it.notes()
        it.daemon.stop()


def test_input_that_is_no_sealed_memory_is_refused():
    """A file that changes or shrinks while it is read would end the daemon."""
    with lab() as it:
        asked = b'{"command":"provider","words":["cmd","--input","x","echo"]}\n'
        with open(it.note, "rb") as plain, socket.socket(socket.AF_UNIX) as one:
            one.connect(it.daemon.control)
            answers = one.makefile()
            memory = os.memfd_create("unsealed", os.MFD_ALLOW_SEALING)
            for descriptors in ([], [plain.fileno()], [memory], [one.fileno()], [plain.fileno()] * 3):
                if descriptors:
                    socket.send_fds(one, [asked], descriptors)
                else:
                    one.sendall(asked)
                told = json.loads(answers.readline())
                assert told == {"ok": False, "error": "--input: no sealed file of memory came with the "
                                                      "request"}, told
            for _ in range(500):  # nobody wants these: none stays open
                socket.send_fds(one, [b'{"command":"list"}\n'], [plain.fileno()])
                assert json.loads(answers.readline())["ok"]
            os.close(memory)
        open_now = len(os.listdir(f"/proc/{it.daemon.process.pid}/fd"))
        assert open_now < 200, open_now
        it.daemon.stop()


def test_one_at_a_time_and_never_beside_a_service_control():
    with lab() as it:
        first = it.block()
        second = it.start("provider", "cmd", "say", "second")
        code = it.start("control", "cmd", "130")
        it.boots()
        time.sleep(0.5)  # they would be there by now
        assert second.poll() is None and code.poll() is None
        assert it.notes().count("control - 130") == 0
        it.release()
        assert first.communicate()[0] == "free\n" and second.communicate()[0] == "second\n"
        assert code.wait(60) == 0
        calls = [line for line in it.notes() if line.split()[0] in ("command", "returned", "control")]
        assert calls.index("returned hold 0") < calls.index("control - 130"), calls
        assert calls.index("returned hold 0") < calls.index("command say 0"), calls
        it.daemon.stop()


def test_a_reload_waits_for_a_command_and_the_next_is_the_new_instances():
    with lab() as it:
        first = it.block()
        second = it.start("provider", "cmd", "say", "second")
        it.write(colour="red", note=it.note + ".new")
        reload = it.start("reload")
        time.sleep(0.5)
        assert reload.poll() is None and second.poll() is None
        it.boots()
        it.release()
        assert first.communicate()[0] == "free\n" and second.communicate()[0] == "second\n"
        assert reload.wait(60) == 0
        assert it.notes().index("returned hold 0") < it.notes().index("control - 6"), it.notes()
        it.daemon.stop()


def test_one_that_does_not_return_is_given_up_and_replaced():
    """30 s, and what follows from it."""
    with lab() as it:
        began = time.monotonic()
        held = it.block()
        waiting = it.start("provider", "cmd", "say", "never")
        time.sleep(15)
        it.boots()
        said = held.communicate(timeout=60)[1]
        took = time.monotonic() - began
        assert said == "wdspxectl: provider \"cmd\" has not answered in time: its answer is dropped\n", said
        assert held.returncode == 1 and took >= 30, (held.returncode, took)
        busy = "has not returned from an earlier command: it takes no other before that"
        assert waiting.communicate(timeout=60)[1] == f"wdspxectl: provider \"cmd\" {busy}\n"
        assert it.give("devices")[::2] == (1, f"wdspxectl: provider \"cmd\" {busy}\n")
        it.daemon.wait_log(r'cmd: .*has not returned from PxeProviderCommand \("hold"\) within 3\d s')
        status, _out, said = it.ctl("control", "cmd", "130")
        assert status == 1 and "error 170 (ERROR_BUSY)" in said, said
        assert "control - 130" not in it.notes()
        # Its settings change: another instance takes its place, and the hung one is let alone.
        it.write(colour="red")
        assert it.ctl("reload")[0] == 0
        it.daemon.wait_log("cmd: has not returned from PxeProviderCommand: it is left without its Shutdown")
        assert it.give("say", "new") == (0, "new\n", "")
        assert it.ctl("reload")[0] == 0  # the thread of life is free
        it.release()
        it.wait_note("wrote hold 995")
        it.daemon.wait_log("cmd: has returned from PxeProviderCommand, after")
        it.daemon.stop()
        assert it.notes().count("shutdown - 0") == 2, it.notes()  # of the new one, and of "none"


def test_a_stop_is_not_held_up():
    with lab() as it:
        it.block()
        ending = Ending(it.daemon.process)
        it.daemon.process.send_signal(signal.SIGTERM)
        assert it.daemon.process.wait(60) == 0
        took = ending.own()
        assert took < 5, took
        assert "cmd: has not returned from PxeProviderCommand: it is left without its Shutdown" in \
            it.daemon.log(), it.daemon.log()
        assert it.notes().count("shutdown - 0") == 1, it.notes()  # of "none", all the same


def test_who_waits_at_the_stop_is_told():
    with lab() as it:
        held = it.block()
        waiting = it.start("provider", "cmd", "say", "never")
        until(lambda: json.loads(it.daemon.ctl("status", "--json")), 10, "both are asked")
        time.sleep(0.3)
        it.daemon.process.send_signal(signal.SIGTERM)
        it.daemon.wait_log("stopping")
        assert "the daemon is stopping" in waiting.communicate(timeout=60)[1]
        it.release()
        assert it.daemon.process.wait(60) == 0
        assert "was stopped while it answered" in held.communicate(timeout=60)[1]
        assert it.notes().count("shutdown - 0") == 2, it.notes()


def test_a_crash_names_the_command():
    for word in ("crash", "throw-away"):
        with lab() as it:
            status, _out, said = it.give(word)
            assert status == 3 and "no daemon answers" in said, (status, said)
            assert it.daemon.process.wait(20) != 0
            assert "PxeProviderCommand" in it.daemon.log(), it.daemon.log()
