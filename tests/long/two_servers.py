"""Two boot servers in one network: whose answer each kind of firmware takes.

The manual tells the admin the rule (wdspxed-bootfile(5), QUIRKS); here it is seen. The order in which
the answers come is made by `delay`; the DHCP server's, where it counts, by its ping before an offer,
which takes a second. (W13)
"""

import lab
from lab import Network, servers
from lab.daemon import Daemon
from lab.site import BOOT4, Site

OTHER4 = "10.77.0.3"


def entry(arch, file, delay=0, **more):
    return {"arch": arch, **({"url": file} if "://" in file else {"file": file}),
            **({"delay": delay} if delay else {}), **more}


KINDS = {"bios": ("x86-bios", "boot.bin"), "pxe4": ("x64-uefi", "boot.efi"),
         "http4": ("x64-uefi-http", "http://${server}/boot.efi")}


def taken(way, ours, theirs, lease_late=False):
    """Boots a PC; returns the address of the boot server that it booted from. `ours` and `theirs`
    are keys of the two entries; theirs a list: lines for dnsmasq as a proxy."""
    with Network() as net:
        site = Site(net, names={"ping_check": True} if lease_late else None)
        other = net.host("other", f"{OTHER4}/24", on=site.lan)
        servers.tftp(other, site.folder)
        servers.http(other, site.folder)
        if isinstance(theirs, list):
            servers.dnsmasq_proxy(other, "dhcp-range=10.77.0.0,proxy", *theirs)
        else:
            Daemon(other, boot=[entry(*KINDS[way], **theirs)]).start()
        site.serve([entry(*KINDS[way], **ours)])
        said = site.machine(way).boots(150)
        site.done()
        if way == "http4":
            return said["LoadedFrom"].split("/")[2]
        return (said["PxeReply"] if way == "bios" else said["ProxyOffer"]).siaddr


LATE = {"delay": 400}     # behind the other server, before a DHCP server that pings
DNSMASQ = [f'pxe-service=x86PC,"other",boot.bin,{OTHER4}']


def _add(name, wins, *what, **more):
    @lab.timeout(300)
    def test():
        came = taken(*what, **more)
        assert came == {"ours": BOOT4, "theirs": OTHER4}[wins], f"{came} was taken, not {wins}"
    test.__name__ = f"test_{name}"
    test.__module__ = __name__
    globals()[test.__name__] = test


for _late in False, True:
    _when = "before_a_late_lease" if _late else "around_a_quick_lease"
    # UEFI firmware, PXE and HTTP Boot: the first answer; PXE: one with a file (direct) before any
    # that redirects.
    for _way in "pxe4", "http4":
        _add(f"{_way}_takes_the_first_{_when}", "ours", _way, {}, LATE, lease_late=_late)
        _add(f"{_way}_takes_the_first_{_when}_theirs", "theirs", _way, LATE, {}, lease_late=_late)
    _add(f"pxe4_takes_a_late_direct_one_{_when}", "theirs", "pxe4", {},
         {"shape": "direct", **LATE}, lease_late=_late)
    _add(f"pxe4_takes_our_late_direct_one_{_when}", "ours", "pxe4", {"shape": "direct", **LATE},
         {}, lease_late=_late)
    # iPXE: by priority, which ours has (W3); of equal ones the last that is there when the lease
    # comes, and the first where the lease came before.
    _add(f"ipxe_takes_ours_before_dnsmasq_{_when}", "ours", "bios", {}, DNSMASQ, lease_late=_late)
    _add(f"ipxe_takes_of_two_of_ours_{_when}", "theirs" if _late else "ours", "bios", {}, LATE,
         lease_late=_late)
_add("ipxe_takes_ours_behind_dnsmasq_before_a_late_lease", "ours", "bios", LATE, DNSMASQ,
     lease_late=True)
_add("ipxe_does_not_wait_for_us_behind_dnsmasq", "theirs", "bios", LATE, DNSMASQ)
