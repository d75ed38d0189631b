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
 * thread counts in one of a few cells of its own cache line; and none while the host calls a
 * provider on this thread, which is counted already.
 */
#pragma once

#include <wdspxe-host.h>

#include "dhcp/dhcp4_option.h"

/* The same in one step, for a call that only passes through: what the host's entry returns, or
 * `missing` where there is no host. */
#define DOOR_CALL(missing, entry, ...)                                                             \
	__extension__({                                                                            \
		const struct pxe_host *host_ = door_enter();                                       \
		__typeof__(host_->entry(__VA_ARGS__)) result_ = (missing);                         \
                                                                                                   \
		if (host_) {                                                                       \
			result_ = host_->entry(__VA_ARGS__);                                       \
			door_leave();                                                              \
		}                                                                                  \
		result_;                                                                           \
	})

/** The host, which stays attached until door_leave(); NULL, and then nothing is to be left. */
const struct pxe_host *door_enter(void);
void door_leave(void);

/* What this thread is doing, as the host told. It is read at every call of the API: no lookup of
 * the module's block each time. */
struct door_call {
	const void *packet;
	ULONG len;
	unsigned depth; /* how often this thread is inside; the first one counts in a cell */
	const struct dhcp4_index *index;
	HANDLE provider;
};
#define DOOR_TLS _Thread_local __attribute__((tls_model("initial-exec")))
extern DOOR_TLS struct door_call door_call __attribute__((visibility("hidden")));

/** The index that PxeHostSetPacket set on this thread for just this packet, or NULL. */
static inline const struct dhcp4_index *door_packet_index(const void *packet, ULONG len)
{
	return door_call.packet == packet && door_call.len == len ? door_call.index : NULL;
}

/** The provider that PxeHostSetProvider set on this thread, or NULL. */
static inline HANDLE door_provider(void)
{
	return door_call.provider;
}
