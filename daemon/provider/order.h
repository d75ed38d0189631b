/* An administrator's command to a provider: PXE_CALLBACK_COMMAND. Words in, JSON out.
 *
 * The program above takes a place for it on the loop, runs it on a thread of its own, and lets it
 * go on the loop. It decides itself how long it waits: order_give_up().
 */
#pragma once

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wdspxe.h>

#include "provider/provider.h"

enum { ORDER_MS = 1000 * PXE_COMMAND_SECONDS, ORDER_STOP_MS = 3000 };

/* Why there is no answer. */
enum order_end {
	ORDER_DONE,      /* there is one: status, text, len */
	ORDER_NO_TURN,   /* others kept the provider for too long: it was not called */
	ORDER_GONE,      /* the same, for it shuts down */
	ORDER_TOO_LONG,  /* it was called, and wrote too much */
	ORDER_NO_MEMORY, /* ... and what it wrote had no room */
	ORDER_ABORTED,   /* ... and wrote when nobody waited for it any more */
};

struct order {
	/* The caller's; all that it points to stays until the order has run. */
	PXE_COMMAND command;
	uint64_t until_ms; /* CLOCK_MONOTONIC: when it is late */

	/* What came of it. The text has no NUL behind it, and is the caller's to free. */
	enum order_end end;
	uint32_t status;
	char *text;
	size_t len;

	struct provider *provider; /* it may be gone once the order has run */
	uint32_t slot;
	HANDLE handle;
	atomic_bool called, given_up;
	sem_t writing; /* of end, text, len and room, while it is called: any thread may write */
	size_t room;
};

/** Takes a place. 0; -ENOSYS: the provider takes no commands; -ESHUTDOWN: it does not run; -EAGAIN:
 * ORDERS_MAX are under way. [loop] */
int order_take(struct order *order, struct provider *p);
/** Waits until the provider is neither controlled nor stopped, and calls it: one order at a time
 * for each provider. The provider may be gone afterwards. [own thread] */
void order_run(struct order *order);
/** Nobody waits for its answer any more: PxeCommandWrite says so. `late_ms`: when the order is late
 * now; as before where that is later. [loop] */
void order_give_up(struct order *order, uint64_t late_ms);
/** Gives its place back, after it has run. [loop] */
void order_done(struct order *order);
/** The same where it will not run. [loop] */
void order_cancel(struct order *order);

/** PxeCommandWrite. [any] */
DWORD order_write(HANDLE handle, const char *text, ULONG len);
