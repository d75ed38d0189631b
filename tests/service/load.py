"""Restarts and crashes under load: systemd holds the ports, and packets wait in them."""

import json
import os
import re
import signal
import time

from lab import Network, until
from lab.flood import BUFFER, RATE, Flood, receive_buffers
from lab.guest import Guest

RESTARTS, KILLS, BATCH = 20, 10, 64


def crowd(net):
    receive_buffers(net)
    lan = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/24", on=lan)
    client = net.host("client", "10.77.0.9/24", on=lan)
    return Guest(boot, [{"mac": "02:46:*", "file": "boot.0"}]).boot(), client


def status(guest):
    return json.loads(guest.run("wdspxectl", "status", "--json"))


def judge(counts, now):
    print(counts)
    assert counts["own-drops"] == 0, "the client's own socket was too slow: no verdict"
    assert counts["sent"] > 3 * RATE and counts["twice"] == 0, counts
    assert all(port["receive-buffer"] == 2 * BUFFER for port in now["ports"]), now
    assert all(port["kernel-drops"] == 0 and port["unsent"] == 0 for port in now["ports"]), now


def test_20_restarts_lose_nothing():
    with Network() as net:
        guest, client = crowd(net)
        flood = Flood(client)
        for _ in range(RESTARTS):
            time.sleep(0.2)
            guest.systemctl("restart", "wdspxed")
        counts, now = flood.finish(), status(guest)
        judge(counts, now)
        assert counts["lost"] == 0, counts
        totals = [int(n) for n in re.findall(r"stopped: received (\d+)", guest.journal())]
        assert len(totals) == RESTARTS, totals
        assert sum(totals) + now["received"] == counts["sent"], (totals, now["received"], counts)


def test_10_crashes_lose_only_the_batch_in_hand():
    with Network() as net:
        guest, client = crowd(net)
        flood = Flood(client)
        for _ in range(KILLS):
            time.sleep(0.3)
            before = guest.pid()
            os.kill(before, signal.SIGKILL)
            until(lambda: guest.pid() not in (0, before) and guest.show("ActiveState") == "active",
                  10, "systemd starts it again", 0.05)
        counts, now = flood.finish(), status(guest)
        judge(counts, now)
        assert counts["lost"] <= KILLS * BATCH, counts
