/* Locks that are variables, what is done once, and the Interlocked functions, by Microsoft's pages.
 */
#include <pthread.h>

#include <windows/windows.h>

#include "libwdspxe/api_cases.h"

enum { CROWD = 8, ROUNDS = 20000, LONG_TIME = 60000, SOON = 20 };

/* What another thread's call returns. */
struct elsewhere {
	DWORD (*call)(void *lock);
	void *lock;
};

static void *elsewhere_run(void *context)
{
	struct elsewhere *there = context;

	return (void *)(uintptr_t)there->call(there->lock);
}

static DWORD elsewhere(DWORD (*call)(void *lock), void *lock)
{
	struct elsewhere there = { call, lock };
	pthread_t thread;
	void *result;

	pthread_create(&thread, NULL, elsewhere_run, &there);
	pthread_join(thread, &result);
	return (DWORD)(uintptr_t)result;
}

/* ---- critical sections ---- */

static DWORD init_plain(LPCRITICAL_SECTION section)
{
	InitializeCriticalSection(section);
	return ERROR_SUCCESS;
}

static DWORD init_spin(LPCRITICAL_SECTION section)
{
	return InitializeCriticalSectionAndSpinCount(section, 0x80000400) ? 0 : GetLastError();
}

static DWORD init_ex(LPCRITICAL_SECTION section)
{
	return InitializeCriticalSectionEx(section, 4000, CRITICAL_SECTION_NO_DEBUG_INFO)
		       ? 0
		       : GetLastError();
}

static DWORD init_unknown(LPCRITICAL_SECTION section)
{
	return InitializeCriticalSectionEx(section, 4000, 1) ? 0 : GetLastError();
}

static DWORD try_section(void *section)
{
	BOOL entered = TryEnterCriticalSection(section);

	if (entered)
		LeaveCriticalSection(section);
	return (DWORD)entered;
}

static DWORD leave_section(void *section)
{
	LeaveCriticalSection(section);
	return 0;
}

static const struct {
	const char *name;
	DWORD (*init)(LPCRITICAL_SECTION section);
	DWORD error, spin;
	unsigned enters, tries, leaves;
	bool free; /* for others, afterwards */
} section_rows[] = {
	{ "free", init_plain, 0, 0, 0, 0, 0, true },
	{ "entered", init_plain, 0, 0, 1, 0, 0, false },
	{ "entered and left", init_spin, 0, 0x80000400, 1, 0, 1, true },
	{ "entered twice", init_ex, 0, 4000, 2, 0, 1, false },
	{ "and left twice", init_ex, 0, 4000, 2, 0, 2, true },
	{ "by trying", init_plain, 0, 0, 0, 1, 0, false },
	{ "by trying again", init_plain, 0, 0, 1, 2, 2, false },
	{ "and left as often", init_plain, 0, 0, 1, 2, 3, true },
	{ "left by who is not inside", init_plain, 0, 0, 0, 0, 1, true },
	{ "unknown flags", init_unknown, ERROR_INVALID_PARAMETER, 0, 0, 0, 0, false },
};
API_CASES(InitializeCriticalSection, section_rows);
API_CASES(InitializeCriticalSectionAndSpinCount, section_rows);
API_CASES(InitializeCriticalSectionEx, section_rows);
API_CASES(SetCriticalSectionSpinCount, section_rows);
API_CASES(EnterCriticalSection, section_rows);
API_CASES(TryEnterCriticalSection, section_rows);
API_CASES(LeaveCriticalSection, section_rows);
API_CASES(DeleteCriticalSection, section_rows);

START_TEST(critical_section)
{
	CRITICAL_SECTION section;

	memset(&section, 0xee, sizeof(section));
	ck_assert_uint_eq(section_rows[_i].init(&section), section_rows[_i].error);
	if (section_rows[_i].error)
		return;
	ck_assert_uint_eq(SetCriticalSectionSpinCount(&section, 5), section_rows[_i].spin);
	ck_assert_uint_eq(SetCriticalSectionSpinCount(&section, 0), 5);
	for (unsigned i = 0; i < section_rows[_i].enters; i++)
		EnterCriticalSection(&section);
	for (unsigned i = 0; i < section_rows[_i].tries; i++)
		ck_assert_int_eq(TryEnterCriticalSection(&section), TRUE);
	for (unsigned i = 0; i < section_rows[_i].leaves; i++)
		LeaveCriticalSection(&section);
	elsewhere(leave_section, &section); /* who is not inside changes nothing */
	ck_assert_uint_eq(elsewhere(try_section, &section), section_rows[_i].free);
	DeleteCriticalSection(&section);
}
END_TEST

/* ---- slim reader/writer locks ---- */

static DWORD try_both(void *lock)
{
	BOOLEAN shared = TryAcquireSRWLockShared(lock), exclusive;

	if (shared)
		ReleaseSRWLockShared(lock);
	exclusive = TryAcquireSRWLockExclusive(lock);
	if (exclusive)
		ReleaseSRWLockExclusive(lock);
	return (DWORD)(shared | exclusive << 1);
}

static const struct {
	const char *name;
	void (*acquire)(PSRWLOCK lock);
	BOOLEAN (*try)(PSRWLOCK lock);
	void (*release)(PSRWLOCK lock);
	DWORD others; /* 1: they may read, 2: they may write */
} srw_rows[] = {
	{ "free", NULL, NULL, NULL, 3 },
	{ "read", AcquireSRWLockShared, NULL, ReleaseSRWLockShared, 1 },
	{ "read, by trying", NULL, TryAcquireSRWLockShared, ReleaseSRWLockShared, 1 },
	{ "written", AcquireSRWLockExclusive, NULL, ReleaseSRWLockExclusive, 0 },
	{ "written, by trying", NULL, TryAcquireSRWLockExclusive, ReleaseSRWLockExclusive, 0 },
};
API_CASES(InitializeSRWLock, srw_rows);
API_CASES(AcquireSRWLockShared, srw_rows);
API_CASES(AcquireSRWLockExclusive, srw_rows);
API_CASES(TryAcquireSRWLockShared, srw_rows);
API_CASES(TryAcquireSRWLockExclusive, srw_rows);
API_CASES(ReleaseSRWLockShared, srw_rows);
API_CASES(ReleaseSRWLockExclusive, srw_rows);

START_TEST(srw_lock)
{
	static SRWLOCK lock = SRWLOCK_INIT;

	for (int round = 0; round < 2; round++) {
		if (srw_rows[_i].acquire)
			srw_rows[_i].acquire(&lock);
		if (srw_rows[_i].try)
			ck_assert_uint_eq(srw_rows[_i].try(&lock), TRUE);
		ck_assert_uint_eq(elsewhere(try_both, &lock), srw_rows[_i].others);
		if (srw_rows[_i].release)
			srw_rows[_i].release(&lock);
		ck_assert_uint_eq(elsewhere(try_both, &lock), 3);
		InitializeSRWLock(&lock);
	}
}
END_TEST

/* ---- a crowd: what a lock keeps together stays so ---- */

struct crowd {
	CRITICAL_SECTION section;
	SRWLOCK lock;
	CONDITION_VARIABLE changed;
	unsigned a, b; /* always the same for who looks */
	unsigned wrong;
};

static void *crowd_section(void *context)
{
	struct crowd *crowd = context;

	for (int i = 0; i < ROUNDS; i++) {
		EnterCriticalSection(&crowd->section);
		EnterCriticalSection(&crowd->section);
		crowd->a++;
		crowd->wrong += crowd->a != ++crowd->b;
		LeaveCriticalSection(&crowd->section);
		LeaveCriticalSection(&crowd->section);
	}
	return NULL;
}

static void *crowd_srw(void *context)
{
	struct crowd *crowd = context;

	for (int i = 0; i < ROUNDS; i++) {
		if (i % 4 == 0) {
			AcquireSRWLockExclusive(&crowd->lock);
			crowd->a++;
			crowd->b++;
			ReleaseSRWLockExclusive(&crowd->lock);
			continue;
		}
		if (i % 4 == 1 ? !TryAcquireSRWLockShared(&crowd->lock) : false)
			continue;
		if (i % 4 != 1)
			AcquireSRWLockShared(&crowd->lock);
		if (crowd->a != crowd->b)
			InterlockedIncrement(&crowd->wrong);
		ReleaseSRWLockShared(&crowd->lock);
	}
	return NULL;
}

/* Each waits for his turn: a wake that is lost stands still. */
static void *crowd_condition(void *context)
{
	struct crowd *crowd = context;

	EnterCriticalSection(&crowd->section);
	for (int i = 0; i < ROUNDS / 20; i++) {
		unsigned turn = crowd->a++;

		while (crowd->b != turn)
			if (!SleepConditionVariableCS(&crowd->changed, &crowd->section, LONG_TIME))
				crowd->wrong++;
		crowd->b++;
		WakeAllConditionVariable(&crowd->changed);
	}
	LeaveCriticalSection(&crowd->section);
	return NULL;
}

static void *crowd_condition_srw(void *context)
{
	struct crowd *crowd = context;

	for (int i = 0; i < ROUNDS / 20; i++) {
		unsigned turn = InterlockedExchangeAdd(&crowd->a, 1);

		AcquireSRWLockShared(&crowd->lock);
		while (crowd->b != turn)
			if (!SleepConditionVariableSRW(&crowd->changed, &crowd->lock, LONG_TIME,
						       CONDITION_VARIABLE_LOCKMODE_SHARED))
				InterlockedIncrement(&crowd->wrong);
		ReleaseSRWLockShared(&crowd->lock);
		AcquireSRWLockExclusive(&crowd->lock);
		crowd->b++;
		ReleaseSRWLockExclusive(&crowd->lock);
		WakeAllConditionVariable(&crowd->changed);
	}
	return NULL;
}

static const struct {
	const char *name;
	void *(*run)(void *crowd);
	unsigned sum;
} crowd_rows[] = {
	{ "a critical section", crowd_section, CROWD *ROUNDS },
	{ "a reader/writer lock", crowd_srw, CROWD *ROUNDS / 4 },
	{ "a condition, with a critical section", crowd_condition, CROWD *ROUNDS / 20 },
	{ "a condition, with a reader/writer lock", crowd_condition_srw, CROWD *ROUNDS / 20 },
};
API_CASES(WakeAllConditionVariable, crowd_rows);

START_TEST(crowds)
{
	struct crowd crowd = { .lock = SRWLOCK_INIT, .changed = CONDITION_VARIABLE_INIT };
	pthread_t threads[CROWD];

	InitializeCriticalSection(&crowd.section);
	for (int i = 0; i < CROWD; i++)
		pthread_create(&threads[i], NULL, crowd_rows[_i].run, &crowd);
	for (int i = 0; i < CROWD; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(crowd.a, crowd_rows[_i].sum);
	ck_assert_uint_eq(crowd.b, crowd_rows[_i].sum);
	ck_assert_uint_eq(crowd.wrong, 0);
	DeleteCriticalSection(&crowd.section);
}
END_TEST

/* ---- condition variables ---- */

enum held { CS_ONCE, CS_TWICE, CS_NOT, EXCLUSIVE, SHARED, SRW_FLAGS };

static const struct {
	const char *name;
	enum held held;
	DWORD ms;
	DWORD error;
} sleep_rows[] = {
	{ "a critical section: the time is over", CS_ONCE, SOON, ERROR_TIMEOUT },
	{ "at once", CS_ONCE, 0, ERROR_TIMEOUT },
	{ "entered twice: it would stay entered", CS_TWICE, SOON, ERROR_INVALID_PARAMETER },
	{ "not entered", CS_NOT, SOON, ERROR_INVALID_PARAMETER },
	{ "written", EXCLUSIVE, SOON, ERROR_TIMEOUT },
	{ "read", SHARED, SOON, ERROR_TIMEOUT },
	{ "unknown flags", SRW_FLAGS, SOON, ERROR_INVALID_PARAMETER },
};
API_CASES(SleepConditionVariableCS, sleep_rows);
API_CASES(SleepConditionVariableSRW, sleep_rows);
API_CASES(InitializeConditionVariable, sleep_rows);
API_CASES(WakeConditionVariable, sleep_rows);

/* Nobody wakes it, it says so, and has the lock as before. */
START_TEST(condition_variable)
{
	enum held held = sleep_rows[_i].held;
	CRITICAL_SECTION section;
	CONDITION_VARIABLE changed;
	SRWLOCK lock = SRWLOCK_INIT;
	BOOL woken;

	InitializeCriticalSection(&section);
	InitializeConditionVariable(&changed);
	WakeConditionVariable(&changed); /* of nobody: it is not remembered */
	for (int i = held == CS_ONCE ? 1 : held == CS_TWICE ? 2 : 0; i > 0; i--)
		EnterCriticalSection(&section);
	if (held == EXCLUSIVE)
		AcquireSRWLockExclusive(&lock);
	if (held == SHARED)
		AcquireSRWLockShared(&lock);
	woken = held <= CS_NOT ? SleepConditionVariableCS(&changed, &section, sleep_rows[_i].ms)
			       : SleepConditionVariableSRW(&changed, &lock, sleep_rows[_i].ms,
							   held == SHARED      ? 1
							   : held == SRW_FLAGS ? 2
									       : 0);
	ck_assert_int_eq(woken, FALSE);
	ck_assert_uint_eq(GetLastError(), sleep_rows[_i].error);
	ck_assert_uint_eq(elsewhere(try_section, &section), held > CS_TWICE);
	ck_assert_uint_eq(elsewhere(try_both, &lock), held == EXCLUSIVE ? 0
						      : held == SHARED  ? 1
									: 3);
}
END_TEST

struct turn {
	CRITICAL_SECTION section;
	CONDITION_VARIABLE changed;
	int sleeping, given, taken;
};

static void *takes_one(void *context)
{
	struct turn *turn = context;

	EnterCriticalSection(&turn->section);
	turn->sleeping++;
	while (turn->given == turn->taken)
		SleepConditionVariableCS(&turn->changed, &turn->section, INFINITE);
	turn->taken++;
	LeaveCriticalSection(&turn->section);
	return NULL;
}

/* One wake for each, and each comes through. */
START_TEST(one_wake_is_enough_for_one)
{
	static struct turn turn = { .changed = CONDITION_VARIABLE_INIT };
	pthread_t threads[CROWD];
	int sleeping = 0;

	InitializeCriticalSection(&turn.section);
	for (int i = 0; i < CROWD; i++)
		pthread_create(&threads[i], NULL, takes_one, &turn);
	while (sleeping < CROWD) {
		EnterCriticalSection(&turn.section);
		sleeping = turn.sleeping;
		LeaveCriticalSection(&turn.section);
	}
	for (int i = 0; i < CROWD; i++) {
		EnterCriticalSection(&turn.section);
		turn.given++;
		LeaveCriticalSection(&turn.section);
		WakeConditionVariable(&turn.changed);
	}
	for (int i = 0; i < CROWD; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(turn.taken, CROWD);
}
END_TEST

/* ---- once ---- */

static int n_made;
static __attribute__((aligned(4))) char made;

static BOOL make(PINIT_ONCE once, PVOID parameter, PVOID *context)
{
	(void)once;
	n_made++;
	SetLastError(4711);
	*context = &made + (uintptr_t)parameter % 4;
	return (uintptr_t)parameter < 8;
}

static const struct {
	const char *name;
	uintptr_t parameters[3];
	bool results[3];
	DWORD error; /* of the first */
	int n_made;
} execute_rows[] = {
	{ "once", { 0, 0, 0 }, { true, true, true }, 0, 1 },
	{ "it fails, and is tried again", { 8, 8, 0 }, { false, false, true }, 4711, 3 },
	{ "a context whose lowest bits are not 0", { 1, 0, 0 }, { false, true, true }, 87, 2 },
};
API_CASES(InitOnceExecuteOnce, execute_rows);
API_CASES(InitOnceInitialize, execute_rows);

START_TEST(execute_once)
{
	INIT_ONCE once;

	InitOnceInitialize(&once);
	n_made = 0;
	for (int i = 0; i < 3; i++) {
		LPVOID context = NULL;
		bool done = InitOnceExecuteOnce(&once, make, (PVOID)execute_rows[_i].parameters[i],
						i == 1 ? NULL : &context);

		ck_assert_int_eq(done, execute_rows[_i].results[i]);
		if (i == 0 && !done)
			ck_assert_uint_eq(GetLastError(), execute_rows[_i].error);
		ck_assert_ptr_eq(context, done && i != 1 ? &made : NULL);
	}
	ck_assert_int_eq(n_made, execute_rows[_i].n_made);
}
END_TEST

/* A step: B begins, C completes; the flags; the error; is it pending. */
struct once_step {
	char call;
	DWORD flags, error;
	int pending; /* -1: not written */
};

static const struct {
	const char *name;
	struct once_step steps[4];
} once_rows[] = {
	{ "begun, completed", { { 'B', 0, 0, 1 }, { 'C', 0, 0, 0 }, { 'B', 0, 0, 0 } } },
	{ "asked only",
	  { { 'B', 1, 31, 1 }, { 'B', 0, 0, 1 }, { 'B', 1, 31, 1 }, { 'C', 0, 0, 0 } } },
	{ "asked when done", { { 'B', 0, 0, 1 }, { 'C', 0, 0, 0 }, { 'B', 1, 0, 0 } } },
	{ "failed", { { 'B', 0, 0, 1 }, { 'C', 4, 0, 0 }, { 'B', 0, 0, 1 } } },
	{ "by several",
	  { { 'B', 2, 0, 1 }, { 'B', 2, 0, 1 }, { 'C', 2, 0, 0 }, { 'C', 2, 31, 0 } } },
	{ "by several, and done", { { 'B', 2, 0, 1 }, { 'C', 2, 0, 0 }, { 'B', 0, 0, 0 } } },
	{ "begun by several, then by one", { { 'B', 2, 0, 1 }, { 'B', 0, 87, 1 } } },
	{ "begun by one, then by several", { { 'B', 0, 0, 1 }, { 'B', 2, 87, 1 } } },
	{ "completed as it was not begun", { { 'B', 0, 0, 1 }, { 'C', 2, 87, 0 } } },
	{ "completed and not begun", { { 'C', 0, 31, 0 }, { 'C', 2, 31, 0 } } },
	{ "flags that do not go together", { { 'B', 3, 87, -1 }, { 'C', 6, 87, 0 } } },
	{ "unknown flags", { { 'B', 4, 87, -1 }, { 'C', 1, 87, 0 } } },
};
API_CASES(InitOnceBeginInitialize, once_rows);
API_CASES(InitOnceComplete, once_rows);

START_TEST(once_in_steps)
{
	INIT_ONCE once = INIT_ONCE_STATIC_INIT;

	for (const struct once_step *step = once_rows[_i].steps;
	     step < once_rows[_i].steps + 4 && step->call; step++) {
		BOOL pending = -1, ok;
		LPVOID context = NULL;

		SetLastError(0);
		if (step->call == 'C')
			ok = InitOnceComplete(&once, step->flags, step->flags & 4 ? NULL : &made);
		else
			ok = InitOnceBeginInitialize(&once, step->flags, &pending, &context);
		ck_assert_msg(ok == !step->error && GetLastError() == step->error, "%s: %u",
			      once_rows[_i].name, GetLastError());
		if (step->call == 'B')
			ck_assert_int_eq(pending, step->pending);
		ck_assert_ptr_eq(context, step->call == 'B' && pending == 0 ? &made : NULL);
	}
}
END_TEST

static INIT_ONCE crowd_once = INIT_ONCE_STATIC_INIT;

static BOOL make_slowly(PINIT_ONCE once, PVOID parameter, PVOID *context)
{
	Sleep(SOON);
	return make(once, parameter, context);
}

static void *crowd_executes(void *context)
{
	(void)context;
	return (void *)(uintptr_t)(InitOnceExecuteOnce(&crowd_once, make_slowly, NULL, &context) &&
				   context == &made && n_made == 1);
}

START_TEST(a_crowd_does_it_once)
{
	pthread_t threads[CROWD];
	void *right;

	n_made = 0;
	for (int i = 0; i < CROWD; i++)
		pthread_create(&threads[i], NULL, crowd_executes, NULL);
	for (int i = 0; i < CROWD; i++) {
		pthread_join(threads[i], &right);
		ck_assert_ptr_nonnull(right);
	}
}
END_TEST

/* ---- Interlocked...: what they return, and what they leave ---- */

START_TEST(interlocked)
{
	LONG volatile n = 5;
	LONG64 volatile n64 = 1LL << 40;
	long volatile of_linux = 1L << 40;
	ULONG volatile u = 0xf0;
	PVOID volatile p = NULL;

	ck_assert_int_eq(InterlockedIncrement(&n), 6);
	ck_assert_int_eq(InterlockedDecrement(&n), 5);
	ck_assert_int_eq(InterlockedExchange(&n, 7), 5);
	ck_assert_int_eq(InterlockedExchangeAdd(&n, -8), 7);
	ck_assert_int_eq(InterlockedExchangeSubtract(&n, 1), -1);
	ck_assert_int_eq(InterlockedCompareExchange(&n, 1, -1), -2);
	ck_assert_int_eq(InterlockedCompareExchange(&n, 1, -2), -2);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(InterlockedIncrement64(&n64), (1LL << 40) + 1);
	ck_assert_int_eq(InterlockedDecrement64(&n64), 1LL << 40);
	ck_assert_int_eq(InterlockedExchange64(&n64, -1), 1LL << 40);
	ck_assert_int_eq(InterlockedExchangeAdd64(&n64, 2), -1);
	ck_assert_int_eq(InterlockedCompareExchange64(&n64, 1LL << 50, 1), 1);
	ck_assert_int_eq(n64, 1LL << 50);
	ck_assert_int_eq(InterlockedIncrement(&of_linux), (1L << 40) + 1);
	ck_assert_uint_eq(InterlockedAnd(&u, 0x3c), 0xf0);
	ck_assert_uint_eq(InterlockedOr(&u, 0x01), 0x30);
	ck_assert_uint_eq(InterlockedXor(&u, 0xff), 0x31);
	ck_assert_uint_eq(u, 0xce);
	ck_assert_int_eq(InterlockedAnd64(&n64, 0) + InterlockedOr64(&n64, 6), 1LL << 50);
	ck_assert_int_eq(InterlockedXor64(&n64, 5), 6);
	ck_assert_int_eq(n64, 3);
	ck_assert_ptr_null(InterlockedExchangePointer(&p, &made));
	ck_assert_ptr_eq(InterlockedCompareExchangePointer(&p, NULL, NULL), &made);
	ck_assert_ptr_eq(InterlockedCompareExchangePointer(&p, NULL, &made), &made);
	ck_assert_ptr_null(p);
	MemoryBarrier();
	YieldProcessor();
}
END_TEST

/* As on Windows, where sources keep many of them. */
START_TEST(sizes)
{
	ck_assert_uint_eq(sizeof(CRITICAL_SECTION), 40);
	ck_assert_uint_eq(sizeof(SRWLOCK), sizeof(void *));
	ck_assert_uint_eq(sizeof(CONDITION_VARIABLE), sizeof(void *));
	ck_assert_uint_eq(sizeof(INIT_ONCE), sizeof(void *));
	ck_assert_uint_eq(sizeof(LARGE_INTEGER), 8);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("lock");

	tcase_set_timeout(tcase, 120);
	TEST_ROWS(tcase, critical_section, section_rows);
	TEST_ROWS(tcase, srw_lock, srw_rows);
	TEST_ROWS(tcase, crowds, crowd_rows);
	TEST_ROWS(tcase, condition_variable, sleep_rows);
	tcase_add_test(tcase, one_wake_is_enough_for_one);
	TEST_ROWS(tcase, execute_once, execute_rows);
	TEST_ROWS(tcase, once_in_steps, once_rows);
	tcase_add_test(tcase, a_crowd_does_it_once);
	tcase_add_test(tcase, interlocked);
	tcase_add_test(tcase, sizes);
	return suite_run("lock", tcase);
}
