/* Encodings of octets that a code page's number names. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wdspxe-windows.h>

enum codepage { PAGE_UTF8, PAGE_1252, PAGE_LATIN1, PAGE_ASCII };

/** False: there is no such page. */
bool codepage_find(UINT number, enum codepage *out);

/** The first character of `len` > 0 octets, as utf8_get() of utf.h. */
uint32_t codepage_get(enum codepage page, const void *octets, size_t len, size_t *taken, bool *bad);

/** Writes a character that is one; 0: the page does not have it. */
size_t codepage_put(enum codepage page, uint32_t c, char octets[4]);
