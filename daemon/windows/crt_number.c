/* Numbers of <windows/crt.h>. `long` has 32 bits on Windows, and where the name says so it has
 * here. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <wchar.h>

#include <windows/crt.h>

#include "windows/text.h"

#define IS_WIDE(text) (sizeof(*(text)) == sizeof(WCHAR))

typedef char unit_a, *string_a;
typedef wchar_t unit_w, *string_w;

/* ---- reading -----------------------------------------------------------------------------------
 */

static long long clamp(long long n, long long least, long long most)
{
	if (n >= least && n <= most)
		return n;
	errno = ERANGE;
	return n < least ? least : most;
}

static long long wide_number(const wchar_t *text)
{
	if (!text) {
		errno = EINVAL;
		return 0;
	}
	return wcstoll(text, NULL, 10);
}

int _wtoi(const wchar_t *text)
{
	return (int)clamp(wide_number(text), INT32_MIN, INT32_MAX);
}

long _wtol(const wchar_t *text)
{
	return (long)clamp(wide_number(text), INT32_MIN, INT32_MAX);
}

long long _wtoi64(const wchar_t *text)
{
	return wide_number(text);
}

double _wtof(const wchar_t *text)
{
	if (!text) {
		errno = EINVAL;
		return 0;
	}
	return wcstod(text, NULL);
}

long long _atoi64(const char *text)
{
	return _strtoi64(text, NULL, 10);
}

/* What the C library does not look at. */
static bool may_read(const void *text, int base)
{
	if (text && base != 1 && base >= 0 && base <= 36)
		return true;
	errno = EINVAL;
	return false;
}

#define READS(type, x, name, from)                                                                 \
	type name(const unit_##x *text, unit_##x **end, int base)                                  \
	{                                                                                          \
		if (may_read(text, base))                                                          \
			return from(text, end, base);                                              \
		if (end)                                                                           \
			*end = (unit_##x *)(uintptr_t)text;                                        \
		return 0;                                                                          \
	}

READS(long long, a, _strtoi64, strtoll)
READS(unsigned long long, a, _strtoui64, strtoull)
READS(long long, w, _wcstoi64, wcstoll)
READS(unsigned long long, w, _wcstoui64, wcstoull)

/* ---- writing -----------------------------------------------------------------------------------
 */

static errno_t fail(errno_t code)
{
	errno = code;
	return code;
}

static errno_t digits_write(unsigned long long value, bool minus, void *to, bool wide, size_t size,
			    int base)
{
	char digits[65]; /* 64 bits in base 2, and a sign */
	size_t n = 0;

	if (!to || size == 0)
		return fail(EINVAL);
	text_put(to, wide, 0, 0);
	if (base < 2 || base > 36)
		return fail(EINVAL);
	do {
		digits[n++] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % (unsigned)base];
		value /= (unsigned)base;
	} while (value > 0);
	if (minus)
		digits[n++] = '-';
	if (n >= size)
		return fail(ERANGE);
	for (size_t i = 0; i < n; i++)
		text_put(to, wide, i, (uint8_t)digits[n - 1 - i]);
	text_put(to, wide, n, 0);
	return 0;
}

/* `bits`: of the type on Windows; a negative number has them all in bases but 10. */
static errno_t signed_write(long long value, unsigned bits, void *to, bool wide, size_t size,
			    int base)
{
	unsigned long long all = (unsigned long long)value, mask = ~0ULL >> (64 - bits);

	if (base == 10 && value < 0)
		return digits_write(0 - all, true, to, wide, size, base);
	return digits_write(all & mask, false, to, wide, size, base);
}

/* Without a size the caller has room for all that there may be. */
enum { ROOM = 66 };

#define SIGNED(type, bits, x, name)                                                                \
	errno_t name##_s(type value, unit_##x *to, size_t size, int base)                          \
	{                                                                                          \
		return signed_write(value, bits, to, IS_WIDE(to), size, base);                     \
	}                                                                                          \
	string_##x name(type value, unit_##x *to, int base)                                        \
	{                                                                                          \
		return name##_s(value, to, ROOM, base) == 0 ? to : NULL;                           \
	}

#define UNSIGNED(type, mask, x, name)                                                              \
	errno_t name##_s(type value, unit_##x *to, size_t size, int base)                          \
	{                                                                                          \
		return digits_write(value & (mask), false, to, IS_WIDE(to), size, base);           \
	}                                                                                          \
	string_##x name(type value, unit_##x *to, int base)                                        \
	{                                                                                          \
		return name##_s(value, to, ROOM, base) == 0 ? to : NULL;                           \
	}

SIGNED(int, 32, a, _itoa)
SIGNED(long, 32, a, _ltoa)
SIGNED(long long, 64, a, _i64toa)
SIGNED(int, 32, w, _itow)
SIGNED(long, 32, w, _ltow)
SIGNED(long long, 64, w, _i64tow)
UNSIGNED(unsigned long, UINT32_MAX, a, _ultoa)
UNSIGNED(unsigned long long, ~0ULL, a, _ui64toa)
UNSIGNED(unsigned long, UINT32_MAX, w, _ultow)
UNSIGNED(unsigned long long, ~0ULL, w, _ui64tow)
