/* ${mac} and its like in what an answer says, replaced by what they are for one client.
 *
 * A variable is one segment of a path: what a list of machines or a packet says of a client can
 * name a file, and never another folder.
 */
#pragma once

#include "boot/given.h"
#include "boot/locals.h"
#include "boot/name.h"

struct variables {
	const PXE_BOOT_CLIENT *client;
	struct given *given; /* `said` becomes why a text cannot be filled in */
	const struct locals *locals;
};

/* Where a text is put. */
enum variables_in {
	VARIABLES_IN_TEXT, /* octets as they are; an address of IPv6 without brackets */
	VARIABLES_IN_URL   /* what a URL may not hold as %XX; an address of IPv6 in brackets */
};

/**
 * The text with each ${name} of ours replaced; $${ becomes ${, and any other ${...} stays, for iPXE
 * has such too. Returns the length, of at most `size` octets without a NUL; -1: it cannot be done.
 */
int variables_fill(const struct variables *variables, PXE_BOOT_OCTETS text, enum variables_in in,
		   char *out, size_t size);

/** The answer's URL with its variables, or at least its ${server}, replaced. The length; -1: it
 * cannot be done. */
int variables_fill_url(const struct variables *variables, enum variables_in in,
		       char out[NAME_MAX_LEN + 1]);
