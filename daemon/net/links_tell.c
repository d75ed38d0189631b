#include "net/links_tell.h"

#include <string.h>

static void tell(const struct links_owner *owner, enum links_event event, const struct link *link,
		 const struct link *old, const struct link_address *address)
{
	const struct links_change change = { event, link, old, address };

	owner->changed(owner->arg, &change);
}

/* The same link, not another with its index; NULL when it is not in the view. */
static const struct link *link_again(const struct links_view *view, const struct link *link)
{
	const struct link *found = view ? links_by_index(view, link->ifindex) : NULL;

	return found && found->born == link->born ? found : NULL;
}

static bool is_address(const struct link_address *address, const struct link_address *wanted)
{
	return !address->tentative && address->bits == wanted->bits &&
	       ip_equal(&address->ip, &wanted->ip) && ip_equal(&address->net, &wanted->net);
}

/* True when the link of the view has this address and may use it; `near` is where to look first. */
static bool has_address(const struct links_view *view, const struct link *link,
			const struct link_address *wanted, size_t near)
{
	const struct link_address *address;
	size_t count;

	if (!link)
		return false;
	address = links_addresses(view, link, &count);
	/* It is where it was, or near: what came or went before it moved it. */
	for (size_t i = 0; i < count; i++)
		if (is_address(&address[(near + i) % count], wanted))
			return true;
	return false;
}

/* Tells which usable addresses of `from` are not in `to`. */
static void tell_addresses(const struct links_owner *owner, enum links_event event,
			   const struct links_view *from, const struct links_view *to)
{
	for (size_t i = 0; i < from->n_links; i++) {
		const struct link *link = &from->link[i], *again = link_again(to, link);
		const struct link_address *address;
		size_t count;

		address = links_addresses(from, link, &count);
		for (size_t k = 0; k < count; k++)
			if (!address[k].tentative &&
			    !has_address(to, again, &address[k], k ? k - 1 : 0))
				tell(owner, event, link, NULL, &address[k]);
	}
}

static bool link_differs(const struct link *a, const struct link *b)
{
	return a->up != b->up || a->running != b->running || a->multicast != b->multicast ||
	       a->noarp != b->noarp || a->mtu != b->mtu || a->master != b->master ||
	       a->mac_len != b->mac_len || memcmp(a->mac, b->mac, a->mac_len) != 0;
}

static void tell_links(const struct links_owner *owner, const struct links_view *old,
		       const struct links_view *new)
{
	for (size_t i = 0; old && i < old->n_links; i++)
		if (!link_again(new, &old->link[i]))
			tell(owner, LINKS_LINK_GONE, &old->link[i], NULL, NULL);
	for (size_t i = 0; i < new->n_links; i++) {
		const struct link *link = &new->link[i], *was = link_again(old, link);

		if (!was) {
			tell(owner, LINKS_LINK_NEW, link, NULL, NULL);
			continue;
		}
		if (strcmp(was->name, link->name) != 0)
			tell(owner, LINKS_LINK_RENAMED, link, was, NULL);
		if (link_differs(was, link))
			tell(owner, LINKS_LINK_CHANGED, link, was, NULL);
	}
}

void links_tell(const struct links_owner *owner, const struct links_view *old,
		const struct links_view *new)
{
	if (!owner->changed)
		return;
	if (old)
		tell_addresses(owner, LINKS_ADDRESS_GONE, old, new);
	tell_links(owner, old, new);
	if (old)
		tell_addresses(owner, LINKS_ADDRESS_NEW, new, old);
	else
		tell_addresses(owner, LINKS_ADDRESS_NEW, new,
			       &(struct links_view){ .by_index = (uint32_t[]){ 0 } });
}
