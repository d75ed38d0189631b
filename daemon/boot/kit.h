/* The kit of one instance of a provider. A process may hold several: while a reload replaces one by
 * another, both live. */
#pragma once

#include <stdatomic.h>

#include "boot/delay.h"
#include "boot/given.h"
#include "boot/home.h"
#include "boot/locals.h"
#include "boot/reply4.h"
#include "boot/rest.h"
#include "boot/turn.h"

struct classes {
	char **at; /* owned */
	size_t n;
};

/* A UUID's octets as two words, to be compared quickly. */
struct uuid {
	uint64_t half[2];
};

static inline int uuid_order(const struct uuid *a, const struct uuid *b)
{
	int i = a->half[0] == b->half[0]; /* the half that decides */

	return (a->half[i] > b->half[i]) - (a->half[i] < b->half[i]);
}

struct banned {
	struct uuid *at; /* owned; in order, for there may be thousands */
	size_t n;
};

/* Options of requests of one family that the provider looks at. */
struct wanted {
	struct option_name at[PXE_BOOT_WANTED_MAX];
	uint8_t n;
};

/* PXE_BOOT_OPTIONS, kept. They do not change while requests come. */
struct options {
	bool lease_requests;
	char file[256];         /* where the settings are; "": not said */
	struct classes classes; /* other names for PXEClient */
	struct banned banned;   /* UUIDs that many machines share: nobody's */
	uint64_t archs;         /* a bit for each code below 64 that counts first */
	struct wanted wanted4, wanted6;
};

struct kept; /* what lives until the kit is closed: keep.c */

struct tagPXE_BOOT {
	HANDLE provider;
	struct options options;
	struct delay delay;
	struct kept *kept;
	struct lookups *lookups; /* of servers' names; NULL: there are none */

	atomic_bool locals_changed; /* since they were read */

	struct home *home; /* its lock guards what follows, too */
	struct locals locals;
	uint32_t locals_due_s; /* read them again from then on; 0: they are current */
	struct replies4 replies4;
	struct kind *kinds; /* what was read of requests: kinds.c; NULL: nothing yet */
};

/** Seconds of CLOCK_MONOTONIC, from 1. */
uint32_t kit_clock_s(void);
/** Reads this host's addresses again if they came or went. The lock is held. */
void kit_settle(PXE_BOOT *boot);
/** Says what the kit decided about a request, or why it could not: a PXE_REASON_… and a text, at
 * the answer's place in the settings; the settings as a whole where that is NULL. */
void kit_say(const PXE_BOOT *boot, HANDLE request, ULONG kind, const char *text,
	     const PXE_BOOT_ANSWER *answer);
/** Says why an answer cannot be built, and returns what PxeBootAnswer does: `status`. But what
 * variables make of it for one client is that client's own, and the provider's decision to send it
 * nothing: ERROR_SUCCESS. */
DWORD kit_say_unsent(const PXE_BOOT *boot, HANDLE request, const struct given *given,
		     const char *why, DWORD status);
