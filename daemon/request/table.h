/* The requests that are under way: a fixed number of slots, found by handle. */
#pragma once

#include "base/hash.h"
#include "request/request.h"

/* The kind of a request's handle (base/handle.h). */
enum { REQUEST_HANDLE_KIND = 0xa5 };

struct request_table {
	struct request *slot;
	uint32_t count;
	uint32_t *free; /* [loop] a stack: the slot last used is the warmest */
	uint32_t n_free;
	struct hash_key seed;
};

/** Makes `count` slots, at most 2^18. 0, -EINVAL, -ENOMEM; on failure the table is empty, and
 * request_table_done() may be called or not. */
int request_table_init(struct request_table *table, uint32_t count);
void request_table_done(struct request_table *table);
/** A slot whose guard is FREE, or NULL when all are under way. [loop] */
struct request *request_take(struct request_table *table);
/** Gives a slot back whose guard is FREE. [loop] */
void request_give(struct request_table *table, struct request *req);
/** Slots that are taken. [loop] */
uint32_t request_table_used(const struct request_table *table);

/** The handle of a request's current visit. */
uint64_t request_handle(const struct request *req, uint64_t generation);
/** Finds the slot of a handle that came from anywhere, without pinning; *generation for guard_pin()
 * or guard_decide(). NULL: forged. [any] */
struct request *request_find(struct request_table *table, uint64_t handle, uint64_t *generation);
