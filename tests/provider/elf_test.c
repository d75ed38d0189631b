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

/* ---- the version of the API ---- */

static const uint8_t note[] = { 7, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 'w', 'd', 's', 'p', 'x', 'e' };
enum { MAJOR = 20, MINOR = 24 }; /* where they stand in a note */

/* The nth note of ours in the module; each of its sources has one. */
static uint8_t *note_at(unsigned n)
{
	for (size_t at = 0; at + MINOR + 4 < len; at += 4)
		if (memcmp(octets + at, note, sizeof(note)) == 0 && n-- == 0)
			return octets + at;
	return NULL;
}

static const struct {
	const char *name;
	struct {
		int note, at;
		uint8_t value;
	} change[2];
	bool found;
	uint32_t major, minor;
} versions[] = {
	{ "as it was built", { { -1, 0, 0 }, { -1, 0, 0 } }, true, 1, 0 },
	{ "one of another major", { { 2, MAJOR, 2 }, { -1, 0, 0 } }, true, 2, 0 },
	{ "the first one", { { 0, MAJOR, 7 }, { -1, 0, 0 } }, true, 7, 0 },
	{ "two: the first counts", { { 1, MAJOR, 3 }, { 3, MAJOR, 2 } }, true, 3, 0 },
	{ "a later minor", { { 2, MINOR, 9 }, { 1, MINOR, 5 } }, true, 1, 9 },
	{ "another major counts more", { { 1, MINOR, 9 }, { 2, MAJOR, 0 } }, true, 0, 0 },
	{ "a note of another type is none", { { 1, 8, 2 }, { -1, 0, 0 } }, true, 1, 0 },
	{ "a note of another owner is none", { { 1, MAJOR, 9 }, { 1, 12, 'W' } }, true, 1, 0 },
	{ "a longer content is none", { { 1, 4, 12 }, { -1, 0, 0 } }, true, 1, 0 },
	{ "a name without its end", { { 0, 3, 0xff }, { -1, 0, 0 } }, false, 0, 0 },
	{ "a content without its end", { { 0, 7, 0xff }, { -1, 0, 0 } }, false, 0, 0 },
};

START_TEST(version_is_read)
{
	struct api_version it = { 0, 0 };

	ck_assert_ptr_nonnull(note_at(3));
	for (int i = 0; i < 2; i++)
		if (versions[_i].change[i].note >= 0)
			note_at((unsigned)versions[_i].change[i].note)[versions[_i].change[i].at] =
				versions[_i].change[i].value;
	ck_assert_msg(elf_api_version(span_of(octets, len), 1, &it) == versions[_i].found, "%s",
		      versions[_i].name);
	ck_assert_msg(it.major == versions[_i].major && it.minor == versions[_i].minor, "%s: %u.%u",
		      versions[_i].name, it.major, it.minor);
}
END_TEST

START_TEST(module_without_notes_has_none)
{
	struct api_version it;

	for (uint8_t *at; (at = note_at(0)) != NULL;)
		at[12] = 'x';
	ck_assert(!elf_api_version(span_of(octets, len), 1, &it));
}
END_TEST

/* Segments of notes that are not all there. */
START_TEST(notes_beyond_the_end_are_none)
{
	struct api_version it;
	Elf64_Ehdr head;
	Elf64_Phdr segment;

	memcpy(&head, octets, sizeof(head));
	for (unsigned i = 0; i < head.e_phnum; i++) {
		uint8_t *at = octets + head.e_phoff + i * sizeof(segment);

		memcpy(&segment, at, sizeof(segment));
		if (segment.p_type != PT_NOTE)
			continue;
		segment.p_filesz = len;
		memcpy(at, &segment, sizeof(segment));
	}
	ck_assert(!elf_api_version(span_of(octets, len), 1, &it));
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
	TEST_ROWS(tcase, version_is_read, versions);
	tcase_add_test(tcase, module_without_notes_has_none);
	tcase_add_test(tcase, notes_beyond_the_end_are_none);
	return suite_run("provider/elf", tcase);
}
