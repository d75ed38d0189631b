/* dhcp/offer: a server's answer as firmware reads it. */
#include <check.h>

#include "dhcp/offer.h"
#include "suite.h"

/* An OFFER with these options; `file` is the header's. */
static struct span offer4(uint8_t out[static 600], const char *file, struct span options)
{
	memset(out, 0, 600);
	out[DHCP4_OP] = DHCP4_BOOTREPLY;
	out[DHCP4_HTYPE] = DHCP4_HTYPE_ETHERNET;
	out[DHCP4_HLEN] = 6;
	store_be32(out + DHCP4_COOKIE, 0x63825363u);
	memcpy(out + DHCP4_FILE, file, strlen(file));
	memcpy(out + DHCP4_HEADER, "\x35\x01\x02", 3);
	memcpy(out + DHCP4_HEADER + 3, options.at, options.len);
	out[DHCP4_HEADER + 3 + options.len] = 255;
	return span_of(out, DHCP4_HEADER + 4 + options.len);
}

#define OPTIONS(text)                                                                              \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

static const struct {
	const char *what, *header;
	struct span options;
	const char *file;
	enum offer_class class;
	int priority;
	bool has_discovery, has_control, is_without_proxy;
} rows[] = {
	{ "the header's name", "boot.0", OPTIONS(""), "boot.0", OFFER_CLASS_NONE, 0, 0, 0, 0 },
	{ "67 before it", "boot.0", OPTIONS("\x43\x05other"), "other", OFFER_CLASS_NONE, 0, 0, 0,
	  0 },
	{ "67 with NUL", "", OPTIONS("\x43\x06other\0"), "other", OFFER_CLASS_NONE, 0, 0, 0, 0 },
	{ "67 of NULs is none", "boot.0", OPTIONS("\x43\x01\0"), "boot.0", OFFER_CLASS_NONE, 0, 0,
	  0, 0 },
	{ "options in the header's field are no name", "\x0c\x01x\xff", OPTIONS("\x34\x01\x01"), "",
	  OFFER_CLASS_NONE, 0, 0, 0, 0 },
	{ "class", "", OPTIONS("\x3c\x0ePXEClient:Arch"), "", OFFER_CLASS_PXE, 0, 0, 0, 0 },
	{ "class HTTP", "", OPTIONS("\x3c\x0aHTTPClient"), "", OFFER_CLASS_HTTP, 0, 0, 0, 0 },
	{ "another class", "", OPTIONS("\x3c\x04MSFT"), "", OFFER_CLASS_NONE, 0, 0, 0, 0 },
	{ "43 counts with the class", "", OPTIONS("\x3c\x09PXEClient\x2b\x04\x06\x01\x08\xff"), "",
	  OFFER_CLASS_PXE, 0, 1, 1, 0 },
	{ "and not without", "", OPTIONS("\x2b\x04\x06\x01\x08\xff"), "", OFFER_CLASS_NONE, 0, 0, 0,
	  0 },
	{ "43.71 is no discovery", "", OPTIONS("\x3c\x09PXEClient\x2b\x06\x47\x04\x80\0\0\0"), "",
	  OFFER_CLASS_PXE, 0, 0, 0, 0 },
	{ "priority", "", OPTIONS("\xaf\x03\x01\x01\x01"), "", OFFER_CLASS_NONE, 1, 0, 0, 0 },
	{ "negative", "", OPTIONS("\xaf\x03\x01\x01\xff"), "", OFFER_CLASS_NONE, -1, 0, 0, 0 },
	{ "no-pxedhcp", "", OPTIONS("\xaf\x03\xb0\x01\x01"), "", OFFER_CLASS_NONE, 0, 0, 0, 1 },
};

START_TEST(an_offer_is_read)
{
	uint8_t octets[600];
	struct offer offer;

	ck_assert_int_eq(offer_read4(offer4(octets, rows[_i].header, rows[_i].options), &offer), 0);
	ck_assert_msg(span_equal(offer.file, span_str(rows[_i].file)), "%s: %.*s", rows[_i].what,
		      (int)offer.file.len, (const char *)offer.file.at);
	ck_assert_msg(offer.class == rows[_i].class && offer.priority == rows[_i].priority &&
			      offer.has_discovery == rows[_i].has_discovery &&
			      offer.has_control == rows[_i].has_control &&
			      offer.is_without_proxy == rows[_i].is_without_proxy,
		      "%s", rows[_i].what);
	ck_assert(offer.type == DHCP4_OFFER && !offer.has_address);
	ck_assert(offer.next_server.family == IP_NONE && offer.server_id.family == IP_NONE);
}
END_TEST

START_TEST(what_is_no_answer_is_refused)
{
	uint8_t octets[600];
	struct offer offer;
	struct span packet = offer4(octets, "", span_str(""));

	octets[DHCP4_OP] = DHCP4_BOOTREQUEST;
	ck_assert_int_eq(offer_read4(packet, &offer), DHCP4_E_MALFORMED);
	octets[DHCP4_OP] = DHCP4_BOOTREPLY;
	ck_assert_int_eq(offer_read4(packet, &offer), 0);
	ck_assert_int_eq(offer_read4(span_take(packet, 239), &offer), DHCP4_E_MALFORMED);
	ck_assert_int_eq(offer_read6(span_of("\x0d\0\0", 3), &offer), DHCP6_E_MALFORMED);
	ck_assert_int_eq(offer_read6(span_of("\2\0\0\1\0\1\0\7x", 9), &offer), DHCP6_E_MALFORMED);
}
END_TEST

static const struct {
	const char *what;
	struct span packet;
	bool has_address, is_refused;
	enum offer_class class;
	const char *file;
} rows6[] = {
	{ "nothing", OPTIONS("\2\0\0\1"), false, false, OFFER_CLASS_NONE, "" },
	{ "IA_NA without an address",
	  OPTIONS("\2\0\0\1\0\3\0\x0c"
		  "abcd"
		  "\0\0\0\0\0\0\0\0"),
	  false, false, OFFER_CLASS_NONE, "" },
	{ "NoAddrsAvail in it",
	  OPTIONS("\2\0\0\1\0\3\0\x12"
		  "abcd"
		  "\0\0\0\0\0\0\0\0"
		  "\0\x0d\0\2\0\2"),
	  false, true, OFFER_CLASS_NONE, "" },
	{ "an address",
	  OPTIONS("\2\0\0\1\0\3\0\x28"
		  "abcd"
		  "\0\0\0\0\0\0\0\0"
		  "\0\5\0\x18"
		  "0123456789abcdef"
		  "\0\0\0\1\0\0\0\1"),
	  true, false, OFFER_CLASS_NONE, "" },
	{ "class of Intel", OPTIONS("\2\0\0\1\0\x10\0\x0f\0\0\1\x57\0\x09PXEClient"), false, false,
	  OFFER_CLASS_PXE, "" },
	{ "of somebody else", OPTIONS("\2\0\0\1\0\x10\0\x0f\0\0\1\x58\0\x09PXEClient"), false,
	  false, OFFER_CLASS_NONE, "" },
	{ "URL", OPTIONS("\2\0\0\1\0\x3b\0\x08tftp://x"), false, false, OFFER_CLASS_NONE,
	  "tftp://x" },
};

START_TEST(an_advertise_is_read)
{
	struct offer offer;

	ck_assert_int_eq(offer_read6(rows6[_i].packet, &offer), 0);
	ck_assert_msg(offer.has_address == rows6[_i].has_address &&
			      offer.is_refused == rows6[_i].is_refused &&
			      offer.class == rows6[_i].class &&
			      span_equal(offer.file, span_str(rows6[_i].file)),
		      "%s", rows6[_i].what);
}
END_TEST

static const struct {
	const char *url, *host;
	bool is_address;
} urls[] = {
	{ "http://10.0.0.1/x", "10.0.0.1", true },
	{ "HTTPS://10.0.0.1:8443/x", "10.0.0.1", true },
	{ "tftp://[fd77::2]/x", "fd77::2", true },
	{ "http://[fd77::2", "fd77::2", true },
	{ "http://boot.example/x", "boot.example", false },
	{ "http:///x", "", false },
	{ "http://", "", false },
	{ "pxelinux.0", "", false },
};

START_TEST(a_urls_host)
{
	bool is_address;
	struct ip ip;
	struct span host = offer_url_host(span_str(urls[_i].url), &is_address, &ip);

	ck_assert_msg(span_equal(host, span_str(urls[_i].host)), "%s: %.*s", urls[_i].url,
		      (int)host.len, (const char *)host.at);
	ck_assert_int_eq(is_address, urls[_i].is_address);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("offer");

	TEST_ROWS(tcase, an_offer_is_read, rows);
	tcase_add_test(tcase, what_is_no_answer_is_refused);
	TEST_ROWS(tcase, an_advertise_is_read, rows6);
	TEST_ROWS(tcase, a_urls_host, urls);
	return suite_run("offer", tcase);
}
