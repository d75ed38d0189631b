#include "dimension.h"

enum {
	NUMBERS = 64,     /* members that hold for one value */
	CURSORS_MAX = 96, /* ... for all values of a client, of each kind */
	PART_WORDS = 64   /* of bits, that are looked at together: whole blocks */
};

/* ---- looking for an entry ----------------------------------------------------------------------
 */

/* The general entries that name one of the client's values, word after word. */
struct cursor {
	const uint64_t *words; /* NULL: in items */
	const uint32_t *item, *end;
};

struct cursors {
	unsigned n;
	struct cursor at[CURSORS_MAX];
};

struct search {
	const struct index *index;
	const struct index_ask *ask;
	int64_t best;                 /* of the entries that have keys */
	struct cursors with, without; /* of entries that want the value; that must not have it */
	/* The dimensions in which entries want a value, and where the cursors of each end. */
	unsigned n_wanted;
	struct wanted_in {
		const struct dimension *dimension;
		unsigned end;
	} wanted[CONDITIONS_MAX];
};

/* The first of those entries that is accepted, where it is better than what was found. */
static void keyed_try(struct search *search, const struct dimension *dimension, uint32_t member)
{
	const struct postings *postings = &dimension->postings[KEYED];
	const struct posting of = posting_of(postings, member);

	for (uint32_t i = 0; i < of.n; i++) {
		uint32_t entry = postings->items[of.at + i];

		if (entry >= search->best)
			return;
		if (search->ask->accept(search->ask, entry, UINT64_C(1) << dimension->row)) {
			search->best = entry;
			return;
		}
	}
}

static bool cursor_add(const struct index *index, struct cursors *cursors,
		       const struct postings *postings, uint32_t member)
{
	const struct posting of = posting_of(postings, member);
	struct cursor *cursor = &cursors->at[cursors->n];

	if (of.n == 0)
		return true;
	if (cursors->n == CURSORS_MAX)
		return false;
	cursor->words = NULL;
	if (of.n > index->n_words) {
		cursor->words = postings->words + of.at;
	} else {
		cursor->item = postings->items + of.at;
		cursor->end = cursor->item + of.n;
	}
	cursors->n++;
	return true;
}

/* Apart from the search for members, which most requests find none by. */
static __attribute__((noinline)) bool
member_take(struct search *search, const struct dimension *dimension, uint32_t member)
{
	const struct postings *with = &dimension->postings[WITH];
	const struct postings *without = &dimension->postings[WITHOUT];

	if ((with->items && !cursor_add(search->index, &search->with, with, member)) ||
	    (without->items && !cursor_add(search->index, &search->without, without, member)))
		return false;
	if (dimension->postings[KEYED].items)
		keyed_try(search, dimension, member);
	return true;
}

/* All that the client's values find in a dimension; false: there is no room for it. This is on the
 * path of every request: no call but for what is found. */
static inline __attribute__((always_inline)) bool values_take(struct search *search,
							      const struct dimension *dimension)
{
	uint32_t members[NUMBERS];
	enum more more = VALUE_MORE;
	struct value value;

	for (unsigned i = 0; more == VALUE_MORE; i++) {
		unsigned n;

		more = search->ask->value(search->ask, dimension->row, i, &value);
		n = more == VALUE_NONE ? 0
				       : set_find(&dimension->members, &value, members, NUMBERS);
		if (n > NUMBERS)
			return false;
		for (unsigned j = 0; j < n; j++)
			if (!member_take(search, dimension, members[j]))
				return false;
	}
	return true;
}

/* The same in each of some dimensions in turn, as far as it may find something better. */
static inline __attribute__((always_inline)) bool
dimensions_take(struct search *search, const struct dimension *at, const struct dimension *end)
{
	for (; at != end; at++) {
		if (search->best > at->before && !values_take(search, at))
			return false;
		if (at->indifferent)
			search->wanted[search->n_wanted++] =
				(struct wanted_in){ at, search->with.n };
	}
	return true;
}

/* Those that find nothing before the first general entry. */
static __attribute__((noinline)) bool late_take(struct search *search)
{
	const struct index *index = search->index;

	return dimensions_take(search, index->dimensions + index->n_early,
			       index->dimensions + index->n_dimensions);
}

/* A part of the bits of general entries: words from `first` on. */
struct part {
	uint32_t first, n;
};

enum bits_are { BITS_TAKEN, BITS_SET, BITS_CLEARED, BITS_KEPT };

typedef uint64_t block
	__attribute__((vector_size(8 * BLOCK_WORDS), aligned(sizeof(uint64_t)), may_alias));

/* Changes words by others; of both there are whole blocks. */
static inline __attribute__((always_inline)) void words_change(uint64_t *words, const uint64_t *by,
							       uint32_t n, enum bits_are bits)
{
	for (uint32_t i = 0; i < n; i += BLOCK_WORDS) {
		const block *from = (const block *)(by + i);
		block *to = (block *)(words + i);

		switch (bits) {
		case BITS_TAKEN:
			*to = *from;
			break;
		case BITS_SET:
			*to |= *from;
			break;
		case BITS_CLEARED:
			*to &= ~*from;
			break;
		case BITS_KEPT:
			*to &= *from;
			break;
		}
	}
}

/* Sets the bits of a cursor, whose parts are asked for in order, or clears them. */
static inline __attribute__((always_inline)) void
cursor_apply(struct cursor *cursor, struct part part, uint64_t *words, enum bits_are bits)
{
	if (cursor->words) {
		words_change(words, cursor->words + part.first, part.n, bits);
		return;
	}
	for (; cursor->item < cursor->end; cursor->item++) {
		uint32_t word = *cursor->item / WORD_BITS;
		uint64_t bit = UINT64_C(1) << *cursor->item % WORD_BITS;

		if (word >= part.first + part.n)
			return;
		word -= part.first;
		words[word] = bits == BITS_SET ? words[word] | bit : words[word] & ~bit;
	}
}

/* Leaves the entries that want nothing in a dimension, and those of its cursors, from `at` on. */
static __attribute__((noinline)) void wanted_apply(struct search *search,
						   const struct wanted_in *wanted, unsigned at,
						   struct part part, uint64_t *left)
{
	uint64_t with[PART_WORDS];

	words_change(with, wanted->dimension->indifferent + part.first, part.n, BITS_TAKEN);
	for (; at < wanted->end; at++)
		cursor_apply(&search->with.at[at], part, with, BITS_SET);
	words_change(left, with, part.n, BITS_KEPT);
}

/* Which entries of a part are left. */
static void part_find(struct search *search, struct part part, uint64_t *left)
{
	words_change(left, search->index->all + part.first, part.n, BITS_TAKEN);
	for (unsigned i = 0; i < search->without.n; i++)
		cursor_apply(&search->without.at[i], part, left, BITS_CLEARED);
	for (unsigned i = 0; i < search->n_wanted; i++)
		wanted_apply(search, &search->wanted[i], i ? search->wanted[i - 1].end : 0, part,
			     left);
}

/* The first entry of a word that is accepted, and better than what was found; else that. */
static __attribute__((noinline)) int64_t word_first(const struct search *search, uint32_t word,
						    uint64_t left)
{
	const struct index *index = search->index;
	const uint32_t *general = index->general + (size_t)WORD_BITS * word;

	for (; left != 0; left &= left - 1) {
		uint32_t entry = general[__builtin_ctzll(left)];

		if (entry >= search->best)
			break;
		if (search->ask->accept(search->ask, entry, index->decided))
			return entry;
	}
	return search->best;
}

/* The same of a part. */
static int64_t part_first(const struct search *search, struct part part, const uint64_t *left)
{
	for (uint32_t i = 0; i < part.n; i++) {
		int64_t best;

		if (left[i] == 0)
			continue;
		best = word_first(search, part.first + i, left[i]);
		if (best != search->best)
			return best;
	}
	return search->best;
}

static __attribute__((noinline)) int64_t general_first(struct search *search)
{
	const struct index *index = search->index;
	int64_t best = search->best;
	struct part part = { 0, PART_WORDS };
	uint64_t left[PART_WORDS];

	for (; part.first < index->n_words; part.first += part.n) {
		if (index->general[(size_t)WORD_BITS * part.first] >= search->best)
			break;
		if (part.n > index->n_words - part.first)
			part.n = index->n_words - part.first;
		part_find(search, part, left);
		best = part_first(search, part, left);
		if (best != search->best)
			break;
	}
	return best;
}

int64_t index_first(const struct index *index, const struct index_ask *ask)
{
	struct search search; /* only what is counted is filled in */

	for (uint32_t i = 0; i < index->n_front; i++)
		if (ask->accept(ask, i, 0))
			return i;
	search.index = index;
	search.ask = ask;
	search.best = INT64_MAX;
	search.with.n = search.without.n = search.n_wanted = 0;
	if (!dimensions_take(&search, index->dimensions, index->dimensions + index->n_early))
		return INDEX_TOO_MUCH;
	if (index->n_general > 0)
		search.best = general_first(&search);
	if (index->n_early < index->n_dimensions &&
	    search.best > index->dimensions[index->n_early].before && !late_take(&search))
		return INDEX_TOO_MUCH;
	return search.best == INT64_MAX ? INDEX_NONE : search.best;
}

/* More members than hold for any value: beginnings of 255 lengths, and masks of 16 octets at most.
 */
enum { HOLDING_MAX = 512 };

bool dimension_names(const struct dimension *dimension, uint32_t entry, const struct value *value)
{
	const struct postings *postings = &dimension->postings[KEYED];
	uint32_t members[HOLDING_MAX];
	unsigned n = set_find(&dimension->members, value, members, HOLDING_MAX);

	for (unsigned i = 0; i < n && i < HOLDING_MAX; i++) {
		const struct posting of = posting_of(postings, members[i]);

		for (uint32_t j = 0; j < of.n && postings->items[of.at + j] <= entry; j++)
			if (postings->items[of.at + j] == entry)
				return true;
	}
	return false;
}

bool index_is_for_machines(const struct index *index, uint32_t entry)
{
	uint32_t first = 0, n = index->n_others;

	while (n > 0) {
		uint32_t half = n / 2;

		if (index->others[first + half] < entry) {
			first += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return first == index->n_others || index->others[first] != entry;
}

/* ---- for people --------------------------------------------------------------------------------
 */

static void own_add(struct candidates *candidates, uint32_t entry)
{
	uint32_t at = candidates->n_own;

	for (uint32_t i = 0; i < candidates->n_own; i++)
		if (candidates->own[i] == entry)
			return;
	if (at == sizeof candidates->own / sizeof *candidates->own)
		return;
	for (; at > 0 && candidates->own[at - 1] > entry; at--)
		candidates->own[at] = candidates->own[at - 1];
	candidates->own[at] = entry;
	candidates->n_own++;
}

static void own_find(struct candidates *candidates, const struct dimension *dimension,
		     const struct index_ask *ask)
{
	const struct postings *postings = &dimension->postings[KEYED];
	uint32_t members[NUMBERS];
	struct value value;
	unsigned n = 0;

	/* A machine has one MAC and one UUID. */
	if (ask->value(ask, dimension->row, 0, &value) != VALUE_NONE)
		n = set_find(&dimension->members, &value, members, NUMBERS);
	for (unsigned j = 0; j < n && j < NUMBERS; j++) {
		const struct posting of = posting_of(postings, members[j]);

		for (uint32_t k = 0; k < of.n; k++)
			own_add(candidates, postings->items[of.at + k]);
	}
}

struct candidates index_candidates(const struct index *index, const struct index_ask *ask)
{
	struct candidates candidates = { .index = index };

	for (uint32_t i = 0; i < index->n_dimensions; i++) {
		const struct dimension *dimension = &index->dimensions[i];

		if ((dimension->row == CONDITION_MAC || dimension->row == CONDITION_UUID) &&
		    dimension->postings[KEYED].items)
			own_find(&candidates, dimension, ask);
	}
	return candidates;
}

int64_t index_next(struct candidates *candidates)
{
	const struct index *index = candidates->index;
	uint32_t own = candidates->own_at < candidates->n_own ? candidates->own[candidates->own_at]
							      : UINT32_MAX;
	uint32_t other = candidates->other_at < index->n_others
				 ? index->others[candidates->other_at]
				 : UINT32_MAX;
	uint32_t next = own < other ? own : other;

	candidates->own_at += own == next;
	candidates->other_at += other == next;
	return next == UINT32_MAX ? -1 : (int64_t)next;
}
