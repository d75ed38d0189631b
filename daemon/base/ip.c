/* no allocation · no lock · no log */
#include "base/ip.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

static const struct ip none = { .family = IP_NONE };

bool ip_is_any(const struct ip *ip)
{
	return memcmp(ip->octet, none.octet, sizeof(ip->octet)) == 0;
}

bool ip_is_multicast(const struct ip *ip)
{
	if (ip->family == IP_V4)
		return (ip->octet[0] & 0xf0) == 0xe0;
	return ip->family == IP_V6 && ip->octet[0] == 0xff;
}

bool ip_is_linklocal(const struct ip *ip)
{
	if (ip->family == IP_V4)
		return ip->octet[0] == 169 && ip->octet[1] == 254;
	return ip->family == IP_V6 && ip->octet[0] == 0xfe && (ip->octet[1] & 0xc0) == 0x80;
}

bool ip_is_loopback(const struct ip *ip)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (ip->family == IP_V4)
		return ip->octet[0] == 127;
	return ip->family == IP_V6 && memcmp(ip->octet, one, sizeof(one)) == 0;
}

bool ip_is_limited_broadcast(const struct ip *ip)
{
	const struct ip broadcast = ip_broadcast();

	return ip_equal(ip, &broadcast);
}

bool ip_in_prefix(const struct ip *ip, const struct ip *net, unsigned bits)
{
	size_t whole = bits / 8;
	unsigned rest = bits % 8;

	if (ip->family != net->family || bits > 8 * ip_len(net))
		return false;
	if (memcmp(ip->octet, net->octet, whole) != 0)
		return false;
	return rest == 0 || (ip->octet[whole] ^ net->octet[whole]) >> (8 - rest) == 0;
}

struct ip ip_broadcast(void)
{
	return ip_v4("\xff\xff\xff\xff");
}

bool ip_parse(const char *text, struct ip *out)
{
	uint8_t octet[16];

	if (inet_pton(AF_INET, text, octet) == 1)
		*out = ip_v4(octet);
	else if (inet_pton(AF_INET6, text, octet) == 1)
		*out = ip_v6(octet);
	else
		return false;
	return true;
}

/* Clears what is behind the first `bits`. True: something was there. */
static bool host_bits_clear(struct ip *ip, unsigned bits)
{
	bool any = false;

	for (unsigned i = bits; i < 8 * ip_len(ip); i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		any = any || ip->octet[i / 8] & bit;
		ip->octet[i / 8] &= (uint8_t)~bit;
	}
	return any;
}

int ip_prefix_parse(const char *text, struct ip_prefix *out)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char address[IP_TEXT_MAX];
	unsigned long bits;
	struct ip ip;
	char *end;

	if (len >= sizeof(address))
		return IP_PREFIX_MALFORMED;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!ip_parse(address, &ip))
		return IP_PREFIX_MALFORMED;
	bits = 8 * ip_len(&ip);
	if (slash) {
		if (slash[1] < '0' || slash[1] > '9')
			return IP_PREFIX_MALFORMED;
		bits = strtoul(slash + 1, &end, 10);
		if (*end || bits > 8 * ip_len(&ip))
			return IP_PREFIX_MALFORMED;
	}
	*out = (struct ip_prefix){ .net = ip, .bits = (uint8_t)bits };
	return host_bits_clear(&out->net, (unsigned)bits) ? IP_PREFIX_HOST_BITS : 0;
}

const char *ip_text(const struct ip *ip, char text[static IP_TEXT_MAX])
{
	int family = ip->family == IP_V6 ? AF_INET6 : AF_INET;

	if (ip->family == IP_NONE || !inet_ntop(family, ip->octet, text, IP_TEXT_MAX))
		snprintf(text, IP_TEXT_MAX, "-");
	return text;
}

bool ip_eui64_mac(const struct ip *ip, uint8_t mac[static 6])
{
	const uint8_t *id = ip->octet + 8;

	if (ip->family != IP_V6 || id[3] != 0xff || id[4] != 0xfe || !ip_is_linklocal(ip))
		return false;
	mac[0] = id[0] ^ 2;
	mac[1] = id[1];
	mac[2] = id[2];
	memcpy(mac + 3, id + 5, 3);
	return true;
}
