/* dhcp/dhcp_fault.h: what was mended, and why a packet was refused, with the place. What is refused
 * of DHCPv4 is in mend_test.c. */
#include <check.h>
#include <string.h>

#include "dhcp/dhcp4_mend.h"
#include "dhcp/dhcp6_relay.h"
#include "dhcp/dhcp_fault.h"
#include "dhcp/packet4.h"
#include "dhcp/packet6.h"
#include "suite.h"

static const struct {
	struct span options;
	int field; /* DHCP4_FILE or DHCP4_SNAME, filled with `x`; 0: none */
	size_t at;
	const char *says;
} mended[] = {
	{ OCTETS(53, 1, 1, 60, 200, 'P'), 0, 243,
	  "option 60 runs past the end of the packet: it ends before it" },
	{ OCTETS(53, 1, 1), 0, 243, "no END (255) behind the last option: it was added" },
	{ OCTETS(53, 1, 1, 255, 0, 7), 0, 245,
	  "octets behind END (255), which is at 243: they were emptied" },
	{ OCTETS(53, 1, 1, 255), DHCP4_FILE, DHCP4_FILE + 127,
	  "file without NUL: its last octet was made one" },
	{ OCTETS(53, 1, 1, 255), DHCP4_SNAME, DHCP4_SNAME + 63,
	  "sname without NUL: its last octet was made one" },
	{ OCTETS(52, 1, 1, 53, 1, 1, 255), 0, DHCP4_FILE + 128 - 1, NULL },
};

START_TEST(what_was_mended_is_named)
{
	char text[DHCP_FAULT_MAX];
	struct packet4 packet, came;
	struct dhcp4_index index;
	size_t at = 0;

	packet4_make(&packet, DHCP4_BOOTREQUEST, mended[_i].options);
	if (mended[_i].field)
		memset(packet.at + mended[_i].field, 'x',
		       mended[_i].field == DHCP4_FILE ? DHCP4_FILE_LEN : DHCP4_SNAME_LEN);
	came = packet;
	ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index),
			 DHCP4_MENDED);
	dhcp4_mended(packet4_span(&came), text, &at);
	if (!mended[_i].says) /* options in `file` without END */
		ck_assert_str_eq(text, "the options in file (option 52) do not end as they must: "
				       "END was written");
	else
		ck_assert_str_eq(text, mended[_i].says);
	if (mended[_i].says)
		ck_assert_uint_eq(at, mended[_i].at);
}
END_TEST

START_TEST(too_many_options_are_told_as_that)
{
	char text[DHCP_FAULT_MAX];
	struct packet4 packet;
	struct dhcp4_index index;
	uint8_t octets[2 * (DHCP4_OPTIONS_MAX + 4)];
	size_t at;

	for (size_t i = 0; i < sizeof(octets); i += 2) {
		octets[i] = 60;
		octets[i + 1] = 0;
	}
	packet4_make(&packet, DHCP4_BOOTREQUEST, span_of(octets, sizeof(octets)));
	ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index),
			 DHCP4_E_MALFORMED);
	ck_assert_str_eq(dhcp4_fault(packet4_span(&packet), text, &at),
			 "it has more than 128 options");
}
END_TEST

static const struct {
	struct span octets; /* whole */
	size_t at;
	const char *says;
} refused6[] = {
	{ OCTETS6(1, 0), 0, "a message of 2 bytes, less than its header" },
	{ OCTETS6(1, 0, 0, 1, CLIENT_ID, CLIENT_ID), 22, "option 1 is there twice" },
	{ OCTETS6(1, 0, 0, 1, O6(1, 1), 7), 4, "option 1 of 1 bytes is no DUID" },
	{ OCTETS6(1, 0, 0, 1, ELAPSED, O6(3, 12), 1), 10,
	  "option 3 runs past the end of its message" },
	{ OCTETS6(1, 0, 0, 1, ELAPSED, 0, 3), 10, "2 bytes behind the last option are none" },
	{ OCTETS6(12, 0, 1, 2, 3), 0,
	  "a relay's message without whole options, or not one message in it" },
};

START_TEST(what_is_refused_of_dhcpv6_is_named)
{
	char text[DHCP_FAULT_MAX];
	struct pxe_client6 client;
	size_t at = 99;

	ck_assert_int_eq(pxe_client6_read(refused6[_i].octets, &self6, &client), DHCP6_E_MALFORMED);
	ck_assert_str_eq(dhcp_fault(IP_V6, refused6[_i].octets, text, &at), refused6[_i].says);
	ck_assert_uint_eq(at, refused6[_i].at);
}
END_TEST

/* Wraps a message into one relay's more. */
static size_t wrap(uint8_t *octets, size_t len, uint8_t hops)
{
	memmove(octets + 38, octets, len);
	memset(octets, 0, 34);
	octets[0] = DHCP6_RELAY_FORW;
	octets[1] = hops;
	memcpy(octets + 34, (uint8_t[]){ O6(9, (int)len) }, 4);
	return len + 38;
}

START_TEST(hops_of_relays_are_named)
{
	uint8_t octets[4096] = { 1, 0, 0, 1 };
	char text[DHCP_FAULT_MAX];
	struct pxe_client6 client;
	size_t len = wrap(octets, 4, 3), at;

	len = wrap(octets, len, 1);
	ck_assert_int_eq(pxe_client6_read(span_of(octets, len), &self6, &client),
			 DHCP6_E_MALFORMED);
	ck_assert_str_eq(dhcp6_fault(span_of(octets, len), text, &at),
			 "hop-count 3 of a relay is higher than 1 of the next one");
	ck_assert_uint_eq(at, 39);
	octets[1] = 33;
	ck_assert_str_eq(dhcp6_fault(span_of(octets, len), text, &at), "more than 32 relays");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("fault");

	TEST_ROWS(tcase, what_was_mended_is_named, mended);
	tcase_add_test(tcase, too_many_options_are_told_as_that);
	TEST_ROWS(tcase, what_is_refused_of_dhcpv6_is_named, refused6);
	tcase_add_test(tcase, hops_of_relays_are_named);
	return suite_run("dhcp/fault", tcase);
}
