/* PxeBootAnswer: what can be answered, the building, and the sending. */
#include "boot/answer4.h"
#include "boot/answer6.h"
#include "boot/name.h"
#include "boot/rest.h"
#include "boot/server.h"

/* ---- what can be answered ----------------------------------------------------------------------
 */

LPCSTR PXEAPI PxeBootObstacle(const PXE_BOOT_CLIENT *pClient, const PXE_BOOT_ANSWER *pAnswer)
{
	if (!pClient || !pAnswer)
		return "no client or no answer is given";
	if (!name_is_url(pAnswer, pClient)) {
		if (pClient->uClass == PXE_BOOT_CLASS_HTTP)
			return "the entry has a file, but HTTP Boot needs a url";
	} else if (!strstr(pAnswer->pszUrl, "${server}")) {
		return NULL;
	}
	if (server_address(pAnswer->pServer, &pClient->Local))
		return NULL;
	return pClient->uFamily == 6 ? "server has no IPv6 address, which this client needs"
				     : "server has no IPv4 address, which this client needs";
}

/* Options that the kit sets itself, by rules that no caller can know. */
static bool is_the_kits(const PXE_BOOT_OPTION *option)
{
	static const uint8_t four[] = {
		PXE_DHCP4_OPT_PAD,       PXE_DHCP4_OPT_VENDOR,      PXE_DHCP4_OPT_OVERLOAD,
		PXE_DHCP4_OPT_TYPE,      PXE_DHCP4_OPT_SERVER_ID,   PXE_DHCP4_OPT_VENDOR_CLASS,
		PXE_DHCP4_OPT_CLIENT_ID, PXE_DHCP4_OPT_TFTP_SERVER, PXE_DHCP4_OPT_BOOT_FILE,
		PXE_DHCP4_OPT_RELAY,     PXE_DHCP4_OPT_UUID,        PXE_DHCP4_OPT_IPXE,
		PXE_DHCP4_OPT_WDSNBP,    PXE_DHCP4_OPT_BCD,         PXE_DHCP4_OPT_END,
	};
	static const uint8_t six[] = {
		PXE_DHCP6_OPT_CLIENTID,       PXE_DHCP6_OPT_SERVERID,
		PXE_DHCP6_OPT_RELAY_MSG,      PXE_DHCP6_OPT_VENDOR_CLASS,
		PXE_DHCP6_OPT_INTERFACE_ID,   PXE_DHCP6_OPT_BOOTFILE_URL,
		PXE_DHCP6_OPT_BOOTFILE_PARAM,
	};

	if (option->uFamily == 4)
		return option->uCode > UINT8_MAX ||
		       memchr(four, (int)option->uCode, sizeof four) != NULL;
	return option->uCode <= UINT8_MAX && memchr(six, (int)option->uCode, sizeof six) != NULL;
}

static bool options_valid(const PXE_BOOT_ANSWER *answer)
{
	for (ULONG i = 0; i < answer->nOptions; i++) {
		const PXE_BOOT_OPTION *option = &answer->pOptions[i];
		size_t most = option->uFamily == 4 ? UINT8_MAX : UINT16_MAX;

		if ((option->uFamily != 4 && option->uFamily != 6) || option->uCode > UINT16_MAX ||
		    option->Value.cbData > most ||
		    (option->Value.cbData > 0 && !option->Value.pData) || is_the_kits(option))
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

static bool answer_valid(const PXE_BOOT_ANSWER *answer)
{
	enum {
		KNOWN = PXE_BOOT_ANSWER_STATIC | PXE_BOOT_ANSWER_RASPBERRY_PI |
			PXE_BOOT_ANSWER_OPTIONS_66_67
	};

	return answer->cbSize >= sizeof *answer && (answer->uFlags & ~(ULONG)KNOWN) == 0 &&
	       (answer->pszFile || answer->pszUrl) && answer->uShape <= PXE_BOOT_SHAPE_REDIRECT &&
	       answer->uDelay <= PXE_BOOT_DELAY_MAX && params_valid(answer) &&
	       (answer->WdsNbp.cbData == 0 || answer->WdsNbp.pData) &&
	       (answer->nOptions == 0 || (answer->pOptions && options_valid(answer)));
}

/* ---- sending -----------------------------------------------------------------------------------
 */

static DWORD send(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_ANSWER *answer, PVOID packet,
		  ULONG len, PXE_BOOT_ACTION *action)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	DWORD status;

	kit_say(boot, request, PXE_REASON_DECIDED, NULL, answer);
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

static PVOID build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		   const PXE_BOOT_ANSWER *answer, ULONG *len, DWORD *status)
{
	PVOID packet = NULL;

	pthread_mutex_lock(&boot->home->lock);
	note(boot, client);
	if (client->uFamily == 4)
		packet = answer4_build(boot, request, client, answer, len, status);
	pthread_mutex_unlock(&boot->home->lock);
	if (client->uFamily == 6)
		packet = answer6_build(boot, request, client, answer, len, status);
	return packet;
}

DWORD PXEAPI PxeBootAnswer(PXE_BOOT *pBoot, HANDLE hClientRequest, const PXE_BOOT_CLIENT *pClient,
			   const PXE_BOOT_ANSWER *pAnswer, PXE_BOOT_ACTION *pAction)
{
	DWORD status = ERROR_SUCCESS;
	const char *obstacle;
	ULONG len = 0;
	PVOID packet;

	if (!pBoot || !pClient || pClient->cbSize < sizeof *pClient || !pAnswer || !pAction ||
	    !answer_valid(pAnswer))
		return ERROR_INVALID_PARAMETER;
	if (pClient->uFamily != 4 && pClient->uFamily != 6)
		return ERROR_INVALID_PARAMETER; /* PxeBootClient has not filled it in */
	*pAction = PXE_BA_REJECTED;
	obstacle = PxeBootObstacle(pClient, pAnswer);
	if (obstacle) {
		kit_say(pBoot, hClientRequest, PXE_REASON_NEAREST, obstacle, pAnswer);
		return ERROR_SUCCESS;
	}
	packet = build(pBoot, hClientRequest, pClient, pAnswer, &len, &status);
	if (!packet)
		return status;
	return send(pBoot, hClientRequest, pAnswer, packet, len, pAction);
}
