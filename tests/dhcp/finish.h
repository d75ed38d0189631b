/* dhcp4_reply_finish() as the unit test and the fuzzer call it. */
#pragma once

#include "dhcp/dhcp4_reply.h"

/** With an index of the reply where there is one; *out_len is set after 0 alone. */
static inline int reply_finish(struct span request, const struct dhcp4_index *request_index,
			       const struct dhcp4_route *route, uint8_t *octets, size_t len,
			       size_t cap, size_t *out_len)
{
	struct dhcp4_index index;
	struct dhcp4_draft reply = { .octets = octets, .len = len, .cap = cap };
	int r;

	if (dhcp4_index_build(span_of(octets, len), &index) == 0)
		reply.index = &index;
	r = dhcp4_reply_finish(request, request_index, route, &reply);
	if (r == 0)
		*out_len = reply.len;
	return r;
}
