"""What went over a segment: recorded by tcpdump, judged by tshark.

tshark is the second opinion on every octet that the daemon sends: a test that has a capture ends
with capture.check(server), and nothing malformed or doubtful has passed.
"""

import os
import signal

from . import conversation
from .process import LabError, run, until

WARNING = 0x600000  # tshark's severities: note 0x400000, warning 0x600000, error 0x800000

# 4011 carries DHCP over IPv4 and DHCPv6 over IPv6: one dissector each, so two readings.
READINGS = (("ip", "udp.port==4011,dhcp"), ("ipv6", "udp.port==4011,dhcpv6"))
OPTIONS = ["-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
BOOT = "(udp.port in {67, 68, 546, 547, 4011})"


class Capture:
    """A running record of one segment."""

    def __init__(self, segment, expression):
        self.segment = segment
        self.path = f"{segment.net.folder}/{segment.name}-{len(segment.net.captures)}.pcap"
        self._tcpdump = segment.start(["tcpdump", "-i", "br0", "-n", "-U", "--immediate-mode",
                                       "-s", "0", "-B", "16384", "-Z", "root", "-w", self.path,
                                       expression], "tcpdump")
        self._tcpdump.wait_line("listening on", 10)
        self._stopped = False

    def stop(self):
        """Ends the recording; what was sent before is in it."""
        if self._stopped:
            return
        self._stopped = True
        if self._tcpdump.returncode is None:
            self._drain()
            self._tcpdump.stop(signal.SIGINT)

    def _drain(self):
        """Waits until the last packets have come from the kernel to the file: tcpdump sleeps, which it
        does where none is left to take, and goes on doing so."""
        asleep = [0, 0]     # looks, the file's size

        def has_nothing_to_do():
            size = os.path.getsize(self.path)
            same = self._tcpdump.state() == "S" and size == asleep[1]
            asleep[:] = [asleep[0] + 1 if same else 0, size]
            return asleep[0] >= 4

        until(has_nothing_to_do, 10, "tcpdump has read what was sent")

    def _tshark(self, *arguments):
        self.stop()
        return run("tshark", "-r", self.path, "-n", *OPTIONS, *arguments, timeout=60)

    def _readings(self):
        """Of READINGS, those whose family is in the file: each tshark costs half a second."""
        self.stop()
        six = {":" in packet.source for packet in conversation.Tail(self.path).read()}
        return [reading for reading in READINGS if (reading[0] == "ipv6") in six]

    def rows(self, fields, where=BOOT):
        """Reads fields of each packet that the display filter selects.

        Returns dictionaries, field -> text ("" where absent; several values joined by ","), in
        the order of the packets; `frame.number` is always there."""
        fields = ["frame.number", *[name for name in fields if name != "frame.number"]]
        found = []
        for family, decode in self._readings():
            text = self._tshark("-d", decode, "-Y", f"{family} && ({where})", "-T", "fields",
                                *[part for name in fields for part in ("-e", name)])
            found += [dict(zip(fields, line.split("\t"))) for line in text.splitlines()]
        return sorted(found, key=lambda row: int(row["frame.number"]))

    def conversation(self, where=BOOT):
        """The packets as tshark's own one-line summaries, then the boot packets in full."""
        parts = []
        for family, decode in self._readings():
            parts.append(self._tshark("-d", decode, "-Y", f"{family} && ({where})"))
            protocol = decode.rsplit(",", 1)[1]
            parts.append(self._tshark("-d", decode, "-Y", f"{family} && ({where})",
                                      "-O", protocol))
        return "\n".join(part for part in parts if part.strip())

    def check(self, *servers, at_least=1, where=BOOT, tshark_lacks=None):
        """Every packet that the servers sent (hosts, or addresses) is right in tshark's eyes:
        nothing malformed, no expert information of the grade warning or worse, checksums right.
        Fewer than `at_least` packets are an error: a check of nothing proves nothing.
        `tshark_lacks` is the one message that tells of tshark's own gap."""
        addresses = []
        for server in servers:
            if isinstance(server, str):
                addresses.append(server)
            else:
                addresses += server.addresses
                addresses += [server.link_local(name) for name in server.interfaces]
        sent = " || ".join(f"ipv6.src == {address}" if ":" in address else f"ip.src == {address}"
                           for address in addresses)
        seen = self.rows(["_ws.malformed", "_ws.expert.severity"], f"({where}) && ({sent})")
        if len(seen) < at_least:
            raise LabError(f"{len(seen)} packets of {addresses} in the capture, "
                           f"at least {at_least} expected")
        if not any(row["_ws.malformed"] or
                   any(int(grade) >= WARNING for grade in row["_ws.expert.severity"].split(",")
                       if grade) for row in seen):
            return seen
        bad = f"(_ws.malformed || _ws.expert.severity >= {WARNING})"
        for row in self.rows(["_ws.expert.message"], f"({where}) && ({sent}) && {bad}"):
            message = row["_ws.expert.message"] or "malformed"
            if message != tshark_lacks:
                raise LabError(f"packet {row['frame.number']}: tshark says: {message}")
        return seen
