/* The places of those who watch: a stream for each, and how much it has had and lost.
 *
 * A place goes round: the loop fills a free one and says when its watcher has gone; the log's
 * thread alone uses the stream, and frees the place. Whoever makes the records asks first
 * (watchers_take()), puts a bit for each place into the record, and the log's thread puts it into
 * the streams of those.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "story/log_rate.h"

struct stream;

enum { WATCHERS_MAX = 8, WATCHED_PER_SECOND = 1000 };

struct watchers {
	struct watcher {
		atomic_int state;
		struct stream *stream;
		log_rate_any window;   /* records that it has had */
		_Atomic uint64_t lost; /* not yet passed on */
	} at[WATCHERS_MAX];
};

/** A free place; -1: there is none. [loop] */
int watchers_place(const struct watchers *watchers);
/** Watches there, with the stream's reference for the thread that puts. [loop] */
void watchers_add(struct watchers *watchers, int place, struct stream *stream);
/** Nothing more is put. The place that the stream had; -1: none. [loop] */
int watchers_end(struct watchers *watchers, const struct stream *stream);

/** May one have another record in this second? Where not, it has lost it. [any] */
bool watchers_take(struct watchers *watchers, int place, uint64_t now_ms);
/** Counts a record as lost for these, a bit for each place. [any] */
void watchers_lose(struct watchers *watchers, uint8_t mask);
/** Is there something for the log's thread to see to: a loss, or one that has gone? [any] */
bool watchers_untold(const struct watchers *watchers);

/** Does one still watch there? [the log's thread] */
bool watchers_has(const struct watchers *watchers, int place);
/** Passes on what was lost before; has it room for a record? [the log's thread] */
bool watchers_ready(struct watchers *watchers, int place);
/** Puts a record, or counts it as lost: `text` NULL. [the log's thread] */
void watchers_put(struct watchers *watchers, int place, const char *text);
/** Of those that have gone by now, no record is taken out of a queue after it was found empty; so
 * watchers_turn() may give their places away. [the log's thread] */
void watchers_note_gone(struct watchers *watchers);
/** Passes on what was lost, and lets go of those that watchers_note_gone() has seen. [the log's
 * thread; or any, after it has ended] */
void watchers_turn(struct watchers *watchers);
