/* Which is the first entry whose conditions hold: found without a look at each.
 *
 * A row of condition.c is a dimension, and a client has values in it: its MAC, its network. Each
 * dimension has a set of all that entries name in it.
 *
 * - An entry that few others share a value with is found by the values of one of its conditions,
 *   its key: machines by MAC or UUID, most entries for a subnet by that. It is then looked at.
 * - Those before all others that no dimension says anything of, as the one for what lines of a list
 *   boot, stand in front, and are looked at first.
 * - All others are general. A general entry is a bit. For each dimension the client's values give
 *   the entries that name them; with those that name nothing there, and without those that must
 *   not have such a value, that is one word for 64 entries; the words of all dimensions are
 *   AND-ed, and of the bits that are left the first one is looked at: its conditions that are no
 *   dimension, and whether its outcome reaches the client.
 *
 * So what a request costs depends on what it finds, not on how many entries there are, but for one
 * step in 64 general ones. Where there are few entries, all are looked at, which costs less.
 */
#pragma once

#include "entry.h"

struct dimension;

struct index {
	bool few; /* look at each */
	PXE_BOOT_SECRET secret;
	struct dimension *dimensions; /* in use, in the order in which they are looked at */
	uint32_t n_dimensions;
	uint32_t n_early;  /* those that come before the general entries */
	uint64_t decided;  /* rows that are dimensions: bits */
	uint32_t n_front;  /* entries in front: those up to this one */
	uint32_t *general; /* entries, in the settings' order */
	uint32_t n_general, n_words;
	uint64_t *all;    /* general entries, as bits */
	uint32_t *others; /* entries that are not for machines by whole MACs or UUIDs */
	uint32_t n_others;
};

/* Who looks for an entry. */
struct index_ask {
	/** The value of that number in a row. */
	enum more (*value)(const struct index_ask *ask, size_t row, unsigned number,
			   struct value *out);
	/** Is the entry the one? Of its conditions, those in `known` are known to hold. */
	bool (*accept)(const struct index_ask *ask, uint32_t entry, uint64_t known);
};

/** Builds the tables, and the sets of the entries' long lists. 0, -ENOMEM, or -EIO where there is
 * no random secret. */
int index_init(struct entry *entries, uint32_t n, struct index *out);
void index_done(struct index *index);

/** Is the entry for machines that it names by whole MACs, or by UUIDs? */
bool index_is_for_machines(const struct index *index, uint32_t entry);

enum { INDEX_NONE = -1, INDEX_TOO_MUCH = -2 };

/** The first entry that is accepted, INDEX_NONE, or INDEX_TOO_MUCH: the client has more values than
 * there is room for, and each entry has to be looked at. */
int64_t index_first(const struct index *index, const struct index_ask *ask);

/* The entries that somebody may have meant for a machine: those that name it, and those that name
 * no machine. */
struct candidates {
	const struct index *index;
	uint32_t own[64];
	uint32_t n_own, own_at, other_at;
};

struct candidates index_candidates(const struct index *index, const struct index_ask *ask);
/** The next one, in the settings' order, or -1. */
int64_t index_next(struct candidates *candidates);
