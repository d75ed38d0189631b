/* The index of all entries, as it is built. */
#include <errno.h>
#include <stdlib.h>

#include "condition.h"
#include "dimension.h"
#include "room.h"

enum {
	FEW = 8,        /* entries, that are looked at one by one */
	SHORT_LIST = 8, /* members of a list that needs no set */
	SHARED_MAX = 8  /* entries with one value that are still looked at one by one */
};

/* An entry that names a member, in the order of the entries. */
struct pair {
	uint32_t entry, member;
	bool negated;
};

struct pairs {
	struct pair *at;
	uint32_t n;
};

/* An index in the making. */
struct work {
	struct entry *entries;
	uint32_t n;
	struct index index;
	struct pairs pairs[CONDITIONS_MAX]; /* by row */
	struct set sets[CONDITIONS_MAX];
	uint32_t *score, *place; /* of each entry: of its key, among the general ones */
	uint8_t *key;            /* of each entry: 1 + its row; 0: it is general */
};

/* ---- what entries name -------------------------------------------------------------------------
 */

static int pair_add(struct pairs *pairs, struct pair pair)
{
	int r = room_make(&pairs->at, sizeof *pairs->at, pairs->n, 1);

	if (r == 0)
		pairs->at[pairs->n++] = pair;
	return r;
}

static int list_collect(struct work *work, size_t row, uint32_t entry, bool negated)
{
	const union list *list = entry_list(&work->entries[entry], row, negated);
	struct pair pair = { entry, 0, negated };
	struct member member;
	int r = 0;

	for (size_t i = 0; list && r == 0 && conditions[row].type->member(list, i, &member); i++) {
		r = set_add(&work->sets[row], &member, &pair.member);
		if (r == 0)
			r = pair_add(&work->pairs[row], pair);
	}
	return r;
}

static int collect(struct work *work)
{
	int r = 0;

	for (size_t row = 0; row < n_conditions; row++) {
		set_init(&work->index.secret, &work->sets[row]);
		if (!condition_is_dimension(row))
			continue;
		work->index.decided |= UINT64_C(1) << row;
		for (uint32_t i = 0; i < work->n && r == 0; i++) {
			r = list_collect(work, row, i, false);
			if (r == 0)
				r = list_collect(work, row, i, true);
		}
	}
	return r;
}

/* ---- keys --------------------------------------------------------------------------------------
 */

/* Is the entry for machines that it names: by whole MACs, or else by UUIDs? By which row? */
static size_t machine_row(const struct entry *entry)
{
	struct member member;
	bool whole = true;

	for (size_t i = 0; whole && list_macs.member(entry_macs(entry), i, &member); i++)
		whole = member.form == MEMBER_WHOLE;
	if (whole && entry_macs(entry)->n > 0)
		return CONDITION_MAC;
	whole = true;
	for (size_t i = 0; whole && list_uuids.member(entry_uuids(entry), i, &member); i++)
		whole = member.form == MEMBER_WHOLE;
	return whole && entry_uuids(entry)->n > 0 ? CONDITION_UUID : n_conditions;
}

/* How many entries name each member, however often one does; for the caller to free. */
static uint32_t *counts_of(const struct pairs *pairs, uint32_t n_members)
{
	uint32_t *counts = room_new(2 * (n_members + (size_t)1) * sizeof *counts);
	uint32_t *last = counts + n_members; /* 1 + the entry that named it last */

	for (uint32_t i = 0; counts && i < pairs->n; i++) {
		const struct pair *pair = &pairs->at[i];

		if (pair->negated || last[pair->member] == pair->entry + 1)
			continue;
		last[pair->member] = pair->entry + 1;
		counts[pair->member]++;
	}
	return counts;
}

/* The member of an entry's list that most entries share decides how well the list finds it. */
static int row_score(struct work *work, size_t row)
{
	const struct pairs *pairs = &work->pairs[row];
	uint32_t *counts = counts_of(pairs, work->sets[row].n_nodes), worst = 0;

	if (!counts)
		return -ENOMEM;
	for (uint32_t i = 0; i < pairs->n; i++) {
		const struct pair *pair = &pairs->at[i];

		if (pair->negated)
			continue;
		worst = counts[pair->member] > worst ? counts[pair->member] : worst;
		if (i + 1 < pairs->n && pairs->at[i + 1].entry == pair->entry &&
		    !pairs->at[i + 1].negated)
			continue;
		if (worst < work->score[pair->entry]) {
			work->score[pair->entry] = worst;
			work->key[pair->entry] = (uint8_t)(row + 1);
		}
		worst = 0;
	}
	room_free(counts);
	return 0;
}

/* Is there nothing that a dimension could find the entry by, or shut it out by? */
static bool is_open(const struct work *work, const struct entry *entry)
{
	return (entry->conditions & (work->index.decided | UINT64_C(1) << CONDITION_NOT)) == 0;
}

/* Whole blocks of them. */
static uint32_t words_for(uint32_t n)
{
	const uint32_t block = WORD_BITS * BLOCK_WORDS;

	return (n + block - 1) / block * BLOCK_WORDS;
}

static int keys_choose(struct work *work)
{
	int r = 0;

	for (uint32_t i = 0; i < work->n; i++)
		work->score[i] = SHARED_MAX + 1;
	for (size_t row = 0; row < n_conditions && r == 0; row++)
		r = row_score(work, row);
	while (work->index.n_front < work->n && is_open(work, &work->entries[work->index.n_front]))
		work->index.n_front++;
	for (uint32_t i = 0; i < work->n; i++) {
		size_t row = machine_row(&work->entries[i]);

		if (row < n_conditions)
			work->key[i] = (uint8_t)(row + 1);
		else
			work->index.others[work->index.n_others++] = i;
		work->place[i] = work->index.n_general;
		if (work->key[i] == 0 && i >= work->index.n_front)
			work->index.general[work->index.n_general++] = i;
	}
	work->index.n_words = words_for(work->index.n_general);
	return r;
}

/* ---- who names what ----------------------------------------------------------------------------
 */

static enum kind kind_of(const struct work *work, size_t row, const struct pair *pair)
{
	if (work->key[pair->entry] == 0)
		return pair->negated ? WITHOUT : WITH;
	return !pair->negated && work->key[pair->entry] == row + 1 ? KEYED : KINDS;
}

static uint32_t item_of(const struct work *work, enum kind kind, const struct pair *pair)
{
	return kind == KEYED ? pair->entry : work->place[pair->entry];
}

static int postings_fill(const struct work *work, const struct dimension *dimension, enum kind kind,
			 struct postings *out)
{
	const struct pairs *pairs = &work->pairs[dimension->row];
	uint32_t n_members = dimension->members.n_nodes, n;

	out->of = room_new((n_members + (size_t)1) * sizeof *out->of);
	if (!out->of)
		return -ENOMEM;
	for (uint32_t i = 0; i < pairs->n; i++)
		out->of[pairs->at[i].member].n +=
			kind_of(work, dimension->row, &pairs->at[i]) == kind;
	n = postings_divide(out, n_members);
	out->items = room_new((n + (size_t)1) * sizeof *out->items);
	if (!out->items)
		return -ENOMEM;
	for (uint32_t i = 0; i < pairs->n; i++) {
		struct posting *of = &out->of[pairs->at[i].member];
		uint32_t item = item_of(work, kind, &pairs->at[i]);

		if (kind_of(work, dimension->row, &pairs->at[i]) == kind &&
		    (of->n == 0 || out->items[of->at + of->n - 1] != item))
			out->items[of->at + of->n++] = item;
	}
	if (n == 0) {
		postings_done(out);
		return 0;
	}
	return postings_close(out, n_members, kind == KEYED ? 0 : work->index.n_words);
}

static int indifferent_fill(const struct work *work, struct dimension *dimension)
{
	const struct index *index = &work->index;

	if (!dimension->postings[WITH].items)
		return 0;
	dimension->indifferent = room_new(index->n_words * sizeof *dimension->indifferent);
	if (!dimension->indifferent)
		return -ENOMEM;
	for (uint32_t i = 0; i < index->n_general; i++)
		if (!entry_list(&work->entries[index->general[i]], dimension->row, false))
			dimension->indifferent[i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
	return 0;
}

static void dimension_done(struct dimension *dimension)
{
	set_done(&dimension->members);
	for (int kind = 0; kind < KINDS; kind++)
		postings_done(&dimension->postings[kind]);
	room_free(dimension->indifferent);
}

/* The first entry that has its key here. */
static uint32_t first_of(const struct dimension *dimension)
{
	const struct postings *keyed = &dimension->postings[KEYED];
	uint32_t first = UINT32_MAX;

	for (uint32_t i = 0; keyed->items && i < dimension->members.n_nodes; i++) {
		const struct posting of = posting_of(keyed, i);

		if (of.n > 0 && keyed->items[of.at] < first)
			first = keyed->items[of.at];
	}
	return first;
}

static bool is_used(const struct dimension *dimension)
{
	for (int kind = 0; kind < KINDS; kind++)
		if (dimension->postings[kind].items)
			return true;
	return false;
}

/* Takes over the row's set. */
static int dimension_fill(struct work *work, size_t row)
{
	struct index *index = &work->index;
	struct dimension *out = &index->dimensions[index->n_dimensions++];
	int r;

	*out = (struct dimension){ .row = row, .members = work->sets[row] };
	work->sets[row] = (struct set){ .n_nodes = 0 };
	r = set_seal(&out->members);
	for (int kind = 0; kind < KINDS && r == 0; kind++)
		r = postings_fill(work, out, (enum kind)kind, &out->postings[kind]);
	if (r == 0)
		r = indifferent_fill(work, out);
	out->first = first_of(out);
	out->is_general = out->postings[WITH].items || out->postings[WITHOUT].items;
	if (r == 0 && !is_used(out)) {
		dimension_done(out);
		index->n_dimensions--;
	}
	return r;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static int work_allocate(struct work *work)
{
	size_t n = work->n + (size_t)1;

	work->score = room_new(n * sizeof *work->score);
	work->place = room_new(n * sizeof *work->place);
	work->key = room_new(n * sizeof *work->key);
	work->index.general = room_new(n * sizeof *work->index.general);
	work->index.others = room_new(n * sizeof *work->index.others);
	work->index.dimensions = calloc(n_conditions, sizeof *work->index.dimensions);
	return work->score && work->place && work->key && work->index.general &&
			       work->index.others && work->index.dimensions
		       ? 0
		       : -ENOMEM;
}

static void work_done(struct work *work)
{
	for (size_t row = 0; row < n_conditions; row++) {
		room_free(work->pairs[row].at);
		set_done(&work->sets[row]);
	}
	room_free(work->score);
	room_free(work->place);
	room_free(work->key);
}

static uint32_t first_general(const struct index *index)
{
	return index->n_general > 0 ? index->general[0] : UINT32_MAX;
}

/* Those are looked at before the general entries that find what comes before all of these, or
 * decide about them. */
static bool is_early(const struct index *index, const struct dimension *dimension)
{
	return dimension->is_general || dimension->first < first_general(index);
}

/* Who is found by one that finds earlier entries needs no look at the others. */
static int by_turn(const void *one, const void *other, void *index)
{
	const struct dimension *a = one, *b = other;

	if (is_early(index, a) != is_early(index, b))
		return is_early(index, a) ? -1 : 1;
	return a->before != b->before ? (a->before > b->before) - (a->before < b->before)
				      : (a->row > b->row) - (a->row < b->row);
}

static void dimensions_order(struct index *index)
{
	for (uint32_t i = 0; i < index->n_dimensions; i++) {
		struct dimension *dimension = &index->dimensions[i];

		dimension->before = dimension->first;
		if (dimension->is_general && dimension->before > first_general(index))
			dimension->before = first_general(index);
		index->n_early += is_early(index, dimension);
	}
	qsort_r(index->dimensions, index->n_dimensions, sizeof(struct dimension), by_turn, index);
}

static int all_fill(struct index *index)
{
	index->all = room_new((index->n_words + (size_t)1) * sizeof *index->all);
	for (uint32_t i = 0; index->all && i < index->n_general; i++)
		index->all[i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
	return index->all ? 0 : -ENOMEM;
}

/* Is all that the entry must not have decided by dimensions? */
static bool nots_are_decided(const struct work *work, const struct entry *entry)
{
	const struct nots *nots = entry_nots(entry);

	return nots->n == 0 ||
	       (nots->n == 1 && (nots->at[0].conditions & ~work->index.decided) == 0);
}

/* Where that holds for all entries, nobody has to ask again. */
static void nots_decide(struct work *work)
{
	for (uint32_t i = 0; i < work->n; i++)
		if (!nots_are_decided(work, &work->entries[i]))
			return;
	work->index.decided |= UINT64_C(1) << CONDITION_NOT;
}

/* The one that finds the entry; NULL: it is general. */
static const struct dimension *key_dimension(const struct work *work, uint32_t entry)
{
	for (uint32_t i = 0; i < work->index.n_dimensions; i++)
		if (work->key[entry] == work->index.dimensions[i].row + 1)
			return &work->index.dimensions[i];
	return NULL;
}

static int build(struct work *work)
{
	int r = work_allocate(work);

	if (r == 0)
		r = collect(work);
	if (r == 0)
		r = keys_choose(work);
	for (size_t row = 0; row < n_conditions && r == 0; row++)
		if (work->pairs[row].n > 0)
			r = dimension_fill(work, row);
	if (r == 0) {
		dimensions_order(&work->index);
		nots_decide(work);
		r = all_fill(&work->index);
	}
	for (uint32_t i = 0; i < work->n && r == 0; i++)
		r = conditions_gather(&work->entries[i], &work->index.secret, SHORT_LIST, i,
				      key_dimension(work, i));
	return r;
}

/* Is each entry looked at, and none of them at length? */
static bool is_few(const struct entry *entries, uint32_t n)
{
	bool few = n <= FEW;

	for (uint32_t i = 0; i < n && few; i++)
		few = !entries[i].longs;
	return few;
}

int index_init(struct entry *entries, uint32_t n, struct index *out)
{
	struct work work = { .entries = entries, .n = n };
	int r = PxeBootSecret(&work.index.secret) == ERROR_SUCCESS ? 0 : -EIO;

	if (r == 0)
		r = build(&work);
	work_done(&work);
	if (r < 0) {
		index_done(&work.index);
		return r;
	}
	work.index.few = is_few(entries, n);
	*out = work.index;
	return 0;
}

void index_done(struct index *index)
{
	for (uint32_t i = 0; i < index->n_dimensions; i++)
		dimension_done(&index->dimensions[i]);
	free(index->dimensions);
	room_free(index->general);
	room_free(index->all);
	room_free(index->others);
	*index = (struct index){ .n_dimensions = 0 };
}
