/* Locks that are variables of their user's: a word, and threads that sleep on it (futex(2)).
 *
 * The first 32 bits in memory of a variable are its word; as 0 it is free, which is what their
 * static initialisers say.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Who sleeps: a wake is for some of them. */
enum { FUTEX_ANY = 0x3, FUTEX_READER = 0x1, FUTEX_WRITER = 0x2 };

/**
 * Sleeps as one of `who` while the word has that value; NULL: without end, else until then, by
 * CLOCK_MONOTONIC. False: that time has come. It may wake for no reason.
 */
bool futex_wait(_Atomic uint32_t *word, uint32_t value, uint32_t who,
		const struct timespec *deadline);
/** Wakes at most so many of `who`; how many it woke. */
int futex_wake(_Atomic uint32_t *word, int n, uint32_t who);

/* ThreadSanitizer, in a program whose part of this library is built without it, sees no atomics
 * here and is told. NULL where there is none. */
void sanitizer_acquire(void *address) __asm__("__tsan_acquire") __attribute__((weak));
void sanitizer_release(void *address) __asm__("__tsan_release") __attribute__((weak));

static inline void futex_acquired(_Atomic uint32_t *word)
{
	if (sanitizer_acquire)
		sanitizer_acquire((void *)word);
}

static inline void futex_releasing(_Atomic uint32_t *word)
{
	if (sanitizer_release)
		sanitizer_release((void *)word);
}
