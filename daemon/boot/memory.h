/* What clients that were offered something said of themselves, in the last two minutes: so that
 * port 4011 agrees with the OFFER, though the request there often says less.
 *
 * Facts are remembered, never what was offered: the request on 4011 is decided anew, with its gaps
 * filled. A client is known by its name (hardware address, client id, or DUID) and by its UUID;
 * both can be shared by several machines (boards with one UUID, cloned pods with one MAC), so that
 * a record serves only where both agree and the network is the same. Of those that share a name or
 * a UUID only the newest are looked at: anybody can make up any number. What claims to be in a
 * network of ours serves only clients of the link that it came in on: anybody can write any network
 * into a request.
 *
 * The table has a fixed size, and is fair: the records are counted by where they came from, a link
 * of ours or a network behind a relay. If it is full, the oldest of those that have the most goes;
 * but if all of them were offered something just now, there is a flood: a client of that side goes
 * without a record, one of another side takes the place of the newest. So a flood flushes neither
 * the other sides nor the clients that came before it.
 */
#pragma once

#include "boot/locals.h"
#include "boot/rest.h"

enum { MEMORY_LIFE_S = 120, MEMORY_FRESH_S = 10, MEMORY_RECORDS = 16384 };

/* Half of the sides are for links of ours, half for networks behind relays: no number of made-up
 * relays takes the place of a link. */
enum { MEMORY_SIDES = 64 };

struct memory_record {
	uint64_t keys[IDENTITY_KEYS]; /* what it is found by: its name's hash, its UUID's; 0: not */
	/* In the chain of that key and kind, the newest first: 1 + index; 0: none. */
	uint32_t next[IDENTITY_KEYS], prev[IDENTITY_KEYS];
	uint32_t older, newer; /* of its side: 1 + index; 0: none */
	uint32_t until_s;
	uint8_t kind; /* of the name: names of two kinds do not contradict each other */
	uint8_t side;
	PXE_BOOT_IP network; /* where its request says that it comes from */
	PXE_BOOT_IP local;   /* ours, on the interface that it came in on */
	struct facts facts;
};

struct memory_side {
	uint32_t oldest, newest; /* 1 + index; 0: none */
	uint32_t n;
};

struct memory {
	PXE_BOOT_SECRET secret;
	struct memory_record *records;    /* owned; those up to n_used were used once */
	uint32_t *buckets[IDENTITY_KEYS]; /* owned: 1 + index of the first record of a chain */
	uint32_t n_used, unused;          /* unused: of those, a list by next[0] */
	unsigned kinds;                   /* of which there were records, as bits */
	uint32_t changes;                 /* of records, from 1: who was forgotten then, still is */
	struct memory_side sides[MEMORY_SIDES];
};

/** 0, -ENOMEM, or -EIO where there is no random secret. */
int memory_init(struct memory *out);
void memory_done(struct memory *memory);

/** Works out how the client is found: before any of the functions below, once it was read. */
void memory_identify(const struct memory *memory, PXE_BOOT_CLIENT *client);
/** Remembers a client that was offered something; replaces what it said before. now_s is never 0.
 */
void memory_note(struct memory *memory, const struct locals *locals, const PXE_BOOT_CLIENT *client,
		 uint32_t now_s);
/** Forgets a client. */
void memory_forget(struct memory *memory, const struct locals *locals, PXE_BOOT_CLIENT *client);
/**
 * What the client said when it was offered something, where its request does not contradict: by
 * another name, UUID or network, by another architecture, or by being iPXE only now. Else NULL. It
 * lives until the memory changes.
 */
const struct facts *memory_find(const struct memory *memory, const struct locals *locals,
				const PXE_BOOT_CLIENT *client, uint32_t now_s);
