#include "dhcp/pxe_arch.h"

static const char *const names[PXE_ARCH_LAST + 1] = {
	[0] = "x86-bios",
	[1] = "pc98",
	[2] = "itanium-uefi",
	[3] = "alpha",
	[4] = "arc-x86",
	[5] = "lean-client",
	[6] = "x86-uefi",
	[7] = "x64-uefi",
	[8] = "xscale-uefi",
	[9] = "ebc",
	[10] = "arm32-uefi",
	[11] = "arm64-uefi",
	[12] = "ppc-of",
	[13] = "ppc-epapr",
	[14] = "power-opal",
	[15] = "x86-uefi-http",
	[16] = "x64-uefi-http",
	[17] = "ebc-http",
	[18] = "arm32-uefi-http",
	[19] = "arm64-uefi-http",
	[20] = "x86-bios-http",
	[21] = "arm32-uboot",
	[22] = "arm64-uboot",
	[23] = "arm32-uboot-http",
	[24] = "arm64-uboot-http",
	[25] = "riscv32-uefi",
	[26] = "riscv32-uefi-http",
	[27] = "riscv64-uefi",
	[28] = "riscv64-uefi-http",
	[29] = "riscv128-uefi",
	[30] = "riscv128-uefi-http",
	[31] = "s390-basic",
	[32] = "s390-extended",
	[33] = "mips32-uefi",
	[34] = "mips64-uefi",
	[35] = "sunway32-uefi",
	[36] = "sunway64-uefi",
	[37] = "loongarch32-uefi",
	[38] = "loongarch32-uefi-http",
	[39] = "loongarch64-uefi",
	[40] = "loongarch64-uefi-http",
	[41] = "arm-rpiboot",
};

/* One bit for each code that speaks HTTP Boot. */
static const uint64_t http = UINT64_C(1) << 15 | UINT64_C(1) << 16 | UINT64_C(1) << 17 |
			     UINT64_C(1) << 18 | UINT64_C(1) << 19 | UINT64_C(1) << 20 |
			     UINT64_C(1) << 23 | UINT64_C(1) << 24 | UINT64_C(1) << 26 |
			     UINT64_C(1) << 28 | UINT64_C(1) << 30 | UINT64_C(1) << 38 |
			     UINT64_C(1) << 40;

const char *pxe_arch_name(uint16_t arch)
{
	return arch <= PXE_ARCH_LAST ? names[arch] : NULL;
}

static bool is_http(uint16_t arch)
{
	return arch <= PXE_ARCH_LAST && (http >> arch & 1);
}

uint16_t pxe_arch_by_class(uint16_t arch, bool http_class)
{
	/* 1 + the code of the other half. */
	static const uint8_t half[] = {
		[0] = 21,  [20] = 1,  [6] = 16,  [15] = 7,  [7] = 17,  [16] = 8,  [9] = 18,
		[17] = 10, [10] = 19, [18] = 11, [11] = 20, [19] = 12, [21] = 24, [23] = 22,
		[22] = 25, [24] = 23, [25] = 27, [26] = 26, [27] = 29, [28] = 28, [29] = 31,
		[30] = 30, [37] = 39, [38] = 38, [39] = 41, [40] = 40,
	};

	if (arch >= sizeof(half) || half[arch] == 0 || is_http(arch) == http_class)
		return arch;
	return (uint16_t)(half[arch] - 1);
}
