"""The boot programs that virtual PCs load: built from the sources here with clang and lld."""

import os

from ..process import run

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGS = ["-std=gnu11", "-Os", "-Wall", "-Wextra", "-Werror", "-ffreestanding",
         "-fno-stack-protector", "-fno-asynchronous-unwind-tables"]


def build_bios(out):
    """Builds the program for PC BIOS into the file `out` (a flat binary for 0:7C00)."""
    objects = []
    for source in ("start.S", "bios.c"):
        objects.append(f"{out}.{source}.o")
        run("clang", "--target=i386-none-elf", "-m16", "-march=i386", "-fno-pic", *FLAGS,
            "-c", "-o", objects[-1], os.path.join(HERE, source), timeout=60)
    run("ld.lld", "-m", "elf_i386", "--oformat", "binary", "-T", os.path.join(HERE, "bios.ld"),
        "-o", out, *objects)
    for path in objects:
        os.unlink(path)
    return out


def build_efi(out):
    """Builds the program for UEFI x64 into the file `out`."""
    run("clang", "--target=x86_64-unknown-windows", "-mno-red-zone", "-fshort-wchar", *FLAGS,
        "-fuse-ld=lld-link", "-nostdlib", "-Wl,-entry:efi_main",
        "-Wl,-subsystem:efi_application", "-o", out, os.path.join(HERE, "efi.c"), timeout=60)
    return out
