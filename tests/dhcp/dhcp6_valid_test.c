/* dhcp/dhcp6_valid: what a provider with a filter may rely on. */
#include <check.h>

#include "dhcp/dhcp6_valid.h"
#include "dhcp/packet6.h"
#include "suite.h"

static struct packet6 packet;

/* Which types are a client's or a relay's, which a server's; and which must name their client. */
static const struct {
	bool request, server, client_id;
} types[16] = {
	[DHCP6_SOLICIT] = { true, false, true },
	[DHCP6_ADVERTISE] = { false, true, false },
	[DHCP6_REQUEST] = { true, false, true },
	[DHCP6_CONFIRM] = { true, false, true },
	[DHCP6_RENEW] = { true, false, true },
	[DHCP6_REBIND] = { true, false, true },
	[DHCP6_REPLY] = { false, true, false },
	[DHCP6_RELEASE] = { true, false, true },
	[DHCP6_DECLINE] = { true, false, true },
	[DHCP6_RECONFIGURE] = { false, true, false },
	[DHCP6_INFORMATION_REQUEST] = { true, false, false },
};

static const uint8_t client_id[] = { CLIENT_ID };

START_TEST(type_decides_who_sends_it) /* _i: type; relay messages have their own test */
{
	struct span options = span_of(client_id, sizeof(client_id));
	struct span with, without;
	bool pxe;

	if (_i == DHCP6_RELAY_FORW || _i == DHCP6_RELAY_REPL)
		return;
	with = packet6_make(&packet, (uint8_t)_i, options);
	ck_assert(dhcp6_valid(with, true, &pxe) == types[_i].request && !pxe);
	ck_assert(dhcp6_valid(with, false, &pxe) == types[_i].server && !pxe);
	without = packet6_make(&packet, (uint8_t)_i, SPAN_NONE);
	ck_assert(dhcp6_valid(without, true, &pxe) == (types[_i].request && !types[_i].client_id));
	ck_assert(dhcp6_valid(without, false, &pxe) == types[_i].server);
}
END_TEST

static const struct {
	const char *name;
	struct span options; /* of a SOLICIT */
	bool valid, pxe;
} rows[] = {
	{ "PXEClient", OCTETS6(CLIENT_ID, PXE_CLASS6), true, true },
	{ "no class", OCTETS6(CLIENT_ID), true, false },
	{ "HTTPClient", OCTETS6(CLIENT_ID, HTTP_CLASS6), true, false },
	{ "PXEClient of any enterprise",
	  OCTETS6(CLIENT_ID, O6(16, 15), 0, 0, 1, 55, 0, 9, PXE_TEXT), true, true },
	{ "second item", OCTETS6(CLIENT_ID, O6(16, 18), INTEL, 0, 1, 'x', 0, 9, PXE_TEXT), true,
	  true },
	{ "second option 16", OCTETS6(CLIENT_ID, HTTP_CLASS6, PXE_CLASS6), true, true },
	{ "item does not fit", OCTETS6(CLIENT_ID, O6(16, 15), INTEL, 0, 10, PXE_TEXT), true,
	  false },
	{ "class of 3 octets", OCTETS6(CLIENT_ID, O6(16, 3), 0, 0, 1), true, false },
	{ "class without length", OCTETS6(CLIENT_ID, O6(16, 13), INTEL, PXE_TEXT), true, false },
	{ "option overruns", OCTETS6(CLIENT_ID, PXE_CLASS6, 0, 8, 0, 2, 0), false, false },
	{ "octet left over", OCTETS6(CLIENT_ID, PXE_CLASS6, 0), false, false },
	{ "no client id", OCTETS6(PXE_CLASS6), false, false },
};

START_TEST(options_decide)
{
	bool pxe = !rows[_i].pxe;
	struct span message = packet6_make(&packet, DHCP6_SOLICIT, rows[_i].options);

	ck_assert_msg(dhcp6_valid(message, true, &pxe) == rows[_i].valid, "%s", rows[_i].name);
	ck_assert_msg(pxe == rows[_i].pxe, "%s", rows[_i].name);
	/* Through two relays: the flag is the innermost message's. */
	if (!rows[_i].valid)
		return;
	packet6_relay(&packet, 0, 1, 1, SPAN_NONE);
	message = packet6_relay(&packet, 1, 2, 2, SPAN_NONE);
	ck_assert_msg(dhcp6_valid(message, true, &pxe), "%s", rows[_i].name);
	ck_assert_msg(pxe == rows[_i].pxe, "%s", rows[_i].name);
	ck_assert(!dhcp6_valid(message, false, &pxe) && !pxe);
	packet.at[0] = DHCP6_RELAY_REPL;
	ck_assert(dhcp6_valid(message, false, &pxe));
	ck_assert(!dhcp6_valid(message, true, &pxe) && !pxe);
}
END_TEST

static const struct {
	const char *name;
	struct span extra;     /* in the outer relay message, before its RELAY_MSG */
	struct span innermost; /* the whole innermost message */
	bool valid;
} relays[] = {
	{ "plain", { NULL, 0 }, OCTETS6(DHCP6_SOLICIT, 1, 2, 3, PXE_CLASS6), true },
	{ "two RELAY_MSG", OCTETS6(O6(9, 4), 1, 1, 2, 3),
	  OCTETS6(DHCP6_SOLICIT, 1, 2, 3, PXE_CLASS6), false },
	{ "broken outer option", OCTETS6(0, 18, 1, 0), OCTETS6(DHCP6_SOLICIT, 1, 2, 3), false },
	{ "innermost without header", { NULL, 0 }, OCTETS6(DHCP6_SOLICIT, 1, 2), false },
	{ "innermost broken", { NULL, 0 }, OCTETS6(DHCP6_SOLICIT, 1, 2, 3, 0, 8, 0), false },
	{ "innermost empty", { NULL, 0 }, { NULL, 0 }, false },
	{ "innermost a cut relay message", { NULL, 0 }, OCTETS6(DHCP6_RELAY_FORW, 0, 1, 2), false },
};

START_TEST(relay_messages)
{
	struct span message;
	bool pxe = true;

	packet.len = relays[_i].innermost.len;
	if (packet.len > 0)
		memcpy(packet.at, relays[_i].innermost.at, packet.len);
	packet6_relay(&packet, 0, 1, 1, SPAN_NONE);
	message = packet6_relay(&packet, 1, 2, 2, relays[_i].extra);
	ck_assert_msg(dhcp6_valid(message, true, &pxe) == relays[_i].valid, "%s", relays[_i].name);
	ck_assert(relays[_i].valid || !pxe);
}
END_TEST

START_TEST(relay_levels_end_at_32) /* _i: levels */
{
	bool pxe;

	packet6_make(&packet, DHCP6_SOLICIT, span_of(client_id, sizeof(client_id)));
	for (int i = 0; i < _i; i++)
		packet6_relay(&packet, 0, 1, 1, SPAN_NONE);
	ck_assert(dhcp6_valid(packet6_span(&packet), true, &pxe) == (_i <= DHCP6_RELAY_LIMIT));
}
END_TEST

START_TEST(every_cut_is_invalid_or_shorter)
{
	static const uint8_t options[] = { CLIENT_ID, PXE_CLASS6 };
	struct span message =
		packet6_make(&packet, DHCP6_SOLICIT, span_of(options, sizeof(options)));
	bool pxe;

	for (size_t len = 0; len < message.len; len++) {
		bool whole = len == 4 + 18; /* just the client id */

		ck_assert(dhcp6_valid(span_of(message.at, len), true, &pxe) == whole);
		ck_assert(!pxe);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp6_valid");

	TEST_ROWS(tcase, type_decides_who_sends_it, types);
	TEST_ROWS(tcase, options_decide, rows);
	TEST_ROWS(tcase, relay_messages, relays);
	tcase_add_loop_test(tcase, relay_levels_end_at_32, 31, 35);
	tcase_add_test(tcase, every_cut_is_invalid_or_shorter);
	return suite_run("dhcp6_valid", tcase);
}
