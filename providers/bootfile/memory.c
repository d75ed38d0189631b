#include "memory.h"

#include <errno.h>
#include <stdlib.h>

#include "facts.h"

/* Of names, and of hashes. */
enum { KIND_NONE, KIND_MAC, KIND_OTHER, KIND_DUID, KIND_UUID };

enum { MAX_KEYS = 2 };

/* How a client is found and compared. */
struct identity {
	const struct client *client;
	uint8_t kind;
	uint64_t name;
	uint64_t keys[MAX_KEYS];
	int n_keys;
};

int memory_init(struct memory *out)
{
	struct memory memory = { .sets = NULL };
	int r = hash_secret_init(&memory.secret);

	if (r < 0)
		return r;
	memory.sets = calloc(MEMORY_SETS, sizeof *memory.sets);
	if (!memory.sets)
		return -ENOMEM;
	*out = memory;
	return 0;
}

void memory_done(struct memory *memory)
{
	free(memory->sets);
	memory->sets = NULL;
}

static uint8_t kind_of(const struct client *client)
{
	if (client->key.len == 0)
		return KIND_NONE;
	if (client->family == FAMILY_6)
		return KIND_DUID;
	return client->mac.len > 0 ? KIND_MAC : KIND_OTHER;
}

static uint64_t hash_of_uuid(const struct memory *memory, const uint8_t uuid[UUID_LEN])
{
	return hash_keyed(&memory->secret, KIND_UUID, octets_of(uuid, UUID_LEN));
}

static struct identity identity_of(const struct memory *memory, const struct client *client)
{
	struct identity identity = { .client = client, .kind = kind_of(client) };

	if (identity.kind != KIND_NONE) {
		identity.name = hash_keyed(&memory->secret, identity.kind, client->key);
		identity.keys[identity.n_keys++] = identity.name;
	}
	if (client->uuid)
		identity.keys[identity.n_keys++] = hash_of_uuid(memory, client->uuid);
	return identity;
}

/* Can the record be this client's, by all that both say of who and where it is? */
static bool is_of(const struct memory_slot *slot, const struct locals *locals,
		  const struct identity *identity)
{
	const struct client *client = identity->client;
	const struct facts *facts = &slot->facts;

	if (slot->kind == identity->kind && slot->name != identity->name)
		return false;
	if (client->uuid && facts->has_uuid && memcmp(client->uuid, facts->uuid, UUID_LEN) != 0)
		return false;
	if (client->mac.len > 0 && facts->has_mac &&
	    !octets_equal(client->mac, octets_of(facts->mac, MAC_LEN)))
		return false;
	return locals_one_wire(locals, &slot->network, &client->network);
}

/* The client's record of that key, or NULL. */
static struct memory_slot *slot_find(const struct memory *memory, const struct locals *locals,
				     const struct identity *identity, uint64_t key)
{
	struct memory_slot *set = memory->sets[key % MEMORY_SETS];

	for (int i = 0; i < MEMORY_WAYS; i++)
		if (set[i].until_s != 0 && set[i].key == key && is_of(&set[i], locals, identity))
			return &set[i];
	return NULL;
}

/* The same, or the place for a new one. */
static struct memory_slot *slot_for(const struct memory *memory, const struct locals *locals,
				    const struct identity *identity, uint64_t key)
{
	struct memory_slot *slot = slot_find(memory, locals, identity, key), *set;

	if (slot)
		return slot;
	set = slot = memory->sets[key % MEMORY_SETS];
	for (int i = 1; i < MEMORY_WAYS; i++)
		if (set[i].until_s < slot->until_s)
			slot = &set[i];
	return slot;
}

void memory_note(struct memory *memory, const struct locals *locals, const struct client *client,
		 uint32_t now_s)
{
	struct identity identity = identity_of(memory, client);

	for (int i = 0; i < identity.n_keys; i++) {
		struct memory_slot *slot = slot_for(memory, locals, &identity, identity.keys[i]);

		slot->key = identity.keys[i];
		slot->name = identity.name;
		slot->until_s = now_s + MEMORY_LIFE_S;
		slot->kind = identity.kind;
		slot->network = client->network;
		facts_take(&slot->facts, client);
	}
}

/* A record stands under its name and under its UUID: both go. */
static void slot_forget(const struct memory *memory, const struct locals *locals,
			const struct identity *identity, const struct memory_slot *slot)
{
	uint64_t keys[MAX_KEYS] = { slot->name, hash_of_uuid(memory, slot->facts.uuid) };

	for (int i = 0; i < MAX_KEYS; i++) {
		struct memory_slot *one = slot_find(memory, locals, identity, keys[i]);

		if (one)
			one->until_s = 0;
	}
}

void memory_forget(struct memory *memory, const struct locals *locals, const struct client *client)
{
	struct identity identity = identity_of(memory, client);

	for (int i = 0; i < identity.n_keys; i++) {
		const struct memory_slot *slot =
			slot_find(memory, locals, &identity, identity.keys[i]);

		if (slot)
			slot_forget(memory, locals, &identity, slot);
	}
}

static bool contradicts(const struct client *client, const struct facts *facts)
{
	return (client->ipxe && !facts->ipxe) ||
	       (client->arch_said && (!facts->has_arch || client->arch != facts->arch));
}

const struct facts *memory_find(const struct memory *memory, const struct locals *locals,
				const struct client *client, uint32_t now_s)
{
	struct identity identity = identity_of(memory, client);
	const struct memory_slot *newest = NULL;

	for (int i = 0; i < MAX_KEYS * MEMORY_WAYS; i++) {
		int key = i / MEMORY_WAYS;
		const struct memory_slot *slot;

		if (key >= identity.n_keys)
			break;
		slot = &memory->sets[identity.keys[key] % MEMORY_SETS][i % MEMORY_WAYS];
		if (slot->until_s > now_s && slot->key == identity.keys[key] &&
		    (!newest || slot->until_s > newest->until_s) &&
		    is_of(slot, locals, &identity) && !contradicts(client, &slot->facts))
			newest = slot;
	}
	return newest ? &newest->facts : NULL;
}
