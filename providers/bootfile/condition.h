/* The conditions of an entry: a row for each. A new one is a member of struct entry, a row, and the
 * function that says when it holds; a line of the manual, and a row of its test. */
#pragma once

#include "settings.h"

/* What a client is compared with beside the entry. */
struct surroundings {
	const struct settings *settings;
	PXE_BOOT *boot;
};

struct condition {
	const char *name;             /* the key in the settings */
	size_t list;                  /* where in an entry its list is: the offset of a member */
	const struct list_type *type; /* how it is read, compared with another's, and freed */
	/** Does it hold for the client? Asked only of an entry that has the condition. */
	bool (*holds)(const struct surroundings *around, const struct entry *entry,
		      const PXE_BOOT_CLIENT *client);
	/** How far an entry is from a client that it does not hold for, beside other conditions. */
	unsigned distance;
};

extern const struct condition conditions[];
extern const size_t n_conditions; /* at most 32: entry.conditions has a bit for each */

/** The condition's bit in entry.conditions; 0: there is none of that name. */
uint32_t condition_bit(const char *name);

/** Reads the key's values into the entry. 0, -ENOMEM, or -EINVAL with a trace. */
int condition_compile(const struct condition *condition, const struct keys *keys, const char *name,
		      const struct scalars *scalars, struct entry *out);
/** Does a's hold wherever b's does? Both have the condition. */
bool condition_covers(const struct condition *condition, const struct entry *a,
		      const struct entry *b);
/** Frees what the compiling of all of them made. */
void conditions_done(struct entry *entry);
