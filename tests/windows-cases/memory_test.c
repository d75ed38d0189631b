/* Heaps, LocalAlloc, GlobalAlloc, the time of day, and text for debuggers, by Microsoft's pages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

/* ---- heaps ---- */

static HANDLE heap_process(void)
{
	return GetProcessHeap();
}

static HANDLE heap_own(void)
{
	return HeapCreate(0, 0, 0);
}

static HANDLE heap_limited(void)
{
	return HeapCreate(HEAP_NO_SERIALIZE, 100, 1000);
}

static HANDLE heap_none(void)
{
	return NULL;
}

static HANDLE heap_destroyed(void)
{
	HANDLE heap = heap_own();

	ck_assert_int_eq(HeapDestroy(heap), TRUE);
	return heap;
}

static const struct {
	const char *name;
	HANDLE (*heap)(void);
	SIZE_T first, second; /* sizes: of HeapAlloc, of HeapReAlloc */
	DWORD flags;
	bool first_fails, second_fails;
	BOOL destroyed;
} heap_rows[] = {
	{ "the process's", heap_process, 10, 5000, 0, false, false, FALSE },
	{ "one's own", heap_own, 10, 5, 0, false, false, TRUE },
	{ "nothing at all", heap_own, 0, 0, HEAP_ZERO_MEMORY, false, false, TRUE },
	{ "zeroed", heap_process, 100, 2000, HEAP_ZERO_MEMORY, false, false, FALSE },
	{ "in its place, and larger", heap_own, 10, 11, HEAP_REALLOC_IN_PLACE_ONLY, false, true,
	  TRUE },
	{ "in its place", heap_own, 10, 3, HEAP_REALLOC_IN_PLACE_ONLY, false, false, TRUE },
	{ "up to its limit", heap_limited, 1000, 1000, 0, false, false, TRUE },
	{ "beyond its limit", heap_limited, 1001, 0, 0, true, true, TRUE },
	{ "beyond its limit later", heap_limited, 600, 1001, 0, false, true, TRUE },
	{ "beyond all memory", heap_own, SIZE_MAX - 8, 0, 0, true, true, TRUE },
	{ "no heap", heap_none, 10, 10, 0, true, true, FALSE },
	{ "a heap that is gone", heap_destroyed, 10, 10, 0, true, true, FALSE },
};
API_CASES(GetProcessHeap, heap_rows);
API_CASES(HeapCreate, heap_rows);
API_CASES(HeapDestroy, heap_rows);
API_CASES(HeapAlloc, heap_rows);
API_CASES(HeapReAlloc, heap_rows);
API_CASES(HeapFree, heap_rows);
API_CASES(HeapSize, heap_rows);

static bool is_all(const char *at, size_t n, char c)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] != c)
			return false;
	return true;
}

START_TEST(heap_blocks)
{
	HANDLE heap = heap_rows[_i].heap();
	DWORD flags = heap_rows[_i].flags;
	size_t first = heap_rows[_i].first, second = heap_rows[_i].second;
	char *block = HeapAlloc(heap, flags, first), *moved;

	ck_assert_int_eq(block == NULL, heap_rows[_i].first_fails);
	if (block) {
		ck_assert_uint_eq((uintptr_t)block % 16, 0);
		ck_assert_uint_eq(HeapSize(heap, 0, block), first);
		if (flags & HEAP_ZERO_MEMORY)
			ck_assert(is_all(block, first, 0));
		memset(block, 'x', first);
		moved = HeapReAlloc(heap, flags, block, second);
		ck_assert_int_eq(moved == NULL, heap_rows[_i].second_fails);
		block = moved ? moved : block;
		ck_assert_uint_eq(HeapSize(heap, 0, block), moved ? second : first);
		ck_assert(is_all(block, !moved || first < second ? first : second, 'x'));
		if (moved && flags & HEAP_ZERO_MEMORY && second > first)
			ck_assert(is_all(block + first, second - first, 0));
		ck_assert_int_eq(HeapFree(heap, 0, block), TRUE);
		HeapAlloc(heap, 0, 7); /* it goes with the heap */
	}
	SetLastError(0);
	ck_assert_int_eq(HeapDestroy(heap), heap_rows[_i].destroyed);
	ck_assert_uint_eq(GetLastError(), heap_rows[_i].destroyed ? 0 : ERROR_INVALID_HANDLE);
}
END_TEST

START_TEST(blocks_of_others)
{
	HANDLE a = heap_own(), b = heap_own();
	char *block = HeapAlloc(a, 0, 10);

	ck_assert_int_eq(HeapFree(b, 0, block), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_ptr_null(HeapReAlloc(b, 0, block, 20));
	ck_assert_uint_eq(HeapSize(b, 0, block), (SIZE_T)-1);
	ck_assert_uint_eq(HeapSize(a, 0, NULL), (SIZE_T)-1);
	ck_assert_int_eq(HeapFree(a, 0, NULL), TRUE);
	ck_assert_int_eq(HeapFree(NULL, 0, block), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	ck_assert_int_eq(HeapFree(a, 0, block), TRUE);
	HeapDestroy(a);
	HeapDestroy(b);
}
END_TEST

/* ---- LocalAlloc, GlobalAlloc ---- */

static const struct {
	const char *name;
	UINT flags;
	SIZE_T first, second;
	DWORD error; /* of the second */
} local_rows[] = {
	{ "fixed", LMEM_FIXED, 10, 20, 0 },
	{ "movable", LHND, 10, 5, 0 },
	{ "zeroed", LPTR, 100, 300, 0 },
	{ "nothing", LMEM_MOVEABLE, 0, 1, 0 },
	{ "too much", LMEM_FIXED, 10, SIZE_MAX / 2, ERROR_NOT_ENOUGH_MEMORY },
};
API_CASES(LocalAlloc, local_rows);
API_CASES(LocalReAlloc, local_rows);
API_CASES(LocalFree, local_rows);
API_CASES(LocalSize, local_rows);
API_CASES(LocalLock, local_rows);
API_CASES(LocalUnlock, local_rows);
API_CASES(GlobalAlloc, local_rows);
API_CASES(GlobalReAlloc, local_rows);
API_CASES(GlobalFree, local_rows);
API_CASES(GlobalSize, local_rows);
API_CASES(GlobalLock, local_rows);
API_CASES(GlobalUnlock, local_rows);

static const struct local_form {
	HLOCAL (*alloc)(UINT flags, SIZE_T size);
	HLOCAL (*resize)(HLOCAL block, SIZE_T size, UINT flags);
	HLOCAL (*free)(HLOCAL block);
	SIZE_T (*size)(HLOCAL block);
	LPVOID (*lock)(HLOCAL block);
	BOOL (*unlock)(HLOCAL block);
} local_forms[] = {
	{ LocalAlloc, LocalReAlloc, LocalFree, LocalSize, LocalLock, LocalUnlock },
	{ GlobalAlloc, GlobalReAlloc, GlobalFree, GlobalSize, GlobalLock, GlobalUnlock },
};

static void local_block(const struct local_form *form, int row)
{
	HLOCAL block = form->alloc(local_rows[row].flags, local_rows[row].first), moved;

	ck_assert_ptr_nonnull(block);
	ck_assert_ptr_eq(form->lock(block), block);
	if (local_rows[row].flags & LMEM_ZEROINIT)
		ck_assert(is_all(block, local_rows[row].first, 0));
	SetLastError(4711);
	ck_assert_int_eq(form->unlock(block), FALSE);
	ck_assert_uint_eq(GetLastError(), NO_ERROR);
	moved = form->resize(block, local_rows[row].second, local_rows[row].flags);
	ck_assert_int_eq(moved == NULL, local_rows[row].error != 0);
	if (!moved)
		ck_assert_uint_eq(GetLastError(), local_rows[row].error);
	block = moved ? moved : block;
	ck_assert_uint_eq(form->size(block),
			  moved ? local_rows[row].second : local_rows[row].first);
	ck_assert_ptr_null(form->free(block));
	ck_assert_ptr_null(form->free(NULL));
	SetLastError(0);
	ck_assert_uint_eq(form->size(NULL), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	ck_assert_ptr_null(form->lock(NULL));
	ck_assert_ptr_null(form->resize(NULL, 1, 0));
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	ck_assert_ptr_null(form->alloc(0, SIZE_MAX / 2));
	ck_assert_uint_eq(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
}

START_TEST(local_and_global)
{
	for (size_t i = 0; i < ROWS(local_forms); i++)
		local_block(&local_forms[i], _i);
}
END_TEST

/* ---- the time of day ---- */

static FILETIME filetime(uint64_t ticks)
{
	return (FILETIME){ (DWORD)ticks, (DWORD)(ticks >> 32) };
}

static uint64_t ticks(FILETIME time)
{
	return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static const struct {
	const char *name;
	uint64_t ticks;
	SYSTEMTIME fields; /* year, month, day of the week, day, hour, minute, second, ms */
	bool to_fields, to_ticks;
} time_rows[] = {
	{ "the first", 0, { 1601, 1, 1, 1, 0, 0, 0, 0 }, true, true },
	{ "1970", 116444736000000000, { 1970, 1, 4, 1, 0, 0, 0, 0 }, true, true },
	{ "before 1970", 116444735999990000, { 1969, 12, 3, 31, 23, 59, 59, 999 }, true, true },
	{ "a 29th of February", 125962992015000000, { 2000, 2, 2, 29, 12, 0, 1, 500 }, true, true },
	{ "the last", 0x7fffffffffffffff, { 30828, 9, 4, 14, 2, 48, 5, 477 }, true, false },
	{ "beyond it", 0x8000000000000000, { 0, 0, 0, 0, 0, 0, 0, 0 }, false, false },
	{ "a 29th of February that is none", 0, { 1900, 2, 0, 29, 0, 0, 0, 0 }, false, false },
	{ "a 13th month", 0, { 2000, 13, 0, 1, 0, 0, 0, 0 }, false, false },
	{ "24 o'clock", 0, { 2000, 1, 0, 1, 24, 0, 0, 0 }, false, false },
	{ "a 31st of April", 0, { 2000, 4, 0, 31, 0, 0, 0, 0 }, false, false },
	{ "before the first", 0, { 1600, 12, 0, 31, 0, 0, 0, 0 }, false, false },
};
API_CASES(FileTimeToSystemTime, time_rows);
API_CASES(SystemTimeToFileTime, time_rows);
API_CASES(FileTimeToLocalFileTime, time_rows);
API_CASES(LocalFileTimeToFileTime, time_rows);
API_CASES(CompareFileTime, time_rows);

START_TEST(time_conversions)
{
	FILETIME time = filetime(time_rows[_i].ticks), back = { 1, 2 }, local;
	SYSTEMTIME fields;

	setenv("TZ", "XST-2", 1);
	tzset();
	if (time_rows[_i].to_fields) {
		ck_assert_int_eq(FileTimeToSystemTime(&time, &fields), TRUE);
		ck_assert_mem_eq(&fields, &time_rows[_i].fields, sizeof(fields));
		if (!time_rows[_i].to_ticks) /* the last: nothing is ahead of it */
			return;
		ck_assert_int_eq(FileTimeToLocalFileTime(&time, &local), TRUE);
		ck_assert_uint_eq(ticks(local), time_rows[_i].ticks + 72000000000);
		ck_assert_int_eq(CompareFileTime(&time, &local), -1);
		ck_assert_int_eq(CompareFileTime(&local, &time), 1);
		ck_assert_int_eq(LocalFileTimeToFileTime(&local, &local), TRUE);
		ck_assert_int_eq(CompareFileTime(&time, &local), 0);
	} else if (time_rows[_i].ticks) {
		ck_assert_int_eq(FileTimeToSystemTime(&time, &fields), FALSE);
		ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
		ck_assert_int_eq(FileTimeToLocalFileTime(&time, &local), FALSE);
	}
	SetLastError(0);
	ck_assert_int_eq(SystemTimeToFileTime(&time_rows[_i].fields, &back),
			 time_rows[_i].to_ticks);
	ck_assert_uint_eq(GetLastError(), time_rows[_i].to_ticks ? 0 : ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(ticks(back), time_rows[_i].to_ticks ? time_rows[_i].ticks : 0x200000001);
}
END_TEST

static const struct {
	const char *name;
	const char *zone;
	int hours; /* ahead of UTC */
} now_rows[] = { { "UTC", "UTC0", 0 }, { "ahead", "XST-5", 5 }, { "behind", "YST3", -3 } };
API_CASES(GetSystemTime, now_rows);
API_CASES(GetLocalTime, now_rows);
API_CASES(GetSystemTimeAsFileTime, now_rows);
API_CASES(GetSystemTimePreciseAsFileTime, now_rows);

START_TEST(time_now)
{
	SYSTEMTIME utc, local;
	FILETIME a, b, c, d;
	uint64_t seconds;

	setenv("TZ", now_rows[_i].zone, 1);
	tzset();
	GetSystemTimeAsFileTime(&a);
	GetSystemTime(&utc);
	GetLocalTime(&local);
	GetSystemTimePreciseAsFileTime(&b);
	seconds = ticks(a) / 10000000 - 11644473600;
	ck_assert_uint_le(seconds, (uint64_t)time(NULL));
	ck_assert_uint_ge(seconds + 60, (uint64_t)time(NULL));
	SystemTimeToFileTime(&utc, &c);
	SystemTimeToFileTime(&local, &d);
	ck_assert_int_le((int64_t)(ticks(c) - ticks(a)) / 10000,
			 (int64_t)(ticks(b) - ticks(a)) / 10000);
	ck_assert_int_eq(((int64_t)(ticks(d) - ticks(c)) + 18000000000) / 36000000000,
			 now_rows[_i].hours + (now_rows[_i].hours < 0));
}
END_TEST

/* ---- OutputDebugString: as a trace, which a program without a server has on its standard error
 * ---- */

static const struct {
	const char *name;
	const char *narrow;
	const WCHAR *wide;
	const char *said;
} debug_rows[] = {
	{ "a line", "one", L"one", "one\n" },
	{ "a line break at its end", "one\r\n", L"one\n\n", "one\n" },
	{ "no format", "%s %n", L"%s %n", "%s %n\n" },
	{ "beyond ASCII", "\xc3\xa9", L"\u00e9", "\xc3\xa9\n" },
	{ "nothing", "\n", L"", "" },
	{ "NULL", NULL, NULL, "" },
};
API_CASES(OutputDebugStringA, debug_rows);
API_CASES(OutputDebugStringW, debug_rows);

START_TEST(debug_text)
{
	for (int wide = 0; wide < 2; wide++) {
		char said[200] = "";
		int ends[2], before = dup(STDERR_FILENO);
		size_t skip;

		setenv("WDSPXE_TRACE", "1", 1);
		ck_assert_int_eq(pipe(ends), 0);
		dup2(ends[1], STDERR_FILENO);
		if (wide)
			OutputDebugStringW(debug_rows[_i].wide);
		else
			OutputDebugStringA(debug_rows[_i].narrow);
		fflush(stderr);
		dup2(before, STDERR_FILENO);
		close(ends[1]);
		ck_assert_int_ge(read(ends[0], said, sizeof(said) - 1), 0);
		close(ends[0]);
		close(before);
		skip = strlen(said) - strlen(debug_rows[_i].said);
		ck_assert_str_eq(said + skip, debug_rows[_i].said);
		ck_assert_int_eq(said[0] == '\0', debug_rows[_i].said[0] == '\0');
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("memory");

	TEST_ROWS(tcase, heap_blocks, heap_rows);
	tcase_add_test(tcase, blocks_of_others);
	TEST_ROWS(tcase, local_and_global, local_rows);
	TEST_ROWS(tcase, time_conversions, time_rows);
	TEST_ROWS(tcase, time_now, now_rows);
	TEST_ROWS(tcase, debug_text, debug_rows);
	return suite_run("memory", tcase);
}
