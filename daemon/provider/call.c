/* Who is being called on this thread: written around each call, read when something goes wrong. */
#include "provider/altstack.h"
#include "provider/state.h"

static _Thread_local struct host_call call;
static _Thread_local struct request *called; /* while its RecvRequest runs */

static _Atomic(const char *) unloaded;

void call_unloaded(const char *provider)
{
	atomic_store(&unloaded, provider);
}

const char *host_call_unloaded(void)
{
	return atomic_load(&unloaded);
}

void call_enter(const char *provider, const char *callback, struct request *req)
{
	altstack_have();
	called = req;
	atomic_store_explicit(&call.callback, callback, memory_order_relaxed);
	atomic_store_explicit(&call.request, req, memory_order_relaxed);
	atomic_store_explicit(&call.since_ms, req && host_on_loop() ? req->arrived_ms : clock_ms(),
			      memory_order_relaxed);
	atomic_store_explicit(&call.provider, provider, memory_order_release);
}

void call_leave(void)
{
	called = NULL;
	atomic_store_explicit(&call.provider, NULL, memory_order_release);
}

struct request *call_request(void)
{
	return called;
}

const struct host_call *host_call_current(void)
{
	return &call;
}

const struct host_call *host_call_of_loop(const struct host *host)
{
	return host->loop_call;
}

const char *host_call_client(const struct host_call *of, char text[static 40])
{
	const struct request *req = atomic_load_explicit(&of->request, memory_order_acquire);

	if (!req) {
		text[0] = '-';
		text[1] = '\0';
		return text;
	}
	return request_client_text(req, text);
}
