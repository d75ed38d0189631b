/* no allocation · no lock · no log */
/* What a provider says about its decision, and the end of a pending request with an error.
 *
 * A reason is written into its visit by one thread at a time: NOT_NOTED or NOTED → BEING → NOTED.
 * The loop reads it at the end of the request, after NOTED → TAKEN or NOT_NOTED → CLOSED, which
 * ends the writing for good: a request may have ended, by its deadline, while its provider is still
 * inside.
 */
#include "base/plain.h"
#include "provider/call.h"
#include "provider/pin.h"
#include "provider/process.h"
#include "provider/reason.h"
#include "provider/state.h"

enum { REASON_NOT_NOTED, REASON_BEING_NOTED, REASON_NOTED, REASON_TAKEN, REASON_CLOSED };

static void copy_line(char out[static REQUEST_REASON_MAX], const char *text)
{
	size_t len = text ? strnlen(text, REQUEST_REASON_MAX) : 0;

	plain_text(span_of(text, len), out, REQUEST_REASON_MAX);
}

static void reason_note(struct request *req, ULONG kind, const char *text, const char *file,
			ULONG line)
{
	struct visit *visit = request_visit(req);
	uint32_t seen = atomic_load_explicit(&visit->reason_noted, memory_order_relaxed);

	if ((seen != REASON_NOT_NOTED && seen != REASON_NOTED) ||
	    !atomic_compare_exchange_strong_explicit(&visit->reason_noted, &seen,
						     REASON_BEING_NOTED, memory_order_acquire,
						     memory_order_relaxed))
		return; /* another thread says it now, or it is too late */
	visit->reason.kind = (enum reason_kind)kind;
	visit->reason.provider = visit->provider;
	visit->reason.line = line;
	copy_line(visit->reason.text, text);
	copy_line(visit->reason.file, file);
	atomic_store_explicit(&visit->reason_noted, REASON_NOTED, memory_order_release);
}

DWORD reason_give(HANDLE request, ULONG kind, const char *text, const char *file, ULONG line)
{
	struct host *host = host_the;
	struct request *req = request_enter(host, request, GUARD_USE);

	if (!req)
		return ERROR_INVALID_HANDLE;
	if (req->remarks.book)
		remarks_add(&req->remarks, &(struct remark){ request_visit(req)->provider, kind,
							     line, text, file });
	if (req->wanted && kind != PXE_REASON_PASSED)
		reason_note(req, kind, text, file, line);
	request_leave(host, req);
	return ERROR_SUCCESS;
}

/* Apart, so that who is told that nobody listens pays for no frame. */
__attribute__((noinline)) static int wanted_level(HANDLE request)
{
	struct host *host = host_the;
	struct request *req = request_enter(host, request, GUARD_USE);
	int wanted = !req || !req->wanted ? FALSE : req->remarks.book ? PXE_WANTED_EACH : TRUE;

	if (req)
		request_leave(host, req);
	return wanted;
}

int reason_wanted(HANDLE request)
{
	const struct request *inside = call_request_of((uint64_t)(uintptr_t)request);

	return inside && !inside->wanted ? FALSE : wanted_level(request);
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

const struct request_reason *reason_of_visit(const struct visit *visit)
{
	uint32_t noted = atomic_load_explicit(&visit->reason_noted, memory_order_acquire);

	return noted == REASON_NOTED || noted == REASON_TAKEN ? &visit->reason : NULL;
}

static const struct request_reason *reason_of_turn(const struct request *req, uint32_t turn)
{
	for (uint32_t i = 0; i < request_visits_kept(req); i++)
		if (req->visit[i].turn == turn)
			return reason_of_visit(&req->visit[i]);
	return NULL;
}

/* Of who said something last; but what came near says less than why one before it failed. */
static const struct request_reason *reason_of_last(const struct request *req)
{
	const struct request_reason *last = NULL, *failed = NULL;

	for (uint32_t i = request_visits_kept(req); i > 0 && !last; i--)
		last = reason_of_visit(&req->visit[i - 1]);
	if (last && last->kind == REASON_NEAREST && req->fault.provider)
		failed = reason_of_turn(req, req->fault.turn);
	return failed ? failed : last;
}

/* Nobody decided: what those say who came near. Else it is the word of who decided; and who was
 * passed over has said nothing. */
static const struct request_reason *reason_for(const struct request *req, enum outcome outcome)
{
	if (outcome == OUTCOME_BUSY)
		return NULL;
	if (outcome == OUTCOME_REJECTED || outcome == OUTCOME_NOT_OURS)
		return reason_of_last(req);
	if (req->fault.provider && req->fault.outcome == outcome)
		return reason_of_turn(req, req->fault.turn);
	return reason_of_turn(req, req->turn);
}

/* Its provider may still be inside, and is too late from here on. */
static void reason_close(struct visit *visit)
{
	uint32_t seen = REASON_NOT_NOTED;

	if (!atomic_compare_exchange_strong(&visit->reason_noted, &seen, REASON_CLOSED) &&
	    seen == REASON_NOTED)
		atomic_compare_exchange_strong(&visit->reason_noted, &seen, REASON_TAKEN);
}

void reason_settle(struct request *req, enum outcome outcome)
{
	req->reason = NULL;
	if (!req->wanted || req->n_visits == 0)
		return;
	reason_close(request_visit(req));
	req->reason = reason_for(req, outcome);
}
