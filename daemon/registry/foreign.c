/* Words and brackets of other configurations, and how the same is written here. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <wdspxe-words.h>

#include "base/cleanup.h"
#include "registry/hint.h"
#include "registry/pasted.h"

enum server { DNSMASQ, ISC, KEA, OTHER };
enum place { ENTRY, SETTINGS, DROPIN, DAEMON, NONE };

static const struct word {
	const char *word;
	enum server server;
	enum place place;
	const char *text;
} words[] = {
#define WORD(word, server, place, text) { word, server, place, text },
	PXE_WORDS(WORD)
#undef WORD
};

static const struct {
	const char *word;
	enum place place;
} own[] = {
#define WORD(word, place) { word, place },
	PXE_WORDS_OF_BOOTFILE(WORD)
#undef WORD
};

/* Whatever the case of letters; some write '_' for '-'. */
static bool is_word(const char *word, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!word[i] || tolower((unsigned char)word[i]) !=
					tolower((unsigned char)(text[i] == '_' ? '-' : text[i])))
			return false;
	return !word[len];
}

static const struct word *word_find(enum server server, const char *text, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].server == server && is_word(words[i].word, text, len))
			return &words[i];
	return NULL;
}

/* "a dnsmasq key: here, use ..."; `ours` is the word's text, or that with a value. */
static void say_word(const struct word *word, const char *ours, char *out, size_t size)
{
	static const char *const whose[] = { "a dnsmasq key", "an ISC dhcpd key", "a Kea key",
					     "another server's key" };
	static const char *const where[] = {
		" in an entry of boot in providers.d/50-bootfile.conf",
		" in settings in providers.d/50-bootfile.conf",
		" in providers.d/50-bootfile.conf, beside settings",
		"",
		"",
	};

	(void)snprintf(out, size, "%s: here, %s%.100s%s", whose[word->server],
		       word->place == NONE ? "" : "use ", ours, where[word->place]);
}

bool hint_foreign(const char *name, char out[HINT_MAX])
{
	for (enum server server = DNSMASQ; server <= OTHER; server++) {
		const struct word *word = word_find(server, name, strlen(name));

		if (!word)
			continue;
		say_word(word, word->text, out, HINT_MAX);
		return true;
	}
	return false;
}

bool hint_is_line(const struct token *token)
{
	return token->kind == 'w' && word_find(DNSMASQ, token->text, token->len);
}

const char *hint_place(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (own[i].place != DROPIN && is_word(own[i].word, name, strlen(name)))
			return own[i].place == ENTRY ? "an entry of boot, inside settings: { ... }"
						     : "settings: { ... }";
	return NULL;
}

static bool is(const struct token *token, const char *word)
{
	return token->len == strlen(word) && strncasecmp(token->text, word, token->len) == 0;
}

static bool begins(const struct token *token, const char *mark)
{
	return token->kind == 'w' && strncmp(token->text, mark, strlen(mark)) == 0;
}

/* A quote that a word processor made; in UTF-8. */
static bool has_quote(const struct token *token)
{
	for (size_t i = 0; i + 1 < token->len; i++)
		if (memcmp(token->text + i, "\xe2\x80", 2) == 0 ||
		    memcmp(token->text + i, "\xc2\xab", 2) == 0 ||
		    memcmp(token->text + i, "\xc2\xbb", 2) == 0)
			return true;
	return false;
}

static bool is_number(const struct token *token)
{
	char *end;

	(void)strtod(token->text, &end);
	return end > token->text && end + strspn(end, "L") == token->text + token->len;
}

static const char quote[] = "a typographic quote: strings must be in plain \"\" [W0107]",
		  dash[] = "a list is not written with '-' as in YAML: write ( { ... }, { ... } ) "
			   "or [ \"...\", \"...\" ] [W0108]";

#define SAY(token, ...) (snprintf(out, HINT_MAX, __VA_ARGS__), (token)->line)

/* A word of another server at the place of a name: dnsmasq's with a value behind it or without,
 * dhcpd's where no '=' follows, for it has words of ours too, and Kea's in quotes. */
static int hint_word(const struct token *t, const struct token *next, char out[HINT_MAX])
{
	bool quoted = t->kind == '"' && t->len > 2;
	const char *text = quoted ? t->text + 1 : t->text;
	size_t len = quoted ? t->len - 2 : t->len;
	const struct word *word = NULL;
	char said[HINT_MAX], ours[100];

	if (quoted)
		word = word_find(KEA, text, len);
	else if (t->kind == 'w')
		word = word_find(DNSMASQ, text, len);
	if (!word && t->kind == 'w' && next->kind != '=' && next->kind != ':')
		word = word_find(ISC, text, len);
	if (!word)
		return 0;
	say_word(word,
		 pasted_value(word->word, t->text + t->len, word->text, ours, sizeof(ours))
			 ? ours
			 : word->text,
		 said, sizeof(said));
	return SAY(t, "%.25s is %.200s [W0109]", word->word, said);
}

/* Marks of other formats. */
static int hint_format(const struct token *t, const struct token *next, char out[HINT_MAX])
{
	if (t->kind == '{' && next->kind == '"' && hint_word(next, next, out))
		return next->line;
	if (t->kind == '{' && next->kind == 'w')
		return SAY(t, "entries must be in a list: boot = ( { ... }, { ... } ); [W0106]");
	if (t->kind == '{' && next->kind == '"')
		return SAY(t,
			   "this is JSON: write name = value; with no quotes around the name and "
			   "no braces around the whole file [W0108]");
	if (t->kind == '[' && next->kind == 'w')
		return SAY(t, "[%.*s] is a section as in an INI file: write %.*s: { ... }; [W0108]",
			   TOKEN_TEXT(next), TOKEN_TEXT(next));
	if (begins(t, "---"))
		return SAY(t, "\"---\" begins a YAML file: here, write name = value; [W0108]");
	if (begins(t, "<"))
		return SAY(t, "this looks like XML: here, write name = value; [W0108]");
	return is(t, "-") ? SAY(t, "%s", dash) : 0;
}

/* The manual names a key in a group with a dot: it is written with braces. */
static int hint_dotted(const struct token *t, char out[HINT_MAX])
{
	size_t len = strcspn(t->text, ":"), whole = len < t->len ? len : t->len;
	const char *dot = memchr(t->text, '.', whole);
	struct token group = *t, key = *t;

	if (t->kind != 'w' || !dot || dot + 1 == t->text + whole)
		return 0;
	group.len = (size_t)(dot - t->text);
	key.text = dot + 1;
	key.len = whole - group.len - 1;
	return SAY(t, "a name has no '.': for a group, write %.*s: { %.*s = ...; }; [W0106]",
		   TOKEN_TEXT(&group), TOKEN_TEXT(&key));
}

int hint_name(const struct token *t, const struct token *next, char out[HINT_MAX])
{
	unsigned char c = (unsigned char)t->text[0];
	int line = hint_format(t, next, out);

	if (!line)
		line = hint_word(t, next, out);
	if (line)
		return line;
	if (t->kind == 'w' && has_quote(t))
		return SAY(t, "%s", quote);
	if (c == '"')
		return SAY(t, "the name of a setting must not be in quotes [W0107]");
	if (c == ';' || c == ',')
		return SAY(t, "an extra '%c' [W0106]", c);
	if (isalpha(c) || c == '*')
		return hint_dotted(t, out);
	return SAY(t,
		   isprint(c) ? "'%c' where a name is expected [W0106]"
			      : "byte 0x%02x where a name is expected [W0106]",
		   c);
}

/* A setting where a value is expected. */
static int hint_braces(const struct token *t, const struct token *name, char out[HINT_MAX])
{
	if (!name)
		return SAY(t, "an entry of a list must be in { }: ( { %.*s = ...; } ) [W0106]",
			   TOKEN_TEXT(t));
	return SAY(name, "%.*s has no value; write %.*s: { %.*s = ...; } for a group [W0106]",
		   TOKEN_TEXT(name), TOKEN_TEXT(name), TOKEN_TEXT(t));
}

int hint_value(const struct token *t, const struct token *next, const struct token *name,
	       char out[HINT_MAX])
{
	if (isalpha((unsigned char)t->text[0]) && (next->kind == '=' || next->kind == ':'))
		return hint_braces(t, name, out);
	if (is(t, "-"))
		return SAY(t, "%s", dash);
	if (is_number(t) || is(t, "true") || is(t, "false"))
		return 0;
	if (has_quote(t))
		return SAY(t, "%s", quote);
	if (t->text[0] == '\'')
		return SAY(t, "strings must be in \"\", not in '' [W0107]");
	if (is(t, "yes") || is(t, "on"))
		return SAY(t, "write true, not %.*s [W0114]", TOKEN_TEXT(t));
	if (is(t, "no") || is(t, "off"))
		return SAY(t, "write false, not %.*s [W0114]", TOKEN_TEXT(t));
	return SAY(t, "strings must be in quotes: \"%.*s\" [W0107]", TOKEN_TEXT(t));
}
