/* no allocation · no lock · no log */
#include "dhcp/dhcp4_route.h"

/* Does the relay ask for its own source port (RFC 8357)? */
static bool wants_source_port(struct span request, const struct dhcp4_index *index)
{
	uint8_t joined[512];
	struct span relay, sub;

	if (!dhcp4_index_has(index, DHCP4_OPT_RELAY))
		return false;
	if (dhcp4_index_join(index, request, DHCP4_OPT_RELAY, joined, sizeof(joined), &relay) != 0)
		relay = dhcp4_index_get(index, request, DHCP4_OPT_RELAY);
	return dhcp4_relay_get(relay, DHCP4_RELAY_PORT, &sub);
}

static uint16_t port_or(uint16_t port, uint16_t otherwise)
{
	return port ? port : otherwise;
}

static void route_on_67(const struct dhcp4_arrival *arrival, struct span request,
			const struct dhcp4_index *index, struct dhcp4_route *out)
{
	if (dhcp4_has_addr(request.at, DHCP4_GIADDR)) {
		bool own_port = wants_source_port(request, index);

		out->rule = 1;
		out->to_relay = true;
		out->to[0].ip = dhcp4_giaddr(request.at);
		out->to[0].port = own_port ? port_or(arrival->src.port, DHCP4_PORT_SERVER)
					   : DHCP4_PORT_SERVER;
	} else if (dhcp4_has_addr(request.at, DHCP4_CIADDR) && index->type != DHCP4_DISCOVER) {
		out->rule = 2;
		out->to[0].ip = dhcp4_ciaddr(request.at);
		out->to[0].port = port_or(arrival->src.port, DHCP4_PORT_CLIENT);
		out->to[0].ifindex = arrival->ifindex;
	} else {
		out->rule = 3;
		out->to[0].ip = ip_broadcast();
		out->to[0].port = DHCP4_PORT_CLIENT;
		out->to[0].ifindex = arrival->ifindex;
	}
}

static void route_on_4011(const struct dhcp4_arrival *arrival, struct dhcp4_route *out)
{
	uint16_t port = port_or(arrival->src.port, DHCP4_PORT_CLIENT);

	out->to[0].port = port;
	if (!ip_is_any(&arrival->src.ip)) {
		out->rule = 4;
		out->to[0].ip = arrival->src.ip;
		out->to[0].ifindex = arrival->on_link ? arrival->ifindex : 0;
		return;
	}
	out->rule = 5;
	out->to[0].ip = ip_broadcast();
	out->to[0].ifindex = arrival->ifindex;
	if (port != DHCP4_PORT_CLIENT) {
		out->to[1] = out->to[0];
		out->to[1].port = DHCP4_PORT_CLIENT;
		out->count = 2;
	}
}

int dhcp4_route_of(const struct dhcp4_arrival *arrival, struct span request,
		   const struct dhcp4_index *index, struct dhcp4_route *out)
{
	struct dhcp4_route route = {
		.count = 1,
		.from = { .ip = arrival->local, .port = arrival->port },
	};

	if (arrival->port == DHCP4_PORT_PXE)
		route_on_4011(arrival, &route);
	else
		route_on_67(arrival, request, index, &route);

	*out = route;
	if (route.rule != 3 && route.rule != 5 &&
	    (ip_is_multicast(&route.to[0].ip) || ip_is_limited_broadcast(&route.to[0].ip)))
		return DHCP4_E_NOWHERE;
	return 0;
}
