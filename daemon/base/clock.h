/* The clock, read in one place: CLOCK_MONOTONIC, without a system call. What decides by time takes
 * `now` as an argument; programs, and what measures how long something took, read it here.
 *
 * All are async-signal-safe, and for any thread.
 */
#pragma once

#include <stdint.h>
#include <time.h>

uint64_t clock_us(void);
uint64_t clock_ms(void);
/** The instant in `ms` milliseconds, for sem_clockwait(). */
struct timespec clock_after(uint32_t ms);
