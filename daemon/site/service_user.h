/* wdspxed -t as root: what a service that runs as another user could not read. */
#pragma once

#include "site/config.h"
#include "site/teller.h"

/** Tells of each file of the service's configuration that the user named by the service's unit
 * cannot read. Returns 0 if there is none, and if nothing can be checked: not run by root, not the
 * default configuration file, no unit, or no such user. */
unsigned service_user_check(const struct config *config, const struct teller *teller);
