#include "site/news.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

/* Its file is the one that was loaded, and the copy that it runs from was removed. */
static bool copy_is_gone(const struct instance *old, const char *state_dir)
{
	char folder[PATH_MAX];
	struct module_id now;

	snprintf(folder, sizeof(folder), "%s/modules", state_dir);
	return access(folder, F_OK) < 0 && module_identify(old->dropin->module, &now) == 0 &&
	       now.dev == old->module.dev && now.ino == old->module.ino &&
	       now.size == old->module.size && now.modified.tv_sec == old->module.modified.tv_sec &&
	       now.modified.tv_nsec == old->module.modified.tv_nsec;
}

static const char *gone(const char *state_dir)
{
	if (access(state_dir, F_OK) == 0) /* emptied, or another: the folder is made again */
		return "restarted, because the copies of modules in state-dir were removed";
	return "restarted, because state-dir, which holds the copies of modules, was removed; "
	       "restart the daemon to create it again";
}

static const char *replaced(const struct instance *old, const struct dropin *fresh,
			    bool module_changed, const char *state_dir)
{
	if (strcmp(old->dropin->module, fresh->module) != 0)
		return "new module";
	if (module_changed)
		return copy_is_gone(old, state_dir) ? gone(state_dir) : "new module";
	return dropin_compare(old->dropin, fresh) & DROPIN_SETTINGS_CHANGED ? "new settings"
									    : "restarted";
}

const char *news_of(enum roster_plan plan, const struct instance *old, const struct dropin *fresh,
		    bool module_changed, const char *state_dir)
{
	switch (plan) {
	case PLAN_KEEP:
		return NULL;
	case PLAN_TELL:
		return "new settings";
	case PLAN_REPLACE:
		return replaced(old, fresh, module_changed, state_dir);
	case PLAN_NEW:
	case PLAN_RETRY:
		break;
	}
	return "running";
}

static void tell_one(const struct teller *teller, const struct dropin *dropin, const char *news)
{
	unsigned n = dropin_entries(dropin);
	char entries[32] = "";

	if (n)
		snprintf(entries, sizeof(entries), ", %u %s", n, n == 1 ? "entry" : "entries");
	teller_say(teller, LOG_INFO, dropin->name, "%s%s", news, entries);
}

void news_tell(const struct roster *roster, const struct roster *old)
{
	for (size_t i = 0; i < roster->n; i++)
		if (roster->news[i])
			tell_one(roster->env->teller, roster->at[i]->dropin, roster->news[i]);
	for (size_t i = 0; old && i < old->n; i++)
		if (!roster_find(roster, old->at[i]->dropin->name))
			teller_say(roster->env->teller, LOG_INFO, old->at[i]->dropin->name,
				   "removed");
}
