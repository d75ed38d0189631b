/* What the program above gives to the host: hooks and limits. Types, and one function. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "request/arrival.h"
#include "request/log_client.h"
#include "request/outcome.h"
#include "request/request.h"

enum { PROVIDERS_MAX = 256, LATENCY_BUCKETS = 16 };

struct host;

/* A reply on its way out. Given to the send hook together with the ownership: the taker calls
 * outgoing_release() when the kernel has it. */
struct outgoing {
	struct letter letter; /* the host's, then free for the taker's queue */
	struct host *host;
	uint32_t trial;     /* not 0: it goes to who asked, see host_try() */
	uint64_t number;    /* of the request that it answers */
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

/* How a datagram ended; all of it is readable during the call. */
struct ending {
	enum outcome outcome;
	/* What it says, and its journey: `visit`, of which it has none where no provider's turn
	 * came. NULL: nothing could be read. */
	const struct request *req;
	/* The datagram, where it was dropped before any provider was looked for; else NULL. */
	const struct arrival *dropped;
};

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
	/* A datagram has come to its end. [loop] */
	void (*ended)(void *context, const struct ending *end);
	/* A line about a provider: what it traced (severity: PXE_TRACE_*), or what we found wrong
	 * with it. `provider` may be ""; `req`, whose client it is about, may be NULL. [any] */
	void (*trace)(void *context, const char *provider, const struct request *req,
		      uint32_t severity, const char *utf8);
	/* Is this PXE_TRACE_* severity logged, or with 0: any of them? [any] */
	bool (*trace_enabled)(void *context, uint32_t severity);
	/* Will anybody read why this request is decided as it is? NULL: nobody ever. [loop] */
	bool (*wanted)(void *context, const struct request *req);
	/* A datagram was not whole, and was mended as it was read: `in` is as it came. NULL: nobody
	 * asks. [loop] */
	void (*mended)(void *context, const struct arrival *in, const struct request *req);
	/* The same for all that its providers say, `req->remarks`, not the last word alone; it has
	 * them until `ended` returns. NULL: nobody ever. [loop] */
	bool (*wanted_each)(void *context, const struct request *req);
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
	bool take_duplicates;       /* the same datagram again, in a moment, is one more */
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

/* Who asks how a packet would be answered. Both are called on the loop. */
struct host_trial {
	void *context;
	bool ask_all; /* also providers that do not know trial requests */
	/* Is one that is not asked taken as if it had said IGNORE? NULL, or false: as REJECTED. */
	bool (*ignores)(void *context, const char *provider);
	/* A reply, which goes nowhere else; readable during the call. */
	void (*sent)(void *context, const struct outgoing *out);
	/* The end, and the last call. */
	void (*ended)(void *context, const struct ending *end);
};

enum { HOST_TRIALS_MAX = 8, HOST_TRIAL_MS = 3000 };

enum { ORDERS_MAX = 16 }; /* commands to providers that are under way: order.h */
