/* The host without a daemon: provider/host.h with a net that only remembers. */
#include <wdspxe-fake.h>
#include <wdspxe-host.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cleanup.h"
#include "provider/chain.h"
#include "provider/crash.h"
#include "provider/fault.h"
#include "provider/host.h"
#include "provider/provider.h"
#include "registry/dropin.h"

enum { REPLIES_MAX = 64, TRACES_MAX = 256 };

struct PXE_FAKE {
	struct host *host;
	struct provider *provider[PROVIDERS_MAX];
	char *dropin[PROVIDERS_MAX];
	uint32_t n_providers;

	pthread_mutex_t lock; /* of what other threads write: woken, trace */
	pthread_cond_t wake;
	bool woken;
	char *trace[TRACES_MAX];
	uint32_t n_traces;

	PXE_FAKE_REPLY reply[REPLIES_MAX];
	char to[REPLIES_MAX][IP_TEXT_MAX];
	uint32_t n_replies;
	PXE_FAKE_VERDICT verdict;
	struct request_reason reason; /* the verdict's strings */
};

/* ---- hooks ---- */

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
		     uint32_t severity, const char *utf8);

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

static void on_ended(void *context, const struct request *req, enum outcome outcome)
{
	PXE_FAKE *fake = context;

	trace_end(fake, req, outcome);
	fake->verdict.Action = action_of(outcome);
	fake->verdict.pszOutcome = outcome_name(outcome);
	fake->verdict.pszProvider = req->provider ? req->provider : "";
	if (!req->reason)
		return;
	fake->reason = *req->reason;
	fake->verdict.uReason = fake->reason.kind;
	fake->verdict.pszReason = fake->reason.text;
	fake->verdict.pszFile = fake->reason.file;
	fake->verdict.uLine = fake->reason.line;
}

static void on_trial_ended(void *context, const struct request *req, enum outcome outcome)
{
	PXE_FAKE *fake = context;

	if (req && outcome_is_providers(outcome))
		on_ended(context, req, outcome);
	else
		fake->verdict.pszOutcome = outcome_name(outcome);
}

static void on_dropped(void *context, const struct arrival *in, const struct request *req,
		       enum outcome outcome)
{
	PXE_FAKE *fake = context;

	(void)in;
	(void)req;
	fake->verdict.pszOutcome = outcome_name(outcome);
}

static const char *severity_name(uint32_t severity)
{
	switch (severity) {
	case PXE_TRACE_VERBOSE:
		return "verbose";
	case PXE_TRACE_INFO:
		return "info";
	case PXE_TRACE_WARNING:
		return "warning";
	case PXE_TRACE_FATAL:
		return "fatal";
	default:
		return "error";
	}
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

/* ---- making and ending ---- */

PXE_FAKE *PxeFakeNew(void)
{
	static const uint8_t duid[18] = { 0,   4,   'w', 'd', 's', 'p', 'x',
					  'e', '-', 'f', 'a', 'k', 'e' };
	PXE_FAKE *fake = calloc(1, sizeof(*fake));
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	struct host_hooks hooks = { fake,           on_wake,          on_send,
				    on_unreachable, on_ended,         on_dropped,
				    on_trace,       on_trace_enabled, on_wanted };

	if (!fake)
		return NULL;
	limits.table = limits.packets = 64;
	limits.per_client = limits.per_destination = 0;
	limits.pending_timeout = 2.0;
	limits.information_request = true;
	pthread_mutex_init(&fake->lock, NULL);
	pthread_cond_init(&fake->wake, NULL);
	if (host_new(&limits, &hooks, &fake->host) < 0) {
		PxeFakeFree(fake);
		return NULL;
	}
	host_set_duid(fake->host, span_of(duid, sizeof(duid)));
	host_keep_modules(fake->host);
	PxeHostSetStateDir("", TRUE); /* what a provider writes stays in memory */
	crash_install_guest();
	return fake;
}

static void replies_forget(PXE_FAKE *fake)
{
	while (fake->n_replies > 0)
		free((void *)(uintptr_t)fake->reply[--fake->n_replies].pPacket);
}

static void providers_stop(PXE_FAKE *fake)
{
	host_set_chain(fake->host, NULL);
	while (fake->n_providers > 0) {
		uint32_t n = --fake->n_providers;

		provider_stop(fake->provider[n]);
		provider_free(fake->provider[n]);
		unlink(fake->dropin[n]);
		free(fake->dropin[n]);
	}
}

void PxeFakeFree(PXE_FAKE *fake)
{
	if (!fake)
		return;
	if (fake->host) {
		host_abort(fake->host);
		providers_stop(fake);
		host_free(fake->host);
	}
	PxeHostSetStateDir(NULL, TRUE);
	replies_forget(fake);
	while (fake->n_traces > 0)
		free(fake->trace[--fake->n_traces]);
	pthread_cond_destroy(&fake->wake);
	pthread_mutex_destroy(&fake->lock);
	free(fake);
}

/* ---- loading ---- */

static const char shown[] = "settings"; /* what the file is called: its path says nothing */

/* Does the text close the group that it stands in, so that it may go on behind it? */
static bool closes_group(const char *text)
{
	bool quoted = false;
	int depth = 0;

	for (; *text && depth >= 0; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (quoted && *text == '\\' && text[1])
			text++;
		else if (!quoted && *text == '{')
			depth++;
		else if (!quoted && *text == '}')
			depth--;
	}
	return depth < 0;
}

/* All that is ours stands before the caller's first line, so that lines are counted as he wrote
 * them. */
static char *dropin_write(const char *module, const char *settings)
{
	const char *folder = getenv("TMPDIR");
	_cleanup_(freep) char *path = NULL;
	_cleanup_(closep) int fd = -1;

	if (asprintf(&path, "%s/wdspxe-fake-XXXXXX", folder ? folder : "/tmp") < 0) {
		path = NULL;
		return NULL;
	}
	fd = mkstemp(path);
	settings = settings ? settings : "";
	if (fd < 0 || dprintf(fd, "name = \"%s\"; module = \"%s\"; settings: { %s\n%s",
			      strrchr(module, '/') + 1, module, settings,
			      closes_group(settings) ? "" : "};\n") < 0)
		return NULL;
	return TAKE(path);
}

static DWORD code_of(int r)
{
	switch (r) {
	case 0:
		return ERROR_SUCCESS;
	case PROVIDER_E_UNTRUSTED:
		return ERROR_ACCESS_DENIED;
	case PROVIDER_E_UNLOADABLE:
		return ERROR_BAD_FORMAT;
	case PROVIDER_E_NO_ENTRY:
		return ERROR_PROC_NOT_FOUND;
	default:
		return ERROR_DLL_INIT_FAILED;
	}
}

static int chain_rebuild(PXE_FAKE *fake)
{
	struct chain *chain;
	int r = chain_new(fake->provider, fake->n_providers, NULL, NULL, &chain);

	if (r < 0)
		return r;
	host_set_chain(fake->host, chain);
	chain_unref(chain);
	return 0;
}

static int provider_add(PXE_FAKE *fake, const struct dropin *dropin, char *why, size_t size)
{
	struct provider_spec spec = { .name = dropin->name,
				      .module = dropin->module,
				      .dropin = dropin->path,
				      .dropin_shown = shown,
				      .threads = dropin->threads,
				      .pending_timeout = dropin->pending_timeout,
				      .answer_lease_requests = dropin->answer_lease_requests,
				      .information_request = true };
	struct provider *p;
	int r = provider_new(fake->host, &spec, &p);

	if (r < 0)
		return r;
	r = provider_start(p, why, size);
	if (r != 0) {
		provider_free(p);
		return r;
	}
	fake->provider[fake->n_providers] = p;
	return 0;
}

enum { SETTINGS_E_WRONG = 100 }; /* beside PROVIDER_E_* */

static int settings_read(const char *file, struct dropin **out, char *why, size_t size)
{
	struct registry_error error = { .line = 0 };
	int r = dropin_read(file, out, &error);

	if (r <= 0)
		return r;
	snprintf(why, size, "%s:%d: %s", shown, error.line, error.text);
	return SETTINGS_E_WRONG;
}

DWORD PxeFakeLoad(PXE_FAKE *fake, const char *module, const char *settings, char *why, size_t size)
{
	_cleanup_(dropin_freep) struct dropin *dropin = NULL;
	_cleanup_(freep) char *path = NULL;
	_cleanup_(freep) char *file = NULL;
	char reason[1024] = "";
	int r;

	if (!fake || !module || fake->n_providers == PROVIDERS_MAX)
		return ERROR_INVALID_PARAMETER;
	path = realpath(module, NULL);
	if (!path) {
		if (why)
			snprintf(why, size, "%s: %s", module, strerror(errno));
		return ERROR_MOD_NOT_FOUND;
	}
	file = dropin_write(path, settings);
	if (!file)
		return ERROR_NOT_ENOUGH_MEMORY;
	r = settings_read(file, &dropin, reason, sizeof(reason));
	if (r == 0)
		r = provider_add(fake, dropin, reason, sizeof(reason));
	if (why)
		snprintf(why, size, "%s", reason);
	if (r != 0) {
		unlink(file);
		return r == SETTINGS_E_WRONG ? ERROR_INVALID_DATA
		       : r < 0               ? ERROR_NOT_ENOUGH_MEMORY
					     : code_of(r);
	}
	fake->dropin[fake->n_providers++] = TAKE(file);
	return chain_rebuild(fake) == 0 ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

void PxeFakeControl(PXE_FAKE *fake, DWORD code)
{
	bool called;

	for (uint32_t i = 0; i < fake->n_providers; i++)
		provider_control(fake->provider[i], code, &called);
}

/* ---- a packet ---- */

static bool arrival_fill(const PXE_FAKE_REQUEST *request, struct arrival *out)
{
	bool v6;

	if (!ip_parse(request->pszLocal ? request->pszLocal : "192.0.2.1", &out->own))
		return false;
	v6 = out->own.family == IP_V6;
	if (!ip_parse(request->pszFrom ? request->pszFrom
		      : v6             ? "fe80::1"
				       : "0.0.0.0",
		      &out->from.ip) ||
	    out->from.ip.family != out->own.family)
		return false;
	out->from.port = request->uFromPort ? request->uFromPort : v6 ? 546 : 68;
	out->from.ifindex = 2;
	out->port = request->uPort ? request->uPort : v6 ? 547 : 67;
	out->to = request->bUnicast ? out->own : (struct ip){ .family = IP_NONE };
	out->on_link = true;
	out->interface = request->pszInterface ? request->pszInterface : "fake0";
	return true;
}

static void wait_woken(PXE_FAKE *fake)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&fake->lock);
	while (!fake->woken && pthread_cond_timedwait(&fake->wake, &fake->lock, &until) == 0)
		;
	fake->woken = false;
	pthread_mutex_unlock(&fake->lock);
}

static void wait_decided(PXE_FAKE *fake, uint64_t apart_ms)
{
	while (host_pending(fake->host) > 0) {
		wait_woken(fake);
		host_turn(fake->host, clock_ms() + apart_ms);
		host_tick(fake->host, clock_ms() + apart_ms);
	}
	host_turn(fake->host, clock_ms() + apart_ms); /* replies of the last moment */
}

static void pass_in(PXE_FAKE *fake, const struct arrival *in, bool trial)
{
	static uint64_t apart_ms; /* so that the same packet twice is not a duplicate */
	const struct host_trial asker = { .context = fake,
					  .sent = on_sent,
					  .ended = on_trial_ended };

	replies_forget(fake);
	fake->verdict = (PXE_FAKE_VERDICT){
		.pszOutcome = "", .pszProvider = "", .pszReason = "", .pszFile = ""
	};
	apart_ms += 1000;
	if (trial)
		host_try(fake->host, in, &asker, clock_ms() + apart_ms);
	else
		host_receive(fake->host, in, clock_ms() + apart_ms);
	wait_decided(fake, apart_ms);
	fake->verdict.uReplies = fake->n_replies;
}

static DWORD receive(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, bool trial,
		     PXE_FAKE_VERDICT *out)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	struct arrival in = { 0 };

	if (!fake || !request || !request->pPacket || !arrival_fill(request, &in))
		return ERROR_INVALID_PARAMETER;
	octets = malloc(request->uPacketLen + 1u);
	if (!octets)
		return ERROR_NOT_ENOUGH_MEMORY;
	memcpy(octets, request->pPacket, request->uPacketLen);
	in.octets = octets;
	in.len = request->uPacketLen;
	pass_in(fake, &in, trial);
	if (out)
		*out = fake->verdict;
	return ERROR_SUCCESS;
}

DWORD PxeFakeReceive(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, PXE_FAKE_VERDICT *out)
{
	return receive(fake, request, false, out);
}

DWORD PxeFakeTry(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, PXE_FAKE_VERDICT *out)
{
	return receive(fake, request, true, out);
}

const PXE_FAKE_REPLY *PxeFakeReply(const PXE_FAKE *fake, ULONG index)
{
	return index < fake->n_replies ? &fake->reply[index] : NULL;
}

const char *PxeFakeTrace(const PXE_FAKE *fake, ULONG index)
{
	return index < fake->n_traces ? fake->trace[index] : NULL;
}
