#include "story/log.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/finding_id.h"
#include "base/pool.h"
#include "base/ring.h"
#include "base/utf.h"
#include "story/log_ignore.h"
#include "story/log_watch.h"

enum {
	RING_RECORDS = 2048,
	LONG_TEXTS = 32, /* sentences that are longer than a record has room for, on their way */
	STUCK_MS = 1000, /* a line that is being written for as long will not be */
	LOOK_MS = 50,
	STOP_MS = 3000, /* all the time that the last lines have */
};

static struct {
	log_writer *write;
	struct ring ring;
	struct pool texts; /* LONG_TEXTS */
	pthread_t thread;
	sem_t bell;  /* posted by whoever finds the thread asleep */
	sem_t ended; /* posted by the thread, last of all */
	atomic_int level;
	atomic_int wanted; /* the highest level of the log and of those who watch it */
	atomic_bool running, ending, asleep;
	_Atomic uint64_t writing_ms; /* since when it writes a line; 0: it does not */
	_Atomic uint64_t lost;
	uint64_t told; /* of the lost ones; the log's thread */
	_Atomic(const struct log_guest *) guest;
} the_log;

/* Wakes the thread where it sleeps. */
static void ring_the_bell(void)
{
	if (atomic_load(&the_log.asleep) && atomic_exchange(&the_log.asleep, false))
		sem_post(&the_log.bell);
}

/* ---- who else works on the log's thread ---- */

static bool guest_is_waiting(void)
{
	const struct log_guest *guest = atomic_load(&the_log.guest);

	return guest && guest->is_waiting();
}

static void guest_turn(void)
{
	const struct log_guest *guest = atomic_load(&the_log.guest);

	if (guest)
		guest->turn();
}

void log_invite(const struct log_guest *guest)
{
	atomic_store(&the_log.guest, guest);
}

void log_nudge(void)
{
	if (guest_is_waiting())
		ring_the_bell();
}

void log_init(int level, log_writer *write)
{
	the_log.write = write;
	log_set_level(level);
}

void log_watchers_changed(void)
{
	int level = atomic_load(&the_log.level), watched = log_watch_level();

	atomic_store(&the_log.wanted, watched > level ? watched : level);
	ring_the_bell(); /* a watcher that has gone leaves something behind */
}

void log_set_level(int level)
{
	atomic_store(&the_log.level, level);
	log_watchers_changed();
}

bool log_wants(int level)
{
	return level <= atomic_load_explicit(&the_log.wanted, memory_order_relaxed);
}

bool log_takes(int level)
{
	return level <= atomic_load_explicit(&the_log.level, memory_order_relaxed);
}

bool log_address(struct log_record *record, bool logged, uint64_t now_ms)
{
	record->logged = logged;
	record->watchers = log_watch_take(record->level, &record->client, logged, now_ms);
	return logged || record->watchers;
}

uint64_t log_lost(void)
{
	return atomic_load(&the_log.lost);
}

static void text_free(const struct log_record *record)
{
	if (record->kind == LOG_KIND_TEXT && record->text.whole)
		pool_put(&the_log.texts, record->text.whole);
}

/* Those who watch come first: nothing that they do holds the thread up. */
static void write_record(const struct log_record *record)
{
	if (record->watchers)
		log_watch_put(record);
	if (record->logged) {
		atomic_store(&the_log.writing_ms, clock_ms());
		the_log.write(record);
		atomic_store(&the_log.writing_ms, 0);
	}
	text_free(record);
}

static void tell_lost(void)
{
	uint64_t lost = atomic_load(&the_log.lost);
	struct log_record record = { .kind = LOG_KIND_TEXT, .level = LOG_WARNING, .logged = true };

	if (lost == the_log.told)
		return;
	snprintf(record.text.text, sizeof(record.text.text),
		 "%llu log lines dropped (log queue full)",
		 (unsigned long long)(lost - the_log.told));
	the_log.told = lost;
	write_record(&record);
}

static void drain(void)
{
	struct log_record record;

	while (ring_take(&the_log.ring, &record))
		write_record(&record);
	tell_lost();
	log_watch_turn();
	guest_turn();
}

static void sleep_until_rung(void)
{
	atomic_store(&the_log.asleep, true);
	if (!ring_level(&the_log.ring) && !guest_is_waiting() && !atomic_load(&the_log.ending))
		while (sem_wait(&the_log.bell) < 0 && errno == EINTR)
			;
	atomic_store(&the_log.asleep, false);
}

static void *run(void *unused)
{
	(void)unused;
	while (!atomic_load(&the_log.ending)) {
		drain();
		sleep_until_rung();
	}
	drain();
	sem_post(&the_log.ended);
	return NULL;
}

/* The log lives as long as the process: where one step fails the process ends. */
int log_start(void)
{
	int r = ring_init(&the_log.ring, RING_RECORDS, sizeof(struct log_record));

	if (r == 0)
		r = pool_init(&the_log.texts, LONG_TEXTS, LOG_LINE_MAX);
	if (r < 0)
		return r;
	sem_init(&the_log.bell, 0, 0);
	sem_init(&the_log.ended, 0, 0);
	r = pthread_create(&the_log.thread, NULL, run, NULL);
	if (r)
		return -r;
	atomic_store(&the_log.running, true);
	return 0;
}

/* Nobody takes what the thread writes: the reader of stderr, or the journal, stands still. */
static bool is_stuck(uint64_t now_ms)
{
	uint64_t since = atomic_load(&the_log.writing_ms);

	return since && now_ms >= since + STUCK_MS;
}

bool log_stop(void)
{
	uint64_t end = clock_ms() + STOP_MS;
	struct timespec until;

	if (!atomic_load(&the_log.running))
		return true;
	atomic_store(&the_log.ending, true);
	sem_post(&the_log.bell);
	for (;;) {
		until = clock_after(LOOK_MS);
		if (sem_clockwait(&the_log.ended, CLOCK_MONOTONIC, &until) == 0)
			break;
		if (is_stuck(clock_ms()) || clock_ms() >= end)
			return false;
	}
	pthread_join(the_log.thread, NULL);
	log_watch_turn();
	guest_turn();
	return true; /* the ring stays: a thread that a provider left behind may still log */
}

/* What only watchers want leaves half of the ring to the log. */
static bool has_room(const struct log_record *record)
{
	return record->logged || ring_level(&the_log.ring) < RING_RECORDS / 2;
}

void log_put(const struct log_record *record)
{
	if (!atomic_load_explicit(&the_log.running, memory_order_acquire)) {
		if (record->logged)
			the_log.write(record);
		return;
	}
	if (!has_room(record) || !ring_put(&the_log.ring, record)) {
		text_free(record);
		log_watch_lose(record->watchers);
		atomic_fetch_add(&the_log.lost, record->logged);
	}
	ring_the_bell();
}

/* A place for a whole sentence; NULL: none is left, or they are kept for the log itself. What goes
 * out at once needs none but `direct`. */
static char *text_place(const struct log_record *record, char direct[static LOG_LINE_MAX])
{
	if (!atomic_load(&the_log.running))
		return direct;
	return record->logged ? pool_get(&the_log.texts) : NULL;
}

static void cut(char text[static LOG_TEXT_MAX])
{
	static const char more[] = " ...";

	text[LOG_TEXT_MAX - sizeof(more)] = 0;
	utf8_trim(text);
	strcat(text, more);
}

/* Not what is said about a client, which may be his own words, unless it is a hint of ours. */
static bool is_ignored(const struct log_record *record)
{
	char id[FINDING_ID_SIZE];

	return (record->hint || record->client.family == IP_NONE) &&
	       finding_id_of(record->text.whole ? record->text.whole : record->text.text, id) &&
	       log_ignores(id);
}

static void put_text(int level, bool within, const char *provider, const struct log_client *client,
		     const char *hint, const char *format, va_list args)
{
	char direct[LOG_LINE_MAX];
	struct log_record record;
	va_list again;

	if (!log_wants(level))
		return;
	record.kind = LOG_KIND_TEXT;
	record.level = (uint8_t)level;
	record.text.whole = NULL;
	record.hint = hint;
	if (client)
		record.client = *client;
	else
		record.client.family = IP_NONE;
	if (!log_address(&record, within && log_takes(level), clock_ms()))
		return;
	snprintf(record.text.provider, sizeof(record.text.provider), "%s", provider);
	utf8_trim(record.text.provider);
	va_copy(again, args);
	if (vsnprintf(record.text.text, LOG_TEXT_MAX, format, args) >= LOG_TEXT_MAX) {
		record.text.whole = text_place(&record, direct);
		if (record.text.whole) {
			vsnprintf(record.text.whole, LOG_LINE_MAX, format, again);
			utf8_trim(record.text.whole);
		} else {
			cut(record.text.text);
		}
	}
	va_end(again);
	if (!is_ignored(&record))
		log_put(&record);
	else if (record.text.whole != direct)
		text_free(&record);
}

void log_line(int level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_text(level, true, "", NULL, NULL, format, args);
	va_end(args);
}

void log_provider(int level, const char *provider, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_text(level, true, provider, NULL, NULL, format, args);
	va_end(args);
}

void log_client_line(int level, const char *provider, const struct log_client *client,
		     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_text(level, true, provider, client, NULL, format, args);
	va_end(args);
}

__attribute__((format(printf, 6, 7))) static void
put_sentence(int level, bool within, const char *provider, const struct log_client *client,
	     const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_text(level, within, provider, client, hint, format, args);
	va_end(args);
}

void log_trace(int level, bool within, const char *provider, const struct log_client *client,
	       const char *text)
{
	put_sentence(level, within, provider, client, NULL, "%s", text);
}

void log_hint(int level, bool within, const char *name, const struct log_client *client,
	      const char *text)
{
	put_sentence(level, within, "", client, name, "%s", text);
}
