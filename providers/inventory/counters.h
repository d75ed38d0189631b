/* What is counted, for `wdspxectl metrics`. */
#pragma once

#include <wdspxe.h>

struct inventory;

enum counter {
	COUNTER_REJECTED, /* look-ups, by what was found; all others were known */
	COUNTER_UNKNOWN,
	COUNTER_ONCE, /* what boots once, used up; too late for that */
	COUNTER_ONCE_LATE,
	COUNTER_APPROVED,        /* pending machines, by an admin */
	COUNTER_TURNED_DOWN,     /* the same */
	COUNTER_PENDING_DROPPED, /* by a flood */
	COUNTER_WRITE_FAILED,
	COUNTER_DEVICES, /* how many there are now */
	COUNTER_PENDING,
	COUNTERS
};

/** While Initialize runs. */
DWORD counters_register(HANDLE provider, ULONG out[COUNTERS]);
/** Any thread. Nothing is counted of a trial. */
void counter_add(const struct inventory *inventory, enum counter counter, LONGLONG by);
/** Says how many devices there are, and how many machines wait. Any thread but the loop. */
void counters_tell(struct inventory *inventory);
