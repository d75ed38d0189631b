/* What clients that were offered something said of themselves, in the last two minutes: so that
 * port 4011 agrees with the OFFER, though the request there often says less.
 *
 * Facts are remembered, never what was offered: the request on 4011 is decided anew, with its gaps
 * filled. A client is known by its name (hardware address, client id, or DUID) and by its UUID;
 * both can be shared by several machines (boards with one UUID, cloned pods with one MAC), so that
 * a record serves only where both agree and the network is the same. A table of fixed size; where
 * it is full, the oldest of a few goes.
 */
#pragma once

#include "boot/facts.h"
#include "boot/locals.h"

enum { MEMORY_LIFE_S = 120, MEMORY_WAYS = 4, MEMORY_SETS = 4096 };

struct memory_slot {
	uint64_t key;        /* what it is found by: its name's hash, or its UUID's */
	uint64_t name;       /* the name's hash */
	uint32_t until_s;    /* 0: empty */
	uint8_t kind;        /* of name: names of two kinds do not contradict each other */
	PXE_BOOT_IP network; /* where its request came from */
	struct facts facts;
};

struct memory {
	PXE_BOOT_SECRET secret;
	struct memory_slot (*sets)[MEMORY_WAYS]; /* owned */
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
void memory_forget(struct memory *memory, const struct locals *locals,
		   const PXE_BOOT_CLIENT *client);
/**
 * What the client said when it was offered something, where its request does not contradict: by
 * another name, UUID or network, by another architecture, or by being iPXE only now. Else NULL. It
 * lives until the memory changes.
 */
const struct facts *memory_find(const struct memory *memory, const struct locals *locals,
				const PXE_BOOT_CLIENT *client, uint32_t now_s);
