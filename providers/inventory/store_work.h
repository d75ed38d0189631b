/* The store, as the files that make it up see it. */
#pragma once

#include <pthread.h>

#include "source.h"
#include "store_read.h"
#include "table.h"

struct store {
	struct store_now now;
	struct snapshot *oldest; /* of those that somebody may still hold; the last is in force */
	pthread_mutex_t lock;    /* one changes at a time */
	pthread_mutex_t holds;   /* guards the counts of holds */
	struct source *csv, *state;
	atomic_uint writes; /* that succeeded */
	struct store_told told;
};

struct snapshot *store_current(const struct store *store);
/** Puts what was edited in force; blocks while requests that began before are decided. `replaced`:
 * the memory of a CSV that is no more, or NULL. The lock is held. */
void store_put_in_force(struct store *store, struct edit *edit, struct arena *replaced);
/** What is on disk is so, whoever wrote it. The lock is held. */
int store_catch_up(struct store *store, const struct store_told *told, char why[WHY_SIZE]);

/* What is to be changed, made when nobody else changes anything. 0, or -errno and `why`. */
typedef int change_fn(void *context, struct store *store, struct edit *edit, char why[WHY_SIZE]);

/** The whole of a change: written, synced and in force, or nothing. */
int store_change(struct store *store, change_fn *fn, void *context, char why[WHY_SIZE]);

int store_no_memory(char why[WHY_SIZE]);

/* What may be gone without a question: so many, or a fifth. */
enum { FEW_GONE = 50, PART_GONE = 5 };

static inline bool is_many_gone(uint32_t gone, uint32_t of)
{
	return gone > FEW_GONE && (uint64_t)gone * PART_GONE > of;
}

/* Parts of changes: of the edit, nothing is written yet. */

/** The device with an id; NULL: there is none. */
struct device *edit_find(const struct edit *edit, const struct id *id);
/** Does another device than that have one of the ids? -EEXIST and `why`. */
int edit_check_ids(const struct edit *edit, const struct draft *draft, const struct device *device,
		   char why[WHY_SIZE]);
/** A new record. */
int edit_put(struct edit *edit, const struct draft *draft, char why[WHY_SIZE]);
/** Lays a description over a device. */
int edit_set(struct edit *edit, const struct device *device, const struct draft *draft,
	     char why[WHY_SIZE]);
/** Drops a record. */
int edit_drop(struct edit *edit, const struct device *over, char why[WHY_SIZE]);
