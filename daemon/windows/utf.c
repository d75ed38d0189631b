#include "windows/utf.h"

uint32_t utf8_get(const void *octets, size_t len, size_t *taken, bool *bad)
{
	const uint8_t *at = octets;
	unsigned more = at[0] < 0x80 ? 0 : at[0] < 0xe0 ? 1 : at[0] < 0xf0 ? 2 : 3;
	uint32_t c = more == 0 ? at[0] : at[0] & (0x3fU >> more);
	/* The second octet says whether it is too long a form, a surrogate or beyond Unicode. */
	uint8_t low = at[0] == 0xe0 ? 0xa0 : at[0] == 0xf0 ? 0x90 : 0x80;
	uint8_t high = at[0] == 0xed ? 0x9f : at[0] == 0xf4 ? 0x8f : 0xbf;

	*taken = 1;
	if (at[0] >= 0x80 && (at[0] < 0xc2 || at[0] > 0xf4)) {
		*bad = true;
		return UTF_NONE;
	}
	for (; more > 0; more--, low = 0x80, high = 0xbf) {
		if (*taken == len || at[*taken] < low || at[*taken] > high) {
			*bad = true;
			return UTF_NONE;
		}
		c = c << 6 | (at[(*taken)++] & 0x3f);
	}
	return c;
}

size_t utf8_put(uint32_t c, char octets[UTF8_MAX])
{
	if (!utf_valid(c))
		c = UTF_NONE;
	if (c < 0x80) {
		octets[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		octets[0] = (char)(0xc0 | c >> 6);
		octets[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		octets[0] = (char)(0xe0 | c >> 12);
		octets[1] = (char)(0x80 | (c >> 6 & 0x3f));
		octets[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	octets[0] = (char)(0xf0 | c >> 18);
	octets[1] = (char)(0x80 | (c >> 12 & 0x3f));
	octets[2] = (char)(0x80 | (c >> 6 & 0x3f));
	octets[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}
