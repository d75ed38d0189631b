/* A string of CHAR or of WCHAR, so that a function is written once for its A and its W form. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <wdspxe-windows.h>

static inline size_t text_unit(bool wide)
{
	return wide ? sizeof(WCHAR) : sizeof(CHAR);
}

static inline uint32_t text_get(const void *text, bool wide, size_t i)
{
	return wide ? (uint32_t)((const WCHAR *)text)[i] : ((const BYTE *)text)[i];
}

static inline void text_put(void *text, bool wide, size_t i, uint32_t c)
{
	if (wide)
		((WCHAR *)text)[i] = (WCHAR)c;
	else
		((CHAR *)text)[i] = (CHAR)c;
}

/** Its characters in front of the NUL; `max` where there is none among so many. */
static inline size_t text_len(const void *text, bool wide, size_t max)
{
	size_t n = 0;

	while (n < max && text_get(text, wide, n) != 0)
		n++;
	return n;
}
