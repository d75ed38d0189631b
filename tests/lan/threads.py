"""Providers that block, beside bootfile on the loop: who waits for whom, and what is bounded.

A provider's callback is held by a file: as long as it is there, the callback does not return. So
order decides, not speed: what comes while the file is there did not wait for that callback.
"""

import contextlib
import json
import os
import signal

from lab import Network, dhcp, until
from lab.daemon import Daemon, build

SLOW, QUICK = "bb", "aa"


def mac(kind, number):
    return f"52:54:{kind}:00:{number >> 8:02x}:{number & 255:02x}"


class Lab:
    """A boot server with bootfile, for clients QUICK, and scripted, for clients SLOW."""

    def __init__(self, net, slow_first, config, settings, **dropin):
        lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=lan)
        self.client = net.host("client", "10.77.0.5/24", on=lan)
        self.daemon = Daemon(self.boot, providers={}, config=config)
        folder = self.daemon.folder
        self.hold, self.calls = os.path.join(folder, "hold"), os.path.join(folder, "calls")
        settings = {"action": "nbp", "file": "slow.0", "mac": "5254bb", "log": self.calls,
                    "hold": self.hold, **settings}
        scripted = os.path.join(build(), "tests", "providers", "scripted.so")
        self.daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": self.daemon.module("bootfile"),
            "settings": {"boot": [{"mac": "52:54:aa:*", "file": "quick.0"}]}})
        self.daemon.write_provider(("10" if slow_first else "90") + "-slow.conf", {
            "name": "slow", "module": self.daemon.module("slow", scripted), **dropin,
            "settings": settings})
        self.daemon.start()
        self.socket = self.client.udp(68)
        self.sent = 0

    def send(self, kind, number):
        self.sent += 1
        self.socket.send(dhcp.discover(mac(kind, number)).encode())

    def answer(self):
        """The boot file of the next answer that comes, and whose it is."""
        came = self.socket.receive()
        packet = dhcp.V4.parse(came.payload)
        return packet.file, dhcp.mac_text(packet.chaddr[:6])

    def quick(self, number):
        """A client of bootfile is answered, and nobody else before it."""
        self.send(QUICK, number)
        assert self.answer() == ("quick.0", mac(QUICK, number))

    def block(self):
        with open(self.hold, "w", encoding="ascii"):
            pass

    def release(self):
        os.unlink(self.hold)

    def called(self):
        """The lines that scripted wrote: one when it is called, one when it sends."""
        if not os.path.exists(self.calls):
            return []
        with open(self.calls, encoding="ascii") as file:
            return [line.split()[0] for line in file if line.split()[0] in ("request", "send")]

    def wait_called(self, number):
        until(lambda: self.called().count("request") >= number, 10, f"{number} calls of slow")

    def provider(self, name):
        listed = json.loads(self.daemon.ctl("list", "--json"))["providers"]
        return next(p for p in listed if p["name"] == name)

    def status(self):
        return json.loads(self.daemon.ctl("status", "--json"))


@contextlib.contextmanager
def lab(slow_first=False, config=None, settings=None, **dropin):
    with Network() as net:
        made = Lab(net, slow_first, config, settings or {}, **dropin)
        yield made
        if os.path.exists(made.hold):
            made.release()
        made.daemon.stop()


def test_sleepers_on_the_pool_delay_no_client_of_bootfile():
    for slow_first in (False, True):
        with lab(slow_first) as it:
            assert it.provider("slow")["threads"] == 4 and it.provider("bootfile")["threads"] == 0
            # Behind bootfile all workers may sleep, and more wait; before it, all but one.
            sleepers = 3 if slow_first else 6
            it.block()
            for number in range(sleepers):
                it.send(SLOW, number)
            it.wait_called(min(sleepers, 4))
            for number in range(50):
                it.quick(number)
            it.release()
            late = {it.answer() for _ in range(sleepers)}
            assert late == {("slow.0", mac(SLOW, n)) for n in range(sleepers)}, late


def test_pool_calls_a_provider_on_several_threads():
    with lab() as it:
        it.block()
        for number in range(4):
            it.send(SLOW, number)
        it.wait_called(4)  # all are inside at once
        it.release()
        assert {it.answer()[1] for _ in range(4)} == {mac(SLOW, n) for n in range(4)}


def test_one_thread_serialises():
    with lab(threads=1, settings={"delay-ms": 30}) as it:
        assert it.provider("slow")["threads"] == 1
        it.block()
        for number in range(8):
            it.send(SLOW, number)
        it.wait_called(1)
        for number in range(10):
            it.quick(number)
        assert it.called() == ["request"], it.called()
        it.release()
        order = [it.answer()[1] for _ in range(8)]
        assert order == [mac(SLOW, n) for n in range(8)], order
        # It notes a call of PxeSendReply when that has returned, which is after the client has its answer.
        until(lambda: it.called() == ["request", "send"] * 8, 5, "each was sent before the next began")


def test_main_files_threads_are_the_default():
    with lab(config={"threads": 2}) as it:
        assert it.provider("slow")["threads"] == 2
        it.block()
        for number in range(4):
            it.send(SLOW, number)
        it.wait_called(2)
        it.quick(1)
        assert it.called() == ["request"] * 2, it.called()
        it.release()
        assert len({it.answer()[1] for _ in range(4)}) == 4


def test_no_thread_is_the_loop():
    for way in ({"threads": 0}, {"settings": {"nonblocking": 1}}):
        with lab(**way) as it:
            assert it.provider("slow")["threads"] == 0
            it.block()
            it.send(SLOW, 1)
            it.send(QUICK, 1)
            it.wait_called(1)
            it.daemon.wait_log(r"slow.*no client is answered until it returns")  # the watch tells who it is
            assert it.socket.heard(0.2) is None, "the loop turned while it was blocked"
            it.release()
            assert [it.answer()[0] for _ in range(2)] == ["slow.0", "quick.0"]


def test_provider_that_never_returns_has_its_share_and_no_more():
    table, share = 32, 16
    limits = {"limits": {"table": table}, "pending-timeout": 5.0}
    with lab(config=limits) as it:
        it.block()
        for number in range(table + 8):
            it.send(SLOW, number)
        until(lambda: it.status()["requests"].get("provider-busy") == table + 8 - share, 10,
              "the rest is refused")
        for number in range(20):
            it.quick(number)  # with half of the table gone
        assert it.provider("slow")["requests"]["provider-busy"] == table + 8 - share
        # C11: with the reason of its own end, not with what bootfile says of the client.
        it.daemon.wait_log(r"provider-busy: a provider that had to be asked has its share.*\(slow\)")

        # What it holds ends by its deadline, each once, counted and logged.
        until(lambda: it.status()["requests"].get("timeout") == share, 10, "they are given up")
        it.daemon.wait_log(r"timeout: .*pending-timeout \(slow\)")
        assert it.provider("slow")["requests"]["timeout"] == share
        assert it.provider("slow")["state"] == "running"
        it.quick(100)

        # S7: only what is inside its code keeps a slot; a thread that does not return is named.
        status = it.status()
        assert status["pending"] == 0 and status["quarantined"] == 4, status
        it.daemon.wait_log(r"slow.*4 of 4 threads have not returned.*it gets no requests")
        it.send(SLOW, 500)
        until(lambda: it.status()["requests"]["timeout"] == share + 1, 10, "it was not asked")
        it.daemon.wait_log(r"timeout: a provider was not asked within its pending-timeout.*\(slow\)")
        it.release()
        it.daemon.wait_log(r"slow.*its threads have returned")
        until(lambda: it.status()["quarantined"] == 0, 10, "its callbacks have returned")
        it.send(SLOW, 501)
        assert it.answer() == ("slow.0", mac(SLOW, 501)), "an answer that came too late was sent"
        status = it.status()
        assert sum(status["requests"].values()) == status["received"] == it.sent, status


def test_reload_replaces_a_provider_whose_threads_are_stuck():
    # S7: it never gets its threads back, and fills no table: the new instance serves at once.
    config = {"limits": {"table": 32}, "pending-timeout": 0.5}
    with lab(config=config, threads=2) as it:
        it.block()
        for rounds in range(1, 5):
            for number in range(12):  # with the two that are stuck, less than its share of 16
                it.send(SLOW, 100 * rounds + number)
            until(lambda n=rounds: it.status()["requests"].get("timeout") == 12 * n, 10, "timeout")
        status = it.status()
        assert status["pending"] == 0 and status["quarantined"] == 2, status
        it.daemon.wait_log(r"slow.*2 of 2 threads have not returned from PxeProviderRecvRequest")
        it.daemon.write_provider("90-slow.conf", {
            "name": "slow", "module": os.path.join(it.daemon.modules, "slow.so"),
            "settings": {"action": "nbp", "file": "new.0", "mac": "5254bb"}})
        it.daemon.ctl("reload")
        for number in range(60):
            it.send(SLOW, 1000 + number)
            assert it.answer() == ("new.0", mac(SLOW, 1000 + number))
        it.daemon.ctl("reload")  # nothing waits for the old one
        status = it.status()
        assert "table-full" not in status["requests"] or not status["requests"]["table-full"]
        it.release()
        until(lambda: it.status()["quarantined"] == 0, 10, "the old instance is gone")


def test_reload_replaces_a_provider_that_no_request_reaches():
    # S7: nothing of it has changed, and a reload is what the log advises.
    settings = {"action": "pending", "complete": "never"}
    config = {"limits": {"table": 16}, "pending-timeout": 0.2}
    with lab(config=config, settings=settings) as it:
        for number in range(4):  # half of its share
            it.send(SLOW, number)
        until(lambda: it.status()["requests"].get("timeout") == 4, 10, "they are given up")
        it.send(SLOW, 10)
        it.daemon.wait_log(r"slow: has not given back 4 requests.*or is reloaded")
        it.daemon.ctl("reload")
        it.daemon.wait_log(r"slow: restarted")
        until(lambda: it.status()["quarantined"] == 0, 10, "the old instance is gone")
        it.send(SLOW, 11)
        it.wait_called(5)
        until(lambda: it.status()["requests"].get("timeout") == 5, 10, "the new one was not asked")
        it.daemon.ctl("reload")
        assert it.daemon.log().count("slow: restarted") == 1, "one that is asked was replaced"
    with lab(config={"pending-timeout": 0.2}, threads=1) as it:
        it.block()
        it.send(SLOW, 1)
        it.daemon.wait_log(r"1 of 1 threads has not returned.*it gets no requests")
        it.daemon.ctl("reload")
        it.daemon.wait_log(r"slow: restarted")
        it.release()
        until(lambda: it.status()["quarantined"] == 0, 10, "the old instance is gone")
        it.send(SLOW, 2)
        assert it.answer() == ("slow.0", mac(SLOW, 2))


def test_what_is_stuck_at_a_stop_is_not_called_replaced():
    # S7: the chain is gone by then, but no reload has replaced anybody.
    with lab(config={"pending-timeout": 0.5, "stop-grace": 0.5}) as it:
        it.block()
        it.send(SLOW, 1)
        it.wait_called(1)
        it.daemon.process.send_signal(signal.SIGTERM)
        line = it.daemon.wait_log(r"1 of 4 threads.*", 20)[0]
        assert line.startswith("1 of 4 threads has not returned from PxeProviderRecvRequest"), line


def test_pending_request_that_nobody_completes():
    settings = {"action": "pending", "complete": "never"}
    with lab(settings=settings, **{"pending-timeout": 0.5}) as it:
        for number in range(5):
            it.send(SLOW, number)
        it.quick(1)
        until(lambda: it.status()["requests"].get("timeout") == 5, 10, "they are given up")
        it.daemon.wait_log(r"timeout: a provider did not decide within its pending-timeout \(slow\)")
        assert it.daemon.log().count("within its pending-timeout") <= 5, "one line for each request"
        assert it.status()["pending"] == 0 and it.status()["packets-used"] == 0
        # A3: its memory stays until it says that it is done with it, or is shut down.
        assert it.provider("slow")["requests"]["quarantined"] == 5
        it.quick(2)     # and nobody before it


def test_completion_by_another_thread_while_others_pend():
    with lab(settings={"action": "pending"}) as it:  # each is completed by a thread of its own
        for number in range(40):
            it.send(SLOW, number)
        assert {it.answer() for _ in range(40)} == {("slow.0", mac(SLOW, n)) for n in range(40)}


def test_reload_lets_the_old_instance_finish_its_requests():
    with lab() as it:
        it.block()
        it.send(SLOW, 1)
        it.wait_called(1)
        calls = it.calls
        it.daemon.write_provider("90-slow.conf", {
            "name": "slow", "module": os.path.join(it.daemon.modules, "slow.so"),
            "settings": {"action": "nbp", "file": "new.0", "mac": "5254bb", "log": calls}})
        it.daemon.ctl("reload")  # done, although the old one is still busy
        it.quick(1)
        it.send(SLOW, 2)
        assert it.answer() == ("new.0", mac(SLOW, 2))
        with open(calls, encoding="ascii") as file:
            assert "shutdown" not in file.read()
        it.release()
        assert it.answer() == ("slow.0", mac(SLOW, 1))

        def ended():
            with open(calls, encoding="ascii") as file:
                return file.read().split("\n")[-2] == "shutdown"

        until(ended, 10, "the old instance is shut down")
        status = it.status()
        assert sum(status["requests"].values()) == status["received"] == it.sent == 3, status
        it.send(SLOW, 3)
        assert it.answer() == ("new.0", mac(SLOW, 3))
