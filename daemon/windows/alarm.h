/* Things to do at a time, by one thread of the library, under one lock, which the pools share. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct alarm {
	uint64_t due_ns; /* CLOCK_MONOTONIC */
	bool set;
	void (*ring)(struct alarm *alarm); /* with the lock; it is not set any more */
	struct alarm *next;
};

/* Held for a few steps at a time; no callback is called meanwhile, nor the loader. */
extern pthread_mutex_t pool_lock;

/** Starts the thread unless it runs. False: no memory. With the lock, as all of these. */
bool alarm_ready(void);
void alarm_set(struct alarm *alarm, uint64_t due_ns);
/** One that is not set is fine. */
void alarm_unset(struct alarm *alarm);
