/* dhcp/dhcp4_reply.h: sizes, and what a reply still gets on its way out. */
#include <check.h>

#include "dhcp/dhcp4_reply.h"
#include "dhcp/dhcp4_valid.h"
#include "dhcp/finish.h"
#include "dhcp/packet4.h"
#include "suite.h"

static const struct {
	uint16_t max_size;
	size_t max;
} sizes[] = {
	{ 0, 548 },     { 1, 548 },     { 575, 548 },   { 576, 548 },   { 577, 549 },
	{ 1260, 1232 }, { 1472, 1444 }, { 1500, 1472 }, { 1501, 1472 }, { 65535, 1472 },
};

START_TEST(size_follows_option_57)
{
	ck_assert_uint_eq(dhcp4_reply_max(sizes[_i].max_size), sizes[_i].max);
}
END_TEST

/* Where the reply goes, as dhcp4_route_of() tells it. */
enum { TO_68, TO_RELAY, TO_5001, FROM_4011 };

static struct dhcp4_route route_to(int where)
{
	struct dhcp4_route route = {
		.rule = 3, .count = 1, .to = { { .port = 68 } }, .from = { .port = 67 }
	};

	if (where == TO_RELAY)
		route = (struct dhcp4_route){ .rule = 1,
					      .count = 1,
					      .to_relay = true,
					      .to = { { .port = 67 } },
					      .from = { .port = 67 } };
	if (where == TO_5001)
		route.to[0].port = 5001;
	if (where == FROM_4011)
		route.from.port = 4011;
	return route;
}

static const struct {
	const char *name;
	int where;
	uint8_t yiaddr;            /* last octet; 0: none */
	struct span request;       /* options */
	struct span before, after; /* the reply's options */
	bool broadcast;
	bool untouched; /* not valid: as it was, not padded either */
} rows[] = {
	{ "padded", TO_68, 0, OCTETS(53, 1, 1), OCTETS(53, 1, 2, 255), OCTETS(53, 1, 2, 255), true,
	  false },
	{ "R1: BROADCAST too", TO_RELAY, 0, OCTETS(53, 1, 1), OCTETS(53, 1, 2, 255),
	  OCTETS(53, 1, 2, 255), true, false },
	{ "another port than 68: not", TO_5001, 0, OCTETS(53, 1, 8), OCTETS(53, 1, 5, 255),
	  OCTETS(53, 1, 5, 255), false, false },
	{ "yiaddr given: not", TO_68, 5, OCTETS(53, 1, 1), OCTETS(53, 1, 2, 255),
	  OCTETS(53, 1, 2, 255), false, false },
	{ "received on 4011: not", FROM_4011, 0, OCTETS(53, 1, 3), OCTETS(53, 1, 5, 255),
	  OCTETS(53, 1, 5, 255), false, false },
	{ "82 goes last", TO_RELAY, 0, OCTETS(53, 1, 1, 82, 3, 1, 1, 'p', PXE_CLASS, 255),
	  OCTETS(53, 1, 2, PXE_CLASS, 255), OCTETS(53, 1, 2, PXE_CLASS, 82, 3, 1, 1, 'p', 255),
	  true, false },
	{ "82 on 4011", FROM_4011, 0, OCTETS(53, 1, 3, 82, 2, 9, 0), OCTETS(53, 1, 5, 255),
	  OCTETS(53, 1, 5, 82, 2, 9, 0, 255), false, false },
	{ "82 in parts: each as it came", TO_RELAY, 0,
	  OCTETS(82, 1, 1, 53, 1, 1, 82, 2, 1, 'p', 82, 0), OCTETS(53, 1, 2, 255),
	  OCTETS(53, 1, 2, 82, 1, 1, 82, 2, 1, 'p', 82, 0, 255), true, false },
	{ "82 there already", TO_RELAY, 0, OCTETS(53, 1, 1, 82, 3, 1, 1, 'p'),
	  OCTETS(82, 2, 9, 0, 53, 1, 2, 255), OCTETS(82, 2, 9, 0, 53, 1, 2, 255), true, false },
	{ "82 takes the place of fill", TO_RELAY, 0, OCTETS(53, 1, 1, 82, 2, 9, 0),
	  OCTETS(53, 1, 2, 255, 255, 255, 0), OCTETS(53, 1, 2, 82, 2, 9, 0, 255), true, false },
	{ "fill behind 82 becomes 0", TO_RELAY, 0, OCTETS(53, 1, 1, 82, 0),
	  OCTETS(53, 1, 2, 255, 255, 255, 255, 255, 255), OCTETS(53, 1, 2, 82, 0, 255), true,
	  false },
	{ "fill stays without 82", TO_68, 0, OCTETS(53, 1, 1), OCTETS(53, 1, 2, 255, 255),
	  OCTETS(53, 1, 2, 255, 255), true, false },
	{ "no END: left alone", TO_RELAY, 0, OCTETS(53, 1, 1, 82, 2, 9, 0), OCTETS(53, 1, 2),
	  OCTETS(53, 1, 2), false, true },
	{ "no 53: left alone", TO_RELAY, 0, OCTETS(53, 1, 1, 82, 2, 9, 0), OCTETS(60, 1, 'x', 255),
	  OCTETS(60, 1, 'x', 255), false, true },
	{ "overrun: left alone", TO_68, 0, OCTETS(53, 1, 1), OCTETS(53, 1, 2, 60, 9, 255),
	  OCTETS(53, 1, 2, 60, 9, 255), false, true },
	{ "an option behind END: left alone", TO_68, 0, OCTETS(53, 1, 1), OCTETS(53, 1, 2, 255, 60),
	  OCTETS(53, 1, 2, 255, 60), false, true },
};

START_TEST(reply_is_finished_by_each_row)
{
	struct dhcp4_route route = route_to(rows[_i].where);
	struct packet4 request, reply, expected;
	struct dhcp4_index index;
	size_t len = 0;

	packet4_make(&request, DHCP4_BOOTREQUEST, rows[_i].request);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&request), &index), 0);
	packet4_make(&reply, DHCP4_BOOTREPLY, rows[_i].before);
	packet4_make(&expected, DHCP4_BOOTREPLY, rows[_i].after);
	reply.at[DHCP4_YIADDR + 3] = expected.at[DHCP4_YIADDR + 3] = rows[_i].yiaddr;
	if (rows[_i].broadcast)
		store_be16(expected.at + DHCP4_FLAGS, DHCP4_FLAG_BROADCAST);
	if (!rows[_i].untouched)
		expected.len = DHCP4_REPLY_MIN;

	memset(reply.at + reply.len, 0xee, sizeof(reply.at) - reply.len); /* padding is written */
	memset(expected.at + expected.len, 0xee, sizeof(expected.at) - expected.len);
	ck_assert_int_eq(reply_finish(packet4_span(&request), &index, &route, reply.at, reply.len,
				      sizeof(reply.at), &len),
			 0);
	ck_assert_msg(len == expected.len && memcmp(reply.at, expected.at, sizeof(reply.at)) == 0,
		      "%s", rows[_i].name);
}
END_TEST

START_TEST(op_1_is_no_reply)
{
	struct span options = OCTETS(53, 1, 2, 255);
	struct dhcp4_route route = route_to(TO_68);
	struct packet4 request, reply;
	struct dhcp4_index index;
	size_t len = 0;

	packet4_make(&request, DHCP4_BOOTREQUEST, options);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&request), &index), 0);
	reply = request;
	ck_assert_int_eq(reply_finish(packet4_span(&request), &index, &route, reply.at, reply.len,
				      sizeof(reply.at), &len),
			 0);
	ck_assert(len == request.len && memcmp(&reply, &request, sizeof(reply)) == 0);
}
END_TEST

START_TEST(long_replies_are_not_padded_and_keep_the_other_flags)
{
	uint8_t options[200] = { 53, 1, 2, 43, 194 };
	struct dhcp4_route route = route_to(TO_68);
	struct packet4 request, reply;
	struct dhcp4_index index;
	size_t len = 0;

	packet4_make(&request, DHCP4_BOOTREQUEST, span_of(options, 3));
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&request), &index), 0);
	options[199] = 255;
	packet4_make(&reply, DHCP4_BOOTREPLY, span_of(options, sizeof(options)));
	store_be16(reply.at + DHCP4_FLAGS, 0x1234);
	ck_assert_int_eq(reply_finish(packet4_span(&request), &index, &route, reply.at, reply.len,
				      reply.len, &len),
			 0);
	ck_assert_uint_eq(len, 440);
	ck_assert_uint_eq(load_be16(reply.at + DHCP4_FLAGS), 0x9234);
}
END_TEST

/* A reply of `len` octets whose END is its last one, to a request with an 82 of 12 octets. */
static int finish_sized(size_t len, size_t cap, size_t *out_len)
{
	struct span relay = OCTETS(53, 1, 1, 82, 10, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8);
	struct dhcp4_route route = route_to(TO_RELAY);
	struct packet4 request, reply, before;
	struct dhcp4_index index;
	uint8_t options[1600] = { 53, 1, 2 };
	int r;

	packet4_make(&request, DHCP4_BOOTREQUEST, relay);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&request), &index), 0);
	options[len - DHCP4_HEADER - 1] = 255;
	packet4_make(&reply, DHCP4_BOOTREPLY, span_of(options, len - DHCP4_HEADER));
	before = reply;
	r = reply_finish(packet4_span(&request), &index, &route, reply.at, len, cap, out_len);
	if (r == 0)
		ck_assert(dhcp4_is_valid(span_of(reply.at, *out_len), DHCP4_BOOTREPLY, NULL));
	else
		ck_assert(memcmp(&reply, &before, sizeof(reply)) == 0);
	return r;
}

START_TEST(what_does_not_fit_is_told_and_left)
{
	size_t len = 7;

	ck_assert_int_eq(finish_sized(250, 299, &len), DHCP4_E_TOO_BIG);   /* no room to pad */
	ck_assert_int_eq(finish_sized(400, 411, &len), DHCP4_E_TOO_BIG);   /* no room for 82 */
	ck_assert_int_eq(finish_sized(1461, 2048, &len), DHCP4_E_TOO_BIG); /* above one frame */
	ck_assert_uint_eq(len, 7);
	ck_assert_int_eq(finish_sized(400, 412, &len), 0);
	ck_assert_uint_eq(len, 412);
	ck_assert_int_eq(finish_sized(1460, 2048, &len), 0);
	ck_assert_uint_eq(len, 1472);
	ck_assert_int_eq(finish_sized(400, 2048, &len), 0);
	ck_assert_uint_eq(len, 412);
	ck_assert_int_eq(finish_sized(250, 300, &len), 0);
	ck_assert_uint_eq(len, 300);
}
END_TEST

START_TEST(option_82_goes_into_fill_that_is_there)
{
	struct span options = OCTETS(53, 1, 1, 82, 2, 9, 0), answer = OCTETS(53, 1, 2, 255);
	struct dhcp4_route route = route_to(TO_RELAY);
	struct packet4 request, reply;
	struct dhcp4_index index;

	packet4_make(&request, DHCP4_BOOTREQUEST, options);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&request), &index), 0);
	packet4_make(&reply, DHCP4_BOOTREPLY, answer);
	reply.len = 400; /* zeros behind END */
	ck_assert_int_eq(reply_finish(packet4_span(&request), &index, &route, reply.at, reply.len,
				      sizeof(reply.at), &reply.len),
			 0);
	ck_assert_uint_eq(reply.len, 400);
	ck_assert(memcmp(reply.at + DHCP4_HEADER + 3, "\x52\x02\x09\x00\xff", 5) == 0);
}
END_TEST

START_TEST(finishing_twice_changes_nothing)
{
	struct span options = OCTETS(53, 1, 1, 82, 2, 9, 0),
		    answer = OCTETS(53, 1, 2, PXE_CLASS, 255);
	struct dhcp4_route route = route_to(TO_RELAY);
	struct packet4 request, reply, once;
	struct dhcp4_index index;

	packet4_make(&request, DHCP4_BOOTREQUEST, options);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&request), &index), 0);
	packet4_make(&reply, DHCP4_BOOTREPLY, answer);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(reply_finish(packet4_span(&request), &index, &route, reply.at,
					      reply.len, sizeof(reply.at), &reply.len),
				 0);
		if (i == 0)
			once = reply;
	}
	ck_assert(memcmp(&reply, &once, sizeof(reply)) == 0 && reply.len == 300);
}
END_TEST

/* A12: what no firmware takes is found. */
static const struct {
	const char *name;
	struct span options;
	unsigned facts;
	uint8_t yiaddr, siaddr; /* their last octets */
	const char *file;
} checks[] = {
	{ "whole", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255), .facts = 0 },
	{ "whole, padded before END", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS, 0, 0, 255, 0),
	  .facts = 0 },
	{ "no END", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS), .facts = DHCP4_REPLY_NO_END },
	{ "an option past the end", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS, 43, 9, 255),
	  .facts = DHCP4_REPLY_NO_END },
	{ "no type", OCTETS(54, 4, 10, 0, 0, 1, PXE_CLASS, 255), .facts = DHCP4_REPLY_NO_TYPE },
	{ "no server identifier", OCTETS(53, 1, 2, PXE_CLASS, 255),
	  .facts = DHCP4_REPLY_NO_SERVER_ID },
	{ "no class", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, 255), .facts = DHCP4_REPLY_NO_CLASS },
	{ "a client's type", OCTETS(53, 1, 1, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255),
	  .facts = DHCP4_REPLY_NOT_A_REPLY },
	{ "a server identifier of 0", OCTETS(53, 1, 2, 54, 4, 0, 0, 0, 0, PXE_CLASS, 255),
	  .facts = DHCP4_REPLY_ZERO_SERVER_ID },
	{ "an address without a lease", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255),
	  .facts = DHCP4_REPLY_LEASES, .yiaddr = 9 },
	{ "an address with a lease",
	  OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, 51, 4, 0, 0, 1, 0, PXE_CLASS, 255), .facts = 0,
	  .yiaddr = 9 },
	{ "an address in an ACK", OCTETS(53, 1, 5, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255), .facts = 0,
	  .yiaddr = 9, .siaddr = 1, .file = "f" },
	{ "a file without a server", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255),
	  .facts = DHCP4_REPLY_NO_NEXT_SERVER, .file = "f" },
	{ "a file in option 67 without a server",
	  OCTETS(53, 1, 5, 54, 4, 10, 0, 0, 1, 67, 1, 'f', PXE_CLASS, 255),
	  .facts = DHCP4_REPLY_NO_NEXT_SERVER },
	{ "a file with option 66", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, 66, 1, 's', PXE_CLASS, 255),
	  .facts = 0, .file = "f" },
	{ "iPXE's URL", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255), .facts = 0,
	  .file = "http://s/f" },
	{ "an ACK without a file", OCTETS(53, 1, 5, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255),
	  .facts = DHCP4_REPLY_NO_FILE, .siaddr = 1 },
	{ "an ACK with a menu",
	  OCTETS(53, 1, 5, 54, 4, 10, 0, 0, 1, 43, 3, 6, 1, 3, PXE_CLASS, 255), .facts = 0 },
	{ "an ACK whose file has options",
	  OCTETS(53, 1, 5, 52, 1, 1, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255), .facts = 0 },
	{ "HTTP Boot with a URL",
	  OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, 60, 10, 'H', 'T', 'T', 'P', 'C', 'l', 'i', 'e', 'n',
		 't', 255),
	  .facts = 0, .file = "http://s/f" },
	{ "HTTP Boot without a URL",
	  OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, 60, 10, 'H', 'T', 'T', 'P', 'C', 'l', 'i', 'e', 'n',
		 't', 255),
	  .facts = DHCP4_REPLY_NO_URL },
	{ "HTTP Boot with a file",
	  OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, 60, 10, 'H', 'T', 'T', 'P', 'C', 'l', 'i', 'e', 'n',
		 't', 255),
	  .facts = DHCP4_REPLY_NO_URL, .siaddr = 1, .file = "f" },
	{ "to 4011 of one host", OCTETS(53, 1, 2, 54, 4, 0, 0, 0, 1, PXE_CLASS, 255), .facts = 0,
	  .siaddr = 1 },
	{ "to 4011 of two hosts", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255),
	  .facts = DHCP4_REPLY_TWO_SERVERS, .siaddr = 1 },
	{ "a boot file on another host", OCTETS(53, 1, 2, 54, 4, 10, 0, 0, 1, PXE_CLASS, 255),
	  .facts = 0, .siaddr = 1, .file = "f" },
	{ "nothing", SPAN_NONE,
	  .facts = DHCP4_REPLY_NO_TYPE | DHCP4_REPLY_NO_SERVER_ID | DHCP4_REPLY_NO_CLASS |
		   DHCP4_REPLY_NO_END },
};

START_TEST(reply_is_checked_by_each_row)
{
	struct packet4 request, reply;

	packet4_make(&request, DHCP4_BOOTREQUEST, SPAN_NONE);
	packet4_make(&reply, DHCP4_BOOTREPLY, checks[_i].options);
	reply.at[DHCP4_YIADDR + 3] = checks[_i].yiaddr;
	reply.at[DHCP4_SIADDR + 3] = checks[_i].siaddr;
	if (checks[_i].file)
		strcpy((char *)reply.at + DHCP4_FILE, checks[_i].file);
	ck_assert_msg(dhcp4_reply_check(packet4_span(&request), packet4_span(&reply)) ==
			      checks[_i].facts,
		      "%s", checks[_i].name);
	ck_assert(!checks[_i].facts == !*dhcp4_reply_fact_text(checks[_i].facts));
	packet4_make(&reply, DHCP4_BOOTREQUEST, checks[_i].options);
	ck_assert_uint_eq(dhcp4_reply_check(packet4_span(&request), packet4_span(&reply)),
			  DHCP4_REPLY_NO_DHCP);
	ck_assert_uint_eq(dhcp4_reply_check(packet4_span(&request), span_of(reply.at, 10)),
			  DHCP4_REPLY_NO_DHCP);
}
END_TEST

#define UUID(first) 97, 17, 0, first, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
#define SERVER      54, 4, 10, 0, 0, 1

/* A12: what only the request tells. An octet of the reply's header may differ, too. */
static const struct {
	const char *name;
	struct span asked, said;
	unsigned facts;
	size_t differs;
} answers[] = {
	{ "an OFFER", OCTETS(53, 1, 1, PXE_CLASS, UUID(1), 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, UUID(1), 255), 0, 0 },
	{ "an ACK", OCTETS(53, 1, 3, PXE_CLASS, UUID(1), 255),
	  OCTETS(53, 1, 5, SERVER, PXE_CLASS, UUID(1), 67, 10, 't', 'f', 't', 'p', ':', '/', '/',
		 's', '/', 'f', 255),
	  0, 0 },
	{ "an ACK to a DISCOVER", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 5, SERVER, PXE_CLASS, 43, 3, 6, 1, 3, 255), DHCP4_REPLY_WRONG_TYPE, 0 },
	{ "an OFFER to a REQUEST", OCTETS(53, 1, 3, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), DHCP4_REPLY_WRONG_TYPE, 0 },
	{ "an OFFER to an INFORM", OCTETS(53, 1, 8, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), DHCP4_REPLY_WRONG_TYPE, 0 },
	{ "a NAK to a REQUEST", OCTETS(53, 1, 3, PXE_CLASS, 255),
	  OCTETS(53, 1, 6, SERVER, PXE_CLASS, 255), 0, 0 },
	{ "another transaction", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), DHCP4_REPLY_WRONG_XID, DHCP4_XID + 3 },
	{ "another kind of address", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), DHCP4_REPLY_WRONG_CLIENT, DHCP4_HTYPE },
	{ "another length of address", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), DHCP4_REPLY_WRONG_CLIENT, DHCP4_HLEN },
	{ "another address", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), DHCP4_REPLY_WRONG_CLIENT, DHCP4_CHADDR + 5 },
	{ "an octet behind the address", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), 0, DHCP4_CHADDR + 6 },
	{ "another relay", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), DHCP4_REPLY_WRONG_RELAY, DHCP4_GIADDR + 3 },
	{ "PXE for HTTP Boot", OCTETS(53, 1, 1, HTTP_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), DHCP4_REPLY_WRONG_CLASS, 0 },
	{ "HTTP Boot for PXE", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, HTTP_CLASS, 67, 10, 'h', 't', 't', 'p', ':', '/', '/', 's', '/',
		 'f', 255),
	  DHCP4_REPLY_WRONG_CLASS, 0 },
	{ "PXE for an alias of it", OCTETS(53, 1, 1, 60, 3, 'S', 'U', 'N', 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), 0, 0 },
	{ "another machine", OCTETS(53, 1, 1, PXE_CLASS, UUID(1), 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, UUID(2), 255), DHCP4_REPLY_WRONG_UUID, 0 },
	{ "no machine", OCTETS(53, 1, 1, PXE_CLASS, UUID(1), 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, 255), 0, 0 },
	{ "a machine that did not say", OCTETS(53, 1, 1, PXE_CLASS, 255),
	  OCTETS(53, 1, 2, SERVER, PXE_CLASS, UUID(1), 255), 0, 0 },
};

START_TEST(reply_is_checked_against_its_request)
{
	struct packet4 request, reply;
	unsigned facts;

	packet4_make(&request, DHCP4_BOOTREQUEST, answers[_i].asked);
	packet4_make(&reply, DHCP4_BOOTREPLY, answers[_i].said);
	if (answers[_i].differs > 0)
		reply.at[answers[_i].differs] ^= 1;
	facts = dhcp4_reply_check(packet4_span(&request), packet4_span(&reply));
	ck_assert_msg(facts == answers[_i].facts, "%s: %s", answers[_i].name,
		      dhcp4_reply_fact_text(facts));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("reply");

	TEST_ROWS(tcase, size_follows_option_57, sizes);
	TEST_ROWS(tcase, reply_is_finished_by_each_row, rows);
	TEST_ROWS(tcase, reply_is_checked_by_each_row, checks);
	TEST_ROWS(tcase, reply_is_checked_against_its_request, answers);
	tcase_add_test(tcase, op_1_is_no_reply);
	tcase_add_test(tcase, long_replies_are_not_padded_and_keep_the_other_flags);
	tcase_add_test(tcase, what_does_not_fit_is_told_and_left);
	tcase_add_test(tcase, option_82_goes_into_fill_that_is_there);
	tcase_add_test(tcase, finishing_twice_changes_nothing);
	return suite_run("dhcp4_reply", tcase);
}
