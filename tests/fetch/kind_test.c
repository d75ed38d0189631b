/* fetch/kind, fetch/pe, fetch/signature: what a file is, by its octets. */
#include <check.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "fetch/kind.h"
#include "fetch/program.h"
#include "fetch/signature.h"
#include "suite.h"

#define FIXTURES TEST_SOURCE "/tests/fixtures/fuzz/file/"

static uint8_t octets[65536];

static struct span fixture(const char *name)
{
	char path[512];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s%s", FIXTURES, name);
	file = fopen(path, "rb");
	ck_assert_msg(file != NULL, "%s", path);
	n = fread(octets, 1, sizeof(octets), file);
	fclose(file);
	return span_of(octets, n);
}

/* ---- real ones, cut ---- */

static const struct {
	const char *file;
	enum file_kind kind;
	unsigned machine;
} heads[] = {
	{ "shim.head", KIND_SHIM, PE_MACHINE_X64 },   { "grub.head", KIND_GRUB, PE_MACHINE_X64 },
	{ "linux.head", KIND_LINUX, PE_MACHINE_X64 }, { "ipxe-lkrn.head", KIND_LINUX_BIOS, 0 },
	{ "undionly.head", KIND_IPXE_BIOS, 0 },       { "ipxe-efi.head", KIND_EFI, PE_MACHINE_X64 },
};

START_TEST(a_real_head_is_known)
{
	struct file file;

	kind_read(fixture(heads[_i].file), &file);
	ck_assert_msg(file.kind == heads[_i].kind, "%s: %s", heads[_i].file, kind_name(file.kind));
	ck_assert_uint_eq(file.is_efi ? file.pe.machine : 0, heads[_i].machine);
}
END_TEST

START_TEST(shim_says_what_it_loads)
{
	struct file file;

	kind_read(fixture("shim.head"), &file);
	ck_assert_str_eq(file.second, "grubx64.efi");
	ck_assert_uint_eq(file.pe.end, 1048504);
	ck_assert_uint_eq(file.pe.signatures_at, 1029136);
}
END_TEST

static const struct {
	bool by_name;
	const char *built_with, *url, *second;
} loads[] = {
	{ false, "grubx64.efi", "tftp://h/debian/shimx64.efi", "grubx64.efi" },
	{ false, "grubx64.efi", "tftp://h/debian/ipxe-shimx64.efi", "grubx64.efi" },
	{ true, "grubx64.efi", "tftp://h/x86_64-sb/ipxe-shim.efi", "ipxe.efi" },
	{ true, "grubx64.efi", "http://h/snponly-shimx64.efi", "snponly.efi" },
	{ true, "ipxe.efi", "http://h/shimx64.efi", "ipxe.efi" },
	{ true, "ipxe.efi", "http://h/-shimx64.efi", "ipxe.efi" },
	{ true, "", "http://h/a-shim-folder/x.efi", "" },
	{ true, "ipxe.efi", "http://h/longer-than-there-is-room-for-it-shim.efi", "ipxe.efi" },
};

START_TEST(a_shim_loads_what_it_was_built_with_or_its_name_says)
{
	struct file file = { .kind = KIND_SHIM, .by_name = loads[_i].by_name };
	char name[KIND_SECOND_MAX];

	snprintf(file.second, sizeof(file.second), "%s", loads[_i].built_with);
	kind_second(&file, loads[_i].url, name);
	ck_assert_str_eq(name, loads[_i].second);
}
END_TEST

START_TEST(ipxes_shim_is_known)
{
	static const char sbat[] =
		"sbat,1,SBAT Version\nshim,2,UEFI shim\nshim.ipxe,1,iPXE,shim,1,";
	struct program program = program_add(program_make(PE_MACHINE_X64), ".vendor_", "c", 1);
	struct file file;

	program = program_add(program, ".sbat", sbat, sizeof(sbat) - 1);
	kind_read(program_span(&program), &file);
	ck_assert_int_eq(file.kind, KIND_SHIM);
	ck_assert(file.by_name);
	kind_read(fixture("shim.head"), &file);
	ck_assert(!file.by_name);
}
END_TEST

START_TEST(ipxe_that_looks_for_its_script_is_known)
{
	static const char *const texts[] = { "http://ipxe.org/ x",
					     "http://ipxe.org/ file:autoexec.ipxe" };
	static const char wide[] = "http://ipxe.org/ a\0u\0t\0o\0e\0x\0e\0c\0.\0i\0p\0x\0e\0";
	struct program program;
	struct file file;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		program = program_add(program_make(PE_MACHINE_X64), ".text", texts[i],
				      strlen(texts[i]));
		kind_read(program_span(&program), &file);
		ck_assert_int_eq(file.kind, KIND_IPXE);
		ck_assert_int_eq(file.autoexec, i == 1);
	}
	program = program_add(program_make(PE_MACHINE_X64), ".text", wide, sizeof(wide));
	kind_read(program_span(&program), &file);
	ck_assert(file.autoexec);
	program = program_add(program_make(PE_MACHINE_X64), ".linux", texts[1], strlen(texts[1]));
	kind_read(program_span(&program), &file);
	ck_assert_int_eq(file.kind, KIND_UKI);
	ck_assert(!file.autoexec);
}
END_TEST

START_TEST(signers_are_named)
{
	struct signers signers;

	signature_read(fixture("shim.signatures"), &signers);
	ck_assert_uint_eq(signers.n, 2);
	ck_assert_str_eq(signers.name[0], "Microsoft Corporation UEFI CA 2011");
	ck_assert_str_eq(signers.name[1], "Microsoft UEFI CA 2023");
	signature_read(fixture("grub.signatures"), &signers);
	ck_assert_uint_eq(signers.n, 1);
	ck_assert_str_eq(signers.name[0], "Debian Secure Boot CA");
}
END_TEST

/* Whatever is cut off: nothing is read behind the end (a sanitizer sees it), and no name is made
 * up. */
START_TEST(a_cut_signature_is_no_signature)
{
	struct span whole = fixture("grub.signatures");
	_cleanup_(freep) uint8_t *part = malloc(whole.len);
	struct signers signers;

	for (size_t len = 0; len < whole.len; len += 7) {
		memcpy(part, whole.at, len);
		signature_read(span_of(part, len), &signers);
		ck_assert_uint_eq(signers.n, 0);
	}
}
END_TEST

START_TEST(a_signature_of_another_form_is_unknown)
{
	static const uint8_t table[] = { 16, 0, 0,  0, 0, 2, 0xf1, 0x0e, 1, 2, 3, 4, 5, 6,
					 7,  8, 12, 0, 0, 0, 0,    2,    2, 0, 1, 2, 3, 4 };
	struct signers signers;

	signature_read(span_of(table, sizeof(table)), &signers);
	ck_assert_uint_eq(signers.n, 2);
	ck_assert_str_eq(signers.name[0], "unknown");
	ck_assert_str_eq(signers.name[1], "unknown");
}
END_TEST

/* ---- names ---- */

START_TEST(the_readme_has_each_kind)
{
	FILE *readme = fopen(TEST_SOURCE "/daemon/fetch/README.md", "r");
	char code[64];
	size_t n;

	ck_assert_ptr_nonnull(readme);
	n = fread(octets, 1, sizeof(octets) - 1, readme);
	fclose(readme);
	octets[n] = '\0';
	for (int kind = 0; kind <= KIND_UNKNOWN; kind++) {
		snprintf(code, sizeof(code), "`%s`", kind_name((enum file_kind)kind));
		ck_assert_msg(strstr((char *)octets, code) != NULL, "%s", code);
	}
}
END_TEST

/* ---- by their text ---- */

#define FILE_OF(text)                                                                              \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

static const struct {
	struct span octets;
	enum file_kind kind;
} texts[] = {
	{ { NULL, 0 }, KIND_EMPTY },
	{ FILE_OF("#!ipxe\nchain x\n"), KIND_SCRIPT },
	{ FILE_OF("#!gpxe\n"), KIND_SCRIPT },
	{ FILE_OF("<!DOCTYPE html>\n<html><head><title>404"), KIND_HTML },
	{ FILE_OF("\xef\xbb\xbf\r\n  <HTML>"), KIND_HTML },
	{ FILE_OF("<?xml version=\"1.0\"?><html xmlns"), KIND_HTML },
	{ FILE_OF("<html><head><title>Index of /boot/</title>"), KIND_DIRECTORY },
	{ FILE_OF("<!DOCTYPE HTML><html><title>Directory listing for /"), KIND_DIRECTORY },
	{ FILE_OF("DEFAULT linux\n"), KIND_TEXT },
	{ FILE_OF("\x1f\x8b\x08\0\0"), KIND_COMPRESSED },
	{ FILE_OF("\xfd"
		  "7zXZ\0"),
	  KIND_COMPRESSED },
	{ FILE_OF("\x7f"
		  "ELF\2\1"),
	  KIND_UNKNOWN },
	{ FILE_OF("\xea\5\0\xc0\7 WDSNBP started"), KIND_WINDOWS_BIOS },
	{ FILE_OF("\xea\5\0\xc0\7 PXELINUX 6.04"), KIND_PXELINUX },
	{ FILE_OF("\xea\5\0\xc0\7"), KIND_BIOS },
	{ FILE_OF("MZ\0\0"), KIND_BIOS },
};

START_TEST(a_text_is_known)
{
	struct file file;

	kind_read(texts[_i].octets, &file);
	ck_assert_msg(file.kind == texts[_i].kind, "%d: %s", _i, kind_name(file.kind));
	ck_assert(file.words[0] != '\0');
}
END_TEST

/* ---- EFI programs ---- */

#define SECTION(name, text)                                                                        \
	{                                                                                          \
		name, (const uint8_t *)(text), sizeof(text) - 1                                    \
	}

static const struct {
	struct {
		const char *name;
		const uint8_t *octets;
		size_t len;
	} section;
	enum file_kind kind;
} programs[] = {
	{ SECTION(".text", "nothing"), KIND_EFI },
	{ SECTION(".text", "see http://ipxe.org/"), KIND_IPXE },
	{ SECTION("mods", "m"), KIND_GRUB },
	{ SECTION(".sbat", "sbat,1\ngrub,4,"), KIND_GRUB },
	{ SECTION(".linux", "l"), KIND_UKI },
	{ SECTION(".sdmagic", "#### LoaderInfo: systemd-boot 252 ####"), KIND_SYSTEMD_BOOT },
	{ SECTION(".text", "C:\\bootmgfw.pdb"), KIND_WINDOWS },
	{ SECTION(".rsrc", "w\0d\0s\0m\0g\0f\0w\0.\0e\0f\0i\0"), KIND_WINDOWS },
};

START_TEST(a_program_is_known)
{
	struct program program =
		program_add(program_make(PE_MACHINE_ARM64), programs[_i].section.name,
			    programs[_i].section.octets, programs[_i].section.len);
	struct file file;

	kind_read(program_span(&program), &file);
	ck_assert_msg(file.kind == programs[_i].kind, "%d: %s", _i, kind_name(file.kind));
	ck_assert(file.is_efi);
	ck_assert_uint_eq(file.pe.machine, PE_MACHINE_ARM64);
	ck_assert_uint_eq(file.pe.end, program.len);
}
END_TEST

START_TEST(other_kernels_are_known)
{
	static const struct {
		size_t at;
		const char *magic;
	} magics[] = { { 0x38, "ARM\x64" }, { 0x38, "RSC\x05" }, { 4, "zimg" } };

	for (size_t i = 0; i < ARRAY_LEN(magics); i++) {
		struct program program = program_make(PE_MACHINE_ARM64);
		struct file file;

		memcpy(program.at + magics[i].at, magics[i].magic, 4);
		kind_read(program_span(&program), &file);
		ck_assert_int_eq(file.kind, KIND_LINUX);
	}
}
END_TEST

START_TEST(a_program_of_windows_is_none_of_efis)
{
	struct program program = program_make(PE_MACHINE_X64);
	struct file file;

	store_le16(program.at + AT_OPTIONAL + 68, 3);
	kind_read(program_span(&program), &file);
	ck_assert_int_eq(file.kind, KIND_UNKNOWN);
	ck_assert(!file.is_efi);
}
END_TEST

/* ---- how much is wanted ---- */

START_TEST(as_much_is_wanted_as_tells)
{
	struct program program = program_make(PE_MACHINE_X64);
	uint8_t *row = program.at + AT_ROWS;

	ck_assert_uint_eq(kind_wants(program_span(&program)), KIND_FRONT_MIN);
	ck_assert_uint_eq(kind_wants(span_str("text")), KIND_FRONT_MIN);
	store_le16(program.at + AT_PE + 6, 1);
	store_le32(row + 16, 1000000);
	store_le32(row + 20, 1024);
	ck_assert_uint_eq(kind_wants(program_span(&program)), 1001024);
	store_le32(row + 16, 0xffffffff);
	ck_assert_uint_eq(kind_wants(program_span(&program)), KIND_FRONT_MIN);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("kind");

	TEST_ROWS(tcase, a_real_head_is_known, heads);
	tcase_add_test(tcase, shim_says_what_it_loads);
	TEST_ROWS(tcase, a_shim_loads_what_it_was_built_with_or_its_name_says, loads);
	tcase_add_test(tcase, ipxes_shim_is_known);
	tcase_add_test(tcase, ipxe_that_looks_for_its_script_is_known);
	tcase_add_test(tcase, signers_are_named);
	tcase_add_test(tcase, a_cut_signature_is_no_signature);
	tcase_add_test(tcase, a_signature_of_another_form_is_unknown);
	tcase_add_test(tcase, the_readme_has_each_kind);
	TEST_ROWS(tcase, a_text_is_known, texts);
	TEST_ROWS(tcase, a_program_is_known, programs);
	tcase_add_test(tcase, other_kernels_are_known);
	tcase_add_test(tcase, a_program_of_windows_is_none_of_efis);
	tcase_add_test(tcase, as_much_is_wanted_as_tells);
	return suite_run("kind", tcase);
}
