#!/usr/bin/python3
"""make demo: no spare PC needed. A private network inside this machine, with a DHCP server that
gives addresses only, our daemon beside it, and a PC that starts from the network by its own
firmware: first PC BIOS, then UEFI, then UEFI over IPv6, by PXE and by HTTP Boot.

Shows the conversation, packet by packet, and the machine's console until the boot program speaks.
Exits with 1 if a machine did not boot."""

import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True

from lab import LabError, Network, Skip, netns                       # noqa: E402
from lab.conversation import Tail, Words                             # noqa: E402
from lab.process import Interrupted, unwind_on_signals               # noqa: E402
from lab.qemu import FAILED, SPOKEN, missed_its_answer               # noqa: E402
from lab.site import BOOT4, BOOT6, DHCP4, DHCP6, Site                # noqa: E402

BOOTS = {  # one network for each family: what boots over IPv6 has no IPv4 to fall back to
    4: (("bios", "A PC with BIOS, PXE over IPv4"), ("pxe4", "A PC with UEFI, PXE over IPv4")),
    6: (("pxe6", "A PC with UEFI, PXE over IPv6"),
        ("http6", "A PC with UEFI, HTTP Boot over IPv6")),
}
DEADLINE = 90
ENTRIES = [
    {"arch": "x86-bios", "file": "boot.bin"},
    {"arch": ["x64-uefi", "ebc"], "file": "boot.efi"},
    {"arch": "x64-uefi-http", "url": "http://${server}/boot.efi"},
]
WIDTH = 100


def say(text=""):
    print(text, flush=True)


class Lines:
    """A growing text, taken line by line."""

    def __init__(self, text):
        self._text, self._at = text, 0

    def take(self):
        lines = self._text().split("\n")
        new, self._at = lines[self._at:-1], max(self._at, len(lines) - 1)
        return new


def shown(line):
    """A line of the console as the demo shows it: what only a test reads is left out."""
    return re.sub(r" options .*| from PciRoot.*", "", line.strip())[:WIDTH]


def boot(site, words, tail, log, way, title):
    """Boots one PC; True when its boot program has spoken."""
    say(f"\n== {title} ==\n")
    tail.read(), log.take()
    pc = site.machine(way)
    booted = watch(words, tail, log, pc)
    if not booted and missed_its_answer(pc):
        say("\n  The firmware missed the answer: it asks once. The PC is switched on again.\n")
        booted = watch(words, tail, log, site.machine(way, name="pc-again"))
    if not booted:
        say("\n  It did NOT boot. wdspxed's log:")
        say(site.daemon.log())
    return booted


def watch(words, tail, log, pc):
    """Tells what happens while a PC starts; True when its boot program has spoken."""
    began = time.monotonic()
    console = Lines(pc.console)
    blank = True
    while time.monotonic() - began < DEADLINE and pc.process.returncode is None:
        for packet in tail.read():
            line = words.line(packet)
            if line:
                say(f"{time.monotonic() - began:5.1f} s  {line}")
        for line in console.take():
            text = shown(line)
            if text or not blank:
                say(f"         | {text[:WIDTH]}")
            blank = not text
            if SPOKEN in line:
                pc.stop()
                say("\n  wdspxed's own log of it:")
                for logged in log.take():
                    say(f"    {logged}")
                say(f"\n  Booted in {time.monotonic() - began:.0f} s.")
                return True
        if FAILED in pc.console():
            break
        time.sleep(0.05)
    pc.stop()
    return False


def boots(family):
    """Builds the network of one family, and boots its machines; returns how many booted."""
    with Network() as net:
        site = Site(net, families=(family,))
        site.serve(ENTRIES)
        names = {DHCP4: "dhcp", DHCP6: "dhcp", site.dhcp.link_local(): "dhcp",
                 BOOT4: "boot", BOOT6: "boot", site.boot.link_local(): "boot"}
        words, tail = Words(names), Tail(site.capture.path)
        log = Lines(site.daemon.log)
        booted = [boot(site, words, tail, log, *one) for one in BOOTS[family]]
        if all(booted):
            sent = site.done()
            say(f"\n  wdspxed sent {len(sent)} packets; tshark finds nothing wrong with them.")
        return sum(booted)


def demo():
    say("A private network inside this machine, with three hosts on one segment:\n\n"
        f"  dhcp   {DHCP4}  {DHCP6}   a DHCP server that gives addresses and nothing else\n"
        f"  boot   {BOOT4}  {BOOT6}   wdspxed; TFTP and HTTP with the boot files\n"
        "  PC     by DHCP                QEMU, without a disk")
    booted, wanted = sum(map(boots, BOOTS)), sum(map(len, BOOTS.values()))
    say(f"\n{booted} of {wanted} machines booted.")
    return 0 if booted == wanted else 1


def main():
    if os.geteuid() != 0:
        sys.exit("make demo: needs root, for network namespaces: sudo make demo")
    unwind_on_signals()
    netns.sweep()
    try:
        return demo()
    except Interrupted:
        say("\nInterrupted; everything is taken away.")
        return 130
    except (LabError, Skip) as error:
        say(f"\nThe demo failed: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
