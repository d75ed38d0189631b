/* request/limit: copies of one datagram, clients that ask too often, and all of them together. */
#include <string.h>

#include "request/limit.h"
#include "suite.h"

static struct limit *limit;

static void set_up(void)
{
	limit = limit_new();
	ck_assert_ptr_nonnull(limit);
}

static void tear_down(void)
{
	limit_free(limit);
}

static struct span text(const char *octets)
{
	return span_of(octets, strlen(octets));
}

/* Each row is one step of one story; times are in milliseconds. */
static const struct {
	const char *name, *source, *datagram;
	uint64_t at_ms;
	bool again;
} copies[] = {
	{ "a first one", "a", "DISCOVER", 1000, false },
	{ "its copy", "a", "DISCOVER", 1000, true },
	{ "from elsewhere", "b", "DISCOVER", 1001, false },
	{ "of other octets", "a", "DISCOVER, secs 4", 1002, false },
	{ "a copy at the end", "a", "DISCOVER", 1000 + DUPLICATE_MS - 1, true },
	{ "the client repeats itself", "a", "DISCOVER", 1000 + DUPLICATE_MS, false },
	{ "a copy of that", "a", "DISCOVER", 1000 + 2 * DUPLICATE_MS - 1, true },
};

START_TEST(copies_are_found_for_a_quarter_of_a_second)
{
	for (size_t i = 0; i < sizeof(copies) / sizeof(copies[0]); i++)
		ck_assert_msg(limit_duplicate(limit, text(copies[i].source),
					      text(copies[i].datagram),
					      copies[i].at_ms) == copies[i].again,
			      "%s", copies[i].name);
}
END_TEST

START_TEST(a_train_of_copies_is_let_through_once_in_a_while)
{
	unsigned passed = 0;

	for (uint64_t at = 5000; at < 6000; at += 10)
		passed += !limit_duplicate(limit, text("a"), text("x"), at);
	ck_assert_uint_eq(passed, 4);
}
END_TEST

START_TEST(a_client_asks_so_often_in_ten_seconds)
{
	for (int i = 0; i < 20; i++)
		ck_assert(!limit_client(limit, text("one"), 20, 1000 + (uint64_t)i));
	ck_assert(limit_client(limit, text("one"), 20, 1100));
	ck_assert(!limit_client(limit, text("two"), 20, 1100));
	ck_assert(limit_client(limit, text("one"), 20, 1000 + CLIENT_WINDOW_MS - 1));
	ck_assert(!limit_client(limit, text("one"), 20, 1000 + CLIENT_WINDOW_MS));
}
END_TEST

/* W18: what one address is sent is bounded, and a flood that names others does not unbind it. */
START_TEST(a_destination_is_named_so_often_in_a_second)
{
	unsigned passed = 0;

	for (uint32_t i = 0; i < 1000; i++)
		passed += !limit_destination(limit, text("victim"), 50, 1000 + i / 2);
	ck_assert_uint_eq(passed, 50);
	for (uint32_t i = 0; i < 20 * LIMIT_SLOTS; i++) {
		limit_destination(limit, span_of(&i, sizeof(i)), 50, 1900);
		passed += !limit_destination(limit, text("victim"), 50, 1900);
	}
	ck_assert_uint_eq(passed, 50);
	ck_assert(!limit_destination(limit, text("victim"), 50, 2000));
}
END_TEST

START_TEST(all_together_so_often_in_a_second)
{
	unsigned passed = 0;

	for (uint64_t at = 2000; at < 3000; at++)
		passed += !limit_rate(limit, 50, at);
	ck_assert_uint_eq(passed, 50);
	ck_assert(!limit_rate(limit, 50, 3000));
}
END_TEST

/* A flood of newcomers takes the places of others: they are forgotten, and nothing grows. */
START_TEST(a_flood_makes_it_forget_and_no_more)
{
	unsigned stopped = 0;

	for (uint32_t i = 0; i < 20 * LIMIT_SLOTS; i++) {
		stopped += limit_client(limit, span_of(&i, sizeof(i)), 1, 1000);
		ck_assert(!limit_duplicate(limit, text("a"), span_of(&i, sizeof(i)), 1000));
	}
	ck_assert_uint_eq(stopped, 0);
	ck_assert(!limit_client(limit, text("after"), 1, 1000));
	ck_assert(limit_client(limit, text("after"), 1, 1000));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("limits");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, copies_are_found_for_a_quarter_of_a_second);
	tcase_add_test(tcase, a_train_of_copies_is_let_through_once_in_a_while);
	tcase_add_test(tcase, a_client_asks_so_often_in_ten_seconds);
	tcase_add_test(tcase, a_destination_is_named_so_often_in_a_second);
	tcase_add_test(tcase, all_together_so_often_in_a_second);
	tcase_add_test(tcase, a_flood_makes_it_forget_and_no_more);
	return suite_run("request/limit", tcase);
}
