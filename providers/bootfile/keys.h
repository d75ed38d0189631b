/* Reading the provider's settings out of its registry key, and saying what is wrong with them.
 *
 * Whatever is wrong is traced here, at PXE_TRACE_ERROR, as "FILE:LINE: NAME: what is wrong"; the
 * caller passes -EINVAL up, and Initialize makes ERROR_INVALID_DATA of it. What the registry
 * could not read is never taken for what is not there: it is traced with the registry's error,
 * and passed up as -ENOMEM or -EIO.
 */
#pragma once

#include <stdarg.h>

#include <wdspxe.h>

#include "octets.h"

enum { KEYS_TOLD_MAX = 50 }; /* lines; a generated list may have thousands of one mistake */
enum { LABEL_SIZE = 128 };

/* What was told of one file. */
struct told {
	unsigned mistakes, warnings;
};

/** Traces one line about a file that is not the settings' own, with its place (line 0: none); of
 * each kind no more than KEYS_TOLD_MAX, all of them counted. */
void told_say(HANDLE provider, struct told *told, PXE_SEVERITY severity, const char *file,
	      unsigned line, const char *format, va_list arguments);

/** The same, with the arguments here. */
void told_at(HANDLE provider, struct told *told, PXE_SEVERITY severity, const char *file,
	     unsigned line, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* One key, and what messages call it. */
struct keys {
	HANDLE provider; /* who traces */
	HKEY key;
	const char *name; /* "settings", "boot[3]" */
	struct told *told;
};

/* A string, or a number. */
struct scalar {
	const char *text; /* NULL: a number */
	uint32_t number;
	bool is_float; /* written without quotes, with a point; keys_read() refuses it */
};

/* What a value holds: one scalar, or the members of a list or array. */
struct scalars {
	struct scalar *at; /* owned, with the texts: scalars_done() */
	size_t n;
	char **texts;
	size_t n_texts;
};

/**
 * Calls `each` for the name of every value and every subkey of the key: so that all mistakes are
 * told, it goes on where one returns -EINVAL. Returns -EINVAL where one did, or a name has more
 * than 63 octets; 0; or at once what else one returns, and what keys_failed() does.
 */
int keys_each(const struct keys *keys, int (*each)(void *context, const char *name), void *context);

/**
 * Reads a value or a list. Returns 0 and fills *out (scalars_done() frees it), -EINVAL with a
 * trace: a group, a list of lists, or a type that settings here never have; or what keys_failed()
 * does.
 */
int keys_read(const struct keys *keys, const char *name, struct scalars *out);
void scalars_done(struct scalars *scalars);

/**
 * Calls `each` for the members of the list of groups of that name, `name = ( { ... }, { ... } );`,
 * which is there, in order. `members` is what messages call them. Goes on and returns as
 * keys_each() does; -EINVAL with a trace also where it is anything else.
 */
int keys_each_group(const struct keys *keys, const char *name, const char *members,
		    int (*each)(void *context, const struct keys *group, unsigned index),
		    void *context);

/** The same for one group, `name = { ... };`, which is there. */
int keys_one_group(const struct keys *keys, const char *name,
		   int (*each)(void *context, const struct keys *group), void *context);

/** The same for a list, or for a group alone, `name = { ... };`, which is member 0 then. */
int keys_each_or_one(const struct keys *keys, const char *name, const char *members,
		     int (*each)(void *context, const struct keys *group, unsigned index),
		     void *context);

/** What messages call a name of the key (NULL: the key itself). Returns out. */
const char *keys_label(const struct keys *keys, const char *name, char out[LABEL_SIZE]);

/** Traces what is wrong with a name (NULL: with the key itself), with its place. -EINVAL. */
int keys_error(const struct keys *keys, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** The same for a member of the list of that name. */
int keys_error_member(const struct keys *keys, const char *name, size_t index, const char *format,
		      ...) __attribute__((format(printf, 4, 5)));

/** Traces that the registry could not read a name (NULL: the key itself), and why. -ENOMEM or
 * -EIO. */
int keys_failed(const struct keys *keys, const char *name, LSTATUS status);

/* Warnings of the same form. */
void keys_warn(const struct keys *keys, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void keys_warn_member(const struct keys *keys, const char *name, size_t index, const char *format,
		      ...) __attribute__((format(printf, 4, 5)));
/** Of what is at a path below the key, such as "3\\mac\\0", and called `label`. */
void keys_warn_at(const struct keys *keys, const char *path, const char *label, const char *format,
		  ...) __attribute__((format(printf, 4, 5)));
/** The line of what is at a path below the key; `otherwise` where it cannot be had. */
unsigned keys_line(const struct keys *keys, const char *path, unsigned otherwise);
/** Says how many mistakes and warnings were too many to be told. */
void keys_tell_rest(const struct keys *keys);

/* Each of these checks the type of all scalars, and traces all that is wrong. 0 or -EINVAL. */

/** At least one member, all of them texts that are not empty. */
int keys_want_texts(const struct keys *keys, const char *name, const struct scalars *scalars);
/** Exactly one text that is not empty. */
int keys_want_text(const struct keys *keys, const char *name, const struct scalars *scalars,
		   const char **out);
/** Exactly one number up to `most`. */
int keys_want_number(const struct keys *keys, const char *name, const struct scalars *scalars,
		     uint32_t most, uint32_t *out);
/** Exactly one true or false. */
int keys_want_bool(const struct keys *keys, const char *name, const struct scalars *scalars,
		   bool *out);
