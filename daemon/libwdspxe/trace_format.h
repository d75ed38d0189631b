/* printf as Microsoft's wide functions do it, bounded, on any arguments: what PxeTrace formats by.
 *
 *	%s %ls %ws	a wide string	%S %hs	a narrow one	%c %C	likewise, one character
 *	%d %i %u %o %x %X	32 bits; h 16, hh 8; l and I32 32; ll, I64 and j 64; z, t and I
 *				as wide as a pointer
 *	%p	as many upper-case hexadecimal digits as a pointer has
 *	%e %f %g %a	and upper case; L takes a long double
 *	%n	takes its argument and writes nothing
 *
 * Flags, width and precision as in C, `*` too. Anything else is copied as it stands and takes no
 * argument. A string that is NULL, at an address that cannot be read, or narrow where a wide one
 * belongs is survived. Text is read as UTF-8 or UTF-32; what is neither becomes U+FFFD.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <wchar.h>

enum { TRACE_CHARS_MAX = 1024, TRACE_TEXT_MAX = 4 * TRACE_CHARS_MAX + 1 };

/**
 * Formats one line of at most TRACE_CHARS_MAX characters: UTF-8 with a NUL, control characters as
 * blanks, blanks at the end cut off. Returns its octets. `params` is not usable afterwards.
 */
size_t trace_format(const wchar_t *format, va_list params, char text[static TRACE_TEXT_MAX]);
