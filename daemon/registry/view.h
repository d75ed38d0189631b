/* A tree of settings seen as registry keys and values. Nothing here touches a file.
 *
 * Keys: groups, lists, and arrays of anything but strings; and what the list `registry` of a group
 * calls a KEY. Values: everything else. Members of a list or array are named by their index.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "registry/setting.h"

/* A key or value among its siblings. */
struct view_item {
	char number[16];             /* the name of a member of a list … */
	const char *text;            /* … or else its name; use view_name() */
	const struct setting *node;  /* the key, or the value's data */
	const struct setting *entry; /* its entry in a list `registry`; NULL: it stands by itself */
	uint32_t type;               /* of a value: RESERVED_* */
};

const char *view_name(const struct view_item *item);

/** The subkey, or value, number `index` of a key, in the file's order, entries of `registry` last.
 */
bool view_key_at(const struct setting *key, unsigned index, struct view_item *out);
bool view_value_at(const struct setting *key, unsigned index, struct view_item *out);
/** All of them, in that order, until the visitor returns true: then true. Who wants all has them by
 * these, for the ones above begin anew for each number. */
typedef bool view_fn(const struct view_item *item, void *context);
bool view_each_key(const struct setting *key, view_fn *visitor, void *context);
bool view_each_value(const struct setting *key, view_fn *visitor, void *context);
/** By name, in any case of letters. */
bool view_key_named(const struct setting *key, const char *name, struct view_item *out);
bool view_value_named(const struct setting *key, const char *name, struct view_item *out);
unsigned view_key_count(const struct setting *key);
/** True when a value of that type needs no entry in the list `registry`. */
bool view_type_is_plain(int64_t type);

/* Changes of a tree that is the caller's own. The key is a group. */

/** Sets a value to a copy of `data`, in the place of the old one where there is one. 0 or -ENOMEM;
 * then the tree is whole, but may lack the value. */
int view_set(struct setting *key, const char *name, int64_t type, const struct setting *data);
/** Makes an empty subkey, which must not be there yet. 0 or -ENOMEM. */
int view_create(struct setting *key, const char *name, struct setting **out);
/** Removes a key or value. */
void view_remove(const struct view_item *item);
