/* What a client of DHCPv4 is to fetch, and from where. */
#pragma once

#include "boot/form4.h"
#include "boot/name.h"
#include "boot/variables.h"

enum { TARGET4_FIELD_MAX = PXE_DHCP_FILE_SIZE - 1 }; /* what fits in the header's field */

struct target4 {
	PXE_BOOT_IP server;
	char name[NAME_MAX_LEN + 1];
	int len;
};

/** With its variables filled in. False: that cannot be, or is more than an option holds, and
 * given->said says so. */
bool target4_of(const struct variables *variables, unsigned form, struct target4 *out);

/** Are server and file asked for as options? */
bool target4_wants_names(unsigned form, const PXE_BOOT_ANSWER *answer);
/**
 * Option 67, where it is asked for or the name does not fit in the header; empty: it is left out.
 * To a PXE client it ends with a NUL: several ROMs read it as a C string.
 */
PXE_BOOT_OCTETS target4_option(unsigned form, const PXE_BOOT_ANSWER *answer,
			       const struct target4 *target);
