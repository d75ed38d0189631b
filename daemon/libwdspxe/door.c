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
static DOOR_TLS atomic_uint *own_cell; /* NULL: none yet */

DOOR_TLS struct door_call door_call;

static void count_in(void)
{
	if (door_call.depth++ > 0)
		return;
	if (!own_cell)
		own_cell = &cells[atomic_fetch_add_explicit(&next_cell, 1, memory_order_relaxed) %
				  CELLS]
				    .users;
	atomic_fetch_add(own_cell, 1);
}

static void count_out(void)
{
	if (--door_call.depth == 0)
		atomic_fetch_sub_explicit(own_cell, 1, memory_order_release);
}

const struct pxe_host *door_enter(void)
{
	const struct pxe_host *host = atomic_load_explicit(&attached, memory_order_relaxed);

	if (!host)
		return NULL;
	/* Count first, then look: either we see that it is detached, or the detacher sees us. */
	count_in();
	host = atomic_load(&attached);
	if (!host)
		count_out();
	return host;
}

void door_leave(void)
{
	count_out();
}

static bool host_is_whole(const struct pxe_host *host)
{
	return host->size >= sizeof(*host) && host->register_callback && host->set_attribute &&
	       host->send_reply && host->async_recv_done && host->packet_allocate &&
	       host->packet_free && host->trace_enabled && host->trace && host->server_duid &&
	       host->module_file && host->request_reason && host->request_wanted &&
	       host->request_fail && host->provider_name && host->request_is_trial &&
	       host->request_interface && host->command_write && host->counter_register &&
	       host->counter_add;
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

void PxeHostSetPacket(const void *packet, ULONG len, const void *index, size_t index_size)
{
	door_call.packet = packet;
	door_call.len = len;
	door_call.index = index_size == sizeof(struct dhcp4_index) ? index : NULL;
}

void PxeHostSetProvider(HANDLE provider)
{
	if (provider && !door_call.provider)
		count_in();
	else if (!provider && door_call.provider)
		count_out();
	door_call.provider = provider;
}
