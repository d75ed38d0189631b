#include "registry/token.h"

#include <string.h>

#include "registry/scan.h"

static char octet(const struct token_reader *r, size_t at)
{
	return at < r->text.len ? (char)r->text.at[at] : '\0';
}

static size_t string_end(const struct token_reader *r, bool *closed)
{
	size_t at = r->at + 1;

	while (at < r->text.len && octet(r, at) != '"')
		at += octet(r, at) == '\\' ? 2 : 1;
	*closed = at < r->text.len;
	return *closed ? at + 1 : r->text.len;
}

/* A word goes on where libconfig would end it: an unquoted address or URL is one. */
static size_t word_end(const struct token_reader *r)
{
	size_t at = r->at;
	char c;

	while ((c = octet(r, at)) != '\0' && !strchr(" \t\r\n\f;,=()[]{}\"", c) &&
	       !(c == ':' && (at == r->at || strchr(" \t\r\n\f{[(\"", octet(r, at + 1)))))
		at++;
	return at;
}

struct token token_next(struct token_reader *r)
{
	size_t from = scan_blank(r->text, r->at), end;
	struct token token = { .line = 0 };
	bool closed = true;

	for (; r->at < from; r->at++)
		r->line += octet(r, r->at) == '\n';
	token.line = r->line;
	token.kind = octet(r, from);
	end = token.kind == '"' ? string_end(r, &closed) : word_end(r);
	if (end > from && token.kind != '"')
		token.kind = 'w';
	else if (end == from)
		end = from + (token.kind != '\0');
	token.text = span_of(r->text.at + from, end - from);
	for (; r->at < end; r->at++)
		r->line += octet(r, r->at) == '\n';
	token.wraps = r->line > token.line || !closed;
	return token;
}
