#include "networks.h"

#include "name.h"

static bool is_link_local(const struct address *address)
{
	return address->len == 16 && address->at[0] == 0xfe && (address->at[1] & 0xc0) == 0x80;
}

/* An address that says in which network its link is: no link-local one, none that stands alone. */
static bool tells_network(const struct local *local)
{
	return local->network.bits < 8 * local->network.base.len &&
	       !is_link_local(&local->network.base);
}

/* The first address of the same link and family in another network; NULL: there is none. */
static const struct local *other_network(const struct locals *locals, const struct local *first)
{
	for (size_t i = 0; i < locals->n; i++) {
		const struct local *other = &locals->at[i];

		if (other->network.base.len == first->network.base.len &&
		    strcmp(other->link, first->link) == 0 && tells_network(other) &&
		    !subnet_holds(&first->network, &other->network.base) &&
		    !subnet_holds(&other->network, &first->network.base))
			return other;
	}
	return NULL;
}

static bool is_for_link(const struct entry *entry, const char *link)
{
	for (size_t i = 0; i < entry->interfaces.n; i++)
		if (strcmp(entry->interfaces.at[i], link) == 0)
			return true;
	return entry->interfaces.n == 0;
}

/* Does an answer by the entry say something that depends on which address is ours? Not where its
 * server is one of ours on the link, and not where the client is sent to some other host at once.
 */
static bool depends(const struct entry *entry, const struct locals *locals,
		    const struct local *first)
{
	const struct address *local = &first->network.base;
	const struct address *server = server_address(&entry->server, local);
	unsigned family = local->len == 4 ? FAMILY_4 : FAMILY_6;

	if ((entry->outcome != OUTCOME_FILE && entry->outcome != OUTCOME_URL) ||
	    (entry->families != 0 && !(entry->families & family)) || !server ||
	    !is_for_link(entry, first->link))
		return false;
	if (server == local)
		return true;
	return !locals_share_link(locals, local, server) &&
	       (family == FAMILY_6 || entry->shape != SHAPE_DIRECT);
}

static void tell(HANDLE provider, const struct local *first, const struct local *other)
{
	char text[2][64];

	name_address(&first->network.base, text[0]);
	name_address(&other->network.base, text[1]);
	PxeTrace(provider, PXE_TRACE_INFO,
		 L"%S has addresses in several networks, %S and %S among them. A client without an "
		 L"address does not say which network it is in, so all are told the address that "
		 L"the kernel lists first. If machines on %S do not boot, set server to this "
		 L"host's address in their network",
		 first->link, text[0], text[1], first->link);
}

void networks_tell(HANDLE provider, const struct settings *settings, const struct locals *locals)
{
	const struct local *told[2] = { NULL, NULL }; /* the last one of each family */

	for (size_t i = 0; i < locals->n; i++) {
		const struct local *first = &locals->at[i], *other, **last;

		last = &told[first->network.base.len == 16];
		if (!tells_network(first) || (*last && strcmp((*last)->link, first->link) == 0))
			continue;
		other = other_network(locals, first);
		for (uint32_t j = 0; other && j < settings->n_entries; j++) {
			if (!depends(&settings->entries[j], locals, first))
				continue;
			tell(provider, first, other);
			*last = first;
			break;
		}
	}
}
