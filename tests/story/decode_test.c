/* story/decode: packets as named fields, in words and as JSON. */
#include <check.h>
#include <glob.h>
#include <stdio.h>

#include "dhcp/packet4.h"
#include "dhcp/dhcp6.h"
#include "pcap.h"
#include "story/decode.h"
#include "story/decode_write.h"
#include "suite.h"

enum { WORDS_MAX = 65536 };

static const char *words_of(struct span packet, uint8_t family)
{
	static char words[WORDS_MAX];
	FILE *out = fmemopen(words, sizeof(words), "w");

	decode_words(packet, family, 0, out);
	fclose(out);
	return words;
}

#define HEADER                                                                                     \
	"op: BOOTREQUEST\nhtype: 1\nhlen: 6\nhops: 0\nxid: 0x01020304\nsecs: 0\nflags: 0x0000\n"   \
	"ciaddr: 0.0.0.0\nyiaddr: 0.0.0.0\nsiaddr: 0.0.0.0\ngiaddr: 0.0.0.0\n"                     \
	"chaddr: 52:54:00:77:00:01\n"

static const struct {
	const char *name;
	struct span options;
	const char *words; /* behind HEADER */
} rows4[] = {
	{ "the usual ones",
	  OCTETS(53, 1, 1, 60, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', 93, 4, 0, 7, 1, 0,
		 57, 2, 5, 192, 54, 4, 10, 77, 0, 2, 255),
	  "53 DHCP Msg Type: DISCOVER\n60 Class Id: \"PXEClient\"\n"
	  "93 Client System: x64-uefi, arch-256\n57 DHCP Max Msg Size: 1472\n"
	  "54 DHCP Server Id: 10.77.0.2\n" },
	{ "PXE's own options", OCTETS(43, 7, 6, 1, 8, 71, 2, 0, 1, 255, 0, 255),
	  "43 Vendor Specific:\n  6 discovery control: 0x08\n  71 boot item: 0x0001\n" },
	{ "a menu of PXE's",
	  OCTETS(43, 48, 6, 1, 3, 8, 14, 0x80, 0, 1, 10, 0, 0, 2, 0x80, 1, 1, 10, 0, 0, 9, 9, 14,
		 0x80, 0, 2, 'A', 'b', 0x80, 1, 0, 0, 0, 3, 'H', 'D', 10, 10, 4, 10, 'F', '8', ' ',
		 71, 4, 0x80, 1, 0, 2, 255, 255),
	  "43 Vendor Specific:\n  6 discovery control: 0x03\n"
	  "  8 boot servers: 0x8000 10.0.0.2, 0x8001 10.0.0.9\n"
	  "  9 boot menu: 0x8000 \"Ab\", 0x8001 \"\", 0x0000 \"HD \"\n"
	  "  10 menu prompt: 10 s \"F8 \"\n  71 boot item: 0x8001, layer 2\n" },
	{ "a menu that overruns",
	  OCTETS(43, 13, 8, 3, 0x80, 0, 1, 9, 4, 0x80, 0, 2, 'A', 10, 0, 255),
	  "43 Vendor Specific:\n  8 boot servers: 80:00:01\n  9 boot menu: 80:00:02:41\n"
	  "  10 menu prompt: \n" },
	{ "another vendor's option 43", OCTETS(43, 3, 1, 9, 7, 255),
	  "43 Vendor Specific: 01:09:07\n" },
	{ "a relay's, where 0 and 255 are codes as others",
	  OCTETS(82, 13, 1, 2, 'e', 0, 255, 1, 7, 5, 4, 10, 0, 0, 0, 255),
	  "82 Relay Agent Information:\n  1 circuit id: 65:00\n  255: 07\n"
	  "  5 link selection: 10.0.0.0\n" },
	{ "a relay's that overruns", OCTETS(82, 3, 1, 9, 7, 255),
	  "82 Relay Agent Information:\n"
	  "  malformed: a sub-option does not fit into its option, at octet 242\n" },
	{ "iPXE's", OCTETS(175, 6, 177, 1, 2, 19, 1, 1, 255),
	  "175 Etherboot (iPXE):\n  177 bus id: 02\n  19 feature http: 1\n" },
	{ "a UUID that is too short", OCTETS(97, 3, 0, 1, 2, 255),
	  "97 UUID/GUID:\n  type: 0\n  malformed: the option is too short, at octet 243\n" },
	{ "a code that nobody knows, and a length that is not the kind's",
	  OCTETS(222, 2, 1, 2, 57, 3, 1, 2, 3, 53, 1, 99, 255),
	  "222: 01:02\n57 DHCP Max Msg Size: 01:02:03\n53 DHCP Msg Type: 99\n" },
	{ "what a client says is made plain",
	  OCTETS(60, 8, 'a', 10, 27, '<', 0xff, 0xe2, 0x80, 0xae, 255),
	  "60 Class Id: \"a ?‹�?\"\n" },
	{ "an option behind the packet's end", OCTETS(53, 1, 3, 60, 9, 'P'),
	  "53 DHCP Msg Type: REQUEST\nmalformed: an option does not fit, at octet 243\n" },
	{ "no option", OCTETS(255), "" },
};

START_TEST(options_of_dhcpv4)
{
	struct packet4 packet;
	const char *words;

	packet4_make(&packet, DHCP4_BOOTREQUEST, rows4[_i].options);
	words = words_of(packet4_span(&packet), IP_V4);
	ck_assert_msg(strncmp(words, HEADER, strlen(HEADER)) == 0, "%s", words);
	ck_assert_msg(strcmp(words + strlen(HEADER), rows4[_i].words) == 0, "%s:\n%s",
		      rows4[_i].name, words + strlen(HEADER));
}
END_TEST

START_TEST(file_and_sname_are_texts_or_options)
{
	static const uint8_t overload[] = { 52, 1, 1, 255 }, in_file[] = { 67, 2, 'a', 'b', 255 };
	struct packet4 packet;

	packet4_make(&packet, DHCP4_BOOTREQUEST, span_of(overload, sizeof(overload)));
	memcpy(packet.at + DHCP4_FILE, in_file, sizeof(in_file));
	memcpy(packet.at + DHCP4_SNAME, "boot", 5);
	ck_assert_str_eq(words_of(packet4_span(&packet), IP_V4) + strlen(HEADER),
			 "52 Overload: 1\nfile:\n  67 Bootfile-Name: \"ab\"\nsname: \"boot\"\n");
}
END_TEST

START_TEST(what_is_no_packet_is_a_fault)
{
	struct packet4 packet;

	packet4_make(&packet, DHCP4_BOOTREQUEST, SPAN_NONE);
	ck_assert_str_eq(words_of(span_take(packet4_span(&packet), DHCP4_HEADER - 1), IP_V4),
			 "malformed: shorter than a DHCP header, at octet 0\n");
	packet.at[DHCP4_COOKIE] = 0;
	ck_assert_str_eq(words_of(packet4_span(&packet), IP_V4) + strlen(HEADER),
			 "malformed: no DHCP cookie, at octet 236\n");
	ck_assert_str_eq(words_of(SPAN_NONE, IP_V4),
			 "malformed: shorter than a DHCP header, at octet 0\n");
	ck_assert_str_eq(words_of(SPAN_NONE, IP_V6),
			 "malformed: shorter than a DHCPv6 header, at octet 0\n");
}
END_TEST

START_TEST(a_relayed_dhcpv6_message)
{
	static const uint8_t
		message
			[] = {
				12,   1,    0xfd, 0,    0,   0,   0,   0,    0, 0,
				0,    0,    0,    0,    0,   0,   0,   1, /* RELAY-FORW, hop 1, link
									   */
				0xfe, 0x80, 0,    0,    0,   0,   0,   0,    0, 0,
				0,    0,    0,    0,    0,   2,   /* peer
								   */
				0,    18,   0,    2,    'i', 'f', /* INTERFACE_ID */
				0,    9,    0,    54,             /* RELAY_MSG */
				1,    0xaa, 0xbb, 0xcc,           /* SOLICIT */
				0,    61,   0,    2,    0,   16,  /* CLIENT_ARCH_TYPE */
				0,    16,   0,    10,   0,   0,   1,   0x57, 0, 4,
				'H',  'T',  'T',  'P',                      /* VENDOR_CLASS
									     */
				0,    6,    0,    4,    0,   59,  0,   60,  /* ORO */
				0,    13,   0,    4,    0,   2,   'n', 'o', /* STATUS_CODE */
				0,    3,    0,    12,   0,   0,   0,   7,    0, 0,
				0,    1,    0,    0, /* IA_NA, to
							the end */
			};

	ck_assert_str_eq(words_of(span_of(message, sizeof(message)), IP_V6),
			 "msg-type: RELAY-FORW\nhop-count: 1\nlink-address: fd00::1\n"
			 "peer-address: fe80::2\n18 INTERFACE_ID: 69:66\n9 RELAY_MSG:\n"
			 "  msg-type: SOLICIT\n  transaction-id: aa:bb:cc\n"
			 "  61 CLIENT_ARCH_TYPE: x64-uefi-http\n"
			 "  16 VENDOR_CLASS:\n    enterprise: 343\n    item: \"HTTP\"\n"
			 "  6 ORO: 59, 60\n  13 STATUS_CODE:\n    status: 2\n    value: \"no\"\n"
			 "  malformed: an option does not fit, at octet 84\n");
}
END_TEST

/* Messages in messages, as many as a datagram holds: neither the walk nor a writer goes too deep.
 */
START_TEST(nesting_has_an_end)
{
	static uint8_t message[38 * 1700];
	const char *words;
	size_t at = 0;
	json_t *json;

	while (at + 38 <= sizeof(message)) {
		message[at] = DHCP6_RELAY_FORW;
		store_be16(message + at + 34, 9);
		store_be16(message + at + 36, (uint16_t)(sizeof(message) - at - 38));
		at += 38;
	}
	words = words_of(span_of(message, at), IP_V6);
	ck_assert_ptr_nonnull(strstr(words, "9 RELAY_MSG: 0c:00"));
	json = decode_json(span_of(message, at), IP_V6);
	ck_assert_ptr_nonnull(json);
	json_decref(json);
}
END_TEST

/* ---- real firmware ---- */

static unsigned fields_of(const json_t *fields, unsigned *faults)
{
	unsigned n = 0;
	size_t i;
	json_t *one;

	json_array_foreach(fields, i, one)
	{
		const json_t *nested = json_object_get(one, "fields");

		n++;
		*faults += json_object_get(one, "fault") != NULL;
		if (nested)
			n += fields_of(nested, faults);
		else
			ck_assert(json_is_string(json_object_get(one, "value")) ||
				  json_object_get(one, "fault"));
	}
	return n;
}

static unsigned lines_of(const char *words)
{
	unsigned n = 0;

	for (; *words; words++)
		n += *words == '\n';
	return n;
}

/* Both writers have seen the same fields, and firmware writes nothing malformed. */
static unsigned check_capture(const char *path)
{
	struct pcap pcap = pcap_open(path);
	struct pcap_datagram datagram = { .frame = 0 };
	unsigned n = 0;

	while (pcap_next(&pcap, &datagram)) {
		json_t *json = decode_json(datagram.payload, datagram.src.ip.family);
		const char *words = words_of(datagram.payload, datagram.src.ip.family);
		unsigned faults = 0;

		ck_assert_uint_eq(fields_of(json_object_get(json, "fields"), &faults),
				  lines_of(words));
		ck_assert_msg(faults == 0 && !strstr(words, "malformed"), "%s, frame %u:\n%s", path,
			      datagram.frame, words);
		json_decref(json);
		n++;
	}
	pcap_close(&pcap);
	return n;
}

START_TEST(every_packet_of_real_firmware)
{
	unsigned n = 0;
	glob_t captures;

	ck_assert_int_eq(glob(TEST_SOURCE "/tests/fixtures/captures/*.pcap", 0, NULL, &captures),
			 0);
	for (size_t i = 0; i < captures.gl_pathc; i++)
		n += check_capture(captures.gl_pathv[i]);
	globfree(&captures);
	ck_assert_uint_gt(n, 100);
}
END_TEST

START_TEST(the_tree_of_json)
{
	static const uint8_t options[] = { 43, 3, 6, 1, 8, 60, 9, 'P', 255 };
	struct packet4 packet;
	json_t *json, *fields, *vendor;

	packet4_make(&packet, DHCP4_BOOTREQUEST, span_of(options, sizeof(options)));
	json = decode_json(packet4_span(&packet), IP_V4);
	fields = json_object_get(json, "fields");
	ck_assert_uint_eq(json_array_size(fields), 14);
	vendor = json_array_get(fields, 12);
	ck_assert_int_eq(json_integer_value(json_object_get(vendor, "code")), 43);
	vendor = json_array_get(json_object_get(vendor, "fields"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(vendor, "value")), "0x08");
	ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(fields, 13), "at")),
			 245);
	json_decref(json);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("decode");

	TEST_ROWS(tcase, options_of_dhcpv4, rows4);
	tcase_add_test(tcase, file_and_sname_are_texts_or_options);
	tcase_add_test(tcase, what_is_no_packet_is_a_fault);
	tcase_add_test(tcase, a_relayed_dhcpv6_message);
	tcase_add_test(tcase, nesting_has_an_end);
	tcase_add_test(tcase, every_packet_of_real_firmware);
	tcase_add_test(tcase, the_tree_of_json);
	return suite_run("story/decode", tcase);
}
