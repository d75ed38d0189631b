/* dhcp/dhcp4_option.h: cursor, index, and values in several parts (protocol rules of RFC 2131,
 * 2132 and 3396). */
#include <check.h>

#include "dhcp/packet4.h"
#include "suite.h"

static const struct {
	const char *name;
	struct span field;
	int n_options, stop; /* how many are read, and what ends the reading */
} fields[] = {
	{ "END ends", OCTETS(53, 1, 1, 255, 60, 9), 1, DHCP4_E_END },
	{ "PAD is skipped", OCTETS(0, 53, 1, 1, 0, 0, 60, 1, 'P', 255), 2, DHCP4_E_END },
	{ "no END: the last octet ends", OCTETS(53, 1, 1), 1, DHCP4_E_END },
	{ "PAD to the last octet", OCTETS(53, 1, 1, 0, 0), 1, DHCP4_E_END },
	{ "nothing at all", { NULL, 0 }, 0, DHCP4_E_END },
	{ "empty value", OCTETS(80, 0, 255), 1, DHCP4_E_END },
	{ "length past the field", OCTETS(53, 1, 1, 60, 9, 'P'), 1, DHCP4_E_MALFORMED },
	{ "length past the field by one", OCTETS(60, 2, 'P'), 0, DHCP4_E_MALFORMED },
	{ "a code without a length", OCTETS(53, 1, 1, 60), 1, DHCP4_E_MALFORMED },
	{ "length 255 of nothing", OCTETS(60, 255), 0, DHCP4_E_MALFORMED },
};

START_TEST(cursor_reads_each_field)
{
	struct span cursor = fields[_i].field;
	struct dhcp4_option option;
	int r, n = 0;

	while (!(r = dhcp4_option_next(&cursor, &option)))
		n++;
	ck_assert_msg(r == fields[_i].stop && n == fields[_i].n_options, "%s", fields[_i].name);
}
END_TEST

START_TEST(cursor_stays_where_it_fails)
{
	struct span field = OCTETS(0, 60, 9, 'P'), cursor = field;
	struct dhcp4_option option = { .code = 7 };

	ck_assert_int_eq(dhcp4_option_next(&cursor, &option), DHCP4_E_MALFORMED);
	ck_assert(cursor.at == field.at && cursor.len == field.len && option.code == 7);
}
END_TEST

static const struct {
	const char *name;
	struct span options;
	int r;
	uint8_t stop, type;
	uint16_t end; /* behind the header */
	uint16_t count;
} indexes[] = {
	{ "plain", OCTETS(53, 1, 1, 60, 1, 'P', 255, 0, 0), 0, DHCP4_STOP_END, 1, 6, 2 },
	{ "no END, last octet", OCTETS(53, 1, 3), 0, DHCP4_STOP_OCTETS, 3, 3, 1 },
	{ "no END, PAD behind", OCTETS(53, 1, 3, 0, 0), 0, DHCP4_STOP_OCTETS, 3, 3, 1 },
	{ "no options", OCTETS(255), 0, DHCP4_STOP_END, 0, 0, 0 },
	{ "overrun", OCTETS(53, 1, 1, 60, 3, 'P'), DHCP4_E_MALFORMED, 0, 0, 0, 0 },
	{ "53 of two octets", OCTETS(53, 2, 1, 1, 255), DHCP4_E_MALFORMED, 0, 0, 0, 0 },
	{ "53 of none", OCTETS(53, 0, 255), DHCP4_E_MALFORMED, 0, 0, 0, 0 },
	{ "53 twice: the first", OCTETS(53, 1, 1, 53, 1, 3, 255), 0, DHCP4_STOP_END, 1, 6, 2 },
	{ "53 behind END does not count", OCTETS(255, 53, 1, 1), 0, DHCP4_STOP_END, 0, 0, 0 },
};

START_TEST(index_tells_each_area)
{
	struct dhcp4_index index;
	struct packet4 packet;

	packet4_make(&packet, DHCP4_BOOTREQUEST, indexes[_i].options);
	ck_assert_msg(dhcp4_index_build(packet4_span(&packet), &index) == indexes[_i].r, "%s",
		      indexes[_i].name);
	if (indexes[_i].r == 0)
		ck_assert_msg(index.stop == indexes[_i].stop && index.type == indexes[_i].type &&
				      index.end == DHCP4_HEADER + indexes[_i].end &&
				      index.count == indexes[_i].count && index.overload == 0,
			      "%s", indexes[_i].name);
}
END_TEST

START_TEST(index_refuses_a_bad_header)
{
	struct span options = OCTETS(53, 1, 1, 255);
	struct dhcp4_index index;
	struct packet4 packet;
	static uint8_t huge[DHCP4_PACKET_MAX + 2];

	packet4_make(&packet, DHCP4_BOOTREQUEST, options);
	for (size_t len = 0; len < DHCP4_HEADER; len++)
		ck_assert_int_eq(dhcp4_index_build(span_of(packet.at, len), &index),
				 DHCP4_E_MALFORMED);
	ck_assert_int_eq(dhcp4_index_build(span_of(packet.at, DHCP4_HEADER), &index), 0);

	packet.at[DHCP4_HLEN] = 17;
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), DHCP4_E_MALFORMED);
	packet.at[DHCP4_HLEN] = 16;
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);

	for (size_t i = DHCP4_COOKIE; i < DHCP4_HEADER; i++) {
		packet.at[i] ^= 1;
		ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index),
				 DHCP4_E_MALFORMED);
		packet.at[i] ^= 1;
	}

	memcpy(huge, packet.at, packet.len);
	ck_assert_int_eq(dhcp4_index_build(span_of(huge, DHCP4_PACKET_MAX + 1), &index), 0);
	ck_assert_int_eq(dhcp4_index_build(span_of(huge, sizeof(huge)), &index), DHCP4_E_MALFORMED);
}
END_TEST

/* W17: how many options are looked at is not the sender's choice. */
START_TEST(index_refuses_more_options_than_anybody_sends)
{
	uint8_t octets[4 + 2 * (DHCP4_OPTIONS_MAX + 1)] = { 53, 1, 1 };
	struct dhcp4_index index;
	struct packet4 packet;
	size_t len = 3 + 2 * (DHCP4_OPTIONS_MAX - 1);

	for (size_t i = 3; i < sizeof(octets) - 1; i += 2)
		octets[i] = 224;
	octets[len] = DHCP4_OPT_END;
	packet4_make(&packet, DHCP4_BOOTREQUEST, span_of(octets, len + 1));
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	ck_assert_uint_eq(index.count, DHCP4_OPTIONS_MAX);

	octets[len] = 224;
	octets[len + 2] = DHCP4_OPT_END;
	packet4_make(&packet, DHCP4_BOOTREQUEST, span_of(octets, len + 3));
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), DHCP4_E_MALFORMED);
	ck_assert_int_eq(dhcp4_index_scan(packet4_span(&packet), &index), DHCP4_E_MALFORMED);
}
END_TEST

START_TEST(index_and_walk_find_the_same)
{
	struct span options = OCTETS(53, 1, 1, 43, 2, 1, 2, 60, 1, 'P', 43, 1, 3, 0, 43, 0, 255);
	struct packet4 packet;
	struct dhcp4_index index;
	struct span a, b;

	packet4_make(&packet, DHCP4_BOOTREQUEST, options);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	for (unsigned code = 0; code < 256; code++) {
		for (unsigned instance = 0; instance < 5; instance++) {
			int r = dhcp4_option_find(packet4_span(&packet), (uint8_t)code, instance,
						  &a);

			ck_assert_int_eq(dhcp4_index_find(&index, packet4_span(&packet),
							  (uint8_t)code, instance, &b),
					 r);
			ck_assert(r == DHCP4_E_ABSENT || (a.at == b.at && a.len == b.len));
			ck_assert_int_eq(r == 0,
					 (code == 53 && instance == 1) ||
						 (code == 60 && instance == 1) ||
						 (code == 43 && instance >= 1 && instance <= 3));
		}
	}
	ck_assert(dhcp4_index_repeats(&index, 43) && !dhcp4_index_repeats(&index, 60));
	ck_assert_ptr_null(dhcp4_index_get(&index, packet4_span(&packet), 61).at);
}
END_TEST

START_TEST(find_reads_memory_that_no_index_would_take)
{
	struct span options = OCTETS(60, 1, 'P', 61, 9, 1);
	struct packet4 packet;
	struct span value;

	packet4_make(&packet, DHCP4_BOOTREPLY, options);
	packet.at[DHCP4_HLEN] = 99;
	ck_assert_int_eq(dhcp4_option_find(packet4_span(&packet), 60, 1, &value), 0);
	ck_assert(value.len == 1 && value.at[0] == 'P');
	ck_assert_int_eq(dhcp4_option_find(packet4_span(&packet), 62, 1, &value),
			 DHCP4_E_MALFORMED);
	packet.at[DHCP4_COOKIE] = 0;
	ck_assert_int_eq(dhcp4_option_find(packet4_span(&packet), 60, 1, &value),
			 DHCP4_E_MALFORMED);
}
END_TEST

/* One packet whose option 67 comes in four parts: twice in the main area, in file, in sname. */
static void make_overloaded(struct packet4 *packet, uint8_t overload)
{
	struct span options = OCTETS(53, 1, 1, 67, 2, 'a', 'b', 52, 1, 3, 67, 1, 'c', 255);
	static const uint8_t file[] = { 0, 67, 1, 'd', 61, 1, 9, 255, 67, 1, 'x' };
	static const uint8_t sname[] = { 67, 1, 'e', 66, 1, 's' };

	packet4_make(packet, DHCP4_BOOTREQUEST, options);
	packet->at[DHCP4_HEADER + 9] = overload;
	memcpy(packet->at + DHCP4_FILE, file, sizeof(file));
	memcpy(packet->at + DHCP4_SNAME, sname, sizeof(sname));
}

static const struct {
	uint8_t overload, told;
	const char *joined;
	bool has_61, has_66;
} overloads[] = {
	{ 1, 1, "abcd", true, false }, { 2, 2, "abce", false, true }, { 3, 3, "abcde", true, true },
	{ 0, 0, "abc", false, false }, { 4, 0, "abc", false, false },
};

START_TEST(overload_reads_main_then_file_then_sname)
{
	struct dhcp4_index index;
	struct packet4 packet;
	uint8_t buffer[16];
	struct span value;

	make_overloaded(&packet, overloads[_i].overload);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	ck_assert_uint_eq(index.overload, overloads[_i].told);
	ck_assert_uint_eq(index.count, 4);
	ck_assert_int_eq(
		dhcp4_index_join(&index, packet4_span(&packet), 67, buffer, sizeof(buffer), &value),
		0);
	ck_assert(span_equal(value, span_str(overloads[_i].joined)));
	ck_assert_int_eq(dhcp4_index_has(&index, 61), overloads[_i].has_61);
	ck_assert_int_eq(dhcp4_index_has(&index, 66), overloads[_i].has_66);
	ck_assert(!dhcp4_index_has_main(&index, 61) && !dhcp4_index_has_main(&index, 66));
	/* W14: with an index and without, option by option, the same is found. */
	for (unsigned i = 0; i <= strlen(overloads[_i].joined); i++) {
		int r = i < strlen(overloads[_i].joined) - 1 ? 0 : DHCP4_E_ABSENT;
		struct span scanned = SPAN_NONE;

		value = SPAN_NONE;
		ck_assert_int_eq(dhcp4_index_find(&index, packet4_span(&packet), 67, i + 1, &value),
				 r);
		ck_assert_int_eq(dhcp4_option_find(packet4_span(&packet), 67, i + 1, &scanned), r);
		ck_assert_ptr_eq(value.at, scanned.at);
	}
	ck_assert_int_eq(dhcp4_index_find(&index, packet4_span(&packet), 61, 1, &value),
			 overloads[_i].has_61 ? 0 : DHCP4_E_ABSENT);
}
END_TEST

START_TEST(overloaded_area_that_overruns_is_malformed)
{
	struct dhcp4_index index;
	struct packet4 packet;

	make_overloaded(&packet, 3);
	packet.at[DHCP4_FILE + 2] = 126;
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), DHCP4_E_MALFORMED);
	packet.at[DHCP4_FILE + 2] = 125;
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	packet.at[DHCP4_SNAME + 1] = 63;
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), DHCP4_E_MALFORMED);
	ck_assert_int_eq(dhcp4_index_scan(packet4_span(&packet), &index), 0);
	ck_assert_int_eq(index.field[1].stop, DHCP4_STOP_OVERRUN);
	ck_assert_uint_eq(index.field[1].end, DHCP4_SNAME);
}
END_TEST

START_TEST(join_borrows_one_part_and_bounds_many)
{
	struct dhcp4_index index;
	struct packet4 packet;
	uint8_t buffer[5];
	struct span value = SPAN_NONE;

	make_overloaded(&packet, 3);
	ck_assert_int_eq(dhcp4_index_build(packet4_span(&packet), &index), 0);
	ck_assert_int_eq(dhcp4_index_join(&index, packet4_span(&packet), 66, NULL, 0, &value), 0);
	ck_assert_ptr_eq(value.at, packet.at + DHCP4_SNAME + 5);
	ck_assert_int_eq(dhcp4_index_join(&index, packet4_span(&packet), 67, buffer, 5, &value), 0);
	ck_assert_ptr_eq(value.at, buffer);
	ck_assert_int_eq(dhcp4_index_join(&index, packet4_span(&packet), 67, buffer, 4, &value),
			 DHCP4_E_TOO_BIG);
	ck_assert_int_eq(dhcp4_index_join(&index, packet4_span(&packet), 99, buffer, 5, &value),
			 DHCP4_E_ABSENT);
}
END_TEST

START_TEST(relay_sub_options_have_no_pad_and_no_end)
{
	struct span relay = OCTETS(0, 1, 7, 255, 0, 5, 4, 10, 0, 0, 0, 9, 200, 1), value;

	ck_assert(dhcp4_relay_get(relay, 0, &value) && value.len == 1 && value.at[0] == 7);
	ck_assert(dhcp4_relay_get(relay, 255, &value) && value.len == 0);
	ck_assert(dhcp4_relay_get(relay, 5, &value) && value.len == 4);
	ck_assert(!dhcp4_relay_get(relay, 9, &value));
	ck_assert(!dhcp4_relay_get(SPAN_NONE, 5, &value));
}
END_TEST

START_TEST(header_fields_are_read_where_they_are)
{
	struct packet4 packet;

	packet4_make(&packet, DHCP4_BOOTREQUEST, SPAN_NONE);
	for (size_t i = 0; i < DHCP4_COOKIE; i++)
		packet.at[i] = (uint8_t)i;
	packet.at[DHCP4_HLEN] = 200;
	ck_assert_uint_eq(dhcp4_xid(packet.at), 0x04050607);
	ck_assert_uint_eq(dhcp4_ciaddr(packet.at).octet[0], 12);
	ck_assert_uint_eq(dhcp4_siaddr(packet.at).octet[0], 20);
	ck_assert_uint_eq(dhcp4_giaddr(packet.at).octet[0], 24);
	ck_assert_uint_eq(dhcp4_chaddr(packet.at).len, 16);
	ck_assert_uint_eq(dhcp4_file(packet.at).len, 128);
	packet.at[DHCP4_FILE + 3] = 0;
	ck_assert_uint_eq(dhcp4_file(packet.at).len, 3);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("option");

	TEST_ROWS(tcase, cursor_reads_each_field, fields);
	tcase_add_test(tcase, cursor_stays_where_it_fails);
	TEST_ROWS(tcase, index_tells_each_area, indexes);
	tcase_add_test(tcase, index_refuses_a_bad_header);
	tcase_add_test(tcase, index_refuses_more_options_than_anybody_sends);
	tcase_add_test(tcase, index_and_walk_find_the_same);
	tcase_add_test(tcase, find_reads_memory_that_no_index_would_take);
	TEST_ROWS(tcase, overload_reads_main_then_file_then_sname, overloads);
	tcase_add_test(tcase, overloaded_area_that_overruns_is_malformed);
	tcase_add_test(tcase, join_borrows_one_part_and_bounds_many);
	tcase_add_test(tcase, relay_sub_options_have_no_pad_and_no_end);
	tcase_add_test(tcase, header_fields_are_read_where_they_are);
	return suite_run("dhcp4_option", tcase);
}
