/* Servers that are used in turn, and names among them, which are looked up again and again.
 *
 * Which server is a client's follows from the client alone: so that its OFFER, its answer on port
 * 4011 and another daemon with the same settings agree.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "boot/ip.h"

enum { TURN_LOOK_UP_S = 300, TURN_MAX = 64 };

/* A name, and what it stands for. */
struct named {
	struct named *next, *chained; /* of the instance's; with the same hash */
	char *name;                   /* owned */
	PXE_BOOT_IP v4, v6;           /* under the lock of the kit's home; none: uAddrLen 0 */

	/* What the thread has found, until the requests take it: neither waits for the other. */
	atomic_int box;
	PXE_BOOT_IP found4, found6;

	PXE_BOOT_SERVER last; /* the thread's: what it found */
	bool told;            /* and that it could not look it up */
};

struct place {
	struct named *named; /* NULL: an address */
	PXE_BOOT_IP v4, v6;
};

struct tagPXE_BOOT_SERVERS {
	uint8_t n;
	struct place at[];
};

struct lookups; /* the thread that looks names up, and the names */

/** Starts looking a name up, unless it is done already; server: what it is now. The first name's
 * every_s counts for all of them. The home's lock is held. NULL: no memory. */
struct named *turn_name(struct lookups **lookups, HANDLE provider, const char *name,
			const PXE_BOOT_SERVER *server, unsigned every_s);
/** Ends it. What is being looked up meanwhile is waited for a second, and left to itself then. */
void turn_stop(struct lookups *lookups);

/**
 * Takes what was found since. True: an address is another one now. The home's lock is held, by this
 * and the next.
 */
bool turn_settle(struct lookups *lookups);
/** Which of them is a client's; *place says by its number which one. NULL: none has an address of
 * the family. `key` is what the client is known by. */
const PXE_BOOT_IP *turn_pick(const PXE_BOOT_SERVERS *servers, bool six, PXE_BOOT_OCTETS key,
			     uint8_t *place);
