/* The order of routes. They come in the kernel's order; a heap brings them into ours, some at a
 * time, so that no turn of the loop sorts a whole table: qsort() takes 20 ms for LINKS_ROUTES_MAX
 * of them, in which the loop would answer nobody. */
#include <errno.h>

#include "net/links_raw.h"

struct ip links_mask(const struct ip *ip, unsigned bits)
{
	struct ip masked = *ip;
	size_t len = ip_len(ip);

	for (size_t i = 0; i < len; i++) {
		unsigned kept = bits > i * 8 ? bits - (unsigned)i * 8 : 0;

		if (kept < 8)
			masked.octet[i] &= (uint8_t)(0xff00u >> kept);
	}
	return masked;
}

int links_route_compare(const struct route *x, const struct route *y)
{
	int order;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	order = memcmp(x->net.octet, y->net.octet, sizeof(x->net.octet));
	if (order != 0)
		return order;
	if (x->bits != y->bits)
		return x->bits < y->bits ? -1 : 1;
	if (x->metric != y->metric)
		return x->metric < y->metric ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Moves `route` up from the empty place `at` to where it belongs; the greatest is on top. */
static void heap_up(struct route *heap, size_t at, const struct route *route)
{
	while (at > 0 && links_route_compare(&heap[(at - 1) / 2], route) < 0) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = *route;
}

/* Moves `route` down from the empty top of a heap of `count`. */
static void heap_down(struct route *heap, size_t count, const struct route *route)
{
	size_t at = 0, child;

	while ((child = 2 * at + 1) < count) {
		if (child + 1 < count && links_route_compare(&heap[child], &heap[child + 1]) < 0)
			child++;
		if (links_route_compare(&heap[child], route) <= 0)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = *route;
}

int links_routes_add(struct links_raw *raw, int family, const struct route *route)
{
	size_t *count = &raw->n_routes[family];
	struct route added = *route;

	if (!links_array_more(&raw->route[family], sizeof(added), count, &raw->routes_room[family]))
		return -ENOMEM;
	added.order = (uint32_t)*count;
	heap_up(raw->route[family], *count - 1, &added);
	raw->unsorted[family] = *count;
	return 0;
}

int links_routes_sort(struct links_raw *raw, int family, size_t slice)
{
	struct route *route = raw->route[family];
	size_t *left = &raw->unsorted[family];

	for (; slice > 0 && *left > 0; slice--) {
		struct route last = route[--*left];

		if (*left == 0)
			break;
		route[*left] = route[0];
		heap_down(route, *left, &last);
	}
	return *left > 0 ? LINKS_E_MORE : 0;
}
