"""The network that most boots need: a DHCP server, the boot host with its files, a PC's place."""

import os

from . import qemu, servers
from .conversation import Tail
from .daemon import Daemon
from .process import LabError

DHCP4, DHCP6 = "10.77.0.1", "fd77::1"
BOOT4, BOOT6 = "10.77.0.2", "fd77::2"

# What the tests serve, unless they say otherwise: our boot programs, to each kind of client.
ENTRIES = [
    {"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
    {"arch": "x86-bios", "file": "boot.bin"},
    {"arch": ["x64-uefi", "ebc"], "file": "boot.efi"},
    {"arch": "x64-uefi-http", "url": "http://${server}/boot.efi"},
]


class Site:
    """One segment `lan`; host `dhcp` gives addresses and nothing else; host `boot` has TFTP and
    HTTP with the boot programs of `folder`. With same_host the two are one host, whose DHCP server
    holds ports 67 and 547 and tells PXE clients, by class alone, to ask on 4011. `lease` is the
    DHCP server of IPv4, by its name in servers.LEASE4, and `names` what else that function takes: the
    file and server that it names of its own. boot_addresses are the boot host's, in the order in
    which it gets them. dhcp6_extra goes into the configuration of the DHCPv6 server as it is. `record`
    is what the capture is to have: less where kernels are loaded, which tshark would read for minutes."""

    def __init__(self, net, families=(4,), same_host=False, lease="dhcpd", names=None,
                 boot_addresses=(f"{BOOT4}/24", f"{BOOT6}/64"), dhcp6_extra="",
                 record="udp or tcp or icmp or icmp6"):
        self.net, self.families, self.same_host = net, families, same_host
        self.lan = net.segment("lan")
        self.dhcp = net.host("dhcp", f"{DHCP4}/24", f"{DHCP6}/64", on=self.lan)
        self.boot = self.dhcp if same_host else \
            net.host("boot", *boot_addresses, on=self.lan)
        self.server4, self.server6 = (DHCP4, DHCP6) if same_host else (BOOT4, BOOT6)
        self.capture = net.capture(self.lan, record)
        self.folder = qemu.boot_files(net.private("files"))
        self.daemon = None
        self.listen = {"dhcp": False, "dhcpv6": False} if same_host else {}
        if 4 in families:
            servers.LEASE4[lease](self.dhcp, same_host=same_host, **(names or {}))
        if 6 in families:
            servers.dhcp6(self.dhcp, same_host=same_host, extra=dhcp6_extra)
        # Without any router iPXE waits 15 s for one, also where it boots over IPv4.
        servers.radvd(self.dhcp, managed=6 in families)

    def write(self, name, text):
        """Puts a text file among the boot files."""
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def serve(self, entries=None, **more):
        """Starts TFTP, HTTP and the daemon with these entries; returns the Daemon."""
        servers.tftp(self.boot, self.folder)
        servers.http(self.boot, self.folder)
        self.daemon = Daemon(self.boot, boot=entries or ENTRIES, listen=self.listen, **more).start()
        return self.daemon

    def machine(self, way, **more):
        """Switches a PC on; see qemu.Machine."""
        return qemu.Machine(self.lan, way, **more)

    def boots(self, way, timeout=90):
        """Switches a PC on and waits until its boot program has spoken; returns what it said, and
        the machine. A PC that missed an answer which we sent is switched on once more."""
        pc = self.machine(way)
        try:
            return pc.boots(timeout), pc
        except LabError:
            answered = Tail(self.capture.path).read()
            if not qemu.missed_its_answer(pc) or \
               not any(packet.sport == 4011 and packet.source == self.server6
                       for packet in answered if packet.is_udp):
                raise
        print("the firmware missed the answer; the PC is switched on again")
        pc.stop()
        pc = self.machine(way, name="pc-again")
        return pc.boots(timeout), pc

    def from_boot_host(self, where="udp.port in {67, 68, 546, 547, 4011}", fields=()):
        """The packets that the boot host sent, as rows of fields."""
        sent = f"(ip.src == {self.server4} || ipv6.src == {self.server6} || " \
               f"ipv6.src == {self.boot.link_local()})"
        return self.capture.rows(list(fields), f"({where}) && {sent}")

    def done(self):
        """Stops the daemon and has tshark judge every boot packet that its host sent."""
        self.daemon.stop()
        return self.capture.check(self.boot)
