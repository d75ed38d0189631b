/* The conditions of an entry: a row for each, which is all that a new one needs. */
#pragma once

#include "settings.h"

/* What a client is compared with beside the entry. */
struct surroundings {
	const struct settings *settings;
	PXE_BOOT *boot;
};

struct condition {
	const char *name; /* the key in the settings */
	/** Reads the key's values into the entry. 0, -ENOMEM, or -EINVAL with a trace. */
	int (*compile)(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct entry *out);
	/** Does it hold for the client? Asked only of an entry that has the condition. */
	bool (*holds)(const struct surroundings *around, const struct entry *entry,
		      const PXE_BOOT_CLIENT *client);
	/** Does a's hold wherever b's does? Both have the condition. */
	bool (*covers)(const struct entry *a, const struct entry *b);
	/** Frees what compile made. NULL: nothing. */
	void (*done)(struct entry *entry);
	/** How far an entry is from a client that it does not hold for, beside other conditions. */
	unsigned distance;
};

extern const struct condition conditions[];
extern const size_t n_conditions; /* at most 32: entry.conditions has a bit for each */

/** The condition's bit in entry.conditions; 0: there is none of that name. */
uint32_t condition_bit(const char *name);
