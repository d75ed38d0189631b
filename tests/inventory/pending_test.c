/* Machines that wait for approval: numbers that no other ever has, a flood that leaves room. */
#include <errno.h>

#include "scratch.h"
#include "suite.h"

#include "../../providers/inventory/pending_list.h"

enum { MOST = 40, SHARE = MOST / 4 };

static char why[WHY_SIZE];

static struct pending *opened(void)
{
	struct pending *pending = NULL;

	ck_assert_msg(pending_open(scratch_path("pending"), MOST, &pending, why) == 0, "%s", why);
	return pending;
}

static uint32_t ask(struct pending *pending, unsigned machine, const char *place, time_t now)
{
	struct asker asker = { .n_ids = 1, .arch = 7, .what = "PXEClient:Arch:00007" };

	asker.ids[0] = (struct id){ .kind = ID_MAC, .len = 6, .at = { 2, 0 } };
	memcpy(asker.ids[0].at + 2, &machine, 4);
	snprintf(asker.place, sizeof asker.place, "%s", place);
	return pending_ask(pending, &asker, now, why);
}

static unsigned count_at(struct pending *pending, const char *place)
{
	struct pending_view view = { .number = 0 };
	unsigned n = 0;

	while (pending_next(pending, view.number, &view))
		n += strcmp(view.place, place) == 0;
	return n;
}

START_TEST(a_machine_has_one_number)
{
	struct pending *pending = opened();
	struct pending_view view;

	ck_assert_uint_eq(ask(pending, 1, "eth0", 1000), 1);
	ck_assert_uint_eq(ask(pending, 2, "eth0", 1001), 2);
	ck_assert_uint_eq(ask(pending, 1, "eth0", 1004), 1);
	ck_assert(pending_get(pending, 1, &view));
	ck_assert(view.boots == 1 && view.first == 1000 && view.last == 1004 && view.arch == 7);
	ck_assert_uint_eq(ask(pending, 1, "eth0", 1100), 1);
	ck_assert(pending_get(pending, 1, &view) && view.boots == 2);
	ck_assert(!pending_get(pending, 3, &view));
	ck_assert(pending_forget(pending, 1) && !pending_forget(pending, 1));
	ck_assert_uint_eq(ask(pending, 1, "eth0", 1101), 3);
	pending_close(pending);
}
END_TEST

/* Whatever is killed in between, and whatever was not written. */
START_TEST(no_number_is_given_twice)
{
	uint32_t last = 0;

	for (unsigned round = 0; round < 5; round++) {
		struct pending *pending = opened();

		for (unsigned i = 0; i < 150; i++) {
			uint32_t number = ask(pending, 1000 * round + i, "eth0", 1000 + i);

			ck_assert_uint_gt(number, last);
			last = number;
		}
		if (round % 2)
			ck_assert_int_eq(pending_keep(pending, 2000, true, why), 0);
		pending_close(pending); /* writes nothing */
	}
}
END_TEST

/* As the old and the new instance of a reload, which write one after the other. */
START_TEST(two_instances_give_no_number_twice)
{
	struct pending *two[2] = { opened(), NULL };
	static bool given[4000];

	ck_assert_uint_gt(ask(two[0], 1, "eth0", 1000), 0);
	ck_assert_int_eq(pending_keep(two[0], 1100, true, why), 0);
	two[1] = opened();
	for (unsigned i = 0; i < 400; i++) {
		char place[PENDING_PLACE_SIZE];
		uint32_t number;

		snprintf(place, sizeof place, "eth%u", i % 8);
		number = ask(two[i % 2], 1000 + i, place, 2000 + i);
		ck_assert_uint_lt(number, 4000);
		ck_assert_msg(number > 1 && !given[number], "%u: %u", i, number);
		given[number] = true;
		if (i % 20 < 2)
			ck_assert_int_eq(pending_keep(two[i % 2], 2000 + i, true, why), 0);
	}
	/* The old one ends last: the new one's are not lost. */
	ck_assert_int_eq(pending_keep(two[1], 3000, true, why), 0);
	ck_assert_uint_gt(ask(two[1], 5000, "eth9", 3001), 0);
	ck_assert_int_eq(pending_keep(two[1], 3002, true, why), 0);
	ck_assert_uint_gt(ask(two[0], 6000, "eth9", 3003), 0);
	ck_assert_int_eq(pending_keep(two[0], 3004, true, why), 0);
	pending_close(two[0]);
	pending_close(two[1]);
	two[0] = opened();
	ck_assert_uint_ge(count_at(two[0], "eth9"), 1);
	ck_assert(!given[ask(two[0], 7000, "eth9", 3010) % 4000]);
	pending_close(two[0]);
}
END_TEST

/* From one place a quarter of the list at most, and the oldest of the fullest goes first. */
START_TEST(a_flood_leaves_room_for_others)
{
	struct pending *pending = opened();

	for (unsigned i = 0; i < 5; i++)
		ck_assert_uint_gt(ask(pending, i, "eth1", 1000 + i), 0);
	for (unsigned i = 0; i < 5000; i++)
		ck_assert_uint_gt(ask(pending, 100000 + i, "eth0", 2000 + i / 100), 0);
	ck_assert_uint_eq(count_at(pending, "eth0"), SHARE);
	ck_assert_uint_eq(count_at(pending, "eth1"), 5);
	ck_assert_uint_eq(pending_dropped(pending), 5000 - SHARE);
	pending_close(pending);
}
END_TEST

/* Who makes up a relay for each packet; `boots`: and comes with it again. */
static void flood_of_relays(struct pending *pending, unsigned n, time_t now, unsigned boots)
{
	for (unsigned boot = 0; boot < boots; boot++)
		for (unsigned i = 0; i < n; i++) {
			char place[PENDING_PLACE_SIZE];

			snprintf(place, sizeof place, "relay 10.%u.%u.1", i >> 8, i & 255);
			(void)ask(pending, 200000 + i, place, now + 100 * boot + i / 1000);
		}
}

/* Each relay has one machine, an interface has more: its own stay. */
START_TEST(made_up_relays_take_no_room_of_interfaces)
{
	struct pending *pending = opened();
	uint32_t numbers[SHARE];
	struct pending_view view;

	for (unsigned i = 0; i < SHARE; i++)
		numbers[i] = ask(pending, i, "eth0", 1000);
	flood_of_relays(pending, 5000, 2000, 1);
	ck_assert_uint_eq(pending_count(pending), MOST);
	for (unsigned i = 0; i < SHARE; i++)
		ck_assert(pending_get(pending, numbers[i], &view));
	/* Nor do those that come twice: who comes to an interface later is listed. */
	flood_of_relays(pending, 2 * MOST, 3000, 2);
	for (unsigned i = 0; i < 5; i++)
		numbers[i] = ask(pending, 300 + i, "eth1", 4000);
	flood_of_relays(pending, 5000, 5000, 2);
	for (unsigned i = 0; i < 5; i++)
		ck_assert(pending_get(pending, numbers[i], &view));
	ck_assert_uint_eq(count_at(pending, "eth0"), SHARE);
	pending_close(pending);
}
END_TEST

/* Where interfaces have most of it, they give way, until relays have as much. */
START_TEST(relays_have_their_part)
{
	struct pending *pending = opened();

	for (unsigned i = 0; i < MOST; i++) {
		char place[PENDING_PLACE_SIZE];

		snprintf(place, sizeof place, "eth%u", i % 4);
		(void)ask(pending, i, place, 1000 + i);
	}
	ck_assert_uint_eq(pending_count(pending), MOST);
	flood_of_relays(pending, 100, 2000, 1);
	ck_assert_uint_eq(pending_count(pending), MOST);
	for (unsigned i = 0; i < 4; i++) {
		char place[PENDING_PLACE_SIZE];

		snprintf(place, sizeof place, "eth%u", i);
		ck_assert_uint_ge(count_at(pending, place), MOST / 5 - 1);
		ck_assert_uint_lt(count_at(pending, place), SHARE);
	}
	pending_close(pending);
}
END_TEST

/* Who was seen twice at interfaces that have all of the list stays, whatever relays there are. */
START_TEST(no_relay_takes_the_place_of_who_was_seen_twice)
{
	struct pending *pending = opened();

	for (unsigned boot = 0; boot < 2; boot++)
		for (unsigned i = 0; i < MOST; i++) {
			char place[PENDING_PLACE_SIZE];

			snprintf(place, sizeof place, "eth%u", i % 4);
			ck_assert_uint_eq(ask(pending, i, place, 1000 + 100 * boot), i + 1);
		}
	flood_of_relays(pending, 100, 2000, 2);
	for (unsigned i = 0; i < MOST; i++)
		ck_assert(pending_get(pending, i + 1, &(struct pending_view){ .number = 0 }));
	pending_close(pending);
}
END_TEST

/* A machine behind a relay that asks again, as firmware does, is no packet of a flood. */
START_TEST(who_asks_again_stays)
{
	struct pending *pending = opened();
	uint32_t far = ask(pending, 1, "relay 192.168.7.1", 1000), near;
	struct pending_view view;

	(void)ask(pending, 1, "relay 192.168.7.1", 1004);
	near = ask(pending, 2, "eth0", 1000);
	(void)ask(pending, 2, "eth0", 1004);
	flood_of_relays(pending, 5000, 1010, 1);
	for (unsigned i = 0; i < 5000; i++)
		(void)ask(pending, 100000 + i, "eth0", 1010 + i / 1000);
	ck_assert(pending_get(pending, far, &view) && pending_get(pending, near, &view));
	/* Who repeats by a relay what it said does not move it to where made-up ones are. */
	(void)ask(pending, 2, "relay 10.9.9.9", 1020);
	ck_assert(pending_get(pending, near, &view));
	ck_assert_str_eq(view.place, "eth0");
	(void)ask(pending, 2, "relay 10.9.9.9", 1200);
	ck_assert(pending_get(pending, near, &view));
	ck_assert_str_eq(view.place, "relay 10.9.9.9");
	pending_close(pending);
}
END_TEST

/* What came in two boots is a machine that is there. */
START_TEST(who_was_seen_twice_stays)
{
	struct pending *pending = opened();
	uint32_t number = ask(pending, 1, "eth0", 1000);
	struct pending_view view;

	ck_assert_uint_eq(ask(pending, 1, "eth0", 1100), number);
	for (unsigned i = 0; i < 1000; i++)
		(void)ask(pending, 100000 + i, "eth0", 2000);
	ck_assert(pending_get(pending, number, &view) && view.boots == 2);
	/* Where all were, no other comes; after a day they go. */
	for (unsigned i = 0; i < 2 * SHARE; i++)
		for (unsigned boot = 0; boot < 2; boot++)
			(void)ask(pending, 300000 + i, "eth2", 3000 + 100 * boot);
	ck_assert_uint_eq(count_at(pending, "eth2"), SHARE);
	ck_assert_uint_eq(ask(pending, 400000, "eth2", 80000), 0);
	ck_assert_uint_gt(ask(pending, 400000, "eth2", 90000), 0);
	pending_close(pending);
}
END_TEST

START_TEST(the_list_outlives_the_daemon)
{
	struct pending *pending = opened();
	struct pending_view view;
	uint32_t number = ask(pending, 7, "relay 10.1.0.1", 1000);

	ck_assert_uint_gt(pending_due(pending, 1000), 0);
	ck_assert_int_eq(pending_keep(pending, 1001, false, why), 0); /* not yet */
	ck_assert_int_eq(pending_keep(pending, 1011, false, why), 0);
	ck_assert_uint_eq(pending_due(pending, 1011), 0);
	pending_close(pending);
	pending = opened();
	ck_assert_uint_eq(pending_count(pending), 1);
	ck_assert(pending_get(pending, number, &view));
	ck_assert_str_eq(view.place, "relay 10.1.0.1");
	ck_assert_str_eq(view.what, "PXEClient:Arch:00007");
	ck_assert_uint_eq(ask(pending, 7, "relay 10.1.0.1", 1020), number);
	pending_close(pending);
}
END_TEST

static const char *const bad[] = {
	"",
	"# wdspxed-pending 1\n",
	"# wdspxed-pending 1\nnext\t5\n",
	"# wdspxed-pending 1\nnext\t0\n# the end\n",
	"# wdspxed-pending 1\nnext\t5\n9\t1\t1\t1\t7\teth0\tx\tmac:02:00:00:00:00:01\n# the end\n",
	"# wdspxed-pending 1\nnext\t5\n1\t1\t1\t1\t7\teth0\tx\n# the end\n",
	"# wdspxed-pending 1\nnext\t5\n1\t1\t1\t1\t7\teth0\tx\tmac:02\n# the end\n",
	"# wdspxed-pending 2\nnext\t5\n# the end\n",
};

START_TEST(a_list_that_is_not_ours_is_refused)
{
	struct pending *pending;

	scratch_write("pending", bad[_i]);
	ck_assert_int_eq(pending_open(scratch_path("pending"), MOST, &pending, why), -EPROTO);
	ck_assert_str_eq(scratch_read("pending"), bad[_i]);
}
END_TEST

/* No number can be kept: nobody is listed. */
START_TEST(a_full_disk_lists_nobody)
{
	struct pending *pending = opened();

	ck_assert_int_eq(mkdir(scratch_path("pending.new"), 0700), 0);
	ck_assert_uint_eq(ask(pending, 1, "eth0", 1000), 0);
	ck_assert_msg(strstr(why, "cannot be written") != NULL, "%s", why);
	ck_assert_int_eq(rmdir(scratch_path("pending.new")), 0);
	/* A flood tries once a second. */
	ck_assert_uint_eq(ask(pending, 1, "eth0", 1000), 0);
	ck_assert_uint_eq(pending_failures(pending), 1);
	ck_assert_msg(strstr(why, "cannot be written") != NULL, "%s", why);
	for (unsigned i = 1; i < 20; i++) {
		ck_assert_int_eq(mkdir(scratch_path("pending.new"), 0700), 0);
		ck_assert_uint_eq(ask(pending, 1, "eth0", 1000 + i), 0);
		ck_assert_int_eq(rmdir(scratch_path("pending.new")), 0);
	}
	ck_assert_uint_eq(ask(pending, 1, "eth0", 1030), 1);
	pending_close(pending);
	/* What failed has taken no numbers away. */
	pending = opened();
	ck_assert_uint_lt(ask(pending, 2, "eth0", 1040), 200);
	pending_close(pending);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pending machines");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, a_machine_has_one_number);
	tcase_add_test(tcase, no_number_is_given_twice);
	tcase_add_test(tcase, two_instances_give_no_number_twice);
	tcase_add_test(tcase, a_flood_leaves_room_for_others);
	tcase_add_test(tcase, made_up_relays_take_no_room_of_interfaces);
	tcase_add_test(tcase, relays_have_their_part);
	tcase_add_test(tcase, no_relay_takes_the_place_of_who_was_seen_twice);
	tcase_add_test(tcase, who_asks_again_stays);
	tcase_add_test(tcase, who_was_seen_twice_stays);
	tcase_add_test(tcase, the_list_outlives_the_daemon);
	TEST_ROWS(tcase, a_list_that_is_not_ours_is_refused, bad);
	tcase_add_test(tcase, a_full_disk_lists_nobody);
	return suite_run("inventory/pending", tcase);
}
