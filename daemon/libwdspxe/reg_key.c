#include "libwdspxe/reg_key.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/handle.h"
#include "base/utf.h"
#include "libwdspxe/reg_status.h"
#include "libwdspxe/reg_data.h"

/* A provider that never closes what it opens must be stopped by nobody else's start: each has its
 * share, and what hosts open has a part of its own. */
enum { KIND = 0xb1, KEYS_MAX = 4096, KEYS_FOR_HOSTS = 512, KEYS_OF_PROVIDER = 512 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	uint64_t generation;
	struct reg_key *key;
} slots[KEYS_MAX];
static uint32_t next_slot, guests; /* guests: the open keys that are not hosts' */

static struct reg_key local_machine = { .access = KEY_READ };

bool reg_lock_take(void)
{
	pthread_mutex_lock(&lock);
	return true;
}

void reg_unlockp(const bool *held)
{
	(void)held;
	pthread_mutex_unlock(&lock);
}

/* The slot of an open handle, or NULL. */
static struct reg_key **slot_of(HKEY handle)
{
	uint64_t generation;
	uint32_t i;

	if (!handle_split((uintptr_t)handle, KIND, KEYS_MAX, &i, &generation) || !slots[i].key ||
	    handle_make(KIND, i, slots[i].generation) != (uintptr_t)handle)
		return NULL;
	return &slots[i].key;
}

struct reg_key *reg_key_find(HKEY handle)
{
	struct reg_key **slot;

	if (handle == HKEY_LOCAL_MACHINE ||
	    (ULONG_PTR)handle == (ULONG_PTR)(LONG_PTR)(LONG)0x80000002)
		return &local_machine;
	slot = slot_of(handle);
	return slot ? *slot : NULL;
}

static bool is_too_many(const struct reg_key *key)
{
	const struct reg_store *store = key->store;

	return !key->host && (guests >= KEYS_MAX - KEYS_FOR_HOSTS ||
			      (store && store->host && store->keys >= KEYS_OF_PROVIDER));
}

static void count(const struct reg_key *key, unsigned n)
{
	if (key->host)
		return;
	guests += n;
	if (key->store)
		key->store->keys += n;
}

static struct reg_key *slot_clear(struct reg_key **slot)
{
	count(*slot, -1u);
	return TAKE(*slot);
}

DWORD reg_key_publish(struct reg_key **key, HKEY *out)
{
	if (is_too_many(*key))
		return ERROR_NOT_ENOUGH_MEMORY;
	for (uint32_t n = 0; n < KEYS_MAX; n++) {
		uint32_t i = next_slot++ % KEYS_MAX;

		if (slots[i].key)
			continue;
		count(*key, 1);
		slots[i].key = TAKE(*key);
		slots[i].generation++;
		*out = (HKEY)(uintptr_t)handle_make(KIND, i, slots[i].generation);
		return ERROR_SUCCESS;
	}
	return ERROR_NOT_ENOUGH_MEMORY;
}

struct reg_key *reg_key_take(HKEY handle)
{
	struct reg_key **slot = slot_of(handle);

	return slot ? slot_clear(slot) : NULL;
}

void reg_key_close_all(const struct reg_store *store)
{
	for (uint32_t i = 0; i < KEYS_MAX; i++)
		if (slots[i].key && slots[i].key->store == store)
			reg_key_free(slot_clear(&slots[i].key));
}

struct reg_key *reg_key_new(void)
{
	struct reg_key *key = calloc(1, sizeof(struct reg_key) + sizeof(struct reg_found));

	if (key)
		key->found = (struct reg_found *)(key + 1);
	return key;
}

void reg_key_free(struct reg_key *key)
{
	if (!key)
		return;
	while (key->depth > 0)
		free(key->part[--key->depth]);
	reg_store_unref(key->store);
	free(key);
}

void reg_key_freep(struct reg_key **key)
{
	reg_key_free(*key);
}

const char *reg_above_part(unsigned depth)
{
	static const char *const parts[REG_ABOVE_DEPTH] = {
		"SYSTEM", "CurrentControlSet", "Services", "WDSServer", "Providers",
		"WDSPXE", "Providers",
	};

	return parts[depth];
}

static struct reg_key *key_copy(const struct reg_key *from)
{
	_cleanup_(reg_key_freep) struct reg_key *key = reg_key_new();

	if (!key)
		return NULL;
	key->above = from->above;
	key->store = from->store ? reg_store_ref(from->store) : NULL;
	for (; key->depth < from->depth; key->depth++) {
		key->part[key->depth] = strdup(from->part[key->depth]);
		if (!key->part[key->depth])
			return NULL;
	}
	return TAKE(key);
}

/* One part further down the path to the providers' names, or to a provider. */
static DWORD step_above(struct reg_key *key, const char *part)
{
	if (key->above == REG_ABOVE_DEPTH)
		return reg_store_open_provider(part, false, &key->store);
	if (utf8_casecmp(part, reg_above_part(key->above)) != 0)
		return ERROR_FILE_NOT_FOUND;
	key->above++;
	return ERROR_SUCCESS;
}

static DWORD step_below(struct reg_key *key, const char *part)
{
	if (key->depth == REG_PATH_MAX || text_len(part, true) > REG_NAME_MAX)
		return ERROR_INVALID_PARAMETER;
	key->part[key->depth] = strdup(part);
	if (!key->part[key->depth])
		return ERROR_NOT_ENOUGH_MEMORY;
	key->depth++;
	return ERROR_SUCCESS;
}

/* Goes down part by part: `path` is cut at its backslashes. */
static DWORD walk_parts(struct reg_key *key, char *path)
{
	char *next;
	DWORD r = ERROR_SUCCESS;

	for (; !r && *path; path = next) {
		size_t len = strcspn(path, "\\");

		if (len == 0)
			return ERROR_BAD_PATHNAME;
		next = path + len + (path[len] != '\0'); /* one at the end does not count */
		path[len] = '\0';
		r = key->store ? step_below(key, path) : step_above(key, path);
	}
	return r;
}

DWORD reg_key_walk(const struct reg_key *from, const char *path, struct reg_key **out,
		   unsigned *missing)
{
	_cleanup_(reg_key_freep) struct reg_key *key = key_copy(from);
	_cleanup_(freep) char *copy = strdup(path ? path : "");
	const struct setting *node;
	struct view_item item;
	unsigned at = 0;
	DWORD r;

	if (missing)
		*missing = 0;
	if (!key || !copy)
		return ERROR_NOT_ENOUGH_MEMORY;
	r = walk_parts(key, copy);
	if (r)
		return r;
	if (key->store) {
		r = reg_store_settings(key->store, &node);
		if (r)
			return r;
		for (; at < key->depth && view_key_named(node, key->part[at], &item); at++)
			node = item.node;
		if (at < from->depth)
			return ERROR_KEY_DELETED;
		if (at < key->depth && !missing)
			return ERROR_FILE_NOT_FOUND;
		if (missing)
			*missing = key->depth - at;
	}
	*out = TAKE(key);
	return ERROR_SUCCESS;
}

const struct setting *reg_key_resolve(const struct setting *settings, const struct reg_key *key)
{
	struct view_item item = { .node = settings };

	for (unsigned i = 0; i < key->depth; i++)
		if (!view_key_named(item.node, key->part[i], &item))
			return NULL;
	return item.node;
}

DWORD reg_key_node(const struct reg_key *key, const struct setting **out)
{
	const struct setting *settings;
	DWORD r = reg_store_settings(key->store, &settings);

	if (r)
		return r;
	if (key->found->version != key->store->version)
		*key->found =
			(struct reg_found){ reg_key_resolve(settings, key), key->store->version };
	if (!key->found->node)
		return ERROR_KEY_DELETED;
	*out = key->found->node;
	return ERROR_SUCCESS;
}
