/* story/log_watch: the log's thread formats for those who watch, and only what one of them wants.
 */
#include <check.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "control/stream.h"
#include "story/log.h"
#include "story/log_watch.h"
#include "story/watcher.h"
#include "suite.h"

static const uint8_t mac_a[6] = { 0x52, 0x54, 0, 0, 0, 1 }, mac_b[6] = { 0x52, 0x54, 0, 0, 0, 2 };
static struct stream *stream; /* the taker's reference */
static sem_t woken;
static sem_t stands, goes_on; /* the log's reader stands still between them */
static atomic_bool held;
static atomic_uint n_logged;
static char out[STREAM_RECORD_MAX];

static void wake(void *context)
{
	(void)context;
	sem_post(&woken);
}

static void count(const struct log_record *record)
{
	(void)record;
	atomic_fetch_add(&n_logged, 1);
	if (atomic_exchange(&held, false)) {
		sem_post(&stands);
		sem_wait(&goes_on);
	}
}

static void set_up(void)
{
	sem_init(&woken, 0, 0);
	sem_init(&stands, 0, 0);
	sem_init(&goes_on, 0, 0);
	log_init(LOG_NOTICE, count);
	ck_assert_int_eq(log_start(), 0);
	stream = stream_new(wake, NULL);
	ck_assert_ptr_nonnull(stream);
}

static void over(void)
{
	log_watch_end(stream);
	ck_assert(log_stop());
	stream_unref(stream); /* the log's thread has let go of its own: a sanitizer would tell */
}

static json_t *take(void)
{
	while (!stream_take(stream, out))
		sem_wait(&woken);
	return json_loads(out, 0, NULL);
}

/* The next record's line, or "lost N". */
static const char *line(void)
{
	static char text[256];
	json_t *record = take();
	const char *said = json_string_value(json_object_get(record, "line"));

	ck_assert_msg(json_is_object(record), "%s", out);
	if (said)
		snprintf(text, sizeof(text), "%s", said);
	else
		snprintf(text, sizeof(text), "lost %lld",
			 json_integer_value(json_object_get(record, "lost")));
	json_decref(record);
	return text;
}

static void say(int level, const uint8_t *mac, const char *text)
{
	struct log_client client = { .family = mac ? IP_V4 : IP_NONE, .has_mac = mac != NULL };

	if (mac)
		memcpy(client.mac, mac, 6);
	log_client_line(level, "", &client, "%s", text);
}

START_TEST(nobody_watches_and_nothing_is_wanted)
{
	ck_assert(!log_wants(LOG_DEBUG) && !log_wants(LOG_INFO) && log_wants(LOG_NOTICE));
	log_watch_add(stream, LOG_DEBUG, NULL);
	ck_assert(log_wants(LOG_DEBUG) && !log_takes(LOG_DEBUG));
	log_watch_end(stream);
	ck_assert(!log_wants(LOG_INFO) && log_watch_level() == -1);
	log_set_level(LOG_ERR);
	ck_assert(!log_wants(LOG_NOTICE));
	over();
}
END_TEST

START_TEST(watcher_gets_its_level_and_the_log_its_own)
{
	json_t *record, *fields;

	log_watch_add(stream, LOG_INFO, NULL);
	say(LOG_DEBUG, mac_a, "too much");
	say(LOG_INFO, mac_a, "for the watcher");
	say(LOG_WARNING, NULL, "for both \"\001\" <\377>"); /* what others said is made plain */
	record = take();
	fields = json_object_get(record, "fields");
	ck_assert_str_eq(json_string_value(json_object_get(record, "line")), "for the watcher");
	ck_assert_str_eq(json_string_value(json_object_get(record, "level")), "info");
	ck_assert_str_eq(json_string_value(json_object_get(fields, "PXE_MAC")),
			 "52:54:00:00:00:01");
	ck_assert(json_real_value(json_object_get(record, "time")) > 1.7e9);
	json_decref(record);
	ck_assert_str_eq(line(), "for both \"?\" \u2039\ufffd>");
	over();
	ck_assert_uint_eq(n_logged, 1);
}
END_TEST

START_TEST(watcher_of_one_machine_gets_no_other)
{
	log_watch_add(stream, LOG_DEBUG, mac_b);
	ck_assert(log_watch_names(&(struct log_client){
		.family = IP_V4, .has_mac = true, .mac = { 0x52, 0x54, 0, 0, 0, 2 } }));
	say(LOG_WARNING, mac_a, "another");
	say(LOG_WARNING, NULL, "nobody");
	say(LOG_DEBUG, mac_b, "this");
	ck_assert_str_eq(line(), "this");
	over();
	ck_assert_uint_eq(n_logged, 2);
}
END_TEST

/* Lines that the log does not take, all at one time. */
static void flood(unsigned n, uint64_t now_ms)
{
	struct log_record record = { .kind = LOG_KIND_TEXT, .level = LOG_DEBUG };

	strcpy(record.text.text, "flood");
	for (unsigned i = 0; i < n; i++)
		if (log_address(&record, false, now_ms))
			log_put(&record);
}

/* A flood of lines that the log does not take: bounded for each watcher, and the rest counted. */
START_TEST(flood_is_bounded_and_what_is_left_out_is_told)
{
	unsigned long long lines = 0, lost = 0;
	const char *said;

	log_watch_add(stream, LOG_DEBUG, NULL);
	flood(3 * WATCHED_PER_SECOND, 7000);
	flood(2 * WATCHED_PER_SECOND, 7999); /* the same second */
	log_watchers_changed();              /* as each second: what was lost is passed on */
	while (lines + lost < 5 * WATCHED_PER_SECOND) {
		said = line();
		if (strcmp(said, "flood") == 0)
			lines++;
		else
			lost += strtoull(said + strlen("lost "), NULL, 10);
	}
	ck_assert_uint_eq(lines + lost, 5 * WATCHED_PER_SECOND);
	ck_assert_uint_le(lines, WATCHED_PER_SECOND);
	ck_assert_uint_gt(lines, 0); /* those for which its stream had room */
	flood(1, 8000);
	ck_assert_str_eq(line(), "flood");
	over();
	ck_assert_uint_eq(log_lost(), 0);
}
END_TEST

/* While the log's reader stands still, what only a watcher wants leaves half of the ring to the
 * log: not one of its own lines is lost. */
START_TEST(watcher_costs_the_log_no_line)
{
	enum { LINES = 1000 };

	log_watch_add(stream, LOG_DEBUG, mac_a);
	atomic_store(&held, true);
	say(LOG_NOTICE, NULL, "the reader stands still");
	sem_wait(&stands);
	for (int i = 0; i < LINES; i++) /* within the watcher's rate */
		say(LOG_DEBUG, mac_a, "debug");
	for (int i = 0; i < LINES; i++)
		say(LOG_NOTICE, NULL, "notice");
	ck_assert_uint_eq(log_lost(), 0);
	sem_post(&goes_on);
	over();
	ck_assert_uint_eq(n_logged, LINES + 1);
	ck_assert_uint_eq(log_lost(), 0);
}
END_TEST

/* Its client does not read: the rest is counted, and the log goes on. */
START_TEST(watcher_that_does_not_read_holds_nothing_up)
{
	enum { LINES = 3000 };
	unsigned long long lines = 0, lost = 0;

	log_watch_add(stream, LOG_NOTICE, NULL);
	for (int i = 0; i < LINES; i++) {
		say(LOG_NOTICE, NULL, "notice");
		while (i - (int)atomic_load(&n_logged) > 500)
			poll(NULL, 0, 1); /* the log's own ring is not what is tested here */
	}
	while (atomic_load(&n_logged) < LINES)
		poll(NULL, 0, 1); /* nor is there room for more while this reads */
	while (lines + lost < LINES) {
		const char *said = line();

		if (strcmp(said, "notice") == 0)
			lines++;
		else
			lost += strtoull(said + strlen("lost "), NULL, 10);
	}
	ck_assert_uint_gt(lost, 0);
	ck_assert_uint_lt(lines * 64, STREAM_ROOM);
	over();
	ck_assert_uint_eq(n_logged, LINES);
}
END_TEST

START_TEST(places_are_bounded_and_come_back)
{
	struct stream *one[WATCHERS_MAX];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < WATCHERS_MAX; i++) {
			while (log_watch_is_full())
				poll(NULL, 0, 1); /* the log's thread has not seen the last go */
			one[i] = stream_new(wake, NULL);
			log_watch_add(one[i], LOG_INFO, NULL);
		}
		ck_assert(log_watch_is_full());
		for (int i = 0; i < WATCHERS_MAX; i++) {
			log_watch_end(one[i]);
			stream_unref(one[i]);
		}
	}
	stream_unref(stream); /* never watched: both references are ours */
	over();
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("log_watch");

	tcase_add_checked_fixture(tcase, set_up, NULL);
	tcase_add_test(tcase, nobody_watches_and_nothing_is_wanted);
	tcase_add_test(tcase, watcher_gets_its_level_and_the_log_its_own);
	tcase_add_test(tcase, watcher_of_one_machine_gets_no_other);
	tcase_add_test(tcase, flood_is_bounded_and_what_is_left_out_is_told);
	tcase_add_test(tcase, watcher_costs_the_log_no_line);
	tcase_add_test(tcase, watcher_that_does_not_read_holds_nothing_up);
	tcase_add_test(tcase, places_are_bounded_and_come_back);
	suite_apart(); /* the log is told once who reads it */
	return suite_run("story/log_watch", tcase);
}
