/* An answer: which of its words a client gets, and its way out. */
#pragma once

#include "boot/client.h"

/** Is the client given the URL, and not the file? */
static inline bool answer_by_url(const PXE_BOOT_ANSWER *answer, const PXE_BOOT_CLIENT *client)
{
	return answer->pszUrl && (!answer->pszFile || client->uClass == PXE_BOOT_CLASS_HTTP);
}

/** Builds the answer in a packet of the API's. NULL and *status: there can be none, and the reason
 * was said. The lock is held. */
PVOID answer4_build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		    const PXE_BOOT_ANSWER *answer, ULONG *len, DWORD *status);
/** The same over IPv6. The lock is not held. */
PVOID answer6_build(PXE_BOOT *boot, HANDLE request, const PXE_BOOT_CLIENT *client,
		    const PXE_BOOT_ANSWER *answer, ULONG *len, DWORD *status);

/** Says that no answer could be made, and why. */
void answer_say_failed(const PXE_BOOT *boot, HANDLE request, const PXE_BOOT_ANSWER *answer,
		       const char *text);
