/* Open keys: handles that are an index and a generation, checked at every use.
 *
 * A key is a place on the one path under HKEY_LOCAL_MACHINE (see <wdspxe-windows.h>), or a place in
 * a provider's settings. One lock guards all keys and stores: settings are read when a provider
 * starts and when somebody installs, never per packet.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <wdspxe-windows.h>

#include "libwdspxe/reg_store.h"

enum {
	REG_PATH_MAX = 64,          /* parts of a path below a provider's settings */
	REG_NAME_MAX = 255,         /* characters in the name of a key … */
	REG_VALUE_NAME_MAX = 16383, /* … and of a value */
	REG_ABOVE_DEPTH = 7,        /* parts of the path above the providers' names */
	REG_ABOVE_WDSPXE = 6,       /* the depth of the key that has ProvidersOrder */
};

/* NULL: it is not there, in that version of the store. */
struct reg_found {
	const struct setting *node;
	uint64_t version;
};

struct reg_key {
	struct reg_store *store; /* NULL: on the path above the providers */
	bool host;               /* the host's own: only PxeHostKeyClose closes it */
	REGSAM access;
	unsigned above;           /* how many parts down that path */
	char *part[REG_PATH_MAX]; /* below the settings: names of keys, owned */
	unsigned depth;
	struct reg_found *found; /* where that was found last; its own, behind it */
};

/** Holds the lock to the end of the block. Stands first in it: what is declared behind is released
 * before the lock. */
#define REG_LOCKED _cleanup_(reg_unlockp) __attribute__((unused)) bool reg_locked_ = reg_lock_take()
bool reg_lock_take(void);
void reg_unlockp(const bool *held);

/* All below: under the lock. */

/** The key of a handle, or NULL. HKEY_LOCAL_MACHINE is one that reads only. */
struct reg_key *reg_key_find(HKEY handle);
/** Gives a key, which the table owns from then on, a handle. ERROR_NOT_ENOUGH_MEMORY: full. */
DWORD reg_key_publish(struct reg_key **key, HKEY *out);
/** Takes the key out of the table; the caller frees it. NULL: no such handle. */
struct reg_key *reg_key_take(HKEY handle);
/** Closes all keys of a store. */
void reg_key_close_all(const struct reg_store *store);

/** A key without a place. NULL without memory. */
struct reg_key *reg_key_new(void);
void reg_key_free(struct reg_key *key);
void reg_key_freep(struct reg_key **key);
/**
 * The key at a path below another. ERROR_BAD_PATHNAME, ERROR_FILE_NOT_FOUND … Where `missing` is
 * not NULL, parts that are not in the provider's settings are no error: it is their number.
 */
DWORD reg_key_walk(const struct reg_key *from, const char *path, struct reg_key **out,
		   unsigned *missing);
/** The node of a key in a provider's settings. ERROR_KEY_DELETED: it is not there any more. */
DWORD reg_key_node(const struct reg_key *key, const struct setting **out);
/** The node below `settings`, or NULL. */
const struct setting *reg_key_resolve(const struct setting *settings, const struct reg_key *key);

/** The part of the path above the providers, from 0 to REG_ABOVE_DEPTH - 1. */
const char *reg_above_part(unsigned depth);
