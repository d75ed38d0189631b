"""wdspxectl log --follow: the log's lines as they come, for whoever watches, at nobody's cost."""

import json
import os
import re
import signal
import time

from lab import Network, dhcp
from lab.daemon import Daemon, build
from lab.flood import Flood
from lab.process import until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"}]


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", on=segment),
            net.host("client", "10.77.0.9/24", on=segment))


def follow(daemon, *arguments):
    """A running wdspxectl log --follow; the daemon has it when its line has come."""
    one = daemon.host.start([os.path.join(build(), "wdspxectl"), "-s", daemon.control, "log", "--follow",
                             *arguments], "follow")
    return one


def discover(client, *numbers):
    with client.udp(68) as udp:
        for number in numbers:
            udp.send(dhcp.discover(MAC % number).encode())
            udp.receive()


def until_followed(client, one, number):
    """Asks as this machine until a follower says so."""
    def is_told():
        discover(client, number)
        return MAC % number in one.text()
    until(is_told, 10, "the follower's first line", 0.3)


def test_one_machine_is_followed_at_a_level_that_the_log_has_not():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES, config={"log-level": "warning"}).start()
        one = follow(daemon, "--level", "debug", "--mac", (MAC % 1).replace(":", "-"))
        every = follow(daemon, "--json")
        until_followed(client, one, 1)
        until_followed(client, every, 1)
        discover(client, 2, 1)
        line = one.wait_line(rf"^\d\d:\d\d:\d\d\.\d{{3}} {MAC % 1} x86-bios on eth0 port 67 pxe-discover: "
                             r"answered: OFFER .*file boot\.0 \(bootfile, 50-bootfile\.conf:\d+\)$", 10)
        assert line
        every.wait_line(MAC % 2, 10)
        daemon.ctl("reload")  # nothing ends
        daemon.write_provider("50-bootfile.conf", {
            "name": "bootfile", "module": os.path.join(daemon.modules, "bootfile.so"),
            "settings": {"boot": [{"arch": "x86-bios", "file": "boot.1"}]}})
        daemon.ctl("reload")
        discover(client, 1)
        one.wait_line(r"file boot\.1", 10)
        every.wait_line("bootfile: new settings", 10)
        assert MAC % 2 not in one.text() and "reloaded" not in one.text(), one.text()
        log = daemon.stop()
        assert one.wait(10) == 0 and every.wait(10) == 0
        assert one.text().endswith("wdspxectl: wdspxed has stopped\n"), one.text()
        records = [json.loads(said) for said in every.text().splitlines()]
        assert records[-1] == {"end": "wdspxed has stopped"}, records[-1]
        told = [r for r in records if r.get("fields", {}).get("PXE_MAC") == MAC % 2]
        assert told[0]["level"] == "info" and told[0]["fields"]["PXE_FILE"] == "boot.0", told
        assert abs(told[0]["time"] - time.time()) < 100, told
        assert "answered: OFFER" not in log, "the log itself has its own level"


def test_a_daemon_that_crashes_is_told_as_none():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        one = follow(daemon)
        until_followed(client, one, 1)
        daemon.process.kill()
        assert one.wait(10) == 3
        assert one.text().endswith("wdspxectl: the daemon has gone\n"), one.text()


def resident_kb(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])


def test_a_stopped_follower_under_a_flood_costs_no_client_and_is_told_its_losses():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=[{"mac": "02:46:*", "file": "x"}, *ENTRIES]).start()
        one = follow(daemon, "--level", "debug", "--json")
        until_followed(client, one, 1)
        one.send_signal(signal.SIGSTOP)
        before = resident_kb(daemon.process)
        flood = Flood(client, rate=3000, server=daemon.process)
        time.sleep(3)
        status = json.loads(daemon.ctl("status", "--json"))  # the other clients go on too
        counts = flood.finish()
        grown = resident_kb(daemon.process) - before
        assert status["state"] == "running" and counts["lost"] == 0, counts
        assert counts["slowest-ms"] < 500, counts
        metrics = daemon.ctl("metrics")
        assert re.search(r"^wdspxed_log_lines_lost_total 0$", metrics, re.M), metrics
        one.send_signal(signal.SIGCONT)
        until(lambda: '"lost":' in one.text(), 10, "the follower is told what it lost", 0.1)
        until_followed(client, one, 2)  # it goes on after that, once the flood's last second is over
        lost = sum(int(n) for n in re.findall(r'"lost":(\d+)', one.text()))
        assert lost > counts["sent"] / 2, (lost, counts)
        if build().endswith("build"):  # a sanitizer keeps what was freed
            assert grown < 8 * 1024, grown
        daemon.stop()


def test_followers_are_bounded_and_one_that_ends_leaves_its_place():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        all_of_them = [follow(daemon) for _ in range(8)]
        for one in all_of_them:
            until_followed(client, one, 1)
        ninth = follow(daemon)
        assert ninth.wait(10) == 1
        assert "too many clients follow the log already" in ninth.text(), ninth.text()
        all_of_them.pop().stop(signal.SIGINT)

        def has_a_place():
            one = follow(daemon)
            until(lambda: one.returncode is not None or MAC % 1 in one.text() or
                  discover(client, 1), 10, "it is let in or refused", 0.2)
            return one.returncode is None
        until(has_a_place, 10, "the place of the one that ended", 0.2)
        daemon.stop()
