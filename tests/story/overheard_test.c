/* story/overheard: records of what others answered, sound and otherwise. */
#include <check.h>

#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"
#include "story/heard.h"
#include "suite.h"

#define FROM4 "\x0a\x4d\0\x01"
#define FROM6 "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"

static struct overheard heard;

static int read4(void)
{
	return overheard_read(heard_of(IP_V4, FROM4, answered4(), 7), &heard);
}

static int read6(void)
{
	return overheard_read(heard_of(IP_V6, FROM6, answered6(), 7), &heard);
}

START_TEST(an_offer_with_an_address)
{
	uint8_t ipxe[] = { 1, 1, 0xfe };

	answer4(DHCP4_OFFER, 5, 9, 0x1234);
	field4(DHCP4_YIADDR, 100);
	field4(DHCP4_SIADDR, 8);
	strcpy((char *)answer + DHCP4_FILE, "a.efi");
	option4(6, (uint8_t[]){ 10, 77, 0, 1 }, 4);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient:Arch:00007", 20);
	option4(DHCP4_OPT_VENDOR, (uint8_t[]){ 6, 1, 8, 255 }, 4);
	option4(DHCP4_OPT_IPXE, ipxe, sizeof(ipxe));
	ck_assert_int_eq(read4(), 0);
	ck_assert_uint_eq(heard.from.ifindex, LINK);
	ck_assert(heard.from.port == 67 && heard.to.port == 68 && heard.us == 7);
	ck_assert(heard.type == DHCP4_OFFER && heard.xid == 0x1234 && heard.gives_address);
	ck_assert(heard.has_dns && heard.boots && heard.class == HEARD_CLASS_PXE);
	ck_assert(heard.priority == -2 && !heard.only_ipv6);
	ck_assert_uint_eq(heard.server.octet[3], 9);
	ck_assert_uint_eq(heard.next.octet[3], 8);
	ck_assert(span_equal(heard.file, span_str("a.efi")));
	ck_assert_uint_eq(heard.client.len, 6);
}
END_TEST

START_TEST(an_offer_without_anything)
{
	answer4(DHCP4_OFFER, 5, 0, 1);
	memset(answer + DHCP4_HEADER + 3 + 2, 0, 4); /* no server: the source counts */
	option4(DHCP4_OPT_VENDOR, (uint8_t[]){ 1, 1, 8, 128, 1, 0, 255 }, 7);
	option4(108, "\0\0\1\0", 4);
	ck_assert_int_eq(read4(), 0);
	ck_assert_uint_eq(heard.server.octet[3], 1);
	ck_assert(!heard.gives_address && !heard.has_dns && !heard.boots && heard.only_ipv6);
	ck_assert(heard.class == HEARD_CLASS_NONE && heard.next.family == IP_NONE);
	ck_assert(heard.file.len == 0 && heard.message.len == 0 && heard.priority == 0);
}
END_TEST

/* Option 67, with the NUL that many write; and the field, where it holds options. */
START_TEST(the_file_is_in_its_option)
{
	answer4(DHCP4_OFFER, 5, 9, 1);
	option4(DHCP4_OPT_BOOT_FILE, "b.efi\0", 6);
	ck_assert_int_eq(read4(), 0);
	ck_assert(span_equal(heard.file, span_str("b.efi")));
	option4(DHCP4_OPT_OVERLOAD, "\1", 1);
	answer[DHCP4_FILE] = 6;
	answer[DHCP4_FILE + 1] = 4;
	ck_assert_int_eq(read4(), 0);
	ck_assert(span_equal(heard.file, span_str("b.efi")) && heard.has_dns);
}
END_TEST

START_TEST(a_refusal_has_a_message)
{
	answer4(DHCP4_NAK, 5, 9, 1);
	option4(56, "wrong network", 13);
	ck_assert_int_eq(read4(), 0);
	ck_assert(span_equal(heard.message, span_str("wrong network")));
}
END_TEST

START_TEST(an_advertise)
{
	answer6(DHCP6_ADVERTISE, 5, 0x112233);
	address6(true);
	class6("HTTPClient");
	option6(DHCP6_OPT_BOOTFILE_URL, "http://a/b", 10);
	option6(23, FROM6, 16);
	ck_assert_int_eq(read6(), 0);
	ck_assert(heard.type == DHCP6_ADVERTISE && heard.xid == 0x112233 && heard.gives_address);
	ck_assert(heard.class == HEARD_CLASS_HTTP && heard.has_dns);
	ck_assert(span_equal(heard.file, span_str("http://a/b")));
	ck_assert(heard.from.port == 547 && heard.client.len == 10);
	ck_assert(ip_equal(&heard.server, &heard.from.ip) && heard.from.ip.octet[15] == 1);
}
END_TEST

START_TEST(no_address_and_anothers_class)
{
	answer6(DHCP6_ADVERTISE, 5, 1);
	address6(false);
	option6(DHCP6_OPT_VENDOR_CLASS, "\0\0\0\1\0\x09PXEClient", 15);
	ck_assert_int_eq(read6(), 0);
	ck_assert(!heard.gives_address && heard.class == HEARD_CLASS_NONE);
}
END_TEST

START_TEST(the_class_is_in_the_second_option)
{
	answer6(DHCP6_REPLY, 5, 1);
	option6(DHCP6_OPT_VENDOR_CLASS, "\0\0\0\1", 4);
	class6("PXEClient");
	ck_assert_int_eq(read6(), 0);
	ck_assert(heard.class == HEARD_CLASS_PXE);
}
END_TEST

START_TEST(records_without_a_packet)
{
	ck_assert_int_eq(overheard_read(heard_word(HEARD_HELLO, 5), &heard), 0);
	ck_assert(heard.kind == HEARD_HELLO && heard.lost == 5);
	ck_assert_int_eq(overheard_read(heard_word(HEARD_BYE, 5), &heard), 0);
}
END_TEST

/* Not of this version, not whole, or longer than it says. */
START_TEST(what_is_no_record)
{
	struct span word = heard_word(HEARD_HELLO, 0), cut;

	for (size_t len = 0; len < HEARD_HEAD; len++) {
		cut = span_take(word, len);
		ck_assert_int_eq(overheard_read(cut, &heard), OVERHEARD_E_RECORD);
	}
	ck_assert_int_eq(overheard_read(span_of(&record, HEARD_HEAD + 1), &heard),
			 OVERHEARD_E_RECORD);
	record.len = 1;
	ck_assert_int_eq(overheard_read(word, &heard), OVERHEARD_E_RECORD);
	heard_word(0, 0);
	ck_assert_int_eq(overheard_read(word, &heard), OVERHEARD_E_RECORD);
	heard_word(HEARD_BYE + 1, 0);
	ck_assert_int_eq(overheard_read(word, &heard), OVERHEARD_E_RECORD);
	heard_word(HEARD_HELLO, 0);
	record.version++;
	ck_assert_int_eq(overheard_read(word, &heard), OVERHEARD_E_RECORD);
	heard_word(HEARD_HELLO, 0);
	record.magic[0] = 'W';
	ck_assert_int_eq(overheard_read(word, &heard), OVERHEARD_E_RECORD);
}
END_TEST

/* Cut anywhere, it is read or refused, and nothing behind it is looked at; the fuzzer does more. */
START_TEST(what_was_cut)
{
	struct span whole;
	int taken = 0;

	answer4(DHCP4_OFFER, 5, 9, 1);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	whole = heard_of(IP_V4, FROM4, answered4(), 7);
	for (size_t len = 0; HEARD_HEAD + len <= whole.len; len++) {
		record.len = (uint16_t)len;
		taken += overheard_read(span_of(&record, HEARD_HEAD + len), &heard) == 0;
	}
	ck_assert_int_ge(taken, 1);
}
END_TEST

/* One octet of a sound packet that is another one. */
static const struct {
	size_t at;
	uint8_t octet;
} broken[] = {
	{ 0, 0x55 },
	{ 0, 0x44 },
	{ 0, 0x4f },
	{ 9, 6 },
	{ 6, 0x20 },
	{ 25, 7 },
	{ 28 + DHCP4_OP, 1 },
	{ 28 + DHCP4_HLEN, 17 },
	{ 7, 1 },
	{ 28 + DHCP4_COOKIE, 0 },
};

START_TEST(what_is_no_answer)
{
	struct span whole;

	answer4(DHCP4_OFFER, 5, 9, 1);
	whole = heard_of(IP_V4, FROM4, answered4(), 7);
	ck_assert_int_eq(overheard_read(whole, &heard), 0);
	record.octets[broken[_i].at] = broken[_i].octet;
	if (broken[_i].at == 25)
		record.octets[24] = 0;
	ck_assert_int_eq(overheard_read(whole, &heard), OVERHEARD_E_PACKET);
}
END_TEST

START_TEST(what_is_no_answer_over_ipv6)
{
	answer6(DHCP6_SOLICIT, 5, 1);
	ck_assert_int_eq(read6(), OVERHEARD_E_PACKET);
	answer6(DHCP6_ADVERTISE, 5, 1);
	answer[answer_len++] = 0;
	ck_assert_int_eq(read6(), OVERHEARD_E_PACKET);
	answer_len = DHCP6_HEADER_LEN; /* nobody's */
	ck_assert_int_eq(read6(), OVERHEARD_E_PACKET);
	answer6(DHCP6_ADVERTISE, 5, 1);
	ck_assert_int_eq(read6(), 0);
	record.octets[6] = 0;
	ck_assert_int_eq(overheard_read(span_of(&record, HEARD_HEAD + (size_t)record.len), &heard),
			 OVERHEARD_E_PACKET);
}
END_TEST

/* A run of datagrams in one frame: the first is read. */
START_TEST(the_first_of_a_run)
{
	struct span whole;

	answer4(DHCP4_OFFER, 5, 9, 1);
	whole = heard_of(IP_V4, FROM4, span_of(answer, 600), 7);
	store_be16(record.octets + 24, 8 + 300);
	ck_assert_int_eq(overheard_read(whole, &heard), 0);
	store_be16(record.octets + 24, 8 + 1200);
	ck_assert_int_eq(overheard_read(whole, &heard), 0);
	ck_assert_uint_eq(heard.type, DHCP4_OFFER);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("overheard");

	tcase_add_test(tcase, an_offer_with_an_address);
	tcase_add_test(tcase, an_offer_without_anything);
	tcase_add_test(tcase, the_file_is_in_its_option);
	tcase_add_test(tcase, a_refusal_has_a_message);
	tcase_add_test(tcase, an_advertise);
	tcase_add_test(tcase, no_address_and_anothers_class);
	tcase_add_test(tcase, the_class_is_in_the_second_option);
	tcase_add_test(tcase, records_without_a_packet);
	tcase_add_test(tcase, what_is_no_record);
	tcase_add_test(tcase, what_was_cut);
	TEST_ROWS(tcase, what_is_no_answer, broken);
	tcase_add_test(tcase, what_is_no_answer_over_ipv6);
	tcase_add_test(tcase, the_first_of_a_run);
	return suite_run("story/overheard", tcase);
}
