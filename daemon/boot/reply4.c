#include "boot/reply4.h"

#include <errno.h>
#include <stdlib.h>

#include "boot/codes.h"
#include "boot/name.h"
#include "boot/option4.h"
#include "boot/rest.h"
#include "boot/server.h"
#include "boot/target4.h"

enum { OPTIONS_AT = 240 };

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

static void head_option(struct prepared4 *prepared, uint8_t code, PXE_BOOT_OCTETS value)
{
	uint8_t *end = option4_put(prepared->head + prepared->head_len, code, value);

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
	end = option4_put(prepared->tail + prepared->tail_len, code, value);
	prepared->tail_len = (uint16_t)(end - prepared->tail);
}

static void prepare_head(struct prepared4 *prepared, const PXE_BOOT_CLIENT *client,
			 const PXE_BOOT_IP *own, const struct target4 *target)
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
	if (!redirect && !prepared->varies && target->len <= TARGET4_FIELD_MAX)
		memcpy(message->BootFileName, target->name, (size_t)target->len);
	memcpy(message->bMagicCookie, cookie, sizeof cookie);
	prepared->head_len = OPTIONS_AT;
	head_option(prepared, PXE_DHCP4_OPT_TYPE, octets_of(&type, 1));
	head_option(prepared, PXE_DHCP4_OPT_SERVER_ID, octets_of(own->bAddress, 4));
	head_option(prepared, PXE_DHCP4_OPT_VENDOR_CLASS, client_rest_of(client)->class_echo);
}

/* The caller's option of a code, or NULL. */
static const PXE_BOOT_OPTION *own_option(const PXE_BOOT_ANSWER *answer, ULONG code)
{
	for (ULONG i = 0; i < answer->nOptions; i++)
		if (option_family(&answer->pOptions[i]) == 4 && answer->pOptions[i].uCode == code)
			return &answer->pOptions[i];
	return NULL;
}

/* Option 43: the caller's; "the file is in this packet: fetch it, no menu"; or the menu that a
 * Raspberry Pi looks for (its ROM wants the three spaces), and beside which iPXE boots nothing. */
static void prepare_vendor(struct prepared4 *prepared, const PXE_BOOT_ANSWER *answer)
{
	static const uint8_t direct[] = { 6, 1, 8, 10, 4, 0, 'P', 'X', 'E', 255 };
	static const uint8_t slim[] = { 6, 1, 8, 255 };
	static const uint8_t raspberry_pi[] = {
		6,   1,   3,   10,  4,   0,   'P', 'X', 'E', 9,   23,  0,
		0,   20,  'R', 'a', 's', 'p', 'b', 'e', 'r', 'r', 'y', ' ',
		'P', 'i', ' ', 'B', 'o', 'o', 't', ' ', ' ', ' ', 255,
	};
	const PXE_BOOT_OPTION *own = own_option(answer, PXE_DHCP4_OPT_VENDOR);

	if (own)
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR, own->Value);
	else if ((answer->uFlags & PXE_BOOT_ANSWER_RASPBERRY_PI) != 0 &&
		 (prepared->form & REPLY4_IPXE) == 0)
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR,
			    octets_of(raspberry_pi, sizeof raspberry_pi));
	else if ((prepared->form & REPLY4_OFFER) == 0)
		return;
	else if ((prepared->form & REPLY4_SLIM) != 0)
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR, octets_of(slim, sizeof slim));
	else
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR, octets_of(direct, sizeof direct));
}

/* Option 66, where it is asked for. */
static void prepare_server(struct prepared4 *prepared, const PXE_BOOT_ANSWER *answer,
			   const struct target4 *target)
{
	char address[64];
	size_t len = name_address(&target->server, address);

	if ((prepared->form & REPLY4_HTTP) == 0 &&
	    (target4_wants_names(prepared->form, answer) ||
	     (answer->uFlags & PXE_BOOT_ANSWER_RASPBERRY_PI) != 0))
		tail_option(prepared, PXE_DHCP4_OPT_TFTP_SERVER, octets_of(address, len));
}

/* Option 175: the caller's, and priority 1. Without it iPXE ranks the lease server's settings
 * before ours, and loads the file that such a server names. */
static void prepare_ipxe(struct prepared4 *prepared, const PXE_BOOT_ANSWER *answer)
{
	static const uint8_t first[] = { IPXE_PRIORITY, 1, 1 };
	const PXE_BOOT_OPTION *own = own_option(answer, PXE_DHCP4_OPT_IPXE);
	uint8_t value[sizeof first + UINT8_MAX];
	size_t len = 0;

	if ((prepared->form & REPLY4_IPXE) == 0)
		return;
	if (!own || !option4_sub(own->Value, IPXE_PRIORITY).pData) {
		memcpy(value, first, sizeof first);
		len = sizeof first;
	}
	if (own && own->Value.cbData > 0)
		memcpy(value + len, own->Value.pData, own->Value.cbData);
	tail_option(prepared, PXE_DHCP4_OPT_IPXE,
		    octets_of(value, len + (own ? own->Value.cbData : 0)));
}

/* What the caller adds, but for what is filled in for each client. */
static void prepare_extra(struct prepared4 *prepared, const PXE_BOOT_ANSWER *answer, ULONG keep)
{
	for (ULONG i = 0; i < answer->nOptions && i < keep; i++)
		if (option4_is_extra(&answer->pOptions[i]) &&
		    !option_varies(answer, &answer->pOptions[i]))
			tail_option(prepared, (uint8_t)answer->pOptions[i].uCode,
				    answer->pOptions[i].Value);
	if (answer->pszBcd && !prepared->varies) /* with its NUL, as Windows sends it */
		tail_option(prepared, PXE_DHCP4_OPT_BCD,
			    octets_of(answer->pszBcd, strlen(answer->pszBcd) + 1));
	if (answer->WdsNbp.cbData > 2)
		tail_option(prepared, PXE_DHCP4_OPT_WDSNBP,
			    octets_of(answer->WdsNbp.pData + 2, answer->WdsNbp.cbData - 2));
}

/* The options behind the head. */
static void prepare_tail(struct prepared4 *prepared, const struct given *given,
			 const struct target4 *target, ULONG keep)
{
	const PXE_BOOT_ANSWER *answer = given->answer;
	PXE_BOOT_OCTETS file = target4_option(prepared->form, answer, target);
	bool redirect = (prepared->form & REPLY4_REDIRECT) != 0;

	if (given->vendor.cbData > 0)
		tail_option(prepared, PXE_DHCP4_OPT_VENDOR, given->vendor);
	else if (!redirect && (prepared->form & REPLY4_HTTP) == 0)
		prepare_vendor(prepared, answer);
	if (!redirect) {
		prepare_server(prepared, answer, target);
		if (file.cbData > 0 && !prepared->varies)
			tail_option(prepared, PXE_DHCP4_OPT_BOOT_FILE, file);
		prepare_extra(prepared, answer, keep);
	}
	prepare_ipxe(prepared, answer);
}

/* All that a prepared answer depends on, beside what is given. */
static uint64_t about_of(const struct given *given, const PXE_BOOT_CLIENT *client, unsigned form)
{
	uint32_t local;

	memcpy(&local, client->Local.bAddress, sizeof local);
	return (uint64_t)local << 32 | (uint64_t)client_rest_of(client)->alias << 16 | form << 8 |
	       given->turn;
}

static bool prepare(const struct replies4 *replies, struct prepared4 *prepared, struct given *given,
		    const PXE_BOOT_CLIENT *client, unsigned form, ULONG keep)
{
	const PXE_BOOT_ANSWER *answer = given->answer;
	struct variables variables = { client, given, replies->locals };
	struct target4 target;

	if (!target4_of(&variables, form, &target))
		return false;
	prepared->key = given->key;
	prepared->outcome = given->outcome;
	prepared->age = replies->age;
	prepared->about = about_of(given, client, form);
	prepared->form = (uint8_t)form;
	prepared->varies = given_varies(answer);
	prepared->tail_len = 0;
	prepare_head(prepared, client,
		     server_identity(given_identity(answer), server_of(given, client),
				     replies->locals, &client->Local),
		     &target);
	prepare_tail(prepared, given, &target, keep);
	return prepared->tail_len <= TAIL4_MAX;
}

/* The place of a static answer's form. */
static struct prepared4 *place_of(struct replies4 *replies, const struct given *given,
				  uint64_t about)
{
	uint64_t place = ((uintptr_t)given->key ^ about ^ given->outcome << 4) *
			 UINT64_C(0x9e3779b97f4a7c15);

	_Static_assert((PREPARED_MAX & (PREPARED_MAX - 1)) == 0, "its upper bits are a place");
	return &replies->at[place / (UINT64_MAX / PREPARED_MAX + 1)];
}

const struct prepared4 *reply4_prepare(struct replies4 *replies, struct given *given,
				       const PXE_BOOT_CLIENT *client, unsigned form, ULONG keep,
				       struct prepared4 *scratch)
{
	struct prepared4 *prepared = scratch;

	if (given->key && keep == REPLY4_ALL) {
		uint64_t about = about_of(given, client, form);

		prepared = place_of(replies, given, about);
		if (prepared->key == given->key && prepared->about == about &&
		    prepared->outcome == given->outcome && prepared->age == replies->age)
			return prepared;
		prepared->key = NULL;
	}
	if (prepare(replies, prepared, given, client, form, keep))
		return prepared;
	prepared->key = NULL;
	return NULL;
}

/* ---- copying and patching ----------------------------------------------------------------------
 */

static ULONG echo_len(PXE_BOOT_OCTETS value)
{
	return value.cbData > 0 ? (ULONG)(2 + value.cbData) : 0;
}

ULONG reply4_len(const struct prepared4 *prepared, const PXE_BOOT_CLIENT *client,
		 const struct filled4 *filled)
{
	const struct rest *rest = client_rest_of(client);

	return prepared->head_len + echo_len(rest->sent_uuid) + echo_len(rest->sent_id) +
	       prepared->tail_len + (prepared->varies ? filled->tail_len : 0u) + 1u;
}

static uint8_t *echo(uint8_t *at, uint8_t code, PXE_BOOT_OCTETS value)
{
	return value.cbData > 0 ? option4_put(at, code, value) : at;
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

void reply4_write(const struct prepared4 *prepared, const PXE_BOOT_CLIENT *client,
		  const struct filled4 *filled, uint8_t *out)
{
	const struct rest *rest = client_rest_of(client);
	uint8_t *at = out + prepared->head_len;

	memcpy(out, prepared->head, prepared->head_len);
	patch(prepared, rest, (PXE_DHCP_MESSAGE *)out);
	at = echo(at, PXE_DHCP4_OPT_UUID, rest->sent_uuid);
	at = echo(at, PXE_DHCP4_OPT_CLIENT_ID, rest->sent_id);
	memcpy(at, prepared->tail, prepared->tail_len);
	at += prepared->tail_len;
	if (prepared->varies) {
		filled4_patch(filled, prepared->form, (PXE_DHCP_MESSAGE *)out);
		memcpy(at, filled->tail, filled->tail_len);
		at += filled->tail_len;
	}
	*at = PXE_DHCP4_OPT_END;
}
