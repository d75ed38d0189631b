/* server/hold: how long replies wait, and in which order they leave. */
#include <check.h>

#include "server/hold.h"
#include "suite.h"

enum { BEGIN_MS = 1000 };

static struct hold hold;
static struct outgoing out[3];
static const struct outgoing *left[3];
static unsigned n_left;

static void take(void *context, struct outgoing *one)
{
	ck_assert_ptr_eq(context, &hold);
	left[n_left++] = one;
}

static void begin(void)
{
	n_left = 0;
	hold_init(&hold, take, &hold);
}

START_TEST(each_leaves_when_its_time_has_come)
{
	begin();
	ck_assert(hold_is_empty(&hold) && hold_due_ms(&hold) == UINT64_MAX);
	for (unsigned i = 0; i < 3; i++)
		hold_put(&hold, &out[i], BEGIN_MS + i);
	ck_assert_uint_eq(hold_due_ms(&hold), BEGIN_MS + HOLD_MS);
	hold_turn(&hold, BEGIN_MS + HOLD_MS - 1);
	ck_assert_uint_eq(n_left, 0);
	hold_turn(&hold, BEGIN_MS + HOLD_MS + 1);
	ck_assert_uint_eq(n_left, 2);
	ck_assert(left[0] == &out[0] && left[1] == &out[1] && !hold_is_empty(&hold));
	ck_assert_uint_eq(hold_due_ms(&hold), BEGIN_MS + HOLD_MS + 2);
	hold_turn(&hold, BEGIN_MS + 100 * HOLD_MS);
	ck_assert(n_left == 3 && left[2] == &out[2] && hold_is_empty(&hold));
}
END_TEST

START_TEST(one_that_comes_after_the_last_has_left)
{
	begin();
	hold_put(&hold, &out[0], BEGIN_MS);
	hold_turn(&hold, BEGIN_MS + HOLD_MS);
	hold_put(&hold, &out[1], BEGIN_MS + 500);
	hold_turn(&hold, BEGIN_MS + 500 + HOLD_MS);
	ck_assert(n_left == 2 && left[1] == &out[1] && hold_is_empty(&hold));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("hold");

	tcase_add_test(tcase, each_leaves_when_its_time_has_come);
	tcase_add_test(tcase, one_that_comes_after_the_last_has_left);
	return suite_run("server/hold", tcase);
}
