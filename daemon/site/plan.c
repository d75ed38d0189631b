#include "site/plan.h"

#include <string.h>

enum roster_plan roster_plan(const struct dropin *old, const struct dropin *new, bool runs,
			     bool module_changed, bool takes_control)
{
	unsigned changed;

	if (!old)
		return PLAN_NEW;
	changed = dropin_compare(old, new);
	if (!runs)
		return changed == DROPIN_SAME && !module_changed ? PLAN_RETRY : PLAN_NEW;
	if (module_changed || strcmp(old->module, new->module) != 0 ||
	    strcmp(old->path, new->path) != 0 || old->threads != new->threads)
		return PLAN_REPLACE; /* the path too: its HKEY is that file */
	if (changed & DROPIN_SETTINGS_CHANGED)
		return takes_control ? PLAN_TELL : PLAN_REPLACE;
	return PLAN_KEEP;
}
