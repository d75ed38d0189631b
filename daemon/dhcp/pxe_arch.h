/* Client architectures: option 93 of DHCPv4, option 61 of DHCPv6, one registry (IANA "Processor
 * Architecture Types") and one set of names for configuration, logs and tools.
 *
 * A name is cpu-firmware, with -http where the client speaks HTTP Boot:
 *    0 x86-bios          1 pc98              2 itanium-uefi      3 alpha
 *    4 arc-x86           5 lean-client       6 x86-uefi          7 x64-uefi
 *    8 xscale-uefi       9 ebc              10 arm32-uefi       11 arm64-uefi
 *   12 ppc-of           13 ppc-epapr        14 power-opal       15 x86-uefi-http
 *   16 x64-uefi-http    17 ebc-http         18 arm32-uefi-http  19 arm64-uefi-http
 *   20 x86-bios-http    21 arm32-uboot      22 arm64-uboot      23 arm32-uboot-http
 *   24 arm64-uboot-http 25 riscv32-uefi     26 riscv32-uefi-http  27 riscv64-uefi
 *   28 riscv64-uefi-http  29 riscv128-uefi  30 riscv128-uefi-http  31 s390-basic
 *   32 s390-extended    33 mips32-uefi      34 mips64-uefi      35 sunway32-uefi
 *   36 sunway64-uefi    37 loongarch32-uefi  38 loongarch32-uefi-http  39 loongarch64-uefi
 *   40 loongarch64-uefi-http  41 arm-rpiboot
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum {
	PXE_ARCH_X86_BIOS = 0,
	PXE_ARCH_X86_UEFI = 6,
	PXE_ARCH_X64_UEFI = 7,
	PXE_ARCH_EBC = 9,
	PXE_ARCH_ARM64_UEFI = 11,
	PXE_ARCH_X64_UEFI_HTTP = 16,
	PXE_ARCH_LAST = 41 /* the highest code with a name */
};

/** The name of a code; NULL for one that is not known. */
const char *pxe_arch_name(uint16_t arch);
/** The code of the same machine where it speaks HTTP Boot, or where it does not: 7 and 16 are such
 * a pair. A code that has no other half stays. */
uint16_t pxe_arch_by_class(uint16_t arch, bool http_class);
