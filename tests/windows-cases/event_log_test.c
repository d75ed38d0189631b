/* The event log, by Microsoft's pages: what the journal is sent. The program has the C library's
 * sendto() itself, and so sees each entry. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

static char sent[1000];
static size_t sent_len;
static int n_sent, sendto_error;

__attribute__((visibility("default"))) ssize_t sendto(int fd, const void *at, size_t len, int flags,
						      const struct sockaddr *to, socklen_t to_len)
{
	const struct sockaddr_un *address = (const struct sockaddr_un *)to;

	(void)fd;
	ck_assert_uint_eq(to_len, sizeof(*address));
	ck_assert_str_eq(address->sun_path, "/run/systemd/journal/socket");
	ck_assert(flags & MSG_DONTWAIT);
	ck_assert_uint_lt(len, sizeof(sent));
	memcpy(sent, at, len);
	sent[len] = '\0';
	sent_len = len;
	n_sent++;
	errno = sendto_error;
	return sendto_error ? -1 : (ssize_t)len;
}

static HANDLE source(bool wide)
{
	return wide ? RegisterEventSourceW(NULL, L"WDS\u00e9")
		    : RegisterEventSourceA("", "WDS\xc3\xa9");
}

/* ---- events ---- */

static const struct {
	const char *name;
	WORD type, category;
	DWORD id;
	WORD n;
	const char *strings[2];
	const char *message; /* NULL: refused */
	int priority;
} report_rows[] = {
	{ "an error", EVENTLOG_ERROR_TYPE, 3, 1000, 1, { "no \xc3\xa9", NULL }, "no \xc3\xa9", 3 },
	{ "a warning", EVENTLOG_WARNING_TYPE, 0, 0xc0000001, 1, { "late", NULL }, "late", 4 },
	{ "information", EVENTLOG_INFORMATION_TYPE, 0, 1, 1, { "up", NULL }, "up", 6 },
	{ "a success", EVENTLOG_SUCCESS, 0, 1, 1, { "up", NULL }, "up", 6 },
	{ "an audit that failed", EVENTLOG_AUDIT_FAILURE, 0, 1, 1, { "who", NULL }, "who", 5 },
	{ "two strings", EVENTLOG_ERROR_TYPE, 0, 7, 2, { "one", "two" }, "one two", 3 },
	{ "none", EVENTLOG_ERROR_TYPE, 0, 7, 0, { NULL, NULL }, "event 7", 3 },
	{ "a string that is NULL", EVENTLOG_ERROR_TYPE, 0, 7, 2, { "one", NULL }, "one ", 3 },
	{ "a type that is none", 3, 0, 7, 0, { NULL, NULL }, NULL, 0 },
	{ "one beyond them", 0x20, 0, 7, 0, { NULL, NULL }, NULL, 0 },
};
API_CASES(RegisterEventSourceA, report_rows);
API_CASES(RegisterEventSourceW, report_rows);
API_CASES(ReportEventA, report_rows);
API_CASES(ReportEventW, report_rows);

static BOOL report(bool wide, HANDLE handle, int row)
{
	LPCSTR narrow[2] = { report_rows[row].strings[0], report_rows[row].strings[1] };
	WCHAR copies[2][50];
	LPCWSTR strings[2] = { NULL, NULL };

	for (int i = 0; i < 2; i++)
		if (narrow[i]) {
			MultiByteToWideChar(CP_UTF8, 0, narrow[i], -1, copies[i], 50);
			strings[i] = copies[i];
		}
	return wide ? ReportEventW(handle, report_rows[row].type, report_rows[row].category,
				   report_rows[row].id, NULL, report_rows[row].n, 0, strings, NULL)
		    : ReportEventA(handle, report_rows[row].type, report_rows[row].category,
				   report_rows[row].id, NULL, report_rows[row].n, 0, narrow, NULL);
}

START_TEST(events)
{
	for (int wide = 0; wide < 2; wide++) {
		HANDLE handle = source(wide);
		char entry[500];

		ck_assert_ptr_nonnull(handle);
		n_sent = 0;
		ck_assert_int_eq(report(wide, handle, _i), report_rows[_i].message != NULL);
		if (!report_rows[_i].message) {
			ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
			ck_assert_int_eq(n_sent, 0);
			continue;
		}
		snprintf(entry, sizeof(entry),
			 "MESSAGE=%s\nSYSLOG_IDENTIFIER=WDS\xc3\xa9\nPRIORITY=%d\nEVENT_ID=%u\n"
			 "EVENT_CATEGORY=%u\n",
			 report_rows[_i].message, report_rows[_i].priority, report_rows[_i].id,
			 report_rows[_i].category);
		ck_assert_str_eq(sent, entry);
		ck_assert_int_eq(DeregisterEventSource(handle), TRUE);
	}
}
END_TEST

/* Line breaks cannot begin a field of their own. */
START_TEST(line_breaks)
{
	static const char entry[] =
		"MESSAGE\n\x0e\0\0\0\0\0\0\0one\nPRIORITY=0\nSYSLOG_IDENTIFIER=x\n";
	HANDLE handle = RegisterEventSourceA(NULL, "x");
	LPCSTR text = "one\nPRIORITY=0";

	ck_assert_int_eq(ReportEventA(handle, EVENTLOG_ERROR_TYPE, 0, 1, NULL, 1, 0, &text, NULL),
			 TRUE);
	ck_assert_uint_ge(sent_len, sizeof(entry) - 1);
	ck_assert_mem_eq(sent, entry, sizeof(entry) - 1);
}
END_TEST

/* ---- handles, sources ---- */

static HANDLE event_handle(void)
{
	return CreateEventW(NULL, TRUE, FALSE, NULL);
}

static HANDLE no_handle(void)
{
	return NULL;
}

static HANDLE gone(void)
{
	HANDLE handle = source(true);

	DeregisterEventSource(handle);
	return handle;
}

static const struct {
	const char *name;
	HANDLE (*handle)(void);
} handle_rows[] = { { "NULL", no_handle },
		    { "an event", event_handle },
		    { "one that is gone", gone } };
API_CASES(DeregisterEventSource, handle_rows);

START_TEST(handles)
{
	HANDLE handle = handle_rows[_i].handle();

	SetLastError(0);
	ck_assert_int_eq(DeregisterEventSource(handle), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	SetLastError(0);
	ck_assert_int_eq(ReportEventW(handle, 1, 0, 1, NULL, 0, 0, NULL, NULL), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	if (handle_rows[_i].handle == event_handle)
		ck_assert_int_eq(SetEvent(handle), TRUE); /* it was not closed */
}
END_TEST

START_TEST(sources_that_are_none)
{
	ck_assert_ptr_null(RegisterEventSourceW(NULL, NULL));
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_ptr_null(RegisterEventSourceA(NULL, ""));
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
	ck_assert_ptr_null(RegisterEventSourceA("\\\\other", "x"));
	ck_assert_uint_eq(GetLastError(), ERROR_NOT_SUPPORTED);
	ck_assert_int_eq(ReportEventA(source(false), 1, 0, 1, NULL, 1, 0, NULL, NULL), FALSE);
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_PARAMETER);
}
END_TEST

/* ---- a journal that takes nothing, and none at all ---- */

static const struct {
	const char *name;
	int error;
} journal_rows[] = { { "it is full", EAGAIN },
		     { "the entry is too long", EMSGSIZE },
		     { "there is none", ENOENT },
		     { "nobody listens", ECONNREFUSED } };

START_TEST(journals)
{
	sendto_error = journal_rows[_i].error;
	ck_assert_int_eq(report(true, source(true), 0), TRUE);
	sendto_error = 0;
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("event_log");

	TEST_ROWS(tcase, events, report_rows);
	tcase_add_test(tcase, line_breaks);
	TEST_ROWS(tcase, handles, handle_rows);
	tcase_add_test(tcase, sources_that_are_none);
	TEST_ROWS(tcase, journals, journal_rows);
	return suite_run("event_log", tcase);
}
