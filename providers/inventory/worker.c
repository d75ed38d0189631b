#include "worker.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of unknown machines fewer wait: a flood of them leaves room to boot once. */
enum { JOBS_MAX = 1024, LIST_MAX = 512, BATCH_MAX = 256 };
enum { REFRESH_S = 3 }; /* by then a reload has left the instance before this one */
enum { LATE_S = 10 };   /* nobody waits so long: nothing is used up then */

/* What waits. A client must stay where it was read. */
struct job {
	struct job *next;
	enum turned turned;
	uint32_t since_s;
	HANDLE request; /* NULL: it is only to be listed */
	struct id id;
	struct asker asker;
	PXE_BOOT_CLIENT client;
};

/* A file that could not be written, as it was told. */
struct failing {
	bool failed;
	unsigned writes; /* that had succeeded then */
};

struct worker {
	struct inventory *inventory;
	_Atomic(struct job *) jobs; /* the last one first */
	atomic_uint waiting;
	atomic_bool stopping;
	sem_t bell;
	pthread_t thread;
	struct failing state, list;
	unsigned list_failures; /* that were counted */
	uint32_t refresh_s; /* when to look what the instance before wrote last; 0: it was done */
};

/* ---- handing over ------------------------------------------------------------------------------
 */

static void push(struct worker *worker, struct job *job)
{
	struct job *first = atomic_load(&worker->jobs);

	do
		job->next = first;
	while (!atomic_compare_exchange_weak(&worker->jobs, &first, job));
	sem_post(&worker->bell);
}

/* With a place among those that wait. NULL: there is none. */
static struct job *job_new(struct worker *worker, enum turned turned)
{
	unsigned most = turned == TURN_USE_UP ? JOBS_MAX : LIST_MAX;
	struct job *job;

	if (atomic_fetch_add(&worker->waiting, 1) >= most) {
		atomic_fetch_sub(&worker->waiting, 1);
		return NULL;
	}
	job = malloc(sizeof *job);
	if (!job) {
		atomic_fetch_sub(&worker->waiting, 1);
		return NULL;
	}
	job->since_s = clock_steady_s();
	job->request = NULL;
	job->turned = turned;
	return job;
}

static void job_free(struct worker *worker, struct job *job)
{
	free(job);
	atomic_fetch_sub(&worker->waiting, 1);
}

bool worker_give(struct worker *worker, HANDLE request, PVOID packet, ULONG len,
		 const PXE_ADDRESS *local, const PXE_ADDRESS *remote, enum turned turned,
		 const struct id *id)
{
	struct job *job = job_new(worker, turned);

	if (!job)
		return false;
	job->client.cbSize = sizeof job->client;
	job->request = request;
	if (turned == TURN_USE_UP)
		job->id = *id;
	if (PxeBootClient(worker->inventory->boot, request, packet, len, local, remote,
			  &job->client) != ERROR_SUCCESS) {
		job_free(worker, job);
		return false;
	}
	if (turned == TURN_WAIT)
		answer_describe(worker->inventory, request, &job->client, &job->asker);
	push(worker, job);
	return true;
}

void worker_list(struct worker *worker, const struct asker *asker)
{
	struct job *job = job_new(worker, TURN_LIST);

	if (!job)
		return;
	job->asker = *asker;
	push(worker, job);
}

/* ---- the thread --------------------------------------------------------------------------------
 */

/* Whoever has written it since: a command, or this thread. */
static void tell_written(struct worker *worker, struct failing *failing, unsigned writes,
			 const char *path)
{
	if (!failing->failed || failing->writes == writes)
		return;
	failing->failed = false;
	PxeTrace(worker->inventory->provider, PXE_TRACE_INFO, L"%S can be written again", path);
}

static void tell_all_written(struct worker *worker)
{
	struct inventory *inventory = worker->inventory;

	tell_written(worker, &worker->state, store_writes(inventory->store),
		     inventory->settings.state_path);
	tell_written(worker, &worker->list, pending_writes(inventory->pending),
		     inventory->settings.pending_path);
}

/* Told once, until it succeeds again. */
static void tell_failed(struct worker *worker, struct failing *failing, const char *why,
			const char *what)
{
	struct inventory *inventory = worker->inventory;

	tell_all_written(worker);
	if (!failing->failed)
		PxeTrace(inventory->provider, PXE_TRACE_ERROR,
			 L"%S: %S until it can be written [W0199]", why, what);
	failing->failed = true;
	failing->writes = failing == &worker->state ? store_writes(inventory->store)
						    : pending_writes(inventory->pending);
}

static void tell_state(struct worker *worker, const char *why)
{
	counter_add(worker->inventory, COUNTER_WRITE_FAILED, 1);
	tell_failed(worker, &worker->state, why, "nobody boots once");
}

static void tell_list(struct worker *worker, const char *why)
{
	unsigned failures = pending_failures(worker->inventory->pending);

	/* Not each request that was refused for it is one. */
	counter_add(worker->inventory, COUNTER_WRITE_FAILED, failures - worker->list_failures);
	worker->list_failures = failures;
	tell_failed(worker, &worker->list, why, "no new machine is listed for approval");
}

static void complete(HANDLE request, DWORD status, PXE_BOOT_ACTION action)
{
	if (status == ERROR_SUCCESS)
		PxeAsyncRecvDone(request, action);
	else if (status != ERROR_IO_PENDING) /* there the kit completes it */
		PxeRequestFail(request, status);
}

/* Decides it again, with what is on disk now. */
static void finish(struct worker *worker, struct job *job, enum asked_by by, uint32_t number,
		   const char *why)
{
	struct turn turn = { .inventory = worker->inventory,
			     .request = job->request,
			     .client = &job->client,
			     .by = by,
			     .number = number,
			     .why = why,
			     .action = PXE_BA_IGNORE };
	struct id id;

	if (answer_request(&turn, &id) != TURN_DONE) {
		/* It was changed in between: the next try finds it as it is. */
		turn.status = ERROR_SUCCESS;
		turn.action = PXE_BA_IGNORE;
	}
	complete(job->request, turn.status, turn.action);
}

static void list(struct worker *worker, struct job *job)
{
	struct pending *pending = worker->inventory->pending;
	uint64_t dropped = pending_dropped(pending);
	char why[WHY_SIZE];
	uint32_t number = pending_ask(pending, &job->asker, time(NULL), why);

	dropped = pending_dropped(pending) - dropped;
	if (dropped > 0)
		counter_add(worker->inventory, COUNTER_PENDING_DROPPED, (LONGLONG)dropped);
	if (number == 0 && why[0])
		tell_list(worker, why);
	if (job->request)
		finish(worker, job, number > 0 ? ASKED_BY_THREAD : ASKED_IN_VAIN, number,
		       why[0] ? why : "there is no room for it on the list (pending-limit)");
}

static bool is_late(const struct job *job)
{
	return clock_steady_s() - job->since_s > LATE_S;
}

/* All that boot once now: one write for them. */
static void use_up(struct worker *worker, struct job *jobs[], size_t n)
{
	struct inventory *inventory = worker->inventory;
	char why[WHY_SIZE] = "";
	struct id *ids = malloc((n + 1) * sizeof *ids);
	size_t n_ids = 0;
	int r = -ENOMEM;

	for (size_t i = 0; ids && i < n; i++)
		if (!is_late(jobs[i]))
			ids[n_ids++] = jobs[i]->id;
	if (ids)
		r = store_use(inventory->store, ids, n_ids, clock_wall_s(), why);
	free(ids);
	if (r < 0)
		tell_state(worker, why);
	else
		counter_add(inventory, COUNTER_ONCE, (LONGLONG)n_ids);
	for (size_t i = 0; i < n; i++) {
		if (is_late(jobs[i]))
			counter_add(inventory, COUNTER_ONCE_LATE, 1);
		finish(worker, jobs[i], r < 0 || is_late(jobs[i]) ? ASKED_IN_VAIN : ASKED_BY_THREAD,
		       0, r < 0 ? why : "it waited too long for the disk");
	}
}

/* Those that came, in their order. */
struct taken {
	struct job *once, *list;
};

static void put_first(struct job **list, struct job *job)
{
	job->next = *list;
	*list = job;
}

static struct taken take_all(struct worker *worker)
{
	struct job *last_first = atomic_exchange(&worker->jobs, NULL);
	struct taken taken = { NULL, NULL };

	while (last_first) {
		struct job *next = last_first->next;

		put_first(last_first->turned == TURN_USE_UP ? &taken.once : &taken.list,
			  last_first);
		last_first = next;
	}
	return taken;
}

static void use_up_all(struct worker *worker, struct job *at)
{
	struct job *batch[BATCH_MAX];

	while (at) {
		size_t n = 0;

		for (; at && n < BATCH_MAX; at = at->next)
			batch[n++] = at;
		use_up(worker, batch, n);
		for (size_t i = 0; i < n; i++)
			job_free(worker, batch[i]);
	}
}

/* What boots once does not wait for those that are to be listed, of which there may be a flood. */
static void work_all(struct worker *worker)
{
	struct taken taken = take_all(worker);
	struct job *next;

	use_up_all(worker, taken.once);
	for (struct job *job = taken.list; job; job = next) {
		next = job->next;
		list(worker, job);
		job_free(worker, job);
	}
}

static void keep_pending(struct worker *worker, bool end)
{
	char why[WHY_SIZE];

	if (pending_keep(worker->inventory->pending, time(NULL), end, why) < 0)
		tell_list(worker, why);
}

static void refresh(struct worker *worker)
{
	char why[WHY_SIZE];

	if (worker->refresh_s == 0 || clock_steady_s() < worker->refresh_s)
		return;
	worker->refresh_s = 0;
	if (store_refresh(worker->inventory->store, why) < 0)
		tell_state(worker, why);
}

/* In how many seconds there is something to do without a job; 0: never. */
static unsigned due_in(const struct worker *worker)
{
	unsigned due = pending_due(worker->inventory->pending, time(NULL));

	return worker->refresh_s > 0 && (due == 0 || due > REFRESH_S) ? REFRESH_S : due;
}

/* Until somebody rings, or something else is to be done. */
static void wait_for_job(struct worker *worker)
{
	unsigned due = due_in(worker);
	struct timespec until;

	if (due == 0) {
		while (sem_wait(&worker->bell) < 0 && errno == EINTR)
			;
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += due;
	while (sem_clockwait(&worker->bell, CLOCK_MONOTONIC, &until) < 0 && errno == EINTR)
		;
}

static void *thread_run(void *context)
{
	struct worker *worker = context;

	while (!atomic_load(&worker->stopping)) {
		wait_for_job(worker);
		work_all(worker);
		keep_pending(worker, false);
		refresh(worker);
		tell_all_written(worker);
		counters_tell(worker->inventory);
	}
	return NULL;
}

/* Signals are the daemon's. */
static bool thread_start(struct worker *worker)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&worker->thread, NULL, thread_run, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r == 0;
}

/* ---- begin and end -----------------------------------------------------------------------------
 */

struct worker *worker_new(struct inventory *inventory)
{
	struct worker *worker = calloc(1, sizeof *worker);

	if (!worker)
		return NULL;
	worker->inventory = inventory;
	worker->refresh_s = clock_steady_s() + REFRESH_S;
	sem_init(&worker->bell, 0, 0);
	if (thread_start(worker))
		return worker;
	sem_destroy(&worker->bell);
	free(worker);
	return NULL;
}

static void leave(struct worker *worker, struct job *job)
{
	struct job *next;

	for (; job; job = next) {
		next = job->next;
		if (job->request)
			PxeAsyncRecvDone(job->request, PXE_BA_IGNORE);
		job_free(worker, job);
	}
}

void worker_stop(struct worker *worker)
{
	struct taken taken;

	if (!worker)
		return;
	atomic_store(&worker->stopping, true);
	sem_post(&worker->bell);
	pthread_join(worker->thread, NULL);
	taken = take_all(worker);
	leave(worker, taken.once);
	leave(worker, taken.list);
	keep_pending(worker, true);
	sem_destroy(&worker->bell);
	free(worker);
}
