/* What a made-up client sends through an interface, and hears there: without an address of its own,
 * and whoever else on this host holds the ports. packet(7), raw(7); CAP_NET_RAW.
 *
 * A packet socket hears all, also what servers on this host send. What it sends, this host's own
 * servers do not hear: where one of them listens, DISCOVER goes by a raw socket instead, from
 * 0.0.0.1, a host of "this network" that does not know its address yet (RFC 1122, 3.2.1.3).
 */
#pragma once

#include "base/ip.h"
#include "base/span.h"

enum { WIRE_NAME_MAX = 16, WIRE_ERROR_MAX = 256, WIRE_PACKET_MAX = 1500 };

struct wire {
	char name[WIRE_NAME_MAX];
	unsigned index;
	uint8_t mac[6];
	struct ip address4, address6; /* IP_NONE: none; of IPv6 a global one if there is one */
	struct ip link_local;
	bool is_served4, is_served6; /* a server of this host holds port 67, 547 */

	int packet, raw, holder; /* -1: closed */
	uint16_t port;           /* that is listened to */
};

struct wire_datagram {
	struct endpoint from;
	uint8_t octets[WIRE_PACKET_MAX];
	size_t len;
};

/** The only interface that could be meant. False: there is none, or several: `error` says which. */
bool wire_only_interface(char name[static WIRE_NAME_MAX], char error[static WIRE_ERROR_MAX]);

/** Opens an interface that is up. 0, or -errno and `error`; wire_close() in both cases. */
int wire_open(const char *name, struct wire *out, char error[static WIRE_ERROR_MAX]);
void wire_close(struct wire *wire);

/** Broadcasts from port 68 to 67; IPv6: from 546 to 547, to all servers. Then listens there. */
int wire_broadcast(struct wire *wire, uint8_t family, struct span payload);

/** Sends from this host's own address, from that port or, where it is taken, another one; *port
 * says which. Then listens there, until the next wire_ask() with another socket. */
int wire_ask(struct wire *wire, const struct endpoint *to, uint16_t *port, struct span payload);

/** The next datagram that comes to the port within so many milliseconds. False: none. */
bool wire_hear(struct wire *wire, uint8_t family, int ms, struct wire_datagram *out);

/** True for an address of this host, on whatever interface. */
bool wire_is_own(const struct ip *ip);
