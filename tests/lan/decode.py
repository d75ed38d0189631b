"""wdspxectl decode: captures of real firmware in words and as JSON, and files that are none."""

import json
import os

from lab import Network, dhcp, printed, until
from lab.daemon import Daemon, build
from lab.process import ended

CAPTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "captures")


def decode(*arguments, stdin=None):
    done = ended([os.path.join(build(), "wdspxectl"), "decode", *arguments], input=stdin,
                 capture_output=True, timeout=20)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def read(name):
    with open(os.path.join(CAPTURES, name), "rb") as file:
        return file.read()


def test_a_capture_in_words_from_a_file_and_from_standard_input():
    status, words, errors = decode(os.path.join(CAPTURES, "x64-pxe4.pcap"))
    assert (status, errors) == (0, ""), errors
    frames = words.split("frame ")[1:]
    assert frames[0].startswith("1: 0.0.0.0:68 to 255.255.255.255:67, 347 octets\n  op: BOOTREQUEST\n"), words
    assert "\n  60 Class Id: \"PXEClient:Arch:00007:UNDI:003000\"\n" in frames[0]
    assert "\n  53 DHCP Msg Type: OFFER\n" in frames[1]
    assert decode("-", stdin=read("x64-pxe4.pcap")) == (0, words, "")


def test_json_has_the_same_packets():
    path = os.path.join(CAPTURES, "x64-pxe6.pcap")
    status, text, _ = decode(path, "--json")
    answer = json.loads(text)
    assert status == 0 and answer["ok"] is True
    _, words, _ = decode(path)
    assert len(answer["packets"]) == words.count("frame ")
    solicit = {field["name"]: field for field in answer["packets"][0]["fields"]}
    assert solicit["msg-type"]["value"] == "SOLICIT", solicit
    assert solicit["CLIENT_ARCH_TYPE"] == {"name": "CLIENT_ARCH_TYPE", "code": 61, "value": "x64-uefi"}
    assert [part["name"] for part in solicit["IA_NA"]["fields"]] == ["IAID", "T1", "T2"]


def test_what_is_no_capture_is_told():
    whole = read("x64-pxe4.pcap")
    rows = [
        (b"", "no pcap file"),
        (b"x" * 100, "no pcap file"),
        (b"\x0a\x0d\x0d\x0a" + bytes(20), "its pcapng header is cut off"),
        (b"\x0a\x0d\x0d\x0a" + bytes(40), "no packet of DHCP or PXE"),
        (whole[:24], "no packet of DHCP or PXE"),
    ]
    for octets, why in rows:
        status, words, errors = decode("-", stdin=octets)
        assert status == 1 and words == "" and why in errors, (why, status, words, errors)
    status, _, errors = decode("/nowhere.pcap")
    assert status == 1 and "wdspxectl: /nowhere.pcap: No such file" in errors, errors
    # Cut off while it was written: what is whole is shown.
    status, words, errors = decode("-", stdin=whole[:-5])
    assert status == 0 and "frame 1:" in words and errors == "", errors


def block(order, kind, body):
    """A block of a pcapng file, in this order of octets."""
    body += bytes(-len(body) % 4)
    return (kind.to_bytes(4, order) + (len(body) + 12).to_bytes(4, order) + body +
            (len(body) + 12).to_bytes(4, order))


def pcapng(frames, order="little", simple=False, comment=b""):
    section = (0x1a2b3c4d).to_bytes(4, order) + (1).to_bytes(2, order) + bytes(2) + b"\xff" * 8
    octets = block(order, 0x0a0d0d0a, section) + block(order, 1, (1).to_bytes(2, order) + bytes(6))
    for frame in frames:
        length = len(frame).to_bytes(4, order)
        options = (1).to_bytes(2, order) + len(comment).to_bytes(2, order) + comment if comment else b""
        if simple:
            octets += block(order, 3, length + frame)
        else:
            octets += block(order, 6, bytes(12) + length * 2 + frame + bytes(-len(frame) % 4) + options)
    return octets


def frames_of(whole):
    at = 24
    while at < len(whole):
        length = int.from_bytes(whole[at + 8:at + 12], "little")
        yield whole[at + 16:at + 16 + length]
        at += 16 + length


def test_pcapng_is_read_as_pcap_is():
    whole = read("x64-pxe4.pcap")
    _, words, _ = decode("-", stdin=whole)
    path = os.path.join(CAPTURES, "x64-pxe4.pcap")
    made = ended(["editcap", "-F", "pcapng", path, "-"], capture_output=True, timeout=20, check=True).stdout
    frames = list(frames_of(whole))
    rows = [made, pcapng(frames), pcapng(frames, "big"), pcapng(frames, simple=True),
            pcapng([]) + pcapng(frames, "big")]  # a second section, of another host
    for octets in rows:
        assert decode("-", stdin=octets) == (0, words, ""), octets[:100]
    evil = b"why \x1b[2J\xe2\x80\xae</script>\nand more"
    told = decode("-", stdin=pcapng(frames[:1], comment=evil))[1]
    assert "\n  # why ?[2J?\u2039/script>\n  # and more\n  op: BOOTREQUEST\n" in told, told
    told = json.loads(decode("-", "--json", stdin=pcapng(frames[:1], comment=evil))[1])
    assert told["packets"][0]["comment"] == "why ?[2J?\u2039/script> and more", told


def test_a_damaged_pcapng_file_is_read_as_far_as_it_goes():
    whole = pcapng(list(frames_of(read("x64-pxe4.pcap")))[:2], comment=b"x")
    for end in range(20, len(whole), 37):
        status, _, errors = decode("-", stdin=whole[:end])
        assert status in (0, 1), (end, status, errors)
    for at in range(0, 140):
        octets = bytearray(whole)
        octets[at] ^= 0xff
        status, _, errors = decode("-", stdin=bytes(octets))
        assert status in (0, 1), (at, status, errors)


def test_the_manuals_commands_as_they_stand():
    capture, words = printed.block("wdspxectl.8", "# tcpdump -i eth0").commands()
    with Network() as net:
        segment = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=segment)
        client = net.host("client", on=segment)
        daemon = Daemon(boot, boot=[{"file": "boot.0"}]).start()
        folder = net.private("capture")
        tcpdump = boot.start(["sh", "-c", f"cd {folder} && exec {capture} -U"], "capture")
        tcpdump.wait_line("listening on eth0")
        with client.udp(68) as socket:
            socket.send(dhcp.discover("52:54:00:12:34:56", 0).encode())
            socket.receive()
        path = os.path.join(folder, "boot.pcap")
        until(lambda: decode(path)[1].count("frame ") == 2, 10, "both packets are in the file")
        tcpdump.stop()
        os.environ["PATH"] = os.path.abspath(build()) + ":" + os.environ["PATH"]
        text = ended(["sh", "-c", words], cwd=folder, capture_output=True, text=True,
                     timeout=20, check=True).stdout
        assert "53 DHCP Msg Type: DISCOVER" in text and "53 DHCP Msg Type: OFFER" in text, text
        daemon.stop()
