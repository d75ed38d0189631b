/* The text of an INI file, line by line, as Windows reads it:
 *
 *	; a comment			[section]			key = value
 *
 * Names have no case. Blanks around names and values do not count. Of several sections of one
 * name, and of several keys in a section, the first counts. A line of neither kind is told by
 * GetPrivateProfileSection alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <wdspxe-windows.h>

struct ini_span {
	const WCHAR *at;
	size_t len;
};

enum ini_kind { INI_NOTHING, INI_SECTION, INI_KEY, INI_OTHER };

struct ini_line {
	enum ini_kind kind;
	struct ini_span name;  /* of a section or a key; of INI_OTHER the whole line */
	struct ini_span value; /* of a key */
	size_t begin, end;     /* in the text; end: in front of its line end */
	size_t next;           /* where the next one begins */
};

/** Without the blanks around it. */
struct ini_span ini_trim(struct ini_span text);
/** Without a pair of quotation marks around it, single or double. */
struct ini_span ini_unquote(struct ini_span text);
/** Are the two names one? */
bool ini_same(struct ini_span a, struct ini_span b);

/** The line that begins at `at`; false at the end of the text. */
bool ini_line(struct ini_span text, size_t at, struct ini_line *out);
/** The heading of that section. */
bool ini_section(struct ini_span text, struct ini_span name, struct ini_line *out);
/** The next line of a section: `at` is behind its heading or behind another line of it. False: it
 * has no more. */
bool ini_next(struct ini_span text, size_t at, struct ini_line *out);
/** The line of that key in the section whose lines begin at `at`. */
bool ini_key(struct ini_span text, size_t at, struct ini_span name, struct ini_line *out);
