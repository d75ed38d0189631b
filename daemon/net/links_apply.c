/* Notifications, applied one by one to what netlink told before. */
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "net/links_parse.h"
#include "net/links_raw.h"

enum { ASK_ROUTES = LINKS_ASK_ROUTES_V4 | LINKS_ASK_ROUTES_V6 };

/* Opens a gap for one more at place `at`. NULL: no memory. */
static void *array_insert(void *array, size_t size, size_t at, size_t *count, size_t *room)
{
	uint8_t *base, *gap;

	if (!links_array_more(array, size, count, room))
		return NULL;
	base = *(void **)array;
	gap = base + at * size;
	memmove(gap + size, gap, (*count - 1 - at) * size);
	return gap;
}

static void array_remove(void *array, size_t size, size_t at, size_t *count)
{
	uint8_t *gone = (uint8_t *)array + at * size;

	(*count)--;
	memmove(gone, gone + size, (*count - at) * size);
}

/* ---- links -------------------------------------------------------------------------------- */

static struct link *link_find(const struct links_raw *raw, unsigned ifindex)
{
	for (size_t i = 0; i < raw->n_links; i++)
		if (raw->link[i].ifindex == ifindex)
			return &raw->link[i];
	return NULL;
}

/* Routes are asked for where a link's state changes: not every route that goes or comes with it is
 * told of. */
static unsigned link_here(struct links_raw *raw, const struct link *told, unsigned *changed)
{
	struct link *link = link_find(raw, told->ifindex);
	unsigned ask = 0;
	uint64_t born;

	if (!link) {
		link = links_array_more(&raw->link, sizeof(*link), &raw->n_links, &raw->links_room);
		if (!link)
			return LINKS_ASK_LINKS;
	} else if (link->up != told->up || link->running != told->running ||
		   link->master != told->master) {
		ask = ASK_ROUTES;
	}
	born = link->born;
	*link = *told;
	link->born = born;
	*changed |= LINKS_ASK_LINKS;
	return ask;
}

static unsigned link_gone(struct links_raw *raw, unsigned ifindex, unsigned *changed)
{
	const struct link *link = link_find(raw, ifindex);

	if (!link)
		return 0;
	array_remove(raw->link, sizeof(*link), (size_t)(link - raw->link), &raw->n_links);
	*changed |= LINKS_ASK_LINKS;
	return ASK_ROUTES;
}

static unsigned apply_link(struct links_raw *raw, const struct nlmsghdr *message, unsigned *changed)
{
	struct link told;

	if (!links_parse_link(message, &told))
		return 0;
	return message->nlmsg_type == RTM_NEWLINK ? link_here(raw, &told, changed)
						  : link_gone(raw, told.ifindex, changed);
}

/* ---- addresses ---------------------------------------------------------------------------- */

static bool is_beside(const struct link_address *a, const struct link_address *b)
{
	return a->ifindex == b->ifindex && a->ip.family == b->ip.family;
}

static struct link_address *address_find(const struct links_raw *raw,
					 const struct link_address *told)
{
	for (size_t i = 0; i < raw->n_addresses; i++) {
		struct link_address *address = &raw->address[i];

		if (is_beside(address, told) && address->bits == told->bits &&
		    ip_equal(&address->ip, &told->ip) && ip_equal(&address->net, &told->net))
			return address;
	}
	return NULL;
}

/* Where the kernel puts a new one among those of its link. IPv4: a secondary one last, a primary
 * one behind the last primary one of its scope or a wider one. IPv6: before the first of its scope
 * or a narrower one. */
static size_t address_place(const struct links_raw *raw, const struct link_address *told)
{
	size_t first = raw->n_addresses, place = raw->n_addresses;

	for (size_t i = 0; i < raw->n_addresses; i++) {
		const struct link_address *address = &raw->address[i];

		if (!is_beside(address, told))
			continue;
		if (first == raw->n_addresses)
			first = place = i;
		if (told->ip.family == IP_V6 && address->scope >= told->scope)
			return i;
		if (told->ip.family == IP_V6 || told->secondary ||
		    (!address->secondary && address->scope >= told->scope))
			place = i + 1;
	}
	return place;
}

static unsigned address_here(struct links_raw *raw, const struct link_address *told,
			     unsigned *changed)
{
	struct link_address *address = address_find(raw, told);

	*changed |= LINKS_ASK_ADDRESSES;
	if (address && address->secondary && !told->secondary) { /* it moves to the primary ones */
		array_remove(raw->address, sizeof(*address), (size_t)(address - raw->address),
			     &raw->n_addresses);
		address = NULL;
	}
	if (!address)
		address = array_insert(&raw->address, sizeof(*address), address_place(raw, told),
				       &raw->n_addresses, &raw->addresses_room);
	if (!address)
		return LINKS_ASK_ADDRESSES;
	*address = *told;
	return 0;
}

/* An IPv4 route that names it as its source goes untold. */
static unsigned address_gone(struct links_raw *raw, const struct link_address *told,
			     unsigned *changed)
{
	const struct link_address *address = address_find(raw, told);

	if (!address)
		return 0;
	array_remove(raw->address, sizeof(*address), (size_t)(address - raw->address),
		     &raw->n_addresses);
	*changed |= LINKS_ASK_ADDRESSES;
	return told->ip.family == IP_V4 ? LINKS_ASK_ROUTES_V4 : 0;
}

static unsigned apply_address(struct links_raw *raw, const struct nlmsghdr *message,
			      unsigned *changed)
{
	struct link_address told;

	if (!links_parse_address(message, &told))
		return 0;
	return message->nlmsg_type == RTM_NEWADDR ? address_here(raw, &told, changed)
						  : address_gone(raw, &told, changed);
}

/* ---- routes ------------------------------------------------------------------------------- */

/* The first route that is not before `route`, and how many from there have its prefix and metric:
 * which of those a notification means, only the kernel knows. */
static size_t routes_seek(const struct links_raw *raw, int family, const struct route *route,
			  size_t *alike)
{
	const struct route *all = raw->route[family];
	struct route key = *route;
	size_t low = 0, high = raw->n_routes[family];

	key.order = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (links_route_compare(&all[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*alike = 0; low + *alike < raw->n_routes[family]; (*alike)++) {
		const struct route *other = &all[low + *alike];

		key.order = other->order;
		if (links_route_compare(other, &key) != 0)
			break;
	}
	return low;
}

/* The same way, whatever the order. */
static bool same_way(const struct route *a, const struct route *b)
{
	return a->type == b->type && a->scope == b->scope && a->ifindex == b->ifindex &&
	       ip_equal(&a->gateway, &b->gateway) && ip_equal(&a->source, &b->source);
}

/* False: it has to be asked for. */
static bool route_here(struct links_raw *raw, int family, const struct route *told, bool replace,
		       unsigned *changed)
{
	size_t alike, at = routes_seek(raw, family, told, &alike);
	struct route *route = NULL;

	if (alike > 1)
		return false;
	if (alike == 1) {
		route = raw->route[family] + at;
		if (same_way(route, told))
			return true;
		if (!replace)
			return false;
	} else {
		if (raw->n_routes[family] >= LINKS_ROUTES_MAX)
			return false;
		route = array_insert(&raw->route[family], sizeof(*route), at,
				     &raw->n_routes[family], &raw->routes_room[family]);
		if (!route)
			return false;
	}
	*route = *told;
	route->order = 1;
	*changed |= family == FAMILY_V4 ? LINKS_ASK_ROUTES_V4 : LINKS_ASK_ROUTES_V6;
	return true;
}

static bool route_gone(struct links_raw *raw, int family, const struct route *told,
		       unsigned *changed)
{
	size_t alike, at = routes_seek(raw, family, told, &alike);

	if (alike == 0)
		return true;
	if (alike > 1 || !same_way(&raw->route[family][at], told))
		return false;
	array_remove(raw->route[family], sizeof(*told), at, &raw->n_routes[family]);
	*changed |= family == FAMILY_V4 ? LINKS_ASK_ROUTES_V4 : LINKS_ASK_ROUTES_V6;
	return true;
}

static unsigned apply_route(struct links_raw *raw, const struct nlmsghdr *message,
			    unsigned *changed)
{
	bool replace = message->nlmsg_flags & NLM_F_REPLACE;
	const struct nlattr *multipath;
	struct route told;
	int family;
	bool done;

	if (!links_parse_route(message, &family, &told, &multipath) || raw->too_many[family])
		return 0;
	if (multipath)
		done = false;
	else if (message->nlmsg_type == RTM_NEWROUTE)
		done = route_here(raw, family, &told, replace, changed);
	else
		done = route_gone(raw, family, &told, changed);
	if (done)
		return 0;
	return family == FAMILY_V4 ? LINKS_ASK_ROUTES_V4 : LINKS_ASK_ROUTES_V6;
}

unsigned links_apply(struct links_raw *raw, const struct nlmsghdr *message, unsigned *changed)
{
	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return apply_link(raw, message, changed);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return apply_address(raw, message, changed);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return apply_route(raw, message, changed);
	case RTM_NEWRULE:
	case RTM_DELRULE:
		return LINKS_ASK_RULES;
	default:
		return 0;
	}
}
