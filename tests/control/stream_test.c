/* control/stream: one thread puts, one takes; nobody waits, and each loss is told in its place. */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/stream.h"
#include "suite.h"

static struct stream *stream;
static atomic_uint n_woken;
static char out[STREAM_RECORD_MAX];

static void wake(void *context)
{
	ck_assert_ptr_eq(context, &stream);
	atomic_fetch_add(&n_woken, 1);
}

static void set_up(void)
{
	atomic_store(&n_woken, 0);
	stream = stream_new(wake, &stream);
	ck_assert_ptr_nonnull(stream);
}

static void tear_down(void)
{
	stream_unref(stream);
	stream_unref(stream);
}

static void put(const char *text)
{
	stream_put(stream, text, strlen(text));
}

static const char *take(void)
{
	return stream_take(stream, out) ? out : NULL;
}

START_TEST(records_come_out_as_they_went_in)
{
	char text[32];

	ck_assert_ptr_null(take());
	for (int round = 0; round < 20000; round++) { /* many times round the ring */
		snprintf(text, sizeof(text), "%0*d", 1 + round % 20, round);
		put(text);
		ck_assert(stream_is_awake(stream));
		ck_assert_str_eq(take(), text);
	}
	put("");
	ck_assert_str_eq(take(), "");
	ck_assert(stream_is_awake(stream)); /* until it was found empty */
	ck_assert_ptr_null(take());
	ck_assert(!stream_is_awake(stream));
}
END_TEST

START_TEST(taker_that_found_nothing_is_woken_once)
{
	put("a");
	ck_assert_uint_eq(n_woken, 0); /* nobody has looked yet */
	ck_assert_str_eq(take(), "a");
	ck_assert_ptr_null(take());
	put("b");
	put("c");
	stream_lose(stream, 1);
	ck_assert_uint_eq(n_woken, 1);
	ck_assert_str_eq(take(), "b");
	ck_assert_str_eq(take(), "c");
	ck_assert_str_eq(take(), "{\"lost\":1}");
	ck_assert_ptr_null(take());
	stream_lose(stream, 2); /* a loss is something to tell too */
	ck_assert_uint_eq(n_woken, 2);
	ck_assert_str_eq(take(), "{\"lost\":2}");
}
END_TEST

START_TEST(loss_is_told_in_its_place)
{
	static char big[STREAM_ROOM / 4];
	unsigned lost = 0, n = 0;

	memset(big, 'x', sizeof(big) - 1);
	while (stream_has_room(stream)) {
		put("small");
		n++;
	}
	for (int i = 0; i < 5; i++) /* more than is left */
		stream_put(stream, big, STREAM_RECORD_MAX - 1);
	for (unsigned i = 0; i < n; i++)
		ck_assert_str_eq(take(), "small");
	while (take() && strncmp(out, "xxx", 3) == 0)
		lost++;
	ck_assert_uint_lt(lost, 5);
	ck_assert_uint_eq(strtoul(out + strlen("{\"lost\":"), NULL, 10), 5 - lost);
	stream_lose(stream, 7);
	put("after");
	ck_assert_str_eq(take(), "{\"lost\":7}");
	ck_assert_str_eq(take(), "after");
	ck_assert_ptr_null(take());
}
END_TEST

START_TEST(record_that_is_too_long_is_lost)
{
	char *text = calloc(1, STREAM_RECORD_MAX + 1);

	memset(text, 'x', STREAM_RECORD_MAX);
	put(text);
	ck_assert_str_eq(take(), "{\"lost\":1}");
	text[STREAM_RECORD_MAX - 1] = '\0';
	put(text);
	ck_assert_str_eq(take(), text);
	free(text);
}
END_TEST

enum { MANY = 300000 };

static void *put_many(void *unused)
{
	char text[64];

	(void)unused;
	for (int i = 0; i < MANY; i++)
		stream_put(stream, text, (size_t)snprintf(text, sizeof(text), "%d", i));
	stream_unref(stream);
	return NULL;
}

/* Every record is either taken, in order, or counted as lost exactly where it is missing. */
START_TEST(two_threads_agree_on_what_was_lost)
{
	pthread_t thread;
	unsigned long next = 0;

	ck_assert_int_eq(pthread_create(&thread, NULL, put_many, NULL), 0);
	while (next < MANY) {
		if (!take())
			continue;
		if (out[0] == '{')
			next += strtoul(out + strlen("{\"lost\":"), NULL, 10);
		else
			ck_assert_uint_eq(strtoul(out, NULL, 10), next++);
	}
	ck_assert_uint_eq(next, MANY);
	pthread_join(thread, NULL);
	stream_unref(stream); /* the other reference is the thread's, and gone */
	set_up();
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("stream");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, records_come_out_as_they_went_in);
	tcase_add_test(tcase, taker_that_found_nothing_is_woken_once);
	tcase_add_test(tcase, loss_is_told_in_its_place);
	tcase_add_test(tcase, record_that_is_too_long_is_lost);
	tcase_add_test(tcase, two_threads_agree_on_what_was_lost);
	return suite_run("control/stream", tcase);
}
