/* The text of a file that Windows' regedit, or `reg export`, has written: as UTF-8, read piece by
 * piece, with the line for messages. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { REG_WRONG_MAX = 256 };

struct reg_text {
	const char *at;            /* what is left; ends with a NUL */
	int line;                  /* from 1 */
	bool ansi;                 /* REGEDIT4: strings in hexadecimal have octets, not UTF-16 */
	char wrong[REG_WRONG_MAX]; /* a sentence; "": nothing is */
};

/** UTF-16 with a byte order mark, or UTF-8 with or without one, as UTF-8; the caller frees it.
 * NULL: no memory, or a sentence in `wrong`. */
char *reg_text_decode(struct span octets, char wrong[static REG_WRONG_MAX]);
/** Begins behind the first line, which must be that of such a file. */
bool reg_text_begin(struct reg_text *text, const char *utf8);
/** Says what is wrong, in the line that was reached, unless that has been said already. Returns
 * false. */
bool reg_text_fail(struct reg_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Skips blanks, and with `lines` also line ends and comments. */
void reg_text_skip(struct reg_text *text, bool lines);
/** Takes one word off the front, if it is there. */
bool reg_text_take(struct reg_text *text, const char *word);
/** Nothing but blanks or a comment is left on the line. */
bool reg_text_end_line(struct reg_text *text);
/** A string in quotes; the caller frees it. NULL: it is wrong. */
char *reg_text_string(struct reg_text *text);
/** The octets behind "hex:", to the end of their last line; the caller frees them. NULL: wrong. */
uint8_t *reg_text_octets(struct reg_text *text, size_t *len);
/** What stands before `end` on this line, which is taken too; the caller frees it. NULL: wrong. */
char *reg_text_until(struct reg_text *text, char end);
