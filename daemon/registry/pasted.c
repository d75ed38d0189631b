#include "registry/pasted.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A part of the line: between commas, blanks, signs and quotes. */
struct field {
	const char *at;
	size_t len;
};

#define BETWEEN " \t=,;\"'{}"

/* The next one; len 0: the line has no more. A string in quotes is one, unless `split`. */
static struct field field_next(const char **at, bool split)
{
	const char *from = *at + strspn(*at, BETWEEN ":"), *end;
	bool quoted = !split && from > *at && from[-1] == '"';

	end = from + strcspn(from, quoted ? "\"\r\n" : BETWEEN "\r\n");
	*at = end;
	return (struct field){ from, (size_t)(end - from) };
}

static bool begins(struct field f, const char *with)
{
	return f.len >= strlen(with) && strncasecmp(f.at, with, strlen(with)) == 0;
}

static bool has(struct field f, const char *part)
{
	for (; f.len >= strlen(part); f.at++, f.len--)
		if (strncasecmp(f.at, part, strlen(part)) == 0)
			return true;
	return false;
}

static bool is_of(struct field f, const char *characters)
{
	for (size_t i = 0; i < f.len; i++)
		if (!strchr(characters, f.at[i]))
			return false;
	return f.len > 0;
}

static bool is_tag(struct field f)
{
	return begins(f, "tag:") || begins(f, "set:") || begins(f, "net:");
}

static bool put(struct field f, const char *key, char *out, size_t size)
{
	(void)snprintf(out, size, "%s = \"%.*s\"", key, (int)(f.len < 60 ? f.len : 60), f.at);
	return f.len > 0 && f.len <= 60;
}

/* dnsmasq's pxe-service has its architecture and a text before the file, to whose name it adds the
 * layer; a number is no file. */
static bool put_file(const char *word, const char *rest, char *out, size_t size)
{
	bool service = strcasecmp(word, "pxe-service") == 0;
	unsigned before = service ? 2 : 0;
	struct field f;

	while ((f = field_next(&rest, false)).len > 0)
		if (!is_tag(f) && before-- == 0)
			break;
	if (has(f, "://")) /* file is for TFTP */
		return put(f, "url", out, size) || snprintf(out, size, "url = \"...\"") > 0;
	if (service && (f.len > 60 || is_of(f, "0123456789")))
		return false;
	if (service && f.len > 0 && !memchr(f.at, '.', f.len))
		return snprintf(out, size, "file = \"%.*s.0\"", (int)f.len, f.at) > 0;
	return put(f, "file", out, size);
}

static bool put_server(const char *rest, char *out, size_t size)
{
	return put(field_next(&rest, false), "server", out, size);
}

/* Also with * for octets. */
static bool is_mac(struct field f)
{
	unsigned signs = 0;

	for (size_t i = 0; i < f.len; i++)
		signs += f.at[i] == ':' || f.at[i] == '-';
	return signs == 5 && is_of(f, "0123456789abcdefABCDEF:-*");
}

static bool put_mac(const char *rest, char *out, size_t size)
{
	struct field f;

	while ((f = field_next(&rest, true)).len > 0)
		if (is_mac(f))
			return put(f, "mac", out, size);
	return false;
}

/* The number of a field such as 7, 00:07 or 0x0007; -1: it is none. */
static long number_of(struct field f)
{
	bool hex = f.len == 5 && f.at[2] == ':';
	char text[8];
	char *end;
	long n;

	if (f.len == 0 || f.len >= sizeof(text))
		return -1;
	if (hex)
		(void)snprintf(text, sizeof(text), "%.2s%.2s", f.at, f.at + 3);
	else
		(void)snprintf(text, sizeof(text), "%.*s", (int)f.len, f.at);
	n = strtol(text, &end, hex || begins(f, "0x") ? 16 : 10);
	return *end ? -1 : n;
}

/* Behind the name or the number of option 93; any iPXE by its option 175. */
static bool put_arch(const char *rest, char *out, size_t size)
{
	bool behind = false;
	struct field f;

	while ((f = field_next(&rest, true)).len > 0) {
		long n = number_of(f);

		if (behind && n >= 0)
			return snprintf(out, size, "arch = %ld", n) > 0;
		if (n == 175)
			return snprintf(out, size, "ipxe = true") > 0;
		behind |= has(f, "arch") || has(f, "93") || has(f, "system-type");
	}
	return false;
}

/* One text behind a tag, or alone. */
static bool put_text(const char *ours, const char *rest, char *out, size_t size)
{
	char key[32];
	struct field f;

	(void)snprintf(key, sizeof(key), "%.*s", (int)strcspn(ours, " "), ours);
	do
		f = field_next(&rest, false);
	while (is_tag(f));
	return put(f, key, out, size);
}

/* Is it no more than KEY = "..."? */
static bool is_text(const char *ours)
{
	const char *value = strstr(ours, " = \"...\"");

	return value && strcspn(ours, " ") == (size_t)(value - ours) && !value[8];
}

bool pasted_value(const char *word, const char *rest, const char *ours, char *out, size_t size)
{
	if (strcmp(ours, "file = \"...\"") == 0)
		return put_file(word, rest, out, size);
	if (strcmp(ours, "server = \"...\"") == 0)
		return put_server(rest, out, size);
	if (strcmp(ours, "mac = \"...\"") == 0)
		return put_mac(rest, out, size);
	if (strncmp(ours, "arch = \"...\"", 12) == 0)
		return put_arch(rest, out, size);
	return is_text(ours) && put_text(ours, rest, out, size);
}
