/* The client's machine identifier: option 97 (RFC 4578 §2.3), and the DUID-UUID of DHCPv6.
 *
 * Its text is EFI's, which takes the first three fields as little-endian, as the firmware's own
 * setup and most tools show it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { PXE_UUID_LEN = 16, PXE_UUID_TEXT = 37 }; /* text: 36 characters and NUL */

/** True for all zeros and all ones: what firmware sends that has no identifier. */
bool pxe_uuid_is_blank(const uint8_t uuid[static PXE_UUID_LEN]);
/** Writes xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx in lower case; returns `text`. */
const char *pxe_uuid_efi_text(const uint8_t uuid[static PXE_UUID_LEN],
			      char text[static PXE_UUID_TEXT]);
