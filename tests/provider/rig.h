/* A host with a net that only remembers, and puppets: providers whose callback is the test's own.
 *
 * One host in a process. The clock is an argument: rig.now_ms stands until the test moves it.
 */
#pragma once

#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "provider/chain.h"
#include "provider/fault.h"
#include "provider/host.h"
#include "provider/provider.h"
#include "providers/hooked.h"
#include "temporary.h"

struct puppet {
	const char *name;
	int threads; /* as in the drop-in; 0: on the loop */
	bool critical;
	double pending_timeout; /* 0: the host's */
	bool controlled;        /* registers ServiceControl */
	bool commanded;         /* registers a command */
	DWORD(*receive)
	(struct puppet *self, HANDLE request, BYTE *packet, ULONG len, PXE_ADDRESS *remote,
	 PXE_BOOT_ACTION *action);
	void (*shut_down)(struct puppet *self);
	DWORD (*control)(struct puppet *self, DWORD code);
	DWORD (*command)(struct puppet *self, HANDLE handle, const PXE_COMMAND *command);
	void (*initialize)(HANDLE provider); /* more for its Initialize; may be NULL */
	/* Registered where it is set. */
	void (*ended)(struct puppet *self, HANDLE request, ULONG reason);

	HANDLE handle;
	struct provider *provider;
	_Atomic unsigned asked;
};

static struct {
	struct host *host;
	uint64_t now_ms;
	unsigned ended[OUTCOME_COUNT], dropped[OUTCOME_COUNT];
	BYTE sent[64][1500]; /* the first replies */
	uint32_t sent_len[64];
	unsigned n_sent;
	void (*reachable)(void);                 /* is called where the host asks for a route */
	void (*look)(const struct request *req); /* is called at a request's end */
	pthread_mutex_t lock;                    /* of what any thread may write: */
	char said[16384];
} rig = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void rig_on_wake(void *context)
{
	(void)context;
}

static void rig_on_send(void *context, struct outgoing *out)
{
	(void)context;
	if (rig.n_sent < 64) {
		rig.sent_len[rig.n_sent] = out->len;
		memcpy(rig.sent[rig.n_sent], out->octets, out->len < 1500 ? out->len : 1500);
	}
	rig.n_sent++;
	outgoing_release(out);
}

static const char *rig_on_unreachable(void *context, const struct endpoint *to, unsigned named_on)
{
	(void)context, (void)to, (void)named_on;
	if (rig.reachable)
		rig.reachable();
	return NULL;
}

static void rig_note(const char *provider, const char *text)
{
	size_t used;

	pthread_mutex_lock(&rig.lock);
	used = strlen(rig.said);
	snprintf(rig.said + used, sizeof(rig.said) - used, "%s: %s\n", provider, text);
	pthread_mutex_unlock(&rig.lock);
}

/* A timeout's line says why. */
static void rig_on_ended(void *context, const struct ending *end)
{
	char text[256];

	(void)context;
	if (end->dropped) {
		rig.dropped[end->outcome]++;
		return;
	}
	rig.ended[end->outcome]++;
	if (rig.look)
		rig.look(end->req);
	if (end->outcome == OUTCOME_TIMEOUT)
		rig_note(end->req->fault.provider,
			 fault_text(&end->req->fault, text, sizeof(text)));
}

static void rig_on_trace(void *context, const char *provider, const struct request *req,
			 uint32_t severity, const char *utf8)
{
	(void)context, (void)req, (void)severity;
	rig_note(provider, utf8);
}

static bool rig_on_trace_enabled(void *context, uint32_t severity)
{
	(void)context, (void)severity;
	return true;
}

/** Did anybody say that? */
static inline bool rig_said(const char *text)
{
	bool found;

	pthread_mutex_lock(&rig.lock);
	found = strstr(rig.said, text) != NULL;
	pthread_mutex_unlock(&rig.lock);
	return found;
}

/** How often it was said. */
static inline unsigned rig_said_times(const char *text)
{
	unsigned n = 0;

	pthread_mutex_lock(&rig.lock);
	for (const char *at = rig.said; (at = strstr(at, text)); at++)
		n++;
	pthread_mutex_unlock(&rig.lock);
	return n;
}

static inline void rig_nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static inline void rig_start(uint32_t table, uint32_t packets)
{
	static const struct host_hooks hooks = { .wake = rig_on_wake,
						 .send = rig_on_send,
						 .unreachable = rig_on_unreachable,
						 .ended = rig_on_ended,
						 .trace = rig_on_trace,
						 .trace_enabled = rig_on_trace_enabled };
	struct host_limits limits = HOST_LIMITS_DEFAULT;

	limits.table = table;
	limits.packets = packets;
	limits.per_client = limits.per_destination = 0;
	rig.now_ms = 1000000;
	ck_assert_int_eq(host_new(&limits, &hooks, &rig.host), 0);
}

/* ---- puppets ---- */

static struct puppet *rig_initializing;

static DWORD PXEAPI rig_receive_puppet(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				       PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	struct puppet *self = context;

	(void)local;
	self->asked++;
	return self->receive(self, request, packet, len, remote, action);
}

static DWORD PXEAPI rig_shut_down_puppet(PVOID context)
{
	struct puppet *self = context;

	if (self->shut_down)
		self->shut_down(self);
	return ERROR_SUCCESS;
}

static DWORD PXEAPI rig_control_puppet(PVOID context, DWORD code)
{
	struct puppet *self = context;

	return self->control ? self->control(self, code) : ERROR_SUCCESS;
}

static VOID rig_tell_puppet(HANDLE request, ULONG reason, PVOID context)
{
	struct puppet *self = context;

	self->ended(self, request, reason);
}

static DWORD PXEAPI rig_command_puppet(PVOID context, HANDLE handle, const PXE_COMMAND *command)
{
	struct puppet *self = context;

	return self->command(self, handle, command);
}

static DWORD rig_initialize_puppet(HANDLE provider, HKEY key)
{
	struct puppet *self = rig_initializing;

	(void)key;
	self->handle = provider;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)rig_receive_puppet, self);
	if (self->controlled)
		PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL,
				    (PVOID)rig_control_puppet, self);
	if (self->initialize)
		self->initialize(provider);
	if (self->ended)
		PxeRegisterCallback(provider, PXE_CALLBACK_REQUEST_ENDED, (PVOID)rig_tell_puppet,
				    self);
	if (self->commanded)
		PxeRegisterCallback(provider, PXE_CALLBACK_COMMAND, (PVOID)rig_command_puppet,
				    self);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)rig_shut_down_puppet,
				   self);
}

static inline void rig_load(struct puppet *puppet)
{
	static const struct hooks hooks = { rig_initialize_puppet };
	char path[TEMPORARY_MAX], why[512];
	struct provider_spec spec = { .name = puppet->name,
				      .module = built_module("tests/providers/hooked.so"),
				      .dropin = path,
				      .critical = puppet->critical,
				      .threads = puppet->threads,
				      .pending_timeout = puppet->pending_timeout > 0
								 ? puppet->pending_timeout
								 : -1 };
	int fd = mkstemp(temporary_template(path, "rig"));

	dprintf(fd, "name = \"%s\";\nmodule = \"%s\";\nsettings: { hooks = \"%llx\"; };\n",
		spec.name, spec.module, (unsigned long long)(uintptr_t)&hooks);
	close(fd);
	rig_initializing = puppet;
	ck_assert_int_eq(provider_new(rig.host, &spec, &puppet->provider), 0);
	ck_assert_msg(provider_start(puppet->provider, why, sizeof(why)) == 0, "%s", why);
	unlink(path);
}

static void rig_note_release(void *context)
{
	*(bool *)context = true;
}

/** Makes them the chain; `n` 0: it is empty. *released is set when that chain was let go. */
static inline void rig_chain(struct puppet *const puppet[], unsigned n, bool *released)
{
	struct provider *provider[16] = { NULL };
	struct chain *chain;

	for (unsigned i = 0; i < n; i++)
		provider[i] = puppet[i]->provider;
	ck_assert_int_eq(
		chain_new(provider, n, released ? rig_note_release : NULL, released, &chain), 0);
	host_set_chain(rig.host, chain);
	chain_unref(chain);
}

static inline void rig_unload(struct puppet *puppet)
{
	provider_stop(puppet->provider);
	provider_free(puppet->provider);
	puppet->provider = NULL;
}

/* ---- packets ---- */

/** A DISCOVER of a client whose MAC ends with `client`. */
static inline void rig_discover(unsigned client)
{
	uint8_t octets[601];
	char mac[24];
	struct arrival in = { .octets = octets, .port = 67, .interface = "fake0", .on_link = true };

	snprintf(mac, sizeof(mac), "52:54:00:%02x:%02x:%02x", client >> 16 & 255, client >> 8 & 255,
		 client & 255);
	in.len = PxeFakeDiscover(octets, 600, mac, 7);
	in.from = (struct endpoint){ ip_v4("\0\0\0\0"), 68, 2 };
	in.own = ip_v4("\xc0\x00\x02\x01");
	host_receive(rig.host, &in, rig.now_ms);
}

static inline void rig_turn(void)
{
	host_turn(rig.host, rig.now_ms);
}

/** Moves the clock, and lets deadlines pass. */
static inline void rig_pass(uint64_t ms)
{
	rig.now_ms += ms;
	host_tick(rig.host, rig.now_ms);
	rig_turn();
}

/** Turns until `condition` holds, at most 20 s of real time. */
#define RIG_UNTIL(condition)                                                                       \
	do {                                                                                       \
		for (int left_ = 20000; !(condition) && left_ > 0; left_--) {                      \
			rig_turn();                                                                \
			rig_nap();                                                                 \
		}                                                                                  \
		ck_assert_msg(condition, "%s", #condition);                                        \
	} while (0)

/** An OFFER in a packet of `size` octets, made from the request. NULL: no packet. */
static inline BYTE *rig_offer(struct puppet *self, HANDLE request, BYTE *packet, ULONG len,
			      ULONG size, ULONG *used)
{
	BYTE *reply = PxePacketAllocate(self->handle, request, size);
	BYTE offer = 2;

	if (!reply)
		return NULL;
	PxeDhcpInitialize(packet, len, reply, size, used);
	PxeDhcpAppendOption(reply, size, used, 53, 1, &offer);
	PxeDhcpAppendOption(reply, size, used, 60, 9, (PVOID)(uintptr_t) "PXEClient");
	PxeDhcpAppendOption(reply, size, used, 255, 0, NULL);
	return reply;
}
