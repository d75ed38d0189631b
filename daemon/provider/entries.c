/* The members of struct pxe_host: what a provider asks of the daemon. Any thread; no handle and no
 * pointer is followed before it was found to be one of ours.
 */
#include <errno.h>

#include "base/utf.h"
#include "provider/call.h"
#include "provider/counter.h"
#include "provider/altstack.h"
#include "provider/entries.h"
#include "provider/order.h"
#include "provider/overrun.h"
#include "provider/own_path.h"
#include "provider/pin.h"
#include "provider/process.h"
#include "provider/life.h"
#include "provider/reason.h"
#include "provider/say.h"
#include "provider/send.h"
#include "provider/state.h"
#include "provider/trial.h"

/* Where a callback is kept; CALLBACKS: it is one that we do not know. */
static unsigned callback_place(PXE_CALLBACK_TYPE type)
{
	if (type < PXE_CALLBACK_MAX)
		return type;
	return type == PXE_CALLBACK_REQUEST_ENDED ? CALLBACK_REQUEST_ENDED
	       : type == PXE_CALLBACK_COMMAND     ? CALLBACK_COMMAND
						  : CALLBACKS;
}

static DWORD register_callback(HANDLE handle, PXE_CALLBACK_TYPE type, PVOID function, PVOID context)
{
	struct provider *p = provider_pin(host_the, handle);
	unsigned place = callback_place(type);
	DWORD code = ERROR_SUCCESS;
	uint32_t state;

	if (!p)
		return ERROR_INVALID_HANDLE;
	state = atomic_load(&p->state);
	if (state == PROVIDER_SHUTTING_DOWN) {
		code = ERROR_SHUTDOWN_IN_PROGRESS;
	} else if (state != PROVIDER_INITIALIZING) {
		code = ERROR_INVALID_STATE;
	} else if (place == CALLBACKS) {
		code = ERROR_NOT_SUPPORTED;
	} else {
		/* The kit's ServiceControl is there to be replaced: PxeBootRegister. */
		if (type != PXE_CALLBACK_SERVICE_CONTROL && atomic_load(&p->callback[place]) != 0)
			host_say(p->host, p->name, PXE_TRACE_WARNING,
				 "registers callback %u again: the last registration is used",
				 type);
		atomic_store(&p->context[place], (uintptr_t)context);
		atomic_store(&p->callback[place], (uintptr_t)function);
	}
	provider_unpin(p);
	return code;
}

static DWORD filter_store(struct provider *p, bool v6, ULONG value)
{
	if (value > PXE_PROV_FILTER_PXE_ONLY)
		return ERROR_INVALID_PARAMETER;
	atomic_store(v6 ? &p->filter6 : &p->filter4, value);
	atomic_store(v6 ? &p->filter6_set : &p->filter4_set, true);
	return ERROR_SUCCESS;
}

static DWORD attribute_store(struct provider *p, PXE_PROVIDER_ATTRIBUTE attribute, ULONG value)
{
	switch (attribute) {
	case PXE_PROV_ATTR_FILTER:
	case PXE_PROV_ATTR_FILTER_IPV6:
		return filter_store(p, attribute == PXE_PROV_ATTR_FILTER_IPV6, value);
	case PXE_PROV_ATTR_IPV6_CAPABLE:
		atomic_store(&p->ipv6_capable, value != 0);
		return ERROR_SUCCESS;
	case PXE_PROV_ATTR_TRIAL:
		atomic_store(&p->trial, value != 0);
		return ERROR_SUCCESS;
	case PXE_PROV_ATTR_FILES:
		atomic_store(&p->files, value != 0);
		return ERROR_SUCCESS;
	case PXE_PROV_ATTR_NONBLOCKING: /* where it is called is settled when it starts */
		if (atomic_load(&p->state) != PROVIDER_INITIALIZING)
			return ERROR_INVALID_STATE;
		atomic_store(&p->nonblocking, value != 0);
		return ERROR_SUCCESS;
	default:
		return ERROR_INVALID_PARAMETER;
	}
}

static DWORD set_attribute(HANDLE handle, PXE_PROVIDER_ATTRIBUTE attribute, const void *value,
			   ULONG len)
{
	struct provider *p = provider_pin(host_the, handle);
	ULONG number;
	DWORD code;

	(void)len; /* it is a ULONG's */
	if (!p)
		return ERROR_INVALID_HANDLE;
	if (atomic_load(&p->state) == PROVIDER_SHUTTING_DOWN) {
		code = ERROR_SHUTDOWN_IN_PROGRESS;
	} else {
		memcpy(&number, value, sizeof(number));
		code = attribute_store(p, attribute, number);
	}
	provider_unpin(p);
	return code;
}

static DWORD provider_name_entry(HANDLE handle, char *utf8, size_t size)
{
	struct provider *p = provider_pin(host_the, handle);
	DWORD code = ERROR_SUCCESS;

	if (!p)
		return ERROR_INVALID_HANDLE;
	if (strlen(p->name) < size)
		strcpy(utf8, p->name);
	else
		code = ERROR_INSUFFICIENT_BUFFER;
	provider_unpin(p);
	return code;
}

/* The request of a handle, where it is that provider's turn. To be left. */
static struct request *request_of(HANDLE provider, HANDLE request, enum guard_use use)
{
	struct host *host = host_the;
	struct request *req = request_enter(host, request, use);
	const struct provider *asked;

	if (!req)
		return NULL;
	asked = req->asked; /* it lives: the request's chain holds it, or the quarantine */
	if (asked->handle != provider) {
		request_leave(host, req);
		return NULL;
	}
	return req;
}

static DWORD packet_allocate_counted(struct host *host, struct request *req, ULONG size, PVOID *out)
{
	struct provider *p = req->asked;
	uint32_t most = host->packets.small.count - host->packets.small.count / 4;

	/* One provider that keeps all packets must not leave the others without. */
	if (atomic_fetch_add_explicit(&p->packets, 1, memory_order_relaxed) < most &&
	    packet_allocate(&host->packets, req, size, out) == 0)
		return ERROR_SUCCESS;
	atomic_fetch_sub_explicit(&p->packets, 1, memory_order_relaxed);
	return ERROR_NOT_ENOUGH_MEMORY;
}

static DWORD packet_allocate_entry(HANDLE provider, HANDLE request, ULONG size, PVOID *out)
{
	struct request *req = request_of(provider, request, GUARD_USE);
	DWORD code;

	if (!req)
		return ERROR_INVALID_HANDLE;
	code = packet_allocate_counted(host_the, req, size, out);
	request_leave(host_the, req);
	return code;
}

static DWORD packet_free_entry(HANDLE provider, HANDLE request, PVOID packet)
{
	struct request *req = request_of(provider, request, GUARD_GIVE_BACK);
	struct packet_overrun overrun;
	DWORD code = ERROR_INVALID_PARAMETER;

	if (!req)
		return ERROR_INVALID_HANDLE;
	if (packet_free(&host_the->packets, req, packet, &overrun) == 0) {
		struct provider *p = req->asked;

		atomic_fetch_sub_explicit(&p->packets, 1, memory_order_relaxed);
		overrun_say(req, &overrun, "found by PxePacketFree");
		code = overrun.found ? ERROR_INVALID_PARAMETER : ERROR_SUCCESS;
	}
	request_leave(host_the, req);
	return code;
}

static DWORD async_recv_done(HANDLE request, PXE_BOOT_ACTION action)
{
	struct host *host = host_the;
	uint64_t generation;
	struct request *req = request_find(&host->table, (uint64_t)(uintptr_t)request, &generation);
	bool last;

	if (!req || !guard_decide(&req->guard, generation, action, &last))
		return ERROR_INVALID_HANDLE;
	if (last && mailbox_post(&host->verdicts, &req->letter))
		host->hooks.wake(host->hooks.context);
	return ERROR_SUCCESS;
}

static bool is_error(PXE_SEVERITY severity)
{
	return (severity & (PXE_TRACE_ERROR | PXE_TRACE_FATAL)) != 0;
}

static int trace_enabled(PXE_SEVERITY severity)
{
	struct host *host = host_the;

	return host && (host->hooks.trace_enabled(host->hooks.context, severity) ||
			(is_error(severity) && atomic_load(&host->initializing) > 0));
}

/* In its DllMain or its Initialize, or where it reads its files again; what it says meanwhile of a
 * request is not of these. */
static bool is_reading(const struct provider *p)
{
	uint32_t state = atomic_load(&p->state);

	return state == PROVIDER_NEW || state == PROVIDER_INITIALIZING ||
	       (atomic_load(&p->rereading) && !call_request());
}

/* What a provider says is wrong while it initialises is the answer to "why does it not start",
 * whatever of its trace is logged; so is what it says of its files. */
static void said_keep(struct provider *p, const char *line, bool logged)
{
	size_t len = strnlen(line, sizeof(p->said) - 1);
	int nothing = SAID_NOTHING;

	if (!atomic_compare_exchange_strong(&p->said_state, &nothing, SAID_IN_WORK))
		return;
	memcpy(p->said, line, len);
	p->said[len] = '\0';
	utf8_trim(p->said);
	atomic_store(&p->said_logged, logged);
	atomic_store_explicit(&p->said_state, SAID, memory_order_release);
}

enum { TRACE_LINE_MAX = 4 * 1024 + 1 }; /* as long as the API makes one */

static void trace(HANDLE handle, PXE_SEVERITY severity, const char *utf8)
{
	struct host *host = host_the;
	struct provider *p = provider_pin(host, handle);
	const char *called = atomic_load(&host_call_current()->provider);
	bool logged = host->hooks.trace_enabled(host->hooks.context, severity);
	char mended[TRACE_LINE_MAX];

	if (p && own_path_mend(utf8, p->module_path, mended, sizeof(mended)))
		utf8 = mended;
	if (p && is_error(severity) && is_reading(p))
		said_keep(p, utf8, logged);
	if (logged)
		host->hooks.trace(host->hooks.context,
				  p        ? p->name
				  : called ? called
					   : "provider",
				  call_request(), severity, utf8);
	if (p)
		provider_unpin(p);
}

static DWORD server_duid(PVOID buffer, ULONG len, PULONG used)
{
	struct host *host = host_the;
	uint32_t size = atomic_load_explicit(&host->duid_len, memory_order_acquire);

	if (size == 0)
		return ERROR_NOT_SUPPORTED;
	*used = size;
	if (len < size || !buffer)
		return ERROR_INSUFFICIENT_BUFFER;
	memcpy(buffer, host->duid, size);
	return ERROR_SUCCESS;
}

static DWORD module_file(HINSTANCE module, char *utf8, size_t size)
{
	struct host *host = host_the;
	uint64_t generation;
	uint32_t index;
	struct provider *p;
	DWORD code = ERROR_SUCCESS;

	if (!handle_split((uint64_t)(uintptr_t)module, MODULE_HANDLE_KIND, PROVIDERS_MAX, &index,
			  &generation) ||
	    !guard_pin(&host->slot[index].guard, generation, GUARD_USE))
		return ERROR_MOD_NOT_FOUND;
	p = atomic_load(&host->slot[index].provider);
	if (strlen(p->module_path) < size)
		strcpy(utf8, p->module_path);
	else
		code = ERROR_INSUFFICIENT_BUFFER;
	provider_unpin(p);
	return code;
}

static DWORD request_interface(HANDLE handle, char *name, size_t size)
{
	struct host *host = host_the;
	struct request *req = request_enter(host, handle, GUARD_USE);
	DWORD code = ERROR_SUCCESS;

	if (!req)
		return ERROR_INVALID_HANDLE;
	if (strlen(req->interface) < size)
		strcpy(name, req->interface);
	else
		code = ERROR_INSUFFICIENT_BUFFER;
	request_leave(host, req);
	return code;
}

const struct pxe_host host_entries = {
	.size = sizeof(host_entries),
	.register_callback = register_callback,
	.set_attribute = set_attribute,
	.send_reply = send_reply,
	.async_recv_done = async_recv_done,
	.packet_allocate = packet_allocate_entry,
	.packet_free = packet_free_entry,
	.trace_enabled = trace_enabled,
	.trace = trace,
	.server_duid = server_duid,
	.module_file = module_file,
	.request_reason = reason_give,
	.request_wanted = reason_wanted,
	.request_fail = request_fail,
	.request_interface = request_interface,
	.provider_name = provider_name_entry,
	.request_is_trial = request_is_trial,
	.command_write = order_write,
	.counter_register = counter_register,
	.counter_add = counter_add,
};
