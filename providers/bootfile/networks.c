#include "networks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* This host's addresses, in the kernel's order. */
struct locals {
	PXE_BOOT_LOCAL *at; /* owned */
	size_t n;
};

static int locals_grow(struct locals *locals)
{
	PXE_BOOT_LOCAL *at = realloc(locals->at, (locals->n + 1) * sizeof *at);

	if (!at)
		return -ENOMEM;
	locals->at = at;
	at[locals->n] = (PXE_BOOT_LOCAL){ .cbSize = sizeof *at };
	return 0;
}

static struct locals locals_read(PXE_BOOT *boot)
{
	struct locals locals = { NULL, 0 };

	while (locals_grow(&locals) == 0 &&
	       PxeBootLocal(boot, (ULONG)locals.n, &locals.at[locals.n]) == ERROR_SUCCESS)
		locals.n++;
	return locals;
}

static bool is_link_local(const PXE_BOOT_IP *ip)
{
	return ip->uAddrLen == 16 && ip->bAddress[0] == 0xfe && (ip->bAddress[1] & 0xc0) == 0x80;
}

/* An address that says in which network its link is: no link-local one, none that stands alone. */
static bool tells_network(const PXE_BOOT_LOCAL *local)
{
	return local->uPrefix < 8 * local->Address.uAddrLen && !is_link_local(&local->Address);
}

static bool holds(const PXE_BOOT_LOCAL *local, const PXE_BOOT_IP *ip)
{
	struct subnet_pattern network = { local->Address, (uint8_t)local->uPrefix };

	return subnet_holds(&network, ip);
}

static bool same_link(const PXE_BOOT_LOCAL *a, const PXE_BOOT_LOCAL *b)
{
	return strcmp(a->szInterface, b->szInterface) == 0;
}

/* The first address of the same link and family in another network; NULL: there is none. */
static const PXE_BOOT_LOCAL *other_network(const struct locals *locals, const PXE_BOOT_LOCAL *first)
{
	for (size_t i = 0; i < locals->n; i++) {
		const PXE_BOOT_LOCAL *other = &locals->at[i];

		if (other->Address.uAddrLen == first->Address.uAddrLen && same_link(other, first) &&
		    tells_network(other) && !holds(first, &other->Address) &&
		    !holds(other, &first->Address))
			return other;
	}
	return NULL;
}

static bool is_for_link(const struct entry *entry, const char *link)
{
	for (size_t i = 0; i < entry_texts(entry, CONDITION_INTERFACE)->n; i++)
		if (strcmp(entry_texts(entry, CONDITION_INTERFACE)->at[i], link) == 0)
			return true;
	return entry_texts(entry, CONDITION_INTERFACE)->n == 0;
}

/* Does the link have an address of ours? */
static bool link_has(const struct locals *locals, const PXE_BOOT_LOCAL *link, const PXE_BOOT_IP *ip)
{
	for (size_t i = 0; i < locals->n; i++)
		if (same_link(&locals->at[i], link) &&
		    locals->at[i].Address.uAddrLen == ip->uAddrLen &&
		    memcmp(locals->at[i].Address.bAddress, ip->bAddress, ip->uAddrLen) == 0)
			return true;
	return false;
}

/* Does the entry say by which address answers name this host? */
static bool has_identity(const struct entry *entry, const PXE_BOOT_IP *local)
{
	const PXE_BOOT_SERVER *identity = entry->gives->answer.pIdentity;

	return identity && server_address(identity, local);
}

/* Does an answer by the entry say something that depends on which address is ours? Not where its
 * server is one of ours on the link, and not where the client is sent to some other host at once.
 */
static bool depends(const struct entry *entry, const struct locals *locals,
		    const PXE_BOOT_LOCAL *first)
{
	const PXE_BOOT_IP *local = &first->Address;
	const PXE_BOOT_IP *server = server_address(&entry->gives->server, local);
	unsigned family = local->uAddrLen == 4 ? FAMILY_4 : FAMILY_6;

	if (!entry_serves(entry) ||
	    (entry_families(entry) != 0 && !(entry_families(entry) & family)) || !server ||
	    !is_for_link(entry, first->szInterface))
		return false;
	if (server == local)
		return true;
	return !link_has(locals, first, server) && !has_identity(entry, local) &&
	       (family == FAMILY_6 || entry->gives->answer.uShape != PXE_BOOT_SHAPE_DIRECT);
}

/* As in a URL: IPv6 in brackets. */
static void host_text(const PXE_BOOT_IP *ip, char out[72])
{
	char text[64];

	address_text(ip, text);
	snprintf(out, 72, ip->uAddrLen == 4 ? "%s" : "[%s]", text);
}

static void tell(HANDLE provider, const PXE_BOOT_LOCAL *first, const PXE_BOOT_LOCAL *other)
{
	char text[2][72];

	host_text(&first->Address, text[0]);
	host_text(&other->Address, text[1]);
	PxeTrace(provider, PXE_TRACE_INFO,
		 L"%S has addresses in several networks, %S and %S among them. A client without an "
		 L"address does not say which network it is in, so all are told the address that "
		 L"the kernel lists first. If machines on %S do not boot, set server to this "
		 L"host's address in their network",
		 first->szInterface, text[0], text[1], first->szInterface);
}

static bool any_depends(const struct settings *settings, const struct locals *locals,
			const PXE_BOOT_LOCAL *first)
{
	for (uint32_t i = 0; i < settings->n_entries; i++)
		if (depends(&settings->entries[i], locals, first))
			return true;
	return false;
}

void networks_tell(HANDLE provider, const struct settings *settings, PXE_BOOT *boot)
{
	const PXE_BOOT_LOCAL *told[2] = { NULL, NULL }; /* the last one of each family */
	struct locals locals = locals_read(boot);

	for (size_t i = 0; i < locals.n; i++) {
		const PXE_BOOT_LOCAL *first = &locals.at[i], *other, **last;

		last = &told[first->Address.uAddrLen == 16];
		if (!tells_network(first) || (*last && same_link(*last, first)))
			continue;
		other = other_network(&locals, first);
		if (!other || !any_depends(settings, &locals, first))
			continue;
		tell(provider, first, other);
		*last = first;
	}
	free(locals.at);
}
