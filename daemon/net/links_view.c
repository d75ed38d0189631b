#include "net/links_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void links_view_free(struct links_view *view)
{
	if (!view)
		return;
	for (int f = 0; f < N_FAMILIES; f++) {
		free(view->routes[f].route);
		free(view->routes[f].prefix);
		free(view->routes[f].edge);
	}
	free(view->own);
	free(view->by_index);
	free(view->address);
	free(view->link);
	free(view);
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
