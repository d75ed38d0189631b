/* bootfile/pool and bootfile/room: where thousands of things are kept. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "../../providers/bootfile/pool.h"
#include "../../providers/bootfile/room.h"
#include "suite.h"

START_TEST(each_text_is_there_once)
{
	static const char *texts[5000];
	struct pool pool = { .parts = NULL };
	char text[64];

	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < 5000; i++) {
			const char *kept;

			snprintf(text, sizeof text, "%*u", (int)(i % 40), i);
			kept = pool_text(&pool, text);
			ck_assert_str_eq(kept, text);
			ck_assert_uint_eq(pool_number(kept), i + 1);
			if (round == 0)
				texts[i] = kept;
			ck_assert_ptr_eq(kept, texts[i]);
		}
	pool_seal(&pool);
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(text, sizeof text, "%*u", (int)(i % 40), i);
		ck_assert_str_eq(texts[i], text);
	}
	pool_done(&pool);
}
END_TEST

START_TEST(what_is_taken_is_aligned_and_apart)
{
	struct pool pool = { .parts = NULL };
	uint8_t *taken[2000];

	for (unsigned i = 0; i < 2000; i++) {
		size_t size = i % 7 == 0 ? 300000 : 1 + i % 100;

		taken[i] = pool_take(&pool, size, 1u << i % 4);
		ck_assert_ptr_nonnull(taken[i]);
		ck_assert_uint_eq((uintptr_t)taken[i] % (1u << i % 4), 0);
		memset(taken[i], (int)(i & 255), size > 100 ? 100 : size);
		if (i > 20)
			i += 10;
	}
	ck_assert_uint_eq(taken[0][99], 0);
	ck_assert_uint_eq(taken[14][99], 14);
	pool_done(&pool);
}
END_TEST

/* From the heap to pages and back, with what is in it. */
START_TEST(a_room_keeps_what_it_has)
{
	static const size_t sizes[] = { 1,       100,    65519, 65520, 65521,   200000,
					4000000, 100000, 65520, 65519, 1000000, 10 };
	uint8_t *room = NULL;
	size_t had = 0, wrong = 0;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		room = room_resize(room, sizes[i]);
		ck_assert_ptr_nonnull(room);
		ck_assert_uint_eq((uintptr_t)room % 16, 0);
		for (size_t j = 0; j < had && j < sizes[i]; j += 997)
			wrong += room[j] != (j & 255);
		for (size_t j = 0; j < sizes[i]; j++)
			room[j] = (uint8_t)j;
		had = sizes[i];
	}
	room_free(room);
	room_free(NULL);
	room = room_new(300000);
	for (size_t j = 0; j < 300000; j++)
		wrong += room[j] != 0;
	ck_assert_uint_eq(wrong, 0);
	ck_assert_ptr_null(room_resize(room, SIZE_MAX - 8));
	ck_assert_ptr_null(room_new(SIZE_MAX - 8));
	room_free(room);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pool");

	tcase_add_test(tcase, each_text_is_there_once);
	tcase_add_test(tcase, what_is_taken_is_aligned_and_apart);
	tcase_add_test(tcase, a_room_keeps_what_it_has);
	return suite_run("bootfile/pool", tcase);
}
