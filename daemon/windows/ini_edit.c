#include "windows/ini_edit.h"

#include <stdlib.h>
#include <wchar.h>

/* As the file has them; a new file, as Windows has them. */
static struct ini_span line_end(const struct ini_text *text)
{
	const WCHAR *first = wmemchr(text->at, '\n', text->len);

	if (first && (first == text->at || first[-1] != '\r'))
		return (struct ini_span){ L"\n", 1 };
	return (struct ini_span){ L"\r\n", 2 };
}

/* Lines to be put into a text. */
struct made {
	WCHAR *at; /* NULL: no memory */
	size_t len;
};

static struct made made_for(size_t most)
{
	return (struct made){ malloc((most + 1) * sizeof(WCHAR)), 0 };
}

static void made_add(struct made *made, struct ini_span text)
{
	if (made->at && text.len > 0)
		wmemcpy(made->at + made->len, text.at, text.len);
	made->len += text.len;
}

static bool made_put(struct made *made, struct ini_text *text, size_t from, size_t to)
{
	bool good = made->at &&
		    ini_text_replace(text, from, to, (struct ini_span){ made->at, made->len });

	free(made->at);
	return good;
}

/* Where a new line of a section goes: behind its last line that says something; `at` is behind the
 * heading. */
static size_t section_end(struct ini_span text, size_t at)
{
	struct ini_line line;
	size_t end = at;

	for (size_t next = at; ini_line(text, next, &line) && line.kind != INI_SECTION;
	     next = line.next)
		if (line.end > line.begin)
			end = line.next;
	return end;
}

static bool ends_in_line_end(struct ini_span text, size_t at)
{
	return at == 0 || text.at[at - 1] == '\n';
}

/* KEY=VALUE as a line of its own at `at`. */
static bool key_insert(struct ini_text *text, size_t at, struct ini_span key, struct ini_span value)
{
	struct ini_span end = line_end(text);
	struct made made = made_for(key.len + value.len + 1 + 2 * end.len);

	if (!ends_in_line_end(ini_text_span(text), at))
		made_add(&made, end);
	made_add(&made, key);
	made_add(&made, (struct ini_span){ L"=", 1 });
	made_add(&made, value);
	made_add(&made, end);
	return made_put(&made, text, at, at);
}

/* The heading of a new section at the text's end. */
static bool section_add(struct ini_text *text, struct ini_span name)
{
	struct ini_span end = line_end(text);
	struct made made = made_for(name.len + 2 + 2 * end.len);

	if (!ends_in_line_end(ini_text_span(text), text->len))
		made_add(&made, end);
	made_add(&made, (struct ini_span){ L"[", 1 });
	made_add(&made, name);
	made_add(&made, (struct ini_span){ L"]", 1 });
	made_add(&made, end);
	return made_put(&made, text, text->len, text->len);
}

/* The section's heading, which is made if it is not there. */
static bool section_find(struct ini_text *text, struct ini_span name, struct ini_line *out)
{
	return ini_section(ini_text_span(text), name, out) ||
	       (section_add(text, name) && ini_section(ini_text_span(text), name, out));
}

bool ini_set(struct ini_text *text, struct ini_span section, struct ini_span key,
	     struct ini_span value)
{
	struct ini_line heading, line;
	struct made made;

	if (!section_find(text, section, &heading))
		return false;
	if (!ini_key(ini_text_span(text), heading.next, key, &line))
		return key_insert(text, section_end(ini_text_span(text), heading.next), key, value);
	made = made_for(line.name.len + 1 + value.len);
	made_add(&made, line.name);
	made_add(&made, (struct ini_span){ L"=", 1 });
	made_add(&made, value);
	return made_put(&made, text, line.begin, line.end);
}

bool ini_unset(struct ini_text *text, struct ini_span section, struct ini_span key)
{
	struct ini_line heading, line;

	if (!ini_section(ini_text_span(text), section, &heading) ||
	    !ini_key(ini_text_span(text), heading.next, key, &line))
		return true;
	return ini_text_replace(text, line.begin, line.next, (struct ini_span){ NULL, 0 });
}

/* Where the lines of a section end that begin at `at`. */
static size_t next_heading(struct ini_span text, size_t at)
{
	struct ini_line line;

	for (; ini_line(text, at, &line); at = line.next)
		if (line.kind == INI_SECTION)
			return line.begin;
	return text.len;
}

bool ini_drop(struct ini_text *text, struct ini_span section)
{
	struct ini_line heading;

	if (!ini_section(ini_text_span(text), section, &heading))
		return true;
	return ini_text_replace(text, heading.begin,
				next_heading(ini_text_span(text), heading.next),
				(struct ini_span){ NULL, 0 });
}

bool ini_fill(struct ini_text *text, struct ini_span section, const WCHAR *lines)
{
	struct ini_line heading;
	struct ini_span end = line_end(text);
	struct made made;
	size_t most = end.len;

	for (const WCHAR *at = lines; *at; at += wcslen(at) + 1)
		most += wcslen(at) + end.len;
	if (!section_find(text, section, &heading))
		return false;
	made = made_for(most);
	if (!ends_in_line_end(ini_text_span(text), heading.next))
		made_add(&made, end);
	for (const WCHAR *at = lines; *at; at += wcslen(at) + 1) {
		made_add(&made, (struct ini_span){ at, wcslen(at) });
		made_add(&made, end);
	}
	return made_put(&made, text, heading.next, next_heading(ini_text_span(text), heading.next));
}
