"""Secure Boot: Debian's signed shim and GRUB, as far as GRUB's own configuration file (W12).

shim finds GRUB on our server, whatever the DHCP server says. GRUB learns its server from the DHCP
server's answer; from ours only since 2.12.
"""

import lab
from lab import Network, servers
from lab.grub import SPEAKS, site_with_grub, version
from lab.site import BOOT4


def ends(pattern, way="pxe4", **more):
    """Boots a PC with Secure Boot on until the console says the pattern; returns the match."""
    with Network() as net:
        site = site_with_grub(net, **more)
        found = site.machine(way, secure=True).wait(pattern, 240)
        site.done()
        return found


def _add(name, **what):
    @lab.timeout(400)
    def test():
        learns = version() >= (2, 12) or (what.get("names") and what.get("way") != "http4")
        found = ends(SPEAKS if learns else r"grub> ", **what)
        assert not learns or found.groups() == ("y", BOOT4), found
    test.__name__ = f"test_{name}"
    test.__module__ = __name__
    globals()[test.__name__] = test


for _lease in servers.LEASE4:
    _add(f"pxe_beside_{_lease}_with_addresses_only", lease=_lease)
    _add(f"pxe_beside_{_lease}_with_next_server", lease=_lease, names={"next_server": BOOT4})
_add("http_boot_beside_addresses_only", way="http4")
_add("http_boot_beside_next_server", way="http4", names={"next_server": BOOT4})
