/* dhcp/dhcp4_mend.h and dhcp/dhcp4_valid.h: what arrives broken at its end goes on whole. */
#include <check.h>

#include "dhcp/dhcp4_mend.h"
#include "dhcp/dhcp_fault.h"
#include "dhcp/dhcp4_valid.h"
#include "dhcp/packet4.h"
#include "suite.h"

static const struct {
	const char *name;
	struct span before;
	int r;
	struct span after; /* the same as before where empty */
} rows[] = {
	{ "right as it is", OCTETS(53, 1, 1, 255), 0, { NULL, 0 } },
	{ "right, with zeros behind END", OCTETS(53, 1, 1, 255, 0, 0), 0, { NULL, 0 } },
	{ "leftovers behind END become 0", OCTETS(53, 1, 1, 255, 60, 1, 'x'), DHCP4_MENDED,
	  OCTETS(53, 1, 1, 255, 0, 0, 0) },
	{ "ones behind END become 0", OCTETS(53, 1, 1, 255, 0, 255), DHCP4_MENDED,
	  OCTETS(53, 1, 1, 255, 0, 0) },
	{ "no END, PAD behind: END right after the last option", OCTETS(53, 1, 1, 0, 0),
	  DHCP4_MENDED, OCTETS(53, 1, 1, 255, 0) },
	{ "no END, no free octet: it grows by one", OCTETS(53, 1, 1), DHCP4_MENDED,
	  OCTETS(53, 1, 1, 255) },
	{ "an option that overruns becomes END", OCTETS(53, 1, 1, 60, 9, 'P', 'X'), DHCP4_MENDED,
	  OCTETS(53, 1, 1, 255, 0, 0, 0) },
	{ "a code in the last octet becomes END", OCTETS(53, 1, 1, 60), DHCP4_MENDED,
	  OCTETS(53, 1, 1, 255) },
	{ "PAD before the overrun stays", OCTETS(53, 1, 1, 0, 0, 60, 9, 'P'), DHCP4_MENDED,
	  OCTETS(53, 1, 1, 0, 0, 255, 0, 0) },
	{ "53 only behind the overrun",
	  OCTETS(60, 200, 53, 1, 1, 255),
	  DHCP4_E_MALFORMED,
	  { NULL, 0 } },
	{ "53 only behind END: plain BOOTP",
	  OCTETS(60, 1, 'x', 255, 53, 1, 1),
	  DHCP4_E_BOOTP,
	  { NULL, 0 } },
	{ "53 overruns itself", OCTETS(53, 1), DHCP4_E_MALFORMED, { NULL, 0 } },
	{ "53 of two octets", OCTETS(53, 2, 1, 1, 255), DHCP4_E_MALFORMED, { NULL, 0 } },
	{ "53 of two octets, broken later",
	  OCTETS(53, 2, 1, 1, 60, 9),
	  DHCP4_E_MALFORMED,
	  { NULL, 0 } },
	{ "53 wrong in the first, right in the second",
	  OCTETS(53, 0, 53, 1, 1, 255),
	  DHCP4_E_MALFORMED,
	  { NULL, 0 } },
	{ "no 53 at all", OCTETS(12, 1, 'h', 255), DHCP4_E_BOOTP, { NULL, 0 } },
	{ "no 53 and no END", OCTETS(12, 1, 'h', 0), DHCP4_E_BOOTP, { NULL, 0 } },
	{ "no options at all", { NULL, 0 }, DHCP4_E_BOOTP, { NULL, 0 } },
};

START_TEST(mends_each_row)
{
	struct span after = rows[_i].after.len ? rows[_i].after : rows[_i].before;
	struct packet4 packet, expected;
	struct dhcp4_index index, again;

	packet4_make(&packet, DHCP4_BOOTREQUEST, rows[_i].before);
	packet4_make(&expected, DHCP4_BOOTREQUEST, after);
	ck_assert_msg(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index) == rows[_i].r,
		      "%s", rows[_i].name);
	ck_assert_msg(packet.len == expected.len &&
			      memcmp(packet.at, expected.at, sizeof(packet.at)) == 0,
		      "%s", rows[_i].name);
	if (rows[_i].r != 0 && rows[_i].r != DHCP4_MENDED)
		return;

	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &again), 0);
	ck_assert_msg(index.end == again.end && index.stop == again.stop &&
			      index.count == again.count && index.type == again.type &&
			      memcmp(index.has, again.has, sizeof(index.has)) == 0,
		      "%s", rows[_i].name);
	ck_assert(dhcp4_is_valid(packet4_span(&packet), DHCP4_BOOTREQUEST, NULL) ==
		  (packet.len >= 244));
	ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index), 0);
}
END_TEST

START_TEST(without_room_to_grow_it_is_malformed)
{
	struct span options = OCTETS(53, 1, 1);
	struct dhcp4_index index;
	struct packet4 packet;
	size_t len;

	packet4_make(&packet, DHCP4_BOOTREQUEST, options);
	len = packet.len;
	ck_assert_int_eq(dhcp4_mend(packet.at, packet.len, &len, &index), DHCP4_E_MALFORMED);
	ck_assert_uint_eq(len, packet.len);
	ck_assert_uint_eq(packet.at[len], 0);
}
END_TEST

START_TEST(a_bad_header_is_not_mended)
{
	struct span options = OCTETS(53, 1, 1, 60, 9);
	struct dhcp4_index index;
	struct packet4 packet, before;

	packet4_make(&packet, DHCP4_BOOTREPLY, options);
	before = packet;
	ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index),
			 DHCP4_E_MALFORMED);
	packet.at[DHCP4_OP] = before.at[DHCP4_OP] = DHCP4_BOOTREQUEST;
	packet.at[DHCP4_HLEN] = before.at[DHCP4_HLEN] = 17;
	ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index),
			 DHCP4_E_MALFORMED);
	packet.at[DHCP4_HLEN] = before.at[DHCP4_HLEN] = 6;
	packet.at[DHCP4_COOKIE] = before.at[DHCP4_COOKIE] = 0;
	ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index),
			 DHCP4_E_MALFORMED);
	ck_assert(memcmp(&packet, &before, sizeof(packet)) == 0);
	packet.len = DHCP4_HEADER - 1;
	ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index),
			 DHCP4_E_MALFORMED);
}
END_TEST

static const struct {
	const char *name;
	struct span options;
	size_t offset; /* of an octet that is set to `octet`; 0: none */
	uint8_t octet;
	bool valid, pxe;
} valids[] = {
	{ "PXE", OCTETS(53, 1, 1, PXE_CLASS, 255), 0, 0, true, true },
	{ "longer PXE class",
	  OCTETS(53, 1, 1, 60, 10, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', ':', 255), 0, 0,
	  true, true },
	{ "shorter class", OCTETS(53, 1, 1, 60, 8, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 255), 0,
	  0, true, false },
	{ "HTTP is not PXE", OCTETS(53, 1, 1, HTTP_CLASS, 255), 0, 0, true, false },
	{ "fill behind END", OCTETS(53, 1, 1, 255, 0, 255, 255, 0), 0, 0, true, false },
	{ "an option behind END", OCTETS(53, 1, 1, 255, 0, 1), 0, 0, false, false },
	{ "254 behind END", OCTETS(53, 1, 1, 255, 254), 0, 0, false, false },
	{ "no END", OCTETS(53, 1, 1, PXE_CLASS), 0, 0, false, false },
	{ "overrun", OCTETS(53, 1, 1, PXE_CLASS, 61, 2, 1), 0, 0, false, false },
	{ "no 53", OCTETS(PXE_CLASS, 255), 0, 0, false, false },
	{ "53 of two octets", OCTETS(53, 2, 1, 1, 255), 0, 0, false, false },
	{ "a second 53 of two octets", OCTETS(53, 1, 1, 53, 2, 1, 1, 255), 0, 0, true, false },
	{ "a second class", OCTETS(53, 1, 1, 60, 1, 'x', PXE_CLASS, 255), 0, 0, true, false },
	{ "53 of value 0", OCTETS(53, 1, 0, 255), 0, 0, true, false },
	{ "PAD before END", OCTETS(53, 1, 1, 0, 0, 255), 0, 0, true, false },
	{ "other op", OCTETS(53, 1, 1, PXE_CLASS, 255), DHCP4_OP, 2, false, false },
	{ "hlen 16", OCTETS(53, 1, 1, 255), DHCP4_HLEN, 16, true, false },
	{ "hlen 17", OCTETS(53, 1, 1, 255), DHCP4_HLEN, 17, false, false },
	{ "cookie", OCTETS(53, 1, 1, 255), DHCP4_COOKIE + 3, 0x62, false, false },
};

START_TEST(valid_tells_each_row)
{
	struct dhcp4_index index;
	struct packet4 packet;
	bool pxe = true;

	packet4_make(&packet, DHCP4_BOOTREQUEST, valids[_i].options);
	if (valids[_i].octet)
		packet.at[valids[_i].offset] = valids[_i].octet;
	ck_assert_msg(dhcp4_is_valid(packet4_span(&packet), DHCP4_BOOTREQUEST, &pxe) ==
				      valids[_i].valid &&
			      pxe == valids[_i].pxe,
		      "%s", valids[_i].name);
	if (dhcp4_index_build(packet4_span(&packet), &index) != 0)
		return;
	pxe = true;
	ck_assert_msg(dhcp4_is_valid_indexed(packet4_span(&packet), &index, DHCP4_BOOTREQUEST,
					     &pxe) == valids[_i].valid &&
			      pxe == valids[_i].pxe,
		      "%s, indexed", valids[_i].name);
}
END_TEST

/* W15: what stands in sname and file, mended as the option field is. `sname` and `file` are how the
 * field begins; the rest of it is `fill`. */
enum { NUL_LAST = 1, END_AT = 2 };

static const struct {
	const char *name;
	uint8_t overload; /* option 52 */
	struct span file;
	uint8_t fill;
	int r;
	uint8_t ended; /* 0: as it was; NUL_LAST; END_AT: END at `at` and zeros behind */
	size_t at;     /* in the field */
} fields[] = {
	{ "a text", 0, TEXT("undionly.kpxe"), 0, 0, 0, 0 },
	{ "a text and leftovers behind its NUL", 0, TEXT("u\0x"), 'x', 0, 0, 0 },
	{ "no NUL", 0, TEXT("u"), 'B', DHCP4_MENDED, NUL_LAST, 0 },
	{ "options", 1, OCTETS(60, 1, 'x', 255), 0, 0, 0, 0 },
	{ "options, leftovers behind END", 1, OCTETS(60, 1, 'x', 255), 7, DHCP4_MENDED, END_AT, 3 },
	{ "options without END", 1, OCTETS(60, 1, 'x'), 0, DHCP4_MENDED, END_AT, 3 },
	{ "an option that overruns", 1, OCTETS(60, 1, 'x', 61, 200), 'y', DHCP4_MENDED, END_AT, 3 },
	{ "one option that fills the field", 1, OCTETS(60, 126), 'y', 0, 0, 0 },
	{ "END in the last octet", 1, OCTETS(60, 125), 255, 0, 0, 0 },
	{ "52 of a value that there is not: a text", 4, OCTETS(60, 1, 'x'), 'y', DHCP4_MENDED,
	  NUL_LAST, 0 },
};

START_TEST(mends_sname_and_file)
{
	static const size_t begin[] = { DHCP4_FILE, DHCP4_SNAME };
	static const size_t len[] = { DHCP4_FILE_LEN, DHCP4_SNAME_LEN };
	/* In sname its bit of 52 is the other one, and lengths are shorter by 64. */
	static const uint8_t turned[] = { 0, 2, 1, 3, 4 };

	for (int which = 0; which < 2; which++) {
		uint8_t overload = fields[_i].overload;
		uint8_t options[] = { 53, 1, 1, 52, 1, which ? turned[overload] : overload, 255 };
		struct packet4 packet, expected;
		struct dhcp4_index index, again;
		uint8_t *field;

		packet4_make(&packet, DHCP4_BOOTREQUEST, span_of(options, sizeof(options)));
		field = packet.at + begin[which];
		memset(field, fields[_i].fill, len[which]);
		memcpy(field, fields[_i].file.at, fields[_i].file.len);
		if (which == 1 && field[1] > 100 && field[1] < 200)
			field[1] = (uint8_t)(field[1] - 64);
		expected = packet;
		field = expected.at + begin[which];
		if (fields[_i].ended == NUL_LAST)
			field[len[which] - 1] = 0;
		if (fields[_i].ended == END_AT) {
			memset(field + fields[_i].at, 0, len[which] - fields[_i].at);
			field[fields[_i].at] = 255;
		}
		ck_assert_msg(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index) ==
				      fields[_i].r,
			      "%s, %d", fields[_i].name, which);
		ck_assert_msg(memcmp(packet.at, expected.at, sizeof(packet.at)) == 0, "%s, %d",
			      fields[_i].name, which);
		ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &again), 0);
		ck_assert_int_eq(memcmp(index.has, again.has, sizeof(index.has)), 0);
		if (index.overload >> which & 1)
			ck_assert_int_eq(index.field[which].stop, again.field[which].stop);
		ck_assert_msg(dhcp4_is_valid(packet4_span(&packet), DHCP4_BOOTREQUEST, NULL) &&
				      dhcp4_is_valid_indexed(packet4_span(&packet), &index,
							     DHCP4_BOOTREQUEST, NULL),
			      "%s, %d", fields[_i].name, which);
		ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index), 0);
	}
}
END_TEST

/* W15: a refused packet's reason names the field that is wrong. */
static const struct {
	struct span options;
	size_t offset; /* of an octet that is set to `octet`; 0: none */
	uint8_t octet;
	size_t len; /* cut to it; 0: whole */
	const char *says;
} faults[] = {
	{ OCTETS(53, 1, 1, 255), 0, 0, 239,
	  "its length is 239, less than a DHCP header (240 bytes)" },
	{ OCTETS(53, 1, 1, 255), 0, 0, 1, "its length is 1, less than a DHCP header (240 bytes)" },
	{ OCTETS(53, 1, 1, 255), DHCP4_OP, 2, 0, "op is 2, not 1 (request)" },
	{ OCTETS(53, 1, 1, 255), DHCP4_COOKIE, 1, 0,
	  "the magic cookie is 01825363 instead of 63825363" },
	{ OCTETS(53, 1, 1, 255), DHCP4_HLEN, 17, 0, "hlen is 17, but chaddr has only 16 bytes" },
	{ OCTETS(53, 2, 1, 1, 255), 0, 0, 0, "option 53 has 2 bytes instead of 1" },
	{ OCTETS(0, 60, 200, 53, 1, 1, 255), 0, 0, 0,
	  "option 60 at byte 241 runs past the end of the packet, and no option 53 precedes it" },
};

START_TEST(a_refusal_names_its_field)
{
	char text[DHCP_FAULT_MAX];
	struct dhcp4_index index;
	struct packet4 packet;
	size_t at;

	packet4_make(&packet, DHCP4_BOOTREQUEST, faults[_i].options);
	if (faults[_i].octet)
		packet.at[faults[_i].offset] = faults[_i].octet;
	if (faults[_i].len)
		packet.len = faults[_i].len;
	ck_assert_int_eq(dhcp4_mend(packet.at, sizeof(packet.at), &packet.len, &index),
			 DHCP4_E_MALFORMED);
	ck_assert_str_eq(dhcp4_fault(packet4_span(&packet), text, &at), faults[_i].says);
}
END_TEST

START_TEST(names_without_nul_are_not_valid)
{
	struct span options = OCTETS(53, 1, 1, 255);
	struct packet4 packet;

	packet4_make(&packet, DHCP4_BOOTREQUEST, options);
	memset(packet.at + DHCP4_SNAME, 'x', DHCP4_SNAME_LEN);
	ck_assert(!dhcp4_is_valid(packet4_span(&packet), DHCP4_BOOTREQUEST, NULL));
	packet.at[DHCP4_FILE - 1] = 0;
	ck_assert(dhcp4_is_valid(packet4_span(&packet), DHCP4_BOOTREQUEST, NULL));
	memset(packet.at + DHCP4_FILE, 'x', DHCP4_FILE_LEN);
	ck_assert(!dhcp4_is_valid(packet4_span(&packet), DHCP4_BOOTREQUEST, NULL));
	packet.at[DHCP4_COOKIE - 1] = 0;
	ck_assert(dhcp4_is_valid(packet4_span(&packet), DHCP4_BOOTREQUEST, NULL));
}
END_TEST

START_TEST(the_shortest_valid_packet_has_244_octets)
{
	struct span options = OCTETS(53, 1, 1, 255);
	struct packet4 packet;

	packet4_make(&packet, DHCP4_BOOTREQUEST, options);
	ck_assert_uint_eq(packet.len, 244);
	ck_assert(dhcp4_is_valid(packet4_span(&packet), DHCP4_BOOTREQUEST, NULL));
	for (size_t len = 0; len < packet.len; len++)
		ck_assert(!dhcp4_is_valid(span_of(packet.at, len), DHCP4_BOOTREQUEST, NULL));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("mend");

	TEST_ROWS(tcase, mends_each_row, rows);
	tcase_add_test(tcase, without_room_to_grow_it_is_malformed);
	tcase_add_test(tcase, a_bad_header_is_not_mended);
	TEST_ROWS(tcase, valid_tells_each_row, valids);
	TEST_ROWS(tcase, mends_sname_and_file, fields);
	TEST_ROWS(tcase, a_refusal_names_its_field, faults);
	tcase_add_test(tcase, names_without_nul_are_not_valid);
	tcase_add_test(tcase, the_shortest_valid_packet_has_244_octets);
	return suite_run("dhcp4_mend", tcase);
}
