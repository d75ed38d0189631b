/* What the files of this floor share: the host, the chain and the provider from within. */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include <wdspxe-host.h>

#include "base/clock.h"
#include "base/handle.h"
#include "base/mailbox.h"
#include "base/ring.h"
#include "provider/calm.h"
#include "provider/hooks.h"
#include "provider/module.h"
#include "request/intake.h"
#include "request/limit.h"
#include "request/packet.h"
#include "request/table.h"

enum { OUTGOING_SMALL = 2816 }; /* a reply of an Ethernet frame, finished, and its head */
enum { PROVIDER_HANDLE_KIND = 0xa6, MODULE_HANDLE_KIND = 0xa7, ORDER_HANDLE_KIND = 0xa8 };

/* The verdict of a visit is what its guard holds. */
_Static_assert((int)VERDICT_NBP == PXE_BA_NBP && (int)VERDICT_CUSTOM == PXE_BA_CUSTOM &&
		       (int)VERDICT_IGNORE == PXE_BA_IGNORE &&
		       (int)VERDICT_REJECTED == PXE_BA_REJECTED,
	       "a provider's verdict is its action");

enum { SAID_NOTHING, SAID_IN_WORK, SAID };

typedef DWORD (*recv_request_fn)(HANDLE, PVOID, ULONG, PXE_ADDRESS *, PXE_ADDRESS *,
				 PXE_BOOT_ACTION *, PVOID);
typedef DWORD (*shutdown_fn)(PVOID);
typedef DWORD (*service_control_fn)(PVOID, DWORD);
typedef DWORD (*command_fn)(PVOID, HANDLE, const PXE_COMMAND *);
typedef VOID (*request_ended_fn)(HANDLE, ULONG, PVOID);

/* Where callbacks are kept: those of Microsoft's at their type, then our own. */
enum { CALLBACK_REQUEST_ENDED = PXE_CALLBACK_MAX, CALLBACK_COMMAND, CALLBACKS };

/* Times by the decades of two that hold them: bucket n counts those below 16 << n microseconds, the
 * last one all others. The loop writes. */
struct latency {
	_Atomic uint64_t bucket[LATENCY_BUCKETS], us_sum;
};

/* Readable by every thread; each member is changed by one thread at a time. */
struct provider_count {
	_Atomic uint64_t asked, outcome[OUTCOME_COUNT], replies, leaked;
	struct latency latency; /* of its turns */
};

struct counter_table;
struct replies;
struct host_call;
struct order;
struct seat_ops;

struct provider {
	struct host *host;
	_Atomic(const struct seat_ops *) seat; /* where it is called; settled when it starts */
	uint32_t slot;                         /* in host->slot: its handle's index */
	HANDLE handle; /* while it lives; NULL before start and after stop */
	char *name;    /* as the drop-in file says */
	char *module_path, *dropin_path, *dropin_shown;
	_Atomic(const char *) log_name; /* interned: stays readable when the provider is gone */
	_Atomic bool critical, answer_lease_requests, information_request;
	int threads_wanted;
	double pending_timeout; /* [loop] seconds; < 0: the host's */
	struct module module;
	struct module_id tried;
	bool was_tried;
	HKEY key;
	_Atomic uint32_t state; /* enum provider_state */
	_Atomic bool paused;    /* by the operator */
	uint32_t start_code;    /* why its start failed, where a WDS code says it */

	/* Registered while it initialises, constant afterwards. */
	_Atomic uintptr_t callback[CALLBACKS];
	_Atomic uintptr_t context[CALLBACKS];
	_Atomic uint32_t filter4, filter6;
	_Atomic bool filter4_set, filter6_set; /* by the provider itself */
	_Atomic bool ipv6_capable, nonblocking, trial, files;
	_Atomic bool rereading; /* provider_reread() is under way */

	struct calm calm; /* commands, beside what its life is made of */
	bool abandoned;   /* a command is inside for ever: it is neither shut down nor freed */

	/* The first that it traced as an error while it initialised, for who started it. */
	atomic_int said_state; /* SAID_NOTHING, then whoever claims it writes said */
	char said[1024];       /* valid once it is SAID */
	atomic_bool said_logged;
	size_t said_len; /* provider_said_len() */

	/* Its threads. */
	_Atomic uint32_t threads; /* 0: it is called on the loop */
	struct worker
		*worker; /* of provider_start() to provider_free(); workers_stop() ends them */
	_Atomic uint32_t n_workers; /* grows while it starts */
	struct ring queue;          /* of struct errand */
	struct ring ended;          /* likewise: those that it is to be told of */
	bool has_queue;             /* and `ended` */
	sem_t queued;
	_Atomic bool leaving;
	sem_t replacing; /* 1 but while a thread is replaced, or `leaving` is set */
	struct {
		_Atomic uint32_t told; /* how many threads have not returned; 0: nothing to tell */
		uint64_t next_ms;      /* when it is told again */
		uint64_t since_ms;     /* the first of them went in */
	} watch;                       /* [loop] */

	struct visits pending_visits; /* [loop] that wait for it, in order of dispatch */
	_Atomic uint32_t pending;     /* how many; changed by the loop */
	struct visits quarantine;     /* [loop] that ended without it; see share.c */
	_Atomic uint32_t quarantined; /* how many; changed by the loop */
	_Atomic bool quarantine_told; /* that it has too many; the loop writes */
	bool quarantine_ends;         /* [loop] somebody waits until none is left */
	struct letter stopped;        /* its Shutdown has returned: the loop releases them */
	_Atomic uint32_t packets;     /* that it holds */
	struct provider_count *count; /* of its name */
	_Atomic uint64_t leaked;      /* packets, by this instance */
	_Atomic int64_t level[PXE_COUNTERS_MAX]; /* its own counters that are levels */
};

/* A provider's name and what all its instances together did. It lives as long as the host. */
struct provider_name {
	_Atomic(char *) text;
	struct provider_count count;
	_Atomic(struct counter_table *) counters; /* of its own; NULL: it has none */
	uint64_t asked_before;                    /* [loop] at the last host_watch() */
};

/* One thread of a provider. */
struct worker {
	struct provider *provider;
	pthread_t thread;
	pthread_t before; /* whose place it takes: a provider has ended it; where `follows` */
	bool follows;
	_Atomic uint64_t since_ms; /* that it is inside a callback; 0: it waits for work */
	_Atomic(struct request *) request;
	_Atomic bool telling; /* the callback is RequestEnded */
};

struct provider_slot {
	struct guard guard;
	_Atomic(struct provider *) provider;
	bool taken;
};

/* A command that is under way; see order.h. */
struct order_slot {
	struct guard guard; /* open while its callback runs */
	_Atomic(struct order *) order;
	late_time late_ms;
	bool taken; /* [loop] */
};

struct chain {
	uint32_t refs; /* [loop] */
	uint32_t n;
	void (*released)(void *context);
	void *context;
	struct provider *provider[];
};

struct host {
	struct host_hooks hooks;
	struct host_limits limits; /* [loop] but for what never changes */
	_Atomic bool finish_replies, information_request;
	atomic_uint initializing; /* providers whose errors are kept for who asks why */
	struct intake intake;
	struct ip_prefix *relays; /* [loop] */
	size_t n_relays;
	struct known known;           /* behind intake.known */
	struct replies *replies_read; /* [loop] by their kind; see reply.h */
	struct span *class_prefix;    /* behind intake.aliases and intake.self.alias */
	uint8_t duid[130];
	_Atomic uint32_t duid_len;

	struct chain *chain; /* [loop] */
	struct request_table table;
	struct packet_store packets, replies_store;
	struct remark_books books;
	struct limit *limit;
	struct mailbox verdicts, replies;
	struct mailbox stopped; /* providers; see quarantine_end() */
	sem_t quarantine_over;
	sem_t counting;               /* 1 but while a provider registers a counter */
	_Atomic uint32_t quarantined; /* of all providers; changed by the loop */
	struct provider_slot slot[PROVIDERS_MAX];
	struct order_slot order[ORDERS_MAX];
	sem_t life_news;                              /* see calm.h */
	_Atomic uint32_t abandoned;                   /* providers */
	struct provider_name name[4 * PROVIDERS_MAX]; /* in use up to the first without text */
	struct provider_name nameless;                /* of those that have no room there */

	/* Of who starts providers, one at a time. */
	struct shelf *shelf; /* NULL: not opened yet, or `no_shelf` says why it could not be */
	char no_shelf[256];
	bool no_shelf_said;
	bool keep_modules;

	uint64_t now_ms; /* [loop] */
	const struct host_call *loop_call;
	/* Upwards, from what a provider holds: a request has come back, and the letters. */
	void (*settle)(struct host *host, struct request *req);
	void (*turn)(struct host *host, uint64_t now_ms);

	struct {
		uint32_t id; /* 0: free */
		struct host_trial asker;
	} trial[HOST_TRIALS_MAX];          /* [loop] */
	uint32_t last_trial;               /* [loop] */
	struct provider_count trial_count; /* what trials count, and nobody reads */

	struct {
		_Atomic uint64_t outcomes[OUTCOME_COUNT], received, replies, refused;
		struct latency latency; /* of requests */
		_Atomic uint32_t pending;
	} count;
};

/* Counters are readable by every thread, a little late. [any] */
static inline void count_up(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/** Adds to a counter that only the loop writes: no locked instruction. [loop] */
static inline void count_add_loop(_Atomic uint64_t *counter, uint64_t n)
{
	uint64_t value = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, value + n, memory_order_relaxed);
}

static inline void count_up_loop(_Atomic uint64_t *counter)
{
	count_add_loop(counter, 1);
}

/** Counts a time. [loop] */
static inline void latency_count(struct latency *latency, uint64_t us)
{
	unsigned bucket = us < 16 ? 0 : 60 - (unsigned)__builtin_clzll(us);

	count_up_loop(&latency->bucket[bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1]);
	count_add_loop(&latency->us_sum, us);
}

/** The same for a number that also goes down: `by` is 1 or UINT32_MAX. [loop] */
static inline void level_move(_Atomic uint32_t *level, uint32_t by)
{
	uint32_t value = atomic_load_explicit(level, memory_order_relaxed);

	atomic_store_explicit(level, value + by, memory_order_relaxed);
}

/** Where a visit of this request counts. */
static inline struct provider_count *visit_count(struct provider *p, const struct request *req)
{
	return req->trial ? &p->host->trial_count : p->count;
}
