/* What a host without a daemon has: for the files of this folder. */
#pragma once

#include <pthread.h>
#include <wdspxe-fake.h>

#include "provider/host.h"

enum { TRACES_MAX = 256, TABLE = 64 };

struct dropin;
struct instance;

/* A place in the chain: the provider that runs there, and the file that it was loaded by. */
struct place {
	struct instance *now;
	char *file;
	char *module;    /* loaded in place of the one that the file names; NULL: that one */
	bool is_callers; /* the file; else it is ours, and goes with the host */
	ULONG n_instances;
};

/* The host's clock: the system's, with what it was moved by, or where it stands. */
struct fake_clock {
	bool stands;
	uint64_t at_ms;
};

struct PXE_FAKE {
	struct host *host;
	struct place place[PROVIDERS_MAX];
	uint32_t n_places;
	struct instance *instances; /* all that run, the newest first */
	struct fake_clock clock;

	pthread_mutex_t lock; /* of what other threads write: woken, trace */
	pthread_cond_t wake;
	bool woken;
	char *trace[TRACES_MAX];
	uint32_t n_traces;

	PXE_FAKE_JOURNEY *journeys; /* all that have not been given back, or have not ended */
	PXE_FAKE_JOURNEY *coming;   /* it is being passed in */
	PXE_FAKE_JOURNEY *simple;   /* of the last PxeFakeReceive */

	char *answer; /* to the last command */
};
