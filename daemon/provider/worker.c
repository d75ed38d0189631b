/* The threads of a provider that may block. Each provider has its own, so that one that sleeps
 * keeps nobody else waiting; the loop hands requests over through a lock-free queue.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/state.h"

static uint32_t power_of_two(uint32_t n)
{
	uint32_t p = 2;

	while (p < n)
		p <<= 1;
	return p;
}

static void *worker_run(void *arg)
{
	struct provider *p = arg;
	struct request *req;

	for (;;) {
		while (sem_wait(&p->queued) != 0)
			;
		if (!ring_take(&p->queue, &req)) {
			if (atomic_load(&p->leaving))
				return NULL;
			continue;
		}
		if (visit_call(p, req) && mailbox_post(&p->host->verdicts, &req->letter))
			p->host->hooks.wake(p->host->hooks.context);
	}
}

bool workers_queue(struct provider *p, struct request *req)
{
	if (!ring_put(&p->queue, &req))
		return false;
	sem_post(&p->queued);
	return true;
}

/* Signals are the loop's business. */
static int worker_create(struct provider *p, uint32_t n)
{
	sigset_t all, before;
	char name[16];
	int r;

	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGABRT);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&p->thread[n], NULL, worker_run, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r == 0) {
		snprintf(name, sizeof(name), "%.12s/%u", p->name, n % 100);
		pthread_setname_np(p->thread[n], name);
	}
	return -r;
}

int workers_start(struct provider *p)
{
	uint32_t wanted = p->threads;
	int r;

	if (wanted == 0)
		return 0;
	p->threads = 0;
	p->thread = calloc(wanted, sizeof(*p->thread));
	if (!p->thread)
		return -ENOMEM;
	r = ring_init(&p->queue, power_of_two(p->host->table.count), sizeof(struct request *));
	if (r < 0)
		return r;
	p->has_queue = true;
	sem_init(&p->queued, 0, 0);
	while (p->threads < wanted) {
		r = worker_create(p, p->threads);
		if (r < 0)
			return r;
		p->threads++;
	}
	return 0;
}

void workers_stop(struct provider *p)
{
	if (!p->has_queue) {
		free(p->thread);
		p->thread = NULL;
		return;
	}
	atomic_store(&p->leaving, true);
	for (uint32_t i = 0; i < p->threads; i++)
		sem_post(&p->queued);
	for (uint32_t i = 0; i < p->threads; i++)
		pthread_join(p->thread[i], NULL);
	free(p->thread);
	p->thread = NULL;
	p->threads = 0;
	sem_destroy(&p->queued);
	ring_done(&p->queue);
	p->has_queue = false;
	atomic_store(&p->leaving, false);
}
