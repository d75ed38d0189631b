#include "server/life.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>

#include "provider/host.h"

/* Jobs go and come back by mailboxes: neither thread ever waits for a lock that the other holds. */
static struct {
	pthread_t thread;
	struct mailbox posted, finished;
	sem_t filled;
	unsigned pending; /* [loop] */
	_Atomic(const struct host_call *) call;
	atomic_bool ending;
	struct life_hooks hooks;
} life;

/* The jobs that have been posted, oldest first; NULL: it is to end. */
static struct letter *next_jobs(void)
{
	struct letter *letter;

	while (!(letter = mailbox_take(&life.posted)) && !atomic_load(&life.ending))
		while (sem_wait(&life.filled) < 0 && errno == EINTR)
			;
	return letter;
}

static void run_all(struct letter *letter)
{
	while (letter) {
		struct letter *next = letter->next; /* the letter is the way back too */
		struct job *job = CONTAINER_OF(letter, struct job, letter);

		job->run(job);
		mailbox_post(&life.finished, &job->letter);
		life.hooks.wake(life.hooks.context);
		letter = next;
	}
}

static void *run(void *unused)
{
	struct letter *letter;

	(void)unused;
	atomic_store(&life.call, host_call_current());
	while ((letter = next_jobs()))
		run_all(letter);
	atomic_store(&life.call, NULL);
	return NULL;
}

const struct host_call *life_call(void)
{
	return atomic_load(&life.call);
}

int life_start(const struct life_hooks *hooks)
{
	life.hooks = *hooks;
	atomic_store(&life.ending, false);
	sem_init(&life.filled, 0, 0);
	return -pthread_create(&life.thread, NULL, run, NULL);
}

void life_post(struct job *job)
{
	life.pending++;
	mailbox_post(&life.posted, &job->letter);
	sem_post(&life.filled);
}

void life_turn(void)
{
	struct letter *letter = mailbox_take(&life.finished);

	while (letter) {
		struct letter *next = letter->next;
		struct job *job = CONTAINER_OF(letter, struct job, letter);

		life.pending--;
		life.hooks.returned();
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
	atomic_store(&life.ending, true);
	sem_post(&life.filled);
	pthread_join(life.thread, NULL);
}
