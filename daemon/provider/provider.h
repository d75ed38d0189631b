/* One provider: its module, its life, its callbacks and its threads.
 *
 * Life: new → start (load, Initialize, check) → running → stop (Shutdown, unload). start, control
 * and stop block in the provider's code: the program calls them one at a time, on one thread,
 * which is not the loop once the daemon serves.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/hooks.h"
#include "provider/life.h"
#include "provider/module.h"

struct host;
struct provider;

/* What the drop-in file says; strings are copied. */
struct provider_spec {
	const char *name;
	const char *module;            /* absolute path */
	const struct module_id *tried; /* load no other file than this; NULL: any. Copied */
	const char *dropin; /* absolute path of the drop-in file: behind the provider's HKEY */
	const char *dropin_shown; /* what PxeKeyLocation calls it; NULL: its path */
	bool critical;
	int threads;            /* -1: the host's default; 0: on the loop; 1: serialised */
	double pending_timeout; /* seconds; < 0: the host's default */
	bool answer_lease_requests;
	bool information_request; /* it may answer DHCPv6 Information-request */
};

/** Makes a provider and its handle. The host outlives it. 0, -ENOMEM, -ENOSPC (PROVIDERS_MAX).
 * [any, one at a time] */
int provider_new(struct host *host, const struct provider_spec *spec, struct provider **out);
/** Frees a provider that never ran or was stopped. [any, one at a time] */
void provider_free(struct provider *p);

/** Loads the module and calls Initialize. 0, or PROVIDER_E_* with a whole sentence in `why`: what
 * failed, the code, and what the provider itself traced as an error meanwhile (with the file and
 * line that it named). On failure nothing of it is left running or loaded. Blocks. */
int provider_start(struct provider *p, char *why, size_t size);
/** The WDS code behind PROVIDER_E_INITIALIZE, as Initialize returned it; 0: there is none. */
uint32_t provider_start_code(const struct provider *p);
/** After a failed start: octets at the end of `why` that are the provider's own words and stand in
 * the log as such already; 0: none. */
size_t provider_said_len(const struct provider *p);
/** Calls ServiceControl, where it registered for it. Its return code; ERROR_CALL_NOT_IMPLEMENTED
 * without a callback, ERROR_BUSY with a command inside that is late. *called tells whether there is
 * a callback. An error is said, but for PARAMCHANGE: there it is an answer, "replace me". A PAUSE
 * that it takes makes it paused: it is asked nothing, until a CONTINUE that it takes. Blocks. */
uint32_t provider_control(struct provider *p, uint32_t code, bool *called);
/** Has it files beside its settings? */
bool provider_has_files(const struct provider *p);
/** Tells it to read them again: PXE_CONTROL_FILES. Its return code; where that is not 0, `why` is a
 * whole sentence, with what it traced as an error. Blocks. */
uint32_t provider_reread(struct provider *p, char *why, size_t size);
/** Makes its HKEY show the file as it is now; before PARAMCHANGE. 0 or a WDS code. A file of
 * another path needs a new instance. Blocks. */
uint32_t provider_refresh(struct provider *p);
/** After provider_refresh(): its HKEY keeps what the file said, or goes back to what it showed
 * before. */
void provider_settle(struct provider *p, bool keep);
/** Calls Shutdown and unloads. No request may be on its way through it: every chain that held it
 * has been released. One that has a command inside which is late stays as it is, for ever. Blocks.
 */
void provider_stop(struct provider *p);

const char *provider_name(const struct provider *p);
bool provider_has_control(const struct provider *p);
/** Has it registered PXE_CALLBACK_COMMAND? See order.h. */
bool provider_takes_orders(const struct provider *p);
/** Is no request brought to it, until it gives back what timed out, or one of its threads returns?
 * The log has said so. From any thread. */
bool provider_is_spent(const struct provider *p);
enum provider_state provider_state(const struct provider *p);
const char *provider_state_name(enum provider_state state);
bool provider_paused(const struct provider *p);
/** "paused", or its state's name. Static. */
const char *provider_state_text(const struct provider *p);
/** Its name, for longer than it lives: as long as the host. */
const char *provider_name_kept(const struct provider *p);
/** Threads that it is called on; 0: on the loop. */
uint32_t provider_threads(const struct provider *p);
/** What has become of the module that was loaded. */
enum module_change provider_module_change(const struct provider *p);
/** Takes over what needs no new instance: critical, pending_timeout,
 * answer_lease_requests, information_request. [loop] */
void provider_respec(struct provider *p, const struct provider_spec *spec);

/* What all instances of the provider's name did since the start, readable on any thread: a reload
 * takes nothing away. `outcome` counts how turns ended, those that outcome_is_providers(), and
 * `latency` how long they took, as that of struct host_counters; `pending` is this instance's. */
struct provider_counters {
	uint64_t asked, outcome[OUTCOME_COUNT], replies, leaked;
	uint64_t latency[LATENCY_BUCKETS], latency_us_sum;
	uint32_t pending, quarantined;
};
void provider_counters(const struct provider *p, struct provider_counters *out);
/** The same for a name of which no instance runs. */
void provider_name_counters(struct host *host, const char *name, struct provider_counters *out);
/** Packets that this instance forgot to free. */
uint64_t provider_leaked(const struct provider *p);
