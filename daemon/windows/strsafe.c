/* The functions of <strsafe.h>: each in four forms, of which safe.c knows the rules. */
#include "windows/safe.h"
#include "windows/text.h"

typedef CHAR text_A;
typedef WCHAR text_W;

/* What a size counts: characters or octets. */
#define UNIT_Cch(X)    1
#define UNIT_Cb(X)     sizeof(text_##X)
#define WIDE(X)        (sizeof(text_##X) == sizeof(WCHAR))
#define UNIT_CAT(a, b) a##b
#define UNIT(COUNT, X) UNIT_CAT(UNIT_, COUNT)(X)

/* A buffer of `n`, counted in characters or octets. */
#define SAFE(COUNT, X, d, n, f)                                                                    \
	{                                                                                          \
		.at = (d), .cch = (n) / UNIT(COUNT, X),                                            \
		.odd = (n) - (n) / UNIT(COUNT, X) * UNIT(COUNT, X), .wide = WIDE(X), .flags = (f)  \
	}

/* To the caller: where the NUL is, and what is left of the buffer, with the NUL. */
#define TELL(COUNT, X, to, hr, end, left)                                                          \
	do {                                                                                       \
		if (safe_tells(hr) && (end))                                                       \
			*(end) = (to).at ? (text_##X *)(to).at + (to).len : NULL;                  \
		if (safe_tells(hr) && (left))                                                      \
			*(left) = ((to).cch - (to).len) * UNIT(COUNT, X) + (to).odd;               \
	} while (0)

/* A buffer of `n` and a text, of which the forms with an N take at most `max`. */
#define PUT_FORMS(NAME, X, COUNT, put)                                                             \
	HRESULT String##COUNT##NAME##Ex##X(text_##X *d, size_t n, const text_##X *s,               \
					   text_##X **end, size_t *left, DWORD flags)              \
	{                                                                                          \
		struct safe to = SAFE(COUNT, X, d, n, flags);                                      \
		HRESULT hr = put(&to, s, SAFE_WHOLE);                                              \
                                                                                                   \
		TELL(COUNT, X, to, hr, end, left);                                                 \
		return hr;                                                                         \
	}                                                                                          \
	HRESULT String##COUNT##NAME##X(text_##X *d, size_t n, const text_##X *s)                   \
	{                                                                                          \
		return String##COUNT##NAME##Ex##X(d, n, s, NULL, NULL, 0);                         \
	}                                                                                          \
	HRESULT String##COUNT##NAME##NEx##X(text_##X *d, size_t n, const text_##X *s, size_t max,  \
					    text_##X **end, size_t *left, DWORD flags)             \
	{                                                                                          \
		struct safe to = SAFE(COUNT, X, d, n, flags);                                      \
		HRESULT hr = put(&to, s, max / UNIT(COUNT, X));                                    \
                                                                                                   \
		TELL(COUNT, X, to, hr, end, left);                                                 \
		return hr;                                                                         \
	}                                                                                          \
	HRESULT String##COUNT##NAME##N##X(text_##X *d, size_t n, const text_##X *s, size_t max)    \
	{                                                                                          \
		return String##COUNT##NAME##NEx##X(d, n, s, max, NULL, NULL, 0);                   \
	}

#define PRINT_FORMS(X, COUNT)                                                                      \
	HRESULT String##COUNT##VPrintfEx##X(text_##X *d, size_t n, text_##X **end, size_t *left,   \
					    DWORD flags, const text_##X *format, va_list args)     \
	{                                                                                          \
		struct safe to = SAFE(COUNT, X, d, n, flags);                                      \
		HRESULT hr = safe_format(&to, format, args);                                       \
                                                                                                   \
		TELL(COUNT, X, to, hr, end, left);                                                 \
		return hr;                                                                         \
	}                                                                                          \
	HRESULT String##COUNT##VPrintf##X(text_##X *d, size_t n, const text_##X *format,           \
					  va_list args)                                            \
	{                                                                                          \
		return String##COUNT##VPrintfEx##X(d, n, NULL, NULL, 0, format, args);             \
	}                                                                                          \
	HRESULT String##COUNT##PrintfEx##X(text_##X *d, size_t n, text_##X **end, size_t *left,    \
					   DWORD flags, const text_##X *format, ...)               \
	{                                                                                          \
		va_list args;                                                                      \
		HRESULT hr;                                                                        \
                                                                                                   \
		va_start(args, format);                                                            \
		hr = String##COUNT##VPrintfEx##X(d, n, end, left, flags, format, args);            \
		va_end(args);                                                                      \
		return hr;                                                                         \
	}                                                                                          \
	HRESULT String##COUNT##Printf##X(text_##X *d, size_t n, const text_##X *format, ...)       \
	{                                                                                          \
		va_list args;                                                                      \
		HRESULT hr;                                                                        \
                                                                                                   \
		va_start(args, format);                                                            \
		hr = String##COUNT##VPrintfEx##X(d, n, NULL, NULL, 0, format, args);               \
		va_end(args);                                                                      \
		return hr;                                                                         \
	}

#define FORMS(X, COUNT)                                                                            \
	HRESULT String##COUNT##Length##X(const text_##X *text, size_t max, size_t *len)            \
	{                                                                                          \
		size_t unit = UNIT(COUNT, X);                                                      \
		HRESULT hr = safe_length(text, WIDE(X), max / unit, len);                          \
                                                                                                   \
		if (len)                                                                           \
			*len *= unit;                                                              \
		return hr;                                                                         \
	}                                                                                          \
	PUT_FORMS(Copy, X, COUNT, safe_copy)                                                       \
	PUT_FORMS(Cat, X, COUNT, safe_append)                                                      \
	PRINT_FORMS(X, COUNT)

FORMS(A, Cch)
FORMS(W, Cch)
FORMS(A, Cb)
FORMS(W, Cb)
