"""wdspxectl malformed: the last packets that were refused or mended, with the rule and the place."""

import json
import re
import time

from lab import Network, dhcp
from lab.daemon import Daemon
from lab.process import until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"file": "boot.0"}]
GROUP = "ff02::1:2"


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment),
            net.host("client", "10.77.0.9/24", "fd77::9/64", on=segment))


def kept(daemon):
    return json.loads(daemon.ctl("malformed", "--json"))


def test_what_was_refused_and_what_was_mended():
    with Network() as net:
        boot, client = lan(net)
        daemon = Daemon(boot, boot=ENTRIES).start()
        assert daemon.ctl("malformed") == "No packet was mended or refused since the start.\n"
        whole = dhcp.discover(MAC % 1).encode().rstrip(b"\0")
        assert whole[-1] == 255
        with client.udp(68) as udp:
            udp.send(whole)  # as it must be: no line
            udp.receive()
            udp.send(dhcp.discover(MAC % 2).encode().rstrip(b"\0")[:-1] + b"\x3c\xc8\x1b[2J</script>")
            udp.receive()
            udp.send(b"no DHCP at all")
        message = bytearray(dhcp.solicit6(MAC % 3, 7).encode())
        message[4 + 3] += 1  # the client id's length
        with client.udp(546, family=6) as udp:
            udp.send(bytes(message), GROUP, 547)
        until(lambda: kept(daemon)["all"] == 3, 10, "all are kept", 0.1)
        mended, refused, refused6 = sorted(kept(daemon)["packets"], key=lambda packet: packet["time"])
        if refused["family"] == 6:
            refused, refused6 = refused6, refused
        for packet in mended, refused, refused6:  # to the second and finer, not to ten
            assert packet["time"] % 10 != 0 and abs(packet["time"] - time.time()) < 100, packet
        assert mended["what"] == "mended" and mended["client"]["mac"] == MAC % 2, mended
        assert mended["rule"] == "option 60 runs past the end of the packet: it ends before it", mended
        assert bytes.fromhex(mended["octets"])[mended["at"]] == 0x3c, mended
        assert bytes.fromhex(refused["octets"]) == b"no DHCP at all" and refused["at"] == 14, refused
        assert refused6["family"] == 6 and refused6["what"] == "refused", refused6
        words = daemon.ctl("malformed")
        assert re.search(rf"(?m)^[\d-]+ [\d:]+  {MAC % 2} from 10\.77\.0\.9:68 on eth0 port 67$", words), words
        assert re.search(r"(?m)^  mended at octet \d+ of \d+: option 60 runs past the end of the packet: it$", words), words
        assert "[3c] c8 1b 5b" in words, words
        assert "  refused at octet 14 of 14: its length is 14, less than a DHCP header (240" in words, words
        assert not re.search("[\x1b<]", words), words
        assert max(len(line) for line in words.splitlines()) <= 80, words
        daemon.stop()
