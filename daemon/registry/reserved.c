#include "registry/reserved.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"

static const struct {
	const char *name;
	int64_t type;
} types[] = {
	{ "KEY", RESERVED_KEY },
	{ "REG_NONE", 0 },
	{ "REG_SZ", RESERVED_SZ },
	{ "REG_EXPAND_SZ", RESERVED_EXPAND_SZ },
	{ "REG_BINARY", RESERVED_BINARY },
	{ "REG_DWORD", RESERVED_DWORD },
	{ "REG_DWORD_BIG_ENDIAN", 5 },
	{ "REG_LINK", 6 },
	{ "REG_MULTI_SZ", RESERVED_MULTI_SZ },
	{ "REG_QWORD", RESERVED_QWORD },
};

enum { ENTRIES_MAX = 1024 };

const char *reserved_type_name(int64_t type)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (types[i].type == type)
			return types[i].name;
	return NULL;
}

bool reserved_type(const struct setting *s, int64_t *out)
{
	if (s->type == SETTING_INT || s->type == SETTING_INT64) {
		*out = s->type == SETTING_INT ? (int64_t)(uint32_t)s->integer : s->integer;
		return *out >= 0 && *out <= UINT32_MAX;
	}
	for (size_t i = 0; s->type == SETTING_STRING && i < ARRAY_LEN(types); i++)
		if (utf8_casecmp(types[i].name, s->string) == 0) {
			*out = types[i].type;
			return true;
		}
	return false;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int64_t reserved_octets(const char *text, uint8_t *out)
{
	int64_t n = 0;

	for (;; n++) {
		int high, low;

		while (*text == ' ' || *text == '\n' || *text == '\t' || *text == '\r')
			text++;
		if (!*text)
			return n;
		high = nibble(text[0]);
		low = nibble(text[1]); /* at worst the NUL */
		if (high < 0 || low < 0)
			return -1;
		if (out)
			out[n] = (uint8_t)(high << 4 | low);
		text += 2;
	}
}

static bool is_strings(const struct setting *s)
{
	return s->type == SETTING_ARRAY && (s->count == 0 || s->child[0]->type == SETTING_STRING);
}

bool reserved_data_fits(int64_t type, const struct setting *data)
{
	switch (type) {
	case RESERVED_KEY:
		return data->type == SETTING_GROUP;
	case RESERVED_SZ:
	case RESERVED_EXPAND_SZ:
		return data->type == SETTING_STRING;
	case RESERVED_DWORD:
		return data->type == SETTING_INT;
	case RESERVED_QWORD:
		return data->type == SETTING_INT || data->type == SETTING_INT64;
	case RESERVED_MULTI_SZ:
		return is_strings(data);
	default:
		return data->type == SETTING_STRING && reserved_octets(data->string, NULL) >= 0;
	}
}

static int wrong(const struct setting *s, const char *file, const char *what,
		 struct registry_error *error)
{
	return registry_fail(error, file, s->line, REGISTRY_E_INVALID, "in the list %s: %s [W0127]",
			     RESERVED_NAME, what);
}

static int check_entry(const struct setting *s, const char *file, struct registry_error *error)
{
	const struct setting *name = setting_child(s, "name"), *type = setting_child(s, "type"),
			     *data = setting_child(s, "data");
	int64_t number;

	if (!name || !type || !data || s->count != 3 || name->type != SETTING_STRING)
		return wrong(s, file, "an entry must be { name = \"…\"; type = \"…\"; data = …; }",
			     error);
	if (!reserved_type(type, &number))
		return wrong(type, file, "unknown type", error);
	if (!reserved_data_fits(number, data))
		return wrong(data, file, "the data does not match the type", error);
	return 0;
}

/* The name of an entry that was checked stands once in the list. */
static int check_name(const struct setting *list, unsigned i, const char *file,
		      struct registry_error *error)
{
	for (unsigned k = 0; k < i; k++)
		if (utf8_casecmp(reserved_entry(list, i).name, reserved_entry(list, k).name) == 0 &&
		    (reserved_entry(list, i).type < 0) == (reserved_entry(list, k).type < 0))
			return wrong(list->child[i], file, "this name is already used", error);
	return 0;
}

static int check_list(const struct setting *list, const char *file, struct registry_error *error)
{
	int first = 0;

	if (list->type != SETTING_LIST)
		return wrong(list, file, "the name is reserved, and must be a list ( )", error);
	if (list->count > ENTRIES_MAX)
		return wrong(list, file, "too many entries", error);
	for (unsigned i = 0; i < list->count; i++) {
		int r = check_entry(list->child[i], file, error);

		if (r == 0 && first == 0) /* those before are whole */
			r = check_name(list, i, file, error);
		first = first ? first : r;
		if (r && !registry_wants_all(error))
			break;
	}
	return first;
}

int reserved_check(const struct setting *settings, const char *file, struct registry_error *error)
{
	int first = 0;

	for (unsigned i = 0; i < settings->count; i++) {
		const struct setting *s = settings->child[i];
		bool reserved = s->name && utf8_casecmp(s->name, RESERVED_NAME) == 0;
		int r = reserved ? check_list(s, file, error) : 0;

		if (!r && setting_is_aggregate(s))
			r = reserved_check(s, file, error);
		first = first ? first : r;
		if (r && !registry_wants_all(error))
			break;
	}
	return first;
}

const struct setting *reserved_list(const struct setting *group)
{
	return setting_child(group, RESERVED_NAME);
}

struct reserved_entry reserved_entry(const struct setting *list, unsigned index)
{
	const struct setting *s = setting_at(list, index);
	struct reserved_entry entry = { setting_child(s, "name")->string, 0,
					setting_child(s, "data") };

	(void)reserved_type(setting_child(s, "type"), &entry.type);
	return entry;
}
