/* What a WDSBP_OPT_* constant says, and its value between the API's form and the wire's. */
#pragma once

#include <stdbool.h>

#include <wdsbp.h>

#include "base/span.h"

enum { WDSBP_VALUE_MAX = 16 }; /* octets of the largest value that is no STR */

struct wdsbp_option {
	uint8_t type;   /* WDSBP_OPT_TYPE_* */
	uint8_t packet; /* WDSBP_PK_TYPE_*: WDSNBP, BCD or DHCPV6 */
	uint16_t id;
};

/**
 * Takes a constant apart. False for what no option can be: another kind of packet, a value type
 * that is unknown or WSTR, a WDSNBP number that ends a list (0, 255 and above), a BCD number that
 * is not 252.
 */
bool wdsbp_option_split(ULONG constant, struct wdsbp_option *out);

/** Whether a value of this type has `len` octets; a STR may have any number. */
bool wdsbp_value_fits(uint8_t type, size_t len);

/** Copies a value of a size that fits from the API to the wire, or back: integers change order. */
void wdsbp_value_swap(uint8_t type, struct span value, uint8_t *out);
