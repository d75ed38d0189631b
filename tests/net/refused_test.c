/* net/refused.h: who asks again is told from who asks once. */
#include <check.h>

#include "net/refused.h"
#include "suite.h"

static struct refused refused;

enum { LINK = 2, A = 0x1234 };

START_TEST(one_who_was_not_refused_does_not_ask_again)
{
	ck_assert(!refused_before(&refused, LINK, A, 5000));
}
END_TEST

START_TEST(one_who_was_refused_asks_again_once)
{
	refused_note(&refused, LINK, A, 1000);
	ck_assert(!refused_before(&refused, LINK, A, 1000 + REFUSED_AGAIN_MS - 1));
	ck_assert(refused_before(&refused, LINK, A, 1000 + REFUSED_AGAIN_MS));
	ck_assert(!refused_before(&refused, LINK, A, 1000 + 2 * REFUSED_AGAIN_MS));
	refused_note(&refused, LINK, A, 3000);
	ck_assert(!refused_before(&refused, LINK, A, 3000 + REFUSED_AGAIN_MS));
}
END_TEST

START_TEST(the_first_refusal_counts)
{
	for (uint64_t ms = 1000; ms < 1000 + REFUSED_AGAIN_MS; ms += 10)
		refused_note(&refused, LINK, A, ms);
	ck_assert(refused_before(&refused, LINK, A, 1000 + REFUSED_AGAIN_MS));
}
END_TEST

START_TEST(what_is_old_is_forgotten)
{
	uint64_t ms = 1000 + REFUSED_KEPT_MS;

	refused_note(&refused, LINK, A, 1000);
	ck_assert(!refused_before(&refused, LINK, A, ms));
	refused_note(&refused, LINK, A, ms);
	ck_assert(refused_before(&refused, LINK, A, ms + REFUSED_AGAIN_MS));
	ms += REFUSED_AGAIN_MS + REFUSED_SPENT_MS;
	refused_note(&refused, LINK, A, ms);
	ck_assert(refused_before(&refused, LINK, A, ms + REFUSED_AGAIN_MS));
}
END_TEST

/* W2: who is refused on one link is not forgotten for those who are refused on another. */
START_TEST(flood_on_one_link_makes_no_other_forget)
{
	const uint64_t mixer = 0x9e3779b97f4a7c15;

	refused_note(&refused, LINK, A, 1000);
	for (uint64_t i = 1; i <= 10L * REFUSED_PLACES; i++)
		refused_note(&refused, LINK + 1, i * mixer, 1000);
	ck_assert(refused_before(&refused, LINK, A, 2000));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("refused");

	tcase_add_test(tcase, one_who_was_not_refused_does_not_ask_again);
	tcase_add_test(tcase, one_who_was_refused_asks_again_once);
	tcase_add_test(tcase, the_first_refusal_counts);
	tcase_add_test(tcase, what_is_old_is_forgotten);
	tcase_add_test(tcase, flood_on_one_link_makes_no_other_forget);
	return suite_run("net/refused", tcase);
}
