/* What an admin probably meant, from the raw text: libconfig says "syntax error" and a line, and
 * decodes backslashes before anybody sees them. A text is without a byte order mark, and ends with
 * its NUL.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { HINT_MAX = 256 };

/* A word, a bracket or another sign, a string. */
struct token {
	char kind;  /* the octet itself, '"' for a string, 'w' for a word, NUL at the end */
	bool wraps; /* a string that does not end on its line */
	int line;   /* where it begins, from 1 */
	const char *text;
	size_t len;
};

/* As much of it as a message shows: "%.*s". */
#define TOKEN_TEXT(token) (int)((token)->len < 60 ? (token)->len : 60), (token)->text

struct token_reader {
	const char *at; /* the text */
	int line;       /* 1 */
};

/** The next one, whether or not libconfig takes it; comments are passed over. */
struct token token_next(struct token_reader *reader);

/**
 * The reason why a text could not be read. *line is where reading failed; the reason lies there or
 * before. Returns true, and then the sentence and its own line; else neither is touched.
 */
bool hint_syntax(const char *text, int *line, char out[HINT_MAX]);

/**
 * Mends that mistake in the text, so that what stands behind it can be read: where it is certain
 * what the text would be without it, as with a comma too much, a value without quotes, or a line of
 * dnsmasq's. `line` is
 * the one that hint_syntax() said. False: it is not, and what is said of the rest would be a guess.
 */
bool hint_mend(char *text, int line);

/**
 * A comma before a closing bracket, which only newer libconfigs take: a file is to read alike with
 * each. Returns true, and then the sentence and the comma's line; else neither is touched.
 */
bool hint_comma(const char *text, int *line, char out[HINT_MAX]);
/** May there be one? Cheap, for a large file, and true where it is not certain. */
bool hint_may_have_comma(const char *text);

/** Says that a backslash in the string, meant as one, has become another octet of what was read. */
bool hint_backslash(const struct token *string, const char *read, char out[HINT_MAX]);

/* What stands at the place of a name, or of a value, and does not belong there; how it is written
 * here. `next` is the token behind it; `name` is whose value it is, NULL in a list. They return the
 * line of the mistake and the sentence, or 0. */
int hint_name(const struct token *token, const struct token *next, char out[HINT_MAX]);
int hint_value(const struct token *token, const struct token *next, const struct token *name,
	       char out[HINT_MAX]);

/** Is it a word of dnsmasq's, whose line is all of it? */
bool hint_is_line(const struct token *token);

/** "a dnsmasq key: here, use ...", where a setting has the name of one of dnsmasq, ISC dhcpd, Kea
 * or another server. Else false, and nothing is written. To be asked where no key of ours is like
 * it. */
bool hint_foreign(const char *name, char out[HINT_MAX]);
/** Where a key of bootfile's stands, that stands elsewhere: "settings: { ... }". NULL: it is none,
 * or one that stands beside them. */
const char *hint_place(const char *name);
