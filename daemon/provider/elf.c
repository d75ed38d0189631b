#include "provider/elf.h"

#include <elf.h>
#include <link.h>
#include <string.h>

static bool inside(struct span file, uint64_t offset, uint64_t len)
{
	return offset <= file.len && len <= file.len - offset;
}

static bool is_ours(const ElfW(Ehdr) * head)
{
	ElfW(Half) machine =
#if defined(__x86_64__)
		EM_X86_64;
#elif defined(__aarch64__)
		EM_AARCH64;
#else
		head->e_machine; /* the loader knows */
#endif

	return head->e_ident[EI_CLASS] == (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) &&
	       head->e_machine == machine;
}

/* What is mapped must be there; the dynamic section must not be blank. */
static const char *segment_wrong(struct span file, const ElfW(Phdr) * segment, bool *has_dynamic)
{
	ElfW(Dyn) first;

	if (segment->p_type != PT_LOAD && segment->p_type != PT_DYNAMIC)
		return NULL;
	if (!inside(file, segment->p_offset, segment->p_filesz))
		return "it is truncated";
	if (segment->p_type == PT_LOAD)
		return NULL;
	if (segment->p_filesz < sizeof(first))
		return "it has no dynamic section";
	memcpy(&first, file.at + segment->p_offset, sizeof(first));
	*has_dynamic = first.d_tag != DT_NULL;
	return NULL;
}

const char *elf_wrong(struct span file)
{
	ElfW(Ehdr) head;
	bool has_dynamic = false;

	if (file.len == 0)
		return "it is empty";
	if (file.len < sizeof(head) || memcmp(file.at, ELFMAG, SELFMAG) != 0)
		return "it is not an ELF file";
	memcpy(&head, file.at, sizeof(head));
	if (!is_ours(&head))
		return "it is for another machine architecture";
	if (head.e_type != ET_DYN || head.e_phentsize != sizeof(ElfW(Phdr)))
		return "it is not a shared object";
	if (!inside(file, head.e_phoff, (uint64_t)head.e_phnum * sizeof(ElfW(Phdr))) ||
	    !inside(file, head.e_shoff, (uint64_t)head.e_shnum * head.e_shentsize))
		return "it is truncated";
	for (unsigned i = 0; i < head.e_phnum; i++) {
		ElfW(Phdr) segment;
		const char *wrong;

		memcpy(&segment, file.at + head.e_phoff + i * sizeof(segment), sizeof(segment));
		wrong = segment_wrong(file, &segment, &has_dynamic);
		if (wrong)
			return wrong;
	}
	return has_dynamic ? NULL : "it has no dynamic section";
}
