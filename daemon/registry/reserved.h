/* The list `registry` that a group may have: what a registry holds and libconfig does not.
 *
 *	registry = (
 *	    { name = "Mac List"; type = "REG_MULTI_SZ"; data = [ "a", "b" ]; },
 *	    { name = "Blob";     type = "REG_BINARY";   data = "00 ff 12"; },
 *	    { name = "x 86";     type = "KEY";          data: { … }; }
 *	);
 *
 * `data` is a group for KEY, a string for REG_SZ and REG_EXPAND_SZ, an array of strings for
 * REG_MULTI_SZ, an int for REG_DWORD, an int or int64 for REG_QWORD, and octets in hexadecimal
 * for every other type; a type without a name is its number.
 */
#pragma once

#include <stdint.h>

#include "registry/setting.h"

#define RESERVED_NAME "registry"

enum reserved_type {
	RESERVED_SZ = 1,
	RESERVED_EXPAND_SZ = 2,
	RESERVED_BINARY = 3,
	RESERVED_DWORD = 4,
	RESERVED_MULTI_SZ = 7,
	RESERVED_QWORD = 11,
};

#define RESERVED_KEY (-1)

/* One entry, checked. The pointers are the tree's. */
struct reserved_entry {
	const char *name;
	int64_t type; /* RESERVED_KEY, else 0 to 0xffffffff */
	const struct setting *data;
};

/** Checks every such list in the tree below `settings`. 0, or REGISTRY_E_INVALID with the place. */
int reserved_check(const struct setting *settings, const char *file, struct registry_error *error);
/** The group's list, or NULL. */
const struct setting *reserved_list(const struct setting *group);
/** An entry of a list that was checked. */
struct reserved_entry reserved_entry(const struct setting *list, unsigned index);
/** The number of a type that is written so; false: it is none. */
bool reserved_type(const struct setting *s, int64_t *out);
/** Does the data have the form that its type wants? */
bool reserved_data_fits(int64_t type, const struct setting *data);
/** The name of a type, or NULL: then its number is written. */
const char *reserved_type_name(int64_t type);
/** Octets from hexadecimal digits, blanks between octets allowed. The count, or -1 when it is
 * not that. `out` has room for strlen(text) / 2 octets, or is NULL. */
int64_t reserved_octets(const char *text, uint8_t *out);
