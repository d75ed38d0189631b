/* A snapshot in the making: a copy of the one in force, which is changed, and then put in force or
 * thrown away. Internal to the store. */
#pragma once

#include "snapshot.h"

enum { DEVICES_MAX = 4000000 };

/* Memory that is freed in one piece. */
struct arena;

struct arena *arena_new(void);
void *arena_make(void *arena, size_t size);
void arena_free(struct arena *arena);

/* What only a snapshot that was replaced, and older ones, have. */
struct garbage {
	struct device **at;
	size_t n, room;
	struct arena *arena; /* or NULL */
};

void garbage_free(struct garbage *garbage);

struct snapshot {
	PXE_BOOT_SECRET secret;
	struct device **at; /* by number; NULL: gone */
	uint32_t n, room, count, n_over;
	uint32_t gap; /* below it, all numbers have a device */
	uint32_t *
		slots; /* by hash: 1 + the number, and eight bits more of the hash above; 0: none */
	uint32_t mask, used;
	bool has[ID_KINDS];
	bool has_hidden;     /* a record of the state may have a key that is another device's */
	struct arena *arena; /* of the CSV's devices, which all snapshots since share */
	/* What follows is the store's, of this one alone. */
	unsigned holds;
	bool is_left; /* nobody reads it without a hold */
	struct garbage garbage;
	struct snapshot *newer;
};

/* A device of which the state says something else now. */
struct touched {
	struct device *over;
	bool dropped; /* it says nothing any more: that is what it said */
};

struct edit {
	struct snapshot *fresh;
	struct garbage created, replaced;
	struct touched *touched;
	size_t n_touched, touched_room;
	bool failed; /* no memory */
};

/** An empty one, for a first edit. NULL: no memory. */
struct snapshot *snapshot_new(const PXE_BOOT_SECRET *secret);
void snapshot_free(struct snapshot *snapshot);

/** Begins with what is in force. False: no memory. */
bool edit_begin(struct edit *edit, const struct snapshot *from);
/** A device of the CSV, in memory of its arena. *other: the number + 1 of one that has one of its
 * ids already, and keeps it; 0: none. */
bool edit_put_under(struct edit *edit, struct device *device, uint32_t *other);
/** What the state says of a device now, which is the edit's from here on; `known` is not: it is in
 * force already, and stays. False: no memory. */
bool edit_put_over(struct edit *edit, struct device *over, bool known, uint32_t *other);
/** The state says nothing more of it. False: no memory. */
bool edit_drop_over(struct edit *edit, const struct id *key);
/** A device of the old one that the new one has not, and that is freed with it. False: no memory.
 */
bool edit_leave(struct edit *edit, struct device *device);
/** What was put has this version. */
void edit_version(struct edit *edit, uint32_t version);
/** The new snapshot; what it has no longer goes into `garbage`, of the old one. */
struct snapshot *edit_take(struct edit *edit, struct garbage *garbage);
/** Throws away what was changed. */
void edit_discard(struct edit *edit);

/** The number of the device with an id, + 1; 0: none has. */
uint32_t snapshot_number(const struct snapshot *snapshot, enum id_kind kind, const void *octets,
			 size_t len);
