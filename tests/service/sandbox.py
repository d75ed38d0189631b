"""Real firmware boots from the daemon that runs inside its sandbox."""

import lab
from lab import Network, servers
from lab.guest import Guest
from lab.site import ENTRIES, Site


@lab.timeout(150)
def test_uefi_boots_from_inside_the_sandbox():
    with Network() as net:
        site = Site(net)
        servers.tftp(site.boot, site.folder)
        guest = Guest(site.boot, ENTRIES).boot()
        said = site.machine("pxe4").boots()
        assert said["ProxyOffer"].file == "boot.efi", said
        assert guest.status()["NoNewPrivs"] == "1"
        assert "x64-uefi" in guest.journal() and "ACK to " in guest.journal()
        site.capture.check(site.boot)
