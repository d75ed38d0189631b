/* What a provider holds of the request table: visits that wait for its decision, and requests that
 * have ended without it and that it has not given back.
 *
 * Those are in quarantine: a provider that is late may still read the packet and write into its
 * replies, and must never meet another client's. The slot is used again when the provider has
 * called PxeAsyncRecvDone, when its callback has returned without ERROR_IO_PENDING, or when its
 * Shutdown has returned. All lists are the loop's own.
 */
#include "base/must.h"
#include "provider/process.h"
#include "provider/say.h"
#include "provider/share.h"
#include "provider/state.h"

static void list_add(struct visits *list, struct request *req)
{
	req->before = list->newest;
	req->after = NULL;
	*(list->newest ? &list->newest->after : &list->oldest) = req;
	list->newest = req;
	req->list = list;
}

static void list_remove(struct request *req)
{
	struct visits *list = req->list;

	MUST(list);
	*(req->before ? &req->before->after : &list->oldest) = req->after;
	*(req->after ? &req->after->before : &list->newest) = req->before;
	req->list = NULL;
}

void pending_add(struct provider *p, struct request *req)
{
	list_add(&p->pending_visits, req);
	level_move(&p->pending, 1);
}

void pending_remove(struct provider *p, struct request *req)
{
	if (req->list != &p->pending_visits)
		return;
	list_remove(req);
	level_move(&p->pending, UINT32_MAX);
}

/* ---- quotas ---- */

/* With others beside it, a provider has at most half of the table: one that never decides must
 * not shut the rest out. */
static uint32_t share_of(const struct host *host, const struct request *req)
{
	const struct chain *chain = req->chain;

	return chain->n > 1 ? (host->table.count + 1) / 2 : host->table.count;
}

static uint32_t quarantined(const struct provider *p)
{
	return atomic_load_explicit(&p->quarantined, memory_order_relaxed);
}

/* Half of its share; and all providers together, with those that a reload has replaced, half of the
 * table. */
static bool quarantine_is_full(const struct host *host, const struct provider *p, uint32_t share)
{
	uint32_t mine = quarantined(p), most = share > 1 ? share / 2 : 1;

	return mine >= most ||
	       (mine > 0 && atomic_load(&host->quarantined) >= (host->table.count + 1) / 2);
}

static void quarantine_say(struct provider *p)
{
	if (p->quarantine_told)
		return;
	p->quarantine_told = true;
	host_say(p->host, p->name, PXE_TRACE_ERROR,
		 "has not given back %u requests that timed out: it is skipped until it calls "
		 "PxeAsyncRecvDone for them, or is reloaded",
		 quarantined(p));
}

bool share_is_full(const struct host *host, struct provider *p, const struct request *req)
{
	uint32_t share = share_of(host, req), mine = quarantined(p);

	if (quarantine_is_full(host, p, share)) {
		quarantine_say(p);
		return true;
	}
	if (mine < share / 4)
		p->quarantine_told = false;
	return atomic_load_explicit(&p->pending, memory_order_relaxed) + mine >= share;
}

/* ---- quarantine ---- */

void quarantine_add(struct provider *p, struct request *req)
{
	list_add(&p->quarantine, req);
	level_move(&p->host->quarantined, 1);
	level_move(&p->quarantined, 1);
}

/* One less, and the last tells who waits for that: then `p` is not ours to touch any more. */
static void quarantine_drop(struct provider *p)
{
	struct host *host = p->host;
	bool ending = p->quarantine_ends;
	uint32_t left = quarantined(p) - 1;

	MUST(left != UINT32_MAX);
	atomic_store_explicit(&p->quarantined, left, memory_order_release);
	if (left == 0 && ending)
		sem_post(&host->quarantine_over);
}

void quarantine_remove(struct request *req)
{
	struct provider *p = req->asked;

	list_remove(req);
	level_move(&p->host->quarantined, UINT32_MAX);
	quarantine_drop(p);
}

/* Nothing of it runs any more, but a call of the API on another thread may still be inside. */
static void quarantine_release(struct provider *p)
{
	struct request *req = p->quarantine.oldest, *after;

	level_move(&p->quarantined, 1); /* our own hold of `p` */
	for (; req; req = after) {
		bool overruled, last;

		after = req->after;
		guard_close(&req->guard, VERDICT_ABORTED, &overruled, &last);
		if (last)
			p->host->settle(p->host, req);
	}
	quarantine_drop(p);
}

void quarantine_turn(struct host *host)
{
	struct letter *letter = mailbox_take(&host->stopped), *next;

	for (; letter; letter = next) {
		struct provider *p = CONTAINER_OF(letter, struct provider, stopped);

		next = letter->next;
		p->quarantine_ends = true; /* not before: until here its letter was with us */
		quarantine_release(p);
	}
}

static void quarantine_end_on_loop(struct provider *p)
{
	const struct timespec nap = { .tv_nsec = 100000 };

	quarantine_release(p);
	while (quarantined(p) > 0) {
		nanosleep(&nap, NULL);
		p->host->turn(p->host, p->host->now_ms);
	}
}

void quarantine_end(struct provider *p)
{
	struct host *host = p->host;

	if (host_on_loop()) {
		quarantine_end_on_loop(p);
		return;
	}
	if (atomic_load_explicit(&p->quarantined, memory_order_acquire) == 0)
		return;
	if (mailbox_post(&host->stopped, &p->stopped))
		host->hooks.wake(host->hooks.context);
	while (sem_wait(&host->quarantine_over) != 0)
		;
}
