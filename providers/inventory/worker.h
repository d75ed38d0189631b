/* The thread that writes: requests that need it wait there, and end there. */
#pragma once

#include "answer.h"

/** Starts it. NULL: no memory, or no thread. */
struct worker *worker_new(struct inventory *inventory);
/** Ends it: what still waits is left to nobody (IGNORE). */
void worker_stop(struct worker *worker);

/** Hands a request over, which is then read again. False: too many wait. Any thread. */
bool worker_give(struct worker *worker, HANDLE request, PVOID packet, ULONG len,
		 const PXE_ADDRESS *local, const PXE_ADDRESS *remote, enum turned turned,
		 const struct id *id);
/** Has a machine listed that nobody answers. */
void worker_list(struct worker *worker, const struct asker *asker);
