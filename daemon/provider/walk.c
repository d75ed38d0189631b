/* One request on its way through the chain: asked, parked, decided, passed on. */
#include "provider/walk.h"

#include "base/clock.h"
#include "provider/chain.h"
#include "provider/ended.h"
#include "provider/reason.h"
#include "provider/share.h"
#include "provider/trial.h"
#include "provider/visit.h"

/* Does the provider want to see this packet? */
static bool provider_wants(const struct provider *p, const struct request *req)
{
	bool v6 = req->family == IP_V6;
	uint32_t filter =
		atomic_load_explicit(v6 ? &p->filter6 : &p->filter4, memory_order_relaxed);

	if (atomic_load_explicit(&p->paused, memory_order_relaxed))
		return false;
	if (v6 && !atomic_load_explicit(&p->ipv6_capable, memory_order_relaxed))
		return false;
	/* Who never set a filter reads what it is shown as DHCP, and could read beyond its end. */
	if (req->foreign &&
	    !atomic_load_explicit(v6 ? &p->filter6_set : &p->filter4_set, memory_order_relaxed))
		return false;
	return filter == PXE_PROV_FILTER_ALL ||
	       (req->valid && (filter == PXE_PROV_FILTER_DHCP_ONLY || req->pxe));
}

bool walk_is_wanted(const struct host *host, const struct request *req)
{
	const struct chain *chain = host->chain;

	for (uint32_t i = 0; chain && i < chain->n; i++)
		if (provider_wants(chain->provider[i], req))
			return true;
	return false;
}

static bool is_undecided(enum outcome outcome)
{
	return outcome == OUTCOME_REJECTED || outcome == OUTCOME_UNSEEN ||
	       outcome == OUTCOME_UNSENT || outcome == OUTCOME_IGNORED;
}

/* The one outcome: that of who decided; where nobody did, what went wrong with somebody. */
static enum outcome request_outcome(struct host *host, struct request *req, enum verdict verdict)
{
	enum outcome outcome = verdict_goes_on(verdict) ? OUTCOME_REJECTED : req->outcome;

	if (verdict_goes_on(verdict) && req->fault.provider)
		outcome = req->fault.outcome;
	else if (!req->seen && verdict_goes_on(verdict))
		outcome = OUTCOME_UNSEEN;
	if (req->busy && req->may_answer &&
	    (outcome == OUTCOME_REJECTED || outcome == OUTCOME_UNSEEN)) {
		outcome = OUTCOME_BUSY; /* who was passed over might have wanted it */
		req->provider = req->busy;
	}
	if (req->fault.provider && outcome == req->fault.outcome)
		req->provider = req->fault.provider;
	else
		visit_fault_tell(host, req);
	/* What was not meant for us had no other end, unless somebody was allowed to answer. */
	if (!req->may_answer && is_undecided(outcome))
		return req->foreign ? req->unread : OUTCOME_NOT_OURS;
	return outcome;
}

/* Counts and reports a request's one outcome. */
static void request_end(struct host *host, struct request *req, enum verdict verdict)
{
	enum outcome outcome = request_outcome(host, req, verdict);
	struct ending end = { .outcome = outcome, .req = req };

	req->counted = true;
	reason_settle(req, outcome);
	if (req->ended_us == 0) /* nobody was asked */
		req->ended_us = clock_us();
	if (req->trial) {
		trial_end(host, req->trial, &end);
		remarks_close(&req->remarks);
		return;
	}
	level_move(&host->count.pending, UINT32_MAX);
	count_up_loop(&host->count.outcomes[outcome]);
	latency_count(&host->count.latency, req->ended_us - req->arrived_us);
	host->hooks.ended(host->hooks.context, &end);
	remarks_close(&req->remarks);
}

/* From here on its provider may be shut down. */
static void chain_leave(struct request *req)
{
	chain_unref(req->chain);
	req->chain = NULL;
}

static void request_release(struct host *host, struct request *req)
{
	chain_leave(req);
	request_give(&host->table, req);
	if (req->list) /* in quarantine */
		quarantine_remove(req);
}

/* NULL: none is left, or one that is not asked is taken to have decided: *verdict. */
static struct provider *chain_next(struct request *req, enum verdict *verdict)
{
	struct chain *chain = req->chain;

	while (chain && req->turn < chain->n) {
		struct provider *p = chain->provider[req->turn++];

		if (!provider_wants(p, req))
			continue;
		if (!req->trial || trial_admits(p->host, p, req))
			return p;
		visit_skip(p, req, VERDICT_UNAWARE);
		if (trial_ignores(p->host, p, req)) {
			req->outcome = OUTCOME_IGNORED;
			req->provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
			*verdict = VERDICT_IGNORE;
			return NULL;
		}
	}
	return NULL;
}

/* A provider that cannot be asked now: the next one is, but for a critical one, which may be there
 * to keep the others from answering. */
static enum verdict pass_over(const struct provider *p, struct request *req)
{
	req->busy = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	if (!atomic_load_explicit(&p->critical, memory_order_relaxed))
		return VERDICT_REJECTED;
	req->provider = req->busy;
	return VERDICT_BUSY;
}

static void walk_on(struct host *host, struct request *req)
{
	enum verdict verdict = VERDICT_REJECTED;
	struct provider *p;

	while (verdict_goes_on(verdict) && (p = chain_next(req, &verdict)) != NULL) {
		if (share_is_full(host, p, req)) {
			visit_skip(p, req, VERDICT_BUSY);
			verdict = pass_over(p, req);
			continue;
		}
		if (!visit_begin(host, p, req))
			return; /* under way: a letter brings it back */
		verdict = visit_settle(host, req);
		if (verdict == VERDICT_BUSY)
			verdict = pass_over(p, req);
	}
	request_end(host, req, verdict);
	request_release(host, req);
}

/* On receipt WDS says USE_PORT for "not by broadcast", and never both. */
static ULONG local_flags(const struct request *req)
{
	return PXE_ADDR_USE_ADDR |
	       (req->sent_to.family == IP_NONE ? PXE_ADDR_BROADCAST : PXE_ADDR_USE_PORT);
}

static PXE_ADDRESS address_of(const struct ip *ip, uint16_t port, ULONG flags)
{
	PXE_ADDRESS address = { .uFlags = flags, .uAddrLen = (ULONG)ip_len(ip), .uPort = port };

	memcpy(address.bAddress, ip->octet, sizeof(address.bAddress));
	return address;
}

/* The addresses live as long as the request: an asynchronous provider may keep the pointers. */
static PXE_ADDRESS *request_addresses(struct request *req)
{
	PXE_ADDRESS *address = (PXE_ADDRESS *)(void *)req->extra;

	_Static_assert(sizeof(req->extra) >= 2 * sizeof(PXE_ADDRESS), "two addresses fit");
	address[0] = address_of(&req->local, req->port, local_flags(req));
	address[1] =
		address_of(&req->from.ip, req->from.port, PXE_ADDR_USE_ADDR | PXE_ADDR_USE_PORT);
	return address;
}

static bool wants_each(const struct host *host, const struct request *req)
{
	return req->wanted && (req->trial || (host->hooks.wanted_each &&
					      host->hooks.wanted_each(host->hooks.context, req)));
}

void walk_begin(struct host *host, struct request *req)
{
	req->chain = host->chain ? chain_ref(host->chain) : NULL;
	req->turn = 0;
	req->provider = req->busy = req->fault.provider = NULL;
	req->list = NULL;
	req->seen = req->counted = false;
	req->n_visits = 0;
	req->ended_us = 0;
	req->wanted =
		req->trial || (host->hooks.wanted && host->hooks.wanted(host->hooks.context, req));
	req->remarks = (struct remarks){ NULL, 0 };
	if (wants_each(host, req))
		req->remarks = remarks_open(&host->books);
	req->arrived_ms = host->now_ms;
	req->arrived_us = clock_us();
	request_addresses(req);
	walk_on(host, req);
}

/* Its provider was late, and has now given it back: or its callback has returned, and parked it;
 * the pin of that was left to us. */
static void late_settled(struct host *host, struct request *req)
{
	if (guard_view(&req->guard).pins > 0 && !guard_unpin(&req->guard)) {
		chain_leave(req);
		return;
	}
	visit_settle(host, req);
	request_release(host, req);
}

void walk_settled(struct host *host, struct request *req)
{
	enum verdict verdict;

	if (req->counted) {
		late_settled(host, req);
		return;
	}
	verdict = visit_settle(host, req);
	if (verdict_goes_on(verdict)) {
		walk_on(host, req);
		return;
	}
	request_end(host, req, verdict);
	request_release(host, req);
}

/* For the request's own line. */
static struct request_fault expiry_fault(const struct request *req, enum handle_state was)
{
	return (struct request_fault){
		.outcome = req->outcome,
		.provider = req->provider,
		.turn = req->turn,
		.why = was == HANDLE_QUEUED
			       ? "was not asked within its pending-timeout: its threads were busy "
				 "with other requests"
			       : "did not decide within its pending-timeout",
	};
}

/* The request ends now; its memory where nobody outside has its address any more. */
static void visit_expire(struct host *host, struct provider *p, struct request *req,
			 enum verdict verdict)
{
	enum handle_state was;
	bool last;

	if (!guard_expire(&req->guard, verdict, &was, &last))
		return; /* decided: its letter is on its way */
	req->outcome = visit_outcome(req, verdict);
	count_up_loop(&visit_count(p, req)->outcome[req->outcome]);
	req->provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	if (verdict == VERDICT_TIMEOUT)
		req->fault = expiry_fault(req, was);
	visit_close(p, req, verdict);
	request_end(host, req, verdict);
	if (last) {
		visit_settle(host, req);
		request_release(host, req);
		return;
	}
	pending_remove(p, req);
	quarantine_add(p, req);
	ended_tell(p, req);       /* before its chain goes, and with that perhaps its provider */
	if (was == HANDLE_PARKED) /* else its callback is still inside the provider's code */
		chain_leave(req);
}

void walk_expire(struct host *host, struct provider *p, uint64_t now_ms, bool aborted)
{
	struct request *req = p->pending_visits.oldest, *after;

	for (; req; req = after) {
		after = req->after;
		if (aborted || req->deadline_ms <= now_ms)
			visit_expire(host, p, req, aborted ? VERDICT_ABORTED : VERDICT_TIMEOUT);
	}
}
