/* The table of all keys of wdspxed.conf, and how a value is checked and stored. */
#pragma once

#include <stddef.h>

#include "registry/setting.h"
#include "site/config.h"

enum config_kind {
	KEY_GROUP, /* its members are the rows whose `group` is its name */
	KEY_BOOL,
	KEY_COUNT,     /* uint32_t, from min to max */
	KEY_SECONDS,   /* double, from min to max */
	KEY_PATH,      /* absolute */
	KEY_STRINGS,   /* array of at most max strings, none empty */
	KEY_PREFIXES,  /* the same, each an address or a network */
	KEY_MULTICAST, /* the same, each a multicast group of IPv4; or one alone */
	KEY_FINDINGS,  /* the same, each the id of a finding that can be ignored */
	KEY_LEVEL,     /* name of a log level */
	KEY_GSO,       /* auto, on or off */
	KEY_MASK,      /* trace mask: a number, or an array of names */
};

struct config_key {
	const char *group; /* NULL: at the top */
	const char *name;
	size_t offset; /* in struct config */
	double min, max;
	enum config_kind kind;
	bool restart; /* a change needs a restart */
};

extern const struct config_key config_keys[];
extern const size_t config_n_keys;

/** Stores one value. 0, or REGISTRY_E_INVALID and -ENOMEM with *error. */
int config_key_store(const struct config_key *key, const struct setting *value, const char *file,
		     struct config *config, struct registry_error *error);
/** The words of KEY_GSO, by CONFIG_GSO_*; ended by NULL. */
extern const char *const config_gso_words[];
/** Are the values alike? */
bool config_key_equal(const struct config_key *key, const struct config *a, const struct config *b);
/** Each gets the other's value. */
void config_key_swap(const struct config_key *key, struct config *a, struct config *b);
/** Why a finding cannot be ignored; NULL: it can. config.c's. */
const char *config_why_not_ignored(const char *id);
/** Frees a list of strings. */
void config_strings_free(char **strings);
