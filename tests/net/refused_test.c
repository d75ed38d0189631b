/* net/refused.h: who asks again is told from who asks once. */
#include <check.h>

#include "net/refused.h"
#include "suite.h"

static struct refused refused;

enum { A = 0x1234 };

START_TEST(one_who_was_not_refused_does_not_ask_again)
{
	ck_assert(!refused_before(&refused, A, 5000));
}
END_TEST

START_TEST(one_who_was_refused_asks_again_once)
{
	refused_note(&refused, A, 1000);
	ck_assert(!refused_before(&refused, A, 1000 + REFUSED_AGAIN_MS - 1));
	ck_assert(refused_before(&refused, A, 1000 + REFUSED_AGAIN_MS));
	ck_assert(!refused_before(&refused, A, 1000 + 2 * REFUSED_AGAIN_MS));
	refused_note(&refused, A, 3000);
	ck_assert(!refused_before(&refused, A, 3000 + REFUSED_AGAIN_MS));
}
END_TEST

START_TEST(the_first_refusal_counts)
{
	for (uint64_t ms = 1000; ms < 1000 + REFUSED_AGAIN_MS; ms += 10)
		refused_note(&refused, A, ms);
	ck_assert(refused_before(&refused, A, 1000 + REFUSED_AGAIN_MS));
}
END_TEST

START_TEST(what_is_old_is_forgotten)
{
	uint64_t ms = 1000 + REFUSED_KEPT_MS;

	refused_note(&refused, A, 1000);
	ck_assert(!refused_before(&refused, A, ms));
	refused_note(&refused, A, ms);
	ck_assert(refused_before(&refused, A, ms + REFUSED_AGAIN_MS));
	ms += REFUSED_AGAIN_MS + REFUSED_SPENT_MS;
	refused_note(&refused, A, ms);
	ck_assert(refused_before(&refused, A, ms + REFUSED_AGAIN_MS));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("refused");

	tcase_add_test(tcase, one_who_was_not_refused_does_not_ask_again);
	tcase_add_test(tcase, one_who_was_refused_asks_again_once);
	tcase_add_test(tcase, the_first_refusal_counts);
	tcase_add_test(tcase, what_is_old_is_forgotten);
	return suite_run("net/refused", tcase);
}
