#include "libwdspxe/door.h"

#include <sched.h>
#include <stdatomic.h>

#include "base/cleanup.h"

enum { CELLS = 16 };

static _Atomic(const struct pxe_host *) attached;
static struct {
	_Alignas(64) atomic_uint users;
} cells[CELLS];

static atomic_uint next_cell;
/* Both are read at every call of the API: no lookup of the module's block each time. */
#define HOT_TLS _Thread_local __attribute__((tls_model("initial-exec")))

static HOT_TLS unsigned own_cell; /* 0: none yet, else its number plus 1 */

static HOT_TLS struct {
	const void *packet;
	ULONG len;
	const struct dhcp4_index *index;
	HANDLE provider;
} call; /* what this thread is doing, as the host told */

static atomic_uint *door_cell(void)
{
	if (own_cell == 0)
		own_cell =
			atomic_fetch_add_explicit(&next_cell, 1, memory_order_relaxed) % CELLS + 1;
	return &cells[own_cell - 1].users;
}

const struct pxe_host *door_enter(void)
{
	const struct pxe_host *host = atomic_load_explicit(&attached, memory_order_relaxed);
	atomic_uint *users;

	if (!host)
		return NULL;
	users = door_cell();
	/* Count first, then look: either we see that it is detached, or the detacher sees us. */
	atomic_fetch_add(users, 1);
	host = atomic_load(&attached);
	if (!host)
		atomic_fetch_sub(users, 1);
	return host;
}

void door_leave(void)
{
	atomic_fetch_sub_explicit(door_cell(), 1, memory_order_release);
}

const struct dhcp4_index *door_packet_index(const void *packet, ULONG len)
{
	return call.index && call.packet == packet && call.len == len ? call.index : NULL;
}

HANDLE door_provider(void)
{
	return call.provider;
}

static bool host_is_whole(const struct pxe_host *host)
{
	return host->size >= sizeof(*host) && host->register_callback && host->set_attribute &&
	       host->send_reply && host->async_recv_done && host->packet_allocate &&
	       host->packet_free && host->trace_enabled && host->trace && host->server_duid &&
	       host->module_file;
}

DWORD PxeHostAttach(const struct pxe_host *host)
{
	const struct pxe_host *none = NULL;

	if (!host || !host_is_whole(host))
		return ERROR_INVALID_PARAMETER;
	return atomic_compare_exchange_strong(&attached, &none, host) ? ERROR_SUCCESS
								      : ERROR_INVALID_STATE;
}

DWORD PxeHostDetach(void)
{
	if (!atomic_exchange(&attached, NULL))
		return ERROR_INVALID_STATE;
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		while (atomic_load(&cells[i].users) > 0)
			sched_yield();
	return ERROR_SUCCESS;
}

void PxeHostSetPacket(const void *packet, ULONG len, const void *index)
{
	call.packet = packet;
	call.len = len;
	call.index = index;
}

void PxeHostSetProvider(HANDLE provider)
{
	call.provider = provider;
}
