/* Anything at all as a RELAY-FORW, and as what a provider sends back through its relays: what is
 * taken apart and put together again is the same.
 *
 * Input: the length of the RELAY-FORW (two octets), the RELAY-FORW, the answer.
 */
#include "dhcp/dhcp6_relay.h"
#include "dhcp/dhcp6_reply.h"
#include "fuzz/holds.h"

static void check_level(struct span datagram, const struct dhcp6_relay *relay, unsigned i)
{
	const struct dhcp6_relay_level *level = &relay->level[i];
	struct dhcp6_relay_level again;

	HOLDS(lies_in(level->message, datagram));
	HOLDS(lies_in(level->relay_msg, level->message) && level->relay_msg.len > 0);
	HOLDS(lies_in(level->interface_id, level->message));
	HOLDS(lies_in(level->link_layer, level->message));
	HOLDS(lies_in(level->relay_port, level->message));
	HOLDS(!level->relay_port.at || level->relay_port.len == 2);
	HOLDS(dhcp6_relay_level_read(level->message, &again) == 0);
	HOLDS(memcmp(level, &again, sizeof(again)) == 0);
	HOLDS(level->relay_msg.at ==
	      (i + 1 < relay->n_levels ? level[1].message.at : relay->inner.at));
}

/* The RELAY-REPL, its types turned into RELAY-FORW again, says what the first one said. */
static void check_same(const struct dhcp6_relay *relay, uint8_t *built, size_t len,
		       struct span inner)
{
	uint8_t *message = built;
	struct dhcp6_relay again;
	size_t left = len;

	for (unsigned i = 0; i < relay->n_levels; i++) {
		struct span options, next;

		HOLDS(message[0] == DHCP6_RELAY_REPL);
		HOLDS(memcmp(message + 1, relay->level[i].message.at + 1,
			     DHCP6_RELAY_HEADER_LEN - 1) == 0);
		HOLDS(dhcp6_options_of(span_of(message, left), &options) == 0);
		HOLDS(dhcp6_option_find(options, DHCP6_OPT_RELAY_MSG, 1, &next) == 0);
		HOLDS(next.at + next.len == built + len); /* option 9 is last */
		message[0] = DHCP6_RELAY_FORW;
		message = built + (next.at - built);
		left = next.len;
	}
	HOLDS(span_equal(span_of(message, left), inner));
	if (inner.at[0] == DHCP6_RELAY_FORW)
		return;
	HOLDS(dhcp6_relay_parse(span_of(built, len), &again) == 0);
	HOLDS(again.n_levels == relay->n_levels && span_equal(again.inner, inner));
	for (unsigned i = 0; i < relay->n_levels; i++) {
		const struct dhcp6_relay_level *was = &relay->level[i], *is = &again.level[i];

		HOLDS(span_equal(was->interface_id, is->interface_id));
		HOLDS(!was->interface_id.at == !is->interface_id.at);
		HOLDS(span_equal(was->relay_port, is->relay_port));
		HOLDS(!is->link_layer.at);
	}
	HOLDS(dhcp6_relay_hops_ok(relay) == dhcp6_relay_hops_ok(&again));
}

static void check_build(struct span datagram, const struct dhcp6_relay *relay, struct span inner)
{
	static uint8_t room[0x20000];
	_cleanup_(freep) uint8_t *built = NULL, *in_place = NULL;
	size_t need = 0, len = 0;
	unsigned facts;

	if (dhcp6_relay_build(relay->level, relay->n_levels, inner, room, sizeof(room), &need) !=
	    0) {
		HOLDS(inner.len == 0 || inner.len > 0xffff - 38 * DHCP6_RELAY_LIMIT ||
		      datagram.len > 0xffff - 38 * DHCP6_RELAY_LIMIT - inner.len);
		return;
	}
	built = copy_of(SPAN_NONE, need);
	HOLDS(dhcp6_relay_build(relay->level, relay->n_levels, inner, built, need - 1, &len) ==
	      DHCP6_E_NO_ROOM);
	HOLDS(dhcp6_relay_build(relay->level, relay->n_levels, inner, built, need, &len) == 0);
	HOLDS(len == need);

	in_place = copy_of(inner, need);
	HOLDS(dhcp6_relay_build(relay->level, relay->n_levels, span_of(in_place, inner.len),
				in_place, need, &len) == 0);
	HOLDS(memcmp(in_place, built, need) == 0);

	facts = dhcp6_reply_check(datagram, span_of(built, need));
	HOLDS((facts & DHCP6_REPLY_MALFORMED) || inner.at[0] == DHCP6_RELAY_REPL ||
	      !(facts & DHCP6_REPLY_RELAY_CHAIN));
	check_same(relay, built, need, inner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	struct span datagram, answer;
	struct dhcp6_relay relay;

	if (size < 2)
		return 0;
	datagram = span_take(span_of(data + 2, size - 2), load_be16(data));
	answer = span_drop(span_of(data + 2, size - 2), datagram.len);
	octets = copy_of(datagram, datagram.len);
	datagram.at = octets;

	if (dhcp6_relay_parse(datagram, &relay) != 0)
		return 0;
	HOLDS(relay.n_levels >= 1 && relay.n_levels <= DHCP6_RELAY_LIMIT);
	HOLDS(lies_in(relay.inner, datagram) && relay.inner.len > 0);
	HOLDS(relay.inner.at[0] != DHCP6_RELAY_FORW);
	for (unsigned i = 0; i < relay.n_levels; i++)
		check_level(datagram, &relay, i);
	check_build(datagram, &relay, relay.inner);
	check_build(datagram, &relay, answer);
	return 0;
}
