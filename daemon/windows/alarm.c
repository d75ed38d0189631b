#include "windows/alarm.h"

#include "windows/clock.h"
#include "windows/thread_create.h"

enum { NS_PER_S = 1000000000 };

pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_cond_t sooner; /* the first alarm is another one */
static struct alarm *first;   /* in the order of time */
static bool running;

static void sooner_make(void)
{
	clock_cond_init(&sooner);
}

static void wait_for_first(void)
{
	struct timespec until;

	if (!first) {
		pthread_cond_wait(&sooner, &pool_lock);
		return;
	}
	until.tv_sec = (time_t)(first->due_ns / NS_PER_S);
	until.tv_nsec = (long)(first->due_ns % NS_PER_S);
	pthread_cond_timedwait(&sooner, &pool_lock, &until);
}

static void *alarm_run(void *unused)
{
	pthread_mutex_lock(&pool_lock);
	for (;;) {
		struct alarm *alarm = first;

		if (!alarm || alarm->due_ns > clock_now_ns(CLOCK_MONOTONIC)) {
			wait_for_first();
			continue;
		}
		alarm_unset(alarm);
		alarm->ring(alarm);
	}
	return unused;
}

bool alarm_ready(void)
{
	pthread_once(&once, sooner_make);
	if (!running)
		running = thread_create(alarm_run, NULL, 0);
	return running;
}

void alarm_set(struct alarm *alarm, uint64_t due_ns)
{
	struct alarm **at = &first;

	alarm_unset(alarm);
	while (*at && (*at)->due_ns <= due_ns)
		at = &(*at)->next;
	alarm->due_ns = due_ns;
	alarm->set = true;
	alarm->next = *at;
	*at = alarm;
	if (first == alarm)
		pthread_cond_signal(&sooner);
}

void alarm_unset(struct alarm *alarm)
{
	struct alarm **at = &first;

	if (!alarm->set)
		return;
	while (*at != alarm)
		at = &(*at)->next;
	*at = alarm->next;
	alarm->set = false;
}
