/* Many threads post, one takes everything at once. Lock-free, intrusive, without allocation:
 * a letter lives inside what is posted, and is posted again only after it was taken.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct letter {
	struct letter *next;
};

struct mailbox {
	_Atomic(struct letter *) newest;
};

/** Posts a letter. True when the box was empty: then the taker must be woken. Any thread. */
static inline bool mailbox_post(struct mailbox *box, struct letter *letter)
{
	struct letter *newest = atomic_load_explicit(&box->newest, memory_order_relaxed);

	do
		letter->next = newest;
	while (!atomic_compare_exchange_weak_explicit(&box->newest, &newest, letter,
						      memory_order_release, memory_order_relaxed));
	return newest == NULL;
}

/** Takes all letters, oldest first, as a list ended by NULL. The one taker only. */
static inline struct letter *mailbox_take(struct mailbox *box)
{
	struct letter *left = atomic_exchange_explicit(&box->newest, NULL, memory_order_acquire);
	struct letter *oldest = NULL;

	while (left) {
		struct letter *next = left->next;

		left->next = oldest;
		oldest = left;
		left = next;
	}
	return oldest;
}

/** The structure of type `type` whose member `member` is at `pointer`. */
#define CONTAINER_OF(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))
