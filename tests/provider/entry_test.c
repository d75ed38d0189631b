/* provider/entry: what is found in real modules, and that no table, however wrong, is read past its
 * end (under AddressSanitizer).
 */
#include <check.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "built.h"
#include "provider/elf.h"
#include "provider/entry.h"
#include "suite.h"

static uint8_t *file_octets(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	uint8_t *octets;

	ck_assert_ptr_nonnull(file);
	fseek(file, 0, SEEK_END);
	*len = (size_t)ftell(file);
	rewind(file);
	octets = malloc(*len);
	ck_assert(octets && fread(octets, 1, *len, file) == *len);
	fclose(file);
	return octets;
}

static const struct {
	const char *module;
	enum entry_state initialize, dll_main;
} rows[] = {
	{ "providers/bootfile.so", ENTRY_FUNCTION, ENTRY_ABSENT },
	{ "tests/providers/dllmain.so", ENTRY_FUNCTION, ENTRY_FUNCTION },
	{ "tests/providers/unfit.so", ENTRY_DATA, ENTRY_NEARLY },
};

START_TEST(entries_of_real_modules)
{
	struct entries entries;
	size_t len;
	uint8_t *octets = file_octets(built_module(rows[_i].module), &len);

	entries_find(span_of(octets, len), &entries);
	ck_assert_msg(entries.initialize.state == rows[_i].initialize, "%s: %d", rows[_i].module,
		      entries.initialize.state);
	ck_assert_msg(entries.dll_main.state == rows[_i].dll_main, "%s: %d", rows[_i].module,
		      entries.dll_main.state);
	free(octets);
}
END_TEST

START_TEST(wrong_tables_are_not_followed)
{
	size_t len;
	uint8_t *octets = file_octets(built_module("tests/providers/dllmain.so"), &len);
	struct entries entries;
	ElfW(Ehdr) head;

	memcpy(&head, octets, sizeof(head));
	for (size_t at = head.e_shoff; at < len; at++)
		for (unsigned bit = 0; bit < 8; bit += 7) {
			octets[at] ^= (uint8_t)(1 << bit);
			if (!elf_wrong(span_of(octets, len)))
				entries_find(span_of(octets, len), &entries);
			octets[at] ^= (uint8_t)(1 << bit);
		}
	entries_find(span_of(octets, len), &entries);
	ck_assert_int_eq(entries.dll_main.state, ENTRY_FUNCTION);
	free(octets);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("entry");

	TEST_ROWS(tcase, entries_of_real_modules, rows);
	tcase_add_test(tcase, wrong_tables_are_not_followed);
	return suite_run("provider/entry", tcase);
}
