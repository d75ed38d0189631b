#include "pattern.h"

#include <arpa/inet.h>
#include <stdlib.h>

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Two digits; false where they are not there. */
static bool octet(const char *text, uint8_t *out)
{
	int high = nibble(text[0]), low = high < 0 ? -1 : nibble(text[1]);

	if (low < 0)
		return false;
	*out = (uint8_t)(high << 4 | low);
	return true;
}

/* Six octets with nothing between them, or a point behind every second. */
static bool mac_parse_dense(const char *text, struct mac_pattern *out)
{
	bool points = strlen(text) > 4 && text[4] == '.';

	for (out->n = 0; out->n < MAC_LEN; out->n++) {
		if (points && (out->n == 2 || out->n == 4) && *text++ != '.')
			return false;
		if (!octet(text, &out->at[out->n]))
			return false;
		text += 2;
	}
	return *text == '\0';
}

/* One `*` for the rest, or one for each octet of it. */
static bool is_rest(const char *text, unsigned octets)
{
	if (strcmp(text, "*") == 0)
		return true;
	for (; octets > 1; octets--, text += 2)
		if (text[0] != '*' || (text[1] != ':' && text[1] != '-'))
			return false;
	return strcmp(text, "*") == 0;
}

bool mac_parse(const char *text, struct mac_pattern *out)
{
	memset(out, 0, sizeof *out);
	if (mac_parse_dense(text, out))
		return true;
	memset(out, 0, sizeof *out);
	while (!is_rest(text, MAC_LEN - out->n)) {
		if (!octet(text, &out->at[out->n]))
			return false;
		text += 2;
		if (++out->n == MAC_LEN)
			return *text == '\0';
		if (*text != ':' && *text != '-')
			return false;
		text++;
	}
	return true;
}

/* The other order of the octets in the first three fields. */
static void uuid_turn(const uint8_t in[UUID_LEN], uint8_t out[UUID_LEN])
{
	static const uint8_t from[UUID_LEN] = {
		3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15
	};

	for (int i = 0; i < UUID_LEN; i++)
		out[i] = in[from[i]];
}

bool uuid_parse(const char *text, struct uuid_pattern *out)
{
	bool braces = *text == '{', dashes;

	text += braces;
	dashes = strlen(text) > 8 && text[8] == '-';
	for (int i = 0; i < UUID_LEN; i++) {
		if (dashes && (i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
			return false;
		if (!octet(text, &out->straight[i]))
			return false;
		text += 2;
	}
	if (strcmp(text, braces ? "}" : "") != 0)
		return false;
	if (dashes)
		uuid_turn(out->straight, out->turned);
	else
		memcpy(out->turned, out->straight, UUID_LEN);
	return true;
}

bool address_parse(const char *text, PXE_BOOT_IP *out)
{
	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET, text, out->bAddress) == 1)
		out->uAddrLen = 4;
	else if (inet_pton(AF_INET6, text, out->bAddress) == 1)
		out->uAddrLen = 16;
	return out->uAddrLen > 0;
}

bool subnet_parse(const char *text, struct subnet_pattern *out)
{
	const char *slash = strchr(text, '/');
	char base[INET6_ADDRSTRLEN];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char *end = NULL;
	unsigned long bits;

	if (len >= sizeof base)
		return false;
	memcpy(base, text, len);
	base[len] = '\0';
	if (!address_parse(base, &out->base))
		return false;
	out->bits = (uint8_t)(out->base.uAddrLen * 8);
	if (!slash)
		return out->base.bAddress[out->base.uAddrLen - 1] != 0;
	if (slash[1] < '0' || slash[1] > '9')
		return false;
	bits = strtoul(slash + 1, &end, 10);
	if (*end != '\0' || bits > out->bits)
		return false;
	out->bits = (uint8_t)bits;
	return true;
}

bool duid_parse(const char *text, struct duid_pattern *out)
{
	out->len = 0;
	for (;;) {
		if (out->len == DUID_MAX || !octet(text, &out->at[out->len]))
			return false;
		out->len++;
		text += 2;
		if (*text == '\0')
			return out->len >= 3;
		if (*text == ':' || *text == '-')
			text++;
	}
}

bool mac_matches(const struct mac_pattern *pattern, PXE_BOOT_OCTETS mac)
{
	return mac.cbData == MAC_LEN && memcmp(pattern->at, mac.pData, pattern->n) == 0;
}

bool uuid_matches(const struct uuid_pattern *pattern, const uint8_t uuid[UUID_LEN])
{
	return memcmp(pattern->turned, uuid, UUID_LEN) == 0 ||
	       memcmp(pattern->straight, uuid, UUID_LEN) == 0;
}

bool subnet_holds(const struct subnet_pattern *subnet, const PXE_BOOT_IP *address)
{
	unsigned whole = subnet->bits / 8, rest = subnet->bits % 8;

	if (address->uAddrLen != subnet->base.uAddrLen ||
	    memcmp(subnet->base.bAddress, address->bAddress, whole) != 0)
		return false;
	return rest == 0 ||
	       (subnet->base.bAddress[whole] ^ address->bAddress[whole]) >> (8 - rest) == 0;
}

void address_text(const PXE_BOOT_IP *address, char out[64])
{
	out[0] = '\0';
	inet_ntop(address->uAddrLen == 4 ? AF_INET : AF_INET6, address->bAddress, out, 64);
}

void subnet_clear_host(struct subnet_pattern *subnet)
{
	for (unsigned bit = subnet->bits; bit < subnet->base.uAddrLen * 8u; bit++)
		subnet->base.bAddress[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
}
