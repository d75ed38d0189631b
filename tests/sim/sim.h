/* The simulator: one run of the daemon's middle under a scripted clock, network and threads. All
 * that is decided by chance is drawn from the run's seed. README.md says how it works.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "provider/chain.h"
#include "provider/state.h"
#include "server/life.h"
#include "server/server.h"

/* What a seed switches on or off, each kind as a whole. */
enum kind {
	KIND_THREADS,    /* providers have threads */
	KIND_PENDING,    /* they decide later */
	KIND_LATE,       /* ... too late, or never */
	KIND_FOREIGN,    /* ... on threads of their own */
	KIND_INTERLEAVE, /* threads change in the middle of calls, not only where they wait */
	KIND_MISUSE,     /* old handles, twice what is once */
	KIND_LEAK,       /* packets are not freed */
	KIND_DUPLICATE,  /* datagrams come twice */
	KIND_BURST,      /* many at once */
	KIND_STRANGE,    /* what is not to be answered, or no DHCP at all */
	KIND_RATES,      /* clients that ask too often */
	KIND_TRIAL,      /* requests that came from nobody */
	KIND_PAUSE,      /* providers are paused and continued */
	KIND_RELOAD,     /* the list of providers changes */
	KIND_REFUSE,     /* what is new does not start, or does not take its settings */
	KIND_CRASH,      /* providers end their threads; new code dies when it is tried */
	KIND_FAULT,      /* memory, threads and routes are missing */
	KIND_ABORT,      /* the stop does not wait for what is under way */
	KIND_COUNT
};

enum { UNITS_MAX = 256, TURNS_MAX = 4096, CASES_MAX = 4096, ROWS_MAX = 5, NAMES = 8 };

/* ---- the run ---- */

struct sim {
	uint64_t seed, random, steps;
	uint64_t now_us, began_us;
	uint32_t kinds;
	bool calm; /* no faults: it begins, or it ends */
	bool woken;
	bool aborted;
	uint64_t reloads, reloads_failed; /* that were seen */
	struct server server;
};

extern struct sim sim;

/** What is wrong, with the seed and the step; the process ends with status 1. */
_Noreturn void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define HOLDS(condition, ...)                                                                      \
	do {                                                                                       \
		if (!(condition))                                                                  \
			sim_fail(__VA_ARGS__);                                                     \
	} while (0)

/** 0 to below - 1. */
uint32_t sim_below(uint32_t below);
static inline bool sim_on(enum kind kind)
{
	return sim.kinds >> kind & 1;
}
/** By chance, where that kind of event is on. */
static inline bool sim_happens(enum kind kind, uint32_t one_in)
{
	return sim_on(kind) && sim_below(one_in) == 0;
}
static inline uint64_t sim_ms(void)
{
	return sim.now_us / 1000;
}
/** Does memory, or whatever else, fail here? */
static inline bool sim_fault(uint32_t one_in)
{
	return !sim.calm && sim_happens(KIND_FAULT, one_in);
}

/* ---- fiber.c: threads that run when they are told to ---- */

struct fiber;

/** Starts one; it runs when its turn comes. */
struct fiber *fiber_new(void *(*run)(void *), void *argument);
/** Which one runs; NULL: the loop. */
struct fiber *fiber_current(void);
/** Lets one that can run do so for a while. False: none can. */
bool fiber_run_one(void);
/** How many there are that are not over. */
unsigned fiber_count(void);
/** Gives the turn back. Not for the loop. */
void fiber_yield(void);
/** In the middle of a call: others may have their turn here. */
void fiber_point(void);
/** The running one ends as by pthread_exit(). */
_Noreturn void fiber_exit(void);
/** Does one wait for this semaphore, which nobody has posted? */
bool fiber_waits_for(const sem_t *sem);
void fiber_reset(void);

/* ---- disk.c: what is on the disk, and what a reload has read of it ---- */

struct row {
	unsigned name; /* "p0" ... */
	int threads;   /* -1: the host's default */
	bool critical, broken, unloadable;
	unsigned settings; /* a number that stands for all of them */
	unsigned build;    /* of the module */
	double timeout;
};

struct disk {
	unsigned n, per_client;
	unsigned edition; /* one more with each edit */
	struct row row[ROWS_MAX];
};

struct disk_state {
	struct disk now, read, force; /* on the disk; as the last reload read it; in force */
	unsigned last;                /* settings */
	bool limits_stayed;           /* those before the ones in force */
	unsigned asked, seen; /* the edition when a reload was asked for last, and began to read */
};

extern struct disk_state disk;

void disk_begin(void);
/** Changes something by chance. */
void disk_edit(void);
struct config *disk_config(void);

/* ---- model.c: what must be true ---- */

struct unit;

enum turn_state { TURN_ASKED, TURN_INSIDE, TURN_PENDING, TURN_BACK };

/* A provider's turn with a request. What its guard goes through is noted at the very moment. */
struct turn {
	uint64_t handle;
	struct unit *unit;
	struct sim_case *of;
	enum turn_state state; /* for the provider */
	uint64_t deadline_ms;
	bool queued, claimed; /* by a thread; it may be called */
	bool decided;         /* by PxeAsyncRecvDone or PxeRequestFail */
	bool expired, closed; /* by the host */
	bool told, telling;   /* by PxeProviderRequestEnded: it was called, it runs */
	enum verdict meant;   /* what counts of what the provider says, or the host's own end */
	enum verdict returned, decided_as;
	unsigned sent, sending;
	const uint8_t *packet; /* its memory, and what must be in it */
	uint32_t len;
	uint8_t copy[608];
	void *kept;   /* a packet that is not freed yet */
	void *on_way; /* one that is being sent: another thread may free it meanwhile */
	void *freed;  /* one with which it has done so */
};

/* A datagram. */
struct sim_case {
	uint64_t number; /* as the host counts; 0: a trial */
	uint32_t client, xid;
	bool open, trial, strange, foreign;
	bool again, forgotten; /* it came a moment ago; the table of such has another there */
	struct unit *chain[ROWS_MAX + 1]; /* as it was when it came */
	unsigned n_chain, next;           /* whose turn is next */
	unsigned n_turns;
	uint32_t busy;      /* those that were passed over for their share: bits of their places */
	uint64_t failures;  /* outcomes that earlier turns came to: bits */
	struct turn *turn;  /* the last */
	struct endpoint to; /* where the answer goes */
	uint64_t at_ms;
	enum outcome outcome;
};

void model_begin(void);
/** Before a datagram is handed over. */
struct sim_case *model_arrives(bool trial);
/** What is handed over is; NULL: nothing. */
extern struct sim_case *model_arriving;
void model_ended(const struct ending *end);
void model_sent(const struct outgoing *out);
/** A reply was taken. */
void model_took_reply(const struct turn *t);
/** One was not taken, with that code. */
void model_refused(struct turn *t, DWORD code);
struct turn *model_turn(uint64_t handle);
/** Any turn that was ever given; NULL: there was none. */
struct turn *model_any_turn(void);
/** One that waits for its provider; NULL. */
struct turn *model_pending_turn(void);
/** How many there were. */
unsigned model_turns(void);
/** After every step. */
void model_check(void);
/** Nothing is left. */
void model_check_end(void);
/** Nobody can run: is everybody served? */
void model_check_idle(void);
/** May the provider use what it has of this turn? Has it not given it back? */
bool turn_is_live(const struct turn *t);
bool turn_is_held(const struct turn *t);
/** Has it ended without its provider, who is still to be told? */
bool turn_is_untold(const struct turn *t);
/** Is its packet as it was? */
void model_check_packet(const struct turn *t);
/** The provider is shut down: it was told of all that has ended without it. */
void model_check_told(const struct unit *u);
/** After host_tick(). */
void model_check_deadlines(void);
/** A reload was taken: disk.force. */
void model_list_changed(void);
/** No reload is under way: what runs is what the files said. */
void model_check_list(void);

/* ---- provider.c: what providers do ---- */

enum unit_state { UNIT_INITIALIZING, UNIT_RUNNING, UNIT_SHUT, UNIT_GONE };

struct unit {
	unsigned id, name;
	HANDLE handle;
	HKEY key;
	enum unit_state state;
	unsigned applied; /* settings that it goes by */
	unsigned inside;  /* calls of RecvRequest */
	unsigned telling; /* calls of RequestEnded, which may come while it is being stopped */
	unsigned build;
	bool paused, all, trial;
	bool tells; /* it wants to be told of what has ended without it */
};

struct units {
	unsigned n;
	bool paused[NAMES]; /* what those of a name were told last */
	struct unit at[UNITS_MAX];
};

extern struct units units;

void units_begin(void);
void units_end(void);
struct unit *unit_of(const struct provider *p);
DWORD PXEAPI unit_initialize(HANDLE provider, HKEY key);
/** Somebody of the providers does something by himself: decides what waits. */
void unit_act(void);
unsigned key_settings(HKEY key);
unsigned key_name(HKEY key);

/* ---- net.c: what comes and goes ---- */

void net_begin(void);
void net_arrive(void);
/** The network takes some of what waits. */
void net_flush(bool all);
unsigned net_waiting(void);
struct host_hooks net_hooks(void);
