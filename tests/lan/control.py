"""Service control: which codes come to whom, in what order, and what a provider may answer."""

import json
import os
import re
import signal
import socket
import time

from lab import LabError, Network, dhcp, until
from lab.daemon import Daemon, build
from lab.process import PATIENCE

STOP, PARAMCHANGE, ADD, REMOVE = 1, 6, 7, 8

NOT_ACCEPTED = ("20-second does not accept this service control "
                "(error 120, ERROR_CALL_NOT_IMPLEMENTED)")


class Lab:
    """A boot server without clients: bootfile, and two of scripted that write one log."""

    def __init__(self, net, first=None, second=None):
        self.lan, self.spare = net.segment("lan"), net.segment("spare")
        self.boot = net.host("boot", "10.77.0.2/24", on=self.lan)
        self.daemon = Daemon(self.boot, boot=[{"arch": "x86-bios", "file": "boot.0"}])
        self.hold = os.path.join(self.daemon.folder, "hold")
        scripted = os.path.join(build(), "tests", "providers", "scripted.so")
        self.module = self.daemon.module("scripted", scripted)
        self.write("10-first", {"control": 0} if first is None else first)
        self.write("20-second", {"control": 0} if second is None else second)
        self.daemon.start()

    def write(self, name, settings):
        self.daemon.write_provider(f"{name}.conf", {
            "name": name, "module": self.module,
            "settings": {"log": os.path.join(self.daemon.folder, name), **settings}})

    def heard(self, name):
        """What this provider was called for: codes, "initialize", "shutdown"."""
        path = os.path.join(self.daemon.folder, name)
        with open(path, encoding="ascii") as file:
            lines = [line.split() for line in file]
        return [int(line[1]) if line[0] == "control" else line[0] for line in lines]

    def control(self, name, code):
        return json.loads(self.daemon.ctl("control", name, str(code), "--json"))


def test_every_code_comes_as_it_was_sent():
    with Network() as net:
        it = Lab(net, second={})  # the second takes none
        codes = list(range(128, 256))
        for code in codes:
            assert it.control("10-first", code)["result"] == 0
        it.control("all", "interrogate")
        assert it.heard("10-first") == ["initialize", *codes, 4]
        assert it.heard("20-second") == ["initialize"]
        try:
            it.control("20-second", 200)
            raise AssertionError("a provider without the callback took a code")
        except LabError as error:
            assert NOT_ACCEPTED in str(error), error
        it.daemon.stop()
        assert it.heard("10-first") == ["initialize", *codes, 4, STOP, "shutdown"]
        assert it.heard("20-second") == ["initialize", "shutdown"]



def test_pause_asks_no_more_until_continue():
    # S9: a pause that is taken has its effect: nothing is asked, and everybody can see why.
    with Network() as net:
        it = Lab(net)
        lan = it.lan
        client = net.host("client", "10.77.0.5/24", on=lan)
        socket = client.udp(68)
        client_mac = iter(range(1, 100))

        def answered():
            message = dhcp.discover(f"52:54:00:00:00:{next(client_mac):02x}").encode()
            if it.daemon.outcome(socket.send, message) == "answered":
                return socket.receive() is not None
            return socket.heard() is not None

        def states():
            listed = json.loads(it.daemon.ctl("list", "--json"))["providers"]
            return {provider["name"]: provider["state"] for provider in listed}

        assert answered()
        it.daemon.ctl("control", "bootfile", "pause")
        assert states()["bootfile"] == "paused"
        assert "1 of them paused" in it.daemon.ctl("status")
        assert it.daemon.ctl("control", "bootfile", "interrogate") == "bootfile: paused\n"
        it.daemon.wait_log(r"bootfile: paused")
        assert not answered()
        it.daemon.wait_log(r"rejected: .*; provider bootfile is paused")
        it.daemon.ctl("control", "bootfile", "pause")  # it is already
        it.daemon.ctl("reload")  # nothing changed: it stays
        assert states()["bootfile"] == "paused" and not answered()
        it.daemon.ctl("control", "bootfile", "continue")
        it.daemon.wait_log(r"bootfile: continued")
        assert states()["bootfile"] == "running" and answered()

        asked = it.heard("10-first").count("request")
        it.daemon.ctl("control", "all", "pause")
        assert set(states().values()) == {"paused"} and not answered()
        assert it.heard("10-first").count("request") == asked
        printed = it.daemon.ctl("control", "all", "interrogate").split("\n")
        assert printed == ["10-first: paused", "20-second: paused", "bootfile: paused", ""], printed
        it.daemon.ctl("control", "all", "continue")
        assert set(states().values()) == {"running"} and answered()
        it.daemon.stop()


def status_lines(daemon):
    """A function that waits until systemd is told a status with these words."""
    path = os.path.join(daemon.folder, "notify")
    os.unlink(path)
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(path)
    told.settimeout(10 * PATIENCE)

    def wait_for(words):
        said = b""
        while words.encode() not in said:
            said = told.recv(4096)
    return wait_for


def test_a_pause_outlives_a_reload_and_is_in_the_status_of_systemd():
    # It ended silently where a reload started a new instance.
    with Network() as net:
        it = Lab(net, first={"control": 13})    # refuses PARAMCHANGE, and a pause
        wait_for = status_lines(it.daemon)
        it.daemon.ctl("control", "20-second", "pause")
        wait_for("3 providers (1 paused), 1 interface")
        os.utime(it.module)                     # both are started again
        it.daemon.ctl("reload")
        wait_for("3 providers (1 paused)")
        it.daemon.wait_log(r"20-second: new module")
        until(lambda: it.heard("20-second")[-1] == "shutdown", 5, "the old instance ends")
        heard = it.heard("20-second")
        assert [code for code in heard if code == 2] == [2, 2], heard
        listed = json.loads(it.daemon.ctl("list", "--json"))["providers"]
        assert [p["state"] for p in listed] == ["running", "paused", "running"], listed
        it.write("20-second", {"control": 13})  # its new instance does not take it
        os.utime(it.module, (1, 1))
        it.daemon.ctl("reload")
        it.daemon.wait_log(r"20-second: it is no longer paused: .* error 13 \(ERROR_INVALID_DATA\)")
        it.daemon.stop()


def test_a_name_that_no_provider_has_is_told_with_the_nearest():
    with Network() as net:
        it = Lab(net)
        for arguments, told in (
                (("control", "bootfle", "pause"),
                 'there is no provider "bootfle": did you mean "bootfile"?'),
                (("control", "x", "pause"), 'there is no provider "x": see wdspxectl list')):
            try:
                it.daemon.ctl(*arguments)
                raise AssertionError(f"{arguments} was taken")
            except LabError as error:
                assert told in str(error), error
        it.daemon.stop()


def test_a_pause_outlives_the_process():
    """Who restarts the daemon, upgrades it or has it crash has not ended the pause."""
    with Network() as net:
        it = Lab(net)
        it.daemon.ctl("control", "20-second", "pause")
        kept = os.path.join(it.daemon.folder, "paused")
        for end in (signal.SIGKILL, signal.SIGTERM):
            it.daemon.process.stop(end)
            it.daemon.start()
            assert "1 of them paused" in it.daemon.ctl("status")
            it.daemon.wait_log(r"20-second: paused: it gets no requests until it is continued")
        # Whom a reload removes, it is forgotten of; who comes back is asked.
        os.rename(f"{it.daemon.providers_dir}/20-second.conf", f"{it.daemon.folder}/20-second.conf")
        it.daemon.ctl("reload")
        until(lambda: not os.path.exists(kept), 10, "it is forgotten")
        os.rename(f"{it.daemon.folder}/20-second.conf", f"{it.daemon.providers_dir}/20-second.conf")
        it.daemon.ctl("reload")
        assert "paused" not in it.daemon.ctl("status")
        it.daemon.ctl("control", "20-second", "pause")
        assert os.path.exists(kept)
        it.daemon.ctl("control", "20-second", "continue")
        assert not os.path.exists(kept)
        it.daemon.process.stop(signal.SIGTERM)
        it.daemon.start()
        assert "paused" not in it.daemon.ctl("status")
        it.daemon.stop()


def test_who_takes_no_control_cannot_be_paused():
    # S9: 120 for a provider without ServiceControl, its own error for one that refuses.
    with Network() as net:
        it = Lab(net, first={"control": 5}, second={})
        for name, told in (("10-first", r"10-first returned error 5 (ERROR_ACCESS_DENIED)"),
                           ("20-second", NOT_ACCEPTED),
                           ("all", NOT_ACCEPTED)):
            try:
                it.daemon.ctl("control", name, "pause")
                raise AssertionError(f"{name} was paused")
            except LabError as error:
                assert told in str(error), error
        listed = json.loads(it.daemon.ctl("list", "--json"))["providers"]
        assert {p["name"]: p["state"] for p in listed} == {
            "10-first": "running", "20-second": "running", "bootfile": "paused"}
        it.daemon.ctl("control", "bootfile", "continue")
        it.daemon.stop()


def test_error_is_told_and_vetoes_nothing():
    with Network() as net:
        it = Lab(net, first={"control": 5})
        try:
            it.control("10-first", 200)
            raise AssertionError("the provider's result was lost")
        except LabError:
            pass
        it.daemon.wait_log(r"10-first.*200 returned (error )?5")
        try:
            it.daemon.ctl("control", "all", "201")
            raise AssertionError("a failure of one of all was lost")
        except LabError as error:
            assert "10-first returned error 5" in str(error), error
        assert it.heard("20-second") == ["initialize", 201]
        it.daemon.stop()  # with 0
        for name in ("10-first", "20-second"):
            assert it.heard(name)[-2:] == [STOP, "shutdown"], name


def test_reload_tells_those_whose_settings_changed():
    with Network() as net:
        it = Lab(net)
        it.daemon.ctl("reload")
        assert it.heard("10-first") == it.heard("20-second") == ["initialize"]
        it.write("20-second", {"control": 0, "file": "other.0"})
        it.daemon.ctl("reload")
        assert it.heard("10-first") == ["initialize"]
        assert it.heard("20-second") == ["initialize", PARAMCHANGE]
        # What it returns is "start me anew": the new one is there before the old one goes.
        it.write("20-second", {"control": 13})
        it.daemon.ctl("reload")
        until(lambda: it.heard("20-second")[-1] == "shutdown", 5, "the old instance ends")
        assert it.heard("20-second") == ["initialize", PARAMCHANGE, PARAMCHANGE, "initialize",
                                         "shutdown"]
        assert it.heard("10-first") == ["initialize"]
        it.daemon.stop()


def refused(it):
    """A reload that must fail; what its line in the log says behind "the reload failed"."""
    try:
        it.daemon.ctl("reload")
    except LabError as error:
        said = it.daemon.wait_log(r"^the reload failed(.*)")[1]
        assert re.search(r"told to fail with 31", str(error)), error
        return said
    raise AssertionError("the reload went well")


def marks(it):
    """The settings of both as they have read them."""
    out = []
    for name in ("10-first", "20-second"):
        it.control(name, 200)
        with open(os.path.join(it.daemon.folder, name), encoding="ascii") as file:
            out.append(int(re.findall(r"^mark (\d+)$", file.read(), re.M)[-1]))
    return out


def called(it, name):
    return [what for what in it.heard(name) if what not in ("mark", 200)]


def test_a_failed_reload_takes_back_what_was_told():
    # S3: the first took its new settings, the second one's replacement did not start.
    with Network() as net:
        it = Lab(net, first={"control": 0, "mark": 1}, second={"control": 0, "mark": 1})
        assert marks(it) == [1, 1]
        it.write("10-first", {"control": 0, "mark": 2})
        it.write("20-second", {"control": 5, "initialize": 31, "mark": 2})
        assert refused(it).startswith(", nothing has changed: ")
        assert called(it, "10-first") == ["initialize", PARAMCHANGE, PARAMCHANGE]
        assert called(it, "20-second") == ["initialize", PARAMCHANGE, "initialize", PARAMCHANGE]
        assert marks(it) == [1, 1]
        # The next reload tells the first again, and nobody goes back.
        it.write("20-second", {"control": 0, "mark": 3})
        it.daemon.ctl("reload")
        assert marks(it) == [2, 3]
        it.daemon.stop()


def test_who_does_not_go_back_is_named():
    # S3: then it is not said that nothing has changed.
    with Network() as net:
        it = Lab(net, first={"control": 5})
        it.write("10-first", {"control": 0})
        it.write("20-second", {"control": 5, "initialize": 31})
        said = refused(it)
        assert "nothing has changed" not in said, said
        assert re.search(r'provider "10-first" continues with its new settings.*'
                         r'error 5 \(ERROR_ACCESS_DENIED\)$', said), said
        it.daemon.stop()


def test_latest_of_the_net_is_told_last():
    with Network() as net:
        it = Lab(net)
        it.daemon.stop()
        it.write("10-first", {"control": 0, "control-hold": it.hold})
        it.daemon.start()
        it.boot.join(it.spare, "10.78.0.2/24", name="late0")
        # One address and no other: a link-local one comes a little later, and is told by itself.
        it.boot.ip("link", "set", "late0", "addrgenmode", "none")
        it.boot.ip("-6", "addr", "flush", "dev", "late0")
        it.daemon.wait_log(r"interface late0 is served")
        until(lambda: ADD in it.heard("20-second"), 5, "NETBINDADD")

        def quiet():
            heard = it.heard("20-second")
            time.sleep(1)
            return it.heard("20-second") == heard

        until(quiet, 20, "all that is to be told of late0 was told")
        # Ten times down and up while the first provider is busy with a code; up is what remains.
        with open(it.hold, "w", encoding="ascii"):
            pass
        before = len(it.heard("10-first"))
        for _ in range(10):
            it.boot.ip("link", "set", "late0", "down")
            until(lambda: "late0" not in json.loads(it.daemon.ctl("status", "--json"))["interfaces"],
                  5, "down")
            it.boot.ip("link", "set", "late0", "up")
            until(lambda: "late0" in json.loads(it.daemon.ctl("status", "--json"))["interfaces"], 5,
                  "up")
        until(lambda: len(it.heard("10-first")) == before + 1, 5, "it is inside")
        os.unlink(it.hold)
        assert it.control("20-second", 200)["result"] == 0  # behind them, on the same thread
        until(lambda: it.heard("20-second")[-1] != REMOVE, 5, "the last one")
        it.daemon.stop()
        told = [code for code in it.heard("10-first")[before:] if code in (ADD, REMOVE)]
        assert told == [REMOVE, REMOVE, ADD] or told == [REMOVE, ADD], told
        assert [c for c in it.heard("20-second") if c in (ADD, REMOVE)][-1] == ADD
