/* Which providers the operator has paused, in a file beside his socket: it outlives the process,
 * for who restarts the daemon, or upgrades it, has not ended a pause. It goes with the service's
 * folder below /run when that is stopped.
 */
#pragma once

#include "site/roster.h"

/** Where it is, below the folder of the socket; NULL: there is no socket, or no memory. The caller
 * frees it. */
char *pauses_path(const char *control_socket);
/** Writes the names of those that are paused. 0, or -errno. [blocks for the disk] */
int pauses_save(const char *path, const struct roster *roster);
/** Was a provider of that name paused when it was written? */
bool pauses_has(const char *path, const char *name);
