/* Which entries a client is to be compared with: not all of thousands of hosts.
 *
 * An entry whose mac conditions are all whole addresses is found by the client's MAC; else, one
 * with uuid conditions by its UUID; every other entry is general, and always a candidate. The
 * candidates come in the order of the settings.
 */
#pragma once

#include "entry.h"

struct host_node {
	uint64_t hash;
	uint32_t entry, next; /* next: 1 + its index, 0 ends the chain */
};

struct hosts {
	PXE_BOOT_SECRET secret;
	struct host_node *nodes;
	uint32_t *buckets; /* 1 + index of the first node, 0: empty */
	uint32_t n_nodes, mask;
	uint32_t *general;
	uint32_t n_general;
};

/** Builds the tables. 0, -ENOMEM, or -errno where there is no random secret. */
int hosts_init(const struct entry *entries, uint32_t n, struct hosts *out);
void hosts_done(struct hosts *hosts);

struct host_walk {
	const struct hosts *hosts;
	uint64_t mac, uuid;
	uint32_t mac_at, uuid_at, general_at;
};

/** Begins a walk over the candidates; an empty mac or a NULL uuid: the client has none. */
struct host_walk hosts_begin(const struct hosts *hosts, PXE_BOOT_OCTETS mac, const uint8_t *uuid);
/** The next candidate, or -1. An entry may come twice in a row. */
int64_t hosts_next(struct host_walk *walk);
