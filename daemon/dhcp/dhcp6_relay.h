/* Relay messages: a RELAY-FORW taken apart level by level, and the RELAY-REPL that answers it.
 *
 * RFC 8415 §9 (format), §19.1.2 and §19.3 (nesting, hop-count, what the answer copies), §21.18
 * (interface-id); RFC 6939 (client link-layer address); RFC 8357 (relay source port).
 * Every span points into the packet that was parsed; nothing is allocated.
 */
#pragma once

#include "base/ip.h"
#include "dhcp/dhcp6_option.h"

/* One relay's message. An option that is absent has a value whose `at` is NULL. */
struct dhcp6_relay_level {
	struct span message;      /* the relay message, from its type to its last option */
	struct span relay_msg;    /* option 9: the next level, or the client's message */
	struct span interface_id; /* option 18, opaque */
	struct span link_layer;   /* option 79: hardware type (2 octets), address */
	struct span relay_port;   /* option 135: 2 octets, opaque to a server */
};

struct dhcp6_relay {
	unsigned n_levels; /* 1 … DHCP6_RELAY_LIMIT; level 0 is the outermost */
	struct dhcp6_relay_level level[DHCP6_RELAY_LIMIT];
	struct span inner; /* what the innermost relay got: at least one octet, no RELAY-FORW */
};

/**
 * Reads one RELAY-FORW message, not what is nested in it. The first instance of options 18, 79
 * and 135 counts.
 *
 * Returns 0 or DHCP6_E_MALFORMED: another type, shorter than its header, options that do not
 * fill it exactly, no RELAY_MSG or more than one, a RELAY_MSG without an octet, or an option 135
 * that is not of 2 octets.
 */
int dhcp6_relay_level_read(struct span message, struct dhcp6_relay_level *out);

/**
 * Takes a RELAY-FORW apart down to the client's message.
 *
 * Returns 0 or DHCP6_E_MALFORMED when a level is, or when more than DHCP6_RELAY_LIMIT are
 * nested; *out is then undefined. Does not judge hop-counts: dhcp6_relay_hops_ok() does.
 */
int dhcp6_relay_parse(struct span message, struct dhcp6_relay *out);

/**
 * The hop-count rules (RFC 8415 §19.1.2): none is above DHCP6_RELAY_LIMIT, and none is lower than
 * the one nested in it. A chain that breaks them has gone in a circle, or is made up.
 */
bool dhcp6_relay_hops_ok(const struct dhcp6_relay *relay);

static inline uint8_t dhcp6_relay_hop_count(const struct dhcp6_relay_level *level)
{
	return level->message.at[1];
}

static inline struct ip dhcp6_relay_link(const struct dhcp6_relay_level *level)
{
	return ip_v6(level->message.at + 2);
}

static inline struct ip dhcp6_relay_peer(const struct dhcp6_relay_level *level)
{
	return ip_v6(level->message.at + 18);
}

/**
 * The client's link: the link-address of the relay nearest to the client that gives one
 * (RFC 8415 §13.1; a layer-2 relay gives none). IP_NONE when none does.
 */
struct ip dhcp6_relay_client_link(const struct dhcp6_relay *relay);

/**
 * Writes the RELAY-REPL that takes `inner` back along those levels, outermost first: each with
 * type 13, hop-count, link-address and peer-address as they came, options 18 and 135 where they
 * came, and option 9 last.
 *
 * `inner` may lie in the buffer; the spans of the levels must not. Returns 0 and the length in
 * *out; DHCP6_E_NO_ROOM or DHCP6_E_TOO_LONG with the buffer untouched; -EINVAL for no level, for
 * more than DHCP6_RELAY_LIMIT and for an empty `inner`.
 */
int dhcp6_relay_build(const struct dhcp6_relay_level *level, unsigned n_levels, struct span inner,
		      void *buffer, size_t size, size_t *out);
