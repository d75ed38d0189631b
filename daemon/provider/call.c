/* Who is being called on this thread: written around each call, read when something goes wrong. */
#include <sys/types.h>
#include <unistd.h>

#include "provider/altstack.h"
#include "provider/call.h"
#include "provider/crash.h"
#include "provider/process.h"
#include "provider/state.h"

static _Thread_local struct host_call call;
CALL_TLS struct call_asked call_asked;

static _Atomic(const char *) unloaded;

/* ---- the thread's end ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;
static _Thread_local struct {
	bool watched;
	void (*ended)(void *context);
	void *context;
} thread;

/* The main thread ends the process where it returns: here it does so only by pthread_exit(). */
static void on_thread_end(void *unused)
{
	(void)unused;
	if (thread.ended)
		thread.ended(thread.context);
	else if (atomic_load(&call.provider) || gettid() == getpid())
		crash_thread_ended();
}

static void key_make(void)
{
	has_key = pthread_key_create(&key, on_thread_end) == 0;
}

/* Again after each call: a provider that cancels itself would end the thread later, in our code. */
static void cancel_disable(void)
{
	int before;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
}

static void thread_watch(void)
{
	thread.watched = true;
	cancel_disable();
	pthread_once(&once, key_make);
	if (has_key)
		pthread_setspecific(key, &thread);
}

void call_thread(void (*ended)(void *context), void *context)
{
	if (!thread.watched)
		thread_watch();
	thread.ended = ended;
	thread.context = context;
}

/* ---- the call ---- */

void call_unloaded(const char *provider)
{
	atomic_store(&unloaded, provider);
}

const char *host_call_unloaded(void)
{
	return atomic_load(&unloaded);
}

void call_enter(const char *provider, const char *callback, struct request *req, uint64_t handle)
{
	altstack_have();
	if (!thread.watched)
		thread_watch();
	call_asked.request = req;
	call_asked.handle = handle;
	atomic_store_explicit(&call.callback, callback, memory_order_relaxed);
	atomic_store_explicit(&call.request, req, memory_order_relaxed);
	atomic_store_explicit(&call.since_ms, req && host_on_loop() ? host_the->now_ms : clock_ms(),
			      memory_order_relaxed);
	atomic_store_explicit(&call.provider, provider, memory_order_release);
}

void call_leave(void)
{
	cancel_disable();
	call_asked.request = NULL;
	atomic_store_explicit(&call.provider, NULL, memory_order_release);
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
