#include "arch.h"

#include <strings.h>

#include "nearest.h"

static const char *const names[] = {
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
	[42] = NULL, /* the end */
};

enum { N_NAMES = sizeof names / sizeof *names - 1 };

/* What others call them: dnsmasq's pxe-service first, then what people write. */
static const struct {
	const char *word, *name;
} others[] = {
	{ "x86PC", "x86-bios" },         { "IA64_EFI", "itanium-uefi" },
	{ "Arc_x86", "arc-x86" },        { "Intel_Lean_Client", "lean-client" },
	{ "IA32_EFI", "x86-uefi" },      { "x86-64_EFI", "x64-uefi" },
	{ "Xscale_EFI", "xscale-uefi" }, { "BC_EFI", "ebc" },
	{ "ARM32_EFI", "arm32-uefi" },   { "ARM64_EFI", "arm64-uefi" },
	{ "bios", "x86-bios" },          { "pcbios", "x86-bios" },
	{ "legacy", "x86-bios" },        { "i386", "x86-bios" },
	{ "x86", "x86-bios" },           { "uefi", "x64-uefi" },
	{ "efi", "x64-uefi" },           { "uefi64", "x64-uefi" },
	{ "efi64", "x64-uefi" },         { "uefi-x64", "x64-uefi" },
	{ "efi-x64", "x64-uefi" },       { "x86_64", "x64-uefi" },
	{ "x86-64", "x64-uefi" },        { "x86_64-efi", "x64-uefi" },
	{ "amd64", "x64-uefi" },         { "ia32", "x86-uefi" },
	{ "uefi32", "x86-uefi" },        { "efi32", "x86-uefi" },
	{ "aarch64", "arm64-uefi" },     { "arm", "arm32-uefi" },
	{ "armhf", "arm32-uefi" },       { "http", "x64-uefi-http" },
	{ "httpboot", "x64-uefi-http" }, { "raspberry-pi", "arm-rpiboot" },
	{ "rpi", "arm-rpiboot" },        { "x86_64-uefi", "x64-uefi" },
	{ "x86-64-uefi", "x64-uefi" },   { "amd64-uefi", "x64-uefi" },
	{ "amd64-efi", "x64-uefi" },     { "aarch64-uefi", "arm64-uefi" },
	{ "aarch64-efi", "arm64-uefi" },
};

/* One bit for each code: 2, 6 to 11, 25, 27, 29, 33 to 37, 39. */
static const uint64_t redirected = UINT64_C(1) << 2 | UINT64_C(0x3f) << 6 | UINT64_C(1) << 25 |
				   UINT64_C(1) << 27 | UINT64_C(1) << 29 | UINT64_C(0x1f) << 33 |
				   UINT64_C(1) << 39;

const char *arch_name(uint16_t arch)
{
	return arch < N_NAMES ? names[arch] : NULL;
}

bool arch_parse(const char *name, uint16_t *out)
{
	for (size_t i = 0; i < N_NAMES; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*out = (uint16_t)i;
		return true;
	}
	return false;
}

uint16_t arch_by_class(uint16_t arch, bool http)
{
	/* 1 + the code of the other half. */
	static const uint8_t half[] = {
		[0] = 21,  [20] = 1,  [6] = 16,  [15] = 7,  [7] = 17,  [16] = 8,  [9] = 18,
		[17] = 10, [10] = 19, [18] = 11, [11] = 20, [19] = 12, [21] = 24, [23] = 22,
		[22] = 25, [24] = 23, [25] = 27, [26] = 26, [27] = 29, [28] = 28, [29] = 31,
		[30] = 30, [37] = 39, [38] = 38, [39] = 41, [40] = 40,
	};
	static const uint64_t speaks_http =
		UINT64_C(0x3f) << 15 | UINT64_C(3) << 23 | UINT64_C(1) << 26 | UINT64_C(1) << 28 |
		UINT64_C(1) << 30 | UINT64_C(1) << 38 | UINT64_C(1) << 40;

	if (arch >= sizeof half || half[arch] == 0 || (speaks_http >> arch & 1) == http)
		return arch;
	return (uint16_t)(half[arch] - 1);
}

const char *arch_meant(const char *name)
{
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcasecmp(others[i].word, name) == 0)
			return others[i].name;
	return nearest(name, names);
}

bool arch_is_http(uint16_t arch)
{
	const char *name = arch_name(arch);
	size_t len = name ? strlen(name) : 0;

	return len > 5 && strcmp(name + len - 5, "-http") == 0;
}

bool arch_wants_redirect(uint16_t arch)
{
	return arch < 64 && (redirected >> arch & 1);
}

bool arch_of_class(struct octets vendor_class, uint16_t *out)
{
	static const char mark[] = "Arch:";
	enum { MARK = sizeof mark - 1, DIGITS = 5 };

	for (size_t i = 0; i + MARK + DIGITS <= vendor_class.len; i++) {
		const uint8_t *at = vendor_class.at + i;
		uint32_t number = 0;
		int n = 0;

		if (memcmp(at, mark, MARK) != 0)
			continue;
		for (at += MARK; n < DIGITS && at[n] >= '0' && at[n] <= '9'; n++)
			number = number * 10 + (uint32_t)(at[n] - '0');
		if (n < DIGITS || number > UINT16_MAX)
			return false;
		*out = (uint16_t)number;
		return true;
	}
	return false;
}
