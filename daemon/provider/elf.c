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

static ElfW(Phdr) segment_at(struct span file, const ElfW(Ehdr) * head, unsigned i)
{
	ElfW(Phdr) segment;

	memcpy(&segment, file.at + head->e_phoff + i * sizeof(segment), sizeof(segment));
	return segment;
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
		ElfW(Phdr) segment = segment_at(file, &head, i);
		const char *wrong = segment_wrong(file, &segment, &has_dynamic);

		if (wrong)
			return wrong;
	}
	return has_dynamic ? NULL : "it has no dynamic section";
}

/* ---- the version of the API --------------------------------------------------------------------
 */

static const char api_owner[] = "wdspxe"; /* with its NUL, as in the note */
enum { API_VERSION_NOTE = 1 };

/* Takes the next note off the front; false: none is left, or it is cut off. What follows a name or
 * a content lies at the next multiple of `align`. */
static bool note_next(struct span *notes, size_t align, ElfW(Nhdr) * head, struct span *name,
		      struct span *content)
{
	uint64_t at, end;

	if (notes->len < sizeof(*head))
		return false;
	memcpy(head, notes->at, sizeof(*head));
	at = (sizeof(*head) + (uint64_t)head->n_namesz + align - 1) & ~(align - 1);
	if (!inside(*notes, at, head->n_descsz))
		return false;
	end = (at + head->n_descsz + align - 1) & ~(align - 1);
	*name = span_of(notes->at + sizeof(*head), head->n_namesz);
	*content = span_of(notes->at + at, head->n_descsz);
	*notes = end < notes->len ? span_of(notes->at + end, notes->len - end) : span_of(NULL, 0);
	return true;
}

static bool is_api_version(const ElfW(Nhdr) * head, struct span name, struct span content)
{
	return head->n_type == API_VERSION_NOTE && name.len == sizeof(api_owner) &&
	       memcmp(name.at, api_owner, name.len) == 0 &&
	       content.len == sizeof(struct api_version);
}

/* Does that version say more than the one that was found before? */
static bool is_news(const struct api_version *it, const struct api_version *before, uint32_t major)
{
	return before->major == major && (it->major != major || it->minor > before->minor);
}

static bool notes_read(struct span notes, size_t align, uint32_t major, bool found,
		       struct api_version *out)
{
	struct span name, content;
	struct api_version it;
	ElfW(Nhdr) head;

	while (note_next(&notes, align, &head, &name, &content)) {
		if (!is_api_version(&head, name, content))
			continue;
		memcpy(&it, content.at, sizeof(it));
		if (!found || is_news(&it, out, major))
			*out = it;
		found = true;
	}
	return found;
}

bool elf_api_version(struct span file, uint32_t major, struct api_version *out)
{
	ElfW(Ehdr) head;
	bool found = false;

	memcpy(&head, file.at, sizeof(head));
	for (unsigned i = 0; i < head.e_phnum; i++) {
		ElfW(Phdr) segment = segment_at(file, &head, i);

		if (segment.p_type == PT_NOTE && inside(file, segment.p_offset, segment.p_filesz))
			found = notes_read(span_of(file.at + segment.p_offset, segment.p_filesz),
					   segment.p_align == 8 ? 8 : 4, major, found, out);
	}
	return found;
}
