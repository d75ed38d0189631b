/* The parts: ids, fields, lines of the CSV, records, the policy. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "../../providers/inventory/csv.h"
#include "../../providers/inventory/device.h"
#include "../../providers/inventory/policy.h"
#include "../../providers/inventory/record.h"

#define ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

/* ---- ids ----------------------------------------------------------------------------------------
 */

static const struct {
	const char *text, *again; /* NULL: it is none */
} ids[] = {
	{ "52:54:00:77:00:01", "mac:52:54:00:77:00:01" },
	{ "52-54-00-77-00-0A", "mac:52:54:00:77:00:0a" },
	{ "5254.0077.0001", "mac:52:54:00:77:00:01" },
	{ "525400-770001", "mac:52:54:00:77:00:01" },
	{ "525400770001", "mac:52:54:00:77:00:01" },
	{ "MAC:525400770001", "mac:52:54:00:77:00:01" },
	{ "52:54:00:77:00", NULL },
	{ "52:54:00:77:00:1", NULL },
	{ "52:54-00:77:00:01", NULL },
	{ "52:54:00:77:00:01:", NULL },
	{ "5254:0077:00:01", NULL },
	{ "3b6c1a52-7f0e-4d8b-9a41-525400770001", "uuid:3b6c1a52-7f0e-4d8b-9a41-525400770001" },
	{ "{3B6C1A52-7F0E-4D8B-9A41-525400770001}", "uuid:3b6c1a52-7f0e-4d8b-9a41-525400770001" },
	{ "521a6c3b0e7f8b4d9a41525400770001", "uuid:3b6c1a52-7f0e-4d8b-9a41-525400770001" },
	{ "3b6c1a52-7f0e-4d8b-9a41-52540077000", NULL },
	{ "{3b6c1a52-7f0e-4d8b-9a41-525400770001", NULL },
	{ "duid:00:03:00:01:52:54:00:77:00:01", "duid:00:03:00:01:52:54:00:77:00:01" },
	{ "duid:00030001525400770001", "duid:00:03:00:01:52:54:00:77:00:01" },
	{ "duid:00:03", NULL },
	{ "id:01:52:54:00:77:00:01", "id:01:52:54:00:77:00:01" },
	{ "id:0x07", "id:0x07" },
	{ "id:pc01", "id:pc01" },
	{ "id:text:01:02", "id:30:31:3a:30:32" },
	{ "id:a b", "id:61:20:62" },
	{ "id:", NULL },
	{ "pc01", NULL },
	{ "", NULL },
};

START_TEST(ids_are_read_and_written)
{
	char text[ID_TEXT_SIZE];
	struct id id, again;

	ck_assert_msg(id_parse(ids[_i].text, &id) == (ids[_i].again != NULL), "%s", ids[_i].text);
	if (!ids[_i].again)
		return;
	id_text(id.kind, id.at, id.len, text);
	ck_assert_str_eq(text, ids[_i].again);
	ck_assert(id_parse(text, &again) && id_is(&again, id.kind, id.at, id.len));
}
END_TEST

/* ---- fields -------------------------------------------------------------------------------------
 */

static const struct {
	const char *word, *text, *why; /* NULL: it may be said */
} fields[] = {
	{ "name", "pc01", NULL },
	{ "Hostname", "pc01", NULL },
	{ "name", "a/b", "name \"a/b\" cannot have" },
	{ "group", "..", "group \"..\" cannot have" },
	{ "file", "boot\\x64\\wdsmgfw.efi", NULL },
	{ "file.x64-uefi", "a.efi", NULL },
	{ "file.x64_uefi", "a.efi", "\"x64_uefi\" is no architecture: did you mean \"x64-uefi\"?" },
	{ "name.x64-uefi", "a", "\"name\" is the same for all architectures" },
	{ "fil", "a", "unknown field \"fil\": did you mean \"file\"?" },
	{ "file", "http://a/b", "file \"http://a/b\" is a URL: write it as url" },
	{ "url", "http://${server}/a.efi", NULL },
	{ "url", "a.efi", "url \"a.efi\" is no URL" },
	{ "url", "http://a b", "has a blank" },
	{ "server", "10.0.0.9", NULL },
	{ "server", "auto", NULL },
	{ "server", "10.0.0.9 fd77::9", NULL },
	{ "server", "10.0.0.9 10.0.0.8", "is not an address" },
	{ "server", "10.0.0", "is not an address" },
	{ "server", "boot.example", "is not an address" },
	{ "referral", "auto", "is not an address" },
	{ "prompt", "opt-in", NULL },
	{ "prompt", "yes", "prompt \"yes\" must be" },
	{ "state", "rejected", NULL },
	{ "state", "pending", "state \"pending\" must be" },
	{ "once", "armed", NULL },
	{ "once", "YES", NULL },
	{ "once", "used 1764321600", NULL },
	{ "once", "used", "once \"used\" must be" },
	{ "once", "used 12x", "must be" },
	{ "comment", "by the door", NULL },
	{ "comment", "a\tb", "has a control character" },
};

START_TEST(fields_are_checked)
{
	static struct draft draft;
	char why[WHY_SIZE] = "";

	draft_begin(&draft);
	ck_assert_msg(draft_set(&draft, fields[_i].word, fields[_i].text, why) == !fields[_i].why,
		      "%s: %s", fields[_i].word, why);
	if (fields[_i].why)
		ck_assert_msg(strstr(why, fields[_i].why) != NULL, "%s", why);
}
END_TEST

/* ---- the CSV ------------------------------------------------------------------------------------
 */

static struct {
	unsigned devices, wrongs, line, wrong_line;
	char wrong[WHY_SIZE], name[64], file[64], key[ID_TEXT_SIZE];
	struct draft draft;
} read_;

static bool take_device(void *context, const struct draft *draft, unsigned line)
{
	static const struct word name = { FIELD_NAME, ARCH_ANY }, file = { FIELD_FILE, ARCH_ANY };
	const char *text = draft_text(draft, name);

	(void)context;
	read_.devices++;
	read_.line = line;
	read_.draft = *draft;
	snprintf(read_.name, sizeof read_.name, "%s", text ? text : "");
	text = draft_text(draft, file);
	snprintf(read_.file, sizeof read_.file, "%s", text ? text : "");
	id_text(draft->ids[0].kind, draft->ids[0].at, draft->ids[0].len, read_.key);
	return true;
}

static void take_wrong(void *context, unsigned line, const char *what)
{
	(void)context;
	read_.wrongs++;
	read_.wrong_line = line;
	snprintf(read_.wrong, sizeof read_.wrong, "%s", what);
}

static const struct {
	const char *text;
	unsigned devices;
	const char *key, *name, *file; /* of the last */
	unsigned wrong_line;
	const char *wrong; /* NULL: nothing is */
} csvs[] = {
	{ "", 0, "", "", "", 0, NULL },
	{ "# nothing\n\n", 0, "", "", "", 0, NULL },
	{ "mac,name,file\n52:54:00:77:00:01,pc1,a.efi\n", 1, "mac:52:54:00:77:00:01", "pc1",
	  "a.efi", 0, NULL },
	{ "\xef\xbb\xbfName;MAC;Room\r\npc1 ; 525400770001 ;\"5; \"\"B\"\"\"\r\n", 1,
	  "mac:52:54:00:77:00:01", "pc1", "", 0, NULL },
	{ "serial\tmac address\tnote\n12\t52-54-00-77-00-01\tx", 1, "mac:52:54:00:77:00:01", "", "",
	  0, NULL },
	{ "uuid,mac,name\n3b6c1a52-7f0e-4d8b-9a41-525400770001,525400770001|525400770002,pc1\n", 1,
	  "uuid:3b6c1a52-7f0e-4d8b-9a41-525400770001", "pc1", "", 0, NULL },
	{ "mac,name\n# pc0\n52:54:00:77:00:01,pc1\n\n52:54:00:77:00:02,pc2\n", 2,
	  "mac:52:54:00:77:00:02", "pc2", "", 0, NULL },
	{ "mac,name,file\n52:54:00:77:00:01\n", 1, "mac:52:54:00:77:00:01", "", "", 0, NULL },
	{ "mac,name\n52:54:00:77:00,pc1\n52:54:00:77:00:02,pc2\n", 1, "mac:52:54:00:77:00:02",
	  "pc2", "", 2, "\"52:54:00:77:00\" is not a MAC address" },
	{ "mac,name\n,pc1\n", 0, "", "", "", 2, "names no machine" },
	{ "mac,name\n52:54:00:77:00:01,pc1,x\n", 0, "", "", "", 2, "more fields than the header" },
	{ "mac,name\n52:54:00:77:00:01,\"pc1\n", 0, "", "", "", 2, "a quote does not end" },
	{ "mac,nam,file\n", 0, "", "", "", 1, "did you mean \"name\"?" },
	{ "mac,file,filename\n", 0, "", "", "", 1, "two columns for \"filename\"" },
	{ "mac,file.x64\n", 0, "", "", "", 1, "\"x64\" is no architecture" },
	{ "name,file\npc1,a\n", 0, "", "", "", 1, "the first line names the columns" },
	{ "52:54:00:77:00:01,pc1\n", 0, "", "", "", 1, "the first line names the columns" },
	{ "mac,once-file\n52:54:00:77:00:01,a.efi\n", 0, "", "", "", 2, "once = armed" },
	{ "mac,once,once-file\n52:54:00:77:00:01,yes,a.efi\n", 1, "mac:52:54:00:77:00:01", "", "",
	  0, NULL },
};

START_TEST(a_csv_is_read)
{
	static const struct csv_told told = { NULL, take_device, take_wrong };
	char text[1024];
	size_t len = strlen(csvs[_i].text);

	memset(&read_, 0, sizeof read_);
	memcpy(text, csvs[_i].text, len + 1);
	ck_assert(csv_read(text, len, &told));
	ck_assert_uint_eq(read_.devices, csvs[_i].devices);
	ck_assert_str_eq(read_.key, csvs[_i].key);
	ck_assert_str_eq(read_.name, csvs[_i].name);
	ck_assert_str_eq(read_.file, csvs[_i].file);
	ck_assert_uint_eq(read_.wrongs, csvs[_i].wrong != NULL);
	ck_assert_uint_eq(read_.wrong_line, csvs[_i].wrong_line);
	if (csvs[_i].wrong)
		ck_assert_msg(strstr(read_.wrong, csvs[_i].wrong) != NULL, "%s", read_.wrong);
}
END_TEST

/* ---- records ------------------------------------------------------------------------------------
 */

static void draft_of(const char *const words[][2], struct draft *out)
{
	char why[WHY_SIZE] = "";

	draft_begin(out);
	for (size_t i = 0; words[i][0]; i++)
		ck_assert_msg(draft_set(out, words[i][0], words[i][1], why), "%s", why);
}

static const char *const full[][2] = {
	{ "mac", "52:54:00:77:00:01" },
	{ "uuid", "3b6c1a52-7f0e-4d8b-9a41-525400770001" },
	{ "id", "a b" },
	{ "name", "pc01" },
	{ "file", "boot\\a.efi" },
	{ "file.x86-bios", "b = c.0" },
	{ "group", "" },
	{ "comment", "back\\slash" },
	{ NULL, NULL },
};

START_TEST(a_record_is_read_as_it_was_written)
{
	static struct record record, again;
	static char line[RECORD_SIZE], twice[RECORD_SIZE];
	char why[WHY_SIZE];
	size_t len;

	record = (struct record){ .write = 17, .left = 3 };
	draft_of(full, &record.draft);
	len = record_write(&record, line);
	ck_assert_uint_gt(len, 100);
	ck_assert_int_eq(line[len - 1], '\n');
	ck_assert_int_eq(record_read(line, len - 1, &again, why), RECORD_WHOLE);
	ck_assert(again.write == 17 && again.left == 3 && !again.drop);
	ck_assert_uint_eq(again.draft.n_ids, 3);
	ck_assert_uint_eq(again.draft.n_texts, 5);
	ck_assert_uint_eq(record_write(&again, twice), len);
	ck_assert_int_eq(memcmp(line, twice, len), 0);
	record.drop = true;
	len = record_write(&record, line);
	ck_assert_int_eq(record_read(line, len - 1, &again, why), RECORD_WHOLE);
	ck_assert(again.drop && again.draft.n_texts == 0);
}
END_TEST

/* Whatever one octet is changed to, and wherever the line ends. */
START_TEST(a_record_is_checked)
{
	static struct record record, again;
	static char line[RECORD_SIZE], other[RECORD_SIZE];
	char why[WHY_SIZE];
	unsigned taken = 0;
	size_t len;

	record = (struct record){ .write = 1 };
	draft_of(full, &record.draft);
	len = record_write(&record, line) - 1;
	for (size_t i = 0; i < len; i++) {
		taken += record_read(line, i, &again, why) != RECORD_TORN;
		for (unsigned bit = 0; bit < 8; bit++) {
			memcpy(other, line, len);
			other[i] = (char)(other[i] ^ 1 << bit);
			taken += record_read(other, len, &again, why) != RECORD_TORN;
		}
	}
	ck_assert_uint_eq(taken, 0);
}
END_TEST

/* ---- layers -------------------------------------------------------------------------------------
 */

static const char *const under_words[][2] = {
	{ "mac", "52:54:00:77:00:01" },
	{ "name", "pc01" },
	{ "file", "a.efi" },
	{ "group", "lab" },
	{ NULL, NULL },
};
static const char *const over_words[][2] = {
	{ "mac", "52:54:00:77:00:01" },
	{ "uuid", "3b6c1a52-7f0e-4d8b-9a41-525400770001" },
	{ "file", "b.efi" },
	{ "group", "" },
	{ "once", "armed" },
	{ NULL, NULL },
};

START_TEST(the_state_stands_over_the_csv)
{
	static struct draft draft;
	struct device *under, *over, *device;
	struct id_view id;
	struct word word;
	bool from_state = true;

	draft_of(under_words, &draft);
	under = device_new(&draft, 7, 0, NULL);
	draft_of(over_words, &draft);
	over = device_new(&draft, 0, 5, NULL);
	device = device_join(under, over);
	ck_assert_str_eq(device_text(device, FIELD_NAME, ARCH_ANY), "pc01");
	ck_assert_str_eq(device_text(device, FIELD_FILE, ARCH_ANY), "b.efi");
	ck_assert_ptr_null(device_text(device, FIELD_GROUP, ARCH_ANY));
	ck_assert(device->line == 7 && device->version == 5 && device->once == ONCE_ARMED);
	ck_assert_str_eq(device_text_at(device, 0, &word, &from_state), "pc01");
	ck_assert(!from_state && word.field == FIELD_NAME);
	ck_assert_str_eq(device_text_at(device, 1, &word, &from_state), "b.efi");
	ck_assert(from_state && word.field == FIELD_FILE);
	ck_assert(device_id(device, 0, &id) && id.kind == ID_MAC && !id.from_state);
	ck_assert(device_id(device, 1, &id) && id.kind == ID_UUID && id.from_state);
	ck_assert(!device_id(device, 2, &id));
	ck_assert(device_under(device) == under && device_over(device) == over);
	device_free(device);
	device_free(over);
	device_free(under);
}
END_TEST

/* ---- the policy ---------------------------------------------------------------------------------
 */

enum who { NOBODY, APPROVED, REJECTED, ARMED, USED };

#define ALL  .policy.answer = ANSWER_ALL
#define SOME .policy.answer = ANSWER_KNOWN
#define NONE .policy.answer = ANSWER_NONE

static const struct {
	struct policy policy;
	enum who who;
	struct facts facts;
	enum verdict verdict;
	enum why why;
} policies[] = {
	{ NONE, .who = APPROVED, .facts = { .has_boot = true }, .verdict = VERDICT_SILENCE,
	  .why = WHY_NOBODY_IS_ANSWERED },
	{ NONE, .who = NOBODY, .facts = { .has_boot = true }, .verdict = VERDICT_SILENCE,
	  .why = WHY_NOBODY_IS_ANSWERED },
	{ ALL, .who = APPROVED, .facts = { .has_boot = true }, .verdict = VERDICT_ANSWER,
	  .why = WHY_DEVICE },
	{ SOME, .who = APPROVED, .facts = { .has_boot = true }, .verdict = VERDICT_ANSWER,
	  .why = WHY_DEVICE },
	{ ALL, .who = APPROVED, .facts = { .has_boot = false }, .verdict = VERDICT_PASS,
	  .why = WHY_DEVICE_HAS_NO_BOOT },
	{ ALL, .who = REJECTED, .facts = { .has_boot = true }, .verdict = VERDICT_SILENCE,
	  .why = WHY_REJECTED },
	{ ALL, .who = NOBODY, .facts = { .has_boot = false }, .verdict = VERDICT_PASS,
	  .why = WHY_UNKNOWN_HAS_NO_BOOT },
	{ ALL, .who = NOBODY, .facts = { .has_boot = true }, .verdict = VERDICT_ANSWER,
	  .why = WHY_UNKNOWN_BOOTS },
	{ SOME, .who = NOBODY, .facts = { .has_boot = true }, .verdict = VERDICT_SILENCE,
	  .why = WHY_UNKNOWN },
	{ SOME, .policy.passes = true, .who = NOBODY, .facts = { .first = true },
	  .verdict = VERDICT_PASS, .why = WHY_UNKNOWN_PASSED },
	{ SOME, .policy.pending = true, .who = NOBODY, .facts = { .first = true },
	  .verdict = VERDICT_WAIT, .why = WHY_UNKNOWN_PENDING },
	{ ALL, .policy.pending = true, .who = NOBODY, .facts = { .first = true, .has_boot = true },
	  .verdict = VERDICT_WAIT, .why = WHY_UNKNOWN_PENDING },
	{ ALL, .policy.pending = true, .who = APPROVED, .facts = { .has_boot = true },
	  .verdict = VERDICT_ANSWER, .why = WHY_DEVICE },
	/* The delay is for unknown ones, and for a first contact. */
	{ ALL, .policy.delay_s = 5, .who = NOBODY,
	  .facts = { .first = true, .has_boot = true, .waited_s = 4 }, .verdict = VERDICT_SILENCE,
	  .why = WHY_UNKNOWN_EARLY },
	{ ALL, .policy.delay_s = 5, .who = NOBODY,
	  .facts = { .first = true, .has_boot = true, .waited_s = 5 }, .verdict = VERDICT_ANSWER,
	  .why = WHY_UNKNOWN_BOOTS },
	{ ALL, .policy.delay_s = 5, .who = NOBODY, .facts = { .has_boot = true },
	  .verdict = VERDICT_ANSWER, .why = WHY_UNKNOWN_BOOTS },
	{ ALL, .policy.delay_s = 5, .policy.pending = true, .who = NOBODY,
	  .facts = { .first = true, .waited_s = 4 }, .verdict = VERDICT_SILENCE,
	  .why = WHY_UNKNOWN_EARLY },
	{ ALL, .policy.delay_s = 5, .who = APPROVED, .facts = { .first = true, .has_boot = true },
	  .verdict = VERDICT_ANSWER, .why = WHY_DEVICE },
	/* Boot once. */
	{ ALL, .who = ARMED, .facts = { .has_boot = true, .first = true },
	  .verdict = VERDICT_ANSWER, .why = WHY_ONCE },
	{ ALL, .who = ARMED, .facts = { .has_boot = true, .first = true, .names = true },
	  .verdict = VERDICT_USE_UP, .why = WHY_ONCE },
	{ ALL, .who = ARMED, .facts = { .has_boot = false, .names = true },
	  .verdict = VERDICT_SILENCE, .why = WHY_ONCE_HAS_NO_BOOT },
	{ ALL, .who = USED, .facts = { .has_boot = true, .now_s = 1000 }, .verdict = VERDICT_ANSWER,
	  .why = WHY_ONCE_AGAIN },
	{ ALL, .who = USED, .facts = { .has_boot = true, .now_s = 1119 }, .verdict = VERDICT_ANSWER,
	  .why = WHY_ONCE_AGAIN },
	{ ALL, .who = USED, .facts = { .has_boot = true, .now_s = 1120 },
	  .verdict = VERDICT_SILENCE, .why = WHY_USED_UP },
	{ ALL, .who = USED, .facts = { .has_boot = true, .now_s = 999 }, .verdict = VERDICT_SILENCE,
	  .why = WHY_USED_UP },
	/* What was begun here is not ended elsewhere. */
	{ ALL, .who = NOBODY, .facts = { .offered = true }, .verdict = VERDICT_SILENCE,
	  .why = WHY_OFFERED_BEFORE },
	{ ALL, .who = NOBODY, .facts = { .offered = true, .first = true }, .verdict = VERDICT_PASS,
	  .why = WHY_UNKNOWN_HAS_NO_BOOT },
	{ ALL, .who = APPROVED, .facts = { .offered = true }, .verdict = VERDICT_SILENCE,
	  .why = WHY_OFFERED_BEFORE },
};

START_TEST(the_policy_decides)
{
	static const struct device devices[] = {
		[APPROVED] = { .state = DEVICE_APPROVED },
		[REJECTED] = { .state = DEVICE_REJECTED },
		[ARMED] = { .once = ONCE_ARMED },
		[USED] = { .once = ONCE_USED, .used = 1000 },
	};
	struct policy policy = policies[_i].policy;
	struct facts facts = policies[_i].facts;
	struct decision made;

	policy.window_s = 120;
	facts.device = policies[_i].who == NOBODY ? NULL : &devices[policies[_i].who];
	made = policy_decide(&policy, &facts);
	ck_assert_msg(made.verdict == policies[_i].verdict && made.why == policies[_i].why,
		      "row %d: %d, %d", _i, made.verdict, made.why);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the parts");

	TEST_ROWS(tcase, ids_are_read_and_written, ids);
	TEST_ROWS(tcase, fields_are_checked, fields);
	TEST_ROWS(tcase, a_csv_is_read, csvs);
	tcase_add_test(tcase, a_record_is_read_as_it_was_written);
	tcase_add_test(tcase, a_record_is_checked);
	tcase_add_test(tcase, the_state_stands_over_the_csv);
	TEST_ROWS(tcase, the_policy_decides, policies);
	return suite_run("inventory/parts", tcase);
}
