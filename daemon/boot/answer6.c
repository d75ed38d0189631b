/* DHCPv6: what an answer says, and the relays around it. */
#include "boot/answer6.h"
#include "boot/reply6.h"
#include "boot/server.h"

/* Firmware asks the URL's host again on port 4011, and that is we. iPXE does not. */
static bool sends_to_us(const PXE_BOOT_CLIENT *client)
{
	return client->uExchange == PXE_BOOT_EXCHANGE_SOLICIT &&
	       client->uClass == PXE_BOOT_CLASS_PXE && !client->bIpxe;
}

/* The address by which the answer names us. */
static PXE_BOOT_IP own_of(const PXE_BOOT *boot, const PXE_BOOT_CLIENT *client,
			  const struct given *given)
{
	return *server_identity(given_identity(given->answer), server_of(given, client),
				&boot->locals, &client->Local);
}

/* With its relays around it, in a packet of the API's. */
static PVOID wrap(PXE_BOOT *boot, HANDLE request, const struct request6 *request6, uint8_t *octets,
		  ULONG octets_len, ULONG *len, DWORD *status)
{
	ULONG size = reply6_wrapped_len(request6, octets_len);
	PVOID packet = PxePacketAllocate(boot->provider, request, size);

	if (!packet) {
		*status = GetLastError();
		return NULL;
	}
	*status = reply6_wrap(request6, octets, octets_len, packet, size, len);
	if (*status == ERROR_SUCCESS)
		return packet;
	PxePacketFree(boot->provider, request, packet);
	return NULL;
}

PVOID answer6_build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		    struct given *given, ULONG *len, DWORD *status)
{
	const struct rest *rest = client_rest_of(client);
	struct request6 request6 = { .n_relays = 0 };
	struct reply6 reply = {
		.client = client,
		.request = &request6,
		.given = given,
		.locals = &boot->locals,
		.own = own_of(boot, client, given),
		.names_us = sends_to_us(client),
		.wants_url = rest->wants_url || client->uExchange == PXE_BOOT_EXCHANGE_PXE,
	};
	uint8_t octets[REPLY6_MAX];
	ULONG octets_len = 0;

	if (!request6_read(rest->packet, rest->len, &request6)) {
		*status = ERROR_INVALID_DATA; /* it was read before */
		return NULL;
	}
	*status = reply6_build(&reply, octets, &octets_len);
	if (*status == ERROR_SUCCESS)
		return wrap(boot, request, &request6, octets, octets_len, len, status);
	*status = kit_say_unsent(
		boot, request, given,
		given->failed ? given->said : "cannot build an answer from the entry", *status);
	return NULL;
}
