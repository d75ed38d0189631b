/* no allocation · no lock · no log */
/* Made-up clients: what they have in common, and DHCPv4. */
#include "dhcp/made_client.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6.h"
#include "dhcp/made_client6.h"
#include "dhcp/pxe43_write.h"

enum { ROM_LENGTH = 548, LEASE_MAX_SIZE = 0xff00 };

/* Options that a DHCPv4 client asks for (55). */
static const uint8_t rom_wants[] = { 1, 3, 12, 43, 60, 128, 129, 130, 131, 132, 133, 134, 135 };
static const uint8_t rom_wants_more[] = { 1,   3,   12,  43,  17,  60,  128,
					  129, 130, 131, 132, 133, 134, 135 };
static const uint8_t edk2_wants[] = { 1,  2,  3,  4,   5,   6,   12,  13,  15,  17,  18, 22,
				      23, 28, 40, 41,  42,  43,  50,  51,  54,  58,  59, 60,
				      66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135 };
static const uint8_t edk2_http_wants[] = { 1,  2,  3,  4,  5,  6,  12, 13, 15, 17, 18,  22, 23, 28,
					   40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 235, 67, 97 };
static const uint8_t ipxe_wants[] = { 1,   3,   6,   7,   12,  15,  17,  26,  43,  60,  66, 67,
				      119, 128, 129, 130, 131, 132, 133, 134, 135, 175, 203 };

/* iPXE's option 175: its network card (an e1000 at a PCI bus, or EFI's), its version 1.0.0, and
 * what it can do. */
static const uint8_t ipxe_bios[] = { 0xb1, 5, 1, 0x80, 0x86, 0x10, 0x0e, 0xeb, 3, 1,    0, 0,
				     0x17, 1, 1, 0x22, 1,    1,    0x13, 1,    1, 0x11, 1, 1,
				     0x27, 1, 1, 0x19, 1,    1,    0x29, 1,    1, 0x10, 1, 2,
				     0x21, 1, 1, 0x15, 1,    1,    0x18, 1,    1, 0x12, 1, 1 };
static const uint8_t ipxe_efi[] = { 0xb1, 5,    1,    0x1a, 0xf4, 0x10, 0,    0xeb, 3,    1,
				    0,    0,    0x17, 1,    1,    0x24, 1,    1,    0x13, 1,
				    1,    0x11, 1,    1,    0x27, 1,    1,    0x29, 1,    1,
				    0x15, 1,    1,    0x1b, 1,    1,    0x12, 1,    1 };
static const uint8_t rom_private[] = { 0xaf, 5, 1, 0x80, 0x86, 0x12, 9, 0xb1, 2, 3, 0 };

#define SPAN(array) span_of(array, sizeof(array))

enum made_firmware made_firmware_of(uint16_t arch, bool ipxe)
{
	return ipxe ? MADE_IPXE : arch == 0 ? MADE_ROM : MADE_EDK2;
}

static bool is_bios(const struct made_client *c)
{
	return c->firmware == MADE_ROM || c->arch == PXE_ARCH_X86_BIOS ||
	       c->arch == PXE_ARCH_X86_BIOS_HTTP;
}

/* UNDI's version: 2.1 of a BIOS, 3.0 of EDK2, 3.10 of iPXE over EFI. */
static uint8_t undi_major(const struct made_client *c)
{
	return is_bios(c) ? 2 : 3;
}

static uint8_t undi_minor(const struct made_client *c)
{
	return is_bios(c) ? 1 : c->firmware == MADE_IPXE ? 10 : 0;
}

void made_undi(const struct made_client *c, uint8_t out[static MADE_UNDI_LEN])
{
	out[0] = 1;
	out[1] = undi_major(c);
	out[2] = undi_minor(c);
}

struct span made_class(const struct made_client *c, bool family_only,
		       char text[static MADE_CLASS_MAX])
{
	const char *family = c->http ? "HTTPClient" : "PXEClient";

	if (c->vendor_class.len > 0)
		return c->vendor_class;
	if (family_only || c->no_arch)
		return span_str(family);
	snprintf(text, MADE_CLASS_MAX, "%s:Arch:%05u:UNDI:%03u%03u", family, c->arch, undi_major(c),
		 undi_minor(c));
	return span_str(text);
}

struct span made_user_class(const struct made_client *c)
{
	return c->user_class.len > 0 || c->firmware != MADE_IPXE ? c->user_class : span_str("iPXE");
}

/* ---- DHCPv4 -----------------------------------------------------------------------------------
 */

/* A packet under construction. `len` runs on past what has room, so that it shows. */
struct draft {
	uint8_t *at;
	size_t len, size;
	const struct made_option *option; /* what the client has in place of its own; may be NULL */
	bool failed;
};

static bool is_replaced(const struct draft *d, uint8_t code)
{
	for (size_t i = 0; d->option && i < MADE_OPTIONS_MAX; i++)
		if (d->option[i].code == code)
			return true;
	return false;
}

static void append(struct draft *d, uint8_t code, struct span value)
{
	if (d->failed || value.len > 255 || d->size - d->len < value.len + 2) {
		d->failed = true;
		return;
	}
	d->at[d->len] = code;
	d->at[d->len + 1] = (uint8_t)value.len;
	if (value.len > 0)
		memcpy(d->at + d->len + 2, value.at, value.len);
	d->len += 2 + value.len;
}

static void put(struct draft *d, uint8_t code, struct span value)
{
	if (!is_replaced(d, code))
		append(d, code, value);
}

static void put_options_given(struct draft *d, const struct made_client *c)
{
	for (size_t i = 0; i < MADE_OPTIONS_MAX; i++) {
		if (c->option[i].code == 0)
			continue;
		if (c->option[i].code >= DHCP4_OPT_END)
			d->failed = true;
		else
			append(d, (uint8_t)c->option[i].code, c->option[i].value);
	}
}

static void put_some(struct draft *d, uint8_t code, struct span value)
{
	if (value.len > 0)
		put(d, code, value);
}

static void put_address(struct draft *d, uint8_t code, const struct ip *ip)
{
	if (ip->family == IP_V4)
		put(d, code, span_of(ip->octet, 4));
}

static void put_number(struct draft *d, uint8_t code, uint16_t number)
{
	uint8_t octets[2];

	store_be16(octets, number);
	put(d, code, SPAN(octets));
}

static void put_type(struct draft *d, enum made_message message)
{
	uint8_t type = message == MADE_DISCOVER ? DHCP4_DISCOVER
		       : message == MADE_INFORM ? DHCP4_INFORM
						: DHCP4_REQUEST;

	put(d, DHCP4_OPT_TYPE, span_of(&type, 1));
}

/* What it takes: only the request to the lease server says so. */
static void put_lease(struct draft *d, const struct made_client *c, enum made_message message)
{
	if (message != MADE_LEASE_REQUEST)
		return;
	put_address(d, DHCP4_OPT_SERVER_ID, &c->server);
	put_address(d, DHCP4_OPT_REQUESTED_ADDRESS, &c->address);
}

static void put_max_size(struct draft *d, const struct made_client *c, enum made_message message)
{
	uint16_t size = c->firmware == MADE_ROM ? 1500 : MADE_PACKET_MAX;

	if (c->firmware == MADE_EDK2 && message == MADE_LEASE_REQUEST && !c->http)
		size = LEASE_MAX_SIZE;
	put_number(d, DHCP4_OPT_MAX_SIZE, c->max_size ? c->max_size : size);
}

static void put_arch(struct draft *d, const struct made_client *c)
{
	if (!c->no_arch)
		put_number(d, DHCP4_OPT_ARCH, c->arch);
}

static void put_undi(struct draft *d, const struct made_client *c)
{
	uint8_t undi[MADE_UNDI_LEN];

	made_undi(c, undi);
	put(d, DHCP4_OPT_INTERFACE, SPAN(undi));
}

static void put_uuid(struct draft *d, const struct made_client *c)
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t octets[17] = { 0 };

	if (!c->has_uuid)
		return;
	for (size_t i = 0; i < sizeof(order); i++)
		octets[1 + i] = c->uuid[order[i]];
	put(d, DHCP4_OPT_UUID, SPAN(octets));
}

static void put_class(struct draft *d, const struct made_client *c, bool family_only)
{
	char text[MADE_CLASS_MAX];

	put(d, DHCP4_OPT_VENDOR_CLASS, made_class(c, family_only, text));
}

/* What only some have: EDK2 and a ROM, where somebody gave them one. */
static void put_given(struct draft *d, const struct made_client *c)
{
	put_some(d, DHCP4_OPT_USER_CLASS, c->user_class);
	put_some(d, DHCP4_OPT_IPXE, c->ipxe);
	put_some(d, DHCP4_OPT_CLIENT_ID, c->client_id);
}

static void put_edk2(struct draft *d, const struct made_client *c, enum made_message message)
{
	struct span wants = c->http ? SPAN(edk2_http_wants) : SPAN(edk2_wants);

	put_type(d, message);
	put_lease(d, c, message);
	put_max_size(d, c, message);
	put(d, DHCP4_OPT_PARAMETERS, wants);
	put_uuid(d, c);
	put_undi(d, c);
	put_arch(d, c);
	put_class(d, c, false);
	put_given(d, c);
}

/* The item of a menu (43.71). EDK2 sends it first of all, the others last. */
static void put_item(struct draft *d, const struct made_client *c)
{
	const struct pxe43_boot_item wanted = { c->item_type, c->layer };
	uint8_t item[PXE43_ITEM_LEN];

	pxe43_item_write(&wanted, item);
	put(d, DHCP4_OPT_VENDOR, SPAN(item));
}

/* Its request on 4011 is built by another part of it. It has no server id. */
static void put_edk2_boot(struct draft *d, const struct made_client *c, enum made_message message)
{
	if (c->has_item)
		put_item(d, c);
	put_type(d, message);
	put(d, DHCP4_OPT_PARAMETERS, SPAN(edk2_wants));
	put_max_size(d, c, message);
	put_class(d, c, false);
	put_arch(d, c);
	put_undi(d, c);
	put_uuid(d, c);
	put_given(d, c);
}

static void put_rom(struct draft *d, const struct made_client *c, enum made_message message)
{
	put_type(d, message);
	put_lease(d, c, message);
	put_max_size(d, c, message);
	put_uuid(d, c);
	put_arch(d, c);
	put_undi(d, c);
	put_class(d, c, false);
	put(d, DHCP4_OPT_PARAMETERS,
	    message == MADE_LEASE_REQUEST ? SPAN(rom_wants_more) : SPAN(rom_wants));
	put(d, 150, SPAN(rom_private));
	put_given(d, c);
	if (message == MADE_BOOT_REQUEST && c->has_item)
		put_item(d, c);
}

static void put_ipxe(struct draft *d, const struct made_client *c, enum made_message message)
{
	uint8_t own_id[7] = { DHCP4_HTYPE_ETHERNET };

	memcpy(own_id + 1, c->mac, sizeof(c->mac));
	put_type(d, message);
	put_max_size(d, c, message);
	put_arch(d, c);
	put_undi(d, c);
	put_class(d, c, message == MADE_BOOT_REQUEST && is_bios(c));
	put(d, DHCP4_OPT_USER_CLASS, made_user_class(c));
	put(d, DHCP4_OPT_PARAMETERS, SPAN(ipxe_wants));
	put(d, DHCP4_OPT_IPXE,
	    c->ipxe.len  ? c->ipxe
	    : is_bios(c) ? SPAN(ipxe_bios)
			 : SPAN(ipxe_efi));
	put(d, DHCP4_OPT_CLIENT_ID, c->client_id.len ? c->client_id : SPAN(own_id));
	put_uuid(d, c);
	put_lease(d, c, message);
	if (message == MADE_BOOT_REQUEST && c->has_item)
		put_item(d, c);
	else if (message == MADE_BOOT_REQUEST)
		put_address(d, DHCP4_OPT_SERVER_ID, &c->server);
}

static void put_relay(struct draft *d, const struct made_client *c)
{
	uint8_t octets[255];
	struct draft inner = { .at = octets, .size = sizeof(octets) };

	put_some(&inner, 1, c->circuit_id);
	put_some(&inner, 2, c->remote_id);
	put_some(&inner, 6, c->subscriber_id);
	d->failed = d->failed || inner.failed;
	put_some(d, DHCP4_OPT_RELAY, span_of(octets, inner.len));
}

/* It wants broadcasts before it has an address; iPXE, of all, where it has one. */
static bool wants_broadcast(const struct made_client *c, enum made_message message)
{
	return c->firmware == MADE_IPXE ? message == MADE_BOOT_REQUEST
					: c->firmware == MADE_EDK2 && message < MADE_BOOT_REQUEST;
}

static void put_header(struct draft *d, const struct made_client *c, enum made_message message)
{
	uint8_t *p = d->at;
	bool has_address =
		message == MADE_INFORM || (message == MADE_BOOT_REQUEST && c->firmware != MADE_ROM);

	memset(p, 0, DHCP4_HEADER);
	p[DHCP4_OP] = DHCP4_BOOTREQUEST;
	p[DHCP4_HTYPE] = DHCP4_HTYPE_ETHERNET;
	p[DHCP4_HLEN] = sizeof(c->mac);
	store_be32(p + DHCP4_XID, c->xid);
	store_be16(p + DHCP4_SECS, c->secs);
	if (wants_broadcast(c, message))
		store_be16(p + DHCP4_FLAGS, DHCP4_FLAG_BROADCAST);
	if (has_address && c->address.family == IP_V4)
		memcpy(p + DHCP4_CIADDR, c->address.octet, 4);
	if (c->relay.family == IP_V4 && message != MADE_BOOT_REQUEST) {
		p[DHCP4_HOPS] = 1;
		memcpy(p + DHCP4_GIADDR, c->relay.octet, 4);
	}
	memcpy(p + DHCP4_CHADDR, c->mac, sizeof(c->mac));
	store_be32(p + DHCP4_COOKIE, 0x63825363u);
	d->len = DHCP4_HEADER;
}

static void put_options(struct draft *d, const struct made_client *c, enum made_message message)
{
	if (c->firmware == MADE_IPXE)
		put_ipxe(d, c, message);
	else if (c->firmware == MADE_ROM)
		put_rom(d, c, message);
	else if (message == MADE_BOOT_REQUEST)
		put_edk2_boot(d, c, message);
	else
		put_edk2(d, c, message);
	put_options_given(d, c);
	if (message != MADE_BOOT_REQUEST)
		put_relay(d, c);
}

static size_t write4(const struct made_client *c, enum made_message message, uint8_t *out,
		     size_t size)
{
	struct draft d = { .at = out, .size = size, .option = c->option };
	size_t whole;

	if (size < DHCP4_HEADER)
		return 0;
	put_header(&d, c, message);
	put_options(&d, c, message);
	if (d.failed || d.len == size)
		return 0;
	out[d.len++] = DHCP4_OPT_END;
	whole = c->firmware == MADE_ROM && d.len < ROM_LENGTH ? ROM_LENGTH : d.len;
	if (whole > size)
		return 0;
	memset(out + d.len, 0, whole - d.len);
	return whole;
}

static struct made_ports ports_of(const struct made_client *c, enum made_message message)
{
	bool v6 = c->family == IP_V6, relayed = c->relay.family != IP_NONE;
	uint16_t server = v6 ? DHCP6_PORT_SERVER : DHCP4_PORT_SERVER;
	uint16_t client = v6 ? DHCP6_PORT_CLIENT : DHCP4_PORT_CLIENT;

	if (message != MADE_BOOT_REQUEST)
		return (struct made_ports){ relayed ? server : client, server };
	if (v6 || c->firmware == MADE_EDK2)
		client = DHCP4_PORT_PXE; /* where alone it listens */
	return (struct made_ports){ client, DHCP4_PORT_PXE };
}

size_t made_client_write(const struct made_client *client, enum made_message message, uint8_t *out,
			 size_t size, struct made_ports *ports)
{
	if (ports)
		*ports = ports_of(client, message);
	if (client->family == IP_V4)
		return write4(client, message, out, size);
	return client->family == IP_V6 ? made_client6_write(client, message, out, size) : 0;
}
