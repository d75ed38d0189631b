#include "boot/servers.h"

#include <stdlib.h>

#include "boot/keep.h"
#include "boot/rest.h"
#include "boot/server.h"

void servers_pick(PXE_BOOT *boot, const PXE_BOOT_CLIENT *client, struct given *given)
{
	const PXE_BOOT_IP *picked;
	uint8_t place = 0;

	if (turn_settle(boot->lookups))
		replies4_forget(&boot->replies4);
	picked = turn_pick(server_several(given->answer->pServer), client->uFamily == 6,
			   client_rest_of(client)->key, &place);
	given->turn = (uint8_t)(place + 1);
	given->picked.uAddrLen = 0;
	if (picked)
		given->picked = *picked;
}

/* ---- a list of them ----------------------------------------------------------------------------
 */

static bool is_name(LPCSTR text)
{
	PXE_BOOT_IP ip;

	return strcmp(text, "auto") != 0 && !ip_parse(text, &ip);
}

/* One address for each family at most, and no name: the structure itself says it. */
static bool is_plain(const LPCSTR *texts, const PXE_BOOT_SERVER *servers, ULONG n)
{
	ULONG n4 = 0, n6 = 0;

	for (ULONG i = 0; i < n; i++) {
		if (is_name(texts[i]))
			return false;
		n4 += servers[i].V4.uAddrLen > 0;
		n6 += servers[i].V6.uAddrLen > 0;
	}
	return n4 <= 1 && n6 <= 1;
}

static DWORD place_fill(PXE_BOOT *boot, LPCSTR text, const PXE_BOOT_SERVER *server, ULONG every_s,
			struct place *out)
{
	out->v4 = server->V4;
	out->v6 = server->V6;
	if (!is_name(text))
		return ERROR_SUCCESS;
	pthread_mutex_lock(&boot->home->lock);
	out->named = turn_name(&boot->lookups, boot->provider, text, server, every_s);
	pthread_mutex_unlock(&boot->home->lock);
	return out->named ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

static DWORD servers_make(PXE_BOOT *boot, const LPCSTR *texts, const PXE_BOOT_SERVER *servers,
			  ULONG n, ULONG every_s, PXE_BOOT_SERVERS **out)
{
	PXE_BOOT_SERVERS *several = calloc(1, sizeof *several + n * sizeof *several->at);
	DWORD status = ERROR_SUCCESS;

	pthread_mutex_lock(&boot->home->lock);
	several = kit_keep(boot, several);
	pthread_mutex_unlock(&boot->home->lock);
	if (!several)
		return ERROR_NOT_ENOUGH_MEMORY;
	for (ULONG i = 0; i < n && status == ERROR_SUCCESS; i++) {
		status = place_fill(boot, texts[i], &servers[i], every_s, &several->at[i]);
		several->n++;
	}
	*out = several;
	return status;
}

/* The first address of each family, as the structure has it. */
static void take_first(PXE_BOOT_SERVER *out, const PXE_BOOT_SERVER *server)
{
	out->bAutomatic |= server->bAutomatic;
	if (out->V4.uAddrLen == 0)
		out->V4 = server->V4;
	if (out->V6.uAddrLen == 0)
		out->V6 = server->V6;
}

DWORD PXEAPI PxeBootServerTurn(PXE_BOOT *pBoot, const LPCSTR *ppszTexts,
			       const PXE_BOOT_SERVER *pServers, ULONG nServers, ULONG uLookUp,
			       PXE_BOOT_SERVER *pServer)
{
	PXE_BOOT_SERVER server = { .cbSize = sizeof server };
	DWORD status = ERROR_SUCCESS;

	if (!pBoot || !ppszTexts || !pServers || nServers == 0 || nServers > TURN_MAX || !pServer ||
	    pServer->cbSize < sizeof *pServer)
		return ERROR_INVALID_PARAMETER;
	for (ULONG i = 0; i < nServers; i++) {
		if (!ppszTexts[i] || pServers[i].cbSize < sizeof *pServers)
			return ERROR_INVALID_PARAMETER;
		take_first(&server, &pServers[i]);
	}
	if (server.bAutomatic && nServers > 1)
		return ERROR_INVALID_PARAMETER;
	if (!server.bAutomatic && !is_plain(ppszTexts, pServers, nServers))
		status = servers_make(pBoot, ppszTexts, pServers, nServers,
				      uLookUp > 0 ? uLookUp : TURN_LOOK_UP_S, &server.pServers);
	if (status == ERROR_SUCCESS)
		*pServer = server;
	return status;
}
