/* The members of struct pxe_host. */
#pragma once

#include <wdspxe-host.h>

extern const struct pxe_host host_entries;
