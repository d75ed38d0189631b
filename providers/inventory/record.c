#include "record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CRC_LEN = 8 };

/* CRC-32 as Ethernet has it, four bits at a step. */
static uint32_t crc32_of(const char *at, size_t len)
{
	static const uint32_t steps[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint8_t)at[i];
		crc = crc >> 4 ^ steps[crc & 15];
		crc = crc >> 4 ^ steps[crc & 15];
	}
	return ~crc;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

struct out {
	char *at;
	size_t used;
	bool full;
};

static void put_octet(struct out *out, char octet)
{
	if (out->used + 2 > RECORD_SIZE)
		out->full = true;
	else
		out->at[out->used++] = octet;
}

static void put(struct out *out, const char *text)
{
	while (*text)
		put_octet(out, *text++);
}

/* What divides parts and lines stands behind a backslash. */
static void put_text(struct out *out, const char *text)
{
	for (; *text; text++) {
		char letter = *text == '\t' ? 't' : *text == '\n' ? 'n' : *text == '\\' ? '\\' : 0;

		if (letter)
			put_octet(out, '\\');
		put_octet(out, letter ? letter : *text);
	}
}

static void put_ids(struct out *out, const struct draft *draft)
{
	char text[ID_TEXT_SIZE];

	for (unsigned i = 0; i < draft->n_ids; i++) {
		const struct id *id = &draft->ids[i];

		put_octet(out, '\t');
		if (i == 0) {
			id_text(id->kind, id->at, id->len, text);
		} else {
			put(out, id_word(id->kind));
			put_octet(out, '=');
			id_text_bare(id->kind, id->at, id->len, text);
		}
		put_text(out, text);
	}
}

static void put_texts(struct out *out, const struct draft *draft)
{
	char word[64];

	for (unsigned i = 0; i < draft->n_texts; i++) {
		field_text(draft->texts[i].word, word);
		put_octet(out, '\t');
		put(out, word);
		put_octet(out, '=');
		put_text(out, draft->octets + draft->texts[i].at);
	}
}

size_t record_write(const struct record *record, char text[RECORD_SIZE])
{
	struct out out = { .at = text, .used = CRC_LEN };
	char head[64], crc[CRC_LEN + 1];

	snprintf(head, sizeof head, "\t%" PRIu64 ".%" PRIu32 "\t%s", record->write, record->left,
		 record->drop ? "drop" : "put");
	put(&out, head);
	put_ids(&out, &record->draft);
	if (!record->drop)
		put_texts(&out, &record->draft);
	if (out.full)
		return 0;
	snprintf(crc, sizeof crc, "%08" PRIx32, crc32_of(text + CRC_LEN, out.used - CRC_LEN));
	memcpy(text, crc, CRC_LEN);
	text[out.used++] = '\n';
	return out.used;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static bool is_checked(const char *line, size_t len)
{
	char crc[CRC_LEN + 1];

	if (len < CRC_LEN + 1 || line[CRC_LEN] != '\t' || memchr(line, '\0', len))
		return false;
	snprintf(crc, sizeof crc, "%08" PRIx32, crc32_of(line + CRC_LEN, len - CRC_LEN));
	return memcmp(line, crc, CRC_LEN) == 0;
}

/* The next part, in place, without its backslashes; NULL: there is none. */
static char *part(char **at)
{
	char *begin = *at, *in = begin, *out = begin;

	if (!begin)
		return NULL;
	for (; *in && *in != '\t'; in++) {
		if (*in == '\\' && in[1]) {
			in++;
			*out++ = *in == 't' ? '\t' : *in == 'n' ? '\n' : *in;
		} else {
			*out++ = *in;
		}
	}
	*at = *in ? in + 1 : NULL;
	*out = '\0';
	return begin;
}

static bool head_read(char **at, struct record *out)
{
	char *number = part(at), *verb = part(at), *end;

	if (!number || !verb)
		return false;
	out->write = strtoull(number, &end, 10);
	if (*end != '.')
		return false;
	out->left = (uint32_t)strtoul(end + 1, &end, 10);
	out->drop = strcmp(verb, "drop") == 0;
	return *end == '\0' && (out->drop || strcmp(verb, "put") == 0);
}

/* An id has one word in it, whatever the octets are. */
static bool id_put(struct draft *draft, enum id_kind kind, const char *text, char why[WHY_SIZE])
{
	struct id id;

	if (id_parse_kind(kind, text, &id))
		return draft_add_id(draft, &id, why);
	snprintf(why, WHY_SIZE, "\"%.60s\" is no id that this version knows", text);
	return false;
}

static bool said_read(char *text, struct draft *draft, char why[WHY_SIZE])
{
	char *value = strchr(text, '=');
	enum id_kind kind;
	struct word word;

	if (!value) {
		snprintf(why, WHY_SIZE, "\"%.60s\" has no =", text);
		return false;
	}
	*value++ = '\0';
	if (draft_is_id(text, &kind))
		return id_put(draft, kind, value, why);
	return field_parse(text, &word, why) && draft_put(draft, word, value, why);
}

static bool parts_read(char *at, struct record *out, char why[WHY_SIZE])
{
	char *text;
	struct id key;

	snprintf(why, WHY_SIZE, "is no record that this version knows");
	if (!head_read(&at, out) || !(text = part(&at)) || !id_parse(text, &key) ||
	    !draft_add_id(&out->draft, &key, why))
		return false;
	while ((text = part(&at)) != NULL)
		if (!said_read(text, &out->draft, why))
			return false;
	return true;
}

enum record_fault record_read(const char *line, size_t len, struct record *out, char why[WHY_SIZE])
{
	char text[RECORD_SIZE];

	if (len >= RECORD_SIZE || !is_checked(line, len))
		return RECORD_TORN;
	memcpy(text, line + CRC_LEN + 1, len - CRC_LEN - 1);
	text[len - CRC_LEN - 1] = '\0';
	draft_begin(&out->draft);
	return parts_read(text, out, why) ? RECORD_WHOLE : RECORD_UNKNOWN;
}
