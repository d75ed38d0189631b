/* Machines that nobody knows and that wait for an admin: a bounded list, for which a flood from one
 * place has a quarter of the room. */
#pragma once

#include <time.h>

#include "field.h"
#include "id.h"

enum { PENDING_PLACE_SIZE = 64, PENDING_WHAT_SIZE = 96 };
#define PENDING_RELAY "relay " /* how a relay's place begins; no interface has a blank */

struct pending;

/* One of them, for people. */
struct pending_view {
	uint32_t number; /* by which it is approved; no other machine ever had it */
	struct id ids[ID_KINDS];
	unsigned n_ids;
	uint32_t arch;                  /* IANA's, or PXE_BOOT_ARCH_NONE */
	char what[PENDING_WHAT_SIZE];   /* its vendor class */
	char place[PENDING_PLACE_SIZE]; /* "eth0", or "relay 10.1.0.1" */
	time_t first, last;             /* when it asked */
	unsigned boots;                 /* in how many boots */
	uint8_t side;                   /* the list's own */
};

/** The next one behind that number; false: there is none. Any thread but the loop. */
bool pending_next(struct pending *pending, uint32_t after, struct pending_view *out);
uint32_t pending_count(struct pending *pending);
/** Does another machine of the list have its UUID? Then it is known by its other ids alone. */
bool pending_shares_uuid(struct pending *pending, const struct pending_view *view);
/** Forgets one: it is pending anew if it asks again. False: there is none of that number. */
bool pending_forget(struct pending *pending, uint32_t number);
