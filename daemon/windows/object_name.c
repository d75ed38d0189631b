#include "windows/object_name.h"

#include <stdlib.h>
#include <string.h>

#include "windows/utf.h"

static struct object *named;

/* ---- names of callers ---- */

static struct object_name name_error(DWORD error)
{
	return (struct object_name){ error, NULL };
}

static struct object_name name_keep(const char *text)
{
	static const char *const spaces[] = { "Global\\", "Local\\" };
	struct object_name name = { ERROR_SUCCESS, NULL };

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (strncmp(text, spaces[i], strlen(spaces[i])) == 0) {
			text += strlen(spaces[i]);
			break;
		}
	if (strchr(text, '\\'))
		return name_error(ERROR_PATH_NOT_FOUND);
	if (text[0] == '\0')
		return name;
	name.text = strdup(text);
	return name.text ? name : name_error(ERROR_NOT_ENOUGH_MEMORY);
}

struct object_name object_name_a(LPCSTR text)
{
	size_t len = text ? strnlen(text, OBJECT_NAME_MAX * UTF8_MAX + 1) : 0, chars = 0, taken;
	bool bad = false;

	for (size_t at = 0; at < len && !bad; at += taken, chars++)
		utf8_get(text + at, len - at, &taken, &bad);
	if (chars > OBJECT_NAME_MAX)
		return name_error(ERROR_FILENAME_EXCED_RANGE);
	if (bad)
		return name_error(ERROR_NO_UNICODE_TRANSLATION);
	return name_keep(text ? text : "");
}

struct object_name object_name_w(LPCWSTR text)
{
	char octets[OBJECT_NAME_MAX * UTF8_MAX + 1] = "";
	size_t len = 0;

	for (size_t i = 0; text && text[i]; i++) {
		if (i == OBJECT_NAME_MAX)
			return name_error(ERROR_FILENAME_EXCED_RANGE);
		if (!utf_valid((uint32_t)text[i]))
			return name_error(ERROR_NO_UNICODE_TRANSLATION);
		len += utf8_put((uint32_t)text[i], octets + len);
	}
	octets[len] = '\0';
	return name_keep(octets);
}

/* ---- the list ---- */

struct object *object_name_find(const char *name)
{
	struct object *object = named;

	while (object && strcmp(object->name, name) != 0)
		object = object->next_named;
	return object;
}

void object_name_give(struct object *object, char *name)
{
	object->name = name;
	object->next_named = named;
	named = object;
}

void object_name_drop(struct object *object)
{
	struct object **at = &named;

	if (!object->name)
		return;
	while (*at != object)
		at = &(*at)->next_named;
	*at = object->next_named;
	free(object->name);
	object->name = NULL;
}
