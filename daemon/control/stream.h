/* Records on their way to a client that watches: a bounded ring between the one thread that puts
 * and the loop, which takes. Neither ever waits for the other. A record that finds no room is
 * counted, and the client is told how many it lost: {"lost": N}, a record in the place of those.
 *
 * Its two sides have a reference each: the client may go at any time, and the thread may not notice
 * before it is free to.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream;

enum { STREAM_ROOM = 64 << 10, STREAM_RECORD_MAX = 16 << 10 };

/** With two references. `wake` is called, on any thread that puts or loses, when there is something
 * to take again. NULL: no memory. */
struct stream *stream_new(void (*wake)(void *context), void *context);
void stream_unref(struct stream *stream);

/** Is there room for any record? Saves the making of one that would be lost. [the putting thread]
 */
bool stream_has_room(const struct stream *stream);
/** Puts a record, one line without its end, or counts it as lost. [the putting thread] */
void stream_put(struct stream *stream, const char *json, size_t len);
/** Counts records that were never made. [the putting thread] */
void stream_lose(struct stream *stream, uint64_t n);

/** Takes the next record, with its NUL; false: there is none, and `wake` will be called. [loop] */
bool stream_take(struct stream *stream, char out[static STREAM_RECORD_MAX]);
/** Has it to be taken from without `wake`? So it is until nothing was found in it: also where the
 * last record has been taken and nobody has looked for another. [loop] */
bool stream_is_awake(const struct stream *stream);
