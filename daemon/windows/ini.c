#include "windows/ini.h"

#include <wchar.h>

#include "windows/fold.h"

static bool is_blank(WCHAR c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

struct ini_span ini_trim(struct ini_span text)
{
	while (text.len > 0 && is_blank(text.at[0])) {
		text.at++;
		text.len--;
	}
	while (text.len > 0 && is_blank(text.at[text.len - 1]))
		text.len--;
	return text;
}

struct ini_span ini_unquote(struct ini_span text)
{
	WCHAR mark = text.len >= 2 ? text.at[0] : 0;

	if ((mark != '"' && mark != '\'') || text.at[text.len - 1] != mark)
		return text;
	return (struct ini_span){ text.at + 1, text.len - 2 };
}

bool ini_same(struct ini_span a, struct ini_span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (a.at[i] != b.at[i] && fold((uint32_t)a.at[i]) != fold((uint32_t)b.at[i]))
			return false;
	return true;
}

/* A NUL ends a line, too: it would end the string that a caller gets. */
static size_t line_end(struct ini_span text, size_t at)
{
	while (at < text.len && text.at[at] != '\n' && text.at[at] != 0)
		at++;
	return at;
}

static struct ini_span until(struct ini_span text, WCHAR c)
{
	const WCHAR *found = wmemchr(text.at, c, text.len);

	return (struct ini_span){ text.at, found ? (size_t)(found - text.at) : text.len };
}

static void line_read(struct ini_span line, struct ini_line *out)
{
	struct ini_span name;

	out->kind = INI_NOTHING;
	if (line.len == 0 || line.at[0] == ';')
		return;
	if (line.at[0] == '[') {
		out->kind = INI_SECTION;
		out->name = ini_trim(until((struct ini_span){ line.at + 1, line.len - 1 }, ']'));
		return;
	}
	name = until(line, '=');
	out->kind = name.len < line.len ? INI_KEY : INI_OTHER;
	out->name = ini_trim(name);
	if (out->kind == INI_KEY)
		out->value = ini_trim(
			(struct ini_span){ name.at + name.len + 1, line.len - name.len - 1 });
}

bool ini_line(struct ini_span text, size_t at, struct ini_line *out)
{
	if (at >= text.len)
		return false;
	*out = (struct ini_line){ .begin = at, .end = line_end(text, at) };
	out->next = out->end < text.len ? out->end + 1 : text.len;
	if (out->end > at && text.at[out->end - 1] == '\r')
		out->end--;
	line_read(ini_trim((struct ini_span){ text.at + at, out->end - at }), out);
	return true;
}

bool ini_section(struct ini_span text, struct ini_span name, struct ini_line *out)
{
	for (size_t at = 0; ini_line(text, at, out); at = out->next)
		if (out->kind == INI_SECTION && ini_same(out->name, name))
			return true;
	return false;
}

bool ini_next(struct ini_span text, size_t at, struct ini_line *out)
{
	while (ini_line(text, at, out)) {
		if (out->kind == INI_SECTION)
			return false;
		if (out->kind != INI_NOTHING)
			return true;
		at = out->next;
	}
	return false;
}

bool ini_key(struct ini_span text, size_t at, struct ini_span name, struct ini_line *out)
{
	for (; ini_next(text, at, out); at = out->next)
		if (out->kind == INI_KEY && ini_same(out->name, name))
			return true;
	return false;
}
