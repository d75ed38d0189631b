/* The host of providers: what comes in, the walk through the chain, what goes out.
 *
 * No sockets, no event loop, no configuration: the program above (server/, or a test) hands
 * arrivals in, gets datagrams out through hooks, and calls host_turn() when it was woken. So the
 * whole path of a packet runs in a test with a fake net, byte for byte as in the daemon.
 *
 * One host in a process. [loop]: only on the thread that called host_new(). [any]: any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/span.h"
#include "request/arrival.h"
#include "request/log_client.h"
#include "request/outcome.h"
#include "request/request.h"

struct host;
struct chain;
struct provider;

/* A reply on its way out. Given to the send hook together with the ownership: the taker calls
 * outgoing_release() when the kernel has it. */
struct outgoing {
	struct letter letter; /* the host's, then free for the taker's queue */
	struct host *host;
	uint32_t trial;     /* not 0: it goes to who asked, see host_try() */
	uint64_t due_ms;    /* the taker's */
	struct endpoint to; /* ifindex != 0: pin it to this interface */
	struct ip from;     /* source address; IP_NONE: the kernel chooses */
	uint16_t from_port; /* the port whose socket sends: 67, 4011, 547 */
	uint32_t len, size;
	uint8_t *octets;
	struct log_client client; /* whom it answers */
};

/** Gives a reply's memory back. [any] */
void outgoing_release(struct outgoing *out);

struct host_hooks {
	void *context;
	/* A letter is waiting: call host_turn() on the loop soon. [any] */
	void (*wake)(void *context);
	/* Sends, now or at the end of the loop's turn. Takes the ownership. [loop] */
	void (*send)(void *context, struct outgoing *out);
	/* Why can nothing be sent there? A static text that goes before the address, as "no route
	 * to", makes PxeSendReply return ERROR_NETWORK_UNREACHABLE; NULL: it can. `named_on`
	 * not 0: a packet that came in on that interface named this destination, and may have lied;
	 * so it has to be a single host too, and another one. [any] */
	const char *(*unreachable)(void *context, const struct endpoint *to, unsigned named_on);
	/* A request ended; `req` is readable during the call. [loop] */
	void (*ended)(void *context, const struct request *req, enum outcome outcome);
	/* A datagram was dropped before any provider was asked. `req`: what it says, where it was
	 * read; else NULL. [loop] */
	void (*dropped)(void *context, const struct arrival *in, const struct request *req,
			enum outcome outcome);
	/* A line about a provider: what it traced (severity: PXE_TRACE_*), or what we found wrong
	 * with it. `provider` may be ""; `req`, whose client it is about, may be NULL. [any] */
	void (*trace)(void *context, const char *provider, const struct request *req,
		      uint32_t severity, const char *utf8);
	/* Is this PXE_TRACE_* severity logged, or with 0: any of them? [any] */
	bool (*trace_enabled)(void *context, uint32_t severity);
	/* Will anybody read why this request is decided as it is? NULL: nobody ever. [loop] */
	bool (*wanted)(void *context, const struct request *req);
};

struct host_limits {
	uint32_t table;      /* requests under way; default 4096 */
	uint32_t packets;    /* packets that providers hold, and as many replies; default 4096 */
	uint32_t per_client; /* requests of one client in 10 s that may be answered; 0: no limit */
	uint32_t rate;       /* requests in a second that may be answered; 0: no limit */
	/* Requests in a second that name one address to be answered at, and may be; 0: no limit */
	uint32_t per_destination;
	/* Prefixes of the relays that are served, ended by NULL; copied. They are exempt from
	 * per_destination. None, or NULL: all relays are served, and none is exempt */
	const char *const *relays;
	uint32_t threads;       /* worker threads of a provider that may block; default 4 */
	double pending_timeout; /* seconds; default 30 */
	bool finish_replies;
	bool information_request;   /* answer DHCPv6 Information-request */
	const char *const *classes; /* aliases of PXEClient, ended by NULL; copied. May be NULL */
};

#define HOST_LIMITS_DEFAULT                                                                        \
	((struct host_limits){ .table = 4096,                                                      \
			       .packets = 4096,                                                    \
			       .per_client = 100,                                                  \
			       .per_destination = 5000,                                            \
			       .threads = 4,                                                       \
			       .pending_timeout = 30.0,                                            \
			       .finish_replies = true })

/** Makes the host and attaches it to libwdspxe (PxeHostAttach). 0, -ENOMEM, -EINVAL, -EBUSY. */
int host_new(const struct host_limits *limits, const struct host_hooks *hooks, struct host **out);
/** Ends it; the chain must be unset and every request ended. [loop] */
void host_free(struct host *host);

/** Takes over what can change while we run: per_client, rate, per_destination, relays,
 * pending_timeout, finish_replies, information_request, classes. table, packets and threads stay as
 * they were. [loop] */
int host_set_limits(struct host *host, const struct host_limits *limits);

/** The DUID for option 2 and PxeGetServerInfoEx; 3 to 130 octets, copied. Before the first chain.
 */
int host_set_duid(struct host *host, struct span duid);

/** The folder that modules are copied to and loaded from, made where it is not there; what is left
 * in it of processes that are gone is swept. Where it cannot be used, modules are loaded from
 * memory, and one line says why. Without this call: a temporary folder. Before the first provider.
 */
void host_set_modules_dir(struct host *host, const char *folder);

/** Where a sanitizer or valgrind watches this process, modules stay loaded, and their copies on the
 * shelf, so that its report at the end has the names of what is in them; the next process that
 * makes a temporary shelf sweeps them. Before the first provider. */
void host_keep_modules(struct host *host);

/** The chain that new requests begin with; NULL: none (they end as no-provider). Takes a reference
 * and drops the old chain's; requests that are under way stay on theirs. [loop] */
void host_set_chain(struct host *host, struct chain *chain);

/** One datagram from the net. Its octets are copied. [loop] */
void host_receive(struct host *host, const struct arrival *in, uint64_t now_ms);
/* Who asks how a packet would be answered. Both are called on the loop. */
struct host_trial {
	void *context;
	bool ask_all; /* also providers that do not know trial requests */
	/* A reply, which goes nowhere else; readable during the call. */
	void (*sent)(void *context, const struct outgoing *out);
	/* The end, and the last call. `req` is readable during it; NULL: nothing could be read. */
	void (*ended)(void *context, const struct request *req, enum outcome outcome);
};

enum { HOST_TRIALS_MAX = 8, HOST_TRIAL_MS = 3000 };

/** Asks the providers about a datagram as if it had come, and changes nothing: it is no duplicate,
 * no limit counts it, no counter and none of the hooks but `trace` hears of it, and nothing is
 * sent. What nobody has decided within HOST_TRIAL_MS times out. `asker` is copied. 0, and `ended`
 * is called, now or later; -EBUSY: HOST_TRIALS_MAX are under way. [loop] */
int host_try(struct host *host, const struct arrival *in, const struct host_trial *asker,
	     uint64_t now_ms);
/** Counts a datagram that the caller itself drops (own packet, interface, oversized). [loop] */
void host_drop(struct host *host, const struct arrival *in, enum outcome outcome);
/** Takes the letters: verdicts, and replies from other threads. [loop] */
void host_turn(struct host *host, uint64_t now_ms);
/** Ends what is past its deadline. Call it about every 100 ms while host_pending() > 0. [loop] */
void host_tick(struct host *host, uint64_t now_ms);
/** Tells of threads that stay inside a provider's code for longer than a request may take. Call it
 * about once a second; `now_ms` is CLOCK_MONOTONIC. [loop] */
void host_watch(struct host *host, uint64_t now_ms);
/** The providers that were asked since the last host_watch(), in no order: "a, b", or "none".
 * Returns `out`. [loop] */
const char *host_asked_lately(const struct host *host, char *out, size_t size);
/** Requests under way: those that have ended, but wait in quarantine for a late provider, are not
 * counted. [loop] */
uint32_t host_pending(const struct host *host);
/** Ends every undecided request as aborted: the grace of a stop is over. Their providers may still
 * give them back, until their Shutdown has returned. [loop] */
void host_abort(struct host *host);

/* Counters, readable on any thread at any time. */
struct host_counters {
	uint64_t outcomes[OUTCOME_COUNT];
	uint64_t received;        /* datagrams: the sum of all outcomes, and what is pending */
	uint64_t replies;         /* PxeSendReply that returned 0 */
	uint64_t replies_refused; /* PxeSendReply refused because of the request's kind */
	uint32_t pending, quarantined, table;
	uint32_t packets_used, packets;
	/* Requests by the time to their verdict: bucket n counts those below 16 << n microseconds,
	 * the last one all others. */
	uint64_t latency[16];
	uint64_t latency_us_sum;
};
void host_counters(const struct host *host, struct host_counters *out);

/* Who is being called, for the crash handler and the watchdog. */
struct host_call {
	_Atomic(const char *) provider;          /* its name; NULL: no provider is being called */
	_Atomic(const char *) callback;          /* "PxeProviderRecvRequest" …, static */
	_Atomic(const struct request *) request; /* NULL outside PxeProviderRecvRequest */
	_Atomic uint64_t since_ms;               /* CLOCK_MONOTONIC */
};
/** The call that this thread is in; never NULL. [any, async-signal-safe] */
const struct host_call *host_call_current(void);
/** A provider that is inside its code, or has requests under way; NULL: none has. [loop] */
const char *host_busy(struct host *host);
/** The provider that was unloaded last; NULL: none was. [any, async-signal-safe] */
const char *host_call_unloaded(void);
/** The call that the loop thread is in, as another thread sees it. [any] */
const struct host_call *host_call_of_loop(const struct host *host);
/** Is this where a packet of PxePacketAllocate may begin, or its block? [any, async-signal-safe] */
bool host_is_packet(uintptr_t address);
/** The client of a call as text: its MAC, or its DUID, or "-". [any, async-signal-safe] */
const char *host_call_client(const struct host_call *call, char text[static 40]);
