#include "keys.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_SIZE = 64, LINE_SIZE = 512, PLACE_SIZE = 4096 };

/* Counts a line; true: it is told. */
static bool told_count(struct told *told, PXE_SEVERITY severity)
{
	unsigned *n = severity == PXE_TRACE_ERROR ? &told->mistakes : &told->warnings;

	return (*n)++ < KEYS_TOLD_MAX;
}

void told_say(HANDLE provider, struct told *told, PXE_SEVERITY severity, const char *file,
	      unsigned line, const char *format, va_list arguments)
{
	char text[LINE_SIZE];

	if (!told_count(told, severity))
		return;
	vsnprintf(text, sizeof text, format, arguments);
	if (line > 0)
		PxeTrace(provider, severity, L"%S:%u: %S", file, line, text);
	else
		PxeTrace(provider, severity, L"%S: %S", file, text);
}

void told_at(HANDLE provider, struct told *told, PXE_SEVERITY severity, const char *file,
	     unsigned line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	told_say(provider, told, severity, file, line, format, arguments);
	va_end(arguments);
}

/* One line, with the place of what is at the path; at most so many of each kind. */
static void keys_say(const struct keys *keys, PXE_SEVERITY severity, const char *path,
		     const char *label, const char *format, va_list arguments)
{
	char file[PLACE_SIZE], text[LINE_SIZE];
	DWORD line = 0;

	if (!told_count(keys->told, severity))
		return;
	vsnprintf(text, sizeof text, format, arguments);
	if (PxeKeyLocationA(keys->key, path, file, sizeof file, &line) != ERROR_SUCCESS)
		PxeTrace(keys->provider, severity, L"%S: %S", label, text);
	else
		PxeTrace(keys->provider, severity, L"%S:%u: %S: %S", file, (unsigned)line, label,
			 text);
}

const char *keys_label(const struct keys *keys, const char *name, char out[LABEL_SIZE])
{
	snprintf(out, LABEL_SIZE, "%s%s%s", keys->name, name ? "." : "", name ? name : "");
	return out;
}

/* A member's path, which is its list's where the value is no list. */
static const char *member_path(const char *name, size_t index, char out[LABEL_SIZE])
{
	snprintf(out, LABEL_SIZE, "%s\\%zu", name, index);
	return out;
}

int keys_error(const struct keys *keys, const char *name, const char *format, ...)
{
	char label[LABEL_SIZE];
	va_list arguments;

	va_start(arguments, format);
	keys_say(keys, PXE_TRACE_ERROR, name, keys_label(keys, name, label), format, arguments);
	va_end(arguments);
	return -EINVAL;
}

int keys_error_member(const struct keys *keys, const char *name, size_t index, const char *format,
		      ...)
{
	char label[LABEL_SIZE], path[LABEL_SIZE];
	va_list arguments;

	va_start(arguments, format);
	keys_say(keys, PXE_TRACE_ERROR, member_path(name, index, path),
		 keys_label(keys, name, label), format, arguments);
	va_end(arguments);
	return -EINVAL;
}

void keys_warn(const struct keys *keys, const char *name, const char *format, ...)
{
	char label[LABEL_SIZE];
	va_list arguments;

	va_start(arguments, format);
	keys_say(keys, PXE_TRACE_WARNING, name, keys_label(keys, name, label), format, arguments);
	va_end(arguments);
}

void keys_warn_member(const struct keys *keys, const char *name, size_t index, const char *format,
		      ...)
{
	char label[LABEL_SIZE], path[LABEL_SIZE];
	va_list arguments;

	va_start(arguments, format);
	keys_say(keys, PXE_TRACE_WARNING, member_path(name, index, path),
		 keys_label(keys, name, label), format, arguments);
	va_end(arguments);
}

void keys_warn_at(const struct keys *keys, const char *path, const char *label, const char *format,
		  ...)
{
	va_list arguments;

	va_start(arguments, format);
	keys_say(keys, PXE_TRACE_WARNING, path, label, format, arguments);
	va_end(arguments);
}

unsigned keys_line(const struct keys *keys, const char *path, unsigned otherwise)
{
	char file[PLACE_SIZE];
	DWORD line = 0;

	if (PxeKeyLocationA(keys->key, path, file, sizeof file, &line) != ERROR_SUCCESS)
		return otherwise;
	return line;
}

void keys_tell_rest(const struct keys *keys)
{
	unsigned mistakes = keys->told->mistakes, warnings = keys->told->warnings;

	if (mistakes > KEYS_TOLD_MAX)
		PxeTrace(keys->provider, PXE_TRACE_ERROR, L"%S: %u more mistakes", keys->name,
			 mistakes - KEYS_TOLD_MAX);
	if (warnings > KEYS_TOLD_MAX)
		PxeTrace(keys->provider, PXE_TRACE_WARNING, L"%S: %u more warnings", keys->name,
			 warnings - KEYS_TOLD_MAX);
}

int keys_failed(const struct keys *keys, const char *name, LSTATUS status)
{
	static const struct {
		LSTATUS status;
		const char *words;
	} words[] = {
		{ ERROR_NOT_ENOUGH_MEMORY, "out of memory, or too many open registry keys" },
		{ ERROR_FILE_NOT_FOUND, "it does not exist any more" },
		{ ERROR_KEY_DELETED, "its file was changed while it was being read" },
		{ ERROR_ACCESS_DENIED, "permission denied" },
		{ ERROR_TOO_MANY_OPEN_FILES, "too many open files" },
		{ ERROR_INVALID_DATA, "its file is not valid" },
		{ ERROR_INVALID_HANDLE, "the key was closed" },
	};
	const char *why = "the registry failed";

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].status == status)
			why = words[i].words;
	keys_error(keys, name, "cannot be read: %s (error %d) [W0101]", why, status);
	return status == ERROR_NOT_ENOUGH_MEMORY ? -ENOMEM : -EIO;
}

/* The name of a value (or subkey) by its number; what the registry says. */
static LSTATUS keys_name(const struct keys *keys, bool subkey, DWORD index, char name[NAME_SIZE])
{
	DWORD len = NAME_SIZE;

	if (subkey)
		return RegEnumKeyExA(keys->key, index, name, &len, NULL, NULL, NULL, NULL);
	return RegEnumValueA(keys->key, index, name, &len, NULL, NULL, NULL, NULL);
}

/* All names of one kind; *wrong is -EINVAL where one of them was. */
static int keys_each_of(const struct keys *keys, bool subkey,
			int (*each)(void *context, const char *name), void *context, int *wrong)
{
	char name[NAME_SIZE];

	for (DWORD i = 0;; i++) {
		LSTATUS status = keys_name(keys, subkey, i, name);
		int r;

		if (status == ERROR_NO_MORE_ITEMS)
			return 0;
		if (status == ERROR_MORE_DATA)
			r = keys_error(keys, NULL, "a name is too long [W0125]");
		else if (status != ERROR_SUCCESS)
			r = keys_failed(keys, NULL, status);
		else
			r = each(context, name);
		if (r != 0 && r != -EINVAL)
			return r;
		if (r != 0)
			*wrong = r;
	}
}

int keys_each(const struct keys *keys, int (*each)(void *context, const char *name), void *context)
{
	int wrong = 0, r = keys_each_of(keys, false, each, context, &wrong);

	if (r == 0)
		r = keys_each_of(keys, true, each, context, &wrong);
	return r != 0 ? r : wrong;
}

static int scalars_add(struct scalars *scalars, const char *text, uint32_t number)
{
	struct scalar *at = realloc(scalars->at, (scalars->n + 1) * sizeof *at);

	if (!at)
		return -ENOMEM;
	scalars->at = at;
	at[scalars->n++] = (struct scalar){ .text = text, .number = number };
	return 0;
}

/* Takes over the data of a string value, or of several with a NUL after each, and one more at the
 * end: an empty one among them does not end the list. */
static int scalars_add_texts(struct scalars *scalars, char *data, size_t len, bool several)
{
	char **texts = realloc(scalars->texts, (scalars->n_texts + 1) * sizeof *texts);
	int r = 0;

	if (!texts) {
		free(data);
		return -ENOMEM;
	}
	scalars->texts = texts;
	texts[scalars->n_texts++] = data;
	if (!several)
		return scalars_add(scalars, data, 0);
	for (const char *end = data + len; data + 1 < end && r == 0; data += strlen(data) + 1)
		r = scalars_add(scalars, data, 0);
	return r;
}

enum { MOST_OCTETS = 256 }; /* that most values have: they are read at once */

/* The value's type and octets, with two NULs behind them, the caller's to free. NULL, and *r is
 * -ENOENT: there is none; or what keys_failed() does. */
static char *value_read(const struct keys *keys, const char *name, DWORD *type, DWORD *len, int *r)
{
	char most[MOST_OCTETS];
	LSTATUS status;
	char *data;

	*len = sizeof most;
	status = RegQueryValueExA(keys->key, name, NULL, type, (LPBYTE)most, len);
	if (status != ERROR_SUCCESS && status != ERROR_MORE_DATA) {
		*r = status == ERROR_FILE_NOT_FOUND ? -ENOENT : keys_failed(keys, name, status);
		return NULL;
	}
	data = calloc(1, (size_t)*len + 2);
	if (data && status == ERROR_SUCCESS)
		return memcpy(data, most, *len);
	status = data ? RegQueryValueExA(keys->key, name, NULL, type, (LPBYTE)data, len)
		      : ERROR_NOT_ENOUGH_MEMORY;
	if (status == ERROR_SUCCESS)
		return data;
	free(data);
	*r = keys_failed(keys, name, status);
	return NULL;
}

/* As any number is written that has a point, and an infinite one: most strings are none. */
static bool may_be_float(const char *text)
{
	return text[strspn(text, "0123456789+-.einfa")] == '\0';
}

/* One value of any type; -ENOENT where there is none. */
static int scalars_read(const struct keys *keys, const char *name, struct scalars *out)
{
	DWORD type = REG_NONE, len = 0;
	uint32_t number;
	int r;
	char *data = value_read(keys, name, &type, &len, &r);

	if (!data)
		return r;
	if (type == REG_SZ || type == REG_MULTI_SZ) {
		r = scalars_add_texts(out, data, len, type == REG_MULTI_SZ);
		if (r == 0 && type == REG_SZ && may_be_float(out->at[out->n - 1].text))
			out->at[out->n - 1].is_float = PxeKeyIsFloat(keys->key, name);
		return r;
	}
	if (type != REG_DWORD || len != sizeof number) {
		free(data);
		return keys_error(keys, name, "must be a string or a whole number%s [W0114]",
				  type == REG_QWORD ? ": write it in quotes" : "");
	}
	memcpy(&number, data, sizeof number);
	free(data);
	return scalars_add(out, NULL, number);
}

/* The members "0", "1" ... of a list. */
static int list_read(const struct keys *list, const struct keys *keys, const char *name,
		     struct scalars *out)
{
	DWORD subkeys = 0, values = 0;
	char index[16];
	LSTATUS status;
	int r;

	status = RegQueryInfoKeyA(list->key, NULL, NULL, NULL, &subkeys, NULL, NULL, &values, NULL,
				  NULL, NULL, NULL);
	if (status != ERROR_SUCCESS)
		return keys_failed(keys, name, status);
	if (subkeys > 0)
		return keys_error(keys, name, "must be a list of strings or numbers [W0114]");
	for (DWORD i = 0; i < values; i++) {
		snprintf(index, sizeof index, "%u", (unsigned)i);
		r = scalars_read(list, index, out);
		if (r == -ENOENT)
			return keys_error(keys, name,
					  "must be a value or a list, not a group [W0114]");
		if (r < 0)
			return r;
	}
	return 0;
}

/* No setting takes a number with a point, and its text is not what was written: "3.1" for 3.10. */
static int floats_refuse(const struct keys *keys, const char *name, const struct scalars *scalars)
{
	int r = 0;

	for (size_t i = 0; i < scalars->n; i++)
		if (scalars->at[i].is_float)
			r = keys_error_member(keys, name, i,
					      "has a point and no quotes: write a string in "
					      "quotes, or a whole number [W0114]");
	return r;
}

int keys_read(const struct keys *keys, const char *name, struct scalars *out)
{
	struct scalars found = { .n = 0 };
	struct keys list = { keys->provider, NULL, name, keys->told };
	int r = scalars_read(keys, name, &found);
	LSTATUS status;

	if (r == -ENOENT) {
		status = RegOpenKeyExA(keys->key, name, 0, KEY_READ, &list.key);
		if (status != ERROR_SUCCESS)
			return keys_failed(keys, name, status);
		r = list_read(&list, keys, name, &found);
		RegCloseKey(list.key);
	}
	if (r == 0)
		r = floats_refuse(keys, name, &found);
	if (r < 0)
		scalars_done(&found);
	else
		*out = found;
	return r;
}

void scalars_done(struct scalars *scalars)
{
	for (size_t i = 0; i < scalars->n_texts; i++)
		free(scalars->texts[i]);
	free(scalars->texts);
	free(scalars->at);
	*scalars = (struct scalars){ .n = 0 };
}

static bool is_tag(const char *text)
{
	return strncmp(text, "tag:", 4) == 0 || strncmp(text, "set:", 4) == 0;
}

int keys_want_texts(const struct keys *keys, const char *name, const struct scalars *scalars)
{
	int r = 0;

	if (scalars->n == 0)
		return keys_error(keys, name, "the list is empty [W0119]");
	for (size_t i = 0; i < scalars->n; i++) {
		if (!scalars->at[i].text)
			r = keys_error_member(
				keys, name, i,
				"must be a string, not %u: write it in quotes [W0114]",
				scalars->at[i].number);
		else if (scalars->at[i].text[0] == '\0')
			r = keys_error_member(keys, name, i, "must not be empty [W0119]");
		else if (is_tag(scalars->at[i].text))
			r = keys_error_member(keys, name, i,
					      "\"%s\" is a tag of dnsmasq: here, what sets it is a "
					      "condition in the entry itself%s [W0193]",
					      scalars->at[i].text,
					      strchr(scalars->at[i].text, '!')
						      ? ", in not = { ... }"
						      : ", such as arch or user-class");
	}
	return r;
}

int keys_want_text(const struct keys *keys, const char *name, const struct scalars *scalars,
		   const char **out)
{
	int r = keys_want_texts(keys, name, scalars);

	if (r < 0)
		return r;
	if (scalars->n != 1)
		return keys_error(keys, name, "must be one string, not a list [W0114]");
	*out = scalars->at[0].text;
	return 0;
}

int keys_want_number(const struct keys *keys, const char *name, const struct scalars *scalars,
		     uint32_t most, uint32_t *out)
{
	if (scalars->n != 1 || scalars->at[0].text)
		return keys_error(keys, name, "must be one whole number [W0114]");
	if (scalars->at[0].number > most)
		return keys_error(keys, name, "must be a number from 0 to %u [W0115]", most);
	*out = scalars->at[0].number;
	return 0;
}

int keys_want_bool(const struct keys *keys, const char *name, const struct scalars *scalars,
		   bool *out)
{
	if (scalars->n != 1 || scalars->at[0].text || scalars->at[0].number > 1)
		return keys_error(keys, name, "must be true or false [W0114]");
	*out = scalars->at[0].number == 1;
	return 0;
}
