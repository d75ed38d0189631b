/* Mistakes in the configuration: each is told when it is found, and none twice. */
#pragma once

#include "registry/dropin.h"
#include "site/config.h"
#include "site/teller.h"

/** An error for a reader who is to tell all mistakes: `teller`, borrowed, gets them. */
struct registry_error mistakes_told_to(const struct teller *teller);

/** Tells of vendor classes in the settings of `bootfile` that the daemon drops before that. */
void mistake_classes(const struct config *config, const struct dropin *dropin,
		     struct registry_error *error);
