#include "talks.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { ROWS = 2048, WAYS = 4, SILENCE_S = 60 };

/* Of a machine: its hash; when it asked first and last. */
struct talk {
	_Atomic uint64_t key, asked; /* asked: first << 32 | last */
};

struct talks {
	PXE_BOOT_SECRET secret;
	struct talk at[ROWS][WAYS];
};

struct talks *talks_new(void)
{
	struct talks *talks = calloc(1, sizeof *talks);

	if (talks && PxeBootSecret(&talks->secret) == ERROR_SUCCESS)
		return talks;
	free(talks);
	return NULL;
}

void talks_free(struct talks *talks)
{
	free(talks);
}

static uint64_t load(const _Atomic uint64_t *at)
{
	return atomic_load_explicit(at, memory_order_relaxed);
}

static uint64_t key_of(const struct talks *talks, const PXE_BOOT_CLIENT *client)
{
	const PXE_BOOT_OCTETS *octets = client->Mac.cbData > 0    ? &client->Mac
					: client->Duid.cbData > 0 ? &client->Duid
								  : &client->Uuid;

	return PxeBootHash(&talks->secret, 1, octets->pData, octets->cbData) | 1;
}

static struct talk *find(const struct talks *talks, uint64_t key)
{
	const struct talk *row = talks->at[key >> 32 & (ROWS - 1)];

	for (unsigned i = 0; i < WAYS; i++)
		if (load(&row[i].key) == key)
			return (struct talk *)(uintptr_t)&row[i];
	return NULL;
}

static uint32_t last_of(const struct talk *talk)
{
	return (uint32_t)load(&talk->asked);
}

/* Its place, or that of whoever was silent for longest. */
static struct talk *find_or_make(struct talks *talks, uint64_t key)
{
	struct talk *found = find(talks, key), *row = talks->at[key >> 32 & (ROWS - 1)];

	if (found)
		return found;
	found = row;
	for (unsigned i = 1; i < WAYS; i++)
		if (last_of(&row[i]) < last_of(found))
			found = &row[i];
	atomic_store_explicit(&found->asked, 0, memory_order_relaxed);
	atomic_store_explicit(&found->key, key, memory_order_relaxed);
	return found;
}

/* When its conversation began; now, where none is under way. */
static uint32_t began(const struct talk *talk, uint32_t now_s)
{
	uint64_t asked = talk ? load(&talk->asked) : 0;

	return asked != 0 && now_s - (uint32_t)asked <= SILENCE_S ? (uint32_t)(asked >> 32) : now_s;
}

uint32_t talks_waited(const struct talks *talks, const PXE_BOOT_CLIENT *client, uint32_t now_s)
{
	return now_s - began(find(talks, key_of(talks, client)), now_s);
}

void talks_note(struct talks *talks, const PXE_BOOT_CLIENT *client, uint32_t now_s)
{
	struct talk *talk = find_or_make(talks, key_of(talks, client));
	uint64_t asked = (uint64_t)began(talk, now_s) << 32 | now_s;

	atomic_store_explicit(&talk->asked, asked, memory_order_relaxed);
}
