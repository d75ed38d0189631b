/* Handles, events, mutexes, semaphores, and waits for them, by Microsoft's pages. */
#include <pthread.h>
#include <string.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum { SOON = 20, LONG_TIME = 60000 };

/* The error of a call that fails; ERROR_SUCCESS where it does not. */
#define ERROR_OF(call) (SetLastError(4711), (call) ? ERROR_SUCCESS : GetLastError())

static HANDLE handle_event(void)
{
	return CreateEventW(NULL, TRUE, FALSE, NULL);
}

static HANDLE handle_mutex(void)
{
	return CreateMutexW(NULL, FALSE, NULL);
}

static HANDLE handle_semaphore(void)
{
	return CreateSemaphoreW(NULL, 0, 5, NULL);
}

static DWORD thread_nothing(LPVOID parameter)
{
	(void)parameter;
	return 0;
}

static HANDLE handle_thread(void)
{
	return CreateThread(NULL, 0, thread_nothing, NULL, 0, NULL);
}

/* ---- every function, every handle that is none ---- */

static HANDLE handle_null(void)
{
	return NULL;
}

static HANDLE handle_closed(void)
{
	HANDLE handle = handle_event();

	CloseHandle(handle);
	return handle;
}

/* Its place has another object meanwhile, which is not touched. */
static HANDLE handle_late(void)
{
	HANDLE handle = handle_closed();
	HANDLE other = handle_event();

	ck_assert_ptr_ne(handle, other);
	return handle;
}

static HANDLE handle_forged(void)
{
	return (HANDLE)((uintptr_t)handle_event() + (1U << 24));
}

static HANDLE handle_far(void)
{
	return (HANDLE)((uintptr_t)handle_event() | 0x3fffffU << 2);
}

static HANDLE handle_pointer(void)
{
	static int something;

	return &something;
}

static HANDLE handle_of_server(void)
{
	return (HANDLE)(uintptr_t)0x8100000000000001;
}

static HANDLE handle_number(void)
{
	return (HANDLE)(uintptr_t)4;
}

enum kind { NONE, EVENT = 1, MUTEX = 2, SEMAPHORE = 4, THREAD = 8, PROCESS = 16, WHATEVER = 31 };

static const struct {
	const char *name;
	HANDLE (*handle)(void);
	enum kind kind;
} handle_rows[] = {
	{ "NULL", handle_null, NONE },
	{ "closed", handle_closed, NONE },
	{ "closed, and its place taken", handle_late, NONE },
	{ "of another generation", handle_forged, NONE },
	{ "beyond the table", handle_far, NONE },
	{ "an address", handle_pointer, NONE },
	{ "a handle of the PXE server", handle_of_server, NONE },
	{ "a small number", handle_number, NONE },
	{ "an event", handle_event, EVENT },
	{ "a mutex", handle_mutex, MUTEX },
	{ "a semaphore", handle_semaphore, SEMAPHORE },
	{ "a thread", handle_thread, THREAD },
	{ "this process, or INVALID_HANDLE_VALUE", GetCurrentProcess, PROCESS },
	{ "this thread", GetCurrentThread, THREAD },
};

static DWORD call_set(HANDLE h)
{
	return ERROR_OF(SetEvent(h));
}

static DWORD call_reset(HANDLE h)
{
	return ERROR_OF(ResetEvent(h));
}

static DWORD call_pulse(HANDLE h)
{
	return ERROR_OF(PulseEvent(h));
}

static DWORD call_release_mutex(HANDLE h)
{
	if (WaitForSingleObject(h, 0) == WAIT_FAILED)
		return GetLastError();
	return ERROR_OF(ReleaseMutex(h));
}

static DWORD call_release_semaphore(HANDLE h)
{
	return ERROR_OF(ReleaseSemaphore(h, 1, NULL));
}

static DWORD call_wait(HANDLE h)
{
	return ERROR_OF(WaitForSingleObject(h, 0) != WAIT_FAILED);
}

static DWORD call_wait_ex(HANDLE h)
{
	return ERROR_OF(WaitForSingleObjectEx(h, 0, TRUE) != WAIT_FAILED);
}

static DWORD call_wait_many(HANDLE h)
{
	HANDLE both[2] = { handle_event(), h };

	return ERROR_OF(WaitForMultipleObjects(2, both, FALSE, 0) != WAIT_FAILED);
}

static DWORD call_wait_many_ex(HANDLE h)
{
	HANDLE both[2] = { h, handle_event() };

	return ERROR_OF(WaitForMultipleObjectsEx(2, both, TRUE, 0, FALSE) != WAIT_FAILED);
}

static DWORD call_signal(HANDLE h)
{
	DWORD error = ERROR_OF(SignalObjectAndWait(h, handle_event(), 0, FALSE) != WAIT_FAILED);

	return error == ERROR_NOT_OWNER ? ERROR_SUCCESS : error; /* it is a mutex */
}

static DWORD call_signal_wait(HANDLE h)
{
	HANDLE event = handle_event();
	DWORD error = ERROR_OF(SignalObjectAndWait(event, h, 0, FALSE) != WAIT_FAILED);

	/* Not signaled where the other is none. */
	ck_assert_uint_eq(WaitForSingleObject(event, 0), error ? WAIT_TIMEOUT : WAIT_OBJECT_0);
	return error;
}

static DWORD call_close(HANDLE h)
{
	return ERROR_OF(CloseHandle(h));
}

static DWORD call_close_twice(HANDLE h)
{
	CloseHandle(h);
	return ERROR_OF(CloseHandle(h));
}

static DWORD call_duplicate(HANDLE h)
{
	HANDLE self = GetCurrentProcess(), copy = NULL;
	DWORD error =
		ERROR_OF(DuplicateHandle(self, h, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));

	ck_assert_int_eq(error == ERROR_SUCCESS, copy != NULL);
	return error;
}

static DWORD call_exit_code(HANDLE h)
{
	DWORD code;

	return ERROR_OF(GetExitCodeThread(h, &code));
}

static DWORD call_thread_id(HANDLE h)
{
	return ERROR_OF(GetThreadId(h));
}

static DWORD call_resume(HANDLE h)
{
	return ERROR_OF(ResumeThread(h) != (DWORD)-1);
}

static const struct {
	const char *name;
	DWORD (*call)(HANDLE h);
	unsigned kinds;
} call_rows[] = {
	{ "SetEvent", call_set, EVENT },
	{ "ResetEvent", call_reset, EVENT },
	{ "PulseEvent", call_pulse, EVENT },
	{ "ReleaseMutex", call_release_mutex, MUTEX },
	{ "ReleaseSemaphore", call_release_semaphore, SEMAPHORE },
	{ "WaitForSingleObject", call_wait, WHATEVER },
	{ "WaitForSingleObjectEx", call_wait_ex, WHATEVER },
	{ "WaitForMultipleObjects", call_wait_many, WHATEVER },
	{ "WaitForMultipleObjectsEx", call_wait_many_ex, WHATEVER },
	{ "SignalObjectAndWait, the first", call_signal, EVENT | MUTEX | SEMAPHORE },
	{ "SignalObjectAndWait, the second", call_signal_wait, WHATEVER },
	{ "CloseHandle", call_close, WHATEVER },
	{ "CloseHandle twice: pseudo handles", call_close_twice, NONE },
	{ "DuplicateHandle", call_duplicate, WHATEVER },
	{ "GetExitCodeThread", call_exit_code, THREAD },
	{ "GetThreadId", call_thread_id, THREAD },
	{ "ResumeThread", call_resume, THREAD },
};
API_CASES(SetEvent, call_rows);
API_CASES(ResetEvent, call_rows);
API_CASES(CloseHandle, call_rows);
API_CASES(GetThreadId, call_rows);
API_CASES(GetCurrentProcess, handle_rows);
API_CASES(GetCurrentThread, handle_rows);

START_TEST(each_function_takes_its_kind_only)
{
	for (size_t i = 0; i < ROWS(handle_rows); i++) {
		HANDLE handle = handle_rows[i].handle();
		bool pseudo = handle == GetCurrentProcess() || handle == GetCurrentThread();
		bool fits = call_rows[_i].kinds & handle_rows[i].kind ||
			    (pseudo && call_rows[_i].call == call_close_twice);
		DWORD error = call_rows[_i].call(handle);

		ck_assert_msg(error == (fits ? ERROR_SUCCESS : ERROR_INVALID_HANDLE), "%s, %s: %u",
			      call_rows[_i].name, handle_rows[i].name, error);
		CloseHandle(handle);
	}
}
END_TEST

/* ---- Create..., Open...: names, flags, counts ---- */

enum form { CREATE_W, CREATE_A, CREATE_EX_W, CREATE_EX_A, OPEN_W, OPEN_A };

static void widen(const char *text, WCHAR *out)
{
	while ((*out++ = (WCHAR)(unsigned char)*text++) != 0)
		;
}

struct create {
	const char *name; /* ASCII; NULL: none */
	DWORD flags;      /* of CreateEventEx, CreateMutexEx */
	LONG count, max;  /* of semaphores */
};

static HANDLE create_event(enum form form, const struct create *row)
{
	WCHAR wide[600], *w = row->name ? wide : NULL;
	BOOL manual = row->flags & CREATE_EVENT_MANUAL_RESET ? 7 : 0; /* not 0 is TRUE */
	BOOL set = row->flags & CREATE_EVENT_INITIAL_SET;

	widen(row->name ? row->name : "", wide);
	switch (form) {
	case CREATE_W:
		return CreateEventW(NULL, manual, set, w);
	case CREATE_A:
		return CreateEventA(NULL, manual, set, row->name);
	case CREATE_EX_W:
		return CreateEventExW(NULL, w, row->flags, EVENT_ALL_ACCESS);
	case CREATE_EX_A:
		return CreateEventExA(NULL, row->name, row->flags, EVENT_MODIFY_STATE);
	case OPEN_W:
		return OpenEventW(SYNCHRONIZE, FALSE, w);
	case OPEN_A:
		break;
	}
	return OpenEventA(SYNCHRONIZE, FALSE, row->name);
}

static HANDLE create_mutex(enum form form, const struct create *row)
{
	WCHAR wide[600], *w = row->name ? wide : NULL;
	BOOL owner = row->flags & CREATE_MUTEX_INITIAL_OWNER;

	widen(row->name ? row->name : "", wide);
	switch (form) {
	case CREATE_W:
		return CreateMutexW(NULL, owner, w);
	case CREATE_A:
		return CreateMutexA(NULL, owner, row->name);
	case CREATE_EX_W:
		return CreateMutexExW(NULL, w, row->flags, MUTEX_ALL_ACCESS);
	case CREATE_EX_A:
		return CreateMutexExA(NULL, row->name, row->flags, MUTEX_MODIFY_STATE);
	case OPEN_W:
		return OpenMutexW(SYNCHRONIZE, FALSE, w);
	case OPEN_A:
		break;
	}
	return OpenMutexA(SYNCHRONIZE, FALSE, row->name);
}

static HANDLE create_semaphore(enum form form, const struct create *row)
{
	WCHAR wide[600], *w = row->name ? wide : NULL;

	widen(row->name ? row->name : "", wide);
	switch (form) {
	case CREATE_W:
		return CreateSemaphoreW(NULL, row->count, row->max, w);
	case CREATE_A:
		return CreateSemaphoreA(NULL, row->count, row->max, row->name);
	case CREATE_EX_W:
		return CreateSemaphoreExW(NULL, row->count, row->max, w, row->flags,
					  SEMAPHORE_ALL_ACCESS);
	case CREATE_EX_A:
		return CreateSemaphoreExA(NULL, row->count, row->max, row->name, row->flags, 0);
	case OPEN_W:
		return OpenSemaphoreW(SYNCHRONIZE, FALSE, w);
	case OPEN_A:
		break;
	}
	return OpenSemaphoreA(SYNCHRONIZE, FALSE, row->name);
}

#define C10(c) c c c c c c c c c c
#define C260   C10(C10("n")) C10(C10("n")) C10("n") C10("n") C10("n") C10("n") C10("n") C10("n")

static const struct {
	const char *name;
	HANDLE (*create)(enum form form, const struct create *row);
	struct create first, second; /* the second while the first is there */
	DWORD first_error, second_error;
	enum { BOTH, EX, OPENS } how; /* only the Ex forms can say it; the second is by Open... */
} create_rows[] = {
	{ "events", create_event, { "a", 0, 0, 0 }, { "b", 0, 0, 0 }, 0, 0, BOTH },
	{ "an event twice", create_event, { "a", 3, 0, 0 }, { "a", 0, 0, 0 }, 0, 183, BOTH },
	{ "names have case", create_event, { "a", 3, 0, 0 }, { "A", 0, 0, 0 }, 0, 0, BOTH },
	{ "without a name", create_event, { NULL, 0, 0, 0 }, { NULL, 0, 0, 0 }, 0, 0, BOTH },
	{ "an empty name is none", create_event, { "", 0, 0, 0 }, { "", 0, 0, 0 }, 0, 0, BOTH },
	{ "Global and Local",
	  create_event,
	  { "Global\\a", 0, 0, 0 },
	  { "Local\\a", 0, 0, 0 },
	  0,
	  183,
	  BOTH },
	{ "Global is a name, too",
	  create_event,
	  { "Global", 0, 0, 0 },
	  { "Global\\Global", 0, 0, 0 },
	  0,
	  183,
	  BOTH },
	{ "a space of its own",
	  create_event,
	  { "Own\\a", 0, 0, 0 },
	  { "Global\\a\\b", 0, 0, 0 },
	  3,
	  3,
	  BOTH },
	{ "260 characters", create_event, { C260, 0, 0, 0 }, { C260 "n", 0, 0, 0 }, 0, 206, BOTH },
	{ "an event of unknown flags",
	  create_event,
	  { NULL, 4, 0, 0 },
	  { "a", 8, 0, 0 },
	  87,
	  87,
	  EX },
	{ "mutexes", create_mutex, { "a", 0, 0, 0 }, { "b", 0, 0, 0 }, 0, 0, BOTH },
	{ "a mutex twice", create_mutex, { "a", 1, 0, 0 }, { "a", 1, 0, 0 }, 0, 183, BOTH },
	{ "a mutex of unknown flags",
	  create_mutex,
	  { NULL, 2, 0, 0 },
	  { "a", 4, 0, 0 },
	  87,
	  87,
	  EX },
	{ "semaphores", create_semaphore, { "a", 0, 0, 1 }, { "b", 0, 1, 1 }, 0, 0, BOTH },
	{ "a semaphore twice", create_semaphore, { "a", 0, 0, 1 }, { "a", 0, 5, 9 }, 0, 183, BOTH },
	{ "a count below 0", create_semaphore, { "a", 0, -1, 1 }, { "a", 0, 0, 1 }, 87, 0, BOTH },
	{ "a maximum of 0", create_semaphore, { "a", 0, 0, 0 }, { "a", 0, 0, -1 }, 87, 87, BOTH },
	{ "a count beyond the maximum",
	  create_semaphore,
	  { "a", 0, 2, 1 },
	  { "a", 0, 1, 1 },
	  87,
	  0,
	  BOTH },
	{ "a semaphore with flags",
	  create_semaphore,
	  { "a", 1, 0, 1 },
	  { "a", 0, 0, 1 },
	  87,
	  0,
	  EX },
	{ "open an event", create_event, { "a", 0, 0, 0 }, { "Local\\a", 0, 0, 0 }, 0, 0, OPENS },
	{ "open no event", create_event, { "a", 0, 0, 0 }, { "b", 0, 0, 0 }, 0, 2, OPENS },
	{ "open an event without a name",
	  create_event,
	  { "a", 0, 0, 0 },
	  { NULL, 0, 0, 0 },
	  0,
	  87,
	  OPENS },
	{ "open an event in a space",
	  create_event,
	  { "a", 0, 0, 0 },
	  { "x\\a", 0, 0, 0 },
	  0,
	  3,
	  OPENS },
	{ "open a mutex", create_mutex, { "a", 0, 0, 0 }, { "a", 0, 0, 0 }, 0, 0, OPENS },
	{ "open no mutex", create_mutex, { "a", 0, 0, 0 }, { "b", 0, 0, 0 }, 0, 2, OPENS },
	{ "open a semaphore", create_semaphore, { "a", 0, 0, 1 }, { "a", 0, 0, 0 }, 0, 0, OPENS },
	{ "open no semaphore", create_semaphore, { "a", 0, 0, 1 }, { "", 0, 0, 0 }, 0, 87, OPENS },
};
API_CASES(CreateEventW, create_rows);
API_CASES(CreateEventA, create_rows);
API_CASES(CreateEventExW, create_rows);
API_CASES(CreateEventExA, create_rows);
API_CASES(OpenEventW, create_rows);
API_CASES(OpenEventA, create_rows);
API_CASES(CreateMutexW, create_rows);
API_CASES(CreateMutexA, create_rows);
API_CASES(CreateMutexExW, create_rows);
API_CASES(CreateMutexExA, create_rows);
API_CASES(OpenMutexW, create_rows);
API_CASES(OpenMutexA, create_rows);
API_CASES(CreateSemaphoreW, create_rows);
API_CASES(CreateSemaphoreA, create_rows);
API_CASES(CreateSemaphoreExW, create_rows);
API_CASES(CreateSemaphoreExA, create_rows);
API_CASES(OpenSemaphoreW, create_rows);
API_CASES(OpenSemaphoreA, create_rows);

static HANDLE created(int row, enum form form, bool second, DWORD expected)
{
	const struct create *create = second ? &create_rows[row].second : &create_rows[row].first;
	bool has_handle = expected == ERROR_SUCCESS || expected == ERROR_ALREADY_EXISTS;
	HANDLE handle;

	SetLastError(form >= OPEN_W && has_handle ? expected : 4711); /* opening leaves it */
	handle = create_rows[row].create(form, create);
	ck_assert_msg((handle != NULL) == has_handle && GetLastError() == expected,
		      "%s, form %d: %p, error %u", create_rows[row].name, form, handle,
		      GetLastError());
	return handle;
}

START_TEST(names_flags_and_counts)
{
	bool opens = create_rows[_i].how == OPENS;
	enum form least = create_rows[_i].how == EX ? CREATE_EX_W : CREATE_W;

	for (enum form a = least; a <= CREATE_EX_A; a++)
		for (enum form b = opens ? OPEN_W : least; b <= (opens ? OPEN_A : CREATE_EX_A);
		     b++) {
			HANDLE first = created(_i, a, false, create_rows[_i].first_error);
			HANDLE second = created(_i, b, true, create_rows[_i].second_error);

			CloseHandle(second);
			CloseHandle(first);
		}
}
END_TEST

START_TEST(a_name_of_another_kind_and_bad_names)
{
	static const WCHAR surrogate[] = { 'x', 0xd800, 0 };
	HANDLE event = CreateEventA(NULL, TRUE, FALSE, "\xc3\xa9");

	ck_assert_ptr_nonnull(event);
	ck_assert_ptr_null(CreateMutexW(NULL, TRUE, L"\u00e9"));
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	ck_assert_ptr_null(OpenSemaphoreA(0, FALSE, "\xc3\xa9"));
	ck_assert_uint_eq(GetLastError(), ERROR_INVALID_HANDLE);
	ck_assert_ptr_null(CreateEventA(NULL, TRUE, FALSE, "\xc3"));
	ck_assert_uint_eq(GetLastError(), ERROR_NO_UNICODE_TRANSLATION);
	ck_assert_ptr_null(CreateEventW(NULL, TRUE, FALSE, surrogate));
	ck_assert_uint_eq(GetLastError(), ERROR_NO_UNICODE_TRANSLATION);
	CloseHandle(event);
	ck_assert_ptr_nonnull(CreateMutexW(NULL, TRUE, L"\u00e9")); /* the name was free again */
}
END_TEST

START_TEST(two_handles_of_one_name_are_one_object)
{
	HANDLE a = CreateEventA(NULL, TRUE, FALSE, "one"), b = OpenEventW(0, FALSE, L"one");

	ck_assert_ptr_ne(a, b);
	SetEvent(a);
	CloseHandle(a);
	ck_assert_uint_eq(WaitForSingleObject(b, 0), WAIT_OBJECT_0);
	CloseHandle(b);
	ck_assert_ptr_null(OpenEventA(0, FALSE, "one"));
	ck_assert_uint_eq(GetLastError(), ERROR_FILE_NOT_FOUND);
}
END_TEST

/* ---- what a wait does to each ---- */

static const struct {
	const char *name;
	DWORD flags;
	BOOL (*change)(HANDLE event); /* before the waits; NULL: nothing */
	DWORD waits[2];
} event_rows[] = {
	{ "not set", 0, NULL, { WAIT_TIMEOUT, WAIT_TIMEOUT } },
	{ "set: for one", CREATE_EVENT_INITIAL_SET, NULL, { WAIT_OBJECT_0, WAIT_TIMEOUT } },
	{ "manual", CREATE_EVENT_MANUAL_RESET, NULL, { WAIT_TIMEOUT, WAIT_TIMEOUT } },
	{ "manual, set", 3, NULL, { WAIT_OBJECT_0, WAIT_OBJECT_0 } },
	{ "SetEvent", 0, SetEvent, { WAIT_OBJECT_0, WAIT_TIMEOUT } },
	{ "SetEvent of one that is set", 2, SetEvent, { WAIT_OBJECT_0, WAIT_TIMEOUT } },
	{ "SetEvent, manual", 1, SetEvent, { WAIT_OBJECT_0, WAIT_OBJECT_0 } },
	{ "ResetEvent", 2, ResetEvent, { WAIT_TIMEOUT, WAIT_TIMEOUT } },
	{ "ResetEvent, manual", 3, ResetEvent, { WAIT_TIMEOUT, WAIT_TIMEOUT } },
	{ "PulseEvent: nobody waits", 0, PulseEvent, { WAIT_TIMEOUT, WAIT_TIMEOUT } },
	{ "PulseEvent of one that is set", 3, PulseEvent, { WAIT_TIMEOUT, WAIT_TIMEOUT } },
};
API_CASES(PulseEvent, event_rows);
API_CASES(WaitForSingleObject, event_rows);
API_CASES(WaitForSingleObjectEx, event_rows);

START_TEST(event_and_waits)
{
	HANDLE event = CreateEventExW(NULL, NULL, event_rows[_i].flags, 0);

	if (event_rows[_i].change)
		ck_assert_int_eq(event_rows[_i].change(event), TRUE);
	ck_assert_uint_eq(WaitForSingleObject(event, 0), event_rows[_i].waits[0]);
	ck_assert_uint_eq(WaitForSingleObjectEx(event, SOON, TRUE), event_rows[_i].waits[1]);
	CloseHandle(event);
}
END_TEST

static const struct {
	const char *name;
	LONG count, max, add, before;
	DWORD error;
	unsigned waits; /* that end */
} semaphore_rows[] = {
	{ "one more", 0, 2, 1, 0, 0, 1 },
	{ "up to the maximum", 1, 3, 2, 1, 0, 3 },
	{ "beyond the maximum", 1, 3, 3, -5, ERROR_TOO_MANY_POSTS, 1 },
	{ "beyond all numbers", 1, 0x7fffffff, 0x7fffffff, -5, ERROR_TOO_MANY_POSTS, 1 },
	{ "nothing", 1, 3, 0, -5, ERROR_INVALID_PARAMETER, 1 },
	{ "less", 2, 3, -1, -5, ERROR_INVALID_PARAMETER, 2 },
};
API_CASES(ReleaseSemaphore, semaphore_rows);

START_TEST(semaphores)
{
	HANDLE semaphore =
		CreateSemaphoreW(NULL, semaphore_rows[_i].count, semaphore_rows[_i].max, NULL);
	LONG before = -5;
	unsigned waits = 0;

	ck_assert_uint_eq(ERROR_OF(ReleaseSemaphore(semaphore, semaphore_rows[_i].add, &before)),
			  semaphore_rows[_i].error);
	ck_assert_int_eq(before, semaphore_rows[_i].before);
	while (WaitForSingleObject(semaphore, 0) == WAIT_OBJECT_0)
		waits++;
	ck_assert_uint_eq(waits, semaphore_rows[_i].waits);
	CloseHandle(semaphore);
}
END_TEST

/* ---- mutexes: whose they are ---- */

static DWORD release_elsewhere(LPVOID mutex)
{
	return ERROR_OF(ReleaseMutex(mutex));
}

static DWORD try_elsewhere(LPVOID mutex)
{
	return WaitForSingleObject(mutex, 0);
}

/* What a thread of its own returns, which has ended. */
static DWORD elsewhere(LPTHREAD_START_ROUTINE routine, LPVOID parameter)
{
	HANDLE thread = CreateThread(NULL, 0, routine, parameter, 0, NULL);
	DWORD code;

	ck_assert_uint_eq(WaitForSingleObject(thread, LONG_TIME), WAIT_OBJECT_0);
	ck_assert_int_eq(GetExitCodeThread(thread, &code), TRUE);
	CloseHandle(thread);
	return code;
}

static const struct {
	const char *name;
	unsigned takes, releases; /* by this thread */
	DWORD last_error;         /* of the last release */
	DWORD other_releases;     /* another thread's release after that, */
	DWORD other_takes;        /* and what its wait returns */
} mutex_rows[] = {
	{ "nobody's", 0, 1, ERROR_NOT_OWNER, ERROR_NOT_OWNER, WAIT_OBJECT_0 },
	{ "taken", 1, 0, 0, ERROR_NOT_OWNER, WAIT_TIMEOUT },
	{ "taken and released", 1, 1, 0, ERROR_NOT_OWNER, WAIT_OBJECT_0 },
	{ "taken twice", 2, 1, 0, ERROR_NOT_OWNER, WAIT_TIMEOUT },
	{ "released twice", 2, 2, 0, ERROR_NOT_OWNER, WAIT_OBJECT_0 },
	{ "released once too often", 2, 3, ERROR_NOT_OWNER, ERROR_NOT_OWNER, WAIT_OBJECT_0 },
};
API_CASES(ReleaseMutex, mutex_rows);

START_TEST(mutex_is_whose)
{
	HANDLE mutex = CreateMutexW(NULL, mutex_rows[_i].takes > 0, NULL);
	DWORD error = 0;

	for (unsigned i = 1; i < mutex_rows[_i].takes; i++)
		ck_assert_uint_eq(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
	for (unsigned i = 0; i < mutex_rows[_i].releases; i++)
		error = ERROR_OF(ReleaseMutex(mutex));
	ck_assert_uint_eq(error, mutex_rows[_i].last_error);
	ck_assert_uint_eq(elsewhere(release_elsewhere, mutex), mutex_rows[_i].other_releases);
	ck_assert_uint_eq(elsewhere(try_elsewhere, mutex), mutex_rows[_i].other_takes);
	CloseHandle(mutex);
}
END_TEST

/* A thread of others', too: it takes the mutex, and ends. */
static void *take_and_end(void *mutex)
{
	WaitForSingleObject(mutex, INFINITE);
	return NULL;
}

static DWORD take_two_and_end(LPVOID mutexes)
{
	return WaitForMultipleObjects(2, mutexes, TRUE, INFINITE);
}

START_TEST(a_mutex_is_abandoned)
{
	HANDLE mutexes[3] = { handle_mutex(), handle_mutex(), handle_event() };
	pthread_t thread;

	elsewhere(take_two_and_end, mutexes);
	ck_assert_uint_eq(WaitForMultipleObjects(3, mutexes + 0, FALSE, 0), WAIT_ABANDONED_0);
	ck_assert_int_eq(ReleaseMutex(mutexes[0]), TRUE);
	ck_assert_uint_eq(WaitForSingleObject(mutexes[0], 0), WAIT_OBJECT_0); /* told once */
	SetEvent(mutexes[2]);
	ck_assert_uint_eq(WaitForMultipleObjects(3, mutexes, TRUE, 0), WAIT_ABANDONED_0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(ReleaseMutex(mutexes[0]), TRUE);
	pthread_create(&thread, NULL, take_and_end, mutexes[0]);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(WaitForSingleObject(mutexes[0], 0), WAIT_ABANDONED);
	for (int i = 0; i < 3; i++)
		CloseHandle(mutexes[i]); /* those that are owned, too */
}
END_TEST

static DWORD take_close_and_end(LPVOID mutex)
{
	WaitForSingleObject(mutex, INFINITE);
	return CloseHandle(mutex);
}

START_TEST(an_owned_mutex_goes_with_its_handle)
{
	ck_assert_uint_eq(elsewhere(take_close_and_end, handle_mutex()), TRUE);
}
END_TEST

/* ---- several at once ---- */

static const struct {
	const char *name;
	DWORD n;
	bool array, all;
	unsigned set;   /* which of three events, by bits */
	unsigned twice; /* which index has the first one again; 0: none */
	DWORD result, error;
	unsigned left; /* which are set afterwards */
} many_rows[] = {
	{ "none", 0, true, false, 0, 0, WAIT_FAILED, ERROR_INVALID_PARAMETER, 0 },
	{ "no array", 3, false, false, 0, 0, WAIT_FAILED, ERROR_INVALID_PARAMETER, 0 },
	{ "65", 65, true, false, 7, 0, WAIT_FAILED, ERROR_INVALID_PARAMETER, 7 },
	{ "any of none that is set", 3, true, false, 0, 0, WAIT_TIMEOUT, 0, 0 },
	{ "any: the only one", 3, true, false, 4, 0, WAIT_OBJECT_0 + 2, 0, 0 },
	{ "any: the first", 3, true, false, 6, 0, WAIT_OBJECT_0 + 1, 0, 4 },
	{ "any of 64", 64, true, false, 4, 0, WAIT_OBJECT_0 + 2, 0, 0 },
	{ "any, one twice", 3, true, false, 1, 2, WAIT_OBJECT_0, 0, 0 },
	{ "all: one is not set", 3, true, true, 5, 0, WAIT_TIMEOUT, 0, 5 },
	{ "all", 3, true, true, 7, 0, WAIT_OBJECT_0, 0, 0 },
	{ "all of one", 1, true, true, 7, 0, WAIT_OBJECT_0, 0, 6 },
	{ "all, one twice", 3, true, true, 7, 2, WAIT_FAILED, ERROR_INVALID_PARAMETER, 7 },
};
API_CASES(WaitForMultipleObjects, many_rows);
API_CASES(WaitForMultipleObjectsEx, many_rows);

START_TEST(several_at_once)
{
	HANDLE events[65];
	unsigned left = 0;

	for (DWORD i = 0; i < ROWS(events); i++)
		events[i] = CreateEventW(NULL, FALSE, i < 3 && many_rows[_i].set >> i & 1, NULL);
	if (many_rows[_i].twice)
		events[many_rows[_i].twice] = events[0];
	SetLastError(0);
	ck_assert_uint_eq(WaitForMultipleObjectsEx(many_rows[_i].n,
						   many_rows[_i].array ? events : NULL,
						   many_rows[_i].all, 1, FALSE),
			  many_rows[_i].result);
	ck_assert_uint_eq(GetLastError(), many_rows[_i].error);
	for (unsigned i = 0; i < 3; i++)
		if (!(many_rows[_i].twice && i == many_rows[_i].twice) &&
		    WaitForSingleObject(events[i], 0) == WAIT_OBJECT_0)
			left |= 1U << i;
	ck_assert_uint_eq(left, many_rows[_i].left &
					~(many_rows[_i].twice ? 1U << many_rows[_i].twice : 0));
	for (DWORD i = 0; i < ROWS(events); i++)
		CloseHandle(events[i]);
}
END_TEST

/* ---- those who sleep ---- */

struct sleeper {
	HANDLE *objects;
	DWORD n;
	BOOL all;
	DWORD result;
	pthread_t thread;
};

static void *sleeper_run(void *context)
{
	struct sleeper *sleeper = context;

	sleeper->result =
		WaitForMultipleObjects(sleeper->n, sleeper->objects, sleeper->all, LONG_TIME);
	return NULL;
}

static void sleeper_start(struct sleeper *sleeper, HANDLE *objects, DWORD n, BOOL all)
{
	*sleeper = (struct sleeper){ .objects = objects, .n = n, .all = all };
	pthread_create(&sleeper->thread, NULL, sleeper_run, sleeper);
}

START_TEST(an_event_wakes_one_or_all)
{
	HANDLE manual = CreateEventW(NULL, TRUE, FALSE, NULL);
	HANDLE one = CreateEventW(NULL, FALSE, FALSE, NULL);
	struct sleeper sleepers[8];

	for (int i = 0; i < 8; i++)
		sleeper_start(&sleepers[i], i < 4 ? &manual : &one, 1, i & 1);
	SetEvent(manual);
	for (int i = 0; i < 4; i++)
		SetEvent(one), Sleep(5); /* two that come together would be one */
	for (int i = 0; i < 8; i++) {
		while (i >= 4 && pthread_tryjoin_np(sleepers[i].thread, NULL) != 0)
			SetEvent(one), Sleep(1);
		if (i < 4)
			pthread_join(sleepers[i].thread, NULL);
		ck_assert_uint_eq(sleepers[i].result, WAIT_OBJECT_0);
	}
	CloseHandle(manual);
	CloseHandle(one);
}
END_TEST

/* It takes the second only together with the first: meanwhile it is another's. */
START_TEST(a_wait_for_all_takes_nothing_before)
{
	HANDLE both[2] = { handle_mutex(), CreateEventW(NULL, FALSE, FALSE, NULL) };
	struct sleeper sleeper;

	ck_assert_uint_eq(WaitForSingleObject(both[0], 0), WAIT_OBJECT_0);
	sleeper_start(&sleeper, both, 2, TRUE);
	Sleep(SOON);
	SetEvent(both[1]);
	ck_assert_uint_eq(WaitForSingleObject(both[1], 0), WAIT_OBJECT_0);
	ReleaseMutex(both[0]);
	ck_assert_uint_eq(WaitForSingleObject(both[0], 0), WAIT_OBJECT_0);
	SetEvent(both[1]);
	ReleaseMutex(both[0]);
	pthread_join(sleeper.thread, NULL);
	ck_assert_uint_eq(sleeper.result, WAIT_OBJECT_0);
	ck_assert_uint_eq(WaitForSingleObject(both[0], 0), WAIT_ABANDONED);
	ck_assert_uint_eq(WaitForSingleObject(both[1], 0), WAIT_TIMEOUT);
	CloseHandle(both[0]);
	CloseHandle(both[1]);
}
END_TEST

static const struct {
	const char *name;
	HANDLE (*first)(void), (*second)(void);
	DWORD result, error;
} signal_rows[] = {
	{ "a semaphore, and it", handle_semaphore, NULL, WAIT_OBJECT_0, 0 },
	{ "an event, and it", handle_event, NULL, WAIT_OBJECT_0, 0 },
	{ "an event, and another", handle_event, handle_event, WAIT_TIMEOUT, 0 },
	{ "a mutex of nobody", handle_mutex, handle_event, WAIT_FAILED, ERROR_NOT_OWNER },
	{ "an event, and a mutex", handle_event, handle_mutex, WAIT_OBJECT_0, 0 },
	{ "a thread", handle_thread, handle_event, WAIT_FAILED, ERROR_INVALID_HANDLE },
};
API_CASES(SignalObjectAndWait, signal_rows);

START_TEST(signal_and_wait)
{
	HANDLE first = signal_rows[_i].first();
	HANDLE second = signal_rows[_i].second ? signal_rows[_i].second() : first;

	SetLastError(0);
	ck_assert_uint_eq(SignalObjectAndWait(first, second, 1, FALSE), signal_rows[_i].result);
	ck_assert_uint_eq(GetLastError(), signal_rows[_i].error);
	CloseHandle(first);
}
END_TEST

/* ---- copies of handles ---- */

static const struct {
	const char *name;
	DWORD options;
	bool target, foreign;
	DWORD error;
	bool source_lives;
} duplicate_rows[] = {
	{ "a copy", DUPLICATE_SAME_ACCESS, true, false, 0, true },
	{ "instead of it", DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE, true, false, 0, false },
	{ "only closed", DUPLICATE_CLOSE_SOURCE, false, false, 0, false },
	{ "nowhere to write", 0, false, false, ERROR_INVALID_PARAMETER, true },
	{ "another process", 0, true, true, ERROR_INVALID_HANDLE, true },
};
API_CASES(DuplicateHandle, duplicate_rows);

START_TEST(copies)
{
	HANDLE self = GetCurrentProcess(), event = handle_event(), copy = NULL;
	HANDLE process = duplicate_rows[_i].foreign ? (HANDLE)8 : self;

	ck_assert_uint_eq(ERROR_OF(DuplicateHandle(self, event, process,
						   duplicate_rows[_i].target ? &copy : NULL, 0,
						   FALSE, duplicate_rows[_i].options)),
			  duplicate_rows[_i].error);
	ck_assert_int_eq(copy != NULL, duplicate_rows[_i].target && !duplicate_rows[_i].error);
	ck_assert_int_eq(CloseHandle(event), duplicate_rows[_i].source_lives);
	if (copy)
		ck_assert_int_eq(SetEvent(copy), TRUE);
}
END_TEST

/* ---- many threads, in every way: nobody waits for ever ---- */

enum { CROWD = 8, ROUNDS = 2000 };

struct crowd {
	HANDLE mutex, semaphore, turn[2];
	int inside;
};

static void *crowd_run(void *context)
{
	struct crowd *crowd = context;
	HANDLE both[2] = { crowd->mutex, crowd->semaphore };

	for (int i = 0; i < ROUNDS; i++) {
		if (WaitForMultipleObjects(2, both, TRUE, LONG_TIME) != WAIT_OBJECT_0)
			return "a wait did not end";
		crowd->inside++;
		ReleaseMutex(crowd->mutex);
		ReleaseSemaphore(crowd->semaphore, 1, NULL);
		if (WaitForMultipleObjects(2, both, FALSE, LONG_TIME) == WAIT_OBJECT_0)
			ReleaseMutex(crowd->mutex);
		else
			ReleaseSemaphore(crowd->semaphore, 1, NULL);
	}
	return NULL;
}

START_TEST(a_crowd_waits_in_every_way)
{
	struct crowd crowd = { handle_mutex(), CreateSemaphoreW(NULL, 2, 2, NULL), { 0 }, 0 };
	pthread_t threads[CROWD];
	void *said;

	for (int i = 0; i < CROWD; i++)
		pthread_create(&threads[i], NULL, crowd_run, &crowd);
	for (int i = 0; i < CROWD; i++) {
		pthread_join(threads[i], &said);
		ck_assert_msg(!said, "%s", (char *)said);
	}
	ck_assert_int_eq(crowd.inside, CROWD * ROUNDS);
	CloseHandle(crowd.mutex);
	CloseHandle(crowd.semaphore);
}
END_TEST

static void *ping(void *context)
{
	struct crowd *crowd = context;

	for (int i = 0; i < ROUNDS; i++)
		if (SignalObjectAndWait(crowd->turn[0], crowd->turn[1], LONG_TIME, FALSE) !=
		    WAIT_OBJECT_0)
			return "a turn was lost";
	return NULL;
}

START_TEST(two_take_turns)
{
	struct crowd crowd = { 0 };
	pthread_t thread;
	void *said;

	for (int i = 0; i < 2; i++)
		crowd.turn[i] = CreateEventW(NULL, FALSE, FALSE, NULL);
	pthread_create(&thread, NULL, ping, &crowd);
	for (int i = 0; i < ROUNDS; i++) {
		WaitForSingleObject(crowd.turn[0], LONG_TIME);
		SetEvent(crowd.turn[1]);
	}
	pthread_join(thread, &said);
	ck_assert_msg(!said, "%s", (char *)said);
}
END_TEST

START_TEST(many_handles)
{
	static HANDLE handles[5000];

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < ROWS(handles); i++)
			handles[i] = handle_event();
		for (size_t i = 0; i < ROWS(handles); i++)
			if (!SetEvent(handles[i]) || !CloseHandle(handles[i]) ||
			    CloseHandle(handles[i]))
				ck_abort_msg("handle %zu", i);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("object");

	tcase_set_timeout(tcase, 120);
	TEST_ROWS(tcase, each_function_takes_its_kind_only, call_rows);
	TEST_ROWS(tcase, names_flags_and_counts, create_rows);
	tcase_add_test(tcase, a_name_of_another_kind_and_bad_names);
	tcase_add_test(tcase, two_handles_of_one_name_are_one_object);
	TEST_ROWS(tcase, event_and_waits, event_rows);
	TEST_ROWS(tcase, semaphores, semaphore_rows);
	TEST_ROWS(tcase, mutex_is_whose, mutex_rows);
	tcase_add_test(tcase, a_mutex_is_abandoned);
	tcase_add_test(tcase, an_owned_mutex_goes_with_its_handle);
	TEST_ROWS(tcase, several_at_once, many_rows);
	tcase_add_test(tcase, an_event_wakes_one_or_all);
	tcase_add_test(tcase, a_wait_for_all_takes_nothing_before);
	TEST_ROWS(tcase, signal_and_wait, signal_rows);
	TEST_ROWS(tcase, copies, duplicate_rows);
	tcase_add_test(tcase, a_crowd_waits_in_every_way);
	tcase_add_test(tcase, two_take_turns);
	tcase_add_test(tcase, many_handles);
	return suite_run("object", tcase);
}
