/* The table of machines that is in force: read by requests, on any thread and without a lock, and
 * replaced by another thread, which waits until nobody reads the old one. */
#pragma once

#include <stdatomic.h>

#include "machines.h"

struct current {
	_Atomic(struct machines *) at; /* NULL: there are no lists */
	atomic_uint turn;              /* whose lowest bit says where readers are counted */
	atomic_uint readers[2];
};

/** Begins to read; the result is for current_leave(). */
static inline unsigned current_enter(struct current *current)
{
	unsigned place = atomic_load(&current->turn) & 1;

	atomic_fetch_add(&current->readers[place], 1);
	return place;
}

static inline void current_leave(struct current *current, unsigned place)
{
	atomic_fetch_sub(&current->readers[place], 1);
}

/** Puts another table in force, and frees the old one. One thread at a time. Blocks while requests
 * that began before are decided. */
void current_replace(struct current *current, struct machines *fresh);
