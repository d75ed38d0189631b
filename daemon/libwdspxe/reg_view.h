/* A tree of settings seen as registry keys and values. Nothing here touches a file.
 *
 * Keys: groups, lists, and arrays of anything but strings; and what the list `registry` of a group
 * calls a KEY. Values: everything else. Members of a list or array are named by their index.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <wdspxe-windows.h>

#include "registry/edit.h"
#include "registry/setting.h"

/* A key or value among its siblings. */
struct reg_item {
	char number[16];             /* the name of a member of a list … */
	const char *text;            /* … or else its name; use reg_item_name() */
	const struct setting *node;  /* the key, or the value's data */
	const struct setting *entry; /* its entry in a list `registry`; NULL: it stands by itself */
	DWORD type;                  /* of a value: REG_* */
};

const char *reg_item_name(const struct reg_item *item);

/** The subkey, or value, number `index` of a key, in the file's order, entries of `registry` last.
 */
bool reg_key_at(const struct setting *key, DWORD index, struct reg_item *out);
bool reg_value_at(const struct setting *key, DWORD index, struct reg_item *out);
/** By name, in any case of letters. */
bool reg_key_named(const struct setting *key, const char *name, struct reg_item *out);
bool reg_value_named(const struct setting *key, const char *name, struct reg_item *out);
DWORD reg_key_count(const struct setting *key);

/* What a value holds: strings in UTF-8, each with its NUL, numbers as they lie in memory. */
struct reg_data {
	DWORD type;
	uint8_t *octets; /* owned */
	size_t len;
};

void reg_data_done(struct reg_data *data);
/** Reads a value. ERROR_NOT_ENOUGH_MEMORY. */
DWORD reg_data_of(const struct reg_item *value, struct reg_data *out);
/** Hands data to a caller's buffer as RegQueryValueEx does; wide: strings become WCHARs. */
DWORD reg_data_hand_out(const struct reg_data *data, bool wide, DWORD *type, BYTE *buffer,
			DWORD *len);
/** The octets that reg_data_hand_out() needs. */
DWORD reg_data_len(const struct reg_data *data, bool wide);
/**
 * Takes data as a caller gives it to RegSetValueEx: strings become UTF-8 and end with their first
 * NUL (REG_MULTI_SZ: the first empty string). ERROR_INVALID_PARAMETER: the length does not fit the
 * type. ERROR_NO_UNICODE_TRANSLATION, ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD reg_data_take(DWORD type, const BYTE *octets, DWORD len, bool wide, struct reg_data *out);

/* Data as a libconfig value. */
struct reg_literal {
	struct edit_value value;
	const char **strings; /* owned; they point into the data */
	char *hex;            /* owned */
};

void reg_literal_done(struct reg_literal *literal);
/** True when a value of that type needs no entry in the list `registry`. */
bool reg_type_is_plain(DWORD type);
/**
 * The value to write. Where it takes the place of `old` (or NULL), a bool stays a bool and a float
 * a float, if the data allows it. ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD reg_literal_of(const struct reg_data *data, const struct setting *old,
		     struct reg_literal *out);
