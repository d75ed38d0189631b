"""bootfile's conditions on what a relay or a switch says, and on options: through the whole daemon, on
port 4011 too, which no relay sees; and `wdspxectl explain`, which plays such clients."""

import json
import os
import struct
import subprocess

from lab import Network, dhcp
from lab.daemon import Daemon, build

MAC, OTHER = "52:54:00:77:00:41", "52:54:00:77:00:42"

PORTS = [{"circuit-id": "00:04:00:07:*", "file": "port7.efi"},
         {"circuit-id": "ge-0/0/8", "remote-id": "switch8", "file": "port8.efi"},
         {"subscriber-id": "room 9", "file": "room9.efi"},
         {"not": {"remote-id": "*"}, "file": "no-relay.efi"},
         {"file": "other.efi"}]


def ctl(daemon, *words):
    """Its exit status and what it printed."""
    done = subprocess.run(["ip", "netns", "exec", daemon.host.namespace, os.path.join(build(), "wdspxectl"),
                           "-s", daemon.control, *words], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def explain(daemon, *words):
    status, text = ctl(daemon, "explain", *words, "--json")
    assert status in (0, 1), (status, text)
    return json.loads(text)


def option82(circuit=None, remote=None, subscriber=None):
    return dhcp.tlv_build([(code, value) for code, value in ((1, circuit), (2, remote), (6, subscriber)) if value])


WORDS = [(b"\0\4\0\7\1", None, None, "port7.efi"), (b"ge-0/0/8", b"switch8", None, "port8.efi"),
         (b"ge-0/0/8", b"switch7", None, "other.efi"), (b"ge-0/0/80", b"switch8", None, "other.efi"),
         (None, b"x", b"room 9", "room9.efi"), (b"x", None, None, "no-relay.efi")]


def test_what_a_relay_says_counts_at_67_and_on_4011():
    with Network() as net:
        far, near = net.segment("far"), net.segment("near")
        relay = net.host("relay", "10.78.0.1/24", on=far)
        relay.join(near, "10.77.0.1/24")
        relay.forward()
        boot = net.host("boot", "10.77.0.2/24", on=near)
        boot.route("10.78.0.0/24", "10.77.0.1")
        client = net.host("client", "10.78.0.5/24", on=far)
        client.route("10.77.0.0/24", "10.78.0.1")
        daemon = Daemon(boot, boot=PORTS).start()
        with relay.udp(67, interface="eth1") as socket, client.udp(4011) as later:
            for circuit, remote, subscriber, file in WORDS:
                sent = dhcp.relay4(dhcp.discover(MAC, 7, flags=0), "10.78.0.1",
                                   option82(circuit, remote, subscriber))
                socket.send(sent.encode(), "10.77.0.2", 67)
                offer = dhcp.V4.parse(socket.receive().payload)
                assert offer.xid == sent.xid and not offer.file, offer      # it is redirected
                later.send(dhcp.request_pxe(MAC, "10.78.0.5", 7).encode(), "10.77.0.2", 4011)
                answer = dhcp.V4.parse(later.receive().payload)
                assert answer.file == file, (circuit, remote, subscriber, answer)
            # A BIOS is told its file at once. Nobody is remembered by another's port.
            for circuit, remote, subscriber, file in WORDS:
                sent = dhcp.relay4(dhcp.discover(OTHER, 0, flags=0), "10.78.0.1",
                                   option82(circuit, remote, subscriber))
                socket.send(sent.encode(), "10.77.0.2", 67)
                answer = dhcp.V4.parse(socket.receive().payload)
                assert answer.file == file, (circuit, remote, subscriber, answer)
            later.send(dhcp.request_pxe("52:54:00:77:00:43", "10.78.0.6", 7).encode(), "10.77.0.2", 4011)
            assert dhcp.V4.parse(later.receive().payload).file == "no-relay.efi"
            # What was said outlives a reload.
            sent = dhcp.relay4(dhcp.discover(MAC, 7, flags=0), "10.78.0.1", option82(b"\0\4\0\7\1"))
            socket.send(sent.encode(), "10.77.0.2", 67)
            socket.receive()
            daemon.ctl("reload")
            later.send(dhcp.request_pxe(MAC, "10.78.0.5", 7).encode(), "10.77.0.2", 4011)
            assert dhcp.V4.parse(later.receive().payload).file == "port7.efi"
        daemon.stop()


def test_what_a_relay_says_over_ipv6():
    boot = [{**{key: value for key, value in entry.items() if key != "file"},
             "url": f"http://[fd77::2]/{entry['file']}"} for entry in PORTS]
    with Network() as net:
        lan = net.segment("lan")
        host = net.host("boot", "fd77::2/64", on=lan)
        relay = net.host("relay", "fd77::1/64", on=lan)
        daemon = Daemon(host, boot=boot).start()
        with relay.udp(547, family=6) as socket:
            for circuit, remote, subscriber, file in WORDS:
                packet = dhcp.relay6(dhcp.solicit6(MAC, 16, vendor_class="HTTPClient"), "fd77::1", "fe80::1",
                                     interface_id=circuit)
                # The enterprise number before it is whichever the relay's maker has.
                more = [(37, remote and struct.pack("!I", 9) + remote), (38, subscriber)]
                packet.options[-1:-1] = [(code, value) for code, value in more if value]
                socket.send(packet.encode(), "fd77::2", 547)
                _, answer = dhcp.unwrap6(socket.receive().payload)
                assert answer.get(dhcp.OPT6_URL).decode() == f"http://[fd77::2]/{file}", \
                    (circuit, remote, subscriber, answer)
            # The relay next to the client counts, and never what the client says of itself.
            inner = dhcp.solicit6(MAC, 16, vendor_class="HTTPClient")
            inner.options.append((18, b"ge-0/0/8"))
            inner.options.append((37, struct.pack("!I", 9) + b"switch8"))
            packet = dhcp.relay6(inner, "fd77::1", "fe80::1", interface_id=b"\0\4\0\7\1")
            packet = dhcp.relay6(packet, "fd77::1", "fd77::7", interface_id=b"x")
            socket.send(packet.encode(), "fd77::2", 547)
            _, answer = dhcp.unwrap6(socket.receive().payload)
            assert answer.get(dhcp.OPT6_URL).decode().endswith("port7.efi"), answer
        daemon.stop()


# What is asked, and the entry that decides; None: silence.
EXPLAINED = [
    (("--circuit-id", "00:04:00:07:01"), "port7.0"), (("--circuit-id", "0x0004000701"), "port7.0"),
    (("--circuit-id", "0004000701"), "other.0"),
    (("--relay", "10.77.0.9", "--circuit-id", "ge-0/0/8", "--remote-id", "switch8"), "port8.0"),
    (("--subscriber-id", "text:00:09"), "room.0"), (("--subscriber-id", "00:09"), "other.0"),
    (("--client-id", "00:6e:6f:64:65"), "node.0"), (("--option", "61=node"), "node.0"),
    (("--option", "12=lab7"), "lab.0"), (("--option", "12=pc"), "other.0"),
    (("--option", "94=01:02:09"), "undi.0"), (("--ipxe-features", "http,menu,bzimage"), "good.ipxe"),
    (("--ipxe-features", "http"), "old.ipxe"), (("--ipxe-features", "none"), "old.ipxe"),
    (("--user-class", "iPXE"), "good.ipxe"), ((), "other.0")]


def test_explain_plays_each_of_them():
    entries = [{"ipxe": ["http", "menu"], "file": "good.ipxe"}, {"ipxe": True, "file": "old.ipxe"},
               {"circuit-id": "00:04:00:07:*", "file": "port7.0"},
               {"circuit-id": "ge-0/0/8", "remote-id": "switch8", "file": "port8.0"},
               {"subscriber-id": "text:00:09", "file": "room.0"}, {"client-id": "node", "file": "node.0"},
               {"request-option": {"code": 12, "value": "lab*"}, "file": "lab.0"},
               {"undi": "2.9", "file": "undi.0"},
               {"not": {"sent-to": ["10.77.0.2", "fd77::2"]}, "file": "elsewhere.0"}, {"file": "other.0"}]
    with Network() as net:
        lan = net.segment("lan")
        host = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
        daemon = Daemon(host, boot=entries).start()
        for words, file in EXPLAINED:
            answer = explain(daemon, "--mac", MAC, "--arch", "x86-bios", *words)
            assert answer.get("boot-file", "").rsplit("/", 1)[-1] == file, (words, answer)
        answer = explain(daemon, "--mac", MAC, "--arch", "x64-uefi-http", "--relay", "fd77::9", "--remote-id", "x")
        reasons = [reason.get("text") for reason in answer["providers"][0]["reasons"]]
        assert reasons[3] == "circuit-id, remote-id do not match", reasons
        assert reasons[8] == "excluded by not.sent-to", reasons
        for words, why in ((("--circuit-id", "x", "--port", "4011"), "is not relayed"),
                           (("--circuit-id", "x", "--family", "6"), "add --relay"),
                           (("--ipxe-features", "http,teapot"), "takes names"),
                           (("--ipxe-features", "http", "--family", "6"), "does not say its features"),
                           (("--option", "x=1"), "takes CODE=VALUE")):
            status, said = ctl(daemon, "explain", "--mac", MAC, "--arch", "7", *words)
            assert status == 1 and why in said, (words, status, said)
        daemon.stop()
