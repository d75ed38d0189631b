/* One drop-in file: a provider's registration and its settings. */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "registry/overlay.h"
#include "registry/registry_error.h"
#include "registry/setting.h"

enum { DROPIN_THREADS_MAX = 256, DROPIN_NAME_MAX = 255, DROPIN_INCLUDED_MAX = 1000 };

/* A file that it includes. */
struct dropin_included {
	char *path;
	dev_t device; /* which file that was */
	ino_t inode;
};

struct dropin {
	char *path;   /* the file */
	char *file;   /* its last component: the order of the chain is the order of these octets */
	char *name;   /* unique among the providers, whatever the case of its letters */
	char *module; /* absolute */
	bool critical;
	bool enabled;           /* default true */
	int threads;            /* 0 … DROPIN_THREADS_MAX; -1: not set */
	double pending_timeout; /* seconds, above 0; negative: not set */
	bool answer_lease_requests;
	bool information_request;
	bool try_first; /* a new module in a process of its own, before a reload; default true */
	bool wrong;     /* other keys have mistakes, which were told; only where all were wanted */
	int name_line, module_line;
	struct setting *root;           /* the whole file; NULL: packed, or forgotten */
	const struct setting *own;      /* its settings, in root; NULL when the file has none */
	const struct setting *settings; /* in force: `own`, or with what programs have written */
	struct setting *merged;         /* owned: `settings`, where they are not `own` */
	struct packed *packed[2];       /* owned: what dropin_pack() has packed */
	struct dropin_forgotten *forgotten; /* owned: what dropin_forget() has left */
	char *overlay;  /* the path of its overlay, there or not; NULL: none was read */
	unsigned stale; /* changes in it that are not in force any more */
	struct dropin_included *included; /* in their order */
	unsigned n_included;
};

/**
 * Reads and checks the file. Only libconfig's own syntax, only the keys above, each of its type;
 * `name` and `module` must be there; @include is refused.
 *
 * Returns 0 and a drop-in that the caller frees with dropin_free(), REGISTRY_E_INVALID with file
 * and line, or -errno where the file cannot be read (-ENOENT: it is not there). Where error->tell
 * is set, a file whose name, module and settings could be read is handed out although it is wrong,
 * so that more can be said about it.
 */
int dropin_read(const char *path, struct dropin **out, struct registry_error *error);
/** The same from the text of a file; `path` is not opened, nor is what it includes. */
int dropin_parse(struct span text, const char *path, struct dropin **out,
		 struct registry_error *error);
/**
 * Reads the files that the drop-in includes, and puts their entries behind its own: it is called
 * once, before anything is laid over. Returns as dropin_read(); a mistake of an included file is
 * told with that file's name. -ENOENT: a file went away meanwhile.
 */
int dropin_include(struct dropin *dropin, struct registry_error *error);
/** Is this a key of a drop-in file, in any case of letters? */
bool dropin_is_key(const char *name);
/**
 * Lays what programs have written over the settings. `state_dir` NULL: nothing. Returns 0, or as
 * overlay_read(); then the drop-in is as it was.
 */
int dropin_overlay(struct dropin *dropin, const char *state_dir, struct registry_error *error);
/** The same with an overlay that is in memory. */
int dropin_lay(struct dropin *dropin, const struct overlay *overlay);
/**
 * Drops the changes that are not in force any more from the overlay on disk, and tells a warning of
 * each: the administrator's is used. Returns as overlay_edit().
 */
int dropin_prune(const struct dropin *dropin, const char *state_dir, struct registry_error *error);
/** The file that has a node of the settings, and its line: the drop-in, one that it includes, or
 * its overlay. */
const char *dropin_file_of(const struct dropin *dropin, const struct setting *node);
/** 1 to 255 characters of valid UTF-8, no control characters, no `/` and no `\` (O-05). */
bool dropin_name_valid(const char *name);
/** Prints each key and setting in force with its file and line, or "default"; it can be read back.
 */
void dropin_print(const struct dropin *dropin, FILE *out);

/**
 * Large settings that are seldom read take little room packed: root, `own` and `settings` are NULL
 * until dropin_unpack(). Small ones, or without memory, stay as they are.
 */
void dropin_pack(struct dropin *dropin);
/** Root, `own` and `settings` are there again, at other places. 0, -ENOMEM: they stay packed. */
int dropin_unpack(struct dropin *dropin);
/** Frees the settings: what is left of them is enough for dropin_compare() and dropin_entries(). Or
 * without memory they stay. */
void dropin_forget(struct dropin *dropin);
void dropin_free(struct dropin *dropin);
void dropin_freep(struct dropin **dropin);

/* What a reload has to do about a file: bits. */
enum {
	DROPIN_SAME = 0,
	DROPIN_SETTINGS_CHANGED = 1, /* something in `settings` */
	DROPIN_KEYS_CHANGED = 2,     /* any other key */
};

/** Compares values; comments, blank space, order of the keys and the file's name do not count. The
 * names of included files do: messages about entries have them. */
unsigned dropin_compare(const struct dropin *a, const struct dropin *b);

/** How many groups stand in lists of the settings: the entries of a provider that has such. A list
 * of the name `groups` has none: it names machines for the entries. */
unsigned dropin_entries(const struct dropin *dropin);
