"""UEFI HTTP Boot over TLS: the firmware has an authority of the test's, and takes the URL as it is sent."""

import lab
from lab import Network
from lab.https import Authority
from lab.site import BOOT4, Site


@lab.timeout(150)
def test_https_over_ipv4():
    with Network() as net:
        site, made = Site(net), Authority(net)
        served = made.serve(site.boot, site.folder)
        site.serve([{"arch": "x64-uefi-http", "url": "https://${server}/boot.efi"}])
        said = site.machine("http4", trusts=made.trusted()).boots()
        assert said["LoadedFrom"] == f"https://{BOOT4}/boot.efi", said
        assert "HEAD /boot.efi" in served.text() and "GET /boot.efi" in served.text(), served.text()
        assert len(site.done()) == 1
