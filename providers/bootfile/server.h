/* Where boot files are: the setting `server`, of the whole provider or of one entry. */
#pragma once

#include "keys.h"

/**
 * Reads "auto", an address, a host name, or a list of an IPv4 and an IPv6 address. A name is looked
 * up now, once: it may block. 0, or -EINVAL with a trace.
 */
int server_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		   PXE_BOOT_SERVER *out);

/** Its address in the family of `local`, our address on the client's interface. NULL: it has none.
 */
const PXE_BOOT_IP *server_address(const PXE_BOOT_SERVER *server, const PXE_BOOT_IP *local);
