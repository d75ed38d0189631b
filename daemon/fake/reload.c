/* PxeFakeReload: what the daemon's reload does with its providers, by the same plan and in the same
 * order, without a process that tries new code first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fake/instance.h"
#include "fake/load.h"
#include "fake/settings.h"
#include "provider/error_name.h"
#include "site/plan.h"

enum { WHY_MAX = 1024 };

/* A reload under way, place by place. */
struct reload {
	PXE_FAKE *fake;
	struct dropin *fresh[PROVIDERS_MAX]; /* owned, until an instance or a place takes it */
	enum roster_plan plan[PROVIDERS_MAX];
	struct instance *made[PROVIDERS_MAX]; /* in place of the one that runs; NULL: that stays */
	bool told[PROVIDERS_MAX], took[PROVIDERS_MAX];
	char why[WHY_MAX];
};

static struct provider *runs_at(const struct reload *it, uint32_t i)
{
	return it->fake->place[i].now->provider;
}

/* ---- reading ---- */

/* Under another name it is another provider. */
static bool is_renamed(const struct dropin *old, const struct dropin *fresh)
{
	return strcmp(old->name, fresh->name) != 0;
}

static int plan_all(struct reload *it)
{
	for (uint32_t i = 0; i < it->fake->n_places; i++) {
		struct place *place = &it->fake->place[i];
		struct provider *p = runs_at(it, i);
		int r = settings_read(place, &it->fresh[i], it->why, sizeof(it->why));

		if (r != 0)
			return r;
		it->plan[i] = roster_plan(place->now->dropin, it->fresh[i], true,
					  provider_module_change(p) != MODULE_SAME ||
						  provider_is_spent(p) ||
						  is_renamed(place->now->dropin, it->fresh[i]),
					  provider_has_control(p));
	}
	return 0;
}

/* ---- doing it ---- */

/* A pause lasts until it is ended, so a new instance takes it over. */
static void keep_pause(const struct reload *it, uint32_t i)
{
	bool called;

	if (provider_paused(runs_at(it, i)))
		provider_control(it->made[i]->provider, SERVICE_CONTROL_PAUSE, &called);
}

static int start_at(struct reload *it, uint32_t i)
{
	int r = instance_start(it->fake, i, it->fresh[i], &it->made[i], it->why, sizeof(it->why));

	if (r != 0)
		return r;
	it->fresh[i] = NULL;
	keep_pause(it, i);
	return 0;
}

static int start_all(struct reload *it)
{
	for (uint32_t i = 0; i < it->fake->n_places; i++) {
		int r = it->plan[i] == PLAN_REPLACE ? start_at(it, i) : 0;

		if (r != 0)
			return r;
	}
	return 0;
}

static bool takes_settings(struct reload *it, uint32_t i)
{
	struct provider *p = runs_at(it, i);
	bool called;

	if (provider_refresh(p) != 0)
		return false;
	it->told[i] = true;
	it->took[i] = provider_control(p, SERVICE_CONTROL_PARAMCHANGE, &called) == 0;
	return it->took[i];
}

/* Last, for only another PARAMCHANGE undoes it. */
static int tell_all(struct reload *it)
{
	for (uint32_t i = 0; i < it->fake->n_places; i++) {
		int r = it->plan[i] == PLAN_TELL && !takes_settings(it, i) ? start_at(it, i) : 0;

		if (r != 0)
			return r;
	}
	return 0;
}

/* Nothing undoes this. */
static int reread_all(struct reload *it)
{
	for (uint32_t i = 0; i < it->fake->n_places; i++)
		if (it->plan[i] == PLAN_KEEP && provider_has_files(runs_at(it, i)) &&
		    provider_reread(runs_at(it, i), it->why, sizeof(it->why)) != 0)
			return SETTINGS_E_WRONG;
	return 0;
}

/* ---- the end ---- */

static void go_back(struct reload *it, uint32_t i)
{
	struct provider *p = runs_at(it, i);
	size_t used = strlen(it->why);
	char text[ERROR_TEXT_MAX];
	uint32_t code;
	bool called;

	provider_settle(p, false);
	code = provider_control(p, SERVICE_CONTROL_PARAMCHANGE, &called);
	if (code != 0 && it->took[i])
		snprintf(it->why + used, sizeof(it->why) - used,
			 "; provider \"%s\" continues with its new settings, because it answered "
			 "PARAMCHANGE for the old ones with %s",
			 provider_name(p), error_text(code, text));
}

static void undo(struct reload *it)
{
	for (uint32_t i = it->fake->n_places; i-- > 0;)
		if (it->told[i])
			go_back(it, i);
	for (uint32_t i = it->fake->n_places; i-- > 0;)
		if (it->made[i])
			instance_stop(it->fake, it->made[i]);
}

/* What needs no new instance is passed on. */
static void stay(struct reload *it, uint32_t i)
{
	struct place *place = &it->fake->place[i];
	struct provider_spec spec = instance_spec_of(place, it->fresh[i]);

	if (it->told[i])
		provider_settle(place->now->provider, true);
	dropin_free(place->now->dropin);
	place->now->dropin = TAKE(it->fresh[i]);
	provider_respec(place->now->provider, &spec);
}

/* Those that were made and those in whose place they come: the others are in `made` then. */
static void change_places(struct reload *it)
{
	for (uint32_t i = 0; i < it->fake->n_places; i++) {
		struct place *place = &it->fake->place[i];
		struct instance *made = it->made[i];

		if (!made)
			continue;
		it->made[i] = place->now;
		place->now = made;
	}
}

static int commit(struct reload *it)
{
	int r;

	change_places(it);
	r = instances_to_chain(it->fake);
	if (r < 0) {
		change_places(it);
		return r;
	}
	for (uint32_t i = 0; i < it->fake->n_places; i++) {
		if (it->made[i])
			it->fake->place[i].n_instances++;
		else
			stay(it, i);
	}
	return 0;
}

static int reload(struct reload *it)
{
	int r = plan_all(it);

	if (r == 0)
		r = start_all(it);
	if (r == 0)
		r = tell_all(it);
	if (r == 0)
		r = reread_all(it);
	return r == 0 ? commit(it) : r;
}

DWORD PxeFakeReload(PXE_FAKE *fake, char *why, size_t size)
{
	_cleanup_(freep) struct reload *it = calloc(1, sizeof(*it));
	int r;

	if (!fake || !it)
		return fake ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_PARAMETER;
	it->fake = fake;
	r = reload(it);
	if (r != 0)
		undo(it);
	for (uint32_t i = 0; i < fake->n_places; i++)
		dropin_free(it->fresh[i]);
	instances_sweep(fake);
	load_say(it->why, why, size);
	return load_code(r);
}
