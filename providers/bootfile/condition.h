/* The conditions of an entry: a row for each. A new one is a row, and the function that says when
 * it holds; a line of the manual, and a row of its test. */
#pragma once

#include "settings.h"

/* What a client is compared with beside the entry. */
struct surroundings {
	const struct settings *settings;
	PXE_BOOT *boot;
	const struct whose *whose; /* the lines of lists that name it; NULL: there are no lists */
};

struct condition {
	const char *name;             /* the key in the settings */
	const struct list_type *type; /* how it is read, compared with another's, and freed */
	/** Does it hold for the client, by an entry's list of that kind? */
	bool (*holds)(const struct surroundings *around, const union list *list,
		      const PXE_BOOT_CLIENT *client);
	/** How far an entry is from a client that it does not hold for, beside other conditions. */
	unsigned distance;
	/** The client's value of that number, which points into it or is its own. The
	 * no more. The condition holds where a list has one of them. NULL: it is found by no set.
	 */
	enum more (*value)(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			   unsigned number, struct value *out);
};

extern const struct condition conditions[];
extern const size_t n_conditions; /* at most CONDITIONS_MAX */

/** Has the index a dimension for it? */
static inline bool condition_is_dimension(size_t number)
{
	return conditions[number].value && conditions[number].type->member;
}

/** The set of an entry's list, where that is a long one; else NULL. */
const struct set *condition_set(size_t number, const struct entry *entry, bool negated);
/** Has a set one of the client's values? */
bool condition_set_holds(size_t number, const struct surroundings *around, const struct set *set,
			 const PXE_BOOT_CLIENT *client);

/** Does an entry's condition hold for the client? The entry has it. */
static inline bool condition_holds(size_t number, const struct surroundings *around,
				   const struct entry *entry, const PXE_BOOT_CLIENT *client)
{
	const struct set *set = entry->n_long ? condition_set(number, entry, false) : NULL;

	return set ? condition_set_holds(number, around, set, client)
		   : conditions[number].holds(around, &entry->list[number], client);
}

/** Reads the key's values into the entry. 0, -ENOMEM, or -EINVAL with a trace. */
int condition_compile(size_t number, const struct keys *keys, const char *name,
		      const struct scalars *scalars, struct entry *out);
/** Does a's hold wherever b's does? Both have the condition. */
bool condition_covers(size_t number, const struct entry *a, const struct entry *b);
/** Makes sets of the entry's lists that have more than that many members. 0 or -ENOMEM. */
int conditions_gather(struct entry *entry, const PXE_BOOT_SECRET *secret, unsigned most);
/** Frees what the compiling of all of them made. */
void conditions_done(struct entry *entry);
