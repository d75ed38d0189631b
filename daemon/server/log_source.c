#include "server/log_source.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "server/log.h"
#include "server/log_rate.h"

static struct {
	pthread_mutex_t lock; /* held for a few instructions: the loop may wait for it */
	struct {
		char name[LOG_NAME_MAX];
		struct log_rate rate;
	} at[LOG_SOURCES];
} sources = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* The daemon has the first place to itself. */
static unsigned place_of(const char *source)
{
	unsigned sum = 0;

	if (!source[0])
		return 0;
	for (const char *c = source; *c; c++)
		sum = sum * 31 + (unsigned char)*c;
	return 1 + sum % (LOG_SOURCES - 1);
}

bool log_source_take(const char *source)
{
	unsigned place = place_of(source);
	struct timespec now;
	uint64_t now_ms;
	bool may;

	if (log_wants(LOG_DEBUG))
		return true;
	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	pthread_mutex_lock(&sources.lock);
	if (!sources.at[place].rate.withheld)
		snprintf(sources.at[place].name, sizeof(sources.at[place].name), "%s", source);
	may = log_rate_take(&sources.at[place].rate, now_ms);
	pthread_mutex_unlock(&sources.lock);
	return may;
}

void log_source_turn(uint64_t now_ms)
{
	for (unsigned i = 0; i < LOG_SOURCES; i++) {
		char name[LOG_NAME_MAX];
		uint64_t n;

		pthread_mutex_lock(&sources.lock);
		n = log_rate_withheld(&sources.at[i].rate, now_ms);
		snprintf(name, sizeof(name), "%s", sources.at[i].name);
		pthread_mutex_unlock(&sources.lock);
		if (n)
			log_provider(LOG_NOTICE, name, "%llu more lines in one second",
				     (unsigned long long)n);
	}
}
