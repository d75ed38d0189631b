/* Condition variables: a word that each wake changes, and the number of those who sleep. Who sleeps
 * reads the word while he has the lock: a wake after that finds the word changed, or him asleep.
 */
#include <limits.h>
#include <stddef.h>

#include <windows/synchapi.h>

#include "windows/clock.h"
#include "windows/critical_section.h"
#include "windows/futex.h"

struct condition {
	_Atomic uint32_t wakes, sleepers;
};

_Static_assert(sizeof(struct condition) == sizeof(CONDITION_VARIABLE), "it fits");

static struct condition *condition_of(PCONDITION_VARIABLE variable)
{
	return (struct condition *)&variable->Ptr;
}

static bool sleep_on(struct condition *condition, uint32_t seen, DWORD timeout_ms)
{
	struct timespec deadline;
	bool woken;

	clock_deadline(timeout_ms, &deadline);
	woken = futex_wait(&condition->wakes, seen, FUTEX_ANY,
			   timeout_ms == INFINITE ? NULL : &deadline);
	atomic_fetch_sub(&condition->sleepers, 1);
	if (!woken)
		SetLastError(ERROR_TIMEOUT);
	return woken;
}

/* With the lock held: from here on no wake is missed. */
static uint32_t announce(struct condition *condition)
{
	atomic_fetch_add(&condition->sleepers, 1);
	return atomic_load(&condition->wakes);
}

static BOOL refuse(void)
{
	SetLastError(ERROR_INVALID_PARAMETER);
	return FALSE;
}

BOOL SleepConditionVariableCS(PCONDITION_VARIABLE ConditionVariable,
			      PCRITICAL_SECTION CriticalSection, DWORD dwMilliseconds)
{
	struct condition *condition = condition_of(ConditionVariable);
	uint32_t seen;
	bool woken;

	if (!critical_section_is_inside(CriticalSection))
		return refuse();
	seen = announce(condition);
	LeaveCriticalSection(CriticalSection);
	woken = sleep_on(condition, seen, dwMilliseconds);
	EnterCriticalSection(CriticalSection);
	return woken;
}

BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable, PSRWLOCK SRWLock,
			       DWORD dwMilliseconds, ULONG Flags)
{
	struct condition *condition = condition_of(ConditionVariable);
	bool shared = Flags & CONDITION_VARIABLE_LOCKMODE_SHARED;
	uint32_t seen;
	bool woken;

	if (Flags & ~(ULONG)CONDITION_VARIABLE_LOCKMODE_SHARED)
		return refuse();
	seen = announce(condition);
	if (shared)
		ReleaseSRWLockShared(SRWLock);
	else
		ReleaseSRWLockExclusive(SRWLock);
	woken = sleep_on(condition, seen, dwMilliseconds);
	if (shared)
		AcquireSRWLockShared(SRWLock);
	else
		AcquireSRWLockExclusive(SRWLock);
	return woken;
}

static void wake(PCONDITION_VARIABLE variable, int n)
{
	struct condition *condition = condition_of(variable);

	if (atomic_load(&condition->sleepers) == 0)
		return;
	atomic_fetch_add(&condition->wakes, 1);
	futex_wake(&condition->wakes, n, FUTEX_ANY);
}

void InitializeConditionVariable(PCONDITION_VARIABLE ConditionVariable)
{
	ConditionVariable->Ptr = NULL;
}

void WakeConditionVariable(PCONDITION_VARIABLE ConditionVariable)
{
	wake(ConditionVariable, 1);
}

void WakeAllConditionVariable(PCONDITION_VARIABLE ConditionVariable)
{
	wake(ConditionVariable, INT_MAX);
}
