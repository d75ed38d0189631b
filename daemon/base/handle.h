/* Handles that may be late, double, forged or used by many threads at once.
 *
 * A handle is a number: kind, index into a table, generation. It is never followed as a pointer.
 * Each table slot has a guard, ONE atomic word: generation, state, verdict and pins. Whoever
 * enters with a handle pins the guard first; that succeeds only while the generation is the
 * handle's own and the state lets users in. A slot is reused when it is closed and nobody pins it.
 *
 *   FREE ──open──▶ OPEN ──park──▶ PARKED ──close──▶ CLOSED ──(pins 0)──▶ FREE
 *                   │ └─latch──▶ LATCHED ──close──▶    ▲
 *                   └──────────────close───────────────┘
 *
 * LATCHED: the user's verdict came while the opener still holds its own pin; nobody may enter.
 * The one call that leaves a guard CLOSED with no pins returns true, to exactly one caller: he
 * passes the slot on to its owner.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum handle_state { HANDLE_FREE, HANDLE_OPEN, HANDLE_LATCHED, HANDLE_PARKED, HANDLE_CLOSED };

enum {
	HANDLE_INDEX_BITS = 18,
	HANDLE_GENERATION_BITS = 38,
	HANDLE_KIND_BITS = 8, /* 0x80 and up: such a number is never a user-space address */
	HANDLE_PINS_MAX = 0xffff,
};

struct guard {
	_Atomic uint64_t word; /* generation 38 · state 4 · verdict 6 · pins 16 */
};

/** A snapshot of a guard's word, taken apart. */
struct guard_view {
	uint64_t generation;
	enum handle_state state;
	unsigned verdict;
	unsigned pins;
};

/** Puts a handle together. `kind` is 0x80 to 0xff. */
uint64_t handle_make(unsigned kind, uint32_t index, uint64_t generation);
/** Takes a value apart that came from anywhere. False when it is not of this kind or its index is
 * not below `count`. */
bool handle_split(uint64_t handle, unsigned kind, uint32_t count, uint32_t *index,
		  uint64_t *generation);

/** Where the generations of a slot that was never used begin: at a number that nobody can guess. */
void guard_seed(struct guard *guard, uint64_t number);

struct guard_view guard_view(const struct guard *guard);

/** FREE → OPEN with a new generation and one pin, the opener's. Returns that generation. Only
 * the slot's owner calls it, and only on a FREE guard. */
uint64_t guard_open(struct guard *guard);
/** Pins for a user of generation `generation`: true while OPEN or PARKED. Any thread. */
bool guard_pin(struct guard *guard, uint64_t generation);
/** Would guard_pin() pin now? For who has a pin already. Any thread. */
bool guard_lets_in(const struct guard *guard, uint64_t generation);
/** Gives a pin back. True: the guard is CLOSED and this was the last pin. Any thread. */
bool guard_unpin(struct guard *guard);
/** The opener's pin goes, and OPEN becomes PARKED, or LATCHED becomes CLOSED (its verdict
 * stands). *closed tells that the guard is now CLOSED, by whom ever. True as guard_unpin(). */
bool guard_park(struct guard *guard, bool *closed);
/** A user's verdict: OPEN → LATCHED, PARKED → CLOSED. False when the generation is not this
 * one or a verdict was there already. *last: the guard is CLOSED with no pins. Any thread. */
bool guard_decide(struct guard *guard, uint64_t generation, unsigned verdict, bool *last);
/** The owner's verdict: OPEN, LATCHED or PARKED → CLOSED; *overruled: there was a LATCHED verdict.
 * False when it was CLOSED or FREE already. Pins stay as they are. *last as above. */
bool guard_close(struct guard *guard, unsigned verdict, bool *overruled, bool *last);
/** CLOSED with no pins → FREE. The slot's owner only. */
void guard_free(struct guard *guard);
