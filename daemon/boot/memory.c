#include "boot/memory.h"

#include <errno.h>
#include <stdlib.h>

#include "boot/client.h"

/* Of names, and of hashes. */
enum { KIND_NONE, KIND_MAC, KIND_OTHER, KIND_DUID, KIND_UUID };

int memory_init(struct memory *out)
{
	struct memory memory = { .sets = NULL };

	if (PxeBootSecret(&memory.secret) != ERROR_SUCCESS)
		return -EIO;
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

static uint8_t kind_of(const PXE_BOOT_CLIENT *client)
{
	if (client_rest_of(client)->key.cbData == 0)
		return KIND_NONE;
	if (client->uFamily == 6)
		return KIND_DUID;
	return client->Mac.cbData > 0 ? KIND_MAC : KIND_OTHER;
}

static uint64_t hash_of(const struct memory *memory, uint8_t kind, PXE_BOOT_OCTETS octets)
{
	return PxeBootHash(&memory->secret, kind, octets.pData, octets.cbData);
}

static uint64_t hash_of_uuid(const struct memory *memory, const uint8_t uuid[UUID_LEN])
{
	return hash_of(memory, KIND_UUID, octets_of(uuid, UUID_LEN));
}

void memory_identify(const struct memory *memory, PXE_BOOT_CLIENT *client)
{
	struct rest *rest = client_rest(client);
	struct identity *identity = &rest->identity;

	identity->kind = kind_of(client);
	identity->n_keys = 0;
	if (identity->kind != KIND_NONE) {
		identity->name = hash_of(memory, identity->kind, rest->key);
		identity->keys[identity->n_keys++] = identity->name;
	}
	if (client->Uuid.cbData > 0)
		identity->keys[identity->n_keys++] = hash_of_uuid(memory, client->Uuid.pData);
}

/* Can the record be this client's, by all that both say of who and where it is? */
static bool is_of(const struct memory_slot *slot, const struct locals *locals,
		  const PXE_BOOT_CLIENT *client)
{
	const struct identity *identity = &client_rest_of(client)->identity;
	const struct facts *facts = &slot->facts;

	if (slot->kind == identity->kind && slot->name != identity->name)
		return false;
	if (client->Uuid.cbData > 0 && facts->has_uuid &&
	    memcmp(client->Uuid.pData, facts->uuid, UUID_LEN) != 0)
		return false;
	if (client->Mac.cbData > 0 && facts->has_mac &&
	    !octets_equal(client->Mac, octets_of(facts->mac, MAC_LEN)))
		return false;
	return locals_one_wire(locals, &slot->network, &client->Network);
}

/* The client's record of that key, or NULL. */
static struct memory_slot *slot_find(const struct memory *memory, const struct locals *locals,
				     const PXE_BOOT_CLIENT *client, uint64_t key)
{
	struct memory_slot *set = memory->sets[key % MEMORY_SETS];

	for (int i = 0; i < MEMORY_WAYS; i++)
		if (set[i].until_s != 0 && set[i].key == key && is_of(&set[i], locals, client))
			return &set[i];
	return NULL;
}

/* The same, or the place for a new one. */
static struct memory_slot *slot_for(const struct memory *memory, const struct locals *locals,
				    const PXE_BOOT_CLIENT *client, uint64_t key)
{
	struct memory_slot *slot = slot_find(memory, locals, client, key), *set;

	if (slot)
		return slot;
	set = slot = memory->sets[key % MEMORY_SETS];
	for (int i = 1; i < MEMORY_WAYS; i++)
		if (set[i].until_s < slot->until_s)
			slot = &set[i];
	return slot;
}

void memory_note(struct memory *memory, const struct locals *locals, const PXE_BOOT_CLIENT *client,
		 uint32_t now_s)
{
	const struct identity *identity = &client_rest_of(client)->identity;

	for (int i = 0; i < identity->n_keys; i++) {
		struct memory_slot *slot = slot_for(memory, locals, client, identity->keys[i]);

		slot->key = identity->keys[i];
		slot->name = identity->name;
		slot->until_s = now_s + MEMORY_LIFE_S;
		slot->kind = identity->kind;
		slot->network = client->Network;
		facts_take(&slot->facts, client);
	}
}

/* A record stands under its name and under its UUID: both go. */
static void slot_forget(const struct memory *memory, const struct locals *locals,
			const PXE_BOOT_CLIENT *client, const struct memory_slot *slot)
{
	uint64_t keys[MAX_KEYS] = { slot->name, hash_of_uuid(memory, slot->facts.uuid) };

	for (int i = 0; i < MAX_KEYS; i++) {
		struct memory_slot *one = slot_find(memory, locals, client, keys[i]);

		if (one)
			one->until_s = 0;
	}
}

void memory_forget(struct memory *memory, const struct locals *locals,
		   const PXE_BOOT_CLIENT *client)
{
	const struct identity *identity = &client_rest_of(client)->identity;

	for (int i = 0; i < identity->n_keys; i++) {
		const struct memory_slot *slot =
			slot_find(memory, locals, client, identity->keys[i]);

		if (slot)
			slot_forget(memory, locals, client, slot);
	}
}

static bool contradicts(const PXE_BOOT_CLIENT *client, const struct facts *facts)
{
	return (client->bIpxe && !facts->ipxe) ||
	       (client_rest_of(client)->arch_said &&
		(!facts->has_arch || client->uArch != facts->arch));
}

const struct facts *memory_find(const struct memory *memory, const struct locals *locals,
				const PXE_BOOT_CLIENT *client, uint32_t now_s)
{
	const struct identity *identity = &client_rest_of(client)->identity;
	const struct memory_slot *newest = NULL;

	for (int i = 0; i < MAX_KEYS * MEMORY_WAYS; i++) {
		int key = i / MEMORY_WAYS;
		const struct memory_slot *slot;

		if (key >= identity->n_keys)
			break;
		slot = &memory->sets[identity->keys[key] % MEMORY_SETS][i % MEMORY_WAYS];
		if (slot->until_s > now_s && slot->key == identity->keys[key] &&
		    (!newest || slot->until_s > newest->until_s) && is_of(slot, locals, client) &&
		    !contradicts(client, &slot->facts))
			newest = slot;
	}
	return newest ? &newest->facts : NULL;
}
