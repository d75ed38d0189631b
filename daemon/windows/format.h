/* printf as Microsoft's C library reads it, into either kind of text.
 *
 *	%s %c		text of the format's own kind: CHAR in an A function, WCHAR in a W one
 *	%S %C		of the other kind
 *	%hs %hc %hS	CHAR	%ls %ws %lc	WCHAR, whatever the format is
 *	%d %i %u %o %x %X	32 bits; h 16, hh 8; l and I32 32; ll, I64 and j 64; z, t and I as
 *				wide as a pointer
 *	%p	as many upper-case hexadecimal digits as a pointer has
 *	%e %f %g %a	and upper case; L takes a long double
 *	%n	takes its argument and writes nothing
 *
 * Flags, width and precision as in C. CHAR is UTF-8; where text changes its kind, width and
 * precision count characters, and what is no character becomes U+FFFD. A string that is NULL is
 * "(null)". An unknown directive is copied as it stands and takes no argument.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct format_out {
	void *at;
	size_t room; /* characters (A: octets) that it has */
	bool wide;   /* what `at` and the format are */
	size_t len;  /* of all that was formatted, also of what had no room */
};

/** Appends to `out`, without a NUL. False: there was no memory for a number of many digits. */
bool format_text(struct format_out *out, const void *format, va_list args);
