"""wdspxectl decode: captures of real firmware in words and as JSON, and files that are none."""

import json
import os
import subprocess

from lab.daemon import build

CAPTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "captures")


def decode(*arguments, stdin=None):
    done = subprocess.run([os.path.join(build(), "wdspxectl"), "decode", *arguments], input=stdin,
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
        (b"\x0a\x0d\x0d\x0a" + bytes(40), "it is a pcapng file: convert it with editcap -F pcap"),
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
