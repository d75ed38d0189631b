/* Inside the library, how a call gets to the host of this process, if there is one.
 *
 *	const struct pxe_host *host = door_enter();
 *
 *	if (!host)
 *		return ERROR_INVALID_HANDLE;
 *	r = host->...;
 *	door_leave();
 *
 * Between the two calls PxeHostDetach waits. Entering costs two uncontended atomic additions: each
 * thread counts in one of a few cells of its own cache line.
 */
#pragma once

#include <wdspxe-host.h>

#include "dhcp/dhcp4_option.h"

/** The host, which stays attached until door_leave(); NULL, and then nothing is to be left. */
const struct pxe_host *door_enter(void);
void door_leave(void);

/** The index that PxeHostSetPacket set on this thread for just this packet, or NULL. */
const struct dhcp4_index *door_packet_index(const void *packet, ULONG len);

/** The provider that PxeHostSetProvider set on this thread, or NULL. */
HANDLE door_provider(void);
