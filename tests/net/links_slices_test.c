/* net/links: a table of ten thousand routes is read and made in slices, each of which is small. */
#include <check.h>
#include <dlfcn.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "net/links_raw.h"
#include "net/netns.h"
#include "net/settle.h"
#include "suite.h"

enum { ROUTES = 10000, MESSAGES_MAX = 1000, DATAGRAMS_MAX = 16 };

/* What libmnl has received since the last look. */
static struct {
	unsigned datagrams, messages;
} got;

/* In libc's place, for libmnl. */
__attribute__((visibility("default"))) ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
	ssize_t (*real)(int, struct msghdr *, int);
	ssize_t n, left;

	*(void **)&real = dlsym(RTLD_NEXT, "recvmsg");
	n = real(fd, header, flags);
	if (n < 0)
		return n;
	got.datagrams++;
	left = n;
	for (const struct nlmsghdr *message = header->msg_iov[0].iov_base; NLMSG_OK(message, left);
	     message = NLMSG_NEXT(message, left))
		got.messages++;
	return n;
}

static struct links *links;

static void setup(void)
{
	netns_setup();
	run("ip link add left type veth peer name right; ip addr add 10.1.0.1/16 dev left;"
	    "ip link set left up; ip link set right up");
	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &links), 0);
	settle(links);
}

static void teardown(void)
{
	links_free(links);
}

static void routes_add(void)
{
	run("seq -f '%%g' 0 %d | awk '{ print \"route add 10.\" 100 + int($1 / 250) \".\" $1 %% "
	    "250 "
	    "\".0/24 via 10.1.0.9\" }' | ip -b -",
	    ROUTES - 1);
}

/* Until nothing is left to do, and nothing has come for a moment. Returns the calls that had
 * something to receive, or that left something to do. */
static unsigned settle_in_slices(void)
{
	unsigned turns = 0, messages = 0;
	int delay;

	while ((delay = links_delay_ms(links)) >= 0 || ready(links_fd(links), POLLIN, 30)) {
		if (delay > 0)
			ready(links_fd(links), POLLIN, delay);
		got.datagrams = got.messages = 0;
		ck_assert_int_eq(links_read(links), 0);
		ck_assert_msg(got.datagrams <= DATAGRAMS_MAX && got.messages <= MESSAGES_MAX,
			      "%u datagrams and %u messages in one call", got.datagrams,
			      got.messages);
		messages += got.messages;
		turns += got.datagrams > 0 || links_delay_ms(links) == 0;
	}
	ck_assert_uint_ge(messages, ROUTES / 2);
	return turns;
}

static bool is_reachable(const char *text)
{
	struct ip ip = ip_from(text);

	return links_reachable(links_now(links), &ip, 0);
}

static void check_routes(void)
{
	const struct routes *routes = &links_now(links)->routes[FAMILY_V4];

	ck_assert_uint_ge(routes->count, ROUTES);
	for (size_t i = 1; i < routes->count; i++)
		ck_assert_int_le(links_route_compare(&routes->route[i - 1], &routes->route[i]), 0);
	ck_assert(is_reachable("10.100.0.1") && is_reachable("10.139.249.1"));
	ck_assert(!is_reachable("10.140.0.1"));
}

/* S18: told one by one, they are applied some at a time. */
START_TEST(notifications_come_some_at_a_time)
{
	routes_add();
	ck_assert_uint_ge(settle_in_slices(), ROUTES / MESSAGES_MAX);
	check_routes();
}
END_TEST

/* S18: where they have to be asked for (some notifications were lost), a call takes one datagram of
 * the answer, or sorts, or copies, some of them. */
START_TEST(answer_is_taken_in_slices)
{
	int small = 1;

	ck_assert_int_eq(setsockopt(links_fd(links), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)),
			 0);
	routes_add();
	ck_assert_uint_ge(settle_in_slices(), 3 * ROUTES / MESSAGES_MAX);
	check_routes();
}
END_TEST

/* S18: the view stays as it was until the new one is whole. */
START_TEST(old_view_is_in_force_until_the_new_one_is_whole)
{
	uint64_t serial;
	unsigned turns = 0;

	routes_add();
	settle(links);
	serial = links_serial(links_now(links));
	run("ip link set right down; ip link set right up; ip route add 10.200.0.0/16 via "
	    "10.1.0.9");
	while (links_serial(links_now(links)) == serial) {
		int delay = links_delay_ms(links);

		ck_assert(is_reachable("10.100.0.1") && !is_reachable("10.200.0.1"));
		ready(links_fd(links), POLLIN, delay < 0 ? 1000 : delay);
		ck_assert_int_eq(links_read(links), 0);
		turns++;
	}
	ck_assert_uint_ge(turns, 3 * ROUTES / MESSAGES_MAX);
	settle(links);
	check_routes();
	ck_assert(is_reachable("10.200.0.1"));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slices");
	Suite *suite = suite_create("net links slices");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, notifications_come_some_at_a_time);
	tcase_add_test(tcase, answer_is_taken_in_slices);
	tcase_add_test(tcase, old_view_is_in_force_until_the_new_one_is_whole);
	if (netns_possible("net/links_slices_test"))
		suite_add_tcase(suite, tcase);
	return suite_run_whole(suite);
}
