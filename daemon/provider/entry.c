#include "provider/entry.h"

#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

#define CXX_INITIALIZE "_Z21PxeProviderInitialize"
#define CXX_DLL_MAIN   "_Z7DllMain"

static const char *const initialize_names[] = { "PxeProviderInitialize", NULL };
static const char *const dll_main_names[] = {
	"DllMain",
	"_Z7DllMainPvjS_",             /* HANDLE */
	"_Z7DllMainP11HINSTANCE__jPv", /* HINSTANCE, HMODULE */
	NULL,
};

struct symbol {
	const char *name;
	unsigned type, bind;
	bool exported; /* in the dynamic table, and not local */
};

static bool inside(struct span file, uint64_t offset, uint64_t len)
{
	return offset <= file.len && len <= file.len - offset;
}

static bool section_at(struct span file, const ElfW(Ehdr) * head, unsigned i, ElfW(Shdr) * out)
{
	uint64_t at = head->e_shoff + (uint64_t)i * sizeof(*out);

	if (i >= head->e_shnum || !inside(file, at, sizeof(*out)))
		return false;
	memcpy(out, file.at + at, sizeof(*out));
	return out->sh_type == SHT_NOBITS || inside(file, out->sh_offset, out->sh_size);
}

/* The name at an offset of a string table; NULL where it does not end in it. */
static const char *name_at(struct span file, const ElfW(Shdr) * strings, uint32_t offset)
{
	const char *name = (const char *)file.at + strings->sh_offset + offset;

	if (offset >= strings->sh_size || !memchr(name, 0, strings->sh_size - offset))
		return NULL;
	return name;
}

static bool is_function(const struct symbol *symbol)
{
	return symbol->type == STT_FUNC || symbol->type == STT_GNU_IFUNC;
}

static const char *known(const char *const names[], const char *name)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names;
}

static void note(struct entry *entry, const struct symbol *symbol, const char *const names[],
		 const char *cxx)
{
	const char *name = known(names, symbol->name);
	bool right = name && symbol->exported && is_function(symbol);

	if (!name && strncmp(symbol->name, cxx, strlen(cxx)) != 0)
		return;
	if (right && (entry->state != ENTRY_FUNCTION || name == names[0])) {
		entry->state = ENTRY_FUNCTION;
		entry->symbol = name;
	} else if (!right && entry->state == ENTRY_ABSENT) {
		entry->state = is_function(symbol) ? ENTRY_NEARLY : ENTRY_DATA;
		snprintf(entry->nearly, sizeof(entry->nearly), "%s", symbol->name);
	}
}

static void symbol_take(const struct symbol *symbol, struct entries *out)
{
	note(&out->initialize, symbol, initialize_names, CXX_INITIALIZE);
	note(&out->dll_main, symbol, dll_main_names, CXX_DLL_MAIN);
	if (symbol->bind == STB_GNU_UNIQUE && symbol->exported)
		out->unique = true;
}

static void table_read(struct span file, const ElfW(Shdr) * table, const ElfW(Shdr) * strings,
		       struct entries *out)
{
	for (uint64_t n = 0; n + sizeof(ElfW(Sym)) <= table->sh_size; n += sizeof(ElfW(Sym))) {
		struct symbol symbol;
		ElfW(Sym) raw;

		memcpy(&raw, file.at + table->sh_offset + n, sizeof(raw));
		symbol = (struct symbol){ name_at(file, strings, raw.st_name),
					  ELF64_ST_TYPE(raw.st_info), ELF64_ST_BIND(raw.st_info),
					  table->sh_type == SHT_DYNSYM &&
						  ELF64_ST_BIND(raw.st_info) != STB_LOCAL };
		if (symbol.name && raw.st_shndx != SHN_UNDEF)
			symbol_take(&symbol, out);
	}
}

void entries_find(struct span file, struct entries *out)
{
	static const unsigned kinds[] = { SHT_DYNSYM,
					  SHT_SYMTAB }; /* what is exported comes first */
	ElfW(Ehdr) head;
	bool seen = false;

	memcpy(&head, file.at, sizeof(head));
	*out = (struct entries){ .unique = false };
	for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++)
		for (unsigned i = 0; i < head.e_shnum; i++) {
			ElfW(Shdr) table, strings;

			if (!section_at(file, &head, i, &table) || table.sh_type != kinds[kind] ||
			    !section_at(file, &head, table.sh_link, &strings) ||
			    strings.sh_type != SHT_STRTAB)
				continue;
			seen = true;
			table_read(file, &table, &strings, out);
		}
	if (seen)
		return;
	out->initialize = (struct entry){ ENTRY_FUNCTION, initialize_names[0], "" };
	out->dll_main = (struct entry){ ENTRY_FUNCTION, dll_main_names[0], "" };
}
