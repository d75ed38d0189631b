"""The examples of conf/examples: their READMEs' commands, run as they are printed.

They run as root in a mount namespace of their own: /etc and /usr/lib are copies on write, /srv and /mnt
are the test's. What would reach out of it (apt, systemctl, wget, mount) is a stand-in, and so are files
of packages that are not installed.
"""

import glob
import io
import os
import re
import shutil
import tarfile

from . import printed
from .daemon import TREE, build

FOLDER = os.path.join(TREE, "conf", "examples")
NOTHING = ("apt", "systemctl", "firewall-cmd", "mount", "umount")
COPIED = ("dhcpd", "kea-dhcp4")     # AppArmor ties the installed ones to the system's own files
MODULE = "usr-lib/wdspxed/providers"

# What the commands find on a medium at /mnt: Windows', Fedora's, ESXi's, a Raspberry Pi's.
MEDIA = ("boot/bcd", "boot/boot.sdi", "boot/Fonts/wgl4_boot.ttf", "sources/boot.wim",
         "EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/grubx64.efi", "images/pxeboot/vmlinuz",
         "images/pxeboot/initrd.img", "efi/boot/bootx64.efi", "efi/boot/crypto64.efi", "b.b00",
         "s.v00", "bootcode.bin", "start4.elf")
INSTALLER = "debian-installer/images/12/amd64/text/debian-installer/amd64"
# What packages have below /usr/lib, where they are not installed.
PACKAGED = ("ipxe/ipxe-arm64.efi", "shim/shimaa64.efi.signed",
            "grub/arm64-efi-signed/grubnetaa64.efi.signed", f"{INSTALLER}/linux",
            f"{INSTALLER}/initrd.gz", f"{INSTALLER}/bootnetx64.efi", f"{INSTALLER}/grubx64.efi",
            f"{INSTALLER}/grub/grub.cfg", f"{INSTALLER}/../../pxelinux.0",
            f"{INSTALLER}/../../pxelinux.cfg/default")
STUB = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"

FAKES = {
    "sudo": 'exec "$@"',
    "wget": 'while [ $# -gt 1 ]; do [ "$1" != -O ] || out=$2; shift; done\n'
            'from=$(dirname "$0")/../fetched/$(basename "$1")\n'
            '[ -e "$from" ] || from=/etc/hostname\ncp "$from" "${out:-$(basename "$1")}"',
    "wimextract": 'for word; do case $word in --dest-dir=*) to=${word#*=} ;; esac; done\n'
                  'for word; do case $word in /Windows/*) touch "$to/$(basename "$word")" ;; esac; done',
    "mkimage": 'for word; do last=$word; done; touch "$last"',
    "nft": "exit 0", "nginx": "exit 0", "kea-dhcp4": "exit 0",
}

# Everything that the commands may change is the namespace's own; "$0" is the stage.
STAGE = r"""
set -e
mount -t tmpfs -o mode=755 none /media
mkdir /media/up /media/work /media/up-lib /media/work-lib
cp -r "$0"/etc/. /media/up
cp -r "$0"/usr-lib/. /media/up-lib
mount -t overlay -o lowerdir=/etc,upperdir=/media/up,workdir=/media/work none /etc
mount -t overlay -o lowerdir=/usr/lib,upperdir=/media/up-lib,workdir=/media/work-lib none /usr/lib
mount --bind "$0"/srv /srv
mount --bind "$0"/mnt /mnt
for folder in /run /var/log /var/lib; do mount -t tmpfs -o mode=755 none $folder; done
mkdir /var/log/nginx /var/lib/nginx /var/lib/wdspxed
PATH=$0/bin:/usr/sbin:/sbin:/usr/bin:/bin
export PATH KEA_LOCKFILE_DIR=/run KEA_PIDFILE_DIR=/run KEA_LOGGER_DESTINATION=stdout
"""


def names():
    return sorted(os.path.basename(path.rstrip("/")) for path in glob.glob(FOLDER + "/*/"))


def read(name, file):
    with open(os.path.join(FOLDER, name, file), encoding="utf-8") as opened:
        return opened.read()


def drop_ins(name):
    """Its files for providers.d: (name, text)."""
    return [(os.path.basename(path), read(name, os.path.basename(path)))
            for path in sorted(glob.glob(os.path.join(FOLDER, name, "50-*.conf")))]


def served(text):
    """The files that a drop-in names, as paths on the server; without comments."""
    text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    return re.findall(r'file = "([^"]+)"', text) + \
        re.findall(r'url = "https?://\$\{server\}/([^"]+)"', text)


def _write(path, text="a stand-in\n", mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


class Stage:
    """Where commands run: on this host of the lab. `srv` is /srv, seen from outside."""

    def __init__(self, host):
        self.host = host
        self.folder = host.net.private("stage")
        os.chmod(self.folder, 0o755)
        self.srv = f"{self.folder}/srv"
        os.makedirs(f"{self.srv}/tftp")
        os.makedirs(f"{self.folder}/etc/wdspxed/providers.d")
        self._install()
        self._programs()
        self._media()
        shutil.copytree(FOLDER, f"{self.folder}/examples")

    def _install(self):
        """wdspxed, its module and its configuration, where packages have them."""
        for name in ("wdspxed.conf", "tftp.conf", "providers.d/50-bootfile.conf"):
            shutil.copy(os.path.join(TREE, "conf", name), f"{self.folder}/etc/wdspxed/{name}")
        for folder in ("dnsmasq.d", "dhcp", "kea", "nginx/conf.d", "nginx/sites-enabled", "default"):
            os.makedirs(f"{self.folder}/etc/{folder}", exist_ok=True)
        os.makedirs(f"{self.folder}/{MODULE}")
        shutil.copy(os.path.join(build(), "providers", "bootfile.so"), f"{self.folder}/{MODULE}")
        for name in PACKAGED:
            path = os.path.normpath(name)
            if not os.path.exists(f"/usr/lib/{path}"):
                _write(f"{self.folder}/usr-lib/{path}")
        if not os.path.exists(STUB):
            stub = f"{self.folder}/usr-lib/{STUB.removeprefix('/usr/lib/')}"
            os.makedirs(os.path.dirname(stub))
            shutil.copy("/usr/lib/shim/shimx64.efi.signed", stub)

    def _program(self, name, text):
        _write(f"{self.folder}/bin/{name}", f"#!/bin/sh\n{text}\n", 0o755)

    def _programs(self):
        for name in NOTHING:
            self._program(name, "exit 0")
        for name, text in FAKES.items():
            real = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
            if not real or name in ("sudo", "wget", "wimextract", "mkimage"):
                self._program(name, text)
        for name in COPIED:
            real = shutil.which(name, path="/usr/sbin:/usr/bin")
            if real:
                shutil.copy(real, f"{self.folder}/bin/{name}")
        self._program("wdspxed", f'exec {os.path.join(build(), "wdspxed")} "$@"')
        self._program("wdspxed-bootfiles", f'export STATE={self.folder}/copied HERE={TREE}/conf\n'
                      f'exec sh {TREE}/conf/bootfiles.sh "$@"')

    def _media(self):
        for name in MEDIA:
            _write(f"{self.folder}/mnt/{name}")
        _write(f"{self.folder}/mnt/boot.cfg",
               "kernel=/b.b00\nmodules=/s.v00 --- /b.b00\nprefix=\n")
        os.mkdir(f"{self.folder}/fetched")
        with tarfile.open(f"{self.folder}/fetched/ipxeboot.tar.gz", "w:gz") as archive:
            for machine in ("x86_64-sb", "arm64-sb"):
                for name in ("ipxe-shim.efi", "ipxe.efi"):
                    archive.addfile(tarfile.TarInfo(f"ipxeboot/{machine}/{name}"), io.BytesIO())

    def script(self, name, section):
        """The commands of a README's section; each one's failure ends them."""
        text = "".join(block.text for block in printed.readme(f"conf/examples/{name}/README.md")
                       if block.section == section)
        assert text, f"{name} has no commands under '{section}'"
        return f"cd '{self.folder}/examples/{name}'\n{text.replace(' && ', chr(10))}\n"

    def start(self, *parts, then=""):
        """Runs sections, each (example, section), and then a command; returns the Process."""
        text = STAGE + "".join(self.script(*part) for part in parts) + then
        return self.host.start(["unshare", "-m", "sh", "-c", text, self.folder], "example")

    def run(self, *parts, timeout=30):
        """Runs sections to their end; returns what they said."""
        process = self.start(*parts)
        status = process.wait(timeout)
        assert status == 0, f"{parts} ended with {status}:\n{process.text()}"
        return process.text()

    def has(self, path):
        return os.path.isfile(f"{self.srv}/tftp/{path}")

    def texts(self):
        """The contents of all small files on the server."""
        found = set()
        for top, _folders, files in os.walk(f"{self.srv}/tftp"):
            for path in (os.path.join(top, file) for file in files):
                if os.path.isfile(path) and os.path.getsize(path) < 10000:
                    with open(path, encoding="utf-8", errors="replace") as file:
                        found.add(file.read())
        return found
