#include "delay.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The job that is due first, or NULL. */
static struct delay_job *first_job(struct delay *delay)
{
	struct delay_job *first = NULL;

	for (size_t i = 0; i < delay->n; i++)
		if (!first || delay->jobs[i].due_ms < first->due_ms)
			first = &delay->jobs[i];
	return first;
}

static struct delay_job take_job(struct delay *delay, struct delay_job *at)
{
	struct delay_job job = *at;

	*at = delay->jobs[--delay->n];
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

static void wait_for(struct delay *delay, const struct delay_job *job)
{
	struct timespec until;

	if (!job) {
		pthread_cond_wait(&delay->wake, &delay->lock);
		return;
	}
	until.tv_sec = (time_t)(job->due_ms / 1000);
	until.tv_nsec = (long)(job->due_ms % 1000) * 1000000;
	pthread_cond_timedwait(&delay->wake, &delay->lock, &until);
}

static void *delay_run(void *context)
{
	struct delay *delay = context;

	pthread_mutex_lock(&delay->lock);
	while (!delay->stopping || delay->n > 0) {
		struct delay_job *first = first_job(delay), job;

		if (!delay->stopping && (!first || first->due_ms > now_ms())) {
			wait_for(delay, first);
			continue;
		}
		job = take_job(delay, first);
		bool send = !delay->stopping;

		pthread_mutex_unlock(&delay->lock);
		finish(delay, &job, send);
		pthread_mutex_lock(&delay->lock);
	}
	pthread_mutex_unlock(&delay->lock);
	return NULL;
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

int delay_start(struct delay *delay, HANDLE provider)
{
	pthread_condattr_t attributes;
	int r;

	delay->provider = provider;
	delay->n = 0;
	delay->stopping = false;
	pthread_mutex_init(&delay->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&delay->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	r = thread_start(delay);
	if (r < 0) {
		pthread_cond_destroy(&delay->wake);
		pthread_mutex_destroy(&delay->lock);
	}
	return r;
}

void delay_stop(struct delay *delay)
{
	pthread_mutex_lock(&delay->lock);
	delay->stopping = true;
	pthread_cond_signal(&delay->wake);
	pthread_mutex_unlock(&delay->lock);
	pthread_join(delay->thread, NULL);
	pthread_cond_destroy(&delay->wake);
	pthread_mutex_destroy(&delay->lock);
}

bool delay_add(struct delay *delay, HANDLE request, PVOID packet, ULONG len, unsigned delay_ms)
{
	bool room;

	pthread_mutex_lock(&delay->lock);
	room = delay->n < DELAY_JOBS;
	if (room)
		delay->jobs[delay->n++] =
			(struct delay_job){ request, packet, len, now_ms() + delay_ms };
	pthread_cond_signal(&delay->wake);
	pthread_mutex_unlock(&delay->lock);
	return room;
}
