/* no allocation · no lock */
#include "fetch/judge.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "dhcp/pxe_arch.h"

/* ---- machines ---- */

static const struct {
	uint16_t machine; /* of PE */
	uint16_t arch;    /* of option 93, as PXE */
} machines[] = {
	{ PE_MACHINE_X86, 6 },          { PE_MACHINE_X64, 7 },       { PE_MACHINE_EBC, 9 },
	{ PE_MACHINE_ARM, 10 },         { PE_MACHINE_THUMB, 10 },    { PE_MACHINE_ARMNT, 10 },
	{ PE_MACHINE_ARM64, 11 },       { PE_MACHINE_ITANIUM, 2 },   { PE_MACHINE_RISCV32, 25 },
	{ PE_MACHINE_RISCV64, 27 },     { PE_MACHINE_RISCV128, 29 }, { PE_MACHINE_LOONGARCH32, 37 },
	{ PE_MACHINE_LOONGARCH64, 39 },
};

enum { ARCH_NONE = 0xffff, ARCH_BIOS = 0, ARCH_X64 = 7, ARCH_EBC = 9 };

static uint16_t arch_of(const struct file *file)
{
	if (file->kind >= KIND_BIOS && file->kind <= KIND_LINUX_BIOS)
		return ARCH_BIOS;
	for (size_t i = 0; file->is_efi && i < ARRAY_LEN(machines); i++)
		if (machines[i].machine == file->pe.machine)
			return machines[i].arch;
	return ARCH_NONE;
}

const char *judge_arch(const struct file *file)
{
	return pxe_arch_name(arch_of(file));
}

static bool is_uefi(uint16_t arch)
{
	for (size_t i = 0; i < ARRAY_LEN(machines); i++)
		if (machines[i].arch == arch)
			return true;
	return false;
}

/* Some x64 firmware says that it is EBC. */
static bool runs(uint16_t arch, uint16_t of_file)
{
	return arch == of_file || of_file == ARCH_EBC || (arch == ARCH_EBC && of_file == ARCH_X64);
}

/* ---- one architecture of those that ask ---- */

static bool is_program(const struct file *file)
{
	return arch_of(file) != ARCH_NONE || file->is_efi;
}

static void judge_for_bios(const struct file *file, int64_t size, const struct asker *asker,
			   struct found *out)
{
	bool kernel = file->kind == KIND_LINUX || file->kind == KIND_LINUX_BIOS;

	if (kernel && asker->ipxe)
		return; /* which loads it itself */
	if (file->is_efi || kernel)
		found_add(out, FINDING_EFI_FOR_BIOS, 0, "%s", file->words);
	else if (size > KIND_BIOS_MAX)
		found_add(out, FINDING_TOO_LARGE_FOR_BIOS, (unsigned)size, "%s", "");
}

static void judge_for_uefi(const struct file *file, uint16_t arch, struct found *out)
{
	uint16_t of_file = arch_of(file);
	const char *name = pxe_arch_name(of_file);

	if (!file->is_efi)
		found_add(out, FINDING_BIOS_FOR_EFI, 0, "%s", file->words);
	else if (!runs(arch, of_file))
		found_add(out, FINDING_WRONG_MACHINE, 0, "%s for %s, asked for by %s", file->words,
			  name ? name : "a machine that is not known", pxe_arch_name(arch));
}

static bool has(const struct found *found, enum finding_kind kind)
{
	for (unsigned i = 0; i < found->n; i++)
		if (found->at[i].kind == kind)
			return true;
	return false;
}

/* Each architecture as PXE, and each kind of mistake once. */
static void judge_program(const struct file *file, int64_t size, const struct asker *asker,
			  struct found *out)
{
	for (unsigned i = 0; i <= PXE_ARCH_LAST; i++) {
		uint16_t arch = pxe_arch_by_class((uint16_t)i, false);
		struct found one = { .n = 0 };

		if (!(asker->archs >> i & 1))
			continue;
		if (arch == ARCH_BIOS)
			judge_for_bios(file, size, asker, &one);
		else if (is_uefi(arch))
			judge_for_uefi(file, arch, &one);
		if (one.n > 0 && out->n < FOUND_MAX && !has(out, one.at[0].kind))
			out->at[out->n++] = one.at[0];
	}
}

/* ---- the file by itself ---- */

/* Not all that ask are PCs: what boards want is not known here. */
static bool any_pc(const struct asker *asker)
{
	if (asker->archs == 0)
		return !asker->unnamed;
	for (unsigned i = 0; i <= PXE_ARCH_LAST; i++)
		if (asker->archs >> i & 1) {
			uint16_t arch = pxe_arch_by_class((uint16_t)i, false);

			if (arch == ARCH_BIOS || is_uefi(arch))
				return true;
		}
	return false;
}

/* What is no program: of some only iPXE makes something. */
static void judge_other(const struct file *file, const struct asker *asker, struct found *out)
{
	switch ((int)file->kind) {
	case KIND_EMPTY:
		found_add(out, FINDING_FILE_EMPTY, 0, "%s", "");
		break;
	case KIND_HTML:
	case KIND_DIRECTORY:
		found_add(out, FINDING_FILE_IS_PAGE, 0, "%s", file->words);
		break;
	case KIND_SCRIPT:
		if (!asker->ipxe)
			found_add(out, FINDING_SCRIPT_FOR_FIRMWARE, 0, "%s", "");
		break;
	case KIND_COMPRESSED:
		if (!asker->ipxe && any_pc(asker))
			found_add(out, FINDING_FILE_COMPRESSED, 0, "%s", file->words);
		break;
	default:
		if (any_pc(asker))
			found_add(out, FINDING_NO_PROGRAM, 0, "%s", file->words);
	}
}

void judge_file(const struct file *file, int64_t size, const struct asker *asker, struct found *out)
{
	if (!is_program(file)) {
		judge_other(file, asker, out);
		return;
	}
	if (file->is_efi && size >= 0 && (uint64_t)size < file->pe.end)
		found_add(out, FINDING_FILE_CUT_SHORT, (unsigned)file->pe.end, "%s", "");
	judge_program(file, size, asker, out);
}

void judge_second(const struct file *shim, const struct file *second, const struct signers *signers,
		  const char *name, struct found *out)
{
	if (!second->is_efi)
		found_add(out, FINDING_SECOND_WRONG, 0, "%s: %s", name, second->words);
	else if (second->pe.machine != shim->pe.machine)
		found_add(out, FINDING_SECOND_WRONG, 0, "%s: %s for %s", name, second->words,
			  judge_arch(second) ? judge_arch(second) : "another machine");
	else if (signers && signers->n == 0)
		found_add(out, FINDING_SECOND_UNSIGNED, 0, "%s", name);
}

/* ---- signatures ---- */

/* Whom the firmware of PCs trusts, by the year of the keys that it came with. */
static const struct {
	const char *name;
	unsigned year;
} microsofts[] = {
	{ "Microsoft Corporation UEFI CA 2011", 2011 },
	{ "Microsoft Windows Production PCA 2011", 2011 },
	{ "Microsoft UEFI CA 2023", 2023 },
	{ "Windows UEFI CA 2023", 2023 },
};

/* NULL: none of that year has signed it. */
static const char *signer_of(const struct signers *signers, unsigned year)
{
	for (unsigned i = 0; i < signers->n; i++)
		for (size_t k = 0; k < ARRAY_LEN(microsofts); k++)
			if (microsofts[k].year == year &&
			    strcmp(microsofts[k].name, signers->name[i]) == 0)
				return microsofts[k].name;
	return NULL;
}

void judge_signers(const struct signers *signers, struct found *out)
{
	const char *of_2011 = signer_of(signers, 2011), *of_2023 = signer_of(signers, 2023);

	if (of_2011 && !of_2023)
		found_add(out, FINDING_SIGNED_2011, 0, "%s", of_2011);
	else if (of_2023 && !of_2011)
		found_add(out, FINDING_SIGNED_2023, 0, "%s", of_2023);
}

/* ---- in words ---- */

static void add(char out[static JUDGE_WORDS_MAX], const char *before, const char *word)
{
	size_t used = strlen(out);

	snprintf(out + used, JUDGE_WORDS_MAX - used, "%s%s", before, word);
}

const char *judge_words(const struct file *file, const struct signers *signers,
			char out[static JUDGE_WORDS_MAX])
{
	const char *arch = judge_arch(file);

	snprintf(out, JUDGE_WORDS_MAX, "%s", file->words);
	if (arch && file->is_efi)
		add(out, " for ", arch);
	if (!file->is_efi || !signers)
		return out;
	if (signers->n == 0)
		add(out, ", ", "not signed");
	for (unsigned i = 0; i < signers->n; i++)
		add(out, i == 0 ? ", signed by " : " and ", signers->name[i]);
	return out;
}
