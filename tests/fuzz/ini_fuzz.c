/* Any octets as an INI file: it is read in one of its encodings and comes back as it was; what is
 * written into it is found again, and nothing else is lost.
 *
 * Input: what is done, then how long the names and the value are that follow; the rest is the file.
 */
#include <wchar.h>

#include "fuzz/holds.h"
#include "windows/ini.h"
#include "windows/ini_edit.h"
#include "windows/ini_text.h"

enum { NAME_MAX_LEN = 15 };

static bool is_name(struct ini_span name, const wchar_t * not )
{
	for (size_t i = 0; i < name.len; i++)
		if (wcschr(not, name.at[i]))
			return false; /* a NUL is in each */
	return true;
}

/* Lines that say something, and of how many sections. */
static size_t lines_count(struct ini_span text, size_t *sections)
{
	struct ini_line line;
	size_t n = 0, end = 0;

	*sections = 0;
	for (size_t at = 0; ini_line(text, at, &line); at = line.next) {
		HOLDS(line.begin == end && line.end >= line.begin && line.next > line.begin &&
		      line.next <= text.len);
		end = line.next;
		*sections += line.kind == INI_SECTION;
		n += line.kind != INI_NOTHING;
	}
	HOLDS(end == text.len);
	return n;
}

static void check_round(const struct ini_text *text)
{
	struct ini_text again;
	size_t len;
	void *octets = ini_text_write(text, &len);

	HOLDS(octets && ini_text_read(octets, len, &again));
	/* ASCII that was in 1252 alone is UTF-8 as well, when the rest of it is gone. */
	HOLDS(again.len == text->len && wmemcmp(again.at, text->at, text->len) == 0);
	free(octets);
	free(again.at);
}

static bool value_is(struct ini_span text, struct ini_span section, struct ini_span key,
		     struct ini_span value)
{
	struct ini_line line;

	value = ini_trim(value);
	return ini_section(text, section, &line) && ini_key(text, line.next, key, &line) &&
	       line.value.len == value.len &&
	       (value.len == 0 || wmemcmp(line.value.at, value.at, value.len) == 0);
}

static void change(uint8_t what, struct ini_text *text, struct ini_span section,
		   struct ini_span key, struct ini_span value)
{
	struct ini_line line;
	size_t sections, after, n = lines_count(ini_text_span(text), &sections);
	bool has_section = ini_section(ini_text_span(text), section, &line);
	bool has_key = has_section && ini_key(ini_text_span(text), line.next, key, &line);

	switch (what % 4) {
	case 0:
		HOLDS(ini_set(text, section, key, value));
		HOLDS(value_is(ini_text_span(text), section, key, value));
		HOLDS(lines_count(ini_text_span(text), &after) == n + !has_section + !has_key);
		HOLDS(after == sections + !has_section);
		break;
	case 1:
		HOLDS(ini_unset(text, section, key));
		HOLDS(lines_count(ini_text_span(text), &after) == n - has_key);
		HOLDS(after == sections);
		break;
	case 2:
		HOLDS(ini_drop(text, section));
		HOLDS(lines_count(ini_text_span(text), &after) < n + !has_section);
		HOLDS(after == sections - has_section);
		break;
	default:
		HOLDS(ini_fill(text, section, L"x=1\0y=2\0"));
		HOLDS(value_is(ini_text_span(text), section, (struct ini_span){ L"Y", 1 },
			       (struct ini_span){ L"2", 1 }));
		lines_count(ini_text_span(text), &after);
		HOLDS(after == sections + !has_section);
		break;
	}
}

static struct ini_span name_take(const uint8_t **at, size_t *left, size_t len, WCHAR *out)
{
	size_t n = 0;

	for (; n < len && *left >= 2; n++, *at += 2, *left -= 2)
		out[n] = (WCHAR)((*at)[0] | (*at)[1] << 8);
	return (struct ini_span){ out, n };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	WCHAR room[3][NAME_MAX_LEN];
	struct ini_span section, key, value;
	struct ini_text text;
	const uint8_t *at = data + 3;
	size_t left, sections;
	uint8_t *file;

	if (size < 3)
		return 0;
	left = size - 3;
	section = ini_trim(name_take(&at, &left, data[1] & NAME_MAX_LEN, room[0]));
	key = ini_trim(name_take(&at, &left, data[1] >> 4, room[1]));
	value = name_take(&at, &left, data[2] & NAME_MAX_LEN, room[2]);
	file = copy_of(span_of(at, left), left);
	HOLDS(ini_text_read(file, left, &text));
	lines_count(ini_text_span(&text), &sections);
	check_round(&text);
	/* Names that the functions refuse: profile.c. */
	if (is_name(section, L"\r\n]") && is_name(key, L"\r\n=") && is_name(value, L"\r\n") &&
	    key.len > 0 && key.at[0] != ';' && key.at[0] != '[')
		change(data[0], &text, section, key, value);
	free(text.at);
	free(file);
	return 0;
}
