/* dhcp/dhcp4_row.h: every row of the table of packets, by its number. */
#include <check.h>

#include "dhcp/dhcp4_mend.h"
#include "dhcp/dhcp4_row.h"
#include "dhcp/packet4.h"
#include "suite.h"

enum { CIADDR = 1, HOPS_16 = 2, HOPS_17 = 4, REPLY = 8 };

#define SERVER_CLASS 60, 9, 'P', 'X', 'E', 'S', 'e', 'r', 'v', 'e', 'r'
#define APPLE_CLASS  60, 9, 'A', 'A', 'P', 'L', 'B', 'S', 'D', 'P', 'C'
#define ALIAS_CLASS  60, 4, 'H', 'W', '-', '1'
#define OTHER_CLASS  60, 4, 'M', 'S', 'F', 'T'

static const struct {
	unsigned row;
	const char *name;
	uint16_t port;
	unsigned flags;
	struct span options;
} rows[] = {
	{ 1, "op is not 1", 67, REPLY, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ 2, "no 53", 67, 0, OCTETS(PXE_CLASS, 255) },
	{ 2, "no 53, 4011", 4011, 0, OCTETS(PXE_CLASS, 255) },
	{ 3, "DISCOVER PXE", 67, 0, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ 3, "DISCOVER alias", 67, 0, OCTETS(53, 1, 1, ALIAS_CLASS, 255) },
	{ 3, "DISCOVER with leftovers in ciaddr", 67, CIADDR, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ 3, "16 hops are few enough", 67, HOPS_16, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ 4, "DISCOVER HTTP", 67, 0, OCTETS(53, 1, 1, HTTP_CLASS, 255) },
	{ 5, "DISCOVER other", 67, 0, OCTETS(53, 1, 1, OTHER_CLASS, 255) },
	{ 5, "DISCOVER none", 67, 0, OCTETS(53, 1, 1, 255) },
	{ 5, "DISCOVER of a boot server", 67, 0, OCTETS(53, 1, 1, SERVER_CLASS, 255) },
	{ 6, "REQUEST PXE 43.71 ciaddr", 67, CIADDR, OCTETS(53, 1, 3, PXE_CLASS, BOOT_ITEM, 255) },
	{ 7, "as row 6 without ciaddr", 67, 0, OCTETS(53, 1, 3, PXE_CLASS, BOOT_ITEM, 255) },
	{ 7, "as row 6 without class", 67, CIADDR, OCTETS(53, 1, 3, BOOT_ITEM, 255) },
	{ 7, "as row 6, HTTP", 67, CIADDR, OCTETS(53, 1, 3, HTTP_CLASS, BOOT_ITEM, 255) },
	{ 7, "as row 6, 71 of 3 octets", 67, CIADDR,
	  OCTETS(53, 1, 3, PXE_CLASS, 43, 5, 71, 3, 1, 2, 3, 255) },
	{ 7, "REQUEST, 54 another's", 67, 0, OCTETS(53, 1, 3, PXE_CLASS, 54, 4, 10, 0, 0, 9, 255) },
	{ 7, "REQUEST, no 54, renewing", 67, CIADDR, OCTETS(53, 1, 3, PXE_CLASS, 255) },
	{ 7, "REQUEST of nobody's client", 67, 0, OCTETS(53, 1, 3, 255) },
	{ 8, "INFORM PXE 43.71", 67, CIADDR, OCTETS(53, 1, 8, PXE_CLASS, BOOT_ITEM, 255) },
	{ 9, "INFORM PXE ciaddr", 67, CIADDR, OCTETS(53, 1, 8, PXE_CLASS, 255) },
	{ 10, "INFORM PXEServer", 67, CIADDR, OCTETS(53, 1, 8, SERVER_CLASS, 255) },
	{ 11, "INFORM Apple", 67, CIADDR, OCTETS(53, 1, 8, APPLE_CLASS, 255) },
	{ 12, "INFORM other", 67, CIADDR, OCTETS(53, 1, 8, OTHER_CLASS, 255) },
	{ 12, "INFORM PXE without ciaddr", 67, 0, OCTETS(53, 1, 8, PXE_CLASS, 255) },
	{ 12, "DECLINE", 67, 0, OCTETS(53, 1, 4, PXE_CLASS, 255) },
	{ 12, "RELEASE", 67, CIADDR, OCTETS(53, 1, 7, PXE_CLASS, 255) },
	{ 12, "OFFER", 67, 0, OCTETS(53, 1, 2, PXE_CLASS, 255) },
	{ 12, "ACK", 67, 0, OCTETS(53, 1, 5, PXE_CLASS, 255) },
	{ 12, "NAK", 67, 0, OCTETS(53, 1, 6, PXE_CLASS, 255) },
	{ 12, "FORCERENEW", 67, 0, OCTETS(53, 1, 9, PXE_CLASS, 255) },
	{ 12, "LEASEQUERY", 67, 0, OCTETS(53, 1, 10, PXE_CLASS, 255) },
	{ 12, "a type of the future", 67, 0, OCTETS(53, 1, 200, PXE_CLASS, 255) },
	{ 12, "DECLINE on 4011", 4011, 0, OCTETS(53, 1, 4, PXE_CLASS, 255) },
	{ 13, "4011 REQUEST PXE", 4011, 0, OCTETS(53, 1, 3, PXE_CLASS, 255) },
	{ 13, "4011 REQUEST alias", 4011, 0, OCTETS(53, 1, 3, ALIAS_CLASS, 255) },
	{ 13, "4011 REQUEST, 54 another's", 4011, 0,
	  OCTETS(53, 1, 3, PXE_CLASS, 54, 4, 10, 0, 0, 9, 255) },
	{ 14, "4011 REQUEST 43.71", 4011, CIADDR, OCTETS(53, 1, 3, PXE_CLASS, BOOT_ITEM, 255) },
	{ 15, "4011 INFORM", 4011, 0, OCTETS(53, 1, 8, PXE_CLASS, 255) },
	{ 15, "4011 INFORM 43.71", 4011, 0, OCTETS(53, 1, 8, PXE_CLASS, BOOT_ITEM, 255) },
	{ 16, "4011 DISCOVER", 4011, 0, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ 17, "4011 none", 4011, 0, OCTETS(53, 1, 3, 255) },
	{ 17, "4011 HTTP", 4011, 0, OCTETS(53, 1, 3, HTTP_CLASS, 255) },
	{ 17, "4011 PXEServer", 4011, 0, OCTETS(53, 1, 8, SERVER_CLASS, 255) },
	{ 18, "17 hops", 67, HOPS_17, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ 18, "17 hops, 4011", 4011, HOPS_17, OCTETS(53, 1, 3, PXE_CLASS, 255) },
	{ 19, "row 6 with credentials", 67, CIADDR,
	  OCTETS(53, 1, 3, PXE_CLASS, BIS_BOOT_ITEM, 255) },
	{ 19, "row 8 with credentials", 67, CIADDR,
	  OCTETS(53, 1, 8, PXE_CLASS, BIS_BOOT_ITEM, 255) },
	{ 19, "row 14 with credentials", 4011, 0, OCTETS(53, 1, 3, PXE_CLASS, BIS_BOOT_ITEM, 255) },
	{ 19, "row 15 with credentials", 4011, 0, OCTETS(53, 1, 8, PXE_CLASS, BIS_BOOT_ITEM, 255) },
	{ 7, "no row 6, so no credentials", 67, 0,
	  OCTETS(53, 1, 3, PXE_CLASS, BIS_BOOT_ITEM, 255) },
};

START_TEST(packet_is_of_its_row)
{
	static const struct span prefix[] = { TEXT("HW-") };
	static const struct pxe_aliases aliases = { prefix, 1 };
	struct dhcp4_index index;
	struct packet4 packet;
	struct pxe_client client;
	enum dhcp4_row row;

	packet4_make(&packet, rows[_i].flags & REPLY ? DHCP4_BOOTREPLY : DHCP4_BOOTREQUEST,
		     rows[_i].options);
	if (rows[_i].flags & CIADDR)
		store_be32(packet.at + DHCP4_CIADDR, 0x0a000005);
	packet.at[DHCP4_HOPS] = rows[_i].flags & HOPS_17 ? 17 : rows[_i].flags & HOPS_16 ? 16 : 0;
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	pxe_client_read(packet4_span(&packet), &index, &aliases, NULL, 0, &client);
	row = dhcp4_row_of(rows[_i].port, packet4_span(&packet), &client);
	ck_assert_msg(row == (enum dhcp4_row)rows[_i].row, "%s: row %u, not %u", rows[_i].name, row,
		      rows[_i].row);
}
END_TEST

START_TEST(rows_say_what_may_be_answered)
{
	/* by row number: d dropped, s silent, c claimable, a meant for us */
	static const char rules[] = ".dsaasasacccsaaaasss";

	for (unsigned row = 1; row <= 19; row++) {
		static const char letter[] = { [DHCP4_RULE_DROP] = 'd',
					       [DHCP4_RULE_SILENT] = 's',
					       [DHCP4_RULE_CLAIM] = 'c',
					       [DHCP4_RULE_CANDIDATE] = 'a' };

		ck_assert_msg(letter[dhcp4_row_rule(row)] == rules[row], "row %u", row);
		ck_assert_int_eq(dhcp4_row_may_answer(row), rules[row] == 'a' || rules[row] == 'c');
	}
	ck_assert(!dhcp4_row_may_answer(0) && !dhcp4_row_may_answer(20));
}
END_TEST

START_TEST(rows_have_names_of_their_own)
{
	for (unsigned row = 0; row <= 20; row++) {
		ck_assert_ptr_nonnull(dhcp4_row_name(row));
		for (unsigned other = 1; other < row && row < 20; other++)
			ck_assert_str_ne(dhcp4_row_name(row), dhcp4_row_name(other));
	}
	ck_assert_str_eq(dhcp4_row_name(DHCP4_ROW_LEASE_REQUEST), "lease-request");
}
END_TEST

/* Row 1: what never gets as far as a client. */
static const struct {
	const char *name;
	size_t offset; /* of an octet that is set to `octet`; 0: none */
	uint8_t octet;
	struct span options;
} malformed[] = {
	{ "bad cookie", DHCP4_COOKIE, 0, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ "hlen 17", DHCP4_HLEN, 17, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ "hlen 255", DHCP4_HLEN, 255, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ "op 2", DHCP4_OP, 2, OCTETS(53, 1, 1, PXE_CLASS, 255) },
	{ "overrun before 53", 0, 0, OCTETS(60, 99, 53, 1, 1, 255) },
	{ "53 of two octets", 0, 0, OCTETS(53, 2, 1, 1, PXE_CLASS, 255) },
	{ "53 empty", 0, 0, OCTETS(53, 0, PXE_CLASS, 255) },
};

START_TEST(row_1_is_what_cannot_be_mended)
{
	struct dhcp4_index index;
	struct packet4 packet;

	packet4_make(&packet, DHCP4_BOOTREQUEST, malformed[_i].options);
	if (malformed[_i].offset || malformed[_i].octet)
		packet.at[malformed[_i].offset] = malformed[_i].octet;
	ck_assert_msg(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index) ==
			      DHCP4_E_MALFORMED,
		      "%s", malformed[_i].name);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("row");

	TEST_ROWS(tcase, packet_is_of_its_row, rows);
	tcase_add_test(tcase, rows_say_what_may_be_answered);
	tcase_add_test(tcase, rows_have_names_of_their_own);
	TEST_ROWS(tcase, row_1_is_what_cannot_be_mended, malformed);
	return suite_run("dhcp4_row", tcase);
}
