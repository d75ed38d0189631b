#include "facts.h"

/* Appends texts, each with its length before it; those that do not fit are left out. */
static uint8_t texts_take(struct facts *facts, size_t *used, const struct octets *texts, size_t n)
{
	uint8_t taken = 0;

	for (size_t i = 0; i < n; i++) {
		if (texts[i].len > UINT8_MAX || texts[i].len + 1 > sizeof facts->texts - *used)
			continue;
		facts->texts[*used] = (uint8_t)texts[i].len;
		memcpy(facts->texts + *used + 1, texts[i].at, texts[i].len);
		*used += 1 + texts[i].len;
		taken++;
	}
	return taken;
}

void facts_take(struct facts *facts, const struct client *client)
{
	size_t used = 0;

	facts->arch = client->arch;
	facts->has_arch = client->has_arch;
	facts->ipxe = client->ipxe;
	facts->has_uuid = client->uuid != NULL;
	if (client->uuid)
		memcpy(facts->uuid, client->uuid, UUID_LEN);
	facts->has_mac = client->mac.len == MAC_LEN;
	if (facts->has_mac)
		memcpy(facts->mac, client->mac.at, MAC_LEN);
	facts->n_vendor_classes =
		texts_take(facts, &used, client->vendor_classes, client->n_vendor_classes);
	facts->n_user_classes =
		texts_take(facts, &used, client->user_classes, client->n_user_classes);
}

/* Reads n texts back; returns how many octets they took. */
static size_t texts_give(const uint8_t *texts, uint8_t n, struct octets out[CLIENT_LIST_MAX])
{
	size_t at = 0;

	for (uint8_t i = 0; i < n; i++) {
		out[i] = octets_of(texts + at + 1, texts[at]);
		at += 1u + texts[at];
	}
	return at;
}

/* Does the client's class leave out the end of what it was? */
static bool says_less(const struct client *client, const struct octets *was, uint8_t n)
{
	return n > 0 && client->n_vendor_classes <= n &&
	       (client->n_vendor_classes == 0 || octets_begin(was[0], client->vendor_classes[0]));
}

static void fill_classes(const struct facts *facts, struct client *client)
{
	struct octets vendor[CLIENT_LIST_MAX], user[CLIENT_LIST_MAX];
	size_t at = texts_give(facts->texts, facts->n_vendor_classes, vendor);

	texts_give(facts->texts + at, facts->n_user_classes, user);
	if (says_less(client, vendor, facts->n_vendor_classes)) {
		memcpy(client->vendor_classes, vendor, sizeof *vendor * facts->n_vendor_classes);
		client->n_vendor_classes = facts->n_vendor_classes;
	}
	if (client->n_user_classes == 0 && facts->n_user_classes > 0) {
		memcpy(client->user_classes, user, sizeof *user * facts->n_user_classes);
		client->n_user_classes = facts->n_user_classes;
	}
}

void facts_fill(const struct facts *facts, struct client *client)
{
	if (!client->arch_said && facts->has_arch) {
		client->has_arch = true;
		client->arch = facts->arch;
	}
	if (!client->uuid && facts->has_uuid && client->sent_uuid.len == 0)
		client->uuid = facts->uuid;
	if (client->mac.len == 0 && facts->has_mac)
		client->mac = octets_of(facts->mac, MAC_LEN);
	client->ipxe |= facts->ipxe;
	fill_classes(facts, client);
}
