/* Lists of machines: what the files say that `machines` and `groups` name.
 *
 * A line is a machine: it has MACs, UUIDs or client ids, a name, groups, and perhaps what it boots.
 * All lines together are one table, which never changes: a reload that finds a changed file has a
 * new one built aside.
 */
#pragma once

#include "lists.h"

/* Where machines come from: a file, or lists of a group in the settings. */
struct source {
	char *path;  /* NULL: what follows */
	char *group; /* of all its machines; NULL: none but what lines say */
	struct macs macs;
	struct uuids uuids;
	unsigned line; /* where the group is written */
};

struct sources {
	struct source *at;
	size_t n;
	const char *file; /* the settings' */
};

struct machines;

/** Reads all sources. Mistakes are traced with file and line, all of them, but no more than `told`
 * allows; that a list is empty which is not so in `before`, of the same sources (NULL: none), is
 * one. 0 and *out is the caller's; -EINVAL, or -ENOMEM. Blocks. */
int machines_read(HANDLE provider, struct told *told, const struct sources *sources,
		  const struct machines *before, const PXE_BOOT_SECRET *secret,
		  struct machines **out);
void machines_free(struct machines *machines);
/** Is some file another one, or another in size or times, than when it was read? */
bool machines_changed(const struct machines *machines, const struct sources *sources);
/** How many lines there are, of all sources. */
uint32_t machines_count(const struct machines *machines);
/** Is anybody in a group of that name? */
bool machines_have_group(const struct machines *machines, const char *group);

enum machines_said {
	MACHINES_NAME,
	MACHINES_GROUP,
	MACHINES_BOOT, /* a file or a URL */
	MACHINES_SAID
};

/** Does any line say that of its machine? */
bool machines_say(const struct machines *machines, enum machines_said what);

enum { WHOSE_MAX = 32 };

/* The lines that name one client. */
struct whose {
	const struct machines *machines; /* NULL: there are no lists */
	uint32_t at[WHOSE_MAX];          /* in the order of the sources and lines */
	unsigned n;
	uint32_t boots; /* 1 + the first that says what the machine boots; 0: none does */
};

/** The client's lines; `machines` may be NULL. */
void machines_find(const struct machines *machines, const PXE_BOOT_CLIENT *client,
		   struct whose *out);
/** A group that the client's machine is in, by number, with a NUL behind it; at NULL: it is in none
 * of that number. *more: it is in one of the next number. */
PXE_BOOT_OCTETS whose_group(const struct whose *whose, unsigned number, bool *more);

/* Who the lines of one client say that it is: of each thing the first that says it. */
struct machine {
	const char *name, *group; /* NULL: not said */
};

struct machine whose_machine(const struct whose *whose);

/* What the first of them that says that says it boots. */
struct boots {
	const char *file, *url;        /* one of them */
	bool varies;                   /* there are variables in it */
	const PXE_BOOT_SERVER *server; /* NULL: not said */
	uint64_t outcome;   /* a number of all this, the same for other lines that say the same */
	const char *source; /* the file that says it */
	unsigned line;
};

/** Where whose->boots. */
void whose_boots(const struct whose *whose, struct boots *out);
