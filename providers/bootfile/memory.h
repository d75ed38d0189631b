/* What was offered to whom in the last two minutes: so that port 4011 agrees with the OFFER, though
 * the request there often says less about the client.
 *
 * A table of fixed size; where it is full, the oldest of a few goes. A client is known by two keys:
 * its hardware address (or client id, or DUID), and its UUID.
 */
#pragma once

#include "client.h"

enum { MEMORY_LIFE_S = 120, MEMORY_WAYS = 4, MEMORY_SETS = 4096 };

struct memory_slot {
	uint64_t key;
	uint32_t until_s; /* 0: empty */
	uint32_t entry;
	uint16_t arch;
	bool ipxe, has_arch;
};

struct memory {
	struct hash_secret secret;
	struct memory_slot (*sets)[MEMORY_WAYS]; /* owned */
};

/** 0, -ENOMEM, or -errno where there is no random secret. */
int memory_init(struct memory *out);
void memory_done(struct memory *memory);

/** Remembers that a client was offered an entry, by its index. now_s is never 0. */
void memory_note(struct memory *memory, const struct client *client, uint32_t entry,
		 uint32_t now_s);
/** Forgets what a client was offered. */
void memory_forget(struct memory *memory, const struct client *client);
/**
 * What a client was offered and its request does not contradict, by another architecture or by
 * being iPXE now; or NULL. It lives until the memory changes.
 */
const struct memory_slot *memory_find(const struct memory *memory, const struct client *client,
				      uint32_t now_s);
