/* The threads of a provider that may block. Each provider has its own, so that one that sleeps
 * keeps nobody else waiting; the loop hands requests over through a lock-free queue.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "base/clock.h"
#include "base/thread.h"
#include "provider/call.h"
#include "provider/callback.h"
#include "provider/ended.h"
#include "provider/say.h"
#include "provider/seat.h"
#include "provider/share.h"
#include "provider/visit.h"

static uint32_t power_of_two(uint32_t n)
{
	uint32_t p = 2;

	while (p < n)
		p <<= 1;
	return p;
}

/* What stands in the queue. By the time a thread takes it the visit may be over. */
struct errand {
	struct request *request;
	uint64_t generation;
};

/* `ours`: the visit is closed, and to be brought back. */
static void worker_served(struct worker *self, struct request *req, bool ours)
{
	struct host *host = self->provider->host;

	atomic_store_explicit(&self->since_ms, 0, memory_order_release);
	if (ours && mailbox_post(&host->verdicts, &req->letter))
		host->hooks.wake(host->hooks.context);
}

static void worker_serve(struct worker *self, struct request *req)
{
	atomic_store_explicit(&self->request, req, memory_order_relaxed);
	atomic_store_explicit(&self->since_ms, clock_ms(), memory_order_release);
	worker_served(self, req, visit_call(self->provider, req));
}

/* Tells the provider of a request that has ended without it, if there is one. */
static bool worker_told(struct worker *self)
{
	struct errand errand;

	if (!ring_take(&self->provider->ended, &errand))
		return false;
	self->telling = true;
	atomic_store_explicit(&self->request, errand.request, memory_order_relaxed);
	atomic_store_explicit(&self->since_ms, clock_ms(), memory_order_release);
	ended_call(self->provider, errand.request, errand.generation);
	atomic_store_explicit(&self->since_ms, 0, memory_order_release);
	self->telling = false;
	return true;
}

static void worker_replace(void *arg);

static void *worker_run(void *arg)
{
	struct worker *self = arg;
	struct provider *p = self->provider;
	struct errand errand;

	if (self->follows)
		pthread_join(self->before, NULL);
	call_thread(worker_replace, self);
	for (;;) {
		while (sem_wait(&p->queued) != 0)
			;
		if (worker_told(self))
			continue;
		if (!ring_take(&p->queue, &errand)) {
			if (atomic_load(&p->leaving))
				break;
			continue;
		}
		if (guard_claim(&errand.request->guard, errand.generation))
			worker_serve(self, errand.request);
	}
	call_thread(NULL, NULL);
	return NULL;
}

/* Threads that do not return leave visits in the queue that are long over. The others keep their
 * order. Each is taken as a thread takes it, so that a thread that finds nothing meanwhile is woken
 * for what is put back. */
static void queue_clean(struct provider *p)
{
	struct errand errand;

	for (uint32_t left = ring_level(&p->queue); left > 0; left--) {
		if (sem_trywait(&p->queued) != 0)
			return;
		if (!ring_take(&p->queue, &errand)) {
			sem_post(&p->queued); /* it was for one of `ended` */
			return;
		}
		if (!guard_is_queued(&errand.request->guard, errand.generation))
			continue;
		ring_put(&p->queue, &errand);
		sem_post(&p->queued);
	}
}

static bool queue_put(struct provider *p, struct request *req, uint64_t generation)
{
	struct errand errand = { req, generation };

	if (ring_put(&p->queue, &errand))
		return true;
	queue_clean(p);
	return ring_put(&p->queue, &errand);
}

static bool ask(struct provider *p, struct request *req)
{
	uint64_t generation = guard_queue(&req->guard);
	bool overruled, last;

	pending_add(p, req);
	if (queue_put(p, req, generation))
		return false;
	guard_close(&req->guard, VERDICT_BUSY, &overruled, &last);
	return true;
}

/* One thread for one request. */
static void flush(struct provider *p)
{
	sem_post(&p->queued);
}

/* There is room: a thread that takes a request has seen `ended` empty a moment before, so that no
 * request of the table stands in it more than twice. Where a provider has ended its threads, and no
 * others could be started, nobody can tell it. */
static void tell(struct provider *p, struct request *req, uint64_t generation)
{
	struct errand errand = { req, generation };

	if (ring_put(&p->ended, &errand))
		sem_post(&p->queued);
}

static int worker_create(struct worker *worker, uint32_t n)
{
	char name[THREAD_NAME_MAX];

	snprintf(name, sizeof(name), "%.12s/%u", worker->provider->name, n % 100);
	return thread_start(&worker->thread, worker_run, worker, name);
}

/* One thread's end at a time, and not while the stop looks which threads there are. */
static void replacing_begin(struct provider *p)
{
	while (sem_wait(&p->replacing) != 0)
		;
}

/* Once the provider stops, none is needed any more. */
static int worker_succeed(struct worker *self)
{
	struct provider *p = self->provider;
	int r = 0;

	replacing_begin(p);
	if (!atomic_load(&p->leaving)) {
		self->before = pthread_self();
		self->follows = true;
		r = worker_create(self, (uint32_t)(self - p->worker));
	}
	sem_post(&p->replacing);
	return r;
}

/* AddressSanitizer takes the frames that pthread_cancel has left without a return for living ones.
 */
static void frames_forget(void)
{
#ifdef __SANITIZE_ADDRESS__
	__asan_handle_no_return();
#endif
}

/* The provider has ended the thread that it was called on: the visit ends as an error, and another
 * thread takes the place, once this one is quite over. */
static void worker_replace(void *arg)
{
	struct worker *self = arg;
	struct provider *p = self->provider;
	struct request *req = atomic_load_explicit(&self->request, memory_order_relaxed);
	bool was_inside = atomic_load_explicit(&self->since_ms, memory_order_relaxed) != 0;
	bool was_telling = self->telling;
	int r;

	frames_forget();
	self->telling = false; /* the place is the next thread's */
	r = worker_succeed(self);
	host_say(p->host, p->name, PXE_TRACE_ERROR,
		 "%s ended a thread of the daemon's by pthread_exit or pthread_cancel: %s%s",
		 p->module_path, r < 0 ? "cannot start another one: " : "another one is started",
		 r < 0 ? strerror(-r) : "");
	if (!was_inside)
		return;
	if (!was_telling) {
		worker_served(self, req, visit_abandon(req));
		return;
	}
	atomic_store_explicit(&self->since_ms, 0, memory_order_release);
	ended_abandon(p, req);
}

static int start(struct provider *p)
{
	uint32_t wanted = atomic_load(&p->threads);
	int r;

	p->worker = calloc(wanted, sizeof(*p->worker));
	if (!p->worker)
		return -ENOMEM;
	r = ring_init(&p->queue, power_of_two(p->host->table.count), sizeof(struct errand));
	if (r < 0)
		return r;
	r = ring_init(&p->ended, 2 * power_of_two(p->host->table.count), sizeof(struct errand));
	if (r < 0) {
		ring_done(&p->queue);
		return r;
	}
	p->has_queue = true;
	sem_init(&p->queued, 0, 0);
	sem_init(&p->replacing, 0, 1);
	for (uint32_t n = 0; n < wanted; n++) {
		p->worker[n].provider = p;
		r = worker_create(&p->worker[n], n);
		if (r < 0)
			return r;
		atomic_store_explicit(&p->n_workers, n + 1, memory_order_release);
	}
	return 0;
}

static void stop(struct provider *p)
{
	uint32_t n = atomic_load(&p->n_workers);

	if (!p->has_queue)
		return;
	replacing_begin(p);
	atomic_store(&p->leaving, true);
	sem_post(&p->replacing);
	for (uint32_t i = 0; i < n; i++)
		sem_post(&p->queued);
	for (uint32_t i = 0; i < n; i++)
		pthread_join(p->worker[i].thread, NULL);
	sem_destroy(&p->queued);
	sem_destroy(&p->replacing);
	ring_done(&p->ended);
	ring_done(&p->queue);
	p->has_queue = false;
}

/* ---- the watch ---- */

enum { WATCH_MIN_MS = 2000 };

static bool inside(const struct provider *p)
{
	uint32_t n = atomic_load_explicit(&p->n_workers, memory_order_acquire);

	for (uint32_t i = 0; i < n; i++)
		if (atomic_load_explicit(&p->worker[i].since_ms, memory_order_acquire) != 0)
			return true;
	return false;
}

/* The threads that have been inside for longer than they should. */
struct stuck {
	uint32_t n, of;
	uint64_t since_ms; /* the first of them */
	const struct request *request;
	const char *callback;
};

static struct stuck workers_stuck(const struct provider *p, uint64_t now_ms, uint64_t limit_ms)
{
	struct stuck stuck = { .of = atomic_load_explicit(&p->n_workers, memory_order_acquire) };

	for (uint32_t i = 0; i < stuck.of; i++) {
		const struct worker *worker = &p->worker[i];
		uint64_t since = atomic_load_explicit(&worker->since_ms, memory_order_acquire);

		if (since == 0 || now_ms < since + limit_ms)
			continue;
		if (stuck.n++ == 0 || since < stuck.since_ms) {
			stuck.since_ms = since;
			stuck.request =
				atomic_load_explicit(&worker->request, memory_order_relaxed);
			stuck.callback =
				atomic_load_explicit(&worker->telling, memory_order_relaxed)
					? "PxeProviderRequestEnded"
					: "PxeProviderRecvRequest";
		}
	}
	return stuck;
}

/* A request is the loop's to fill: while the loop looks at it, it stays as it is. */
static void stuck_say(struct provider *p, const struct stuck *stuck, bool replaced, uint64_t now_ms)
{
	bool all = stuck->n == stuck->of;
	char client[40];

	host_say(p->host, p->name, all ? PXE_TRACE_ERROR : PXE_TRACE_WARNING,
		 "%u of %u threads%s ha%s not returned from %s for %.0f s%s; client %s", stuck->n,
		 stuck->of, replaced ? " of the instance that a reload replaced" : "",
		 stuck->n == 1 ? "s" : "ve", stuck->callback,
		 (double)(now_ms - stuck->since_ms) / 1000,
		 all && !replaced && p->host->chain ? ": it gets no requests until one returns"
						    : "",
		 request_client_text(stuck->request, client));
}

static void returned_say(struct provider *p, uint64_t now_ms)
{
	host_say(p->host, p->name, PXE_TRACE_INFO, "its threads have returned, after %.0f s",
		 (double)(now_ms - p->watch.since_ms) / 1000);
}

/* The first time, when none is left that could serve, and each time that has doubled. */
static bool stuck_is_news(const struct provider *p, const struct stuck *stuck, uint64_t now_ms)
{
	return p->watch.told == 0 || now_ms >= p->watch.next_ms ||
	       (stuck->n == stuck->of && p->watch.told < stuck->n);
}

static void watch(struct provider *p, bool replaced, uint64_t now_ms)
{
	uint64_t limit_ms = visit_patience_ms(p);
	struct stuck stuck =
		workers_stuck(p, now_ms, limit_ms > WATCH_MIN_MS ? limit_ms : WATCH_MIN_MS);

	if (stuck.n == 0 && p->watch.told > 0)
		returned_say(p, now_ms);
	if (stuck.n > 0 && !stuck_is_news(p, &stuck, now_ms))
		return;
	p->watch.told = stuck.n;
	if (stuck.n == 0)
		return;
	p->watch.since_ms = stuck.since_ms;
	p->watch.next_ms = now_ms + (now_ms - stuck.since_ms);
	stuck_say(p, &stuck, replaced, now_ms);
}

const struct seat_ops seat_threads = {
	.name = "threads",
	.start = start,
	.ask = ask,
	.flush = flush,
	.tell = tell,
	.control = callback_control,
	.stop = stop,
	.inside = inside,
	.watch = watch,
};
