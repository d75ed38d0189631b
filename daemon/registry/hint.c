#include "registry/hint.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/setting.h"

#define BLANK " \t\r\n\f"

enum { SHOWN_MAX = 73 }; /* octets of a string in a message */

static const char *comment_end(const char *at, int *line)
{
	const char *end = strstr(at + 2, "*/");

	end = end ? end + 2 : at + strlen(at);
	for (; at < end; at++)
		*line += *at == '\n';
	return end;
}

/* Behind blank space and comments. */
static const char *skip(const char *at, int *line)
{
	for (;;) {
		for (; *at == ' ' || (*at >= '\t' && *at <= '\r' && *at != '\v'); at++)
			*line += *at == '\n';
		if (*at == '#' || (*at == '/' && at[1] == '/'))
			at += strcspn(at, "\n");
		else if (*at == '/' && at[1] == '*')
			at = comment_end(at, line);
		else
			return at;
	}
}

/* Octets that may be where a word ends; the NUL is one. Each octet of a large file is looked at. */
static const bool may_end[256] = {
	['\0'] = true, [' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true,
	['\f'] = true, ['#'] = true, [';'] = true,  [','] = true,  ['='] = true,
	['('] = true,  [')'] = true, ['['] = true,  [']'] = true,  ['{'] = true,
	['}'] = true,  ['"'] = true, ['/'] = true,  [':'] = true,
};

static bool ends_word(const char *at, bool first)
{
	if (!may_end[(unsigned char)*at])
		return false;
	if (*at == '/')
		return at[1] == '*';
	return *at != ':' || first || strchr(BLANK "{[(\"", at[1]);
}

/* A word goes on where libconfig would end it: an unquoted address or URL is one. */
static const char *word_end(const char *from)
{
	const char *at = from;

	while (!ends_word(at, at == from))
		at++;
	return at > from || !*at ? at : at + 1;
}

static const char *string_end(const char *at, int *line)
{
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		*line += *at == '\n';
	}
	return *at ? at + 1 : at;
}

struct token token_next(struct token_reader *r)
{
	const char *from = skip(r->at, &r->line), *end;
	bool is_word = *from == '/' || !may_end[(unsigned char)*from];
	struct token token = { is_word ? 'w' : *from, false, r->line, from, 0 };

	end = *from == '"' ? string_end(from, &r->line) : word_end(from);
	r->at = end;
	token.len = (size_t)(end - from);
	token.wraps = r->line > token.line || (*from == '"' && (end < from + 2 || end[-1] != '"'));
	return token;
}

/* A text with words may mean its new lines and tabs; \\x64, for the letter d, nobody means. */
static bool loses_backslash(const struct token *t)
{
	bool words = memchr(t->text, ' ', t->len) || memchr(t->text, '\t', t->len);

	for (const char *at = t->text + 1; at + 1 < t->text + t->len; at++)
		if (*at == '\\' && (*++at == 'f' || (!words && *at && strchr("nrt", *at)) ||
				    (*at == 'x' && isxdigit((unsigned char)at[1]) &&
				     isxdigit((unsigned char)at[2]))))
			return true;
	return false;
}

bool hint_backslash(const struct token *string, const char *read, char out[HINT_MAX])
{
	size_t shown = string->len < SHOWN_MAX ? string->len : SHOWN_MAX, used;

	if (!loses_backslash(string))
		return false;
	used = (size_t)sprintf(out, "%.*s%s is read as \"", (int)shown, string->text,
			       shown == string->len ? "" : "\"");
	for (size_t end = used + SHOWN_MAX; *read && used < end; read++)
		used += (size_t)sprintf(out + used, *read >= ' ' && *read < 0x7f ? "%c" : "<%02x>",
					(unsigned char)*read);
	strcpy(out + used, "\": write \\\\ for each backslash [W0120]");
	return true;
}

/* ---- why reading failed ---- */

struct reading {
	struct token open[SETTING_DEPTH_MAX + 1]; /* brackets; [0]: the file itself, a group */
	unsigned depth;
	enum expected { A_NAME, AN_EQUALS, A_VALUE, AN_END } expected, was; /* `was`: before it */
	struct token name, before, token, next; /* the last name; the one that is read */
	struct token string;                    /* the first that does not end on its line */
	char *out;
};

#define CLOSING(open)   ((open) == '{' ? '}' : (open) == '(' ? ')' : ']')
#define SAY(r, at, ...) ((void)snprintf((r)->out, HINT_MAX, __VA_ARGS__), (at).line)

static bool is_extra_comma(const struct token *t, const struct token *next)
{
	return t->kind == ',' && next->kind && strchr(")]", next->kind);
}

static void say_extra_comma(char closing, char out[HINT_MAX])
{
	(void)snprintf(out, HINT_MAX, "an extra comma before the closing '%c' [W0106]", closing);
}

bool hint_may_have_comma(const char *text)
{
	const char *seen = text; /* up to the bracket before this one: there is no doubt */

	for (const char *at = strpbrk(text, ")]"); at; at = strpbrk(at + 1, ")]")) {
		const char *before = at;

		while (before > seen && strchr(BLANK, before[-1]))
			before--;
		if (before > seen && before[-1] == ',')
			return true;
		/* behind a comment, perhaps */
		while (before > seen && before[-1] != '\n' && before[-1] != '#' &&
		       before[-1] != '/')
			before--;
		if (before > seen && before[-1] != '\n')
			return true;
		seen = at + 1;
	}
	return false;
}

bool hint_comma(const char *text, int *line, char out[HINT_MAX])
{
	struct token_reader reader = { text, 1 };
	struct token before = { .kind = 0 };

	for (struct token t = token_next(&reader); t.kind; before = t, t = token_next(&reader)) {
		if (!is_extra_comma(&before, &t))
			continue;
		say_extra_comma(t.kind, out);
		*line = before.line;
		return true;
	}
	return false;
}

static int read_name(struct reading *r, const struct token *t)
{
	if (hint_name(t, &r->next, r->out))
		return t->line;
	r->name = *t;
	r->expected = AN_EQUALS;
	return 0;
}

/* Behind a value. */
static int read_end(struct reading *r, const struct token *t)
{
	char open = r->open[r->depth].kind, c = t->kind;

	if (c == '"' && r->before.kind == '"') /* strings in a row are one */
		return 0;
	r->expected = strchr("})]", c) ? AN_END : open == '{' ? A_NAME : A_VALUE;
	if (r->expected == AN_END && r->depth == 0)
		return SAY(r, *t, "an extra '%c' [W0106]", c);
	if (r->expected == AN_END && c != CLOSING(open))
		return SAY(r, *t, "found '%c', expected '%c' [W0106]", c, CLOSING(open));
	if (r->expected == AN_END)
		return r->depth--, 0;
	if (open == '{')
		return c == ';' || c == ',' ? 0 : read_name(r, t);
	if (c == ';')
		return SAY(r, *t, "the members of a list are separated by ',', not by ';' [W0106]");
	return c == ',' ? 0 : SAY(r, *t, "a ',' is missing between the members of a list [W0106]");
}

static int read_value(struct reading *r, const struct token *t)
{
	char open = r->open[r->depth].kind, c = t->kind;

	r->expected = c == '{' ? A_NAME : strchr("([", c) ? A_VALUE : AN_END;
	if (strchr("{([", c) && open == '[')
		return SAY(r, *t, "a list of groups must be in ( ), not in [ ] [W0106]");
	if (strchr("{([", c))
		return r->depth < SETTING_DEPTH_MAX ? r->open[++r->depth] = *t, 0 : -1;
	if (is_extra_comma(&r->before, t))
		return say_extra_comma(c, r->out), r->before.line;
	if (strchr(")]", c) && r->before.kind == open) /* an empty list */
		return read_end(r, t);
	if (c != 'w')
		return c == '"' ? 0 : SAY(r, *t, "a value is missing before '%c' [W0106]", c);
	return hint_value(t, &r->next, open == '{' ? &r->name : NULL, r->out);
}

/* The line of the mistake; 0: none so far, -1: the text does not show it. */
static int read_step(struct reading *r, const struct token *t)
{
	if (*t->text == '@')
		return -1; /* the reader itself says what is wrong with @include */
	if (r->expected == AN_EQUALS && t->kind != '=' && t->kind != ':')
		return SAY(r, r->name, "an '=' is missing after %.*s [W0106]",
			   TOKEN_TEXT(&r->name));
	if (!t->kind)
		return r->depth ? SAY(r, r->open[r->depth],
				      "the '%c' that begins here is never closed [W0106]",
				      r->open[r->depth].kind)
				: -1;
	if (r->expected == AN_EQUALS)
		return r->expected = A_VALUE, 0;
	if (r->expected == A_VALUE)
		return read_value(r, t);
	return r->expected == AN_END || strchr("})]", t->kind) ? read_end(r, t) : read_name(r, t);
}

/* Up to the first mistake: as read_step(). */
static int read_text(struct reading *r, const char *text)
{
	struct token_reader reader = { text, 1 };
	int found = 0;

	for (r->next = token_next(&reader); !found; found = read_step(r, &r->token)) {
		r->before = r->token;
		r->token = r->next;
		r->next = token_next(&reader);
		r->was = r->expected;
		if (r->token.wraps && !r->string.kind)
			r->string = r->token;
	}
	return found;
}

bool hint_syntax(const char *text, int *line, char out[HINT_MAX])
{
	char sentence[HINT_MAX] = "";
	struct reading r = { .open = { { .kind = '{' } }, .out = sentence };
	int found = read_text(&r, text);

	if (r.string.kind)
		found = SAY(&r, r.string,
			    "the string that begins here has no closing quote on its line [W0106]");
	if (found <= 0 || found > *line)
		return false;
	memcpy(out, sentence, HINT_MAX);
	*line = found;
	return true;
}

/* ---- and what the text would be without it ---- */

/* A word that is the whole of a value: nothing of it can be taken for a name. */
static bool is_whole_value(const struct reading *r)
{
	return r->was == A_VALUE && r->token.kind == 'w' && r->open[r->depth].kind != '[' &&
	       (!r->next.kind || strchr(";,})]", r->next.kind) || r->next.line > r->token.line);
}

/* "limits.table = 5": a name but for its points. */
static bool is_dotted_name(const struct reading *r)
{
	const struct token *t = &r->token;

	if (t->kind != 'w' || r->open[r->depth].kind != '{' || r->was == A_VALUE ||
	    (r->next.kind != '=' && r->next.kind != ':') || !isalpha((unsigned char)*t->text))
		return false;
	for (size_t i = 0; i < t->len; i++)
		if (!isalnum((unsigned char)t->text[i]) && !strchr("._-", t->text[i]))
			return false;
	return memchr(t->text, '.', t->len) != NULL;
}

static bool lacks_comma(const struct reading *r)
{
	return r->was == AN_END && r->open[r->depth].kind != '{' && r->token.kind &&
	       !strchr(";,})]", r->token.kind) && strchr(" \t", r->token.text[-1]);
}

/* One that begins its line, at the place of a name. */
static bool is_foreign_line(const struct reading *r, const char *text)
{
	const char *at = r->token.text;

	while (at > text && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	return r->was != A_VALUE && (at == text || at[-1] == '\n') && hint_is_line(&r->token);
}

bool hint_mend(char *text, int line)
{
	char sentence[HINT_MAX] = "";
	struct reading r = { .open = { { .kind = '{' } }, .out = sentence };
	bool comes = read_text(&r, text) == line && !r.string.kind;
	char *at = text + (r.token.text - text);

	if (!comes)
		return false;
	if (is_extra_comma(&r.before, &r.token))
		text[r.before.text - text] = ' ';
	else if (r.token.kind == ';' && r.was == AN_END && r.open[r.depth].kind != '{')
		*at = strchr("})]", r.next.kind) ? ' ' : ',';
	else if (lacks_comma(&r))
		at[-1] = ',';
	else if (is_whole_value(&r))
		*(char *)memset(at, ' ', r.token.len) = '0';
	else if (is_foreign_line(&r, text))
		memset(at, ' ', strcspn(at, "\n"));
	else if (is_dotted_name(&r))
		for (char *dot = at; dot < at + r.token.len; dot++)
			*dot = *dot == '.' ? '_' : *dot;
	else
		return false;
	return true;
}
