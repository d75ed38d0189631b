#include "provider/provider.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "provider/call.h"
#include "provider/callback.h"
#include "provider/error_name.h"
#include "provider/loading.h"
#include "provider/name.h"
#include "provider/say.h"
#include "provider/seat.h"
#include "provider/share.h"

static struct provider_slot *slot_of(const struct provider *p)
{
	return &p->host->slot[p->slot];
}

/* ---- making and freeing ---- */

static int slot_take(struct host *host, uint32_t *out)
{
	struct hash_key seed;

	hash_key_random(&seed);
	for (uint32_t i = 0; i < PROVIDERS_MAX; i++) {
		if (host->slot[i].taken)
			continue;
		host->slot[i].taken = true;
		if (atomic_load(&host->slot[i].guard.word) == 0)
			guard_seed(&host->slot[i].guard, seed.word[0]);
		*out = i;
		return 0;
	}
	return -ENOSPC;
}

static void provider_freep(struct provider **p)
{
	if (*p)
		provider_free(*p);
}

/* What outlives it: the name, which the log reads later, and the name's counters. */
static void keep_name(struct provider *p, const char *name)
{
	struct provider_name *kept = host_name_keep(p->host, name);
	const char *text = atomic_load(&kept->text);

	atomic_store(&p->log_name, text ? text : "provider");
	p->count = &kept->count;
}

int provider_new(struct host *host, const struct provider_spec *spec, struct provider **out)
{
	_cleanup_(provider_freep) struct provider *p = aligned_alloc(64, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	memset(p, 0, sizeof(*p));
	p->host = host;
	p->slot = PROVIDERS_MAX;
	atomic_init(&p->seat, &seat_loop);
	calm_init(&p->calm);
	p->name = strdup(spec->name);
	p->module_path = strdup(spec->module);
	p->dropin_path = strdup(spec->dropin);
	p->dropin_shown = spec->dropin_shown ? strdup(spec->dropin_shown) : NULL;
	if (!p->name || !p->module_path || !p->dropin_path ||
	    !spec->dropin_shown != !p->dropin_shown)
		return -ENOMEM;
	keep_name(p, spec->name);
	p->threads_wanted = spec->threads;
	p->was_tried = spec->tried != NULL;
	if (spec->tried)
		p->tried = *spec->tried;
	provider_respec(p, spec);
	r = slot_take(host, &p->slot);
	if (r < 0)
		return r;
	*out = TAKE(p);
	return 0;
}

void provider_free(struct provider *p)
{
	if (p->abandoned)
		return;
	if (p->slot < PROVIDERS_MAX) {
		struct provider_slot *slot = slot_of(p);

		atomic_store_explicit(&slot->provider, NULL, memory_order_release);
		slot->taken = false;
	}
	calm_done(&p->calm);
	free(p->worker);
	free(p->name);
	free(p->module_path);
	free(p->dropin_path);
	free(p->dropin_shown);
	free(p);
}

/* ---- the handle ---- */

static HANDLE handle_open(struct provider *p)
{
	struct provider_slot *slot = slot_of(p);
	uint64_t generation;

	atomic_store_explicit(&slot->provider, p, memory_order_release);
	generation = guard_open(&slot->guard);
	return (HANDLE)(uintptr_t)handle_make(PROVIDER_HANDLE_KIND, p->slot, generation);
}

/* Waits for calls of the API that are inside with the handle right now: they are short. */
static void handle_close(struct provider *p)
{
	struct provider_slot *slot = slot_of(p);
	const struct timespec nap = { .tv_nsec = 100000 };
	bool overruled, last;

	guard_close(&slot->guard, 0, &overruled, &last);
	guard_unpin(&slot->guard);
	while (guard_view(&slot->guard).pins > 0)
		nanosleep(&nap, NULL);
	guard_free(&slot->guard);
	PxeHostKeyClose(p->key);
	p->key = NULL;
	p->handle = NULL;
}

/* ---- the calls ---- */

static void say_refused(struct provider *p, char *why, size_t size, const char *what)
{
	bool said = atomic_load_explicit(&p->said_state, memory_order_acquire) == SAID;
	size_t len;

	snprintf(why, size, "provider \"%s\": %s", p->name, what);
	len = strlen(why);
	if (said)
		snprintf(why + len, size - len, ": %s", p->said);
	utf8_trim(why);
	if (atomic_load(&p->said_logged))
		p->said_len = strlen(why) - len;
}

size_t provider_said_len(const struct provider *p)
{
	return p->said_len;
}

/* ---- start ---- */

static int call_initialize(struct provider *p, initialize_fn initialize, char *why, size_t size)
{
	char what[128], error[ERROR_TEXT_MAX];
	DWORD code;

	code = callback_initialize(p, initialize);
	if (code == ERROR_SUCCESS)
		return 0;
	p->start_code = code;
	snprintf(what, sizeof(what), "PxeProviderInitialize returned %s", error_text(code, error));
	say_refused(p, why, size, what);
	return PROVIDER_E_INITIALIZE;
}

static int open_key(struct provider *p, char *why, size_t size)
{
	char error[ERROR_TEXT_MAX];
	DWORD code = PxeHostKeyOpen(p->dropin_path, &p->key);

	if (code == ERROR_SUCCESS && p->dropin_shown)
		code = PxeHostKeyName(p->key, p->dropin_shown);
	if (code == ERROR_SUCCESS)
		return 0;
	p->start_code = code;
	snprintf(why, size, "provider \"%s\": its settings in %s cannot be read (%s)", p->name,
		 p->dropin_path, error_text(code, error));
	return PROVIDER_E_INITIALIZE;
}

static int check_callbacks(struct provider *p, char *why, size_t size)
{
	char error[ERROR_TEXT_MAX];
	bool recv_request = atomic_load(&p->callback[PXE_CALLBACK_RECV_REQUEST]) != 0;
	bool shutdown = atomic_load(&p->callback[PXE_CALLBACK_SHUTDOWN]) != 0;

	if (recv_request && shutdown)
		return 0;
	snprintf(why, size,
		 "provider \"%s\": PxeProviderInitialize succeeded without registering %s "
		 "(%s)",
		 p->name,
		 recv_request ? "PXE_CALLBACK_SHUTDOWN"
		 : shutdown   ? "PXE_CALLBACK_RECV_REQUEST"
			      : "PXE_CALLBACK_RECV_REQUEST and PXE_CALLBACK_SHUTDOWN",
		 error_text(ERROR_DLL_INIT_FAILED, error));
	callback_shutdown(p);
	return PROVIDER_E_CALLBACKS;
}

static uint32_t threads_of(const struct provider *p)
{
	if (p->threads_wanted >= 0)
		return (uint32_t)p->threads_wanted;
	return atomic_load(&p->nonblocking) ? 0 : p->host->limits.threads;
}

static int take_seat(struct provider *p, char *why, size_t size)
{
	const struct seat_ops *seat;
	int r;

	p->threads = threads_of(p);
	seat = p->threads > 0 ? &seat_threads : &seat_loop;
	atomic_store_explicit(&p->seat, seat, memory_order_release);
	r = seat->start(p);
	if (r == 0)
		return 0;
	snprintf(why, size, "provider \"%s\": cannot start its threads: %s", p->name, strerror(-r));
	seat->stop(p);
	callback_shutdown(p);
	return PROVIDER_E_INITIALIZE;
}

/* From DllMain on something of the provider may run: the handle lives from there. */
static int initialize(struct provider *p, char *why, size_t size)
{
	initialize_fn entry = (initialize_fn)module_find(&p->module, &p->module.entries.initialize);
	int r;

	if (!entry)
		return loading_no_entry(p, why, size);
	if (!callback_dll_main(p, DLL_ATTACH)) {
		say_refused(p, why, size, "its DllMain returned FALSE");
		callback_dll_main(
			p, DLL_DETACH); /* as Windows does: it may have something to release */
		return PROVIDER_E_UNLOADABLE;
	}
	r = open_key(p, why, size);
	if (r == 0)
		r = call_initialize(p, entry, why, size);
	if (r == 0)
		r = check_callbacks(p, why, size);
	if (r == 0)
		r = take_seat(p, why, size);
	if (r == 0)
		provider_settle(p, true);
	else
		callback_dll_main(p, DLL_DETACH);
	return r;
}

int provider_start(struct provider *p, char *why, size_t size)
{
	int r = loading_load(p, why, size);

	if (r == 0) {
		loading_say(p);
		p->handle = handle_open(p);
		atomic_fetch_add(&p->host->initializing, 1);
		r = initialize(p, why, size);
		atomic_fetch_sub(&p->host->initializing, 1);
		if (r != 0) {
			handle_close(p);
			loading_unload(p);
		}
	}
	atomic_store(&p->state, r == 0 ? PROVIDER_RUNNING : PROVIDER_FAILED);
	return r;
}

uint32_t provider_start_code(const struct provider *p)
{
	return p->start_code;
}

/* ---- later ---- */

static void pause_note(struct provider *p, uint32_t code)
{
	bool paused = code == SERVICE_CONTROL_PAUSE;

	if ((!paused && code != SERVICE_CONTROL_CONTINUE) ||
	    atomic_exchange(&p->paused, paused) == paused)
		return;
	host_say(p->host, p->name, PXE_TRACE_INFO,
		 paused ? "paused: it gets no requests until it is continued"
			: "continued: it gets requests again");
}

/* While it waits for a command to return, that is what is named. */
static bool wait_for_calm(struct provider *p, bool (*wait)(struct calm *calm, sem_t *life_news))
{
	bool calm;

	call_enter(atomic_load(&p->log_name), "PxeProviderCommand", NULL, 0);
	calm = wait(&p->calm, &p->host->life_news);
	call_leave();
	return calm;
}

/* Not beside a command. */
static DWORD control_in_turn(struct provider *p, uint32_t code)
{
	DWORD result;

	if (!wait_for_calm(p, calm_hold))
		return ERROR_BUSY;
	result = seat_of(p)->control(p, code);
	calm_release(&p->calm);
	return result;
}

uint32_t provider_control(struct provider *p, uint32_t code, bool *has)
{
	char error[ERROR_TEXT_MAX];
	DWORD result;

	*has = provider_has_control(p);
	if (!*has)
		return ERROR_CALL_NOT_IMPLEMENTED;
	result = control_in_turn(p, code);
	if (result != ERROR_SUCCESS && code != SERVICE_CONTROL_PARAMCHANGE)
		host_say(p->host, p->name, PXE_TRACE_WARNING, "ServiceControl %u returned %s", code,
			 error_text(result, error));
	if (result == ERROR_SUCCESS)
		pause_note(p, code);
	return result;
}

bool provider_has_files(const struct provider *p)
{
	return atomic_load(&p->files) && provider_has_control(p);
}

uint32_t provider_reread(struct provider *p, char *why, size_t size)
{
	char error[ERROR_TEXT_MAX], what[ERROR_TEXT_MAX + 64];
	DWORD result;

	p->said_len = 0;
	memset(p->said, 0, sizeof(p->said));
	atomic_store(&p->said_state, SAID_NOTHING);
	atomic_store(&p->rereading, true);
	atomic_fetch_add(&p->host->initializing, 1); /* errors are formatted, whatever is logged */
	result = control_in_turn(p, PXE_CONTROL_FILES);
	atomic_fetch_sub(&p->host->initializing, 1);
	atomic_store(&p->rereading, false);
	if (result == ERROR_SUCCESS)
		return result;
	snprintf(what, sizeof(what), "its files are not taken: it returned %s",
		 error_text(result, error));
	say_refused(p, why, size, what);
	return result;
}

uint32_t provider_refresh(struct provider *p)
{
	return PxeHostKeyRefresh(p->key);
}

void provider_settle(struct provider *p, bool keep)
{
	PxeHostKeySettle(p->key, keep);
}

/* Its code runs, and will for ever: nothing that it may use is taken from it. */
static void abandon(struct provider *p)
{
	p->abandoned = true;
	atomic_fetch_add(&p->host->abandoned, 1);
	host_say(p->host, p->name, PXE_TRACE_ERROR,
		 "has not returned from PxeProviderCommand: it is left without its Shutdown");
}

void provider_stop(struct provider *p)
{
	if (atomic_load(&p->state) != PROVIDER_RUNNING)
		return;
	atomic_store(&p->state, PROVIDER_SHUTTING_DOWN);
	if (!wait_for_calm(p, calm_close)) {
		abandon(p);
		return;
	}
	call_enter(atomic_load(&p->log_name), "PxeProviderRecvRequest", NULL,
		   0); /* it may be in one */
	seat_of(p)->stop(p);
	call_leave();
	callback_shutdown(p);
	quarantine_end(p);
	callback_dll_main(p, DLL_DETACH);
	handle_close(p);
	loading_unload(p);
	for (int i = 0; i < CALLBACKS; i++)
		atomic_store(&p->callback[i], 0);
	atomic_store(&p->state, PROVIDER_UNLOADED);
}

void provider_respec(struct provider *p, const struct provider_spec *spec)
{
	atomic_store(&p->critical, spec->critical);
	atomic_store(&p->answer_lease_requests, spec->answer_lease_requests);
	atomic_store(&p->information_request, spec->information_request);
	p->pending_timeout = spec->pending_timeout;
}

const char *provider_name(const struct provider *p)
{
	return p->name;
}

bool provider_is_spent(const struct provider *p)
{
	uint32_t stuck = atomic_load(&p->watch.told);

	return atomic_load(&p->quarantine_told) ||
	       (stuck > 0 && stuck == atomic_load(&p->n_workers));
}

bool provider_has_control(const struct provider *p)
{
	return atomic_load(&p->callback[PXE_CALLBACK_SERVICE_CONTROL]) != 0;
}

bool provider_takes_orders(const struct provider *p)
{
	return atomic_load(&p->callback[CALLBACK_COMMAND]) != 0;
}

enum provider_state provider_state(const struct provider *p)
{
	return (enum provider_state)atomic_load(&p->state);
}

const char *provider_state_name(enum provider_state state)
{
	static const char *const name[] = {
		[PROVIDER_NEW] = "new",           [PROVIDER_INITIALIZING] = "initializing",
		[PROVIDER_RUNNING] = "running",   [PROVIDER_SHUTTING_DOWN] = "shutting-down",
		[PROVIDER_UNLOADED] = "unloaded", [PROVIDER_FAILED] = "failed",
	};

	return name[state];
}

bool provider_paused(const struct provider *p)
{
	return atomic_load(&p->paused);
}

const char *provider_state_text(const struct provider *p)
{
	enum provider_state state = provider_state(p);

	return state == PROVIDER_RUNNING && provider_paused(p) ? "paused"
							       : provider_state_name(state);
}

const char *provider_name_kept(const struct provider *p)
{
	return atomic_load(&p->log_name);
}

uint32_t provider_threads(const struct provider *p)
{
	return p->threads;
}

enum module_change provider_module_change(const struct provider *p)
{
	return module_change(&p->module, p->module_path);
}
