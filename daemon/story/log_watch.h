/* Who watches the log as it happens: a stream, a level and, if it wants, one machine for each.
 *
 * The log's thread formats for them, and nobody else does anything for them but write a record, and
 * that only if a watcher wants it. A watcher sees lines that the log itself leaves out, by its
 * level or by its rates; of those it has at most WATCHED_PER_SECOND, and is told how many it
 * missed. While nobody watches this costs nothing: log_wants() is the one question then as ever.
 */
#pragma once

#include "story/log.h"

struct stream;

/** Is there no place for one more? [loop] */
bool log_watch_is_full(void);
/** Watches with the stream's reference for the thread that puts; `mac` NULL: every client. Not
 * where it is full. [loop] */
void log_watch_add(struct stream *stream, int level, const uint8_t *mac);
/** Nothing more is put; the log's thread lets go of the stream when it can. [loop] */
void log_watch_end(const struct stream *stream);
/** The highest level that a watcher wants; -1: nobody watches. [any] */
int log_watch_level(void);
/** Does somebody watch this very client? [any] */
bool log_watch_names(const struct log_client *client);

/** The watchers of a record of this level about this client, a bit for each. `logged`: the log has
 * it too, within its own rates. `now_ms`: clock_ms(). [any] */
uint8_t log_watch_take(int level, const struct log_client *client, bool logged, uint64_t now_ms);
/** Counts a record as lost for these. [any] */
void log_watch_lose(uint8_t watchers);
/** Has one of them lost something that the log's thread has not seen? [any] */
bool log_watch_is_untold(void);
/** Puts a record into the streams of its watchers. [the log's thread] */
void log_watch_put(const struct log_record *record);
/** After the records: passes on what was lost, and lets go of those that have gone. [the log's
 * thread; or any, after it has ended] */
void log_watch_turn(void);
