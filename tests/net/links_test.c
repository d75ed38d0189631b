/* net/links.h: the table follows what happens to interfaces and addresses. */
#include <check.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <sys/socket.h>

#include "net/links.h"
#include "net/netns.h"
#include "net/settle.h"
#include "suite.h"

static struct links *links;
static char told[8192]; /* what was told since the last look, a word each */

static void note_change(void *arg, const struct links_change *change)
{
	static const char *const names[] = { "+", "-", "renamed:", "changed:", "+", "-" };
	char text[IP_TEXT_MAX], line[128];

	ck_assert_ptr_eq(arg, &links);
	if (change->event == LINKS_ADDRESS_NEW || change->event == LINKS_ADDRESS_GONE)
		snprintf(line, sizeof(line), "%s%s/%u@%s ", names[change->event],
			 ip_text(&change->address->ip, text), change->address->bits,
			 change->link->name);
	else if (change->event == LINKS_LINK_RENAMED)
		snprintf(line, sizeof(line), "%s%s=%s ", names[change->event], change->old->name,
			 change->link->name);
	else
		snprintf(line, sizeof(line), "%s%s ", names[change->event], change->link->name);
	ck_assert_uint_lt(strlen(told) + strlen(line), sizeof(told));
	strcat(told, line);
}

static void links_setup(void)
{
	netns_setup();
	told[0] = '\0';
	ck_assert_int_eq(links_new(&(struct links_owner){ note_change, &links }, &links), 0);
}

static void links_teardown(void)
{
	links_free(links);
}

/* True when all the words were told, in this order, since the last look. */
static void expect(const char *words)
{
	char copy[512], *word, *at = told, *state;

	settle(links);
	snprintf(copy, sizeof(copy), "%s", words);
	for (word = strtok_r(copy, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
		at = strstr(at, word);
		ck_assert_msg(at, "not told: %s of \"%s\" in \"%s\"", word, words, told);
		at += strlen(word);
	}
	told[0] = '\0';
}

static void expect_silence(void)
{
	settle(links);
	ck_assert_msg(told[0] == '\0', "told: %s", told);
}

static const struct links_view *now(void)
{
	return links_now(links);
}

/* "-" for none. */
static const char *own(const char *interface, uint8_t family, const char *hint)
{
	static char text[IP_TEXT_MAX];
	struct ip ip = { 0 }, near;

	if (hint)
		near = ip_from(hint);
	links_own_address(now(), if_nametoindex(interface), family, hint ? &near : NULL, &ip);
	return ip_text(&ip, text);
}

static bool is_own(const char *text)
{
	struct ip ip = ip_from(text);

	return links_is_own(now(), &ip);
}

START_TEST(needs_no_privilege_and_no_callback)
{
	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &links), 0);
	ck_assert_ptr_nonnull(links_by_name(links_now(links), "lo"));
	ck_assert_int_eq(links_read(links), 0);
	links_free(links);
	links_free(NULL);
}
END_TEST

START_TEST(knows_lo_at_the_start)
{
	size_t count;
	const struct link *link = links_all(now(), &count);

	ck_assert_uint_eq(count, 1);
	ck_assert(link->loopback && link->up);
	ck_assert_str_eq(link->name, "lo");
	ck_assert_ptr_eq(links_by_index(now(), link->ifindex), link);
	ck_assert_ptr_eq(links_by_name(now(), "lo"), link);
	ck_assert_ptr_null(links_by_index(now(), 4711));
	ck_assert_ptr_null(links_by_index(now(), 0));
	ck_assert_ptr_null(links_by_name(now(), "eth7"));
	ck_assert_str_eq(own("lo", IP_V4, NULL), "127.0.0.1");
	ck_assert_str_eq(own("lo", IP_V6, NULL), "::1");
	ck_assert(is_own("127.0.0.1") && is_own("::1"));
	ck_assert(!is_own("127.0.0.2") && !is_own("0.0.0.0") && !is_own("::"));
	expect("+lo +127.0.0.1/8@lo +::1/128@lo");
}
END_TEST

START_TEST(interfaces_come_change_and_go)
{
	const struct link *link;
	unsigned ifindex;

	expect("+lo");
	run("ip link add va type veth peer name vb; ip link set va address 02:11:22:33:44:55");
	expect("+va");
	link = links_by_name(now(), "va");
	ck_assert(link && !link->up && !link->loopback && link->mac_len == 6);
	ck_assert_int_eq(memcmp(link->mac, "\x02\x11\x22\x33\x44\x55", 6), 0);
	ck_assert_uint_eq(link->mtu, 1500);
	ifindex = link->ifindex;

	run("ip link set va up");
	expect("changed:va");
	link = links_by_index(now(), ifindex);
	ck_assert(link->up && !link->running);
	run("ip link set vb up");
	expect("changed:vb");
	ck_assert(links_by_index(now(), ifindex)->running);

	run("ip link set va down; ip link set va name renamed; ip link set renamed mtu 1400");
	expect("renamed:va=renamed changed:renamed");
	ck_assert_str_eq(links_by_index(now(), ifindex)->name, "renamed");
	ck_assert_uint_eq(links_by_index(now(), ifindex)->mtu, 1400);
	ck_assert_ptr_null(links_by_name(now(), "va"));

	run("ip link add bridge type bridge; ip link set renamed master bridge");
	expect("changed:renamed");
	ck_assert_uint_eq(links_by_index(now(), ifindex)->master, if_nametoindex("bridge"));
	run("ip link set renamed nomaster; ip link del bridge");
	expect("-bridge");

	run("ip addr add 10.5.0.1/24 dev renamed");
	expect("+10.5.0.1/24@renamed");
	run("ip link del renamed");
	expect("-10.5.0.1/24@renamed -renamed");
	ck_assert_ptr_null(links_by_index(now(), ifindex));
	ck_assert(!is_own("10.5.0.1"));
}
END_TEST

START_TEST(another_link_with_the_same_index_is_another)
{
	uint64_t born;

	expect("+lo");
	run("ip link add va index 77 type veth peer name vb");
	expect("+va");
	born = links_by_index(now(), 77)->born;
	run("ip link del va; ip link add va index 77 type veth peer name vc");
	ck_assert_int_eq(links_read(links), 0);
	expect("-va +va");
	ck_assert_uint_ne(links_by_index(now(), 77)->born, born);
}
END_TEST

START_TEST(addresses_come_and_go)
{
	run("ip link add va type veth peer name vb; ip link set va up; ip link set vb up");
	expect("+va");
	run("ip addr add 10.5.0.1/24 dev va; ip addr add fd05::1/64 dev va nodad");
	expect("+10.5.0.1/24@va +fd05::1/64@va");
	ck_assert(is_own("10.5.0.1") && is_own("fd05::1") && !is_own("10.5.0.2"));
	run("ip addr add 10.5.0.2/24 dev va; ip addr del 10.5.0.1/24 dev va");
	settle(links);
	ck_assert(!is_own("10.5.0.1"));
	/* Without promote_secondaries the kernel takes the secondary one away too. */
	ck_assert_str_eq(own("va", IP_V4, NULL), is_own("10.5.0.2") ? "10.5.0.2" : "-");
	run("ip addr flush dev va; ip addr add 10.6.0.1/24 dev va");
	expect("-fd05::1/64@va +10.6.0.1/24@va");
	ck_assert(!is_own("fd05::1") && is_own("10.6.0.1"));
	run("ip addr change 10.6.0.1/24 dev va preferred_lft 1000 valid_lft 2000");
	expect_silence();
}
END_TEST

START_TEST(a_tentative_address_is_not_ours_yet)
{
	run("ip link add va type veth peer name vb; ip link set va up");
	run("echo 1 > /proc/sys/net/ipv6/conf/va/accept_dad; ip addr add fd05::1/64 dev va");
	expect("+va");
	ck_assert_str_eq(own("va", IP_V6, NULL), "-"); /* no carrier: DAD cannot end */
	run("ip link set vb up");
	for (int i = 0; i < 100 && strcmp(own("va", IP_V6, "fd05::9"), "fd05::1") != 0; i++)
		settle(links);
	ck_assert_str_eq(own("va", IP_V6, "fd05::9"), "fd05::1");
	expect("+fd05::1/64@va");
}
END_TEST

/* ---- which of its addresses an interface uses --------------------------------------------- */

static const struct {
	const char *name, *addresses;
	uint8_t family;
	const char *hint, *expected;
} choices[] = {
	{ "none", "", IP_V4, NULL, "-" },
	{ "the first", "10.0.0.1/24 10.0.1.1/24", IP_V4, NULL, "10.0.0.1" },
	{ "the client's subnet", "10.0.0.1/24 10.0.1.1/24", IP_V4, "10.0.1.77", "10.0.1.1" },
	{ "no subnet of ours", "10.0.0.1/24 10.0.1.1/24", IP_V4, "10.9.1.77", "10.0.0.1" },
	{ "a client without address", "10.0.0.1/24 10.0.1.1/24", IP_V4, "0.0.0.0", "10.0.0.1" },
	{ "hint of the other family", "10.0.0.1/24 10.0.1.1/24", IP_V4, "fd05::1", "10.0.0.1" },
	{ "the longest prefix", "10.0.0.1/8 10.0.1.1/24", IP_V4, "10.0.1.77", "10.0.1.1" },
	{ "the primary one", "10.0.0.1/24 10.0.0.2/24", IP_V4, "10.0.0.9", "10.0.0.1" },
	{ "global before link", "169.254.0.1/16:link 10.0.0.1/24", IP_V4, NULL, "10.0.0.1" },
	{ "link if no other", "169.254.0.1/16:link", IP_V4, NULL, "169.254.0.1" },
	{ "deprecated last", "10.0.0.1/24:old 10.0.1.1/24", IP_V4, "10.0.0.9", "10.0.1.1" },
	{ "deprecated if no other", "10.0.0.1/24:old", IP_V4, NULL, "10.0.0.1" },
	{ "global before link-local", "fe80::5/64 2001:db8::5/64", IP_V6, NULL, "2001:db8::5" },
	{ "ULA before link-local", "fe80::5/64 fd05::5/64", IP_V6, "fe80::9", "fd05::5" },
	{ "link-local if no other", "fe80::5/64", IP_V6, "fe80::9", "fe80::5" },
	{ "the client's IPv6 subnet", "fd05::5/64 fd06::6/64", IP_V6, "fd05::9", "fd05::5" },
	{ "the client's IPv6 subnet", "fd06::6/64 fd05::5/64", IP_V6, "fd06::9", "fd06::6" },
	{ "deprecated IPv6 last", "fd05::5/64:old fd06::6/64", IP_V6, "fd05::9", "fd06::6" },
	{ "IPv4 only", "10.0.0.1/24", IP_V6, NULL, "-" },
};

START_TEST(chooses_its_own_address)
{
	char copy[128], *word, *state;

	/* Link-local ones only where the row says so. */
	run("ip link add va type veth peer name vb; ip link set va addrgenmode none;"
	    "ip link set va up; ip link set vb up");
	snprintf(copy, sizeof(copy), "%s", choices[_i].addresses);
	for (word = strtok_r(copy, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
		char *old = strstr(word, ":old"), *link = strstr(word, ":link");

		if (old)
			*old = '\0';
		if (link)
			*link = '\0';
		run("ip addr add %s dev va %s %s", word, link ? "scope link" : "",
		    old                          ? "preferred_lft 0"
		    : strncmp(word, "f", 1) == 0 ? "nodad"
						 : "");
	}
	settle(links);
	ck_assert_msg(
		strcmp(own("va", choices[_i].family, choices[_i].hint), choices[_i].expected) == 0,
		"%s: %s", choices[_i].name, own("va", choices[_i].family, choices[_i].hint));
}
END_TEST

START_TEST(a_point_to_point_link_has_its_peers_prefix)
{
	run("ip link add va type veth peer name vb; ip link set va up; ip link set vb up;"
	    "ip addr add 10.3.0.1 peer 10.4.0.1/24 dev va; ip addr add 10.5.0.1/24 dev va");
	settle(links);
	ck_assert_str_eq(own("va", IP_V4, "10.4.0.9"), "10.3.0.1");
	ck_assert_str_eq(own("va", IP_V4, "10.5.0.9"), "10.5.0.1");
	ck_assert(is_own("10.3.0.1") && !is_own("10.4.0.1"));
}
END_TEST

/* ---- floods ------------------------------------------------------------------------------- */

START_TEST(lost_notifications_lose_nothing)
{
	uint32_t meminfo[SK_MEMINFO_VARS] = { 0 };
	struct ip gone = ip_from("10.20.1.1");
	socklen_t len = sizeof(meminfo);
	int small = 1;

	run("ip link add va type veth peer name vb; ip link set va up; ip link set vb up");
	settle(links);
	ck_assert_int_eq(setsockopt(links_fd(links), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)),
			 0);
	run("for i in $(seq 1 250); do echo addr add 10.20.$i.1/24 dev va; done | ip -batch -;"
	    "for i in $(seq 1 2 250); do echo addr del 10.20.$i.1/24 dev va; done | ip -batch -;"
	    "ip link add vc type veth peer name vd");
	settle(links);
	ck_assert_int_eq(getsockopt(links_fd(links), SOL_SOCKET, SO_MEMINFO, meminfo, &len), 0);
	ck_assert_uint_gt(meminfo[SK_MEMINFO_DROPS], 0); /* some were lost indeed */
	ck_assert(links_by_name(now(), "vc") && links_by_name(now(), "vd"));
	ck_assert(!links_is_own(now(), &gone));
	for (int i = 1; i <= 250; i++) {
		char text[IP_TEXT_MAX];

		snprintf(text, sizeof(text), "10.20.%d.1", i);
		ck_assert_msg(is_own(text) == (i % 2 == 0), "%s", text);
	}
}
END_TEST

START_TEST(many_interfaces)
{
	run("for i in $(seq 1 150); do echo link add v$i type veth peer name w$i;"
	    "echo addr add 10.21.$i.1/24 dev v$i; done | ip -batch -");
	settle(links);
	for (int i = 1; i <= 150; i++) {
		char name[IF_NAMESIZE], text[IP_TEXT_MAX];
		const struct link *link;

		snprintf(name, sizeof(name), "v%d", i);
		snprintf(text, sizeof(text), "10.21.%d.1", i);
		link = links_by_index(now(), if_nametoindex(name));
		ck_assert(link != NULL);
		ck_assert_str_eq(link->name, name);
		ck_assert_str_eq(own(name, IP_V4, NULL), text);
		ck_assert(is_own(text));
	}
	expect("+v1 +w150");
	run("ip link del v100");
	expect("-10.21.100.1/24@v100 -v100");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net links");
	TCase *network = tcase_create("network"), *anywhere = tcase_create("anywhere");

	tcase_add_checked_fixture(network, links_setup, links_teardown);
	tcase_set_timeout(network, 30);
	tcase_add_test(network, knows_lo_at_the_start);
	tcase_add_test(network, interfaces_come_change_and_go);
	tcase_add_test(network, another_link_with_the_same_index_is_another);
	tcase_add_test(network, addresses_come_and_go);
	tcase_add_test(network, a_tentative_address_is_not_ours_yet);
	tcase_add_loop_test(network, chooses_its_own_address, 0,
			    sizeof(choices) / sizeof(choices[0]));
	tcase_add_test(network, a_point_to_point_link_has_its_peers_prefix);
	tcase_add_test(network, lost_notifications_lose_nothing);
	tcase_add_test(network, many_interfaces);
	tcase_add_test(anywhere, needs_no_privilege_and_no_callback);
	suite_add_tcase(suite, anywhere);
	if (netns_possible("net/links_test"))
		suite_add_tcase(suite, network);
	return suite_run_whole(suite);
}
