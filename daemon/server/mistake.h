/* Mistakes in the configuration: each is a line of the log when it is found, and no line twice. */
#pragma once

#include "registry/dropin.h"
#include "server/config.h"

/** An error for a reader who is to tell all mistakes: they are logged. */
struct registry_error mistakes_logged(void);

/** Tells of vendor classes in the settings of `bootfile` that the daemon drops before that. */
void mistake_classes(const struct config *config, const struct dropin *dropin,
		     struct registry_error *error);
