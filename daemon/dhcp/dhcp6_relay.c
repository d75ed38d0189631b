/* no allocation · no lock · no log */
#include "dhcp/dhcp6_relay.h"

#include <errno.h>

enum { OPTION_HEADER_LEN = 4, VALUE_MAX = 0xffff };

static void keep_first(struct span *slot, struct span value)
{
	if (!slot->at)
		*slot = value;
}

/* Takes one option in; false for a second RELAY_MSG or a wrong length. */
static bool level_take(struct dhcp6_relay_level *level, const struct dhcp6_option *option)
{
	switch (option->code) {
	case DHCP6_OPT_RELAY_MSG:
		if (level->relay_msg.at || option->value.len == 0)
			return false;
		level->relay_msg = option->value;
		return true;
	case DHCP6_OPT_INTERFACE_ID:
		keep_first(&level->interface_id, option->value);
		return true;
	case DHCP6_OPT_CLIENT_LINKLAYER_ADDR:
		keep_first(&level->link_layer, option->value);
		return true;
	case DHCP6_OPT_RELAY_PORT:
		keep_first(&level->relay_port, option->value);
		return option->value.len == 2;
	default:
		return true;
	}
}

int dhcp6_relay_level_read(struct span message, struct dhcp6_relay_level *out)
{
	struct dhcp6_relay_level level = { .message = message };
	struct dhcp6_option option;
	struct span options;
	int r;

	if (dhcp6_type_of(message) != DHCP6_RELAY_FORW || dhcp6_options_of(message, &options))
		return DHCP6_E_MALFORMED;
	while (!(r = dhcp6_option_next(&options, &option)))
		if (!level_take(&level, &option))
			return DHCP6_E_MALFORMED;
	if (r != DHCP6_E_END || !level.relay_msg.at)
		return DHCP6_E_MALFORMED;
	*out = level;
	return 0;
}

int dhcp6_relay_parse(struct span message, struct dhcp6_relay *out)
{
	out->n_levels = 0;
	do {
		struct dhcp6_relay_level *level = &out->level[out->n_levels];

		if (out->n_levels == DHCP6_RELAY_LIMIT || dhcp6_relay_level_read(message, level))
			return DHCP6_E_MALFORMED;
		out->n_levels++;
		message = level->relay_msg;
	} while (dhcp6_type_of(message) == DHCP6_RELAY_FORW);
	out->inner = message;
	return 0;
}

bool dhcp6_relay_hops_ok(const struct dhcp6_relay *relay)
{
	for (unsigned i = 0; i < relay->n_levels; i++) {
		uint8_t hops = dhcp6_relay_hop_count(&relay->level[i]);

		if (hops > DHCP6_RELAY_LIMIT)
			return false;
		if (i > 0 && hops > dhcp6_relay_hop_count(&relay->level[i - 1]))
			return false;
	}
	return true;
}

struct ip dhcp6_relay_client_link(const struct dhcp6_relay *relay)
{
	for (unsigned i = relay->n_levels; i-- > 0;) {
		struct ip link = dhcp6_relay_link(&relay->level[i]);

		if (!ip_is_any(&link))
			return link;
	}
	return (struct ip){ .family = IP_NONE };
}

static size_t echo_len(struct span value)
{
	return value.at ? OPTION_HEADER_LEN + value.len : 0;
}

/* The length of each level's RELAY-REPL, from the innermost outwards. */
static int build_lengths(const struct dhcp6_relay_level *level, unsigned n_levels,
			 struct span inner, size_t lengths[static DHCP6_RELAY_LIMIT])
{
	size_t len = inner.len;

	if (n_levels == 0 || n_levels > DHCP6_RELAY_LIMIT || inner.len == 0)
		return -EINVAL;
	for (unsigned i = n_levels; i-- > 0;) {
		if (len > VALUE_MAX || level[i].interface_id.len > VALUE_MAX ||
		    level[i].relay_port.len > VALUE_MAX)
			return DHCP6_E_TOO_LONG;
		len += DHCP6_RELAY_HEADER_LEN + echo_len(level[i].interface_id) +
		       echo_len(level[i].relay_port) + OPTION_HEADER_LEN;
		lengths[i] = len;
	}
	return 0;
}

static uint8_t *put_header(uint8_t *at, uint16_t code, size_t len)
{
	store_be16(at, code);
	store_be16(at + 2, (uint16_t)len);
	return at + OPTION_HEADER_LEN;
}

static uint8_t *put_echo(uint8_t *at, uint16_t code, struct span value)
{
	if (!value.at)
		return at;
	at = put_header(at, code, value.len);
	memcpy(at, value.at, value.len);
	return at + value.len;
}

int dhcp6_relay_build(const struct dhcp6_relay_level *level, unsigned n_levels, struct span inner,
		      void *buffer, size_t size, size_t *out)
{
	size_t lengths[DHCP6_RELAY_LIMIT];
	uint8_t *at = buffer;
	int r = build_lengths(level, n_levels, inner, lengths);

	if (r)
		return r;
	if (lengths[0] > size)
		return DHCP6_E_NO_ROOM;

	/* First, for it may lie where the headers go. */
	memmove(at + lengths[0] - inner.len, inner.at, inner.len);
	for (unsigned i = 0; i < n_levels; i++) {
		memcpy(at, level[i].message.at, DHCP6_RELAY_HEADER_LEN);
		at[0] = DHCP6_RELAY_REPL;
		at += DHCP6_RELAY_HEADER_LEN;
		at = put_echo(at, DHCP6_OPT_INTERFACE_ID, level[i].interface_id);
		at = put_echo(at, DHCP6_OPT_RELAY_PORT, level[i].relay_port);
		at = put_header(at, DHCP6_OPT_RELAY_MSG,
				i + 1 < n_levels ? lengths[i + 1] : inner.len);
	}
	*out = lengths[0];
	return 0;
}
