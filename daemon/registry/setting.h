/* The tree of settings in a libconfig file, each node with its line.
 *
 * libconfig reads it. Names are found whatever the case of their letters, as in a registry, and two
 * names in one group that differ only in case are refused when it is read. A tree that was read
 * never changes: any number of threads may read it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "registry/registry_error.h"

enum {
	SETTING_DEPTH_MAX = 32,             /* groups in groups */
	SETTING_TEXT_MAX = 8 * 1024 * 1024, /* octets in a file */
};

enum setting_type {
	SETTING_GROUP, /* { … }: children have names */
	SETTING_LIST,  /* ( … ): children are of any type, without names */
	SETTING_ARRAY, /* [ … ]: children are scalars of one type, without names */
	SETTING_INT,   /* 32 bits; hexadecimal above 0x7fffffff comes out negative */
	SETTING_INT64, /* written with L */
	SETTING_FLOAT,
	SETTING_BOOL,
	SETTING_STRING,
};

struct setting {
	enum setting_type type;
	char *name; /* NULL for a child of a list or array, and for the root. Both texts stand
		     * behind the setting, in the same piece of memory. */
	union {
		int64_t integer; /* INT, INT64 */
		double real;
		bool boolean;
		char *string; /* UTF-8 if the admin wrote UTF-8 */
	};
	struct setting *parent; /* NULL: the root group, which is the file */
	struct setting **child; /* in the file's order */
	unsigned count;         /* of children */
	unsigned room;          /* for children */
	unsigned index;         /* of this child in its parent, from 0 */
	int line;               /* where the name stands, or the value that has none */
	bool overlaid;          /* a program has set it: the line is one of its overlay */
	unsigned short source; /* the line is one of an included file, counted from 1; 0: of none */
};

/**
 * Reads a whole file's text into a tree. `file` is for the messages.
 *
 * Returns 0 and the root, which the caller frees with setting_free(); REGISTRY_E_INVALID for bad
 * syntax, names that are there twice, numbers that do not fit, NUL octets, @include, too deep or
 * too long; -ENOMEM. Who wants all mistakes gets 0, and the tree without the later one, for a name
 * that is there twice too: error->told says whether the text is right.
 */
int setting_parse(struct span text, const char *file, struct setting **out,
		  struct registry_error *error);
/** Frees a root and all below it; NULL is nothing. */
void setting_free(struct setting *root);
void setting_freep(struct setting **root);

/** The child of that name in a group; NULL when there is none, or `s` is NULL or no group. */
const struct setting *setting_child(const struct setting *s, const char *name);
/** The child at an index, in the file's order, of a group, list or array; else NULL. */
const struct setting *setting_at(const struct setting *s, unsigned index);
/** Type, value, names and order are alike all the way down; places and comments do not count. */
bool setting_equal(const struct setting *a, const struct setting *b);

static inline bool setting_is_aggregate(const struct setting *s)
{
	return s->type <= SETTING_ARRAY;
}

/** "a group", "a string" …: for messages. */
const char *setting_type_name(enum setting_type type);

/* Typed reading of a child by name. They return 0 and write *out; REGISTRY_E_ABSENT, *out as it
 * was, when there is none; REGISTRY_E_INVALID with the place when it has another type. */

/** The string is the tree's own. */
int setting_get_string(const struct setting *group, const char *name, const char *file,
		       const char **out, struct registry_error *error);
int setting_get_bool(const struct setting *group, const char *name, const char *file, bool *out,
		     struct registry_error *error);
/** An int or int64 from `min` to `max`. */
int setting_get_integer(const struct setting *group, const char *name, const char *file,
			int64_t min, int64_t max, int64_t *out, struct registry_error *error);
/** A float, int or int64. */
int setting_get_number(const struct setting *group, const char *name, const char *file, double *out,
		       struct registry_error *error);
