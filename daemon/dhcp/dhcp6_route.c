/* no allocation · no lock · no log */
#include "dhcp/dhcp6_route.h"

struct dhcp6_route dhcp6_route_of(const struct pxe_client6 *client, struct endpoint from,
				  uint16_t port)
{
	struct dhcp6_route route = { .to = from, .from_port = port };

	if (!ip_is_linklocal(&from.ip))
		route.to.ifindex = 0;
	if (port == DHCP6_PORT_PXE)
		return route;
	if (client->n_relays == 0)
		route.to.port = DHCP6_PORT_CLIENT;
	else if (!client->relay_port)
		route.to.port = DHCP6_PORT_SERVER;
	return route;
}
