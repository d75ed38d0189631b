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

/* An option of the request, in each family; 0: none. */
struct option_looked_at {
	uint16_t code4;
	uint8_t sub4; /* in the value of code4; 0: the whole value */
	uint16_t code6;
};

/* What the kit must know to tell what conditions look at. */
struct wanted {
	PXE_BOOT_WANTED at[2 * PXE_BOOT_WANTED_MAX];
	ULONG n;
};

/** Adds an option, unless its code is 0 or it is there. 0; -ENOSPC: these are more than the kit
 * tells. */
int wanted_add(ULONG family, ULONG code, ULONG sub, struct wanted *out);

struct condition {
	const char *name;             /* the key in the settings */
	const struct list_type *type; /* how it is read, compared with another's, and freed */
	/** Does it hold for the client, by an entry's list of that kind? */
	bool (*holds)(const struct surroundings *around, const union list *list,
		      const PXE_BOOT_CLIENT *client);
	/** How far an entry is from a client that it does not hold for, beside other conditions. */
	unsigned distance;
	/** The client's value of that number, from 0; it points into the client, or holds the
	 * octets itself. VALUE_NONE: there are no more. The condition holds where a list has one of
	 * them. NULL: it is found by no set. */
	enum more (*value)(const struct surroundings *around, const PXE_BOOT_CLIENT *client,
			   unsigned number, struct value *out);
	struct option_looked_at looks_at;
	/** Adds the options that it looks at by its list. NULL: looks_at says it. */
	int (*want)(const union list *list, struct wanted *out);
	/** The families in which it may hold, by the list: FAMILY_4, FAMILY_6. NULL: both. */
	unsigned (*families)(const union list *list);
};

extern const struct condition conditions[];
extern const size_t n_conditions; /* at most CONDITIONS_MAX */

/** Has the index a dimension for it? */
static inline bool condition_is_dimension(size_t number)
{
	return conditions[number].value && conditions[number].type->member;
}

/** An entry's list, where that is a long one; else NULL. */
const struct long_list *condition_long(size_t number, const struct entry *entry);
/** Has it one of the client's values? */
bool condition_long_holds(size_t number, const struct surroundings *around,
			  const struct long_list *list, const PXE_BOOT_CLIENT *client);

/** Does an entry's condition hold for the client? The entry has it, by this list. */
static inline bool condition_list_holds(size_t number, const struct surroundings *around,
					const struct entry *entry, const union list *list,
					const PXE_BOOT_CLIENT *client)
{
	const struct long_list *set = entry->longs ? condition_long(number, entry) : NULL;

	return set ? condition_long_holds(number, around, set, client)
		   : conditions[number].holds(around, list, client);
}

/** The same. */
static inline bool condition_holds(size_t number, const struct surroundings *around,
				   const struct entry *entry, const PXE_BOOT_CLIENT *client)
{
	return condition_list_holds(number, around, entry, entry_own(entry, number), client);
}

/** The number of the condition of that name; n_conditions: there is none. */
size_t condition_find(const char *name);
/** Reads the key's values into the entry, which has the condition then. 0, -ENOMEM, or -EINVAL with
 * a trace. */
int condition_read(size_t number, const struct keys *keys, const char *name, struct entry *out);
/** Does a's hold wherever b's does? Both have the condition. */
bool condition_covers(size_t number, const struct entry *a, const struct entry *b);
/** Notes the entry's lists that have more than that many members, and makes sets of them, but for
 * that of `dimension`, by which the index finds the entry of that number; NULL: by none. 0 or
 * -ENOMEM. */
int conditions_gather(struct entry *entry, const PXE_BOOT_SECRET *secret, unsigned most,
		      uint32_t number, const struct dimension *dimension);
/** The families in which an entry's condition may hold. The entry has it. */
unsigned condition_families(size_t number, const struct entry *entry);
/** Has the pool keep lists that are small. 0 or -ENOMEM. */
int conditions_pool(struct entry *entry, struct pool *pool);
/** Frees what the compiling of all of them made. */
void conditions_done(struct entry *entry);

/** Adds the options that an entry's conditions look at, but for those of its not. 0 or -ENOSPC. */
int conditions_want(const struct entry *entry, struct wanted *out);
