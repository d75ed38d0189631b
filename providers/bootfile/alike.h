/* What gives the same is prepared once by the kit: thousands of hosts, each with an entry or a line
 * of its own, boot a few files. */
#pragma once

#include "lists.h"

/* Things that may be alike. */
struct alikes {
	void *of;
	uint32_t n;
	/** A text that those alike have in common; NULL: this one is like no other. */
	const char *(*text)(const struct alikes *alikes, uint32_t i);
	bool (*same)(const struct alikes *alikes, uint32_t a, uint32_t b);
	/** Called once for each with a text, in their order, with the first one that is like it. */
	void (*join)(const struct alikes *alikes, uint32_t i, uint32_t first);
};

/** 0 or -ENOMEM. */
int alikes_join(const struct alikes *alikes, const PXE_BOOT_SECRET *secret);
