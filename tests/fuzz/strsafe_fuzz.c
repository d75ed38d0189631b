/* The functions of strsafe with any text, sizes and flags, and any format with any arguments: what
 * they write ends in its buffer, and what they return says what is there.
 *
 * Input: what is called, the buffer's size, the flags, how much stands in it before; the rest is
 * the source or the format, as CHAR or as WCHAR of two octets each.
 */
#include <wchar.h>

#include <windows/strsafe.h>

#include "fuzz/holds.h"

enum { ROOM = 64, TEXT_MAX = 256, CONVERSIONS_MAX = 8 };

#define TOO_LONG STRSAFE_E_INSUFFICIENT_BUFFER
#define WRONG    STRSAFE_E_INVALID_PARAMETER

/* Every argument is a pointer to this, which is a string of either kind, and a number as well. */
static const WCHAR words[] = { 0x41, 0x20ac, 0x1f600, 0x110000, 0xd800, 0x7a, 0 };

#define A4 words, words + 2, words + 6, words
#define A8 A4, A4

static void check_a(HRESULT r, const CHAR *to, size_t size, DWORD flags, const CHAR *end,
		    size_t left)
{
	HOLDS(r == S_OK || r == TOO_LONG || r == WRONG);
	if (r == WRONG)
		return;
	HOLDS(size == 0 || end == to + strlen(to) || flags != 0);
	HOLDS(size == 0 || (end >= to && (size_t)(end - to) + left == size));
	HOLDS(size == 0 || *end == 0);
}

static void check_w(HRESULT r, const WCHAR *to, size_t size, DWORD flags, const WCHAR *end,
		    size_t left)
{
	HOLDS(r == S_OK || r == TOO_LONG || r == WRONG);
	if (r == WRONG)
		return;
	HOLDS(size == 0 || end == to + wcslen(to) || flags != 0);
	HOLDS(size == 0 || (end >= to && (size_t)(end - to) + left == size));
	HOLDS(size == 0 || *end == 0);
}

/* What may take an argument, of the text of either kind. */
static unsigned conversions(const WCHAR *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += (*text & 0xff) == '%' || (*text & 0xff) == '*';
	return n;
}

static void call_a(uint8_t what, CHAR *to, size_t size, const CHAR *text, size_t max, DWORD flags,
		   bool format)
{
	CHAR *end = NULL;
	size_t left = 0;
	HRESULT r;

	switch (what % 5) {
	case 0:
		r = StringCchCopyExA(to, size, text, &end, &left, flags);
		break;
	case 1:
		r = StringCchCatExA(to, size, text, &end, &left, flags);
		break;
	case 2:
		r = StringCbCopyNExA(to, size, text, max, &end, &left, flags);
		break;
	case 3:
		r = StringCbCatNExA(to, size, text, max, &end, &left, flags);
		break;
	default:
		if (!format)
			return;
		r = StringCchPrintfExA(to, size, &end, &left, flags, text, A8, 1.5, -2e300, 0.0,
				       1e-5, 3.0, 4.0, 5.0, 6.0, A8, A8, A8);
		break;
	}
	check_a(r, to, size, flags, end, left);
}

static void call_w(uint8_t what, WCHAR *to, size_t size, const WCHAR *text, size_t max, DWORD flags,
		   bool format)
{
	WCHAR *end = NULL;
	size_t left = 0;
	HRESULT r;

	switch (what % 5) {
	case 0:
		r = StringCchCopyExW(to, size, text, &end, &left, flags);
		break;
	case 1:
		r = StringCchCatExW(to, size, text, &end, &left, flags);
		break;
	case 2:
		r = StringCchCopyNExW(to, size, text, max, &end, &left, flags);
		break;
	case 3:
		r = StringCchCatNExW(to, size, text, max, &end, &left, flags);
		break;
	default:
		if (!format)
			return;
		r = StringCchPrintfExW(to, size, &end, &left, flags, text, A8, 1.5, -2e300, 0.0,
				       1e-5, 3.0, 4.0, 5.0, 6.0, A8, A8, A8);
		break;
	}
	check_w(r, to, size, flags, end, left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	WCHAR wide[TEXT_MAX + 1];
	size_t room, max, n = 0, before;
	CHAR *a, *text_a;
	WCHAR *w, *text_w;
	DWORD flags;
	bool format;

	if (size < 6)
		return 0;
	room = data[1] % (ROOM + 1);
	flags = (DWORD)(data[2] | data[3] << 8);
	before = data[4] % (ROOM + 1);
	max = data[5];
	for (size_t i = 6; i + 1 < size && n < TEXT_MAX; i += 2)
		wide[n++] = (WCHAR)(data[i] | data[i + 1] << 8);
	wide[n] = 0;
	format = conversions(wide) <= CONVERSIONS_MAX;

	/* Each in memory of its own, of just its size. */
	w = (WCHAR *)(void *)copy_of(span_of("", 0), room * sizeof(*w));
	text_w = (WCHAR *)(void *)copy_of(span_of((uint8_t *)wide, (n + 1) * sizeof(*wide)),
					  (n + 1) * sizeof(*wide));
	if (before < room)
		w[before] = 0;
	call_w(data[0], w, room, text_w, max, flags, format);
	free(w);
	free(text_w);

	a = (CHAR *)copy_of(span_of("", 0), room);
	text_a = (CHAR *)copy_of(span_of("", 0), n + 1);
	for (size_t i = 0; i <= n; i++)
		text_a[i] = (CHAR)wide[i];
	if (before < room)
		a[before] = 0;
	call_a(data[0], a, room, text_a, max, flags, format);
	free(a);
	free(text_a);
	return 0;
}
