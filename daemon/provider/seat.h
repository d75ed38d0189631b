/* A seat: where a provider's code runs. The walk asks through this table, and knows no more. */
#pragma once

#include "provider/state.h"

struct seat_ops {
	const char *name;
	/* Before the first request: 0, or -errno; then stop() is called all the same. */
	int (*start)(struct provider *p);
	/* Has RecvRequest called for a visit. True: it is over, and to be settled now; false: a
	 * letter brings it back. [loop] */
	bool (*ask)(struct provider *p, struct request *req);
	/* What ask() has left lying goes on its way; after every ask() that left the visit open.
	 * [loop] */
	void (*flush)(struct provider *p);
	/* Has RequestEnded called, which is registered, for a turn that has ended: ended_call().
	 * [loop] */
	void (*tell)(struct provider *p, struct request *req, uint64_t generation);
	/* Calls ServiceControl, which is registered. Blocks. */
	DWORD (*control)(struct provider *p, DWORD code);
	/* No request is under way any more: waits for what still runs there. Blocks. */
	void (*stop)(struct provider *p);
	/* Is it inside RecvRequest? [any] */
	bool (*inside)(const struct provider *p);
	/* Tells of calls that stay inside for longer than a request may take: at once, whenever
	 * that time has doubled, and when they have returned. `replaced`: a reload did that. [loop]
	 */
	void (*watch)(struct provider *p, bool replaced, uint64_t now_ms);
};

extern const struct seat_ops seat_loop, seat_threads;

static inline const struct seat_ops *seat_of(const struct provider *p)
{
	return atomic_load_explicit(&p->seat, memory_order_acquire);
}
