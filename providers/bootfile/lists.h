/* Lists of what a condition is compared with, as the settings have them: one value or several. */
#pragma once

#include "keys.h"
#include "pattern.h"
#include "sets.h"

enum { TEXT_MAX = 255 };

/* n == 0: there is no such list. What `at` points to is the list's own. */
struct archs {
	uint16_t *at;
	size_t n;
};
struct macs {
	struct mac_pattern *at;
	size_t n;
};
struct uuids {
	struct uuid_pattern *at;
	size_t n;
};
struct subnets {
	struct subnet_pattern *at;
	size_t n;
};
struct duids {
	struct duid_pattern *at;
	size_t n;
};
struct texts {
	char **at; /* at most TEXT_MAX octets each */
	size_t n;
};

struct ids {
	struct id_pattern *at;
	size_t n;
};
struct versions {
	struct version_pattern *at;
	size_t n;
};
struct targets {
	struct target *at;
	size_t n;
};
struct option_patterns {
	struct option_pattern *at;
	size_t n;
};
struct entry;
struct nots {
	struct entry *at; /* with conditions alone */
	size_t n;
};

/* An option of the request: one of the texts or of the octets; without any, that it is there. */
struct option_pattern {
	uint8_t family; /* 4 or 6 */
	uint16_t code;
	struct texts texts; /* in which `*` is any number of octets */
	struct ids octets;
};

struct families {
	unsigned bits; /* FAMILY_4, FAMILY_6; 0: both */
};

/* Is it iPXE, and what can it do? */
struct features {
	uint32_t codes; /* a bit for each sub-option of 175 that must be there, from FEATURE_FIRST
			 * on */
	bool ipxe;
};

enum { FEATURE_FIRST = 16, FEATURE_LAST = 41 };

enum { FAMILY_4 = 1, FAMILY_6 = 2 };

/* A list of any kind; all zero: there is none. */
union list {
	struct archs archs;
	struct macs macs;
	struct uuids uuids;
	struct subnets subnets;
	struct duids duids;
	struct texts texts;
	struct families families;
	struct ids ids;
	struct features features;
	struct versions versions;
	struct targets targets;
	struct option_patterns options;
	struct nots nots;
	struct {
		void *at;
		size_t n;
	} any; /* whose type has a size */
};

extern const union list list_none;

/* A kind of list that a condition may have. The functions take a pointer to a list of that kind. */
struct list_type {
	/** Fills a list that is empty, and wants at least one member. 0; -ENOMEM, or -EINVAL with a
	 * trace: then the list may hold a part, and is freed by `done`. */
	int (*compile)(const struct keys *keys, const char *name, const struct scalars *scalars,
		       void *out);
	/** Is there for each member of b's one of a's that holds wherever it does? */
	bool (*covers)(const void *a, const void *b);
	void (*done)(void *list);
	/** The member of that number, as sets have it, which points into the list; false: there are
	 * no more. Some members are two there, and have two numbers. NULL: this kind has no sets.
	 */
	bool (*member)(const void *list, size_t i, struct member *out);
	/** In place of `compile`, where the members are groups: of the key's name. */
	int (*open)(const struct keys *keys, const char *name, void *out);
	/** Octets of a member that owns nothing, in a list that is a pointer to them and their
	 * number; else 0. */
	size_t size;
};

extern const struct list_type list_archs, list_macs, list_uuids, list_subnets, list_duids,
	list_families;
extern const struct list_type list_requested, list_nots;
extern const struct list_type list_ids, list_features, list_versions, list_targets;
extern const struct list_type list_texts;      /* each is the whole text */
extern const struct list_type list_names;      /* struct texts; each may end in `*` */
extern const struct list_type list_groups;     /* struct texts; "*" is any of them */
extern const struct list_type list_beginnings; /* struct texts; each is how the text begins */

/* Of lists that are no conditions. */
int uuids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct uuids *out);
int texts_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct texts *out);
void texts_done(struct texts *texts);
