#include "fake/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/level.h"
#include "provider/fault.h"

static void on_wake(void *context)
{
	PXE_FAKE *fake = context;

	pthread_mutex_lock(&fake->lock);
	fake->woken = true;
	pthread_cond_signal(&fake->wake);
	pthread_mutex_unlock(&fake->lock);
}

static void on_sent(void *context, const struct outgoing *out)
{
	PXE_FAKE *fake = context;
	uint32_t n = fake->n_replies;
	BYTE *copy = n < REPLIES_MAX ? malloc(out->len) : NULL;

	if (copy) {
		memcpy(copy, out->octets, out->len);
		ip_text(&out->to.ip, fake->to[n]);
		fake->reply[n] = (PXE_FAKE_REPLY){ .pPacket = copy,
						   .uPacketLen = out->len,
						   .pszTo = fake->to[n],
						   .uToPort = out->to.port,
						   .uFromPort = out->from_port };
		fake->n_replies++;
	}
}

static void on_send(void *context, struct outgoing *out)
{
	on_sent(context, out);
	outgoing_release(out);
}

static const char *on_unreachable(void *context, const struct endpoint *to, unsigned named_on)
{
	(void)context;
	(void)named_on;
	(void)to;
	return NULL;
}

static PXE_BOOT_ACTION action_of(enum outcome outcome)
{
	static const PXE_BOOT_ACTION actions[OUTCOME_COUNT] = {
		[OUTCOME_NBP] = PXE_BA_NBP,
		[OUTCOME_CUSTOM] = PXE_BA_CUSTOM,
		[OUTCOME_IGNORED] = PXE_BA_IGNORE,
		[OUTCOME_REJECTED] = PXE_BA_REJECTED,
	};

	return actions[outcome]; /* 0: nobody was asked, or none decided */
}

static void on_trace(void *context, const char *provider, const struct request *req,
		     uint32_t severity, const char *utf8)
{
	PXE_FAKE *fake = context;
	char *line;

	(void)provider;
	(void)req;
	if (asprintf(&line, "%s: %s", severity_name(severity), utf8) < 0)
		return;
	pthread_mutex_lock(&fake->lock);
	if (fake->n_traces == TRACES_MAX) {
		free(fake->trace[0]);
		memmove(fake->trace, fake->trace + 1, (TRACES_MAX - 1) * sizeof(fake->trace[0]));
		fake->n_traces--;
	}
	fake->trace[fake->n_traces++] = line;
	pthread_mutex_unlock(&fake->lock);
}

/* What the daemon's log would say aloud is a trace here. */
static void trace_end(PXE_FAKE *fake, const struct request *req, enum outcome outcome)
{
	char line[600], fault[256];
	bool is_fault = req->fault.provider && req->fault.outcome == outcome;
	const char *own = req->reason ? req->reason->text : "";

	if (outcome_level(outcome) != OUTCOME_LEVEL_WARNING)
		return;
	snprintf(line, sizeof(line), "%s: %s%s%s", outcome_name(outcome),
		 is_fault ? fault_text(&req->fault, fault, sizeof(fault))
			  : outcome_meaning(outcome),
		 own[0] ? ": " : "", own);
	on_trace(fake, req->provider, req, PXE_TRACE_WARNING, line);
}

static void on_ended(void *context, const struct ending *end)
{
	const struct request *req = end->req;
	PXE_FAKE *fake = context;

	fake->verdict.pszOutcome = outcome_name(end->outcome);
	if (end->dropped)
		return;
	trace_end(fake, req, end->outcome);
	fake->verdict.Action = action_of(end->outcome);
	fake->verdict.pszProvider = req->provider ? req->provider : "";
	if (!req->reason)
		return;
	fake->reason = *req->reason;
	fake->verdict.uReason = fake->reason.kind;
	fake->verdict.pszReason = fake->reason.text;
	fake->verdict.pszFile = fake->reason.file;
	fake->verdict.uLine = fake->reason.line;
}

static bool on_trace_enabled(void *context, uint32_t severity)
{
	(void)context;
	(void)severity;
	return true;
}

static bool on_wanted(void *context, const struct request *req)
{
	(void)context;
	(void)req;
	return true;
}

struct host_hooks record_hooks(PXE_FAKE *fake)
{
	return (struct host_hooks){ .context = fake,
				    .wake = on_wake,
				    .send = on_send,
				    .unreachable = on_unreachable,
				    .ended = on_ended,
				    .trace = on_trace,
				    .trace_enabled = on_trace_enabled,
				    .wanted = on_wanted };
}

struct host_trial record_trial(PXE_FAKE *fake)
{
	return (struct host_trial){ .context = fake, .sent = on_sent, .ended = on_ended };
}

static void replies_forget(PXE_FAKE *fake)
{
	while (fake->n_replies > 0)
		free((void *)(uintptr_t)fake->reply[--fake->n_replies].pPacket);
}

void record_clear(PXE_FAKE *fake)
{
	replies_forget(fake);
	fake->verdict = (PXE_FAKE_VERDICT){
		.pszOutcome = "", .pszProvider = "", .pszReason = "", .pszFile = ""
	};
}

void record_done(PXE_FAKE *fake)
{
	replies_forget(fake);
	while (fake->n_traces > 0)
		free(fake->trace[--fake->n_traces]);
}

const PXE_FAKE_REPLY *PxeFakeReply(const PXE_FAKE *fake, ULONG index)
{
	return index < fake->n_replies ? &fake->reply[index] : NULL;
}

const char *PxeFakeTrace(const PXE_FAKE *fake, ULONG index)
{
	return index < fake->n_traces ? fake->trace[index] : NULL;
}
