/* An interface with addresses of several networks, told at the start: a client that has no address
 * yet does not say which of them it can reach.
 */
#pragma once

#include "settings.h"

/**
 * Traces a line for each interface and family where answers would name an address that the kernel's
 * order chose: the interface has addresses of two networks, and some entry's server does not say
 * which one it is.
 */
void networks_tell(HANDLE provider, const struct settings *settings, PXE_BOOT *boot);
