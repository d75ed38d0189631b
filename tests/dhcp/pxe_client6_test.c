/* dhcp/pxe_client6: what a packet says about its client. */
#include <check.h>

#include "dhcp/packet6.h"
#include "suite.h"

static struct packet6 packet;
static struct pxe_client6 client;

static int read_solicit(struct span options)
{
	return pxe_client6_read(packet6_make(&packet, DHCP6_SOLICIT, options), &self6, &client);
}

static const struct {
	const char *name;
	struct span options;
	enum pxe6_class class;
	uint32_t enterprise;
	bool has_class; /* some item was found */
} classes[] = {
	{ "PXEClient", OCTETS6(PXE_CLASS6), PXE6_CLASS_PXE, 343, true },
	{ "HTTPClient", OCTETS6(HTTP_CLASS6), PXE6_CLASS_HTTP, 343, true },
	{ "text behind it", OCTETS6(O6(16, 16), INTEL, 0, 10, PXE_TEXT, ':'), PXE6_CLASS_PXE, 343,
	  true },
	{ "another enterprise", OCTETS6(O6(16, 15), 0, 0, 1, 55, 0, 9, PXE_TEXT), PXE6_CLASS_NONE,
	  311, true },
	{ "configured alias, any enterprise",
	  OCTETS6(O6(16, 16), 0, 0, 1, 55, 0, 10, 'H', 'W', '-', 'C', 'l', 'i', 'e', 'n', 't', '7'),
	  PXE6_CLASS_PXE, 311, true },
	{ "second item", OCTETS6(O6(16, 18), INTEL, 0, 1, 'x', 0, 9, PXE_TEXT), PXE6_CLASS_PXE, 343,
	  true },
	{ "second option 16", OCTETS6(O6(16, 7), 0, 0, 1, 55, 0, 1, 'x', HTTP_CLASS6),
	  PXE6_CLASS_HTTP, 343, true },
	{ "the first that means something stays", OCTETS6(PXE_CLASS6, HTTP_CLASS6), PXE6_CLASS_PXE,
	  343, true },
	{ "too short a name", OCTETS6(O6(16, 9), INTEL, 0, 3, 'P', 'X', 'E'), PXE6_CLASS_NONE, 343,
	  true },
	{ "no item", OCTETS6(O6(16, 4), INTEL), PXE6_CLASS_NONE, 0, false },
	{ "under 4 octets", OCTETS6(O6(16, 3), 0, 0, 1), PXE6_CLASS_NONE, 0, false },
	{ "item does not fit", OCTETS6(O6(16, 15), INTEL, 0, 10, PXE_TEXT), PXE6_CLASS_NONE, 0,
	  false },
	{ "absent", OCTETS6(CLIENT_ID), PXE6_CLASS_NONE, 0, false },
};

START_TEST(class_comes_from_option_16)
{
	ck_assert_int_eq(read_solicit(classes[_i].options), 0);
	ck_assert_msg(client.class == classes[_i].class, "%s", classes[_i].name);
	ck_assert_msg(client.enterprise == classes[_i].enterprise, "%s", classes[_i].name);
	ck_assert_msg((client.vendor_class.at != NULL) == classes[_i].has_class, "%s",
		      classes[_i].name);
	ck_assert(pxe_client6_boots(&client) == (classes[_i].class != PXE6_CLASS_NONE));
}
END_TEST

#define ARCH_CLASS(a, b, c, d, e)                                                                  \
	O6(16, 26), INTEL, 0, 20, PXE_TEXT, ':', 'A', 'r', 'c', 'h', ':', a, b, c, d, e
static const struct {
	const char *name;
	struct span options;
	bool has, from_class;
	uint16_t arch;
} archs[] = {
	{ "one code", OCTETS6(O6(61, 2), 0, 7), true, false, 7 },
	{ "several: the first", OCTETS6(O6(61, 4), 0, 16, 0, 7), true, false, 16 },
	{ "several: the first that is known", OCTETS6(O6(61, 4), 0, 99, 0, 7), true, false, 7 },
	{ "unknown", OCTETS6(O6(61, 2), 0, 99), true, false, 99 },
	{ "16 bits", OCTETS6(O6(61, 2), 1, 7), true, false, 263 },
	{ "the option wins over the class",
	  OCTETS6(O6(61, 2), 0, 7, ARCH_CLASS('0', '0', '0', '1', '1')), true, false, 7 },
	{ "no option: digits of the class (ironic-image issue 916)",
	  OCTETS6(ARCH_CLASS('0', '0', '0', '1', '1')), true, true, 11 },
	{ "odd length: digits of the class",
	  OCTETS6(O6(61, 3), 0, 7, 0, ARCH_CLASS('0', '0', '0', '1', '1')), true, true, 11 },
	{ "digits above 16 bits", OCTETS6(ARCH_CLASS('6', '5', '5', '3', '6')), false, false, 0 },
	{ "no digits", OCTETS6(ARCH_CLASS('0', '0', '0', 'x', '1')), false, false, 0 },
	{ "empty option, no class", OCTETS6(O6(61, 0)), false, false, 0 },
	{ "neither: unknown, not BIOS", OCTETS6(PXE_CLASS6), false, false, 0 },
};

START_TEST(architecture_comes_from_61_or_the_class)
{
	ck_assert_int_eq(read_solicit(archs[_i].options), 0);
	ck_assert_msg(client.has_arch == archs[_i].has && client.arch == archs[_i].arch &&
			      client.arch_from_class == archs[_i].from_class,
		      "%s", archs[_i].name);
}
END_TEST

static const struct {
	const char *name;
	struct span options;
	bool is_ipxe;
} users[] = {
	{ "iPXE as it frames it", OCTETS6(O6(15, 6), 0, 4, 'i', 'P', 'X', 'E'), true },
	{ "bare text", OCTETS6(O6(15, 4), 'i', 'P', 'X', 'E'), true },
	{ "other letters", OCTETS6(O6(15, 6), 0, 4, 'i', 'p', 'x', 'e'), true },
	{ "second item", OCTETS6(O6(15, 11), 0, 3, 'l', 'a', 'b', 0, 4, 'i', 'P', 'X', 'E'), true },
	{ "longer", OCTETS6(O6(15, 7), 0, 5, 'i', 'P', 'X', 'E', '2'), false },
	{ "bare other text", OCTETS6(O6(15, 3), 'l', 'a', 'b'), false },
	{ "empty", OCTETS6(O6(15, 0)), false },
	{ "absent", OCTETS6(CLIENT_ID), false },
};

START_TEST(user_class_comes_from_option_15)
{
	ck_assert_int_eq(read_solicit(users[_i].options), 0);
	ck_assert_msg(client.is_ipxe == users[_i].is_ipxe, "%s", users[_i].name);
}
END_TEST

#define LINK_LAYER O6(79, 8), 0, 1, 0x02, 0xaa, 0, 0, 0, 0xbb
static const struct {
	const char *name;
	struct span client_id, relay;
	uint8_t mac_end; /* last octet of the MAC; 0: none */
	bool uuid;
} ids[] = {
	{ "DUID-LLT", OCTETS6(CLIENT_ID), { NULL, 0 }, 1, false },
	{ "DUID-LL", OCTETS6(O6(1, 10), 0, 3, 0, 1, MAC_OCTETS), { NULL, 0 }, 1, false },
	{ "DUID-UUID", OCTETS6(CLIENT_ID_UUID), { NULL, 0 }, 0, true },
	{ "DUID-UUID and option 79", OCTETS6(CLIENT_ID_UUID), OCTETS6(LINK_LAYER), 0xbb, true },
	{ "the DUID's wins over 79", OCTETS6(CLIENT_ID), OCTETS6(LINK_LAYER), 1, false },
	{ "option 79 of another hardware", OCTETS6(CLIENT_ID_UUID),
	  OCTETS6(O6(79, 8), 0, 32, 2, 0, 0, 0, 0, 9), 0, true },
	{ "option 79 cut", OCTETS6(CLIENT_ID_UUID), OCTETS6(O6(79, 1), 0), 0, true },
	{ "blank UUID",
	  OCTETS6(O6(1, 18), 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
	  { NULL, 0 },
	  0,
	  false },
	{ "another DUID", OCTETS6(O6(1, 3), 0, 9, 1), { NULL, 0 }, 0, false },
};

START_TEST(identity_comes_from_the_duid_or_the_relay)
{
	struct span message = packet6_make(&packet, DHCP6_SOLICIT, ids[_i].client_id);

	if (ids[_i].relay.at)
		message = packet6_relay(&packet, 0, 5, 6, ids[_i].relay);
	ck_assert_int_eq(pxe_client6_read(message, &self6, &client), 0);
	ck_assert_msg(client.has_mac == (ids[_i].mac_end != 0), "%s", ids[_i].name);
	if (client.has_mac)
		ck_assert_msg(client.mac[5] == ids[_i].mac_end, "%s", ids[_i].name);
	ck_assert_msg(client.has_uuid == ids[_i].uuid, "%s", ids[_i].name);
	if (client.has_uuid)
		ck_assert(client.uuid[0] == 0xd0 && client.uuid[15] == 15);
}
END_TEST

START_TEST(option_79_counts_from_the_innermost_relay_only)
{
	static const uint8_t id[] = { CLIENT_ID_UUID }, link_layer[] = { LINK_LAYER };
	static const uint8_t port[] = { O6(135, 2), 0x12, 0x34 };

	packet6_make(&packet, DHCP6_SOLICIT, span_of(id, sizeof(id)));
	packet6_relay(&packet, 0, 7, 1, SPAN_NONE);
	packet6_relay(&packet, 1, 8, 2, span_of(link_layer, sizeof(link_layer)));
	ck_assert_int_eq(pxe_client6_read(packet6_span(&packet), &self6, &client), 0);
	ck_assert(!client.has_mac && !client.relay_port);
	ck_assert_uint_eq(client.n_relays, 2);
	ck_assert_uint_eq(client.link.octet[15], 7);
	ck_assert(client.type == DHCP6_SOLICIT && client.xid == 0x010203);

	/* Of option 135 the outermost relay's counts: it is the one that we answer. */
	packet6_relay(&packet, 2, 9, 3, span_of(port, sizeof(port)));
	ck_assert_int_eq(pxe_client6_read(packet6_span(&packet), &self6, &client), 0);
	ck_assert(client.relay_port);
	packet6_relay(&packet, 3, 9, 4, SPAN_NONE);
	ck_assert_int_eq(pxe_client6_read(packet6_span(&packet), &self6, &client), 0);
	ck_assert(!client.relay_port);
}
END_TEST

static const struct {
	const char *name;
	struct span options;
	enum pxe6_server_id id;
} servers[] = {
	{ "absent", OCTETS6(CLIENT_ID), PXE6_SERVER_ID_ABSENT },
	{ "ours", OCTETS6(SERVER_OURS), PXE6_SERVER_ID_OURS },
	{ "foreign", OCTETS6(SERVER_FOREIGN), PXE6_SERVER_ID_FOREIGN },
	{ "ours cut short is foreign",
	  OCTETS6(O6(2, 17), 0, 4, 1, 1, 2, 3, 4, 5, 0x46, 7, 0x88, 9, 10, 11, 12, 13, 14),
	  PXE6_SERVER_ID_FOREIGN },
};

START_TEST(server_id_is_compared_with_ours)
{
	static const struct pxe_client6_self nobody = { .n_aliases = 0 };

	ck_assert_int_eq(read_solicit(servers[_i].options), 0);
	ck_assert_msg(client.server_id == servers[_i].id, "%s", servers[_i].name);
	ck_assert_int_eq(pxe_client6_read(packet6_span(&packet), &nobody, &client), 0);
	ck_assert(client.server_id == (servers[_i].id == PXE6_SERVER_ID_ABSENT
					       ? PXE6_SERVER_ID_ABSENT
					       : PXE6_SERVER_ID_FOREIGN));
}
END_TEST

START_TEST(wishes_and_time)
{
	static const uint8_t all[] = { ASKS_URL, IA_NA, ELAPSED };
	static const uint8_t odd[] = { O6(6, 5), 0, 23, 0, 60, 0, O6(8, 1), 1 };
	static const uint8_t prefix[] = {
		ASKS_DNS, O6(25, 12), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	};

	ck_assert_int_eq(read_solicit(span_of(all, sizeof(all))), 0);
	ck_assert(client.wants_url && client.wants_param && client.has_ia && client.has_elapsed);
	ck_assert_uint_eq(client.elapsed_ms, 1500);
	ck_assert(pxe_client6_boots(&client));
	ck_assert_int_eq(read_solicit(span_of(odd, sizeof(odd))), 0);
	ck_assert(!client.wants_url && client.wants_param && !client.has_ia && !client.has_elapsed);
	ck_assert_int_eq(read_solicit(span_of(prefix, sizeof(prefix))), 0);
	ck_assert(!client.wants_url && !client.wants_param && client.has_ia);
	ck_assert(!pxe_client6_boots(&client));
}
END_TEST

#define TEN_OCTETS 1, 2, 3, 4, 5, 6, 7, 8, 9, 0
#define DUID_130                                                                                   \
	TEN_OCTETS, TEN_OCTETS, TEN_OCTETS, TEN_OCTETS, TEN_OCTETS, TEN_OCTETS, TEN_OCTETS,        \
		TEN_OCTETS, TEN_OCTETS, TEN_OCTETS, TEN_OCTETS, TEN_OCTETS, TEN_OCTETS
static const struct {
	const char *name;
	struct span options;
	bool ok;
} broken[] = {
	{ "no option", { NULL, 0 }, true },
	{ "option overruns", OCTETS6(CLIENT_ID, 0, 8, 0, 3, 1), false },
	{ "octet left over", OCTETS6(CLIENT_ID, 0), false },
	{ "two client ids", OCTETS6(CLIENT_ID, CLIENT_ID_UUID), false },
	{ "two server ids", OCTETS6(SERVER_OURS, SERVER_FOREIGN), false },
	{ "empty client id", OCTETS6(O6(1, 0)), false },
	{ "client id of 2 octets", OCTETS6(O6(1, 2), 0, 9), false },
	{ "client id of 130 octets", OCTETS6(O6(1, 130), DUID_130), true },
	{ "client id of 131 octets", OCTETS6(O6(1, 131), DUID_130, 1), false },
	{ "server id of 2 octets", OCTETS6(O6(2, 2), 0, 9), false },
};

START_TEST(malformed_is_found_out)
{
	ck_assert_msg((read_solicit(broken[_i].options) == 0) == broken[_i].ok, "%s",
		      broken[_i].name);
	packet6_relay(&packet, 0, 1, 1, SPAN_NONE);
	ck_assert_msg((pxe_client6_read(packet6_span(&packet), &self6, &client) == 0) ==
			      broken[_i].ok,
		      "relayed: %s", broken[_i].name);
}
END_TEST

START_TEST(header_is_needed)
{
	static const uint8_t solicit[] = { DHCP6_SOLICIT, 1, 2, 3 };

	for (size_t len = 0; len < 4; len++)
		ck_assert_int_eq(pxe_client6_read(span_of(solicit, len), &self6, &client),
				 DHCP6_E_MALFORMED);
	ck_assert_int_eq(pxe_client6_read(span_of(solicit, 4), &self6, &client), 0);
	for (size_t len = 1; len < 4; len++) {
		memcpy(packet.at, solicit, len);
		packet.len = len;
		packet6_relay(&packet, 0, 1, 1, SPAN_NONE);
		ck_assert_int_eq(pxe_client6_read(packet6_span(&packet), &self6, &client),
				 DHCP6_E_MALFORMED);
	}
}
END_TEST

/* W17: how many options are looked at is not the sender's choice. */
START_TEST(more_options_than_anybody_sends_are_malformed)
{
	uint8_t octets[4 * (PXE_CLIENT6_OPTIONS_MAX + 1)] = { 0 };

	for (size_t i = 1; i < sizeof(octets); i += 4)
		octets[i] = 99; /* unknown, and empty */
	ck_assert_int_eq(read_solicit(span_of(octets, sizeof(octets) - 4)), 0);
	ck_assert_int_eq(read_solicit(span_of(octets, sizeof(octets))), DHCP6_E_MALFORMED);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pxe_client6");

	TEST_ROWS(tcase, class_comes_from_option_16, classes);
	TEST_ROWS(tcase, architecture_comes_from_61_or_the_class, archs);
	TEST_ROWS(tcase, user_class_comes_from_option_15, users);
	TEST_ROWS(tcase, identity_comes_from_the_duid_or_the_relay, ids);
	tcase_add_test(tcase, option_79_counts_from_the_innermost_relay_only);
	TEST_ROWS(tcase, server_id_is_compared_with_ours, servers);
	tcase_add_test(tcase, wishes_and_time);
	TEST_ROWS(tcase, malformed_is_found_out, broken);
	tcase_add_test(tcase, header_is_needed);
	tcase_add_test(tcase, more_options_than_anybody_sends_are_malformed);
	return suite_run("pxe_client6", tcase);
}
