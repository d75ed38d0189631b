/* wdspxectl decode: packets of a capture, in words. Needs no daemon. */
#pragma once

#include <stdbool.h>

/** Prints each packet of DHCP and PXE in the file. Returns what the program exits with. */
int decode_print(const char *path, bool json);
