/* What a reply says, read once: for who judges it, finishes it, and tells of it. */
#pragma once

#include "provider/state.h"

struct reply {
	bool is_indexed; /* IPv4: its options can be read to their end */
	bool is_nak;
	struct dhcp4_index index;  /* where it is indexed */
	struct request_reply note; /* but for where it goes */
};

/** The replies that were read on the loop, by their kind. NULL: there is no memory. */
struct replies *replies_new(void);
/** NULL is allowed. */
void replies_free(struct replies *replies);

/** Reads a reply to that request: in *room, or as one of its kind was read. Valid until the next
 * call on this thread. [any] */
const struct reply *reply_read(struct host *host, const struct request *req, struct span octets,
			       struct reply *room);

/** Its index, where it has one. */
static inline const struct dhcp4_index *reply_index(const struct reply *reply)
{
	return reply->is_indexed ? &reply->index : NULL;
}
