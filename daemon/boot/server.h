/* Where boot files are, and by which address answers name this host. A NULL server is this host. */
#pragma once

#include <stddef.h>

#include "boot/given.h"
#include "boot/locals.h"

/** Its address in the family of `local`, our address on the client's interface. NULL: it has none.
 */
const PXE_BOOT_IP *server_address(const PXE_BOOT_SERVER *server, const PXE_BOOT_IP *local);

/** Is the structure there, in a size that ever was one? */
static inline bool server_valid(const PXE_BOOT_SERVER *server)
{
	return server && server->cbSize >= offsetof(PXE_BOOT_SERVER, pServers);
}

/** Several, of which each client has one; NULL: there is but one. */
static inline PXE_BOOT_SERVERS *server_several(const PXE_BOOT_SERVER *server)
{
	return server && server->cbSize >= sizeof *server ? server->pServers : NULL;
}

/** Where the files of an answer are, for a client. NULL: nowhere in its family. */
const PXE_BOOT_IP *server_of(const struct given *given, const PXE_BOOT_CLIENT *client);

/** Adds what a name stands for now, which may block: `before`, unless it is NULL, where the name
 * still has that address. As PxeBootServerAdd. */
DWORD server_look_up(PXE_BOOT_SERVER *server, const char *host, const PXE_BOOT_SERVER *before,
		     char *why, size_t size);

/**
 * The address by which answers name this host: siaddr of a redirect, option 54, the host in the
 * URL of an ADVERTISE. `identity` says it, if it is given and has one of the family. Else it is
 * `local`, our address on the client's interface; where that interface has addresses of several
 * networks, it is only the one that the kernel lists first. A server of the client's that is
 * another address of ours there says which one the clients can reach. server may be NULL.
 */
const PXE_BOOT_IP *server_identity(const PXE_BOOT_SERVER *identity, const PXE_BOOT_IP *server,
				   const struct locals *locals, const PXE_BOOT_IP *local);
