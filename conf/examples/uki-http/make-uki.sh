#!/bin/sh
# Joins a kernel, an initrd and a command line to one UEFI program.
# usage: sh make-uki.sh KERNEL INITRD "COMMAND LINE" OUTPUT
set -eu

kernel=$1 initrd=$2 cmdline=$3 output=$4
stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub

if command -v ukify >/dev/null; then # systemd 253 and later
    exec ukify build --linux="$kernel" --initrd="$initrd" --cmdline="$cmdline" --output="$output"
fi

# Each section begins on a page of its own behind the one before it.
pages() { echo $((($(stat -L -c %s "$1") + 4095) / 4096 * 4096)); }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '%s' "$cmdline" >"$folder/cmdline"
at=$((0x2000000))
objcopy --add-section .osrel=/etc/os-release --change-section-vma .osrel=0x20000 \
    --add-section .cmdline="$folder/cmdline" --change-section-vma .cmdline=0x30000 \
    --add-section .linux="$kernel" --change-section-vma .linux=$at \
    --add-section .initrd="$initrd" --change-section-vma .initrd=$((at + $(pages "$kernel"))) \
    "$stub" "$output"
