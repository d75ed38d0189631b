#include "boot/client.h"

#include <stddef.h>

#include "boot/arch.h"

static const PXE_BOOT_OCTETS pxe_class = { (const uint8_t *)"PXEClient", 9 };
static const PXE_BOOT_OCTETS http_class = { (const uint8_t *)"HTTPClient", 10 };

static bool class_of(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS text)
{
	struct rest *rest = client_rest(client);
	const struct classes *classes = &boot->options.classes;

	if (octets_begin(text, pxe_class)) {
		client->uClass = PXE_BOOT_CLASS_PXE;
		rest->class_echo = pxe_class;
		return true;
	}
	if (octets_begin(text, http_class)) {
		client->uClass = PXE_BOOT_CLASS_HTTP;
		rest->class_echo = http_class;
		return true;
	}
	for (size_t i = 0; i < classes->n && i < UINT8_MAX; i++) {
		PXE_BOOT_OCTETS alias = octets_text(classes->at[i]);

		if (!octets_begin(text, alias))
			continue;
		client->uClass = PXE_BOOT_CLASS_PXE;
		rest->class_echo = alias;
		rest->alias = (uint8_t)(i + 1);
		return true;
	}
	return false;
}

/* The class decides whether a client speaks HTTP Boot, whatever its code says. */
static uint16_t arch_of_client(const PXE_BOOT_CLIENT *client, uint16_t code)
{
	return client->uClass == PXE_BOOT_CLASS_NONE
		       ? code
		       : arch_by_class(code, client->uClass == PXE_BOOT_CLASS_HTTP);
}

void client_take_class(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS vendor_class)
{
	if (client->nVendorClasses < PXE_BOOT_LIST_MAX)
		client->VendorClasses[client->nVendorClasses++] = vendor_class;
	if (client->uClass == PXE_BOOT_CLASS_NONE && class_of(boot, client, vendor_class))
		client_rest(client)->class_text = vendor_class;
}

/* By the digits in the class, where no code is said. */
static void take_arch_of_class(PXE_BOOT_CLIENT *client)
{
	uint16_t code;

	if (arch_of_class(client_rest(client)->class_text, &code))
		client->uArch = arch_of_client(client, code);
}

void client_take_archs(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS codes)
{
	bool known = false;

	if (codes.cbData < 2 || codes.cbData % 2 != 0) {
		take_arch_of_class(client);
		return;
	}
	client_rest(client)->arch_said = true;
	client->uArch = arch_of_client(client, octets_be16(codes.pData));
	for (size_t i = 0; i < codes.cbData; i += 2) {
		uint16_t code = arch_of_client(client, octets_be16(codes.pData + i));

		if (code < 64 && boot->options.archs >> code & 1) {
			client->uArch = code;
			return;
		}
		if (!known && code <= PXE_ARCH_LAST) {
			client->uArch = code;
			known = true;
		}
	}
}

void client_take_user_class(PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS user_class)
{
	if (client->nUserClasses < PXE_BOOT_LIST_MAX)
		client->UserClasses[client->nUserClasses++] = user_class;
	client->bIpxe |= octets_equal(user_class, octets_of("iPXE", 4));
}

void client_take_uuid(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, const uint8_t *uuid)
{
	const struct banned *banned = &boot->options.banned;
	struct uuid given;
	bool nobodys;

	memcpy(&given, uuid, sizeof given);
	nobodys = given.half[0] == given.half[1] &&
		  given.half[0] == (given.half[0] & 0xff) * (UINT64_MAX / 0xff);
	for (size_t i = 0; i < banned->n && !nobodys; i++)
		nobodys = banned->at[i].half[0] == given.half[0] &&
			  banned->at[i].half[1] == given.half[1];
	if (!nobodys)
		client->Uuid = octets_of(uuid, UUID_LEN);
}

static void client_clear(PXE_BOOT_CLIENT *client, const struct request *request)
{
	struct rest *rest = client_rest(client);

	memset((uint8_t *)client + sizeof client->cbSize, 0,
	       offsetof(PXE_BOOT_CLIENT, VendorClasses) - sizeof client->cbSize);
	memset(rest, 0, offsetof(struct rest, recalled));
	client->uArch = PXE_BOOT_ARCH_NONE;
	rest->handle = request->handle;
	rest->packet = request->packet;
	rest->len = request->len;
	rest->port = request->local->uPort;
	rest->pxe_port = rest->port == PXE_SERVER_PORT;
}

/* Why a request of a kind that somebody might expect to be answered is not. */
static void say_why_not(const PXE_BOOT *boot, const struct request *request,
			const PXE_BOOT_CLIENT *client)
{
	const char *why = NULL;

	if (request->remote->uAddrLen != 4)
		return;
	if (client_rest_of(client)->asks_item)
		why = "the client asks for a boot item (option 43, 71), and boot items are not "
		      "supported";
	else if (request->local->uAddrLen != 4)
		why = "this host has no IPv4 address on that interface to answer from";
	if (why)
		PxeRequestReason(request->handle, PXE_REASON_DECIDED, why, boot->options.file, 0);
}

/* A first contact begins anew; on port 4011 what was said before counts. */
static void client_recall(PXE_BOOT *boot, HANDLE request, PXE_BOOT_CLIENT *client)
{
	struct rest *rest = client_rest(client);
	const struct facts *said;

	rest->trial = client->bFirst && PxeRequestIsTrial(request);
	pthread_mutex_lock(&boot->home->lock);
	kit_settle(boot);
	memory_identify(&boot->home->memory, client);
	if (client->bFirst) {
		if (!rest->trial)
			memory_forget(&boot->home->memory, &boot->locals, client);
	} else {
		said = memory_find(&boot->home->memory, &boot->locals, client, clock_s());
		if (said) {
			rest->recalled = *said;
			facts_fill(&rest->recalled, client);
		}
	}
	pthread_mutex_unlock(&boot->home->lock);
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
	client_clear(pClient, &request);
	served = pRemoteAddress->uAddrLen == 4 /* there may be no local one */
			 ? client4_read(pBoot, &request, pClient)
			 : client6_read(pBoot, &request, pClient);
	if (!served) {
		say_why_not(pBoot, &request, pClient);
		return ERROR_NOT_SUPPORTED;
	}
	client_recall(pBoot, hClientRequest, pClient);
	return ERROR_SUCCESS;
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
	link = locals_link(&pBoot->locals, &pClient->Local);
	if (link)
		memcpy(szInterface, link, PXE_BOOT_INTERFACE_SIZE);
	pthread_mutex_unlock(&pBoot->home->lock);
	return link != NULL;
}
