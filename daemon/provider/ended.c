#include "provider/ended.h"

#include <wdspxe-host.h>

#include "provider/call.h"
#include "provider/seat.h"

void ended_tell(struct provider *p, struct request *req)
{
	if (atomic_load_explicit(&p->callback[CALLBACK_REQUEST_ENDED], memory_order_relaxed) != 0)
		seat_of(p)->tell(p, req, guard_view(&req->guard).generation);
}

static void leave(struct provider *p, struct request *req)
{
	if (guard_unpin(&req->guard) && mailbox_post(&p->host->verdicts, &req->letter))
		p->host->hooks.wake(p->host->hooks.context);
}

/* This thread is out of the callback. */
static void returned(void)
{
	PxeHostSetProvider(NULL);
	call_leave();
}

static void call(struct provider *p, struct request *req, uint64_t handle, ULONG reason)
{
	request_ended_fn tell = (request_ended_fn)atomic_load(&p->callback[CALLBACK_REQUEST_ENDED]);
	PVOID context = (PVOID)atomic_load(&p->context[CALLBACK_REQUEST_ENDED]);

	call_enter(atomic_load(&p->log_name), "PxeProviderRequestEnded", req, handle);
	PxeHostSetProvider(p->handle);
	tell((HANDLE)(uintptr_t)handle, reason, context);
	returned();
}

void ended_call(struct provider *p, struct request *req, uint64_t generation)
{
	struct guard_view view;

	if (!guard_pin(&req->guard, generation, GUARD_GIVE_BACK))
		return;
	view = guard_view(&req->guard);
	if (view.state == HANDLE_EXPIRED)
		call(p, req, request_handle(req, generation),
		     view.verdict == VERDICT_ABORTED ? PXE_ENDED_STOPPED : PXE_ENDED_TIMEOUT);
	leave(p, req);
}

void ended_abandon(struct provider *p, struct request *req)
{
	returned();
	leave(p, req);
}
