"""The lab proves itself: it sees what is right, and it sees what is wrong."""

import os
import struct
import sys
import time

from lab import LabError, Network, netns, servers
from lab.daemon import TREE, build
from lab.pace import Ending
from lab.process import ended, run


def discover(mac, vendor_class=b"PXEClient:Arch:00000:UNDI:002001", broken=False):
    """A DHCPDISCOVER of a PXE client, or one whose last option runs past the end."""
    header = struct.pack("!BBBBIHH", 1, 1, 6, 0, 0x77000001, 0, 0x8000) + bytes(16)
    fixed = header + bytes.fromhex(mac.replace(":", "")) + bytes(10 + 64 + 128)
    options = b"\x63\x82\x53\x63" + b"\x35\x01\x01" + b"\x5d\x02\x00\x00"
    options += bytes([60, len(vendor_class)]) + vendor_class
    return fixed + options + (b"\x61\x11\x00" if broken else b"\xff")


def test_address_and_boot_server_answer():
    with Network() as net:
        lan = net.segment("lan")
        dhcp = net.host("dhcp", "10.77.0.1/24", on=lan)
        boot = net.host("boot", "10.77.0.2/24", on=lan)
        client = net.host("client", on=lan)
        capture = net.capture(lan)
        servers.dhcp4(dhcp)
        servers.dnsmasq_proxy(boot, "dhcp-range=10.77.0.0,proxy", "interface=eth0",
                              'pxe-service=x86PC,"boot",boot,10.77.0.2')
        socket = client.udp(68)
        socket.send(discover(client.mac()))
        answers = [socket.receive() for _ in range(2)]
        assert {answer.source for answer in answers} == {("10.77.0.1", 67), ("10.77.0.2", 67)}
        assert {answer.destination for answer in answers} == {"255.255.255.255"}
        assert len(capture.check(boot)) == 1
        offered = capture.rows(["ip.src", "dhcp.option.vendor_class_id"], "dhcp.type == 2")
        assert [row["dhcp.option.vendor_class_id"] for row in offered
                if row["ip.src"] == "10.77.0.2"] == ["PXEClient"]


def test_check_sees_a_malformed_packet():
    with Network() as net:
        lan = net.segment("lan")
        wrong = net.host("wrong", "10.77.0.2/24", on=lan)
        capture = net.capture(lan)
        wrong.udp(67).send(discover(wrong.mac(), broken=True), port=68)
        try:
            capture.check(wrong)
        except LabError as error:
            assert "tshark says" in str(error), error
        else:
            raise AssertionError("a malformed packet passed the check")


def test_check_of_nothing_is_an_error():
    with Network() as net:
        lan = net.segment("lan")
        silent = net.host("silent", "10.77.0.2/24", on=lan)
        capture = net.capture(lan)
        try:
            capture.check(silent)
        except LabError as error:
            assert "0 packets" in str(error), error
        else:
            raise AssertionError("an empty capture passed the check")


def test_router_between_segments():
    with Network() as net:
        near, far = net.segment("near"), net.segment("far")
        server = net.host("server", "10.77.0.2/24", "fd77::2/64", on=near)
        router = net.host("router", "10.77.0.254/24", "fd77::fe/64", on=near)
        router.join(far, "10.78.0.254/24", "fd78::fe/64")
        router.forward()
        server.route("default", "10.77.0.254")
        client = net.host("client", "10.78.0.5/24", "fd78::5/64", on=far)
        client.route("10.77.0.0/24", "10.78.0.254")
        client.route("fd77::/64", "fd78::fe")
        server.route("fd78::/64", "fd77::fe")
        for family, to in ((4, "10.77.0.2"), (6, "fd77::2")):
            there, here = server.udp(4011, family=family), client.udp(4011, family=family)
            here.send(b"ask", to, 4011)
            asked = there.receive()
            assert asked.payload == b"ask" and asked.destination == to, asked
            there.send(b"answer", *asked.source)
            answer = here.receive()
            assert answer.payload == b"answer" and answer.source == (to, 4011), answer


def test_multicast_and_link_local_ipv6():
    with Network() as net:
        lan = net.segment("lan")
        server = net.host("server", "fd77::2/64", on=lan)
        client = net.host("client", on=lan)
        there, here = server.udp(547, family=6), client.udp(546, family=6)
        there.join("ff02::1:2")
        here.send(b"solicit", "ff02::1:2", 547)
        asked = there.receive()
        assert asked.source == (client.link_local(), 546), asked
        assert asked.destination == "ff02::1:2", asked
        there.send(b"advertise", *asked.source)
        answer = here.receive()
        assert answer.source == (server.link_local(), 547), answer


def test_what_must_come_and_does_not_is_an_error():
    with Network() as net:
        socket = net.host("alone", on=net.segment("lan")).udp(68)
        netns.PATIENCE, before = 0.02, netns.PATIENCE
        try:
            socket.receive()
        except LabError as error:
            assert "nothing has come to alone, eth0 port 68" in str(error), error
        else:
            raise AssertionError("nothing was taken for something")
        finally:
            netns.PATIENCE = before
        assert socket.heard() is None


COMPUTES = """import os, sys, time
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
end = time.process_time() + 0.5
while time.process_time() < end:
    pass
"""


def test_what_a_program_sleeps_or_computes_is_its_own_time():
    """And what it waits for a processor, beside others that compute, is not."""
    with Network() as net:
        host = net.host("host")
        asleep = host.start(["sleep", "1"])
        assert Ending(asleep).own() > 0.5
        asleep.wait()
        others = [host.start(["sh", "-c", "while :; do :; done"]) for _ in range(2 * os.cpu_count())]
        gate = os.path.join(net.folder, "gate")
        busy = host.start([sys.executable, "-c", COMPUTES, gate])
        ending, began = Ending(busy), time.monotonic()
        with open(gate, "w", encoding="ascii"):
            pass
        own, took = ending.own(), time.monotonic() - began
        busy.wait()
        for other in others:
            other.kill()
        assert 0.45 < own < 0.9 * took, (own, took)


UNITS = {
    "passes": "echo '100%: Checks: 2, Failures: 0, Errors: 0'",
    "is_skipped": "echo 'is_skipped: SKIPPED all, for want of root'; exit 77",
    "is_skipped_in_part": "echo 'in_part: SKIPPED one'; echo '100%: Checks: 1, Failures: 0, Errors: 0'",
    "says_nothing": "exit 77",
    "runs_none": "echo '100%: Checks: 0, Failures: 0, Errors: 0'",
    "fails": "echo 'fails: SKIPPED one'; echo '50%: Checks: 2, Failures: 1, Errors: 0'; exit 1",
}


def count_of_units(net, *names):
    """What tests/run-units.sh says of such programs, and its exit status."""
    folder = net.private("units")
    for name in names:
        path = os.path.join(folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\n{UNITS[name]}\n")
        os.chmod(path, 0o755)
    done = ended([os.path.join(TREE, "tests", "run-units.sh"), *(os.path.join(folder, name) for name in names)],
                 60, capture_output=True, text=True, env={**os.environ, "BUILD": build()})
    return done.stdout, done.returncode


def test_unit_tests_that_cannot_run_here_are_told_and_fail_nothing():
    with Network() as net:
        said, status = count_of_units(net, "passes", "is_skipped", "is_skipped_in_part")
        assert status == 0 and said.splitlines() == [
            "is_skipped: SKIPPED all, for want of root", "in_part: SKIPPED one", "3 passed, 0 failed"], said
        said, status = count_of_units(net, *UNITS)
        assert status == 1 and said.splitlines()[-1] == "4 passed, 3 failed", said
        said, status = count_of_units(net, "is_skipped")
        assert status == 1, f"nothing was run: {said}"


# Under a sanitizer all its tests are in one process (tests/suite.h).
CRASHES = """#include "suite.h"
START_TEST(before) { ck_assert(1); }
END_TEST
START_TEST(crashes) { abort(); }
END_TEST
START_TEST(fails) { ck_assert(0); }
END_TEST
int main(void)
{
	TCase *tcase = tcase_create("odd");
	tcase_add_test(tcase, before);
	tcase_add_test(tcase, crashes);
	tcase_add_test(tcase, fails);
	return suite_run("odd", tcase);
}
"""


def test_a_crash_in_the_process_of_all_tests_keeps_none_from_running():
    with Network() as net:
        folder = net.private("crash")
        source, program = os.path.join(folder, "odd_test.c"), os.path.join(folder, "odd_test")
        with open(source, "w", encoding="ascii") as file:
            file.write(CRASHES)
        run("gcc", "-std=gnu11", "-fsanitize=address", f"-I{TREE}/tests", "-o", program, source,
            *run("pkg-config", "--libs", "check").split(), timeout=60)
        done = ended([os.path.join(TREE, "tests", "run-units.sh"), program], 60, capture_output=True, text=True,
                     env={**os.environ, "BUILD": build()})
        assert ":odd:crashes:" in done.stdout and ":odd:fails:" in done.stdout, done.stdout
        assert done.returncode == 1 and done.stdout.splitlines()[-1] == "1 passed, 2 failed", done.stdout
