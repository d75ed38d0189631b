"""The provider template, copied out of the tree and built there, boots real firmware of every kind."""

import os
import shutil

import lab
from lab import Network, servers
from lab.daemon import TREE, Daemon, build
from lab.process import run
from lab.site import BOOT4, BOOT6, Site

TEMPLATE = os.path.join(TREE, "providers", "template")
SETTINGS = {"bios": "boot.bin", "uefi": "boot.efi", "http": "http://${server}/boot.efi"}


def built(net):
    """The module, made as an author makes it, by the template's own Makefile."""
    folder = os.path.join(net.private("author"), "hello")
    shutil.copytree(TEMPLATE, folder)
    run("make", "-C", folder, f"WDSPXE_CFLAGS=-I{os.path.join(TREE, 'include')}",
        f"WDSPXE_LIBS=-L{build()} -l:libwdspxe-boot.so.1 -l:libwdspxe.so.1", "hello.so")
    return os.path.join(folder, "hello.so")


def serving(net, family):
    site = Site(net, families=(family,))
    servers.tftp(site.boot, site.folder)
    servers.http(site.boot, site.folder)
    site.daemon = Daemon(site.boot, providers={})
    module = site.daemon.module("hello", built(net))
    site.daemon.write_provider("50-hello.conf",
                               {"name": "hello", "module": module, "settings": SETTINGS})
    site.daemon.start()
    return site


@lab.timeout(150)
def test_bios():
    with Network() as net:
        site = serving(net, 4)
        said = site.machine("bios").boots()
        assert said["PxeReply"].file.endswith("boot.bin"), said
        site.done()


@lab.timeout(150)
def test_uefi_over_ipv4():
    with Network() as net:
        site = serving(net, 4)
        said = site.machine("pxe4").boots()
        assert said["ProxyOffer"].siaddr == BOOT4 and said["ProxyOffer"].file == "boot.efi", said
        site.done()


@lab.timeout(240)
def test_uefi_over_ipv6():
    with Network() as net:
        site = serving(net, 6)
        said, _ = site.boots("pxe6")
        assert (said["ProxyOffer"] or said["DhcpAck"]).url == f"tftp://[{BOOT6}]/boot.efi", said
        site.done()


@lab.timeout(150)
def test_http_boot():
    with Network() as net:
        site = serving(net, 4)
        said = site.machine("http4").boots()
        assert said["LoadedFrom"] == f"http://{BOOT4}/boot.efi", said
        site.done()
