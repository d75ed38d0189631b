/* Who asks for the file: which machines, and by what. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct asker {
	uint64_t archs; /* a bit for each code of <wdspxe-numbers.h>; 0: any machine */
	bool unnamed;   /* and others */
	bool ipxe;      /* iPXE, and not firmware */
};

/** Adds "x64-uefi", "7", or several with commas between; of a number that has no name, nothing is
 * known that its machine could run. False: one of them is no name and no number. */
bool asker_add(struct asker *asker, const char *archs);
