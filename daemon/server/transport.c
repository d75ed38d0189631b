#include "server/transport.h"

#define IN_USE(name, number, key)                                                                  \
	name " is in use by another program (see ss -ulnp 'sport = :" number "'); set " key        \
	     " = false to serve only the other ports"

static const char *const *dhcp6_servers(const struct config *config)
{
	static const char *const groups[] = { "ff02::1:2", "ff05::1:3", NULL };

	(void)config;
	return groups;
}

static const char *const *boot_servers(const struct config *config)
{
	return (const char *const *)config->multicast;
}

static bool wants_dhcp(const struct config *config)
{
	return config->dhcp;
}

static bool wants_pxe(const struct config *config)
{
	return config->pxe;
}

static bool wants_dhcpv6(const struct config *config)
{
	return config->dhcpv6;
}

const struct transport transports[PORT_COUNT] = {
	[TRANSPORT_DHCP4] = {
		.family = IP_V4,
		.number = 67,
		.name = "UDP port 67 over IPv4",
		.key = "listen.dhcp",
		.stored = "udp4-67",
		.in_use = "UDP port 67 is in use, perhaps by a DHCP server on this host (see ss -ulnp 'sport = "
			  ":67'); set listen.dhcp = false to serve only port 4011 alongside it, if that "
			  "server sends option 60: see wdspxed(8)",
		.wanted = wants_dhcp,
	},
	[TRANSPORT_PXE4] = {
		.family = IP_V4,
		.number = 4011,
		.name = "UDP port 4011 over IPv4",
		.key = "listen.pxe",
		.stored = "udp4-4011",
		.in_use = IN_USE("UDP port 4011 over IPv4", "4011", "listen.pxe"),
		.wanted = wants_pxe,
		.groups = boot_servers,
	},
	[TRANSPORT_PXE6] = {
		.family = IP_V6,
		.number = 4011,
		.name = "UDP port 4011 over IPv6",
		.key = "listen.pxe",
		.stored = "udp6-4011",
		.in_use = IN_USE("UDP port 4011 over IPv6", "4011", "listen.pxe"),
		.wanted = wants_pxe,
		.groups = dhcp6_servers,
		.holds = true,
	},
	[TRANSPORT_DHCP6] = {
		.family = IP_V6,
		.number = 547,
		.name = "UDP port 547 over IPv6",
		.key = "listen.dhcpv6",
		.stored = "udp6-547",
		.in_use = IN_USE("UDP port 547 over IPv6", "547", "listen.dhcpv6"),
		.wanted = wants_dhcpv6,
		.groups = dhcp6_servers,
	},
};

int transport_find(uint8_t family, uint16_t number)
{
	for (int i = 0; i < PORT_COUNT; i++)
		if (transports[i].family == family && transports[i].number == number)
			return i;
	return -1;
}
