/* The DHCPv6 option area: a cursor that reads it, look-ups over it, and a bounded writer.
 *
 * RFC 8415 §21.1 (16-bit code, 16-bit length, value), §21.15 and §21.16 (the length-prefixed items
 * of user and vendor class), §21.17 (vendor options). There is no padding and no end mark: the
 * area ends where the message ends, and an option that does not fit makes it malformed.
 * Nothing here allocates, logs or copies: every span points into the caller's packet.
 */
#pragma once

#include "dhcp/dhcp6.h"

struct dhcp6_option {
	uint16_t code;
	struct span value; /* borrowed from the packet; `at` is never NULL */
};

/**
 * Reads the option at the cursor and moves past it.
 *
 * Returns 0, DHCP6_E_END after the last octet, or DHCP6_E_MALFORMED when the option's header or
 * value runs past the area; in both the cursor and *out are as they were.
 */
int dhcp6_option_next(struct span *cursor, struct dhcp6_option *out);

/**
 * Finds the `instance`-th option (from 1) with that code, at the top level of the area only.
 *
 * Returns 0; DHCP6_E_ABSENT when there are fewer; DHCP6_E_MALFORMED when an option that does not
 * fit is met before it; -EINVAL for instance 0.
 */
int dhcp6_option_find(struct span area, uint16_t code, unsigned instance, struct span *out);

/**
 * Finds an option inside the VENDOR_OPTS (17) of that enterprise (host order). All such options
 * of the area are searched in order, with one instance count.
 *
 * Returns as dhcp6_option_find(). A VENDOR_OPTS under 4 octets, or one of that enterprise whose
 * inner options do not fit, is malformed when met before the match.
 */
int dhcp6_option_find_vendor(struct span area, uint32_t enterprise, uint16_t code,
			     unsigned instance, struct span *out);

/** True when options fill the area to its last octet. An empty area is well-formed. */
bool dhcp6_option_area_ok(struct span area);

/**
 * Reads the next length-prefixed item (16-bit length) of a USER_CLASS value, of a BOOTFILE_PARAM
 * value, or of a VENDOR_CLASS value after its enterprise number.
 *
 * Returns as dhcp6_option_next(). An item may be empty.
 */
int dhcp6_item_next(struct span *cursor, struct span *out);

/* A message under construction in the caller's buffer: `len` of `size` octets are written. */
struct dhcp6_writer {
	uint8_t *at;
	size_t len, size;
};

/**
 * Appends one option; a value of 0 octets is allowed, and it may lie in the buffer.
 * Returns 0, DHCP6_E_TOO_LONG or DHCP6_E_NO_ROOM; then the writer is as it was.
 */
int dhcp6_writer_put(struct dhcp6_writer *writer, uint16_t code, struct span value);

/** Appends octets that are encoded options already, unchecked. Returns 0 or DHCP6_E_NO_ROOM. */
int dhcp6_writer_put_raw(struct dhcp6_writer *writer, struct span octets);
