#include "reply4.h"

#include <errno.h>
#include <stdlib.h>

#include "dhcp4.h"
#include "name.h"

enum { OPTIONS_AT = 240, FILE_MAX = PXE_DHCP_FILE_SIZE - 1, UDP_IP = 28 };

int replies4_init(const struct locals *locals, struct replies4 *out)
{
	out->locals = locals;
	out->age = 0;
	out->at = calloc(PREPARED_MAX, sizeof *out->at);
	return out->at ? 0 : -ENOMEM;
}

void replies4_done(struct replies4 *replies)
{
	free(replies->at);
	replies->at = NULL;
}

void replies4_forget(struct replies4 *replies)
{
	replies->age++;
}

/* ---- preparing ---------------------------------------------------------------------------------
 */

/* What the client is to fetch, and from where. */
struct target {
	struct address server;
	char name[NAME_MAX_LEN + 1];
	int len; /* -1: too long */
};

static void target_of_url(const struct entry *entry, const struct client *client, unsigned form,
			  struct target *out)
{
	const struct address *server = server_address(&entry->server, &client->local);
	const char *path;

	out->server = server ? *server : client->local;
	out->len = name_expand(entry->text, server, out->name);
	if (out->len < 0 || (form & (REPLY4_HTTP | REPLY4_IPXE)) != 0)
		return;
	/* A ROM speaks TFTP only, and knows no URL. */
	if (name_split_tftp(out->name, &out->server, &path)) {
		out->len = (int)strlen(path);
		memmove(out->name, path, (size_t)out->len + 1);
	}
}

static void target_of(const struct entry *entry, const struct client *client, unsigned form,
		      struct target *out)
{
	const struct address *server = server_address(&entry->server, &client->local);

	if (entry->outcome == OUTCOME_URL) {
		target_of_url(entry, client, form, out);
		return;
	}
	out->server = server ? *server : client->local;
	out->len = (int)strlen(entry->text);
	if ((form & REPLY4_IPXE) != 0 && out->len > 0)
		out->len = name_tftp_url(entry->text, &out->server, out->name);
	else
		memcpy(out->name, entry->text, (size_t)out->len + 1);
}

static void head_option(struct prepared4 *prepared, uint8_t code, struct octets value)
{
	uint8_t *at = prepared->head + prepared->head_len;

	at[0] = code;
	at[1] = (uint8_t)value.len;
	memcpy(at + 2, value.at, value.len);
	prepared->head_len = (uint16_t)(prepared->head_len + 2 + value.len);
}

static void tail_option(struct prepared4 *prepared, uint8_t code, struct octets value)
{
	uint8_t *at = prepared->tail + prepared->tail_len;

	at[0] = code;
	at[1] = (uint8_t)value.len;
	memcpy(at + 2, value.at, value.len);
	prepared->tail_len = (uint16_t)(prepared->tail_len + 2 + value.len);
}

static void prepare_head(struct prepared4 *prepared, const struct client *client,
			 const struct address *own, const struct target *target)
{
	static const uint8_t cookie[] = { 99, 130, 83, 99 };
	PXE_DHCP_MESSAGE *message = (PXE_DHCP_MESSAGE *)prepared->head;
	bool redirect = (prepared->form & REPLY4_REDIRECT) != 0;
	uint8_t type = (prepared->form & REPLY4_OFFER) != 0 ? DHCP4_OFFER : DHCP4_ACK;
	char sname[64];
	size_t sname_len = name_address(&target->server, sname);

	memset(prepared->head, 0, OPTIONS_AT);
	message->Operation = 2;
	memcpy(&message->BootstrapServerAddress, redirect ? own->at : target->server.at, 4);
	if ((prepared->form & (REPLY4_REDIRECT | REPLY4_HTTP)) == 0)
		memcpy(message->HostName, sname, sname_len);
	if (!redirect && target->len <= FILE_MAX)
		memcpy(message->BootFileName, target->name, (size_t)target->len);
	memcpy(message->bMagicCookie, cookie, sizeof cookie);
	prepared->head_len = OPTIONS_AT;
	head_option(prepared, DHCP4_TYPE, octets_of(&type, 1));
	head_option(prepared, DHCP4_SERVER_ID, octets_of(own->at, 4));
	head_option(prepared, DHCP4_CLASS, client->class_echo);
}

/* Option 43: "the file is in this packet: fetch it, no menu", or the menu that a Raspberry Pi
 * looks for (its ROM wants the three spaces). */
static void prepare_vendor(struct prepared4 *prepared)
{
	static const uint8_t direct[] = { 6, 1, 8, 10, 4, 0, 'P', 'X', 'E', 255 };
	static const uint8_t slim[] = { 6, 1, 8, 255 };
	static const uint8_t raspberry_pi[] = {
		6,   1,   3,   10,  4,   0,   'P', 'X', 'E', 9,   23,  0,
		0,   20,  'R', 'a', 's', 'p', 'b', 'e', 'r', 'r', 'y', ' ',
		'P', 'i', ' ', 'B', 'o', 'o', 't', ' ', ' ', ' ', 255,
	};

	if (prepared->entry->raspberry_pi)
		tail_option(prepared, DHCP4_VENDOR, octets_of(raspberry_pi, sizeof raspberry_pi));
	else if ((prepared->form & REPLY4_OFFER) == 0)
		return;
	else if ((prepared->form & REPLY4_SLIM) != 0)
		tail_option(prepared, DHCP4_VENDOR, octets_of(slim, sizeof slim));
	else
		tail_option(prepared, DHCP4_VENDOR, octets_of(direct, sizeof direct));
}

/* Options 66 and 67, where they are asked for or the name does not fit in the header. To a PXE
 * client 67 ends with a NUL: several ROMs read it as a C string. */
static void prepare_names(struct prepared4 *prepared, const struct target *target)
{
	bool http = (prepared->form & REPLY4_HTTP) != 0;
	bool asked = prepared->entry->options_66_67 && (prepared->form & REPLY4_SLIM) == 0;
	size_t len = (size_t)target->len;
	char address[64];
	size_t address_len = name_address(&target->server, address);

	if (!http && (asked || prepared->entry->raspberry_pi))
		tail_option(prepared, DHCP4_SERVER_NAME, octets_of(address, address_len));
	if (target->len > FILE_MAX || (asked && target->len > 0))
		tail_option(prepared, DHCP4_FILE_NAME,
			    octets_of(target->name, len + (!http && len < UINT8_MAX)));
}

/* Option 175, priority 1. Without it iPXE ranks the lease server's settings before ours, and loads
 * the file that such a server names. */
static void prepare_priority(struct prepared4 *prepared)
{
	static const uint8_t first[] = { IPXE_PRIORITY, 1, 1 };

	if ((prepared->form & REPLY4_IPXE) != 0)
		tail_option(prepared, DHCP4_IPXE, octets_of(first, sizeof first));
}

static bool prepare(const struct replies4 *replies, struct prepared4 *prepared,
		    const struct entry *entry, const struct client *client, unsigned form)
{
	struct target target;

	target_of(entry, client, form, &target);
	if (target.len < 0 || target.len > UINT8_MAX)
		return false;
	prepared->entry = entry;
	prepared->age = replies->age;
	memcpy(prepared->local, client->local.at, 4);
	prepared->alias = client->alias;
	prepared->form = (uint8_t)form;
	prepared->tail_len = 0;
	prepare_head(prepared, client,
		     server_identity(&entry->server, replies->locals, &client->local), &target);
	if ((form & (REPLY4_REDIRECT | REPLY4_HTTP)) == 0)
		prepare_vendor(prepared);
	if ((form & REPLY4_REDIRECT) == 0)
		prepare_names(prepared, &target);
	prepare_priority(prepared);
	return true;
}

const struct prepared4 *reply4_prepare(struct replies4 *replies, const struct entry *entry,
				       const struct client *client, unsigned form)
{
	uint32_t place = (uint32_t)((uintptr_t)entry / sizeof *entry) * 8u + form * 131u +
			 client->local.at[3] * 17u + client->local.at[2] + client->alias;
	struct prepared4 *prepared = &replies->at[place % PREPARED_MAX];

	if (prepared->entry == entry && prepared->age == replies->age && prepared->form == form &&
	    prepared->alias == client->alias && memcmp(prepared->local, client->local.at, 4) == 0)
		return prepared;
	prepared->entry = NULL;
	return prepare(replies, prepared, entry, client, form) ? prepared : NULL;
}

/* ---- copying and patching ----------------------------------------------------------------------
 */

static struct octets option(const struct request *request, uint8_t code, ULONG instance)
{
	BYTE len = 0;
	PVOID value = NULL;

	if (PxeDhcpGetOptionValue(request->packet, request->len, instance, code, &len, &value) !=
	    ERROR_SUCCESS)
		return octets_of(NULL, 0);
	return octets_of(value, len);
}

static ULONG echo_len(struct octets value)
{
	return value.len > 0 ? (ULONG)(2 + value.len) : 0;
}

ULONG reply4_len(const struct prepared4 *prepared, const struct client *client)
{
	return prepared->head_len + echo_len(client->sent_uuid) + echo_len(client->sent_id) +
	       prepared->tail_len + 1u;
}

static uint8_t *echo(uint8_t *at, uint8_t code, struct octets value)
{
	if (value.len == 0)
		return at;
	at[0] = code;
	at[1] = (uint8_t)value.len;
	memcpy(at + 2, value.at, value.len);
	return at + 2 + value.len;
}

static void patch(const struct prepared4 *prepared, const PXE_DHCP_MESSAGE *from,
		  const struct request *request, PXE_DHCP_MESSAGE *to)
{
	static const uint8_t broadcast[2] = { 0x80, 0 };
	WORD bit;

	memcpy(&bit, broadcast, sizeof bit);
	to->HardwareAddressType = from->HardwareAddressType;
	to->HardwareAddressLength = from->HardwareAddressLength;
	to->TransactionID = from->TransactionID;
	to->Reserved = from->Reserved;
	if (request->local->uPort != PXE_SERVER_PORT)
		to->Reserved |= bit; /* yiaddr is 0: there is no address to unicast to */
	if ((prepared->form & REPLY4_OFFER) == 0)
		to->ClientIpAddress = from->ClientIpAddress;
	to->RelayAgentIpAddress = from->RelayAgentIpAddress;
	memcpy(to->HardwareAddress, from->HardwareAddress, sizeof to->HardwareAddress);
}

void reply4_write(const struct prepared4 *prepared, const struct client *client,
		  const struct request *request, uint8_t *out)
{
	uint8_t *at = out + prepared->head_len;

	memcpy(out, prepared->head, prepared->head_len);
	patch(prepared, (const PXE_DHCP_MESSAGE *)request->packet, request,
	      (PXE_DHCP_MESSAGE *)out);
	at = echo(at, DHCP4_UUID, client->sent_uuid);
	at = echo(at, DHCP4_CLIENT_ID, client->sent_id);
	memcpy(at, prepared->tail, prepared->tail_len);
	at[prepared->tail_len] = DHCP4_END;
}

ULONG reply4_room(const struct request *request)
{
	enum { LEAST = 576, MOST = 1500 };
	struct octets size = option(request, DHCP4_MAX_SIZE, 1), relay;
	ULONG room = size.len == 2 ? octets_be16(size.at) : LEAST, taken = 0;

	room = room < LEAST ? LEAST : room > MOST ? MOST : room;
	for (ULONG i = 1; (relay = option(request, DHCP4_RELAY, i)).at != NULL; i++)
		taken += (ULONG)(2 + relay.len);
	return taken < room - UDP_IP ? room - UDP_IP - taken : 0;
}
