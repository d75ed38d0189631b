/* The ways to look at a run of octets that somebody else owns. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <wdspxe-boot.h>

static inline PXE_BOOT_OCTETS octets_of(const void *at, size_t len)
{
	return (PXE_BOOT_OCTETS){ (const BYTE *)at, len };
}

static inline PXE_BOOT_OCTETS octets_text(const char *text)
{
	return octets_of(text, strlen(text));
}

static inline bool octets_equal(PXE_BOOT_OCTETS a, PXE_BOOT_OCTETS b)
{
	return a.cbData == b.cbData && (a.cbData == 0 || memcmp(a.pData, b.pData, a.cbData) == 0);
}

static inline bool octets_begin(PXE_BOOT_OCTETS whole, PXE_BOOT_OCTETS start)
{
	return whole.cbData >= start.cbData &&
	       (start.cbData == 0 || memcmp(whole.pData, start.pData, start.cbData) == 0);
}
