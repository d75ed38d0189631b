/* One drop-in file: a provider's registration and its settings. */
#pragma once

#include <stdbool.h>

#include "registry/registry_error.h"
#include "registry/setting.h"

enum { DROPIN_THREADS_MAX = 256, DROPIN_NAME_MAX = 255 };

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
	struct setting *root;           /* the whole file */
	const struct setting *settings; /* in root; NULL when the file has none */
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
/** The same from the text of a file; `path` is not opened. */
int dropin_parse(struct span text, const char *path, struct dropin **out,
		 struct registry_error *error);
void dropin_free(struct dropin *dropin);
void dropin_freep(struct dropin **dropin);

/* What a reload has to do about a file: bits. */
enum {
	DROPIN_SAME = 0,
	DROPIN_SETTINGS_CHANGED = 1, /* something in `settings` */
	DROPIN_KEYS_CHANGED = 2,     /* any other key */
};

/** Compares values; comments, blank space, order of the keys and the file's name do not count. */
unsigned dropin_compare(const struct dropin *a, const struct dropin *b);

/** How many groups stand in lists of the settings: the entries of a provider that has such. */
unsigned dropin_entries(const struct dropin *dropin);
