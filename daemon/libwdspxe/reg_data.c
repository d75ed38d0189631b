#include "libwdspxe/reg_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "registry/reserved.h"
#include "registry/tree.h"

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
	char text[64], *comma;

	(void)snprintf(text, sizeof(text), "%.15g", real);
	if (strtod(text, NULL) < real || strtod(text, NULL) > real)
		(void)snprintf(text, sizeof(text), "%.17g", real);
	comma = strchr(text, ',');
	if (comma)
		*comma = '.';
	if (!strpbrk(text, ".en")) /* and no infinity */
		strcat(text, ".0");
	return data_copy(REG_SZ, text, strlen(text) + 1, out);
}

DWORD reg_data_of(const struct view_item *value, struct reg_data *out)
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

/* ---- as settings ------------------------------------------------------------------------------
 */

static struct setting *setting_of_strings(const struct reg_data *data)
{
	_cleanup_(setting_freep) struct setting *array = setting_new(SETTING_ARRAY, NULL);
	const char *at = (const char *)data->octets;

	if (!array)
		return NULL;
	for (; *at; at += strlen(at) + 1)
		if (setting_add(array, setting_new_string(NULL, at)))
			return NULL;
	return TAKE(array);
}

static struct setting *setting_of_octets(const struct reg_data *data)
{
	_cleanup_(freep) char *hex = malloc(data->len * 3 + 1);
	char *at = hex;

	if (!hex)
		return NULL;
	*at = '\0';
	for (size_t i = 0; i < data->len; i++)
		at += sprintf(at, i ? " %02x" : "%02x", data->octets[i]);
	return setting_new_string(NULL, hex);
}

struct setting *reg_data_setting(const struct reg_data *data)
{
	uint32_t word = 0;
	uint64_t wide = 0;

	switch (data->type) {
	case REG_SZ:
	case REG_EXPAND_SZ:
		return setting_new_string(NULL, (const char *)data->octets);
	case REG_DWORD:
		memcpy(&word, data->octets, sizeof(word));
		return setting_new_int(SETTING_INT, NULL, (int32_t)word);
	case REG_QWORD:
		memcpy(&wide, data->octets, sizeof(wide));
		return setting_new_int(SETTING_INT64, NULL, (int64_t)wide);
	case REG_MULTI_SZ:
		return setting_of_strings(data);
	default:
		return setting_of_octets(data);
	}
}
