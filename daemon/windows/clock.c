#include "windows/clock.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include <windows/processthreadsapi.h>
#include <windows/profileapi.h>
#include <windows/synchapi.h>
#include <windows/sysinfoapi.h>

enum {
	NS_PER_S = 1000000000,
	NS_PER_MS = 1000000,
	NS_PER_TICK = 100,
	COUNTS_PER_S = 10000000, /* as on Windows: what multiplies a count by a million has days */
};

uint64_t clock_deadline_ns(DWORD timeout_ms)
{
	return clock_now_ns(CLOCK_MONOTONIC) + (uint64_t)timeout_ms * NS_PER_MS;
}

void clock_timespec(uint64_t ns, struct timespec *out)
{
	out->tv_sec = (time_t)(ns / NS_PER_S);
	out->tv_nsec = (long)(ns % NS_PER_S);
}

void clock_deadline(DWORD timeout_ms, struct timespec *out)
{
	clock_timespec(clock_deadline_ns(timeout_ms), out);
}

uint64_t clock_due_ns(int64_t ticks)
{
	const int64_t ticks_1601_to_1970 = 116444736000000000;
	const int64_t ticks_max = 31536000000000000; /* a hundred years: further is never */
	int64_t now = (int64_t)(clock_now_ns(CLOCK_REALTIME) / NS_PER_TICK) + ticks_1601_to_1970;

	if (ticks < 0)
		ticks = ticks < -ticks_max ? ticks_max : -ticks;
	else
		ticks = ticks > now ? ticks - now : 0;
	return clock_now_ns(CLOCK_MONOTONIC) +
	       (uint64_t)(ticks < ticks_max ? ticks : ticks_max) * NS_PER_TICK;
}

void clock_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

uint64_t clock_now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* ---- the functions ---- */

void Sleep(DWORD dwMilliseconds)
{
	SleepEx(dwMilliseconds, FALSE);
}

DWORD SleepEx(DWORD dwMilliseconds, BOOL bAlertable)
{
	struct timespec until;

	(void)bAlertable;
	if (dwMilliseconds == 0)
		sched_yield();
	if (dwMilliseconds == INFINITE)
		for (;;)
			pause();
	clock_deadline(dwMilliseconds, &until);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
	return 0;
}

BOOL SwitchToThread(void)
{
	sched_yield();
	return FALSE;
}

ULONGLONG GetTickCount64(void)
{
	return clock_now_ns(CLOCK_BOOTTIME) / NS_PER_MS;
}

DWORD GetTickCount(void)
{
	return (DWORD)GetTickCount64();
}

static BOOL count_out(LARGE_INTEGER *out, uint64_t count)
{
	if (!out) {
		SetLastError(ERROR_NOACCESS);
		return FALSE;
	}
	out->QuadPart = (LONGLONG)count;
	return TRUE;
}

BOOL QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount)
{
	return count_out(lpPerformanceCount,
			 clock_now_ns(CLOCK_MONOTONIC) / (NS_PER_S / COUNTS_PER_S));
}

BOOL QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency)
{
	return count_out(lpFrequency, COUNTS_PER_S);
}
