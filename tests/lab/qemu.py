"""A virtual PC on a segment of the lab, started from the network by its own firmware.

    pc = qemu.Machine(lan, "bios")          # SeaBIOS, iPXE as PXE ROM: architecture 0
    pc = qemu.Machine(lan, "pxe4")          # OVMF x64; also pxe6, http4, http6
    said = pc.boots()                       # waits until the boot program has spoken

    pc = qemu.Machine(lan, "bios", keys=True, disk=True)
    pc.wait("Press F8"); pc.press("f8")     # QEMU's names of keys: f8, down, ret, b ...

A UEFI machine that goes on to another way than the one it was given has failed.

The machine's console is its first serial port. QEMU runs without KVM: a boot takes 5 to 20 s.
"""

import os
import re
import socket
import time

from . import nbp, ovmf_vars
from .process import LabError, Skip, until

MAC = "52:54:00:77:00:01"
UUID = "3b6c1a52-7f0e-4d8b-9a41-525400770001"
SLOT = 2
OVMF_FOLDER = "/usr/share/OVMF"
OVMF = "OVMF_{}_4M.fd"
OVMF_SECURE = "OVMF_{}_4M.ms.fd"        # with Microsoft's keys, which sign Debian's shim
OVMF_OWN = "OVMF_{}_4M.snakeoil.fd"     # with a key that signing.py has
ESCAPES = re.compile(r"\x1b\[[0-9;?=]*[A-Za-z]|\x1b[()=>][0-9A-Za-z]?|\x1bc|\r|\0")
FAILED = f"failed to load Boot{ovmf_vars.OPTION:04X}"  # then OVMF tries its other options
SPOKEN = "The boot program has spoken."


DISK_SPEAKS = "The disk speaks."
# A boot sector that says so on the first serial port, and stops.
SECTOR = (bytes.fromhex("fa31c08ed8be167cbaf803ac84c07403eeebf8f4ebfd") + DISK_SPEAKS.encode() +
          b"\r\n\0").ljust(510, b"\0") + b"\x55\xaa"


class Machine:
    """A PC that starts from the network, on this segment, at once; `secure`: with Secure Boot on, and
    Microsoft's keys, or where it is OVMF_OWN, Debian's for tests; `memory` in MB; `trusts`: a file with the
    authorities of its TLS (https.py); `ovmf`: the folder of another OVMF than the installed one; `keys`: it
    has a keyboard, see press(); `disk`: it has a disk, which is booted where the network is given up."""

    def __init__(self, segment, way, mac=MAC, uuid=UUID, name="pc", secure=False, memory=512, trusts=None,
                 ovmf=OVMF_FOLDER, keys=False, disk=False):
        self.way, self.has_disk = way, disk
        self.mac, self.uuid = mac, uuid
        net = segment.net
        folder = net.private(name)
        self._serial = os.path.join(folder, "console")
        argv = ["qemu-system-x86_64", "-m", str(memory), "-nodefaults", "-display", "none",
                "-no-user-config", "-no-reboot", "-accel", "tcg", "-uuid", uuid,
                "-serial", f"file:{self._serial}",
                "-netdev", f"tap,id=n0,ifname={segment.tap()},script=no,downscript=no"]
        if keys:
            self._monitor = os.path.join(folder, "monitor")
            argv += ["-monitor", f"unix:{self._monitor},server=on,wait=off"]
        if disk:
            argv += ["-drive", f"if=none,id=d0,{self._disk(folder)}",
                     "-device", "virtio-blk-pci,drive=d0,addr=4" + (",bootindex=2" if way == "bios" else "")]
        if way == "bios":
            # Without graphics SeaBIOS sends what it and its ROMs print to the serial port.
            argv += ["-M", "q35,graphics=off", "-vga", "none",
                     "-device", f"e1000,netdev=n0,mac={mac},addr={SLOT},bootindex=0"]
        else:
            firmware = os.path.join(ovmf, secure if secure == OVMF_OWN else
                                    OVMF_SECURE if secure else OVMF)
            template = firmware.format("VARS")
            if not os.path.exists(template):
                raise Skip("OVMF is not installed")
            store = ovmf_vars.prepare(template, os.path.join(folder, "vars.fd"), way, mac, SLOT)
            if secure:  # only its SMM may write the store
                argv += ["-M", "q35,smm=on",
                         "-global", "driver=cfi.pflash01,property=secure,value=on"]
            else:
                argv += ["-M", "q35"]
            argv += ["-vga", "none",
                     "-drive", "if=pflash,unit=0,format=raw,readonly=on,"
                               f"file={firmware.format('CODE')}",
                     "-drive", f"if=pflash,unit=1,format=raw,file={store}",
                     "-device", "virtio-rng-pci,addr=3",
                     "-device", f"virtio-net-pci,netdev=n0,mac={mac},addr={SLOT},romfile="]
            if trusts:
                argv += ["-fw_cfg", f"name=etc/edk2/https/cacerts,file={trusts}"]
            if way == "http6":
                # Its address must be up before the first attempt: see how OVMF waits in its menu.
                argv += ["-boot", "menu=on,splash-time=3000"]
        self.process = segment.start(argv, name)
        self.net = net

    def _disk(self, folder):
        """What QEMU is to have as its disk: a boot sector, or a folder as a file system."""
        if self.way == "bios":
            path = os.path.join(folder, "disk")
            with open(path, "wb") as disk:
                disk.write(SECTOR.ljust(1 << 20, b"\0"))
            return f"format=raw,file={path}"
        boot = os.path.join(folder, "esp", "EFI", "BOOT")
        os.makedirs(boot)
        nbp.build_efi(os.path.join(boot, "BOOTX64.EFI"))
        return f"format=raw,readonly=on,file=fat:{os.path.join(folder, 'esp')}"

    def press(self, *names):
        """Presses keys, one after the other, as a person does: 0.5 s after what was waited for, and
        0.7 s between them, since firmware drops keys that come at once."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(20)
            monitor.connect(self._monitor)
            time.sleep(0.5)
            for name in names:
                monitor.sendall(f"sendkey {name}\n".encode())
                time.sleep(0.7)

    def console(self):
        """What the machine has said so far, as text without terminal control."""
        try:
            with open(self._serial, "rb") as serial:
                text = serial.read().decode("utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return ESCAPES.sub("", text)

    def wait(self, pattern, timeout=90):
        """Waits until the console matches; returns the match. Fails with the console's text."""
        expression = re.compile(pattern, re.MULTILINE)

        def look():
            console = self.console()
            found = expression.search(console)
            if FAILED in console and not self.has_disk:
                raise LabError(f"the firmware gave up {self.way}")
            if not found and self.process.returncode is not None:
                raise LabError(f"QEMU ended: {self.process.text()}")
            return found

        try:
            return until(look, timeout, f"'{pattern}' on the console")
        except LabError as error:
            raise LabError(f"{error}; the console:\n{self.console()}") from error

    def gives_up(self, timeout=90):
        """Waits until the firmware has given up this way; returns what it has said until then."""
        def look():
            if self.process.returncode is not None:
                raise LabError(f"QEMU ended: {self.process.text()}")
            return FAILED in self.console()

        try:
            until(look, timeout, f"the firmware gives up {self.way}")
        except LabError as error:
            raise LabError(f"{error}; the console:\n{self.console()}") from error
        return self.console().partition(FAILED)[0]

    def boots(self, timeout=90):
        """Waits until the boot program has spoken; returns what reached it, line by line: a
        dictionary such as {"PxeReply": Packet, "LoadedFrom": "http://…"}."""
        self.wait(re.escape(SPOKEN), timeout)
        said = {}
        spoken = self.console().rpartition("The boot program speaks:")[2]
        for name, text in re.findall(r"^(\w+): (.*)$", spoken, re.MULTILINE):
            said[name] = text if name == "LoadedFrom" else Packet(text)
        return said

    def stop(self):
        """Switches it off."""
        self.process.kill()


def missed_its_answer(machine):
    """Did the firmware's PXE over IPv6 miss the one answer that counts?

    It asks once on port 4011. Where the request leaves it late, out of the timer that resolved our
    address, an answer that is there within a millisecond finds no receiver, and it says PXE-E16;
    seen about once in 20 boots of a busy machine, whatever the server. It is then switched on
    again. The caller makes sure that the answer was sent."""
    return machine.way == "pxe6" and "PXE-E16" in machine.console()


class Packet:
    """A packet as the boot program saw it: `siaddr`, `file`, `url`, `options` (code -> octets).
    False where there was none."""

    def __init__(self, text):
        self.text = text
        self.fields = dict(re.findall(r"(?:^| )([a-z]+)=(\S*)", text))
        self.options = {int(code): bytes.fromhex(octets)
                        for code, octets in re.findall(r" (\d+)=([0-9a-f]*)", text)}
        self.siaddr, self.file = self.fields.get("siaddr"), self.fields.get("file")
        self.url = self.fields.get("url")

    def __bool__(self):
        return self.text != "none"

    def __repr__(self):
        return f"<{self.text}>"


def boot_files(folder):
    """Builds the boot programs into the folder: boot.bin for PC BIOS, boot.efi for UEFI x64."""
    nbp.build_bios(os.path.join(folder, "boot.bin"))
    nbp.build_efi(os.path.join(folder, "boot.efi"))
    return folder
