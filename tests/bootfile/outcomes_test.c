/* What an entry gives beside file and URL: options, Windows' data, variables, servers in turn,
 * server-id. */
#include "bench.h"
#include "without_id.h"

#define BOOT(entries) "boot = ( " entries " );"
#define GIVES(more)   BOOT("{ file = \"f\"; shape = \"direct\"; " more " }")

/* ---- options ----------------------------------------------------------------------------------
 */

static const struct {
	const char *name, *settings;
	struct ask ask;
	uint8_t code;
	const void *value; /* NULL: there is none */
	size_t len;
} options[] = {
	{ "a text",
	  GIVES("options = ( { code = 209; text = \"pxe/lab.cfg\"; } );"),
	  { 0 },
	  209,
	  "pxe/lab.cfg",
	  11 },
	{ "the second of two",
	  GIVES("options = ( { code = 209; text = \"a\"; }, { code = 210; text = \"pxe/\"; } );"),
	  { 0 },
	  210,
	  "pxe/",
	  4 },
	{ "root-path",
	  GIVES("options = ( { code = 17; text = \"nfs:10.0.0.9:/srv\"; } );"),
	  { 0 },
	  17,
	  "nfs:10.0.0.9:/srv",
	  17 },
	{ "octets",
	  GIVES("options = ( { code = 224; hex = \"00:fF-01 02aB\"; } );"),
	  { 0 },
	  224,
	  "\0\xff\1\2\xab",
	  5 },
	{ "addresses",
	  GIVES("options = ( { code = 150; addresses = [ \"10.0.0.1\", \"10.0.0.2\" ]; } );"),
	  { 0 },
	  150,
	  "\12\0\0\1\12\0\0\2",
	  8 },
	{ "one address",
	  GIVES("options = ( { code = 42; addresses = \"10.0.0.1\"; } );"),
	  { 0 },
	  42,
	  "\12\0\0\1",
	  4 },
	{ "8 bits", GIVES("options = ( { code = 208; number8 = 255; } );"), { 0 }, 208, "\xff", 1 },
	{ "16 bits",
	  GIVES("options = ( { code = 26; number16 = 1400; } );"),
	  { 0 },
	  26,
	  "\5\x78",
	  2 },
	{ "32 bits",
	  GIVES("options = ( { code = 211; number32 = 1800; } );"),
	  { 0 },
	  211,
	  "\0\0\7\x08",
	  4 },
	{ "an own 43, in place of ours",
	  GIVES("options = ( { code = 43; hex = \"06:01:0b:ff\"; } );"),
	  { 0 },
	  43,
	  "\6\1\13\xff",
	  4 },
	{ "43 of parts ends as PXE wants it",
	  GIVES("options = ( { code = 43; sub = ( { code = 6; number8 = 8; }, "
		"{ code = 10; hex = \"0050\"; } ); } );"),
	  { 0 },
	  43,
	  "\6\1\10\12\2\0\x50\xff",
	  8 },
	{ "43 to HTTP Boot, which takes none",
	  BOOT("{ url = \"http://x/\"; options = ( { code = 43; hex = \"06:01:08:ff\"; } ); }"),
	  { .arch = 16, .class = "HTTPClient" },
	  43,
	  NULL,
	  0 },
	{ "43 without a word of it", GIVES(""), { 0 }, 43, "\6\1\10\12\4\0PXE\xff", 10 },
	{ "175 to a ROM, which does not know it",
	  GIVES("options = ( { code = 175; sub = ( { code = 8; number8 = 1; } ); } );"),
	  { 0 },
	  175,
	  NULL,
	  0 },
	{ "175 to iPXE, with our priority",
	  GIVES("options = ( { code = 175; sub = ( { code = 8; number8 = 1; }, "
		"{ code = 176; number8 = 1; } ); } );"),
	  { .user_class = "iPXE" },
	  175,
	  "\1\1\1\10\1\1\xb0\1\1",
	  9 },
	{ "175 with its own priority",
	  GIVES("options = ( { code = 175; sub = ( { code = 1; number8 = 5; } ); } );"),
	  { .user_class = "iPXE" },
	  175,
	  "\1\1\5",
	  3 },
	{ "none over IPv4",
	  GIVES("options = ( { family = 6; code = 224; text = \"a\"; } );"),
	  { 0 },
	  224,
	  NULL,
	  0 },
	{ "a variable in a text",
	  GIVES("options = ( { code = 209; text = \"pxelinux.cfg/01-${mac-dashes}\"; } );"),
	  { 0 },
	  209,
	  "pxelinux.cfg/01-52-54-00-77-00-01",
	  33 },
	{ "what only looks like one",
	  GIVES("options = ( { code = 209; text = \"$${mac}$\"; } );"),
	  { 0 },
	  209,
	  "${mac}$",
	  7 },
	{ "an octet string is no text",
	  GIVES("options = ( { code = 224; hex = \"247b6d61637d\"; }, "
		"{ code = 209; text = \"${mac}\"; } );"),
	  { 0 },
	  224,
	  "${mac}",
	  6 },

	/* Windows */
	{ "the BCD store, with its NUL",
	  GIVES("bcd = \"boot\\\\BCD\";"),
	  { 0 },
	  252,
	  "boot\\BCD",
	  9 },
	{ "the BCD store of a machine",
	  GIVES("bcd = \"\\\\boot\\\\${mac-bare}.bcd\";"),
	  { 0 },
	  252,
	  "\\boot\\525400770001.bcd",
	  23 },
	{ "a prompt", GIVES("windows = { prompt = \"opt-in\"; };"), { 0 }, 250, "\13\1\1", 3 },
	{ "no prompt", GIVES("windows = { prompt = \"no-prompt\"; };"), { 0 }, 250, "\13\1\2", 3 },
	{ "a message", GIVES("windows = { message = \"Wait\"; };"), { 0 }, 250, "\6\4Wait", 6 },
	{ "a device that waits for approval",
	  GIVES("windows = { action = \"approval\"; };"),
	  { 0 },
	  250,
	  "\2\1\1",
	  3 },
	{ "a referral",
	  GIVES("windows = { referral = \"10.0.0.9\"; };"),
	  { 0 },
	  250,
	  "\11\4\12\0\0\11",
	  6 },
	{ "server selection",
	  GIVES("windows = { server-selection = true; };"),
	  { 0 },
	  250,
	  "\17\1\1",
	  3 },
};

START_TEST(options_are_sent)
{
	struct bench bench = bench_open(options[_i].settings);
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &options[_i].ask);

	ck_assert_msg(reply != NULL, "%s: %s", options[_i].name, bench.verdict.pszReason);
	if (options[_i].value)
		ck_assert_msg(reply_option_is(reply, options[_i].code, options[_i].value,
					      options[_i].len),
			      "%s: %zu octets", options[_i].name,
			      reply_option(reply, options[_i].code).len);
	else
		ck_assert_msg(!reply_option(reply, options[_i].code).at, "%s", options[_i].name);
	bench_close(&bench);
}
END_TEST

#define FIFTY "01234567890123456789012345678901234567890123456789"

static const struct {
	const char *entry, *error;
} refused[] = {
	{ "options = 5;", "must be a list of options" },
	{ "options = ( { text = \"a\"; } );", "has no code" },
	{ "options = ( { code = 209; } );", "has no value" },
	{ "options = ( { code = 209; text = \"a\"; hex = \"00\"; } );", "one of text, hex" },
	{ "options = ( { code = 209; txt = \"a\"; } );", "did you mean \"text\"?" },
	{ "options = ( { code = \"209\"; text = \"a\"; } );", "must be the number of an option" },
	{ "options = ( { code = 209; text = \"a\"; }, { code = 209; text = \"b\"; } );",
	  "209 is there twice" },
	{ "options = ( { code = 224; hex = \"0\"; } );", "not octets in hexadecimal" },
	{ "options = ( { code = 224; hex = \"0x01\"; } );", "not octets in hexadecimal" },
	{ "options = ( { code = 150; addresses = [ \"fd77::1\" ]; } );", "not an IPv4 address" },
	{ "options = ( { code = 31; family = 6; addresses = \"10.0.0.1\"; } );",
	  "not an IPv6 address" },
	{ "options = ( { code = 209; family = 5; text = \"a\"; } );", "must be 4 or 6" },
	{ "options = ( { code = 208; number8 = 256; } );", "from 0 to 255" },
	{ "options = ( { code = 26; number16 = 65536; } );", "from 0 to 65535" },
	{ "options = ( { code = 0; text = \"a\"; } );", "0 is not allowed: there is no such" },
	{ "options = ( { code = 255; text = \"a\"; } );", "255 is not allowed" },
	{ "options = ( { code = 300; text = \"a\"; } );", "300 is not allowed" },
	{ "options = ( { code = 50; addresses = \"10.0.0.1\"; } );", "about a lease" },
	{ "options = ( { code = 51; number32 = 60; } );", "about a lease" },
	{ "options = ( { code = 52; number8 = 1; } );", "every answer has its own" },
	{ "options = ( { code = 53; number8 = 2; } );", "every answer has its own" },
	{ "options = ( { code = 54; addresses = \"10.0.0.1\"; } );", "write server-id" },
	{ "options = ( { code = 57; number16 = 1500; } );", "clients send it" },
	{ "options = ( { code = 60; text = \"PXEClient\"; } );", "write classes" },
	{ "options = ( { code = 61; hex = \"00\"; } );", "every answer has its own" },
	{ "options = ( { code = 66; text = \"a\"; } );", "options-66-67 = true" },
	{ "options = ( { code = 67; text = \"a\"; } );", "options-66-67 = true" },
	{ "options = ( { code = 82; hex = \"00\"; } );", "every answer has its own" },
	{ "options = ( { code = 97; hex = \"00\"; } );", "every answer has its own" },
	{ "options = ( { code = 250; hex = \"00\"; } );", "write windows" },
	{ "options = ( { code = 252; text = \"a\"; } );", "write bcd" },
	{ "options = ( { code = 59; family = 6; text = \"a\"; } );", "write url" },
	{ "options = ( { code = 50014; family = 6; text = \"a\"; } );", "write bcd" },
	{ "options = ( { code = 43; hex = \"06:05:08\"; } );", "a list of code, length and value" },
	{ "options = ( { code = 43; sub = ( { code = 255; number8 = 1; } ); } );",
	  "from 1 to 254" },
	{ "options = ( { code = 43; sub = ( { code = 1; sub = ( ); } ); } );",
	  "no such of its own" },
	{ "options = ( { code = 17; sub = ( { code = 1; number8 = 1; } ); family = 6; } );",
	  "options within another are for IPv4 alone: write the value as hex" },
	{ "options = ( { code = 43; sub = ( { code = 1; family = 4; number8 = 1; } ); } );",
	  "an option within another has the family of the whole" },
	{ "options = ( { code = 43; sub = ( { code = 1; text = \"${mac}\"; } ); } );",
	  "not replaced in an option within" },
	{ "options = ( { code = 43; text = \"\\x08\\x06${mac}\"; } );",
	  "not replaced in option 43" },
	{ "options = ( { code = 175; text = \"${mac}\"; } );", "not replaced in option 175" },
	{ "options = ( { code = 209; text = \"${mcc}\"; } );", "did you mean ${mac}?" },
	{ "raspberry-pi = true; options = ( { code = 43; hex = \"06:01:08\"; } );",
	  "has its own option 43" },
	{ "bcd = \"\";", "must not be empty" },
	{ "bcd = \"${hostname}\";", "there is no variable \"${hostname}\"" },
	{ "windows = { };", NULL },
	{ "windows = 5;", "must be a group" },
	{ "windows = { promt = \"opt-in\"; };", "did you mean \"prompt\"?" },
	{ "windows = { prompt = \"never\"; };", "must be \"opt-in\"" },
	{ "windows = { message = \"K\303\244se\"; };", "ASCII only" },
	{ "windows = { poll-interval = 5; };", "need action" },
	{ "windows = { action = \"abort\"; poll-interval = 5; };", "need action" },
	{ "windows = { referral = \"x\"; };", "is not an address" },
	{ "windows = { referral = [ \"10.0.0.1\", \"fd77::1\", \"10.0.0.2\" ]; };",
	  "windows.referral: only one address of each family" },
	{ "windows = { message = \"" FIFTY FIFTY FIFTY FIFTY FIFTY "\"; referral = "
	  "\"10.0.0.1\"; };",
	  "windows.referral: Windows' boot programs take 255 octets in all" },
	{ "windows = { action = \"referral\"; };", "action = \"referral\" needs referral = " },
	{ "server-id = \"auto\";", "not an address of a host" },
	{ "server-id = [ \"127.0.0.1\", \"127.0.0.2\" ];", "one address of each family" },
	{ "file = \"${mac-dots}\";", "there is no variable \"${mac-dots}\"" },
};

START_TEST(what_would_break_an_answer_is_refused)
{
	PXE_FAKE *fake = PxeFakeNew();
	char settings[512], why[1024] = "";
	const char *line = NULL;
	bool own_file = strstr(refused[_i].entry, "file") != NULL &&
			strncmp(refused[_i].entry, "file", 4) == 0;

	snprintf(settings, sizeof settings, "boot = (\n{ %s %s } );",
		 own_file ? "" : "file = \"f\";", refused[_i].entry);
	ck_assert_msg(PxeFakeLoad(fake, BOOTFILE, settings, why, sizeof why) ==
			      (refused[_i].error ? ERROR_DLL_INIT_FAILED : ERROR_SUCCESS),
		      "%s: %s", settings, why);
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		line = PxeFakeTrace(fake, i);
	if (refused[_i].error) {
		ck_assert_msg(line && strstr(line, "settings:2: boot[0]"), "%s: %s", settings,
			      line);
		ck_assert_msg(strstr(without_id(line), refused[_i].error) != NULL, "%s: %s",
			      settings, line);
	}
	PxeFakeFree(fake);
}
END_TEST

/* An answer that is too long loses the last options first, and the log says which. */
START_TEST(what_does_not_fit_is_left_out_and_told)
{
	char long_text[251] = "", settings[2048];
	struct bench bench;
	const PXE_FAKE_REPLY *reply;

	memset(long_text, 'x', sizeof long_text - 1);
	snprintf(settings, sizeof settings,
		 "boot = ( { file = \"f\"; bcd = \"b\"; options = ( { code = 209; text = "
		 "\"first\"; }, "
		 "{ code = 210; text = \"%s\"; }, { code = 17; text = \"%s\"; } ); } );",
		 long_text, long_text);
	bench = bench_open(settings);
	reply = bench_ask(&bench, &(struct ask){ .more = RAW(57, 2, 5, 192) });
	ck_assert(reply && reply_option(reply, 17).len == 250);
	ck_assert_str_eq(bench.verdict.pszReason, "");
	reply = bench_ask(&bench, &(struct ask){ 0 });
	ck_assert_ptr_nonnull(reply);
	ck_assert(reply_option_is(reply, 209, "first", 5));
	ck_assert(reply_option_is(reply, 252, "b", 2));
	ck_assert_uint_eq(reply_option(reply, 210).len, 250);
	ck_assert_ptr_null(reply_option(reply, 17).at);
	ck_assert_str_eq(bench.verdict.pszReason,
			 "without option 17: the client takes 548 octets (option 57, else 576, "
			 "less IP and UDP)");
	ck_assert_uint_eq(bench.verdict.uLine, 1);
	bench_close(&bench);
}
END_TEST

/* ---- variables --------------------------------------------------------------------------------
 */

#define UUID_OCTETS 0x52, 0x1a, 0x6c, 0x3b, 0x0e, 0x7f, 0x8b, 0x4d, 0x9a, 0x41, 1, 2, 3, 4, 5, 6

static const struct {
	const char *name, *settings;
	struct ask ask;
	const char *file;   /* in the header; NULL: nothing is sent */
	const char *reason; /* why, without the start of the sentence */
} filled[] = {
	{ "mac", GIVES(""), { 0 }, "f", NULL },
	{ "mac", BOOT("{ file = \"a/${mac}/b\"; }"), { 0 }, "a/52:54:00:77:00:01/b", NULL },
	{ "dashes", BOOT("{ file = \"01-${mac-dashes}\"; }"), { 0 }, "01-52-54-00-77-00-01", NULL },
	{ "bare",
	  BOOT("{ file = \"${mac-bare}.0\"; }"),
	  { .mac = "02:AB:cd:ef:00:01" },
	  "02abcdef0001.0",
	  NULL },
	{ "upper case",
	  BOOT("{ file = \"${MAC}${MAC-DASHES}${MAC-BARE}\"; }"),
	  { .mac = "02:AB:cd:ef:00:01" },
	  "02:AB:CD:EF:00:0102-AB-CD-EF-00-0102ABCDEF0001",
	  NULL },
	{ "uuid",
	  BOOT("{ file = \"${uuid}\"; }"),
	  { .more = RAW(97, 17, 0, UUID_OCTETS) },
	  "3b6c1a52-7f0e-4d8b-9a41-010203040506",
	  NULL },
	{ "uuid in upper case",
	  BOOT("{ file = \"${UUID}\"; }"),
	  { .more = RAW(97, 17, 0, UUID_OCTETS) },
	  "3B6C1A52-7F0E-4D8B-9A41-010203040506",
	  NULL },
	{ "no uuid",
	  BOOT("{ file = \"${uuid}\"; }"),
	  { 0 },
	  NULL,
	  "${uuid} has no value: this client sends no UUID of its own" },
	{ "arch",
	  BOOT("{ file = \"${arch}/boot\"; shape = \"direct\"; }"),
	  { .arch = 7 },
	  "x64-uefi/boot",
	  NULL },
	{ "an arch without a name", BOOT("{ file = \"${arch}\"; }"), { .arch = 99 }, "99", NULL },
	{ "server", BOOT("{ file = \"${server}/f\"; }"), { 0 }, "192.0.2.1/f", NULL },
	{ "another server",
	  BOOT("{ file = \"${server}/f\"; server = \"10.0.0.9\"; }"),
	  { 0 },
	  "10.0.0.9/f",
	  NULL },
	{ "subnet, by the relay",
	  BOOT("{ file = \"${subnet}\"; }"),
	  { .giaddr = "10.9.8.7" },
	  "10.9.8.0",
	  NULL },
	{ "subnet, by the relay and the entry",
	  BOOT("{ subnet = [ \"10.0.0.0/8\", \"10.8.0.0/15\", \"10.9.8.0/30\" ]; file = "
	       "\"${subnet}\"; }"),
	  { .giaddr = "10.9.8.7" },
	  "10.8.0.0",
	  NULL },
	{ "subnet, that the client names",
	  BOOT("{ file = \"${subnet}\"; }"),
	  { .giaddr = "10.9.8.7", .more = RAW(118, 4, 10, 20, 30, 40) },
	  "10.20.30.0",
	  NULL },
	{ "an escape", BOOT("{ file = \"$${mac}/$$\"; }"), { 0 }, "${mac}/$$", NULL },
	{ "no name",
	  BOOT("{ file = \"${name}\"; }"),
	  { 0 },
	  NULL,
	  "${name} has no value for this machine" },
	{ "no group",
	  BOOT("{ file = \"${group}\"; }"),
	  { 0 },
	  NULL,
	  "${group} has no value for this machine" },
	{ "a URL for iPXE",
	  BOOT("{ user-class = \"iPXE\"; url = \"http://${server}/${mac}/${net0/ip}\"; }"),
	  { .user_class = "iPXE" },
	  "http://192.0.2.1/52:54:00:77:00:01/${net0/ip}",
	  NULL },
	{ "left to iPXE",
	  BOOT("{ user-class = \"iPXE\"; url = \"http://x/$${mac}/${uuid:uristring}\"; }"),
	  { .user_class = "iPXE" },
	  "http://x/${mac}/${uuid:uristring}",
	  NULL },
	{ "a file for iPXE",
	  BOOT("{ file = \"${mac}.ipxe\"; }"),
	  { .user_class = "iPXE" },
	  "tftp://192.0.2.1/52:54:00:77:00:01.ipxe",
	  NULL },
	{ "HTTP Boot",
	  BOOT("{ url = \"http://${server}/${arch}/${mac-bare}.efi\"; }"),
	  { .arch = 16, .class = "HTTPClient" },
	  "http://192.0.2.1/x64-uefi-http/525400770001.efi",
	  NULL },
	{ "a TFTP URL for a ROM",
	  BOOT("{ url = \"tftp://10.0.0.9/${mac-bare}.0\"; }"),
	  { 0 },
	  "525400770001.0",
	  NULL },
	{ "no Ethernet address",
	  BOOT("{ file = \"${mac}\"; }"),
	  { .mac = "-" },
	  NULL,
	  "${mac} has no value: this client has no Ethernet address" },
	{ "a redirect whose second answer could not be built is not sent",
	  BOOT("{ file = \"${uuid}\"; shape = \"redirect\"; }"),
	  { .arch = 7 },
	  NULL,
	  "${uuid} has no value: this client sends no UUID of its own" },
};

START_TEST(variables_are_filled_in)
{
	struct ask ask = filled[_i].ask;
	struct bench bench;
	const PXE_FAKE_REPLY *reply;
	bool infiniband = ask.mac && *ask.mac == '-';

	bench = bench_open(filled[_i].settings);
	if (infiniband)
		ask.mac = NULL;
	bench_build(&bench, &ask);
	if (infiniband) {
		bench.packet[1] = 32;
		bench.packet[2] = 0;
	}
	reply = bench_send(&bench, &ask.way);
	if (filled[_i].file) {
		ck_assert_msg(reply != NULL, "%s: %s", filled[_i].name, bench.verdict.pszReason);
		ck_assert_str_eq(reply_file(reply), filled[_i].file);
	} else {
		ck_assert_ptr_null(reply);
		ck_assert_msg(strstr(bench.verdict.pszReason, filled[_i].reason) != NULL, "%s: %s",
			      filled[_i].name, bench.verdict.pszReason);
		ck_assert_str_eq(bench.verdict.pszOutcome, "rejected");
		ck_assert_uint_eq(bench.verdict.uReason, PXE_REASON_DECIDED);
		ck_assert_uint_eq(bench.verdict.uLine, 1);
	}
	bench_close(&bench);
}
END_TEST

/* What was prepared for one client is not another's. */
START_TEST(each_client_gets_its_own)
{
	struct bench bench =
		bench_open(BOOT("{ file = \"${mac-bare}\"; options-66-67 = true; options = "
				"( { code = 209; text = \"${mac-bare}.cfg\"; }, { code = 210; text "
				"= \"p\"; } ); }"));
	static const char *const macs[] = { "52:54:00:77:00:01", "02:00:00:00:00:02",
					    "52:54:00:77:00:01" };
	static const char *const bare[] = { "525400770001", "020000000002", "525400770001" };

	for (int i = 0; i < 3; i++) {
		const PXE_FAKE_REPLY *reply = bench_ask(&bench, &(struct ask){ .mac = macs[i] });
		char text[32];

		ck_assert_ptr_nonnull(reply);
		ck_assert_str_eq(reply_file(reply), bare[i]);
		ck_assert(reply_option_is(reply, 67, bare[i], 13));
		snprintf(text, sizeof text, "%s.cfg", bare[i]);
		ck_assert(reply_option_is(reply, 209, text, 16));
		ck_assert(reply_option_is(reply, 210, "p", 1));
	}
	bench_close(&bench);
}
END_TEST

/* ---- servers in turn --------------------------------------------------------------------------
 */

static uint32_t server_of(struct bench *bench, unsigned machine, bool second)
{
	char mac[18];
	struct ask ask = { .mac = mac, .arch = 7 };
	const PXE_FAKE_REPLY *reply;

	snprintf(mac, sizeof mac, "52:54:00:77:%02x:%02x", machine >> 8, machine & 255);
	if (second) {
		ask.type = 3;
		ask.ciaddr = "192.0.2.50";
		ask.way = (PXE_FAKE_REQUEST){
			.pszFrom = "192.0.2.50", .uFromPort = 4011, .uPort = 4011, .bUnicast = TRUE
		};
	}
	reply = bench_ask(bench, &ask);
	ck_assert_ptr_nonnull(reply);
	return reply_siaddr(reply);
}

START_TEST(servers_are_used_in_turn)
{
	struct bench bench = bench_open(
		"server = [ \"10.0.0.1\", \"10.0.0.2\", \"fd77::1\", \"10.0.0.3\" ];" BOOT(
			"{ file = \"f\"; shape = \"direct\"; }"));
	struct bench other;
	unsigned count[4] = { 0 };
	uint32_t first[90];

	for (unsigned i = 0; i < 90; i++) {
		first[i] = server_of(&bench, i, false);
		ck_assert_uint_ge(first[i], 0x0a000001);
		ck_assert_uint_le(first[i], 0x0a000003);
		count[first[i] & 3]++;
		ck_assert_uint_eq(server_of(&bench, i, false), first[i]);
		ck_assert_uint_eq(server_of(&bench, i, true), first[i]);
	}
	for (unsigned i = 1; i <= 3; i++)
		ck_assert_uint_ge(count[i], 15);
	bench_close(&bench);
	/* Another daemon with the same settings agrees. */
	other = bench_open("boot = ( { file = \"f\"; shape = \"direct\"; server = [ \"10.0.0.1\", "
			   "\"10.0.0.2\", \"fd77::1\", \"10.0.0.3\" ]; } );");
	for (unsigned i = 0; i < 90; i++)
		ck_assert_uint_eq(server_of(&other, i, false), first[i]);
	bench_close(&other);
}
END_TEST

START_TEST(one_server_of_each_family_is_no_list)
{
	struct bench bench =
		bench_open("server = [ \"10.0.0.1\", \"fd77::1\" ];" BOOT("{ file = \"f\"; }"));

	for (unsigned i = 0; i < 20; i++)
		ck_assert_uint_eq(server_of(&bench, i, true), 0x0a000001);
	bench_close(&bench);
}
END_TEST

/* ---- server-id --------------------------------------------------------------------------------
 */

static const struct {
	const char *settings;
	uint16_t arch;
	uint32_t siaddr, id;
} identities[] = {
	{ "server-id = \"127.0.0.1\";" BOOT("{ file = \"f\"; }"), 7, 0x7f000001, 0x7f000001 },
	{ "server-id = \"127.0.0.1\";" BOOT("{ file = \"f\"; }"), 0, 0xc0000201, 0x7f000001 },
	{ BOOT("{ file = \"f\"; server-id = \"127.0.0.1\"; }"), 7, 0x7f000001, 0x7f000001 },
	{ "server-id = \"127.0.0.2\";" BOOT(
		  "{ file = \"f\"; server-id = \"127.0.0.1\"; server = \"10.0.0.9\"; }"),
	  0, 0x0a000009, 0x7f000001 },
	{ "server-id = \"::1\";" BOOT("{ file = \"f\"; }"), 7, 0xc0000201, 0xc0000201 },
};

START_TEST(answers_name_this_host_as_told)
{
	struct bench bench = bench_open(identities[_i].settings);
	const PXE_FAKE_REPLY *reply =
		bench_ask(&bench, &(struct ask){ .arch = identities[_i].arch });

	ck_assert_ptr_nonnull(reply);
	ck_assert_uint_eq(reply_siaddr(reply), identities[_i].siaddr);
	ck_assert_uint_eq(load_be32(reply_option(reply, 54).at), identities[_i].id);
	ck_assert(!bench_traced(&bench, "W0179"));
	bench_close(&bench);
}
END_TEST

START_TEST(a_server_id_that_is_not_here_is_told)
{
	struct bench bench = bench_open("server-id = \"192.0.2.77\";" BOOT("{ file = \"f\"; }"));

	ck_assert(bench_traced(&bench, "settings.server-id: this host does not have 192.0.2.77"));
	bench_close(&bench);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("outcomes");

	TEST_ROWS(tcase, options_are_sent, options);
	TEST_ROWS(tcase, what_would_break_an_answer_is_refused, refused);
	tcase_add_test(tcase, what_does_not_fit_is_left_out_and_told);
	TEST_ROWS(tcase, variables_are_filled_in, filled);
	tcase_add_test(tcase, each_client_gets_its_own);
	tcase_add_test(tcase, servers_are_used_in_turn);
	tcase_add_test(tcase, one_server_of_each_family_is_no_list);
	TEST_ROWS(tcase, answers_name_this_host_as_told, identities);
	tcase_add_test(tcase, a_server_id_that_is_not_here_is_told);
	return suite_run("bootfile/outcomes", tcase);
}
