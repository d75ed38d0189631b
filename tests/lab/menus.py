"""Machines before a menu of PXE firmware: the menu, the keys, and what was chosen.

The ways are those of qemu.Machine: "bios" is SeaBIOS with iPXE as its ROM, which takes the letter of
an item; "pxe4" is OVMF, which takes Down and Enter.
"""

import shutil

from .site import Site

PROMPT = "Press F8 for the menu"
FIRST, SECOND, THIRD, DISK = range(4)
FILE = {"bios": "boot.bin", "pxe4": "boot.efi"}


def items(way, **second):
    """Four items: three programs, of which `second` may say more, and the disk."""
    suffix = FILE[way].rpartition(".")[2]
    return [{"text": "Alpha", "file": f"alpha.{suffix}"},
            {"text": "Beta", **(second or {"file": f"beta.{suffix}"})},
            {"text": "Gamma", "file": f"gamma.{suffix}"},
            {"text": "Boot from disk", "local": True}]


def files(site, way):
    """Puts the program there under the names of the items."""
    suffix = FILE[way].rpartition(".")[2]
    for name in ("alpha", "beta", "gamma"):
        shutil.copyfile(f"{site.folder}/{FILE[way]}", f"{site.folder}/{name}.{suffix}")


def site(net, way, menu=None, listen=None, second=None, **more):
    """A Site whose one entry is the menu."""
    made = Site(net, **more)
    files(made, way)
    menu = {"timeout": 5, **(menu or {}), "items": items(way, **(second or {}))}
    if listen:
        made.listen = listen
    made.serve([{"menu": menu}])
    return made


def choose(pc, number):
    """Opens the menu, and takes an item by the keys of the machine's firmware."""
    pc.wait(PROMPT)
    pc.press("f8")
    pc.wait("Gamma|Beta")
    if pc.way == "bios":
        pc.press("abcd"[number])
    else:
        pc.press(*["down"] * number, "ret")


def fetched(made):
    """The names that were asked for by TFTP, each once, in order."""
    names = [row["tftp.source_file"] for row in made.capture.rows(["tftp.source_file"], "tftp.opcode == 1")]
    return list(dict.fromkeys(name.lstrip("/") for name in names))


def asked(made):
    """Where clients asked for an item: (address, port)."""
    rows = made.capture.rows(["ip.dst", "udp.dstport"], "dhcp.type == 1 && frame contains 2b:07:47:04")
    return [(row["ip.dst"], int(row["udp.dstport"])) for row in rows]
