#include "boot/arch.h"

#include <ctype.h>
#include <strings.h>

#define ARCH_NAME(code, constant, name, other, kind) [code] = (name),
static const char *const names[PXE_ARCH_LAST + 2] = { PXE_ARCHS(ARCH_NAME) }; /* and the end */

#define OTHER_HALF(code, constant, name, other, kind) [code] = (other),
static const uint8_t other_half[PXE_ARCH_LAST + 1] = { PXE_ARCHS(OTHER_HALF) };

/* A bit for each code of a kind. */
enum { HTTP, UEFI, OTHER };
#define KIND_BIT(wanted, code, kind)                | (uint64_t)((kind) == (wanted)) << (code)
#define HTTP_BIT(code, constant, name, other, kind) KIND_BIT(HTTP, code, kind)
#define UEFI_BIT(code, constant, name, other, kind) KIND_BIT(UEFI, code, kind)
static const uint64_t http_archs = 0 PXE_ARCHS(HTTP_BIT), uefi_archs = 0 PXE_ARCHS(UEFI_BIT);

/* What others call them: dnsmasq's pxe-service first, then what people write. */
static const struct {
	const char *word, *name;
} others[] = {
	{ "x86PC", "x86-bios" },
	{ "IA64_EFI", "itanium-uefi" },
	{ "Arc_x86", "arc-x86" },
	{ "Intel_Lean_Client", "lean-client" },
	{ "IA32_EFI", "x86-uefi" },
	{ "x86-64_EFI", "x64-uefi" },
	{ "Xscale_EFI", "xscale-uefi" },
	{ "BC_EFI", "ebc" },
	{ "ARM32_EFI", "arm32-uefi" },
	{ "ARM64_EFI", "arm64-uefi" },
	{ "bios", "x86-bios" },
	{ "pcbios", "x86-bios" },
	{ "legacy", "x86-bios" },
	{ "i386", "x86-bios" },
	{ "x86", "x86-bios" },
	{ "i386-efi", "x86-uefi" },
	{ "efi", "x64-uefi" },
	{ "efi64", "x64-uefi" },
	{ "efi-x64", "x64-uefi" },
	{ "x86_64", "x64-uefi" },
	{ "amd64", "x64-uefi" },
	{ "amd64-efi", "x64-uefi" },
	{ "ia32", "x86-uefi" },
	{ "efi32", "x86-uefi" },
	{ "aarch64", "arm64-uefi" },
	{ "aarch64-efi", "arm64-uefi" },
	{ "arm", "arm32-uefi" },
	{ "armhf", "arm32-uefi" },
	{ "http", "x64-uefi-http" },
	{ "httpboot", "x64-uefi-http" },
	{ "efi-http", "x64-uefi-http" },
	{ "x64-http", "x64-uefi-http" },
	{ "x86_64-http", "x64-uefi-http" },
	{ "x86_64-efi-http", "x64-uefi-http" },
	{ "arm64-http", "arm64-uefi-http" },
	{ "aarch64-http", "arm64-uefi-http" },
	{ "aarch64-efi-http", "arm64-uefi-http" },
	{ "raspberry-pi", "arm-rpiboot" },
	{ "rpi", "arm-rpiboot" },
};

/* Behind what separates words, and the letter that UEFI has more than EFI. */
static const char *skip(const char *at)
{
	while (*at == '-' || *at == '_')
		at++;
	return strncasecmp(at, "uefi", 4) == 0 ? at + 1 : at;
}

/* "x86_64-uefi" is "X86-64_EFI". */
static bool is_called(const char *word, const char *other)
{
	for (word = skip(word), other = skip(other); *word && *other;
	     word = skip(word + 1), other = skip(other + 1))
		if (tolower((unsigned char)*word) != tolower((unsigned char)*other))
			return false;
	return !*word && !*other;
}

LPCSTR PXEAPI PxeBootArchName(ULONG uArch)
{
	return uArch <= PXE_ARCH_LAST ? names[uArch] : NULL;
}

ULONG PXEAPI PxeBootArchParse(LPCSTR pszName)
{
	for (ULONG i = 0; pszName && i <= PXE_ARCH_LAST; i++)
		if (strcmp(names[i], pszName) == 0)
			return i;
	return PXE_BOOT_ARCH_NONE;
}

LPCSTR PXEAPI PxeBootArchMeant(LPCSTR pszName)
{
	for (size_t i = 0; pszName && i < sizeof others / sizeof *others; i++)
		if (is_called(pszName, others[i].word))
			return others[i].name;
	return PxeBootNearest(pszName, names);
}

BOOL PXEAPI PxeBootArchIsHttp(ULONG uArch)
{
	return uArch <= PXE_ARCH_LAST && (http_archs >> uArch & 1);
}

uint16_t arch_by_class(uint16_t arch, bool http)
{
	if (arch > PXE_ARCH_LAST || (http_archs >> arch & 1) == http)
		return arch;
	return other_half[arch];
}

bool arch_wants_redirect(ULONG arch)
{
	return arch <= PXE_ARCH_LAST && (uefi_archs >> arch & 1);
}

bool arch_of_class(PXE_BOOT_OCTETS vendor_class, uint16_t *out)
{
	static const char mark[] = "Arch:";
	enum { MARK = sizeof mark - 1, DIGITS = 5 };

	for (size_t i = 0; i + MARK + DIGITS <= vendor_class.cbData; i++) {
		const uint8_t *at = vendor_class.pData + i;
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
