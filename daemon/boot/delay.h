/* Answers that go out late, for clients that miss an instant one: a thread that waits for them.
 *
 * The packet and the request are held until then; at most DELAY_JOBS at a time. Whoever hands a job
 * over never waits for the thread, for it may be the daemon's loop.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <wdspxe.h>

#include "boot/octets.h"

enum { DELAY_JOBS = 256 };

struct delay_job {
	HANDLE request;
	PVOID packet;
	ULONG len;
	uint64_t due_ms; /* CLOCK_MONOTONIC */
};

/* A job's place: whoever moves it out of DELAY_FREE fills it; the thread empties it. */
enum { DELAY_FREE, DELAY_FILLING, DELAY_READY };

struct delay_place {
	atomic_int state;
	struct delay_job job;
};

struct delay {
	HANDLE provider;
	pthread_mutex_t starting;
	atomic_bool running;
	pthread_t thread;
	sem_t bell; /* a job was added, or it is to stop */
	struct delay_place places[DELAY_JOBS];
	atomic_bool stopping;
};

/** Nothing waits yet, and the thread does not run. */
void delay_init(struct delay *delay, HANDLE provider);
/** Ends the thread, if it runs; what still waits is completed without an answer. */
void delay_stop(struct delay *delay);
/** Takes over a packet to send and its request, which is then pending. The first one starts the
 * thread. False: too many wait, or it cannot be started. Any thread; never waits for a packet. */
bool delay_add(struct delay *delay, HANDLE request, PVOID packet, ULONG len, unsigned delay_ms);
