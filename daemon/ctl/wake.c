#include "ctl/wake.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"

enum { DISCARD = 9, REPEATED = 16, PACKET = 6 + REPEATED * 6 };

/* Six octets of ones, and the address sixteen times. */
static bool packet_of(const char *mac, uint8_t out[static PACKET])
{
	unsigned octet[6];

	if (sscanf(mac, "%2x:%2x:%2x:%2x:%2x:%2x", &octet[0], &octet[1], &octet[2], &octet[3],
		   &octet[4], &octet[5]) != 6)
		return false;
	memset(out, 0xff, 6);
	for (int i = 0; i < REPEATED * 6; i++)
		out[6 + i] = (uint8_t)octet[i % 6];
	return true;
}

/* To everybody on one network: an address of its own for that need not have been set up. */
static bool send_on(const struct ifaddrs *at, const uint8_t packet[static PACKET])
{
	_cleanup_(closep) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const struct sockaddr_in to = { .sin_family = AF_INET,
					.sin_port = htons(DISCARD),
					.sin_addr.s_addr = INADDR_BROADCAST };
	int yes = 1;

	return fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes)) == 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, at->ifa_name,
			  (socklen_t)strlen(at->ifa_name) + 1) == 0 &&
	       sendto(fd, packet, PACKET, 0, (const struct sockaddr *)&to, sizeof(to)) == PACKET;
}

/* Once for each interface, whatever addresses it has. */
static bool broadcasts(const struct ifaddrs *at)
{
	return at->ifa_addr && at->ifa_addr->sa_family == AF_PACKET &&
	       (at->ifa_flags & (IFF_UP | IFF_BROADCAST)) == (IFF_UP | IFF_BROADCAST);
}

int wake(const char *mac)
{
	uint8_t packet[PACKET];
	struct ifaddrs *all;
	int sent = 0;

	if (!packet_of(mac, packet) || getifaddrs(&all) < 0)
		return 0;
	for (const struct ifaddrs *at = all; at; at = at->ifa_next)
		sent += broadcasts(at) && send_on(at, packet);
	freeifaddrs(all);
	return sent;
}
