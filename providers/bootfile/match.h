/* Which entry is a client's: the first whose conditions all hold and that the client can take. */
#pragma once

#include "client.h"
#include "locals.h"

/**
 * The entry, or NULL. An entry is passed over where its outcome cannot reach this client: a file
 * for an HTTP Boot client, or a server without an address in the client's family.
 */
const struct entry *match_find(const struct settings *settings, const struct locals *locals,
			       const struct client *client);
