"""Beside a DHCP server that names a boot file of its own: ours is booted all the same (W3).

What it names leads nowhere, so that a machine which follows it does not boot. All servers and all
names, in all combinations, are in tests/long/lease_servers.py.
"""

import shutil

import lab
from lab import Network
from lab.site import Site

NAMES = {"file": "other.0", "next_server": "10.77.0.9"}
SCRIPT = "#!ipxe\necho The script speaks, class ${user-class}.\nchain http://%s/boot.efi\n"


@lab.timeout(150)
def test_ipxe_rom():
    with Network() as net:
        site = Site(net, lease="dnsmasq", names=NAMES)
        site.serve([{"arch": "x86-bios", "file": "boot.bin"}])
        site.machine("bios").boots()
        site.done()


@lab.timeout(240)
def test_uefi_chain_loads_ipxe():
    with Network() as net:
        site = Site(net, names=NAMES)
        site.write("boot.ipxe", SCRIPT % site.server4)
        shutil.copyfile("/usr/lib/ipxe/ipxe.efi", f"{site.folder}/ipxe.efi")
        site.serve([{"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
                    {"arch": "x64-uefi", "file": "ipxe.efi"}])
        pc = site.machine("pxe4")
        pc.boots(150)
        assert "The script speaks" in pc.console(), pc.console()
        site.done()
