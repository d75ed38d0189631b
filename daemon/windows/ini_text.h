/* An INI file's octets as text and back: UTF-16LE with a byte order mark, UTF-8 with or without
 * one, else code page 1252. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "windows/ini.h"

enum ini_encoding { INI_UTF8, INI_UTF8_MARK, INI_UTF16, INI_1252 };

struct ini_text {
	WCHAR *at; /* free() */
	size_t len;
	enum ini_encoding encoding;
};

static inline struct ini_span ini_text_span(const struct ini_text *text)
{
	return (struct ini_span){ text->at, text->len };
}

/** False: no memory. */
bool ini_text_read(const void *octets, size_t len, struct ini_text *out);
/** Its octets, which the caller frees; NULL: no memory. What 1252 does not have becomes `?`. */
void *ini_text_write(const struct ini_text *text, size_t *len);
/** Puts `with` in place of the characters from `from` to `to`. False: no memory. */
bool ini_text_replace(struct ini_text *text, size_t from, size_t to, struct ini_span with);
