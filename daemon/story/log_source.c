#include "story/log_source.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "story/log.h"
#include "story/log_rate.h"

/* Any thread counts in it, and none ever waits for another: the loop is one of them. A place is
 * given by its key alone, in one step: two threads that bring the same new name come to the same
 * place. */
struct source {
	_Atomic uint64_t key; /* of the name; 0: it is free. It is given once and stays */
	atomic_bool named;    /* the name stands there */
	char name[LOG_NAME_MAX];
	log_rate_any window; /* lines that it has had */
	_Atomic uint64_t withheld;
};

static struct source sources[LOG_SOURCES];

static uint64_t key_of(const char *name)
{
	static const struct hash_key key = { { 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f } };

	return hash_octets(&key, span_of(name, strnlen(name, LOG_NAME_MAX - 1))) | 1;
}

/* Whether the place is this name's, since now or before. */
static bool is_for(struct source *source, uint64_t key, const char *name)
{
	uint64_t there = 0;

	if (!atomic_compare_exchange_strong(&source->key, &there, key))
		return there == key;
	snprintf(source->name, sizeof(source->name), "%s", name);
	atomic_store_explicit(&source->named, true, memory_order_release);
	return true;
}

/* The daemon has the first place to itself. Where all are taken, some share one. */
static struct source *source_of(const char *name)
{
	uint64_t key = key_of(name);

	if (!name[0])
		return &sources[0];
	for (unsigned i = 0; i < LOG_SOURCES - 1; i++) {
		struct source *source = &sources[1 + ((key >> 32) + i) % (LOG_SOURCES - 1)];

		if (is_for(source, key, name))
			return source;
	}
	return &sources[1 + (key >> 32) % (LOG_SOURCES - 1)];
}

bool log_source_take(const char *name, uint64_t now_ms)
{
	struct source *source;

	if (log_takes(LOG_DEBUG))
		return true;
	source = source_of(name);
	if (log_rate_take_any(&source->window, LOG_RATE_PER_SECOND, (uint32_t)(now_ms / 1000)))
		return true;
	atomic_fetch_add(&source->withheld, 1);
	return false;
}

void log_source_turn(void)
{
	for (unsigned i = 0; i < LOG_SOURCES; i++) {
		uint64_t n;

		if (i > 0 && !atomic_load_explicit(&sources[i].named, memory_order_acquire))
			continue; /* what was withheld is told when there is a name to it */
		n = atomic_exchange(&sources[i].withheld, 0);
		if (n)
			log_provider(LOG_NOTICE, sources[i].name, "%llu more lines in one second",
				     (unsigned long long)n);
	}
}
