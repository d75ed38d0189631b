/* no allocation · no lock · no log */
/* Made-up clients over DHCPv6: EDK2, and iPXE. There is no BIOS ROM that speaks it. */
#include "dhcp/made_client6.h"

#include "base/cleanup.h"
#include "dhcp/dhcp6_relay.h"
#include "dhcp/duid.h"

enum { CLASS_ROOM = 300, OPT_IAADDR = 5 };

/* Options that it asks for (6), 2 octets each. */
static const uint8_t edk2_wants[] = { 0, 59, 0, 60, 0, 23, 0, 16 };
static const uint8_t ipxe_wants[] = { 0, 23, 0, 24, 0, 59, 0, 60 };

#define SPAN(array) span_of(array, sizeof(array))

/* A message under construction; whatever does not fit fails the whole of it. */
struct draft {
	struct dhcp6_writer writer;
	const struct made_client *client;
	enum made_message message;
	bool failed;
};

static void append(struct draft *d, uint16_t code, struct span value)
{
	if (dhcp6_writer_put(&d->writer, code, value))
		d->failed = true;
}

static bool is_replaced(const struct draft *d, uint16_t code)
{
	for (size_t i = 0; i < MADE_OPTIONS_MAX; i++)
		if (d->client->option[i].code == code)
			return true;
	return false;
}

static void put(struct draft *d, uint16_t code, struct span value)
{
	if (!is_replaced(d, code))
		append(d, code, value);
}

static void put_options_given(struct draft *d)
{
	for (size_t i = 0; i < MADE_OPTIONS_MAX; i++)
		if (d->client->option[i].code != 0)
			append(d, d->client->option[i].code, d->client->option[i].value);
}

static void put_duid(struct draft *d)
{
	const struct made_client *c = d->client;
	/* DUID-LLT of a day in 2026, DUID-UUID, or DUID-LL where it has no UUID */
	uint8_t llt[14] = { 0, DUID_LLT, 0, 1, 0x31, 0xd9, 0xb2, 0x89 };
	uint8_t by_uuid[DUID_UUID_LEN] = { 0, DUID_UUID };
	uint8_t ll[10] = { 0, DUID_LL, 0, 1 };

	memcpy(llt + 8, c->mac, 6);
	memcpy(by_uuid + 2, c->uuid, 16);
	memcpy(ll + 4, c->mac, 6);
	put(d, DHCP6_OPT_CLIENTID,
	    c->duid.len                ? c->duid
	    : c->firmware != MADE_IPXE ? SPAN(llt)
	    : c->has_uuid              ? SPAN(by_uuid)
				       : SPAN(ll));
}

static void put_server(struct draft *d)
{
	if (d->client->server_duid.len > 0 && d->message != MADE_DISCOVER)
		put(d, DHCP6_OPT_SERVERID, d->client->server_duid);
}

static void put_elapsed(struct draft *d)
{
	uint32_t hundredths = 100u * d->client->secs;
	uint8_t octets[2];

	store_be16(octets, (uint16_t)(hundredths < 0xffff ? hundredths : 0xffff));
	put(d, DHCP6_OPT_ELAPSED_TIME, SPAN(octets));
}

/* The address that it asks for, or takes as it was offered. On 4011 it has one. */
static void put_ia(struct draft *d)
{
	const struct made_client *c = d->client;
	uint8_t ia[40] = { 0 };
	size_t len = 12;

	if (d->message == MADE_BOOT_REQUEST || d->message == MADE_INFORM)
		return;
	if (d->message == MADE_LEASE_REQUEST && c->offered_ia.len > 0) {
		put(d, DHCP6_OPT_IA_NA, c->offered_ia);
		return;
	}
	store_be32(ia, c->iaid);
	if (c->firmware != MADE_IPXE)
		memset(ia + 4, 0xff, 8);
	if (d->message == MADE_LEASE_REQUEST && c->address.family == IP_V6) {
		store_be16(ia + 12, OPT_IAADDR);
		store_be16(ia + 14, 24);
		memcpy(ia + 16, c->address.octet, 16);
		len = 40;
	}
	put(d, DHCP6_OPT_IA_NA, span_of(ia, len));
}

static void put_arch(struct draft *d)
{
	uint8_t octets[2];

	store_be16(octets, d->client->arch);
	if (!d->client->no_arch)
		put(d, DHCP6_OPT_CLIENT_ARCH_TYPE, SPAN(octets));
}

static void put_undi(struct draft *d)
{
	uint8_t undi[MADE_UNDI_LEN];

	made_undi(d->client, undi);
	put(d, DHCP6_OPT_NII, SPAN(undi));
}

/* `head` octets, then one item: its length and its octets. */
static void put_item(struct draft *d, uint16_t code, struct span head, struct span item)
{
	uint8_t octets[CLASS_ROOM];
	size_t len = head.len;

	if (item.len > sizeof(octets) - head.len - 2) {
		d->failed = true;
		return;
	}
	if (len > 0)
		memcpy(octets, head.at, len);
	store_be16(octets + len, (uint16_t)item.len);
	if (item.len > 0)
		memcpy(octets + len + 2, item.at, item.len);
	put(d, code, span_of(octets, len + 2 + item.len));
}

static void put_vendor_class(struct draft *d)
{
	uint8_t enterprise[4];
	char text[MADE_CLASS_MAX];

	store_be32(enterprise, DHCP6_ENTERPRISE_INTEL);
	put_item(d, DHCP6_OPT_VENDOR_CLASS, SPAN(enterprise), made_class(d->client, false, text));
}

static void put_user_class(struct draft *d)
{
	struct span user_class = made_user_class(d->client);

	if (user_class.len > 0)
		put_item(d, DHCP6_OPT_USER_CLASS, SPAN_NONE, user_class);
}

static void put_edk2(struct draft *d)
{
	if (d->message == MADE_BOOT_REQUEST)
		put_server(d);
	put_duid(d);
	put_elapsed(d);
	if (d->message != MADE_BOOT_REQUEST)
		put_server(d);
	put_ia(d);
	put(d, DHCP6_OPT_ORO, SPAN(edk2_wants));
	put_undi(d);
	put_arch(d);
	put_vendor_class(d);
	put_user_class(d);
}

static void put_ipxe(struct draft *d)
{
	put_duid(d);
	put_server(d);
	put_ia(d);
	put(d, DHCP6_OPT_ORO, SPAN(ipxe_wants));
	put_vendor_class(d);
	put_arch(d);
	put_undi(d);
	put_user_class(d);
	put_elapsed(d);
}

static uint8_t type_of(enum made_message message)
{
	return message == MADE_DISCOVER ? DHCP6_SOLICIT
	       : message == MADE_INFORM ? DHCP6_INFORMATION_REQUEST
					: DHCP6_REQUEST;
}

static size_t client_write(const struct made_client *c, enum made_message message, uint8_t *out,
			   size_t size)
{
	struct draft d = { .client = c, .message = message };

	if (size < DHCP6_HEADER_LEN)
		return 0;
	store_be32(out, c->xid);
	out[0] = type_of(message);
	d.writer = (struct dhcp6_writer){ .at = out, .len = DHCP6_HEADER_LEN, .size = size };
	if (c->firmware == MADE_IPXE)
		put_ipxe(&d);
	else
		put_edk2(&d);
	put_options_given(&d);
	return d.failed ? 0 : d.writer.len;
}

/* What a relay puts in front: its header, the port or circuit, and the MAC of whom it heard. */
static void put_relay_head(struct draft *d)
{
	const struct made_client *c = d->client;
	uint8_t link_layer[8] = { 0, 1 };

	memset(d->writer.at, 0, DHCP6_RELAY_HEADER_LEN);
	d->writer.at[0] = DHCP6_RELAY_FORW;
	memcpy(d->writer.at + 2, c->relay.octet, 16);
	if (c->peer.family == IP_V6)
		memcpy(d->writer.at + 18, c->peer.octet, 16);
	d->writer.len = DHCP6_RELAY_HEADER_LEN;
	memcpy(link_layer + 2, c->mac, 6);
	if (c->circuit_id.len > 0)
		append(d, DHCP6_OPT_INTERFACE_ID, c->circuit_id);
	if (c->remote_id.len > 0)
		append(d, DHCP6_OPT_REMOTE_ID, c->remote_id);
	if (c->subscriber_id.len > 0)
		append(d, DHCP6_OPT_SUBSCRIBER_ID, c->subscriber_id);
	if (c->link_layer)
		append(d, DHCP6_OPT_CLIENT_LINKLAYER_ADDR, SPAN(link_layer));
}

static size_t relayed_write(const struct made_client *c, enum made_message message, uint8_t *out,
			    size_t size)
{
	struct draft d = { .client = c, .message = message };
	uint8_t inner[MADE_PACKET_MAX];
	size_t len = client_write(c, message, inner, sizeof(inner));

	if (len == 0 || size < DHCP6_RELAY_HEADER_LEN)
		return 0;
	d.writer = (struct dhcp6_writer){ .at = out, .size = size };
	put_relay_head(&d);
	append(&d, DHCP6_OPT_RELAY_MSG, span_of(inner, len));
	return d.failed ? 0 : d.writer.len;
}

size_t made_client6_write(const struct made_client *c, enum made_message message, uint8_t *out,
			  size_t size)
{
	return c->relay.family == IP_V6 && message != MADE_BOOT_REQUEST
		       ? relayed_write(c, message, out, size)
		       : client_write(c, message, out, size);
}
