#include "windows/codepage.h"

#include <windows/stringapiset.h>

#include "windows/utf.h"

/* 0x80 to 0x9f of 1252. Where the page has nothing, Microsoft's tables have the control character.
 */
static const uint16_t western[32] = {
	0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

bool codepage_find(UINT number, enum codepage *out)
{
	switch (number) {
	case CP_ACP:
	case CP_OEMCP:
	case CP_MACCP:
	case CP_THREAD_ACP:
	case CP_UTF8:
		*out = PAGE_UTF8;
		return true;
	case 1252:
		*out = PAGE_1252;
		return true;
	case 28591:
		*out = PAGE_LATIN1;
		return true;
	case 20127:
		*out = PAGE_ASCII;
		return true;
	default:
		return false;
	}
}

uint32_t codepage_get(enum codepage page, const void *octets, size_t len, size_t *taken, bool *bad)
{
	uint8_t c = *(const uint8_t *)octets;

	*taken = 1;
	switch (page) {
	case PAGE_UTF8:
		return utf8_get(octets, len, taken, bad);
	case PAGE_1252:
		return c >= 0x80 && c < 0xa0 ? western[c - 0x80] : c;
	case PAGE_LATIN1:
		return c;
	case PAGE_ASCII:
		break;
	}
	if (c < 0x80)
		return c;
	*bad = true;
	return UTF_NONE;
}

static size_t western_put(uint32_t c, char *octet)
{
	for (unsigned i = 0; i < 32; i++)
		if (western[i] == c) {
			*octet = (char)(0x80 + i);
			return 1;
		}
	*octet = (char)c;
	return c < 0x80 || (c >= 0xa0 && c <= 0xff);
}

size_t codepage_put(enum codepage page, uint32_t c, char octets[4])
{
	switch (page) {
	case PAGE_UTF8:
		return utf8_put(c, octets);
	case PAGE_1252:
		return western_put(c, octets);
	case PAGE_LATIN1:
		octets[0] = (char)c;
		return c <= 0xff;
	case PAGE_ASCII:
		break;
	}
	octets[0] = (char)c;
	return c < 0x80;
}
