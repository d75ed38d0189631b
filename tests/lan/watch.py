"""wdspxectl watch: a block for each client's conversation as it happens, at nobody's cost."""

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
UUID = "3b6c1a52-7f0e-4d8b-9a41-5254007700%02x"
ENTRIES = [{"arch": "x86-bios", "file": "boot.0"},
           {"arch": "x64-uefi", "file": "boot.efi"}]
GROUP = "ff02::1:2"
IPXE = bytes([0x13, 1, 1, 0x15, 1, 1, 0xeb, 3, 1, 21, 1])


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment),
            net.host("client", "10.77.0.9/24", "fd77::9/64", on=segment))


def watch(daemon, *arguments):
    return daemon.host.start([os.path.join(build(), "wdspxectl"), "-s", daemon.control, "watch",
                              *arguments], "watch")


def ask(client, packet, port=67):
    """Sends it as firmware does; its answer, if there is one soon."""
    with client.udp(68) as udp:
        udp.send(packet.encode(), "255.255.255.255" if port == 67 else "10.77.0.2", port)
        return udp.receive()


def until_watched(client, *those):
    """Asks until each of them says so: they are there."""
    def all_say_so():
        ask(client, dhcp.discover(MAC % 0xee))
        return all(MAC % 0xee in one.text() for one in those)
    until(all_say_so, 10, "the first step", 0.3)


def block(text, first):
    """The block whose first line has this, without its clock."""
    for part in text.split("\n\n"):
        if first in part.strip().splitlines()[0]:
            return re.sub(r"(?m)^\d\d:\d\d:\d\d\.\d{3}  ", "", part.strip("\n"))
    raise AssertionError(f"no block of {first} in:\n{text}")


def steps(one):
    return [json.loads(line) for line in one.text().splitlines()]


def plain(text):
    """What differs from run to run."""
    return re.sub(r", after [\d.]+ s", "", re.sub(r"in \d+ us", "in N us", text))


def test_a_redirected_boot_and_one_that_nobody_wants_in_words():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        one = watch(daemon)
        until_watched(client, one)
        ask(client, dhcp.discover(MAC % 1, arch=7, uuid=UUID % 1))
        with client.udp(68) as udp:
            udp.send(dhcp.request_lease(MAC % 1, "10.77.0.1", "10.77.0.9", arch=7, uuid=UUID % 1).encode())
        one.wait_line("not for us", 10)
        time.sleep(0.01)    # that a step is later is shown from a millisecond on
        ask(client, dhcp.request_pxe(MAC % 1, "10.77.0.9", arch=7, uuid=UUID % 1), 4011)
        with client.udp(68) as udp:
            udp.send(dhcp.relay4(dhcp.discover(MAC % 2, arch=11), "10.77.0.9").encode())
        one.wait_line(r"no answer", 10)
        daemon.stop()
        assert one.wait(10) == 0
        assert plain(block(one.text(), MAC % 1)) == f"""\
{MAC % 1} x64-uefi on eth0
              UEFI firmware, PXE, UNDI 3.16
              UUID {UUID % 1}
  DISCOVER    to port 67 from 10.77.0.9:68
    bootfile  answered in N us (50-bootfile.conf:10)
              not 50-bootfile.conf:6: arch does not match
  OFFER       to 255.255.255.255:68, server 10.77.0.2, then its port 4011
  REQUEST     to port 67 from 10.77.0.9:68
  not for us  it asks the DHCP server 10.77.0.1 for the address 10.77.0.9
  REQUEST     to 10.77.0.2 port 4011 from 10.77.0.9:68
    bootfile  answered in N us (50-bootfile.conf:10)
  ACK         to 10.77.0.9:68, server 10.77.0.2, file boot.efi""", one.text()
        assert re.search(r"port 4011 from 10\.77\.0\.9:68, after \d+\.\d{3} s$", one.text(), re.M), one.text()
        refused = plain(block(one.text(), MAC % 2))
        assert "DISCOVER    to port 67 through the relay 10.77.0.9\n" in refused, refused
        assert "bootfile  rejected in N us: no entry for arm64-uefi" in refused, refused
        for line in 6, 10:
            assert f"              not 50-bootfile.conf:{line}: arch does not match\n" in refused, refused
        assert "  no answer   rejected: no provider wanted this client" in refused, refused
        assert "\033" not in one.text(), "colours are for terminals"
        assert max(len(line) for line in one.text().splitlines()) <= 80, one.text()


def test_ipv6_and_ipxe_as_json_and_what_a_filter_leaves():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        every = watch(daemon, "--json")
        failed = watch(daemon, "--only-unanswered", "--arch", "arm64-uefi", "--json")
        machine = watch(daemon, "--mac", MAC % 3, "--json")
        until_watched(client, every)
        with client.udp(546, family=6) as udp:
            udp.send(dhcp.solicit6(MAC % 1, 7).encode(), GROUP, 547)
            udp.receive()
        ipxe = dhcp.discover(MAC % 2, arch=0, user_class=b"iPXE")
        ipxe.set(175, IPXE)
        ask(client, ipxe)

        def all_have_theirs():
            with client.udp(68) as udp:
                udp.send(dhcp.discover(MAC % 3, arch=11).encode())
            return MAC % 3 in failed.text() and MAC % 3 in machine.text() and MAC % 3 in every.text()
        until(all_have_theirs, 10, "the one that nobody wants", 0.3)
        daemon.stop()
        assert [one.wait(10) for one in (every, failed, machine)] == [0, 0, 0]
        told = [step for step in steps(every) if step.get("step") == "request"]
        solicit = [step for step in told if step["family"] == 6][0]
        assert solicit["type"] == "SOLICIT" and solicit["outcome"] == "answered", solicit
        assert solicit["client"]["mac"] == MAC % 1 and solicit["reply"]["type"] == "ADVERTISE", solicit
        assert [(reason["kind"], reason["line"]) for reason in solicit["visits"][0]["reasons"]] == \
            [("passed", 6), ("decided", 10)], solicit
        chained = [step for step in told if step["client"]["mac"] == MAC % 2][0]
        assert chained["client"]["ipxe-version"] == "1.21.1", chained
        assert chained["client"]["ipxe-features"] == "http tftp", chained
        assert abs(chained["time"] - time.time()) < 100, chained
        for some in failed, machine:
            assert {step["client"]["mac"] for step in steps(some) if "client" in step} == {MAC % 3}, some.text()
            assert steps(some)[-1] == {"end": "wdspxed has stopped"}, some.text()


def test_what_a_client_sends_moves_no_cursor():
    evil = b"PXEClient\x1b[2J\xc2\x9b1m\xe2\x80\xae</script>\n"
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        words, every = watch(daemon), watch(daemon, "--json")
        until_watched(client, words, every)
        packet = dhcp.discover(MAC % 1, user_class=evil)
        packet.set(60, evil)
        ask(client, packet)
        words.wait_line(MAC % 1, 10)
        every.wait_line(MAC % 1, 10)
        daemon.stop()
        for text in words.text(), every.text():
            assert not re.search("[\x1b\x9b\u202e<]", text), text
            assert "</script" not in text, text


def test_a_finding_is_shown_where_it_belongs():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        words, every = watch(daemon), watch(daemon, "--json")
        until_watched(client, words, every)
        with client.udp(68) as udp:
            udp.send(dhcp.discover(MAC % 1, arch=77).encode())
        words.wait_line("^  W0[0-9]{3}       client of unknown architecture 77: ", 10)
        every.wait_line("client of unknown architecture", 10)
        daemon.stop()
        finding = [step for step in steps(every)
                   if step.get("step") == "finding" and "unknown architecture 77" in step["line"]][0]
        assert finding["line"].endswith(f"[{finding['id']}]"), finding
        assert finding["client"]["mac"] == MAC % 1, finding


def test_a_stopped_watcher_under_a_flood_costs_no_client_and_is_told_its_losses():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=[{"mac": "02:46:*", "file": "x"}, *ENTRIES]).start()
        one = watch(daemon, "--json")
        until_watched(client, one)
        one.send_signal(signal.SIGSTOP)
        flood = Flood(client, rate=3000, server=daemon.process)
        time.sleep(3)
        status = json.loads(daemon.ctl("status", "--json"))  # the other clients go on too
        counts = flood.finish()
        assert status["state"] == "running" and counts["lost"] == 0, counts
        assert counts["slowest-ms"] < 500, counts
        metrics = daemon.ctl("metrics")
        assert re.search(r"^wdspxed_log_lines_lost_total 0$", metrics, re.M), metrics
        one.send_signal(signal.SIGCONT)
        until(lambda: '"lost":' in one.text(), 10, "the watcher is told what it lost", 0.1)

        def goes_on():
            ask(client, dhcp.discover(MAC % 2))
            return MAC % 2 in one.text()
        until(goes_on, 10, "it goes on after that", 0.3)
        lost = sum(int(n) for n in re.findall(r'"lost":(\d+)', one.text()))
        told = one.text().count('"step":"request"')
        assert lost > counts["sent"] / 2 and lost + told >= counts["sent"], (lost, told, counts)
        daemon.stop()
