#include "boot/kinds.h"

#include <stddef.h>
#include <stdlib.h>

#include "boot/client4.h"

enum { KINDS = 16 };

struct kind {
	ULONGLONG number; /* 0: nothing is kept */
	uint32_t age;     /* of this host's addresses, when it was read */
	PXE_BOOT_CLIENT client;
};

static struct kind *place_of(const PXE_BOOT *boot, ULONGLONG kind)
{
	return &boot->kinds[kind % KINDS];
}

/* All that may be used of it. */
static void copy(const PXE_BOOT_CLIENT *from, PXE_BOOT_CLIENT *to)
{
	const struct rest *rest = client_rest_of(from);

	memcpy(&to->uFamily, &from->uFamily,
	       offsetof(PXE_BOOT_CLIENT, VendorClasses) - offsetof(PXE_BOOT_CLIENT, uFamily));
	memcpy(to->VendorClasses, from->VendorClasses,
	       from->nVendorClasses * sizeof *from->VendorClasses);
	memcpy(to->UserClasses, from->UserClasses, from->nUserClasses * sizeof *from->UserClasses);
	memcpy(client_rest(to), rest,
	       offsetof(struct rest, said) + rest->n_said * sizeof *rest->said);
}

/* From the octets of one request to the same ones of another. */
static PXE_BOOT_OCTETS moved(PXE_BOOT_OCTETS value, const uint8_t *from, const uint8_t *to)
{
	uintptr_t at = (uintptr_t)value.pData;

	if (at == 0)
		return value;
	return octets_of((const uint8_t *)(at - (uintptr_t)from + (uintptr_t)to), value.cbData);
}

static void move(PXE_BOOT_CLIENT *client, const struct request *request)
{
	struct rest *rest = client_rest(client);
	const uint8_t *from = rest->packet, *to = request->packet;

	for (ULONG i = 0; i < client->nVendorClasses; i++)
		client->VendorClasses[i] = moved(client->VendorClasses[i], from, to);
	for (ULONG i = 0; i < client->nUserClasses; i++)
		client->UserClasses[i] = moved(client->UserClasses[i], from, to);
	rest->class_text = moved(rest->class_text, from, to);
	rest->sent_uuid = moved(rest->sent_uuid, from, to);
	rest->sent_id = moved(rest->sent_id, from, to);
	rest->packet = request->packet;
	rest->handle = request->handle;
}

bool kinds_give(const PXE_BOOT *boot, ULONGLONG kind, const struct request *request,
		PXE_BOOT_CLIENT *out)
{
	const struct kind *kept;

	if (kind == 0 || !boot->kinds)
		return false;
	kept = place_of(boot, kind);
	if (kept->number != kind || kept->age != boot->replies4.age ||
	    kept->client.Local.uAddrLen != request->local->uAddrLen ||
	    memcmp(kept->client.Local.bAddress, request->local->bAddress, 4) != 0)
		return false;
	copy(&kept->client, out);
	move(out, request);
	client4_read_own(boot, request, out);
	return true;
}

/* Does the provider want a part of a value that is each machine's own? */
static bool looks_inside(const struct wanted *wanted)
{
	for (uint8_t i = 0; i < wanted->n; i++)
		if (wanted->at[i].sub != 0 &&
		    (wanted->at[i].code == PXE_DHCP4_OPT_REQUESTED_ADDRESS ||
		     wanted->at[i].code == PXE_DHCP4_OPT_CLIENT_ID ||
		     wanted->at[i].code == PXE_DHCP4_OPT_UUID))
			return true;
	return false;
}

void kinds_keep(PXE_BOOT *boot, ULONGLONG kind, const PXE_BOOT_CLIENT *client)
{
	struct kind *kept;

	if (kind == 0 || client_rest_of(client)->scratch_used > 0 ||
	    looks_inside(&boot->options.wanted4))
		return;
	if (!boot->kinds)
		boot->kinds = calloc(KINDS, sizeof *boot->kinds);
	if (!boot->kinds)
		return;
	kept = place_of(boot, kind);
	kept->number = kind;
	kept->age = boot->replies4.age;
	copy(client, &kept->client);
}

void kinds_free(struct kind *kinds)
{
	free(kinds);
}
