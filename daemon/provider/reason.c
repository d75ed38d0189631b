/* no allocation · no lock · no log */
/* What a provider says about its decision, and the end of a pending request with an error.
 *
 * A reason is written into the request by one thread at a time: NONE or NOTED → BEING → NOTED. The
 * loop reads it after NOTED → TAKEN, which ends the writing for good: a request may have ended, by
 * its deadline, while its provider is still inside.
 */
#include "base/plain.h"
#include "provider/pin.h"
#include "provider/process.h"
#include "provider/reason.h"
#include "provider/state.h"

enum { REASON_NOT_NOTED, REASON_BEING_NOTED, REASON_NOTED, REASON_TAKEN };

static void copy_line(char out[static REQUEST_REASON_MAX], const char *text)
{
	size_t len = text ? strnlen(text, REQUEST_REASON_MAX) : 0;

	plain_text(span_of(text, len), out, REQUEST_REASON_MAX);
}

/* What came near says less than why one before it failed, for that is how the request will end. */
static bool yields(const struct request *req, ULONG kind)
{
	return kind == PXE_REASON_NEAREST && req->fault.provider && req->turn != req->fault.turn &&
	       req->reason.turn == req->fault.turn;
}

static void reason_note(struct request *req, ULONG kind, const char *text, const char *file,
			ULONG line)
{
	const struct provider *p = req->asked;
	uint32_t seen = atomic_load_explicit(&req->reason_noted, memory_order_relaxed);

	if ((seen != REASON_NOT_NOTED && seen != REASON_NOTED) ||
	    !atomic_compare_exchange_strong_explicit(&req->reason_noted, &seen, REASON_BEING_NOTED,
						     memory_order_acquire, memory_order_relaxed))
		return; /* another thread says it now, or it is too late */
	if (seen == REASON_NOTED && yields(req, kind)) {
		atomic_store_explicit(&req->reason_noted, REASON_NOTED, memory_order_release);
		return;
	}
	req->reason.kind = (enum reason_kind)kind;
	req->reason.provider = atomic_load_explicit(&p->log_name, memory_order_relaxed);
	req->reason.turn = req->turn;
	req->reason.line = line;
	copy_line(req->reason.text, text);
	copy_line(req->reason.file, file);
	atomic_store_explicit(&req->reason_noted, REASON_NOTED, memory_order_release);
}

DWORD reason_give(HANDLE request, ULONG kind, const char *text, const char *file, ULONG line)
{
	struct host *host = host_the;
	struct request *req = request_enter(host, request, GUARD_USE);

	if (!req)
		return ERROR_INVALID_HANDLE;
	if (req->wanted)
		reason_note(req, kind, text, file, line);
	request_leave(host, req);
	return ERROR_SUCCESS;
}

int reason_wanted(HANDLE request)
{
	struct host *host = host_the;
	struct request *req = request_enter(host, request, GUARD_USE);
	bool wanted = req && req->wanted;

	if (req)
		request_leave(host, req);
	return wanted;
}

DWORD request_fail(HANDLE request, DWORD error)
{
	struct host *host = host_the;
	struct request *inside =
		request_enter(host, request, GUARD_USE); /* NULL too where it has timed out */
	uint64_t generation;
	struct request *req = request_find(&host->table, (uint64_t)(uintptr_t)request, &generation);
	bool decided, last = false;

	if (inside) {
		atomic_store_explicit(&inside->code, error, memory_order_relaxed);
		atomic_store_explicit(&inside->failed, true, memory_order_relaxed);
	}
	decided = req && guard_decide(&req->guard, generation, VERDICT_ERROR, &last);
	if (inside)
		request_leave(host, req); /* with our pin it was not the last */
	else if (decided && last && mailbox_post(&host->verdicts, &req->letter))
		host->hooks.wake(host->hooks.context);
	return decided ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

/* Nobody decided: what those say who came near. Else it is the word of who decided; and who was
 * passed over has said nothing. */
static bool belongs(const struct request *req, enum outcome outcome)
{
	if (outcome == OUTCOME_BUSY)
		return false;
	if (outcome == OUTCOME_REJECTED || outcome == OUTCOME_NOT_OURS)
		return true;
	if (req->fault.provider && req->fault.outcome == outcome)
		return req->reason.turn == req->fault.turn;
	return req->reason.turn == req->turn;
}

void reason_settle(struct request *req, enum outcome outcome)
{
	uint32_t noted = REASON_NOTED;

	req->explained = req->wanted &&
			 atomic_compare_exchange_strong_explicit(&req->reason_noted, &noted,
								 REASON_TAKEN, memory_order_acquire,
								 memory_order_relaxed) &&
			 belongs(req, outcome);
}
