/* Handles that may be late, double, forged or used by many threads at once.
 *
 * A handle is a number: kind, index into a table, generation. It is never followed as a pointer.
 * Each table slot has a guard, ONE atomic word: generation, state, verdict and pins. Whoever
 * enters with a handle pins the guard first; that succeeds only while the generation is the
 * handle's own and the state lets users in. A slot is reused when it is closed and nobody pins it.
 *
 *   FREE ──open──▶ OPEN ──park──▶ PARKED ──close──▶ CLOSED ──(pins 0)──▶ FREE
 *     │             ▲ │ └─latch──▶ LATCHED ──close──▶    ▲ ▲
 *     └─▶ QUEUED ─claim └──────────────close─────────────┘ │
 *           └────────────────────────close─────────────────┘
 *
 * QUEUED: nobody has seen the handle yet, and nobody pins. LATCHED: the user's verdict came while
 * the opener still holds its own pin; nobody may enter. EXPIRED: the owner has given up what was
 * OPEN or PARKED, but the user may still hold what he was given: he enters only to give it back,
 * and it is CLOSED by his verdict, by the opener's, or by the owner.
 *
 * The one call that leaves a guard CLOSED with no pins returns true, to exactly one caller: he
 * passes the slot on to its owner.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum handle_state {
	HANDLE_FREE,
	HANDLE_QUEUED,
	HANDLE_OPEN,
	HANDLE_LATCHED,
	HANDLE_PARKED,
	HANDLE_EXPIRED,
	HANDLE_CLOSED,
};

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
/** FREE → QUEUED with a new generation and no pin: guard_claim() opens it. Otherwise as above. */
uint64_t guard_queue(struct guard *guard);
/** QUEUED → OPEN with one pin, the opener's. False: that generation is queued no more. Any
 * thread. */
bool guard_claim(struct guard *guard, uint64_t generation);

/** Would guard_claim() succeed now? Any thread. */
bool guard_is_queued(const struct guard *guard, uint64_t generation);

/* What a user enters for: to use what he was given, or only to give it back. */
enum guard_use { GUARD_USE, GUARD_GIVE_BACK };

/** Pins for a user of generation `generation`: true while OPEN or PARKED, and with GUARD_GIVE_BACK
 * while EXPIRED too. Any thread. */
bool guard_pin(struct guard *guard, uint64_t generation, enum guard_use use);
/** Would guard_pin() pin now? For who has a pin, of this generation, already. Any thread. */
bool guard_lets_in(const struct guard *guard, enum guard_use use);
/** Gives a pin back. True: the guard is CLOSED and this was the last pin. Any thread. */
bool guard_unpin(struct guard *guard);
/** The opener's pin goes, and OPEN becomes PARKED, or LATCHED becomes CLOSED (its verdict
 * stands). True as guard_unpin(); and when it is EXPIRED: then the opener's pin stays, and is the
 * owner's to give back, who has to know that nobody is inside any more. */
bool guard_park(struct guard *guard);
/** A user's verdict: OPEN → LATCHED, PARKED → CLOSED; EXPIRED → CLOSED, where the owner's stands.
 * False when the generation is not this one or a user's verdict was there already. *last: the
 * guard is CLOSED with no pins. Any thread. */
bool guard_decide(struct guard *guard, uint64_t generation, unsigned verdict, bool *last);
/** The owner's verdict: QUEUED, OPEN, LATCHED or PARKED → CLOSED; *overruled: there was a LATCHED
 * verdict. False when there was an owner's verdict already: EXPIRED → CLOSED all the same, CLOSED
 * and FREE stay. Pins stay as they are. *last as above. */
bool guard_close(struct guard *guard, unsigned verdict, bool *overruled, bool *last);
/** The owner gives up: OPEN or PARKED → EXPIRED, QUEUED or LATCHED → CLOSED. *was: its state
 * before. False when there was an owner's verdict, or a user's that counts. *last as above. */
bool guard_expire(struct guard *guard, unsigned verdict, enum handle_state *was, bool *last);
/** CLOSED with no pins → FREE. The slot's owner only. */
void guard_free(struct guard *guard);
