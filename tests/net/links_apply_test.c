/* net/links_apply: what notifications make of the tables is what the kernel would answer. */
#include <check.h>
#include <net/if.h>
#include <sys/socket.h>

#include "net/links_view.h"
#include "net/netns.h"
#include "net/settle.h"
#include "suite.h"

static struct links *links;

static void setup(void)
{
	netns_setup();
	run("ip link add left type veth peer name right;"
	    "for i in left right; do ip link set $i up; done;"
	    "echo 1 > /proc/sys/net/ipv4/conf/left/promote_secondaries");
	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &links), 0);
	settle(links);
}

static void teardown(void)
{
	links_free(links);
}

static void compare_addresses(const struct links_view *a, const struct links_view *b,
			      const char *after)
{
	char x[IP_TEXT_MAX], y[IP_TEXT_MAX];

	ck_assert_msg(a->n_addresses == b->n_addresses, "%s: %zu addresses, not %zu", after,
		      a->n_addresses, b->n_addresses);
	for (size_t i = 0; i < a->n_addresses; i++) {
		const struct link_address *p = &a->address[i], *q = &b->address[i];

		ck_assert_msg(p->ifindex == q->ifindex && ip_equal(&p->ip, &q->ip) &&
				      ip_equal(&p->net, &q->net) && p->bits == q->bits &&
				      p->scope == q->scope && p->secondary == q->secondary &&
				      p->tentative == q->tentative &&
				      p->deprecated == q->deprecated,
			      "%s: address %zu is %s, not %s", after, i, ip_text(&p->ip, x),
			      ip_text(&q->ip, y));
	}
}

static void compare_routes(const struct routes *a, const struct routes *b, const char *after)
{
	ck_assert_msg(a->count == b->count, "%s: %zu routes, not %zu", after, a->count, b->count);
	ck_assert(a->n_prefixes == b->n_prefixes && a->n_edges == b->n_edges);
	ck_assert(a->unknown == b->unknown);
	for (size_t i = 0; i < a->count; i++) {
		const struct route *p = &a->route[i], *q = &b->route[i];
		char x[IP_TEXT_MAX];

		ck_assert_msg(p->table == q->table && p->bits == q->bits &&
				      p->metric == q->metric && p->type == q->type &&
				      p->ifindex == q->ifindex && ip_equal(&p->net, &q->net) &&
				      ip_equal(&p->gateway, &q->gateway) &&
				      ip_equal(&p->source, &q->source),
			      "%s: the route to %s/%u", after, ip_text(&p->net, x), p->bits);
	}
}

/* The table that followed all changes against one that was asked for now. */
static void compare(const char *after)
{
	const struct links_view *a, *b;
	struct links *fresh;

	settle(links);
	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &fresh), 0);
	a = links_now(links);
	b = links_now(fresh);
	ck_assert_msg(a->n_links == b->n_links, "%s: %zu links", after, a->n_links);
	for (size_t i = 0; i < a->n_links; i++)
		ck_assert_msg(a->link[i].ifindex == b->link[i].ifindex &&
				      strcmp(a->link[i].name, b->link[i].name) == 0 &&
				      a->link[i].up == b->link[i].up &&
				      a->link[i].running == b->link[i].running &&
				      a->link[i].master == b->link[i].master &&
				      a->link[i].mtu == b->link[i].mtu,
			      "%s: link %s", after, a->link[i].name);
	compare_addresses(a, b, after);
	for (int f = 0; f < N_FAMILIES; f++)
		compare_routes(&a->routes[f], &b->routes[f], after);
	links_free(fresh);
}

/* Each row builds on those before it. */
static const char *const steps[] = {
	"ip addr add 10.1.0.1/24 dev left",
	"ip addr add 10.1.0.2/24 dev left",
	"ip addr add 10.2.0.1/16 dev left; ip addr add 10.1.0.3/24 dev left",
	"ip addr add 169.254.9.9/16 scope link dev left; ip addr add 10.3.0.1/24 dev left",
	"ip addr add 10.4.0.1 peer 10.4.0.2/32 dev right",
	"ip addr del 10.1.0.1/24 dev left",
	"ip addr change 10.2.0.1/16 dev left preferred_lft 100 valid_lft 1000",
	"ip addr add fd01::1/64 dev left; ip addr add fd01::2/64 dev left",
	"ip addr add fe80::7/64 dev left; ip addr add fd02::1/64 dev left",
	"ip addr change fd01::1/64 dev left preferred_lft 0",
	"ip addr del fd01::2/64 dev left",
	"ip route add 10.50.0.0/16 via 10.2.0.9; ip route add 10.51.0.0/16 via 10.2.0.9 metric 7",
	"ip route add 10.50.0.0/16 via 10.2.0.8 metric 7; ip route add default via 10.2.0.9",
	"ip route replace 10.50.0.0/16 via 10.3.0.9; ip route change 10.51.0.0/16 via 10.3.0.9 "
	"metric 7",
	"ip route append 10.50.0.0/16 via 10.2.0.7; ip route prepend 10.50.0.0/16 via 10.2.0.6",
	"ip route del 10.50.0.0/16 via 10.2.0.7",
	"ip route add 10.52.0.0/16 nexthop via 10.2.0.9 nexthop via 10.3.0.9",
	"ip route replace 10.52.0.0/16 via 10.2.0.9",
	"ip route add unreachable 10.66.0.0/16; ip route add blackhole 10.67.0.0/16",
	"ip route add 10.53.0.0/16 via 10.2.0.9 src 10.3.0.1",
	"ip addr del 10.3.0.1/24 dev left",
	"ip route add 10.54.0.0/16 via 10.2.0.9 table 100; ip route add 10.54.0.0/16 tos 8 via "
	"10.2.0.9",
	"ip -6 route add fd50::/16 via fd01::9; ip -6 route add fd51::/16 via fd01::9 metric 9",
	"ip -6 route append fd50::/16 via fd01::8; ip -6 route replace fd51::/16 via fd02::9 "
	"metric 9",
	"ip -6 route del fd50::/16 via fd01::9; ip -6 route add unreachable fd66::/16",
	"ip link set right down",
	"ip link set right up",
	"ip link set left down; ip link set left up",
	"ip link add br7 type bridge; ip link set right master br7; ip link set br7 up",
	"ip link set right nomaster; ip link del br7",
	"ip link set right down; ip link set right name other; ip link set other mtu 1400 up",
	"ip link del left",
};

/* S18: notifications are applied one by one, and that comes to the same. */
START_TEST(changes_come_to_what_the_kernel_has)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		run("%s", steps[i]);
		compare(steps[i]);
	}
}
END_TEST

/* S18: all at once, too, and when notifications are lost in between. */
START_TEST(many_changes_at_once_come_to_it_too)
{
	int small = _i ? 1 : 1 << 20;

	ck_assert_int_eq(setsockopt(links_fd(links), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)),
			 0);
	run("for i in $(seq 1 250); do echo addr add 10.1.$i.1/24 dev left;"
	    "echo route add 10.77.$i.0/24 via 10.1.$i.9; echo addr add fd01:$i::1/64 dev right;"
	    "done | ip -b -");
	compare("after many came");
	run("for i in $(seq 1 2 250); do echo route del 10.77.$i.0/24; echo addr del 10.1.$i.1/24 "
	    "dev left;"
	    "echo addr del fd01:$i::1/64 dev right; done | ip -b -");
	compare("after every other went");
}
END_TEST

/* S18: what the kernel tells whole is not asked for: a thousand changes, some views. */
START_TEST(a_burst_makes_few_views)
{
	uint64_t first = links_serial(links_now(links)), last;

	run("for i in $(seq 1 1000); do echo route add 10.77.7.0/24 metric $i dev lo; done | "
	    "ip -b -");
	settle(links);
	last = links_serial(links_now(links));
	ck_assert_msg(last > first && last - first < 500, "%llu views",
		      (unsigned long long)(last - first));
	compare("after the burst");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("changes");
	Suite *suite = suite_create("net links_apply");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, changes_come_to_what_the_kernel_has);
	tcase_add_loop_test(tcase, many_changes_at_once_come_to_it_too, 0, 2);
	tcase_add_test(tcase, a_burst_makes_few_views);
	if (netns_possible("net/links_apply_test"))
		suite_add_tcase(suite, tcase);
	return suite_run_whole(suite);
}
