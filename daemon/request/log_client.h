/* The client of a request as lines of the log name it: a copy, for what is told when the request
 * has gone. */
#pragma once

#include "request/request.h"

enum { LOG_ID_MAX = 130 };

/* The client that a line is about, and where it was heard. */
struct log_client {
	uint8_t family; /* IP_NONE: the record is about no client */
	bool has_mac, has_uuid, has_arch, is_ipxe;
	uint8_t mac[6], uuid[16];
	uint16_t arch, port;
	char interface[16];
	struct endpoint from;
	uint8_t id_len;
	uint8_t id[LOG_ID_MAX]; /* hardware address, client id or DUID, for a client without MAC */
};

/** The client of a request. [any, inside of it] */
void log_client_of(const struct request *req, struct log_client *out);
