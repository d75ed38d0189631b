/* What the instances of one provider share: it outlives each of them, so that what was offered
 * before a reload is known after it. The library stays loaded as long as the process lives.
 */
#pragma once

#include <pthread.h>

#include "boot/memory.h"

struct home {
	char name[256 * 4]; /* the provider's */
	unsigned users;     /* instances that are open */
	uint64_t left;      /* when the last one closed: a number that grows */
	struct home *next;

	/* Guards all that instances of the name change while they serve, among the threads that
	 * requests come on; none but they take it, so that on the daemon's loop, one thread alone,
	 * it is never waited for. It is not held while the API is called to send. */
	pthread_mutex_t lock;
	struct memory memory;
};

enum { HOMES_EMPTY_MAX = 4 }; /* names that nobody has open any more: then the oldest goes */

/** The home of a name, new or known. 0; -ENOMEM; -EIO: no random numbers. home_close() it. */
int home_open(const char *name, struct home **out);
void home_close(struct home *home);
