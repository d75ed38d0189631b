#include "provider/ended.h"

#include <wdspxe-host.h>

#include "provider/call.h"
#include "provider/seat.h"

void ended_forget(struct provider *p, struct request *req)
{
	if (guard_unpin(&req->guard) && mailbox_post(&p->host->verdicts, &req->letter))
		p->host->hooks.wake(p->host->hooks.context);
}

void ended_tell(struct provider *p, struct request *req)
{
	uint64_t generation = guard_view(&req->guard).generation;

	if (atomic_load_explicit(&p->callback[CALLBACK_REQUEST_ENDED], memory_order_relaxed) == 0)
		return;
	if (guard_pin(&req->guard, generation, GUARD_GIVE_BACK))
		seat_of(p)->tell(p, req);
}

static void returned(void)
{
	PxeHostSetProvider(NULL);
	call_leave();
}

void ended_call(struct provider *p, struct request *req)
{
	request_ended_fn tell = (request_ended_fn)atomic_load(&p->callback[CALLBACK_REQUEST_ENDED]);
	PVOID context = (PVOID)atomic_load(&p->context[CALLBACK_REQUEST_ENDED]);
	struct guard_view view = guard_view(&req->guard);
	uint64_t handle = request_handle(req, view.generation);

	if (view.state == HANDLE_EXPIRED) {
		call_enter(atomic_load(&p->log_name), "PxeProviderRequestEnded", req, handle);
		PxeHostSetProvider(p->handle);
		tell((HANDLE)(uintptr_t)handle,
		     view.verdict == VERDICT_ABORTED ? PXE_ENDED_STOPPED : PXE_ENDED_TIMEOUT,
		     context);
		returned();
	}
	ended_forget(p, req);
}

void ended_abandon(struct provider *p, struct request *req)
{
	returned();
	ended_forget(p, req);
}
