/* dhcp/dhcp6_option and dhcp/dhcp6: the cursor, the look-ups, the items and the writer. */
#include <check.h>
#include <errno.h>

#include "dhcp/packet6.h"
#include "suite.h"

static const struct {
	const char *name;
	struct span area;
	int n_options, stop;
} areas[] = {
	{ "empty area", { NULL, 0 }, 0, DHCP6_E_END },
	{ "one option", OCTETS6(0, 1, 0, 2, 7, 8), 1, DHCP6_E_END },
	{ "empty option", OCTETS6(RAPID_COMMIT), 1, DHCP6_E_END },
	{ "two options", OCTETS6(RAPID_COMMIT, ELAPSED), 2, DHCP6_E_END },
	{ "value one octet short", OCTETS6(ELAPSED, 0, 1, 0, 3, 7, 8), 1, DHCP6_E_MALFORMED },
	{ "length 65535", OCTETS6(0, 1, 255, 255, 1), 0, DHCP6_E_MALFORMED },
	{ "header of one octet", OCTETS6(ELAPSED, 0), 1, DHCP6_E_MALFORMED },
	{ "header of three octets", OCTETS6(ELAPSED, 0, 1, 0), 1, DHCP6_E_MALFORMED },
	{ "zeros are an option with code 0, not padding", OCTETS6(0, 0, 0, 0), 1, DHCP6_E_END },
};

START_TEST(cursor_reads_each_area)
{
	struct span cursor = areas[_i].area, before;
	struct dhcp6_option option = { 77, SPAN_NONE };
	int r, n = 0;

	for (;;) {
		before = cursor;
		r = dhcp6_option_next(&cursor, &option);
		if (r)
			break;
		ck_assert_ptr_nonnull(option.value.at);
		n++;
	}
	ck_assert_msg(r == areas[_i].stop && n == areas[_i].n_options, "%s", areas[_i].name);
	ck_assert(cursor.at == before.at && cursor.len == before.len);
	ck_assert(n > 0 || option.code == 77);
	ck_assert_msg(dhcp6_option_area_ok(areas[_i].area) == (areas[_i].stop == DHCP6_E_END), "%s",
		      areas[_i].name);
}
END_TEST

static const struct {
	const char *name;
	struct span area;
	uint16_t code;
	unsigned instance;
	int r;
	uint8_t first; /* octet of the value found */
} finds[] = {
	{ "first", OCTETS6(O6(7, 1), 1, O6(8, 1), 2, O6(8, 1), 3), 8, 1, 0, 2 },
	{ "second instance", OCTETS6(O6(7, 1), 1, O6(8, 1), 2, O6(8, 1), 3), 8, 2, 0, 3 },
	{ "third of two", OCTETS6(O6(8, 1), 2, O6(8, 1), 3), 8, 3, DHCP6_E_ABSENT, 0 },
	{ "absent", OCTETS6(O6(8, 1), 2), 9, 1, DHCP6_E_ABSENT, 0 },
	{ "instance 0", OCTETS6(O6(8, 1), 2), 8, 0, -EINVAL, 0 },
	{ "broken behind the match", OCTETS6(O6(8, 1), 2, 0, 9, 0), 8, 1, 0, 2 },
	{ "broken before the match", OCTETS6(0, 9, 0, 200, 0, 8, 0, 1, 2), 8, 1, DHCP6_E_MALFORMED,
	  0 },
	{ "broken, and none before", OCTETS6(O6(8, 1), 2, 0, 9, 0), 8, 2, DHCP6_E_MALFORMED, 0 },
	{ "16-bit code", OCTETS6(O6(50017, 1), 5), 50017, 1, 0, 5 },
	{ "not inside another option", OCTETS6(O6(3, 5), O6(8, 1), 2), 8, 1, DHCP6_E_ABSENT, 0 },
};

START_TEST(find_takes_code_and_instance)
{
	struct span value = { our_duid, 99 };
	int r = dhcp6_option_find(finds[_i].area, finds[_i].code, finds[_i].instance, &value);

	ck_assert_msg(r == finds[_i].r, "%s: %d", finds[_i].name, r);
	if (r)
		ck_assert(value.at == our_duid && value.len == 99);
	else
		ck_assert_msg(value.len == 1 && value.at[0] == finds[_i].first, "%s",
			      finds[_i].name);
}
END_TEST

#define MICROSOFT 0, 0, 1, 55
static const struct {
	const char *name;
	struct span area;
	unsigned instance;
	int r;
	uint8_t first;
} vendor_finds[] = {
	/* enterprise 311, code 9 */
	{ "found", OCTETS6(O6(17, 9), MICROSOFT, O6(9, 1), 4), 1, 0, 4 },
	{ "another enterprise", OCTETS6(O6(17, 9), INTEL, O6(9, 1), 4), 1, DHCP6_E_ABSENT, 0 },
	{ "another enterprise's may be odd", OCTETS6(O6(17, 5), INTEL, 9), 1, DHCP6_E_ABSENT, 0 },
	{ "none at all", OCTETS6(ELAPSED), 1, DHCP6_E_ABSENT, 0 },
	{ "count goes on in the next 17",
	  OCTETS6(O6(17, 9), MICROSOFT, O6(9, 1), 4, O6(17, 9), INTEL, O6(9, 1), 5, O6(17, 9),
		  MICROSOFT, O6(9, 1), 6),
	  2, 0, 6 },
	{ "no options inside", OCTETS6(O6(17, 4), MICROSOFT), 1, DHCP6_E_ABSENT, 0 },
	{ "17 under 4 octets", OCTETS6(O6(17, 3), 0, 0, 1), 1, DHCP6_E_MALFORMED, 0 },
	{ "17 under 4 octets behind the match",
	  OCTETS6(O6(17, 9), MICROSOFT, O6(9, 1), 4, O6(17, 0)), 1, 0, 4 },
	{ "inner option overruns", OCTETS6(O6(17, 9), MICROSOFT, O6(9, 2), 4), 1, DHCP6_E_MALFORMED,
	  0 },
	{ "outer option overruns", OCTETS6(O6(17, 99), MICROSOFT), 1, DHCP6_E_MALFORMED, 0 },
	{ "instance 0", OCTETS6(O6(17, 9), MICROSOFT, O6(9, 1), 4), 0, -EINVAL, 0 },
};

START_TEST(find_vendor_searches_one_enterprise)
{
	struct span value = { our_duid, 99 };
	int r = dhcp6_option_find_vendor(vendor_finds[_i].area, 311, 9, vendor_finds[_i].instance,
					 &value);

	ck_assert_msg(r == vendor_finds[_i].r, "%s: %d", vendor_finds[_i].name, r);
	if (r)
		ck_assert(value.at == our_duid && value.len == 99);
	else
		ck_assert_msg(value.len == 1 && value.at[0] == vendor_finds[_i].first, "%s",
			      vendor_finds[_i].name);
}
END_TEST

static const struct {
	const char *name;
	struct span value;
	int n_items, stop;
} items[] = {
	{ "none", { NULL, 0 }, 0, DHCP6_E_END },
	{ "two, one of them empty", OCTETS6(0, 0, 0, 2, 'a', 'b'), 2, DHCP6_E_END },
	{ "one octet left over", OCTETS6(0, 1, 'a', 0), 1, DHCP6_E_MALFORMED },
	{ "item overruns", OCTETS6(0, 3, 'a', 'b'), 0, DHCP6_E_MALFORMED },
	{ "bare text", OCTETS6('i', 'P', 'X', 'E'), 0, DHCP6_E_MALFORMED },
};

START_TEST(item_cursor_reads_each_value)
{
	struct span cursor = items[_i].value, item;
	int r, n = 0;

	while (!(r = dhcp6_item_next(&cursor, &item)))
		n++;
	ck_assert_msg(r == items[_i].stop && n == items[_i].n_items, "%s", items[_i].name);
}
END_TEST

START_TEST(header_of_each_type)
{
	uint8_t octets[DHCP6_RELAY_HEADER_LEN + 1] = { DHCP6_SOLICIT, 0xa, 0xb, 0xc };
	struct span options = { our_duid, 99 };

	ck_assert_int_eq(dhcp6_options_of(SPAN_NONE, &options), DHCP6_E_MALFORMED);
	ck_assert_int_eq(dhcp6_options_of(span_of(octets, 3), &options), DHCP6_E_MALFORMED);
	ck_assert_ptr_eq(options.at, our_duid);
	ck_assert_int_eq(dhcp6_options_of(span_of(octets, 4), &options), 0);
	ck_assert_uint_eq(options.len, 0);
	ck_assert_uint_eq(dhcp6_xid_of(span_of(octets, 4)), 0xa0b0c);
	ck_assert_uint_eq(dhcp6_xid_of(span_of(octets, 3)), 0);
	for (uint8_t type = DHCP6_RELAY_FORW; type <= DHCP6_RELAY_REPL; type++) {
		octets[0] = type;
		ck_assert_int_eq(dhcp6_options_of(span_of(octets, 33), &options),
				 DHCP6_E_MALFORMED);
		ck_assert_int_eq(dhcp6_options_of(span_of(octets, 35), &options), 0);
		ck_assert(options.at == octets + 34 && options.len == 1);
	}
}
END_TEST

START_TEST(writer_writes_what_the_cursor_reads)
{
	uint8_t buffer[64] = { DHCP6_REPLY };
	struct dhcp6_writer writer = { buffer, DHCP6_HEADER_LEN, sizeof(buffer) };
	struct span options, value;

	ck_assert_int_eq(dhcp6_writer_put(&writer, 2, span_of(our_duid, sizeof(our_duid))), 0);
	ck_assert_int_eq(dhcp6_writer_put(&writer, 14, SPAN_NONE), 0);
	ck_assert_int_eq(dhcp6_writer_put_raw(&writer, span_of("\0\7\0\1\5", 5)), 0);
	ck_assert_int_eq(dhcp6_writer_put_raw(&writer, SPAN_NONE), 0);

	ck_assert_int_eq(dhcp6_options_of(span_of(buffer, writer.len), &options), 0);
	ck_assert(dhcp6_option_area_ok(options));
	ck_assert_int_eq(dhcp6_option_find(options, 2, 1, &value), 0);
	ck_assert(span_equal(value, span_of(our_duid, sizeof(our_duid))));
	ck_assert_int_eq(dhcp6_option_find(options, 14, 1, &value), 0);
	ck_assert_int_eq(dhcp6_option_find(options, 7, 1, &value), 0);
	ck_assert_uint_eq(value.at[0], 5);
}
END_TEST

START_TEST(writer_stops_at_its_bound)
{
	static const uint8_t big[0x10000];
	uint8_t buffer[14] = { 0 };
	struct dhcp6_writer writer = { buffer, DHCP6_HEADER_LEN, 13 };

	buffer[13] = 0xa5;
	ck_assert_int_eq(dhcp6_writer_put(&writer, 8, span_of(big, 6)), DHCP6_E_NO_ROOM);
	ck_assert_int_eq(dhcp6_writer_put(&writer, 8, span_of(big, sizeof(big))), DHCP6_E_TOO_LONG);
	ck_assert_int_eq(dhcp6_writer_put_raw(&writer, span_of(big, 10)), DHCP6_E_NO_ROOM);
	ck_assert_uint_eq(writer.len, 4);
	ck_assert_int_eq(dhcp6_writer_put(&writer, 8, span_of(big, 5)), 0);
	ck_assert_uint_eq(writer.len, 13);
	ck_assert_int_eq(dhcp6_writer_put(&writer, 8, SPAN_NONE), DHCP6_E_NO_ROOM);
	ck_assert_uint_eq(buffer[13], 0xa5);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp6_option");

	TEST_ROWS(tcase, cursor_reads_each_area, areas);
	TEST_ROWS(tcase, find_takes_code_and_instance, finds);
	TEST_ROWS(tcase, find_vendor_searches_one_enterprise, vendor_finds);
	TEST_ROWS(tcase, item_cursor_reads_each_value, items);
	tcase_add_test(tcase, header_of_each_type);
	tcase_add_test(tcase, writer_writes_what_the_cursor_reads);
	tcase_add_test(tcase, writer_stops_at_its_bound);
	return suite_run("dhcp6_option", tcase);
}
