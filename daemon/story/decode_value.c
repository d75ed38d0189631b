/* no allocation · no lock · no log */
/* Values of fields, in words. */
#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/ip.h"
#include "base/plain.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "dhcp/pxe43.h"
#include "dhcp/pxe_arch.h"
#include "dhcp/pxe_uuid.h"
#include "story/decode.h"

enum { OCTETS_SHOWN = 256 };

/* A text that grows, and is cut at its end. */
struct text {
	char *at;
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *text, const char *format, ...)
{
	size_t room = FIELD_TEXT_MAX - text->len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->at + text->len, room, format, args);
	va_end(args);
	if (n > 0)
		text->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void put_octets(struct text *text, struct span value)
{
	for (size_t i = 0; i < value.len && i < OCTETS_SHOWN; i++)
		put(text, i ? ":%02x" : "%02x", value.at[i]);
	if (value.len > OCTETS_SHOWN)
		put(text, " ... (%zu octets)", value.len);
}

static bool put_number(struct text *text, struct span value, bool hex)
{
	unsigned n = value.len == 1   ? value.at[0]
		     : value.len == 2 ? load_be16(value.at)
		     : value.len == 4 ? load_be32(value.at)
				      : 0;

	if (value.len != 1 && value.len != 2 && value.len != 4)
		return false;
	if (hex)
		put(text, "0x%0*x", 2 * (int)value.len, n);
	else
		put(text, "%u", n);
	return true;
}

static void put_text(struct text *text, struct span value)
{
	char plain[FIELD_TEXT_MAX - 2];

	while (value.len > 0 && value.at[value.len - 1] == 0)
		value.len--;
	put(text, "\"%s\"", plain_text(value, plain, sizeof(plain)));
}

static void put_address(struct text *text, const uint8_t *at, size_t size)
{
	char words[IP_TEXT_MAX];
	struct ip ip = size == 4 ? ip_v4(at) : ip_v6(at);

	put(text, "%s", ip_text(&ip, words));
}

static void put_arch(struct text *text, const uint8_t *at, size_t size)
{
	const char *name = pxe_arch_name(load_be16(at));

	(void)size;
	if (name)
		put(text, "%s", name);
	else
		put(text, "arch-%u", load_be16(at));
}

static void put_code(struct text *text, const uint8_t *at, size_t size)
{
	put(text, "%u", size == 1 ? at[0] : load_be16(at));
}

/* A value of pieces of one size. False: it is none, or has a rest. */
static bool put_list(struct text *text, struct span value, size_t size,
		     void (*piece)(struct text *text, const uint8_t *at, size_t size))
{
	if (value.len == 0 || value.len % size != 0)
		return false;
	for (size_t i = 0; i < value.len; i += size) {
		put(text, "%s", i ? ", " : "");
		piece(text, value.at + i, size);
	}
	return true;
}

static bool put_named(struct text *text, struct span value, const char *const *names, size_t n)
{
	if (value.len != 1)
		return false;
	if (value.at[0] < n && names[value.at[0]])
		put(text, "%s", names[value.at[0]]);
	else
		put(text, "%u", value.at[0]);
	return true;
}

static const char *const ops[] = {
	[DHCP4_BOOTREQUEST] = "BOOTREQUEST", [DHCP4_BOOTREPLY] = "BOOTREPLY"
};
static const char *const types4[] = {
	[DHCP4_DISCOVER] = "DISCOVER",
	[DHCP4_OFFER] = "OFFER",
	[DHCP4_REQUEST] = "REQUEST",
	[DHCP4_DECLINE] = "DECLINE",
	[DHCP4_ACK] = "ACK",
	[DHCP4_NAK] = "NAK",
	[DHCP4_RELEASE] = "RELEASE",
	[DHCP4_INFORM] = "INFORM",
	[DHCP4_FORCERENEW] = "FORCERENEW",
	[DHCP4_LEASEQUERY] = "LEASEQUERY",
};
static const char *const types6[] = {
	[DHCP6_SOLICIT] = "SOLICIT",
	[DHCP6_ADVERTISE] = "ADVERTISE",
	[DHCP6_REQUEST] = "REQUEST",
	[DHCP6_CONFIRM] = "CONFIRM",
	[DHCP6_RENEW] = "RENEW",
	[DHCP6_REBIND] = "REBIND",
	[DHCP6_REPLY] = "REPLY",
	[DHCP6_RELEASE] = "RELEASE",
	[DHCP6_DECLINE] = "DECLINE",
	[DHCP6_RECONFIGURE] = "RECONFIGURE",
	[DHCP6_INFORMATION_REQUEST] = "INFORMATION-REQUEST",
	[DHCP6_RELAY_FORW] = "RELAY-FORW",
	[DHCP6_RELAY_REPL] = "RELAY-REPL",
};

static bool put_uuid(struct text *text, struct span value)
{
	char uuid[PXE_UUID_TEXT];

	if (value.len != 16)
		return false;
	put(text, "%s", pxe_uuid_efi_text(value.at, uuid));
	return true;
}

/* ---- menus: of a form to the end, or not at all ---- */

static bool put_menu(struct text *text, struct span value)
{
	struct span cursor = value;
	struct pxe43_menu_item item;
	int r;

	while ((r = pxe43_menu_next(&cursor, &item)) == 0)
		;
	if (r != DHCP4_E_END)
		return false;
	while (pxe43_menu_next(&value, &item) == 0) {
		put(text, "%s0x%04x ", text->len ? ", " : "", item.type);
		put_text(text, item.text);
	}
	return true;
}

static bool put_boot_servers(struct text *text, struct span value)
{
	struct span cursor = value;
	struct pxe43_servers servers;
	int r;

	while ((r = pxe43_servers_next(&cursor, &servers)) == 0)
		;
	if (r != DHCP4_E_END)
		return false;
	while (pxe43_servers_next(&value, &servers) == 0) {
		put(text, "%s0x%04x", text->len ? ", " : "", servers.type);
		for (size_t i = 0; i < servers.addresses.len; i += 4) {
			put(text, " ");
			put_address(text, servers.addresses.at + i, 4);
		}
	}
	return true;
}

static bool put_prompt(struct text *text, struct span value)
{
	if (value.len == 0)
		return false;
	put(text, "%u s ", value.at[0]);
	put_text(text, span_drop(value, 1));
	return true;
}

/* A type and a layer. */
static bool put_item(struct text *text, struct span value)
{
	if (value.len != 4)
		return put_number(text, value, true);
	put(text, "0x%04x, layer %u", load_be16(value.at), load_be16(value.at + 2));
	return true;
}

/* False: the value does not have the kind's form. */
static bool put_value(struct text *text, enum field_kind kind, struct span value)
{
	switch (kind) {
	case FIELD_NUMBER:
	case FIELD_HEX:
		return put_number(text, value, kind == FIELD_HEX);
	case FIELD_TEXT:
		put_text(text, value);
		return true;
	case FIELD_ADDRESSES4:
		return put_list(text, value, 4, put_address);
	case FIELD_ADDRESSES6:
		return put_list(text, value, 16, put_address);
	case FIELD_ARCHES:
		return put_list(text, value, 2, put_arch);
	case FIELD_CODES8:
		return put_list(text, value, 1, put_code);
	case FIELD_CODES16:
		return put_list(text, value, 2, put_code);
	case FIELD_UUID:
		return put_uuid(text, value);
	case FIELD_OP:
		return put_named(text, value, ops, ARRAY_LEN(ops));
	case FIELD_TYPE4:
		return put_named(text, value, types4, ARRAY_LEN(types4));
	case FIELD_TYPE6:
		return put_named(text, value, types6, ARRAY_LEN(types6));
	case FIELD_MENU:
		return put_menu(text, value);
	case FIELD_BOOT_SERVERS:
		return put_boot_servers(text, value);
	case FIELD_PROMPT:
		return put_prompt(text, value);
	case FIELD_ITEM:
		return put_item(text, value);
	case FIELD_OCTETS:
	case FIELD_HARDWARE:
	case FIELD_GROUP:
		break;
	}
	return false;
}

const char *field_text(const struct field *field, char out[static FIELD_TEXT_MAX])
{
	struct text text = { .at = out };

	out[0] = '\0';
	if (!put_value(&text, field->kind, field->value))
		put_octets(&text, field->value);
	return out;
}
