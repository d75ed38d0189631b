#include "boot/reply4.h"

#include <errno.h>
#include <stdlib.h>

#include "boot/codes.h"
#include "boot/name.h"
#include "boot/option4.h"
#include "boot/rest.h"
#include "boot/server.h"

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
	PXE_BOOT_IP server;
	char name[NAME_MAX_LEN + 1];
	int len; /* -1: too long */
};

static void target_of_url(const PXE_BOOT_ANSWER *answer, const PXE_BOOT_CLIENT *client,
			  unsigned form, struct target *out)
{
	const PXE_BOOT_IP *server = server_address(answer->pServer, &client->Local);
	const char *path;

	out->server = server ? *server : client->Local;
	out->len = name_expand(answer->pszUrl, server, out->name);
	if (out->len < 0 || (form & (REPLY4_HTTP | REPLY4_IPXE)) != 0)
		return;
	/* A ROM speaks TFTP only, and knows no URL. */
	if (name_split_tftp(out->name, &out->server, &path)) {
		out->len = (int)strlen(path);
		memmove(out->name, path, (size_t)out->len + 1);
	}
}

static void target_of(const PXE_BOOT_ANSWER *answer, const PXE_BOOT_CLIENT *client, unsigned form,
		      struct target *out)
{
	const PXE_BOOT_IP *server = server_address(answer->pServer, &client->Local);

	if (name_is_url(answer, client)) {
		target_of_url(answer, client, form, out);
		return;
	}
	out->server = server ? *server : client->Local;
	out->len = (int)strnlen(answer->pszFile, NAME_MAX_LEN);
	if ((form & REPLY4_IPXE) != 0 && out->len > 0)
		out->len = name_tftp_url(answer->pszFile, &out->server, out->name);
	else
		memcpy(out->name, answer->pszFile, (size_t)out->len + 1);
}

/* Writes an option; returns where it ends. */
static uint8_t *put(uint8_t *at, uint8_t code, PXE_BOOT_OCTETS value)
{
	at[0] = code;
	at[1] = (uint8_t)value.cbData;
	if (value.cbData > 0)
		memcpy(at + 2, value.pData, value.cbData);
	return at + 2 + value.cbData;
}

static void head_option(struct prepared4 *prepared, uint8_t code, PXE_BOOT_OCTETS value)
{
	uint8_t *end = put(prepared->head + prepared->head_len, code, value);

	prepared->head_len = (uint16_t)(end - prepared->head);
}

/* An option that does not fit makes the tail too long for any packet. */
static void tail_option(struct prepared4 *prepared, uint8_t code, PXE_BOOT_OCTETS value)
{
	uint8_t *end;

	if (value.cbData > UINT8_MAX || prepared->tail_len + 2 + value.cbData > TAIL4_MAX) {
		prepared->tail_len = TAIL4_MAX + 1;
		return;
	}
	end = put(prepared->tail + prepared->tail_len, code, value);
	prepared->tail_len = (uint16_t)(end - prepared->tail);
}

static void prepare_head(struct prepared4 *prepared, const PXE_BOOT_CLIENT *client,
			 const PXE_BOOT_IP *own, const struct target *target)
{
	static const uint8_t cookie[] = { 99, 130, 83, 99 };
	PXE_DHCP_MESSAGE *message = (PXE_DHCP_MESSAGE *)prepared->head;
	bool redirect = (prepared->form & REPLY4_REDIRECT) != 0;
	uint8_t type = (prepared->form & REPLY4_OFFER) != 0 ? DHCP4_OFFER : DHCP4_ACK;
	char sname[64];
	size_t sname_len = name_address(&target->server, sname);

	memset(prepared->head, 0, OPTIONS_AT);
	message->Operation = 2;
	memcpy(&message->BootstrapServerAddress, redirect ? own->bAddress : target->server.bAddress,
	       4);
	if ((prepared->form & (REPLY4_REDIRECT | REPLY4_HTTP)) == 0)
		memcpy(message->HostName, sname, sname_len);
	if (!redirect && target->len <= FILE_MAX)
		memcpy(message->BootFileName, target->name, (size_t)target->len);
	memcpy(message->bMagicCookie, cookie, sizeof cookie);
	prepared->head_len = OPTIONS_AT;
	head_option(prepared, PXE_DHCP4_OPT_TYPE, octets_of(&type, 1));
	head_option(prepared, PXE_DHCP4_OPT_SERVER_ID, octets_of(own->bAddress, 4));
	head_option(prepared, PXE_DHCP4_OPT_VENDOR_CLASS, client_rest_of(client)->class_echo);
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

	if ((prepared->answer->uFlags & PXE_BOOT_ANSWER_RASPBERRY_PI) != 0)
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR,
			    octets_of(raspberry_pi, sizeof raspberry_pi));
	else if ((prepared->form & REPLY4_OFFER) == 0)
		return;
	else if ((prepared->form & REPLY4_SLIM) != 0)
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR, octets_of(slim, sizeof slim));
	else
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR, octets_of(direct, sizeof direct));
}

/* Options 66 and 67, where they are asked for or the name does not fit in the header. To a PXE
 * client 67 ends with a NUL: several ROMs read it as a C string. */
static void prepare_names(struct prepared4 *prepared, const struct target *target)
{
	bool http = (prepared->form & REPLY4_HTTP) != 0;
	bool asked = (prepared->answer->uFlags & PXE_BOOT_ANSWER_OPTIONS_66_67) != 0 &&
		     (prepared->form & REPLY4_SLIM) == 0;
	size_t len = (size_t)target->len;
	char address[64];
	size_t address_len = name_address(&target->server, address);

	if (!http && (asked || (prepared->answer->uFlags & PXE_BOOT_ANSWER_RASPBERRY_PI) != 0))
		tail_option(prepared, PXE_DHCP4_OPT_TFTP_SERVER, octets_of(address, address_len));
	if (target->len > FILE_MAX || (asked && target->len > 0))
		tail_option(prepared, PXE_DHCP4_OPT_BOOT_FILE,
			    octets_of(target->name, len + (!http && len < UINT8_MAX)));
}

/* Option 175, priority 1. Without it iPXE ranks the lease server's settings before ours, and loads
 * the file that such a server names. */
static void prepare_priority(struct prepared4 *prepared)
{
	static const uint8_t first[] = { IPXE_PRIORITY, 1, 1 };

	if ((prepared->form & REPLY4_IPXE) != 0)
		tail_option(prepared, PXE_DHCP4_OPT_IPXE, octets_of(first, sizeof first));
}

/* What the caller adds. */
static void prepare_extra(struct prepared4 *prepared)
{
	const PXE_BOOT_ANSWER *answer = prepared->answer;

	for (ULONG i = 0; i < answer->nOptions; i++)
		if (answer->pOptions[i].uFamily == 4)
			tail_option(prepared, (uint8_t)answer->pOptions[i].uCode,
				    answer->pOptions[i].Value);
	if (answer->pszBcd) /* with its NUL, as Windows sends it */
		tail_option(prepared, PXE_DHCP4_OPT_BCD,
			    octets_of(answer->pszBcd, strlen(answer->pszBcd) + 1));
	if (answer->WdsNbp.cbData > 2)
		tail_option(prepared, PXE_DHCP4_OPT_WDSNBP,
			    octets_of(answer->WdsNbp.pData + 2, answer->WdsNbp.cbData - 2));
}

static bool prepare(const struct replies4 *replies, struct prepared4 *prepared,
		    const PXE_BOOT_ANSWER *answer, const PXE_BOOT_CLIENT *client, unsigned form)
{
	struct target target;

	target_of(answer, client, form, &target);
	if (target.len < 0 || target.len > UINT8_MAX)
		return false;
	prepared->answer = answer;
	prepared->age = replies->age;
	memcpy(prepared->local, client->Local.bAddress, 4);
	prepared->alias = client_rest_of(client)->alias;
	prepared->form = (uint8_t)form;
	prepared->tail_len = 0;
	prepare_head(prepared, client,
		     server_identity(answer->pServer, replies->locals, &client->Local), &target);
	if (prepared->vendor.cbData > 0)
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR, prepared->vendor);
	else if ((form & (REPLY4_REDIRECT | REPLY4_HTTP)) == 0)
		prepare_vendor(prepared);
	if ((form & REPLY4_REDIRECT) == 0) {
		prepare_names(prepared, &target);
		prepare_extra(prepared);
	}
	prepare_priority(prepared);
	return prepared->tail_len <= TAIL4_MAX;
}

/* The place of a static answer's form. */
static struct prepared4 *place_of(struct replies4 *replies, const PXE_BOOT_ANSWER *answer,
				  const PXE_BOOT_CLIENT *client, unsigned form)
{
	uint32_t place = (uint32_t)((uintptr_t)answer / sizeof *answer) * 8u + form * 131u +
			 client->Local.bAddress[3] * 17u + client->Local.bAddress[2] +
			 client_rest_of(client)->alias;

	return &replies->at[place % PREPARED_MAX];
}

const struct prepared4 *reply4_prepare(struct replies4 *replies, const PXE_BOOT_ANSWER *answer,
				       const PXE_BOOT_CLIENT *client, unsigned form,
				       struct prepared4 *scratch)
{
	struct prepared4 *prepared = scratch;

	if ((answer->uFlags & PXE_BOOT_ANSWER_STATIC) != 0) {
		prepared = place_of(replies, answer, client, form);
		if (prepared->answer == answer && prepared->age == replies->age &&
		    prepared->form == form && prepared->alias == client_rest_of(client)->alias &&
		    memcmp(prepared->local, client->Local.bAddress, 4) == 0)
			return prepared;
		prepared->answer = NULL;
	}
	if (prepare(replies, prepared, answer, client, form))
		return prepared;
	prepared->answer = NULL;
	return NULL;
}

/* ---- copying and patching ----------------------------------------------------------------------
 */

static ULONG echo_len(PXE_BOOT_OCTETS value)
{
	return value.cbData > 0 ? (ULONG)(2 + value.cbData) : 0;
}

ULONG reply4_len(const struct prepared4 *prepared, const PXE_BOOT_CLIENT *client)
{
	const struct rest *rest = client_rest_of(client);

	return prepared->head_len + echo_len(rest->sent_uuid) + echo_len(rest->sent_id) +
	       prepared->tail_len + 1u;
}

static uint8_t *echo(uint8_t *at, uint8_t code, PXE_BOOT_OCTETS value)
{
	return value.cbData > 0 ? put(at, code, value) : at;
}

static void patch(const struct prepared4 *prepared, const struct rest *rest, PXE_DHCP_MESSAGE *to)
{
	static const uint8_t broadcast[2] = { 0x80, 0 };
	const PXE_DHCP_MESSAGE *from = (const PXE_DHCP_MESSAGE *)rest->packet;
	WORD bit;

	memcpy(&bit, broadcast, sizeof bit);
	to->HardwareAddressType = from->HardwareAddressType;
	to->HardwareAddressLength = from->HardwareAddressLength;
	to->TransactionID = from->TransactionID;
	to->Reserved = from->Reserved;
	if (!rest->pxe_port)
		to->Reserved |= bit; /* yiaddr is 0: there is no address to unicast to */
	if ((prepared->form & REPLY4_OFFER) == 0)
		to->ClientIpAddress = from->ClientIpAddress;
	to->RelayAgentIpAddress = from->RelayAgentIpAddress;
	memcpy(to->HardwareAddress, from->HardwareAddress, sizeof to->HardwareAddress);
}

void reply4_write(const struct prepared4 *prepared, const PXE_BOOT_CLIENT *client, uint8_t *out)
{
	const struct rest *rest = client_rest_of(client);
	uint8_t *at = out + prepared->head_len;

	memcpy(out, prepared->head, prepared->head_len);
	patch(prepared, rest, (PXE_DHCP_MESSAGE *)out);
	at = echo(at, PXE_DHCP4_OPT_UUID, rest->sent_uuid);
	at = echo(at, PXE_DHCP4_OPT_CLIENT_ID, rest->sent_id);
	memcpy(at, prepared->tail, prepared->tail_len);
	at[prepared->tail_len] = PXE_DHCP4_OPT_END;
}

ULONG reply4_room(const PXE_BOOT_CLIENT *client, ULONG *relays)
{
	enum { LEAST = 576, MOST = 1500 };
	const struct rest *rest = client_rest_of(client);
	PXE_BOOT_OCTETS size = option4_of(rest->packet, rest->len, PXE_DHCP4_OPT_MAX_SIZE, 1);
	ULONG room = size.cbData == 2 ? octets_be16(size.pData) : LEAST;

	*relays = 0;
	for (ULONG i = 1;; i++) {
		PXE_BOOT_OCTETS relay = option4_of(rest->packet, rest->len, PXE_DHCP4_OPT_RELAY, i);

		if (!relay.pData)
			break;
		*relays += (ULONG)(2 + relay.cbData);
	}
	return (room < LEAST ? LEAST : room > MOST ? MOST : room) - UDP_IP;
}
