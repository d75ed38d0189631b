/* no allocation · no lock · no log */
#include "provider/ways.h"

#include "dhcp/dhcp6_route.h"
#include "request/intake.h"

static DWORD ways_by_rules4(const struct request *req, struct ways *out)
{
	struct dhcp4_arrival arrival = {
		.port = req->port,
		.src = req->from,
		.local = req->local,
		.ifindex = req->from.ifindex,
		.on_link = req->on_link,
	};

	int r = dhcp4_route_of(&arrival, request_packet(req), &req->v4.index, &out->route4);

	out->n = out->route4.count;
	for (unsigned i = 0; i < out->n; i++)
		out->to[i] = out->route4.to[i];
	out->from = out->route4.from.ip;
	out->from_port = out->route4.from.port;
	return r == 0 ? ERROR_SUCCESS : ERROR_NETWORK_UNREACHABLE;
}

static DWORD ways_by_rules(const struct request *req, struct ways *out)
{
	struct dhcp6_route route;

	if (!req->valid)
		return ERROR_INVALID_DATA;
	out->by_rules = true;
	if (req->family == IP_V4)
		return ways_by_rules4(req, out);
	route = dhcp6_route_of(&req->v6.client, req->from, req->port);
	out->to[0] = route.to;
	out->from_port = route.from_port;
	return ERROR_SUCCESS;
}

DWORD ways_to_address(const struct request *req, const PXE_ADDRESS *address, struct ways *out)
{
	ULONG flags = address ? address->uFlags : 0;
	struct endpoint *to = &out->to[0];

	if ((flags & PXE_ADDR_BROADCAST) && req->family == IP_V6)
		return ERROR_INVALID_PARAMETER;
	if (address && (flags & PXE_ADDR_USE_ADDR) && address->uAddrLen != ip_len(&req->from.ip))
		return ERROR_INVALID_PARAMETER;
	*to = req->from;
	if (flags & PXE_ADDR_BROADCAST)
		to->ip = ip_broadcast();
	else if (flags & PXE_ADDR_USE_ADDR)
		to->ip = req->family == IP_V6 ? ip_v6(address->bAddress) : ip_v4(address->bAddress);
	if (flags & PXE_ADDR_USE_PORT)
		to->port = address->uPort;
	/* A DISCOVER comes from 0.0.0.0: its sender hears broadcasts only. */
	if (req->family == IP_V4 && ip_is_any(&to->ip))
		to->ip = ip_broadcast();
	if (ip_is_any(&to->ip) || to->port == 0)
		return ERROR_INVALID_PARAMETER;
	if (!ip_is_limited_broadcast(&to->ip) && !ip_is_linklocal(&to->ip) &&
	    !ip_is_multicast(&to->ip) && !(req->on_link && ip_equal(&to->ip, &req->from.ip)))
		to->ifindex = 0;
	return ERROR_SUCCESS;
}

DWORD ways_find(const struct request *req, const PXE_ADDRESS *address, struct ways *out)
{
	*out = (struct ways){ .n = 1, .from_port = req->port };
	/* On IPv6 the source is the address that the client wrote to, or the kernel's choice: it
	 * knows which one fits the scope. */
	out->from = req->family == IP_V4 ? req->local : req->sent_to;
	if (address && (address->uFlags & PXE_ADDR_USE_DHCP_RULES) != 0)
		return ways_by_rules(req, out);
	return ways_to_address(req, address, out);
}
