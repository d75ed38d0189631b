/* dhcp/dhcp6_relay: RFC 8415 §9 and §19, RFC 8357. */
#include <check.h>
#include <errno.h>

#include "dhcp/packet6.h"
#include "suite.h"

/* What stands before RELAY_MSG in a relay message of the tables. */
#define LEVEL_SPAN(name, ...)                                                                      \
	static const uint8_t name##_octets[] = { __VA_ARGS__ };                                    \
	static const struct span name = { name##_octets, sizeof(name##_octets) }

LEVEL_SPAN(interface_id, O6(18, 3), 'e', 't', 'h');
LEVEL_SPAN(relay_port, O6(135, 2), 0, 0);

static struct packet6 packet;

/* A RELAY-FORW header and those options, nothing added. */
static struct span relay_raw(uint8_t type, struct span options)
{
	memset(packet.at, 0, DHCP6_RELAY_HEADER_LEN);
	packet.at[0] = type;
	if (options.len > 0)
		memcpy(packet.at + DHCP6_RELAY_HEADER_LEN, options.at, options.len);
	packet.len = DHCP6_RELAY_HEADER_LEN + options.len;
	return packet6_span(&packet);
}

#define CLIENT_MESSAGE O6(9, 4), DHCP6_SOLICIT, 1, 2, 3
static const struct {
	const char *name;
	uint8_t type;
	struct span options;
	bool ok;
} levels[] = {
	{ "RELAY_MSG alone", DHCP6_RELAY_FORW, OCTETS6(CLIENT_MESSAGE), true },
	{ "with 18, 79, 135 and one unknown", DHCP6_RELAY_FORW,
	  OCTETS6(O6(18, 1), 'x', O6(79, 8), 0, 1, MAC_OCTETS, CLIENT_MESSAGE, O6(135, 2), 0, 0,
		  O6(37, 1), 1),
	  true },
	{ "interface-id of no octet", DHCP6_RELAY_FORW, OCTETS6(O6(18, 0), CLIENT_MESSAGE), true },
	{ "a RELAY-REPL", DHCP6_RELAY_REPL, OCTETS6(CLIENT_MESSAGE), false },
	{ "no RELAY_MSG", DHCP6_RELAY_FORW, OCTETS6(O6(18, 1), 'x'), false },
	{ "no option", DHCP6_RELAY_FORW, { NULL, 0 }, false },
	{ "two RELAY_MSG", DHCP6_RELAY_FORW, OCTETS6(CLIENT_MESSAGE, CLIENT_MESSAGE), false },
	{ "empty RELAY_MSG", DHCP6_RELAY_FORW, OCTETS6(O6(9, 0)), false },
	{ "RELAY_MSG overruns", DHCP6_RELAY_FORW, OCTETS6(O6(9, 5), 1, 1, 2, 3), false },
	{ "octets left over", DHCP6_RELAY_FORW, OCTETS6(CLIENT_MESSAGE, 0), false },
	{ "135 of one octet", DHCP6_RELAY_FORW, OCTETS6(O6(135, 1), 0, CLIENT_MESSAGE), false },
};

START_TEST(level_is_read_or_refused)
{
	struct span message = relay_raw(levels[_i].type, levels[_i].options);
	struct dhcp6_relay_level level;
	struct dhcp6_relay relay;

	ck_assert_msg((dhcp6_relay_level_read(message, &level) == 0) == levels[_i].ok, "%s",
		      levels[_i].name);
	ck_assert_msg((dhcp6_relay_parse(message, &relay) == 0) == levels[_i].ok, "%s",
		      levels[_i].name);
	for (size_t len = 0; len < DHCP6_RELAY_HEADER_LEN; len++)
		ck_assert_int_eq(dhcp6_relay_level_read(span_of(message.at, len), &level),
				 DHCP6_E_MALFORMED);
}
END_TEST

/* n levels around a SOLICIT; every second one with options 18 and 135; hop-counts as relays set
 * them. */
static struct span nest(unsigned n)
{
	packet6_make(&packet, DHCP6_SOLICIT, SPAN_NONE);
	for (unsigned i = 0; i < n; i++) {
		uint8_t options[sizeof(interface_id_octets) + sizeof(relay_port_octets)];

		memcpy(options, interface_id.at, interface_id.len);
		memcpy(options + interface_id.len, relay_port.at, relay_port.len);
		packet6_relay(&packet, (uint8_t)i, (uint8_t)(i + 1), (uint8_t)(i + 101),
			      i % 2 ? span_of(options, sizeof(options)) : SPAN_NONE);
	}
	return packet6_span(&packet);
}

START_TEST(relays_nest_to_32_levels) /* _i: levels */
{
	struct dhcp6_relay relay;
	struct span message = nest((unsigned)_i);

	if (_i > DHCP6_RELAY_LIMIT) {
		ck_assert_int_eq(dhcp6_relay_parse(message, &relay), DHCP6_E_MALFORMED);
		return;
	}
	ck_assert_int_eq(dhcp6_relay_parse(message, &relay), 0);
	ck_assert_uint_eq(relay.n_levels, _i);
	ck_assert_uint_eq(relay.inner.len, 4);
	ck_assert_uint_eq(dhcp6_type_of(relay.inner), DHCP6_SOLICIT);
	ck_assert(dhcp6_relay_hops_ok(&relay));
	for (unsigned i = 0; i < relay.n_levels; i++) {
		unsigned hops = (unsigned)_i - 1 - i; /* outermost first */
		struct ip link = dhcp6_relay_link(&relay.level[i]);
		struct ip peer = dhcp6_relay_peer(&relay.level[i]);

		ck_assert_uint_eq(dhcp6_relay_hop_count(&relay.level[i]), hops);
		ck_assert_uint_eq(link.octet[15], hops + 1);
		ck_assert_uint_eq(peer.octet[15], hops + 101);
		ck_assert_int_eq(relay.level[i].interface_id.at != NULL, hops % 2);
		ck_assert_int_eq(relay.level[i].relay_port.at != NULL, hops % 2);
	}
}
END_TEST

static const struct {
	const char *name;
	uint8_t outer, inner;
	bool ok;
} hops[] = {
	{ "one more at each relay", 1, 0, true },
	{ "same twice, as a layer-2 relay may leave it", 0, 0, true },
	{ "at the limit", 32, 31, true },
	{ "above the limit", 33, 0, false },
	{ "above the limit inside", 34, 33, false },
	{ "255", 255, 0, false },
	{ "falls on the way: a circle", 1, 2, false },
};

START_TEST(hop_counts_are_judged)
{
	struct dhcp6_relay relay;
	struct pxe_client6 client;
	struct span message;

	packet6_make(&packet, DHCP6_SOLICIT, SPAN_NONE);
	packet6_relay(&packet, hops[_i].inner, 1, 1, SPAN_NONE);
	message = packet6_relay(&packet, hops[_i].outer, 2, 2, SPAN_NONE);
	ck_assert_int_eq(dhcp6_relay_parse(message, &relay), 0);
	ck_assert_msg(dhcp6_relay_hops_ok(&relay) == hops[_i].ok, "%s", hops[_i].name);
	ck_assert_msg((pxe_client6_read(message, &self6, &client) == 0) == hops[_i].ok, "%s",
		      hops[_i].name);
}
END_TEST

static const struct {
	const char *name;
	uint8_t outer, inner, link; /* 0: none */
} links[] = {
	{ "nearest to the client", 2, 1, 1 },
	{ "a layer-2 relay gives none: the next one", 2, 0, 2 },
	{ "none at all", 0, 0, 0 },
};

START_TEST(client_link_is_the_nearest_relays)
{
	struct dhcp6_relay relay;
	struct ip link;

	packet6_make(&packet, DHCP6_SOLICIT, SPAN_NONE);
	packet6_relay(&packet, 0, links[_i].inner, 1, SPAN_NONE);
	packet6_relay(&packet, 1, links[_i].outer, 2, SPAN_NONE);
	ck_assert_int_eq(dhcp6_relay_parse(packet6_span(&packet), &relay), 0);
	link = dhcp6_relay_client_link(&relay);
	ck_assert_msg(link.octet[15] == links[_i].link, "%s", links[_i].name);
	ck_assert_msg((link.family == IP_NONE) == (links[_i].link == 0), "%s", links[_i].name);
}
END_TEST

START_TEST(answer_goes_back_the_way_it_came)
{
	static const uint8_t reply[] = { DHCP6_ADVERTISE, 1, 2, 3 };
	static const uint8_t expected[] = {
		/* the outer relay, which sent options 18 and 135 */
		DHCP6_RELAY_REPL, 1, 0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xfe,
		0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 102, O6(18, 3), 'e', 't', 'h',
		O6(135, 2), 0, 0, O6(9, 42),
		/* the inner relay */
		DHCP6_RELAY_REPL, 0, 0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xfe,
		0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 101, O6(9, 4), DHCP6_ADVERTISE, 1, 2, 3
	};
	uint8_t buffer[sizeof(expected) + 1];
	struct dhcp6_relay relay;
	struct span inner = span_of(reply, sizeof(reply));
	size_t len = 0;

	ck_assert_int_eq(dhcp6_relay_parse(nest(2), &relay), 0);
	ck_assert_int_eq(dhcp6_relay_build(relay.level, 2, inner, buffer, sizeof(buffer), &len), 0);
	ck_assert_uint_eq(len, sizeof(expected));
	ck_assert_mem_eq(buffer, expected, sizeof(expected));

	/* The answer may be written where the finished message shall be. */
	memcpy(buffer, reply, sizeof(reply));
	ck_assert_int_eq(dhcp6_relay_build(relay.level, 2, span_of(buffer, sizeof(reply)), buffer,
					   sizeof(expected), &len),
			 0);
	ck_assert_mem_eq(buffer, expected, sizeof(expected));
}
END_TEST

/* A RELAY-REPL differs from its RELAY-FORW in the types only, when its options stand in the order
 * that we write: so what is built can be read as a RELAY-FORW again. */
START_TEST(build_and_parse_agree) /* _i: levels */
{
	static uint8_t buffer[4096];
	struct dhcp6_relay relay, again;
	size_t len = 0, at = 0;

	ck_assert_int_eq(dhcp6_relay_parse(nest((unsigned)_i), &relay), 0);
	ck_assert_int_eq(dhcp6_relay_build(relay.level, relay.n_levels, relay.inner, buffer,
					   sizeof(buffer), &len),
			 0);
	ck_assert_uint_eq(len, packet.len);
	for (unsigned i = 0; i < relay.n_levels; i++) {
		at = (size_t)(relay.level[i].message.at - packet.at);
		ck_assert_uint_eq(buffer[at], DHCP6_RELAY_REPL);
		buffer[at] = DHCP6_RELAY_FORW;
	}
	ck_assert_mem_eq(buffer, packet.at, len);
	ck_assert_int_eq(dhcp6_relay_parse(span_of(buffer, len), &again), 0);
	ck_assert_uint_eq(again.n_levels, relay.n_levels);
}
END_TEST

START_TEST(build_refuses_what_does_not_fit)
{
	static const uint8_t big[0x10000] = { 1 };
	static uint8_t buffer[0x20000];
	struct dhcp6_relay relay;
	size_t len = 77, need;
	int r;

	ck_assert_int_eq(dhcp6_relay_parse(nest(2), &relay), 0);
	ck_assert_int_eq(
		dhcp6_relay_build(relay.level, 2, relay.inner, buffer, sizeof(buffer), &need), 0);
	buffer[0] = 0xa5;
	r = dhcp6_relay_build(relay.level, 2, relay.inner, buffer, need - 1, &len);
	ck_assert_int_eq(r, DHCP6_E_NO_ROOM);
	r = dhcp6_relay_build(relay.level, 2, span_of(big, 0x10000), buffer, sizeof(buffer), &len);
	ck_assert_int_eq(r, DHCP6_E_TOO_LONG);
	/* The innermost fits into its option, what goes around it does not. */
	r = dhcp6_relay_build(relay.level, 2, span_of(big, 0xffff), buffer, sizeof(buffer), &len);
	ck_assert_int_eq(r, DHCP6_E_TOO_LONG);
	r = dhcp6_relay_build(relay.level, 0, relay.inner, buffer, sizeof(buffer), &len);
	ck_assert_int_eq(r, -EINVAL);
	r = dhcp6_relay_build(relay.level, 33, relay.inner, buffer, sizeof(buffer), &len);
	ck_assert_int_eq(r, -EINVAL);
	r = dhcp6_relay_build(relay.level, 2, SPAN_NONE, buffer, sizeof(buffer), &len);
	ck_assert_int_eq(r, -EINVAL);
	ck_assert(len == 77 && buffer[0] == 0xa5);

	/* One level: 65535 octets inside are the most. */
	r = dhcp6_relay_build(&relay.level[1], 1, span_of(big, 0xffff), buffer, sizeof(buffer),
			      &len);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(len, 38 + 0xffff);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp6_relay");

	TEST_ROWS(tcase, level_is_read_or_refused, levels);
	tcase_add_loop_test(tcase, relays_nest_to_32_levels, 1, DHCP6_RELAY_LIMIT + 3);
	TEST_ROWS(tcase, hop_counts_are_judged, hops);
	TEST_ROWS(tcase, client_link_is_the_nearest_relays, links);
	tcase_add_test(tcase, answer_goes_back_the_way_it_came);
	tcase_add_loop_test(tcase, build_and_parse_agree, 1, DHCP6_RELAY_LIMIT + 1);
	tcase_add_test(tcase, build_refuses_what_does_not_fit);
	return suite_run("dhcp6_relay", tcase);
}
