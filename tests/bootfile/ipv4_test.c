/* bootfile over IPv4: which entry is whose, and every form of answer. */
#include "bench.h"

enum { SERVER = 0xc0000201 }; /* 192.0.2.1, the fake host's own address */
enum { NONE, DIRECT, REDIRECT, HTTP };

static const uint8_t direct43[] = { 6, 1, 8, 10, 4, 0, 'P', 'X', 'E', 255 };

/* What a DISCOVER comes to. */
static int form_of(const PXE_FAKE_REPLY *reply)
{
	if (!reply)
		return NONE;
	ck_assert(reply_option_is(reply, 53, RAW(2)));
	ck_assert(reply_option_is(reply, 54, RAW(192, 0, 2, 1)));
	if (reply_option_is(reply, 60, "HTTPClient", 10)) {
		ck_assert_ptr_null(reply_option(reply, 43).at);
		return HTTP;
	}
	if (reply_option(reply, 43).at)
		return DIRECT;
	ck_assert_str_eq(reply_file(reply), "");
	ck_assert_uint_eq(reply_siaddr(reply), SERVER);
	return REDIRECT;
}

#define BOOT(entries) "boot = ( " entries " );"
#define TWO(conditions)                                                                            \
	BOOT("{ " conditions " file = \"yes\"; shape = \"direct\"; },"                             \
	     "{ file = \"no\"; shape = \"direct\"; }")
#define UUID97(...)   97, 17, 0, __VA_ARGS__
#define TURNED_UUID   0x52, 0x1a, 0x6c, 0x3b, 0x0e, 0x7f, 0x8b, 0x4d, 0x9a, 0x41, MAC_OCTETS
#define STRAIGHT_UUID 0x3b, 0x6c, 0x1a, 0x52, 0x7f, 0x0e, 0x4d, 0x8b, 0x9a, 0x41, MAC_OCTETS
#define MAC_OCTETS    0x52, 0x54, 0x00, 0x77, 0x00, 0x01
#define UUID_TEXT     "3b6c1a52-7f0e-4d8b-9a41-525400770001"

static const struct {
	const char *name, *settings;
	struct ask ask;
	int form;
	const char *file; /* in the header; NULL: no answer */
} rows[] = {
	/* the sample */
	{ "a BIOS", SAMPLE, { .arch = 0 }, DIRECT, "undionly.kpxe" },
	{ "x64 UEFI", SAMPLE, { .arch = 7 }, REDIRECT, "" },
	{ "x64 UEFI that says 9 (Q4)", SAMPLE, { .arch = 9 }, REDIRECT, "" },
	{ "HTTP Boot (Q23)",
	  SAMPLE,
	  { .arch = 16, .class = "HTTPClient:Arch:00016:UNDI:003001" },
	  HTTP,
	  "http://192.0.2.1/ipxe.efi" },
	{ "iPXE, bare (Q7)",
	  SAMPLE,
	  { .arch = 7, .user_class = "iPXE" },
	  DIRECT,
	  "tftp://192.0.2.1/boot.ipxe" },
	{ "iPXE, framed",
	  SAMPLE,
	  { .arch = 0, .user_class = "\4iPXE" },
	  DIRECT,
	  "tftp://192.0.2.1/boot.ipxe" },
	{ "an unknown architecture is nobody's (Q25)", SAMPLE, { .arch = 99 }, NONE, NULL },
	{ "ARM64 is not a BIOS (Q25)", SAMPLE, { .arch = 11 }, NONE, NULL },
	{ "a class that is not ours", SAMPLE, { .class = "udhcp 1.35.0" }, NONE, NULL },
	{ "no class", SAMPLE, { .class = "-" }, NONE, NULL },
	{ "a boot item: we serve none",
	  SAMPLE,
	  { .more = RAW(43, 7, 71, 4, 0x80, 1, 0, 0, 255) },
	  NONE,
	  NULL },

	/* architectures */
	{ "93 absent: the digits of 60",
	  SAMPLE,
	  { .arch = -1, .class = "PXEClient:Arch:00007:UNDI:003000" },
	  REDIRECT,
	  "" },
	{ "93 and digits absent: a BIOS", SAMPLE, { .arch = -1 }, DIRECT, "undionly.kpxe" },
	{ "93 of odd length is no 93",
	  SAMPLE,
	  { .arch = -1, .class = "PXEClient:Arch:00007", .more = RAW(93, 3, 0, 0, 0) },
	  REDIRECT,
	  "" },
	{ "93 against 60: 93 wins",
	  SAMPLE,
	  { .arch = 7, .class = "PXEClient:Arch:00000" },
	  REDIRECT,
	  "" },
	{ "several codes: the first that an entry names (Q6)",
	  SAMPLE,
	  { .arch = -1, .more = RAW(93, 4, 0, 6, 0, 0) },
	  DIRECT,
	  "undionly.kpxe" },
	{ "several codes: the one that a not names",
	  TWO("not = { arch = 11; };"),
	  { .arch = -1, .more = RAW(93, 4, 0, 7, 0, 11) },
	  DIRECT,
	  "no" },
	{ "several codes, none named: the first known (Q6)",
	  BOOT("{ file = \"f\"; }"),
	  { .arch = -1, .more = RAW(93, 6, 0, 99, 0, 7, 0, 0) },
	  REDIRECT,
	  "" },
	{ "HTTPClient that says no architecture is no BIOS",
	  BOOT("{ arch = \"x86-bios\"; url = \"http://x/\"; }"),
	  { .arch = -1, .class = "HTTPClient" },
	  NONE,
	  NULL },
	{ "9 is x64 UEFI where no entry names ebc (Q4)",
	  BOOT("{ arch = \"x64-uefi\"; file = \"f\"; shape = \"direct\"; }"),
	  { .arch = 9 },
	  DIRECT,
	  "f" },
	{ "9 is EBC where an entry names it",
	  BOOT("{ arch = \"x64-uefi\"; file = \"f\"; }, { arch = 9; file = \"e\"; shape = "
	       "\"direct\"; }"),
	  { .arch = 9 },
	  DIRECT,
	  "e" },
	{ "by number", TWO("arch = 11;"), { .arch = 11 }, DIRECT, "yes" },
	{ "by a list of both kinds",
	  TWO("arch = ( \"x86-uefi\", 11 );"),
	  { .arch = 11 },
	  DIRECT,
	  "yes" },
	{ "another one", TWO("arch = [ 6, 7 ];"), { .arch = 11 }, DIRECT, "no" },

	/* the other conditions */
	{ "mac", TWO("mac = \"52:54:00:77:00:01\";"), { 0 }, DIRECT, "yes" },
	{ "mac of a neighbour", TWO("mac = \"52:54:00:77:00:02\";"), { 0 }, DIRECT, "no" },
	{ "mac, beginning", TWO("mac = \"52-54-*\";"), { 0 }, DIRECT, "yes" },
	{ "mac, another beginning", TWO("mac = [ \"52:55:*\", \"00:*\" ];"), { 0 }, DIRECT, "no" },
	{ "mac, one of a list",
	  TWO("mac = [ \"00:00:00:00:00:01\", \"52:54:00:77:00:01\" ];"),
	  { 0 },
	  DIRECT,
	  "yes" },
	{ "uuid as firmware sends it",
	  TWO("uuid = \"" UUID_TEXT "\";"),
	  { .more = RAW(UUID97(TURNED_UUID)) },
	  DIRECT,
	  "yes" },
	{ "uuid in the other order",
	  TWO("uuid = \"{" UUID_TEXT "}\";"),
	  { .more = RAW(UUID97(STRAIGHT_UUID)) },
	  DIRECT,
	  "yes" },
	{ "uuid as 32 digits: the order on the wire",
	  TWO("uuid = \"521A6C3B0E7F8B4D9A41525400770001\";"),
	  { .more = RAW(UUID97(TURNED_UUID)) },
	  DIRECT,
	  "yes" },
	{ "uuid as 32 digits: not the other order",
	  TWO("uuid = \"521A6C3B0E7F8B4D9A41525400770001\";"),
	  { .more = RAW(UUID97(STRAIGHT_UUID)) },
	  DIRECT,
	  "no" },
	{ "uuid of a client that sends none (Q5)",
	  TWO("uuid = \"" UUID_TEXT "\";"),
	  { 0 },
	  DIRECT,
	  "no" },
	{ "uuid that is banned identifies nobody (Q17)",
	  "banned-uuids = [ \"" UUID_TEXT "\" ];" TWO("uuid = \"" UUID_TEXT "\";"),
	  { .more = RAW(UUID97(TURNED_UUID)) },
	  DIRECT,
	  "no" },
	{ "uuid of zeros identifies nobody (Q17)",
	  TWO("uuid = \"00000000-0000-0000-0000-000000000000\";"),
	  { .more = RAW(UUID97(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) },
	  DIRECT,
	  "no" },
	{ "user class, exactly",
	  TWO("user-class = \"iPXE-2\";"),
	  { .user_class = "iPXE" },
	  DIRECT,
	  "tftp://192.0.2.1/no" },
	{ "user class, one of several framed",
	  TWO("user-class = \"lab\";"),
	  { .user_class = "\3one\3lab" },
	  DIRECT,
	  "yes" },
	{ "vendor class, beginning",
	  TWO("vendor-class = \"PXEClient:Arch:00000:UNDI:002\";"),
	  { .class = "PXEClient:Arch:00000:UNDI:002001" },
	  DIRECT,
	  "yes" },
	{ "vendor class, another",
	  TWO("vendor-class = \"PXEClient:Arch:00000:UNDI:003\";"),
	  { .class = "PXEClient:Arch:00000:UNDI:002001" },
	  DIRECT,
	  "no" },
	{ "subnet of our address", TWO("subnet = \"192.0.2.0/24\";"), { 0 }, DIRECT, "yes" },
	{ "subnet of the relay",
	  TWO("subnet = \"10.9.0.0/16\";"),
	  { .giaddr = "10.9.8.7" },
	  DIRECT,
	  "yes" },
	{ "82.5 before 118",
	  TWO("subnet = \"10.7.0.0/16\";"),
	  { .giaddr = "10.9.8.7",
	    .more = RAW(118, 4, 10, 8, 0, 0, 82, 9, 1, 1, 'x', 5, 4, 10, 7, 0, 0) },
	  DIRECT,
	  "yes" },
	{ "118 before giaddr",
	  TWO("subnet = \"10.8.0.0/16\";"),
	  { .giaddr = "10.9.8.7", .more = RAW(118, 4, 10, 8, 0, 0) },
	  DIRECT,
	  "yes" },
	{ "family 4", TWO("family = 4;"), { 0 }, DIRECT, "yes" },
	{ "family 6", TWO("family = 6;"), { 0 }, DIRECT, "no" },
	{ "duid is for IPv6", TWO("duid = \"00030001525400770001\";"), { 0 }, DIRECT, "no" },
	{ "all conditions must hold",
	  TWO("arch = 0; mac = \"52:54:*\"; subnet = \"10.0.0.0/8\";"),
	  { 0 },
	  DIRECT,
	  "no" },
	{ "another interface", TWO("interface = \"lo\";"), { 0 }, DIRECT, "no" },

	/* outcomes */
	{ "reject", BOOT("{ action = \"reject\"; }, { file = \"f\"; }"), { 0 }, NONE, NULL },
	{ "an entry's own server",
	  TWO("server = \"10.0.0.9\"; mac = \"*\";"),
	  { 0 },
	  DIRECT,
	  "yes" },
	{ "a server of the other family: passed over",
	  TWO("server = \"fd77::9\"; mac = \"*\";"),
	  { 0 },
	  DIRECT,
	  "no" },
	{ "a file is not for HTTP Boot: passed over",
	  BOOT("{ file = \"f\"; }, { url = \"http://${server}:8080/${server}/x\"; }"),
	  { .arch = 16, .class = "HTTPClient" },
	  HTTP,
	  "http://192.0.2.1:8080/192.0.2.1/x" },
	{ "HTTP Boot by name",
	  BOOT("{ url = \"https://boot.example/a b\"; }"),
	  { .arch = 16, .class = "HTTPClient" },
	  HTTP,
	  "https://boot.example/a b" },
	{ "https, and nothing of it is made nicer",
	  BOOT("{ url = \"HTTPS://Boot.Example:00443/%7Ea/../b//c%2F%2f?x=1&y=%00+ #z\"; }"),
	  { .arch = 16, .class = "HTTPClient" },
	  HTTP,
	  "HTTPS://Boot.Example:00443/%7Ea/../b//c%2F%2f?x=1&y=%00+ #z" },
	{ "https at an address of IPv6, over IPv4",
	  BOOT("{ url = \"https://[FD77:0:0::2]:8443/x.efi\"; }"),
	  { .arch = 16, .class = "HTTPClient" },
	  HTTP,
	  "https://[FD77:0:0::2]:8443/x.efi" },
	{ "https at our own address",
	  BOOT("{ url = \"https://${server}:8443/x.efi\"; }"),
	  { .arch = 16, .class = "HTTPClient" },
	  HTTP,
	  "https://192.0.2.1:8443/x.efi" },
	{ "https for iPXE",
	  BOOT("{ user-class = \"iPXE\"; url = \"https://boot.example/%41?m=${net0/mac:hexhyp}\"; "
	       "}"),
	  { .user_class = "iPXE" },
	  DIRECT,
	  "https://boot.example/%41?m=${net0/mac:hexhyp}" },
	/* W16: the class decides whether it speaks HTTP Boot */
	{ "a class that says PXE, an architecture that says HTTP",
	  SAMPLE,
	  { .arch = 16, .class = "PXEClient" },
	  REDIRECT,
	  "" },
	{ "a class that says HTTP, an architecture that says PXE",
	  SAMPLE,
	  { .arch = 7, .class = "HTTPClient:Arch:00016:UNDI:003016" },
	  HTTP,
	  "http://192.0.2.1/ipxe.efi" },
	{ "the same of its class alone",
	  SAMPLE,
	  { .arch = -1, .class = "HTTPClient:Arch:00007:UNDI:003016" },
	  HTTP,
	  "http://192.0.2.1/ipxe.efi" },
	{ "HTTPClient with its own code in the class alone",
	  SAMPLE,
	  { .arch = -1, .class = "HTTPClient:Arch:00016:UNDI:003016" },
	  HTTP,
	  "http://192.0.2.1/ipxe.efi" },
	{ "HTTPClient with several codes: the first that an entry names",
	  SAMPLE,
	  { .arch = -1, .class = "HTTPClient", .more = RAW(93, 4, 0, 6, 0, 7) },
	  HTTP,
	  "http://192.0.2.1/ipxe.efi" },
	{ "a URL for iPXE, its own variables kept",
	  BOOT("{ url = \"http://${server}/${net0/mac}\"; }"),
	  { .user_class = "iPXE" },
	  DIRECT,
	  "http://192.0.2.1/${net0/mac}" },
	{ "a TFTP URL for a ROM: address and path",
	  BOOT("{ url = \"tftp://10.0.0.9/a/b.0\"; }"),
	  { 0 },
	  DIRECT,
	  "a/b.0" },
	{ "a TFTP URL for iPXE",
	  BOOT("{ url = \"tftp://10.0.0.9/a/b.0\"; }"),
	  { .user_class = "iPXE" },
	  DIRECT,
	  "tftp://10.0.0.9/a/b.0" },
	{ "iPXE by option 175 (Q14)",
	  BOOT("{ file = \"a b\"; }"),
	  { .arch = 7, .more = RAW(175, 3, 19, 1, 1) },
	  DIRECT,
	  "tftp://192.0.2.1/a%20b" },
	{ "redirect by the entry",
	  BOOT("{ file = \"f\"; shape = \"redirect\"; }"),
	  { 0 },
	  REDIRECT,
	  "" },
	{ "direct by the entry (Q2)",
	  BOOT("{ file = \"f\"; shape = \"direct\"; }"),
	  { .arch = 7 },
	  DIRECT,
	  "f" },

	/* waiting */
	{ "not before it has waited",
	  "response-delay = 5;" BOOT("{ file = \"f\"; }"),
	  { .secs = 4 },
	  NONE,
	  NULL },
	{ "after it has waited",
	  "response-delay = 5;" BOOT("{ file = \"f\"; }"),
	  { .secs = 5 },
	  DIRECT,
	  "f" },
	{ "seconds with their octets turned",
	  "response-delay = 5;" BOOT("{ file = \"f\"; }"),
	  { .secs = 0x0400 },
	  NONE,
	  NULL },
	{ "an entry's own delay",
	  "response-delay = 5;" BOOT("{ file = \"f\"; response-delay = 0; }"),
	  { .secs = 0 },
	  DIRECT,
	  "f" },
	{ "an answer that is sent late (Q9)",
	  BOOT("{ file = \"f\"; delay = 30; }"),
	  { 0 },
	  DIRECT,
	  "f" },
};

START_TEST(discover_comes_to)
{
	struct bench bench;
	const PXE_FAKE_REPLY *reply;

	bench = bench_open(rows[_i].settings);
	reply = bench_ask(&bench, &rows[_i].ask);
	ck_assert_msg(form_of(reply) == rows[_i].form, "%s: %s", rows[_i].name,
		      bench.verdict.pszOutcome);
	if (rows[_i].file)
		ck_assert_msg(reply && strcmp(reply_file(reply), rows[_i].file) == 0, "%s: \"%s\"",
			      rows[_i].name, reply ? reply_file(reply) : "no answer");
	else
		ck_assert_msg(!reply, "%s", rows[_i].name);
	bench_close(&bench);
}
END_TEST

/* ---- header fields --------------------------------------------------------------------------- */

/* W14: options that stand in `file` and `sname` (option 52) count as those in the option field.
 * W15: a field without NUL, as old ROMs leave it, is no reason for silence. */
#define IN_CLASS 60, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't'
#define IN_IPXE  77, 4, 'i', 'P', 'X', 'E'

static const struct {
	const char *name;
	struct ask ask;
	const uint8_t *file; /* how the field begins */
	size_t file_len;
	const uint8_t *sname;
	size_t sname_len;
	uint8_t fill; /* what the rest of both is */
	int form;
} fields[] = {
	{ "class and architecture in file",
	  { .class = "-", .arch = -1, .more = RAW(52, 1, 1) },
	  RAW(IN_CLASS, 93, 2, 0, 7, 94, 3, 1, 3, 16, 255),
	  NULL,
	  0,
	  0,
	  REDIRECT },
	{ "architecture in file, class in sname",
	  { .class = "-", .arch = -1, .more = RAW(52, 1, 3) },
	  RAW(93, 2, 0, 7, 255),
	  RAW(IN_CLASS, 255),
	  0,
	  REDIRECT },
	{ "user class in file",
	  { .arch = 7, .more = RAW(52, 1, 1) },
	  RAW(IN_IPXE, 255),
	  NULL,
	  0,
	  0,
	  DIRECT },
	{ "the same, and 52 is not there", { .arch = 7 }, RAW(IN_IPXE, 255), NULL, 0, 0, REDIRECT },
	{ "options in file without END",
	  { .arch = 7, .more = RAW(52, 1, 1) },
	  RAW(IN_IPXE),
	  NULL,
	  0,
	  0,
	  DIRECT },
	{ "an option in file that overruns",
	  { .arch = 7, .more = RAW(52, 1, 1) },
	  RAW(IN_IPXE, 61, 200),
	  NULL,
	  0,
	  'B',
	  DIRECT },
	{ "no NUL in either", { .arch = 7 }, NULL, 0, NULL, 0, 'B', REDIRECT },
	{ "no NUL in sname, options in file",
	  { .arch = 7, .more = RAW(52, 1, 1) },
	  RAW(IN_IPXE, 255),
	  NULL,
	  0,
	  'B',
	  DIRECT },
};

START_TEST(header_fields_may_hold_anything)
{
	struct bench bench = bench_open(SAMPLE);

	bench_build(&bench, &fields[_i].ask);
	memset(bench.packet + 44, fields[_i].fill, 192);
	if (fields[_i].file)
		memcpy(bench.packet + 108, fields[_i].file, fields[_i].file_len);
	if (fields[_i].sname)
		memcpy(bench.packet + 44, fields[_i].sname, fields[_i].sname_len);
	ck_assert_msg(form_of(bench_send(&bench, &fields[_i].ask.way)) == fields[_i].form, "%s: %s",
		      fields[_i].name, bench.verdict.pszOutcome);
	bench_close(&bench);
}
END_TEST

/* ---- the interface --------------------------------------------------------------------------- */

START_TEST(interface_is_the_one_that_the_request_came_in_on)
{
	struct bench bench = bench_open(TWO("interface = [ \"eth9\", \"lo\" ];"));
	struct ask ask = { .way = { .pszInterface = "lo" } };
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &ask);

	ck_assert_str_eq(reply_file(reply), "yes");
	PxeFakeControl(bench.fake, SERVICE_CONTROL_NETBINDADD);
	reply = bench_ask(&bench, &ask);
	ck_assert_str_eq(reply_file(reply), "yes");
	bench_close(&bench);
}
END_TEST

/* ---- shapes ---------------------------------------------------------------------------------- */

/* Q1: many UEFI stacks ignore a first answer that has the file. */
START_TEST(shape_follows_the_architecture)
{
	/* HTTP Boot's codes among them: the class says PXE (W16). */
	static const uint8_t redirected[] = { 2,  6,  7,  8,  9,  10, 11, 15, 16, 17, 18, 19, 25,
					      26, 27, 28, 29, 30, 33, 34, 35, 36, 37, 38, 39, 40 };
	struct bench bench = bench_open(BOOT("{ file = \"f\"; }"));

	for (int arch = 0; arch < 70; arch++) {
		struct ask rom = { .arch = arch }, ipxe = { .arch = arch, .user_class = "iPXE" };
		int wanted = memchr(redirected, arch, sizeof redirected) ? REDIRECT : DIRECT;

		ck_assert_msg(form_of(bench_ask(&bench, &rom)) == wanted, "%d", arch);
		ck_assert_msg(form_of(bench_ask(&bench, &ipxe)) == DIRECT, "iPXE, %d", arch);
	}
	bench_close(&bench);
}
END_TEST

START_TEST(direct_offer_says_where_and_what)
{
	struct bench bench = bench_open("server = \"10.0.0.9\";" BOOT("{ file = \"a/b.0\"; }"));
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &(struct ask){ .flags = 0 });

	ck_assert_uint_eq(reply_siaddr(reply), 0x0a000009);
	ck_assert_str_eq((const char *)reply->pPacket + 44, "10.0.0.9");
	ck_assert_str_eq(reply_file(reply), "a/b.0");
	ck_assert(reply_option_is(reply, 43, direct43, sizeof direct43));
	ck_assert(reply_option_is(reply, 60, "PXEClient", 9));
	ck_assert(reply_option_is(reply, 54, RAW(192, 0, 2, 1)));
	ck_assert_ptr_null(reply_option(reply, 66).at);
	ck_assert_ptr_null(reply_option(reply, 67).at);
	ck_assert_ptr_null(reply_option(reply, 52).at);
	ck_assert_ptr_null(reply_option(reply, 51).at);
	ck_assert_str_eq(reply->pszTo, "255.255.255.255");
	ck_assert_uint_eq(reply->uToPort, 68);
	ck_assert_uint_eq(load_be16(reply->pPacket + 10), 0x8000); /* BROADCAST */
	ck_assert_uint_eq(load_be16(reply->pPacket + 8), 0);       /* secs */
	bench_close(&bench);
}
END_TEST

/* ---- port 4011 ------------------------------------------------------------------------------- */

#define FROM(address)                                                                              \
	{                                                                                          \
		.pszFrom = address, .uFromPort = 4011, .uPort = 4011, .bUnicast = TRUE             \
	}

START_TEST(port_4011_answers_with_all)
{
	struct bench bench = bench_open("server = \"10.0.0.9\";" BOOT("{ file = \"f.efi\"; }"));
	struct ask ask = {
		.type = 3, .arch = 7, .ciaddr = "192.0.2.50", .way = FROM("192.0.2.50")
	};
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &ask);

	ck_assert(reply_option_is(reply, 53, RAW(5)));
	ck_assert(reply_option_is(reply, 54, RAW(192, 0, 2, 1)));
	ck_assert(reply_option_is(reply, 60, "PXEClient", 9));
	ck_assert_ptr_null(reply_option(reply, 43).at);
	ck_assert_uint_eq(reply_siaddr(reply), 0x0a000009);
	ck_assert_str_eq(reply_file(reply), "f.efi");
	ck_assert_uint_eq(load_be32(reply->pPacket + 12), 0xc0000232); /* ciaddr */
	ck_assert_uint_eq(load_be16(reply->pPacket + 10), 0);
	ck_assert_str_eq(reply->pszTo, "192.0.2.50");
	ck_assert_uint_eq(reply->uToPort, 4011);
	ck_assert_uint_eq(reply->uFromPort, 4011);
	bench_close(&bench);
}
END_TEST

static const struct {
	const char *name;
	struct ask ask;
	int type; /* of the answer; 0: none */
} second[] = {
	{ "REQUEST", { .type = 3 }, 5 },
	{ "INFORM", { .type = 8 }, 5 },
	{ "DISCOVER", { .type = 1 }, 2 },
	{ "REQUEST of a direct client", { .type = 3, .arch = 0 }, 5 },
	{ "RELEASE", { .type = 7 }, 0 },
	{ "REQUEST of HTTPClient", { .type = 3, .class = "HTTPClient" }, 0 },
	{ "REQUEST with a boot item",
	  { .type = 3, .more = RAW(43, 7, 71, 4, 0x80, 1, 0, 0, 255) },
	  0 },
};

START_TEST(port_4011_takes)
{
	struct bench bench = bench_open(BOOT("{ file = \"f\"; }, { url = \"http://x/\"; }"));
	struct ask ask = second[_i].ask;
	const PXE_FAKE_REPLY *reply;

	ask.way = (PXE_FAKE_REQUEST)FROM("192.0.2.50");
	reply = bench_ask(&bench, &ask);
	ck_assert_msg((reply ? reply_option(reply, 53).at[0] : 0) == second[_i].type, "%s",
		      second[_i].name);
	if (reply)
		ck_assert_str_eq(reply_file(reply), "f");
	bench_close(&bench);
}
END_TEST

static const struct {
	const char *name;
	struct ask first, then;
	const char *file; /* of the ACK */
} agree[] = {
	{ "what was offered", { .arch = 7 }, { .arch = -1 }, "seven" },
	{ "nothing was offered",
	  { .arch = 11, .mac = "52:54:00:77:00:02" },
	  { .arch = -1 },
	  "zero" },
	{ "one UUID, another address: another machine (W1)",
	  { .arch = 7, .mac = "52:54:00:77:00:02", .more = RAW(UUID97(TURNED_UUID)) },
	  { .arch = -1, .more = RAW(UUID97(TURNED_UUID)) },
	  "zero" },
	{ "one address, another UUID: another machine (W1)",
	  { .arch = 7, .more = RAW(UUID97(TURNED_UUID)) },
	  { .arch = -1, .more = RAW(UUID97(STRAIGHT_UUID)) },
	  "zero" },
	{ "the UUID is left out",
	  { .arch = 7, .more = RAW(UUID97(TURNED_UUID)) },
	  { .arch = -1 },
	  "seven" },
	{ "through a relay of the network that it asks from",
	  { .arch = 7, .giaddr = "192.0.2.250" },
	  { .arch = -1 },
	  "seven" },
	{ "through the relay of another network (W1)",
	  { .arch = 7, .giaddr = "10.9.8.7" },
	  { .arch = -1 },
	  "zero" },
	{ "what its class said, that says less now",
	  { .arch = -1, .class = "PXEClient:Arch:00011:UNDI:003016" },
	  { .arch = -1 },
	  "eleven" },
	{ "another architecture now: not what was offered",
	  { .arch = 7 },
	  { .arch = 11 },
	  "eleven" },
	{ "iPXE now: not what was offered",
	  { .arch = 7 },
	  { .arch = 7, .user_class = "iPXE" },
	  "tftp://192.0.2.1/script" },
	{ "iPXE then, and its request says less",
	  { .arch = 0, .user_class = "iPXE" },
	  { .arch = 0 },
	  "tftp://192.0.2.1/script" },
};

START_TEST(port_4011_agrees_with_the_offer)
{
	struct bench bench =
		bench_open(BOOT("{ user-class = \"iPXE\"; file = \"script\"; },"
				"{ arch = 0; file = \"zero\"; }, { arch = 7; file = \"seven\"; },"
				"{ arch = 11; file = \"eleven\"; }"));
	struct ask then = agree[_i].then;
	const PXE_FAKE_REPLY *reply;

	ck_assert_ptr_nonnull(bench_ask(&bench, &agree[_i].first));
	then.type = 3;
	then.way = (PXE_FAKE_REQUEST)FROM("192.0.2.50");
	reply = bench_ask(&bench, &then);
	ck_assert_msg(reply && strcmp(reply_file(reply), agree[_i].file) == 0, "%s: \"%s\"",
		      agree[_i].name, reply ? reply_file(reply) : "no answer");
	bench_close(&bench);
}
END_TEST

/* iPXE keeps the last answer that it has recorded, the ACK where there is one: by file and server
 * of that it finds its script, and what that names beside itself. */
static const char *const for_ipxe[] = {
	BOOT("{ file = \"a/boot.ipxe\"; }"),
	BOOT("{ file = \"a/boot.ipxe\"; server = \"10.0.0.9\"; }"),
	"server = \"192.0.2.77\"; " BOOT("{ file = \"a b.ipxe\"; options-66-67 = true; }"),
	BOOT("{ url = \"tftp://10.0.0.9/a/boot.ipxe\"; }"),
	BOOT("{ url = \"http://${server}:8080/${net0/mac}?a=%2f\"; }"),
	BOOT("{ url = \"https://boot.example/a/boot.ipxe\"; server = \"10.0.0.9\"; }"),
};

START_TEST(ipxe_hears_on_4011_what_it_was_offered)
{
	static const uint8_t alike[] = { 60, 66, 67, 175 };
	struct bench bench = bench_open(for_ipxe[_i]);
	struct ask ask = { .arch = 7, .user_class = "iPXE", .more = RAW(57, 2, 5, 192) };
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &ask);
	uint8_t offer[1500];
	PXE_FAKE_REPLY offered;

	ck_assert_ptr_nonnull(reply);
	offered = *reply;
	offered.pPacket = memcpy(offer, reply->pPacket, reply->uPacketLen);
	ask.type = 3;
	ask.way = (PXE_FAKE_REQUEST)FROM("192.0.2.50");
	reply = bench_ask(&bench, &ask);
	ck_assert_ptr_nonnull(reply);
	ck_assert_uint_eq(reply_siaddr(reply), reply_siaddr(&offered));
	ck_assert_int_eq(memcmp(reply->pPacket + 44, offer + 44, 192), 0); /* sname, file */
	for (size_t i = 0; i < sizeof alike; i++) {
		struct span was = reply_option(&offered, alike[i]);

		ck_assert_msg(span_equal(reply_option(reply, alike[i]), was), "%d: option %d", _i,
			      alike[i]);
	}
	bench_close(&bench);
}
END_TEST

/* W1: of two machines with one UUID the first was offered its own file; the second never asked on
 * 67. It is decided for itself, by its MAC. The first UUID is one that boards are sold with. */
static const struct {
	const char *name;
	const uint8_t *uuid;
	size_t len;
} shared_uuids[] = {
	{ "a board's", RAW(UUID97(0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9)) },
	{ "a board's, in firmware's order",
	  RAW(UUID97(3, 0, 2, 0, 4, 0, 5, 0, 0, 6, 0, 7, 0, 8, 0, 9)) },
	{ "any", RAW(UUID97(TURNED_UUID)) },
};

START_TEST(machines_of_one_uuid_are_two)
{
	struct bench bench =
		bench_open(BOOT("{ mac = \"52:54:00:77:00:02\"; action = \"ignore\"; },"
				"{ mac = \"52:54:00:77:00:01\"; file = \"WIPE.efi\"; },"
				"{ file = \"menu.efi\"; }"));
	struct ask first = { .arch = 7,
			     .more = shared_uuids[_i].uuid,
			     .more_len = shared_uuids[_i].len };
	struct ask then = first;

	then.type = 3;
	then.way = (PXE_FAKE_REQUEST)FROM("192.0.2.50");
	ck_assert_ptr_nonnull(bench_ask(&bench, &first));
	ck_assert_str_eq(reply_file(bench_ask(&bench, &then)), "WIPE.efi");
	then.mac = "52:54:00:77:00:03";
	ck_assert_str_eq(reply_file(bench_ask(&bench, &then)), "menu.efi");
	then.mac = "52:54:00:77:00:02";
	ck_assert_ptr_null(bench_ask(&bench, &then));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_IGNORE);
	bench_close(&bench);
}
END_TEST

/* W1: machines of one MAC (and one UUID) in two networks, each behind its relay. */
START_TEST(machines_of_one_mac_in_two_networks_are_two)
{
	struct bench bench =
		bench_open(BOOT("{ subnet = \"10.78.0.0/24\"; file = \"VLAN78.efi\"; },"
				"{ subnet = \"10.79.0.0/24\"; file = \"VLAN79.efi\"; },"
				"{ file = \"OTHER.efi\"; }"));
	struct ask asks[] = {
		{ .arch = 7, .more = RAW(UUID97(TURNED_UUID)), .giaddr = "10.78.0.1" },
		{ .arch = 7, .more = RAW(UUID97(TURNED_UUID)), .giaddr = "10.79.0.1" },
		{ .type = 3,
		  .arch = 7,
		  .more = RAW(UUID97(TURNED_UUID)),
		  .ciaddr = "10.78.0.5",
		  .way = FROM("10.78.0.5") },
	};

	ck_assert_ptr_nonnull(bench_ask(&bench, &asks[0]));
	ck_assert_ptr_nonnull(bench_ask(&bench, &asks[1]));
	ck_assert_str_eq(reply_file(bench_ask(&bench, &asks[2])), "VLAN78.efi");
	bench_close(&bench);
}
END_TEST

/* W1: the UUIDs that boards come with identify nobody, unless an entry says so. */
START_TEST(boards_uuids_are_banned_but_where_an_entry_names_them)
{
	struct ask ask = { .more = RAW(UUID97(0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9)) };
	struct bench bench = bench_open(
		TWO("uuid = [ \"03000200-0400-0500-0006-000700080009\", \"" UUID_TEXT "\" ];"));

	ck_assert_str_eq(reply_file(bench_ask(&bench, &ask)), "yes");
	bench_close(&bench);
	bench = bench_open("banned-uuids = [ \"03000200-0400-0500-0006-000700080009\" ];" TWO(
		"uuid = \"03000200-0400-0500-0006-000700080009\";"));
	ck_assert_str_eq(reply_file(bench_ask(&bench, &ask)), "no");
	bench_close(&bench);
	bench = bench_open(TWO("not = { uuid = \"03000200-0400-0500-0006-000700080009\"; };"));
	ck_assert_str_eq(reply_file(bench_ask(&bench, &ask)), "no");
	bench_close(&bench);
}
END_TEST

/* W5: a packet that names a group or everybody as its relay or client leaves the provider without
 * blame. */
START_TEST(nobodys_address_is_no_route_and_no_fault_of_the_provider)
{
	static const struct ask asks[] = {
		{ .giaddr = "224.0.0.9" },
		{ .giaddr = "239.255.255.255" },
		{ .giaddr = "255.255.255.255" },
		{ .type = 3, .way = FROM("224.0.0.9") },
		{ .type = 3, .way = FROM("255.255.255.255") },
	};
	struct bench bench = bench_open(BOOT("{ file = \"f\"; }"));

	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		bench_build(&bench, &asks[i]);
		ck_assert_ptr_null(bench_send(&bench, &asks[i].way));
		ck_assert_msg(strcmp(bench.verdict.pszOutcome, "no-route") == 0, "%zu: %s", i,
			      bench.verdict.pszOutcome);
	}
	bench_close(&bench);
}
END_TEST

START_TEST(a_newer_refusal_is_remembered_too)
{
	struct bench bench = bench_open(
		BOOT("{ user-class = \"x\"; action = \"ignore\"; }, { arch = 7; file = \"f\"; }"));
	struct ask then = { .type = 3, .arch = -1, .way = FROM("192.0.2.50") };

	ck_assert_ptr_nonnull(bench_ask(&bench, &(struct ask){ .arch = 7 }));
	ck_assert_ptr_nonnull(bench_ask(&bench, &then));
	ck_assert_ptr_null(bench_ask(&bench, &(struct ask){ .arch = 7, .user_class = "x" }));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_IGNORE);
	ck_assert_ptr_null(bench_ask(&bench, &then));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_REJECTED);
	bench_close(&bench);
}
END_TEST

/* A reload brings another instance: what was offered before it is known after it, and decided by
 * the new settings. */
START_TEST(what_was_offered_survives_a_reload)
{
	struct bench bench = bench_open(BOOT("{ file = \"old\"; }"));
	struct ask then = { .type = 3, .arch = -1, .way = FROM("192.0.2.50") };

	ck_assert_ptr_nonnull(bench_ask(&bench, &(struct ask){ .arch = 7 }));
	bench_close(&bench);
	bench = bench_open(BOOT("{ arch = 0; file = \"zero\"; }, { arch = 7; file = \"seven\"; }"));
	ck_assert_str_eq(reply_file(bench_ask(&bench, &then)), "seven");
	bench_close(&bench);
}
END_TEST

/* Q16: no hardware address; the client id is the client's name, on 4011 too. */
START_TEST(infiniband_is_known_by_its_client_id)
{
	static const uint8_t one[] = { 61, 5, 255, 1, 2, 3, 4 }, two[] = { 61, 5, 255, 1, 2, 3, 5 };
	static const struct ask asks[] = {
		{ .arch = 7, .more = one, .more_len = sizeof one },
		{ .type = 3,
		  .arch = -1,
		  .more = one,
		  .more_len = sizeof one,
		  .way = FROM("192.0.2.50") },
		{ .type = 3,
		  .arch = -1,
		  .more = two,
		  .more_len = sizeof two,
		  .way = FROM("192.0.2.51") },
	};
	static const char *const to[] = { "255.255.255.255", "192.0.2.50", "192.0.2.51" };
	static const char *const file[] = { "", "seven", "zero" };
	struct bench bench =
		bench_open(BOOT("{ arch = 7; file = \"seven\"; }, { arch = 0; file = \"zero\"; }"));

	for (int i = 0; i < 3; i++) {
		const PXE_FAKE_REPLY *reply;

		bench_build(&bench, &asks[i]);
		bench.packet[1] = 32; /* htype */
		bench.packet[2] = 0;
		memset(bench.packet + 28, 0, 16);
		reply = bench_send(&bench, &asks[i].way);
		ck_assert_ptr_nonnull(reply);
		ck_assert_uint_eq(reply->pPacket[1], 32);
		ck_assert_uint_eq(reply->pPacket[2], 0);
		ck_assert(reply_option_is(reply, 61, asks[i].more + 2, 5));
		ck_assert_str_eq(reply->pszTo, to[i]);
		ck_assert_str_eq(reply_file(reply), file[i]);
	}
	bench_close(&bench);
}
END_TEST

/* ---- what is not ours ------------------------------------------------------------------------ */

START_TEST(lease_traffic_is_not_answered)
{
	static const uint8_t types[] = { 2, 3, 4, 5, 6, 7, 8 };
	struct bench bench = bench_open(BOOT("{ file = \"f\"; }"));

	for (size_t i = 0; i < sizeof types; i++)
		ck_assert_msg(!bench_ask(&bench, &(struct ask){ .type = types[i] }), "%d",
			      types[i]);
	bench_close(&bench);
}
END_TEST

START_TEST(ignore_ends_the_chain_and_reject_does_not)
{
	struct bench bench = bench_open(BOOT("{ mac = \"00:*\"; action = \"ignore\"; },"
					     "{ mac = \"02:*\"; action = \"reject\"; }"));

	ck_assert_ptr_null(bench_ask(&bench, &(struct ask){ .mac = "00:00:00:00:00:01" }));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_IGNORE);
	ck_assert_ptr_null(bench_ask(&bench, &(struct ask){ .mac = "02:00:00:00:00:01" }));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_REJECTED);
	ck_assert_ptr_null(bench_ask(&bench, &(struct ask){ .arch = 0 }));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_REJECTED);
	bench_close(&bench);
}
END_TEST

START_TEST(unknown_architecture_is_named)
{
	struct bench bench = bench_open(SAMPLE);

	ck_assert_ptr_null(bench_ask(&bench, &(struct ask){ .arch = 99 }));
	ck_assert_str_eq(bench.verdict.pszReason, "no entry for architecture 99");
	bench_close(&bench);
}
END_TEST

/* ---- echoes, names, sizes -------------------------------------------------------------------- */

static const struct {
	const char *name;
	const uint8_t *more;
	size_t len;
	uint8_t code;
	bool echoed;
} echoes[] = {
	{ "97 of 17 octets", RAW(UUID97(TURNED_UUID)), 97, true },
	{ "97 of 16 octets", RAW(97, 16, TURNED_UUID), 97, true },
	{ "97 empty", RAW(97, 0), 97, false },
	{ "97 absent", NULL, 0, 97, false },
	{ "61", RAW(61, 7, 1, MAC_OCTETS), 61, true },
	{ "61 absent", NULL, 0, 61, false },
};

START_TEST(identity_is_echoed)
{
	struct bench bench = bench_open(BOOT("{ file = \"f\"; }"));
	struct ask ask = { .more = echoes[_i].more, .more_len = echoes[_i].len };
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &ask);

	if (echoes[_i].echoed)
		ck_assert_msg(reply_option_is(reply, echoes[_i].code, echoes[_i].more + 2,
					      echoes[_i].len - 2),
			      "%s", echoes[_i].name);
	else
		ck_assert_msg(!reply_option(reply, echoes[_i].code).at, "%s", echoes[_i].name);
	bench_close(&bench);
}
END_TEST

/* Q12, Q21: filled up, and broadcast though the client did not ask for that. */
START_TEST(relayed_offer_goes_back_to_the_relay)
{
	struct bench bench = bench_open(BOOT("{ file = \"f\"; }"));
	struct ask ask = { .giaddr = "10.9.8.7",
			   .more = RAW(82, 6, 1, 4, 'e', 't', 'h', '0'),
			   .way = { .pszFrom = "10.9.8.7", .uFromPort = 67, .bUnicast = TRUE } };
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &ask);
	struct span relay = reply_option(reply, 82);

	ck_assert(span_equal(relay, span_of("\1\4eth0", 6)));
	ck_assert_uint_eq(relay.at[relay.len], 255); /* 82 is last */
	ck_assert_str_eq(reply->pszTo, "10.9.8.7");
	ck_assert_uint_eq(reply->uToPort, 67);
	ck_assert_uint_eq(load_be32(reply->pPacket + 24), 0x0a090807);
	ck_assert_uint_eq(load_be16(reply->pPacket + 10), 0x8000);
	bench_close(&bench);
}
END_TEST

static const struct {
	size_t len;
	bool http;
	size_t in_67; /* octets there; 0: in the header alone */
} lengths[] = {
	{ 1, false, 0 },     { 127, false, 0 }, { 128, false, 129 }, { 254, false, 255 },
	{ 255, false, 255 }, { 127, true, 0 },  { 128, true, 128 },  { 255, true, 255 },
};

/* Q10: with a NUL behind it, for ROMs that read it as a C string. No overload (52). */
START_TEST(long_names_go_to_option_67)
{
	char name[256] = "", settings[512];
	struct ask ask = { .class = lengths[_i].http ? "HTTPClient" : "PXEClient",
			   .more = RAW(57, 2, 5, 192) };
	struct bench bench;
	const PXE_FAKE_REPLY *reply;
	struct span in_67;

	memset(name, 'n', lengths[_i].len);
	if (lengths[_i].http)
		memcpy(name, "http://192.0.2.7/", 17);
	snprintf(settings, sizeof settings, BOOT("{ %s = \"%s\"; }"),
		 lengths[_i].http ? "url" : "file", name);
	bench = bench_open(settings);
	reply = bench_ask(&bench, &ask);
	ck_assert_ptr_nonnull(reply);
	in_67 = reply_option(reply, 67);
	ck_assert_uint_eq(in_67.len, lengths[_i].in_67);
	if (lengths[_i].in_67)
		ck_assert_int_eq(memcmp(in_67.at, name, lengths[_i].len), 0);
	ck_assert_str_eq(reply_file(reply), lengths[_i].in_67 ? "" : name);
	if (in_67.len > lengths[_i].len)
		ck_assert_uint_eq(in_67.at[lengths[_i].len], 0);
	bench_close(&bench);
}
END_TEST

START_TEST(names_as_options_where_asked_for)
{
	struct bench bench = bench_open(BOOT("{ file = \"f\"; options-66-67 = true; }"));
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &(struct ask){ .arch = 0 });

	ck_assert(reply_option_is(reply, 66, "192.0.2.1", 9));
	ck_assert(reply_option_is(reply, 67, "f", 2)); /* with a NUL */
	ck_assert_str_eq(reply_file(reply), "f");
	bench_close(&bench);
}
END_TEST

START_TEST(raspberry_pi_gets_its_menu)
{
	static const uint8_t menu[] = "\6\1\3\12\4\0PXE\11\27\0\0\24Raspberry Pi Boot   \377";
	struct bench bench = bench_open(
		BOOT("{ mac = \"b8:27:eb:*\"; raspberry-pi = true; server = \"10.0.0.9\"; }"));
	struct ask ask = { .mac = "b8:27:eb:00:00:01", .more = RAW(UUID97(TURNED_UUID)) };
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &ask);

	ck_assert(reply_option_is(reply, 43, menu, sizeof menu - 1));
	ck_assert(reply_option_is(reply, 66, "10.0.0.9", 8));
	ck_assert_uint_eq(reply_siaddr(reply), 0x0a000009);
	ck_assert_str_eq(reply_file(reply), "");
	ck_assert(reply_option_is(reply, 97, ask.more + 2, 17));
	bench_close(&bench);
}
END_TEST

/* A board that has loaded iPXE is the entry's still, and iPXE in UEFI boots nothing beside a menu.
 */
START_TEST(ipxe_on_a_raspberry_pi_gets_its_file)
{
	static const uint8_t direct[] = "\6\1\10\12\4\0PXE\377";
	struct bench bench = bench_open(
		BOOT("{ mac = \"b8:27:eb:*\"; raspberry-pi = true; file = \"boot.ipxe\"; }"));
	struct ask ask = { .mac = "b8:27:eb:00:00:01", .arch = 11, .user_class = "iPXE" };
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &ask);

	ck_assert(reply_option_is(reply, 43, direct, sizeof direct - 1));
	ck_assert_str_eq(reply_file(reply), "tftp://192.0.2.1/boot.ipxe");
	bench_close(&bench);
}
END_TEST

/* W3: iPXE ranks a lease server's boot file before ours, unless 175.1 (priority) is 1. Only iPXE is
 * told so, in the OFFER of either shape, and on 4011; one entry answers both kinds in turn. */
static const struct {
	const char *name, *outcome;
	struct ask ask;
	bool told;
} priorities[] = {
	{ "iPXE by its user class", "file = \"f\";", { .user_class = "iPXE" }, true },
	{ "iPXE by option 175", "file = \"f\";", { .more = RAW(175, 3, 19, 1, 1) }, true },
	{ "iPXE, redirected",
	  "file = \"f\"; shape = \"redirect\";",
	  { .user_class = "iPXE" },
	  true },
	{ "iPXE on 4011",
	  "file = \"f\";",
	  { .type = 3, .user_class = "iPXE", .way = FROM("192.0.2.50") },
	  true },
	{ "iPXE that asks by HTTP Boot's class",
	  "url = \"http://x/\";",
	  { .class = "HTTPClient", .user_class = "iPXE" },
	  true },
	{ "a ROM", "file = \"f\";", { 0 }, false },
	{ "UEFI", "file = \"f\";", { .arch = 7 }, false },
	{ "UEFI on 4011",
	  "file = \"f\";",
	  { .type = 3, .arch = 7, .way = FROM("192.0.2.50") },
	  false },
	{ "HTTP Boot", "url = \"http://x/\";", { .class = "HTTPClient" }, false },
};

START_TEST(ipxe_is_told_that_we_come_first)
{
	char settings[200];
	struct ask other = { .user_class = priorities[_i].told ? NULL : "iPXE" };
	struct bench bench;
	const PXE_FAKE_REPLY *reply;

	snprintf(settings, sizeof settings, BOOT("{ %s }"), priorities[_i].outcome);
	bench = bench_open(settings);
	ck_assert_ptr_nonnull(bench_ask(&bench, &other)); /* the same entry, the other kind */
	reply = bench_ask(&bench, &priorities[_i].ask);
	if (priorities[_i].told)
		ck_assert_msg(reply_option_is(reply, 175, RAW(1, 1, 1)), "%s", priorities[_i].name);
	else
		ck_assert_msg(!reply_option(reply, 175).at, "%s", priorities[_i].name);
	bench_close(&bench);
}
END_TEST

/* The largest answer that a client takes, by its option 57. The relay takes its own option off
 * again: it costs the prompt, never the answer. */
static const struct {
	const char *name;
	int size;         /* option 57; 0: absent */
	size_t id, relay; /* octets of options 61 and 82 */
	bool prompt;
	const char *user_class;
} sizes[] = {
	{ "57 absent: 548 octets", 0, 200, 20, true, NULL },
	{ "57 absent, too tight for the prompt", 0, 253, 20, false, NULL },
	{ "57 absent, the relay's option does not count", 0, 255, 23, false, NULL },
	{ "57 absent, a relay that leaves no room at all", 0, 200, 255, false, NULL },
	{ "57 below 576 counts as that", 300, 200, 20, true, NULL },
	/* W3: five octets more, and a whole URL in the header. */
	{ "iPXE, with its priority", 0, 200, 20, true, "iPXE" },
	{ "iPXE, too tight for the prompt", 0, 248, 20, false, "iPXE" },
	{ "iPXE, the relay's option does not count", 0, 255, 18, false, "iPXE" },
	{ "57 of 1472", 1472, 255, 20, true, NULL },
	{ "57 beyond an Ethernet frame", 9000, 255, 20, true, NULL },
};

START_TEST(size_limit_holds)
{
	char settings[512];
	uint8_t more[600] = { 57, 2, (uint8_t)(sizes[_i].size >> 8), (uint8_t)sizes[_i].size };
	size_t len = sizes[_i].size ? 4 : 0, limit = sizes[_i].size ? sizes[_i].size - 28 : 548;
	struct ask ask = { .more = more, .user_class = sizes[_i].user_class };
	struct bench bench;
	const PXE_FAKE_REPLY *reply;

	/* 240 + 3 + 6 + 11 + (2 + 61) + (12 or 6 for 43) + (2 + 82) + 1 */
	more[len] = 61;
	more[len + 1] = (uint8_t)sizes[_i].id;
	memset(more + len + 2, 7, sizes[_i].id);
	len += 2 + sizes[_i].id;
	more[len] = 82;
	more[len + 1] = (uint8_t)sizes[_i].relay;
	more[len + 2] = 1;
	more[len + 3] = (uint8_t)(sizes[_i].relay - 2);
	memset(more + len + 4, 'x', sizes[_i].relay - 2);
	ask.more_len = len + 2 + sizes[_i].relay;
	snprintf(settings, sizeof settings, BOOT("{ file = \"f\"; }"));
	bench = bench_open(settings);
	reply = bench_ask(&bench, &ask);
	ck_assert_msg(reply != NULL, "%s", sizes[_i].name);
	ck_assert_msg(reply->uPacketLen - 2 - sizes[_i].relay <= (limit < 548 ? 548 : limit),
		      "%s: %u", sizes[_i].name, reply->uPacketLen);
	ck_assert_msg(reply_option_is(reply, 43, direct43, sizeof direct43) == sizes[_i].prompt,
		      "%s", sizes[_i].name);
	bench_close(&bench);
}
END_TEST

/* A relay's option 82 that leaves no room in any packet was told as an error of the provider, in a
 * sentence about the entry. It is the request's own: the outcome names the option. */
START_TEST(a_relay_that_leaves_no_room_is_the_outcome)
{
	enum { PARTS = 4, PART = 240 };
	uint8_t more[1400] = { 61, 255 };
	struct ask ask = { .more = more, .more_len = 2 + 255, .giaddr = "192.0.2.1" };
	struct bench bench = bench_open("boot = ( { file = \"f\"; } );");

	for (int i = 0; i < PARTS; i++) {
		more[ask.more_len] = 82;
		more[ask.more_len + 1] = PART;
		ask.more_len += 2 + PART;
	}
	ck_assert_ptr_null(bench_ask(&bench, &ask));
	ck_assert_str_eq(bench.verdict.pszOutcome, "too-long");
	bench_close(&bench);
}
END_TEST

/* ---- many hosts ------------------------------------------------------------------------------ */

START_TEST(each_of_many_hosts_finds_its_entry)
{
	enum { HOSTS = 3000 };
	char *settings = malloc(HOSTS * 100 + 200), *at = settings, mac[24], file[24];
	struct bench bench;

	at += sprintf(at, "boot = (\n{ mac = \"02:00:00:00:00:05\"; file = \"first\"; },\n");
	for (int i = 0; i < HOSTS; i++)
		at += sprintf(at, "{ mac = \"02:00:00:00:%02x:%02x\"; file = \"host-%d\"; },\n",
			      i >> 8, i & 255, i);
	sprintf(at, "{ file = \"rest\"; }\n);\n");
	bench = bench_open(settings);
	for (int i = 0; i < HOSTS + 5; i += 97 - 92 * (i == 5)) {
		snprintf(mac, sizeof mac, "02:00:00:00:%02x:%02x", i >> 8, i & 255);
		snprintf(file, sizeof file, i == 5 ? "first" : i < HOSTS ? "host-%d" : "rest", i);
		ck_assert_str_eq(reply_file(bench_ask(&bench, &(struct ask){ .mac = mac })), file);
	}
	bench_close(&bench);
	free(settings);
}
END_TEST

/* ---- late answers ---------------------------------------------------------------------------- */

START_TEST(what_waits_at_the_end_is_let_go)
{
	struct bench bench = bench_open(BOOT("{ file = \"f\"; delay = 10000; }"));

	bench_build(&bench, &(struct ask){ .arch = 0 });
	ck_assert_ptr_null(bench_send(&bench, &(PXE_FAKE_REQUEST){ .uPort = 67 }));
	ck_assert_str_eq(bench.verdict.pszOutcome, "timeout");
	bench_close(&bench); /* the thread still holds it */
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile over IPv4");

	tcase_set_timeout(tcase, 30);
	TEST_ROWS(tcase, discover_comes_to, rows);
	TEST_ROWS(tcase, header_fields_may_hold_anything, fields);
	tcase_add_test(tcase, interface_is_the_one_that_the_request_came_in_on);
	tcase_add_test(tcase, shape_follows_the_architecture);
	tcase_add_test(tcase, direct_offer_says_where_and_what);
	tcase_add_test(tcase, port_4011_answers_with_all);
	TEST_ROWS(tcase, port_4011_takes, second);
	tcase_add_test(tcase, what_was_offered_survives_a_reload);
	TEST_ROWS(tcase, port_4011_agrees_with_the_offer, agree);
	TEST_ROWS(tcase, ipxe_hears_on_4011_what_it_was_offered, for_ipxe);
	TEST_ROWS(tcase, machines_of_one_uuid_are_two, shared_uuids);
	tcase_add_test(tcase, machines_of_one_mac_in_two_networks_are_two);
	tcase_add_test(tcase, boards_uuids_are_banned_but_where_an_entry_names_them);
	tcase_add_test(tcase, nobodys_address_is_no_route_and_no_fault_of_the_provider);
	tcase_add_test(tcase, a_newer_refusal_is_remembered_too);
	tcase_add_test(tcase, infiniband_is_known_by_its_client_id);
	tcase_add_test(tcase, lease_traffic_is_not_answered);
	tcase_add_test(tcase, ignore_ends_the_chain_and_reject_does_not);
	tcase_add_test(tcase, unknown_architecture_is_named);
	TEST_ROWS(tcase, identity_is_echoed, echoes);
	tcase_add_test(tcase, relayed_offer_goes_back_to_the_relay);
	TEST_ROWS(tcase, long_names_go_to_option_67, lengths);
	tcase_add_test(tcase, names_as_options_where_asked_for);
	tcase_add_test(tcase, raspberry_pi_gets_its_menu);
	tcase_add_test(tcase, ipxe_on_a_raspberry_pi_gets_its_file);
	TEST_ROWS(tcase, ipxe_is_told_that_we_come_first, priorities);
	TEST_ROWS(tcase, size_limit_holds, sizes);
	tcase_add_test(tcase, a_relay_that_leaves_no_room_is_the_outcome);
	tcase_add_test(tcase, each_of_many_hosts_finds_its_entry);
	tcase_add_test(tcase, what_waits_at_the_end_is_let_go);
	suite_apart(); /* the kit remembers what was offered */
	return suite_run("bootfile/ipv4", tcase);
}
