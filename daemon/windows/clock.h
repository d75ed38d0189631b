/* Time that is waited for: CLOCK_MONOTONIC. */
#pragma once

#include <pthread.h>
#include <time.h>

#include <wdspxe-windows.h>

/** Now and so many milliseconds. */
uint64_t clock_deadline_ns(DWORD timeout_ms);
void clock_deadline(DWORD timeout_ms, struct timespec *out);
void clock_timespec(uint64_t ns, struct timespec *out);
/** When a timer of Windows is due: ticks of 100 ns since 1601, or, below 0, from now; at most a
 * hundred years from now. */
uint64_t clock_due_ns(int64_t ticks);
/** A condition whose deadlines are by this clock. */
void clock_cond_init(pthread_cond_t *cond);
/** Nanoseconds of a clock. */
uint64_t clock_now_ns(clockid_t clock);
