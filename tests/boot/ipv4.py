"""Real firmware boots over IPv4, beside a DHCP server that gives addresses only."""

import lab
from lab import Network
from lab.site import BOOT4, Site

SCRIPT = """#!ipxe
echo The script speaks, class ${user-class}.
chain http://%s/%s
"""


def address(octets):
    return ".".join(str(octet) for octet in octets)


def boots_bios(same_host):
    with Network() as net:
        site = Site(net, same_host=same_host)
        # The ROM of QEMU is iPXE; here it is taken as the PXE ROM that it also is.
        site.serve([{"arch": "x86-bios", "file": "boot.bin"}])
        pc = site.machine("bios")
        said = pc.boots()
        reply = said["PxeReply"]
        assert reply.siaddr == site.server4 and reply.file.endswith("boot.bin"), said
        assert address(reply.options[54]) == site.server4, said
        assert reply.options[60] == b"PXEClient", said
        site.done()
        return [row["udp.srcport"] for row in
                site.from_boot_host("dhcp.option.vendor_class_id == \"PXEClient\"",
                                    ["udp.srcport"])]


def boots_uefi(same_host):
    with Network() as net:
        site = Site(net, same_host=same_host)
        site.serve()
        said = site.machine("pxe4").boots()
        # The firmware keeps the answer from port 4011 where the proxy's offer belongs: there a
        # loader looks for its server.
        offer = said["ProxyOffer"]
        assert offer.siaddr == site.server4 and offer.file == "boot.efi", said
        assert offer.options[53] == b"\x05" and offer.options[60] == b"PXEClient", said
        assert address(offer.options[54]) == site.server4, said
        assert said["DhcpAck"].file == "", said
        site.done()
        return site.from_boot_host("udp.srcport == 4011", ["udp.dstport", "ip.dst"])


@lab.timeout(150)
def test_bios_beside_a_dhcp_server():
    ports = boots_bios(False)
    assert ports.count("67") >= 1, ports


@lab.timeout(150)
def test_bios_on_the_dhcp_servers_host():
    ports = boots_bios(True)
    assert "4011" in ports, ports


@lab.timeout(150)
def test_uefi_beside_a_dhcp_server():
    answers = boots_uefi(False)
    assert len(answers) == 1 and answers[0]["udp.dstport"] == "4011", answers


@lab.timeout(150)
def test_uefi_on_the_dhcp_servers_host():
    answers = boots_uefi(True)
    assert len(answers) == 1 and answers[0]["udp.dstport"] == "4011", answers


@lab.timeout(150)
def test_uefi_takes_the_direct_shape_too():
    with Network() as net:
        site = Site(net)
        site.serve([{"arch": "x64-uefi", "file": "boot.efi", "shape": "direct"}])
        said = site.machine("pxe4").boots()
        assert said["ProxyOffer"].siaddr == BOOT4, said
        assert said["ProxyOffer"].options[53] == b"\x02", said  # the OFFER, as it came
        site.done()
        assert not site.from_boot_host("udp.srcport == 4011")


def chain_loads(same_host):
    with Network() as net:
        site = Site(net, same_host=same_host)
        site.write("boot.ipxe", SCRIPT % (site.server4, "boot.efi"))
        with open("/usr/lib/ipxe/ipxe.efi", "rb") as loader, \
             open(f"{site.folder}/ipxe.efi", "wb") as copy:
            copy.write(loader.read())
        site.serve([{"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
                    {"arch": "x64-uefi", "file": "ipxe.efi"}])
        pc = site.machine("pxe4")
        pc.boots(150)
        console = pc.console()
        assert "iPXE initialising devices" in console, console
        assert "The script speaks" in console, console
        site.done()


@lab.timeout(240)
def test_uefi_chain_loads_ipxe_and_its_script():
    chain_loads(False)


@lab.timeout(240)
def test_uefi_chain_loads_on_the_dhcp_servers_host():
    chain_loads(True)


def rom_runs_script(same_host):
    with Network() as net:
        site = Site(net, same_host=same_host)
        site.write("boot.ipxe", SCRIPT % (site.server4, "boot.bin"))
        site.serve()
        pc = site.machine("bios")
        pc.boots()
        assert "The script speaks" in pc.console(), pc.console()
        site.done()


@lab.timeout(150)
def test_ipxe_rom_runs_a_script():
    rom_runs_script(False)


@lab.timeout(150)
def test_ipxe_rom_runs_a_script_on_the_dhcp_servers_host():
    rom_runs_script(True)


@lab.timeout(150)
def test_http_boot():
    with Network() as net:
        site = Site(net)
        site.serve()
        said = site.machine("http4").boots()
        assert said["LoadedFrom"] == f"http://{BOOT4}/boot.efi", said
        sent = site.done()
        assert len(sent) == 1, sent  # the offer; HTTP Boot never asks on 4011
        offer = site.from_boot_host("dhcp", ["dhcp.option.vendor_class_id", "dhcp.file"])[0]
        assert offer["dhcp.option.vendor_class_id"] == "HTTPClient", offer


@lab.timeout(150)
def test_silence_boots_nothing():
    """The yardstick of all above: without an entry for it the machine does not boot."""
    with Network() as net:
        site = Site(net)
        site.serve([{"arch": "arm64-uefi", "file": "boot.efi"}])
        pc = site.machine("bios")
        pc.wait(r"No more network devices|Nothing to boot|No bootable device|Could not boot", 90)
        assert "boot program speaks" not in pc.console(), pc.console()
        site.daemon.stop()
        assert not site.from_boot_host("dhcp"), "answered a client that no entry names"
