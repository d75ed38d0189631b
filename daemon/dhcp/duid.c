/* no allocation · no lock · no log */
#include "dhcp/duid.h"

enum { HARDWARE_ETHERNET = 1, LLT_LEN = 8 + 6, LL_LEN = 4 + 6 };

void duid_from_random(const uint8_t octets[static 16], uint8_t out[static DUID_UUID_LEN])
{
	store_be16(out, DUID_UUID);
	memcpy(out + 2, octets, 16);
	out[2 + 6] = (uint8_t)((out[2 + 6] & 0x0f) | 0x40); /* version 4 */
	out[2 + 8] = (uint8_t)((out[2 + 8] & 0x3f) | 0x80); /* variant of RFC 4122 */
}

bool duid_mac(struct span duid, uint8_t out[static 6])
{
	size_t at = 0;

	if (duid.len == LLT_LEN && load_be16(duid.at) == DUID_LLT)
		at = 8;
	else if (duid.len == LL_LEN && load_be16(duid.at) == DUID_LL)
		at = 4;
	if (at == 0 || load_be16(duid.at + 2) != HARDWARE_ETHERNET)
		return false;
	memcpy(out, duid.at + at, 6);
	return true;
}

bool duid_uuid(struct span duid, uint8_t out[static 16])
{
	if (duid.len != DUID_UUID_LEN || load_be16(duid.at) != DUID_UUID)
		return false;
	memcpy(out, duid.at + 2, 16);
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool duid_parse(const char *text, uint8_t out[static DUID_MAX], size_t *out_len)
{
	size_t len = 0;

	while (*text) {
		int high = hex_value(text[0]);
		int low = high < 0 ? -1 : hex_value(text[1]);

		if (low < 0 || len == DUID_MAX)
			return false;
		out[len++] = (uint8_t)(high << 4 | low);
		text += 2;
		if (*text == ':' && *++text == '\0')
			return false;
	}
	if (len < DUID_MIN)
		return false;
	*out_len = len;
	return true;
}
