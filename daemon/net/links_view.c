#include "net/links_view.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void links_raw_done(struct links_raw *raw)
{
	free(raw->link);
	free(raw->address);
	for (int f = 0; f < N_FAMILIES; f++)
		free(raw->route[f]);
	*raw = (struct links_raw){ 0 };
}

void links_view_free(struct links_view *view)
{
	if (!view)
		return;
	for (int f = 0; f < N_FAMILIES; f++) {
		free(view->routes[f].route);
		free(view->routes[f].group);
	}
	free(view->own);
	free(view->by_index);
	free(view->address);
	free(view->link);
	free(view);
}

static void links_view_freep(struct links_view **view)
{
	links_view_free(*view);
}

/* ---- making ------------------------------------------------------------------------------- */

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

static uint32_t index_hash(unsigned ifindex)
{
	return ifindex * 2654435761u >> 8;
}

static uint32_t ip_hash(const struct ip *ip)
{
	uint64_t high, low;

	memcpy(&high, ip->octet, 8);
	memcpy(&low, ip->octet + 8, 8);
	return (uint32_t)(((high * 0x9e3779b97f4a7c15u) ^ low) * 0xff51afd7ed558ccdu >> 32);
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

	if (!count)
		return -ENOMEM;
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

int links_view_new(const struct links_raw *raw, struct links_view **out)
{
	_cleanup_(links_view_freep) struct links_view *view = calloc(1, sizeof(*view));
	int r;

	if (!view)
		return -ENOMEM;
	view->link = array_new(raw->n_links, sizeof(*view->link));
	view->address = array_new(raw->n_addresses, sizeof(*view->address));
	if (!view->link || !view->address)
		return -ENOMEM;
	view->n_links = raw->n_links;
	if (raw->n_links > 0)
		memcpy(view->link, raw->link, raw->n_links * sizeof(*view->link));
	qsort(view->link, view->n_links, sizeof(*view->link), link_compare);
	r = index_links(view);
	if (r >= 0)
		r = place_addresses(view, raw);
	if (r >= 0)
		r = index_own(view);
	for (int f = 0; r >= 0 && f < N_FAMILIES; f++)
		r = links_routes_make(raw, f, &view->routes[f]);
	if (r < 0)
		return r;
	*out = TAKE(view);
	return 0;
}

/* ---- look-ups ----------------------------------------------------------------------------- */

const struct link *links_all(const struct links_view *view, size_t *count)
{
	*count = view->n_links;
	return view->link;
}

const struct link_address *links_addresses(const struct links_view *view, const struct link *link,
					   size_t *count)
{
	*count = link->n_addresses;
	return view->address + link->first_address;
}

const struct link *links_by_index(const struct links_view *view, unsigned ifindex)
{
	for (uint32_t h = index_hash(ifindex);; h++) {
		uint32_t place = view->by_index[h & view->index_mask];

		if (place == 0)
			return NULL;
		if (view->link[place - 1].ifindex == ifindex)
			return &view->link[place - 1];
	}
}

const struct link *links_by_name(const struct links_view *view, const char *name)
{
	for (size_t i = 0; i < view->n_links; i++)
		if (strcmp(view->link[i].name, name) == 0)
			return &view->link[i];
	return NULL;
}

uint64_t links_serial(const struct links_view *view)
{
	return view->serial;
}

bool links_is_own(const struct links_view *view, const struct ip *ip)
{
	for (uint32_t h = ip_hash(ip);; h++) {
		const struct ip *own = &view->own[h & view->own_mask];

		if (own->family == IP_NONE)
			return false;
		if (ip_equal(own, ip))
			return true;
	}
}

/* What decides between two addresses of a link, in this order; lower is better. */
struct rank {
	unsigned fallback, scope6, prefix, scope, secondary;
};

static struct rank address_rank(const struct link_address *address, const struct ip *hint)
{
	bool v6 = address->ip.family == IP_V6;

	return (struct rank){
		.fallback = address->deprecated || address->temporary,
		.scope6 = v6 ? address->scope : 0,
		.prefix = hint && ip_in_prefix(hint, &address->net, address->bits)
				  ? 128u - address->bits
				  : 256u,
		.scope = v6 ? 0 : address->scope,
		.secondary = address->secondary,
	};
}

static bool rank_better(const struct rank *a, const struct rank *b)
{
	if (a->fallback != b->fallback)
		return a->fallback < b->fallback;
	if (a->scope6 != b->scope6)
		return a->scope6 < b->scope6;
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix;
	if (a->scope != b->scope)
		return a->scope < b->scope;
	return a->secondary < b->secondary;
}

bool links_own_address(const struct links_view *view, unsigned ifindex, uint8_t family,
		       const struct ip *hint, struct ip *out)
{
	const struct link *link = links_by_index(view, ifindex);
	const struct link_address *address, *best = NULL;
	struct rank best_rank = { 0 };
	size_t count;

	if (!link)
		return false;
	address = links_addresses(view, link, &count);
	for (size_t i = 0; i < count; i++) {
		struct rank rank;

		if (address[i].ip.family != family || address[i].tentative)
			continue;
		rank = address_rank(&address[i], hint);
		if (!best || rank_better(&rank, &best_rank)) {
			best = &address[i];
			best_rank = rank;
		}
	}
	if (!best)
		return false;
	*out = best->ip;
	return true;
}
