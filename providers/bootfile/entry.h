/* One entry of `boot`: its conditions, all of which must hold, and its outcome. */
#pragma once

#include "pattern.h"
#include "server.h"

enum { FAMILY_4 = 1, FAMILY_6 = 2 }; /* bits */

/* Lists of alternatives; n == 0: the entry has no such condition. All are the entry's own. */
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
	char **at;
	size_t n;
};

enum outcome {
	OUTCOME_NONE,
	OUTCOME_FILE,   /* a path on the server, for TFTP */
	OUTCOME_URL,    /* as it is, with ${server} replaced */
	OUTCOME_IGNORE, /* nobody shall answer */
	OUTCOME_REJECT  /* let the next provider decide */
};

enum shape { SHAPE_DEFAULT, SHAPE_DIRECT, SHAPE_REDIRECT };

enum { TEXT_MAX = 255, DELAY_MAX_MS = 10000 };

struct entry {
	unsigned line; /* where it is written; 0: unknown */

	struct archs archs;
	struct macs macs;
	struct uuids uuids;
	struct duids duids;
	struct texts user_classes, vendor_classes, interfaces;
	struct subnets subnets;
	unsigned families; /* FAMILY_* bits; 0: both */

	enum outcome outcome;
	char *text; /* OUTCOME_FILE, OUTCOME_URL: at most TEXT_MAX octets; "" for a Raspberry Pi */
	struct server server;
	bool has_server; /* else the provider's */
	enum shape shape;
	struct texts params;        /* DHCPv6 option 60 */
	unsigned delay_ms;          /* answer that much later */
	unsigned response_delay_s;  /* answer only clients that have waited so long */
	bool has_response_delay;    /* else the provider's */
	bool answer_lease_requests; /* also a REQUEST on 67, that was meant for the lease server */
	bool raspberry_pi;          /* with the menu that its ROM looks for */
	bool options_66_67;         /* the names as options too */
};

/**
 * Compiles the entry in a key. 0 and *out is the caller's (entry_done()), -ENOMEM, or -EINVAL with
 * a trace that says which line is wrong and why.
 */
int entry_compile(const struct keys *keys, struct entry *out);
void entry_done(struct entry *entry);

/** Appends copies of texts to a list that may have some. 0, -ENOMEM, or -EINVAL with a trace. */
int texts_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct texts *out);
void texts_done(struct texts *texts);

/** Appends UUIDs. 0, -ENOMEM, or -EINVAL with a trace. */
int uuids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		  struct uuids *out);
