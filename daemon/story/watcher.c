#include "story/watcher.h"

#include <string.h>

#include "control/stream.h"

enum { FREE, WATCHING, GONE, LEAVING };

int watchers_place(const struct watchers *watchers)
{
	for (int i = 0; i < WATCHERS_MAX; i++)
		if (atomic_load(&watchers->at[i].state) == FREE)
			return i;
	return -1;
}

void watchers_add(struct watchers *watchers, int place, struct stream *stream)
{
	struct watcher *w = &watchers->at[place];

	w->stream = stream;
	atomic_store(&w->lost, 0);
	atomic_store(&w->window, 0);
	atomic_store(&w->state, WATCHING);
}

int watchers_end(struct watchers *watchers, const struct stream *stream)
{
	for (int i = 0; i < WATCHERS_MAX; i++) {
		struct watcher *w = &watchers->at[i];

		if (atomic_load(&w->state) != WATCHING || w->stream != stream)
			continue;
		atomic_store(&w->state, GONE);
		return i;
	}
	return -1;
}

bool watchers_take(struct watchers *watchers, int place, uint64_t now_ms)
{
	struct watcher *w = &watchers->at[place];

	if (log_rate_take_any(&w->window, WATCHED_PER_SECOND, (uint32_t)(now_ms / 1000)))
		return true;
	atomic_fetch_add(&w->lost, 1);
	return false;
}

void watchers_lose(struct watchers *watchers, uint8_t mask)
{
	for (int i = 0; i < WATCHERS_MAX; i++)
		if (mask >> i & 1)
			atomic_fetch_add(&watchers->at[i].lost, 1);
}

bool watchers_untold(const struct watchers *watchers)
{
	for (int i = 0; i < WATCHERS_MAX; i++) {
		const struct watcher *w = &watchers->at[i];
		int state = atomic_load(&w->state);

		if (state == GONE || (state == WATCHING && atomic_load(&w->lost)))
			return true;
	}
	return false;
}

bool watchers_has(const struct watchers *watchers, int place)
{
	return atomic_load(&watchers->at[place].state) == WATCHING;
}

bool watchers_ready(struct watchers *watchers, int place)
{
	struct watcher *w = &watchers->at[place];

	stream_lose(w->stream, atomic_exchange(&w->lost, 0));
	return stream_has_room(w->stream);
}

void watchers_put(struct watchers *watchers, int place, const char *text)
{
	struct stream *stream = watchers->at[place].stream;

	if (text)
		stream_put(stream, text, strlen(text));
	else
		stream_lose(stream, 1);
}

void watchers_note_gone(struct watchers *watchers)
{
	for (int i = 0; i < WATCHERS_MAX; i++) {
		int gone = GONE;

		atomic_compare_exchange_strong(&watchers->at[i].state, &gone, LEAVING);
	}
}

void watchers_turn(struct watchers *watchers)
{
	for (int i = 0; i < WATCHERS_MAX; i++) {
		struct watcher *w = &watchers->at[i];
		int state = atomic_load(&w->state);

		if (state == WATCHING && atomic_load(&w->lost))
			stream_lose(w->stream, atomic_exchange(&w->lost, 0));
		if (state != LEAVING)
			continue;
		stream_unref(w->stream);
		atomic_store(&w->state, FREE);
	}
}
