#include "server/log.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/ring.h"
#include "server/log_sink.h"

enum { RING_RECORDS = 2048, WATCH_MS = 250 };

static struct {
	struct ring ring;
	pthread_t thread;
	sem_t bell; /* posted by whoever finds the thread asleep */
	atomic_int level;
	atomic_bool running, ending, asleep;
	_Atomic uint64_t lost;
	uint64_t told; /* of the lost ones; the log's thread */
	void (*watch)(void *context);
	void *context;
} the_log;

void log_init(int level)
{
	log_sink_open();
	atomic_store(&the_log.level, level);
}

void log_set_level(int level)
{
	atomic_store(&the_log.level, level);
}

bool log_wants(int level)
{
	return level <= atomic_load_explicit(&the_log.level, memory_order_relaxed);
}

uint64_t log_lost(void)
{
	return atomic_load(&the_log.lost);
}

static void tell_lost(void)
{
	uint64_t lost = atomic_load(&the_log.lost);
	struct log_record record = { .kind = LOG_KIND_TEXT, .level = LOG_WARNING };

	if (lost == the_log.told)
		return;
	snprintf(record.text.text, sizeof(record.text.text),
		 "%llu lines were lost: they came faster than the log takes them",
		 (unsigned long long)(lost - the_log.told));
	the_log.told = lost;
	log_sink_write(&record);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

void log_drain(void)
{
	struct log_record record;

	while (ring_take(&the_log.ring, &record))
		log_sink_write(&record);
	tell_lost();
}

static void sleep_until_rung(void)
{
	struct timespec until;

	atomic_store(&the_log.asleep, true);
	if (ring_level(&the_log.ring) || atomic_load(&the_log.ending)) {
		atomic_store(&the_log.asleep, false);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += WATCH_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	while (sem_clockwait(&the_log.bell, CLOCK_MONOTONIC, &until) < 0 && errno == EINTR)
		;
	atomic_store(&the_log.asleep, false);
}

static void *run(void *unused)
{
	uint64_t now_ms, watched_ms = 0;

	(void)unused;
	while (!atomic_load(&the_log.ending)) {
		log_drain();
		now_ms = now();
		if (the_log.watch && now_ms - watched_ms >= WATCH_MS) {
			watched_ms = now_ms;
			the_log.watch(the_log.context);
		}
		sleep_until_rung();
	}
	log_drain();
	return NULL;
}

int log_start(void (*watch)(void *context), void *context)
{
	int r = ring_init(&the_log.ring, RING_RECORDS, sizeof(struct log_record));

	if (r < 0)
		return r;
	the_log.watch = watch;
	the_log.context = context;
	atomic_store(&the_log.ending, false);
	sem_init(&the_log.bell, 0, 0);
	r = pthread_create(&the_log.thread, NULL, run, NULL);
	if (r) {
		sem_destroy(&the_log.bell);
		ring_done(&the_log.ring);
		return -r;
	}
	atomic_store(&the_log.running, true);
	return 0;
}

void log_stop(void)
{
	if (!atomic_exchange(&the_log.running, false))
		return;
	atomic_store(&the_log.ending, true);
	sem_post(&the_log.bell);
	pthread_join(the_log.thread, NULL);
	log_drain(); /* what came between the thread's last look and now */
	sem_destroy(&the_log.bell);
	ring_done(&the_log.ring);
}

void log_put(const struct log_record *record)
{
	if (!atomic_load_explicit(&the_log.running, memory_order_acquire)) {
		log_sink_write(record);
		return;
	}
	if (!ring_put(&the_log.ring, record))
		atomic_fetch_add(&the_log.lost, 1);
	if (atomic_load(&the_log.asleep) && atomic_exchange(&the_log.asleep, false))
		sem_post(&the_log.bell);
}

static void put_text(int level, const char *provider, const char *format, va_list args)
{
	struct log_record record;

	if (!log_wants(level))
		return;
	record.kind = LOG_KIND_TEXT;
	record.level = (uint8_t)level;
	snprintf(record.text.provider, sizeof(record.text.provider), "%s", provider);
	vsnprintf(record.text.text, sizeof(record.text.text), format, args);
	log_put(&record);
}

void log_line(int level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_text(level, "", format, args);
	va_end(args);
}

void log_provider(int level, const char *provider, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_text(level, provider, format, args);
	va_end(args);
}
