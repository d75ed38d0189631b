/* What others answer to clients that this daemon answers too, and what follows from that: findings.
 * It says nothing itself. What was not heard is not known: nothing follows from it.
 *
 * Both halves are kept by client, in whichever order they come: what we answered, and what up to
 * HEARING_SERVERS others did. Bounded: a newcomer takes the place of the one heard of longest ago,
 * those we answered last. The clock is an argument. [loop]
 */
#pragma once

#include <stdint.h>

#include "net/links.h"
#include "request/request.h"
#include "story/finding.h"
#include "story/overheard.h"

enum {
	HEARING_CLIENTS = 512,
	HEARING_SERVERS = 4,        /* of one client */
	HEARING_ATTEMPT_MS = 60000, /* what is older belongs to another boot */
	HEARING_AGAIN_MS = 600000,  /* of a server on a link the same is told once in that time */
	HEARING_FINDINGS = 8,       /* of one event */
	HEARING_SILENCE_MS = 12500, /* the ear is gone, or cannot reach us */
	HEARING_EARS = 4,           /* one is usual; two while one follows the other */
};

struct hearing;

struct hearing_state {
	bool hears;      /* an ear was heard of lately */
	uint64_t heard;  /* packets */
	uint64_t lost;   /* packets that the ear could not hand over, as it says */
	uint64_t unread; /* records and packets that could not be read */
};

/** NULL: no memory. */
struct hearing *hearing_new(void);
void hearing_free(struct hearing *hearing);
/** A record of an ear's, at `now_ms`; `ear` is a number that no other one has at the time. `view`
 * tells which addresses are ours, NULL: none. Returns how many findings it wrote. */
unsigned hearing_record(struct hearing *hearing, uint32_t ear, struct span record,
			const struct links_view *view, uint64_t now_ms,
			struct finding out[static HEARING_FINDINGS]);
/** A request that ended. Costs nothing while nobody hears. */
unsigned hearing_ended(struct hearing *hearing, const struct request *req, uint64_t now_ms,
		       struct finding out[static HEARING_FINDINGS]);
void hearing_read_state(const struct hearing *hearing, uint64_t now_ms, struct hearing_state *out);
