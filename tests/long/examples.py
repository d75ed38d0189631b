"""conf/examples, booted: what their READMEs' commands have put there, by firmware in QEMU. And what they
say of TFTP servers that apt cannot install beside the one here.

The boot files are those of Debian's packages; no packet leaves the lab, so that nothing is installed.
"""

import glob
import os
import re
import subprocess

import lab
from lab import Network, examples, tftp, until
from lab.daemon import Daemon
from lab.grub import GRUB, SHIM
from lab.process import Skip
from lab.site import BOOT4, Site

INSTALLER = f"/usr/lib/{examples.INSTALLER}/linux"
MEMORY = 1024       # MB: the installer says "Low memory" on less
BOOT_PORTS = "udp and (port 67 or port 68 or port 546 or port 547 or port 4011)"
LANGUAGE = r"Select a language|Choose language"
KERNEL = r"Linux version (\S+)"


def needs(*paths):
    for path in paths:
        if not os.path.exists(path):
            raise Skip(f"{path} is not there")


def serve(net, *parts, without=None, drop_in="50-bootfile.conf", **more):
    """A Site that serves what the commands of these (example, section) put below /srv/tftp, with the
    drop-in of the last, without the lines in which `without` occurs."""
    site = Site(net, record=BOOT_PORTS, **more)
    stage = examples.Stage(site.boot)
    stage.run(*parts)
    site.folder = f"{stage.srv}/tftp"
    site.serve([])
    text = examples.read(parts[-1][0], drop_in).replace(
        "/usr/lib/wdspxed/providers/bootfile.so", f"{site.daemon.modules}/bootfile.so")
    lines = [line for line in text.splitlines() if not without or without not in line]
    site.daemon.write_provider("50-bootfile.conf", "\n".join(lines) + "\n")
    site.daemon.ctl("reload", timeout=60)
    return site


def done(site, pc):
    pc.stop()       # it takes a whole processor
    site.done()


def installs(site, pc):
    """The kernel runs, and the installer asks its first question."""
    pc.wait(KERNEL, 120)
    pc.wait(LANGUAGE, 180)
    done(site, pc)


def installer_with_bios(net, says, **differently):
    """A PC with BIOS, which says so on its way to the installer."""
    needs(INSTALLER)
    site = serve(net, ("debian-installer", "Set up"), **differently)
    pc = site.machine("bios", memory=MEMORY)
    pc.wait(says, 60)
    installs(site, pc)


@lab.timeout(360)
def test_debians_installer_by_pxelinux():
    with Network() as net:
        installer_with_bios(net, r"Loading debian-installer/amd64/linux\.\.\.", without="user-class")


@lab.timeout(360)
def test_debians_installer_by_ipxe():
    with Network() as net:
        installer_with_bios(net, r"http://\S+/debian-installer\.ipxe\.* ok")


@lab.timeout(360)
def test_debians_installer_by_grub_with_secure_boot():
    """Its GRUB is 2.06: the DHCP server names the boot host."""
    needs(INSTALLER)
    with Network() as net:
        site = serve(net, ("debian-installer", "Set up"), names={"next_server": BOOT4})
        pc = site.machine("pxe4", secure=True, memory=MEMORY)
        pc.wait(r"NBP filename is debian-installer/amd64/bootnetx64\.efi", 60)
        pc.wait(r"secureboot: Secure boot enabled|Secure boot enabled", 180)
        installs(site, pc)


@lab.timeout(180)
def test_the_signed_chain_to_the_kernel():
    needs(INSTALLER, SHIM, GRUB)
    with Network() as net:
        site = serve(net, ("debian-installer", "Set up"), ("secure-boot", "Set up"),
                     names={"next_server": BOOT4})
        with open(f"{site.folder}/grub/grub.cfg", "r+", encoding="utf-8") as menu:
            text = re.sub(r"( linux .*)", r"\1 console=ttyS0,115200", menu.read())
            menu.seek(0)
            menu.write(text)
        pc = site.machine("pxe4", secure=True, memory=MEMORY)
        pc.wait(r"NBP filename is debian/shimx64\.efi", 60)
        pc.wait(r"Secure boot enabled", 120)
        done(site, pc)


@lab.timeout(180)
def test_a_unified_kernel_image_by_http():
    needs(INSTALLER, examples.STUB)
    with Network() as net:
        site = serve(net, ("uki-http", "Set up"))
        pc = site.machine("http4", memory=MEMORY)
        pc.wait(r"URI: http://10\.77\.0\.2/uki/linux\.efi", 60)
        pc.wait(KERNEL, 120)
        done(site, pc)


@lab.timeout(120)
def test_ipxe_and_its_menu():
    for way in ("bios", "pxe4"):
        with Network() as net:
            site = serve(net, ("debian-installer", "Set up"), ("ipxe", "Set up"))
            pc = site.machine(way)
            pc.wait(r"Boot from the local disk", 50)
            done(site, pc)


# ---- TFTP servers ----

def windowsize(client, server):
    """What the server grants of windowsize=4, and the blocks that come before any is acknowledged."""
    with tftp.transfer(client, server, "file", "windowsize", "4") as (socket, said):
        granted = re.search(rb"^\x00\x06.*windowsize\x00(\d+)\x00", said.payload)
        assert granted, said
        socket.send(b"\0\4\0\0", *said.source)
        return int(granted[1]), [socket.receive().payload[3] for _ in range(int(granted[1]))]


def start_atftpd(host, folder):
    """atftpd as the example starts it, where /srv/tftp is this folder. It cannot be installed beside
    tftpd-hpa."""
    package = host.net.private("atftpd")
    done = subprocess.run(["apt-get", "-o", "APT::Sandbox::User=root", "download", "atftpd"],
                          cwd=package, capture_output=True, text=True, check=False)
    found = glob.glob(f"{package}/atftpd_*.deb")
    if not found:
        raise Skip(f"atftpd cannot be fetched: {done.stderr}")
    subprocess.run(["dpkg", "-x", found[0], package], check=True)
    options = re.search(r'OPTIONS="(.*)"', examples.read("windowsize", "atftpd"))[1].split()
    within = 'mount -t tmpfs none /srv; mkdir /srv/tftp; cp -r "$0"/. /srv/tftp; exec "$@"'
    host.start(["unshare", "-m", "sh", "-c", within, folder, f"{package}/usr/sbin/atftpd", "--no-fork",
                *options], "atftpd")
    until(lambda: (4, 69) in host.udp_ports(), 20, "atftpd listens")


@lab.timeout(80)
def test_atftpd_sends_windows_of_blocks_to_firmware():
    with Network() as net:
        site = Site(net)
        with open(f"{site.folder}/file", "wb") as file:
            file.write(bytes(20000))
        start_atftpd(site.boot, site.folder)
        client = net.host("client", "10.77.0.9/24", on=site.lan)
        granted = windowsize(client, BOOT4)
        assert granted == (4, [1, 2, 3, 4]), granted
        site.daemon = Daemon(site.boot, boot=[{"arch": "x64-uefi", "file": "boot.efi"}]).start()
        _said, pc = site.boots("pxe4", 50)
        pc.stop()
        asked = {row["tftp.option.name"] for row in site.capture.rows(
            ["tftp.option.name"], "tftp.opcode == 6 && ip.dst != 10.77.0.9")}
        assert any("windowsize" in names for names in asked), asked
        site.done()
