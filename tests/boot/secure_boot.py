"""Secure Boot on: the firmware takes Debian's signed shim from us, shim GRUB, GRUB its configuration."""

import lab
from lab import Network
from lab.grub import SPEAKS, site_with_grub
from lab.site import BOOT4


@lab.timeout(400)
def test_shim_and_grub_over_pxe():
    """The DHCP server names the boot host (next-server), for a GRUB that asks nobody else (W12)."""
    with Network() as net:
        site = site_with_grub(net, names={"next_server": BOOT4})
        found = site.machine("pxe4", secure=True).wait(SPEAKS, 240)
        assert found.groups() == ("y", BOOT4), found  # lockdown: Secure Boot was on
        site.done()
