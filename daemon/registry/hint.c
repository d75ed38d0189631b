#include "registry/hint.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "registry/scan.h"
#include "registry/setting.h"
#include "registry/token.h"

struct reading {
	char open[SETTING_DEPTH_MAX + 1]; /* brackets; [0]: the file itself, a group */
	unsigned depth;
	enum { A_NAME, AN_EQUALS, A_VALUE, AN_END } expected;
	struct token name, before; /* the last ones */
	struct token next;         /* behind the one that is read */
	struct token string;       /* the first that does not end on its line */
	char *out;
};

static __attribute__((format(printf, 3, 4))) int say(struct reading *r, int line,
						     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(r->out, HINT_MAX, format, args);
	va_end(args);
	return line;
}

static bool is_word(const struct token *token, const char *word)
{
	return token->text.len == strlen(word) &&
	       strncasecmp((const char *)token->text.at, word, token->text.len) == 0;
}

#define WORD(token)                                                                                \
	(int)((token)->text.len < 60 ? (token)->text.len : 60), (const char *)(token)->text.at

/* A quote that a word processor made; in UTF-8. */
static bool has_quote(const struct token *token)
{
	for (size_t i = 0; i + 1 < token->text.len; i++)
		if ((token->text.at[i] == 0xe2 && token->text.at[i + 1] == 0x80) ||
		    (token->text.at[i] == 0xc2 &&
		     (token->text.at[i + 1] == 0xab || token->text.at[i + 1] == 0xbb)))
			return true;
	return false;
}

static bool is_number(const struct token *token)
{
	char copy[64], *end;

	(void)snprintf(copy, sizeof(copy), "%.*s", WORD(token));
	(void)strtod(copy, &end);
	return end > copy && end[strspn(end, "L")] == '\0';
}

static int wrong_word(struct reading *r, const struct token *token)
{
	if (has_quote(token))
		return say(r, token->line, "a typographic quote: strings must be in plain \"\"");
	if (token->text.at[0] == '\'')
		return say(r, token->line, "strings must be in \"\", not in ''");
	if (is_word(token, "yes") || is_word(token, "on"))
		return say(r, token->line, "write true, not %.*s", WORD(token));
	if (is_word(token, "no") || is_word(token, "off"))
		return say(r, token->line, "write false, not %.*s", WORD(token));
	return say(r, token->line, "strings must be in quotes: \"%.*s\"", WORD(token));
}

static int read_name(struct reading *r, const struct token *token)
{
	char name[32];

	if (hint_format(token, &r->next, r->out))
		return token->line;
	(void)snprintf(name, sizeof(name), "%.*s", (int)token->text.len,
		       (const char *)token->text.at);
	if (token->kind == 'w' && hint_dnsmasq(name))
		return say(r, token->line, "%s is a dnsmasq key: here,%s", name,
			   hint_dnsmasq(name));
	if (token->kind == 'w' && has_quote(token))
		return wrong_word(r, token);
	if (token->kind == '"')
		return say(r, token->line, "the name of a setting must not be in quotes");
	if (token->kind == ';' || token->kind == ',')
		return say(r, token->line, "an extra '%c'", token->kind);
	r->name = *token;
	r->expected = AN_EQUALS;
	return 0;
}

static bool is_name(const struct reading *r, const struct token *token)
{
	return token->kind == 'w' && isalpha(token->text.at[0]) &&
	       (r->next.kind == '=' || r->next.kind == ':');
}

/* A setting where a value is expected. */
static int braces_missing(struct reading *r, const struct token *token)
{
	if (r->open[r->depth] != '{')
		return say(r, token->line, "an entry of a list must be in { }: ( { %.*s = ...; } )",
			   WORD(token));
	return say(r, r->name.line, "%.*s has no value; write %.*s: { %.*s = ...; } for a group",
		   WORD(&r->name), WORD(&r->name), WORD(token));
}

static int open_bracket(struct reading *r, const struct token *token)
{
	if (r->open[r->depth] == '[')
		return say(r, token->line, "a list of groups must be in ( ), not in [ ]");
	if (r->depth == SETTING_DEPTH_MAX)
		return -1;
	r->open[++r->depth] = token->kind;
	r->expected = token->kind == '{' ? A_NAME : A_VALUE;
	return 0;
}

static int read_value(struct reading *r, const struct token *token)
{
	char c = token->kind;

	if (c == '{' || c == '(' || c == '[')
		return open_bracket(r, token);
	if ((c == ')' || c == ']') && r->before.kind == ',')
		return say(r, r->before.line, "an extra comma before the closing '%c'", c);
	if ((c == ')' || c == ']') && r->before.kind == r->open[r->depth]) {
		r->depth--; /* an empty list */
		r->expected = AN_END;
		return 0;
	}
	if (is_name(r, token))
		return braces_missing(r, token);
	if (is_word(token, "-") && hint_format(token, &r->next, r->out))
		return token->line;
	if (c == 'w' && !is_number(token) && !is_word(token, "true") && !is_word(token, "false"))
		return wrong_word(r, token);
	if (c != 'w' && c != '"')
		return say(r, token->line, "a value is missing before '%c'", c);
	r->expected = AN_END;
	return 0;
}

/* Behind a value. */
static int read_end(struct reading *r, const struct token *token)
{
	static const char closing[] = { ['{'] = '}', ['('] = ')', ['['] = ']' };
	char c = token->kind, open = r->open[r->depth];

	if (c == '"' && r->before.kind == '"') /* strings in a row are one */
		return 0;
	if (r->depth > 0 && c == closing[(unsigned char)open]) {
		r->depth--;
		r->expected = AN_END;
	} else if (c == '}' || c == ')' || c == ']') {
		return r->depth > 0 ? say(r, token->line, "found '%c', expected '%c'", c,
					  closing[(unsigned char)open])
				    : say(r, token->line, "an extra '%c'", c);
	} else if (open == '{') {
		r->expected = A_NAME;
		return c == ';' || c == ',' ? 0 : read_name(r, token);
	} else if (c == ',') {
		r->expected = A_VALUE;
	} else if (c == ';') {
		return say(r, token->line,
			   "the members of a list are separated by ',', not by ';'");
	} else {
		return say(r, token->line, "a ',' is missing between the members of a list");
	}
	return 0;
}

/* The line of the mistake; 0: none so far, -1: the text does not show it. */
static int read_step(struct reading *r, const struct token *token)
{
	if (token->text.at[0] == '@')
		return -1; /* the reader itself says what is wrong with @include */
	switch (r->expected) {
	case A_NAME:
		return strchr("})]", token->kind) ? read_end(r, token) : read_name(r, token);
	case AN_EQUALS:
		if (token->kind != '=' && token->kind != ':')
			return say(r, r->name.line, "an '=' is missing after %.*s", WORD(&r->name));
		r->expected = A_VALUE;
		return 0;
	case A_VALUE:
		return read_value(r, token);
	case AN_END:
		return read_end(r, token);
	}
	return -1;
}

bool hint_syntax(struct span text, int *line, char out[HINT_MAX])
{
	char sentence[HINT_MAX] = "";
	struct reading reading = { .open = "{", .out = sentence };
	struct token_reader reader = { text, scan_mark(text), 1 };
	struct token token;
	int found = 0;

	reading.next = token_next(&reader);
	do {
		token = reading.next;
		reading.next = token_next(&reader);
		if (token.wraps && !reading.string.wraps)
			reading.string = token;
		if (token.kind)
			found = read_step(&reading, &token);
		reading.before = token;
	} while (token.kind && !found);
	if (reading.string.wraps && (found || !token.kind))
		found = say(&reading, reading.string.line,
			    "the string that begins here has no closing quote on its line");
	if (found <= 0 || found > *line)
		return false;
	memcpy(out, sentence, HINT_MAX);
	*line = found;
	return true;
}
