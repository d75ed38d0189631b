/* EFI programs as small as they can be, built from their headers. */
#pragma once

#include <string.h>

#include "base/span.h"

enum { PROGRAM_MAX = 4096, PROGRAM_HEADERS = 1024 };

struct program {
	uint8_t at[PROGRAM_MAX];
	size_t len;
};

static inline void store_le16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static inline void store_le32(uint8_t *p, uint32_t v)
{
	store_le16(p, v);
	store_le16(p + 2, v >> 16);
}

enum { AT_PE = 0x80, AT_OPTIONAL = AT_PE + 24, OPTIONAL_LEN = 240, AT_ROWS = AT_OPTIONAL + 240 };

/* PE32+, an EFI application, without sections. */
static inline struct program program_make(unsigned machine)
{
	struct program out = { .len = PROGRAM_HEADERS };

	memcpy(out.at, "MZ", 2);
	store_le32(out.at + 0x3c, AT_PE);
	memcpy(out.at + AT_PE, "PE\0", 4);
	store_le16(out.at + AT_PE + 4, machine);
	store_le16(out.at + AT_PE + 20, OPTIONAL_LEN);
	store_le16(out.at + AT_OPTIONAL, 0x20b);
	store_le16(out.at + AT_OPTIONAL + 68, 10);
	store_le32(out.at + AT_OPTIONAL + 108, 16);
	return out;
}

static inline struct program program_add(struct program program, const char *section,
					 const void *octets, size_t len)
{
	uint8_t *n = program.at + AT_PE + 6, *row = program.at + AT_ROWS + 40 * n[0]++;
	size_t name = strlen(section);

	memcpy(row, section, name < 8 ? name : 8);
	store_le32(row + 16, (uint32_t)len);
	store_le32(row + 20, (uint32_t)program.len);
	memcpy(program.at + program.len, octets, len);
	program.len += len;
	return program;
}

static inline struct program program_sign(struct program program, struct span table)
{
	store_le32(program.at + AT_OPTIONAL + 112 + 32, (uint32_t)program.len);
	store_le32(program.at + AT_OPTIONAL + 112 + 36, (uint32_t)table.len);
	memcpy(program.at + program.len, table.at, table.len);
	program.len += table.len;
	return program;
}

static inline struct span program_span(const struct program *program)
{
	return span_of(program->at, program->len);
}
