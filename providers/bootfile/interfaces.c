#include "interfaces.h"

#include <net/if.h>

/* Does this host have an interface that fits? */
static bool has_interface(const char *glob)
{
	struct if_nameindex *all = if_nameindex();
	bool found = false;

	for (struct if_nameindex *at = all; at && at->if_index != 0; at++)
		found |= name_matches(glob, octets_text(at->if_name));
	if (all)
		if_freenameindex(all);
	return found;
}

/* Interfaces may come later, so this is no mistake for certain. */
static void doubt_interface(const struct keys *keys, const char *key, size_t i, const char *name,
			    bool excludes)
{
	bool whole = name_begins(name) == 0;
	char real[IF_NAMESIZE];
	unsigned index = if_nametoindex(name);

	if (strpbrk(name, " \t"))
		return; /* told */
	if (strcspn(name, "*?") + name_begins(name) < strlen(name))
		keys_warn_member(
			keys, key, i,
			"\"%s\" never matches, because a * at the end is the only wildcard "
			"[W0159]",
			name);
	else if (index == 0 && (whole || !excludes) && !has_interface(name))
		keys_warn_member(keys, key, i,
				 "this host has no interface \"%s\": no client %s until it has one "
				 "[W0160]",
				 name, excludes ? "is excluded by it" : "matches");
	else if (index != 0 && if_indextoname(index, real) && strcmp(real, name) != 0)
		keys_warn_member(keys, key, i,
				 "\"%s\" never matches, because it is another name or a label "
				 "of %s: write \"%s\" [W0132]",
				 name, real, real);
}

void interfaces_doubt(const struct keys *keys, const struct entry *entry, bool excludes)
{
	const struct texts *interfaces = entry_texts(entry, CONDITION_INTERFACE);
	const struct targets *targets = &entry_own(entry, CONDITION_SENT_TO)->targets;

	for (size_t i = 0; i < interfaces->n; i++)
		doubt_interface(keys, "interface", i, interfaces->at[i], excludes);
	for (size_t i = 0; i < targets->n; i++)
		if (targets->at[i].interface[0] != '\0')
			doubt_interface(keys, "sent-to", i, targets->at[i].interface, excludes);
}
