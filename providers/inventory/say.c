#include "say.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void say_begin(struct say *say, HANDLE command)
{
	say->command = command;
	say->status = ERROR_SUCCESS;
	say->behind = false;
	say->used = 0;
}

static void flush(struct say *say)
{
	if (say->used > 0 && say->status == ERROR_SUCCESS)
		say->status = PxeCommandWrite(say->command, say->room, say->used);
	say->used = 0;
}

static void put(struct say *say, const char *text, size_t len)
{
	while (len > 0) {
		size_t part = SAY_ROOM - say->used < len ? SAY_ROOM - say->used : len;

		memcpy(say->room + say->used, text, part);
		say->used += (unsigned)part;
		text += part;
		len -= part;
		if (say->used == SAY_ROOM)
			flush(say);
	}
}

static void put_text(struct say *say, const char *text)
{
	put(say, text, strlen(text));
}

/* ---- strings ---- */

/* Octets of the character that begins here; 0: none does. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
	static const struct {
		unsigned char from, to, second_from, second_to, len;
	} rows[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (at[0] < rows[i].from || at[0] > rows[i].to)
			continue;
		if (left < rows[i].len || at[1] < rows[i].second_from || at[1] > rows[i].second_to)
			return 0;
		for (size_t n = 2; n < rows[i].len; n++)
			if ((at[n] & 0xc0) != 0x80)
				return 0;
		return rows[i].len;
	}
	return 0;
}

static void put_escaped(struct say *say, unsigned char c)
{
	char text[8];

	if (c == '\n')
		put_text(say, "\\n");
	else if (c == '"' || c == '\\')
		put(say, (char[]){ '\\', (char)c }, 2);
	else
		put(say, text, (size_t)snprintf(text, sizeof text, "\\u%04x", c));
}

static void put_string(struct say *say, const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + len;

	put_text(say, "\"");
	while (at < end) {
		size_t n = *at < 0x80 ? 1 : utf8_length(at, (size_t)(end - at));

		if (n == 0)
			put_text(say, "\xef\xbf\xbd");
		else if (n == 1 && (*at < ' ' || *at == 0x7f || *at == '"' || *at == '\\'))
			put_escaped(say, *at);
		else
			put(say, (const char *)at, n);
		at += n ? n : 1;
	}
	put_text(say, "\"");
}

/* ---- values ---- */

static void put_key(struct say *say, const char *key)
{
	if (say->behind)
		put_text(say, ",");
	say->behind = true;
	if (!key)
		return;
	put_string(say, key, strlen(key));
	put_text(say, ":");
}

void say_open(struct say *say, const char *key, char bracket)
{
	put_key(say, key);
	put(say, &bracket, 1);
	say->behind = false;
}

void say_close(struct say *say, char bracket)
{
	put(say, &bracket, 1);
	say->behind = true;
}

void say_octets(struct say *say, const char *key, const char *text, size_t len)
{
	put_key(say, key);
	put_string(say, text, len);
}

void say_text(struct say *say, const char *key, const char *text)
{
	say_octets(say, key, text ? text : "", text ? strlen(text) : 0);
}

void say_number(struct say *say, const char *key, uint64_t number)
{
	char text[24];

	put_key(say, key);
	put(say, text, (size_t)snprintf(text, sizeof text, "%" PRIu64, number));
}

void say_yes(struct say *say, const char *key)
{
	put_key(say, key);
	put_text(say, "true");
}

DWORD say_end(struct say *say)
{
	flush(say);
	return say->status;
}
