/* A new roster, from the drop-in files: what is to be done about each, and doing it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "base/finding_id.h"
#include "base/trust.h"
#include "provider/error_name.h"
#include "registry/provider_list.h"
#include "site/mistake.h"
#include "site/news.h"
#include "site/no_provider.h"
#include "site/pauses.h"
#include "site/roster.h"

/* A roster in the making. */
struct making {
	const struct roster_env *env;
	enum roster_mode mode;
	struct roster *old, *new;
	enum roster_plan plan[PROVIDERS_MAX];
	bool new_code[PROVIDERS_MAX]; /* its module has not run here yet */
	bool was_tried[PROVIDERS_MAX];
	struct module_id tried[PROVIDERS_MAX];
	const char *providers_dir, *state_dir;
	struct reason *reason;
	unsigned failed, mistakes; /* did not start; and of them, that an edit has to mend */
	unsigned wrong_files;      /* mistakes in them */
};

/* The start or the reload fails because of this provider. */
static int failed_whole(const struct making *making, const struct instance *instance)
{
	const struct dropin *dropin = instance->dropin;
	const char *critical = dropin->critical ? " (the provider is critical)" : "";
	char why[INSTANCE_WHY_ROOM], place[INSTANCE_PLACE_ROOM];

	if (instance_own_words(instance)) {
		const char *own = instance_own_words(instance), *id = own + finding_id_at(own);

		reason_set(making->reason, "%.*s%s%s", (int)(id - own), own, critical, id);
		reason_set_log(making->reason, "provider %s did not start: see above%s",
			       dropin->name, critical);
	} else {
		reason_set(making->reason, "%s: %s%s [%s]", instance_place(instance, place),
			   instance->why, critical, instance_finding(instance));
		reason_set_log(making->reason, "%s: %s%s [%s]", place,
			       instance_why_for_log(instance, why), critical,
			       instance_finding(instance));
	}
	making->reason->permanent = instance->permanent;
	return -1;
}

/* Decides what the failure of one provider means for the start or the reload. */
static int failed_start(struct making *making, const struct instance *instance,
			enum roster_plan plan)
{
	const struct dropin *dropin = instance->dropin;
	char why[INSTANCE_WHY_ROOM], place[INSTANCE_PLACE_ROOM];

	instance_why_for_log(instance, why);
	if (making->mode == ROSTER_RELOAD && plan == PLAN_RETRY) {
		teller_say(making->env->teller, LOG_WARNING, dropin->name,
			   "it still does not start: %s",
			   instance_own_words(instance) ? "see above" : why);
		return 0;
	}
	if (making->mode == ROSTER_RELOAD || (making->mode == ROSTER_START && dropin->critical))
		return failed_whole(making, instance);
	if (instance_own_words(instance))
		teller_say(making->env->teller, LOG_ERR, "", "provider %s is disabled: see above",
			   dropin->name);
	else
		teller_say(making->env->teller, LOG_ERR, "", "%s: %s; provider disabled [%s]",
			   instance_place(instance, place), why, instance_finding(instance));
	making->failed++;
	making->mistakes += instance->permanent;
	return 0;
}

/* In the instance before this one, or in the process before this one. */
static bool was_paused(const struct making *making, const char *name)
{
	const struct instance *old = roster_find(making->old, name);

	if (making->mode == ROSTER_START)
		return making->env->pauses && pauses_has(making->env->pauses, name);
	return old && old->provider && provider_paused(old->provider);
}

/* A pause lasts until the operator ends it, so a new instance takes it over. */
static void keep_pause(const struct making *making, const struct instance *instance)
{
	const char *name = instance->dropin->name;
	char text[ERROR_TEXT_MAX];
	uint32_t code;
	bool called;

	if (!was_paused(making, name))
		return;
	code = provider_control(instance->provider, SERVICE_CONTROL_PAUSE, &called);
	if (code != 0)
		teller_say(making->env->teller, LOG_WARNING, name,
			   "it is no longer paused: its new instance answered the pause with %s",
			   error_text(code, text));
}

static int start_at(struct making *making, size_t i, enum roster_plan plan)
{
	struct dropin *dropin = TAKE(making->new->fresh[i]);
	struct instance *instance = instance_start(making->env->host, dropin,
						   making->was_tried[i] ? &making->tried[i] : NULL);

	if (!instance) {
		dropin_free(dropin);
		reason_set(making->reason, "out of memory for provider %zu", i);
		return -1;
	}
	making->new->at[i] = instance;
	if (!instance->provider) {
		making->new->news[i] = NULL;
		return failed_start(making, instance, plan);
	}
	keep_pause(making, instance);
	return 0;
}

/* Is only another instance of any use, whatever its file says? */
static bool is_worn(const struct provider *p, bool module_changed)
{
	return p && (module_changed || provider_is_spent(p));
}

/* Decides what to do about one provider, and shares its old instance if that stays. New instances
 * are started later. */
static void plan_at(struct making *making, size_t i)
{
	const struct dropin *fresh = making->new->fresh[i];
	struct instance *old = roster_find(making->old, fresh->name);
	struct provider *p = old ? old->provider : NULL;
	enum module_change change = p ? provider_module_change(p) : MODULE_SAME;

	making->plan[i] =
		roster_plan(old ? old->dropin : NULL, fresh, p != NULL,
			    is_worn(p, change != MODULE_SAME), p && provider_has_control(p));
	making->new->news[i] = news_of(making->plan[i], old, fresh, change, making->state_dir);
	making->new_code[i] =
		!p || change != MODULE_SAME || strcmp(old->dropin->module, fresh->module) != 0;
	if (old && (making->plan[i] == PLAN_KEEP || making->plan[i] == PLAN_TELL)) {
		making->new->at[i] = old;
		old->rosters++;
	}
}

static bool needs_trial(const struct making *making, size_t i)
{
	return making->env->try_module && !making->new->at[i] && making->plan[i] != PLAN_RETRY &&
	       making->new_code[i] && making->new->fresh[i]->try_first;
}

/* New code runs in a process of its own first: if it crashes, this one goes on serving. At a start
 * there is nothing to protect, and the line of a crash names the module. */
static int try_all(struct making *making)
{
	for (size_t i = 0; making->mode == ROSTER_RELOAD && i < making->new->n; i++) {
		const struct dropin *fresh = making->new->fresh[i];

		if (!needs_trial(making, i))
			continue;
		/* What is loaded later must be what was tried. */
		making->was_tried[i] = module_identify(fresh->module, &making->tried[i]) == 0;
		if (making->env->try_module(fresh, making->providers_dir, making->env->state_dir,
					    making->reason) != 0)
			return -1;
	}
	return 0;
}

static int start_all(struct making *making)
{
	for (size_t i = 0; i < making->new->n; i++)
		if (!making->new->at[i] && start_at(making, i, making->plan[i]))
			return -1;
	return 0;
}

/* PARAMCHANGE comes last, when everything else has succeeded: only another PARAMCHANGE can undo
 * what a provider did about it. */
static bool takes_settings(struct making *making, size_t i)
{
	struct instance *old = making->new->at[i];
	const struct teller *teller = making->env->teller;
	uint32_t code = provider_refresh(old->provider);
	char text[ERROR_TEXT_MAX];
	bool called;

	if (code != 0) {
		teller_say(teller, LOG_DEBUG, old->dropin->name,
			   "its settings cannot be read again: %s: it is replaced by a new "
			   "instance",
			   error_text(code, text));
		return false;
	}
	making->new->told[i] = old;
	code = provider_control(old->provider, SERVICE_CONTROL_PARAMCHANGE, &called);
	making->new->took[i] = code == 0;
	if (code == 0)
		teller_say(teller, LOG_DEBUG, old->dropin->name, "PARAMCHANGE returned 0");
	else
		teller_say(teller, LOG_DEBUG, old->dropin->name,
			   "PARAMCHANGE returned %s: it is replaced by a new instance",
			   error_text(code, text));
	return code == 0;
}

static int tell_at(struct making *making, size_t i)
{
	struct instance *old = making->new->at[i];

	if (takes_settings(making, i))
		return 0;
	making->new->at[i] = NULL;
	old->rosters--; /* never the last: the running roster has it */
	return start_at(making, i, PLAN_REPLACE);
}

static int tell_all(struct making *making)
{
	for (size_t i = 0; i < making->new->n; i++)
		if (making->plan[i] == PLAN_TELL && tell_at(making, i))
			return -1;
	return 0;
}

/* The drop-in file, what it includes, and its overlay, which the daemon's user writes although
 * another may ask. */
static int check_trust(const struct making *making, const struct dropin *dropin,
		       struct registry_error *error)
{
	struct stat owner;
	char why[256];
	const char *file = dropin->path;
	int r = trust_check(file, why, sizeof(why));

	for (unsigned i = 0; i < dropin->n_included && r == 0; i++) {
		file = dropin->included[i].path;
		r = trust_check(file, why, sizeof(why));
	}
	if (r == 0 && dropin->overlay && access(dropin->overlay, F_OK) == 0 &&
	    stat(making->env->state_dir, &owner) == 0) {
		file = dropin->overlay;
		r = trust_check_owned(file, owner.st_uid, why, sizeof(why));
	}
	return r ? registry_fail(error, file, 0, REGISTRY_E_INVALID, "not trusted: %s [W0102]",
				 trust_why(file, why))
		 : 0;
}

/* Reports the mistakes of one file, and takes the file if it can be used. */
static void take_dropin(struct making *making, const struct config *config, struct dropin **dropin,
			struct registry_error *error)
{
	if (!(*dropin)->enabled || check_trust(making, *dropin, error))
		return;
	mistake_classes(config, *dropin, error);
	making->new->fresh[making->new->n++] = TAKE(*dropin);
}

static int take_dropins(struct making *making, const struct config *config)
{
	struct registry_error error = mistakes_told_to(making->env->teller);
	struct provider_list list;
	int r = provider_list_read(config->providers_dir, making->env->state_dir, &list, &error);

	if (r) {
		reason_from(making->reason, &error, r);
		return -1;
	}
	for (size_t i = 0; i < list.n; i++)
		take_dropin(making, config, &list.entry[i], &error);
	provider_list_done(&list);
	making->wrong_files = error.told;
	if (!error.told || making->mode == ROSTER_CHECK) /* a check goes on: there may be more */
		return 0;
	reason_from(making->reason, &error, REGISTRY_E_INVALID);
	return -1;
}

static bool rereads(const struct making *making, size_t i)
{
	const struct instance *old = making->new->at[i];

	return making->plan[i] == PLAN_KEEP && old->provider && provider_has_files(old->provider);
}

/* Those before `end` have put in force what their files say, and cannot go back. */
static void add_reread(struct making *making, size_t end)
{
	for (size_t i = 0; i < end; i++)
		if (rereads(making, i))
			reason_add_changed(
				making->reason,
				"; provider \"%s\" has read its files again, and goes by "
				"what they say now",
				making->new->at[i]->dropin->name);
}

static void reread_failed(const struct making *making, const struct instance *instance,
			  const char *why)
{
	const char *own = instance_mistake(instance, why, provider_said_len(instance->provider));

	reason_set(making->reason, "%s", own ? own : why);
	if (own)
		reason_set_log(making->reason, "provider %s does not take its files: see above",
			       instance->dropin->name);
}

/* Last of all, for nothing undoes it: what the files of those that stay as they are say by now. */
static int reread_all(struct making *making)
{
	char why[INSTANCE_WHY_ROOM];

	for (size_t i = 0; making->mode == ROSTER_RELOAD && i < making->new->n; i++) {
		if (!rereads(making, i) ||
		    provider_reread(making->new->at[i]->provider, why, sizeof(why)) == 0)
			continue;
		reread_failed(making, making->new->at[i], why);
		add_reread(making, i);
		return -1;
	}
	return 0;
}

static int make(struct making *making, const struct config *config)
{
	struct provider *running[PROVIDERS_MAX];

	if (take_dropins(making, config))
		return -1;
	for (size_t i = 0; i < making->new->n; i++)
		plan_at(making, i);
	if (try_all(making) || start_all(making) || tell_all(making))
		return -1;
	if (making->wrong_files) {
		reason_set(making->reason, "the providers' files contain mistakes: see the log");
		making->reason->permanent = making->reason->told = true;
	} else if (making->new->n == 0) {
		no_provider_reason(config->providers_dir, making->reason);
	} else if (making->mode == ROSTER_CHECK && making->failed) {
		reason_set(making->reason, "%u of %zu providers did not start", making->failed,
			   making->new->n);
		making->reason->permanent = making->mistakes > 0;
	} else if (!roster_running(making->new, running)) {
		reason_set(making->reason,
			   "no provider could be started, so no client would be answered");
	} else {
		return reread_all(making);
	}
	return -1;
}

int roster_make(const struct roster_env *env, const struct config *config, enum roster_mode mode,
		struct roster *old, struct roster **out, struct reason *reason)
{
	struct making making = { .env = env,
				 .mode = mode,
				 .old = old,
				 .providers_dir = config->providers_dir,
				 .state_dir = config->state_dir,
				 .reason = reason };

	making.new = calloc(1, sizeof(*making.new));
	if (!making.new) {
		reason_set(reason, "out of memory for the list of providers");
		return -1;
	}
	making.new->env = env;
	if (make(&making, config)) {
		roster_settle(making.new, false, reason);
		roster_release(making.new);
		return -1;
	}
	*out = making.new;
	return 0;
}
