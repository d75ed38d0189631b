/* The whole provider, against the host without a daemon. */
#include <fcntl.h>
#include <sys/file.h>

#include "inventory/bench.h"

#define CSV                                                                                        \
	"mac,name,file,url,server,group,state,once,once-file,file.x86-bios,prompt\n"               \
	"52:54:00:77:00:01,pc01,boot/a.efi,,,lab,,,,,\n"                                           \
	"52:54:00:77:00:02,pc02,,,,,rejected,,,,\n"                                                \
	"52:54:00:77:00:03,pc03,boot/b.efi,,10.0.0.9,,,,,boot/b.0,\n"                              \
	"52:54:00:77:00:04,pc04,,,,,,,,,\n"                                                        \
	"52:54:00:77:00:05,pc05,disk.efi,,,,,armed,install.efi,,\n"                                \
	"52:54:00:77:00:06,pc06,${name}/x.0,http://${server}/a.efi,,,,,,,\n"                       \
	"52:54:00:77:00:07,pc07,boot/x64/wdsnbp.com,,,,,,,,opt-in\n"                               \
	"52:54:00:77:00:08,pc08,pxelinux.0,,,,,,,,opt-out\n"

#define BIOS  0
#define UEFI  7
#define HTTPS 16

static void setup(void)
{
	scratch_make();
	scratch_write("devices.csv", CSV);
}

static const PXE_FAKE_REPLY *ask(struct bench *bench, const char *mac, int arch)
{
	return bench_ask(bench, &(struct ask){ .mac = mac,
					       .arch = arch,
					       .class = arch == HTTPS ? "HTTPClient" : NULL });
}

/* ---- who gets what ----------------------------------------------------------------------------
 */

#define KNOWN(n) "52:54:00:77:00:0" #n
#define OTHER    "52:54:00:99:00:01"

static const struct {
	const char *settings, *mac;
	int arch;
	PXE_BOOT_ACTION action;
	const char *file;   /* of the answer */
	const char *reason; /* begins so */
} rows[] = {
	{ "", KNOWN(1), BIOS, PXE_BA_NBP, "boot/a.efi", "pc01 (by its MAC)" },
	{ "answer = \"none\";", KNOWN(1), BIOS, PXE_BA_IGNORE, NULL,
	  "pc01 (by its MAC): answer = \"none\"" },
	{ "", KNOWN(2), BIOS, PXE_BA_IGNORE, NULL, "pc02 (by its MAC): the device is rejected" },
	{ "", KNOWN(3), BIOS, PXE_BA_NBP, "boot/b.0", "pc03" },
	{ "", KNOWN(4), BIOS, PXE_BA_REJECTED, NULL, "pc04 (by its MAC): a known device" },
	{ "known-boot = ( { arch = \"x86-bios\"; file = \"default.0\"; } );", KNOWN(4), BIOS,
	  PXE_BA_NBP, "default.0", "pc04" },
	{ "known-boot = ( { arch = \"x64-uefi\"; file = \"default.efi\"; } );", KNOWN(4), BIOS,
	  PXE_BA_REJECTED, NULL, "pc04" },
	{ "known-boot = ( { file = \"${name}.0\"; } );", KNOWN(4), BIOS, PXE_BA_NBP, "pc04.0",
	  "pc04" },
	{ "", KNOWN(6), BIOS, PXE_BA_NBP, "pc06/x.0", "pc06" },
	{ "", KNOWN(6), HTTPS, PXE_BA_NBP, NULL, "pc06" },
	{ "", KNOWN(1), HTTPS, PXE_BA_REJECTED, NULL, "pc01" },
	{ "", OTHER, BIOS, PXE_BA_REJECTED, NULL, "unknown: unknown-boot has nothing" },
	{ "answer = \"known\";", OTHER, BIOS, PXE_BA_IGNORE, NULL,
	  "unknown, and answer = \"known\"" },
	{ "answer = \"known\"; unknown = \"pass\";", OTHER, BIOS, PXE_BA_REJECTED, NULL,
	  "unknown: handed on" },
	{ "unknown-boot = ( { file = \"wait.0\"; } );", OTHER, BIOS, PXE_BA_NBP, "wait.0",
	  "unknown" },
	{ "response-delay = 5; unknown-boot = ( { file = \"wait.0\"; } );", OTHER, BIOS,
	  PXE_BA_IGNORE, NULL, "unknown: waits for response-delay" },
	{ "response-delay = 5;", KNOWN(1), BIOS, PXE_BA_NBP, "boot/a.efi", "pc01 (by its MAC)" },
	{ "pending = true;", OTHER, BIOS, PXE_BA_IGNORE, NULL, "unknown: waits for approval" },
	{ "pending = true; pending-boot = ( { file = \"wait-${number}.0\"; } );", OTHER, BIOS,
	  PXE_BA_NBP, "wait-1.0", "unknown: waits for approval: number 1" },
	{ "", KNOWN(5), BIOS, PXE_BA_NBP, "install.efi", "pc05 (by its MAC): boots once" },
};

START_TEST(each_is_given_its_own)
{
	struct bench bench = inventory_open(rows[_i].settings);
	const PXE_FAKE_REPLY *reply = ask(&bench, rows[_i].mac, rows[_i].arch);

	ck_assert_msg(bench.verdict.Action == rows[_i].action, "%s: %s, %s", rows[_i].settings,
		      bench.verdict.pszOutcome, bench.verdict.pszReason);
	if (rows[_i].file)
		ck_assert_str_eq(reply_file(reply), rows[_i].file);
	ck_assert_msg(strncmp(bench.verdict.pszReason, rows[_i].reason, strlen(rows[_i].reason)) ==
			      0,
		      "%s", bench.verdict.pszReason);
	bench_close(&bench);
}
END_TEST

/* The log names the line that the device has in the CSV. */
START_TEST(the_place_of_a_device_is_told)
{
	struct bench bench = inventory_open("");

	ask(&bench, KNOWN(3), BIOS);
	ck_assert_str_eq(bench.verdict.pszFile, scratch_path("devices.csv"));
	ck_assert_uint_eq(bench.verdict.uLine, 4);
	ck_assert_uint_eq(reply_siaddr(PxeFakeReply(bench.fake, 0)), 0x0a000009);
	bench_close(&bench);
}
END_TEST

/* ---- boot once ---------------------------------------------------------------------------------
 */

START_TEST(what_boots_once_boots_once)
{
	struct bench bench = inventory_open("");

	ck_assert_ptr_nonnull(ask(&bench, KNOWN(5), BIOS));
	ck_assert_str_eq(bench.verdict.pszReason, "pc05 (by its MAC): boots once");
	ck_assert_ptr_nonnull(strstr(scratch_read("devices"), "once=used "));
	/* The window. */
	ck_assert_str_eq(reply_file(ask(&bench, KNOWN(5), BIOS)), "install.efi");
	ck_assert_ptr_nonnull(strstr(bench.verdict.pszReason, "boots once: the same again"));
	bench_close(&bench);
	/* Over a restart, too. */
	bench = inventory_open("");
	ck_assert_ptr_nonnull(ask(&bench, KNOWN(5), BIOS));
	bench_close(&bench);
}
END_TEST

/* Where it was used long ago. */
START_TEST(behind_the_window_there_is_silence)
{
	struct bench bench;

	scratch_write("devices.csv", "mac,name,file,once\n"
				     "52:54:00:77:00:05,pc05,a.0,used 1000\n");
	bench = inventory_open("");
	ck_assert_ptr_null(ask(&bench, KNOWN(5), BIOS));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_IGNORE);
	ck_assert_ptr_nonnull(strstr(bench.verdict.pszReason, "has booted once"));
	bench_close(&bench);
}
END_TEST

/* The offer of UEFI's PXE names no file: the ACK does. */
START_TEST(an_offer_that_names_no_file_uses_nothing_up)
{
	struct bench bench = inventory_open("");

	ck_assert_ptr_nonnull(ask(&bench, KNOWN(5), UEFI));
	ck_assert_str_eq(scratch_read("devices"), "");
	ck_assert_ptr_nonnull(bench_ask(&bench, &(struct ask){ .mac = KNOWN(5),
							       .arch = UEFI,
							       .type = 3,
							       .ciaddr = "192.0.2.50",
							       .way = { .uPort = 4011,
									.pszFrom = "192.0.2.50",
									.bUnicast = TRUE } }));
	ck_assert_str_eq(reply_file(PxeFakeReply(bench.fake, 0)), "install.efi");
	ck_assert_ptr_nonnull(strstr(scratch_read("devices"), "once=used "));
	bench_close(&bench);
}
END_TEST

/* What was begun here is not ended by others, with another file. */
START_TEST(what_was_offered_is_not_handed_on)
{
	const struct ask second = {
		.mac = KNOWN(1),
		.arch = UEFI,
		.type = 3,
		.ciaddr = "192.0.2.50",
		.way = { .uPort = 4011, .pszFrom = "192.0.2.50", .bUnicast = TRUE }
	};
	struct bench bench = inventory_open("");

	ck_assert_ptr_nonnull(ask(&bench, KNOWN(1), UEFI));
	scratch_write("devices.csv", "mac,name\n" KNOWN(9) ",pc09\n");
	PxeFakeControl(bench.fake, PXE_CONTROL_FILES);
	ck_assert_ptr_null(bench_ask(&bench, &second));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_IGNORE);
	ck_assert_ptr_nonnull(strstr(bench.verdict.pszReason, "was offered something here"));
	ck_assert_ptr_null(ask(&bench, KNOWN(1), UEFI));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_REJECTED);
	ck_assert_ptr_null(bench_ask(&bench, &second));
	ck_assert_uint_eq(bench.verdict.Action, PXE_BA_REJECTED);
	bench_close(&bench);
}
END_TEST

/* A trial sees what would be sent, and uses nothing up. */
START_TEST(a_trial_writes_nothing)
{
	struct bench bench = inventory_open(
		"pending = true; pending-boot = ( { file = \"wait-${number}.0\"; } );");
	PXE_FAKE_REQUEST request;

	for (int i = 0; i < 2; i++) {
		bench_build(&bench, &(struct ask){ .mac = i == 0 ? KNOWN(5) : OTHER });
		request = (PXE_FAKE_REQUEST){ .pPacket = bench.packet,
					      .uPacketLen = (ULONG)bench.len };
		ck_assert_uint_eq(PxeFakeTry(bench.fake, &request, &bench.verdict), ERROR_SUCCESS);
		ck_assert_uint_eq(bench.verdict.Action, PXE_BA_NBP);
	}
	bench_close(&bench);
	ck_assert_str_eq(scratch_read("devices"), "");
	ck_assert_str_eq(scratch_read("pending"), "");
}
END_TEST

/* Nothing can be written: nobody is answered, and it is told once. */
START_TEST(what_cannot_be_written_is_not_given)
{
	struct bench bench = inventory_open("");

	if (geteuid() == 0)
		ck_assert_int_eq(mkdir(scratch_path("devices.lock"), 0700), 0);
	else
		ck_assert_int_eq(chmod(scratch, 0555), 0);
	for (int i = 0; i < 3; i++) {
		ck_assert_ptr_null(ask(&bench, KNOWN(5), BIOS));
		ck_assert_uint_eq(bench.verdict.Action, PXE_BA_IGNORE);
	}
	ck_assert_int_eq(chmod(scratch, 0755), 0);
	ck_assert(bench_traced(&bench, "cannot be written"));
	ck_assert(bench_traced(&bench, "[W0199]"));
	(void)rmdir(scratch_path("devices.lock"));
	ck_assert_ptr_nonnull(ask(&bench, KNOWN(5), BIOS));
	bench_close(&bench);
}
END_TEST

/* The thread waits for the disk, and unknown machines fill what may wait of them. */
START_TEST(a_flood_of_unknown_machines_leaves_room_to_boot_once)
{
	struct bench bench = inventory_open("pending = true;");
	int lock = open(scratch_path("pending.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	PXE_FAKE_REQUEST request = { .pPacket = bench.packet };
	PXE_FAKE_JOURNEY *journey;
	char mac[24];

	ck_assert_int_eq(flock(lock, LOCK_EX), 0);
	for (unsigned i = 0; i < 1100; i++) {
		snprintf(mac, sizeof mac, "52:54:00:98:%02x:%02x", i >> 8, i & 0xff);
		ck_assert_ptr_null(ask(&bench, mac, BIOS));
	}
	bench_build(&bench, &(struct ask){ .mac = KNOWN(5) });
	request.uPacketLen = (ULONG)bench.len;
	ck_assert_uint_eq(PxeFakeBegin(bench.fake, &request, &journey), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeFakeVerdict(journey, &bench.verdict), ERROR_IO_PENDING);
	close(lock);
	ck_assert_uint_eq(PxeFakeWait(bench.fake, journey, 60000), ERROR_SUCCESS);
	PxeFakeEnd(journey);
	bench_close(&bench);
}
END_TEST

/* ---- numbers ------------------------------------------------------------------------------------
 */

static LONGLONG counted(const struct bench *bench, const char *name)
{
	LONGLONG value = -1;

	ck_assert_msg(PxeFakeCounter(bench->fake, 0, name, &value) == ERROR_SUCCESS, "%s", name);
	return value;
}

/* By the thread, in a moment. */
static void wait_counted(const struct bench *bench, const char *name, LONGLONG value)
{
	for (int i = 0; i < 20000 && counted(bench, name) != value; i++)
		usleep(1000);
	ck_assert_int_eq(counted(bench, name), value);
}

START_TEST(look_ups_and_machines_are_counted)
{
	struct bench bench = inventory_open("pending = true;");

	ck_assert_int_eq(counted(&bench, "devices"), 8);
	ask(&bench, KNOWN(1), BIOS);
	ask(&bench, KNOWN(2), BIOS);
	ask(&bench, OTHER, BIOS);
	ask(&bench, KNOWN(5), BIOS);
	ask(&bench, KNOWN(5), BIOS);
	ck_assert_int_eq(counted(&bench, "lookups_rejected"), 1);
	ck_assert_int_eq(counted(&bench, "lookups_unknown"), 1);
	ck_assert_int_eq(counted(&bench, "boot_once"), 1);
	wait_counted(&bench, "pending", 1);
	scratch_write("devices.csv", "mac,name\n" KNOWN(9) ",pc09\n");
	PxeFakeControl(bench.fake, PXE_CONTROL_FILES);
	ck_assert_int_eq(counted(&bench, "devices"), 2); /* and the one that was used up */
	bench_close(&bench);
}
END_TEST

START_TEST(writes_that_failed_and_who_had_no_room_are_counted)
{
	struct bench bench = inventory_open("pending = true; pending-limit = 4;");

	ask(&bench, "52:54:00:98:00:01", BIOS);
	ask(&bench, "52:54:00:98:00:02", BIOS); /* of one place a quarter */
	wait_counted(&bench, "pending_dropped", 1);
	ck_assert_int_eq(counted(&bench, "write_failures"), 0);
	ck_assert_int_eq(mkdir(scratch_path("devices.lock"), 0700), 0);
	ck_assert_ptr_null(ask(&bench, KNOWN(5), BIOS));
	ck_assert_int_eq(counted(&bench, "write_failures"), 1);
	bench_close(&bench);
}
END_TEST

/* ---- who it is ----------------------------------------------------------------------------------
 */

#define UUID_TEXT "3b6c1a52-7f0e-4d8b-9a41-525400770001"
#define UUID_WIRE                                                                                  \
	0x52, 0x1a, 0x6c, 0x3b, 0x0e, 0x7f, 0x8b, 0x4d, 0x9a, 0x41, 0x52, 0x54, 0x00, 0x77, 0x00,  \
		0x01

#define IDS                                                                                        \
	"uuid,mac,client-id,duid,name,file\n" UUID_TEXT ",,,,pc-uuid,u.0\n"                        \
	",,01:02:03,,pc-octets,o.0\n"                                                              \
	",,pc-text,,pc-text,t.0\n"                                                                 \
	",,,00:03:00:01:52:54:00:77:00:99,pc-duid,d.0\n"                                           \
	"," KNOWN(9) ",,,pc-mac,m.0\n"

static const struct {
	const char *name, *mac, *settings;
	const uint8_t *more;
	size_t len;
	const char *file, *by; /* NULL: nobody's */
} whose[] = {
	{ "a UUID as firmware sends it", OTHER, "", RAW(97, 17, 0, UUID_WIRE), "u.0", "its UUID" },
	{ "a UUID in its text's order", OTHER, "",
	  RAW(97, 17, 0, 0x3b, 0x6c, 0x1a, 0x52, 0x7f, 0x0e, 0x4d, 0x8b, 0x9a, 0x41, 0x52, 0x54, 0,
	      0x77, 0, 1),
	  "u.0", "its UUID" },
	{ "a UUID before a MAC", KNOWN(9), "", RAW(97, 17, 0, UUID_WIRE), "u.0", "its UUID" },
	{ "a banned UUID", OTHER, "banned-uuids = [ \"" UUID_TEXT "\" ];",
	  RAW(97, 17, 0, UUID_WIRE), NULL, NULL },
	{ "a MAC beside a banned UUID", KNOWN(9), "banned-uuids = [ \"" UUID_TEXT "\" ];",
	  RAW(97, 17, 0, UUID_WIRE), "m.0", "its MAC" },
	{ "a client id", OTHER, "", RAW(61, 3, 1, 2, 3), "o.0", "its client id" },
	{ "a text behind a type", OTHER, "", RAW(61, 8, 0, 'p', 'c', '-', 't', 'e', 'x', 't'),
	  "t.0", "its client id" },
	{ "a DUID in a client id", OTHER, "",
	  RAW(61, 15, 255, 0, 0, 0, 1, 0, 3, 0, 1, 0x52, 0x54, 0, 0x77, 0, 0x99), "d.0",
	  "its DUID" },
	{ "another client id", OTHER, "", RAW(61, 3, 1, 2, 4), NULL, NULL },
};

START_TEST(a_machine_is_known_by_any_of_its_ids)
{
	struct bench bench;
	const PXE_FAKE_REPLY *reply;

	scratch_write("devices.csv", IDS);
	bench = inventory_open(whose[_i].settings);
	reply = bench_ask(&bench, &(struct ask){ .mac = whose[_i].mac,
						 .more = whose[_i].more,
						 .more_len = whose[_i].len });
	ck_assert_msg((reply != NULL) == (whose[_i].file != NULL), "%s: %s", whose[_i].name,
		      bench.verdict.pszReason);
	if (reply) {
		ck_assert_str_eq(reply_file(reply), whose[_i].file);
		ck_assert_msg(strstr(bench.verdict.pszReason, whose[_i].by) != NULL, "%s",
			      bench.verdict.pszReason);
	}
	bench_close(&bench);
}
END_TEST

/* ---- Windows ------------------------------------------------------------------------------------
 */

/* What Windows' boot programs are told: NULL, nothing. */
static const struct {
	const char *settings, *mac;
	const uint8_t *value;
	size_t len;
} windows[] = {
	{ "", KNOWN(1), RAW(2, 1, 3, 9, 4, 10, 0, 0, 8) },
	{ "", KNOWN(2), NULL, 0 },
	{ "prompt = \"opt-out\";", KNOWN(2), RAW(11, 1, 3) },
	{ "pending = true; pending-poll = 5; pending-polls = 7; pending-message = \"Wait\"; "
	  "pending-boot = ( { file = \"boot/wdsnbp.com\"; } );",
	  OTHER, RAW(2, 1, 1, 3, 2, 0, 5, 4, 2, 0, 7, 5, 4, 0, 0, 0, 1, 6, 4, 'W', 'a', 'i', 't') },
};

START_TEST(windows_programs_are_told_more)
{
	struct bench bench;
	const PXE_FAKE_REPLY *reply;
	struct span value;

	scratch_write(
		"devices.csv",
		"mac,name,file,referral,bcd\n" KNOWN(1) ",pc1,boot/wdsnbp.com,10.0.0.8,\n" KNOWN(
			2) ",pc2,wdsnbp.com,,boot/BCD\n");
	bench = inventory_open(windows[_i].settings);
	reply = ask(&bench, windows[_i].mac, BIOS);
	ck_assert_msg(reply != NULL, "%s", bench.verdict.pszReason);
	value = reply_option(reply, 250);
	ck_assert_msg(value.len >= windows[_i].len && (windows[_i].len > 0 || !value.at) &&
			      (value.len == 0 ||
			       memcmp(value.at, windows[_i].value, windows[_i].len) == 0),
		      "row %d: %zu octets", _i, value.len);
	if (strcmp(windows[_i].mac, KNOWN(2)) == 0)
		ck_assert(reply_option_is(reply, 252, "boot/BCD", 9));
	bench_close(&bench);
}
END_TEST

/* ---- prompts ------------------------------------------------------------------------------------
 */

/* Windows' program is told in option 250; firmware with menus has a menu. */
START_TEST(a_prompt_is_by_what_is_there)
{
	struct bench bench = inventory_open("");

	ck_assert(reply_option_is(ask(&bench, KNOWN(7), BIOS), 250, RAW(11, 1, 1, 255)) ||
		  reply_option_is(ask(&bench, KNOWN(7), BIOS), 250, RAW(11, 1, 1)));
	ask(&bench, KNOWN(8), BIOS);
	ck_assert_uint_gt(reply_option(PxeFakeReply(bench.fake, 0), 43).len, 40);
	bench_ask(&bench, &(struct ask){ .mac = KNOWN(8), .user_class = "iPXE" });
	ck_assert_ptr_nonnull(strstr(bench.verdict.pszReason, "without a prompt"));
	bench_close(&bench);
}
END_TEST

/* ---- the files ---------------------------------------------------------------------------------
 */

START_TEST(files_that_cannot_be_taken_are_told)
{
	scratch_write("devices.csv", "mac,name\n52:54:00,pc1\n");
	inventory_refused("", "devices.csv:2: \"52:54:00\" is not a MAC address");
	inventory_refused("", "[W0165]");
	scratch_write("devices.csv", "mac,name\n");
	scratch_write("devices", "# wdspxed-devices 7\n");
	ck_assert_int_eq(chmod(scratch_path("devices"), 0600), 0);
	inventory_refused("", "its format is wdspxed-devices 7");
	inventory_refused("", "[W0198]");
	ck_assert_str_eq(scratch_read("devices"), "# wdspxed-devices 7\n");
	(void)unlink(scratch_path("devices"));
	scratch_write("pending", "# wdspxed-pending 3\n");
	inventory_refused("pending = true;", "its format is wdspxed-pending 3");
	(void)unlink(scratch_path("pending"));
	(void)unlink(scratch_path("devices.csv"));
	inventory_refused("", "devices.csv cannot be read: No such file or directory [W0166]");
}
END_TEST

/* ---- what is wrong ------------------------------------------------------------------------------
 */

static const struct {
	const char *settings, *trace;
} wrong[] = {
	{ "answer = \"some\";", "answer: must be \"all\", \"known\" or \"none\"" },
	{ "unknown = \"pass\";", "unknown: \"pass\" goes with answer = \"known\"" },
	{ "answer = \"none\"; pending = true;", "pending: with answer = \"none\"" },
	{ "pending-boot = ( { file = \"a\"; } );", "pending-boot: needs pending = true" },
	{ "known-boot = ( { arch = \"x64\"; file = \"a\"; } );", "arch: unknown architecture" },
	{ "known-boot = ( { arch = \"x64-uefi\"; } );", "needs a file or a url" },
	{ "known-boot = ( { fil = \"a\"; } );", "did you mean \"file\"?" },
	{ "banned-uuids = [ \"x\" ];", "is not a UUID" },
	{ "answr = \"all\";", "did you mean \"answer\"?" },
};

START_TEST(mistakes_are_told)
{
	inventory_refused(wrong[_i].settings, wrong[_i].trace);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the provider");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, scratch_remove);
	TEST_ROWS(tcase, each_is_given_its_own, rows);
	tcase_add_test(tcase, the_place_of_a_device_is_told);
	tcase_add_test(tcase, what_boots_once_boots_once);
	tcase_add_test(tcase, behind_the_window_there_is_silence);
	tcase_add_test(tcase, an_offer_that_names_no_file_uses_nothing_up);
	tcase_add_test(tcase, what_was_offered_is_not_handed_on);
	tcase_add_test(tcase, a_trial_writes_nothing);
	tcase_add_test(tcase, what_cannot_be_written_is_not_given);
	tcase_add_test(tcase, a_flood_of_unknown_machines_leaves_room_to_boot_once);
	tcase_add_test(tcase, look_ups_and_machines_are_counted);
	tcase_add_test(tcase, writes_that_failed_and_who_had_no_room_are_counted);
	TEST_ROWS(tcase, a_machine_is_known_by_any_of_its_ids, whose);
	TEST_ROWS(tcase, windows_programs_are_told_more, windows);
	tcase_add_test(tcase, a_prompt_is_by_what_is_there);
	tcase_add_test(tcase, files_that_cannot_be_taken_are_told);
	TEST_ROWS(tcase, mistakes_are_told, wrong);
	return suite_run("inventory/provider", tcase);
}
