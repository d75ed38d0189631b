/* What is done once. The variable: the context, and in its two lowest bits how far it is. */
#include <limits.h>
#include <stddef.h>

#include <windows/synchapi.h>

#include "windows/futex.h"

enum { NOT_DONE = 0, BEGUN = 1, DONE = 2, BEGUN_ASYNC = 3, STATE = 3 };

static _Atomic uintptr_t *state_of(PINIT_ONCE once)
{
	return (_Atomic uintptr_t *)&once->Ptr;
}

/* The half of the variable that has those bits. */
static _Atomic uint32_t *word_of(PINIT_ONCE once)
{
	_Atomic uint32_t *halves = (_Atomic uint32_t *)&once->Ptr;

	return &halves[__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(once->Ptr) / 4 - 1 : 0];
}

/* Somebody does it: until he has. */
static void await(PINIT_ONCE once)
{
	while (atomic_load(state_of(once)) == BEGUN)
		futex_wait(word_of(once), BEGUN, FUTEX_ANY, NULL);
}

static bool move(PINIT_ONCE once, uintptr_t from, uintptr_t to)
{
	return atomic_compare_exchange_strong(state_of(once), &from, to);
}

/* ERROR_SUCCESS and DONE, or BEGUN or BEGUN_ASYNC by the caller, in *state; or the error. */
static DWORD begin(PINIT_ONCE once, uintptr_t how, uintptr_t *state)
{
	for (;;) {
		uintptr_t now = atomic_load(state_of(once));

		*state = now & STATE;
		if (*state == DONE)
			break;
		if (*state == NOT_DONE && move(once, NOT_DONE, how))
			*state = how;
		else if (*state == NOT_DONE)
			continue;
		else if (*state != how)
			return ERROR_INVALID_PARAMETER;
		else if (how == BEGUN) {
			await(once);
			continue;
		}
		break;
	}
	futex_acquired(word_of(once));
	return ERROR_SUCCESS;
}

static DWORD complete(PINIT_ONCE once, uintptr_t how, uintptr_t then)
{
	uintptr_t now = atomic_load(state_of(once)) & STATE;

	if ((now == BEGUN || now == BEGUN_ASYNC) && now != how)
		return ERROR_INVALID_PARAMETER;
	futex_releasing(word_of(once));
	if (!move(once, how, then))
		return ERROR_GEN_FAILURE;
	futex_wake(word_of(once), INT_MAX, FUTEX_ANY);
	return ERROR_SUCCESS;
}

static PVOID context_of(PINIT_ONCE once)
{
	return (PVOID)(atomic_load(state_of(once)) & ~(uintptr_t)STATE);
}

static BOOL result(DWORD error)
{
	if (error != ERROR_SUCCESS)
		SetLastError(error);
	return error == ERROR_SUCCESS;
}

/* ---- the functions ---- */

void InitOnceInitialize(PINIT_ONCE InitOnce)
{
	InitOnce->Ptr = NULL;
}

BOOL InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter,
			 LPVOID *Context)
{
	PVOID made = NULL;
	uintptr_t state;
	DWORD error;

	error = begin(InitOnce, BEGUN, &state);
	if (error != ERROR_SUCCESS)
		return result(error);
	if (state == BEGUN) {
		if (!InitFn(InitOnce, Parameter, &made)) {
			complete(InitOnce, BEGUN, NOT_DONE);
			return FALSE;
		}
		if ((uintptr_t)made & STATE) {
			complete(InitOnce, BEGUN, NOT_DONE);
			return result(ERROR_INVALID_PARAMETER);
		}
		complete(InitOnce, BEGUN, (uintptr_t)made | DONE);
	}
	if (Context)
		*Context = context_of(InitOnce);
	return TRUE;
}

static DWORD check(PINIT_ONCE once, uintptr_t *state)
{
	*state = atomic_load(state_of(once)) & STATE;
	if (*state != DONE)
		return ERROR_GEN_FAILURE;
	futex_acquired(word_of(once));
	return ERROR_SUCCESS;
}

BOOL InitOnceBeginInitialize(LPINIT_ONCE lpInitOnce, DWORD dwFlags, PBOOL fPending,
			     LPVOID *lpContext)
{
	uintptr_t state;
	DWORD error;

	if (dwFlags & ~(DWORD)(INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC) ||
	    dwFlags == (INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC) || !fPending)
		return result(ERROR_INVALID_PARAMETER);
	if (dwFlags & INIT_ONCE_CHECK_ONLY)
		error = check(lpInitOnce, &state);
	else
		error = begin(lpInitOnce, dwFlags & INIT_ONCE_ASYNC ? BEGUN_ASYNC : BEGUN, &state);
	*fPending = state != DONE;
	if (error == ERROR_SUCCESS && state == DONE && lpContext)
		*lpContext = context_of(lpInitOnce);
	return result(error);
}

BOOL InitOnceComplete(LPINIT_ONCE lpInitOnce, DWORD dwFlags, LPVOID lpContext)
{
	bool failed = dwFlags & INIT_ONCE_INIT_FAILED;

	if (dwFlags & ~(DWORD)(INIT_ONCE_ASYNC | INIT_ONCE_INIT_FAILED) ||
	    dwFlags == (INIT_ONCE_ASYNC | INIT_ONCE_INIT_FAILED) || (failed && lpContext) ||
	    (uintptr_t)lpContext & STATE)
		return result(ERROR_INVALID_PARAMETER);
	return result(complete(lpInitOnce, dwFlags & INIT_ONCE_ASYNC ? BEGUN_ASYNC : BEGUN,
			       failed ? NOT_DONE : (uintptr_t)lpContext | DONE));
}
