#include "boot/ip.h"

#include <arpa/inet.h>

PXE_BOOT_IP ip_of(const PXE_ADDRESS *from)
{
	PXE_BOOT_IP ip = { .uAddrLen = from->uAddrLen == 4 ? 4 : 16 };

	memcpy(ip.bAddress, from->bAddress, ip.uAddrLen);
	return ip;
}

bool ip_parse(const char *text, PXE_BOOT_IP *out)
{
	PXE_BOOT_IP ip = { .uAddrLen = strchr(text, ':') ? 16 : 4 };

	if (inet_pton(ip.uAddrLen == 4 ? AF_INET : AF_INET6, text, ip.bAddress) != 1)
		return false;
	*out = ip;
	return true;
}

bool ip_equal(const PXE_BOOT_IP *a, const PXE_BOOT_IP *b)
{
	return a->uAddrLen == b->uAddrLen && memcmp(a->bAddress, b->bAddress, a->uAddrLen) == 0;
}

bool ip_begins(const PXE_BOOT_IP *a, const PXE_BOOT_IP *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	if (a->uAddrLen != b->uAddrLen || bits > 8 * a->uAddrLen)
		return false;
	return memcmp(a->bAddress, b->bAddress, whole) == 0 &&
	       (rest == 0 || ((a->bAddress[whole] ^ b->bAddress[whole]) & mask) == 0);
}
