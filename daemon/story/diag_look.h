/* diag*.c among themselves: what is remembered, and a request that is looked at. */
#pragma once

#include "base/hash.h"
#include "story/conversation.h"
#include "story/diag_limits.h"

enum { DIAG_CLASSES = 16, DIAG_INTERFACES = 32, DIAG_TWINS = 256 };

/* Findings of one kind: eight at once, and then one a second, for packets must not fill the log. */
struct diag_bucket {
	uint64_t full_ms; /* when it has room for all of them again */
};

/* One name, heard from two: a UUID from two MACs, a MAC from two networks. */
struct diag_twin {
	uint64_t name; /* a hash; 0: free */
	struct diag_side {
		uint64_t from, ms;
		uint32_t xid;
		uint8_t mac[6];
		char interface[16];
		struct ip relay;
	} side[2];
	unsigned last;    /* heard last */
	uint64_t echo_ms; /* both said the same: it came on two ways, or is one machine */
	uint64_t told_ms;
};

struct diag {
	struct hash_key key;
	struct conversations *all;
	uint64_t order;       /* requests that belong to a machine */
	unsigned turn;        /* where diag_turn() goes on */
	unsigned missed_told; /* of conversations_missed() */
	uint64_t missed_told_ms;
	uint64_t since_ms; /* the first request that was heard; 0: none */
	bool hears_67;     /* where clients send their DISCOVER */
	uint8_t arch_seen[65536 / 8];
	uint64_t class_seen[DIAG_CLASSES], class_ms; /* the first of them was told */
	unsigned n_classes, linklocal_seen[DIAG_INTERFACES], n_linklocal;
	uint64_t own_id_told_ms;
	struct diag_bucket bucket[FINDING_KINDS];
	struct diag_twin uuids[DIAG_TWINS], macs[DIAG_TWINS];
};

/* A request that is looked at. */
struct look {
	struct diag *diag;
	const struct request *req;
	struct conversation *c; /* NULL: it has none */
	struct exchange *x;     /* with c */
	enum heard heard;
	enum outcome outcome;
	const struct links_view *view;
	uint64_t now_ms;
	struct finding *out;
	unsigned n;
};

/** Returns it, unless there are too many of its kind. */
bool look_tell(struct look *look, const struct finding *finding);
/** The same, once for each client in a while. */
bool look_tell_client(struct look *look, const struct finding *finding);
/** Once in a while: packets must not fill the log. */
bool diag_may_tell(uint64_t *told_ms, uint64_t apart_ms, uint64_t now_ms);
