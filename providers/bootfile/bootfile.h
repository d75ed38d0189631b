/* One instance of the provider. A process may hold several: while a reload replaces one by another,
 * both live. */
#pragma once

#include "current.h"
#include "settings.h"

struct bootfile {
	PXE_BOOT *boot;
	struct settings settings; /* do not change after Initialize */
	struct current machines;  /* of the lists that they name */
	HANDLE provider;
};

/** Decides about a request, and has it answered. The result and *action are RecvRequest's. */
DWORD decide(struct bootfile *bootfile, HANDLE request, const PXE_BOOT_CLIENT *client,
	     PXE_BOOT_ACTION *action);
