/* no allocation · no lock · no log */
#include "dhcp/dhcp4_reply.h"
#include "dhcp/dhcp4_valid.h"

enum { IP_UDP_HEADERS = 28, SIZE_MIN = 576 };

size_t dhcp4_reply_max(uint16_t max_size)
{
	size_t max;

	if (max_size == 0)
		return DHCP4_REPLY_PLAIN;
	max = (max_size < SIZE_MIN ? SIZE_MIN : max_size) - IP_UDP_HEADERS;
	return max < DHCP4_REPLY_MAX ? max : DHCP4_REPLY_MAX;
}

/* Copies every part of the request's option 82 to `to`, or just counts its octets when NULL. */
static size_t relay_copy(struct span request, const struct dhcp4_index *index, uint8_t *to)
{
	size_t first = index->first[DHCP4_OPT_RELAY], len = 0;
	struct span cursor = span_of(request.at + first, (size_t)index->end - first);
	struct dhcp4_option option;

	while (dhcp4_option_next(&cursor, &option) == 0) {
		if (option.code != DHCP4_OPT_RELAY)
			continue;
		if (to)
			memcpy(to + len, option.value.at - 2, option.value.len + 2);
		len += option.value.len + 2;
	}
	return len;
}

static bool wants_broadcast(const uint8_t *reply, const struct dhcp4_route *route)
{
	return route->from.port == DHCP4_PORT_SERVER && !dhcp4_has_addr(reply, DHCP4_YIADDR) &&
	       (route->to_relay || route->to[0].port == DHCP4_PORT_CLIENT);
}

static bool is_reply(const struct dhcp4_draft *reply)
{
	return reply->index && dhcp4_is_valid_indexed(span_of(reply->octets, reply->len),
						      reply->index, DHCP4_BOOTREPLY, NULL);
}

/* With `relay` octets of option 82, padded. */
static size_t finished_len(const struct dhcp4_draft *reply, size_t relay)
{
	size_t len = reply->len;

	if (relay > 0 && reply->index->end + relay + 1 > len)
		len = reply->index->end + relay + 1;
	return len < DHCP4_REPLY_MIN ? DHCP4_REPLY_MIN : len;
}

int dhcp4_reply_finish(struct span request, const struct dhcp4_index *request_index,
		       const struct dhcp4_route *route, struct dhcp4_draft *reply)
{
	size_t relay = 0, total, end;

	if (!is_reply(reply))
		return 0;
	end = reply->index->end;
	if (dhcp4_index_has_main(request_index, DHCP4_OPT_RELAY) &&
	    !dhcp4_index_has(reply->index, DHCP4_OPT_RELAY))
		relay = relay_copy(request, request_index, NULL);
	total = finished_len(reply, relay);
	if (total > reply->cap || (relay > 0 && total > DHCP4_REPLY_MAX))
		return DHCP4_E_TOO_BIG;

	memset(reply->octets + reply->len, 0, total - reply->len);
	if (relay > 0) {
		relay_copy(request, request_index, reply->octets + end);
		reply->octets[end + relay] = DHCP4_OPT_END;
		memset(reply->octets + end + relay + 1, 0, total - end - relay - 1);
	}
	if (wants_broadcast(reply->octets, route))
		reply->octets[DHCP4_FLAGS] |= DHCP4_FLAG_BROADCAST >> 8;
	reply->len = total;
	return 0;
}
