/* A DISCOVER as firmware broadcasts it, for tests of providers. */
#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

#include "dhcp/made_client.h"
#include "dhcp/pxe_arch.h"

static bool mac_read(const char *text, uint8_t mac[6])
{
	char end;

	return text && sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c", &mac[0], &mac[1],
			      &mac[2], &mac[3], &mac[4], &mac[5], &end) == 6;
}

ULONG PxeFakeDiscover(void *packet, ULONG size, const char *mac_text, USHORT arch)
{
	struct made_client client = { .family = IP_V4,
				      .firmware = made_firmware_of(arch, false),
				      .arch = arch,
				      .http = pxe_arch_by_class(arch, false) != arch,
				      .has_uuid = true,
				      .uuid = { 'e', 'k', 'a', 'f' } };

	if (!packet || !mac_read(mac_text, client.mac))
		return 0;
	memcpy(client.uuid + 10, client.mac, sizeof(client.mac));
	client.xid = load_be32(client.mac + 2);
	return (ULONG)made_client_write(&client, MADE_DISCOVER, packet, size, NULL);
}
