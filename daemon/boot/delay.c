#include "boot/delay.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The place of the job that is due first, or NULL. */
static struct delay_place *first_place(struct delay *delay)
{
	struct delay_place *first = NULL;

	for (size_t i = 0; i < DELAY_JOBS; i++) {
		struct delay_place *place = &delay->places[i];

		if (atomic_load_explicit(&place->state, memory_order_acquire) == DELAY_READY &&
		    (!first || place->job.due_ms < first->job.due_ms))
			first = place;
	}
	return first;
}

static struct delay_job take_job(struct delay_place *place)
{
	struct delay_job job = place->job;

	atomic_store_explicit(&place->state, DELAY_FREE, memory_order_release);
	return job;
}

static void finish(const struct delay *delay, const struct delay_job *job, bool send)
{
	PXE_ADDRESS rules = { .uFlags = PXE_ADDR_USE_DHCP_RULES };
	DWORD status = ERROR_OPERATION_ABORTED;

	if (send)
		status = PxeSendReply(job->request, job->packet, job->len, &rules);
	PxePacketFree(delay->provider, job->request, job->packet);
	PxeAsyncRecvDone(job->request, status == ERROR_SUCCESS ? PXE_BA_NBP : PXE_BA_IGNORE);
}

/* Until the job is due (NULL: without end), or the bell rings. */
static void wait_for(struct delay *delay, const struct delay_place *place)
{
	struct timespec until;

	if (!place) {
		sem_wait(&delay->bell);
		return;
	}
	until.tv_sec = (time_t)(place->job.due_ms / 1000);
	until.tv_nsec = (long)(place->job.due_ms % 1000) * 1000000;
	sem_clockwait(&delay->bell, CLOCK_MONOTONIC, &until);
}

static void *delay_run(void *context)
{
	struct delay *delay = context;

	for (;;) {
		bool stopping = atomic_load(&delay->stopping);
		struct delay_place *first = first_place(delay);
		struct delay_job job;

		if (stopping && !first)
			return NULL;
		if (!stopping && (!first || first->job.due_ms > now_ms())) {
			wait_for(delay, first);
			continue;
		}
		job = take_job(first);
		finish(delay, &job, !stopping);
	}
}

/* The daemon's signals are not for this thread. */
static int thread_start(struct delay *delay)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&delay->thread, NULL, delay_run, delay);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

void delay_init(struct delay *delay, HANDLE provider)
{
	delay->provider = provider;
	atomic_store(&delay->running, false);
	atomic_store(&delay->stopping, false);
	for (size_t i = 0; i < DELAY_JOBS; i++)
		atomic_store(&delay->places[i].state, DELAY_FREE);
	pthread_mutex_init(&delay->starting, NULL);
}

static int start(struct delay *delay)
{
	int r;

	sem_init(&delay->bell, 0, 0);
	r = thread_start(delay);
	if (r < 0)
		sem_destroy(&delay->bell);
	else
		atomic_store(&delay->running, true);
	return r;
}

/* Starts the thread, unless it runs. */
static int delay_start(struct delay *delay)
{
	int r = 0;

	if (atomic_load_explicit(&delay->running, memory_order_acquire))
		return 0;
	pthread_mutex_lock(&delay->starting);
	if (!atomic_load(&delay->running))
		r = start(delay);
	pthread_mutex_unlock(&delay->starting);
	return r;
}

void delay_stop(struct delay *delay)
{
	if (!atomic_load(&delay->running))
		return;
	atomic_store(&delay->stopping, true);
	sem_post(&delay->bell);
	pthread_join(delay->thread, NULL);
	sem_destroy(&delay->bell);
	atomic_store(&delay->running, false);
}

bool delay_add(struct delay *delay, HANDLE request, PVOID packet, ULONG len, unsigned delay_ms)
{
	if (delay_start(delay) < 0)
		return false;
	for (size_t i = 0; i < DELAY_JOBS; i++) {
		struct delay_place *place = &delay->places[i];
		int free_one = DELAY_FREE;

		if (!atomic_compare_exchange_strong(&place->state, &free_one, DELAY_FILLING))
			continue;
		place->job = (struct delay_job){ request, packet, len, now_ms() + delay_ms };
		atomic_store_explicit(&place->state, DELAY_READY, memory_order_release);
		sem_post(&delay->bell);
		return true;
	}
	return false;
}
