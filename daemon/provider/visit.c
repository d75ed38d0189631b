#include "provider/visit.h"

#include <wdspxe-host.h>

#include "base/clock.h"
#include "provider/call.h"
#include "provider/fault.h"
#include "provider/overrun.h"
#include "provider/say.h"
#include "provider/seat.h"
#include "provider/share.h"

static bool is_action(unsigned value)
{
	return value >= PXE_BA_NBP && value <= PXE_BA_REJECTED;
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
		   "PxeProviderRecvRequest", req, (uint64_t)(uintptr_t)handle);
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

uint64_t visit_patience_ms(const struct provider *p)
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
enum outcome visit_outcome(const struct request *req, enum verdict verdict)
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
	case VERDICT_UNAWARE:
	case VERDICT_NONE:
		break;
	}
	return OUTCOME_REJECTED;
}

bool verdict_goes_on(enum verdict verdict)
{
	return verdict == VERDICT_REJECTED || verdict == VERDICT_ERROR;
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
void visit_fault_tell(struct host *host, const struct request *req)
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

/* The place of the next one. */
static struct visit *visit_new(const struct provider *p, struct request *req)
{
	struct visit *visit;

	req->n_visits++;
	visit = request_visit(req);
	visit->provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	visit->seat = NULL;
	visit->verdict = VERDICT_NONE;
	visit->turn = req->turn;
	visit->us = visit->replies = 0;
	atomic_store_explicit(&visit->reason_noted, 0, memory_order_relaxed);
	return visit;
}

void visit_close(struct provider *p, struct request *req, enum verdict verdict)
{
	struct visit *visit = request_visit(req);
	uint64_t now_us = clock_us(), since_us = req->ended_us ? req->ended_us : req->arrived_us;

	visit->verdict = verdict;
	visit->outcome = req->outcome;
	visit->us = (uint32_t)(now_us - since_us);
	visit->replies = visit_replies(req);
	req->ended_us = now_us;
	latency_count(&visit_count(p, req)->latency, visit->us);
}

/* A turn is over: how it ended, counted for its provider. */
static void visit_note(struct host *host, struct provider *p, struct request *req,
		       enum verdict verdict)
{
	struct request_fault fault = visit_fault(p, req, verdict);

	req->outcome = fault.provider ? fault.outcome : visit_outcome(req, verdict);
	count_up_loop(&visit_count(p, req)->outcome[req->outcome]);
	if (fault.provider) {
		visit_fault_tell(host, req); /* of one before it */
		req->fault = fault;
	}
	if (!verdict_goes_on(verdict) && verdict != VERDICT_BUSY)
		req->provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	visit_close(p, req, verdict);
	warn_contradiction(host, p, req, verdict);
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
enum verdict visit_settle(struct host *host, struct request *req)
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

static uint64_t patience_of(const struct provider *p, const struct request *req)
{
	uint64_t ms = visit_patience_ms(p);

	return req->trial && ms > HOST_TRIAL_MS ? HOST_TRIAL_MS : ms;
}

/* Opens a visit. True: decided, to be settled now. */
bool visit_begin(struct host *host, struct provider *p, struct request *req)
{
	visit_new(p, req)->seat = seat_of(p)->name;
	req->asked = p;
	req->seen = true;
	req->replied = atomic_load_explicit(&req->replies, memory_order_relaxed);
	atomic_store_explicit(&req->refused_noted, REPLY_NOT_NOTED, memory_order_relaxed);
	req->deadline_ms = host->now_ms + patience_of(p, req);
	count_up_loop(&visit_count(p, req)->asked);
	if (seat_of(p)->ask(p, req))
		return true;
	seat_of(p)->flush(p);
	return false;
}

void visit_skip(struct provider *p, struct request *req, enum verdict verdict)
{
	struct visit *visit = visit_new(p, req);

	visit->verdict = verdict;
	visit->outcome = visit_outcome(req, verdict);
	if (verdict != VERDICT_BUSY)
		return;
	req->outcome = OUTCOME_BUSY;
	count_up_loop(&visit_count(p, req)->outcome[OUTCOME_BUSY]);
}
