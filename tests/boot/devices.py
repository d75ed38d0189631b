"""Devices and real firmware: an unknown machine waits, is approved by the command, and boots at its next
try. More of it is in tests/long/devices.py."""

import lab
from lab import devices


@lab.timeout(240)
def test_bios_waits_and_boots_when_it_is_approved():
    devices.is_approved("bios")


@lab.timeout(240)
def test_uefi_waits_and_boots_when_it_is_approved():
    devices.is_approved("pxe4")
