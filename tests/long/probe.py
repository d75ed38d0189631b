"""What wdspxectl probe says is what the firmware then does, in the same network, by the same servers.

SeaBIOS has iPXE as its ROM, so its probe is iPXE with architecture 0. The verdict is compared with
whether the machine boots, and the boot server with the one that its file came from.
"""

import json
import os

import lab
from lab import LabError, Network, servers
from lab.daemon import build
from lab.process import ended
from lab.qemu import FAILED, MAC
from lab.site import BOOT4, BOOT6, Site

OTHER4 = "10.77.0.3"
WORDS = {"bios": ("--arch", "x86-bios", "--user-class", "iPXE"), "pxe4": (), "http4": ("--http",),
         "pxe6": ("--6",), "http6": ("--6", "--http")}
FILES = {"bios": ("x86-bios", "file", "boot.bin"), "pxe4": ("x64-uefi", "file", "boot.efi"),
         "http4": ("x64-uefi-http", "url", "http://${server}/boot.efi")}
FILES.update(pxe6=FILES["pxe4"], http6=FILES["http4"])
# What firmware says when it gives up the network.
GIVEN_UP = {way: "No more network devices|No bootable device" if way == "bios" else FAILED for way in WORDS}


def probe(net, site, way):
    """Its exit status and its answer."""
    host = net.host("probe", "10.77.0.9/24", "fd77::9/64", on=site.lan)
    done = ended(["ip", "netns", "exec", host.namespace, os.path.join(build(), "wdspxectl"), "probe",
                  *WORDS[way], "--fetch", "--json"], capture_output=True, text=True, timeout=60)
    print(done.stdout, done.stderr)
    return done.returncode, json.loads(done.stdout)


def boots(site, way):
    """Switches a PC on: whether it boots."""
    pc = site.machine(way)
    try:
        pc.wait(f"The boot program has spoken|{GIVEN_UP[way]}", 150)
    except LabError:
        if FAILED not in pc.console():      # it says so itself: the firmware gave up
            raise
    print(pc.console())
    return "The boot program has spoken" in pc.console()


def fetched_from(site, pc):
    """The server that the machine asked for its first file; None: it asked none."""
    rows = site.capture.rows(["ip.dst", "ipv6.dst"], f"eth.src == {pc} && (tftp.opcode == 1 || http.request)")
    return (rows[0]["ip.dst"] or f"[{rows[0]['ipv6.dst']}]") if rows else None


def serve_dnsmasq(net, site, *lines):
    """As a proxy, with a file server."""
    host = net.host("other", f"{OTHER4}/24", on=site.lan)
    servers.tftp(host, site.folder)
    servers.dnsmasq_proxy(host, *lines, "dhcp-range=10.77.0.0,proxy", f"pxe-service=x86PC,PXE,boot.bin,{OTHER4}",
                          f"pxe-service=X86-64_EFI,PXE,boot.efi,{OTHER4}",
                          f"pxe-service=BC_EFI,PXE,boot.efi,{OTHER4}")


def compare(way, *, ours=None, dnsmasq=None, says_pxeclient=None):
    """`ours`: keys of our daemon's entry, besides those of the machine; `dnsmasq`: lines of a proxy's
    configuration; `says_pxeclient`: a DHCP server that does. Returns the probe's answer, which is what
    the machine does."""
    arch, key, name = FILES[way]
    with Network() as net:
        site = Site(net, families=() if says_pxeclient else (int(way[-1]) if way[-1] in "46" else 4,))
        if says_pxeclient:
            late = {"ping_check": True} if says_pxeclient == "late" else {}
            servers.LEASE4["dhcpd" if late else says_pxeclient](site.dhcp, same_host=True, **late)
        if dnsmasq is not None:
            serve_dnsmasq(net, site, *dnsmasq)
        if ours is not None:
            site.serve([{"arch": arch, key: name, **ours}])
        status, answer = probe(net, site, way)
        assert status in (0, 1), answer
        done = boots(site, way)
        assert (status == 0) == done, f"probe: {answer['verdict']}, {answer['why']}; it boots: {done}"
        asked = fetched_from(site, MAC)
        assert asked == (answer["url"].split("/")[2] if "url" in answer else None), (asked, answer)
        return answer


def _add(name, way, verdict, server=None, **network):
    @lab.timeout(300)
    def test():
        answer = compare(way, **network)
        assert answer["verdict"] == verdict, answer
        if server:
            assert server in answer["url"], answer
    test.__name__ = f"test_{name}_{way}"
    test.__module__ = __name__
    globals()[test.__name__] = test


MISSING = {"bios": {"file": "nothere.0"}, "pxe4": {"file": "nothere.efi"},
           "http4": {"url": "http://${server}/nothere.efi"}}
MISSING.update(pxe6=MISSING["pxe4"], http6=MISSING["http4"])

for _way in "bios", "pxe4":
    _add("dnsmasq", _way, "would-boot", OTHER4, dnsmasq=())
    _add("both_and_ours_is_late", _way, "would-boot", OTHER4, ours={"delay": 700}, dnsmasq=())
    _add("both_and_dnsmasq_is_late", _way, "would-boot", BOOT4, ours={}, dnsmasq=("dhcp-reply-delay=1",))
for _way in FILES:
    _server = BOOT6 if _way.endswith("6") else BOOT4
    _add("ours", _way, "would-boot", _server, ours={})
    _add("a_missing_file", _way, "would-not-boot", _server, ours=MISSING[_way])
# The DHCP server says PXEClient. OVMF asks that host; iPXE takes our offer, which has a priority, if it
# came before.
for _lease in "dhcpd", "kea", "dnsmasq":
    _add(f"{_lease}_says_pxeclient", "pxe4", "would-not-boot", ours={}, says_pxeclient=_lease)
_add("a_late_dhcpd_says_pxeclient", "bios", "would-boot", BOOT4, ours={}, says_pxeclient="late")
_add("dhcpd_says_pxeclient", "bios", "would-not-boot", ours={"delay": 700}, says_pxeclient="dhcpd")
