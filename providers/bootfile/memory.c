#include "memory.h"

#include <errno.h>
#include <stdlib.h>

enum { KIND_4 = 1, KIND_6 = 2, KIND_UUID = 3, MAX_KEYS = 2 };

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

static int keys_of(const struct memory *memory, const struct client *client,
		   uint64_t keys[MAX_KEYS])
{
	int n = 0;

	if (client->key.len > 0)
		keys[n++] = hash_keyed(&memory->secret,
				       client->family == FAMILY_4 ? KIND_4 : KIND_6, client->key);
	if (client->uuid)
		keys[n++] = hash_keyed(&memory->secret, (uint8_t)(KIND_UUID + client->family),
				       octets_of(client->uuid, UUID_LEN));
	return n;
}

static struct memory_slot *set_of(const struct memory *memory, uint64_t key)
{
	return memory->sets[key % MEMORY_SETS];
}

static struct memory_slot *slot_find(const struct memory *memory, uint64_t key)
{
	struct memory_slot *set = set_of(memory, key);

	for (int i = 0; i < MEMORY_WAYS; i++)
		if (set[i].until_s != 0 && set[i].key == key)
			return &set[i];
	return NULL;
}

static struct memory_slot *slot_for(const struct memory *memory, uint64_t key)
{
	struct memory_slot *slot = slot_find(memory, key), *set = set_of(memory, key);

	if (slot)
		return slot;
	slot = set;
	for (int i = 1; i < MEMORY_WAYS; i++)
		if (set[i].until_s < slot->until_s)
			slot = &set[i];
	return slot;
}

void memory_note(struct memory *memory, const struct client *client, uint32_t entry, uint32_t now_s)
{
	uint64_t keys[MAX_KEYS];
	int n = keys_of(memory, client, keys);

	for (int i = 0; i < n; i++)
		*slot_for(memory, keys[i]) = (struct memory_slot){
			.key = keys[i],
			.until_s = now_s + MEMORY_LIFE_S,
			.entry = entry,
			.arch = client->arch,
			.ipxe = client->ipxe,
			.has_arch = client->has_arch,
		};
}

void memory_forget(struct memory *memory, const struct client *client)
{
	uint64_t keys[MAX_KEYS];
	int n = keys_of(memory, client, keys);

	for (int i = 0; i < n; i++) {
		struct memory_slot *slot = slot_find(memory, keys[i]);

		if (slot)
			slot->until_s = 0;
	}
}

static bool contradicts(const struct client *client, const struct memory_slot *slot)
{
	return (client->ipxe && !slot->ipxe) ||
	       (client->arch_said && (!slot->has_arch || client->arch != slot->arch));
}

const struct memory_slot *memory_find(const struct memory *memory, const struct client *client,
				      uint32_t now_s)
{
	uint64_t keys[MAX_KEYS];
	int n = keys_of(memory, client, keys);

	for (int i = 0; i < n; i++) {
		const struct memory_slot *slot = slot_find(memory, keys[i]);

		if (slot && slot->until_s > now_s && !contradicts(client, slot))
			return slot;
	}
	return NULL;
}
