#include "ctl/reg_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "registry/reserved.h"
#include "registry/tree.h"
#include "registry/view.h"

/* ---- values ---- */

/* Text of octets: UTF-16LE, or in old files as it is. With a NUL behind it. */
static char *text_of(struct reg_text *text, const uint8_t *octets, size_t len)
{
	static const uint8_t utf8[] = { 0xef, 0xbb, 0xbf }, utf16[] = { 0xff, 0xfe };
	size_t mark = text->ansi ? sizeof(utf8) : sizeof(utf16);
	_cleanup_(freep) uint8_t *marked = malloc(mark + len);

	if (!text->ansi && len % 2 != 0) {
		reg_text_fail(text, "a string in hexadecimal has an odd number of octets");
		return NULL;
	}
	if (!marked)
		return NULL;
	memcpy(marked, text->ansi ? utf8 : utf16, mark);
	memcpy(marked + mark, octets, len);
	return reg_text_decode(span_of(marked, mark + len), text->wrong);
}

/* The strings of a REG_MULTI_SZ end with an empty one, or where the octets end; a NUL is two octets
 * in UTF-16, so each string is decoded by itself. */
static struct setting *strings_of(struct reg_text *text, const uint8_t *octets, size_t len)
{
	_cleanup_(setting_freep) struct setting *array = setting_new(SETTING_ARRAY, NULL);
	size_t unit = text->ansi ? 1 : 2, at = 0;

	while (array && at + unit <= len) {
		size_t end = at;
		char *string;
		int r;

		while (end + unit <= len && (octets[end] || (unit == 2 && octets[end + 1])))
			end += unit;
		if (end == at)
			break;
		string = text_of(text, octets + at, end - at);
		r = string ? setting_add(array, setting_new_string(NULL, string)) : -1;
		free(string);
		if (r)
			return NULL;
		at = end + unit;
	}
	return TAKE(array);
}

static struct setting *string_of(struct reg_text *text, const uint8_t *octets, size_t len)
{
	_cleanup_(freep) char *string = text_of(text, octets, len); /* to the first NUL */

	return string ? setting_new_string(NULL, string) : NULL;
}

static struct setting *number_of(struct reg_text *text, const uint8_t *octets, size_t len,
				 size_t wanted)
{
	uint64_t value = 0;

	if (len != wanted) {
		reg_text_fail(text, "a number of %zu octets has %zu", wanted, len);
		return NULL;
	}
	for (size_t i = 0; i < len; i++)
		value |= (uint64_t)octets[i] << 8 * i;
	return setting_new_int(wanted == 4 ? SETTING_INT : SETTING_INT64, NULL,
			       wanted == 4 ? (int64_t)(int32_t)value : (int64_t)value);
}

static struct setting *octets_of(const uint8_t *octets, size_t len)
{
	_cleanup_(freep) char *text = malloc(3 * len + 1);

	if (!text)
		return NULL;
	text[0] = '\0';
	for (size_t i = 0; i < len; i++)
		snprintf(text + 3 * i - (i > 0), 4, "%s%02x", i > 0 ? " " : "", octets[i]);
	return setting_new_string(NULL, text);
}

static struct setting *data_of(struct reg_text *text, int64_t type, const uint8_t *octets,
			       size_t len)
{
	switch (type) {
	case RESERVED_SZ:
	case RESERVED_EXPAND_SZ:
		return string_of(text, octets, len);
	case RESERVED_MULTI_SZ:
		return strings_of(text, octets, len);
	case RESERVED_DWORD:
		return number_of(text, octets, len, 4);
	case RESERVED_QWORD:
		return number_of(text, octets, len, 8);
	default:
		return octets_of(octets, len);
	}
}

/* "hex:" is REG_BINARY, "hex(7):" the type of that number, in hexadecimal. */
static bool hex_type(struct reg_text *text, int64_t *type)
{
	char *end;

	*type = RESERVED_BINARY;
	if (reg_text_take(text, "hex:"))
		return true;
	if (!reg_text_take(text, "hex("))
		return false;
	*type = (int64_t)strtoull(text->at, &end, 16);
	if (end == text->at || *type > UINT32_MAX || strncmp(end, "):", 2) != 0)
		return reg_text_fail(text, "a type is written as in hex(7): %.20s", text->at);
	text->at = end + 2;
	return true;
}

static struct setting *hex_value(struct reg_text *text, int64_t type)
{
	size_t len;
	_cleanup_(freep) uint8_t *octets = reg_text_octets(text, &len);

	return octets ? data_of(text, type, octets, len) : NULL;
}

static struct setting *dword_value(struct reg_text *text)
{
	char *end;
	unsigned long long value = strtoull(text->at, &end, 16);

	if (end == text->at || end > text->at + 8) {
		reg_text_fail(text, "a dword has up to 8 hexadecimal digits: %.20s", text->at);
		return NULL;
	}
	text->at = end;
	return setting_new_int(SETTING_INT, NULL, (int32_t)(uint32_t)value);
}

static struct setting *string_value(struct reg_text *text)
{
	_cleanup_(freep) char *string = reg_text_string(text);

	return string ? setting_new_string(NULL, string) : NULL;
}

static struct setting *any_value(struct reg_text *text, int64_t *type)
{
	*type = RESERVED_SZ;
	if (*text->at == '"')
		return string_value(text);
	*type = RESERVED_DWORD;
	if (reg_text_take(text, "dword:"))
		return dword_value(text);
	if (hex_type(text, type))
		return hex_value(text, *type);
	reg_text_fail(text, "what is behind the = is no value: %.20s", text->at);
	return NULL;
}

/* ---- lines ---- */

/* A string, or @ for the value without a name. */
static char *value_name(struct reg_text *text)
{
	char *name = reg_text_take(text, "@") ? strdup("")
		     : *text->at == '"'       ? reg_text_string(text)
					      : NULL;

	if (!name)
		reg_text_fail(text, "this is neither a [key] nor a \"name\"=value: %.20s",
			      text->at);
	return name;
}

/* `key` NULL: what it says is not wanted. */
static bool read_value(struct reg_text *text, struct setting *key, struct reg_file *out)
{
	_cleanup_(freep) char *name = value_name(text);
	_cleanup_(setting_freep) struct setting *data = NULL;
	int64_t type;

	if (!name)
		return false;
	reg_text_skip(text, false);
	if (!reg_text_take(text, "="))
		return reg_text_fail(text, "a name has no = behind it: \"%.40s\"", name);
	reg_text_skip(text, false);
	if (reg_text_take(text, "-")) {
		out->deleted += key != NULL;
		return reg_text_end_line(text);
	}
	data = any_value(text, &type);
	if (data && key && view_set(key, name, type, data) != 0)
		return reg_text_fail(text, "there is not enough memory");
	return data && reg_text_end_line(text);
}

/* Takes the next part of a path off its front; NULL: there is none. */
static char *part(char **path)
{
	return *path && **path ? strsep(path, "\\") : NULL;
}

/* What follows "WDSServer\Providers\WDSPXE\Providers\" in a path, in any case; NULL: it is another.
 */
static char *below_providers(char *path)
{
	static const char *const parts[] = { "WDSServer", "Providers", "WDSPXE", "Providers" };
	size_t matched = 0;

	for (char *p; matched < ARRAY_LEN(parts) && (p = part(&path)) != NULL;)
		matched = strcasecmp(p, parts[matched]) == 0 ? matched + 1
			  : strcasecmp(p, parts[0]) == 0     ? 1
							     : 0;
	return matched == ARRAY_LEN(parts) && path && *path ? path : NULL;
}

/* The key of a path below `from`, made where it is not there; NULL: no memory. */
static struct setting *key_of(struct setting *from, char *path)
{
	struct setting *key = from, *made;
	struct view_item item;

	for (char *p; key && (p = part(&path)) != NULL;) {
		if (view_key_named(key, p, &item))
			key = item.node->parent->child[item.node->index];
		else
			key = view_create(key, p, &made) == 0 ? made : NULL;
	}
	return key;
}

static bool read_key(struct reg_text *text, struct setting **key, struct reg_file *out)
{
	bool gone = reg_text_take(text, "-");
	_cleanup_(freep) char *path = reg_text_until(text, ']');
	char *below = path ? below_providers(path) : NULL;

	*key = NULL;
	if (!path)
		return reg_text_fail(text, "there is not enough memory");
	out->foreign += !below;
	out->deleted += gone && below;
	if (below && !gone) {
		*key = key_of(out->providers, below);
		if (!*key)
			return reg_text_fail(text, "there is not enough memory");
	}
	return reg_text_end_line(text);
}

static bool read_line(struct reg_text *text, struct setting **key, struct reg_file *out)
{
	return reg_text_take(text, "[") ? read_key(text, key, out) : read_value(text, *key, out);
}

static bool read_lines(struct reg_text *text, struct reg_file *out)
{
	struct setting *key = NULL;

	reg_text_skip(text, true);
	while (*text->at) {
		if (!read_line(text, &key, out))
			return false;
		reg_text_skip(text, true);
	}
	return true;
}

bool reg_file_read(struct span octets, struct reg_file *out, struct reg_text *text)
{
	_cleanup_(freep) char *utf8 = NULL;
	bool fine;

	*out = (struct reg_file){ .providers = setting_new(SETTING_GROUP, NULL) };
	text->line = 0;
	utf8 = reg_text_decode(octets, text->wrong);
	fine = utf8 && out->providers && reg_text_begin(text, utf8) && read_lines(text, out);
	if (!fine)
		reg_text_fail(text, "there is not enough memory");
	text->at = NULL;
	return fine;
}

void reg_file_done(struct reg_file *file)
{
	setting_free(file->providers);
	file->providers = NULL;
}
