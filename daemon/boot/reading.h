/* What the readers of IPv4 and of IPv6 share: what the callback was given, and what a value in it
 * means for the client.
 */
#pragma once

#include "boot/kit.h"
#include "boot/rest.h"

/* What the callback was given. */
struct request {
	HANDLE handle;
	uint8_t *packet;
	ULONG len;
	const PXE_ADDRESS *local, *remote;
};

/** Takes one vendor class into account: what class it is, and how it is echoed. */
void take_class(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS vendor_class);
/** Chooses the architecture: the first code that an entry names, else the first that is known; the
 * digits in the class where there are no codes. After the classes: they decide whether the code is
 * one of HTTP Boot. */
void take_archs(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS codes);
/** Takes a user class into account. */
void take_user_class(PXE_BOOT_CLIENT *client, PXE_BOOT_OCTETS user_class);
/** Takes a UUID into account, unless it is one octet repeated (zeros, ones), or banned. */
void take_uuid(const PXE_BOOT *boot, PXE_BOOT_CLIENT *client, const uint8_t *uuid);
