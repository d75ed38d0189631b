/* Where each machine is on its way to boot, and what it was told last: found out from the requests
 * that pass, of IPv4 and IPv6 alike. Bounded, for whoever is on the network can invent machines: a
 * newcomer takes the place of one that has less to be told about. The clock is an argument. [loop]
 *
 * A machine is its MAC; without one its client id (InfiniBand) or DUID, and a DUID that is made of
 * a UUID becomes the MAC's once both were heard together. One that was heard on an interface itself
 * is another one on another interface, for one MAC may be many machines'.
 *
 * Its *exchange* in a family begins with its first DISCOVER or SOLICIT, and again when the one
 * before is done, when it comes as somebody else (firmware of another architecture, iPXE, HTTP
 * Boot), or when nothing was heard for CONVERSATION_OPEN_MS.
 *
 * What it was told of last stays until it is no longer so: it has done what it was told not to have
 * done, was answered where it had not been, or has booted without being told of it again.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "net/links.h"
#include "request/outcome.h"
#include "request/request.h"
#include "story/finding.h"

enum {
	CONVERSATIONS = 1024,
	CONVERSATION_OPEN_MS = 60000,  /* more than firmware waits before it tries again */
	CONVERSATION_KEPT_MS = 600000, /* a finding keeps its machine's place */
	CONVERSATION_BOOTS_MS = 900000,
	CONVERSATION_TEXT_MAX = 120,
	CONVERSATION_TOLD = 6,
};

/* X(symbol, name, words): where an exchange is. The names never change. */
#define CONVERSATION_STATES(X)                                                                     \
	X(ASKED, "asked", "was not told what to boot")                                             \
	X(OFFERED, "offered", "was told what to boot")                                             \
	X(SHOWN, "menu", "was given a menu to choose from")                                        \
	X(REDIRECTED, "redirected", "was told to ask on port 4011")                                \
	X(LEASED, "leased", "was told what to boot, and took its lease")                           \
	X(LEASED_FIRST, "leased-4011", "was told to ask on port 4011, and took its lease")         \
	X(ASKED_4011, "asked-4011", "asked on port 4011, and was not told what to boot")           \
	X(ANSWERED, "answered", "was told on port 4011 what to boot")                              \
	X(SILENT, "silent", "was told to ask on port 4011, and has gone silent")

enum conversation_state {
#define X(symbol, ...) CONVERSATION_##symbol,
	CONVERSATION_STATES(X)
#undef X
};

/* What a request is to its machine's way. */
enum heard { HEARD_OTHER, HEARD_FIRST, HEARD_LEASE, HEARD_4011 };

/* A machine's way in one family. */
struct exchange {
	uint64_t began_ms;    /* its first request; 0: there was none */
	uint64_t last_ms;     /* an offer of ours, or what came after one */
	uint64_t lease_ms;    /* with has_lease */
	uint64_t answered_ms; /* when the last answer went out */
	uint64_t boots_ms;    /* since then `boots` are counted */
	uint64_t chains_ms;   /* the same of `chains` */
	uint64_t in_vain_ms;  /* an INFORMATION-REQUEST that is not answered here; 0: none */
	uint32_t xid;
	uint32_t took_ms;        /* for the last answer */
	uint16_t asked;          /* requests of its first stage */
	uint16_t redirects;      /* offers that sent it to 4011, and were not followed */
	uint16_t directs;        /* offers that say what to boot */
	uint16_t boots;          /* exchanges of firmware that were done, and it booted again */
	uint16_t chains;         /* those of iPXE in a row */
	uint16_t secs;           /* it has waited so long, it says, at its first request */
	uint8_t state;           /* enum conversation_state */
	bool http, ipxe, uefi;   /* who asks */
	uint16_t arch;           /* likewise; 0 too where it does not say */
	bool name_url, http_url; /* what it was told: of a host by name, by HTTP without TLS */
	bool boots_http;         /* whose boots are counted */
	bool has_lease, done;
	struct ip lease, relay, source; /* whose lease it took; who relays; 4011: its address */
	const char *slow;               /* who took took_ms; a static copy */
};

struct conversation {
	uint64_t first_ms, last_ms;
	uint64_t order;              /* which one was heard last of all */
	uint32_t heard;              /* requests */
	uint8_t family;              /* the exchange that was heard last */
	bool by_uuid;                /* it has said no MAC yet */
	bool chained;                /* iPXE came after firmware */
	struct exchange exchange[2]; /* IPv4, IPv6 */
	struct {
		uint64_t ms;
		uint16_t kind;
	} said[CONVERSATION_TOLD]; /* so that each is told once in a while */

	/* Of its last request that could be answered. */
	bool nearest;
	enum outcome outcome;
	uint32_t line;        /* of the entry, or of the nearest one; 0: none is known */
	const char *provider; /* a static copy; NULL: nobody decided */

	struct conversation_finding {
		uint64_t ms; /* 0: there is none */
		enum finding_kind kind;
		unsigned n;
		struct ip ip, other;
		uint8_t family;
		char text[FINDING_TEXT_MAX];
	} finding; /* the last one */

	struct log_client client; /* as it was heard last */

	char told[CONVERSATION_TEXT_MAX]; /* what it was told to boot last */
	/* Of its last request that could be answered: the entry's file, without its folder. */
	char file[48], reason[CONVERSATION_TEXT_MAX];
};

struct conversations;

/** NULL: no memory. */
struct conversations *conversations_new(void);
void conversations_free(struct conversations *all);
/** The conversation of a request's machine; a request on 4011 does not say whether a relay heard it
 * before. NULL: there is none. */
struct conversation *conversation_find(struct conversations *all, const struct request *req);
/** The same, or a place for a new one. NULL: all places are taken by machines that are about to be
 * told of. */
struct conversation *conversation_of(struct conversations *all, const struct request *req,
				     uint64_t now_ms);
/** The one of a line's client, heard itself or by a relay, or a place for it. NULL as there. */
struct conversation *conversation_of_client(struct conversations *all,
					    const struct log_client *client, uint64_t now_ms);
/** Place `i` of CONVERSATIONS; NULL: it is free. Who changes it says so. */
struct conversation *conversations_at(struct conversations *all, unsigned i);
void conversations_changed(struct conversations *all, unsigned i);
/** How many open ones had to go, or found no place, so far. */
unsigned conversations_missed(const struct conversations *all);

struct exchange *conversation_exchange(struct conversation *c, uint8_t family);
enum heard conversation_heard(const struct request *req);
/** A request has ended. `view` tells which addresses are ours; NULL: none. */
void conversation_step(struct conversation *c, const struct request *req, enum outcome outcome,
		       const struct links_view *view, uint64_t now_ms);
/** Is there something that it should do now, and that it will be told of not to have done? */
bool exchange_is_open(const struct exchange *x, uint64_t now_ms);
/** Was it told of this within `again_ms`? */
bool conversation_was_told(const struct conversation *c, enum finding_kind kind, uint64_t again_ms,
			   uint64_t now_ms);
/** It is told of this now. */
void conversation_found(struct conversation *c, const struct finding *finding, uint64_t now_ms);
/** It was told of this a while ago, and it is so again, or still: that is noted, unless something
 * else is. */
void conversation_found_again(struct conversation *c, const struct finding *finding,
			      uint64_t now_ms);
/** What it was told of last, and is still so. False: nothing is. */
bool conversation_finding(const struct conversation *c, struct finding *out);
/** Where it is by now. */
enum conversation_state conversation_state(const struct conversation *c, uint64_t now_ms);
const char *conversation_state_name(enum conversation_state state);
const char *conversation_state_words(enum conversation_state state);
