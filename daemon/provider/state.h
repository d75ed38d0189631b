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
#include "provider/chain.h"
#include "provider/host.h"
#include "provider/module.h"
#include "provider/provider.h"
#include "request/intake.h"
#include "request/limit.h"
#include "request/packet.h"
#include "request/table.h"

enum { OUTGOING_SMALL = 2816 }; /* a reply of an Ethernet frame, finished, and its head */
enum { PROVIDER_HANDLE_KIND = 0xa6, MODULE_HANDLE_KIND = 0xa7 };

/* The verdict of a visit as its guard holds it: the PXE_BA_* values 1 to 4, and our own. */
enum verdict {
	VERDICT_NBP = PXE_BA_NBP,
	VERDICT_CUSTOM = PXE_BA_CUSTOM,
	VERDICT_IGNORE = PXE_BA_IGNORE,
	VERDICT_REJECTED = PXE_BA_REJECTED,
	VERDICT_ERROR,   /* the callback returned an error code: as REJECTED */
	VERDICT_TIMEOUT, /* as IGNORE */
	VERDICT_ABORTED,
	VERDICT_BUSY, /* could not be asked: its queue is full */
};

enum { SAID_NOTHING, SAID_IN_WORK, SAID };

typedef DWORD (*recv_request_fn)(HANDLE, PVOID, ULONG, PXE_ADDRESS *, PXE_ADDRESS *,
				 PXE_BOOT_ACTION *, PVOID);
typedef DWORD (*shutdown_fn)(PVOID);
typedef DWORD (*service_control_fn)(PVOID, DWORD);

/* Readable by every thread; each member is changed by one thread at a time. */
struct provider_count {
	_Atomic uint64_t asked, outcome[OUTCOME_COUNT], replies, leaked;
};

struct provider {
	struct host *host;
	uint32_t slot; /* in host->slot: its handle's index */
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
	_Atomic uintptr_t callback[PXE_CALLBACK_MAX];
	_Atomic uintptr_t context[PXE_CALLBACK_MAX];
	_Atomic uint32_t filter4, filter6;
	_Atomic bool filter4_set, filter6_set; /* by the provider itself */
	_Atomic bool ipv6_capable, nonblocking, trial;

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
	bool has_queue;
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
};

/* A provider's name and what all its instances together did. It lives as long as the host. */
struct provider_name {
	_Atomic(char *) text;
	struct provider_count count;
	uint64_t asked_before; /* [loop] at the last host_watch() */
};

/* One thread of a provider. */
struct worker {
	struct provider *provider;
	pthread_t thread;
	pthread_t before; /* whose place it takes: a provider has ended it; where `follows` */
	bool follows;
	_Atomic uint64_t since_ms; /* that it is inside RecvRequest; 0: it waits for work */
	_Atomic(struct request *) request;
};

struct provider_slot {
	struct guard guard;
	_Atomic(struct provider *) provider;
	bool taken;
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
	struct known known;        /* behind intake.known */
	struct span *class_prefix; /* behind intake.aliases and intake.self.alias */
	uint8_t duid[130];
	_Atomic uint32_t duid_len;

	struct chain *chain; /* [loop] */
	struct request_table table;
	struct packet_store packets, replies_store;
	struct limit *limit;
	struct mailbox verdicts, replies;
	struct mailbox stopped; /* providers; see quarantine_end() */
	sem_t quarantine_over;
	_Atomic uint32_t quarantined; /* of all providers; changed by the loop */
	struct provider_slot slot[PROVIDERS_MAX];
	struct provider_name name[4 * PROVIDERS_MAX]; /* in use up to the first without text */
	struct provider_name nameless;                /* of those that have no room there */

	/* Of who starts providers, one at a time. */
	struct shelf *shelf; /* NULL: not opened yet, or `no_shelf` says why it could not be */
	char no_shelf[256];
	bool no_shelf_said;
	bool keep_modules;

	uint64_t now_ms; /* [loop] */
	const struct host_call *loop_call;

	struct {
		uint32_t id; /* 0: free */
		struct host_trial asker;
	} trial[HOST_TRIALS_MAX];          /* [loop] */
	uint32_t last_trial;               /* [loop] */
	struct provider_count trial_count; /* what trials count, and nobody reads */

	struct {
		_Atomic uint64_t outcomes[OUTCOME_COUNT], received, replies, refused;
		_Atomic uint64_t latency[16], latency_us_sum;
		_Atomic uint32_t pending;
	} count;
};

/* The one host of this process; set by host_new(). */
extern struct host *host_the;

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

/** The same for a number that also goes down: `by` is 1 or UINT32_MAX. [loop] */
static inline void level_move(_Atomic uint32_t *level, uint32_t by)
{
	uint32_t value = atomic_load_explicit(level, memory_order_relaxed);

	atomic_store_explicit(level, value + by, memory_order_relaxed);
}

bool host_on_loop(void);
/** One line about a provider, in the form that hooks.trace wants. It is our word, not the
 * provider's: the mask of what providers trace does not hide it. [any] */
void host_say(struct host *host, const char *provider, PXE_SEVERITY severity, const char *format,
	      ...) __attribute__((format(printf, 4, 5)));
/** The same about one request; client and transaction are added to it. [any, inside of it] */
void host_say_of(struct host *host, const char *provider, const struct request *req,
		 PXE_SEVERITY severity, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/** The name's place, which lives as long as the host; a new one where it has none. [any, one at a
 * time] */
struct provider_name *host_name_keep(struct host *host, const char *name);
/** The same without making one: a place without text where there is none. [any] */
struct provider_name *host_name_find(struct host *host, const char *name);

/** Where modules are loaded from; a temporary one where none was set. NULL: from memory. */
struct shelf *host_shelf(struct host *host);
/** Says, once, that a module was loaded from memory, and why. */
void host_say_no_shelf(struct host *host, const char *why);

/* walk.c */
/** Does a provider of the chain want to see this packet? [loop] */
bool walk_is_wanted(const struct host *host, const struct request *req);
void walk_begin(struct host *host, struct request *req);
void walk_settled(struct host *host, struct request *req); /* a letter came back */
void walk_expire(struct host *host, struct provider *p, uint64_t now_ms, enum verdict verdict);
/** How long a provider may take to decide. [loop] */
uint64_t walk_patience_ms(const struct provider *p);
/* Calls RecvRequest for the visit that is open. True: the visit is closed and nobody pins it. */
bool visit_call(struct provider *p, struct request *req);
/** The same where the callback has not returned and never will: its thread has ended. [that thread]
 */
bool visit_abandon(struct request *req);

/* trial.c */
/** Opens one for `asker`: its id, or 0: all are under way. [loop] */
uint32_t trial_open(struct host *host, const struct host_trial *asker);
/** Is the provider asked about it? [loop] */
bool trial_admits(const struct host *host, const struct provider *p, const struct request *req);
/** To who asks, while the trial lasts. Takes the ownership. [loop] */
void trial_send(struct host *host, struct outgoing *out);
/** Tells who asked, and closes it. [loop] */
void trial_end(struct host *host, uint32_t id, const struct request *req, enum outcome outcome);
/** Where a visit of this request counts. */
static inline struct provider_count *visit_count(struct provider *p, const struct request *req)
{
	return req->trial ? &p->host->trial_count : p->count;
}

/* share.c */
void pending_add(struct provider *p, struct request *req);
/** Nothing, where it is not among them. [loop] */
void pending_remove(struct provider *p, struct request *req);
/** Has the provider all that it may have, so that it is not asked for this request? [loop] */
bool share_is_full(const struct host *host, struct provider *p, const struct request *req);
/** A request that has ended, while its provider may still touch it. [loop] */
void quarantine_add(struct provider *p, struct request *req);
/** It is over: the last that is done about it, for its provider may be gone then. [loop] */
void quarantine_remove(struct request *req);
/** Releases what is left, and waits for it; after Shutdown, before anything of it is freed. The
 * loop must turn meanwhile, unless it is the caller. */
void quarantine_end(struct provider *p);
void quarantine_turn(struct host *host); /* [loop] */

/* worker.c */
int workers_start(struct provider *p);
/** Waits until all have returned. */
void workers_stop(struct provider *p);
/** After workers_stop(), or where none was started. */
void workers_free(struct provider *p);
/** Queues a visit of that generation, whose guard is QUEUED. False: the queue is full. [loop] */
bool workers_queue(struct provider *p, struct request *req, uint64_t generation);
/** Is one of its threads inside RecvRequest? [any] */
bool workers_inside(const struct provider *p);
/** Tells of threads that stay inside beyond their request's time: at once, whenever that time has
 * doubled, and when they have returned. `replaced`: a reload did that. [loop] */
void workers_watch(struct provider *p, bool replaced, uint64_t now_ms);

/* call.c */
/* Notes that a provider's code is going, or gone, from memory. */
void call_unloaded(const char *provider);
void call_enter(const char *provider, const char *callback, struct request *req);
void call_leave(void);
/** What is done where this thread ends; NULL, as it is: nothing, unless a provider ended it from
 * within a callback (pthread_exit), or it is the main one. Then the process ends, and says so. */
void call_thread(void (*ended)(void *context), void *context);
/** The request whose RecvRequest runs on this thread, or NULL: its visit holds a pin of it. */
struct request *call_request(void);

/* entries.c: the members of struct pxe_host */
extern const struct pxe_host host_entries;
/** Finds and pins the provider of a handle; NULL: none such lives. Who gets one unpins its slot. */
struct provider *provider_pin(struct host *host, HANDLE handle);
/** The same for the provider in a slot of host->slot, for a look from the loop. */
struct provider *provider_pin_at(struct host *host, uint32_t slot);
void provider_unpin(struct provider *p);
/** The request of a handle that came from a provider: it stays until request_leave(), which the
 * same thread calls. NULL: the handle is stale, forged or decided. [any] */
struct request *request_enter(struct host *host, HANDLE handle, enum guard_use use);
/** The last who leaves sends it home to the loop. [any] */
void request_leave(struct host *host, struct request *req);

/** Tells, once for each packet, that its provider wrote beyond its bounds; `found` says how that
 * came out. The request is pinned, or the loop's. [any] */
void overrun_say(const struct request *req, const struct packet_overrun *overrun,
		 const char *found);

/* reason.c: PxeRequestReason and its kin. */
DWORD reason_give(HANDLE request, ULONG kind, const char *text, const char *file, ULONG line);
int reason_wanted(HANDLE request);
int request_is_trial(HANDLE request);
DWORD request_fail(HANDLE request, DWORD error);
/** Nobody may change the reason any more. Sets `explained`. [loop] */
void reason_settle(struct request *req, enum outcome outcome);

/* send.c */
/** A reply that was taken over goes out, or to who asks. [loop] */
void send_now(struct host *host, struct outgoing *out);
DWORD send_reply(HANDLE request, PVOID packet, ULONG len, const PXE_ADDRESS *address);
