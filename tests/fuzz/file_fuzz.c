/* Any octets as a boot file, and as the signatures of one: what is said of it has an end, and what
 * is looked at lies in the file.
 *
 * Input: the file.
 */
#include "base/utf.h"
#include "fetch/judge.h"
#include "fuzz/holds.h"

static void check_signers(struct span table)
{
	struct signers signers;

	signature_read(table, &signers);
	HOLDS(signers.n <= SIGNATURES_MAX);
	for (unsigned i = 0; i < signers.n; i++)
		HOLDS(signers.name[i][0] && utf8_valid(span_str(signers.name[i])));
}

static void check_words(const struct file *file)
{
	struct signers none = { .n = 0 };
	char words[JUDGE_WORDS_MAX];

	HOLDS(utf8_valid(span_str(judge_words(file, &none, words))));
	kind_second(file, "tftp://h/ipxe-shim.efi", words);
	HOLDS(strlen(words) < KIND_SECOND_MAX);
	for (const char *c = file->second; *c; c++)
		HOLDS(*c > ' ' && *c < 0x7f && *c != '/' && *c != '\\');
}

static void check_findings(const struct file *file, struct span octets)
{
	for (unsigned ipxe = 0; ipxe < 2; ipxe++) {
		struct asker asker = { .archs = ~UINT64_C(0), .ipxe = ipxe };
		struct found found = { .n = 0 };

		judge_file(file, (int64_t)octets.len, &asker, &found);
		judge_second(file, file, NULL, file->second, &found);
		HOLDS(found.n <= FOUND_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(freep) uint8_t *copy = copy_of(span_of(data, size), size);
	struct span octets = span_of(copy, size);
	size_t wants = kind_wants(octets);
	struct file file;

	HOLDS(wants >= KIND_FRONT_MIN && wants <= KIND_FRONT_MAX);
	kind_read(octets, &file);
	HOLDS(file.pe.n <= PE_SECTIONS_MAX);
	if (file.is_efi)
		check_signers(span_take(span_drop(octets, file.pe.signatures_at),
					file.pe.signatures_len));
	check_signers(octets);
	check_words(&file);
	check_findings(&file, octets);
	return 0;
}
