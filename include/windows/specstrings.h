/* <specstrings.h>: source annotations. All of it is in sal.h. */
#ifndef WDSPXE_WINDOWS_SPECSTRINGS_H
#define WDSPXE_WINDOWS_SPECSTRINGS_H

#include "sal.h"

#endif
