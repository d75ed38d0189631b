/* Addresses: of the API's forms, as text, and whether a network has one. */
#pragma once

#include "boot/octets.h"

/** The address in a PXE_ADDRESS. */
PXE_BOOT_IP ip_of(const PXE_ADDRESS *from);
/** An address as text of either family. False, *out untouched, for any other text. */
bool ip_parse(const char *text, PXE_BOOT_IP *out);
bool ip_equal(const PXE_BOOT_IP *a, const PXE_BOOT_IP *b);
/** Are two of one family, and equal in their first bits? */
bool ip_begins(const PXE_BOOT_IP *a, const PXE_BOOT_IP *b, unsigned bits);
