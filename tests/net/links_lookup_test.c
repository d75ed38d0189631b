/* net/links: any routes, in whatever order they came, are found as a walk over all of them finds
 * them. No kernel is asked. */
#include <check.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "net/links_make.h"
#include "net/links_route.h"
#include "suite.h"

enum { ROUNDS = 300, ROUTES_MAX = 60, LOOKUPS = 200, LINKS = 4 };

static unsigned short seed[3];

static unsigned below(unsigned n)
{
	return (unsigned)nrand48(seed) % n;
}

/* Few addresses, so that prefixes lie in each other, begin and end together, and at both ends of
 * all addresses. */
static struct ip address_any(uint8_t family)
{
	static const uint8_t octets[] = { 0, 1, 2, 10, 127, 128, 254, 255 };
	struct ip ip = { .family = family };

	for (unsigned i = 0; i < ip_len(&ip); i++)
		ip.octet[i] = octets[i < 3 || i > 13 ? below(8) : 0];
	if (below(8) == 0)
		memset(ip.octet, 0xff, ip_len(&ip));
	return ip;
}

static struct route route_any(uint8_t family)
{
	static const uint8_t types[] = { RTN_UNICAST, RTN_UNICAST, RTN_UNICAST,    RTN_UNICAST,
					 RTN_LOCAL,   RTN_THROW,   RTN_UNREACHABLE };
	unsigned most = family == IP_V4 ? 32 : 128;
	struct route route = {
		.bits = (uint8_t)(below(3) == 0 ? below(2) * most : below(most + 1)),
		.table = (uint8_t)below(N_TABLES),
		.type = types[below(sizeof(types))],
		.metric = below(3),
		.ifindex = 1 + below(LINKS),
	};
	struct ip ip = address_any(family);

	route.net = links_mask(&ip, route.bits);
	return route;
}

static struct links_view *view_of(struct links_raw *raw, int family)
{
	struct links_making making;
	struct links_view *view = NULL;

	while (links_routes_sort(raw, family, 1 + below(9)) == LINKS_E_MORE)
		;
	ck_assert_int_eq(links_make_begin(&making, raw), 0);
	while (links_make_more(&making, raw, 1 + below(9), &view) == LINKS_E_MORE)
		;
	ck_assert_ptr_nonnull(view);
	return view;
}

static bool usable(const struct route *route, unsigned ifindex)
{
	return ifindex == 0 || route->ifindex == ifindex || type_refuses(route->type) ||
	       route->type == RTN_THROW;
}

/* In one table: the longest prefix that has one, then metric and order. */
static const struct route *table_walk(const struct links_raw *raw, int family, uint8_t table,
				      const struct ip *ip, unsigned ifindex)
{
	const struct route *best = NULL;

	for (size_t i = 0; i < raw->n_routes[family]; i++) {
		const struct route *route = &raw->route[family][i];

		if (route->table != table || !usable(route, ifindex) ||
		    !ip_in_prefix(ip, &route->net, route->bits))
			continue;
		if (!best || route->bits > best->bits ||
		    (route->bits == best->bits && links_route_compare(route, best) < 0))
			best = route;
	}
	return best && best->type != RTN_THROW ? best : NULL;
}

static void look_up(const struct links_view *view, const struct links_raw *raw, int family,
		    const struct ip *ip, unsigned ifindex)
{
	const struct route *found = links_route_find(view, ip, ifindex), *right = NULL;
	char text[IP_TEXT_MAX];

	for (uint8_t table = 0; table < N_TABLES && !right; table++)
		right = table_walk(raw, family, table, ip, ifindex);
	ck_assert_msg(!found == !right && (!found || links_route_compare(found, right) == 0),
		      "%s over %u: %u, not %u, of %zu", ip_text(ip, text), ifindex,
		      found ? found->order : 999, right ? right->order : 999,
		      raw->n_routes[family]);
}

START_TEST(any_routes_are_found_as_a_walk_finds_them)
{
	uint8_t family = _i % 2 ? IP_V6 : IP_V4;
	int place = _i % 2 ? FAMILY_V6 : FAMILY_V4;
	struct links_raw raw = { 0 };
	struct links_view *view;
	unsigned n;

	seed[0] = (unsigned short)_i;
	n = below(ROUTES_MAX);
	for (unsigned i = 0; i < n; i++) {
		struct route route = route_any(family);

		ck_assert_int_eq(links_routes_add(&raw, place, &route), 0);
	}
	view = view_of(&raw, place);
	for (unsigned i = 0; i < LOOKUPS; i++) {
		struct ip ip = address_any(family);

		look_up(view, &raw, place, &ip, below(LINKS + 1));
	}
	links_view_free(view);
	links_raw_done(&raw);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net links lookup");
	TCase *tcase = tcase_create("lookup");

	tcase_add_loop_test(tcase, any_routes_are_found_as_a_walk_finds_them, 0, ROUNDS);
	suite_add_tcase(suite, tcase);
	return suite_run_whole(suite);
}
