/* Trees of settings that are made here and not read from a file. */
#pragma once

#include "registry/setting.h"

/** A setting without a value, of which an aggregate is empty. `name` is copied, NULL: it has none.
 * NULL without memory. */
struct setting *setting_new(enum setting_type type, const char *name);
struct setting *setting_new_string(const char *name, const char *value);
/** The same, with so many octets of a name, or NULL; if it is a string, the caller fills that in:
 * of so many octets, and a NUL behind them. */
struct setting *setting_new_sized(enum setting_type type, const char *name, size_t name_len,
				  size_t string_len);
struct setting *setting_new_int(enum setting_type type, const char *name, int64_t value);
/** A copy with all below it, by another name; it keeps the lines, and stands alone. */
struct setting *setting_copy(const struct setting *from, const char *name);
/** Room for so many children in all. 0 or -ENOMEM. */
int setting_reserve(struct setting *parent, unsigned room);
/** Hands a child, or NULL, to its new parent, behind the last one. 0, or -ENOMEM: then the child is
 * freed. */
int setting_add(struct setting *parent, struct setting *child);
/** Takes a child out of its parent and frees it. */
void setting_remove(struct setting *child);
/** Puts `fresh` in the place of a child, which is freed. */
void setting_replace(struct setting *child, struct setting *fresh);
/** A hash of type, value, names and order, all the way down: the same in every process. */
uint64_t setting_hash(const struct setting *s);

/**
 * The text of a file with these settings, as libconfig writes it, behind `head`. It has a NUL
 * behind it and is the caller's. 0, -ENOMEM, or REGISTRY_E_INVALID: libconfig cannot hold them.
 */
int setting_write(const struct setting *root, const char *head, char **out, size_t *len);
/** True when libconfig takes this for the name of a setting. */
bool setting_name_valid(const char *name);
