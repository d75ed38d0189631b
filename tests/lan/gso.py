"""gso: the replies of a boot storm are handed to the kernel together, where it is allowed."""

import re
import signal

from lab import Network, dhcp
from lab.daemon import Daemon

STORM = 48      # of one turn of the loop
ENTRIES = [{"arch": "x86-bios", "file": "undionly.kpxe"}, {"arch": "x64-uefi", "file": "ipxe.efi"}]


def handed_over(host):
    """Datagrams by the kernel's count, in which a run is one."""
    words, numbers = re.findall(r"^Udp: (.*)$", host.run("cat", "/proc/net/snmp"), re.MULTILINE)
    return int(numbers.split()[words.split().index("OutDatagrams")])


class Lan:
    """The daemon, and as many clients at once."""

    def __init__(self, net, gso):
        self.lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=self.lan)
        self.client = net.host("client", on=self.lan)
        self.daemon = Daemon(self.boot, boot=ENTRIES, config={"gso": gso} if gso else {}).start()

    def storm(self):
        """The MAC and file of each reply, and what the kernel was handed."""
        process, before = self.daemon.process, handed_over(self.boot)
        with self.client.udp(68) as socket:
            process.send_signal(signal.SIGSTOP)             # so that it reads them at once
            for i in range(STORM):
                arch = 7 if i == STORM // 2 else 0          # here one run ends, and the next begins
                socket.send(dhcp.discover(f"52:54:00:77:01:{i:02x}", arch).encode())
            process.send_signal(signal.SIGCONT)
            replies = [dhcp.V4.parse(socket.receive().payload) for _ in range(STORM)]
        return {(reply.mac, reply.file) for reply in replies}, handed_over(self.boot) - before


def storm(gso):
    with Network() as net:
        lan = Lan(net, gso)
        capture = net.capture(lan.lan)
        replies, handed = lan.storm()
        lan.daemon.stop()
        capture.check(lan.boot, at_least=STORM)
        return replies, handed


def test_a_link_of_software_gets_each_reply_alone():
    # ISC dhcrelay behind a bridge sees a run as one packet, and forwards none of it.
    for gso in (None, "auto", "off"):
        replies, handed = storm(gso)
        assert len(replies) == STORM and handed == STORM, (gso, handed, replies)


def test_joined_replies_reach_each_client():
    replies, handed = storm("on")
    assert len(replies) == STORM, replies
    assert [file for _, file in replies].count("undionly.kpxe") == STORM - 1, replies
    assert handed <= 5, f"{handed} pieces, not two runs and one alone"


def test_a_reload_takes_gso_for_the_way_in_use():
    with Network() as net:
        lan = Lan(net, "on")
        joined = lan.storm()[1]
        for gso, alone in (("off", True), ("on", False), ("auto", True)):
            lan.daemon.write_config({"gso": gso})
            lan.daemon.ctl("reload")
            handed = lan.storm()[1]
            assert handed == (STORM if alone else joined), (gso, handed, joined)
        lan.daemon.stop()
