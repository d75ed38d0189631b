/* The provider that an operator names. */
#pragma once

#include "server/server.h"

/** The instance of that name, which runs. NULL: there is none, and the client has been told so,
 * with the nearest name. [loop] */
struct instance *server_named(struct server *s, const char *name, uint64_t client);
