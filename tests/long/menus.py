"""Menus of PXE firmware, driven by keys: SeaBIOS with iPXE as its ROM, and OVMF. What each was seen to do
with every form of a menu decides what the daemon sends; here the forms that it sends are booted."""

import os
import shutil

import lab
from lab import Network, menus, servers
from lab.daemon import Daemon
from lab.qemu import DISK_SPEAKS, SPOKEN
from lab.site import BOOT4, Site

OTHER4, GROUP = "10.77.0.9", "239.255.43.71"
SUFFIX = {"bios": "bin", "pxe4": "efi"}
DISK_BOOTS = {"bios": DISK_SPEAKS, "pxe4": r"PXE-E21[\s\S]*" + SPOKEN}


def boots(way, number, expected, keys=None, **more):
    """Chooses that item, or None: waits; the file `expected` is booted."""
    with Network() as net:
        site = menus.site(net, way, **more)
        pc = site.machine(way, keys=True)
        if number is None:
            pc.wait(menus.PROMPT)
        else:
            menus.choose(pc, number)
        pc.boots()
        fetched = menus.fetched(site)
        assert fetched == [f"{expected}.{SUFFIX[way]}"], fetched
        site.done()
        return menus.asked(site)


def _add(name, function):
    test = lab.timeout(200)(function)
    test.__name__ = f"test_{name}"
    test.__module__ = __name__
    globals()[test.__name__] = test


def takes_the_first(way):
    def test():
        boots(way, None, "alpha")
    return test


def takes_the_third(way):
    def test():
        boots(way, menus.THIRD, "gamma")
    return test


def on_the_lease_servers_host(way):
    def test():
        boots(way, menus.SECOND, "beta", same_host=True)
    return test


def by_multicast(way):
    def test():
        asked = boots(way, menus.SECOND, "beta", menu={"multicast": GROUP}, listen={"multicast": GROUP})
        assert (GROUP, 4011) in asked, asked
    return test


def by_multicast_from_a_server_elsewhere(way):
    """The files are on another host, which answers nothing: by multicast UEFI takes its address."""
    def test():
        with Network() as net:
            site = Site(net)
            other = net.host("other", f"{OTHER4}/24", on=site.lan)
            menus.files(site, way)
            servers.tftp(other, site.folder)
            site.listen = {"multicast": GROUP}
            site.serve([{"server": OTHER4,
                         "menu": {"timeout": 5, "multicast": GROUP, "items": menus.items(way)}}])
            pc = site.machine(way, keys=True)
            menus.choose(pc, menus.SECOND)
            pc.boots()
            rows = site.capture.rows(["ip.dst", "tftp.source_file"], "tftp.opcode == 1")
            assert {row["ip.dst"] for row in rows} == {OTHER4}, rows
            site.done()
    return test


def on_another_host(way):
    """An item that another daemon answers, on 4011 alone, and serves."""
    def test():
        with Network() as net:
            site = Site(net)
            menus.files(site, way)
            second = net.host("second", f"{OTHER4}/24", on=site.lan)
            folder = net.private("second")
            shutil.copyfile(f"{site.folder}/{menus.FILE[way]}", os.path.join(folder, "rescue"))
            servers.tftp(second, folder)
            rescue = Daemon(second, boot=[{"menu": {"items": [
                {"text": "Rescue", "file": "rescue", "type": 40000}, {"text": "Disk", "local": True}]}}],
                listen={"dhcp": False, "dhcpv6": False}).start()
            site.serve([{"menu": {"timeout": 5, "items": menus.items(way, server=OTHER4, type=40000)}}])
            pc = site.machine(way, keys=True)
            menus.choose(pc, menus.SECOND)
            pc.boots()
            assert menus.fetched(site) == ["rescue"], menus.fetched(site)
            rescue.wait_log(r'chose item "Rescue" \(type 0x9c40\)')
            rescue.stop()
            site.done()
    return test


def from_its_disk(way):
    def test():
        with Network() as net:
            site = menus.site(net, way)
            pc = site.machine(way, keys=True, disk=True)
            menus.choose(pc, menus.DISK)
            pc.wait(DISK_BOOTS[way], 120)
            assert not menus.fetched(site), menus.fetched(site)
            site.done()
    return test


for _way, _name in (("bios", "bios"), ("pxe4", "uefi")):
    for _what in (takes_the_first, takes_the_third, on_the_lease_servers_host, by_multicast,
                  by_multicast_from_a_server_elsewhere, on_another_host, from_its_disk):
        _add(f"{_name}_{_what.__name__}", _what(_way))


@lab.timeout(200)
def test_bios_by_broadcast():
    asked = boots("bios", menus.SECOND, "beta", menu={"broadcast": True})
    assert ("255.255.255.255", 67) in asked, asked


@lab.timeout(200)
def test_uefi_is_not_told_to_ask_by_broadcast():
    asked = boots("pxe4", menus.SECOND, "beta", menu={"broadcast": True})
    assert (BOOT4, 4011) in asked, asked


@lab.timeout(300)
def test_ipxe_that_uefi_chose_boots_the_first_file_of_the_same_entry():
    with Network() as net:
        site = Site(net)
        shutil.copyfile("/usr/lib/ipxe/ipxe.efi", f"{site.folder}/ipxe.efi")
        site.serve([{"menu": {"timeout": 3, "items": [
            {"text": "The program", "file": "boot.efi", "user-class": "iPXE"},
            {"text": "iPXE", "file": "ipxe.efi"},
            {"text": "Boot from disk", "local": True}]}}])
        pc = site.machine("pxe4")
        pc.boots(200)
        assert menus.fetched(site) == ["ipxe.efi", "boot.efi"], menus.fetched(site)
        site.done()


@lab.timeout(200)
def test_a_menu_of_255_octets():
    """As much as an option holds; more hangs UEFI firmware."""
    for way in ("bios", "pxe4"):
        with Network() as net:
            site = Site(net)
            menus.files(site, way)
            each = 255 - (3 + 2 + 3 * 7 + 2 + 4 * 3 + 2 + 1 + len(menus.PROMPT) + 1) - len("Boot from disk")
            texts = ["A" * (each - 2 * (each // 3)), "Beta" + "B" * (each // 3 - 4), "Gamma" + "C" * (each // 3 - 5)]
            listed = menus.items(way)
            for item, text in zip(listed, texts):
                item["text"] = text
            site.serve([{"menu": {"timeout": 5, "items": listed}}])
            pc = site.machine(way, keys=True)
            menus.choose(pc, menus.SECOND)
            pc.boots()
            assert menus.fetched(site) == [f"beta.{SUFFIX[way]}"], menus.fetched(site)
            site.done()
