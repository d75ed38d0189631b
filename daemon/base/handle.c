/* no allocation · no lock · no log */
#include "base/handle.h"

#include "base/must.h"

enum { STATE_SHIFT = 22, VERDICT_SHIFT = 16, GENERATION_SHIFT = 26 };

static const uint64_t generation_mask = (1ull << HANDLE_GENERATION_BITS) - 1;

static uint64_t word_make(struct guard_view v)
{
	return v.generation << GENERATION_SHIFT | (uint64_t)v.state << STATE_SHIFT |
	       (uint64_t)v.verdict << VERDICT_SHIFT | v.pins;
}

static struct guard_view word_split(uint64_t word)
{
	return (struct guard_view){
		.generation = word >> GENERATION_SHIFT,
		.state = (enum handle_state)(word >> STATE_SHIFT & 0xf),
		.verdict = (unsigned)(word >> VERDICT_SHIFT & 0x3f),
		.pins = (unsigned)(word & HANDLE_PINS_MAX),
	};
}

static bool guard_swap(struct guard *guard, uint64_t *seen, struct guard_view next)
{
	return atomic_compare_exchange_weak_explicit(&guard->word, seen, word_make(next),
						     memory_order_acq_rel, memory_order_acquire);
}

static uint64_t guard_word(const struct guard *guard)
{
	return atomic_load_explicit(&guard->word, memory_order_acquire);
}

static bool is_last(struct guard_view v)
{
	return v.state == HANDLE_CLOSED && v.pins == 0;
}

uint64_t handle_make(unsigned kind, uint32_t index, uint64_t generation)
{
	return (uint64_t)kind << 56 | (uint64_t)index << HANDLE_GENERATION_BITS |
	       (generation & generation_mask);
}

bool handle_split(uint64_t handle, unsigned kind, uint32_t count, uint32_t *index,
		  uint64_t *generation)
{
	uint32_t at =
		(uint32_t)(handle >> HANDLE_GENERATION_BITS) & ((1u << HANDLE_INDEX_BITS) - 1);

	if (handle >> 56 != kind || at >= count)
		return false;
	*index = at;
	*generation = handle & generation_mask;
	return true;
}

struct guard_view guard_view(const struct guard *guard)
{
	return word_split(guard_word(guard));
}

void guard_seed(struct guard *guard, uint64_t number)
{
	struct guard_view v = { .generation = number & generation_mask, .state = HANDLE_FREE };

	atomic_store_explicit(&guard->word, word_make(v), memory_order_release);
}

/* Not the next number: who adds one to a handle that he had must not hit the one after it. The
 * sequence meets every number once before it repeats (Hull and Dobell: an odd increment, a
 * multiplier of 1 modulo 4). Generation 0 is never given out: a handle of zeros stays invalid for
 * ever. */
static uint64_t generation_after(uint64_t generation)
{
	do
		generation = (generation * 0x5deece66du + 0xbu) & generation_mask;
	while (generation == 0);
	return generation;
}

static uint64_t guard_start(struct guard *guard, enum handle_state state, unsigned pins)
{
	struct guard_view v = { .state = state, .pins = pins }, before = guard_view(guard);

	MUST(before.state == HANDLE_FREE);
	v.generation = generation_after(before.generation);
	atomic_store_explicit(&guard->word, word_make(v), memory_order_release);
	return v.generation;
}

uint64_t guard_open(struct guard *guard)
{
	return guard_start(guard, HANDLE_OPEN, 1);
}

uint64_t guard_queue(struct guard *guard)
{
	return guard_start(guard, HANDLE_QUEUED, 0);
}

static bool is_queued(struct guard_view v, uint64_t generation)
{
	return v.generation == generation && v.state == HANDLE_QUEUED;
}

bool guard_is_queued(const struct guard *guard, uint64_t generation)
{
	return is_queued(guard_view(guard), generation);
}

bool guard_claim(struct guard *guard, uint64_t generation)
{
	uint64_t word = guard_word(guard);
	struct guard_view v;

	do {
		v = word_split(word);
		if (!is_queued(v, generation))
			return false;
		v.state = HANDLE_OPEN;
		v.pins = 1;
	} while (!guard_swap(guard, &word, v));
	return true;
}

static bool lets_in(enum handle_state state, enum guard_use use)
{
	return state == HANDLE_OPEN || state == HANDLE_PARKED ||
	       (state == HANDLE_EXPIRED && use == GUARD_GIVE_BACK);
}

bool guard_lets_in(const struct guard *guard, enum guard_use use)
{
	return lets_in(word_split(guard_word(guard)).state, use);
}

bool guard_pin(struct guard *guard, uint64_t generation, enum guard_use use)
{
	uint64_t word = guard_word(guard);

	for (;;) {
		struct guard_view v = word_split(word);

		if (v.generation != generation || !lets_in(v.state, use) ||
		    v.pins == HANDLE_PINS_MAX)
			return false;
		v.pins++;
		if (guard_swap(guard, &word, v))
			return true;
	}
}

bool guard_unpin(struct guard *guard)
{
	/* Pins are the word's low bits and this caller holds one: the subtraction cannot borrow. */
	uint64_t before = atomic_fetch_sub_explicit(&guard->word, 1, memory_order_acq_rel);

	MUST((before & HANDLE_PINS_MAX) > 0);
	return is_last(word_split(before - 1));
}

bool guard_park(struct guard *guard)
{
	uint64_t word = guard_word(guard);
	struct guard_view v;

	do {
		v = word_split(word);
		if (v.state == HANDLE_EXPIRED)
			return true;
		if (v.state == HANDLE_OPEN)
			v.state = HANDLE_PARKED;
		else if (v.state == HANDLE_LATCHED)
			v.state = HANDLE_CLOSED;
		v.pins--;
	} while (!guard_swap(guard, &word, v));
	return is_last(v);
}

bool guard_decide(struct guard *guard, uint64_t generation, unsigned verdict, bool *last)
{
	uint64_t word = guard_word(guard);
	struct guard_view v;

	do {
		v = word_split(word);
		if (v.generation != generation)
			return false;
		if (v.state != HANDLE_OPEN && v.state != HANDLE_PARKED && v.state != HANDLE_EXPIRED)
			return false;
		if (v.state != HANDLE_EXPIRED)
			v.verdict = verdict;
		v.state = v.state == HANDLE_OPEN ? HANDLE_LATCHED : HANDLE_CLOSED;
	} while (!guard_swap(guard, &word, v));
	*last = is_last(v);
	return true;
}

bool guard_close(struct guard *guard, unsigned verdict, bool *overruled, bool *last)
{
	uint64_t word = guard_word(guard);
	struct guard_view v;
	bool expired;

	do {
		v = word_split(word);
		*last = false;
		*overruled = v.state == HANDLE_LATCHED;
		if (v.state == HANDLE_CLOSED || v.state == HANDLE_FREE)
			return false;
		expired = v.state == HANDLE_EXPIRED;
		v.state = HANDLE_CLOSED;
		if (!expired)
			v.verdict = verdict;
	} while (!guard_swap(guard, &word, v));
	*last = is_last(v);
	return !expired;
}

static bool is_over(enum handle_state state)
{
	return state == HANDLE_FREE || state == HANDLE_EXPIRED || state == HANDLE_CLOSED;
}

bool guard_expire(struct guard *guard, unsigned verdict, enum handle_state *was, bool *last)
{
	uint64_t word = guard_word(guard);
	struct guard_view v;

	do {
		v = word_split(word);
		*was = v.state;
		*last = false;
		if (is_over(v.state))
			return false;
		v.state = v.state == HANDLE_OPEN || v.state == HANDLE_PARKED ? HANDLE_EXPIRED
									     : HANDLE_CLOSED;
		v.verdict = verdict;
	} while (!guard_swap(guard, &word, v));
	*last = is_last(v);
	return true;
}

void guard_free(struct guard *guard)
{
	struct guard_view v = guard_view(guard);

	MUST(is_last(v));
	v.state = HANDLE_FREE;
	atomic_store_explicit(&guard->word, word_make(v), memory_order_release);
}
