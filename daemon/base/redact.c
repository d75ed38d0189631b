#include "base/redact.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/redact_token.h"

enum { NAMES_FIRST = 64, PATTERN_LOOK = 160 /* octets of a line: longer than any */ };

static const char removed[] = "REMOVED";

void redact_begin(struct redact *redact, const char *key)
{
	static const struct hash_key halves[] = { { { 1, 2 } }, { { 3, 4 } } };

	*redact = (struct redact){ .anonymous = key != NULL };
	for (size_t i = 0; key && i < ARRAY_LEN(halves); i++)
		redact->key.word[i] = hash_octets(&halves[i], span_str(key));
}

void redact_done(struct redact *redact)
{
	for (size_t i = 0; i < redact->n_names; i++)
		free(redact->name[i]);
	free(redact->name);
	redact->name = NULL;
	redact->n_names = redact->names_room = 0;
}

/* ---- hosts ---- */

static struct span word_at(const char *at)
{
	size_t len = 0;

	while (redact_is_word(at[len]) && strncmp(at + len, "://", 3) != 0)
		len++;
	return span_of(at, len);
}

/* Without a port, and a sign that only ends it. */
static struct span host_of(struct span word)
{
	const uint8_t *colon = memchr(word.at, ':', word.len);

	if (colon)
		word.len = (size_t)(colon - word.at);
	while (word.len && strchr(".-_", word.at[word.len - 1]))
		word.len--;
	return word;
}

static bool is_name(const struct redact *redact, struct span host)
{
	for (size_t i = 0; i < redact->n_names; i++)
		if (strlen(redact->name[i]) == host.len &&
		    strncasecmp(redact->name[i], (const char *)host.at, host.len) == 0)
			return true;
	return false;
}

static bool is_address(struct span word)
{
	struct hash_key key = { { 0, 0 } };
	char *text = NULL;
	size_t len = 0, used;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return false;
	used = redact_token(&key, word, out);
	fclose(out);
	free(text);
	return used > 0;
}

static bool has_room(struct redact *redact)
{
	size_t room = redact->names_room ? 2 * redact->names_room : NAMES_FIRST;
	char **grown;

	if (redact->n_names < redact->names_room)
		return true;
	grown = reallocarray(redact->name, room, sizeof(*grown));
	if (!grown)
		return false;
	redact->name = grown;
	redact->names_room = room;
	return true;
}

static void learn(struct redact *redact, const char *at)
{
	struct span host = host_of(word_at(at));

	if (host.len == 0 || is_name(redact, host) || is_address(word_at(at)) ||
	    (host.len == 4 && strncmp(at, "auto", 4) == 0) || !has_room(redact))
		return;
	redact->name[redact->n_names] = strndup(at, host.len);
	redact->n_names += redact->name[redact->n_names] != NULL;
}

/* Behind "user:password@". */
static const char *behind_user(const char *at)
{
	size_t len = strcspn(at, "/\"' \t\n<>");
	const char *sign = memchr(at, '@', len);

	return sign ? sign + 1 : at;
}

/* The values of a setting: "server = [ "a", "b" ];", ""server": "a"". */
static void learn_values(struct redact *redact, const char *at)
{
	size_t len = strcspn(at, "\n;#");
	const char *quote = memchr(at, '"', len);

	while (quote) {
		const char *end = memchr(quote + 1, '"', len - (size_t)(quote + 1 - at));

		if (!end)
			return;
		if (!strstr(quote, "://") || strstr(quote, "://") > end)
			learn(redact, quote + 1);
		quote = memchr(end + 1, '"', len - (size_t)(end + 1 - at));
	}
}

void redact_learn(struct redact *redact, const char *text)
{
	static const char server[] = "server";

	for (const char *at = text; (at = strstr(at, "://")); at += 3)
		learn(redact, behind_user(at + 3));
	for (const char *at = text; (at = strstr(at, server)); at += sizeof(server) - 1) {
		const char *value = at + sizeof(server) - 1;

		value += *value == '"';
		value += strspn(value, " ");
		if (*value == '=' || *value == ':')
			learn_values(redact, value + 1);
	}
}

/* ---- secrets ---- */

static bool names_secret(const char *name, size_t len)
{
	static const char *const words[] = { "pass", "secret", "token", "credential", "psk" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		for (size_t at = 0; at + strlen(words[i]) <= len; at++)
			if (strncasecmp(name + at, words[i], strlen(words[i])) == 0)
				return true;
	return false;
}

static const char *string_end(const char *at)
{
	for (at++; *at && *at != '"' && *at != '\n'; at++)
		at += *at == '\\' && at[1];
	return *at == '"' ? at + 1 : at;
}

/* Is what comes now a name, whose value follows: "x = ", ""x": "? Then its length. */
static size_t name_len(const char *at)
{
	const char *from = at + (*at == '"');
	size_t len = word_at(from).len;
	const char *end = from + len;

	if (*at == '"' && *end == '"') /* none closes it at the end of a line */
		end++;
	while (len && (from[len - 1] == ':' || from[len - 1] == '.'))
		len--, end--;
	end += strspn(end, " ");
	return len && (*end == '=' || *end == ':') ? len : 0;
}

/* ---- a line ---- */

struct line {
	struct redact *redact;
	FILE *out;
	const char *begin, *at;
	bool secret; /* the next string or word is one */
};

static void copy(struct line *l, size_t n)
{
	fwrite(l->at, 1, n, l->out);
	l->at += n;
}

static bool is_behind(const struct line *l, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(l->at - l->begin) >= len && memcmp(l->at - len, text, len) == 0;
}

/* What only its place makes a name: as a whole part of a path. */
static size_t put_by_place(const struct line *l, struct span word)
{
	const struct hash_key *key = &l->redact->key;

	if (is_behind(l, "/") || is_behind(l, "\""))
		return redact_hex_ip(key, word, is_behind(l, "pxelinux.cfg/"), l->out);
	return 0;
}

/* The whole of it, or parts. How much of it has been written. */
static size_t put_hashed(const struct line *l, struct span word)
{
	const struct hash_key *key = &l->redact->key;
	size_t used = put_by_place(l, word), inside;

	if (used == 0)
		used = redact_token(key, word, l->out);
	while (used < word.len && (inside = redact_inside(key, span_drop(word, used), l->out)))
		used += inside;
	return used;
}

static void put_word(struct line *l)
{
	struct span word = word_at(l->at), host = host_of(word);
	size_t used = 0;

	if (l->redact->anonymous && is_name(l->redact, host)) {
		redact_host(&l->redact->key, host, l->out);
		used = host.len;
	} else if (l->redact->anonymous) {
		used = put_hashed(l, word);
	}
	l->at += used;
	copy(l, word.len - used);
}

static bool put_pattern(struct line *l)
{
	struct span text = span_of(l->at, strnlen(l->at, PATTERN_LOOK));
	size_t used = l->redact->anonymous ? redact_pattern(&l->redact->key, text, l->out) : 0;

	l->at += used;
	return used > 0;
}

static void put_user(struct line *l)
{
	const char *host;

	copy(l, 3);
	host = behind_user(l->at);
	if (host > l->at)
		fprintf(l->out, "%s@", removed);
	l->at = host;
}

/* A name that is a secret's makes its value one, and ""name": "password"" the value that is to
 * come, perhaps on the next line. */
static void look_at_name(struct line *l)
{
	const char *from = l->at + (*l->at == '"');
	size_t len = name_len(l->at);
	const char *value = from + len;

	if (!len)
		return;
	l->secret = names_secret(from, len);
	if (l->redact->secret_next &&
	    ((len == 4 && strncmp(from, "data", 4) == 0) || strncmp(from, "value", 5) == 0)) {
		l->secret = true;
		l->redact->secret_next = false;
	}
	if (len == 4 && strncmp(from, "name", 4) == 0) {
		value += strspn(value, "\" =:");
		l->redact->secret_next = names_secret(value, strcspn(value, "\"\n"));
	}
}

/* The value of a secret: a string, a list of them, or a word. */
static void put_secret(struct line *l)
{
	fputs(*l->at == '"' ? "\"REMOVED\"" : removed, l->out);
	l->at = *l->at == '"' ? string_end(l->at) : l->at + strcspn(l->at, " ;,}\n");
}

static void put_value_of_secret(struct line *l)
{
	const char *from = l->at + (*l->at == '"');
	size_t len = name_len(l->at) + (size_t)(from - l->at) + (*l->at == '"');
	bool list;

	copy(l, len);
	copy(l, strspn(l->at, " =:"));
	list = *l->at == '[' || *l->at == '(';
	copy(l, strspn(l->at, "[( "));
	do {
		put_secret(l);
		copy(l, list ? strspn(l->at, ", ") : 0);
	} while (list && *l->at && !strchr("])\n", *l->at));
	l->secret = false;
}

char *redact_line(struct redact *redact, const char *line)
{
	char *text = NULL;
	size_t len = 0;
	struct line l = {
		.redact = redact, .begin = line, .at = line, .out = open_memstream(&text, &len)
	};

	if (!l.out)
		return NULL;
	while (*l.at) {
		bool begins = l.at == line || !redact_is_word(l.at[-1]);

		if (begins && (*l.at == '"' || redact_is_word(*l.at)))
			look_at_name(&l);
		if (l.secret)
			put_value_of_secret(&l);
		else if (strncmp(l.at, "://", 3) == 0)
			put_user(&l);
		else if (begins && put_pattern(&l))
			continue;
		else if (redact_is_word(*l.at) && (*l.at != ':' || l.at[1] == ':'))
			put_word(&l);
		else
			copy(&l, 1);
	}
	fclose(l.out);
	return text;
}
