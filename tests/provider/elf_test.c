/* provider/elf: a real module, and what is left of it when it is cut, blanked or altered. */
#include <check.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "built.h"
#include "provider/elf.h"
#include "suite.h"

static uint8_t *octets;
static size_t len;

static void read_module(void)
{
	FILE *file = fopen(built_module("providers/bootfile.so"), "rb");

	ck_assert_ptr_nonnull(file);
	fseek(file, 0, SEEK_END);
	len = (size_t)ftell(file);
	rewind(file);
	octets = malloc(len);
	ck_assert(octets && fread(octets, 1, len, file) == len);
	fclose(file);
}

static void free_module(void)
{
	free(octets);
}

START_TEST(whole_module_is_right)
{
	ck_assert_ptr_null(elf_wrong(span_of(octets, len)));
}
END_TEST

START_TEST(every_cut_is_found)
{
	static const char *const said[] = { "it is empty", "it is not an ELF file",
					    "it is truncated" };

	for (size_t cut = 0; cut < len; cut += cut < 64 ? 1 : 509) {
		const char *wrong = elf_wrong(span_of(octets, cut));

		ck_assert_msg(wrong && !strcmp(wrong, said[cut == 0   ? 0
							   : cut < 64 ? 1
								      : 2]),
			      "cut at %zu: %s", cut, wrong ? wrong : "nothing");
	}
	ck_assert_ptr_nonnull(elf_wrong(span_of(octets, len - 1)));
}
END_TEST

static const struct {
	const char *name, *said;
	size_t at;
	uint8_t value;
} rows[] = {
	{ "another magic", "it is not an ELF file", 1, 'X' },
	{ "32 bits", "it is for another machine architecture", EI_CLASS, ELFCLASS32 },
	{ "a SPARC's", "it is for another machine architecture", 18, EM_SPARC },
	{ "an object file", "it is not a shared object", 16, ET_REL },
	{ "headers of another size", "it is not a shared object", 54, 1 },
	{ "headers far behind the end", "it is truncated", 32 + 7, 0x7f },
	{ "sections far behind the end", "it is truncated", 40 + 7, 0x7f },
};

START_TEST(altered_head_is_found)
{
	const char *wrong;

	octets[rows[_i].at] = rows[_i].value;
	wrong = elf_wrong(span_of(octets, len));
	ck_assert_msg(wrong && !strcmp(wrong, rows[_i].said), "%s: %s", rows[_i].name,
		      wrong ? wrong : "nothing");
}
END_TEST

START_TEST(blank_body_is_found)
{
	memset(octets + 4096, 0, len - 4096); /* as where it was cut and written anew */
	ck_assert_ptr_nonnull(elf_wrong(span_of(octets, len)));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("elf");

	tcase_add_checked_fixture(tcase, read_module, free_module);
	tcase_add_test(tcase, whole_module_is_right);
	tcase_add_test(tcase, every_cut_is_found);
	TEST_ROWS(tcase, altered_head_is_found, rows);
	tcase_add_test(tcase, blank_body_is_found);
	return suite_run("provider/elf", tcase);
}
