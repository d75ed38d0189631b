/* A text for strangers: secrets are taken out of it, and where it is to be anonymous, what names
 * machines, people's networks and hosts is replaced by a keyed hash of it. The same becomes the
 * same, in whichever form it is written, so that a reader still sees which lines belong together;
 * two addresses of one network stay in one, and MAC addresses that begin alike begin alike. Whoever
 * knows the key can tell what something has become; nobody else can tell what it was.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"

struct redact {
	bool anonymous;
	struct hash_key key;
	char **name; /* owned: hosts by name, as many as there are: strangers name some too */
	size_t n_names, names_room;
	bool secret_next; /* the value that comes next is a secret's */
};

/** `key` NULL: only secrets are taken out. */
void redact_begin(struct redact *redact, const char *key);
/** Notes the hosts that a text names, in a URL or as a server: they are hashed wherever they
 * stand. To be called with the whole text before the first line is written. */
void redact_learn(struct redact *redact, const char *text);
/** The line as strangers may read it; the caller frees it. NULL: no memory. */
char *redact_line(struct redact *redact, const char *line);
void redact_done(struct redact *redact);
