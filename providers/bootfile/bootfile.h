/* One instance of the provider. A process may hold several: while a reload replaces one by another,
 * both live. */
#pragma once

#include <pthread.h>

#include "client.h"
#include "delay.h"
#include "locals.h"
#include "memory.h"
#include "reply4.h"

struct bootfile {
	HANDLE provider;
	char file[256];           /* where the settings are, for messages; "": not known */
	struct settings settings; /* do not change after Initialize */
	struct delay delay;       /* runs where settings.has_delays */

	atomic_bool locals_changed; /* since they were read */

	/* Guards what follows, among the threads that requests come on; none but they take it, so
	 * that on the daemon's loop, one thread alone, it is never waited for. It is not held while
	 * the API is called to send. */
	pthread_mutex_t lock;
	struct locals locals;
	uint32_t locals_due_s; /* read them again from then on; 0: they are current */
	struct memory memory;
	struct replies4 replies4;
};

/** Decides and answers. The result and *action are RecvRequest's. */
DWORD answer4(struct bootfile *bootfile, const struct request *request, PXE_BOOT_ACTION *action);
DWORD answer6(struct bootfile *bootfile, const struct request *request, PXE_BOOT_ACTION *action);

/* For the two. */

/** What a request leads to. */
struct decision {
	const struct entry *entry; /* NULL: no entry matches */
	bool too_early;            /* the entry waits for clients that have tried longer */
	bool ipxe; /* the client is iPXE, by what it says now or said when it asked first */
};

/**
 * The decision for a first contact (DISCOVER, SOLICIT); remembers an offer for `now_s`, and forgets
 * an older one. The lock is held.
 */
struct decision decide_first(struct bootfile *bootfile, const struct client *client,
			     uint32_t now_s);
/** The decision for a request to port 4011. What it leaves out, and the client said when it was
 * offered something, is filled into *client. The lock is held. */
struct decision decide_second(struct bootfile *bootfile, struct client *client, uint32_t now_s);
/** Seconds of CLOCK_MONOTONIC, from 1. */
uint32_t clock_s(void);

/**
 * Where the decision is not to answer, the action for it, and true; *action is PXE_BA_REJECTED or
 * PXE_BA_IGNORE. Says why. The lock is held.
 */
bool decision_is_silence(const struct bootfile *bootfile, const struct request *request,
			 const struct client *client, const struct decision *decision,
			 PXE_BOOT_ACTION *action);

/** Sends the packet now or later, and frees it. The result and *action are RecvRequest's. */
DWORD answer_send(struct bootfile *bootfile, const struct request *request,
		  const struct entry *entry, PVOID packet, ULONG len, PXE_BOOT_ACTION *action);
