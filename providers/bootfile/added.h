/* What an entry gives beside file and server: options, Windows' boot data, its own server-id. Few
 * entries have any. */
#pragma once

#include "lists.h"
#include "options.h"
#include "server.h"
#include "windows.h"

struct added {
	struct options options;
	struct windows windows;
	char *bcd; /* owned; NULL: none */
	PXE_BOOT_SERVER identity;
	bool has_identity;
	bool varies;                /* there are variables in its texts */
	PXE_BOOT_NETWORK *networks; /* those of the condition subnet, for ${subnet}; owned */
	ULONG n_networks;
};

/** Makes *out where there is none yet; NULL: no memory. */
struct added *added_of(struct added **out);
/** Keeps the networks that ${subnet} may be. 0 or -ENOMEM. */
int added_keep_networks(const struct subnets *subnets, struct added *out);
/** Puts it into an answer. NULL: nothing is. */
void added_settle(const struct added *added, PXE_BOOT_ANSWER *answer);
void added_done(struct added *added);
