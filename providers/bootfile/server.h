/* Where boot files are: the setting `server`, of the whole provider or of one entry. */
#pragma once

#include "keys.h"
#include "locals.h"

struct server {
	bool automatic; /* this host's address on the interface the client came in on */
	struct address four, sixteen; /* else one or both; len 0: none of that family */
};

/**
 * Reads "auto", an address, a host name, or a list of an IPv4 and an IPv6 address. A name is looked
 * up now, once: it may block. 0, or -EINVAL with a trace.
 */
int server_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		   struct server *out);

/** Its address in the family of `local`, our address on the client's interface. NULL: it has none.
 */
const struct address *server_address(const struct server *server, const struct address *local);

/**
 * The address by which answers name this host: siaddr of a redirect, option 54, the host in the
 * URL of an ADVERTISE. `local` is our address on the client's interface; where that interface has
 * addresses of several networks, it is only the one that the kernel lists first. A server that is
 * another address of ours there says which one the clients can reach.
 */
const struct address *server_identity(const struct server *server, const struct locals *locals,
				      const struct address *local);
