/* PxeBootClient: reads a request, and remembers what clients said of themselves. */
#include <stddef.h>

#include "boot/client4.h"
#include "boot/client6.h"
#include "boot/facts.h"
#include "boot/kinds.h"

static void client_clear(PXE_BOOT_CLIENT *client, const struct request *request)
{
	struct rest *rest = client_rest(client);

	memset((uint8_t *)client + sizeof client->cbSize, 0,
	       offsetof(PXE_BOOT_CLIENT, VendorClasses) - sizeof client->cbSize);
	memset(rest, 0, offsetof(struct rest, said));
	client->uArch = PXE_BOOT_ARCH_NONE;
	rest->handle = request->handle;
	rest->packet = request->packet;
	rest->len = request->len;
	rest->port = request->local->uPort;
	rest->pxe_port = rest->port == PXE_SERVER_PORT;
}

/* Why a request of a kind that somebody might expect to be answered is not. */
static void say_why_not(const PXE_BOOT *boot, const struct request *request)
{
	const char *why = NULL;

	if (request->remote->uAddrLen == 4 && request->local->uAddrLen != 4)
		why = "this host has no IPv4 address on that interface to answer from";
	if (why)
		kit_say(boot, request->handle, PXE_REASON_DECIDED, why, NULL);
}

/* A first contact begins anew; on port 4011 what was said before counts. The lock is held. */
static void client_recall(PXE_BOOT *boot, HANDLE request, PXE_BOOT_CLIENT *client)
{
	struct rest *rest = client_rest(client);
	const struct facts *said;

	rest->trial = client->bFirst && PxeRequestIsTrial(request);
	memory_identify(&boot->home->memory, client);
	if (client->bFirst) {
		if (!rest->trial)
			memory_forget(&boot->home->memory, &boot->locals, client);
	} else {
		said = memory_find(&boot->home->memory, &boot->locals, client, kit_clock_s());
		if (said) {
			rest->offered = true;
			rest->recalled = *said;
			facts_fill(&rest->recalled, client);
		}
	}
}

/* IPv4: as a request of its kind was read, if there was one. */
static bool read4(PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *client)
{
	ULONGLONG kind = PxeDhcpKind(request->packet, request->len);

	if (kinds_give(boot, kind, request, client))
		return true;
	client_clear(client, request);
	if (!client4_read(boot, request, client))
		return false;
	kinds_keep(boot, kind, client);
	return true;
}

static bool read6(PXE_BOOT *boot, const struct request *request, PXE_BOOT_CLIENT *client)
{
	client_clear(client, request);
	return client6_read(boot, request, client);
}

DWORD PXEAPI PxeBootClient(PXE_BOOT *pBoot, HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
			   const PXE_ADDRESS *pLocalAddress, const PXE_ADDRESS *pRemoteAddress,
			   PXE_BOOT_CLIENT *pClient)
{
	struct request request = { hClientRequest, pPacket, uPacketLen, pLocalAddress,
				   pRemoteAddress };
	bool served;

	if (!pBoot || !pPacket || !pLocalAddress || !pRemoteAddress || !pClient ||
	    pClient->cbSize < sizeof *pClient)
		return ERROR_INVALID_PARAMETER;
	pthread_mutex_lock(&pBoot->home->lock);
	kit_settle(pBoot);
	served = pRemoteAddress->uAddrLen == 4 /* there may be no local one */
			 ? read4(pBoot, &request, pClient)
			 : read6(pBoot, &request, pClient);
	if (served)
		client_recall(pBoot, hClientRequest, pClient);
	pthread_mutex_unlock(&pBoot->home->lock);
	if (!served)
		say_why_not(pBoot, &request);
	return served ? ERROR_SUCCESS : ERROR_NOT_SUPPORTED;
}

BOOL PXEAPI PxeBootInterface(PXE_BOOT *pBoot, const PXE_BOOT_CLIENT *pClient,
			     CHAR szInterface[PXE_BOOT_INTERFACE_SIZE])
{
	const char *link;

	if (!pBoot || !pClient || !szInterface)
		return FALSE;
	if (PxeRequestInterface(client_rest_of(pClient)->handle, szInterface,
				PXE_BOOT_INTERFACE_SIZE) == ERROR_SUCCESS &&
	    *szInterface)
		return TRUE;
	pthread_mutex_lock(&pBoot->home->lock);
	kit_settle(pBoot);
	link = locals_link(&pBoot->locals, &pClient->Local);
	if (link)
		memcpy(szInterface, link, PXE_BOOT_INTERFACE_SIZE);
	pthread_mutex_unlock(&pBoot->home->lock);
	return link != NULL;
}

BOOL PXEAPI PxeBootClientOption(const PXE_BOOT_CLIENT *pClient, ULONG uCode, ULONG uSubCode,
				PXE_BOOT_OCTETS *pValue)
{
	const struct said *said;

	if (pValue)
		*pValue = octets_of(NULL, 0);
	if (!pClient || !pValue || uCode > UINT16_MAX || uSubCode > UINT8_MAX)
		return FALSE;
	said = rest_find(client_rest_of(pClient),
			 (struct option_name){ (uint16_t)uCode, (uint8_t)uSubCode });
	if (said)
		*pValue = rest_said(client_rest_of(pClient), said);
	return said != NULL;
}

BOOL PXEAPI PxeBootOffered(const PXE_BOOT_CLIENT *pClient)
{
	return pClient && client_rest_of(pClient)->offered;
}
