/* DHCPv4: in which form a request is answered. */
#include "boot/answer4.h"

#include <stdio.h>

#include "boot/arch.h"
#include "boot/codes.h"
#include "boot/rest.h"
#include "boot/server.h"

static bool redirects(const PXE_BOOT_ANSWER *answer, const PXE_BOOT_CLIENT *client)
{
	if ((answer->uFlags & PXE_BOOT_ANSWER_RASPBERRY_PI) != 0 ||
	    answer->uShape == PXE_BOOT_SHAPE_DIRECT)
		return false;
	if (answer->uShape == PXE_BOOT_SHAPE_REDIRECT)
		return true;
	return !client->bIpxe && arch_wants_redirect(client->uArch);
}

static unsigned form_of(const PXE_BOOT_ANSWER *answer, const PXE_BOOT_CLIENT *client)
{
	bool discover = client->uExchange == PXE_BOOT_EXCHANGE_DISCOVER;
	unsigned form = client->bIpxe ? REPLY4_IPXE : 0;

	if (client->uClass == PXE_BOOT_CLASS_HTTP)
		return form | REPLY4_OFFER | REPLY4_HTTP;
	if (discover || client->uExchange == PXE_BOOT_EXCHANGE_LATE)
		form |= REPLY4_OFFER;
	if (discover && redirects(answer, client))
		form |= REPLY4_REDIRECT;
	return form;
}

/* Option 43 of a menu, or of the item that was asked for: another than the form's. */
static PXE_BOOT_OCTETS vendor_of(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client,
				 const struct given *given, const struct menu_turn *turn,
				 BYTE room[static UINT8_MAX])
{
	const struct rest *rest = client_rest_of(client);
	const PXE_BOOT_IP *own =
		server_identity(given_identity(given->answer), server_of(given, client),
				&boot->locals, &client->Local);
	const BYTE item[] = { PXE43_BOOT_ITEM,
			      4,
			      (BYTE)(rest->item_type >> 8),
			      (BYTE)rest->item_type,
			      (BYTE)(rest->item_layer >> 8),
			      (BYTE)rest->item_layer,
			      PXE_DHCP4_OPT_END };

	if (turn->menu)
		return octets_of(room, menu_write(client, turn, own, room));
	memcpy(room, item, sizeof item);
	return octets_of(room, turn->is_item ? sizeof item : 0);
}

/* The form with what a menu makes of it. A redirect has none: it stands on port 4011. */
static unsigned turn_form(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client, struct given *given,
			  const struct menu_turn *turn, BYTE room[static UINT8_MAX])
{
	unsigned form = form_of(given->answer, client);

	if (!turn || (form & REPLY4_REDIRECT) != 0)
		return form;
	given->vendor = vendor_of(boot, client, given, turn, room);
	return turn->menu ? form | REPLY4_REDIRECT : form;
}

/* What of an answer is for this client: the prepared part, and what goes into its gaps. */
struct built {
	const struct prepared4 *prepared;
	struct prepared4 scratch;
	struct filled4 filled;
	ULONG len;
};

/* False: it cannot be built, or given->said says why. */
static inline bool build(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client, struct given *given,
			 unsigned form, ULONG keep, struct built *out)
{
	out->prepared = reply4_prepare(&boot->replies4, given, client, form, keep, &out->scratch);
	if (!out->prepared)
		return false;
	if (out->prepared->varies) {
		struct variables variables = { client, given, &boot->locals };

		if (!filled4_make(&variables, form, keep, &out->filled))
			return false;
	}
	out->len = reply4_len(out->prepared, client, &out->filled);
	return true;
}

/* Apart, so that who has room pays for no frame. */
__attribute__((noinline)) static bool build_again(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client,
						  struct given *given, unsigned form, ULONG keep,
						  struct built *out)
{
	return build(boot, client, given, form, keep, out);
}

static void say_left_out(struct given *given, ULONG keep, ULONG room)
{
	const PXE_BOOT_ANSWER *answer = given->answer;
	size_t used = strlen(given->said);
	const char *between = used ? "; without option " : "without option ";

	for (ULONG i = keep; i < answer->nOptions && used < SAID_MAX - 96; i++) {
		if (!option4_is_extra(&answer->pOptions[i]))
			continue;
		used += (size_t)snprintf(given->said + used, SAID_MAX - used, "%s%u", between,
					 (unsigned)answer->pOptions[i].uCode);
		between = ", ";
	}
	snprintf(given->said + used, SAID_MAX - used,
		 ": the client takes %u octets (option 57, else 576, less IP and UDP)",
		 (unsigned)room);
}

/* Leaves out what the caller adds, the last of it first. What has no value for this client is not
 * left out: without it nothing is sent. */
static bool build_less(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client, struct given *given,
		       unsigned form, ULONG room, ULONG relays, struct built *out)
{
	bool extra = false;

	for (ULONG keep = given->answer->nOptions; keep-- > 0 && !given->failed;) {
		if (!option4_is_extra(&given->answer->pOptions[keep]))
			continue;
		extra = true;
		if (!build_again(boot, client, given, form, keep, out) || out->len + relays > room)
			continue;
		say_left_out(given, keep, room);
		return true;
	}
	/* Where it is the relay's option 82 that leaves no room, the daemon, which adds it, says
	 * so. */
	if (given->failed || !build_again(boot, client, given, form, 0, out) || out->len > room)
		return false;
	if (extra)
		say_left_out(given, 0, room);
	return true;
}

/* The answer, less what may be left out where the client's limit asks for that. */
__attribute__((noinline)) static bool build_slim(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client,
						 struct given *given, unsigned form, ULONG room,
						 ULONG relays, struct built *out)
{
	if (given->failed)
		return false;
	form |= REPLY4_SLIM;
	if (build_again(boot, client, given, form, REPLY4_ALL, out) && out->len + relays <= room)
		return true;
	return build_less(boot, client, given, form, room, relays, out);
}

static bool build_fitting(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client, struct given *given,
			  unsigned form, struct built *out)
{
	ULONG room = client_rest_of(client)->room, relays = client_rest_of(client)->relays;

	if (build(boot, client, given, form, REPLY4_ALL, out) && out->len + relays <= room)
		return true;
	return build_slim(boot, client, given, form, room, relays, out);
}

PVOID answer4_build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		    struct given *given, const struct menu_turn *turn, ULONG *len, DWORD *status)
{
	BYTE room[UINT8_MAX];
	unsigned form = turn_form(boot, client, given, turn, room);
	struct built built;
	PVOID packet;

	if (!build_fitting(boot, client, given, form, &built)) {
		*status = kit_say_unsent(boot, request, given,
					 given->failed
						 ? given->said
						 : "the answer is longer than the client accepts",
					 ERROR_INSUFFICIENT_BUFFER);
		return NULL;
	}
	*len = built.len;
	packet = PxePacketAllocate(boot->provider, request, *len);
	if (packet)
		reply4_write(built.prepared, client, &built.filled, packet);
	else
		*status = GetLastError();
	return packet;
}
