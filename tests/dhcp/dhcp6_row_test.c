/* dhcp/dhcp6_row and dhcp/dhcp6_route: each rule of the DHCPv6 table, silence as much as answers.
 */
#include <check.h>

#include "dhcp/dhcp6_route.h"
#include "dhcp/dhcp6_row.h"
#include "dhcp/packet6.h"
#include "suite.h"

static struct packet6 packet;
static struct pxe_client6 client;

enum { ON = 1, OFF = 0 }; /* whether INFORMATION-REQUEST is answered */

static const struct {
	const char *name;
	uint16_t port;
	uint8_t type;
	int information;
	struct span options;
	enum dhcp6_row row;
} rows[] = {
	/* Solicit with 1, without 2, with a boot sign: candidate. */
	{ "Solicit, class PXEClient", 547, DHCP6_SOLICIT, OFF,
	  OCTETS6(CLIENT_ID, PXE_CLASS6, IA_NA, ASKS_URL), DHCP6_ROW_SOLICIT },
	{ "Solicit, class HTTPClient", 547, DHCP6_SOLICIT, OFF,
	  OCTETS6(CLIENT_ID, HTTP_CLASS6, ASKS_URL), DHCP6_ROW_SOLICIT },
	{ "Solicit, class alone", 547, DHCP6_SOLICIT, OFF, OCTETS6(CLIENT_ID, PXE_CLASS6),
	  DHCP6_ROW_SOLICIT },
	{ "Solicit, 59 in 6 alone", 547, DHCP6_SOLICIT, OFF, OCTETS6(CLIENT_ID, ASKS_URL),
	  DHCP6_ROW_SOLICIT },
	{ "Solicit with rapid commit: still a candidate", 547, DHCP6_SOLICIT, OFF,
	  OCTETS6(CLIENT_ID, PXE_CLASS6, RAPID_COMMIT), DHCP6_ROW_SOLICIT },
	{ "Solicit without 1", 547, DHCP6_SOLICIT, OFF, OCTETS6(PXE_CLASS6, ASKS_URL),
	  DHCP6_ROW_SOLICIT_BAD },
	{ "Solicit with 2, though ours", 547, DHCP6_SOLICIT, OFF,
	  OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6), DHCP6_ROW_SOLICIT_BAD },
	{ "Solicit with a foreign 2", 547, DHCP6_SOLICIT, OFF,
	  OCTETS6(CLIENT_ID, SERVER_FOREIGN, PXE_CLASS6), DHCP6_ROW_SOLICIT_BAD },
	/* Solicit without any boot sign: silent. */
	{ "Solicit of a host", 547, DHCP6_SOLICIT, OFF, OCTETS6(CLIENT_ID, IA_NA, ASKS_DNS),
	  DHCP6_ROW_SOLICIT_PLAIN },
	{ "Solicit with another class", 547, DHCP6_SOLICIT, OFF,
	  OCTETS6(CLIENT_ID, O6(16, 10), 0, 0, 1, 55, 0, 4, 'M', 'S', 'F', 'T'),
	  DHCP6_ROW_SOLICIT_PLAIN },
	/* Lease traffic on 547: silent, whatever option 2 says. */
	{ "Request on 547", 547, DHCP6_REQUEST, ON,
	  OCTETS6(CLIENT_ID, SERVER_FOREIGN, PXE_CLASS6, ASKS_URL, IA_NA), DHCP6_ROW_LEASE },
	{ "Request on 547 with our id", 547, DHCP6_REQUEST, ON,
	  OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6, ASKS_URL, IA_NA), DHCP6_ROW_LEASE },
	{ "Request on 547 without id", 547, DHCP6_REQUEST, ON,
	  OCTETS6(CLIENT_ID, PXE_CLASS6, ASKS_URL), DHCP6_ROW_LEASE },
	{ "Renew", 547, DHCP6_RENEW, ON, OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6),
	  DHCP6_ROW_LEASE },
	{ "Rebind", 547, DHCP6_REBIND, ON, OCTETS6(CLIENT_ID, PXE_CLASS6), DHCP6_ROW_LEASE },
	{ "Release", 547, DHCP6_RELEASE, ON, OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6),
	  DHCP6_ROW_LEASE },
	{ "Decline", 547, DHCP6_DECLINE, ON, OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6),
	  DHCP6_ROW_LEASE },
	{ "Confirm", 547, DHCP6_CONFIRM, ON, OCTETS6(CLIENT_ID, PXE_CLASS6), DHCP6_ROW_LEASE },
	/* Information-request: 59 in 6 and a boot class, 2 absent or ours; default off. */
	{ "Information-request", 547, DHCP6_INFORMATION_REQUEST, ON,
	  OCTETS6(CLIENT_ID, PXE_CLASS6, ASKS_URL), DHCP6_ROW_INFORMATION },
	{ "Information-request, no client id", 547, DHCP6_INFORMATION_REQUEST, ON,
	  OCTETS6(HTTP_CLASS6, ASKS_URL), DHCP6_ROW_INFORMATION },
	{ "Information-request, our id", 547, DHCP6_INFORMATION_REQUEST, ON,
	  OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6, ASKS_URL), DHCP6_ROW_INFORMATION },
	{ "Information-request, switched off", 547, DHCP6_INFORMATION_REQUEST, OFF,
	  OCTETS6(CLIENT_ID, PXE_CLASS6, ASKS_URL), DHCP6_ROW_INFORMATION_OFF },
	{ "Information-request, foreign id", 547, DHCP6_INFORMATION_REQUEST, ON,
	  OCTETS6(CLIENT_ID, SERVER_FOREIGN, PXE_CLASS6, ASKS_URL), DHCP6_ROW_INFORMATION_BAD },
	{ "Information-request with an IA", 547, DHCP6_INFORMATION_REQUEST, ON,
	  OCTETS6(CLIENT_ID, IA_NA, PXE_CLASS6, ASKS_URL), DHCP6_ROW_INFORMATION_BAD },
	{ "Information-request without 59 in 6", 547, DHCP6_INFORMATION_REQUEST, ON,
	  OCTETS6(CLIENT_ID, PXE_CLASS6, ASKS_DNS), DHCP6_ROW_INFORMATION_PLAIN },
	{ "Information-request without class", 547, DHCP6_INFORMATION_REQUEST, ON,
	  OCTETS6(CLIENT_ID, ASKS_URL), DHCP6_ROW_INFORMATION_PLAIN },
	/* 4011 */
	{ "Request on 4011, 2 = ours", 4011, DHCP6_REQUEST, OFF,
	  OCTETS6(SERVER_OURS, CLIENT_ID, ELAPSED, ASKS_URL, PXE_CLASS6), DHCP6_ROW_PXE_REQUEST },
	{ "Request on 4011, 2 = another DUID", 4011, DHCP6_REQUEST, OFF,
	  OCTETS6(SERVER_FOREIGN, CLIENT_ID, ASKS_URL, PXE_CLASS6), DHCP6_ROW_PXE_FOREIGN },
	{ "Request on 4011 without 2: the same-host case", 4011, DHCP6_REQUEST, OFF,
	  OCTETS6(CLIENT_ID, ELAPSED, ASKS_URL, PXE_CLASS6), DHCP6_ROW_PXE_REQUEST_ANY },
	{ "Request on 4011 without 1", 4011, DHCP6_REQUEST, OFF,
	  OCTETS6(SERVER_OURS, ASKS_URL, PXE_CLASS6), DHCP6_ROW_PXE_ANONYMOUS },
	{ "Solicit on 4011", 4011, DHCP6_SOLICIT, ON, OCTETS6(CLIENT_ID, ASKS_URL, PXE_CLASS6),
	  DHCP6_ROW_PXE_OTHER },
	{ "Information-request on 4011", 4011, DHCP6_INFORMATION_REQUEST, ON,
	  OCTETS6(CLIENT_ID, ASKS_URL, PXE_CLASS6), DHCP6_ROW_PXE_OTHER },
	{ "Release on 4011", 4011, DHCP6_RELEASE, ON, OCTETS6(CLIENT_ID, SERVER_OURS),
	  DHCP6_ROW_PXE_OTHER },
	/* What only servers send, and what nobody sends. */
	{ "Advertise", 547, DHCP6_ADVERTISE, ON, OCTETS6(CLIENT_ID, SERVER_FOREIGN, PXE_CLASS6),
	  DHCP6_ROW_SERVER_MESSAGE },
	{ "Reply on 4011", 4011, DHCP6_REPLY, ON, OCTETS6(CLIENT_ID, SERVER_OURS, PXE_CLASS6),
	  DHCP6_ROW_SERVER_MESSAGE },
	{ "Reconfigure", 547, DHCP6_RECONFIGURE, ON, OCTETS6(CLIENT_ID, SERVER_FOREIGN),
	  DHCP6_ROW_SERVER_MESSAGE },
	{ "type 0", 547, 0, ON, OCTETS6(CLIENT_ID, PXE_CLASS6), DHCP6_ROW_UNKNOWN },
	{ "leasequery", 547, 14, ON, OCTETS6(CLIENT_ID, PXE_CLASS6), DHCP6_ROW_UNKNOWN },
	{ "type 255 on 4011", 4011, 255, ON, OCTETS6(CLIENT_ID, PXE_CLASS6), DHCP6_ROW_UNKNOWN },
	{ "broken", 547, DHCP6_SOLICIT, ON, OCTETS6(CLIENT_ID, PXE_CLASS6, 0),
	  DHCP6_ROW_MALFORMED },
};

START_TEST(each_packet_hits_its_row)
{
	struct span message = packet6_make(&packet, rows[_i].type, rows[_i].options);
	enum dhcp6_row row =
		dhcp6_row_read(message, rows[_i].port, rows[_i].information, &self6, &client);

	ck_assert_msg(row == rows[_i].row, "%s: %s", rows[_i].name, dhcp6_row_name(row));
}
END_TEST

/* Relay-forward: the inner message decides; 4011 is not relayed. */
START_TEST(relays_change_no_row_of_547)
{
	enum dhcp6_row row;

	packet6_make(&packet, rows[_i].type, rows[_i].options);
	packet6_relay(&packet, 0, 0, 1, SPAN_NONE);
	packet6_relay(&packet, 1, 3, 2, SPAN_NONE);
	row = dhcp6_row_read(packet6_span(&packet), rows[_i].port, rows[_i].information, &self6,
			     &client);
	if (rows[_i].port == 547)
		ck_assert_msg(row == rows[_i].row, "%s: %s", rows[_i].name, dhcp6_row_name(row));
	else
		ck_assert_msg(!dhcp6_row_may_answer(row), "%s", rows[_i].name);
}
END_TEST

START_TEST(relay_reply_is_a_servers)
{
	packet6_make(&packet, DHCP6_REPLY, SPAN_NONE);
	packet6_relay(&packet, 0, 1, 1, SPAN_NONE);
	packet.at[0] = DHCP6_RELAY_REPL;
	ck_assert_int_eq(dhcp6_row_read(packet6_span(&packet), 547, true, &self6, &client),
			 DHCP6_ROW_SERVER_MESSAGE);
	packet6_relay(&packet, 0, 1, 1, SPAN_NONE); /* and inside a RELAY-FORW */
	ck_assert_int_eq(dhcp6_row_read(packet6_span(&packet), 547, true, &self6, &client),
			 DHCP6_ROW_SERVER_MESSAGE);
	ck_assert_int_eq(dhcp6_row_read(SPAN_NONE, 547, true, &self6, &client),
			 DHCP6_ROW_MALFORMED);
}
END_TEST

START_TEST(four_rows_are_answered_and_all_have_names)
{
	int n_answered = 0;

	for (enum dhcp6_row row = 0; row < DHCP6_ROW_COUNT; row++) {
		n_answered += dhcp6_row_may_answer(row);
		ck_assert(dhcp6_row_name(row)[0]);
	}
	ck_assert_int_eq(n_answered, 4);
	ck_assert(dhcp6_row_may_answer(DHCP6_ROW_SOLICIT));
	ck_assert(dhcp6_row_may_answer(DHCP6_ROW_INFORMATION));
	ck_assert(dhcp6_row_may_answer(DHCP6_ROW_PXE_REQUEST));
	ck_assert(dhcp6_row_may_answer(DHCP6_ROW_PXE_REQUEST_ANY));
}
END_TEST

static const struct {
	const char *name;
	const char *src;
	uint16_t sport, port;
	uint8_t n_relays;
	bool relay_port;
	uint16_t to_port, from_port;
	unsigned ifindex; /* it came in on 7 */
} routes[] = {
	{ "client on the link", "fe80::1", 546, 547, 0, false, 546, 547, 7 },
	{ "client with another source port is answered on 546", "fe80::1", 49152, 547, 0, false,
	  546, 547, 7 },
	{ "client with a global address", "fd77::5", 546, 547, 0, false, 546, 547, 0 },
	{ "relay", "fd77::9", 547, 547, 1, false, 547, 547, 0 },
	{ "relay with another source port, no option 135", "fd77::9", 50000, 547, 2, false, 547,
	  547, 0 },
	{ "relay with option 135", "fd77::9", 50000, 547, 2, true, 50000, 547, 0 },
	{ "relay on the link", "fe80::9", 547, 547, 1, false, 547, 547, 7 },
	{ "4011: to the source port, from 4011", "fd77::5", 4011, 4011, 0, false, 4011, 4011, 0 },
	{ "4011 from the link-local address keeps its scope", "fe80::1", 4011, 4011, 0, false, 4011,
	  4011, 7 },
	{ "4011 from another port", "fd77::5", 1025, 4011, 0, false, 1025, 4011, 0 },
};

START_TEST(answers_go_where_the_rules_say)
{
	struct endpoint from = { .port = routes[_i].sport, .ifindex = 7 };
	struct dhcp6_route route;

	ck_assert(ip_parse(routes[_i].src, &from.ip));
	client = (struct pxe_client6){ .n_relays = routes[_i].n_relays,
				       .relay_port = routes[_i].relay_port };
	route = dhcp6_route_of(&client, from, routes[_i].port);
	ck_assert_msg(ip_equal(&route.to.ip, &from.ip), "%s", routes[_i].name);
	ck_assert_msg(route.to.port == routes[_i].to_port, "%s", routes[_i].name);
	ck_assert_msg(route.from_port == routes[_i].from_port, "%s", routes[_i].name);
	ck_assert_msg(route.to.ifindex == routes[_i].ifindex, "%s", routes[_i].name);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp6_row");

	TEST_ROWS(tcase, each_packet_hits_its_row, rows);
	TEST_ROWS(tcase, relays_change_no_row_of_547, rows);
	tcase_add_test(tcase, relay_reply_is_a_servers);
	tcase_add_test(tcase, four_rows_are_answered_and_all_have_names);
	TEST_ROWS(tcase, answers_go_where_the_rules_say, routes);
	return suite_run("dhcp6_row", tcase);
}
