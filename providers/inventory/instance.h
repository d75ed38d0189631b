/* One instance, as its own files see it. */
#pragma once

#include "counters.h"
#include "inventory.h"
#include "pending_list.h"
#include "settings.h"
#include "store_read.h"
#include "talks.h"

struct worker;

struct inventory {
	HANDLE provider;
	PXE_BOOT *boot;
	struct settings settings;
	struct store *store;
	struct pending *pending;
	struct talks *talks;
	struct worker *worker;
	ULONG counter[COUNTERS]; /* their numbers at the host */
};

/** Seconds by a clock that never goes back, from 1 on; and since 1970. */
uint32_t clock_steady_s(void);
uint32_t clock_wall_s(void);
