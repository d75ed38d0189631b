#include "windows/safe.h"

#include <string.h>

#include "windows/format.h"
#include "windows/text.h"

enum {
	ON_FAILURE = STRSAFE_FILL_ON_FAILURE | STRSAFE_NULL_ON_FAILURE | STRSAFE_NO_TRUNCATION,
	FILLER = 0xff,
};

static void end_at(struct safe *to, size_t len)
{
	to->len = len;
	if (to->cch > 0)
		text_put(to->at, to->wide, len, 0);
}

/* Without IGNORE_NULLS there is a buffer; with it there may be none, of no size. */
static HRESULT safe_check(const struct safe *to)
{
	bool none =
		to->flags & STRSAFE_IGNORE_NULLS ? !to->at && to->cch > 0 : !to->at || to->cch == 0;

	return none || to->cch > STRSAFE_MAX_CCH ? STRSAFE_E_INVALID_PARAMETER : S_OK;
}

/* NULL in place of a text; false: that is none. */
static bool source_read(const struct safe *to, const void **from)
{
	if (!*from && to->flags & STRSAFE_IGNORE_NULLS)
		*from = L"";
	return *from;
}

/* Behind to->len, which is before the buffer's end, or 0 where there is no buffer. */
static HRESULT put(struct safe *to, const void *from, size_t max)
{
	size_t n = 0;

	for (; n < max && text_get(from, to->wide, n) != 0; n++) {
		if (to->len + 1 >= to->cch)
			break;
		text_put(to->at, to->wide, to->len++, text_get(from, to->wide, n));
	}
	end_at(to, to->len);
	if (n == max || text_get(from, to->wide, n) == 0)
		return S_OK;
	return to->at ? STRSAFE_E_INSUFFICIENT_BUFFER : STRSAFE_E_INVALID_PARAMETER;
}

static HRESULT print(struct safe *to, const void *format, va_list args)
{
	struct format_out out = { to->at, to->cch > 0 ? to->cch - 1 : 0, to->wide, 0 };
	bool good = format_text(&out, format, args);

	end_at(to, out.len < out.room ? out.len : out.room);
	if (!good)
		return STRSAFE_E_INVALID_PARAMETER;
	if (out.len <= out.room)
		return S_OK;
	return to->at ? STRSAFE_E_INSUFFICIENT_BUFFER : STRSAFE_E_INVALID_PARAMETER;
}

/* The flags that say what stands in the buffer afterwards; `before`: the string's old length. */
static HRESULT finish(struct safe *to, HRESULT hr, size_t before)
{
	size_t unit = text_unit(to->wide), octets = to->cch * unit + to->odd;
	int filler = (int)(to->flags & FILLER);

	if (SUCCEEDED(hr)) {
		size_t used = (to->len + 1) * unit;

		if (to->flags & STRSAFE_FILL_BEHIND_NULL && octets > used)
			memset((BYTE *)to->at + used, filler, octets - used);
		return hr;
	}
	if (to->cch == 0 || !(to->flags & ON_FAILURE))
		return hr;
	if (to->flags & STRSAFE_NO_TRUNCATION)
		end_at(to, before);
	if (to->flags & STRSAFE_FILL_ON_FAILURE) {
		memset(to->at, filler, octets);
		end_at(to, filler == 0 ? 0 : to->cch - 1);
	}
	if (to->flags & STRSAFE_NULL_ON_FAILURE)
		end_at(to, 0);
	return hr;
}

static bool flags_are_known(const struct safe *to)
{
	return !(to->flags & ~(DWORD)STRSAFE_VALID_FLAGS);
}

/* Is there a buffer to begin anew? If not for its size, an empty string is left in it. */
static HRESULT begin(struct safe *to)
{
	HRESULT hr = safe_check(to);

	to->len = 0;
	if (SUCCEEDED(hr) && !flags_are_known(to))
		hr = STRSAFE_E_INVALID_PARAMETER;
	if (FAILED(hr) && to->at && to->cch > 0)
		end_at(to, 0);
	return hr;
}

HRESULT safe_copy(struct safe *to, const void *from, size_t max)
{
	HRESULT hr = begin(to);

	if (FAILED(hr))
		return hr;
	if (max > STRSAFE_MAX_LENGTH || !source_read(to, &from)) {
		end_at(to, 0);
		return finish(to, STRSAFE_E_INVALID_PARAMETER, 0);
	}
	return finish(to, put(to, from, max), 0);
}

HRESULT safe_format(struct safe *to, const void *format, va_list args)
{
	HRESULT hr = begin(to);

	if (FAILED(hr))
		return hr;
	if (!source_read(to, &format)) {
		end_at(to, 0);
		return finish(to, STRSAFE_E_INVALID_PARAMETER, 0);
	}
	return finish(to, print(to, format, args), 0);
}

HRESULT safe_append(struct safe *to, const void *from, size_t max)
{
	HRESULT hr = safe_check(to);
	size_t before;

	if (FAILED(hr))
		return hr;
	before = to->at ? text_len(to->at, to->wide, to->cch) : 0;
	if ((before == to->cch && to->cch > 0) || !flags_are_known(to))
		return STRSAFE_E_INVALID_PARAMETER;
	to->len = before;
	if (max > STRSAFE_MAX_LENGTH || !source_read(to, &from))
		return finish(to, STRSAFE_E_INVALID_PARAMETER, before);
	return finish(to, put(to, from, max), before);
}

HRESULT safe_length(const void *text, bool wide, size_t max, size_t *len)
{
	size_t n = text && max <= STRSAFE_MAX_CCH ? text_len(text, wide, max) : max;
	bool ends = text && max <= STRSAFE_MAX_CCH && n < max;

	if (len)
		*len = ends ? n : 0;
	return ends ? S_OK : STRSAFE_E_INVALID_PARAMETER;
}
