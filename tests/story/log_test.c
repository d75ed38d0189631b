/* story/log: lines and fields from records, levels, and the rate of lines. */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "story/log.h"
#include "story/log_format.h"
#include "story/log_ignore.h"
#include "story/log_rate.h"
#include "story/log_source.h"
#include "story/log_stderr.h"
#include "suite.h"

/* A UEFI client that was answered, over IPv4. */
static struct log_record answered(void)
{
	struct log_record record = { .kind = LOG_KIND_STEP, .level = LOG_INFO };
	static const uint8_t mac[] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

	record.client = (struct log_client){ .family = IP_V4,
					     .port = 4011,
					     .has_mac = true,
					     .has_uuid = true,
					     .has_arch = true,
					     .arch = 7,
					     .interface = "eth0" };
	record.step = (struct log_step){ .outcome = OUTCOME_NBP,
					 .xid = 0xabc,
					 .took_us = 12,
					 .provider = "bootfile",
					 .row = "pxe-request" };
	memcpy(record.client.mac, mac, sizeof(mac));
	for (uint8_t i = 0; i < 16; i++)
		record.client.uuid[i] = i;
	record.step.reply.type = 5;
	record.step.reply.to = (struct endpoint){ ip_v4("\x0a\x4d\0\x05"), 4011, 2 };
	record.step.reply.server = ip_v4("\x0a\x4d\0\x02");
	strcpy(record.step.reply.file, "ipxe.efi");
	return record;
}

static const char *line_of(const struct log_record *record)
{
	static char line[1200];

	log_format_line(record, line, sizeof(line));
	return line;
}

START_TEST(answered_line)
{
	struct log_record record = answered();

	ck_assert_str_eq(
		line_of(&record),
		"52:54:00:12:34:56 x64-uefi on eth0 port 4011 pxe-request: answered: ACK to "
		"10.77.0.5:4011, server 10.77.0.2, file ipxe.efi (bootfile)");
}
END_TEST

START_TEST(a_menu_and_what_was_chosen_are_in_the_line)
{
	struct log_record record = answered();

	record.step.reply.file[0] = '\0';
	record.step.reply.menu = true;
	record.step.reply.items = 3;
	ck_assert_ptr_nonnull(strstr(line_of(&record), ", server 10.77.0.2, menu with 3 items (b"));
	record.step.reply.items = 1;
	ck_assert_ptr_nonnull(strstr(line_of(&record), ", menu with 1 item (b"));
	record = answered();
	record.step.explained = record.step.chosen = true;
	record.step.reason = (struct request_reason){ .kind = REASON_DECIDED,
						      .provider = "bootfile",
						      .line = 3,
						      .text = "chose item \"Rescue\" (type 0x8002)",
						      .file = "/a/50-b.conf" };
	ck_assert_ptr_nonnull(strstr(
		line_of(&record),
		", file ipxe.efi, chose item \"Rescue\" (type 0x8002) (bootfile, 50-b.conf:3)"));
	/* Whose machine it is, and what the answer lacks. */
	record.step.chosen = false;
	strcpy(record.step.reason.text, "pc01 (by its MAC)");
	ck_assert_ptr_nonnull(strstr(line_of(&record),
				     ", file ipxe.efi; pc01 (by its MAC) (bootfile, 50-b.conf:3)"));
	record.step.reply.items = 2;
	ck_assert_ptr_nonnull(strstr(line_of(&record),
				     ", file ipxe.efi, menu with 2 items; pc01 (by its MAC) (b"));
}
END_TEST

/* C11: which entry decided stands in the line, short, and in a field, whole. */
START_TEST(line_names_the_entry)
{
	struct log_record record = answered();
	char fields[LOG_FIELDS_MAX][LOG_FIELD_SIZE];
	const char *entry = NULL;
	unsigned n;

	record.step.explained = true;
	record.step.reason = (struct request_reason){ .kind = REASON_DECIDED,
						      .provider = "bootfile",
						      .line = 23 };
	strcpy(record.step.reason.file, "/etc/wdspxed/providers.d/50-bootfile.conf");
	ck_assert_str_eq(
		line_of(&record),
		"52:54:00:12:34:56 x64-uefi on eth0 port 4011 pxe-request: answered: ACK to "
		"10.77.0.5:4011, server 10.77.0.2, file ipxe.efi (bootfile, 50-bootfile.conf:23)");
	n = log_format_fields(&record, fields);
	for (unsigned i = 0; i < n; i++)
		if (!strncmp(fields[i], "PXE_ENTRY=", 10))
			entry = fields[i];
	ck_assert_str_eq(entry, "PXE_ENTRY=/etc/wdspxed/providers.d/50-bootfile.conf:23");
}
END_TEST

/* W10: a provider's reason stands where else the outcome's common sentence would. */
START_TEST(line_gives_the_providers_reason)
{
	struct log_record record = answered();

	record.step.outcome = OUTCOME_REJECTED;
	record.step.provider = NULL;
	record.step.reply = (struct request_reply){ 0 };
	record.step.explained = true;
	record.step.reason = (struct request_reason){ .kind = REASON_NEAREST,
						      .provider = "bootfile",
						      .line = 3,
						      .text = "no entry for x64-uefi",
						      .file = "/a/50-b.conf" };
	ck_assert_str_eq(line_of(&record),
			 "52:54:00:12:34:56 x64-uefi on eth0 port 4011 pxe-request: rejected: no "
			 "entry for x64-uefi (bootfile, nearest: 50-b.conf:3)");
	record.step.fault = (struct request_fault){ .outcome = OUTCOME_FAILED,
						    .provider = "bootfile",
						    .call = "RecvRequest",
						    .code = 122 };
	record.step.outcome = OUTCOME_FAILED;
	record.step.reason.kind = REASON_FAILED;
	ck_assert_ptr_nonnull(strstr(line_of(&record),
				     ": provider-failed: RecvRequest returned error 122 "
				     "(ERROR_INSUFFICIENT_BUFFER): no entry for x64-uefi "
				     "(bootfile, 50-b.conf:3)"));
}
END_TEST

START_TEST(unanswered_line_gives_the_reason)
{
	struct log_record record = answered();

	record.step.outcome = OUTCOME_REJECTED;
	record.step.provider = NULL;
	record.step.reply = (struct request_reply){ 0 };
	record.client.arch = 4242;
	ck_assert_str_eq(line_of(&record),
			 "52:54:00:12:34:56 arch-4242 on eth0 port 4011 pxe-request: rejected: no "
			 "provider wanted this client");
}
END_TEST

START_TEST(client_without_mac_shows_its_duid)
{
	struct log_record record = answered();

	record.client.family = IP_V6;
	record.client.has_mac = false;
	memcpy(record.client.id, "\0\4\xab", 3);
	record.client.id_len = 3;
	record.step.reply.type = 7;
	ck_assert(strncmp(line_of(&record), "00:04:ab x64-uefi", 17) == 0);
	ck_assert_ptr_nonnull(strstr(line_of(&record), "REPLY to "));
	record.client.id_len = 0;
	ck_assert(strncmp(line_of(&record), "(no client id) ", 15) == 0);
}
END_TEST

/* A line may quote a file, or name one. */
START_TEST(a_text_begins_no_line_and_moves_no_cursor)
{
	struct log_record record = { .kind = LOG_KIND_TEXT };

	strcpy(record.text.text, "/etc/\x1b[31m\nx.conf:1: \xe2\x80\xae\xff <text> [W0107]");
	ck_assert_str_eq(line_of(&record), "/etc/?[31m x.conf:1: ?\xef\xbf\xbd <text> [W0107]");
	strcpy(record.text.provider, "bootfile");
	ck_assert_ptr_nonnull(strstr(line_of(&record), "bootfile: /etc/?[31m x.conf"));
}
END_TEST

START_TEST(longest_record_fits)
{
	struct log_record record = answered();
	char line[64];

	record.client.has_mac = false;
	record.client.id_len = LOG_ID_MAX;
	memset(record.step.reply.file, 'f', sizeof(record.step.reply.file) - 1);
	ck_assert_ptr_nonnull(strstr(line_of(&record), "ffff (bootfile)"));
	log_format_line(&record, line, sizeof(line));
	ck_assert_uint_eq(strlen(line), sizeof(line) - 1);
}
END_TEST

static bool has(char fields[][LOG_FIELD_SIZE], unsigned n, const char *wanted)
{
	for (unsigned i = 0; i < n; i++)
		if (!strcmp(fields[i], wanted))
			return true;
	return false;
}

START_TEST(fields_of_an_answer)
{
	static const char *const wanted[] = {
		"PXE_ACTION=answered",
		"PXE_REQUEST=pxe-request",
		"PXE_PROVIDER=bootfile",
		"PXE_INTERFACE=eth0",
		"PXE_PORT=4011",
		"PXE_XID=0x00000abc",
		"PXE_MICROSECONDS=12",
		"PXE_CLIENT=52:54:00:12:34:56",
		"PXE_MAC=52:54:00:12:34:56",
		"PXE_UUID=03020100-0504-0706-0809-0a0b0c0d0e0f",
		"PXE_ARCH=x64-uefi",
		"PXE_REPLY=ACK",
		"PXE_TO=10.77.0.5:4011",
		"PXE_SERVER=10.77.0.2",
		"PXE_FILE=ipxe.efi",
		"PXE_REASON=a provider sent a reply that names a boot program",
	};
	struct log_record record = answered();
	char fields[LOG_FIELDS_MAX][LOG_FIELD_SIZE];
	unsigned n = log_format_fields(&record, fields);

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ck_assert_msg(has(fields, n, wanted[i]), "%s is missing", wanted[i]);
	ck_assert_uint_eq(n, sizeof(wanted) / sizeof(wanted[0]));
}
END_TEST

START_TEST(fields_say_only_what_is_known)
{
	struct log_record record = { .kind = LOG_KIND_TEXT };
	char fields[LOG_FIELDS_MAX][LOG_FIELD_SIZE];

	strcpy(record.text.text, "hello");
	ck_assert_uint_eq(log_format_fields(&record, fields), 0);
	strcpy(record.text.provider, "bootfile");
	ck_assert_uint_eq(log_format_fields(&record, fields), 1);
	ck_assert_str_eq(fields[0], "PXE_PROVIDER=bootfile");
	ck_assert_str_eq(line_of(&record), "bootfile: hello");
}
END_TEST

START_TEST(a_finding_has_a_field)
{
	struct log_record record = { .kind = LOG_KIND_TEXT };
	char fields[LOG_FIELDS_MAX][LOG_FIELD_SIZE];

	strcpy(record.text.text, "x must be 4 or 6 [W0117]");
	ck_assert_uint_eq(log_format_fields(&record, fields), 1);
	ck_assert_str_eq(fields[0], "PXE_FINDING=W0117");
	record.client.family = IP_V4; /* the client's words, perhaps */
	for (unsigned i = 0, n = log_format_fields(&record, fields); i < n; i++)
		ck_assert_int_ne(strncmp(fields[i], "PXE_FINDING", 11), 0);
}
END_TEST

static unsigned written;

static void count_written(const struct log_record *record)
{
	(void)record;
	written++;
}

START_TEST(what_is_ignored_is_not_written)
{
	const char *const ids[] = { "W0117", "W0201", NULL }, *const none[] = { NULL };
	const struct log_client client = { .family = IP_V4 };

	log_init(LOG_INFO, count_written);
	log_ignore(ids);
	ck_assert(log_ignores("W0117") && log_ignores("W0201") && !log_ignores("W0118"));
	log_line(LOG_WARNING, "x [W0117]");
	log_provider(LOG_WARNING, "bootfile", "x%2000s [W0117]", "");
	log_trace(LOG_WARNING, true, "bootfile", NULL, "x [W0117]");
	log_hint(LOG_WARNING, true, "never", &client, "x [W0201]");
	ck_assert_uint_eq(written, 0);
	log_line(LOG_WARNING, "x [W0118]");
	log_trace(LOG_WARNING, true, "bootfile", &client, "x [W0117]");
	ck_assert_uint_eq(written, 2);
	log_ignore(none);
	log_line(LOG_WARNING, "x [W0117]");
	ck_assert_uint_eq(written, 3);
}
END_TEST

START_TEST(summary_line)
{
	struct log_record record = { .kind = LOG_KIND_COUNT };

	record.count.outcome = OUTCOME_NBP;
	record.count.n = 4900;
	ck_assert_str_eq(line_of(&record), "answered: 4900 more in one second (a provider sent a "
					   "reply that names a boot program)");
}
END_TEST

static const struct {
	enum outcome outcome;
	bool boots;
	int level;
} levels[] = {
	{ OUTCOME_NBP, true, LOG_INFO },        { OUTCOME_CUSTOM, true, LOG_INFO },
	{ OUTCOME_REJECTED, true, LOG_INFO },   { OUTCOME_REJECTED, false, LOG_DEBUG },
	{ OUTCOME_IGNORED, true, LOG_INFO },    { OUTCOME_TIMEOUT, true, LOG_WARNING },
	{ OUTCOME_NOT_OURS, true, LOG_DEBUG },  { OUTCOME_MALFORMED, false, LOG_DEBUG },
	{ OUTCOME_DUPLICATE, true, LOG_DEBUG }, { OUTCOME_TABLE_FULL, true, LOG_WARNING },
	{ OUTCOME_OWN, false, LOG_DEBUG },      { OUTCOME_UNSENT, true, LOG_WARNING },
};

START_TEST(level_of_each_outcome)
{
	ck_assert_int_eq(log_outcome_level(levels[_i].outcome, levels[_i].boots), levels[_i].level);
}
END_TEST

START_TEST(rate_withholds_and_tells)
{
	struct log_rate rate = { 0 };
	unsigned out = 0;

	for (int i = 0; i < 5000; i++)
		out += log_rate_take(&rate, LOG_RATE_PER_SECOND, 7000 + (uint64_t)i / 10);
	ck_assert_uint_eq(out, LOG_RATE_PER_SECOND);
	/* Whatever second it is: while a flood lasted nothing was told of it. */
	ck_assert_uint_eq(log_rate_withheld(&rate), 5000 - LOG_RATE_PER_SECOND);
	ck_assert_uint_eq(log_rate_withheld(&rate), 0);
	ck_assert(log_rate_take(&rate, LOG_RATE_PER_SECOND, 8000));
}
END_TEST

START_TEST(a_talkative_provider_is_cut_and_no_other)
{
	unsigned noisy = 0, calm = 0;

	log_init(LOG_INFO, log_stderr_write);
	for (int i = 0; i < 1000; i++)
		noisy += log_source_take("noisy", 7000 + (uint64_t)i);
	for (int i = 0; i < LOG_RATE_PER_SECOND; i++)
		calm += log_source_take("calm", 7000) + log_source_take("", 7999);
	ck_assert_uint_eq(noisy, LOG_RATE_PER_SECOND);
	ck_assert_uint_eq(calm, 2 * LOG_RATE_PER_SECOND);
	ck_assert(log_source_take("noisy", 8000)); /* the next second has its own */
	ck_assert(!log_source_take("calm", 7999));
	log_set_level(LOG_DEBUG); /* who asks for everything gets it */
	ck_assert(log_source_take("calm", 7999));
}
END_TEST

enum { CROWD_SECONDS = 5, CROWD_LINES = 2000 };

static atomic_uint many_taken;

/* Each thread by a clock of its own: some are in a second that is over for the others. */
static void *take_many(void *unused)
{
	(void)unused;
	for (uint64_t i = 0; i < CROWD_SECONDS * CROWD_LINES; i++)
		atomic_fetch_add(&many_taken,
				 log_source_take("crowd", 7000 + i * 1000 / CROWD_LINES));
	return NULL;
}

/* S22: threads count on one source without a lock, and lose no line of it: as many go out as a
 * second may have, for each second. */
START_TEST(threads_share_a_source_without_a_lock)
{
	pthread_t thread[4];

	log_init(LOG_INFO, log_stderr_write);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, take_many, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	ck_assert_uint_eq(many_taken, CROWD_SECONDS * LOG_RATE_PER_SECOND);
}
END_TEST

enum { NAMES = 60, TOGETHER = 2 };

static atomic_int arrived;
static atomic_uint taken_of[NAMES];

static void *take_of_each(void *unused)
{
	char name[32];

	(void)unused;
	for (int i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "a name that is new %d", i);
		atomic_fetch_add(&arrived, 1);
		while (atomic_load(&arrived) < TOGETHER * (i + 1))
			; /* a barrier would wake them one after the other */
		for (int n = 0; n < LOG_RATE_PER_SECOND; n++)
			atomic_fetch_add(&taken_of[i], log_source_take(name, 7000));
	}
	return NULL;
}

/* S22: a name has one rate, also if its first lines come from several threads at once. */
START_TEST(threads_that_are_first_share_a_source)
{
	pthread_t thread[TOGETHER];

	log_init(LOG_INFO, log_stderr_write);
	for (int i = 0; i < TOGETHER; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, take_of_each, NULL), 0);
	for (int i = 0; i < TOGETHER; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < NAMES; i++)
		ck_assert_uint_eq(taken_of[i], LOG_RATE_PER_SECOND);
}
END_TEST

/* S22: a name keeps its own rate, however many others there are; the last ones share one. */
START_TEST(sources_do_not_share_a_rate_while_there_is_room)
{
	char name[16];

	log_init(LOG_INFO, log_stderr_write);
	for (int i = 0; i < 5 * LOG_RATE_PER_SECOND; i++)
		(void)log_source_take("flood", 7000);
	for (int i = 0; i < LOG_SOURCES - 2; i++) {
		snprintf(name, sizeof(name), "calm %d", i);
		ck_assert_msg(log_source_take(name, 7000), "%s", name);
	}
	for (int i = 0; i < 3 * LOG_SOURCES; i++) { /* more than there is room for: none is lost */
		snprintf(name, sizeof(name), "more %d", i);
		(void)log_source_take(name, 7000);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("log");

	tcase_add_test(tcase, answered_line);
	tcase_add_test(tcase, a_menu_and_what_was_chosen_are_in_the_line);
	tcase_add_test(tcase, line_names_the_entry);
	tcase_add_test(tcase, line_gives_the_providers_reason);
	tcase_add_test(tcase, unanswered_line_gives_the_reason);
	tcase_add_test(tcase, client_without_mac_shows_its_duid);
	tcase_add_test(tcase, a_text_begins_no_line_and_moves_no_cursor);
	tcase_add_test(tcase, longest_record_fits);
	tcase_add_test(tcase, fields_of_an_answer);
	tcase_add_test(tcase, fields_say_only_what_is_known);
	tcase_add_test(tcase, a_finding_has_a_field);
	tcase_add_test(tcase, what_is_ignored_is_not_written);
	tcase_add_test(tcase, summary_line);
	TEST_ROWS(tcase, level_of_each_outcome, levels);
	tcase_add_test(tcase, rate_withholds_and_tells);
	tcase_add_test(tcase, a_talkative_provider_is_cut_and_no_other);
	tcase_add_test(tcase, threads_share_a_source_without_a_lock);
	tcase_add_test(tcase, threads_that_are_first_share_a_source);
	tcase_add_test(tcase, sources_do_not_share_a_rate_while_there_is_room);
	suite_apart(); /* rates have a past */
	return suite_run("story/log", tcase);
}
