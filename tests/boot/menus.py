"""A menu of PXE firmware is on the console, and keys choose from it; all of it is in tests/long/menus.py."""

import lab
from lab import Network, menus


def second_item(way):
    with Network() as net:
        site = menus.site(net, way)
        pc = site.machine(way, keys=True)
        menus.choose(pc, menus.SECOND)
        pc.boots()
        assert menus.fetched(site) == [f"beta.{'bin' if way == 'bios' else 'efi'}"], menus.fetched(site)
        site.daemon.wait_log(r'chose item "Beta" \(type 0x8001\)')
        site.done()


@lab.timeout(150)
def test_bios_boots_the_second_item():
    second_item("bios")


@lab.timeout(150)
def test_uefi_boots_the_second_item():
    second_item("pxe4")
