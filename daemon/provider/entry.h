/* The functions by which a host enters a module, as the module's symbol tables show them.
 *
 * dlsym() finds data by a function's name too, and says nothing of a function that is nearly right:
 * not exported, or exported by the name that C++ made of it.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

enum entry_state {
	ENTRY_ABSENT,
	ENTRY_FUNCTION,
	ENTRY_DATA,   /* exported, but no function */
	ENTRY_NEARLY, /* a function of that name that cannot be called: `nearly` is its symbol */
};

struct entry {
	enum entry_state state;
	const char *symbol; /* of ENTRY_FUNCTION: what to ask dlsym() for; static */
	char nearly[128];
};

struct entries {
	struct entry initialize; /* PxeProviderInitialize */
	/* Under the names that C++ gives the forms which Microsoft's compiler takes, too: there
	 * DllMain has C linkage whatever the source says. */
	struct entry dll_main;
	bool unique; /* it has symbols that glibc never unloads */
};

/** Looks through the tables of a file for which elf_wrong() returned NULL. Without section headers
 * (sstrip) every function counts as ENTRY_FUNCTION by its plain name. */
void entries_find(struct span file, struct entries *out);
