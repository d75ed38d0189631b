#include "boot/facts.h"

enum { OPTION_HEAD = 4 };

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

/* Appends the options that the provider wants: each its code (two octets), the code in it, its
 * length, and its octets. Those that do not fit are left out. */
static void options_take(struct facts *facts, const struct rest *rest)
{
	size_t used = 0;

	facts->n_options = 0;
	for (uint8_t i = 0; i < rest->n_said; i++) {
		const struct said *said = &rest->said[i];
		uint8_t *at = facts->options + used;

		if (said->len > UINT8_MAX || (size_t)said->len + OPTION_HEAD > FACTS_OPTIONS - used)
			continue;
		at[0] = (uint8_t)(said->name.code >> 8);
		at[1] = (uint8_t)said->name.code;
		at[2] = said->name.sub;
		at[3] = (uint8_t)said->len;
		memcpy(at + OPTION_HEAD, rest_said(rest, said).pData, said->len);
		used += OPTION_HEAD + said->len;
		facts->n_options++;
	}
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
	options_take(facts, client_rest_of(client));
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

static void fill_options(const struct facts *facts, struct rest *rest)
{
	const uint8_t *at = facts->options;

	for (uint8_t i = 0; i < facts->n_options; i++, at += OPTION_HEAD + at[3]) {
		struct option_name name = { octets_be16(at), at[2] };

		if (!rest_find(rest, name))
			rest_say(rest, name, octets_of(at + OPTION_HEAD, at[3]));
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
	fill_options(facts, client_rest(client));
}
