/* Answers that go out late, for clients that miss an instant one: a thread that waits for them.
 *
 * The packet and the request are held until then; at most DELAY_JOBS at a time.
 */
#pragma once

#include <pthread.h>
#include <wdspxe.h>

#include "octets.h"

enum { DELAY_JOBS = 256 };

struct delay_job {
	HANDLE request;
	PVOID packet;
	ULONG len;
	uint64_t due_ms; /* CLOCK_MONOTONIC */
};

struct delay {
	HANDLE provider;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct delay_job jobs[DELAY_JOBS];
	size_t n;
	bool stopping;
};

/** Starts the thread. 0 or -errno. delay_stop() before the provider goes. */
int delay_start(struct delay *delay, HANDLE provider);
/** Ends the thread; what still waits is completed without an answer. */
void delay_stop(struct delay *delay);
/** Takes over a packet to send and its request, which is then pending. False: too many wait. */
bool delay_add(struct delay *delay, HANDLE request, PVOID packet, ULONG len, unsigned delay_ms);
