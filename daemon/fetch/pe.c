/* no allocation · no lock · no log */
#include "fetch/pe.h"

#include "fetch/little.h"

enum {
	AT_HEADER = 0x3c, /* where the DOS header says where PE's is */
	COFF = 4,         /* behind "PE\0\0" */
	COFF_LEN = 20,
	OPTIONAL = COFF + COFF_LEN,
	PE32 = 0x10b,
	PE32_PLUS = 0x20b,
	SUBSYSTEM = 68,     /* in the optional header, of both forms */
	SECURITY_ENTRY = 4, /* of the data directories */
	DIRECTORY_LEN = 8,
	AT_SECURITY = SECURITY_ENTRY * DIRECTORY_LEN,
	SECTION_LEN = 40,
	SHORT_NAME = 8, /* octets of a section's name in its row */
	SYMBOL_LEN = 18,
};

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* "/N" stands for the text at N of the string table, which only programs of Unix' tools have. */
static struct span name_of(const uint8_t *row, struct span strings)
{
	struct span name = span_of(row, SHORT_NAME);
	uint32_t at = 0;

	if (row[0] == '/') {
		for (size_t i = 1; i < SHORT_NAME && row[i] >= '0' && row[i] <= '9'; i++)
			at = at * 10 + (uint32_t)(row[i] - '0');
		if (at < strings.len)
			name = span_take(span_drop(strings, at), PE_NAME_MAX - 1);
	}
	return span_take(name, strnlen((const char *)name.at, name.len));
}

static void take_section(const uint8_t *row, struct span strings, struct pe *pe)
{
	struct pe_section *section = &pe->section[pe->n++];
	struct span name = name_of(row, strings);

	if (name.len > 0)
		memcpy(section->name, name.at, name.len);
	section->len = load_le32(row + 16);
	section->at = load_le32(row + 20);
	if (section->len > 0)
		pe->end = later(pe->end, (uint64_t)section->at + section->len);
}

static bool take_sections(struct span table, unsigned n, struct span strings, struct pe *pe)
{
	if (n > PE_SECTIONS_MAX || table.len < (size_t)n * SECTION_LEN)
		return false;
	for (unsigned i = 0; i < n; i++)
		take_section(table.at + (size_t)i * SECTION_LEN, strings, pe);
	return true;
}

/* `optional` is that header alone. */
static bool take_optional(struct span optional, struct pe *pe)
{
	uint16_t magic = optional.len >= SUBSYSTEM + 2 ? load_le16(optional.at) : 0;
	size_t directories = magic == PE32_PLUS ? 112 : 96;
	struct span entry = span_drop(optional, directories + AT_SECURITY);

	if (magic != PE32 && magic != PE32_PLUS)
		return false;
	pe->subsystem = load_le16(optional.at + SUBSYSTEM);
	if (optional.len < directories || entry.len < DIRECTORY_LEN ||
	    load_le32(optional.at + directories - 4) <= SECURITY_ENTRY)
		return true;
	pe->signatures_at = load_le32(entry.at);
	pe->signatures_len = load_le32(entry.at + 4);
	if (pe->signatures_at == 0 || pe->signatures_len == 0)
		pe->signatures_at = pe->signatures_len = 0;
	pe->end = later(pe->end, (uint64_t)pe->signatures_at + pe->signatures_len);
	return true;
}

/* Behind the symbols. Empty: there are none, or not as far as the file was read. */
static struct span strings_of(struct span front, const uint8_t *coff)
{
	uint32_t symbols = load_le32(coff + 8);

	if (symbols == 0)
		return SPAN_NONE;
	return span_drop(span_drop(front, symbols), (size_t)load_le32(coff + 12) * SYMBOL_LEN);
}

bool pe_read(struct span front, struct pe *out)
{
	struct span header;
	size_t optional_len;

	memset(out, 0, sizeof(*out));
	if (front.len < AT_HEADER + 4 || front.at[0] != 'M' || front.at[1] != 'Z')
		return false;
	header = span_drop(front, load_le32(front.at + AT_HEADER));
	if (header.len < OPTIONAL || !span_starts(header, span_of("PE\0", 4)))
		return false;
	out->machine = load_le16(header.at + COFF);
	optional_len = load_le16(header.at + COFF + 16);
	if (header.len < OPTIONAL + optional_len)
		return false;
	return take_optional(span_take(span_drop(header, OPTIONAL), optional_len), out) &&
	       take_sections(span_drop(header, OPTIONAL + optional_len),
			     load_le16(header.at + COFF + 2), strings_of(front, header.at + COFF),
			     out);
}

bool pe_has(const struct pe *pe, const char *section)
{
	for (unsigned i = 0; i < pe->n; i++)
		if (strcmp(pe->section[i].name, section) == 0)
			return true;
	return false;
}
