/* One request on its way through the chain: asked, parked, decided, passed on.
 *
 * A visit is one provider's turn. It opens the request's guard (a fresh handle), ends when the
 * guard is CLOSED with no pins, and then the loop settles it: takes the provider's packets back,
 * and goes on by the verdict. Whoever leaves the guard so is the one who brings it back here: the
 * loop inline, any other thread by a letter.
 */
#include "provider/fault.h"
#include "provider/state.h"

static bool is_action(unsigned value)
{
	return value >= PXE_BA_NBP && value <= PXE_BA_REJECTED;
}

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

/* ---- the visit ---- */

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

/* This thread is out of the callback. */
static void visit_returned(const struct request *req)
{
	if (req->family == IP_V4)
		PxeHostSetPacket(NULL, 0, NULL, 0);
	PxeHostSetProvider(NULL);
	call_leave();
}

static DWORD visit_ask(struct provider *p, struct request *req, PXE_BOOT_ACTION *action)
{
	recv_request_fn recv_request = (recv_request_fn)atomic_load_explicit(
		&p->callback[PXE_CALLBACK_RECV_REQUEST], memory_order_relaxed);
	PVOID context = (PVOID)atomic_load_explicit(&p->context[PXE_CALLBACK_RECV_REQUEST],
						    memory_order_relaxed);
	HANDLE handle = (HANDLE)(uintptr_t)request_handle(req, guard_view(&req->guard).generation);
	PXE_ADDRESS *address = (PXE_ADDRESS *)(void *)req->extra;
	DWORD code;

	*action = PXE_BA_REJECTED;
	call_enter(atomic_load_explicit(&p->log_name, memory_order_relaxed),
		   "PxeProviderRecvRequest", req);
	PxeHostSetProvider(p->handle);
	if (req->family == IP_V4 && !req->foreign)
		PxeHostSetPacket(req->octets, req->len, &req->v4.index, sizeof(req->v4.index));
	code = recv_request(handle, req->octets, req->len, &address[0], &address[1], action,
			    context);
	visit_returned(req);
	return code;
}

bool visit_call(struct provider *p, struct request *req)
{
	PXE_BOOT_ACTION action;
	bool overruled, last;
	enum verdict verdict;
	DWORD code;

	code = visit_ask(p, req, &action);
	if (code == ERROR_IO_PENDING)
		return guard_park(&req->guard);

	atomic_store_explicit(&req->code, code, memory_order_relaxed);
	atomic_store_explicit(&req->failed, false, memory_order_relaxed);
	verdict = code != ERROR_SUCCESS ? VERDICT_ERROR : (enum verdict)action;
	if (code == ERROR_SUCCESS && !is_action(action)) {
		host_say_of(p->host, p->name, req, PXE_TRACE_ERROR,
			    "RecvRequest succeeded with action %u, which does not exist: treated "
			    "as PXE_BA_REJECTED",
			    action);
		verdict = VERDICT_REJECTED;
	}
	if (!guard_close(&req->guard, verdict, &overruled, &last))
		host_say_of(p->host, p->name, req, PXE_TRACE_WARNING,
			    "RecvRequest returned after the request had ended");
	if (overruled)
		host_say_of(p->host, p->name, req, PXE_TRACE_ERROR,
			    "PxeAsyncRecvDone was called, but RecvRequest did not return "
			    "ERROR_IO_PENDING: the result of RecvRequest is used");
	return guard_unpin(&req->guard);
}

bool visit_abandon(struct request *req)
{
	bool overruled, last;

	visit_returned(req);
	atomic_store_explicit(&req->code, ERROR_SUCCESS, memory_order_relaxed);
	atomic_store_explicit(&req->failed, false, memory_order_relaxed);
	guard_close(&req->guard, VERDICT_ERROR, &overruled, &last);
	return guard_unpin(&req->guard);
}

uint64_t walk_patience_ms(const struct provider *p)
{
	double seconds =
		p->pending_timeout >= 0 ? p->pending_timeout : p->host->limits.pending_timeout;

	return (uint64_t)(seconds * 1000.0);
}

/* ---- the end ---- */

/* Replies of this visit. */
static uint32_t visit_replies(const struct request *req)
{
	return atomic_load_explicit(&req->replies, memory_order_acquire) - req->replied;
}

/* How a turn ended that nothing went wrong with, for the provider's own counters. */
static enum outcome visit_outcome(const struct request *req, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_NBP:
		return visit_replies(req) > 0 ? OUTCOME_NBP : OUTCOME_UNSENT;
	case VERDICT_CUSTOM:
		return visit_replies(req) > 0 ? OUTCOME_CUSTOM : OUTCOME_UNSENT;
	case VERDICT_IGNORE:
		return OUTCOME_IGNORED;
	case VERDICT_TIMEOUT:
		return OUTCOME_TIMEOUT;
	case VERDICT_ABORTED:
		return OUTCOME_ABORTED;
	case VERDICT_BUSY:
		return OUTCOME_BUSY;
	case VERDICT_REJECTED:
	case VERDICT_ERROR:
		break;
	}
	return OUTCOME_REJECTED;
}

static bool goes_on(enum verdict verdict)
{
	return verdict == VERDICT_REJECTED || verdict == VERDICT_ERROR;
}

static bool is_undecided(enum outcome outcome)
{
	return outcome == OUTCOME_REJECTED || outcome == OUTCOME_UNSEEN ||
	       outcome == OUTCOME_UNSENT || outcome == OUTCOME_IGNORED;
}

/* What went wrong with this turn: its reply was not taken, or it returned an error. The error that
 * a reply to a packet of another's gets is no fault: that packet is simply not ours. */
static struct request_fault visit_fault(const struct provider *p, const struct request *req,
					enum verdict verdict)
{
	bool refused =
		verdict != VERDICT_BUSY && visit_replies(req) == 0 &&
		atomic_load_explicit(&req->refused_noted, memory_order_acquire) == REPLY_NOTED;
	bool not_ours = refused && req->refused.outcome == OUTCOME_NOT_OURS;
	struct request_fault fault = { .provider = NULL };
	uint32_t code = atomic_load_explicit(&req->code, memory_order_relaxed);
	bool failed = atomic_load_explicit(&req->failed, memory_order_relaxed);

	if (refused && !not_ours)
		fault = req->refused;
	else if (verdict == VERDICT_ERROR && !(not_ours && code == ERROR_ACCESS_DENIED))
		fault = (struct request_fault){ .outcome = OUTCOME_FAILED,
						.call = failed ? NULL : "RecvRequest",
						.code = code };
	else
		return fault;
	fault.provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	fault.turn = req->turn;
	return fault;
}

/* What went wrong is told once: by the request's own line, or here, where that line will say
 * something else. */
static void fault_tell(struct host *host, const struct request *req)
{
	char text[256];

	if (req->fault.provider)
		host_say_of(host, req->fault.provider, req, PXE_TRACE_WARNING, "%s",
			    fault_text(&req->fault, text, sizeof(text)));
}

/* A provider sent a reply, and says that it did not decide for one. */
static void warn_contradiction(struct host *host, const struct provider *p,
			       const struct request *req, enum verdict verdict)
{
	if (visit_replies(req) == 0)
		return;
	if (verdict == VERDICT_REJECTED || verdict == VERDICT_ERROR)
		host_say_of(
			host, p->name, req, PXE_TRACE_WARNING,
			"sent a reply, and then %s: the next provider is asked and may answer, too",
			verdict == VERDICT_ERROR ? "returned an error"
						 : "returned PXE_BA_REJECTED");
	if (verdict == VERDICT_IGNORE)
		host_say_of(host, p->name, req, PXE_TRACE_WARNING,
			    "sent a reply, and then returned PXE_BA_IGNORE, which means that no "
			    "reply is sent");
}

/* A turn is over: how it ended, counted for its provider. */
static void visit_note(struct host *host, struct provider *p, struct request *req,
		       enum verdict verdict)
{
	struct request_fault fault = visit_fault(p, req, verdict);

	req->outcome = fault.provider ? fault.outcome : visit_outcome(req, verdict);
	count_up_loop(&visit_count(p, req)->outcome[req->outcome]);
	if (fault.provider) {
		fault_tell(host, req); /* of one before it */
		req->fault = fault;
	}
	if (!goes_on(verdict) && verdict != VERDICT_BUSY)
		req->provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	warn_contradiction(host, p, req, verdict);
}

/* The one outcome: that of who decided; where nobody did, what went wrong with somebody. */
static enum outcome request_outcome(struct host *host, struct request *req, enum verdict verdict)
{
	enum outcome outcome = goes_on(verdict) ? OUTCOME_REJECTED : req->outcome;

	if (goes_on(verdict) && req->fault.provider)
		outcome = req->fault.outcome;
	else if (!req->seen && goes_on(verdict))
		outcome = OUTCOME_UNSEEN;
	if (req->busy && req->may_answer &&
	    (outcome == OUTCOME_REJECTED || outcome == OUTCOME_UNSEEN)) {
		outcome = OUTCOME_BUSY; /* who was passed over might have wanted it */
		req->provider = req->busy;
	}
	if (req->fault.provider && outcome == req->fault.outcome)
		req->provider = req->fault.provider;
	else
		fault_tell(host, req);
	/* What was not meant for us had no other end, unless somebody was allowed to answer. */
	if (!req->may_answer && is_undecided(outcome))
		return req->foreign ? req->unread : OUTCOME_NOT_OURS;
	return outcome;
}

static void count_latency(struct host *host, const struct request *req)
{
	uint64_t us = req->ended_us - req->arrived_us;
	unsigned bucket = 0;

	while (bucket < 15 && us >= 16ull << bucket)
		bucket++;
	count_up_loop(&host->count.latency[bucket]);
	count_add_loop(&host->count.latency_us_sum, us);
}

/* Counts and reports a request's one outcome. */
static void request_end(struct host *host, struct request *req, enum verdict verdict)
{
	enum outcome outcome = request_outcome(host, req, verdict);

	req->counted = true;
	reason_settle(req, outcome);
	req->ended_us = clock_us();
	if (req->trial) {
		trial_end(host, req->trial, req, outcome);
		return;
	}
	level_move(&host->count.pending, UINT32_MAX);
	count_up_loop(&host->count.outcomes[outcome]);
	count_latency(host, req);
	host->hooks.ended(host->hooks.context, req, outcome);
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

/* Who has lost its request to a deadline is not blamed for what it had not come to free. */
static void packets_take_back(struct host *host, struct provider *p, struct request *req)
{
	struct packet_overrun overrun;
	unsigned left = packet_release_all(&host->packets, req, &overrun);

	overrun_say(req, &overrun, "found at the end of the request");
	atomic_fetch_sub_explicit(&p->packets, left, memory_order_relaxed);
	if (left == 0 || req->counted)
		return;
	atomic_fetch_add_explicit(&visit_count(p, req)->leaked, left, memory_order_relaxed);
	if (!req->trial)
		atomic_fetch_add_explicit(&p->leaked, left, memory_order_relaxed);
	host_say_of(host, p->name, req, PXE_TRACE_WARNING,
		    "did not free %u packet%s with PxePacketFree", left, left == 1 ? "" : "s");
}

/* The visit is over and nobody is inside: takes the packets back and frees the guard. */
static enum verdict visit_settle(struct host *host, struct request *req)
{
	struct provider *p = req->asked;
	enum verdict verdict = (enum verdict)guard_view(&req->guard).verdict;

	pending_remove(p, req);
	packets_take_back(host, p, req);
	guard_free(&req->guard);
	if (!req->counted)
		visit_note(host, p, req, verdict);
	return verdict;
}

/* Hands the visit to the provider's threads. False: it is closed as BUSY, and settled. */
static bool visit_hand_over(struct provider *p, struct request *req)
{
	uint64_t generation = guard_queue(&req->guard);
	bool overruled, last;

	pending_add(p, req);
	if (workers_queue(p, req, generation))
		return true;
	guard_close(&req->guard, VERDICT_BUSY, &overruled, &last);
	return false;
}

static uint64_t visit_patience_ms(const struct provider *p, const struct request *req)
{
	uint64_t ms = walk_patience_ms(p);

	return req->trial && ms > HOST_TRIAL_MS ? HOST_TRIAL_MS : ms;
}

/* Opens a visit. True: decided, to be settled now. */
static bool visit_begin(struct host *host, struct provider *p, struct request *req)
{
	req->asked = p;
	req->seen = true;
	req->replied = atomic_load_explicit(&req->replies, memory_order_relaxed);
	atomic_store_explicit(&req->refused_noted, REPLY_NOT_NOTED, memory_order_relaxed);
	req->deadline_ms = host->now_ms + visit_patience_ms(p, req);
	count_up_loop(&visit_count(p, req)->asked);
	if (atomic_load_explicit(&p->threads, memory_order_relaxed) > 0)
		return !visit_hand_over(p, req);
	guard_open(&req->guard);
	if (visit_call(p, req))
		return true;
	pending_add(p, req); /* its letter cannot come before this: letters are the loop's */
	return false;
}

static struct provider *chain_next(struct request *req)
{
	struct chain *chain = req->chain;

	while (chain && req->turn < chain->n) {
		struct provider *p = chain->provider[req->turn++];

		if (provider_wants(p, req) && (!req->trial || trial_admits(p->host, p, req)))
			return p;
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

	while (goes_on(verdict) && (p = chain_next(req)) != NULL) {
		if (share_is_full(host, p, req)) {
			req->outcome = OUTCOME_BUSY;
			count_up_loop(&visit_count(p, req)->outcome[OUTCOME_BUSY]);
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

void walk_begin(struct host *host, struct request *req)
{
	req->chain = host->chain ? chain_ref(host->chain) : NULL;
	req->turn = 0;
	req->provider = req->busy = req->fault.provider = NULL;
	req->list = NULL;
	req->seen = req->counted = false;
	req->wanted =
		req->trial || (host->hooks.wanted && host->hooks.wanted(host->hooks.context, req));
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
	if (goes_on(verdict)) {
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
	request_end(host, req, verdict);
	if (last) {
		visit_settle(host, req);
		request_release(host, req);
		return;
	}
	pending_remove(p, req);
	quarantine_add(p, req);
	if (was == HANDLE_PARKED) /* else its callback is still inside the provider's code */
		chain_leave(req);
}

void walk_expire(struct host *host, struct provider *p, uint64_t now_ms, enum verdict verdict)
{
	struct request *req = p->pending_visits.oldest, *after;

	for (; req; req = after) {
		after = req->after;
		if (verdict != VERDICT_TIMEOUT || req->deadline_ms <= now_ms)
			visit_expire(host, p, req, verdict);
	}
}
