/* Where boot files are: the setting `server`, of the whole provider or of one entry; and by which
 * address answers name this host: `server-id`. */
#pragma once

#include "keys.h"

enum { SERVERS_MAX = 64 };

/* Servers that are used in turn, or that are names: what the kit makes one of. */
struct servers {
	unsigned n;
	char **texts;          /* owned, n of them */
	PXE_BOOT_SERVER *each; /* owned, n of them */
};

/**
 * Reads "auto", an address, a host name, or a list of addresses and names. A name is looked up now:
 * it may block. 0, and *out is the first of each family, and *several, if the kit is to choose, is
 * the caller's (servers_done()), else NULL; -ENOMEM; or -EINVAL with a trace.
 */
int server_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		   PXE_BOOT_SERVER *out, struct servers **several);
/** Has the kit choose among them, in *out. 0 or -ENOMEM. */
int servers_settle(const struct servers *several, PXE_BOOT *boot, unsigned look_up_s,
		   PXE_BOOT_SERVER *out);
void servers_done(struct servers *several);

/** Reads an address, or a list of an IPv4 and an IPv6 address. 0, or -EINVAL with a trace. */
int identity_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		     PXE_BOOT_SERVER *out);

/** Its first address in the family of `local`, our address on the client's interface. NULL: it has
 * none. */
const PXE_BOOT_IP *server_address(const PXE_BOOT_SERVER *server, const PXE_BOOT_IP *local);
