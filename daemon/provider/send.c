/* no allocation · no lock · no log */
/* PxeSendReply: may it be sent, what does it still lack, and on its way.
 *
 * Any thread. The request is pinned and the packet held meanwhile; the octets are copied, so that
 * the provider may free or change the packet at once.
 */
#include <errno.h>

#include "dhcp/dhcp4_reply.h"
#include "dhcp/dhcp6_reply.h"
#include "provider/overrun.h"
#include "provider/pin.h"
#include "provider/process.h"
#include "provider/reply.h"
#include "provider/say.h"
#include "provider/send.h"
#include "provider/state.h"
#include "provider/trial.h"
#include "provider/ways.h"

enum { FINISH_ROOM = 300 + 2 * 257 };

static struct outgoing *outgoing_new(struct host *host, const struct request *req,
				     const void *octets, uint32_t len)
{
	uint32_t size = (uint32_t)sizeof(struct outgoing) + len + FINISH_ROOM;
	struct outgoing *out = packet_memory(&host->replies_store, size);

	if (!out)
		return NULL;
	*out = (struct outgoing){
		.host = host, .trial = req->trial, .number = req->number, .len = len, .size = size
	};
	out->octets = (uint8_t *)(out + 1);
	memcpy(out->octets, octets, len);
	log_client_of(req, &out->client);
	return out;
}

void outgoing_release(struct outgoing *out)
{
	packet_memory_free(&out->host->replies_store, out, out->size);
}

/* Over IPv6 a reply is never changed; what its client will not take is told to who wrote it. */
static void check6(struct host *host, const struct request *req, const struct outgoing *out)
{
	const struct provider *p = req->asked;
	unsigned facts = dhcp6_reply_check(request_packet(req), span_of(out->octets, out->len));

	if (facts != 0)
		host_say_of(host, p->name, req, PXE_TRACE_WARNING,
			    "sends a DHCPv6 reply that the client may not accept: %s",
			    dhcp6_reply_fact_text(facts));
}

/* What no firmware takes is told at debug to whoever writes a provider (A12): firmware is silent
 * then, and the log would say "answered". Nothing is read while nobody listens. */
static void check4(struct host *host, const struct request *req, const struct outgoing *out)
{
	const struct provider *p = req->asked;
	unsigned facts;

	if (req->foreign || req->v4.client.class == PXE_CLASS_NONE ||
	    !host->hooks.trace_enabled(host->hooks.context, PXE_TRACE_VERBOSE))
		return;
	facts = dhcp4_reply_check(request_packet(req), span_of(out->octets, out->len));
	if (facts != 0)
		host_say_of(host, p->name, req, PXE_TRACE_VERBOSE,
			    "sends a reply that its client may not take: %s",
			    dhcp4_reply_fact_text(facts));
}

/* Notes why this visit's reply is not taken: the first reason counts. */
static void note_refused(struct request *req, const struct request_fault *fault)
{
	uint32_t none = REPLY_NOT_NOTED;

	if (!atomic_compare_exchange_strong_explicit(&req->refused_noted, &none, REPLY_BEING_NOTED,
						     memory_order_acquire, memory_order_relaxed))
		return;
	req->refused = *fault;
	atomic_store_explicit(&req->refused_noted, REPLY_NOTED, memory_order_release);
}

static void outgoing_address(struct outgoing *out, const struct ways *ways, unsigned i)
{
	out->to = ways->to[i];
	out->from = ways->from;
	out->from_port = ways->from_port;
}

static DWORD too_long(struct request *req, const struct outgoing *out, uint32_t len)
{
	struct request_fault fault = {
		.outcome = OUTCOME_TOO_LONG,
		.to = out->to,
		.len = len,
		.most = (uint32_t)dhcp4_reply_max(req->v4.client.max_size),
	};

	dhcp4_longest_find(span_of(out->octets, len), &fault.longest);
	note_refused(req, &fault);
	return ERROR_INSUFFICIENT_BUFFER;
}

/* Under the DHCP rules, and only then, the reply is made fit for the road. */
static DWORD outgoing_finish(struct host *host, struct request *req, const struct ways *ways,
			     const struct reply *reply, struct outgoing *out)
{
	struct dhcp4_draft draft = { out->octets, out->len, out->len + FINISH_ROOM,
				     reply_index(reply) };

	if (ways->by_rules && req->family == IP_V6)
		check6(host, req, out);
	if (!ways->by_rules || req->family != IP_V4)
		return ERROR_SUCCESS;
	if (out->len > dhcp4_reply_max(req->v4.client.max_size))
		return too_long(req, out, out->len);
	if (!atomic_load_explicit(&host->finish_replies, memory_order_relaxed))
		return ERROR_SUCCESS;
	if (dhcp4_reply_finish(request_packet(req), &req->v4.index, &ways->route4, &draft) != 0)
		return too_long(req, out, out->len);
	out->len = (uint32_t)draft.len;
	return ERROR_SUCCESS;
}

/* The first reply of a request, for the log; other threads may be sending at the same time. */
static void note_reply(struct request *req, const struct outgoing *out, const struct reply *reply)
{
	uint32_t none = REPLY_NOT_NOTED;

	if (!atomic_compare_exchange_strong_explicit(&req->reply_noted, &none, REPLY_BEING_NOTED,
						     memory_order_acquire, memory_order_relaxed))
		return;
	req->reply = reply->note;
	req->reply.to = out->to;
	atomic_store_explicit(&req->reply_noted, REPLY_NOTED, memory_order_release);
}

void send_now(struct host *host, struct outgoing *out)
{
	if (!out->trial) {
		host->hooks.send(host->hooks.context, out);
		return;
	}
	trial_show(host, out);
	outgoing_release(out);
}

static void outgoing_post(struct host *host, struct outgoing *out)
{
	if (host_on_loop())
		send_now(host, out);
	else if (mailbox_post(&host->replies, &out->letter))
		host->hooks.wake(host->hooks.context);
}

static DWORD no_room(struct request *req, const struct endpoint *to)
{
	note_refused(req, &(struct request_fault){ .outcome = OUTCOME_NO_ROOM, .to = *to });
	return ERROR_NOT_ENOUGH_MEMORY;
}

/* At least one. */
static unsigned ways_count(const struct ways *ways)
{
	return ways->n < WAYS_MAX ? ways->n : WAYS_MAX;
}

/* All or nothing: first every copy, then the sending. out[0] is there. */
static DWORD outgoing_multiply(struct host *host, struct request *req, const struct ways *ways,
			       const struct reply *reply, struct outgoing *out[static WAYS_MAX])
{
	const unsigned n = ways_count(ways);
	DWORD code = ERROR_SUCCESS;

	for (unsigned i = 1; i < n; i++) {
		out[i] = outgoing_new(host, req, out[0]->octets, out[0]->len);
		if (!out[i])
			return no_room(req, &ways->to[i]);
	}
	for (unsigned i = 0; i < n && code == ERROR_SUCCESS; i++) {
		outgoing_address(out[i], ways, i);
		code = outgoing_finish(host, req, ways, reply, out[i]);
	}
	return code;
}

static void outgoing_go(struct host *host, struct request *req, const struct reply *reply,
			struct outgoing *out[static WAYS_MAX])
{
	if (req->family == IP_V4)
		check4(host, req, out[0]);
	for (unsigned i = 0; i < WAYS_MAX && out[i]; i++) {
		note_reply(req, out[i], reply);
		outgoing_post(host, out[i]);
	}
}

/* May anybody answer this kind of packet, or was this provider told that it may? */
static bool may_answer(const struct host *host, const struct request *req, const struct provider *p)
{
	if (req->family == IP_V6 && req->v6.row == DHCP6_ROW_INFORMATION)
		return atomic_load(&host->information_request) ||
		       atomic_load(&p->information_request);
	return req->may_answer || atomic_load(&p->answer_lease_requests);
}

static DWORD unreachable(struct request *req, const char *why, const struct endpoint *to)
{
	note_refused(req,
		     &(struct request_fault){ .outcome = OUTCOME_NO_ROUTE, .why = why, .to = *to });
	return ERROR_NETWORK_UNREACHABLE;
}

/* A destination that the provider chose is its own affair; the rest is what the packet says. */
static DWORD ways_reachable(const struct host *host, struct request *req, const struct ways *ways)
{
	bool named = ways->by_rules || ip_equal(&ways->to[0].ip, &req->from.ip);
	unsigned named_on = named ? req->from.ifindex : 0;

	for (unsigned i = 0; i < ways->n; i++) {
		const char *why =
			host->hooks.unreachable(host->hooks.context, &ways->to[i], named_on);

		if (why)
			return unreachable(req, why, &ways->to[i]);
	}
	return ERROR_SUCCESS;
}

static DWORD refuse(struct host *host, struct request *req)
{
	if (!req->trial)
		count_up(&host->count.refused);
	note_refused(req, &(struct request_fault){ .outcome = OUTCOME_NOT_OURS });
	return ERROR_ACCESS_DENIED;
}

/* Judges the copy, read once, and sends it: nobody can change it any more. `code` is what
 * ways_find() said. */
static DWORD send_copy(struct host *host, struct request *req, const struct ways *ways, DWORD code,
		       struct outgoing *copy)
{
	const struct provider *p = req->asked;
	struct outgoing *out[WAYS_MAX] = { copy, NULL };
	struct reply room;
	const struct reply *reply = reply_read(host, req, span_of(copy->octets, copy->len), &room);

	if (reply->is_nak && !atomic_load(&p->answer_lease_requests))
		code = refuse(host, req);
	if (code == ERROR_NETWORK_UNREACHABLE)
		unreachable(req, "a whole network or group, not a host, is at", &ways->to[0]);
	if (code == ERROR_SUCCESS)
		code = ways_reachable(host, req, ways);
	if (code == ERROR_SUCCESS)
		code = outgoing_multiply(host, req, ways, reply, out);
	if (code == ERROR_SUCCESS) {
		outgoing_go(host, req, reply, out);
		return ERROR_SUCCESS;
	}
	for (unsigned i = 0; i < WAYS_MAX && out[i]; i++)
		outgoing_release(out[i]);
	return code;
}

/* What is no DHCP may come from anybody, in the name of anybody: its sender alone is answered, and
 * with no more than it sent. */
static DWORD foreign_check(struct host *host, struct request *req, const PXE_ADDRESS *address,
			   const struct ways *ways, uint32_t len)
{
	struct ways sender;

	if ((address && (address->uFlags & PXE_ADDR_BROADCAST) != 0) ||
	    ways_to_address(req, NULL, &sender) != ERROR_SUCCESS ||
	    !ip_equal(&ways->to[0].ip, &sender.to[0].ip) || ways->to[0].port != sender.to[0].port)
		return refuse(host, req);
	return len > req->len ? ERROR_INSUFFICIENT_BUFFER : ERROR_SUCCESS;
}

/* What no destination and no reply of the provider's can mend. */
static DWORD send_allowed(struct host *host, struct request *req, const PXE_ADDRESS *address,
			  const struct ways *ways, uint32_t len)
{
	if (req->foreign)
		return foreign_check(host, req, address, ways, len);
	return may_answer(host, req, req->asked) ? ERROR_SUCCESS : refuse(host, req);
}

static DWORD send_pinned(struct host *host, struct request *req, const void *octets, uint32_t len,
			 const PXE_ADDRESS *address)
{
	struct provider *p = req->asked;
	struct outgoing *copy;
	struct ways ways;
	DWORD code, allowed;

	code = ways_find(req, address, &ways);
	if (code == ERROR_INVALID_PARAMETER || (code != ERROR_SUCCESS && req->foreign))
		return code;
	allowed = send_allowed(host, req, address, &ways, len);
	if (allowed != ERROR_SUCCESS)
		return allowed;
	copy = outgoing_new(host, req, octets, len);
	if (!copy)
		return no_room(req, &ways.to[0]);
	code = send_copy(host, req, &ways, code, copy);
	if (code == ERROR_SUCCESS) {
		atomic_fetch_add_explicit(&req->replies, 1, memory_order_release);
		count_up(&visit_count(p, req)->replies);
		if (!req->trial)
			count_up(&host->count.replies);
	}
	return code;
}

/* A request that the stop has ended, as long as its slot remembers it, is told from others. */
static DWORD code_of_dead(struct host *host, uint64_t handle)
{
	uint64_t generation;
	struct request *req = request_find(&host->table, handle, &generation);
	struct guard_view view;

	if (!req)
		return ERROR_INVALID_HANDLE;
	view = guard_view(&req->guard);
	return view.generation == generation && view.verdict == VERDICT_ABORTED
		       ? ERROR_OPERATION_ABORTED
		       : ERROR_INVALID_HANDLE;
}

/* A packet that was overrun is most likely cut off at its end: nobody is sent it. */
static DWORD send_held(struct host *host, struct request *req, int place, const void *octets,
		       uint32_t len, const PXE_ADDRESS *address)
{
	struct packet_overrun overrun;

	if (!packet_overrun(&host->packets, req, place, &overrun))
		return send_pinned(host, req, octets, len, address);
	overrun_say(req, &overrun, "PxeSendReply refuses it");
	return ERROR_INVALID_PARAMETER;
}

DWORD send_reply(HANDLE handle, PVOID packet, ULONG len, const PXE_ADDRESS *address)
{
	struct host *host = host_the;
	struct request *req = request_enter(host, handle, GUARD_USE);
	DWORD code;
	int place;

	if (!req)
		return code_of_dead(host, (uint64_t)(uintptr_t)handle);
	place = packet_hold(&host->packets, req, packet, len);
	if (place >= 0) {
		code = send_held(host, req, place, packet, len, address);
		packet_unhold(&host->packets, req, place);
	} else {
		code = place == -EBUSY ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER;
	}
	request_leave(host, req);
	return code;
}
