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

int dhcp4_reply_finish(struct span request, const struct dhcp4_index *request_index,
		       const struct dhcp4_route *route, uint8_t *reply, size_t len, size_t cap,
		       size_t *out_len)
{
	struct dhcp4_index index;
	size_t relay = 0, total = len;

	if (dhcp4_index_build(span_of(reply, len), &index) != 0 ||
	    !dhcp4_is_valid_indexed(span_of(reply, len), &index, DHCP4_BOOTREPLY, NULL)) {
		*out_len = len;
		return 0;
	}
	if (dhcp4_index_has_main(request_index, DHCP4_OPT_RELAY) &&
	    !dhcp4_index_has(&index, DHCP4_OPT_RELAY))
		relay = relay_copy(request, request_index, NULL);
	if (relay > 0 && index.end + relay + 1 > total)
		total = index.end + relay + 1;
	if (total < DHCP4_REPLY_MIN)
		total = DHCP4_REPLY_MIN;
	if (total > cap || (relay > 0 && total > DHCP4_REPLY_MAX))
		return DHCP4_E_TOO_BIG;

	memset(reply + len, 0, total - len);
	if (relay > 0) {
		relay_copy(request, request_index, reply + index.end);
		reply[index.end + relay] = DHCP4_OPT_END;
		memset(reply + index.end + relay + 1, 0, total - index.end - relay - 1);
	}
	if (wants_broadcast(reply, route))
		reply[DHCP4_FLAGS] |= DHCP4_FLAG_BROADCAST >> 8;
	*out_len = total;
	return 0;
}
