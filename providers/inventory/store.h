/* The devices: what is in force, and changes of it.
 *
 * The loop reads what is in force by store_enter() and store_leave(). Commands hold a snapshot as
 * long as they like, and change things by the functions below: each has written, and synced, and
 * put in force, what it was asked for when it returns 0; else nothing has changed, and `why` is a
 * sentence for the admin, without a full stop. Any thread but the loop; they block.
 *
 *	-EEXIST    another device has one of these ids (`why` names it)
 *	-ENOENT    there is no such device, or no longer
 *	-EINVAL    that cannot be said of a device
 *	-EPERM     the CSV says it, which is the admin's (`why` has file and line)
 *	-ENOSPC, -EROFS, -EIO ...   it cannot be written
 *	-ENOMEM
 */
#pragma once

#include "draft.h"
#include "snapshot.h"

struct store;

/** What is in force now; it stays until it is given back. Never NULL. */
const struct snapshot *store_hold(struct store *store);
void store_release(struct store *store, const struct snapshot *snapshot);

/** Where changes are written, and where the admin's devices are: paths, for messages. */
const char *store_state_path(const struct store *store);
const char *store_csv_path(const struct store *store);

/** A new device. */
int store_add(struct store *store, const struct draft *draft, char why[WHY_SIZE]);
/** Changes a device by one of its ids: fields that the draft says take the place of those that are
 * so, an empty text takes one away, and ids are added. `once` = "armed" is how one is rearmed. */
int store_set(struct store *store, const struct id *id, const struct draft *draft,
	      char why[WHY_SIZE]);
/** Takes back one field that the state says (word), so that the CSV's counts again. */
int store_unset(struct store *store, const struct id *id, struct word word, char why[WHY_SIZE]);
/** Takes a device away; -EPERM: a line of the CSV has it. */
int store_remove(struct store *store, const struct id *id, char why[WHY_SIZE]);
/** Takes back all that the state says of a device: the CSV's is as the CSV has it, any other one is
 * gone. */
int store_forget(struct store *store, const struct id *id, char why[WHY_SIZE]);

/* ---- many at once ---- */

struct import; /* what is to be, all or nothing */

struct import_counts {
	uint32_t added, changed, same, dropped;
	uint32_t refused; /* with IMPORT_SKIP */
	uint32_t devices; /* that the state says before it */
};

/** Begins: NULL is no memory. End it with import_commit() or import_drop(). */
struct import *import_begin(struct store *store);
/** One more device: added, or changed as store_set() does it. False: `why` says what is wrong,
 * and the others go on. */
bool import_put(struct import *import, const struct draft *draft, char why[WHY_SIZE]);

/* flags */
enum {
	IMPORT_REPLACE = 1, /* devices of the state that were not put are dropped */
	IMPORT_DRY = 2,     /* only counts */
	IMPORT_SURE = 4,    /* though many are dropped */
	IMPORT_SKIP = 8     /* what is two devices' is left out; without it, nothing is imported */
};

/** Writes all in one, by temporary file and rename. -EAGAIN: it would drop more than a fifth of the
 * devices and more than 50, and IMPORT_SURE is not set: `why` says how many. `out` is filled in any
 * case. -EEXIST: one of them has the addresses of two devices, which `why` names (and so it does of
 * the last that was refused). Frees the import, but for -EAGAIN. */
int import_commit(struct import *import, unsigned flags, struct import_counts *out,
		  char why[WHY_SIZE]);
void import_drop(struct import *import);
