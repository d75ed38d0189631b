/* PxeBootAnswer: what can be answered, the building, and the sending. */
#include <stdio.h>

#include "boot/answer4.h"
#include "boot/answer6.h"
#include "boot/menu.h"
#include "boot/name.h"
#include "boot/rest.h"
#include "boot/server.h"
#include "boot/servers.h"

/* ---- what can be answered ----------------------------------------------------------------------
 */

/* Of an answer without a menu. */
static inline const char *obstacle(const PXE_BOOT_CLIENT *client, const PXE_BOOT_ANSWER *answer)
{
	if (!name_is_url(answer, client)) {
		if (client->uClass == PXE_BOOT_CLASS_HTTP)
			return "the entry has a file, but HTTP Boot needs a url";
	} else if (!strstr(answer->pszUrl, "${server}")) {
		return NULL;
	}
	if (server_address(answer->pServer, &client->Local))
		return NULL;
	return client->uFamily == 6 ? "server has no IPv6 address, which this client needs"
				    : "server has no IPv4 address, which this client needs";
}

static const char *turn_obstacle(const PXE_BOOT_CLIENT *client, const struct menu_turn *turn)
{
	if (turn->obstacle || turn->menu)
		return turn->obstacle;
	return obstacle(client, &turn->answer);
}

__attribute__((noinline)) static const char *menu_obstacle(const PXE_BOOT_CLIENT *client,
							   const PXE_BOOT_ANSWER *answer)
{
	struct menu_turn turn;

	/* What was chosen from it was shown before: the answer is its. */
	if (client->uExchange == PXE_BOOT_EXCHANGE_ITEM)
		return NULL;
	menu_turn(client, answer, &turn);
	return turn_obstacle(client, &turn);
}

LPCSTR PXEAPI PxeBootObstacle(const PXE_BOOT_CLIENT *pClient, const PXE_BOOT_ANSWER *pAnswer)
{
	if (!pClient || !pAnswer)
		return "no client or no answer is given";
	return menu_of(pAnswer) ? menu_obstacle(pClient, pAnswer) : obstacle(pClient, pAnswer);
}

/* Options that the kit sets itself, by rules that no caller can know. */
static bool is_the_kits(const PXE_BOOT_OPTION *option)
{
	static const uint8_t four[] = {
		PXE_DHCP4_OPT_PAD,         PXE_DHCP4_OPT_OVERLOAD,     PXE_DHCP4_OPT_TYPE,
		PXE_DHCP4_OPT_SERVER_ID,   PXE_DHCP4_OPT_VENDOR_CLASS, PXE_DHCP4_OPT_CLIENT_ID,
		PXE_DHCP4_OPT_TFTP_SERVER, PXE_DHCP4_OPT_BOOT_FILE,    PXE_DHCP4_OPT_RELAY,
		PXE_DHCP4_OPT_UUID,        PXE_DHCP4_OPT_WDSNBP,       PXE_DHCP4_OPT_BCD,
		PXE_DHCP4_OPT_END,
	};
	static const uint8_t six[] = {
		PXE_DHCP6_OPT_CLIENTID,       PXE_DHCP6_OPT_SERVERID,
		PXE_DHCP6_OPT_RELAY_MSG,      PXE_DHCP6_OPT_VENDOR_CLASS,
		PXE_DHCP6_OPT_INTERFACE_ID,   PXE_DHCP6_OPT_BOOTFILE_URL,
		PXE_DHCP6_OPT_BOOTFILE_PARAM,
	};

	if (option_family(option) == 4)
		return option->uCode > UINT8_MAX ||
		       memchr(four, (int)option->uCode, sizeof four) != NULL;
	return option->uCode <= UINT8_MAX && memchr(six, (int)option->uCode, sizeof six) != NULL;
}

/* Lists of codes, lengths and octets: a variable would make the lengths wrong. */
static bool is_varying_list(const PXE_BOOT_OPTION *option)
{
	return (option->uFamily & PXE_BOOT_OPTION_VARIABLES) != 0 && option_family(option) == 4 &&
	       !option4_is_extra(option);
}

static bool options_valid(const PXE_BOOT_ANSWER *answer)
{
	for (ULONG i = 0; i < answer->nOptions; i++) {
		const PXE_BOOT_OPTION *option = &answer->pOptions[i];
		ULONG family = option_family(option);
		size_t most = family == 4 ? UINT8_MAX : UINT16_MAX;

		if ((family != 4 && family != 6) || option->uCode > UINT16_MAX ||
		    option->Value.cbData > most ||
		    (option->Value.cbData > 0 && !option->Value.pData) || is_the_kits(option) ||
		    is_varying_list(option))
			return false;
	}
	return true;
}

static bool params_valid(const PXE_BOOT_ANSWER *answer)
{
	for (ULONG i = 0; i < answer->nParams; i++)
		if (!answer->ppszParams || !answer->ppszParams[i])
			return false;
	return true;
}

static bool networks_valid(const PXE_BOOT_ANSWER *answer)
{
	if (!GIVEN_HAS(answer, pNetworks) || answer->nNetworks == 0)
		return true;
	for (ULONG i = 0; answer->pNetworks && i < answer->nNetworks; i++)
		if (answer->pNetworks[i].Address.uAddrLen > 16 ||
		    answer->pNetworks[i].uBits > 8 * answer->pNetworks[i].Address.uAddrLen)
			return false;
	return answer->pNetworks != NULL;
}

static bool answer_valid(const PXE_BOOT_ANSWER *answer)
{
	enum {
		KNOWN = PXE_BOOT_ANSWER_STATIC | PXE_BOOT_ANSWER_RASPBERRY_PI |
			PXE_BOOT_ANSWER_OPTIONS_66_67 | PXE_BOOT_ANSWER_VARIABLES,
		LEAST = offsetof(PXE_BOOT_ANSWER,
				 pMenu) /* of who knows none of the later members */
	};

	const PXE_BOOT_MENU *menu = menu_of(answer);

	if (menu && (!menu_valid(menu) || (answer->uFlags & PXE_BOOT_ANSWER_RASPBERRY_PI) != 0))
		return false;
	return answer->cbSize >= LEAST && (answer->uFlags & ~(ULONG)KNOWN) == 0 &&
	       (answer->pszFile || answer->pszUrl || menu) &&
	       answer->uShape <= PXE_BOOT_SHAPE_REDIRECT && answer->uDelay <= PXE_BOOT_DELAY_MAX &&
	       params_valid(answer) && networks_valid(answer) &&
	       (answer->WdsNbp.cbData == 0 || answer->WdsNbp.pData) &&
	       (answer->nOptions == 0 || (answer->pOptions && options_valid(answer)));
}

/* ---- sending -----------------------------------------------------------------------------------
 */

static DWORD send(PXE_BOOT *boot, HANDLE request, const struct given *given, PVOID packet,
		  ULONG len, PXE_BOOT_ACTION *action)
{
	const PXE_BOOT_ANSWER *answer = given->answer;
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	DWORD status;

	kit_say(boot, request, PXE_REASON_DECIDED, given->said[0] ? given->said : NULL, answer);
	if (answer->uDelay > 0 && !PxeRequestIsTrial(request) &&
	    delay_add(&boot->delay, request, packet, len, answer->uDelay))
		return ERROR_IO_PENDING;
	status = PxeSendReply(request, packet, len, &rules);
	PxePacketFree(boot->provider, request, packet);
	*action = status == ERROR_SUCCESS ? PXE_BA_NBP : PXE_BA_REJECTED;
	/* The daemon lets nobody answer this kind; or the relay's option 82 leaves no room. Both
	 * are the request's own, and the log's line says so: no fault of the provider's. */
	if (status == ERROR_ACCESS_DENIED || status == ERROR_INSUFFICIENT_BUFFER)
		return ERROR_SUCCESS;
	return status;
}

/* Remembers an offer. No client of another class comes to port 4011. */
static void note(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client)
{
	if (client->bFirst && client->uClass == PXE_BOOT_CLASS_PXE &&
	    !client_rest_of(client)->trial)
		memory_note(&boot->home->memory, &boot->locals, client, kit_clock_s());
}

/* `turn` is NULL where no menu is in question. */
static PVOID build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		   struct given *given, const struct menu_turn *turn, ULONG *len, DWORD *status)
{
	PVOID packet;

	pthread_mutex_lock(&boot->home->lock);
	note(boot, client);
	if (server_several(given->answer->pServer))
		servers_pick(boot, client, given);
	if (client->uFamily == 4)
		packet = answer4_build(boot, request, client, given, turn, len, status);
	else
		packet = answer6_build(boot, request, client, given, len, status);
	pthread_mutex_unlock(&boot->home->lock);
	return packet;
}

static inline DWORD give(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
			 const PXE_BOOT_ANSWER *answer, const struct menu_turn *turn,
			 PXE_BOOT_ACTION *action)
{
	struct given given;
	DWORD status = ERROR_SUCCESS;
	ULONG len = 0;
	PVOID packet;

	given_begin(answer, turn ? turn->said : "", &given);
	packet = build(boot, request, client, &given, turn, &len, &status);
	return packet ? send(boot, request, &given, packet, len, action) : status;
}

/* Says why nothing is sent, with what the menu says beside; who asks for an item that there is not
 * has both in one sentence. */
static void say_obstacle(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_ANSWER *answer,
			 const struct menu_turn *turn, const char *why)
{
	char said[SAID_MAX + MENU_SAID]; /* the log cuts what it does not take */

	if (turn->is_item && turn->obstacle)
		snprintf(said, sizeof said, "%s", turn->said);
	else
		snprintf(said, sizeof said, "%s%s%s", why, turn->said[0] ? "; " : "", turn->said);
	kit_say(boot, request,
		turn->is_item || turn->is_disk ? PXE_REASON_DECIDED : PXE_REASON_NEAREST, said,
		answer);
}

/* What the answer's menu comes to, or the item that is asked for: apart, so that an answer without
 * a menu needs none of its frame. */
__attribute__((noinline)) static DWORD give_turn(PXE_BOOT *boot, HANDLE request,
						 const PXE_BOOT_CLIENT *client,
						 const PXE_BOOT_ANSWER *answer,
						 PXE_BOOT_ACTION *action)
{
	struct menu_turn turn;
	const char *why;

	menu_turn(client, answer, &turn);
	why = turn_obstacle(client, &turn);
	if (!why)
		return give(boot, request, client, &turn.answer, &turn, action);
	say_obstacle(boot, request, answer, &turn, why);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeBootAnswer(PXE_BOOT *pBoot, HANDLE hClientRequest, const PXE_BOOT_CLIENT *pClient,
			   const PXE_BOOT_ANSWER *pAnswer, PXE_BOOT_ACTION *pAction)
{
	const char *why;

	if (!pBoot || !pClient || pClient->cbSize < sizeof *pClient || !pAnswer || !pAction ||
	    !answer_valid(pAnswer))
		return ERROR_INVALID_PARAMETER;
	if (pClient->uFamily != 4 && pClient->uFamily != 6)
		return ERROR_INVALID_PARAMETER; /* PxeBootClient has not filled it in */
	*pAction = PXE_BA_REJECTED;
	if (menu_of(pAnswer) || pClient->uExchange == PXE_BOOT_EXCHANGE_ITEM)
		return give_turn(pBoot, hClientRequest, pClient, pAnswer, pAction);
	why = obstacle(pClient, pAnswer);
	if (!why)
		return give(pBoot, hClientRequest, pClient, pAnswer, NULL, pAction);
	kit_say(pBoot, hClientRequest, PXE_REASON_NEAREST, why, pAnswer);
	return ERROR_SUCCESS;
}
