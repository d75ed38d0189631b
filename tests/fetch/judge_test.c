/* fetch/judge: which findings a file makes for who asks. */
#include <check.h>
#include <stdio.h>

#include "fetch/judge.h"
#include "fetch/program.h"
#include "suite.h"

#define NOTHING FINDING_KINDS

static const struct {
	const char *archs;
	bool ipxe;
	enum file_kind kind;
	unsigned machine; /* of an EFI program; 0: it is none */
	int64_t size;
	enum finding_kind finding;
} rows[] = {
	{ "x64-uefi", false, KIND_IPXE, PE_MACHINE_X64, -1, NOTHING },
	{ "x64-uefi-http", false, KIND_IPXE, PE_MACHINE_X64, -1, NOTHING },
	{ "x64-uefi,ebc", false, KIND_IPXE, PE_MACHINE_X64, -1, NOTHING },
	{ "", false, KIND_IPXE, PE_MACHINE_ARM64, -1, NOTHING },
	{ "", false, KIND_BIOS, 0, 1 << 24, NOTHING },
	{ "arm-rpiboot", false, KIND_UNKNOWN, 0, -1, NOTHING },
	{ "65535", false, KIND_UNKNOWN, 0, -1, NOTHING },
	{ "99,x64-uefi", false, KIND_UNKNOWN, 0, -1, FINDING_NO_PROGRAM },
	{ "x64-uefi", false, KIND_EFI, PE_MACHINE_EBC, -1, NOTHING },
	{ "x64-uefi", false, KIND_IPXE, PE_MACHINE_ARM64, -1, FINDING_WRONG_MACHINE },
	{ "x64-uefi", false, KIND_IPXE, PE_MACHINE_X86, -1, FINDING_WRONG_MACHINE },
	{ "11", false, KIND_LINUX, PE_MACHINE_ARM64, -1, NOTHING },
	{ "x86-uefi,x64-uefi", false, KIND_IPXE, PE_MACHINE_X64, -1, FINDING_WRONG_MACHINE },
	{ "x64-uefi", false, KIND_IPXE_BIOS, 0, -1, FINDING_BIOS_FOR_EFI },
	{ "x64-uefi", false, KIND_LINUX_BIOS, 0, -1, FINDING_BIOS_FOR_EFI },
	{ "x86-bios", false, KIND_IPXE_BIOS, 0, 74213, NOTHING },
	{ "x86-bios", false, KIND_IPXE_BIOS, 0, KIND_BIOS_MAX, NOTHING },
	{ "x86-bios", false, KIND_BIOS, 0, KIND_BIOS_MAX + 1, FINDING_TOO_LARGE_FOR_BIOS },
	{ "x86-bios", false, KIND_IPXE, PE_MACHINE_X64, -1, FINDING_EFI_FOR_BIOS },
	{ "x86-bios", false, KIND_LINUX, PE_MACHINE_X64, -1, FINDING_EFI_FOR_BIOS },
	{ "x86-bios", true, KIND_LINUX, PE_MACHINE_X64, -1, NOTHING },
	{ "x86-bios,x64-uefi", false, KIND_SHIM, PE_MACHINE_X64, -1, FINDING_EFI_FOR_BIOS },
	{ "x64-uefi", false, KIND_EMPTY, 0, 0, FINDING_FILE_EMPTY },
	{ "", true, KIND_EMPTY, 0, 0, FINDING_FILE_EMPTY },
	{ "x64-uefi", false, KIND_HTML, 0, -1, FINDING_FILE_IS_PAGE },
	{ "", true, KIND_DIRECTORY, 0, -1, FINDING_FILE_IS_PAGE },
	{ "x64-uefi", false, KIND_SCRIPT, 0, -1, FINDING_SCRIPT_FOR_FIRMWARE },
	{ "", true, KIND_SCRIPT, 0, -1, NOTHING },
	{ "", false, KIND_COMPRESSED, 0, -1, FINDING_FILE_COMPRESSED },
	{ "", true, KIND_COMPRESSED, 0, -1, NOTHING },
	{ "x86-bios", false, KIND_TEXT, 0, -1, FINDING_NO_PROGRAM },
	{ "", true, KIND_TEXT, 0, -1, FINDING_NO_PROGRAM },
	{ "x64-uefi", false, KIND_UNKNOWN, 0, -1, FINDING_NO_PROGRAM },
	{ "x64-uefi", false, KIND_IPXE, PE_MACHINE_X64, 999, FINDING_FILE_CUT_SHORT },
};

static struct file file_of(enum file_kind kind, unsigned machine)
{
	struct file file = { .kind = kind, .words = "It", .is_efi = machine != 0 };

	file.pe.machine = (uint16_t)machine;
	file.pe.end = 1000;
	return file;
}

START_TEST(a_file_makes_its_finding)
{
	struct file file = file_of(rows[_i].kind, rows[_i].machine);
	struct asker asker = { .ipxe = rows[_i].ipxe };
	struct found found = { .n = 0 };

	if (rows[_i].archs[0])
		ck_assert(asker_add(&asker, rows[_i].archs));
	judge_file(&file, rows[_i].size, &asker, &found);
	if (rows[_i].finding == NOTHING) {
		ck_assert_msg(found.n == 0, "%d: %s", _i,
			      found.n ? finding_name(found.at[0].kind) : "");
		return;
	}
	ck_assert_uint_eq(found.n, 1);
	ck_assert_msg(found.at[0].kind == rows[_i].finding, "%d: %s", _i,
		      finding_name(found.at[0].kind));
	ck_assert(found_error(&found));
}
END_TEST

START_TEST(names_both_machines)
{
	struct file file = file_of(KIND_IPXE, PE_MACHINE_ARM64);
	struct asker asker = { .archs = 1 << 7 };
	struct found found = { .n = 0 };

	judge_file(&file, -1, &asker, &found);
	ck_assert_str_eq(found.at[0].text, "It for arm64-uefi, asked for by x64-uefi");
}
END_TEST

START_TEST(the_second_file_is_for_the_same_machine)
{
	struct file shim = file_of(KIND_SHIM, PE_MACHINE_X64),
		    second = file_of(KIND_GRUB, PE_MACHINE_X64);
	struct signers debian = { .n = 1 }, nobody = { .n = 0 };
	struct found found = { .n = 0 };

	judge_second(&shim, &second, &debian, "grubx64.efi", &found);
	ck_assert_uint_eq(found.n, 0);
	second.pe.machine = PE_MACHINE_ARM64;
	judge_second(&shim, &second, &debian, "grubx64.efi", &found);
	ck_assert_int_eq(found.at[0].kind, FINDING_SECOND_WRONG);
	ck_assert_str_eq(found.at[0].text, "grubx64.efi: It for arm64-uefi");
	second = file_of(KIND_HTML, 0);
	judge_second(&shim, &second, &debian, "grubx64.efi", &found);
	ck_assert_str_eq(found.at[1].text, "grubx64.efi: It");
	second = file_of(KIND_GRUB, PE_MACHINE_X64);
	judge_second(&shim, &second, NULL, "grubx64.efi", &found);
	ck_assert_uint_eq(found.n, 2);
	judge_second(&shim, &second, &nobody, "grubx64.efi", &found);
	ck_assert_int_eq(found.at[2].kind, FINDING_SECOND_UNSIGNED);
}
END_TEST

static const struct {
	const char *name[3];
	enum finding_kind finding;
} signed_by[] = {
	{ { "Microsoft Corporation UEFI CA 2011" }, FINDING_SIGNED_2011 },
	{ { "Microsoft Windows Production PCA 2011" }, FINDING_SIGNED_2011 },
	{ { "Microsoft UEFI CA 2023" }, FINDING_SIGNED_2023 },
	{ { "Windows UEFI CA 2023", "Our own CA" }, FINDING_SIGNED_2023 },
	{ { "Microsoft Corporation UEFI CA 2011", "Microsoft UEFI CA 2023" }, NOTHING },
	{ { "Windows UEFI CA 2023", "Microsoft Windows Production PCA 2011" }, NOTHING },
	{ { "Debian Secure Boot CA" }, NOTHING },
	{ { "Our own CA 2011" }, NOTHING },
	{ { NULL }, NOTHING },
};

START_TEST(one_authority_of_two_is_told)
{
	struct signers signers = { .n = 0 };
	struct found found = { .n = 0 };

	for (; signers.n < 3 && signed_by[_i].name[signers.n]; signers.n++)
		snprintf(signers.name[signers.n], SIGNER_MAX, "%s", signed_by[_i].name[signers.n]);
	judge_signers(&signers, &found);
	ck_assert_uint_eq(found.n, signed_by[_i].finding != NOTHING);
	if (found.n) {
		ck_assert_int_eq(found.at[0].kind, signed_by[_i].finding);
		ck_assert_str_eq(found.at[0].text, signed_by[_i].name[0]);
		ck_assert(!found_error(&found));
	}
}
END_TEST

START_TEST(words_tell_who_signed)
{
	struct file file = file_of(KIND_SHIM, PE_MACHINE_X64), bios = file_of(KIND_BIOS, 0);
	struct signers signers = { .n = 0, .name = { "One CA", "Two CA" } };
	char words[JUDGE_WORDS_MAX];

	ck_assert_str_eq(judge_words(&file, NULL, words), "It for x64-uefi");
	ck_assert_str_eq(judge_words(&file, &signers, words), "It for x64-uefi, not signed");
	signers.n = 2;
	ck_assert_str_eq(judge_words(&file, &signers, words),
			 "It for x64-uefi, signed by One CA and Two CA");
	ck_assert_str_eq(judge_words(&bios, &signers, words), "It");
}
END_TEST

START_TEST(only_known_architectures_are_taken)
{
	struct asker asker = { .archs = 0 };

	ck_assert(asker_add(&asker, "x64-uefi,X86-BIOS,11"));
	ck_assert_uint_eq(asker.archs, 1 << 7 | 1 << 0 | 1 << 11);
	ck_assert(!asker_add(&asker, "x64"));
	ck_assert(!asker_add(&asker, ""));
	ck_assert(!asker_add(&asker, "x64-uefi,"));
	ck_assert(!asker_add(&asker, "65536") && !asker_add(&asker, "7x"));
	ck_assert(asker_add(&asker, "64") && asker.unnamed);
	ck_assert(!asker_add(&asker, "-1"));
}
END_TEST

START_TEST(no_more_findings_than_there_is_room)
{
	struct found found = { .n = 0 };

	for (unsigned i = 0; i < FOUND_MAX + 2; i++)
		found_add(&found, FINDING_CROWD, i, "\033[31m%s", "red");
	ck_assert_uint_eq(found.n, FOUND_MAX);
	ck_assert_str_eq(found.at[0].text, "?[31mred");
	ck_assert(!found_error(&found));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("judge");

	TEST_ROWS(tcase, a_file_makes_its_finding, rows);
	tcase_add_test(tcase, names_both_machines);
	tcase_add_test(tcase, the_second_file_is_for_the_same_machine);
	TEST_ROWS(tcase, one_authority_of_two_is_told, signed_by);
	tcase_add_test(tcase, words_tell_who_signed);
	tcase_add_test(tcase, only_known_architectures_are_taken);
	tcase_add_test(tcase, no_more_findings_than_there_is_room);
	return suite_run("judge", tcase);
}
