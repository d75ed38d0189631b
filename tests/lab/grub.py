"""Secure Boot: a Site that serves Debian's signed shim, GRUB, and a configuration that speaks."""

import os
import re
import shutil

from .process import Skip
from .site import Site

SHIM = "/usr/lib/shim/shimx64.efi.signed"
GRUB = "/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"
SAYS = 'echo "GRUB speaks: lockdown is $lockdown, its files are on $net_default_server."\nsleep 60\n'
SPEAKS = r"GRUB speaks: lockdown is (\w*), its files are on ([0-9.]+)\."


def site_with_grub(net, **more):
    """A Site with shim, GRUB, and GRUB's configuration where Debian's image looks for it, served."""
    if not os.path.exists(SHIM) or not os.path.exists(GRUB):
        raise Skip("shim-signed and grub-efi-amd64-signed are not installed")
    site = Site(net, **more)
    shutil.copyfile(SHIM, f"{site.folder}/shimx64.efi")
    shutil.copyfile(GRUB, f"{site.folder}/grubx64.efi")
    os.mkdir(f"{site.folder}/grub")
    site.write("grub/grub.cfg", SAYS)
    site.serve([{"arch": "x64-uefi", "file": "shimx64.efi"},
                {"arch": "x64-uefi-http", "url": "http://${server}/shimx64.efi"}])
    return site


def version():
    """The version of that GRUB, as (2, 6)."""
    with open(GRUB, "rb") as file:
        found = re.search(rb"\0(\d+)\.(\d+)[-~+]", file.read())
    return int(found[1]), int(found[2])
