#include "story/log_source.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "story/log.h"
#include "story/log_rate.h"

enum { FREE, IN_WORK, NAMED }; /* a place's name; it is given once and stays */

/* Any thread counts in it, and none ever waits for another: the loop is one of them. */
struct source {
	atomic_int state;
	char name[LOG_NAME_MAX];
	_Atomic uint64_t window; /* the second (its low 32 bits) << 32 | lines that it has had */
	_Atomic uint64_t withheld;
};

static struct source sources[LOG_SOURCES];

static bool is_called(struct source *source, const char *name)
{
	return atomic_load_explicit(&source->state, memory_order_acquire) == NAMED &&
	       strncmp(source->name, name, LOG_NAME_MAX - 1) == 0;
}

static bool name_it(struct source *source, const char *name)
{
	int none = FREE;

	if (!atomic_compare_exchange_strong(&source->state, &none, IN_WORK))
		return false;
	snprintf(source->name, sizeof(source->name), "%s", name);
	atomic_store_explicit(&source->state, NAMED, memory_order_release);
	return true;
}

/* The daemon has the first place to itself. Where all are taken, some share one. */
static struct source *source_of(const char *name)
{
	unsigned sum = 0;

	if (!name[0])
		return &sources[0];
	for (const char *c = name; *c; c++)
		sum = sum * 31 + (unsigned char)*c;
	for (unsigned i = 0; i < LOG_SOURCES - 1; i++) {
		struct source *source = &sources[1 + (sum + i) % (LOG_SOURCES - 1)];

		if (is_called(source, name) || name_it(source, name))
			return source;
	}
	return &sources[1 + sum % (LOG_SOURCES - 1)];
}

static bool take(struct source *source, uint32_t second)
{
	uint64_t window = atomic_load(&source->window), next;

	do {
		/* Never back: a thread may have read the clock before the second began. */
		if ((int32_t)(second - (uint32_t)(window >> 32)) > 0)
			next = (uint64_t)second << 32 | 1;
		else if ((uint32_t)window < LOG_RATE_PER_SECOND)
			next = window + 1;
		else
			return false;
	} while (!atomic_compare_exchange_weak(&source->window, &window, next));
	return true;
}

bool log_source_take(const char *name)
{
	struct source *source;

	if (log_takes(LOG_DEBUG))
		return true;
	source = source_of(name);
	if (take(source, (uint32_t)(clock_ms() / 1000)))
		return true;
	atomic_fetch_add(&source->withheld, 1);
	return false;
}

void log_source_turn(void)
{
	for (unsigned i = 0; i < LOG_SOURCES; i++) {
		uint64_t n = atomic_exchange(&sources[i].withheld, 0);

		if (n)
			log_provider(LOG_NOTICE, sources[i].name, "%llu more lines in one second",
				     (unsigned long long)n);
	}
}
