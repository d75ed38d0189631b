"""Real firmware boots over IPv6, beside an address-only DHCPv6 server and router advertisements."""

import shutil

import lab
from lab import Network
from lab.site import BOOT6, Site

INTEL_PXE = (343).to_bytes(4, "big") + (9).to_bytes(2, "big") + b"PXEClient"


def boots_pxe6(same_host):
    with Network() as net:
        site = Site(net, families=(6,), same_host=same_host)
        site.serve()
        said, _ = site.boots("pxe6")
        url = f"tftp://[{site.server6}]/boot.efi"
        # The firmware keeps the REPLY from port 4011 as the proxy's offer, or as its DHCP server's
        # answer where one host is both.
        reply = said["ProxyOffer"] or said["DhcpAck"]
        assert reply.url == url, said
        assert reply.options[16] == INTEL_PXE, said
        for code in (3, 4, 25, 13, 7):
            assert code not in reply.options, said
        site.done()
        answers = site.from_boot_host("udp.srcport == 4011", ["udp.dstport", "ipv6.dst"])
        assert answers and all(answer["udp.dstport"] == "4011" for answer in answers), answers


@lab.timeout(240)
def test_pxe_beside_a_dhcp_server():
    boots_pxe6(False)


@lab.timeout(240)
def test_pxe_on_the_dhcp_servers_host():
    boots_pxe6(True)


@lab.timeout(240)
def test_http_boot():
    with Network() as net:
        site = Site(net, families=(6,))
        site.serve()
        said, _ = site.boots("http6")
        assert said["LoadedFrom"] == f"http://[{BOOT6}]/boot.efi", said
        sent = site.done()
        assert len(sent) == 1, sent


SCRIPT = "#!ipxe\necho The script speaks.\nchain http://{}/boot.efi\n"


def chain_site(net, **more):
    """A Site whose folder has iPXE as well, to be loaded by firmware over IPv6."""
    site = Site(net, **more)
    shutil.copyfile("/usr/lib/ipxe/ipxe.efi", f"{site.folder}/ipxe.efi")
    return site


@lab.timeout(400)
def test_chain_load_over_ipv6_takes_its_script_over_ipv4():
    """iPXE takes no DHCPv6 answer without an address; with IPv4 there as well, it goes on."""
    with Network() as net:
        site = chain_site(net, families=(4, 6))
        site.write("boot.ipxe", SCRIPT.format(site.server4))
        site.serve([{"user-class": "iPXE", "family": 4, "url": "http://${server}/boot.ipxe"},
                    {"user-class": "iPXE", "action": "ignore"},
                    {"arch": "x64-uefi", "file": "ipxe.efi"}])
        _, pc = site.boots("pxe6", 180)
        assert "The script speaks" in pc.console(), pc.console()
        site.done()


@lab.timeout(400)
def test_chain_load_over_ipv6_takes_the_script_that_the_dhcpv6_server_names():
    """In a network without IPv4 the DHCPv6 server, which gives iPXE its address, names the script."""
    with Network() as net:
        site = chain_site(net, families=(6,), dhcp6_extra=f"""
            option dhcp6.user-class-octets code 15 = string;
            if option dhcp6.user-class-octets = 00:04:69:50:58:45 {{
              option dhcp6.bootfile-url "http://[{BOOT6}]/boot.ipxe";
            }}""")
        site.write("boot.ipxe", SCRIPT.format(f"[{BOOT6}]"))
        site.serve([{"user-class": "iPXE", "action": "ignore"},
                    {"arch": "x64-uefi", "file": "ipxe.efi"}])
        _, pc = site.boots("pxe6", 180)
        assert "The script speaks" in pc.console(), pc.console()
        site.done()


@lab.timeout(400)
def test_chain_load_over_ipv6_alone_ends_in_ipxe():
    """What the manual says does not work: iPXE takes its address from the DHCPv6 server, and leaves
    the answer that names its script, and gives no address, alone."""
    with Network() as net:
        site = chain_site(net, families=(6,))
        site.write("boot.ipxe", SCRIPT.format(f"[{BOOT6}]"))
        site.serve([{"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
                    {"arch": "x64-uefi", "file": "ipxe.efi"}])
        pc = site.machine("pxe6")
        pc.wait(r"Nothing to boot", 240)
        assert "The script speaks" not in pc.console(), pc.console()
        site.done()
        assert site.from_boot_host('dhcpv6.msgtype == 2 && udp contains "/boot.ipxe"'), \
            "iPXE was not offered its script"
