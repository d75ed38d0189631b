/* no allocation · no lock · no log */
#include "dhcp/pxe_arch.h"

#define NAME(code, constant, name, other, kind) [code] = (name),
static const char *const names[PXE_ARCH_LAST + 1] = { PXE_ARCHS(NAME) };

#define OTHER_HALF(code, constant, name, other, kind) [code] = (other),
static const uint8_t other_half[PXE_ARCH_LAST + 1] = { PXE_ARCHS(OTHER_HALF) };

/* One bit for each code that speaks HTTP Boot. */
#define KIND_HTTP                                   1
#define KIND_UEFI                                   0
#define KIND_OTHER                                  0
#define HTTP_BIT(code, constant, name, other, kind) | (uint64_t)KIND_##kind << (code)
static const uint64_t http = 0 PXE_ARCHS(HTTP_BIT);

const char *pxe_arch_name(uint16_t arch)
{
	return arch <= PXE_ARCH_LAST ? names[arch] : NULL;
}

uint16_t pxe_arch_by_class(uint16_t arch, bool http_class)
{
	if (arch > PXE_ARCH_LAST || (http >> arch & 1) == http_class)
		return arch;
	return other_half[arch];
}
