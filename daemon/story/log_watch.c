#include "story/log_watch.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/level.h"
#include "control/plain_json.h"
#include "control/stream.h"
#include "story/log_format.h"
#include "story/log_rate.h"

/* A place goes round: the loop fills a free one and says when its watcher has gone; the log's
 * thread alone uses the stream, and frees the place. */
enum { FREE, WATCHING, GONE };

static struct watcher {
	atomic_int state;
	struct stream *stream;
	_Atomic uint64_t wants; /* a MAC address, the level above it; 0: nothing */
	log_rate_any window;    /* records that it has had */
	_Atomic uint64_t lost;  /* not yet passed on */
} watchers[LOG_WATCHERS];

static atomic_int highest = -1; /* level that one of them wants */

/* ---- what a watcher wants, in one word that any thread reads ----------------------------------
 */

enum { LEVEL_SHIFT = 56, NAMES_SHIFT = 48 };

static uint64_t mac_bits(const uint8_t *mac)
{
	uint64_t bits = 0;

	for (int i = 0; i < 6; i++)
		bits = bits << 8 | mac[i];
	return bits;
}

static uint64_t wants_of(int level, const uint8_t *mac)
{
	uint64_t wants = (uint64_t)(level + 1) << LEVEL_SHIFT;

	return mac ? wants | UINT64_C(1) << NAMES_SHIFT | mac_bits(mac) : wants;
}

static int level_wanted(uint64_t wants)
{
	return (int)(wants >> LEVEL_SHIFT) - 1;
}

static bool names(uint64_t wants)
{
	return wants >> NAMES_SHIFT & 1;
}

static bool is_about(uint64_t wants, const struct log_client *client)
{
	return client && client->family != IP_NONE && client->has_mac &&
	       (wants & ((UINT64_C(1) << NAMES_SHIFT) - 1)) == mac_bits(client->mac);
}

static bool matches(uint64_t wants, int level, const struct log_client *client)
{
	return level <= level_wanted(wants) && (!names(wants) || is_about(wants, client));
}

/* ---- coming and going -------------------------------------------------------------------------
 */

static void note_highest(void)
{
	int level = -1;

	for (unsigned i = 0; i < LOG_WATCHERS; i++) {
		int wanted = level_wanted(atomic_load(&watchers[i].wants));

		level = wanted > level ? wanted : level;
	}
	atomic_store(&highest, level);
	log_watchers_changed();
}

static struct watcher *free_place(void)
{
	for (unsigned i = 0; i < LOG_WATCHERS; i++)
		if (atomic_load(&watchers[i].state) == FREE)
			return &watchers[i];
	return NULL;
}

bool log_watch_is_full(void)
{
	return !free_place();
}

void log_watch_add(struct stream *stream, int level, const uint8_t *mac)
{
	struct watcher *place = free_place();

	place->stream = stream;
	atomic_store(&place->lost, 0);
	atomic_store(&place->window, 0);
	atomic_store(&place->state, WATCHING);
	atomic_store(&place->wants, wants_of(level, mac));
	note_highest();
}

void log_watch_end(const struct stream *stream)
{
	for (unsigned i = 0; i < LOG_WATCHERS; i++) {
		if (atomic_load(&watchers[i].state) != WATCHING || watchers[i].stream != stream)
			continue;
		atomic_store(&watchers[i].wants, 0);
		atomic_store(&watchers[i].state, GONE);
		note_highest();
	}
}

int log_watch_level(void)
{
	return atomic_load_explicit(&highest, memory_order_relaxed);
}

/* ---- any thread -------------------------------------------------------------------------------
 */

uint8_t log_watch_take(int level, const struct log_client *client, bool logged, uint64_t now_ms)
{
	uint8_t mask = 0;

	if (level > log_watch_level())
		return 0;
	for (unsigned i = 0; i < LOG_WATCHERS; i++) {
		if (!matches(atomic_load(&watchers[i].wants), level, client))
			continue;
		if (logged || log_rate_take_any(&watchers[i].window, LOG_WATCH_PER_SECOND,
						(uint32_t)(now_ms / 1000)))
			mask |= (uint8_t)(1u << i);
		else
			atomic_fetch_add(&watchers[i].lost, 1);
	}
	return mask;
}

bool log_watch_names(const struct log_client *client)
{
	for (unsigned i = 0; i < LOG_WATCHERS; i++) {
		uint64_t wants = atomic_load(&watchers[i].wants);

		if (names(wants) && is_about(wants, client))
			return true;
	}
	return false;
}

void log_watch_lose(uint8_t mask)
{
	for (unsigned i = 0; i < LOG_WATCHERS; i++)
		if (mask >> i & 1)
			atomic_fetch_add(&watchers[i].lost, 1);
}

bool log_watch_is_untold(void)
{
	for (unsigned i = 0; i < LOG_WATCHERS; i++)
		if (atomic_load(&watchers[i].state) == GONE ||
		    (atomic_load(&watchers[i].state) == WATCHING && atomic_load(&watchers[i].lost)))
			return true;
	return false;
}

/* ---- the log's thread -------------------------------------------------------------------------
 */

static json_t *fields_json(const struct log_record *record)
{
	char fields[LOG_FIELDS_MAX][LOG_FIELD_SIZE];
	unsigned n = log_format_fields(record, fields);
	json_t *object = json_object();

	for (unsigned i = 0; i < n; i++) {
		char *value = strchr(fields[i], '=');

		*value = '\0';
		json_object_set_new(object, fields[i], plain_json(value + 1));
	}
	return object;
}

static char *record_json(const struct log_record *record)
{
	char line[LOG_NAME_MAX + LOG_LINE_MAX + REQUEST_FILE_MAX];
	struct timespec now;
	json_t *object;
	char *text;

	clock_gettime(CLOCK_REALTIME, &now);
	log_format_line(record, line, sizeof(line));
	object = json_pack("{s:f,s:s,s:o,s:o}", "time",
			   (double)now.tv_sec + (double)now.tv_nsec / 1e9, "level",
			   level_name(record->level), "line", plain_json(line), "fields",
			   fields_json(record));
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(13));
	json_decref(object);
	return text;
}

void log_watch_put(const struct log_record *record)
{
	_cleanup_(freep) char *text = NULL;

	for (unsigned i = 0; i < LOG_WATCHERS; i++) {
		struct watcher *w = &watchers[i];

		/* By now another watcher may have the place. */
		if (!(record->watchers >> i & 1) || atomic_load(&w->state) != WATCHING ||
		    !matches(atomic_load(&w->wants), record->level, &record->client))
			continue;
		stream_lose(w->stream, atomic_exchange(&w->lost, 0));
		if (stream_has_room(w->stream) && !text)
			text = record_json(record);
		if (stream_has_room(w->stream) && text)
			stream_put(w->stream, text, strlen(text));
		else
			stream_lose(w->stream, 1);
	}
}

void log_watch_turn(void)
{
	for (unsigned i = 0; i < LOG_WATCHERS; i++) {
		struct watcher *w = &watchers[i];
		int state = atomic_load(&w->state);

		if (state == WATCHING && atomic_load(&w->lost))
			stream_lose(w->stream, atomic_exchange(&w->lost, 0));
		if (state != GONE)
			continue;
		stream_unref(w->stream);
		atomic_store(&w->state, FREE);
	}
}
