/* What a reload has to do about a provider whose file, or module, may have changed. Pure: for the
 * daemon's roster, and for the host for tests.
 */
#pragma once

#include <stdbool.h>

#include "registry/dropin.h"

enum roster_plan {
	PLAN_KEEP,    /* nothing changed, or only keys that roster_adopt() passes on */
	PLAN_TELL,    /* its settings changed, and it takes PARAMCHANGE */
	PLAN_REPLACE, /* a new instance takes its place */
	PLAN_NEW,
	PLAN_RETRY, /* it did not start before, and nothing changed: try, but do not insist */
};

/** Decides by what changed. `old` NULL: a new name. */
enum roster_plan roster_plan(const struct dropin *old, const struct dropin *new, bool runs,
			     bool module_changed, bool takes_control);
