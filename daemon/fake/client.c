/* Made-up clients: PxeFakeClient, PxeFakeDiscover. */
#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

#include "base/cleanup.h"
#include "dhcp/made_client.h"
#include "dhcp/pxe_arch.h"

/* A client, and what its members point to. */
struct made {
	struct made_client client;
	const char *local; /* ours */
	bool v6;
};

static bool mac_read(const char *text, uint8_t mac[6])
{
	char end;

	return text && sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c", &mac[0], &mac[1],
			      &mac[2], &mac[3], &mac[4], &mac[5], &end) == 6;
}

static bool uuid_read(const char *text, uint8_t uuid[16])
{
	for (size_t i = 0; i < 16; i++, text += 2) {
		text += (i == 4 || i == 6 || i == 8 || i == 10) && *text == '-';
		if (sscanf(text, "%2hhx", &uuid[i]) != 1 || !text[1])
			return false;
	}
	return *text == '\0';
}

/* Without one that is given, each machine has one of its own. */
static bool uuid_make(const char *text, struct made_client *client)
{
	static const uint8_t fake[4] = { 'e', 'k', 'a', 'f' };

	client->has_uuid = !text || *text;
	if (text && *text)
		return uuid_read(text, client->uuid);
	memcpy(client->uuid, fake, sizeof(fake));
	memcpy(client->uuid + 10, client->mac, sizeof(client->mac));
	return true;
}

static struct span text_span(const char *text)
{
	return text ? span_str(text) : SPAN_NONE;
}

/* An address of the client's family; the preset where none is given, IP_NONE where that is NULL. */
static bool address_read(const struct made *made, const char *text, const char *preset,
			 struct ip *out)
{
	if (!text)
		text = preset;
	*out = (struct ip){ .family = IP_NONE };
	if (!text || !*text)
		return true;
	return ip_parse(text, out) && out->family == made->client.family;
}

static bool addresses_read(const PXE_FAKE_CLIENT *from, struct made *made)
{
	struct made_client *client = &made->client;
	bool v6 = made->v6;

	return address_read(made, from->pszAddress, v6 ? "2001:db8::100" : "192.0.2.100",
			    &client->address) &&
	       address_read(made, from->pszServer, v6 ? NULL : made->local, &client->server) &&
	       address_read(made, from->pszRelay, NULL, &client->relay) &&
	       address_read(made, from->pszPeer, v6 ? "fe80::1" : NULL, &client->peer);
}

static bool options_read(const PXE_FAKE_CLIENT *from, struct made_client *client)
{
	if (from->uOptions > MADE_OPTIONS_MAX || (from->uOptions > 0 && !from->pOptions))
		return false;
	for (ULONG i = 0; i < from->uOptions; i++) {
		const PXE_FAKE_OPTION *option = &from->pOptions[i];

		if (option->uCode == 0)
			return false;
		client->option[i] = (struct made_option){
			option->uCode, span_of(option->pValue, option->pValue ? option->uLen : 0)
		};
	}
	return true;
}

static void describe(const PXE_FAKE_CLIENT *from, struct made_client *client)
{
	client->firmware = made_firmware_of(from->uArch, from->bIpxe);
	client->arch = from->uArch;
	client->http = pxe_arch_by_class(from->uArch, false) != from->uArch;
	client->vendor_class = text_span(from->pszVendorClass);
	client->user_class = text_span(from->pszUserClass);
	client->xid = from->uXid ? from->uXid : load_be32(client->mac + 2);
	if (client->family == IP_V6)
		client->xid &= 0xffffff;
	client->secs = from->uSecs;
	client->max_size = from->uMaxSize;
	client->server_duid = span_of(from->pServerDuid, from->uServerDuid);
	client->has_item = from->bItem;
	client->item_type = from->uItem;
	client->layer = from->uLayer;
	client->link_layer = from->bLinkLayer;
	client->circuit_id = span_of(from->pCircuitId, from->uCircuitId);
	client->remote_id = span_of(from->pRemoteId, from->uRemoteId);
	client->subscriber_id = span_of(from->pSubscriberId, from->uSubscriberId);
}

static bool make(const PXE_FAKE_CLIENT *from, const char *local, struct made *out)
{
	*out = (struct made){ .v6 = from->uFamily == 6 };
	if (from->uFamily != 0 && from->uFamily != 4 && from->uFamily != 6)
		return false;
	out->client.family = out->v6 ? IP_V6 : IP_V4;
	out->local = local ? local : out->v6 ? "2001:db8::1" : "192.0.2.1";
	if (!mac_read(from->pszMac, out->client.mac) || !uuid_make(from->pszUuid, &out->client))
		return false;
	describe(from, &out->client);
	return addresses_read(from, out) && options_read(from, &out->client);
}

/* From where it comes: of the relay, of the client's own address, or before it has one. */
static const char *source_of(const PXE_FAKE_CLIENT *from, const struct made *made, ULONG message)
{
	bool has_address = message == PXE_FAKE_REQUEST_BOOT || message == PXE_FAKE_INFORM;

	if (from->pszRelay && *from->pszRelay && message != PXE_FAKE_REQUEST_BOOT)
		return from->pszRelay;
	if (made->v6 && message != PXE_FAKE_REQUEST_BOOT)
		return "fe80::1";
	if (!has_address)
		return "0.0.0.0";
	return from->pszAddress ? from->pszAddress : made->v6 ? "2001:db8::100" : "192.0.2.100";
}

static void tell_request(const PXE_FAKE_CLIENT *from, const struct made *made, ULONG message,
			 const struct made_ports *ports, PXE_FAKE_REQUEST *out)
{
	out->pszFrom = source_of(from, made, message);
	out->uFromPort = ports->from;
	out->pszLocal = made->local;
	out->uPort = ports->to;
	out->bUnicast = message == PXE_FAKE_REQUEST_BOOT || (from->pszRelay && *from->pszRelay);
}

DWORD PxeFakeClient(const PXE_FAKE_CLIENT *from, ULONG message, void *packet, ULONG size,
		    PXE_FAKE_REQUEST *out)
{
	static const enum made_message messages[] = {
		[PXE_FAKE_DISCOVER] = MADE_DISCOVER,
		[PXE_FAKE_REQUEST_LEASE] = MADE_LEASE_REQUEST,
		[PXE_FAKE_REQUEST_BOOT] = MADE_BOOT_REQUEST,
		[PXE_FAKE_INFORM] = MADE_INFORM,
	};
	uint8_t whole[MADE_PACKET_MAX];
	struct made_ports ports;
	struct made made;
	size_t len;

	if (!from || !packet || !out || message == 0 || message >= ARRAY_LEN(messages) ||
	    !make(from, out->pszLocal, &made))
		return ERROR_INVALID_PARAMETER;
	len = made_client_write(&made.client, messages[message], whole, sizeof(whole), &ports);
	if (len == 0)
		return ERROR_INVALID_PARAMETER;
	if (len > size)
		return ERROR_INSUFFICIENT_BUFFER;
	memcpy(packet, whole, len);
	out->pPacket = packet;
	out->uPacketLen = (ULONG)len;
	tell_request(from, &made, message, &ports, out);
	return ERROR_SUCCESS;
}

ULONG PxeFakeDiscover(void *packet, ULONG size, const char *mac, USHORT arch)
{
	const PXE_FAKE_CLIENT client = { .pszMac = mac, .uArch = arch };
	PXE_FAKE_REQUEST request = { .pPacket = NULL };

	return PxeFakeClient(&client, PXE_FAKE_DISCOVER, packet, size, &request) == ERROR_SUCCESS
		       ? request.uPacketLen
		       : 0;
}
