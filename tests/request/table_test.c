/* request/table: the slots of the requests that are under way. */
#include <errno.h>

#include "memory_limit.h"
#include "request/table.h"
#include "suite.h"

enum { MOST = 1 << HANDLE_INDEX_BITS, LITTLE = 64 << 20 };

/* S11: without memory for the slots nothing is left half made; it was freed twice. */
START_TEST(table_without_memory_is_an_empty_one)
{
	struct request_table table;

	memory_limit(LITTLE);
	ck_assert_int_eq(request_table_init(&table, MOST), -ENOMEM);
	ck_assert_uint_eq(request_table_used(&table), 0);
	ck_assert_ptr_null(request_take(&table));
	request_table_done(&table);
	request_table_done(&table);
}
END_TEST

START_TEST(count_out_of_range_is_refused)
{
	struct request_table table;

	ck_assert_int_eq(request_table_init(&table, 0), -EINVAL);
	request_table_done(&table);
	ck_assert_int_eq(request_table_init(&table, MOST + 1), -EINVAL);
	request_table_done(&table);
}
END_TEST

START_TEST(each_slot_is_taken_once)
{
	struct request_table table;
	struct request *first, *second;

	ck_assert_int_eq(request_table_init(&table, 2), 0);
	first = request_take(&table);
	second = request_take(&table);
	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_nonnull(second);
	ck_assert_ptr_ne(first, second);
	ck_assert_ptr_null(request_take(&table));
	ck_assert_uint_eq(request_table_used(&table), 2);
	request_give(&table, first);
	ck_assert_ptr_eq(request_take(&table), first);
	request_table_done(&table);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("table");

	tcase_add_test(tcase, table_without_memory_is_an_empty_one);
	tcase_add_test(tcase, count_out_of_range_is_refused);
	tcase_add_test(tcase, each_slot_is_taken_once);
	return suite_run("table", tcase);
}
