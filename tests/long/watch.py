"""Who watches and stands still, under 20,000 requests a second: no request is lost, none slowed."""

import json
import os
import re
import signal
import time

from lab import Network, dhcp, timeout
from lab.daemon import Daemon, build
from lab.flood import Flood, receive_buffers
from lab.process import until

MAC = "52:54:00:77:00:ee"
SECONDS = 10


def flood(client, daemon):
    """Counts of so many seconds, and processor microseconds of the daemon for each answer."""
    began = spent(daemon)
    crowd = Flood(client, rate=20000, server=daemon.process)
    time.sleep(SECONDS)
    counts = crowd.finish()
    return counts, (spent(daemon) - began) * 1e6 / max(counts["answered"], 1)


def spent(daemon):
    with open(f"/proc/{daemon.process.pid}/stat", encoding="ascii") as file:
        user, system = file.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@timeout(180)
def test_a_stopped_watcher_and_a_stopped_capture_cost_no_request():
    with Network() as net:
        receive_buffers(net)
        segment = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=segment)
        client = net.host("client", "10.77.0.9/24", on=segment)
        daemon = Daemon(boot, boot=[{"mac": "02:46:*", "file": "x"}, {"file": "boot.0"}]).start()
        alone, cost_alone = flood(client, daemon)
        path = os.path.join(daemon.folder, "boot.pcapng")
        wdspxectl = [os.path.join(build(), "wdspxectl"), "-s", daemon.control]
        watch = boot.start([*wdspxectl, "watch", "--json"], "watch")
        capture = boot.start([*wdspxectl, "capture", "-w", path], "capture")

        def both_are_there():
            with client.udp(68) as udp:
                udp.send(dhcp.discover(MAC).encode())
                udp.receive()
            return MAC in watch.text() and os.path.exists(path) and os.path.getsize(path) > 500
        until(both_are_there, 20, "both watch", 0.3)
        watch.send_signal(signal.SIGSTOP)
        capture.send_signal(signal.SIGSTOP)
        watched, cost_watched = flood(client, daemon)
        status = json.loads(daemon.ctl("status", "--json"))
        print(f"{cost_alone:.1f} us of processor an answer without, {cost_watched:.1f} us with them")
        assert alone["lost"] == 0 and watched["lost"] == 0, (alone, watched)
        assert status["state"] == "running", status
        watch.send_signal(signal.SIGCONT)
        capture.send_signal(signal.SIGCONT)
        until(lambda: '"lost":' in watch.text(), 20, "the watcher is told what it lost", 0.1)
        daemon.stop()
        assert watch.wait(20) == 0 and capture.wait(20) == 0
        assert re.search(r"\d+ more came faster than they were read", capture.text()), capture.text()
