"""Secure Boot: Debian's signed shim and GRUB, as far as GRUB's own configuration file (W12); and shim, iPXE and
autoexec.ipxe, in the layout of iPXE's own signed chain.

shim finds GRUB on our server, unless the DHCP server names a file: then beside that one. GRUB learns
its server from the DHCP server's answer; from ours only since 2.12.
"""

import os
import re
import shutil

import lab
from lab import Network, debian, servers
from lab.conversation import Tail
from lab.grub import SPEAKS, site_with_grub, version
from lab.process import Skip, until
from lab.qemu import OVMF_OWN
from lab.signing import sign
from lab.site import BOOT4, DHCP4, Site


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


# ---- shim, iPXE, autoexec.ipxe ----

# Debian's shim before it is signed, and its iPXE, which knows that script (Debian 13); a key of the test's stands
# for Microsoft's. In place of iPXE's own shim, which loads ipxe.efi, this one loads what is called grubx64.efi.
SHIM = "/usr/lib/shim/shimx64.efi"
SCRIPT = f"""#!ipxe
echo The script speaks, from ${{cwduri}}.
dhcp
chain http://{BOOT4}/unsigned.efi || echo The unsigned program is refused.
chain http://{BOOT4}/boot.efi
"""


def site_with_ipxe(net, script_in):
    """A Site with shim and iPXE in one folder, signed, and the script in the folder where it is looked for."""
    if not os.path.exists(SHIM):
        raise Skip("shim-unsigned is not installed")
    ipxe = os.path.join(debian.package("trixie", "ipxe"), "usr/lib/ipxe/ipxe-amd64.efi")
    site = Site(net)
    os.mkdir(f"{site.folder}/sb")
    sign(SHIM, f"{site.folder}/sb/shimx64.efi")
    sign(ipxe, f"{site.folder}/sb/grubx64.efi")
    site.write(os.path.join(script_in, "autoexec.ipxe"), SCRIPT)
    shutil.move(f"{site.folder}/boot.efi", f"{site.folder}/unsigned.efi")
    sign(f"{site.folder}/unsigned.efi", f"{site.folder}/boot.efi")
    site.serve([{"arch": "x64-uefi", "file": "sb/shimx64.efi"},
                {"arch": "x64-uefi-http", "url": "http://${server}/sb/shimx64.efi"}])
    return site


def signed_ipxe(way, script_in, secure):
    with Network() as net:
        site = site_with_ipxe(net, script_in)
        pc = site.machine(way, secure=OVMF_OWN if secure else False)
        pc.boots(240)
        console = pc.console()
        assert "The script speaks, from" in console, console
        assert ("The unsigned program is refused." in console) == secure, console
        site.done()


@lab.timeout(400)
def test_signed_ipxe_by_tftp_with_secure_boot():
    signed_ipxe("pxe4", "", True)


@lab.timeout(400)
def test_signed_ipxe_by_tftp_without_secure_boot():
    signed_ipxe("pxe4", "", False)


@lab.timeout(400)
def test_signed_ipxe_by_http_with_secure_boot():
    signed_ipxe("http4", "sb", True)


@lab.timeout(400)
def test_signed_ipxe_by_http_without_secure_boot():
    signed_ipxe("http4", "sb", False)
