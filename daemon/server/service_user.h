/* wdspxed -t as root, for a service that runs as another user: what he cannot read.
 */
#pragma once

#include "server/config.h"

/** Logs each file of the service's configuration, which is the one of the usual path, that the user
 * whom its unit names cannot read. Returns how many; 0 also where nothing is to be checked: not
 * root, another configuration, no unit, or no such user. */
unsigned service_user_check(const struct config *config);
