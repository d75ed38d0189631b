#include "net/links_make.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/span.h"

static int link_compare(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

/* An array of `count` that may be empty, never NULL. */
static void *array_new(size_t count, size_t size)
{
	return calloc(count ? count : 1, size);
}

/* The mask of a hash that is at most half full. */
static uint32_t mask_for(size_t count)
{
	uint32_t size = 8;

	while (size < count * 2)
		size *= 2;
	return size - 1;
}

static int index_links(struct links_view *view)
{
	view->index_mask = mask_for(view->n_links);
	view->by_index = array_new((size_t)view->index_mask + 1, sizeof(*view->by_index));
	if (!view->by_index)
		return -ENOMEM;
	for (size_t i = 0; i < view->n_links; i++) {
		uint32_t h = index_hash(view->link[i].ifindex);

		while (view->by_index[h & view->index_mask])
			h++;
		view->by_index[h & view->index_mask] = (uint32_t)i + 1;
	}
	return 0;
}

/* By index. */
static int place_links(struct links_view *view, const struct links_raw *raw)
{
	view->link = array_new(raw->n_links, sizeof(*view->link));
	if (!view->link)
		return -ENOMEM;
	view->n_links = raw->n_links;
	if (raw->n_links > 0)
		memcpy(view->link, raw->link, raw->n_links * sizeof(*view->link));
	qsort(view->link, view->n_links, sizeof(*view->link), link_compare);
	return index_links(view);
}

static int index_own(struct links_view *view)
{
	view->own_mask = mask_for(view->n_addresses);
	view->own = array_new((size_t)view->own_mask + 1, sizeof(*view->own));
	if (!view->own)
		return -ENOMEM;
	for (size_t i = 0; i < view->n_addresses; i++) {
		uint32_t h = ip_hash(&view->address[i].ip);

		while (view->own[h & view->own_mask].family != IP_NONE)
			h++;
		view->own[h & view->own_mask] = view->address[i].ip;
	}
	return 0;
}

/* Addresses by link, IPv4 first, else in the kernel's order. */
static int place_addresses(struct links_view *view, const struct links_raw *raw)
{
	static const uint8_t families[] = { IP_V4, IP_V6 };
	uint32_t *count = array_new(view->n_links, sizeof(*count));
	uint32_t sum = 0;

	view->address = array_new(raw->n_addresses, sizeof(*view->address));
	if (!count || !view->address) {
		free(count);
		return -ENOMEM;
	}
	for (size_t i = 0; i < raw->n_addresses; i++) {
		const struct link *link = links_by_index(view, raw->address[i].ifindex);

		if (link)
			view->link[link - view->link].n_addresses++;
	}
	for (size_t i = 0; i < view->n_links; i++) {
		view->link[i].first_address = sum;
		sum += view->link[i].n_addresses;
	}
	for (size_t f = 0; f < ARRAY_LEN(families); f++)
		for (size_t i = 0; i < raw->n_addresses; i++) {
			const struct link_address *address = &raw->address[i];
			const struct link *link = links_by_index(view, address->ifindex);

			if (link && address->ip.family == families[f])
				view->address[link->first_address + count[link - view->link]++] =
					*address;
		}
	view->n_addresses = sum;
	free(count);
	return 0;
}

/* Do rules beyond the standard ones decide? None at all: a kernel without policy routing, or
 * without the family. */
static bool has_policy(const struct links_raw *raw, int family)
{
	unsigned needed = 1u << TABLE_LOCAL | 1u << TABLE_MAIN, rules = raw->rules[family];

	return raw->odd_rule[family] || (rules != 0 && (rules & needed) != needed);
}

/* Room for the routes of a family, none of them copied. */
static int routes_room(const struct links_raw *raw, int family, struct routes *out)
{
	size_t count = raw->n_routes[family];

	out->route = malloc((count ? count : 1) * sizeof(*out->route));
	out->prefix = malloc((count ? count : 1) * sizeof(*out->prefix));
	out->edge = malloc((count ? 2 * count : 1) * sizeof(*out->edge));
	if (!out->route || !out->prefix || !out->edge)
		return -ENOMEM;
	out->unknown = raw->too_many[family] || has_policy(raw, family);
	return 0;
}

int links_make_begin(struct links_making *making, const struct links_raw *raw)
{
	struct links_view *view = calloc(1, sizeof(*view));
	int r;

	if (!view)
		return -ENOMEM;
	*making = (struct links_making){ .view = view, .inside = NO_PREFIX };
	r = place_links(view, raw);
	if (r >= 0)
		r = place_addresses(view, raw);
	if (r >= 0)
		r = index_own(view);
	for (int f = 0; r >= 0 && f < N_FAMILIES; f++)
		r = routes_room(raw, f, &view->routes[f]);
	if (r < 0)
		links_make_done(making);
	return r;
}

void links_make_done(struct links_making *making)
{
	links_view_free(making->view);
	making->view = NULL;
}

/* From the address on, `prefix` is the longest. */
static void edge_add(struct routes *routes, uint8_t table, uint64_t high, uint64_t low,
		     uint32_t prefix)
{
	struct table_edges *edges = &routes->edges[table];
	struct edge *next = routes->edge + routes->n_edges;

	if (edges->count > 0 && next[-1].high == high && next[-1].low == low) {
		next[-1].prefix = prefix;
		return;
	}
	if (edges->count++ == 0)
		edges->first = routes->n_edges;
	routes->n_edges++;
	*next = (struct edge){ high, low, prefix };
}

/* The edge at the end of a prefix, behind which the one around it goes on; none where addresses end
 * there. */
static void prefix_close(struct routes *routes, uint32_t prefix)
{
	const struct route *route = &routes->route[routes->prefix[prefix].first];
	uint64_t high = load_be64(route->net.octet), low = load_be64(route->net.octet + 8);
	bool carry = route->bits == 0;

	if (route->bits > 64) {
		low += UINT64_C(1) << (128 - route->bits);
		carry = low == 0 && ++high == 0;
	} else if (route->bits > 0) {
		high += UINT64_C(1) << (64 - route->bits);
		carry = high == 0;
	}
	if (!carry)
		edge_add(routes, route->table, high, low, routes->prefix[prefix].around);
}

static bool prefix_holds(const struct routes *routes, uint32_t prefix, const struct route *route)
{
	const struct route *first = &routes->route[routes->prefix[prefix].first];

	return first->table == route->table && first->bits <= route->bits &&
	       ip_in_prefix(&route->net, &first->net, first->bits);
}

/* Closes the prefixes that do not hold the route (NULL: all). */
static void prefixes_close(struct links_making *making, const struct route *route)
{
	struct routes *routes = &making->view->routes[making->family];

	while (making->inside != NO_PREFIX &&
	       !(route && prefix_holds(routes, making->inside, route))) {
		prefix_close(routes, making->inside);
		making->inside = routes->prefix[making->inside].around;
	}
}

static bool prefix_is(const struct routes *routes, uint32_t prefix, const struct route *route)
{
	return prefix != NO_PREFIX &&
	       routes->route[routes->prefix[prefix].first].bits == route->bits;
}

/* The next route in order, which begins a prefix or belongs to the one that is open. */
static void route_copy(struct links_making *making, const struct route *route)
{
	struct routes *routes = &making->view->routes[making->family];
	uint32_t at = (uint32_t)routes->count++;

	routes->route[at] = *route;
	prefixes_close(making, route);
	if (!prefix_is(routes, making->inside, route)) {
		routes->prefix[routes->n_prefixes] = (struct prefix){ at, 0, making->inside };
		making->inside = routes->n_prefixes++;
		edge_add(routes, route->table, load_be64(route->net.octet),
			 load_be64(route->net.octet + 8), making->inside);
	}
	routes->prefix[making->inside].count++;
}

int links_make_more(struct links_making *making, const struct links_raw *raw, size_t slice,
		    struct links_view **out)
{
	for (; making->family < N_FAMILIES; making->family++) {
		struct routes *routes = &making->view->routes[making->family];

		for (; routes->count < raw->n_routes[making->family]; slice--) {
			if (slice == 0)
				return LINKS_E_MORE;
			route_copy(making, &raw->route[making->family][routes->count]);
		}
		prefixes_close(making, NULL);
	}
	*out = TAKE(making->view);
	return 0;
}
