/* The provider `bootfile` on a bench: why a client is answered as it is, or not at all. */
#include <check.h>

#include "bootfile/bench.h"

#define UEFI "{ arch = \"x64-uefi\"; file = \"a.efi\"; }"
#define BIOS "{ arch = \"x86-bios\"; file = \"a.0\"; }"

static const uint8_t boot_item[] = { 43, 7, 71, 4, 0x80, 0, 0, 0, 255 };

static const struct {
	const char *name, *entries; /* each on a line of its own, from line 2 on */
	struct ask ask;
	const char *outcome, *text;
	ULONG kind, line;
} rows[] = {
	/* C11: the entry that decides. */
	{ "answered", BIOS ",\n" UEFI, { .arch = 7 }, "answered", "", PXE_REASON_DECIDED, 3 },
	{ "told to be silent",
	  BIOS ",\n{ mac = \"52:54:*\"; action = \"ignore\"; }",
	  { .arch = 7 },
	  "ignored",
	  "action = \"ignore\"",
	  PXE_REASON_DECIDED,
	  3 },
	{ "told to pass on",
	  "{ arch = 7; action = \"reject\"; }",
	  { .arch = 7 },
	  "rejected",
	  "action = \"reject\"",
	  PXE_REASON_DECIDED,
	  2 },
	/* W10: what the admin can change: the entry, and the condition that failed. */
	{ "no entry for the architecture",
	  BIOS,
	  { .arch = 7 },
	  "rejected",
	  "no entry for x64-uefi",
	  PXE_REASON_NEAREST,
	  2 },
	{ "an architecture without a name",
	  BIOS,
	  { .arch = 4242 },
	  "rejected",
	  "no entry for architecture 4242",
	  PXE_REASON_NEAREST,
	  2 },
	{ "the nearest one lacks less",
	  "{ arch = 0; subnet = \"10.9.0.0/16\"; file = \"a\"; },\n"
	  "{ arch = 7; subnet = \"10.9.0.0/16\"; file = \"b\"; },\n" BIOS,
	  { .arch = 7 },
	  "rejected",
	  "no entry fits x64-uefi: the nearest one differs in subnet",
	  PXE_REASON_NEAREST,
	  3 },
	{ "two conditions",
	  "{ arch = 0; user-class = \"x\"; file = \"a\"; }",
	  { .arch = 7 },
	  "rejected",
	  "no entry fits x64-uefi: the nearest one differs in arch, user-class",
	  PXE_REASON_NEAREST,
	  2 },
	{ "it is excluded",
	  "{ not = { mac = \"52:54:*\"; arch = 0; }; file = \"a\"; }",
	  { .arch = 7 },
	  "rejected",
	  "no entry fits x64-uefi: the nearest one differs in not.mac",
	  PXE_REASON_NEAREST,
	  2 },
	{ "it is excluded, and another one",
	  "{ arch = 0; not = { arch = 7; vendor-class = \"PXEClient\"; }; file = \"a\"; }",
	  { .arch = 7 },
	  "rejected",
	  "no entry fits x64-uefi: the nearest one differs in arch, not.arch, not.vendor-class",
	  PXE_REASON_NEAREST,
	  2 },
	{ "only other machines have entries",
	  "{ mac = \"00:11:22:33:44:55\"; file = \"a\"; }",
	  { .arch = 7 },
	  "rejected",
	  "no entry for this machine (x64-uefi)",
	  PXE_REASON_NEAREST,
	  0 },
	{ "HTTP Boot and a file",
	  BIOS ",\n{ file = \"a\"; }",
	  { .class = "HTTPClient:Arch:00016:UNDI:003016", .arch = 16 },
	  "rejected",
	  "the entry has a file, but HTTP Boot needs a url",
	  PXE_REASON_NEAREST,
	  3 },
	{ "a server of the other family",
	  "{ server = \"fd77::2\"; file = \"a\"; }",
	  { .arch = 7 },
	  "rejected",
	  "server has no IPv4 address, which this client needs",
	  PXE_REASON_NEAREST,
	  2 },
	{ "it has not waited",
	  "{ file = \"a\"; response-delay = 4; }",
	  { .arch = 7, .secs = 2 },
	  "ignored",
	  "the client has waited 2 of 4 s (response-delay)",
	  PXE_REASON_DECIDED,
	  2 },
	{ "it does not count",
	  "{ file = \"a\"; response-delay = 4; }",
	  { .arch = 7 },
	  "ignored",
	  "the client has waited 0 of 4 s (response-delay); firmware that always sends secs = 0 is "
	  "never answered",
	  PXE_REASON_DECIDED,
	  2 },
	{ "a boot item",
	  UEFI,
	  { .type = 3,
	    .arch = 7,
	    .ciaddr = "10.77.0.5",
	    .more = boot_item,
	    .more_len = sizeof boot_item,
	    .way = { .uPort = 4011, .pszFrom = "10.77.0.5", .uFromPort = 4011, .bUnicast = TRUE } },
	  "rejected",
	  "the client asks for item 0x8000 of a menu (option 43, 71), and the entry has no menu",
	  PXE_REASON_DECIDED,
	  2 },
};

START_TEST(reason_by_row)
{
	char settings[1024];
	struct bench bench;

	snprintf(settings, sizeof settings, "boot = (\n%s\n);\n", rows[_i].entries);
	bench = bench_open(settings);
	(void)bench_ask(&bench, &rows[_i].ask);
	ck_assert_msg(strcmp(bench.verdict.pszOutcome, rows[_i].outcome) == 0, "%s: %s",
		      rows[_i].name, bench.verdict.pszOutcome);
	ck_assert_msg(strcmp(bench.verdict.pszReason, rows[_i].text) == 0, "%s: %s", rows[_i].name,
		      bench.verdict.pszReason);
	ck_assert_msg(bench.verdict.uReason == rows[_i].kind, "%s: kind %u", rows[_i].name,
		      bench.verdict.uReason);
	ck_assert_msg(bench.verdict.uLine == rows[_i].line, "%s: line %u", rows[_i].name,
		      bench.verdict.uLine);
	ck_assert_msg(strcmp(bench.verdict.pszFile, "settings") == 0, "%s: %s", rows[_i].name,
		      bench.verdict.pszFile);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("reasons");

	TEST_ROWS(tcase, reason_by_row, rows);
	return suite_run("bootfile/reason", tcase);
}
