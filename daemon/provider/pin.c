#include "provider/pin.h"

#include "provider/altstack.h"
#include "provider/call.h"
#include "provider/state.h"

struct provider *provider_pin(struct host *host, HANDLE handle)
{
	uint64_t generation;
	uint32_t index;

	altstack_have(); /* this may be a thread of the provider's own */
	if (!host ||
	    !handle_split((uint64_t)(uintptr_t)handle, PROVIDER_HANDLE_KIND, PROVIDERS_MAX, &index,
			  &generation) ||
	    !guard_pin(&host->slot[index].guard, generation, GUARD_USE))
		return NULL;
	return atomic_load_explicit(&host->slot[index].provider, memory_order_acquire);
}

struct provider *provider_pin_at(struct host *host, uint32_t slot)
{
	struct guard *guard = &host->slot[slot].guard;

	if (!atomic_load_explicit(&host->slot[slot].provider, memory_order_relaxed) ||
	    !guard_pin(guard, guard_view(guard).generation, GUARD_USE))
		return NULL;
	return atomic_load_explicit(&host->slot[slot].provider, memory_order_acquire);
}

void provider_unpin(struct provider *p)
{
	guard_unpin(&p->host->slot[p->slot].guard);
}

/* Apart, so that the short way needs no frame. */
__attribute__((noinline)) static struct request *request_pin(struct host *host, uint64_t handle,
							     enum guard_use use)
{
	uint64_t generation;
	struct request *req = request_find(&host->table, handle, &generation);

	altstack_have(); /* this may be a thread of the provider's own */
	return req && guard_pin(&req->guard, generation, use) ? req : NULL;
}

struct request *request_enter(struct host *host, HANDLE handle, enum guard_use use)
{
	struct request *req = call_request_of((uint64_t)(uintptr_t)handle);

	if (req) /* pinned as long as the callback runs, and so its generation stays */
		return guard_lets_in(&req->guard, use) ? req : NULL;
	return request_pin(host, (uint64_t)(uintptr_t)handle, use);
}

void request_leave(struct host *host, struct request *req)
{
	if (req != call_request() && guard_unpin(&req->guard) &&
	    mailbox_post(&host->verdicts, &req->letter))
		host->hooks.wake(host->hooks.context);
}
