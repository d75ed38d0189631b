/* One entry of `boot`: its conditions, all of which must hold, and its outcome. */
#pragma once

#include "lists.h"
#include "server.h"

enum { FAMILY_4 = 1, FAMILY_6 = 2 }; /* bits */

enum outcome {
	OUTCOME_NONE,
	OUTCOME_FILE,   /* a path on the server, for TFTP */
	OUTCOME_URL,    /* as it is, with ${server} replaced */
	OUTCOME_IGNORE, /* nobody shall answer */
	OUTCOME_REJECT  /* let the next provider decide */
};

enum shape { SHAPE_DEFAULT, SHAPE_DIRECT, SHAPE_REDIRECT };

enum { DELAY_MAX_MS = 10000 };

struct entry {
	unsigned index; /* in the list, from 0 */
	unsigned line;  /* where it is written */

	uint32_t conditions; /* that it has: a bit for each row of condition.c */
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
 * Compiles the entry in a key, which is number `index` of the list. 0 and *out is the caller's
 * (entry_done()), -ENOMEM, -EINVAL with a trace that says which line is wrong and why, or what
 * keys_failed() does.
 */
int entry_compile(const struct keys *keys, unsigned index, struct entry *out);
void entry_done(struct entry *entry);
