/* dhcp/judge: what firmware makes of one reply. Each row is a reply with one thing right or wrong;
 * the rules themselves are tested in choice_test.c and reply_test.c.
 */
#include <check.h>

#include "dhcp/judge.h"
#include "dhcp/packet4.h"
#include "suite.h"

enum { SIADDR = 1 }; /* of a row: the reply names its server there */

#define AT_ONCE   43, 4, 6, 1, 8, 255
#define SERVER_ID 54, 4, 192, 0, 2, 1
#define OFFER     53, 1, 2
#define ACK       53, 1, 5
#define URL_16                                                                                     \
	67, 19, 'h', 't', 't', 'p', ':', '/', '/', '1', '9', '2', '.', '0', '.', '2', '.', '1',    \
		'/', 'x', 'y'
#define FILE_67 67, 3, 'a', '.', '0'

#define EDK2                                                                                       \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_EDK2, .arch = 7                                  \
	}
#define HTTP_BOOT                                                                                  \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_EDK2, .arch = 16, .http = true                   \
	}
#define ROM                                                                                        \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_ROM, .arch = 0                                   \
	}
#define IPXE                                                                                       \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_IPXE, .arch = 7                                  \
	}
#define ITEM                                                                                       \
	{                                                                                          \
		.family = IP_V4, .firmware = MADE_EDK2, .arch = 7, .has_item = true,               \
		.item_type = 0x8001                                                                \
	}

static const struct {
	const char *what;
	struct made_client client;
	enum made_message message;
	struct span options; /* of the reply */
	int flags;
	uint16_t to_port; /* 0: where the client listens */
	enum judge_verdict verdict;
	const char *text; /* a part of it */
} rows[] = {
	{ "file at once", EDK2, MADE_DISCOVER,
	  OCTETS(OFFER, SERVER_ID, PXE_CLASS, AT_ONCE, FILE_67, 255), SIADDR, 0, JUDGE_BOOTS,
	  "boots by it: the offer names the boot file" },
	{ "redirected", EDK2, MADE_DISCOVER, OCTETS(OFFER, SERVER_ID, PXE_CLASS, 255), SIADDR, 0,
	  JUDGE_ASKS, "asks it on port 4011" },
	{ "at once without a file", EDK2, MADE_DISCOVER,
	  OCTETS(OFFER, SERVER_ID, PXE_CLASS, AT_ONCE, 255), SIADDR, 0, JUDGE_FAILS, "PXE-E21" },
	{ "no class", EDK2, MADE_DISCOVER, OCTETS(OFFER, SERVER_ID, AT_ONCE, FILE_67, 255), SIADDR,
	  0, JUDGE_DROPS, "drops it: it has no class (option 60)" },
	{ "no server", EDK2, MADE_DISCOVER, OCTETS(OFFER, PXE_CLASS, AT_ONCE, FILE_67, 255), SIADDR,
	  0, JUDGE_DROPS, "no server identifier" },
	{ "an ACK for a DISCOVER", EDK2, MADE_DISCOVER,
	  OCTETS(ACK, SERVER_ID, PXE_CLASS, AT_ONCE, FILE_67, 255), SIADDR, 0, JUDGE_DROPS,
	  "option 53" },
	{ "to another port", EDK2, MADE_DISCOVER,
	  OCTETS(OFFER, SERVER_ID, PXE_CLASS, AT_ONCE, FILE_67, 255), SIADDR, 4011, JUDGE_DROPS,
	  "a port on which the client does not listen" },
	{ "a URL for PXE", EDK2, MADE_DISCOVER,
	  OCTETS(OFFER, SERVER_ID, PXE_CLASS, AT_ONCE, URL_16, 255), SIADDR, 0, JUDGE_FAILS,
	  "this firmware fetches by TFTP only" },
	{ "the same for iPXE", IPXE, MADE_DISCOVER,
	  OCTETS(OFFER, SERVER_ID, PXE_CLASS, AT_ONCE, URL_16, 255), SIADDR, 0, JUDGE_BOOTS,
	  "boots by it" },
	{ "a ROM wants siaddr", ROM, MADE_DISCOVER, OCTETS(OFFER, SERVER_ID, PXE_CLASS, 255), 0, 0,
	  JUDGE_DROPS, "does not use it: it names no server" },
	{ "a URL", HTTP_BOOT, MADE_DISCOVER, OCTETS(OFFER, SERVER_ID, HTTP_CLASS, URL_16, 255), 0,
	  0, JUDGE_BOOTS, "the offer names the URL" },
	{ "no URL", HTTP_BOOT, MADE_DISCOVER, OCTETS(OFFER, SERVER_ID, HTTP_CLASS, FILE_67, 255), 0,
	  0, JUDGE_DROPS, "its boot file is not a URL" },
	{ "of the other class", HTTP_BOOT, MADE_DISCOVER,
	  OCTETS(OFFER, SERVER_ID, PXE_CLASS, URL_16, 255), 0, 0, JUDGE_DROPS,
	  "its class (option 60) is not that of the request" },
	{ "the answer on 4011", EDK2, MADE_BOOT_REQUEST,
	  OCTETS(ACK, SERVER_ID, PXE_CLASS, FILE_67, 255), SIADDR, 0, JUDGE_BOOTS,
	  "the answer on port 4011 names the boot file" },
	{ "it names nothing", EDK2, MADE_BOOT_REQUEST, OCTETS(ACK, SERVER_ID, PXE_CLASS, 255),
	  SIADDR, 0, JUDGE_DROPS, "an ACK that names neither a boot file nor a menu" },
	{ "it goes to 68", EDK2, MADE_BOOT_REQUEST, OCTETS(ACK, SERVER_ID, PXE_CLASS, FILE_67, 255),
	  SIADDR, 68, JUDGE_DROPS, "does not listen" },
	{ "an item", ITEM, MADE_BOOT_REQUEST, OCTETS(ACK, SERVER_ID, PXE_CLASS, FILE_67, 255),
	  SIADDR, 0, JUDGE_BOOTS, "the answer on port 4011" },
	{ "HTTP Boot asks nothing there", HTTP_BOOT, MADE_BOOT_REQUEST,
	  OCTETS(ACK, SERVER_ID, HTTP_CLASS, URL_16, 255), 0, 0, JUDGE_DROPS,
	  "asks no such question" },
};

static const uint8_t mac[6] = { 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };

static void make_reply(struct packet4 *out, struct span options, int flags)
{
	packet4_make(out, DHCP4_BOOTREPLY, options);
	if (flags & SIADDR)
		memcpy(out->at + DHCP4_SIADDR, (uint8_t[]){ 192, 0, 2, 1 }, 4);
}

START_TEST(each_reply)
{
	struct made_client client = rows[_i].client;
	uint8_t request[MADE_PACKET_MAX];
	char text[JUDGE_TEXT_MAX];
	struct judgement got;
	struct made_ports ports;
	struct packet4 reply;
	size_t len;

	memcpy(client.mac, mac, sizeof(mac));
	client.xid = 0x01020304;
	len = made_client_write(&client, rows[_i].message, request, sizeof(request), &ports);
	ck_assert_uint_gt(len, 0);
	make_reply(&reply, rows[_i].options, rows[_i].flags);
	got = judge_reply(&(struct judge_case){ .family = IP_V4,
						.port = ports.to,
						.request = span_of(request, len),
						.from = { .port = ports.from },
						.reply = packet4_span(&reply),
						.to_port = rows[_i].to_port ? rows[_i].to_port
									    : ports.from });
	judge_text(&got, text);
	ck_assert_msg(got.verdict == rows[_i].verdict, "%s: %d: %s", rows[_i].what, got.verdict,
		      text);
	ck_assert_msg(strstr(text, rows[_i].text) != NULL, "%s: %s", rows[_i].what, text);
}
END_TEST

/* What is fetched, and from whom, is borrowed from the reply. */
START_TEST(file_and_server_are_told)
{
	struct made_client client = EDK2;
	static const uint8_t options[] = { OFFER, SERVER_ID, PXE_CLASS, AT_ONCE, FILE_67, 255 };
	uint8_t request[MADE_PACKET_MAX];
	char text[IP_TEXT_MAX];
	struct judgement got;
	struct packet4 reply;
	size_t len;

	memcpy(client.mac, mac, sizeof(mac));
	client.xid = 0x01020304;
	len = made_client_write(&client, MADE_DISCOVER, request, sizeof(request), NULL);
	make_reply(&reply, span_of(options, sizeof(options)), SIADDR);
	got = judge_reply(&(struct judge_case){
		IP_V4, 67, span_of(request, len), { .port = 68 }, packet4_span(&reply), 68 });
	ck_assert(span_equal(got.file, span_str("a.0")));
	ck_assert_str_eq(ip_text(&got.server, text), "192.0.2.1");
}
END_TEST

/* A client that is none of ours, and octets that are nothing. */
START_TEST(others_are_nobody)
{
	static const uint8_t discover[] = { 53, 1, 1, 255 }, offer[] = { OFFER, SERVER_ID, 255 };
	struct packet4 request, reply;
	struct judgement got;

	packet4_make(&request, DHCP4_BOOTREQUEST, span_of(discover, sizeof(discover)));
	make_reply(&reply, span_of(offer, sizeof(offer)), 0);
	got = judge_reply(&(struct judge_case){
		IP_V4, 67, packet4_span(&request), { .port = 68 }, packet4_span(&reply), 68 });
	ck_assert_int_eq(got.verdict, JUDGE_NOBODY);
	got = judge_reply(&(struct judge_case){
		IP_V4, 67, span_str("x"), { .port = 68 }, packet4_span(&reply), 68 });
	ck_assert_int_eq(got.verdict, JUDGE_NOBODY);
	got = judge_reply(&(struct judge_case){
		IP_V6, 547, span_str("x"), { .port = 546 }, span_str("y"), 546 });
	ck_assert_int_eq(got.verdict, JUDGE_NOBODY);
}
END_TEST

/* ---- IPv6 ---- */

#define SERVER6 0, 2, 0, 4, 0, 4, 7, 7
#define CLIENT6 0, 1, 0, 14, 0, 1, 0, 1, 0x31, 0xd9, 0xb2, 0x89, 0x52, 0x54, 0, 0x77, 0, 1
#define CLASS6  0, 16, 0, 15, 0, 0, 1, 0x57, 0, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't'
#define URL6                                                                                       \
	0, 59, 0, 22, 't', 'f', 't', 'p', ':', '/', '/', '[', '2', '0', '0', '1', ':', 'd', 'b',   \
		'8', ':', ':', '1', ']', '/', 'x'

static const struct {
	const char *what;
	enum made_message message;
	uint8_t type;
	struct span options;
	enum judge_verdict verdict;
	const char *text;
} rows6[] = {
	{ "redirected", MADE_DISCOVER, DHCP6_ADVERTISE, OCTETS(CLIENT6, SERVER6, CLASS6, URL6),
	  JUDGE_ASKS, "asks it on port 4011" },
	{ "no class", MADE_DISCOVER, DHCP6_ADVERTISE, OCTETS(CLIENT6, SERVER6, URL6), JUDGE_DROPS,
	  "it has no class (option 16)" },
	{ "another type", MADE_DISCOVER, DHCP6_REPLY, OCTETS(CLIENT6, SERVER6, CLASS6, URL6),
	  JUDGE_DROPS, "its message type does not answer" },
	{ "the answer", MADE_BOOT_REQUEST, DHCP6_REPLY, OCTETS(CLIENT6, SERVER6, CLASS6, URL6),
	  JUDGE_BOOTS, "names the boot file" },
	{ "an answer without one", MADE_BOOT_REQUEST, DHCP6_REPLY, OCTETS(CLIENT6, SERVER6, CLASS6),
	  JUDGE_FAILS, "names no boot file" },
};

START_TEST(each_reply6)
{
	struct made_client client = {
		.family = IP_V6, .arch = 7, .firmware = MADE_EDK2, .xid = 0x010203
	};
	uint8_t request[MADE_PACKET_MAX], reply[512] = { rows6[_i].type, 1, 2, 3 };
	char text[JUDGE_TEXT_MAX];
	struct judgement got;
	struct made_ports ports;
	size_t len;

	memcpy(client.mac, mac, sizeof(mac));
	len = made_client_write(&client, rows6[_i].message, request, sizeof(request), &ports);
	ck_assert_uint_gt(len, 0);
	memcpy(reply + 4, rows6[_i].options.at, rows6[_i].options.len);
	got = judge_reply(&(struct judge_case){ IP_V6,
						ports.to,
						span_of(request, len),
						{ .port = ports.from },
						span_of(reply, 4 + rows6[_i].options.len),
						ports.from });
	judge_text(&got, text);
	ck_assert_msg(got.verdict == rows6[_i].verdict, "%s: %d: %s", rows6[_i].what, got.verdict,
		      text);
	ck_assert_msg(strstr(text, rows6[_i].text) != NULL, "%s: %s", rows6[_i].what, text);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("judge");

	TEST_ROWS(tcase, each_reply, rows);
	tcase_add_test(tcase, file_and_server_are_told);
	tcase_add_test(tcase, others_are_nobody);
	TEST_ROWS(tcase, each_reply6, rows6);
	return suite_run("judge", tcase);
}
