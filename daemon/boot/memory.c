#include "boot/memory.h"

#include <errno.h>
#include <stdlib.h>

#include "boot/facts.h"

/* Of names, and of hashes. */
enum { KIND_NONE, KIND_MAC, KIND_OTHER, KIND_DUID, KIND_UUID, KIND_SIDE };

enum { BUCKETS = MEMORY_RECORDS };

/* So many of a chain: what a request costs is bounded, however many share its name or UUID. */
enum { LOOKED_AT = 128 };

int memory_init(struct memory *out)
{
	struct memory memory = { .changes = 1 };

	if (PxeBootSecret(&memory.secret) != ERROR_SUCCESS)
		return -EIO;
	memory.records = calloc(MEMORY_RECORDS, sizeof *memory.records);
	for (int k = 0; k < IDENTITY_KEYS; k++)
		memory.buckets[k] = calloc(BUCKETS, sizeof *memory.buckets[k]);
	if (!memory.records || !memory.buckets[0] || !memory.buckets[1]) {
		memory_done(&memory);
		return -ENOMEM;
	}
	*out = memory;
	return 0;
}

void memory_done(struct memory *memory)
{
	free(memory->records);
	for (int k = 0; k < IDENTITY_KEYS; k++)
		free(memory->buckets[k]);
	*memory = (struct memory){ .n_used = 0 };
}

/* ---- who, and from where -----------------------------------------------------------------------
 */

static uint8_t kind_of(const PXE_BOOT_CLIENT *client)
{
	if (client_rest_of(client)->key.cbData == 0)
		return KIND_NONE;
	if (client->uFamily == 6)
		return KIND_DUID;
	return client->Mac.cbData > 0 ? KIND_MAC : KIND_OTHER;
}

static uint64_t hash_of(const struct memory *memory, uint8_t kind, const void *at, size_t len)
{
	uint64_t hash = PxeBootHash(&memory->secret, kind, at, len);

	return hash != 0 ? hash : 1; /* 0 is no key */
}

void memory_identify(const struct memory *memory, PXE_BOOT_CLIENT *client)
{
	struct rest *rest = client_rest(client);
	struct identity *identity = &rest->identity;

	identity->kind = kind_of(client);
	identity->keys[0] = identity->keys[1] = 0;
	if (identity->kind != KIND_NONE)
		identity->keys[0] =
			hash_of(memory, identity->kind, rest->key.pData, rest->key.cbData);
	if (client->Uuid.cbData > 0)
		identity->keys[1] = hash_of(memory, KIND_UUID, client->Uuid.pData, UUID_LEN);
}

/* A link of ours, by our address there, which nobody else chose; or a network behind a relay, as
 * far as it is one wire. */
static uint8_t side_of(const struct memory *memory, const PXE_BOOT_CLIENT *client)
{
	const PXE_BOOT_IP *network = &client->Network, *local = &client->Local;
	uint64_t hash;

	if (!client->bRelayed)
		return local->bAddress[local->uAddrLen - 1] % (MEMORY_SIDES / 2);
	hash = hash_of(memory, KIND_SIDE, network->bAddress, network->uAddrLen == 4 ? 3 : 8);
	return (uint8_t)(MEMORY_SIDES / 2 + hash % (MEMORY_SIDES / 2));
}

/* Did the request come in on the link that the offer went out on, to an address that this host has
 * on another one, such as a service's address on lo? */
static bool came_in_there(const struct memory_record *record, const struct locals *locals,
			  const PXE_BOOT_CLIENT *client)
{
	const char *link = locals_link(locals, &record->local);
	char name[PXE_BOOT_INTERFACE_SIZE];

	return link &&
	       PxeRequestInterface(client_rest_of(client)->handle, name, sizeof name) ==
		       ERROR_SUCCESS &&
	       strcmp(name, link) == 0;
}

/* Is the record's network the client's? In one of ours both must have come in on one link. */
static bool is_from(const struct memory_record *record, const struct locals *locals,
		    const PXE_BOOT_CLIENT *client)
{
	if (!locals_one_wire(locals, &record->network, &client->Network))
		return false;
	return ip_equal(&record->local, &client->Local) ||
	       !locals_on_link(locals, &client->Network) ||
	       locals_share_link(locals, &record->local, &client->Local) ||
	       came_in_there(record, locals, client);
}

/* Can the record be this client's, by all that both say of who and where it is? */
static bool is_of(const struct memory_record *record, const struct locals *locals,
		  const PXE_BOOT_CLIENT *client)
{
	const struct identity *identity = &client_rest_of(client)->identity;
	const struct facts *facts = &record->facts;

	if (record->kind == identity->kind && record->keys[0] != identity->keys[0])
		return false;
	if (client->Uuid.cbData > 0 && facts->has_uuid &&
	    memcmp(client->Uuid.pData, facts->uuid, UUID_LEN) != 0)
		return false;
	if (client->Mac.cbData > 0 && facts->has_mac &&
	    !octets_equal(client->Mac, octets_of(facts->mac, MAC_LEN)))
		return false;
	return is_from(record, locals, client);
}

/* ---- the table ---------------------------------------------------------------------------------
 */

static struct memory_record *record_at(const struct memory *memory, uint32_t number)
{
	return number != 0 ? &memory->records[number - 1] : NULL;
}

static uint32_t number_of(const struct memory *memory, const struct memory_record *record)
{
	return (uint32_t)(record - memory->records) + 1;
}

/* Of a key, each kind of name has a chain of its own. */
static uint32_t *bucket_of(const struct memory *memory, int k, uint64_t key, uint8_t kind)
{
	return &memory->buckets[k][(key + kind) % BUCKETS];
}

static void chain_in(struct memory *memory, struct memory_record *record, int k)
{
	uint32_t *bucket = bucket_of(memory, k, record->keys[k], record->kind);
	struct memory_record *first = record_at(memory, *bucket);

	record->prev[k] = 0;
	record->next[k] = *bucket;
	*bucket = number_of(memory, record);
	if (first)
		first->prev[k] = *bucket;
}

static void chain_out(struct memory *memory, const struct memory_record *record, int k)
{
	struct memory_record *before = record_at(memory, record->prev[k]);
	struct memory_record *after = record_at(memory, record->next[k]);

	*(before ? &before->next[k] : bucket_of(memory, k, record->keys[k], record->kind)) =
		record->next[k];
	if (after)
		after->prev[k] = record->prev[k];
}

static void side_in(struct memory *memory, struct memory_record *record)
{
	struct memory_side *side = &memory->sides[record->side];
	uint32_t number = number_of(memory, record);

	record->newer = 0;
	record->older = side->newest;
	if (side->newest != 0)
		record_at(memory, side->newest)->newer = number;
	else
		side->oldest = number;
	side->newest = number;
	side->n++;
}

static void side_out(struct memory *memory, const struct memory_record *record)
{
	struct memory_side *side = &memory->sides[record->side];

	*(record->older != 0 ? &record_at(memory, record->older)->newer : &side->oldest) =
		record->newer;
	*(record->newer != 0 ? &record_at(memory, record->newer)->older : &side->newest) =
		record->older;
	side->n--;
}

static void record_out(struct memory *memory, struct memory_record *record)
{
	memory->changes++;
	for (int k = 0; k < IDENTITY_KEYS; k++)
		if (record->keys[k] != 0)
			chain_out(memory, record, k);
	side_out(memory, record);
	record->until_s = 0;
	record->next[0] = memory->unused;
	memory->unused = number_of(memory, record);
}

static struct memory_side *side_fullest(struct memory *memory)
{
	struct memory_side *fullest = memory->sides;

	for (int i = 1; i < MEMORY_SIDES; i++)
		if (memory->sides[i].n > fullest->n)
			fullest = &memory->sides[i];
	return fullest;
}

/* Was the record's client offered something just now? */
static bool is_fresh(const struct memory_record *record, uint32_t now_s)
{
	return record->until_s > now_s + MEMORY_LIFE_S - MEMORY_FRESH_S;
}

/* Makes a place for a record of a side. False: it goes without. */
static bool make_place(struct memory *memory, uint8_t side, uint32_t now_s)
{
	struct memory_side *fullest = side_fullest(memory);
	struct memory_record *victim;

	if (memory->sides[side].n + 1 >= fullest->n)
		fullest = &memory->sides[side];
	victim = record_at(memory, fullest->oldest);
	if (is_fresh(victim, now_s)) {
		if (fullest == &memory->sides[side])
			return false;
		victim = record_at(memory, fullest->newest);
	}
	record_out(memory, victim);
	return true;
}

/* An unused record; NULL: there is none for this side. */
static struct memory_record *record_new(struct memory *memory, uint8_t side, uint32_t now_s)
{
	struct memory_record *record;

	if (memory->unused == 0 && memory->n_used < MEMORY_RECORDS)
		return &memory->records[memory->n_used++];
	if (memory->unused == 0 && !make_place(memory, side, now_s))
		return NULL;
	record = record_at(memory, memory->unused);
	memory->unused = record->next[0];
	return record;
}

/* ---- noting, forgetting, finding ---------------------------------------------------------------
 */

/* The kinds of which a chain of that key may have a record of the client, as bits. By its UUID not
 * its own kind: one with its name was found by that already, and another is not its own. */
static unsigned kinds_of(const struct memory *memory, const struct identity *identity, int k)
{
	unsigned own = 1u << identity->kind;

	if (identity->keys[k] == 0)
		return 0;
	if (k == 0)
		return own & memory->kinds;
	return memory->kinds & (identity->kind == KIND_NONE ? ~0u : ~own);
}

/* Takes one of the kinds out, and returns it. */
static uint8_t kind_next(unsigned *kinds)
{
	uint8_t kind = (uint8_t)__builtin_ctz(*kinds);

	*kinds &= *kinds - 1;
	return kind;
}

/* The client's record in a chain, or NULL. */
static struct memory_record *chain_find(const struct memory *memory, const struct locals *locals,
					const PXE_BOOT_CLIENT *client, int k, uint8_t kind)
{
	uint64_t key = client_rest_of(client)->identity.keys[k];
	struct memory_record *record = record_at(memory, *bucket_of(memory, k, key, kind));

	for (int n = 0; record && n < LOOKED_AT; n++) {
		if (record->keys[k] == key && is_of(record, locals, client))
			return record;
		record = record_at(memory, record->next[k]);
	}
	return NULL;
}

/* The client's record of that key, or NULL. */
static struct memory_record *record_find(const struct memory *memory, const struct locals *locals,
					 const PXE_BOOT_CLIENT *client, int k)
{
	unsigned kinds = kinds_of(memory, &client_rest_of(client)->identity, k);
	struct memory_record *record = NULL;

	while (kinds != 0 && !record)
		record = chain_find(memory, locals, client, k, kind_next(&kinds));
	return record;
}

static void forget(struct memory *memory, const struct locals *locals,
		   const PXE_BOOT_CLIENT *client)
{
	for (int k = 0; k < IDENTITY_KEYS; k++) {
		struct memory_record *record = record_find(memory, locals, client, k);

		if (record)
			record_out(memory, record);
	}
}

void memory_forget(struct memory *memory, const struct locals *locals, PXE_BOOT_CLIENT *client)
{
	forget(memory, locals, client);
	client_rest(client)->forgotten = memory->changes;
}

void memory_note(struct memory *memory, const struct locals *locals, const PXE_BOOT_CLIENT *client,
		 uint32_t now_s)
{
	const struct identity *identity = &client_rest_of(client)->identity;
	struct memory_record *record;
	uint8_t side = side_of(memory, client);

	if (client_rest_of(client)->forgotten != memory->changes)
		forget(memory, locals, client);
	if (identity->keys[0] == 0 && identity->keys[1] == 0)
		return;
	record = record_new(memory, side, now_s);
	if (!record)
		return;
	memory->changes++;
	memcpy(record->keys, identity->keys, sizeof record->keys);
	record->until_s = now_s + MEMORY_LIFE_S;
	record->kind = identity->kind;
	memory->kinds |= 1u << record->kind;
	record->side = side;
	record->network = client->Network;
	record->local = client->Local;
	facts_take(&record->facts, client);
	for (int k = 0; k < IDENTITY_KEYS; k++)
		if (record->keys[k] != 0)
			chain_in(memory, record, k);
	side_in(memory, record);
}

static bool contradicts(const PXE_BOOT_CLIENT *client, const struct facts *facts)
{
	return (client->bIpxe && !facts->ipxe) ||
	       (client_rest_of(client)->arch_said &&
		(!facts->has_arch || client->uArch != facts->arch));
}

/* The newer of `newest` and those of a chain. */
static const struct memory_record *newest_of(const struct memory *memory,
					     const struct locals *locals,
					     const PXE_BOOT_CLIENT *client, int k, uint8_t kind,
					     uint32_t now_s, const struct memory_record *newest)
{
	uint64_t key = client_rest_of(client)->identity.keys[k];
	const struct memory_record *record = record_at(memory, *bucket_of(memory, k, key, kind));

	for (int n = 0; record && n < LOOKED_AT; n++, record = record_at(memory, record->next[k]))
		if (record->keys[k] == key && record->until_s > now_s &&
		    (!newest || record->until_s > newest->until_s) &&
		    is_of(record, locals, client) && !contradicts(client, &record->facts))
			newest = record;
	return newest;
}

const struct facts *memory_find(const struct memory *memory, const struct locals *locals,
				const PXE_BOOT_CLIENT *client, uint32_t now_s)
{
	const struct memory_record *newest = NULL;

	for (int k = 0; k < IDENTITY_KEYS; k++) {
		unsigned kinds = kinds_of(memory, &client_rest_of(client)->identity, k);

		while (kinds != 0)
			newest = newest_of(memory, locals, client, k, kind_next(&kinds), now_s,
					   newest);
	}
	return newest ? &newest->facts : NULL;
}
