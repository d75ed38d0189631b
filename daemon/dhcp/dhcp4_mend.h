/* A client's packet as it arrived: checked, mended at its end, and indexed, in one walk.
 *
 * Real BIOS ROMs send requests without END, or with leftovers behind their options, to port 4011.
 * Dropping them loses the client; passing them on breaks providers that rely on PxeDhcpIsValid.
 */
#pragma once

#include "dhcp/dhcp4_option.h"

/**
 * Makes the client's packet at `packet` such that it can be read to its end.
 *
 * Main option area: END is written at the first option that does not fit, or else right after the
 * last one, and every octet behind END becomes 0. A packet whose last option fills it grows by one
 * octet: `cap` should leave room for that. Option 53, of one octet, must stand before the breakage.
 * `file` and `sname`: one without NUL gets one in its last octet; where option 52 gives it to
 * options, END is written there as in the main area (it cannot grow: options that fill it stay).
 *
 * Returns 0: it was right as it is. DHCP4_MENDED: it was changed, *len too where it grew.
 * In both cases *out indexes the packet as it is now, ended by END.
 * DHCP4_E_BOOTP: well formed but without option 53; nothing changed, *out indexes it.
 * DHCP4_E_MALFORMED: shorter than a header, op not BOOTREQUEST, a wrong cookie, hlen above 16, 53
 * wrong, or missing before a breakage; no room to grow. Nothing was changed, *out is undefined.
 */
int dhcp4_mend(uint8_t *packet, size_t cap, size_t *len, struct dhcp4_index *out);
