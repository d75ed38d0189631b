/* The ordered list that a request walks through. Immutable: a reload makes a new chain and swaps
 * it in between two packets. A request holds a reference to the chain that it began with.
 */
#pragma once

#include <stdint.h>

struct chain;
struct provider;

/** A chain of running providers, in order; the pointers are copied, the providers stay the
 * caller's. `released(context)` is called on the loop when the last reference has gone: then no
 * request is on its way through it any more. One reference for the caller. 0, -ENOMEM. */
int chain_new(struct provider *const providers[], uint32_t n, void (*released)(void *context),
	      void *context, struct chain **out);
struct chain *chain_ref(struct chain *chain); /* [loop] */
void chain_unref(struct chain *chain);        /* [loop]; NULL is fine */
