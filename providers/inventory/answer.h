/* A request is decided, and answered: on the loop, or by the thread once something is on disk. */
#pragma once

#include "instance.h"

enum asked_by {
	ASKED_ON_LOOP,   /* nothing may wait */
	ASKED_BY_THREAD, /* what had to be written is written */
	ASKED_IN_VAIN    /* it could not be written: `why` of the turn */
};

/* A request on its way. */
struct turn {
	struct inventory *inventory;
	HANDLE request;
	const PXE_BOOT_CLIENT *client;
	enum asked_by by;
	uint32_t number; /* of who waits for approval; 0: it has none yet */
	const char *why; /* why nothing could be written */
	PXE_BOOT_ACTION action;
	DWORD status;
};

enum turned {
	TURN_DONE,   /* status and action are RecvRequest's */
	TURN_USE_UP, /* what it boots once must be written first: of the device with that id */
	TURN_WAIT,   /* it must be listed first, and is then answered */
	TURN_LIST    /* it is to be listed; status and action are RecvRequest's */
};

/** Decides and answers as far as that can be done now. `id`: with TURN_USE_UP. */
enum turned answer_request(struct turn *turn, struct id *id);

/** Who it is, for the list of those that wait. */
void answer_describe(struct inventory *inventory, HANDLE request, const PXE_BOOT_CLIENT *client,
		     struct asker *out);
