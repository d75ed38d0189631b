/* Where boot files are, and by which address answers name this host. A NULL server is this host. */
#pragma once

#include "boot/locals.h"

/** Its address in the family of `local`, our address on the client's interface. NULL: it has none.
 */
const PXE_BOOT_IP *server_address(const PXE_BOOT_SERVER *server, const PXE_BOOT_IP *local);

/**
 * The address by which answers name this host: siaddr of a redirect, option 54, the host in the
 * URL of an ADVERTISE. `local` is our address on the client's interface; where that interface has
 * addresses of several networks, it is only the one that the kernel lists first. A server that is
 * another address of ours there says which one the clients can reach.
 */
const PXE_BOOT_IP *server_identity(const PXE_BOOT_SERVER *server, const struct locals *locals,
				   const PXE_BOOT_IP *local);
