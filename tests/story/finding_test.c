/* story/finding: each row of the table makes one whole sentence. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/finding_id.h"
#include "dhcp/dhcp4.h"
#include "story/finding.h"
#include "story/unserved.h"
#include "page.h"
#include "suite.h"

#define WHO "52:54:00:12:34:56 x64-uefi on eth0"

static struct finding finding_of(enum finding_kind kind)
{
	static const uint8_t ours[4] = { 10, 0, 0, 1 }, theirs[4] = { 10, 0, 0, 9 };

	return (struct finding){ .kind = kind,
				 .client = { .family = IP_V4,
					     .has_mac = true,
					     .mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
					     .has_arch = true,
					     .arch = 7,
					     .interface = "eth0" },
				 .n = 3,
				 .ip = ip_v4(ours),
				 .other = ip_v4(theirs),
				 .text = "Class" };
}

static const struct {
	enum finding_kind kind;
	const char *name, *line; /* without the id */
} rows[] = {
	{ FINDING_LEASE_BUT_NOT_4011, "lease-but-not-4011",
	  WHO
	  " took its lease from 10.0.0.1, and then asked nothing on port 4011 of this host: does "
	  "10.0.0.1 send option 60 (\"PXEClient\")? Is UDP 4011 blocked on the way, did it accept "
	  "another boot server's offer, or does it need shape = \"direct\"?" },
	{ FINDING_NEVER_ON_4011, "never-on-4011",
	  WHO
	  " received 3 offers and never asked on port 4011: is UDP 4011 blocked on the way, did it "
	  "accept another server's offer, or does it need shape = \"direct\"?" },
	{ FINDING_CROWD, "more-than-watched",
	  "more clients boot at once than are watched: for 3 of them it will not be reported if "
	  "they "
	  "never ask on port 4011" },
	{ FINDING_WANTS_LEASE_OF_US, "no-dhcp-server",
	  WHO
	  " asks 10.0.0.1, which is this host, for an address: no DHCP server answered it. Is the "
	  "DHCP server running, and are there free leases?" },
	{ FINDING_UNKNOWN_ARCH, "unknown-architecture",
	  WHO ": client of unknown architecture 3: match it with arch = 3" },
	{ FINDING_UNKNOWN_CLASS, "unknown-class",
	  WHO
	  ": a client of class Class sends boot options, and that class is not served: see classes "
	  "in wdspxed.conf(5)" },
	{ FINDING_ARCH_MISMATCH, "architecture-mismatch",
	  WHO
	  " gives architecture 3 in option 93 and another one in its class: option 93 is used" },
	{ FINDING_OTHER_SOURCE, "source-mismatch",
	  WHO
	  " sends from 10.0.0.9 but gives its address as 10.0.0.1: the answer goes to 10.0.0.9. "
	  "Is there NAT on the way? PXE does not work through it" },
	{ FINDING_LINK_LOCAL4, "link-local-server",
	  WHO
	  ": clients are told to boot from 10.0.0.1, because eth0 has no other address: did this "
	  "host get no lease there?" },
	{ FINDING_LINK_LOCAL6, "link-local-server",
	  WHO
	  ": clients are told to boot from 10.0.0.1, because eth0 has no other address: give it a "
	  "global or unique local one" },
	{ FINDING_UNSERVED, "interface-not-served",
	  WHO
	  ": PXE clients are heard on eth0, which is not served: see listen.interfaces in Class" },
};

/* ---- the table ---- */

static const struct {
	const char *id, *name, *sentence, *remedy, *page;
} table[] = {
#define X(symbol, id_, name_, level, sentence_, remedy_, page_)                                    \
	{ id_, name_, sentence_, remedy_, page_ },
#include "story/findings.def"
#undef X
};

START_TEST(a_row_is_a_sentence)
{
	struct finding finding = finding_of(rows[_i].kind);
	char text[LOG_LINE_MAX], line[LOG_LINE_MAX];

	snprintf(line, sizeof(line), "%s [%s]", rows[_i].line, table[rows[_i].kind].id);
	ck_assert_str_eq(finding_text(&finding, text, sizeof(text)), line);
	ck_assert_str_eq(finding_row(rows[_i].kind)->name, rows[_i].name);
}
END_TEST

/* They rise in each file, and so none is there twice. */
START_TEST(ids_stay_in_order)
{
	ck_assert_msg(finding_id_valid(table[_i].id), "%s", table[_i].id);
	ck_assert_msg(_i == 0 || strcmp(table[_i - 1].id, table[_i].id) < 0, "%s after %s",
		      table[_i].id, _i ? table[_i - 1].id : "");
}
END_TEST

static bool is_sentence(const char *text)
{
	return text[0] && text[strlen(text) - 1] == '.' && !strstr(text, "  ");
}

START_TEST(a_row_is_whole)
{
	ck_assert_msg(table[_i].name[0] && table[_i].sentence[0], "%s", table[_i].id);
	ck_assert_msg(!table[_i].remedy || table[_i].remedy[0], "%s", table[_i].id);
	ck_assert_msg(is_sentence(table[_i].page), "%s: its page is a paragraph", table[_i].id);
}
END_TEST

/* What a machine reads has a paragraph for people. */
START_TEST(a_row_is_in_the_manual)
{
	char item[96];

	snprintf(item, sizeof(item), "\n.It Li %s , %s Pq ", table[_i].id, table[_i].name);
	ck_assert_msg(page_has("man/wdspxed-diagnoses.7", item), "%s: make man/wdspxed-diagnoses.7",
		      table[_i].id);
}
END_TEST

START_TEST(a_row_is_found)
{
	const struct finding_row *row = finding_row((enum finding_kind)_i);
	char lower[FINDING_ID_SIZE] = "w", words[LOG_LINE_MAX];

	strcat(lower, table[_i].id + 1);
	ck_assert_ptr_eq(finding_find(table[_i].id), row);
	ck_assert_ptr_eq(finding_find(lower), row);
	ck_assert_str_eq(finding_find(table[_i].name)->name, table[_i].name);
	ck_assert_ptr_null(finding_find("W0000"));
	ck_assert_msg(strlen(finding_words(row, words, sizeof(words))) >= strlen(row->sentence) / 2,
		      "%s", words);
}
END_TEST

/* A brace that nothing closes stands as it is, and is the end of what is read. */
START_TEST(a_brace_that_stays_open_is_text)
{
	const struct finding_row *row = finding_find("unknown-variable");
	char words[LOG_LINE_MAX];

	finding_words(row, words, sizeof(words));
	ck_assert_msg(strlen(words) > strlen(row->remedy), "%s", words);
	ck_assert_str_eq(words + strlen(words) - strlen(row->remedy), row->remedy);
	ck_assert_ptr_nonnull(strstr(row->remedy, "${ "));
}
END_TEST

/* Only the words that are known stand in braces, and the line ends in the id. */
START_TEST(a_row_makes_a_line)
{
	struct finding finding = finding_of((enum finding_kind)_i);
	char text[LOG_LINE_MAX], id[FINDING_ID_SIZE];

	finding_text(&finding, text, sizeof(text));
	ck_assert_msg(!strpbrk(text, "{}") || table[_i].id[2] == '1', "%s", text);
	ck_assert(finding_id_of(text, id));
	ck_assert_str_eq(id, table[_i].id);
}
END_TEST

START_TEST(an_id_is_at_the_end)
{
	static const struct {
		const char *line, *id;
	} lines[] = {
		{ "a sentence [W0117]", "W0117" },
		{ " [W0117]", "W0117" },
		{ "[W0117]", NULL },
		{ "", NULL },
		{ "a sentence [W0117].", NULL },
		{ "a sentence [W011]", NULL },
		{ "a sentence [X0117]", NULL },
		{ "a sentence [W01x7]", NULL },
		{ "a sentence[W0117]", NULL },
		{ "a sentence [W0117] [W0201]", "W0201" },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char id[FINDING_ID_SIZE];
		bool found = finding_id_of(lines[i].line, id);

		ck_assert_msg(found == (lines[i].id != NULL), "%s", lines[i].line);
		if (found)
			ck_assert_str_eq(id, lines[i].id);
	}
}
END_TEST

START_TEST(what_is_cut_keeps_its_id)
{
	char out[20];

	finding_id_fit("a long sentence that is cut [W0117]", out, sizeof(out));
	ck_assert_str_eq(out, "a long sent [W0117]");
	finding_id_fit("a long sentence that is cut", out, sizeof(out));
	ck_assert_str_eq(out, "a long sentence tha");
	finding_id_fit("short [W0117]", out, sizeof(out));
	ck_assert_str_eq(out, "short [W0117]");
	finding_id_fit("a letter b\xc3\xbcro\xc3\xbc is cut [W0117]", out, sizeof(out) - 7);
	ck_assert_str_eq(out, "a le [W0117]");
	ck_assert_uint_eq(finding_id_at("short [W0117]"), 5);
	ck_assert_uint_eq(finding_id_at("short"), 5);
}
END_TEST

START_TEST(a_server_that_is_not_known)
{
	struct finding finding = finding_of(FINDING_LEASE_BUT_NOT_4011);
	char text[LOG_LINE_MAX];

	finding.ip = (struct ip){ 0 };
	ck_assert_ptr_nonnull(strstr(finding_text(&finding, text, sizeof(text)),
				     "took its lease from another server, and then"));
}
END_TEST

START_TEST(a_line_is_cut_where_there_is_no_room)
{
	struct finding finding = finding_of(FINDING_CROWD);
	char text[28];

	ck_assert_str_eq(finding_text(&finding, text, sizeof(text)), "more clients boot a [W0203]");
}
END_TEST

/* A packet whose interface is not served: told once in ten minutes, and only where it boots. */
START_TEST(who_is_heard_where_nobody_serves)
{
	static uint8_t octets[300] = { 1, 1, 6 };
	struct arrival in = { .octets = octets, .len = sizeof(octets), .interface = "eth7" };
	struct finding found;

	in.from.ip.family = IP_V4;
	ck_assert(!unserved_heard(&in, 1000, &found));
	memcpy(octets + DHCP4_HEADER, "PXEClient", 9);
	ck_assert(unserved_heard(&in, 1000, &found));
	ck_assert_int_eq(found.kind, FINDING_UNSERVED);
	ck_assert_str_eq(found.client.interface, "eth7");
	ck_assert(!unserved_heard(&in, 600999, &found));
	ck_assert(unserved_heard(&in, 601000, &found));
	in.interface = "eth8";
	ck_assert(unserved_heard(&in, 601001, &found));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("finding");

	TEST_ROWS(tcase, a_row_is_a_sentence, rows);
	TEST_ROWS(tcase, ids_stay_in_order, table);
	TEST_ROWS(tcase, a_row_is_whole, table);
	TEST_ROWS(tcase, a_row_makes_a_line, table);
	TEST_ROWS(tcase, a_row_is_in_the_manual, table);
	TEST_ROWS(tcase, a_row_is_found, table);
	tcase_add_test(tcase, a_brace_that_stays_open_is_text);
	tcase_add_test(tcase, an_id_is_at_the_end);
	tcase_add_test(tcase, what_is_cut_keeps_its_id);
	tcase_add_test(tcase, a_server_that_is_not_known);
	tcase_add_test(tcase, a_line_is_cut_where_there_is_no_room);
	tcase_add_test(tcase, who_is_heard_where_nobody_serves);
	return suite_run("story/finding", tcase);
}
