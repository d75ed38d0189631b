#include "never.h"

#include "exclusion.h"

/* The first condition that holds in the other family alone; n_conditions: there is none. */
static size_t alone_in(const struct entry *entry, unsigned family)
{
	for (uint32_t left = entry->conditions; left != 0; left &= left - 1)
		if (condition_families((size_t)__builtin_ctz(left), entry) == family)
			return (size_t)__builtin_ctz(left);
	return n_conditions;
}

static void tell_families(const struct keys *keys, const struct entry *entry)
{
	size_t four = alone_in(entry, FAMILY_4), six = alone_in(entry, FAMILY_6);

	if (four < n_conditions && six < n_conditions)
		keys_warn(keys, conditions[four].name,
			  "never matches beside %s: the one is IPv4's, the other IPv6's [W0173]",
			  conditions[six].name);
}

/* A user class that iPXE alone has, and not iPXE. */
static void tell_ipxe(const struct keys *keys, const struct entry *entry)
{
	const struct texts *classes = entry_texts(entry, CONDITION_USER_CLASS);
	size_t n = 0;

	if (!entry_has(entry, CONDITION_IPXE) || entry_own(entry, CONDITION_IPXE)->features.ipxe)
		return;
	while (n < classes->n && strcmp(classes->at[n], "iPXE") == 0)
		n++;
	if (n > 0 && n == classes->n)
		keys_warn(keys, "ipxe",
			  "never matches beside user-class: only iPXE has that class [W0173]");
}

/* A condition of the entry that its own not excludes. */
static void tell_not(const struct keys *keys, const struct entry *entry)
{
	for (uint32_t left = entry->conditions; left != 0; left &= left - 1) {
		size_t condition = (size_t)__builtin_ctz(left);

		if (condition != CONDITION_NOT &&
		    not_excludes_all(entry_nots(entry), condition, entry))
			keys_warn(keys, "not",
				  "never matches beside %s: it excludes all of them [W0173]",
				  conditions[condition].name);
	}
}

void never_tell(const struct keys *keys, const struct entry *entry)
{
	tell_families(keys, entry);
	tell_ipxe(keys, entry);
	tell_not(keys, entry);
}
