#include "match.h"

#include "arch.h"

static bool arch_holds(const struct settings *settings, const struct entry *entry,
		       const struct client *client)
{
	for (size_t i = 0; i < entry->archs.n && client->has_arch; i++) {
		uint16_t arch = entry->archs.at[i];

		if (arch == client->arch)
			return true;
		/* Firmware of both schools exists: x64 UEFI that says 7, and that says 9. */
		if (arch == ARCH_X64_UEFI && client->arch == ARCH_EBC && settings->ebc_is_x64)
			return true;
	}
	return entry->archs.n == 0;
}

static bool mac_holds(const struct entry *entry, const struct client *client)
{
	for (size_t i = 0; i < entry->macs.n; i++)
		if (mac_matches(&entry->macs.at[i], client->mac))
			return true;
	return entry->macs.n == 0;
}

static bool uuid_holds(const struct entry *entry, const struct client *client)
{
	for (size_t i = 0; i < entry->uuids.n && client->uuid; i++)
		if (uuid_matches(&entry->uuids.at[i], client->uuid))
			return true;
	return entry->uuids.n == 0;
}

static bool duid_holds(const struct entry *entry, const struct client *client)
{
	for (size_t i = 0; i < entry->duids.n; i++)
		if (octets_equal(octets_of(entry->duids.at[i].at, entry->duids.at[i].len),
				 client->duid))
			return true;
	return entry->duids.n == 0;
}

static bool subnet_of_entry_holds(const struct entry *entry, const struct client *client)
{
	for (size_t i = 0; i < entry->subnets.n; i++)
		if (subnet_holds(&entry->subnets.at[i], &client->network))
			return true;
	return entry->subnets.n == 0;
}

static bool user_class_holds(const struct entry *entry, const struct client *client)
{
	for (size_t i = 0; i < entry->user_classes.n; i++)
		for (size_t j = 0; j < client->n_user_classes; j++)
			if (octets_equal(octets_text(entry->user_classes.at[i]),
					 client->user_classes[j]))
				return true;
	return entry->user_classes.n == 0;
}

static bool vendor_class_holds(const struct entry *entry, const struct client *client)
{
	for (size_t i = 0; i < entry->vendor_classes.n; i++)
		for (size_t j = 0; j < client->n_vendor_classes; j++)
			if (octets_begin(client->vendor_classes[j],
					 octets_text(entry->vendor_classes.at[i])))
				return true;
	return entry->vendor_classes.n == 0;
}

static bool interface_holds(const struct entry *entry, const struct locals *locals,
			    const struct client *client)
{
	const char *name = entry->interfaces.n > 0 ? locals_name(locals, &client->local) : NULL;

	for (size_t i = 0; i < entry->interfaces.n && name; i++)
		if (strcmp(entry->interfaces.at[i], name) == 0)
			return true;
	return entry->interfaces.n == 0;
}

/* Can what the entry gives reach this client? */
static bool reaches(const struct entry *entry, const struct client *client)
{
	switch (entry->outcome) {
	case OUTCOME_FILE:
		return client->class != CLASS_HTTP &&
		       server_address(&entry->server, &client->local);
	case OUTCOME_URL:
		return !strstr(entry->text, "${server}") ||
		       server_address(&entry->server, &client->local);
	default:
		return true;
	}
}

static bool entry_holds(const struct settings *settings, const struct locals *locals,
			const struct entry *entry, const struct client *client)
{
	return (entry->families == 0 || (entry->families & client->family) != 0) &&
	       arch_holds(settings, entry, client) && mac_holds(entry, client) &&
	       uuid_holds(entry, client) && user_class_holds(entry, client) &&
	       vendor_class_holds(entry, client) && subnet_of_entry_holds(entry, client) &&
	       duid_holds(entry, client) && interface_holds(entry, locals, client) &&
	       reaches(entry, client);
}

const struct entry *match_find(const struct settings *settings, const struct locals *locals,
			       const struct client *client)
{
	struct host_walk walk = hosts_begin(&settings->hosts, client->mac, client->uuid);
	int64_t i;

	while ((i = hosts_next(&walk)) >= 0)
		if (entry_holds(settings, locals, &settings->entries[i], client))
			return &settings->entries[i];
	return NULL;
}
