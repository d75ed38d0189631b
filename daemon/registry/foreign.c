/* Words and brackets of other configurations, and how the same is written here. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "registry/hint.h"

#define ENTRY " use file = \"...\" in an entry of boot in providers.d/50-bootfile.conf"

static const char *const dnsmasq[][2] = {
	{ "dhcp-boot", ENTRY },
	{ "pxe-service", ENTRY },
	{ "dhcp-match", " use arch = \"...\" in an entry of boot" },
	{ "dhcp-vendorclass", " use vendor-class = \"...\" in an entry of boot" },
	{ "dhcp-userclass", " use user-class = \"...\" in an entry of boot" },
	{ "dhcp-host", " use mac = \"...\" in an entry of boot" },
	{ "dhcp-mac", " use mac = \"...\" in an entry of boot" },
	{ "dhcp-range", " addresses are left to the DHCP server" },
	{ "dhcp-option", " options cannot be set one by one" },
	{ "dhcp-option-force", " options cannot be set one by one" },
	{ "pxe-prompt", " there are no menus" },
	{ "enable-tftp", " files are served by a separate TFTP server" },
	{ "tftp-root", " files are served by a separate TFTP server" },
	{ "except-interface", " use listen.interfaces to name the interfaces to serve" },
	{ "no-dhcp-interface", " use listen.interfaces to name the interfaces to serve" },
	{ "listen-address", " use listen.interfaces to name the interfaces to serve" },
	{ "bind-interfaces", " use listen.interfaces to name the interfaces to serve" },
	{ "bind-dynamic", " use listen.interfaces to name the interfaces to serve" },
	{ "log-dhcp", " use log-level = \"debug\"" },
	{ "conf-dir", " use providers-dir to name the directory" },
};

const char *hint_dnsmasq(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(dnsmasq); i++)
		if (strcasecmp(dnsmasq[i][0], name) == 0)
			return dnsmasq[i][1];
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

/* Marks of other formats. */
static int hint_format(const struct token *t, const struct token *next, char out[HINT_MAX])
{
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
	char name[32];
	int line = hint_format(t, next, out);

	(void)snprintf(name, sizeof(name), "%.*s", (int)t->len, t->text);
	if (line)
		return line;
	if (t->kind == 'w' && hint_dnsmasq(name))
		return SAY(t, "%s is a dnsmasq key: here,%s [W0109]", name, hint_dnsmasq(name));
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
