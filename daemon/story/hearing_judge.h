/* What follows from what others answered to a client that we answered too. Internal to hearing.c.
 */
#pragma once

#include "base/hash.h"
#include "story/hearing.h"

enum { HEARING_TOLD = 256 };

/* What one server answered to a client. */
struct heard_answer {
	struct ip server; /* IP_NONE: free */
	uint64_t ms, us;
	uint32_t xid;
	bool lease, proxy, dns, boots, refused;
	enum heard_class class;
	int8_t priority;
	struct ip next;              /* neither ours nor the server itself, or IP_NONE */
	char file[FINDING_TEXT_MAX]; /* or why it refused */
	uint32_t noted;              /* what followed from it already: a bit for each kind */
};

struct heard_client {
	uint64_t hash;             /* 0: free */
	uint64_t last_ms;          /* anything of it */
	uint64_t ours_ms, ours_us; /* when we answered; 0: we have not */
	uint32_t xid;
	bool http;
	char url[FINDING_TEXT_MAX]; /* that we gave it, with a name in it; or "" */
	struct log_client who;
	struct heard_answer answer[HEARING_SERVERS];
};

/* What was told already, and how much may be told now. */
struct heard_told {
	struct hash_key key;
	struct {
		uint64_t hash, ms;
	} told[HEARING_TOLD]; /* a newer one may take the place */
	uint64_t bucket_full_ms;
};

/** What is found of this client now and was not before, of all that is kept of it. What was told of
 * the same server lately is marked so. Returns how many findings. */
unsigned hearing_judge(struct heard_told *told, struct heard_client *client, uint64_t now_ms,
		       struct finding out[static HEARING_FINDINGS]);
