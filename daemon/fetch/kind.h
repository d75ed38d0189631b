/* What a boot file is, by its first octets. Pure: any octets at all may come. */
#pragma once

#include "fetch/pe.h"

/* X(symbol, name, words): `name` is the word of the JSON object (README.md), `words` what people
 * read. A row more needs a line in that README. */
#define FILE_KINDS(X)                                                                              \
	X(EMPTY, "empty", "an empty file")                                                         \
	X(SCRIPT, "ipxe-script", "a script for iPXE")                                              \
	X(HTML, "html", "an HTML page")                                                            \
	X(DIRECTORY, "directory", "the list of a folder, as an HTML page")                         \
	X(TEXT, "text", "text")                                                                    \
	X(COMPRESSED, "gzip", "a compressed file")                                                 \
	X(BIOS, "bios", "a program for PC BIOS")                                                   \
	X(PXELINUX, "pxelinux", "PXELINUX for PC BIOS")                                            \
	X(IPXE_BIOS, "ipxe-bios", "iPXE for PC BIOS")                                              \
	X(WINDOWS_BIOS, "windows-bios", "Windows' boot program for PC BIOS")                       \
	X(LINUX_BIOS, "linux-bios", "a Linux kernel without EFI stub")                             \
	X(EFI, "efi", "an EFI program")                                                            \
	X(IPXE, "ipxe", "iPXE")                                                                    \
	X(SHIM, "shim", "shim")                                                                    \
	X(GRUB, "grub", "GRUB")                                                                    \
	X(SYSTEMD_BOOT, "systemd-boot", "systemd-boot")                                            \
	X(UKI, "uki", "a unified kernel image")                                                    \
	X(LINUX, "linux", "a Linux kernel")                                                        \
	X(WINDOWS, "windows", "Windows' boot manager")                                             \
	X(UNKNOWN, "unknown", "no boot program")

/* The script that iPXE for UEFI looks for where it came from itself, since 2021. */
#define KIND_AUTOEXEC "autoexec.ipxe"

enum file_kind {
#define X(symbol, ...) KIND_##symbol,
	FILE_KINDS(X)
#undef X
};

enum {
	KIND_FRONT_MAX = 8 * 1024 * 1024, /* more of a file is not looked at */
	KIND_FRONT_MIN = 64 * 1024,
	KIND_WORDS_MAX = 64,
	KIND_SECOND_MAX = 32,
	/* What BIOS has for a program at 0x7c00: to 640 KiB, less what the ROM itself occupies. */
	KIND_BIOS_MAX = 640 * 1024 - 0x7c00,
};

struct file {
	enum file_kind kind;
	char words[KIND_WORDS_MAX]; /* for people */
	bool is_efi;
	struct pe pe;                 /* is_efi */
	char second[KIND_SECOND_MAX]; /* KIND_SHIM: the name that it was built with: kind_second()
				       */
	bool by_name;                 /* iPXE's shim: it loads what its own name says */
	bool autoexec; /* KIND_IPXE: it runs a script of that name, if there is one */
};

/** How many octets of the front are wanted, by those that are there; at most KIND_FRONT_MAX. */
size_t kind_wants(struct span front);
/** `front`: the file as far as it was read. */
void kind_read(struct span front, struct file *out);
const char *kind_name(enum file_kind kind);
/** The name of the file that a shim loads, which came from `url`; "": it is not known. */
void kind_second(const struct file *shim, const char *url, char out[static KIND_SECOND_MAX]);
