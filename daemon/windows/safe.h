/* The rules of <strsafe.h>, once for its four forms (Cch and Cb, A and W). */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <windows/strsafe.h>

/* The buffer that a function writes into. */
struct safe {
	void *at;
	size_t cch; /* of the buffer, with the NUL */
	size_t odd; /* octets behind the last whole character, of a size in octets */
	bool wide;
	DWORD flags;
	size_t len; /* characters in front of the NUL, when a function has returned */
};

/** What a source or a format is copied by: more than any buffer has. */
enum { SAFE_WHOLE = STRSAFE_MAX_LENGTH };

/** At most `max` characters of `from`. */
HRESULT safe_copy(struct safe *to, const void *from, size_t max);
HRESULT safe_append(struct safe *to, const void *from, size_t max);
HRESULT safe_format(struct safe *to, const void *format, va_list args);
HRESULT safe_length(const void *text, bool wide, size_t max, size_t *len);

/** Is the caller told the end of the string and what is left of the buffer? */
static inline bool safe_tells(HRESULT hr)
{
	return SUCCEEDED(hr) || hr == STRSAFE_E_INSUFFICIENT_BUFFER;
}
