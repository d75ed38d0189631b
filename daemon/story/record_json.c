#include "story/record_json.h"

#include <stdio.h>

#include "control/plain_json.h"
#include "dhcp/pxe_arch.h"
#include "dhcp/pxe_uuid.h"

void record_put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

/* What others said is made plain; what says nothing is left out. */
void record_text(json_t *object, const char *key, const char *text)
{
	if (text && text[0])
		record_put(object, key, plain_json(text));
}

void record_number(json_t *object, const char *key, uint64_t number)
{
	record_put(object, key, json_integer((json_int_t)number));
}

void record_ip(json_t *object, const char *key, const struct ip *ip)
{
	char text[IP_TEXT_MAX];

	if (ip->family != IP_NONE && !ip_is_any(ip))
		record_put(object, key, json_string(ip_text(ip, text)));
}

void record_endpoint(json_t *object, const char *key, const struct endpoint *at)
{
	char text[IP_TEXT_MAX + 16], ip[IP_TEXT_MAX];

	if (at->ip.family == IP_NONE)
		return;
	snprintf(text, sizeof(text), at->ip.family == IP_V6 ? "[%s]:%u" : "%s:%u",
		 ip_text(&at->ip, ip), at->port);
	record_put(object, key, json_string(text));
}

static void put_hex(json_t *object, const char *key, const uint8_t *octets, size_t len,
		    const char *between)
{
	static const char digit[] = "0123456789abcdef";
	char text[3 * REQUEST_PACKET_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && between[0])
			text[n++] = between[0];
		text[n++] = digit[octets[i] >> 4];
		text[n++] = digit[octets[i] & 15];
	}
	text[n] = '\0';
	if (n > 0)
		record_put(object, key, json_string(text));
}

/* ---- who ---- */

static void put_arch(json_t *object, const struct log_client *client)
{
	const char *name = pxe_arch_name(client->arch);
	char number[24];

	if (!client->has_arch)
		return;
	snprintf(number, sizeof(number), "arch-%u", client->arch);
	record_text(object, "arch", name ? name : number);
	record_number(object, "arch-code", client->arch);
}

void record_octets(json_t *object, const char *key, const uint8_t *octets, size_t len)
{
	put_hex(object, key, octets, len, "");
}

void record_client(json_t *object, const struct log_client *client)
{
	json_t *said = json_object();
	char uuid[PXE_UUID_TEXT];

	if (client->has_mac)
		put_hex(said, "mac", client->mac, sizeof(client->mac), ":");
	put_hex(said, "id", client->id, client->id_len, ":");
	if (client->has_uuid)
		record_text(said, "uuid", pxe_uuid_efi_text(client->uuid, uuid));
	put_arch(said, client);
	record_put(object, "client", said);
}
