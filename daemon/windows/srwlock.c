/* Slim reader/writer locks. The word: the number of readers, or WRITER; who waits, in two bits.
 *
 * Who leaves last makes it free, without those bits, and wakes one writer; if none slept, all
 * readers. That writer does not know who still sleeps, and so sets both bits when he enters or
 * sleeps once more: a wake too many is harmless, one too few is not. Readers who come while a
 * writer waits sleep, too, so that those who follow one another do not keep him out for ever.
 */
#include <limits.h>

#include <windows/synchapi.h>

#include "windows/futex.h"

static const uint32_t readers_wait = 1U << 31, writers_wait = 1U << 30, writer = (1U << 30) - 1;
static const uint32_t anybody_waits = 3U << 30;

_Static_assert(sizeof(SRWLOCK) >= sizeof(uint32_t), "an SRWLOCK holds its word");

static _Atomic uint32_t *word_of(PSRWLOCK lock)
{
	return (_Atomic uint32_t *)&lock->Ptr;
}

/* The word with the caller in it; the same where he cannot enter. */
static uint32_t with_reader(uint32_t word)
{
	uint32_t readers = word & ~anybody_waits;

	return readers == 0 || (!(word & writers_wait) && readers < writer - 1) ? word + 1 : word;
}

static uint32_t with_writer(uint32_t word)
{
	return (word & ~anybody_waits) == 0 ? word | writer : word;
}

static bool try(PSRWLOCK lock, uint32_t (*with)(uint32_t word))
{
	_Atomic uint32_t *word = word_of(lock);
	uint32_t now = atomic_load_explicit(word, memory_order_relaxed), then;

	do {
		then = with(now);
		if (then == now)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(word, &now, then, memory_order_acquire,
							memory_order_relaxed));
	futex_acquired(word);
	return true;
}

/* One try: enters, or says that it waits. False: the word has changed meanwhile. */
static bool step(_Atomic uint32_t *word, uint32_t now, uint32_t then)
{
	return now == then || atomic_compare_exchange_weak_explicit(
				      word, &now, then, memory_order_acquire, memory_order_relaxed);
}

static void acquire(PSRWLOCK lock, uint32_t (*with)(uint32_t word), uint32_t who)
{
	_Atomic uint32_t *word = word_of(lock);
	uint32_t waits = who == FUTEX_WRITER ? writers_wait : readers_wait, others = 0;

	for (;;) {
		uint32_t now = atomic_load_explicit(word, memory_order_relaxed);
		uint32_t then = with(now);
		bool enters = then != now;

		then |= enters ? others : others | waits;
		if (!step(word, now, then))
			continue;
		if (enters)
			break;
		futex_wait(word, then, who, NULL);
		others = who == FUTEX_WRITER ? anybody_waits : 0;
	}
	futex_acquired(word);
}

/* Nobody holds it any more. */
static void wake(_Atomic uint32_t *word, uint32_t before)
{
	if (before & writers_wait && futex_wake(word, 1, FUTEX_WRITER) > 0)
		return;
	if (before & anybody_waits)
		futex_wake(word, INT_MAX, FUTEX_READER);
}

void InitializeSRWLock(PSRWLOCK SRWLock)
{
	SRWLock->Ptr = NULL;
}

void AcquireSRWLockExclusive(PSRWLOCK SRWLock)
{
	acquire(SRWLock, with_writer, FUTEX_WRITER);
}

void AcquireSRWLockShared(PSRWLOCK SRWLock)
{
	acquire(SRWLock, with_reader, FUTEX_READER);
}

BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK SRWLock)
{
	return try(SRWLock, with_writer);
}

BOOLEAN TryAcquireSRWLockShared(PSRWLOCK SRWLock)
{
	return try(SRWLock, with_reader);
}

void ReleaseSRWLockExclusive(PSRWLOCK SRWLock)
{
	_Atomic uint32_t *word = word_of(SRWLock);

	futex_releasing(word);
	wake(word, atomic_exchange_explicit(word, 0, memory_order_release));
}

void ReleaseSRWLockShared(PSRWLOCK SRWLock)
{
	_Atomic uint32_t *word = word_of(SRWLock);
	uint32_t now = atomic_load_explicit(word, memory_order_relaxed), then;

	futex_releasing(word);
	do
		then = (now & ~anybody_waits) == 1 ? 0 : now - 1;
	while (!atomic_compare_exchange_weak_explicit(word, &now, then, memory_order_release,
						      memory_order_relaxed));
	if (then == 0)
		wake(word, now);
}
