#include "control/stream.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOST_MAX = 40 }; /* octets of {"lost":N} */

struct stream {
	atomic_uint references;
	void (*wake)(void *context);
	void *context;
	/* Records lost and not yet told, in the lower half; in the upper one, how often the putting
	 * thread has told of them: who sees the same word twice has missed none of that. */
	_Atomic uint64_t lost;
	atomic_bool asleep; /* whoever takes has found nothing */
	/* Octets put and taken since the beginning: the putting thread's, and the loop's. */
	_Alignas(64) _Atomic size_t head;
	_Alignas(64) _Atomic size_t tail;
	char memory[STREAM_ROOM]; /* a length in 32 bits, then so many octets, and again */
};

struct stream *stream_new(void (*wake)(void *context), void *context)
{
	struct stream *stream = aligned_alloc(64, sizeof(*stream));

	if (!stream)
		return NULL;
	memset(stream, 0,
	       offsetof(struct stream, memory)); /* the rest is touched when it is used */
	atomic_init(&stream->references, 2);
	stream->wake = wake;
	stream->context = context;
	return stream;
}

void stream_unref(struct stream *stream)
{
	if (atomic_fetch_sub(&stream->references, 1) == 1)
		free(stream);
}

/* ---- octets -----------------------------------------------------------------------------------
 */

static void copy_in(struct stream *stream, size_t at, const void *from, size_t len)
{
	size_t place = at % STREAM_ROOM, first = STREAM_ROOM - place;

	first = first < len ? first : len;
	memcpy(stream->memory + place, from, first);
	memcpy(stream->memory, (const char *)from + first, len - first);
}

static void copy_out(const struct stream *stream, size_t at, void *to, size_t len)
{
	size_t place = at % STREAM_ROOM, first = STREAM_ROOM - place;

	first = first < len ? first : len;
	memcpy(to, stream->memory + place, first);
	memcpy((char *)to + first, stream->memory, len - first);
}

static size_t cost(size_t len)
{
	return sizeof(uint32_t) + len;
}

static size_t room(const struct stream *stream)
{
	return STREAM_ROOM - (atomic_load_explicit(&stream->head, memory_order_relaxed) -
			      atomic_load_explicit(&stream->tail, memory_order_acquire));
}

/* ---- putting ----------------------------------------------------------------------------------
 */

bool stream_has_room(const struct stream *stream)
{
	return room(stream) >= cost(STREAM_RECORD_MAX) + cost(LOST_MAX);
}

static void ring(struct stream *stream)
{
	if (atomic_load(&stream->asleep) && atomic_exchange(&stream->asleep, false))
		stream->wake(stream->context);
}

static void append(struct stream *stream, const char *text, size_t len)
{
	size_t head = atomic_load_explicit(&stream->head, memory_order_relaxed);
	uint32_t length = (uint32_t)len;

	copy_in(stream, head, &length, sizeof(length));
	copy_in(stream, head + sizeof(length), text, len);
	atomic_store_explicit(&stream->head, head + cost(len), memory_order_release);
}

static uint32_t count_of(uint64_t lost)
{
	return (uint32_t)lost;
}

static uint64_t next_turn(uint64_t lost)
{
	return ((lost >> 32) + 1) << 32;
}

static size_t lost_text(uint32_t lost, char out[static LOST_MAX])
{
	return (size_t)snprintf(out, LOST_MAX, "{\"lost\":%u}", lost);
}

/* What was lost before this record is told before it. */
static void append_lost(struct stream *stream)
{
	uint64_t lost = atomic_load(&stream->lost);
	char text[LOST_MAX];

	do {
		if (count_of(lost) == 0)
			return; /* or the loop has told it just now */
	} while (!atomic_compare_exchange_weak(&stream->lost, &lost, next_turn(lost)));
	append(stream, text, lost_text(count_of(lost), text));
}

void stream_put(struct stream *stream, const char *json, size_t len)
{
	if (len >= STREAM_RECORD_MAX || room(stream) < cost(len) + cost(LOST_MAX)) {
		stream_lose(stream, 1);
		return;
	}
	append_lost(stream);
	append(stream, json, len);
	ring(stream);
}

void stream_lose(struct stream *stream, uint64_t n)
{
	uint64_t lost = atomic_load(&stream->lost);

	if (n > UINT32_MAX - count_of(lost)) /* it only becomes less meanwhile */
		n = UINT32_MAX - count_of(lost);
	atomic_fetch_add(&stream->lost, n);
	ring(stream);
}

/* ---- taking -----------------------------------------------------------------------------------
 */

static bool is_empty(const struct stream *stream)
{
	return atomic_load_explicit(&stream->head, memory_order_acquire) ==
	       atomic_load_explicit(&stream->tail, memory_order_relaxed);
}

static bool is_filled(const struct stream *stream)
{
	return !is_empty(stream) || count_of(atomic_load(&stream->lost)) > 0;
}

bool stream_is_awake(const struct stream *stream)
{
	return !atomic_load(&stream->asleep);
}

static void take_record(struct stream *stream, char out[static STREAM_RECORD_MAX])
{
	size_t tail = atomic_load_explicit(&stream->tail, memory_order_relaxed);
	uint32_t length;

	copy_out(stream, tail, &length, sizeof(length));
	copy_out(stream, tail + sizeof(length), out, length);
	out[length] = '\0';
	atomic_store_explicit(&stream->tail, tail + cost(length), memory_order_release);
}

/* What was lost after all that is there: told by itself. It is looked at before the ring is found
 * empty: what was put before the loss is seen then, and goes first. */
static bool take_lost(struct stream *stream, char out[static STREAM_RECORD_MAX])
{
	uint64_t lost = atomic_load(&stream->lost);

	if (count_of(lost) == 0 || !is_empty(stream) ||
	    !atomic_compare_exchange_strong(&stream->lost, &lost, lost >> 32 << 32))
		return false;
	lost_text(count_of(lost), out);
	return true;
}

bool stream_take(struct stream *stream, char out[static STREAM_RECORD_MAX])
{
	do {
		atomic_store(&stream->asleep, false);
		if (!is_empty(stream)) {
			take_record(stream, out);
			return true;
		}
		if (take_lost(stream, out))
			return true;
		atomic_store(&stream->asleep, true);
	} while (is_filled(stream)); /* it came just now */
	return false;
}
