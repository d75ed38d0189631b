/* bootfile over IPv6: which request is answered, and with what. */
#include "bench.h"

#define BOOT(entries) "boot = ( " entries " );"
#define TWO(conditions)                                                                            \
	BOOT("{ " conditions " url = \"http://x/yes\"; }, { url = \"http://x/no\"; }")

/* An option's header; options that many tables share. */
#define O6(code, len) 0, (code), (len) >> 8, (len)&255
#define MAC_OCTETS    0x52, 0x54, 0x00, 0x77, 0x00, 0x01
#define UUID_OCTETS   0x3b, 0x6c, 0x1a, 0x52, 0x7f, 0x0e, 0x4d, 0x8b, 0x9a, 0x41, MAC_OCTETS
#define UUID_TEXT     "3b6c1a52-7f0e-4d8b-9a41-525400770001"
#define ID_LLT        O6(1, 14), 0, 1, 0, 1, 0x31, 0xd9, 0xb2, 0x89, MAC_OCTETS
#define ID_LL         O6(1, 10), 0, 3, 0, 1, MAC_OCTETS
#define ID_UUID       O6(1, 18), 0, 4, UUID_OCTETS
#define FAKE_DUID     0, 4, 'w', 'd', 's', 'p', 'x', 'e', '-', 'f', 'a', 'k', 'e', 0, 0, 0, 0, 0
#define OURS          O6(2, 18), FAKE_DUID
#define FOREIGN       O6(2, 10), 0, 3, 0, 1, 2, 0, 0, 0, 0, 9
#define ASKS          O6(6, 4), 0, 59, 0, 60
#define ASKS_URL      O6(6, 2), 0, 59
#define ASKS_DNS      O6(6, 2), 0, 23
#define ARCH(arch)    O6(61, 2), 0, (arch)
#define INTEL         0, 0, 1, 87
#define PXE           O6(16, 15), INTEL, 0, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't'
#define HTTP          O6(16, 16), INTEL, 0, 10, 'H', 'T', 'T', 'P', 'C', 'l', 'i', 'e', 'n', 't'
#define IPXE          O6(15, 6), 0, 4, 'i', 'P', 'X', 'E'
#define PXE_ARM64                                                                                  \
	O6(16, 26), INTEL, 0, 20, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', ':', 'A', 'r', 'c', \
		'h', ':', '0', '0', '0', '1', '1'

struct relay {
	int levels;
	uint8_t link;        /* fd77::LINK, of the relay next to the client */
	const uint8_t *more; /* its further options */
	size_t more_len;
};

struct ask6 {
	uint8_t type;
	const uint8_t *options;
	size_t len;
	struct relay relay;
	USHORT port;
	const char *from;
};

/* Puts a RELAY-FORW around the packet. The levels differ in hop count, peer and interface id. */
static void wrap(struct bench *bench, int level, const struct relay *relay)
{
	const uint8_t id[] = { O6(18, 4), 'i', 'f', '-', (uint8_t)('0' + level) };
	uint8_t inner[sizeof bench->packet], head[34] = { 12, (uint8_t)level };
	size_t len = bench->len;

	memcpy(inner, bench->packet, len);
	if (level == 0 && relay->link) {
		memcpy(head + 2, "\xfd\x77", 2);
		head[17] = relay->link;
	}
	memcpy(head + 18, "\xfe\x80", 2);
	head[33] = (uint8_t)(level + 1);
	bench->len = 0;
	bench_add(bench, head, sizeof head);
	bench_add(bench, id, sizeof id);
	if (level == 0)
		bench_add(bench, relay->more, relay->more_len);
	bench_add(bench, (const uint8_t[]){ O6(9, len) }, 4);
	bench_add(bench, inner, len);
}

static const PXE_FAKE_REPLY *ask(struct bench *bench, const struct ask6 *ask6)
{
	const uint8_t head[] = { ask6->type, 0xab, 0xcd, 0xef };
	PXE_FAKE_REQUEST way = { .pszLocal = "fd77::2",
				 .pszFrom = ask6->from,
				 .uPort = ask6->port };
	const PXE_FAKE_REPLY *reply;

	if (ask6->port == 4011)
		way.uFromPort = 4011;
	bench->len = 0;
	bench_add(bench, head, 4);
	bench_add(bench, ask6->options, ask6->len);
	for (int level = 0; level < ask6->relay.levels; level++)
		wrap(bench, level, &ask6->relay);
	reply = bench_send(bench, &way);
	if (reply)
		ck_assert_uint_eq(PxeDhcpv6IsValid((PVOID)(uintptr_t)reply->pPacket,
						   reply->uPacketLen, FALSE, NULL),
				  ERROR_SUCCESS);
	return reply;
}

static struct span option_of(struct span packet, uint16_t code)
{
	WORD len = 0;
	PVOID value = NULL;

	if (PxeDhcpv6GetOptionValue((PVOID)(uintptr_t)packet.at, (ULONG)packet.len, 1, code, &len,
				    &value) != ERROR_SUCCESS)
		return span_of(NULL, 0);
	return span_of(value, len);
}

/* The answer to the client itself: without the relays around it. */
static struct span inner_of(const PXE_FAKE_REPLY *reply)
{
	struct span packet = span_of(reply->pPacket, reply->uPacketLen);

	while (packet.at[0] == 13)
		packet = option_of(packet, 9);
	return packet;
}

/* ---- who is answered, and which entry is whose -------------------------------------------------
 */

static const struct {
	const char *name, *settings;
	struct ask6 ask;
	int type;        /* of the answer; 0: silence */
	const char *url; /* NULL: no option 59 */
} rows[] = {
	/* rules of the exchange */
	{ "SOLICIT of a PXE client: our address",
	  BOOT("{ file = \"a b\"; server = \"fd77::9\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, PXE) },
	  2,
	  "tftp://[fd77::2]/a%20b" },
	{ "of a URL, whose path is escaped already",
	  BOOT("{ url = \"tftp://[fd77::9]/a%20b/${server}\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, PXE) },
	  2,
	  "tftp://[fd77::2]/a%20b/[fd77::2]" },
	{ "its REQUEST on 4011: the file",
	  BOOT("{ file = \"/a b\"; server = \"fd77::9\"; }"),
	  { .type = 3, .options = RAW(ID_LLT, OURS, ASKS, PXE), .port = 4011 },
	  7,
	  "tftp://[fd77::9]/a%20b" },
	{ "on 4011 without server id: the same host",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 3, .options = RAW(ID_LLT, ASKS, PXE), .port = 4011 },
	  7,
	  "tftp://[fd77::2]/f" },
	{ "on 4011 without asking for a URL: it is why the client is here",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 3, .options = RAW(ID_LLT, OURS, PXE), .port = 4011 },
	  7,
	  "tftp://[fd77::2]/f" },
	{ "on 4011 to another server",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 3, .options = RAW(ID_LLT, FOREIGN, ASKS, PXE), .port = 4011 },
	  0,
	  NULL },
	{ "SOLICIT on 4011",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, PXE), .port = 4011 },
	  0,
	  NULL },
	{ "SOLICIT with a server id",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, OURS, ASKS, PXE) },
	  0,
	  NULL },
	{ "SOLICIT of HTTP Boot: the URL itself",
	  BOOT("{ url = \"http://${server}:8080/x\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) },
	  2,
	  "http://[fd77::2]:8080/x" },
	{ "HTTP Boot by name",
	  BOOT("{ url = \"http://boot.example/x\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) },
	  2,
	  "http://boot.example/x" },
	{ "https, and nothing of it is made nicer",
	  BOOT("{ url = \"HTTPS://Boot.Example:00443/%7Ea/../b//c%2F%2f?x=1&y=%00+ #z\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) },
	  2,
	  "HTTPS://Boot.Example:00443/%7Ea/../b//c%2F%2f?x=1&y=%00+ #z" },
	{ "https at an address, as it is written",
	  BOOT("{ url = \"https://[FD77:0:0::2]:8443/x.efi\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) },
	  2,
	  "https://[FD77:0:0::2]:8443/x.efi" },
	{ "https at our own address",
	  BOOT("{ url = \"https://${server}:8443/x.efi?${server}\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) },
	  2,
	  "https://[fd77::2]:8443/x.efi?[fd77::2]" },
	{ "HTTP Boot on 4011",
	  BOOT("{ url = \"http://x/\"; }"),
	  { .type = 3, .options = RAW(ID_LLT, OURS, ASKS, HTTP), .port = 4011 },
	  0,
	  NULL },
	{ "SOLICIT of a client that asks for a URL, without class",
	  BOOT("{ url = \"http://x/\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS) },
	  2,
	  "http://x/" },
	{ "SOLICIT without any sign",
	  BOOT("{ url = \"http://x/\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS_DNS) },
	  0,
	  NULL },
	{ "a PXE client that asks for no URL gets none",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS_DNS, PXE) },
	  2,
	  NULL },
	{ "iPXE: the file itself",
	  BOOT("{ user-class = \"iPXE\"; file = \"f\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, PXE, IPXE) },
	  2,
	  "tftp://[fd77::2]/f" },
	{ "REQUEST on 547: the lease server's",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 3, .options = RAW(ID_LLT, OURS, ASKS, PXE) },
	  0,
	  NULL },
	{ "RENEW",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 5, .options = RAW(ID_LLT, OURS, ASKS, PXE) },
	  0,
	  NULL },
	{ "REBIND",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 6, .options = RAW(ID_LLT, ASKS, PXE) },
	  0,
	  NULL },
	{ "RELEASE",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 8, .options = RAW(ID_LLT, OURS, ASKS, PXE) },
	  0,
	  NULL },
	{ "INFORMATION-REQUEST",
	  BOOT("{ file = \"f\"; server = \"fd77::9\"; }"),
	  { .type = 11, .options = RAW(ID_LLT, ASKS, PXE) },
	  7,
	  "tftp://[fd77::9]/f" },
	{ "INFORMATION-REQUEST without client id",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 11, .options = RAW(ASKS, PXE) },
	  7,
	  "tftp://[fd77::2]/f" },
	{ "INFORMATION-REQUEST to another server",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 11, .options = RAW(ID_LLT, FOREIGN, ASKS, PXE) },
	  0,
	  NULL },
	{ "INFORMATION-REQUEST without class",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 11, .options = RAW(ID_LLT, ASKS) },
	  0,
	  NULL },
	{ "a file is not for HTTP Boot",
	  BOOT("{ file = \"f\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) },
	  0,
	  NULL },
	{ "a server without an IPv6 address: passed over",
	  BOOT("{ file = \"f\"; server = \"10.0.0.9\"; }, { file = \"g\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, PXE) },
	  2,
	  "tftp://[fd77::2]/g" },
	{ "ignore",
	  BOOT("{ action = \"ignore\"; }"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, PXE) },
	  0,
	  NULL },

	/* conditions */
	{ "arch by 61",
	  TWO("arch = 19;"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP, ARCH(19)) },
	  2,
	  "http://x/yes" },
	{ "arch by 61, of HTTP Boot by the class alone (W16)",
	  TWO("arch = \"arm64-uefi-http\";"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP, ARCH(11)) },
	  2,
	  "http://x/yes" },
	{ "arch by the digits of 16",
	  TWO("arch = \"arm64-uefi\"; user-class = \"iPXE\";"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, PXE_ARM64, IPXE) },
	  2,
	  "http://x/yes" },
	{ "no arch said is no BIOS",
	  TWO("arch = 0; user-class = \"iPXE\";"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, PXE, IPXE) },
	  2,
	  "http://x/no" },
	{ "mac by DUID-LLT",
	  TWO("mac = \"52:54:00:77:00:01\";"),
	  { .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) },
	  2,
	  "http://x/yes" },
	{ "mac by DUID-LL",
	  TWO("mac = \"52:54:*\";"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP) },
	  2,
	  "http://x/yes" },
	{ "no mac in a DUID-UUID",
	  TWO("mac = \"*\";"),
	  { .type = 1, .options = RAW(ID_UUID, ASKS, HTTP) },
	  2,
	  "http://x/no" },
	{ "mac by option 79 of the relay",
	  TWO("mac = \"52:54:00:77:00:01\";"),
	  { .type = 1,
	    .options = RAW(ID_UUID, ASKS, HTTP),
	    .relay = { 2, 5, RAW(O6(79, 8), 0, 1, MAC_OCTETS) } },
	  2,
	  "http://x/yes" },
	{ "uuid by DUID-UUID",
	  TWO("uuid = \"" UUID_TEXT "\";"),
	  { .type = 1, .options = RAW(ID_UUID, ASKS, HTTP) },
	  2,
	  "http://x/yes" },
	{ "duid",
	  TWO("duid = \"00030001525400770001\";"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP) },
	  2,
	  "http://x/yes" },
	{ "another duid",
	  TWO("duid = \"00030001525400770002\";"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP) },
	  2,
	  "http://x/no" },
	{ "subnet of our address",
	  TWO("subnet = \"fd77::/64\";"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP) },
	  2,
	  "http://x/yes" },
	{ "subnet of the relay next to the client",
	  TWO("subnet = \"fd77::5/128\";"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP), .relay = { 2, 5, NULL, 0 } },
	  2,
	  "http://x/yes" },
	{ "a subnet of IPv4",
	  TWO("subnet = \"0.0.0.0/0\";"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP) },
	  2,
	  "http://x/no" },
	{ "family 6",
	  TWO("family = 6;"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP) },
	  2,
	  "http://x/yes" },
	{ "family 4",
	  TWO("family = 4;"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP) },
	  2,
	  "http://x/no" },
	{ "vendor class",
	  TWO("vendor-class = \"HTTPC\";"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP) },
	  2,
	  "http://x/yes" },
	{ "it has waited",
	  TWO("response-delay = 3; family = 6;"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP, O6(8, 2), 1, 44) },
	  2,
	  "http://x/yes" },
	{ "it has not waited",
	  TWO("response-delay = 3; family = 6;"),
	  { .type = 1, .options = RAW(ID_LL, ASKS, HTTP, O6(8, 2), 1, 43) },
	  0,
	  NULL },
};

START_TEST(request_comes_to)
{
	struct bench bench = bench_open(rows[_i].settings);
	const PXE_FAKE_REPLY *reply = ask(&bench, &rows[_i].ask);
	struct span inner = reply ? inner_of(reply) : span_of("", 1), url;

	ck_assert_msg(inner.at[0] == rows[_i].type, "%s: %d, %s", rows[_i].name, inner.at[0],
		      bench.verdict.pszOutcome);
	if (reply) {
		url = option_of(inner, 59);
		ck_assert_msg(span_equal(url, span_str(rows[_i].url ? rows[_i].url : "")),
			      "%s: %.*s", rows[_i].name, (int)url.len, (const char *)url.at);
		ck_assert_int_eq(memcmp(inner.at + 1, "\xab\xcd\xef", 3), 0);
	}
	bench_close(&bench);
}
END_TEST

/* ---- what an answer is made of -----------------------------------------------------------------
 */

START_TEST(advertise_is_octet_by_octet)
{
	static const uint8_t expected[] = { 2,          0xab, 0xcd, 0xef, ID_LLT, OURS, PXE,
					    O6(59, 18), 't',  'f',  't',  'p',    ':',  '/',
					    '/',        '[',  'f',  'd',  '7',    '7',  ':',
					    ':',        '2',  ']',  '/',  'f' };
	struct bench bench = bench_open(BOOT("{ file = \"f\"; params = [ \"77\", \"b\" ]; }"));
	const PXE_FAKE_REPLY *reply =
		ask(&bench, &(struct ask6){ .type = 1, .options = RAW(ID_LLT, ASKS, PXE) });

	ck_assert(span_equal(span_of(reply->pPacket, reply->uPacketLen),
			     span_of(expected, sizeof expected)));
	ck_assert_str_eq(reply->pszTo, "fe80::1");
	ck_assert_uint_eq(reply->uToPort, 546);
	ck_assert_uint_eq(reply->uFromPort, 547);
	bench_close(&bench);
}
END_TEST

START_TEST(reply_on_4011_is_octet_by_octet)
{
	static const uint8_t expected[] = { 7,          0xab, 0xcd, 0xef, ID_LLT, OURS,      PXE,
					    O6(59, 18), 't',  'f',  't',  'p',    ':',       '/',
					    '/',        '[',  'f',  'd',  '7',    '7',       ':',
					    ':',        '2',  ']',  '/',  'f',    O6(60, 7), 0,
					    2,          '7',  '7',  0,    1,      'b' };
	struct bench bench = bench_open(BOOT("{ file = \"f\"; params = [ \"77\", \"b\" ]; }"));
	struct ask6 request = {
		.type = 3, .options = RAW(ID_LLT, OURS, ASKS, PXE), .port = 4011, .from = "fd77::50"
	};
	const PXE_FAKE_REPLY *reply = ask(&bench, &request);

	ck_assert(span_equal(span_of(reply->pPacket, reply->uPacketLen),
			     span_of(expected, sizeof expected)));
	ck_assert_str_eq(reply->pszTo, "fd77::50");
	ck_assert_uint_eq(reply->uToPort, 4011);
	ck_assert_uint_eq(reply->uFromPort, 4011);
	bench_close(&bench);
}
END_TEST

START_TEST(params_only_where_asked_for)
{
	struct bench bench = bench_open(BOOT("{ url = \"http://x/\"; params = \"p\"; }"));
	const PXE_FAKE_REPLY *reply =
		ask(&bench, &(struct ask6){ .type = 1, .options = RAW(ID_LLT, ASKS_URL, HTTP) });

	ck_assert_ptr_null(option_of(inner_of(reply), 60).at);
	reply = ask(&bench, &(struct ask6){ .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) });
	ck_assert(span_equal(option_of(inner_of(reply), 60), span_of("\0\1p", 3)));
	bench_close(&bench);
}
END_TEST

START_TEST(relays_are_put_around_as_they_were)
{
	struct bench bench = bench_open(BOOT("{ url = \"http://x/\"; }"));
	struct ask6 request = { .type = 1,
				.options = RAW(ID_LLT, ASKS, HTTP),
				.relay = { 3, 5, NULL, 0 },
				.from = "fd77::77" };
	const PXE_FAKE_REPLY *reply = ask(&bench, &request);
	struct span level = span_of(reply->pPacket, reply->uPacketLen);

	for (int i = 2; i >= 0; i--) {
		ck_assert_uint_eq(level.at[0], 13);
		ck_assert_uint_eq(level.at[1], i);
		ck_assert_uint_eq(level.at[33], i + 1);
		ck_assert_uint_eq(level.at[17], i == 0 ? 5 : 0);
		ck_assert_uint_eq(option_of(level, 18).at[3], '0' + i);
		level = option_of(level, 9);
	}
	ck_assert_uint_eq(level.at[0], 2);
	ck_assert(span_equal(option_of(level, 59), span_str("http://x/")));
	ck_assert_str_eq(reply->pszTo, "fd77::77");
	ck_assert_uint_eq(reply->uToPort, 547);
	bench_close(&bench);
}
END_TEST

/* What does not fit is left out, and the log says so; what comes behind it may fit. */
START_TEST(options_that_do_not_fit_are_told)
{
	char settings[2048], long_text[256] = "";
	struct bench bench;
	const PXE_FAKE_REPLY *reply;

	memset(long_text, 'x', sizeof long_text - 1);
	snprintf(settings, sizeof settings,
		 "boot = ( { url = \"http://x/\"; options = ("
		 "{ family = 6; code = 65001; text = \"%s\"; },"
		 "{ family = 6; code = 65002; text = \"%s\"; },"
		 "{ family = 6; code = 65003; text = \"%s\"; },"
		 "{ family = 6; code = 65004; text = \"%s\"; },"
		 "{ family = 6; code = 65005; text = \"%s\"; },"
		 "{ family = 6; code = 65006; text = \"y\"; },"
		 "{ family = 6; code = 65007; text = \"%s\"; } ); } );",
		 long_text, long_text, long_text, long_text, long_text, long_text);
	bench = bench_open(settings);
	reply = ask(&bench, &(struct ask6){ .type = 1, .options = RAW(ID_LLT, ASKS, HTTP) });
	ck_assert_uint_eq(option_of(inner_of(reply), 65004).len, 255);
	ck_assert_ptr_null(option_of(inner_of(reply), 65005).at);
	ck_assert_uint_eq(option_of(inner_of(reply), 65006).len, 1);
	ck_assert_str_eq(bench.verdict.pszReason,
			 "without option 65005, 65007: there is no room in 1232 octets");
	bench_close(&bench);
}
END_TEST

START_TEST(servers_are_used_in_turn_by_duid)
{
	struct bench bench = bench_open(
		"server = [ \"fd77::8\", \"10.0.0.1\", \"fd77::9\" ];" BOOT("{ file = \"f\"; }"));
	unsigned count[2] = { 0 };

	for (uint8_t i = 0; i < 40; i++) {
		const uint8_t options[] = { O6(1, 10), 0,    3, 0, 1,    0x52, 0x54,
					    0,         0x77, 0, i, ASKS, OURS, PXE };
		struct ask6 request = {
			.type = 3, .options = options, .len = sizeof options, .port = 4011
		};
		struct span first = option_of(inner_of(ask(&bench, &request)), 59), again;
		char url[64];

		snprintf(url, sizeof url, "%.*s", (int)first.len, (const char *)first.at);
		ck_assert(strcmp(url, "tftp://[fd77::8]/f") == 0 ||
			  strcmp(url, "tftp://[fd77::9]/f") == 0);
		count[strstr(url, "::8") != NULL]++;
		again = option_of(inner_of(ask(&bench, &request)), 59);
		ck_assert(again.len == strlen(url) && memcmp(again.at, url, again.len) == 0);
	}
	ck_assert(count[0] >= 8 && count[1] >= 8);
	bench_close(&bench);
}
END_TEST

START_TEST(port_4011_agrees_with_the_advertise)
{
	struct bench bench =
		bench_open(BOOT("{ arch = 11; file = \"eleven\"; }, { file = \"any\"; }"));
	struct ask6 request = { .type = 3, .options = RAW(ID_LLT, OURS, ASKS, PXE), .port = 4011 };

	ck_assert(span_equal(option_of(inner_of(ask(&bench, &request)), 59),
			     span_str("tftp://[fd77::2]/any")));
	ck_assert_ptr_nonnull(ask(
		&bench, &(struct ask6){ .type = 1, .options = RAW(ID_LLT, ASKS, PXE, ARCH(11)) }));
	ck_assert(span_equal(option_of(inner_of(ask(&bench, &request)), 59),
			     span_str("tftp://[fd77::2]/eleven")));
	bench_close(&bench);
}
END_TEST

/* W1: over IPv6 as over IPv4. What a relay alone said (the MAC, option 79) fills the gap, and a
 * request from another network is another machine's, though its DUID is the same. */
START_TEST(port_4011_recalls_one_machine_of_one_network)
{
	static const uint8_t mac[] = { O6(79, 8), 0, 1, MAC_OCTETS };
	struct bench bench = bench_open(
		BOOT("{ mac = \"52:54:00:77:00:01\"; file = \"its\"; }, { file = \"any\"; }"));
	struct ask6 first = { .type = 1,
			      .options = RAW(ID_UUID, ASKS, PXE),
			      .relay = { 1, 0x99, mac, sizeof mac } };
	struct ask6 then = { .type = 3,
			     .options = RAW(ID_UUID, OURS, ASKS, PXE),
			     .port = 4011,
			     .from = "fd77::50" };

	ck_assert_ptr_nonnull(ask(&bench, &first));
	ck_assert(span_equal(option_of(inner_of(ask(&bench, &then)), 59),
			     span_str("tftp://[fd77::2]/its")));
	then.from = "fd78::50";
	ck_assert(span_equal(option_of(inner_of(ask(&bench, &then)), 59),
			     span_str("tftp://[fd77::2]/any")));
	bench_close(&bench);
}
END_TEST

/* Relays 32 deep, and whatever is cut: no answer, and no harm. */
START_TEST(what_is_cut_is_not_answered)
{
	struct bench bench = bench_open(BOOT("{ url = \"http://x/\"; }"));
	PXE_FAKE_REQUEST way = { .pszLocal = "fd77::2" };
	size_t len;

	ck_assert_ptr_nonnull(ask(&bench, &(struct ask6){ .type = 1,
							  .options = RAW(ID_LLT, ASKS, HTTP),
							  .relay = { 20, 5, NULL, 0 } }));
	len = bench.len;
	for (bench.len = 1; bench.len < len; bench.len++)
		ck_assert_msg(!bench_send(&bench, &way), "%zu of %zu", bench.len, len);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile over IPv6");

	tcase_set_timeout(tcase, 30);
	TEST_ROWS(tcase, request_comes_to, rows);
	tcase_add_test(tcase, advertise_is_octet_by_octet);
	tcase_add_test(tcase, reply_on_4011_is_octet_by_octet);
	tcase_add_test(tcase, params_only_where_asked_for);
	tcase_add_test(tcase, relays_are_put_around_as_they_were);
	tcase_add_test(tcase, options_that_do_not_fit_are_told);
	tcase_add_test(tcase, servers_are_used_in_turn_by_duid);
	tcase_add_test(tcase, port_4011_agrees_with_the_advertise);
	tcase_add_test(tcase, port_4011_recalls_one_machine_of_one_network);
	tcase_add_test(tcase, what_is_cut_is_not_answered);
	return suite_run("bootfile/ipv6", tcase);
}
