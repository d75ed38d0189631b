/* ${mac} and its like in texts of the settings. The kit replaces them; here they are looked through
 * for what it would not replace. */
#pragma once

#include "keys.h"

/* Who reads the text, and so what of it may be somebody else's. */
enum variables_for {
	VARIABLES_FOR_FILES, /* file, bcd, options: all must be ours */
	VARIABLES_FOR_URLS,  /* iPXE's own may be among them */
	VARIABLES_FOR_IPXE   /* a URL that iPXE alone gets: whatever is not ours is iPXE's */
};

/** 0, and *varies where there are some that the kit replaces: else it is untouched. -EINVAL with a
 * trace. */
int variables_check(const struct keys *keys, const char *name, const char *text,
		    enum variables_for reader, bool *varies);
/** The first ${...} that stays, for iPXE to replace; NULL: none does. */
const char *variables_foreign(const char *text);

/* What variables are made of: a bit each. */
enum {
	VARIABLES_OF_MAC = 1 << 0,
	VARIABLES_OF_UUID = 1 << 1,
	VARIABLES_OF_ARCH = 1 << 2,
	VARIABLES_OF_NAME = 1 << 3,
	VARIABLES_OF_GROUP = 1 << 4,
};

/** What of a client the variables in a text are made of, of that which a client may lack. */
unsigned variables_need(const char *text);
