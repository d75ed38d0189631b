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
#include "provider/call.h"
#include "provider/hooks.h"
#include "provider/shelving.h"

struct chain;
struct provider;

/** Makes the host and attaches it to libwdspxe (PxeHostAttach). 0, -ENOMEM, -EINVAL, -EBUSY. */
int host_new(const struct host_limits *limits, const struct host_hooks *hooks, struct host **out);
/** Ends it; the chain must be unset and every request ended. [loop] */
void host_free(struct host *host);

/** Takes over what can change while we run: per_client, rate, per_destination, relays,
 * pending_timeout, finish_replies, take_duplicates, information_request, classes. table, packets
 * and threads stay as they were. [loop] */
int host_set_limits(struct host *host, const struct host_limits *limits);

/** The DUID for option 2 and PxeGetServerInfoEx; 3 to 130 octets, copied. Before the first chain.
 */
int host_set_duid(struct host *host, struct span duid);
/** It; valid as long as the host. Empty: it has none. */
struct span host_duid(const struct host *host);

/** The chain that new requests begin with; NULL: none (they end as no-provider). Takes a reference
 * and drops the old chain's; requests that are under way stay on theirs. [loop] */
void host_set_chain(struct host *host, struct chain *chain);
/** The names of its providers, in order, at most `size` with the NULL behind the last. [loop] */
void host_names(const struct host *host, const char *names[], size_t size);

/** One datagram from the net. Its octets are copied. [loop] */
void host_receive(struct host *host, const struct arrival *in, uint64_t now_ms);
/** Asks the providers about a datagram as if it had come, and changes nothing: it is no duplicate,
 * no limit counts it (limits.relays holds), no counter and none of the hooks but `trace` hears of
 * it, and nothing is sent. What nobody has decided within HOST_TRIAL_MS times out. `asker` is
 * copied. 0, and `ended` is called, now or later; -EBUSY: HOST_TRIALS_MAX are under way. [loop] */
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
	uint64_t latency[LATENCY_BUCKETS];
	uint64_t latency_us_sum;
};
void host_counters(const struct host *host, struct host_counters *out);
/** Has a provider been left without its Shutdown, because a command is inside? Then its code may
 * run as long as the process, which must not clear up. [any] */
bool host_has_abandoned(const struct host *host);
/** A provider that is inside its code, or has requests under way; NULL: none has. [loop] */
const char *host_busy(struct host *host);
