/* One client request, from the packet that opened it to its release.
 *
 * Requests live in a fixed table; a provider holds a handle, never a pointer (base/handle.h). The
 * generation moves on at every provider that is asked, so that a late answer of one cannot speak
 * for the next. The slot goes back when the last pin is gone.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/handle.h"
#include "base/ip.h"
#include "base/mailbox.h"
#include "base/span.h"
#include "dhcp/dhcp4_longest.h"
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp4_row.h"
#include "dhcp/dhcp6_row.h"
#include "dhcp/pxe_client.h"
#include "dhcp/pxe_client6.h"
#include "request/arrival.h"
#include "request/remarks.h"
#include "request/outcome.h"

enum {
	REQUEST_PACKET_MAX = 4096, /* a larger datagram is dropped as oversized */
	REQUEST_PACKETS_MAX = 16,  /* live packets of one request */
	REQUEST_FILE_MAX = 256,
	REQUEST_REASON_MAX = 200,
	REQUEST_VISITS_MAX = 8, /* that are kept; of more, the last place has the last one */
};

enum { REPLY_NOT_NOTED, REPLY_BEING_NOTED, REPLY_NOTED };

/* What the first reply said, for the log. */
struct request_reply {
	struct endpoint to;
	struct ip server;            /* siaddr, or the host of option 59 is in `file` */
	uint8_t type;                /* option 53, or the DHCPv6 message type */
	char file[REQUEST_FILE_MAX]; /* file, option 67 or option 59; printable, may be "" */
	bool menu;                   /* option 43 is there: no redirection to 4011 */
	uint8_t items;               /* of the menu in it */
};

/* What went wrong with a provider's turn, for the line that tells it. */
struct request_fault {
	enum outcome outcome; /* FAILED, NO_ROUTE, TOO_LONG, NO_ROOM, TIMEOUT; NOT_OURS: none */
	const char *provider; /* a static copy; NULL: nothing went wrong */
	uint32_t turn;        /* whose turn it was; see struct request */
	const char *call;     /* FAILED: what returned the error; NULL: PxeRequestFail said it */
	uint32_t code; /* FAILED: the error; 0: the call never returned, for its thread has ended */
	const char *why;    /* NO_ROUTE: what is the matter with `to`; TIMEOUT: what was not done;
			       static */
	struct endpoint to; /* where the reply would have gone */
	uint32_t len, most; /* TOO_LONG: octets of the reply, and what the client takes */
	struct dhcp4_longest longest; /* TOO_LONG: what of the reply takes the most of them */
};

/* Why a provider decided as it did, in its own words. */
enum reason_kind { REASON_DECIDED = 1, REASON_NEAREST, REASON_FAILED, REASON_PASSED };

struct request_reason {
	enum reason_kind kind;
	const char *provider; /* who said it; a static copy */
	uint32_t line;
	char text[REQUEST_REASON_MAX]; /* UTF-8 without control characters; may be "" */
	char file[REQUEST_REASON_MAX]; /* likewise */
};

/* What came of a provider's turn; the first four are PXE_BA_*. */
enum verdict {
	VERDICT_NONE,
	VERDICT_NBP,
	VERDICT_CUSTOM,
	VERDICT_IGNORE,
	VERDICT_REJECTED,
	VERDICT_ERROR,   /* the callback returned an error code: as REJECTED */
	VERDICT_TIMEOUT, /* as IGNORE */
	VERDICT_ABORTED,
	VERDICT_BUSY,    /* could not be asked: its queue is full, or it has its share */
	VERDICT_UNAWARE, /* was not asked: it does not know trial requests */
};

/* A visit: one provider's turn, or that it had none. Those of a request, in order, are its journey.
 * The loop writes it but for the reason, and only while it is the current one. */
struct visit {
	const char *provider; /* a static copy */
	const char *seat;     /* where it was asked; static, NULL: it was not */
	enum verdict verdict;
	enum outcome outcome; /* how the turn ended, as its provider counts it */
	uint32_t turn;        /* see struct request */
	uint32_t us;          /* from the end of the one before it, or the arrival, to its end */
	uint32_t replies;
	_Atomic uint32_t reason_noted; /* see provider/reason.c */
	struct request_reason reason;
};

/* The floor above's: only pointers to them are here. */
struct chain;
struct provider;

/* Requests in the order in which they came. [loop] */
struct visits {
	struct request *oldest, *newest;
};

struct request {
	struct guard guard;     /* its generation is the current visit's */
	struct letter letter;   /* posts the slot to the loop */
	uint32_t index;         /* in the table */
	struct chain *chain;    /* [loop] the chain that it began with */
	uint32_t turn;          /* [loop] index in the chain of the provider to ask next */
	struct provider *asked; /* the provider of this visit */
	uint64_t arrived_ms;    /* [loop] */
	uint64_t arrived_us;    /* for the latency histogram */
	uint64_t ended_us;      /* CLOCK_MONOTONIC; set when it ends */
	uint64_t deadline_ms;   /* [loop] of this visit */
	bool wanted;            /* its reason will be read; constant from the first visit */
	struct remarks remarks; /* all its reasons, where somebody reads them all; likewise */
	const struct request_reason *reason; /* [loop] why it has ended so; NULL: nobody says */
	struct request *after, *before;      /* [loop] in `list` */
	struct visits *list;                 /* [loop] of its provider; NULL: in none */
	bool counted, seen; /* [loop] its outcome was counted; some provider was asked */
	const char *busy;   /* [loop] name of a provider that was passed over; static, NULL: none */
	uint32_t replied;   /* [loop] replies before this visit */
	enum outcome outcome;       /* [loop] of this visit */
	struct request_fault fault; /* [loop] the last one, until somebody decides */
	const char *provider; /* name of who decided, for the log; NULL: nobody. A static copy */

	/* Read-only after receipt. */
	uint32_t trial;      /* as of its arrival */
	uint64_t number;     /* of the datagrams received; 0 of a trial */
	uint8_t family;      /* IP_V4 or IP_V6 */
	bool valid, pxe;     /* as PxeDhcpIsValid or PxeDhcpv6IsValid sees it: for the filters */
	bool mended;         /* its end was; what came was not whole */
	bool may_answer;     /* by its row: it is not meant for somebody else */
	bool foreign;        /* no DHCP that can be read: of `v4` and `v6` the row alone is set */
	enum outcome unread; /* of a foreign one: how it ends where no provider takes it */
	bool on_link;        /* its source lies in a network of the interface */
	uint16_t port;
	struct endpoint from;
	struct ip local;   /* ours: what replies and option 54 name */
	struct ip sent_to; /* the datagram's unicast destination; IP_NONE: broadcast, multicast */
	char interface[16];
	uint32_t len;
	union {
		struct {
			enum dhcp4_row row;
			struct dhcp4_index index;
			struct pxe_client client;
			uint8_t scratch[512];
		} v4;
		struct {
			enum dhcp6_row row;
			struct pxe_client6 client;
		} v6;
	};

	_Atomic uint32_t replies;     /* PxeSendReply that returned 0, all visits */
	_Atomic uint32_t reply_noted; /* enum below; `reply` is readable when REPLY_NOTED */
	struct request_reply reply;
	_Atomic uint32_t refused_noted; /* the same; `refused` is why this visit's reply was not
					 * taken, `provider` apart */
	struct request_fault refused;
	_Atomic uint32_t code; /* the error that this visit ended with */
	_Atomic bool failed;   /* by PxeRequestFail */
	struct {
		_Atomic uintptr_t word; /* see request/packet.c */
		_Atomic uint32_t size;
	} packet[REQUEST_PACKETS_MAX];
	_Atomic uint32_t places; /* of those, how many from the first were used in this visit */
	_Alignas(8) uint8_t extra[64]; /* the floor above's: the addresses as its API shows them */
	_Alignas(16) uint8_t octets[REQUEST_PACKET_MAX + 1];

	/* Its journey: the loop's, and of the last visit also who says its reason. */
	uint32_t n_visits; /* all of them */
	struct visit visit[REQUEST_VISITS_MAX];
};

static inline uint32_t request_visits_kept(const struct request *req)
{
	return req->n_visits < REQUEST_VISITS_MAX ? req->n_visits : REQUEST_VISITS_MAX;
}

/** The visit that is under way, or was the last: there is one. */
static inline struct visit *request_visit(struct request *req)
{
	return &req->visit[request_visits_kept(req) - 1];
}
