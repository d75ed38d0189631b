/* The journey of each request, for those who watch it as it happens: who asked, which providers
 * had their turn, what each decided and why, what was sent where, and what was found out about it.
 *
 * The loop writes a binary record, and only if somebody who watches wants it; the log's thread
 * makes JSON of it and puts it into their streams. Of each watcher WATCHED_PER_SECOND records go
 * that way in a second; what is above that, and what it does not read in time, it has lost, and is
 * told how many. While nobody watches all this is one question.
 */
#pragma once

#include "provider/hooks.h"
#include "story/finding.h"

struct stream;

/* What a watcher wants to see. */
struct journey_want {
	bool packets; /* the octets of each datagram in and out: else network boot clients alone */
	bool only_unanswered; /* what nobody answered, and what was found wrong */
	bool has_mac, has_arch;
	uint8_t mac[6];
	uint16_t arch;
};

/** Is there no place for one more? [loop] */
bool journey_is_full(void);
/** Watches with the stream's reference for the thread that puts. Not where it is full. 0, or
 * -ENOMEM: the reference is still the caller's. [loop] */
int journey_watch(struct stream *stream, const struct journey_want *want);
/** Nothing more is put; the log's thread lets go of the stream when it can. Another's stream is
 * fine. [loop] */
void journey_end(const struct stream *stream);

/** Does anybody watch? Ask this first. [loop] */
bool journey_is_watched(void);
/** Will somebody read why this request is decided as it is? [loop] */
bool journey_wants(const struct request *req);

/** And each reason, not the last word alone: req->remarks. Only where journey_wants() it. [loop] */
bool journey_wants_each(const struct request *req);

/** A datagram was mended as it was read: while somebody watches it is kept as it came, until its
 * request ends or several others were mended. [loop] */
void journey_mended(const struct arrival *in, const struct request *req);
/** A request has ended. `paused` as for log_request(). [loop] */
void journey_request(const struct request *req, enum outcome outcome, const char *paused);
/** A datagram was dropped before any provider saw it. `req`: what it says, or NULL. [loop] */
void journey_dropped(const struct arrival *in, const struct request *req, enum outcome outcome);
/** A reply has left; or has not, and `why` says what is the matter. [loop] */
void journey_sent(const struct outgoing *out, const char *why);
/** Something was found out. [loop] */
void journey_finding(const struct finding *finding);
