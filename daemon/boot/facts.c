#include "boot/facts.h"

/* Appends texts, each with its length before it; those that do not fit are left out. */
static uint8_t texts_take(struct facts *facts, size_t *used, const PXE_BOOT_OCTETS *texts, size_t n)
{
	uint8_t taken = 0;

	for (size_t i = 0; i < n; i++) {
		if (texts[i].cbData > UINT8_MAX ||
		    texts[i].cbData + 1 > sizeof facts->texts - *used)
			continue;
		facts->texts[*used] = (uint8_t)texts[i].cbData;
		memcpy(facts->texts + *used + 1, texts[i].pData, texts[i].cbData);
		*used += 1 + texts[i].cbData;
		taken++;
	}
	return taken;
}

void facts_take(struct facts *facts, const PXE_BOOT_CLIENT *client)
{
	size_t used = 0;

	facts->has_arch = client->uArch != PXE_BOOT_ARCH_NONE;
	facts->arch = (uint16_t)client->uArch;
	facts->ipxe = client->bIpxe;
	facts->has_uuid = client->Uuid.cbData == UUID_LEN;
	if (facts->has_uuid)
		memcpy(facts->uuid, client->Uuid.pData, UUID_LEN);
	facts->has_mac = client->Mac.cbData == MAC_LEN;
	if (facts->has_mac)
		memcpy(facts->mac, client->Mac.pData, MAC_LEN);
	facts->n_vendor_classes =
		texts_take(facts, &used, client->VendorClasses, client->nVendorClasses);
	facts->n_user_classes = texts_take(facts, &used, client->UserClasses, client->nUserClasses);
}

/* Reads n texts back; returns how many octets they took. */
static size_t texts_give(const uint8_t *texts, uint8_t n, PXE_BOOT_OCTETS out[PXE_BOOT_LIST_MAX])
{
	size_t at = 0;

	for (uint8_t i = 0; i < n; i++) {
		out[i] = octets_of(texts + at + 1, texts[at]);
		at += 1u + texts[at];
	}
	return at;
}

/* Does the client's class leave out the end of what it was? */
static bool says_less(const PXE_BOOT_CLIENT *client, const PXE_BOOT_OCTETS *was, uint8_t n)
{
	return n > 0 && client->nVendorClasses <= n &&
	       (client->nVendorClasses == 0 || octets_begin(was[0], client->VendorClasses[0]));
}

static void fill_classes(const struct facts *facts, PXE_BOOT_CLIENT *client)
{
	PXE_BOOT_OCTETS vendor[PXE_BOOT_LIST_MAX], user[PXE_BOOT_LIST_MAX];
	size_t at = texts_give(facts->texts, facts->n_vendor_classes, vendor);

	texts_give(facts->texts + at, facts->n_user_classes, user);
	if (says_less(client, vendor, facts->n_vendor_classes)) {
		memcpy(client->VendorClasses, vendor, sizeof *vendor * facts->n_vendor_classes);
		client->nVendorClasses = facts->n_vendor_classes;
	}
	if (client->nUserClasses == 0 && facts->n_user_classes > 0) {
		memcpy(client->UserClasses, user, sizeof *user * facts->n_user_classes);
		client->nUserClasses = facts->n_user_classes;
	}
}

void facts_fill(const struct facts *facts, PXE_BOOT_CLIENT *client)
{
	const struct rest *rest = client_rest(client);

	if (!rest->arch_said && facts->has_arch)
		client->uArch = facts->arch;
	if (client->Uuid.cbData == 0 && facts->has_uuid && rest->sent_uuid.cbData == 0)
		client->Uuid = octets_of(facts->uuid, UUID_LEN);
	if (client->Mac.cbData == 0 && facts->has_mac)
		client->Mac = octets_of(facts->mac, MAC_LEN);
	client->bIpxe |= facts->ipxe;
	fill_classes(facts, client);
}
