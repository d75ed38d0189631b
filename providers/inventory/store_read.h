/* The devices, for the loop and for the thread that answers beside it: opened, read without a lock,
 * used up. */
#pragma once

#include <stdatomic.h>

#include "store.h"

struct store_now {
	_Atomic(struct snapshot *) at;
	atomic_uint turn; /* whose lowest bit says where readers are counted */
	atomic_uint readers[2];
};

struct store_now *store_now(struct store *store);

/** Begins to read; the result is for store_leave(). */
static inline unsigned store_enter(struct store_now *now, const struct snapshot **out)
{
	unsigned place = atomic_load(&now->turn) & 1;

	atomic_fetch_add(&now->readers[place], 1);
	*out = atomic_load(&now->at);
	return place;
}

static inline void store_leave(struct store_now *now, unsigned place)
{
	atomic_fetch_sub(&now->readers[place], 1);
}

/* Who is told of mistakes and doubts, with file and line (0: of all of it). */
struct store_told {
	void *context;
	void (*tell)(void *context, bool wrong, const char *where, uint32_t line, const char *what);
};

/** Opens both files, and reads them. 0; or -errno: what is wrong was told, or is in `why`. */
int store_open(const char *csv, bool csv_optional, const char *state, const struct store_told *told,
	       struct store **out, char why[WHY_SIZE]);
void store_close(struct store *store);
/** Reads the CSV again where it has changed. 1: it had; 0; or -errno, and nothing has changed. */
int store_reload(struct store *store, const struct store_told *told, char why[WHY_SIZE]);

/** How many writes have succeeded. */
unsigned store_writes(const struct store *store);
/** Takes over what another instance wrote meanwhile. 0, or -errno and `why`. */
int store_refresh(struct store *store, char why[WHY_SIZE]);

/** Uses up what these machines boot once, at that time: those of which it is armed. One write for
 * all; when it returns 0, it is on disk and in force. */
int store_use(struct store *store, const struct id *ids, size_t n, uint32_t when,
	      char why[WHY_SIZE]);
