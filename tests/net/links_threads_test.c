/* net/links.h: readers on other threads while the table changes. Run it under TSan and ASan too. */
#include <check.h>
#include <net/if.h>
#include <pthread.h>
#include <stdatomic.h>

#include "net/links.h"
#include "net/netns.h"
#include "net/settle.h"
#include "suite.h"

enum { THREADS = 6 };

static struct links *links;
static atomic_bool stop;

/* Looks things up until told to stop. What one view says must agree with itself. */
static void *read_on(void *arg)
{
	struct ip first = ip_from("10.7.0.1"), near = ip_from("10.7.0.9"), out;
	unsigned ifindex = *(unsigned *)arg;
	uintptr_t looks = 0;

	for (; !atomic_load(&stop); looks++) {
		struct links_loan loan = links_enter(links);
		const struct link *link = links_by_index(loan.view, ifindex);
		bool own = links_is_own(loan.view, &first), found;

		found = links_own_address(loan.view, ifindex, IP_V4, &near, &out);
		if (!link || strcmp(link->name, "left") != 0 || own != found ||
		    (found && !ip_equal(&out, &first)))
			return (void *)"a view that contradicts itself";
		if (looks % 64 == 0)
			sched_yield(); /* leave the changes some of the processor, loan in hand */
		links_leave(links, loan);
	}
	return looks == 0 ? (void *)"never looked" : NULL;
}

/* Another process adds and deletes an address and a route, again and again, while we follow.
 * Returns how many views there were. */
static unsigned follow_changes(void)
{
	pid_t child = fork();
	unsigned views = 0;

	if (child == 0) {
		execlp("sh", "sh", "-c",
		       "for i in $(seq 1 400); do echo addr add 10.7.0.1/24 dev left;"
		       "echo route add 10.8.0.0/16 via 10.7.0.9; echo addr del 10.7.0.1/24 dev "
		       "left;"
		       "done | ip -batch -",
		       (char *)NULL);
		_exit(127);
	}
	ck_assert_int_gt(child, 0);
	for (int status = -1; status == -1;) {
		const struct links_view *before = links_now(links);

		ready(links_fd(links), POLLIN, 10);
		ck_assert_int_eq(links_read(links), 0);
		views += links_now(links) != before;
		if (waitpid(child, &status, WNOHANG) == 0)
			status = -1;
		else
			ck_assert_int_eq(status, 0);
	}
	return views;
}

START_TEST(readers_see_whole_views)
{
	pthread_t thread[THREADS];
	unsigned ifindex, views = 0;
	void *wrong;

	run("ip link add left type veth peer name right; ip link set left up; ip link set right "
	    "up");
	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &links), 0);
	ifindex = if_nametoindex("left");
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, read_on, &ifindex), 0);
	for (int round = 0; round < 100 && views <= 20; round++) /* many changes make few views */
		views += follow_changes();
	ck_assert_uint_gt(views, 20);
	atomic_store(&stop, true);
	for (int i = 0; i < THREADS; i++) {
		ck_assert_int_eq(pthread_join(thread[i], &wrong), 0);
		ck_assert_msg(!wrong, "%s", (char *)wrong);
	}
	links_free(links);
}
END_TEST

START_TEST(a_loan_outlives_changes)
{
	struct links_loan old, new;
	struct ip ip = ip_from("10.7.0.1");

	run("ip link add left type veth peer name right; ip addr add 10.7.0.1/24 dev left");
	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &links), 0);
	old = links_enter(links);
	for (int i = 0; i < 10; i++) {
		run("ip link set left mtu %d; ip addr flush dev left", 1400 + i);
		settle(links);
	}
	new = links_enter(links);
	ck_assert_ptr_eq(new.view, links_now(links));
	ck_assert_ptr_ne(new.view, old.view);
	ck_assert_uint_eq(links_by_name(old.view, "left")->mtu, 1500);
	ck_assert(links_is_own(old.view, &ip) && !links_is_own(new.view, &ip));
	ck_assert_uint_eq(links_by_name(new.view, "left")->mtu, 1409);
	links_leave(links, new);
	links_leave(links, old);
	links_free(links);
}
END_TEST

START_TEST(every_place_is_used_again)
{
	struct links_loan loan[LINKS_READERS];

	ck_assert_int_eq(links_new(&(struct links_owner){ NULL, NULL }, &links), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < LINKS_READERS; i++)
			loan[i] = links_enter(links);
		for (int i = 0; i < LINKS_READERS; i++)
			links_leave(links, loan[i]);
	}
	links_free(links);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net links threads");
	TCase *network = tcase_create("network"), *anywhere = tcase_create("anywhere");

	tcase_add_test(anywhere, every_place_is_used_again);
	suite_add_tcase(suite, anywhere);
	tcase_add_checked_fixture(network, netns_setup, NULL);
	tcase_set_timeout(network, 60);
	tcase_add_test(network, readers_see_whole_views);
	tcase_add_test(network, a_loan_outlives_changes);
	if (netns_possible("net/links_threads_test"))
		suite_add_tcase(suite, network);
	return suite_run_whole(suite);
}
