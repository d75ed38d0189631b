/* Fiber-local storage, by Microsoft's pages. */
#include <pthread.h>
#include <stdatomic.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

#define ERROR_OF(call) (SetLastError(4711), (call) ? ERROR_SUCCESS : GetLastError())

static _Atomic int n_calls;
static _Atomic uintptr_t sum;
static DWORD the_index, other_index;
static HANDLE ready_, go;

static void reset(void)
{
	n_calls = 0;
	sum = 0;
	ready_ = CreateSemaphoreW(NULL, 0, 100, NULL);
	go = CreateEventW(NULL, TRUE, FALSE, NULL);
}

static void on_end(PVOID value)
{
	n_calls++;
	sum += (uintptr_t)value;
}

static DWORD sets(LPVOID value)
{
	FlsSetValue(the_index, value);
	ReleaseSemaphore(ready_, 1, NULL);
	WaitForSingleObject(go, INFINITE);
	return FlsGetValue(the_index) == value;
}

static HANDLE thread_with(uintptr_t value)
{
	HANDLE thread = CreateThread(NULL, 0, sets, (LPVOID)value, 0, NULL);

	WaitForSingleObject(ready_, INFINITE);
	return thread;
}

/* ---- indexes ---- */

static const struct {
	const char *name;
	DWORD index;
	DWORD error;
} index_rows[] = {
	{ "the first that was given", 0, 0 },
	{ "one that was not", 5, ERROR_INVALID_PARAMETER },
	{ "the last", FLS_MAXIMUM_AVAILABLE - 1, ERROR_INVALID_PARAMETER },
	{ "beyond the last", FLS_MAXIMUM_AVAILABLE, ERROR_INVALID_PARAMETER },
	{ "none", FLS_OUT_OF_INDEXES, ERROR_INVALID_PARAMETER },
};
API_CASES(FlsGetValue, index_rows);
API_CASES(FlsSetValue, index_rows);
API_CASES(FlsFree, index_rows);

START_TEST(indexes)
{
	DWORD index = index_rows[_i].index, error = index_rows[_i].error;

	ck_assert_uint_eq(FlsAlloc(NULL), 0);
	SetLastError(4711);
	ck_assert_ptr_null(FlsGetValue(index));
	ck_assert_uint_eq(GetLastError(), error);
	ck_assert_uint_eq(ERROR_OF(FlsSetValue(index, &n_calls)), error);
	ck_assert_ptr_eq(FlsGetValue(index), error ? NULL : (void *)&n_calls);
	ck_assert_uint_eq(ERROR_OF(FlsFree(index)), error);
	ck_assert_uint_eq(ERROR_OF(FlsFree(index)), ERROR_INVALID_PARAMETER);
}
END_TEST

START_TEST(all_of_them)
{
	for (DWORD i = 0; i < FLS_MAXIMUM_AVAILABLE; i++) {
		ck_assert_uint_eq(FlsAlloc(on_end), i);
		FlsSetValue(i, &n_calls);
	}
	SetLastError(4711);
	ck_assert_uint_eq(FlsAlloc(on_end), FLS_OUT_OF_INDEXES);
	ck_assert_uint_eq(GetLastError(), ERROR_NO_MORE_ITEMS);
	ck_assert_int_eq(FlsFree(77), TRUE);
	ck_assert_int_eq(n_calls, 1);
	ck_assert_uint_eq(FlsAlloc(NULL), 77);
	ck_assert_ptr_null(FlsGetValue(77)); /* not what it was before */
}
END_TEST

/* ---- callbacks ---- */

static const struct {
	const char *name;
	PFLS_CALLBACK_FUNCTION callback;
	uintptr_t values[3]; /* of a thread each */
	int calls;
} call_rows[] = {
	{ "each thread's value", on_end, { 1, 2, 4 }, 3 },
	{ "NULL is none", on_end, { 1, 0, 4 }, 2 },
	{ "without a callback", NULL, { 1, 2, 4 }, 0 },
};
API_CASES(FlsAlloc, call_rows);

static void begin(HANDLE threads[3], int row)
{
	the_index = FlsAlloc(call_rows[row].callback);
	for (int i = 0; i < 3; i++)
		threads[i] = thread_with(call_rows[row].values[i]);
}

static void check_called(int row)
{
	uintptr_t wanted = 0;

	for (int i = 0; i < 3 && call_rows[row].calls > 0; i++)
		wanted += call_rows[row].values[i];
	ck_assert_int_eq(n_calls, call_rows[row].calls);
	ck_assert_uint_eq(sum, wanted);
}

START_TEST(when_a_thread_ends)
{
	HANDLE threads[3];

	begin(threads, _i);
	ck_assert_int_eq(n_calls, 0);
	SetEvent(go);
	WaitForMultipleObjects(3, threads, TRUE, INFINITE);
	check_called(_i);
	ck_assert_int_eq(FlsFree(the_index), TRUE);
	check_called(_i);
}
END_TEST

START_TEST(when_the_index_is_freed)
{
	HANDLE threads[3];
	DWORD code;

	begin(threads, _i);
	ck_assert_int_eq(FlsFree(the_index), TRUE);
	check_called(_i);
	SetEvent(go);
	WaitForMultipleObjects(3, threads, TRUE, INFINITE);
	check_called(_i);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(GetExitCodeThread(threads[i], &code), TRUE);
		ck_assert_uint_eq(code, call_rows[_i].values[i] == 0); /* the value was gone */
	}
}
END_TEST

static void on_end_asks(PVOID value)
{
	on_end(value);
	ck_assert_ptr_eq(FlsGetValue(other_index), &other_index);
	ck_assert_ptr_null(FlsGetValue(the_index));
	FlsSetValue(the_index, value); /* which nobody is told of again */
}

static void *ends_alone(void *unused)
{
	FlsSetValue(the_index, (PVOID)1);
	FlsSetValue(other_index, &other_index);
	return unused;
}

/* A thread of others, whose callback asks for more. */
START_TEST(a_callback_asks)
{
	pthread_t thread;

	the_index = FlsAlloc(on_end_asks);
	other_index = FlsAlloc(NULL);
	ck_assert_int_eq(pthread_create(&thread, NULL, ends_alone, NULL), 0);
	pthread_join(thread, NULL);
	ck_assert_int_eq(n_calls, 1);
}
END_TEST

/* Of the thread that ends; the other value is told while this call lasts. */
static void on_end_frees(PVOID value)
{
	on_end(value);
	ck_assert_uint_eq(ERROR_OF(FlsFree(the_index)),
			  (uintptr_t)value == 1 ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER);
}

/* The index that a callback frees is that callback's own; another thread has a value, too. */
START_TEST(a_callback_frees)
{
	HANDLE thread;

	the_index = FlsAlloc(on_end_frees);
	thread = thread_with(1);
	FlsSetValue(the_index, (PVOID)2);
	SetEvent(go);
	WaitForSingleObject(thread, INFINITE);
	ck_assert_int_eq(n_calls, 2);
	ck_assert_uint_eq(sum, 3);
	ck_assert_uint_eq(FlsAlloc(NULL), the_index);
}
END_TEST

/* Threads end while their index is freed: each value is told once. */
START_TEST(a_crowd)
{
	for (int round = 0; round < 50; round++) {
		HANDLE threads[3];

		reset();
		begin(threads, 0);
		SetEvent(go);
		ck_assert_int_eq(FlsFree(the_index), TRUE);
		WaitForMultipleObjects(3, threads, TRUE, INFINITE);
		check_called(0);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("fls");

	tcase_add_checked_fixture(tcase, reset, NULL);
	TEST_ROWS(tcase, indexes, index_rows);
	tcase_add_test(tcase, all_of_them);
	TEST_ROWS(tcase, when_a_thread_ends, call_rows);
	TEST_ROWS(tcase, when_the_index_is_freed, call_rows);
	tcase_add_test(tcase, a_callback_asks);
	tcase_add_test(tcase, a_callback_frees);
	tcase_add_test(tcase, a_crowd);
	suite_apart(); /* indexes are counted from nothing */
	return suite_run("fls", tcase);
}
