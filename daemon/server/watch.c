#include "server/watch.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <time.h>

#include "base/clock.h"

enum { PERIOD_MS = 250 };

static struct {
	pthread_t thread;
	sem_t end;
	bool running;
	void (*look)(void *context);
	void *context;
} the_watch;

/* False: it is asked to end. */
static bool sleep_a_while(void)
{
	struct timespec until = clock_after(PERIOD_MS);
	int r;

	do
		r = sem_clockwait(&the_watch.end, CLOCK_MONOTONIC, &until);
	while (r < 0 && errno == EINTR);
	return r < 0;
}

static void *run(void *unused)
{
	(void)unused;
	while (sleep_a_while())
		the_watch.look(the_watch.context);
	return NULL;
}

int watch_start(void (*look)(void *context), void *context)
{
	int r;

	the_watch.look = look;
	the_watch.context = context;
	sem_init(&the_watch.end, 0, 0);
	r = pthread_create(&the_watch.thread, NULL, run, NULL);
	the_watch.running = r == 0;
	return -r;
}

void watch_stop(void)
{
	if (!the_watch.running)
		return;
	the_watch.running = false;
	sem_post(&the_watch.end);
	pthread_join(the_watch.thread, NULL);
}
