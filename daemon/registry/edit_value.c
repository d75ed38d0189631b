#include "registry/edit_value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Writes one octet as it stands in a string; returns the length. */
static size_t put_octet(char *at, unsigned char c)
{
	static const char plain[] = "\"\\\n\r\t\f", escaped[] = "\"\\nrtf";
	const char *found = c ? strchr(plain, c) : NULL;

	if (found) {
		at[0] = '\\';
		at[1] = escaped[found - plain];
		return 2;
	}
	if (c < 0x20 || c == 0x7f)
		return (size_t)sprintf(at, "\\x%02X", c);
	at[0] = (char)c;
	return 1;
}

char *edit_quote(const char *text)
{
	char *out = malloc(4 * strlen(text) + 3), *at = out;

	if (!out)
		return NULL;
	*at++ = '"';
	for (; *text; text++)
		at += put_octet(at, (unsigned char)*text);
	*at++ = '"';
	*at = '\0';
	return out;
}

static int render_strings(const struct edit_value *value, char **out)
{
	_cleanup_(freep) char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	if (!file)
		return -ENOMEM;
	fputs("[ ", file);
	for (size_t i = 0; i < value->count; i++) {
		_cleanup_(freep) char *quoted = edit_quote(value->strings[i]);

		if (!quoted) {
			fclose(file);
			return -ENOMEM;
		}
		fprintf(file, "%s%s", quoted, i + 1 < value->count ? ", " : " ");
	}
	fputs("]", file);
	if (fclose(file) != 0)
		return -ENOMEM;
	*out = TAKE(text);
	return 0;
}

/* libconfig tells a float by its point. The process's locale may have a comma. */
static int render_real(double real, char **out)
{
	char text[64], *comma;

	if (!isfinite(real))
		return REGISTRY_E_INVALID;
	(void)snprintf(text, sizeof(text), "%.15g", real);
	if (strtod(text, NULL) < real || strtod(text, NULL) > real)
		(void)snprintf(text, sizeof(text), "%.17g", real);
	comma = strchr(text, ',');
	if (comma)
		*comma = '.';
	if (!strpbrk(text, ".e"))
		strcat(text, ".0");
	*out = strdup(text);
	return *out ? 0 : -ENOMEM;
}

static int printed(int r, char **out)
{
	if (r >= 0)
		return 0;
	*out = NULL;
	return -ENOMEM;
}

int edit_render(const struct edit_value *value, const char *indent, char **out)
{
	switch (value->type) {
	case SETTING_GROUP:
		return printed(indent ? asprintf(out, "{\n%s}", indent) : asprintf(out, "{ }"),
			       out);
	case SETTING_LIST:
		return printed(asprintf(out, "( )"), out);
	case SETTING_ARRAY:
		return render_strings(value, out);
	case SETTING_INT:
		if (value->integer < 0 || (uint32_t)value->integer <= INT32_MAX)
			return printed(asprintf(out, "%" PRId32, (int32_t)value->integer), out);
		return printed(asprintf(out, "0x%08" PRIX32, (uint32_t)value->integer), out);
	case SETTING_INT64:
		return printed(asprintf(out, "%" PRId64 "L", value->integer), out);
	case SETTING_FLOAT:
		return render_real(value->real, out);
	case SETTING_BOOL:
		return printed(asprintf(out, "%s", value->boolean ? "true" : "false"), out);
	case SETTING_STRING:
		break;
	}
	*out = edit_quote(value->string);
	return *out ? 0 : -ENOMEM;
}
