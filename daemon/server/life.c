#include "server/life.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "provider/host.h"
#include "server/server.h"

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct job *first, **last;
	struct mailbox finished;
	unsigned pending; /* [loop] */
	_Atomic(const struct host_call *) call;
	bool ending;
	void (*wake)(void *context);
	void *context;
} life = { .lock = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER };

static struct job *next_job(void)
{
	struct job *job;

	pthread_mutex_lock(&life.lock);
	while (!life.first && !life.ending)
		pthread_cond_wait(&life.filled, &life.lock);
	job = life.first;
	if (job) {
		life.first = job->next;
		if (!life.first)
			life.last = &life.first;
	}
	pthread_mutex_unlock(&life.lock);
	return job;
}

static void *run(void *unused)
{
	struct job *job;

	(void)unused;
	atomic_store(&life.call, host_call_current());
	while ((job = next_job())) {
		job->run(job);
		mailbox_post(&life.finished, &job->letter);
		life.wake(life.context);
	}
	atomic_store(&life.call, NULL);
	return NULL;
}

const struct host_call *life_call(void)
{
	return atomic_load(&life.call);
}

int life_start(void (*wake)(void *context), void *context)
{
	life.wake = wake;
	life.context = context;
	life.first = NULL;
	life.last = &life.first;
	life.ending = false;
	return -pthread_create(&life.thread, NULL, run, NULL);
}

void life_post(struct job *job)
{
	job->next = NULL;
	life.pending++;
	pthread_mutex_lock(&life.lock);
	*life.last = job;
	life.last = &job->next;
	pthread_cond_signal(&life.filled);
	pthread_mutex_unlock(&life.lock);
}

void life_turn(void)
{
	struct letter *letter = mailbox_take(&life.finished);

	while (letter) {
		struct letter *next = letter->next;
		struct job *job = CONTAINER_OF(letter, struct job, letter);

		life.pending--;
		signals_claim(); /* at once: what a provider has just done to them must not last */
		job->done(job);
		letter = next;
	}
}

unsigned life_pending(void)
{
	return life.pending;
}

void life_stop(void)
{
	pthread_mutex_lock(&life.lock);
	life.ending = true;
	pthread_cond_signal(&life.filled);
	pthread_mutex_unlock(&life.lock);
	pthread_join(life.thread, NULL);
}
