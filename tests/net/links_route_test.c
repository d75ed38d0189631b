/* net/links.h: routes and source addresses, compared with what the kernel itself answers.
 */
#include <check.h>
#include <net/if.h>

#include "net/links.h"
#include "net/netns.h"
#include "net/settle.h"
#include "suite.h"

static struct links *links;

static void routes_setup(void)
{
	netns_setup();
	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &links), 0);
	run("ip link add left type veth peer name l2; ip link add right type veth peer name r2;"
	    "ip link add off type veth peer name o2;"
	    "for i in left l2 right r2; do ip link set $i up; done;"
	    "ip addr add 10.1.0.1/24 dev left; ip addr add 10.1.0.2/24 dev left;"
	    "ip addr add 10.11.0.1/24 dev left; ip addr add 10.2.0.1/24 dev right;"
	    "ip addr add 10.99.0.1/32 dev lo; ip addr add 10.3.0.1 peer 10.3.7.7/32 dev right;"
	    "ip route add 10.50.0.0/16 via 10.1.0.9;"
	    "ip route add 10.50.7.0/24 via 10.2.0.9; ip route add 10.50.7.7 via 10.11.0.9;"
	    "ip route add 10.51.0.0/16 via 10.1.0.9 src 10.1.0.2;"
	    "ip route add 10.52.0.0/16 dev right; ip route add 10.53.0.0/16 dev r2;"
	    "ip route add unreachable 10.66.0.0/16; ip route add 10.66.1.0/24 via 10.1.0.9;"
	    "ip route add prohibit 10.67.0.0/16; ip route add blackhole 10.68.0.0/16;"
	    "ip route add throw 10.69.0.0/16; ip route add 10.69.7.0/24 via 10.1.0.9;");
	run("ip route add 10.70.0.0/16 via 10.2.0.9 metric 20;"
	    "ip route add 10.70.0.0/16 via 10.11.0.9 metric 10;"
	    "ip route add 10.71.0.0/16 nexthop via 10.11.0.9 nexthop via 10.11.0.8;"
	    "ip nexthop add id 1 via 10.2.0.9 dev right; ip route add 10.72.0.0/16 nhid 1;"
	    "ip route add 10.73.0.0/16 via inet6 fe80::9 dev left;"
	    "ip route add unreachable 10.74.0.0/16 metric 5; ip route add 10.74.0.0/16 via "
	    "10.1.0.9;"
	    "ip route add 10.69.0.0/16 via 10.2.0.9 table default;"
	    "ip route add 10.75.0.0/16 via 10.2.0.9 table 100;"
	    "ip -6 addr add fd01::1/64 dev left nodad; ip -6 addr add fd01::5/64 dev left nodad;"
	    "ip -6 addr add fd02::1/64 dev right nodad; ip -6 addr add 2001:db8:2::1/64 dev right "
	    "nodad;"
	    "ip -6 addr add fd02::7/64 dev right nodad preferred_lft 0;"
	    "ip -6 route add fd50::/16 via fd01::9; ip -6 route add fd50:7::/32 via fd02::9;"
	    "ip -6 route add 2001:db8:50::/48 via fd01::9;"
	    "ip -6 route add fd51::/16 via fd01::9 src fd01::1;"
	    "ip -6 route add unreachable fd66::/16; ip -6 route add fd66:1::/32 via fd01::9;"
	    "ip -6 route add prohibit fd67::/16; ip -6 route add blackhole fd68::/16");
	run("ip -6 route add fd70::/16 via fd01::9 metric 20;"
	    "ip -6 route add fd70::/16 via fd02::9 metric 10");
	settle(links);
}

static void routes_teardown(void)
{
	links_free(links);
}

/* What the kernel says: false for an error; the source in *out, "" if it names none. */
static bool kernel_route(const char *to, const char *interface, char out[IP_TEXT_MAX])
{
	char command[128], line[512] = "", *src;
	FILE *pipe;

	snprintf(command, sizeof(command), "ip -o route get %s %s %s 2>/dev/null", to,
		 interface ? "oif" : "", interface ? interface : "");
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	out[0] = '\0';
	if (fgets(line, sizeof(line), pipe) && (src = strstr(line, " src ")))
		sscanf(src, " src %63s", out);
	return pclose(pipe) == 0 && line[0];
}

static const struct {
	const char *to, *by;
} asked[] = {
	{ "10.1.0.9", NULL },
	{ "10.11.0.9", NULL },
	{ "10.2.0.200", NULL },
	{ "10.1.0.1", NULL },
	{ "10.1.0.2", NULL },
	{ "10.99.0.1", NULL },
	{ "127.0.0.1", NULL },
	{ "127.9.9.9", NULL },
	{ "10.3.7.7", NULL },
	{ "10.3.7.8", NULL },
	{ "10.50.1.1", NULL },
	{ "10.50.7.1", NULL },
	{ "10.50.7.7", NULL },
	{ "10.51.0.1", NULL },
	{ "10.52.0.1", NULL },
	{ "10.53.0.1", NULL },
	{ "10.66.0.1", NULL },
	{ "10.66.1.1", NULL },
	{ "10.67.0.1", NULL },
	{ "10.68.0.1", NULL },
	{ "10.69.0.1", NULL },
	{ "10.69.7.1", NULL },
	{ "10.70.0.1", NULL },
	{ "10.71.0.1", NULL },
	{ "10.72.0.1", NULL },
	{ "10.73.0.1", NULL },
	{ "10.74.0.1", NULL },
	{ "10.75.0.1", NULL },
	{ "192.0.2.1", NULL },
	{ "10.1.0.255", NULL },
	{ "169.254.1.1", NULL },
	{ "10.1.0.9", "left" },
	{ "10.1.0.9", "right" },
	{ "10.2.0.9", "right" },
	{ "10.50.1.1", "left" },
	{ "10.50.7.1", "left" },
	{ "10.66.0.1", "left" },
	{ "192.0.2.1", "right" },
	{ "192.0.2.1", "left" },
	{ "255.255.255.255", "left" },
	{ "255.255.255.255", "right" },
	{ "239.1.1.1", "left" },
	{ "10.1.0.9", "off" },
	{ "10.1.0.9", "r2" },
	{ "fd01::9", NULL },
	{ "fd02::9", NULL },
	{ "fd01::1", NULL },
	{ "::1", NULL },
	{ "2001:db8:2::9", NULL },
	{ "fd50::1", NULL },
	{ "fd50:7::1", NULL },
	{ "2001:db8:50::1", NULL },
	{ "fd51::1", NULL },
	{ "fd66::1", NULL },
	{ "fd66:1::1", NULL },
	{ "fd67::1", NULL },
	{ "fd68::1", NULL },
	{ "fd70::1", NULL },
	{ "fd71::1", NULL },
	{ "2001:db8::1", NULL },
	{ "fe80::9", "left" },
	{ "fe80::9", "right" },
	{ "ff02::1:2", "left" },
	{ "ff05::1:3", "right" },
};

static char wrong[4096]; /* all disagreements, so that one look at a network shows them */

static void __attribute__((format(printf, 1, 2))) disagree(const char *format, ...)
{
	size_t len = strlen(wrong);
	va_list args;

	va_start(args, format);
	vsnprintf(wrong + len, sizeof(wrong) - len, format, args);
	va_end(args);
}

static void compare(const char *to, const char *by)
{
	char expected[IP_TEXT_MAX], text[IP_TEXT_MAX];
	const struct links_view *view = links_now(links);
	struct ip ip = ip_from(to), source = { 0 };
	unsigned ifindex = by ? if_nametoindex(by) : 0;
	bool found, there = kernel_route(to, by, expected);

	if (!by)
		by = "any";
	if (links_reachable(view, &ip, ifindex) != there)
		disagree("%s by %s: the kernel says %s\n", to, by, there ? "yes" : "no");
	found = links_source(view, &ip, ifindex, &source);
	if (!there && found)
		disagree("%s by %s: has a source\n", to, by);
	else if (there && expected[0] && strcmp(ip_text(&source, text), expected) != 0)
		disagree("%s by %s: source %s, the kernel's %s\n", to, by, text, expected);
}

START_TEST(agrees_with_the_kernel)
{
	if (_i == 1)
		run("ip route add default via 10.1.0.9; ip -6 route add default via fd02::9");
	settle(links);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		compare(asked[i].to, asked[i].by);
	ck_assert_msg(!wrong[0], "%s default route:\n%s", _i ? "with" : "without", wrong);
}
END_TEST

static bool reachable(const char *to)
{
	struct ip ip = ip_from(to);

	return links_reachable(links_now(links), &ip, 0);
}

START_TEST(an_interface_that_goes_down_takes_its_routes)
{
	ck_assert(reachable("10.2.0.9") && reachable("10.50.7.1") && reachable("fd02::9"));
	run("ip link set right down"); /* the kernel tells of no IPv4 route that goes */
	settle(links);
	ck_assert(!reachable("10.2.0.9") && reachable("10.50.7.1") && !reachable("fd02::9"));
	run("ip link set right up");
	settle(links);
	ck_assert(reachable("10.2.0.9"));
	run("ip addr del 10.2.0.1/24 dev right");
	settle(links);
	ck_assert(!reachable("10.2.0.9"));
	run("ip route add 10.2.0.0/24 dev right");
	settle(links);
	ck_assert(reachable("10.2.0.9"));
}
END_TEST

START_TEST(policy_rules_make_everything_reachable)
{
	ck_assert(!reachable("192.0.2.1") && !reachable("10.66.0.1") && !reachable("fd71::1"));
	run("ip rule add from 10.1.0.2 table 100");
	settle(links);
	ck_assert(reachable("192.0.2.1") && reachable("10.66.0.1") && !reachable("fd71::1"));
	run("ip -6 rule add fwmark 5 table 100; ip rule del from 10.1.0.2 table 100");
	settle(links);
	ck_assert(!reachable("192.0.2.1") && reachable("fd71::1"));
	run("ip -6 rule del fwmark 5 table 100; ip rule add pref 40000 table main");
	settle(links);
	ck_assert(reachable("192.0.2.1") && !reachable("fd71::1"));
	run("ip rule del pref 40000; ip rule del pref 32766");
	settle(links);
	ck_assert(reachable("192.0.2.1"));
	run("ip rule add pref 32766 table main");
	settle(links);
	ck_assert(!reachable("192.0.2.1"));
	ck_assert(!reachable("255.255.255.255") && !reachable("fe80::1") && !reachable("0.0.0.0"));
}
END_TEST

static bool is_broadcast(const char *to)
{
	struct ip ip = ip_from(to);

	return links_is_broadcast(links_now(links), &ip);
}

START_TEST(a_network_ends_with_its_broadcast_address)
{
	ck_assert(is_broadcast("10.1.0.255") && is_broadcast("127.255.255.255"));
	ck_assert(!is_broadcast("10.1.0.1") && !is_broadcast("10.1.0.9") &&
		  !is_broadcast("10.1.0.254"));
	ck_assert(!is_broadcast("192.0.2.255") && !is_broadcast("10.66.0.255"));
	ck_assert(!is_broadcast("fd01::ffff:ffff") && !is_broadcast("0.0.0.0"));
}
END_TEST

START_TEST(too_many_routes_make_everything_reachable)
{
	ck_assert(!reachable("192.0.2.1"));
	run("for a in $(seq 0 70); do for b in $(seq 0 240); do "
	    "echo route add 172.$a.$b.0/24 via 10.1.0.9; done; done | ip -batch -");
	settle(links);
	ck_assert(reachable("172.70.3.1") && reachable("192.0.2.1") && reachable("10.66.0.1"));
	ck_assert(is_broadcast("10.1.0.255") && !is_broadcast("10.1.0.9"));
	ck_assert(!reachable("fd71::1"));
	/* The rest of the table still follows. */
	run("ip link set right down");
	settle(links);
	ck_assert(!links_by_name(links_now(links), "right")->up);
}
END_TEST

static const struct {
	const char *to, *by;
	bool near;
} neighbours[] = {
	{ "10.1.0.9", "left", true },   { "10.1.0.9", "right", false },
	{ "10.50.1.1", "left", false }, { "10.52.0.1", "right", true },
	{ "10.3.7.7", "right", true },  { "10.1.0.1", "left", false },
	{ "10.1.0.255", "left", true }, { "255.255.255.255", "right", true },
	{ "192.0.2.1", "left", false }, { "10.73.0.1", "left", false },
	{ "10.66.0.1", "left", false }, { "fd01::9", "left", true },
	{ "fd01::9", "right", false },  { "fe80::9", "right", true },
	{ "fd50::1", "left", false },   { "10.1.0.9", "off", false },
	{ "fe80::9", "off", false },    { "0.0.0.0", "left", false },
};

START_TEST(neighbours_are_on_link)
{
	for (size_t i = 0; i < sizeof(neighbours) / sizeof(neighbours[0]); i++) {
		struct ip ip = ip_from(neighbours[i].to);
		unsigned ifindex = if_nametoindex(neighbours[i].by);

		if (links_on_link(links_now(links), &ip, ifindex) != neighbours[i].near)
			disagree("%s by %s\n", neighbours[i].to, neighbours[i].by);
	}
	ck_assert_msg(!wrong[0], "%s", wrong);
}
END_TEST

START_TEST(an_interface_that_is_not_there_reaches_nothing)
{
	struct ip ip = ip_from("10.1.0.9"), none = { 0 }, out;

	ck_assert(!links_reachable(links_now(links), &ip, 4711));
	ck_assert(!links_on_link(links_now(links), &ip, 4711));
	ck_assert(!links_source(links_now(links), &ip, 4711, &out));
	ck_assert(!links_reachable(links_now(links), &none, 0));
	ck_assert(!links_source(links_now(links), &none, 0, &out));
}
END_TEST

static const struct {
	const char *to, *by;  /* `by`: pinned to it */
	const char *hop, *on; /* NULL: nobody that would have to be found */
} hops[] = {
	{ "10.1.0.9", NULL, "10.1.0.9", "left" },
	{ "10.1.0.9", "left", "10.1.0.9", "left" },
	{ "10.50.1.1", NULL, "10.1.0.9", "left" },
	{ "10.50.7.1", NULL, "10.2.0.9", "right" },
	{ "10.52.1.1", NULL, "10.52.1.1", "right" },
	{ "10.3.7.7", NULL, "10.3.7.7", "right" },
	{ "192.0.2.1", "right", "192.0.2.1", "right" },
	{ "192.0.2.1", NULL, NULL, NULL },
	{ "10.66.0.1", NULL, NULL, NULL },
	{ "10.1.0.1", NULL, NULL, NULL },
	{ "127.0.0.9", NULL, NULL, NULL },
	{ "10.1.0.255", NULL, NULL, NULL },
	{ "255.255.255.255", "left", NULL, NULL },
	{ "224.0.0.9", "left", NULL, NULL },
	{ "10.73.0.1", NULL, NULL, NULL },
	{ "fd01::9", NULL, "fd01::9", "left" },
	{ "fd50::1", NULL, "fd01::9", "left" },
	{ "fd50:7::1", NULL, "fd02::9", "right" },
	{ "fd50:7::1", "left", "fd01::9", "left" },
	{ "2001:db8:50::1", "right", "fd01::9", "left" },
	{ "fe80::9", "right", "fe80::9", "right" },
	{ "ff02::1", "right", NULL, NULL },
	{ "fd66::1", NULL, NULL, NULL },
	{ "::1", NULL, NULL, NULL },
};

/* W2: who is the neighbour that a reply waits for. */
START_TEST(the_neighbour_is_the_host_or_its_gateway)
{
	struct endpoint to = { .ip = ip_from(hops[_i].to), .port = 68 }, hop;
	bool found;

	if (hops[_i].by)
		to.ifindex = if_nametoindex(hops[_i].by);
	found = links_neighbour(links_now(links), &to, &hop);
	ck_assert_msg(found == (hops[_i].hop != NULL), "%s", hops[_i].to);
	if (found) {
		struct ip want = ip_from(hops[_i].hop);
		char text[IP_TEXT_MAX];

		ck_assert_msg(ip_equal(&hop.ip, &want), "%s: %s", hops[_i].to,
			      ip_text(&hop.ip, text));
		ck_assert_uint_eq(hop.ifindex, if_nametoindex(hops[_i].on));
	}
}
END_TEST

START_TEST(only_our_own_networks_are_known_where_routes_are_not)
{
	struct endpoint to = { .ip = ip_from("10.1.0.9") }, hop;

	run("ip rule add from 10.1.0.1 lookup 100");
	settle(links);
	ck_assert(links_neighbour(links_now(links), &to, &hop));
	ck_assert_uint_eq(hop.ifindex, if_nametoindex("left"));
	to.ip = ip_from("10.50.1.1");
	ck_assert(!links_neighbour(links_now(links), &to, &hop));
}
END_TEST

START_TEST(the_present_network_agrees_too)
{
	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &links), 0);
	compare("127.0.0.1", NULL);
	ck_assert_msg(!wrong[0], "%s", wrong);
	links_free(links);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net routes");
	TCase *network = tcase_create("network"), *anywhere = tcase_create("anywhere");

	tcase_add_test(anywhere, the_present_network_agrees_too);
	suite_add_tcase(suite, anywhere);
	tcase_add_checked_fixture(network, routes_setup, routes_teardown);
	tcase_set_timeout(network, 60);
	tcase_add_loop_test(network, agrees_with_the_kernel, 0, 2);
	tcase_add_test(network, an_interface_that_goes_down_takes_its_routes);
	tcase_add_test(network, policy_rules_make_everything_reachable);
	tcase_add_test(network, too_many_routes_make_everything_reachable);
	tcase_add_test(network, neighbours_are_on_link);
	TEST_ROWS(network, the_neighbour_is_the_host_or_its_gateway, hops);
	tcase_add_test(network, only_our_own_networks_are_known_where_routes_are_not);
	tcase_add_test(network, a_network_ends_with_its_broadcast_address);
	tcase_add_test(network, an_interface_that_is_not_there_reaches_nothing);
	if (netns_possible("net/links_route_test"))
		suite_add_tcase(suite, network);
	return suite_run_whole(suite);
}
