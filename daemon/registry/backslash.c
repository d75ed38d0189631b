/* Backslashes that libconfig takes for the beginning of another octet: \\x64 is the letter d. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "registry/hint.h"
#include "registry/scan.h"
#include "registry/token.h"

enum { SHOWN_MAX = 72 };

struct escape {
	int octet;
	size_t len;
	bool lost; /* the backslash is gone, and was no escape of a quote or a backslash */
};

static int digit(uint8_t c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static struct escape escape_at(struct span text, size_t at)
{
	static const char letters[] = "nrtf", octets[] = "\n\r\t\f";
	char c = at + 1 < text.len ? (char)text.at[at + 1] : '\0';
	const char *letter = c ? strchr(letters, c) : NULL;

	if (c == '\\' || c == '"')
		return (struct escape){ c, 2, false };
	if (letter)
		return (struct escape){ octets[letter - letters], 2, true };
	if (c != 'x' || at + 3 >= text.len || !isxdigit(text.at[at + 2]) ||
	    !isxdigit(text.at[at + 3]))
		return (struct escape){ '\\', 1, false }; /* it stays */
	return (struct escape){ digit(text.at[at + 2]) << 4 | digit(text.at[at + 3]), 4, true };
}

/* A text with words may mean its new lines and tabs. */
static bool is_meant(struct span text, int octet)
{
	return (octet == '\n' || octet == '\r' || octet == '\t') &&
	       (memchr(text.at, ' ', text.len) || memchr(text.at, '\t', text.len));
}

static size_t show(char out[SHOWN_MAX + 8], size_t used, int octet)
{
	if (used >= SHOWN_MAX)
		return used;
	return used + (size_t)snprintf(out + used, 8,
				       octet >= ' ' && octet < 0x7f ? "%c" : "<%02x>", octet);
}

/* What comes of the string between its quotes; true where a backslash was lost that was meant. */
static bool string_read(struct span text, char out[SHOWN_MAX + 8])
{
	struct escape escape;
	bool lost = false;
	size_t used = 0;

	out[0] = '\0';
	for (size_t at = 0; at < text.len; at += escape.len) {
		escape = (struct escape){ text.at[at], 1, false };
		if (text.at[at] == '\\')
			escape = escape_at(text, at);
		lost |= escape.lost && !is_meant(text, escape.octet);
		used = show(out, used, escape.octet);
	}
	return lost;
}

void hint_backslashes(struct span text, void (*tell)(void *context, int line, const char *sentence),
		      void *context)
{
	struct token_reader reader = { text, scan_mark(text), 1 };
	char read[SHOWN_MAX + 8], sentence[HINT_MAX];
	struct token token;

	while ((token = token_next(&reader)).kind) {
		struct span inside = token.text;

		if (token.kind != '"' || inside.len < 2)
			continue;
		inside = span_of(inside.at + 1, inside.len - 2);
		if (!string_read(inside, read))
			continue;
		(void)snprintf(sentence, sizeof(sentence),
			       "\"%.*s\" is read as \"%s\": write \\\\ for each backslash",
			       inside.len < SHOWN_MAX ? (int)inside.len : SHOWN_MAX,
			       (const char *)inside.at, read);
		tell(context, token.line, sentence);
	}
}
