"""Every kind of client beside every DHCP server of the field that names a boot file of its own.

It does so for old installations, or because a router does it by itself. The names lead nowhere: a
machine that follows them does not boot. Ours must win, whatever they are (W3).
"""

import shutil

import lab
from lab import Network, servers
from lab.site import BOOT6, Site

OTHER = {"nothing": {}, "file": {"file": "other.0"}, "next_server": {"next_server": "10.77.0.9"},
         "both": {"file": "other.0", "next_server": "10.77.0.9"}}
SCRIPT = "#!ipxe\necho The script speaks, class ${user-class}.\nchain http://%s/%s\n"


def boots(way, entries=None, script=None, same_host=False, **site):
    """Boots one machine of that way beside such a server; returns its console."""
    with Network() as net:
        made = Site(net, same_host=same_host, **site)
        if script:
            made.write("boot.ipxe", SCRIPT % (made.server4, script))
            shutil.copyfile("/usr/lib/ipxe/ipxe.efi", f"{made.folder}/ipxe.efi")
        made.serve(entries)
        pc = made.machine(way)
        pc.boots(200)
        made.done()
        return pc.console()


CHAIN = [{"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
         {"arch": "x64-uefi", "file": "ipxe.efi"}]
BIOS = [{"arch": "x86-bios", "file": "boot.bin"}]
BIOS_REDIRECTED = [{"arch": "x86-bios", "file": "boot.bin", "shape": "redirect"}]


def _add(name, **what):
    """Makes one test of the matrix."""
    @lab.timeout(300)
    def test():
        console = boots(**what)
        assert "The script speaks" in console or "script" not in what, console
    test.__name__ = f"test_{name}"
    test.__module__ = __name__
    globals()[test.__name__] = test


for _lease in servers.LEASE4:
    for _kind, _names in OTHER.items():
        _add(f"ipxe_rom_beside_{_lease}_that_names_{_kind}", way="bios", entries=BIOS,
             lease=_lease, names=_names)
        _add(f"uefi_beside_{_lease}_that_names_{_kind}", way="pxe4", lease=_lease, names=_names)
        _add(f"http_boot_beside_{_lease}_that_names_{_kind}", way="http4", lease=_lease,
             names=_names)
    _add(f"ipxe_rom_redirected_beside_{_lease}_that_names_both", way="bios",
         entries=BIOS_REDIRECTED, lease=_lease, names=OTHER["both"])
    _add(f"chain_of_uefi_and_ipxe_beside_{_lease}_that_names_both", way="pxe4", entries=CHAIN,
         script="boot.efi", lease=_lease, names=OTHER["both"])
    _add(f"ipxe_rom_on_the_host_of_{_lease}", way="bios", entries=BIOS, lease=_lease,
         same_host=True)
    _add(f"uefi_on_the_host_of_{_lease}", way="pxe4", lease=_lease, same_host=True)


OTHER6 = 'option dhcp6.bootfile-url "tftp://[fd77::9]/other.efi";'


def boots6(way):
    with Network() as net:
        site = Site(net, families=(6,), dhcp6_extra=OTHER6)
        site.serve()
        said, _ = site.boots(way, 200)
        site.done()
        return said


@lab.timeout(450)
def test_uefi_over_ipv6_beside_a_dhcpv6_server_that_names_a_url():
    said = boots6("pxe6")
    assert said["ProxyOffer"].url == f"tftp://[{BOOT6}]/boot.efi", said


@lab.timeout(450)
def test_http_boot_over_ipv6_beside_a_dhcpv6_server_that_names_a_url():
    said = boots6("http6")
    assert said["LoadedFrom"] == f"http://[{BOOT6}]/boot.efi", said
