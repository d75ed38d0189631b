/* OutputDebugString: a line of the server's log. */
#include <wchar.h>

#include <wdspxe.h>
#include <windows/debugapi.h>

#include "windows/text.h"

enum { DEBUG_MAX = 4096 }; /* characters: more is not traced in one line */

static void trace(const void *text, bool wide)
{
	WCHAR copy_wide[DEBUG_MAX + 1];
	CHAR copy[DEBUG_MAX + 1];
	void *to = wide ? (void *)copy_wide : (void *)copy;
	size_t len = text ? text_len(text, wide, DEBUG_MAX) : 0;

	while (len > 0 &&
	       (text_get(text, wide, len - 1) == '\n' || text_get(text, wide, len - 1) == '\r'))
		len--;
	if (len == 0)
		return;
	memcpy(to, text, len * text_unit(wide));
	text_put(to, wide, len, 0);
	if (wide)
		PxeTrace(NULL, PXE_TRACE_VERBOSE, L"%ls", copy_wide);
	else
		PxeTraceA(NULL, PXE_TRACE_VERBOSE, copy);
}

void OutputDebugStringW(LPCWSTR lpOutputString)
{
	trace(lpOutputString, true);
}

void OutputDebugStringA(LPCSTR lpOutputString)
{
	trace(lpOutputString, false);
}
