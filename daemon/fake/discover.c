/* A DISCOVER as firmware broadcasts it, for tests of providers. */
#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

#include "base/span.h"
#include "dhcp/dhcp4.h"

static uint8_t *put(uint8_t *at, uint8_t code, const void *value, uint8_t len)
{
	at[0] = code;
	at[1] = len;
	memcpy(at + 2, value, len);
	return at + 2 + len;
}

static bool mac_read(const char *text, uint8_t mac[6])
{
	char end;

	return text && sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c", &mac[0], &mac[1],
			      &mac[2], &mac[3], &mac[4], &mac[5], &end) == 6;
}

static uint8_t *options_put(uint8_t *at, const uint8_t mac[6], USHORT arch)
{
	static const uint8_t wanted[] = { 1,   2,   3,   5,   6,   11,  12,  13, 15, 16,
					  17,  18,  43,  54,  60,  66,  67,  93, 94, 97,
					  128, 129, 130, 131, 132, 133, 134, 135 };
	uint8_t uuid[17] = { 0, 'f', 'a', 'k', 'e' }, code[2];
	char class[40];

	snprintf(class, sizeof(class), "%s:Arch:%05u:UNDI:003016",
		 arch >= 15 && arch <= 20 ? "HTTPClient" : "PXEClient", arch);
	memcpy(uuid + 11, mac, 6);
	store_be16(code, arch);
	at = put(at, 53, "\x01", 1);
	at = put(at, 57, "\x05\xc0", 2);
	at = put(at, 55, wanted, sizeof(wanted));
	at = put(at, 97, uuid, sizeof(uuid));
	at = put(at, 94, "\x01\x03\x10", 3);
	at = put(at, 93, code, 2);
	at = put(at, 60, class, (uint8_t)strlen(class));
	*at++ = 255;
	return at;
}

ULONG PxeFakeDiscover(void *packet, ULONG size, const char *mac_text, USHORT arch)
{
	uint8_t *octets = packet, mac[6], *end;

	if (!packet || size < 400 || !mac_read(mac_text, mac))
		return 0;
	memset(octets, 0, size);
	octets[DHCP4_OP] = DHCP4_BOOTREQUEST;
	octets[DHCP4_HTYPE] = DHCP4_HTYPE_ETHERNET;
	octets[DHCP4_HLEN] = 6;
	memcpy(octets + DHCP4_XID, mac + 2, 4);
	store_be16(octets + DHCP4_FLAGS, DHCP4_FLAG_BROADCAST);
	memcpy(octets + DHCP4_CHADDR, mac, 6);
	store_be32(octets + DHCP4_COOKIE, 0x63825363u);
	end = options_put(octets + DHCP4_HEADER, mac, arch);
	return end - octets < 300 ? 300 : (ULONG)(end - octets);
}
