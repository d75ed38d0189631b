/* dhcp/dhcp6_reply: reply types, and the facts about a reply. */
#include <check.h>

#include "dhcp/dhcp6_reply.h"
#include "dhcp/packet6.h"
#include "suite.h"

static const struct {
	uint8_t request, reply;
} types[] = {
	{ 0, 0 },
	{ DHCP6_SOLICIT, DHCP6_ADVERTISE },
	{ DHCP6_ADVERTISE, 0 },
	{ DHCP6_REQUEST, DHCP6_REPLY },
	{ DHCP6_CONFIRM, DHCP6_REPLY },
	{ DHCP6_RENEW, DHCP6_REPLY },
	{ DHCP6_REBIND, DHCP6_REPLY },
	{ DHCP6_REPLY, 0 },
	{ DHCP6_RELEASE, DHCP6_REPLY },
	{ DHCP6_DECLINE, DHCP6_REPLY },
	{ DHCP6_RECONFIGURE, 0 },
	{ DHCP6_INFORMATION_REQUEST, DHCP6_REPLY },
	{ DHCP6_RELAY_FORW, DHCP6_RELAY_REPL },
	{ DHCP6_RELAY_REPL, 0 },
	{ 14, 0 },
	{ 255, 0 },
};

START_TEST(each_type_has_its_reply)
{
	ck_assert_uint_eq(dhcp6_reply_type(types[_i].request), types[_i].reply);
}
END_TEST

#define URL O6(59, 8), 't', 'f', 't', 'p', ':', '/', '/', 'x'
static const struct {
	const char *name;
	uint8_t request, reply;
	struct span options;
	unsigned facts;
} rows[] = {
	{ "a proxy's ADVERTISE", DHCP6_SOLICIT, DHCP6_ADVERTISE,
	  OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6, URL), 0 },
	{ "a REPLY on 4011", DHCP6_REQUEST, DHCP6_REPLY,
	  OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6, URL), 0 },
	{ "REPLY to a SOLICIT", DHCP6_SOLICIT, DHCP6_REPLY, OCTETS6(CLIENT_ID, SERVER_OURS),
	  DHCP6_REPLY_WRONG_TYPE },
	{ "to what has no reply", 0, 0, OCTETS6(CLIENT_ID, SERVER_OURS), DHCP6_REPLY_WRONG_TYPE },
	{ "no server id", DHCP6_SOLICIT, DHCP6_ADVERTISE, OCTETS6(CLIENT_ID, URL),
	  DHCP6_REPLY_NO_SERVER_ID },
	{ "no client id", DHCP6_SOLICIT, DHCP6_ADVERTISE, OCTETS6(SERVER_OURS, URL),
	  DHCP6_REPLY_NO_CLIENT_ID },
	{ "another's client id", DHCP6_SOLICIT, DHCP6_ADVERTISE,
	  OCTETS6(CLIENT_ID_UUID, SERVER_OURS), DHCP6_REPLY_NO_CLIENT_ID },
	{ "an address", DHCP6_SOLICIT, DHCP6_ADVERTISE, OCTETS6(CLIENT_ID, SERVER_OURS, IA_NA),
	  DHCP6_REPLY_LEASES },
	{ "a preference", DHCP6_SOLICIT, DHCP6_ADVERTISE,
	  OCTETS6(CLIENT_ID, SERVER_OURS, O6(7, 1), 255), DHCP6_REPLY_LEASES },
	{ "nothing in it",
	  DHCP6_SOLICIT,
	  DHCP6_ADVERTISE,
	  { NULL, 0 },
	  DHCP6_REPLY_NO_SERVER_ID | DHCP6_REPLY_NO_CLIENT_ID },
	{ "broken", DHCP6_SOLICIT, DHCP6_ADVERTISE, OCTETS6(CLIENT_ID, SERVER_OURS, 0),
	  DHCP6_REPLY_MALFORMED },
};

static const uint8_t client_id[] = { CLIENT_ID };
static struct packet6 request, reply;

/* Through two relays and back; the answer's octets in *out. */
static void wrap_both(struct packet6 *out)
{
	struct dhcp6_relay relay;

	packet6_relay(&request, 0, 1, 1, SPAN_NONE);
	packet6_relay(&request, 1, 2, 2, SPAN_NONE);
	ck_assert_int_eq(dhcp6_relay_parse(packet6_span(&request), &relay), 0);
	ck_assert_int_eq(dhcp6_relay_build(relay.level, 2, packet6_span(&reply), out->at,
					   sizeof(out->at), &out->len),
			 0);
}

START_TEST(facts_are_found)
{
	static struct packet6 wrapped;
	struct span url;
	unsigned facts;

	packet6_make(&request, rows[_i].request, span_of(client_id, sizeof(client_id)));
	packet6_make(&reply, rows[_i].reply, rows[_i].options);
	facts = dhcp6_reply_check(packet6_span(&request), packet6_span(&reply));
	ck_assert_msg(facts == rows[_i].facts, "%s: %x", rows[_i].name, facts);
	ck_assert_msg((dhcp6_reply_fact_text(facts)[0] != '\0') == (facts != 0), "%s",
		      rows[_i].name);
	url = dhcp6_reply_url(packet6_span(&reply));

	wrap_both(&wrapped);
	facts = dhcp6_reply_check(packet6_span(&request), packet6_span(&wrapped));
	ck_assert_msg(facts == rows[_i].facts, "relayed: %s: %x", rows[_i].name, facts);
	ck_assert(span_equal(dhcp6_reply_url(packet6_span(&wrapped)), url));
}
END_TEST

START_TEST(relay_chain_must_be_the_same)
{
	static const uint8_t options[] = { CLIENT_ID, SERVER_OURS, URL };
	static struct packet6 wrapped;
	unsigned facts;

	packet6_make(&request, DHCP6_SOLICIT, span_of(client_id, sizeof(client_id)));
	packet6_make(&reply, DHCP6_ADVERTISE, span_of(options, sizeof(options)));
	wrap_both(&wrapped);
	facts = dhcp6_reply_check(packet6_span(&request), packet6_span(&reply));
	ck_assert_uint_eq(facts, DHCP6_REPLY_RELAY_CHAIN);
	wrapped.at[0] = DHCP6_RELAY_FORW;
	facts = dhcp6_reply_check(packet6_span(&request), packet6_span(&wrapped));
	ck_assert(facts & DHCP6_REPLY_WRONG_TYPE);
	wrapped.at[0] = DHCP6_RELAY_REPL;
	wrapped.len--;
	facts = dhcp6_reply_check(packet6_span(&request), packet6_span(&wrapped));
	ck_assert_uint_eq(facts, DHCP6_REPLY_MALFORMED);
	ck_assert_ptr_null(dhcp6_reply_url(packet6_span(&wrapped)).at);
}
END_TEST

START_TEST(xid_and_size)
{
	static const uint8_t options[] = { CLIENT_ID, SERVER_OURS };
	uint8_t *at;
	unsigned facts;

	packet6_make(&request, DHCP6_SOLICIT, span_of(client_id, sizeof(client_id)));
	packet6_make(&reply, DHCP6_ADVERTISE, span_of(options, sizeof(options)));
	reply.at[3] ^= 1;
	facts = dhcp6_reply_check(packet6_span(&request), packet6_span(&reply));
	ck_assert_uint_eq(facts, DHCP6_REPLY_WRONG_XID);
	reply.at[3] ^= 1;

	/* An option that fills the reply up to what every path carries, then one octet more. */
	for (size_t size = DHCP6_ROAD_MAX; size <= DHCP6_ROAD_MAX + 1; size++) {
		at = reply.at + 4 + sizeof(options);
		memset(at, 0, size - 4 - sizeof(options));
		store_be16(at, 60);
		store_be16(at + 2, (uint16_t)(size - 4 - sizeof(options) - 4));
		reply.len = size;
		facts = dhcp6_reply_check(packet6_span(&request), packet6_span(&reply));
		ck_assert_uint_eq(facts, size > DHCP6_ROAD_MAX ? DHCP6_REPLY_LARGE : 0);
	}
}
END_TEST

/* A12: a reply in the name of another server than the one that was asked, or without a class. */
START_TEST(request_says_who_is_asked)
{
	static const uint8_t asked[] = { CLIENT_ID, SERVER_OURS, PXE_CLASS6 };
	static const uint8_t ours[] = { CLIENT_ID, SERVER_OURS, PXE_CLASS6 };
	static const uint8_t other[] = { CLIENT_ID, SERVER_FOREIGN, PXE_CLASS6 };
	static const uint8_t plain[] = { CLIENT_ID, SERVER_OURS };

	packet6_make(&request, DHCP6_REQUEST, span_of(asked, sizeof(asked)));
	packet6_make(&reply, DHCP6_REPLY, span_of(ours, sizeof(ours)));
	ck_assert_uint_eq(dhcp6_reply_check(packet6_span(&request), packet6_span(&reply)), 0);
	packet6_make(&reply, DHCP6_REPLY, span_of(other, sizeof(other)));
	ck_assert_uint_eq(dhcp6_reply_check(packet6_span(&request), packet6_span(&reply)),
			  DHCP6_REPLY_WRONG_SERVER);
	packet6_make(&reply, DHCP6_REPLY, span_of(plain, sizeof(plain)));
	ck_assert_uint_eq(dhcp6_reply_check(packet6_span(&request), packet6_span(&reply)),
			  DHCP6_REPLY_NO_CLASS);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp6_reply");

	TEST_ROWS(tcase, each_type_has_its_reply, types);
	TEST_ROWS(tcase, facts_are_found, rows);
	tcase_add_test(tcase, relay_chain_must_be_the_same);
	tcase_add_test(tcase, xid_and_size);
	tcase_add_test(tcase, request_says_who_is_asked);
	return suite_run("dhcp6_reply", tcase);
}
