"""Secure Boot: Debian's signed shim and GRUB, as far as GRUB's own configuration file (W12).

shim finds GRUB on our server, unless the DHCP server names a file: then beside that one. GRUB learns
its server from the DHCP server's answer; from ours only since 2.12.
"""

import re

import lab
from lab import Network, servers
from lab.conversation import Tail
from lab.grub import SPEAKS, site_with_grub, version
from lab.process import until
from lab.site import BOOT4, DHCP4


def speaks(site, pc):
    assert pc.wait(SPEAKS, 240).groups() == ("y", BOOT4)  # lockdown: Secure Boot was on


def stops(site, pc):
    pc.wait(r"grub> ", 240)


def finds_no_grub(site, pc):
    """shim looks beside the file that the DHCP server names, and the firmware goes on without it."""
    until(lambda: re.search(r"BdsDxe: starting Boot(?!0077)", pc.console()), 240,
          "the firmware goes on to another way to boot")
    assert "Welcome to GRUB" not in pc.console(), pc.console()


def asks_the_dhcp_server(site, pc):
    """It believes dnsmasq, which says in any case that it is the boot server."""
    pc.wait(r"Welcome to GRUB", 240)
    until(lambda: any(packet.is_udp and packet.dport == 69 and packet.destination == DHCP4
                      for packet in Tail(site.capture.path).read()), 60, "GRUB asks dnsmasq's host")
    assert not re.search(SPEAKS, pc.console()), pc.console()


def _add(name, of_2_06, way="pxe4", **more):
    """A test of the matrix: what happens with GRUB 2.06; newer ones speak, if they are found."""
    @lab.timeout(400)
    def test():
        with Network() as net:
            site = site_with_grub(net, **more)
            ends = of_2_06 if version() < (2, 12) or of_2_06 is finds_no_grub else speaks
            ends(site, site.machine(way, secure=True))
            site.done()
    test.__name__ = f"test_{name}"
    test.__module__ = __name__
    globals()[test.__name__] = test


for _lease in servers.LEASE4:
    _add(f"pxe_beside_{_lease}_with_addresses_only",
         asks_the_dhcp_server if _lease == "dnsmasq" else stops, lease=_lease)
    _add(f"pxe_beside_{_lease}_with_next_server", speaks, lease=_lease,
         names={"next_server": BOOT4})
_add("pxe_beside_dhcpd_with_a_file", finds_no_grub, names={"file": "other.0"})
_add("pxe_beside_dhcpd_with_a_file_and_next_server", speaks,
     names={"file": "other.0", "next_server": BOOT4})
_add("http_boot_beside_addresses_only", stops, way="http4")
_add("http_boot_beside_next_server", stops, way="http4", names={"next_server": BOOT4})
