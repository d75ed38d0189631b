/* Clients of one kind (PxeDhcpKind), IPv4: what was read of a request holds for the next one but
 * for what is each machine's own. The home's lock is held.
 */
#pragma once

#include "boot/reading.h"

/** Reads a request as the last one of its kind was read. False: none was, or this host's addresses
 * have changed since, or it came to another of them; nothing was read. */
bool kinds_give(const PXE_BOOT *boot, ULONGLONG kind, const struct request *request,
		PXE_BOOT_CLIENT *out);

/** Keeps what was read of a request, before anything is added that it did not say. `kind` may be 0:
 * not known. */
void kinds_keep(PXE_BOOT *boot, ULONGLONG kind, const PXE_BOOT_CLIENT *client);

void kinds_free(struct kind *kinds);
