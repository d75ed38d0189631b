/* One request on its way through the chain: asked, parked, decided, passed on.
 *
 * A visit is one provider's turn. It opens the request's guard (a fresh handle), ends when the
 * guard is CLOSED with no pins, and then the loop settles it: takes the provider's packets back,
 * and goes on by the verdict. Whoever leaves the guard so is the one who brings it back here: the
 * loop inline, any other thread by a letter.
 */
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
	return filter == PXE_PROV_FILTER_ALL ||
	       (req->valid && (filter == PXE_PROV_FILTER_DHCP_ONLY || req->pxe));
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
	if (req->family == IP_V4)
		PxeHostSetPacket(req->octets, req->len, &req->v4.index);
	code = recv_request(handle, req->octets, req->len, &address[0], &address[1], action,
			    context);
	if (req->family == IP_V4)
		PxeHostSetPacket(NULL, 0, NULL);
	PxeHostSetProvider(NULL);
	call_leave();
	return code;
}

static void say(struct provider *p, PXE_SEVERITY severity, const struct request *req,
		const char *what)
{
	char client[40];

	host_say(p->host, p->name, severity, "%s (client %s, xid %08x)", what,
		 request_client_text(req, client), request_xid(req));
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

	verdict = code != ERROR_SUCCESS ? VERDICT_ERROR : (enum verdict)action;
	if (code == ERROR_SUCCESS && !is_action(action)) {
		host_say(p->host, p->name, PXE_TRACE_ERROR,
			 "RecvRequest succeeded with action %u, which does not exist: taken as "
			 "PXE_BA_REJECTED",
			 action);
		verdict = VERDICT_REJECTED;
	}
	if (!guard_close(&req->guard, verdict, &overruled, &last))
		say(p, PXE_TRACE_WARNING, req, "RecvRequest returned after the request had ended");
	if (overruled)
		say(p, PXE_TRACE_ERROR, req,
		    "PxeAsyncRecvDone was called, but RecvRequest did not return ERROR_IO_PENDING: "
		    "what RecvRequest returned counts");
	return guard_unpin(&req->guard);
}

uint64_t walk_patience_ms(const struct provider *p)
{
	double seconds =
		p->pending_timeout >= 0 ? p->pending_timeout : p->host->limits.pending_timeout;

	return (uint64_t)(seconds * 1000.0);
}

/* ---- the end ---- */

static bool goes_on(enum verdict verdict)
{
	return verdict == VERDICT_REJECTED || verdict == VERDICT_ERROR;
}

static enum outcome outcome_of(struct request *req, enum verdict verdict)
{
	bool sent = atomic_load_explicit(&req->replies, memory_order_acquire) > 0;

	switch (verdict) {
	case VERDICT_TIMEOUT:
		return OUTCOME_TIMEOUT;
	case VERDICT_ABORTED:
		return OUTCOME_ABORTED;
	case VERDICT_BUSY:
		return OUTCOME_BUSY;
	case VERDICT_NBP:
		return sent ? OUTCOME_NBP : OUTCOME_UNSENT;
	case VERDICT_CUSTOM:
		return sent ? OUTCOME_CUSTOM : OUTCOME_UNSENT;
	case VERDICT_IGNORE:
		return OUTCOME_IGNORED;
	case VERDICT_REJECTED:
	case VERDICT_ERROR:
		break;
	}
	return req->seen ? OUTCOME_REJECTED : OUTCOME_UNSEEN;
}

static bool is_undecided(enum outcome outcome)
{
	return outcome == OUTCOME_REJECTED || outcome == OUTCOME_UNSEEN ||
	       outcome == OUTCOME_UNSENT || outcome == OUTCOME_IGNORED;
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
	enum outcome outcome = outcome_of(req, verdict);

	/* What was not meant for us had no other end, unless somebody was allowed to answer. */
	if (!req->may_answer && is_undecided(outcome))
		outcome = OUTCOME_NOT_OURS;
	if (goes_on(verdict) && outcome != OUTCOME_NOT_OURS && req->busy) {
		outcome = OUTCOME_BUSY; /* who was passed over might have wanted it */
		req->provider = req->busy;
	}
	req->counted = true;
	level_move(&host->count.pending, UINT32_MAX);
	count_up_loop(&host->count.outcomes[outcome]);
	req->ended_us = clock_us();
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

static void warn_unsent(struct provider *p, struct request *req, enum verdict verdict)
{
	if ((verdict == VERDICT_NBP || verdict == VERDICT_CUSTOM) &&
	    atomic_load_explicit(&req->replies, memory_order_acquire) == 0)
		say(p, PXE_TRACE_WARNING, req,
		    "said that it had answered, but nothing was sent by PxeSendReply");
}

static void note_decider(struct provider *p, struct request *req, enum verdict verdict)
{
	if (!goes_on(verdict) && verdict != VERDICT_BUSY)
		req->provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	warn_unsent(p, req, verdict);
}

/* Who has lost its request to a deadline is not blamed for what it had not come to free. */
static void packets_take_back(struct host *host, struct provider *p, struct request *req)
{
	struct packet_overrun overrun;
	unsigned left = packet_release_all(&host->packets, req, &overrun);

	overrun_say(req, &overrun, "seen at the end of the request");
	atomic_fetch_sub_explicit(&p->packets, left, memory_order_relaxed);
	if (left == 0 || req->counted)
		return;
	atomic_fetch_add_explicit(&p->count->leaked, left, memory_order_relaxed);
	atomic_fetch_add_explicit(&p->leaked, left, memory_order_relaxed);
	host_say(host, p->name, PXE_TRACE_WARNING, "left %u packet%s behind, without PxePacketFree",
		 left, left == 1 ? "" : "s");
}

/* The visit is over and nobody is inside: takes the packets back and frees the guard. */
static enum verdict visit_settle(struct host *host, struct request *req)
{
	struct provider *p = req->asked;
	enum verdict verdict = (enum verdict)guard_view(&req->guard).verdict;

	pending_remove(p, req);
	packets_take_back(host, p, req);
	guard_free(&req->guard);
	if (!req->counted) {
		count_up_loop(&p->count->verdict[verdict]);
		note_decider(p, req, verdict);
	}
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

/* Opens a visit. True: decided, to be settled now. */
static bool visit_begin(struct host *host, struct provider *p, struct request *req)
{
	req->asked = p;
	req->seen = true;
	req->deadline_ms = host->now_ms + walk_patience_ms(p);
	count_up_loop(&p->count->asked);
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

		if (provider_wants(p, req))
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
			count_up_loop(&p->count->verdict[VERDICT_BUSY]);
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
	req->provider = req->busy = NULL;
	req->list = NULL;
	req->seen = req->counted = false;
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

static const char *expiry_text(enum verdict verdict, enum handle_state was)
{
	if (verdict != VERDICT_TIMEOUT)
		return "had not decided when the daemon stopped";
	if (was == HANDLE_QUEUED)
		return "was not asked within its pending-timeout: its threads were busy with other "
		       "requests";
	return "did not decide within its pending-timeout";
}

/* The request ends now; its memory where nobody outside has its address any more. */
static void visit_expire(struct host *host, struct provider *p, struct request *req,
			 enum verdict verdict)
{
	enum handle_state was;
	bool last;

	if (!guard_expire(&req->guard, verdict, &was, &last))
		return; /* decided: its letter is on its way */
	count_up_loop(&p->count->verdict[verdict]);
	req->provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	say(p, PXE_TRACE_WARNING, req, expiry_text(verdict, was));
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
