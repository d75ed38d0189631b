/* FormatMessage, by Microsoft's page. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum {
	STRING = FORMAT_MESSAGE_FROM_STRING,
	SYSTEM = FORMAT_MESSAGE_FROM_SYSTEM,
	MODULE = FORMAT_MESSAGE_FROM_HMODULE,
	IGNORE = FORMAT_MESSAGE_IGNORE_INSERTS,
	NOWRAP = FORMAT_MESSAGE_MAX_WIDTH_MASK,
	SIZE = 200,
};

static const struct {
	const char *name;
	DWORD flags;
	const char *source;
	DWORD id, size;
	const char *text; /* NULL: */
	DWORD error;
} message_rows[] = {
	{ "a text", STRING, "one", 0, SIZE, "one", 0 },
	{ "inserts", STRING, "%1, %2 and %1", 0, SIZE, "ONE, TWO and ONE", 0 },
	{ "a format", STRING, "<%3!d!> <%3!05u!> <%3!x!>", 0, SIZE, "<42> <00042> <2a>", 0 },
	{ "a width that is an insert", STRING, "<%3!*d!>", 0, SIZE,
	  "<                                         7>", 0 },
	{ "a text by its length", STRING, "%1!.2s!", 0, SIZE, "ON", 0 },
	{ "a text of the other kind", STRING, "%5!S!", 0, SIZE, "OTHER", 0 },
	{ "two digits", STRING, "%10!d!%2", 0, SIZE, "10TWO", 0 },
	{ "no format after all", STRING, "%1! %2", 0, SIZE, "ONE! TWO", 0 },
	{ "%0 ends it", STRING, "one%0two", 0, SIZE, "one", 0 },
	{ "escapes", STRING, "%%%n%t%r%b%.%!%x", 0, SIZE, "%\r\n\t\r .!x", 0 },
	{ "line breaks", STRING, "a\nb\r\nc", 0, SIZE, "a\r\nb\r\nc", 0 },
	{ "line breaks, without", STRING | NOWRAP, "a\nb%nc", 0, SIZE, "a b\r\nc", 0 },
	{ "inserts, ignored", STRING | IGNORE, "%1 %2!d! %% %n", 0, SIZE, "%1 %2!d! % \r\n", 0 },
	{ "it ends in %", STRING, "one%", 0, SIZE, NULL, ERROR_INVALID_PARAMETER },
	{ "beyond ASCII", STRING, "\xc3\xa9%1", 0, SIZE, "\xc3\xa9ONE", 0 },
	{ "nothing", STRING, "", 0, SIZE, "", 0 },
	{ "no text", STRING, NULL, 0, SIZE, NULL, ERROR_INVALID_PARAMETER },
	{ "from nowhere", 0, "one", 5, SIZE, NULL, ERROR_INVALID_PARAMETER },
	{ "just enough room", STRING, "one", 0, 4, "one", 0 },
	{ "too little room", STRING, "one", 0, 3, NULL, ERROR_INSUFFICIENT_BUFFER },
	{ "a code", SYSTEM | IGNORE, NULL, 5, SIZE, "Access is denied.\r\n", 0 },
	{ "a code, in a line", SYSTEM | NOWRAP, NULL, 5, SIZE, "Access is denied. ", 0 },
	{ "an HRESULT", SYSTEM, NULL, 0x80070005, SIZE, "Access is denied.\r\n", 0 },
	{ "an unknown code", SYSTEM, NULL, 54321, SIZE, NULL, ERROR_MR_MID_NOT_FOUND },
	{ "of a module", MODULE, NULL, 5, SIZE, NULL, ERROR_MR_MID_NOT_FOUND },
	{ "of a module or the system", MODULE | SYSTEM, NULL, 5, SIZE, "Access is denied.\r\n", 0 },
};
API_CASES(FormatMessageA, message_rows);
API_CASES(FormatMessageW, message_rows);

static size_t widen(const char *text, WCHAR *out)
{
	int n = MultiByteToWideChar(CP_UTF8, 0, text, -1, out, SIZE);

	return (size_t)n;
}

static DWORD by_list(bool wide, DWORD flags, const void *source, DWORD id, void *out, DWORD size,
		     ...)
{
	va_list args;
	DWORD n;

	va_start(args, size);
	n = wide ? FormatMessageW(flags, source, id, 0, out, size, &args)
		 : FormatMessageA(flags, source, id, 0, out, size, &args);
	va_end(args);
	return n;
}

enum how { LIST, ARRAY, ALLOCATED, HOWS };

static DWORD call(enum how how, bool wide, int row, void *out)
{
	const void *one = wide ? (const void *)L"ONE" : "ONE",
		   *two = wide ? (const void *)L"TWO" : "TWO";
	const void *other = wide ? (const void *)"OTHER" : L"OTHER";
	DWORD_PTR array[10] = {
		(DWORD_PTR)one, (DWORD_PTR)two, 42, 7, (DWORD_PTR)other, 6, 7, 8, 9, 10
	};
	DWORD flags = message_rows[row].flags, size = message_rows[row].size;
	WCHAR source[SIZE];
	const void *from = message_rows[row].source;
	void *made = NULL;
	DWORD n;

	if (from && wide) {
		widen(from, source);
		from = source;
	}
	if (how == LIST)
		return by_list(wide, flags, from, message_rows[row].id, out, size, one, two, 42, 7,
			       other, 6, 7, 8, 9, 10);
	flags |= FORMAT_MESSAGE_ARGUMENT_ARRAY;
	if (how == ARRAY)
		return wide ? FormatMessageW(flags, from, message_rows[row].id, 0, out, size,
					     (va_list *)array)
			    : FormatMessageA(flags, from, message_rows[row].id, 0, out, size,
					     (va_list *)array);
	flags |= FORMAT_MESSAGE_ALLOCATE_BUFFER;
	n = wide ? FormatMessageW(flags, from, message_rows[row].id, 0, (LPWSTR)(void *)&made, 50,
				  (va_list *)array)
		 : FormatMessageA(flags, from, message_rows[row].id, 0, (LPSTR)(void *)&made, 50,
				  (va_list *)array);
	if (made) {
		size_t unit = wide ? sizeof(WCHAR) : 1;

		ck_assert_uint_ge(LocalSize(made), 50 * unit);
		memcpy(out, made, (n + 1) * unit);
		LocalFree(made);
	}
	return n;
}

START_TEST(messages)
{
	for (enum how how = LIST; how < HOWS; how++)
		for (int wide = 0; wide < 2; wide++) {
			WCHAR out[SIZE], expected[SIZE];
			const char *text = message_rows[_i].text;
			DWORD n, error = message_rows[_i].error;

			if (how == ALLOCATED && error == ERROR_INSUFFICIENT_BUFFER)
				continue;
			SetLastError(0);
			n = call(how, wide, _i, out);
			ck_assert_msg(GetLastError() == error, "%s, %d: error %u",
				      message_rows[_i].name, how, GetLastError());
			if (!text) {
				ck_assert_uint_eq(n, 0);
				continue;
			}
			if (wide) {
				ck_assert_uint_eq(n + 1, widen(text, expected));
				ck_assert_mem_eq(out, expected, (n + 1) * sizeof(WCHAR));
			} else {
				ck_assert_uint_eq(n, strlen(text));
				ck_assert_str_eq((char *)out, text);
			}
		}
}
END_TEST

START_TEST(no_inserts_and_no_buffer)
{
	CHAR out[20];

	ck_assert_uint_eq(FormatMessageA(STRING, "%1", 0, 0, out, sizeof(out), NULL), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(FormatMessageA(STRING, "one", 0, 0, NULL, sizeof(out), NULL), 0);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(FormatMessageA(STRING, "one", 0, 0, out, sizeof(out), NULL), 3);
}
END_TEST

/* Each code that a header of ours names has a sentence. */
START_TEST(every_code_has_a_sentence)
{
	FILE *header = fopen(TEST_SOURCE "/include/wdspxe-types.h", "r");
	char line[200], name[100], out[SIZE];
	unsigned code, n = 0;

	ck_assert_ptr_nonnull(header);
	while (fgets(line, sizeof(line), header)) {
		if (sscanf(line, "#define %99s %u", name, &code) != 2 ||
		    (strncmp(name, "ERROR_", 6) != 0 && strcmp(name, "WAIT_TIMEOUT") != 0))
			continue;
		n++;
		ck_assert_msg(FormatMessageA(SYSTEM, NULL, code, 0, out, sizeof(out), NULL) > 0,
			      "%s", name);
	}
	fclose(header);
	ck_assert_uint_gt(n, 50);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("message");

	TEST_ROWS(tcase, messages, message_rows);
	tcase_add_test(tcase, no_inserts_and_no_buffer);
	tcase_add_test(tcase, every_code_has_a_sentence);
	return suite_run("message", tcase);
}
