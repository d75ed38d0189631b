#include "base/ip.h"

#include <arpa/inet.h>
#include <stdio.h>

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

const char *ip_text(const struct ip *ip, char text[static IP_TEXT_MAX])
{
	int family = ip->family == IP_V6 ? AF_INET6 : AF_INET;

	if (ip->family == IP_NONE || !inet_ntop(family, ip->octet, text, IP_TEXT_MAX))
		snprintf(text, IP_TEXT_MAX, "-");
	return text;
}
