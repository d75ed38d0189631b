"""wdspxectl explain: how a made-up client, or a recorded packet, would be answered, and why."""

import glob
import json
import os
import struct
import subprocess
import time

from lab import Network, dhcp, timeout
from lab.conversation import read_packet
from lab.daemon import TREE, Daemon, build

MAC = "52:54:00:77:00:21"
CAPTURES = os.path.join(TREE, "tests", "fixtures", "captures")

BOOT = [{"mac": "02:00:00:00:00:01", "file": "other.0"},
        {"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
        {"arch": "x86-bios", "file": "undionly.kpxe"},
        {"arch": ["x64-uefi", "arm64-uefi"], "file": "ipxe.efi"},
        {"arch": "x64-uefi-http", "url": "http://${server}/boot.efi"}]


def ctl(daemon, *words):
    """Its exit status and what it printed."""
    done = subprocess.run(["ip", "netns", "exec", daemon.host.namespace, os.path.join(build(), "wdspxectl"),
                           "-s", daemon.control, *words], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def explain(daemon, *words):
    """Its exit status and its answer."""
    status, text = ctl(daemon, "explain", *words, "--json")
    assert status in (0, 1), (status, text)
    answer = json.loads(text)
    assert answer["silence"] == (status == 1) == (not answer["replies"]), text
    return answer


def client(daemon, arch, *words, mac=MAC):
    return explain(daemon, "--mac", mac, "--arch", arch, *words)


def start(net, boot=None, **more):
    lan = net.segment("lan")
    host = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
    return lan, Daemon(host, boot=BOOT if boot is None else boot, **more).start()


def reasons(answer, name="bootfile"):
    provider, = (p for p in answer["providers"] if p["name"] == name)
    return [(r["kind"], r.get("text"), r.get("line")) for r in provider["reasons"]]


def test_each_kind_of_client_is_explained():
    with Network() as net:
        _, daemon = start(net)
        answer = client(daemon, "x64-uefi", "--uuid", "4c4c4544-0042-3510-8054-b7c04f4d4e32")
        assert answer["outcome"] == "answered" and answer["message"] == "OFFER", answer
        assert answer["request"]["uuid"] == "4c4c4544-0042-3510-8054-b7c04f4d4e32", answer["request"]
        assert answer["request"]["row"] == "pxe-discover" and answer["request"]["mac"] == MAC
        assert answer["replies"][0]["to"] == "255.255.255.255", answer
        assert reasons(answer) == [("passed", "mac does not match", 6), ("passed", "user-class does not match", 10),
                                   ("passed", "arch does not match", 14), ("decided", None, 18)], reasons(answer)

        answer = client(daemon, "x64-uefi", "--port", "4011")
        assert answer["message"] == "ACK" and answer["boot-file"] == "ipxe.efi", answer
        assert answer["replies"][0]["to-port"] == 4011, answer

        answer = client(daemon, "x86-bios", "--user-class", "iPXE")
        assert answer["boot-file"] == "http://10.77.0.2/boot.ipxe" and answer["request"]["ipxe"], answer

        answer = client(daemon, "x64-uefi", "--http")
        assert answer["request"]["arch"] == "x64-uefi-http", answer
        assert answer["boot-file"] == "http://10.77.0.2/boot.efi", answer

        answer = client(daemon, "x64-uefi", "--family", "6")
        assert answer["message"] == "ADVERTISE" and answer["boot-file"] == "tftp://[fd77::2]/ipxe.efi", answer
        answer = client(daemon, "x64-uefi", "--family", "6", "--port", "4011")
        assert answer["message"] == "REPLY" and answer["request"]["row"] == "pxe-request", answer
        answer = client(daemon, "x64-uefi", "--relay", "fd77::9")
        assert answer["message"] == "RELAY-REPL" and answer["replies"][0]["to"] == "fd77::9", answer

        answer = client(daemon, "x64-uefi", "--relay", "10.77.0.9")
        assert answer["replies"][0]["to"] == "10.77.0.9" and answer["replies"][0]["to-port"] == 67, answer
        answer = client(daemon, "x64-uefi", "--relay", "10.99.0.1")
        assert answer["outcome"] == "no-route" and answer["fault"] == "no route to the relay 10.99.0.1:67", answer

        answer = client(daemon, "riscv64-uefi")
        assert answer["outcome"] == "rejected", answer
        assert reasons(answer)[-1] == ("nearest", "no entry for riscv64-uefi", 14), reasons(answer)
        assert len(reasons(answer)) == 6
        daemon.stop()


def test_a_relay_that_is_not_served_is_told():
    with Network() as net:
        _, daemon = start(net, config={"limits": {"relays": ["10.77.0.8/31"]}})
        assert client(daemon, "x86-bios", "--relay", "10.77.0.9")["outcome"] == "answered"
        answer = client(daemon, "x86-bios", "--relay", "10.77.0.10")
        assert answer["outcome"] == "relay" and "limits.relays" in answer["remedy"] + answer["meaning"], answer
        assert daemon.requests()["relay"] == 0
        daemon.stop()


def test_who_is_paused_and_what_is_not_heard_is_told():
    with Network() as net:
        _, daemon = start(net, listen={"dhcpv6": False})
        answer = client(daemon, "x64-uefi", "--family", "6")
        assert answer["outcome"] == "not-heard" and "listen.dhcpv6" in answer["remedy"], answer
        status, text = ctl(daemon, "replay", os.path.join(CAPTURES, "x64-pxe6.pcap"), "-c", daemon.conf)
        assert status == 0 and "nothing: not-heard (UDP port 547 over IPv6 is not open)" in text, text
        daemon.ctl("control", "bootfile", "pause")
        answer = client(daemon, "x64-uefi")
        assert answer["outcome"] == "no-provider" and answer["paused"] == ["bootfile"], answer
        _, text = ctl(daemon, "explain", "--mac", MAC, "--arch", "x64-uefi")
        assert "bootfile        not asked: it is paused\n" in text, text
        _, text = ctl(daemon, "replay", os.path.join(CAPTURES, "x64-pxe4.pcap"))
        assert "such requests; paused: bootfile)" in " ".join(text.split()), text
        daemon.stop()


def test_it_is_said_in_plain_words():
    with Network() as net:
        _, daemon = start(net)
        status, text = ctl(daemon, "explain", "--mac", MAC, "--arch", "x86-bios")
        assert status == 0, text
        for line in ("client          52:54:00:77:00:21, x86-bios\n",
                     "                  50-bootfile.conf:6: mac does not match\n",
                     "                  50-bootfile.conf:14: decides\n",
                     "gets            OFFER from server 10.77.0.2, boot file undionly.kpxe\n",
                     "reply           to 255.255.255.255 port 68, from 10.77.0.2 port 67 by eth0\n",
                     '                file               "undionly.kpxe"\n'):
            assert line in text, (line, text)
        assert all(len(line) <= 80 for line in text.splitlines()), text
        _, text = ctl(daemon, "explain", "--mac", MAC, "--arch", "x64-uefi")
        assert "gets            OFFER from server 10.77.0.2, which it asks on port 4011 for its\n" in text, text
        status, text = ctl(daemon, "explain", "--mac", MAC, "--arch", "pc98")
        assert status == 1 and "gets            nothing: silence\n" in text, text
        daemon.stop()


def test_wrong_usage_and_no_daemon():
    with Network() as net:
        _, daemon = start(net)
        for words, status, said in (
                ([], 2, "--mac and --arch are needed, or --packet"),
                (["--mac", MAC, "--arch", "x64-uefy"], 2, 'did you mean "x64-uefi"?'),
                (["--mac", MAC, "--arch", "7", "--uuid", "1-2"], 2, "must be a UUID"),
                (["--mac", MAC, "--arch", "7", "--relay", "nowhere"], 2, "must be an IPv4 or IPv6 address"),
                (["--mac", MAC, "--arch", "7", "--interface", "eth7"], 1, "there is no such interface"),
                (["--mac", MAC, "--arch", "7", "--port", "69"], 1, "--port must be 67 (IPv6: 547) or 4011"),
                (["--mac", MAC, "--arch", "7", "--assume", "x=y"], 1, "--assume must be NAME=rejected"),
                (["--mac", MAC, "--arch", "7", "--assume", "bootfile=rejected,botfile=ignore"], 1,
                 'no provider "botfile" runs: did you mean "bootfile"?'),
                (["--mac", MAC, "--arch", "7", "--assume", "inventory=ignore"], 1, "see wdspxectl list"),
                (["--mac", MAC, "--arch", "7", "--assume", 512 * "x" + "=ignore"], 1, "--assume is too long"),
                (["--mac", MAC, "--arch", "7", "--relay", "10.77.0.9", "--family", "6"], 1, "the other family"),
                (["--mac", MAC, "--arch", "7", "--user-class", 300 * "x"], 1, "longer than its option"),
                (["--mac", MAC, "--arch", "7", "--frame", "3"], 1, "--frame goes with --packet"),
                (["--packet", os.path.join(CAPTURES, "x64-pxe4.pcap"), "--mac", MAC], 1, "leave out"),
                (["--packet", "/dev/null"], 1, "it is no pcap file"),
                (["--packet", os.path.join(CAPTURES, "x64-pxe4.pcap"), "--frame", "2"], 1,
                 "packet 2 of it is no request of a client"),
                (["--packet", os.path.join(CAPTURES, "x64-pxe4.pcap"), "--frame", "9999"], 1,
                 "packets, and none with the number 9999")):
            got, text = ctl(daemon, "explain", *words)
            assert got == status and said in text, (words, got, text)
        daemon.stop()
        assert ctl(daemon, "explain", "--mac", MAC, "--arch", "7")[0] == 3


def frames(path):
    """Frame number and UDP packet of what clients sent."""
    with open(path, "rb") as file:
        octets = file.read()
    at, number = 24, 0
    while at + 16 <= len(octets):
        kept = struct.unpack_from("<I", octets, at + 8)[0]
        number += 1
        packet = read_packet(0, octets[at + 16:at + 16 + kept])
        at += 16 + kept
        if packet and packet.is_udp and (packet.dport in (67, 547) or (packet.dport == 4011 and
           (packet.payload[0] == 1 if "." in packet.source else packet.payload[0] not in (2, 7)))):
            yield number, packet


@timeout(300)
def test_every_fixture_gets_what_was_explained():
    """Octet for octet, and the same outcome where it is silence."""
    with Network() as net:
        lan, daemon = start(net, config={"limits": {"per-client": 0}})
        host = net.host("client", "10.77.0.100/24", "fd77::1799/64", on=lan)
        sockets = {}
        compared = answered = 0
        for path in sorted(glob.glob(os.path.join(CAPTURES, "*.pcap"))):
            for number, packet in frames(path):
                told = explain(daemon, "--packet", path, "--frame", str(number))
                family = 4 if "." in packet.source else 6
                key = (family, packet.sport)
                if key not in sockets:
                    sockets[key] = host.udp(packet.sport, family=family)
                to = packet.destination if packet.destination in ("255.255.255.255", "ff02::1:2") \
                    else {4: "10.77.0.2", 6: "fd77::2"}[family]
                time.sleep(0.3)  # a datagram that comes twice within 250 ms is one: some captures repeat theirs
                outcome = daemon.outcome(sockets[key].send, packet.payload, to, packet.dport)
                assert outcome == told["outcome"], (path, number, outcome, told)
                heard = sockets[key].receive().payload if told["replies"] else None
                assert heard is None or heard.hex() == told["replies"][0]["octets"], (path, number, heard, told)
                compared += 1
                answered += heard is not None
        assert compared > 90 and answered > 40, (compared, answered)
        daemon.stop()


@timeout(200)
def test_a_machine_boots_while_it_is_explained_a_thousand_times():
    """It gets what it would have got, and nothing is counted."""
    with Network() as net:
        lan, daemon = start(net, config={"limits": {"per-client": 12}})
        host = net.host("client", "10.77.0.100/24", on=lan)
        s68, s4011 = host.udp(68), host.udp(4011)

        def boot(number):
            s68.send(dhcp.discover(MAC, arch=7, xid=number).encode())
            offer = s68.receive().payload
            time.sleep(0.3)
            s4011.send(dhcp.request_pxe(MAC, "10.77.0.100", arch=7, xid=number).encode(), "10.77.0.2", 4011)
            return offer, s4011.receive().payload

        usual = boot(0x01020304)
        told = subprocess.Popen(
            ["ip", "netns", "exec", daemon.host.namespace, "sh", "-c",
             f'for i in $(seq 500); do "$0" -s {daemon.control} explain --mac {MAC} --arch x86-bios'
             f' && "$0" -s {daemon.control} explain --mac {MAC} --arch x64-uefi --port 4011'
             " --address 10.77.0.100 || exit 9; done >/dev/null",
             os.path.join(build(), "wdspxectl")])
        boots = 0
        while told.poll() is None:
            time.sleep(2.5)
            assert boot(0x01020304) == usual
            boots += 1
        assert told.returncode == 0 and boots > 0, told.returncode
        assert sum(daemon.requests().values()) == 2 + 2 * boots, daemon.requests()
        daemon.stop()


def scripted(net, **settings):
    lan, daemon = net.segment("lan"), None
    daemon = Daemon(net.host("boot", "10.77.0.2/24", on=lan), boot=BOOT)
    module = daemon.module("scripted", os.path.join(build(), "tests", "providers", "scripted.so"))
    daemon.write_provider("10-old.conf", {"name": "old", "module": module, "settings": settings})
    return daemon.start()


def test_who_does_not_know_trials_is_not_asked():
    with Network() as net:
        daemon = scripted(net, action="ignore", reason="1 it is banned")
        answer = client(daemon, "x86-bios")
        assert [p["verdict"] for p in answer["providers"]] == ["not-asked", "answered"], answer
        answer = client(daemon, "x86-bios", "--assume", "old=rejected")
        assert answer["outcome"] == "answered", answer
        answer = client(daemon, "x86-bios", "--assume", "bootfile=rejected,Old=ignore")
        assert answer["outcome"] == "ignored" and answer["provider"] == "old", answer
        assert [p["verdict"] for p in answer["providers"]] == ["not-asked"], answer
        answer = client(daemon, "x86-bios", "--ask-all")
        assert [p["verdict"] for p in answer["providers"]] == ["ignore"], answer
        assert reasons(answer, "old")[0][:2] == ("decided", " it is banned"), answer
        _, text = ctl(daemon, "explain", "--mac", MAC, "--arch", "x86-bios")
        assert "old             not asked: does not know trial requests" in text, text
        daemon.stop()


def test_who_does_not_decide_is_waited_for_three_seconds():
    with Network() as net:
        daemon = scripted(net, action="pending", complete="never", trial=1)
        began = time.monotonic()
        answer = client(daemon, "x86-bios")
        took = time.monotonic() - began
        assert answer["outcome"] == "timeout" and 2.9 < took < 5, (took, answer)
        assert answer["providers"][0]["verdict"] == "timeout", answer
        daemon.stop()


def test_a_packet_in_hexadecimal():
    with Network() as net:
        _, daemon = start(net)
        path = os.path.join(net.private("packets"), "discover.hex")
        text = dhcp.discover(MAC).encode().hex()
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join(text[i:i + 64] for i in range(0, len(text), 64)) + "\n")
        answer = explain(daemon, "--packet", path)
        assert answer["boot-file"] == "undionly.kpxe" and answer["request"]["mac"] == MAC, answer
        with open(path, "w", encoding="ascii") as file:
            file.write(dhcp.solicit6(MAC).encode().hex(":"))
        answer = explain(daemon, "--packet", path, "--family", "6")
        assert answer["message"] == "ADVERTISE", answer
        answer = explain(daemon, "--octets", "00112233")
        assert answer["outcome"] == "malformed" and answer["replies"] == [], answer
        daemon.stop()


def test_what_a_client_says_is_made_plain():
    with Network() as net:
        _, daemon = start(net)
        evil = "\x1b[2Jx\u202ey</script>\x9b1m"
        for words in (["--user-class", evil], ["--vendor-class", "PXEClient" + evil]):
            status, text = ctl(daemon, "explain", "--mac", MAC, "--arch", "x86-bios", *words)
            assert status == 0 and "</script" not in text, text
            assert all(c == "\n" or c.isprintable() for c in text), ascii(text)
            _, text = ctl(daemon, "explain", "--mac", MAC, "--arch", "x86-bios", *words, "--json")
            told = json.loads(text)["request"]
            assert "</script" not in text and "\x1b" not in str(told) and "\u202e" not in str(told), ascii(told)
            assert "\u2039/script>" in str(told), ascii(told)
        daemon.stop()
