/* A dimension of the index: what entries name in a row of condition.c, and who names it. */
#pragma once

#include "index.h"

enum {
	WORD_BITS = 64, /* general entries in a word of bits */
	BLOCK_WORDS = 4 /* bitsets are of whole blocks, of which the processor does one at once */
};

/* Entries that name one member: a part of `items`; of `words` where they are more than a bitset has
 * words (index.n_words). */
struct posting {
	uint32_t at, n;
};

struct postings {
	struct posting *of; /* each member; NULL: each has one item … */
	uint32_t own;       /* … all bits: at its own number; none: all have the first one */
	uint32_t *items;    /* NULL: there are none of that kind */
	uint64_t *words;
};

static inline struct posting posting_of(const struct postings *postings, uint32_t member)
{
	return postings->of ? postings->of[member] : (struct posting){ member & postings->own, 1 };
}

/** Where each member's items begin, from how many it may have; returns how many there are. */
uint32_t postings_divide(struct postings *postings, uint32_t n_members);
/** All items are there, one at least. Those of a member that are more than a bitset has words
 * become bits; 0: they stay what they are. 0 or -ENOMEM. */
int postings_close(struct postings *postings, uint32_t n_members, uint32_t n_words);
void postings_done(struct postings *postings);

/* Entries by their number, that are found by this dimension; general ones by their bit, that want
 * the value, or must not have it. */
enum kind { KEYED, WITH, WITHOUT, KINDS };

struct dimension {
	size_t row;
	struct set members;
	struct postings postings[KINDS];
	bool is_general;       /* it decides about general entries */
	uint32_t first;        /* entry that has its key here; UINT32_MAX: none */
	uint32_t before;       /* who has found one before this needs no look at it */
	uint64_t *indifferent; /* general entries without that condition; NULL: all are */
};

/** Does the entry, which has its key here, name a member that holds for the value? */
bool dimension_names(const struct dimension *dimension, uint32_t entry, const struct value *value);
