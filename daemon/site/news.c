#include "site/news.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static const char *gone(const char *state_dir)
{
	if (access(state_dir, F_OK) == 0) /* emptied, or another: the folder is made again */
		return "restarted, because the copies of modules in state-dir were removed";
	return "restarted, because state-dir, which holds the copies of modules, was removed; "
	       "restart the daemon to create it again";
}

static const char *replaced(const struct instance *old, const struct dropin *fresh,
			    enum module_change change, const char *state_dir)
{
	if (strcmp(old->dropin->module, fresh->module) != 0 || change == MODULE_OTHER)
		return "new module";
	if (change == MODULE_COPY_GONE)
		return gone(state_dir);
	return dropin_compare(old->dropin, fresh) & DROPIN_SETTINGS_CHANGED ? "new settings"
									    : "restarted";
}

const char *news_of(enum roster_plan plan, const struct instance *old, const struct dropin *fresh,
		    enum module_change change, const char *state_dir)
{
	switch (plan) {
	case PLAN_KEEP:
		return NULL;
	case PLAN_TELL:
		return "new settings";
	case PLAN_REPLACE:
		return replaced(old, fresh, change, state_dir);
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
