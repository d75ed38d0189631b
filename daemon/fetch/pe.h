/* The headers of an EFI program: PE32 or PE32+ (Microsoft's "PE Format"). Pure. */
#pragma once

#include "base/span.h"

enum {
	PE_SECTIONS_MAX = 96, /* more, no loader takes */
	PE_NAME_MAX = 16,
	PE_MACHINE_X86 = 0x14c,
	PE_MACHINE_ITANIUM = 0x200,
	PE_MACHINE_EBC = 0xebc,
	PE_MACHINE_ARM = 0x1c0,
	PE_MACHINE_THUMB = 0x1c2,
	PE_MACHINE_ARMNT = 0x1c4,
	PE_MACHINE_RISCV32 = 0x5032,
	PE_MACHINE_RISCV64 = 0x5064,
	PE_MACHINE_RISCV128 = 0x5128,
	PE_MACHINE_LOONGARCH32 = 0x6232,
	PE_MACHINE_LOONGARCH64 = 0x6264,
	PE_MACHINE_X64 = 0x8664,
	PE_MACHINE_ARM64 = 0xaa64,
	PE_SUBSYSTEM_EFI = 10, /* an application; 11 and 12 are drivers, 13 a ROM */
	PE_SUBSYSTEM_EFI_LAST = 13,
};

struct pe_section {
	char name[PE_NAME_MAX];
	uint32_t at, len; /* in the file */
};

struct pe {
	uint16_t machine, subsystem;
	unsigned n; /* sections */
	struct pe_section section[PE_SECTIONS_MAX];
	uint32_t signatures_at, signatures_len; /* 0, 0: not signed */
	uint64_t end; /* how many octets the file has at least, by its headers */
};

/** Reads the headers at the front of a file. False: it is no PE program, or its headers are not
 * whole. */
bool pe_read(struct span front, struct pe *out);
bool pe_has(const struct pe *pe, const char *section);
