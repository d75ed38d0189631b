"""A site whose devices are known: `inventory` stands before `bootfile`, which would boot everybody."""

import json
import os

from .netns import Network
from .process import LabError, until
from .qemu import DISK_SPEAKS, MAC, SPOKEN
from .site import Site

# Where the network has nothing for it; the disk of a UEFI machine has the boot program.
DISK_BOOTS = {"bios": DISK_SPEAKS, "pxe4": r"PXE-E1[68][\s\S]*" + SPOKEN}

FILE = {"bios": "boot.bin", "http4": "http://${server}/boot.efi", "http6": "http://${server}/boot.efi"}


def file(way):
    """What a machine of that way boots, as `wdspxectl device` takes it."""
    return FILE.get(way, "boot.efi")


def site(net, families=(4,), csv="mac,name\n", **settings):
    """A Site, with these lines as devices.csv."""
    made = Site(net, families)
    daemon = made.serve()
    path = os.path.join(daemon.folder, "devices.csv")
    with open(path, "w", encoding="utf-8") as lines:
        lines.write(csv)
    daemon.write_provider("40-inventory.conf", {
        "name": "inventory", "module": daemon.module("inventory"), "critical": True,
        "settings": {"devices": path, "state-dir": daemon.state_dir, "answer": "known", **settings}})
    daemon.ctl("reload")
    return made


def pending(made):
    return json.loads(made.daemon.ctl("--json", "device", "pending"))["pending"]


def waits(made, mac=MAC):
    """Waits until a machine is pending; returns its number."""
    def look():
        return next((row["number"] for row in pending(made) if f"mac:{mac}" in row["ids"]), None)
    return until(look, 90, f"{mac} waits for approval")


def gets_nothing(made, way):
    """Would a machine like this be left alone now?"""
    try:
        made.daemon.ctl("explain", "--mac", MAC, "--arch", {"bios": "x86-bios"}.get(way, "x64-uefi"))
    except LabError:
        return True
    return False


def is_installed_once(way, timeout=240):
    """What it boots once it boots, then its disk; and once more when it is armed again."""
    with Network() as net:
        made = site(net, csv=f"mac,name,once,once-file\n{MAC},pc12,armed,{file(way)}\n", **{"once-window": 10})
        pc = made.machine(way)
        pc.boots()
        made.daemon.wait_log("pc12 .*: boots once")
        pc.stop()
        until(lambda: gets_nothing(made, way), 60, "the window is over")
        pc = made.machine(way, name="pc-again", disk=True)
        pc.wait(DISK_BOOTS[way], timeout)
        made.daemon.wait_log("left to its disk until it is rearmed")
        made.daemon.ctl("device", "rearm", "pc12")
        pc.stop()
        made.machine(way, name="pc-third").boots()
        made.done()


def is_approved(way, families=(4,)):
    """Who is unknown is not answered, though bootfile would; approved, it boots at its next try."""
    with Network() as net:
        made = site(net, families, pending=True)
        pc = made.machine(way)
        number = waits(made)
        assert not made.daemon.requests().get("answered"), made.daemon.requests()
        made.daemon.ctl("device", "approve", str(number), "--name", "pc12", "--boot", file(way))
        assert pending(made) == []
        pc.stop()
        made.boots(way, 150)
        made.daemon.wait_log(r"pc12 \(by its \w+\)")
        made.done()
