/* no allocation · no lock · no log */
#include "dhcp/dhcp6_relay.h"
#include "dhcp/dhcp_fault.h"
#include "dhcp/duid.h"
#include "dhcp/pxe_client6.h"

/* Which level of a relay's message is wrong. NULL: none is; *message is what the innermost got. */
static const char *fault_of_relays(struct span packet, struct span *message,
				   char text[static DHCP_FAULT_MAX], size_t *at)
{
	unsigned n = 0, last = 0;

	while (dhcp6_type_of(*message) == DHCP6_RELAY_FORW) {
		struct dhcp6_relay_level level;
		size_t place = span_offset(packet, *message);
		unsigned hops;

		if (dhcp6_relay_level_read(*message, &level) != 0)
			return fault_say(
				text, at, place,
				"a relay's message without whole options, or not one message "
				"in it");
		hops = dhcp6_relay_hop_count(&level);
		if (n++ == DHCP6_RELAY_LIMIT || hops > DHCP6_RELAY_LIMIT)
			return fault_say(text, at, place + 1, "more than %d relays",
					 DHCP6_RELAY_LIMIT);
		if (n > 1 && hops > last)
			return fault_say(
				text, at, place + 1,
				"hop-count %u of a relay is higher than %u of the next one", hops,
				last);
		last = hops;
		*message = level.relay_msg;
	}
	return NULL;
}

static const char *fault_of_option(struct span packet, const struct dhcp6_option *option,
				   bool seen[static 2], char text[static DHCP_FAULT_MAX],
				   size_t *at)
{
	bool server = option->code == DHCP6_OPT_SERVERID;
	size_t place = span_offset(packet, option->value) - 4;

	if (option->code != DHCP6_OPT_CLIENTID && !server)
		return NULL;
	if (seen[server])
		return fault_say(text, at, place, "option %u is there twice", option->code);
	if (!duid_ok(option->value))
		return fault_say(text, at, place, "option %u of %zu bytes is no DUID", option->code,
				 option->value.len);
	seen[server] = true;
	return NULL;
}

static const char *fault_of_options(struct span packet, struct span options,
				    char text[static DHCP_FAULT_MAX], size_t *at)
{
	bool seen[2] = { false };
	struct dhcp6_option option;
	unsigned n = 0;

	while (dhcp6_option_next(&options, &option) == 0) {
		const char *said;

		if (n++ == PXE_CLIENT6_OPTIONS_MAX)
			return fault_say(text, at, span_offset(packet, option.value) - 4,
					 "it has more than %d options", PXE_CLIENT6_OPTIONS_MAX);
		said = fault_of_option(packet, &option, seen, text, at);
		if (said)
			return said;
	}
	if (options.len >= 4)
		return fault_say(text, at, span_offset(packet, options),
				 "option %u runs past the end of its message",
				 load_be16(options.at));
	return fault_say(text, at, span_offset(packet, options),
			 "%zu bytes behind the last option are none", options.len);
}

const char *dhcp6_fault(struct span packet, char text[static DHCP_FAULT_MAX], size_t *at)
{
	struct span message = packet, options;
	const char *said = fault_of_relays(packet, &message, text, at);

	if (said)
		return said;
	if (dhcp6_options_of(message, &options) != 0)
		return fault_say(text, at, span_offset(packet, message),
				 "a message of %zu bytes, less than its header", message.len);
	return fault_of_options(packet, options, text, at);
}
