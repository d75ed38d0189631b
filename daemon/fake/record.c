#include "fake/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/level.h"
#include "fake/journey.h"
#include "provider/fault.h"

static void on_wake(void *context)
{
	PXE_FAKE *fake = context;

	pthread_mutex_lock(&fake->lock);
	fake->woken = true;
	pthread_cond_signal(&fake->wake);
	pthread_mutex_unlock(&fake->lock);
}

static void note_reply(PXE_FAKE_JOURNEY *journey, const struct outgoing *out)
{
	uint32_t n = journey->n_replies;
	BYTE *copy = n < REPLIES_MAX ? malloc(out->len) : NULL;

	if (!copy)
		return;
	memcpy(copy, out->octets, out->len);
	ip_text(&out->to.ip, journey->to[n]);
	journey->reply[n] = (PXE_FAKE_REPLY){ .pPacket = copy,
					      .uPacketLen = out->len,
					      .pszTo = journey->to[n],
					      .uToPort = out->to.port,
					      .uFromPort = out->from_port };
	journey->n_replies++;
}

static void on_send(void *context, struct outgoing *out)
{
	PXE_FAKE_JOURNEY *journey = journey_find(context, out->number);

	if (journey)
		note_reply(journey, out);
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

static void note_reason(PXE_FAKE_JOURNEY *journey, const struct request_reason *reason)
{
	journey->reason = *reason;
	journey->verdict.uReason = journey->reason.kind;
	journey->verdict.pszReason = journey->reason.text;
	journey->verdict.pszFile = journey->reason.file;
	journey->verdict.uLine = journey->reason.line;
}

static void note_end(PXE_FAKE_JOURNEY *journey, const struct ending *end)
{
	const struct request *req = end->req;

	journey->has_ended = true;
	journey->verdict.pszOutcome = outcome_name(end->outcome);
	if (end->dropped)
		return;
	journey->verdict.Action = action_of(end->outcome);
	journey->verdict.pszProvider = req->provider ? req->provider : "";
	if (end->outcome == OUTCOME_FAILED)
		journey->verdict.dwError = req->fault.code;
	if (req->reason)
		note_reason(journey, req->reason);
}

static void on_ended(void *context, const struct ending *end)
{
	PXE_FAKE *fake = context;
	PXE_FAKE_JOURNEY *journey =
		end->dropped ? fake->coming : journey_find(fake, end->req->number);

	if (!end->dropped)
		trace_end(fake, end->req, end->outcome);
	if (journey)
		note_end(journey, end);
}

/* ---- of a trial ---- */

static void on_trial_sent(void *context, const struct outgoing *out)
{
	note_reply(context, out);
}

static void on_trial_ended(void *context, const struct ending *end)
{
	PXE_FAKE_JOURNEY *journey = context;

	if (!end->dropped)
		trace_end(journey->fake, end->req, end->outcome);
	note_end(journey, end);
}

struct host_trial record_trial(PXE_FAKE_JOURNEY *journey)
{
	return (struct host_trial){ .context = journey,
				    .sent = on_trial_sent,
				    .ended = on_trial_ended };
}

/* ---- all of them ---- */

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

void PxeFakeForgetTraces(PXE_FAKE *fake)
{
	pthread_mutex_lock(&fake->lock);
	while (fake->n_traces > 0)
		free(fake->trace[--fake->n_traces]);
	pthread_mutex_unlock(&fake->lock);
}

const char *PxeFakeTrace(const PXE_FAKE *fake, ULONG index)
{
	PXE_FAKE *host = (PXE_FAKE *)(uintptr_t)fake; /* a lock is no part of what it shows */
	const char *line;

	pthread_mutex_lock(&host->lock);
	line = index < fake->n_traces ? fake->trace[index] : NULL;
	pthread_mutex_unlock(&host->lock);
	return line;
}
