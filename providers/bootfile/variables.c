#include "variables.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

enum { NAMES_MAX = 32, NAME_SIZE = 48 };

static bool is_ours(const char *name, size_t len)
{
	const char *known;

	for (ULONG i = 0; (known = PxeBootVariable(i)) != NULL; i++)
		if (strlen(known) == len && memcmp(known, name, len) == 0)
			return true;
	return false;
}

/* The octets of ${...} with its braces; it ends with the text where the brace is forgotten. */
static size_t whole_len(const char *at)
{
	size_t len = strcspn(at, "}");

	return at[len] ? len + 1 : len;
}

/* The next ${...} or $${...; NULL: there is none. */
static const char *next_of(const char *text)
{
	while ((text = strchr(text, '$')) != NULL) {
		if (text[1] == '{' || (text[1] == '$' && text[2] == '{'))
			return text;
		text++;
	}
	return NULL;
}

const char *variables_foreign(const char *text)
{
	while ((text = next_of(text)) != NULL) {
		size_t len = whole_len(text);

		if (text[1] == '$') {
			text += 3;
			continue;
		}
		if (text[len - 1] != '}' || !is_ours(text + 2, len - 3))
			return text;
		text += len;
	}
	return NULL;
}

/* Ours that somebody meant; NULL: none is near. */
static const char *meant(const char *at, size_t len)
{
	const char *names[NAMES_MAX + 1] = { NULL };
	char name[NAME_SIZE];

	for (ULONG i = 0; i < NAMES_MAX && PxeBootVariable(i); i++)
		names[i] = PxeBootVariable(i);
	snprintf(name, sizeof name, "%.*s", (int)len, at);
	return PxeBootNearest(name, names);
}

/* iPXE's have a scope, or say how they are shown. */
static bool is_ipxes(const char *at, size_t len)
{
	return memchr(at, '/', len) || memchr(at, ':', len);
}

static int foreign_check(const struct keys *keys, const char *name, const char *at,
			 enum variables_for reader)
{
	size_t len = whole_len(at);
	const char *near;

	if (reader == VARIABLES_FOR_IPXE)
		return 0;
	if (at[len - 1] != '}')
		return reader == VARIABLES_FOR_URLS
			       ? 0
			       : keys_error(keys, name, "\"%s\" has no } [W0178]", at);
	near = is_ipxes(at + 2, len - 3) ? NULL : meant(at + 2, len - 3);
	if (near)
		return keys_error(keys, name,
				  "there is no variable \"%.*s\": did you mean ${%s}? [W0178]",
				  (int)len, at, near);
	if (reader == VARIABLES_FOR_URLS)
		return 0;
	return keys_error(keys, name,
			  "there is no variable \"%.*s\": there are ${mac}, ${mac-dashes}, "
			  "${mac-bare}, ${uuid}, ${arch}, ${name}, ${group}, ${server} and "
			  "${subnet}; for these characters themselves write $%.*s [W0178]",
			  (int)len, at, (int)len, at);
}

int variables_check(const struct keys *keys, const char *name, const char *text,
		    enum variables_for reader, bool *varies)
{
	int r = 0;

	while ((text = next_of(text)) != NULL) {
		size_t len = text[1] == '$' ? 3 : whole_len(text);
		bool ours = text[1] == '$' || (text[len - 1] == '}' && is_ours(text + 2, len - 3));

		/* The kit has always replaced this one. */
		if (ours && (reader == VARIABLES_FOR_FILES || len != 9 ||
			     memcmp(text, "${server}", 9) != 0))
			*varies = true;
		else if (!ours && foreign_check(keys, name, text, reader) < 0)
			r = -EINVAL;
		text += len;
	}
	return r;
}

/* Of one name that is ours: ${MAC-BARE} is of the MAC. */
static unsigned need_of(const char *name)
{
	static const struct {
		const char *begins;
		unsigned need;
	} rows[] = {
		{ "mac", VARIABLES_OF_MAC },     { "uuid", VARIABLES_OF_UUID },
		{ "arch", VARIABLES_OF_ARCH },   { "name", VARIABLES_OF_NAME },
		{ "group", VARIABLES_OF_GROUP },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strncasecmp(name, rows[i].begins, strlen(rows[i].begins)) == 0)
			return rows[i].need;
	return 0;
}

unsigned variables_need(const char *text)
{
	unsigned need = 0;

	while ((text = next_of(text)) != NULL) {
		size_t len = text[1] == '$' ? 3 : whole_len(text);

		if (text[1] != '$' && text[len - 1] == '}' && is_ours(text + 2, len - 3))
			need |= need_of(text + 2);
		text += len;
	}
	return need;
}
