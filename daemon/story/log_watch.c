#include "story/log_watch.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/level.h"
#include "control/plain_json.h"
#include "story/log_format.h"
#include "story/watcher.h"

static struct watchers watchers;
/* What each wants: a MAC address, the level above it; 0: nothing. */
static _Atomic uint64_t wants_at[WATCHERS_MAX];

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

	for (int i = 0; i < WATCHERS_MAX; i++) {
		int wanted = level_wanted(atomic_load(&wants_at[i]));

		level = wanted > level ? wanted : level;
	}
	atomic_store(&highest, level);
	log_watchers_changed();
}

bool log_watch_is_full(void)
{
	return watchers_place(&watchers) < 0;
}

void log_watch_add(struct stream *stream, int level, const uint8_t *mac)
{
	int place = watchers_place(&watchers);

	watchers_add(&watchers, place, stream);
	atomic_store(&wants_at[place], wants_of(level, mac));
	note_highest();
}

void log_watch_end(const struct stream *stream)
{
	int place = watchers_end(&watchers, stream);

	if (place < 0)
		return;
	atomic_store(&wants_at[place], 0);
	note_highest();
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
	for (int i = 0; i < WATCHERS_MAX; i++) {
		if (!matches(atomic_load(&wants_at[i]), level, client))
			continue;
		if (logged || watchers_take(&watchers, i, now_ms))
			mask |= (uint8_t)(1u << i);
	}
	return mask;
}

bool log_watch_names(const struct log_client *client)
{
	for (int i = 0; i < WATCHERS_MAX; i++) {
		uint64_t wants = atomic_load(&wants_at[i]);

		if (names(wants) && is_about(wants, client))
			return true;
	}
	return false;
}

void log_watch_lose(uint8_t mask)
{
	watchers_lose(&watchers, mask);
}

bool log_watch_is_untold(void)
{
	return watchers_untold(&watchers);
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

/* By now another watcher may have the place. */
static bool is_for(const struct log_record *record, int place)
{
	return (record->watchers >> place & 1) && watchers_has(&watchers, place) &&
	       matches(atomic_load(&wants_at[place]), record->level, &record->client);
}

void log_watch_put(const struct log_record *record)
{
	_cleanup_(freep) char *text = NULL;

	for (int i = 0; i < WATCHERS_MAX; i++) {
		bool ready;

		if (!is_for(record, i))
			continue;
		ready = watchers_ready(&watchers, i);
		if (ready && !text)
			text = record_json(record);
		watchers_put(&watchers, i, ready ? text : NULL);
	}
}

void log_watch_turn(void)
{
	watchers_note_gone(&watchers);
	watchers_turn(&watchers);
}
