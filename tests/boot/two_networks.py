"""An interface with addresses of two networks: `server` says which one the machines can reach (W4).

They cannot reach the other one, whose address is the one that the kernel lists first: IPv4's oldest,
IPv6's newest.
"""

import lab
from lab import Network
from lab.site import BOOT4, BOOT6, Site

ADDRESSES = ("10.55.0.2/24", f"{BOOT4}/24", f"{BOOT6}/64", "fd55::2/64")


def boots(way, families):
    with Network() as net:
        site = Site(net, families=families, boot_addresses=ADDRESSES)
        site.serve(settings={"server": [BOOT4, BOOT6]})
        site.write("boot.ipxe", f"#!ipxe\nchain http://{BOOT4}/boot.bin\n")
        site.boots(way)
        site.done()


@lab.timeout(150)
def test_bios():
    boots("bios", (4,))


@lab.timeout(150)
def test_uefi_over_ipv4():
    boots("pxe4", (4,))


@lab.timeout(240)
def test_uefi_over_ipv6():
    boots("pxe6", (6,))
