/* Data: from settings, to and from callers' buffers, to settings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "libwdspxe/reg_view.h"
#include "registry/edit_value.h"
#include "registry/reserved.h"

void reg_data_done(struct reg_data *data)
{
	free(data->octets);
	data->octets = NULL;
}

static bool is_text(DWORD type)
{
	return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

static DWORD data_copy(DWORD type, const void *octets, size_t len, struct reg_data *out)
{
	uint8_t *copy = malloc(len + 1); /* never of size 0 */

	if (!copy)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (len > 0)
		memcpy(copy, octets, len);
	*out = (struct reg_data){ type, copy, len };
	return ERROR_SUCCESS;
}

static DWORD data_of_strings(const struct setting *array, struct reg_data *out)
{
	size_t len = 1, n = 0;
	uint8_t *octets;

	for (unsigned i = 0; i < array->count; i++)
		len += strlen(array->child[i]->string) + 1;
	octets = malloc(len);
	if (!octets)
		return ERROR_NOT_ENOUGH_MEMORY;
	for (unsigned i = 0; i < array->count; i++) {
		size_t add = strlen(array->child[i]->string) + 1;

		memcpy(octets + n, array->child[i]->string, add);
		n += add;
	}
	octets[n] = '\0';
	*out = (struct reg_data){ REG_MULTI_SZ, octets, len };
	return ERROR_SUCCESS;
}

static DWORD data_of_hex(DWORD type, const char *text, struct reg_data *out)
{
	uint8_t *octets = malloc(strlen(text) / 2 + 1);

	if (!octets)
		return ERROR_NOT_ENOUGH_MEMORY;
	*out = (struct reg_data){ type, octets, (size_t)reserved_octets(text, octets) };
	return ERROR_SUCCESS;
}

/* A float has no type of its own in a registry; its text has a point, whatever the locale. */
static DWORD data_of_real(double real, struct reg_data *out)
{
	_cleanup_(freep) char *text = NULL;
	struct edit_value value = { .type = SETTING_FLOAT, .real = real };

	if (edit_render(&value, NULL, &text) != 0)
		return ERROR_NOT_ENOUGH_MEMORY;
	return data_copy(REG_SZ, text, strlen(text) + 1, out);
}

DWORD reg_data_of(const struct reg_item *value, struct reg_data *out)
{
	const struct setting *s = value->node;
	uint32_t word;
	uint64_t wide;

	switch (value->type) {
	case REG_SZ:
	case REG_EXPAND_SZ:
		if (s->type == SETTING_FLOAT)
			return data_of_real(s->real, out);
		return data_copy(value->type, s->string, strlen(s->string) + 1, out);
	case REG_DWORD:
		word = s->type == SETTING_BOOL ? s->boolean : (uint32_t)s->integer;
		return data_copy(REG_DWORD, &word, sizeof(word), out);
	case REG_QWORD:
		wide = (uint64_t)s->integer;
		return data_copy(REG_QWORD, &wide, sizeof(wide), out);
	case REG_MULTI_SZ:
		return data_of_strings(s, out);
	default:
		return data_of_hex(value->type, s->string, out);
	}
}

DWORD reg_data_len(const struct reg_data *data, bool wide)
{
	if (!wide || !is_text(data->type))
		return (DWORD)data->len;
	return (DWORD)(wide_from_utf8(span_of(data->octets, data->len), NULL, 0) * sizeof(WCHAR));
}

/* The caller's buffer may lie anywhere, a WCHAR may not: written through memcpy. */
static void put_wide(const struct reg_data *data, BYTE *buffer)
{
	struct span left = span_of(data->octets, data->len);

	for (; left.len > 0; buffer += sizeof(WCHAR)) {
		WCHAR c = (WCHAR)utf8_next(&left);

		memcpy(buffer, &c, sizeof(c));
	}
}

DWORD reg_data_hand_out(const struct reg_data *data, bool wide, DWORD *type, BYTE *buffer,
			DWORD *len)
{
	DWORD need = reg_data_len(data, wide);

	if (buffer && *len < need) {
		*len = need;
		return ERROR_MORE_DATA;
	}
	if (buffer && wide && is_text(data->type))
		put_wide(data, buffer);
	else if (buffer && need > 0)
		memcpy(buffer, data->octets, need);
	if (len)
		*len = need;
	if (type)
		*type = data->type;
	return ERROR_SUCCESS;
}

/* Text in UTF-8 with two NULs behind it, so that whatever it is, it ends. */
static DWORD take_text(const BYTE *octets, DWORD len, bool wide, char **out)
{
	_cleanup_(freep) WCHAR *copy = NULL;
	size_t n = len / sizeof(WCHAR), room;
	char *text;

	if (!wide) {
		if (len > 0 && !utf8_valid(span_of(octets, len)))
			return ERROR_NO_UNICODE_TRANSLATION;
		text = calloc(1, (size_t)len + 2);
		if (text && len > 0)
			memcpy(text, octets, len);
		*out = text;
		return text ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
	}
	copy = calloc(n + 1, sizeof(WCHAR));
	if (!copy)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (n > 0)
		memcpy(copy, octets, n * sizeof(WCHAR));
	if (!wide_valid(copy, n))
		return ERROR_NO_UNICODE_TRANSLATION;
	room = utf8_from_wide(copy, n, NULL, 0) + 2;
	text = calloc(1, room);
	if (!text)
		return ERROR_NOT_ENOUGH_MEMORY;
	utf8_from_wide(copy, n, text, room - 1);
	*out = text;
	return ERROR_SUCCESS;
}

static DWORD take_strings(DWORD type, const BYTE *octets, DWORD len, bool wide,
			  struct reg_data *out)
{
	char *text;
	size_t n = 0;
	DWORD r = take_text(octets, len, wide, &text);

	if (r)
		return r;
	if (type == REG_MULTI_SZ)
		while (text[n])
			n += strlen(text + n) + 1;
	else
		n = strlen(text);
	*out = (struct reg_data){ type, (uint8_t *)text, n + 1 };
	return ERROR_SUCCESS;
}

DWORD reg_data_take(DWORD type, const BYTE *octets, DWORD len, bool wide, struct reg_data *out)
{
	if ((type == REG_DWORD && len != sizeof(uint32_t)) ||
	    (type == REG_QWORD && len != sizeof(uint64_t)) || len > SETTING_TEXT_MAX / 8)
		return ERROR_INVALID_PARAMETER;
	return is_text(type) ? take_strings(type, octets, len, wide, out)
			     : data_copy(type, octets, len, out);
}

/* ---- as libconfig's values --------------------------------------------------------------------
 */

void reg_literal_done(struct reg_literal *literal)
{
	free(literal->strings);
	free(literal->hex);
	literal->strings = NULL;
	literal->hex = NULL;
}

bool reg_type_is_plain(DWORD type)
{
	return type == REG_SZ || type == REG_DWORD || type == REG_QWORD || type == REG_MULTI_SZ;
}

static DWORD literal_strings(const struct reg_data *data, struct reg_literal *out)
{
	const char *at = (const char *)data->octets;
	size_t count = 0;

	for (const char *s = at; *s; s += strlen(s) + 1)
		count++;
	out->strings = calloc(count + 1, sizeof(const char *));
	if (!out->strings)
		return ERROR_NOT_ENOUGH_MEMORY;
	for (size_t i = 0; i < count; i++, at += strlen(at) + 1)
		out->strings[i] = at;
	out->value = (struct edit_value){ .type = SETTING_ARRAY, .count = count };
	out->value.strings = out->strings;
	return ERROR_SUCCESS;
}

static DWORD literal_hex(const struct reg_data *data, struct reg_literal *out)
{
	char *at = malloc(data->len * 3 + 1);

	out->hex = at;
	if (!at)
		return ERROR_NOT_ENOUGH_MEMORY;
	*at = '\0';
	for (size_t i = 0; i < data->len; i++)
		at += sprintf(at, i ? " %02x" : "%02x", data->octets[i]);
	out->value = (struct edit_value){ .type = SETTING_STRING };
	out->value.string = out->hex;
	return ERROR_SUCCESS;
}

/* A text that is a number, with a point, stays a float where one stood. */
static bool as_real(const struct reg_data *data, const struct setting *old, struct reg_literal *out)
{
	const char *text = (const char *)data->octets;
	char *end;

	if (!old || old->type != SETTING_FLOAT || !*text)
		return false;
	out->value = (struct edit_value){ .type = SETTING_FLOAT };
	out->value.real = strtod(text, &end);
	return !*end && out->value.real - out->value.real == 0; /* finite */
}

DWORD reg_literal_of(const struct reg_data *data, const struct setting *old,
		     struct reg_literal *out)
{
	uint32_t word = 0;
	uint64_t wide = 0;

	*out = (struct reg_literal){ .strings = NULL };
	switch (data->type) {
	case REG_SZ:
	case REG_EXPAND_SZ:
		if (as_real(data, old, out))
			return ERROR_SUCCESS;
		out->value = (struct edit_value){ .type = SETTING_STRING };
		out->value.string = (const char *)data->octets;
		return ERROR_SUCCESS;
	case REG_DWORD:
		memcpy(&word, data->octets, sizeof(word));
		out->value = (struct edit_value){ .type = SETTING_INT };
		out->value.integer = word;
		if (old && old->type == SETTING_BOOL && word <= 1) {
			out->value.type = SETTING_BOOL;
			out->value.boolean = word != 0;
		}
		return ERROR_SUCCESS;
	case REG_QWORD:
		memcpy(&wide, data->octets, sizeof(wide));
		out->value = (struct edit_value){ .type = SETTING_INT64 };
		out->value.integer = (int64_t)wide;
		return ERROR_SUCCESS;
	case REG_MULTI_SZ:
		return literal_strings(data, out);
	default:
		return literal_hex(data, out);
	}
}
