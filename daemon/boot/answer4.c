/* DHCPv4: in which form a request is answered. */
#include "boot/answer4.h"
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
				 const struct menu_turn *turn, BYTE room[static UINT8_MAX])
{
	const struct rest *rest = client_rest_of(client);
	const BYTE item[] = { PXE43_BOOT_ITEM,
			      4,
			      (BYTE)(rest->item_type >> 8),
			      (BYTE)rest->item_type,
			      (BYTE)(rest->item_layer >> 8),
			      (BYTE)rest->item_layer,
			      PXE_DHCP4_OPT_END };

	if (turn->menu)
		return octets_of(room, menu_write(client, turn,
						  server_identity(turn->answer.pServer,
								  &boot->locals, &client->Local),
						  room));
	memcpy(room, item, sizeof item);
	return octets_of(room, turn->is_item ? sizeof item : 0);
}

/* The form with what a menu makes of it. A redirect has none: it stands on port 4011. */
static unsigned turn_form(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client,
			  const PXE_BOOT_ANSWER *answer, const struct menu_turn *turn,
			  BYTE room[static UINT8_MAX], struct prepared4 *scratch)
{
	unsigned form = form_of(answer, client);

	scratch->vendor = octets_of(NULL, 0);
	if (!turn || (form & REPLY4_REDIRECT) != 0)
		return form;
	scratch->vendor = vendor_of(boot, client, turn, room);
	return turn->menu ? form | REPLY4_REDIRECT : form;
}

/* The prepared answer, less what may be left out where the client's limit asks for that. Where it
 * is the relay's option 82 that leaves no room, the daemon, which adds it, says so. */
static const struct prepared4 *fitting(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client,
				       const PXE_BOOT_ANSWER *answer, unsigned form,
				       struct prepared4 *scratch)
{
	const struct prepared4 *prepared =
		reply4_prepare(&boot->replies4, answer, client, form, scratch);
	ULONG room, relays;

	if (!prepared)
		return NULL;
	room = reply4_room(client, &relays);
	if (reply4_len(prepared, client) + relays > room)
		prepared = reply4_prepare(&boot->replies4, answer, client, form | REPLY4_SLIM,
					  scratch);
	return prepared && reply4_len(prepared, client) <= room ? prepared : NULL;
}

PVOID answer4_build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		    const PXE_BOOT_ANSWER *answer, const struct menu_turn *turn, ULONG *len,
		    DWORD *status)
{
	BYTE room[UINT8_MAX];
	struct prepared4 scratch;
	unsigned form = turn_form(boot, client, answer, turn, room, &scratch);
	const struct prepared4 *prepared = fitting(boot, client, answer, form, &scratch);
	PVOID packet;

	if (!prepared) {
		kit_say(boot, request, PXE_REASON_FAILED,
			"the answer is longer than the client accepts", answer);
		*status = ERROR_INSUFFICIENT_BUFFER;
		return NULL;
	}
	*len = reply4_len(prepared, client);
	packet = PxePacketAllocate(boot->provider, request, *len);
	if (packet)
		reply4_write(prepared, client, packet);
	else
		*status = GetLastError();
	return packet;
}
