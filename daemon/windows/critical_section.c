/* Critical sections: LockCount is the word. */
#include <stddef.h>

#include <windows/processthreadsapi.h>

#include "windows/critical_section.h"
#include "windows/futex.h"

enum { FREE, ENTERED, AWAITED };

static _Atomic uint32_t *word_of(LPCRITICAL_SECTION section)
{
	return (_Atomic uint32_t *)&section->LockCount;
}

/* Only the thread itself writes its own number there, so who reads it is inside. */
static _Atomic(HANDLE) *owner_of(LPCRITICAL_SECTION section)
{
	return (_Atomic(HANDLE) *)&section->OwningThread;
}

static HANDLE caller(void)
{
	static _Thread_local uintptr_t id;

	if (id == 0)
		id = GetCurrentThreadId();
	return (HANDLE)id;
}

static bool is_inside(LPCRITICAL_SECTION section)
{
	return atomic_load_explicit(owner_of(section), memory_order_relaxed) == caller();
}

static void entered(LPCRITICAL_SECTION section)
{
	futex_acquired(word_of(section));
	atomic_store_explicit(owner_of(section), caller(), memory_order_relaxed);
	section->RecursionCount = 1;
}

static bool enter_at_once(LPCRITICAL_SECTION section)
{
	uint32_t expected = FREE;

	return atomic_compare_exchange_strong_explicit(word_of(section), &expected, ENTERED,
						       memory_order_acquire, memory_order_relaxed);
}

static void enter_waiting(LPCRITICAL_SECTION section)
{
	while (atomic_exchange_explicit(word_of(section), AWAITED, memory_order_acquire) != FREE)
		futex_wait(word_of(section), AWAITED, FUTEX_ANY, NULL);
}

void EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
	if (is_inside(lpCriticalSection)) {
		lpCriticalSection->RecursionCount++;
		return;
	}
	if (!enter_at_once(lpCriticalSection))
		enter_waiting(lpCriticalSection);
	entered(lpCriticalSection);
}

BOOL TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
	if (is_inside(lpCriticalSection))
		lpCriticalSection->RecursionCount++;
	else if (enter_at_once(lpCriticalSection))
		entered(lpCriticalSection);
	else
		return FALSE;
	return TRUE;
}

void LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
	_Atomic uint32_t *word = word_of(lpCriticalSection);

	if (!is_inside(lpCriticalSection) || --lpCriticalSection->RecursionCount > 0)
		return;
	atomic_store_explicit(owner_of(lpCriticalSection), NULL, memory_order_relaxed);
	futex_releasing(word);
	if (atomic_exchange_explicit(word, FREE, memory_order_release) == AWAITED)
		futex_wake(word, 1, FUTEX_ANY);
}

bool critical_section_is_inside(LPCRITICAL_SECTION section)
{
	return is_inside(section) && section->RecursionCount == 1;
}

/* ---- its life ---- */

void InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
	InitializeCriticalSectionEx(lpCriticalSection, 0, 0);
}

BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount)
{
	return InitializeCriticalSectionEx(lpCriticalSection, dwSpinCount, 0);
}

BOOL InitializeCriticalSectionEx(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount,
				 DWORD Flags)
{
	if (Flags & ~(DWORD)CRITICAL_SECTION_NO_DEBUG_INFO) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return FALSE;
	}
	*lpCriticalSection = (CRITICAL_SECTION){ .SpinCount = dwSpinCount };
	return TRUE;
}

DWORD SetCriticalSectionSpinCount(LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount)
{
	DWORD before = (DWORD)lpCriticalSection->SpinCount;

	lpCriticalSection->SpinCount = dwSpinCount;
	return before;
}

void DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
	*lpCriticalSection = (CRITICAL_SECTION){ 0 };
}
