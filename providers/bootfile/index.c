#include "dimension.h"

enum {
	NUMBERS = 64,     /* members that hold for one value */
	CURSORS_MAX = 96, /* ... for all values of a client */
	PART_WORDS = 64   /* of bits, that are looked at together */
};

/* ---- looking for an entry ----------------------------------------------------------------------
 */

/* The general entries that name one of the client's values, word after word. */
struct cursor {
	const uint64_t *words; /* NULL: in items */
	const uint32_t *item, *end;
	bool negated;
};

struct search {
	const struct index *index;
	const struct index_ask *ask;
	int64_t best; /* of the entries that have keys */
	unsigned n_cursors;
	unsigned upto[CONDITIONS_MAX]; /* by dimension: where its cursors end */
	struct cursor cursors[CURSORS_MAX];
};

/* The first of those entries that is accepted, where it is better than what was found. */
static void keyed_try(struct search *search, const struct dimension *dimension, uint32_t member)
{
	const struct postings *postings = &dimension->postings[KEYED];
	const struct posting *of = &postings->of[member];

	for (uint32_t i = 0; i < of->n; i++) {
		uint32_t entry = postings->items[of->at + i];

		if (entry >= search->best)
			return;
		if (search->ask->accept(search->ask, entry, UINT64_C(1) << dimension->row)) {
			search->best = entry;
			return;
		}
	}
}

static bool cursor_add(struct search *search, const struct postings *postings, uint32_t member,
		       bool negated)
{
	const struct posting *of = &postings->of[member];
	struct cursor *cursor = &search->cursors[search->n_cursors];

	if (of->n == 0)
		return true;
	if (search->n_cursors == CURSORS_MAX)
		return false;
	cursor->negated = negated;
	cursor->words = NULL;
	if (of->n > search->index->n_words) {
		cursor->words = postings->words + of->at;
	} else {
		cursor->item = postings->items + of->at;
		cursor->end = cursor->item + of->n;
	}
	search->n_cursors++;
	return true;
}

static bool member_take(struct search *search, const struct dimension *dimension, uint32_t member)
{
	if (dimension->postings[KEYED].of)
		keyed_try(search, dimension, member);
	return (!dimension->postings[WITH].of ||
		cursor_add(search, &dimension->postings[WITH], member, false)) &&
	       (!dimension->postings[WITHOUT].of ||
		cursor_add(search, &dimension->postings[WITHOUT], member, true));
}

/* All that the client's values find in a dimension; false: there is no room for it. */
static bool dimension_take(struct search *search, const struct dimension *dimension)
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

/* The general entries that are left of a part of them: the words from `first` on. */
struct part {
	uint32_t first, n;
	uint64_t left[PART_WORDS];
};

/* Sets the bits of a cursor, whose parts are asked for in order, or takes them away. */
static void cursor_apply(struct cursor *cursor, const struct part *part, uint64_t *words)
{
	bool negated = cursor->negated;

	if (cursor->words) {
		const uint64_t *from = cursor->words + part->first;

		if (negated)
			for (uint32_t i = 0; i < part->n; i++)
				words[i] &= ~from[i];
		else
			for (uint32_t i = 0; i < part->n; i++)
				words[i] |= from[i];
		return;
	}
	for (; cursor->item < cursor->end; cursor->item++) {
		uint32_t word = *cursor->item / WORD_BITS;
		uint64_t bit = UINT64_C(1) << *cursor->item % WORD_BITS;

		if (word >= part->first + part->n)
			return;
		word -= part->first;
		words[word] = negated ? words[word] & ~bit : words[word] | bit;
	}
}

/* Leaves the entries whose condition in a dimension holds, by the cursors from `at` to `end`. */
static void dimension_apply(struct search *search, const struct dimension *dimension, unsigned at,
			    unsigned end, struct part *part)
{
	uint64_t with[PART_WORDS];

	if (dimension->indifferent) {
		memcpy(with, dimension->indifferent + part->first, part->n * sizeof *with);
		for (unsigned i = at; i < end; i++)
			if (!search->cursors[i].negated)
				cursor_apply(&search->cursors[i], part, with);
		for (uint32_t i = 0; i < part->n; i++)
			part->left[i] &= with[i];
	}
	for (unsigned i = at; i < end; i++)
		if (search->cursors[i].negated)
			cursor_apply(&search->cursors[i], part, part->left);
}

static void part_find(struct search *search, struct part *part)
{
	const struct index *index = search->index;
	unsigned at = 0;

	for (uint32_t i = 0; i < part->n; i++)
		part->left[i] = ~UINT64_C(0);
	if (part->first + part->n == index->n_words && index->n_general % WORD_BITS != 0)
		part->left[part->n - 1] = (UINT64_C(1) << index->n_general % WORD_BITS) - 1;
	for (uint32_t i = 0; i < index->n_dimensions; i++) {
		const struct dimension *dimension = &index->dimensions[i];

		if (dimension->indifferent || at < search->upto[i])
			dimension_apply(search, dimension, at, search->upto[i], part);
		at = search->upto[i];
	}
}

/* The first entry of a part that is accepted, and better than what was found; else that. */
static int64_t part_first(const struct search *search, const struct part *part)
{
	const struct index *index = search->index;

	for (uint32_t i = 0; i < part->n; i++) {
		const uint32_t *general = index->general + (size_t)WORD_BITS * (part->first + i);

		for (uint64_t left = part->left[i]; left != 0; left &= left - 1) {
			uint32_t entry = general[__builtin_ctzll(left)];

			if (entry >= search->best ||
			    search->ask->accept(search->ask, entry, index->decided))
				return entry < search->best ? entry : search->best;
		}
	}
	return search->best;
}

static int64_t general_first(struct search *search)
{
	const struct index *index = search->index;
	int64_t best = search->best;
	struct part part; /* only what is counted is filled in */

	for (part.first = 0; part.first < index->n_words && best == search->best;
	     part.first += part.n) {
		if (index->general[(size_t)WORD_BITS * part.first] >= search->best)
			break;
		part.n = index->n_words - part.first;
		if (part.n > PART_WORDS)
			part.n = PART_WORDS;
		part_find(search, &part);
		best = part_first(search, &part);
	}
	return best;
}

/* Each dimension in turn, where there are no general entries: the first of those whose keys are the
 * client's. */
static bool keyed_first(struct search *search)
{
	const struct index *index = search->index;

	for (uint32_t i = 0; i < index->n_dimensions; i++)
		if (search->best > index->dimensions[i].first &&
		    !dimension_take(search, &index->dimensions[i]))
			return false;
	return true;
}

/* First those that find what comes before all general entries, and those that decide about these;
 * then the others, as far as they may find something better. */
static bool any_first(struct search *search)
{
	const struct index *index = search->index;
	const int64_t first_general = index->general[0];

	for (uint32_t i = 0; i < index->n_dimensions; i++) {
		const struct dimension *dimension = &index->dimensions[i];
		int64_t before = dimension->is_general && dimension->first > first_general
					 ? first_general
					 : dimension->first;

		if (search->best > before && (dimension->is_general || before < first_general) &&
		    !dimension_take(search, dimension))
			return false;
		search->upto[i] = search->n_cursors;
	}
	if (search->best > first_general)
		search->best = general_first(search);
	for (uint32_t i = 0; i < index->n_dimensions; i++) {
		const struct dimension *dimension = &index->dimensions[i];

		if (!dimension->is_general && dimension->first >= first_general &&
		    search->best > dimension->first && !dimension_take(search, dimension))
			return false;
	}
	return true;
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
	search.n_cursors = 0;
	if (!(index->n_general > 0 ? any_first(&search) : keyed_first(&search)))
		return INDEX_TOO_MUCH;
	return search.best == INT64_MAX ? INDEX_NONE : search.best;
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
	for (unsigned j = 0; j < n && j < NUMBERS; j++)
		for (uint32_t k = 0; k < postings->of[members[j]].n; k++)
			own_add(candidates, postings->items[postings->of[members[j]].at + k]);
}

struct candidates index_candidates(const struct index *index, const struct index_ask *ask)
{
	struct candidates candidates = { .index = index };

	for (uint32_t i = 0; i < index->n_dimensions; i++) {
		const struct dimension *dimension = &index->dimensions[i];

		if ((dimension->row == CONDITION_MAC || dimension->row == CONDITION_UUID) &&
		    dimension->postings[KEYED].of)
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
