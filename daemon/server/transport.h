/* Where datagrams come from and replies leave: a row for each port of a family. Opening, receiving,
 * sending and the descriptor store walk this table and know no port by itself: a new transport is a
 * row, and what is new about it a member here.
 */
#pragma once

#include "base/ip.h"
#include "site/config.h"

enum transport_index {
	TRANSPORT_DHCP4,
	TRANSPORT_PXE4,
	TRANSPORT_PXE6,
	TRANSPORT_DHCP6,
	PORT_COUNT
};

struct transport {
	uint8_t family;
	uint16_t number;
	const char *name;   /* in messages */
	const char *key;    /* of the configuration: it switches the transport off */
	const char *stored; /* its name in systemd's descriptor store */
	const char *in_use; /* the sentence, where another program has the port */
	bool (*wanted)(const struct config *config);
	/* Multicast groups to join where we serve, ended by NULL; NULL: there are never any. */
	const char *const *(*groups)(const struct config *config);
	bool holds; /* its clients listen a moment after they ask: hold.h */
};

extern const struct transport transports[PORT_COUNT];

/** The index of the transport that sends from `number` in this family; -1: there is none. */
int transport_find(uint8_t family, uint16_t number);
