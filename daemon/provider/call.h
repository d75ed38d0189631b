/* Who is being called on which thread: for the crash handler, the watchdog, and what a provider
 * says without its handle.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "request/request.h"

struct host;

/* Who is being called, for the crash handler and the watchdog. */
struct host_call {
	_Atomic(const char *) provider;          /* its name; NULL: no provider is being called */
	_Atomic(const char *) callback;          /* "PxeProviderRecvRequest" …, static */
	_Atomic(const struct request *) request; /* NULL outside PxeProviderRecvRequest */
	_Atomic uint64_t since_ms;               /* CLOCK_MONOTONIC */
};
/** The call that this thread is in; never NULL. [any, async-signal-safe] */
const struct host_call *host_call_current(void);
/** The provider that was unloaded last; NULL: none was. [any, async-signal-safe] */
const char *host_call_unloaded(void);
/** The call that the loop thread is in, as another thread sees it. [any] */
const struct host_call *host_call_of_loop(const struct host *host);
/** The client of a call as text: its MAC, or its DUID, or "-". [any, async-signal-safe] */
const char *host_call_client(const struct host_call *call, char text[static 40]);

/* Notes that a provider's code is going, or gone, from memory. */
void call_unloaded(const char *provider);
/* `req` and its handle where RecvRequest is called, else NULL and 0. */
void call_enter(const char *provider, const char *callback, struct request *req, uint64_t handle);
void call_leave(void);
/** What is done where this thread ends; NULL, as it is: nothing, unless a provider ended it from
 * within a callback (pthread_exit), or it is the main one. Then the process ends, and says so. */
void call_thread(void (*ended)(void *context), void *context);
/* What RecvRequest on this thread was given. Each call of the API asks: no lookup of the module's
 * block each time. */
struct call_asked {
	struct request *request; /* NULL outside of RecvRequest */
	uint64_t handle;
};
#define CALL_TLS _Thread_local __attribute__((tls_model("initial-exec")))
extern CALL_TLS struct call_asked call_asked;

/** The request whose RecvRequest runs on this thread, or NULL: its visit holds a pin of it. */
static inline struct request *call_request(void)
{
	return call_asked.request;
}

/** The same, where that is its handle; NULL for every other. */
static inline struct request *call_request_of(uint64_t handle)
{
	return call_asked.handle == handle ? call_asked.request : NULL;
}
