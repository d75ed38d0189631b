/* A packet on its way through a host without a daemon, and what came of it. */
#pragma once

#include "fake/state.h"

enum { REPLIES_MAX = 64 };

struct PXE_FAKE_JOURNEY {
	PXE_FAKE *fake;
	PXE_FAKE_JOURNEY *next; /* in fake->journeys */
	uint64_t number;        /* of the request, as the host counts; 0: a trial */
	bool has_ended;
	bool is_given_back; /* by the caller: it goes when it has ended */
	PXE_FAKE_VERDICT verdict;
	struct request_reason reason; /* the verdict's strings */
	PXE_FAKE_REPLY reply[REPLIES_MAX];
	char to[REPLIES_MAX][IP_TEXT_MAX];
	uint32_t n_replies;
};

/** Makes one, in the host's list. NULL: no memory. */
PXE_FAKE_JOURNEY *journey_new(PXE_FAKE *fake);
/** Takes it out of the list, and frees it. */
void journey_free(PXE_FAKE_JOURNEY *journey);
/** The one of that request; NULL: nobody waits for it. */
PXE_FAKE_JOURNEY *journey_find(const PXE_FAKE *fake, uint64_t number);
/** Frees those that have ended and were given back. */
void journeys_sweep(PXE_FAKE *fake);
/** Frees all. */
void journeys_end(PXE_FAKE *fake);
