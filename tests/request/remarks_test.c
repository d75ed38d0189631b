/* request/remarks: what providers say of one request, from any thread, bounded. */
#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#include "request/remarks.h"
#include "suite.h"

static struct remark_books books;

static void add(const struct remarks *remarks, uint32_t line, const char *text)
{
	remarks_add(remarks, &(struct remark){ "p", 4, line, text, "file" });
}

START_TEST(remarks_are_read_in_their_order_and_made_plain)
{
	struct remarks remarks;
	struct remark remark;
	uint32_t left_out;

	ck_assert_int_eq(remark_books_init(&books), 0);
	remarks = remarks_open(&books);
	add(&remarks, 3, "arch does\x1b[2J not match <b>");
	remarks_add(&remarks, &(struct remark){ "q", 1, 0, NULL, NULL });
	ck_assert_uint_eq(remarks_count(&remarks, &left_out), 2);
	ck_assert_uint_eq(left_out, 0);
	ck_assert(remarks_read(&remarks, 0, &remark) && remark.line == 3 && remark.kind == 4);
	ck_assert_str_eq(remark.text, "arch does?[2J not match \u2039b>");
	ck_assert_str_eq(remark.file, "file");
	ck_assert(remarks_read(&remarks, 1, &remark));
	ck_assert(!remark.text[0] && !remark.file[0] && remark.provider[0] == 'q');
	remarks_close(&remarks);
	remark_books_done(&books);
}
END_TEST

START_TEST(what_has_no_room_is_counted)
{
	struct remarks remarks;
	struct remark remark;
	uint32_t left_out;
	char text[300];

	ck_assert_int_eq(remark_books_init(&books), 0);
	remarks = remarks_open(&books);
	for (uint32_t i = 0; i < REMARKS_MAX + 9; i++)
		add(&remarks, i, "x");
	ck_assert_uint_eq(remarks_count(&remarks, &left_out), REMARKS_MAX);
	ck_assert_uint_eq(left_out, 9);
	remarks_close(&remarks);
	remarks = remarks_open(&books); /* the same one, empty again */
	ck_assert_uint_eq(remarks_count(&remarks, &left_out), 0);
	ck_assert_uint_eq(left_out, 0);
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (uint32_t i = 0; i < REMARKS_MAX; i++)
		add(&remarks, i, text);
	ck_assert_uint_eq(remarks_count(&remarks, &left_out) + left_out, REMARKS_MAX);
	ck_assert_uint_gt(left_out, 0);
	ck_assert(remarks_read(&remarks, 0, &remark));
	ck_assert_uint_eq(strlen(remark.text), REMARK_TEXT_MAX - 1);
	remarks_close(&remarks);
	remark_books_done(&books);
}
END_TEST

START_TEST(who_is_late_writes_nowhere)
{
	struct remarks early, late;
	uint32_t left_out;

	ck_assert_int_eq(remark_books_init(&books), 0);
	early = remarks_open(&books);
	remarks_close(&early);
	add(&early, 1, "late");
	late = remarks_open(&books);
	ck_assert_ptr_eq(late.book, early.book);
	add(&early, 1, "late");
	ck_assert_uint_eq(remarks_count(&late, &left_out), 0);
	remarks_close(&late);
	remark_books_done(&books);
}
END_TEST

START_TEST(where_all_are_in_use_nothing_is_kept)
{
	struct remarks remarks[REMARK_BOOKS], none;
	uint32_t left_out;

	ck_assert_int_eq(remark_books_init(&books), 0);
	for (int i = 0; i < REMARK_BOOKS; i++) {
		remarks[i] = remarks_open(&books);
		ck_assert_ptr_nonnull(remarks[i].book);
	}
	none = remarks_open(&books);
	ck_assert_ptr_null(none.book);
	add(&none, 1, "x");
	ck_assert_uint_eq(remarks_count(&none, &left_out), 0);
	remarks_close(&none);
	for (int i = 0; i < REMARK_BOOKS; i++)
		remarks_close(&remarks[i]);
	remark_books_done(&books);
}
END_TEST

enum { WRITERS = 3, ROUNDS = 500, SEEN_ROUNDS = 20 };
static _Atomic bool over;
static struct remarks shared[ROUNDS + 1];
static _Atomic uint32_t shared_at;

static void *write_on(void *unused)
{
	while (!atomic_load(&over)) {
		struct remarks remarks = shared[atomic_load(&shared_at)];

		add(&remarks, remarks.number, "said by a thread");
		sched_yield();
	}
	return unused;
}

/* A remark is of the request that it was said of, whoever is late. */
START_TEST(threads_write_while_notebooks_come_and_go)
{
	pthread_t thread[WRITERS];
	uint32_t left_out;
	struct remark remark;

	ck_assert_int_eq(remark_books_init(&books), 0);
	shared[0] = remarks_open(&books);
	for (int i = 0; i < WRITERS; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, write_on, NULL), 0);
	for (int round = 0; round < ROUNDS; round++) {
		struct remarks remarks = shared[round];
		uint32_t n;

		while (round < SEEN_ROUNDS && remarks_count(&remarks, &left_out) == 0)
			sched_yield();
		n = remarks_count(&remarks, &left_out);
		for (uint32_t i = 0; i < n; i++)
			if (remarks_read(&remarks, i, &remark))
				ck_assert_uint_eq(remark.line, remarks.number);
		remarks_close(&remarks);
		shared[round + 1] = remarks_open(&books);
		ck_assert_ptr_nonnull(shared[round + 1].book);
		atomic_store(&shared_at, (uint32_t)round + 1);
	}
	atomic_store(&over, true);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(thread[i], NULL);
	remark_books_done(&books);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("remarks");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, remarks_are_read_in_their_order_and_made_plain);
	tcase_add_test(tcase, what_has_no_room_is_counted);
	tcase_add_test(tcase, who_is_late_writes_nowhere);
	tcase_add_test(tcase, where_all_are_in_use_nothing_is_kept);
	tcase_add_test(tcase, threads_write_while_notebooks_come_and_go);
	return suite_run("request/remarks", tcase);
}
