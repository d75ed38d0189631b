/* PxeTrace, PxeTraceV: a provider's line for the log. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/level.h"
#include "libwdspxe/door.h"
#include "libwdspxe/trace_format.h"

static PXE_SEVERITY known_severity(PXE_SEVERITY severity)
{
	switch (severity) {
	case PXE_TRACE_VERBOSE:
	case PXE_TRACE_INFO:
	case PXE_TRACE_WARNING:
	case PXE_TRACE_FATAL:
		return severity;
	default:
		return PXE_TRACE_ERROR;
	}
}

/* Outside a server: only for who asked. */
static void trace_alone(PXE_SEVERITY severity, LPCWSTR format, va_list params)
{
	char text[TRACE_TEXT_MAX];

	if (!secure_getenv("WDSPXE_TRACE"))
		return;
	trace_format(format, params, text);
	fprintf(stderr, "wdspxe: %s: %s\n", severity_name(severity), text);
}

static void trace_hosted(const struct pxe_host *host, HANDLE provider, PXE_SEVERITY severity,
			 LPCWSTR format, va_list params)
{
	char text[TRACE_TEXT_MAX];

	if (!host->trace_enabled(severity))
		return;
	trace_format(format, params, text);
	host->trace(provider ? provider : door_provider(), severity, text);
}

DWORD PXEAPI PxeTraceV(HANDLE hProvider, PXE_SEVERITY Severity, LPCWSTR pszFormat, va_list Params)
{
	PXE_SEVERITY severity = known_severity(Severity);
	const struct pxe_host *host = door_enter();
	int saved = errno;

	if (host) {
		trace_hosted(host, hProvider, severity, pszFormat, Params);
		door_leave();
	} else {
		trace_alone(severity, pszFormat, Params);
	}
	errno = saved;
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeTrace(HANDLE hProvider, PXE_SEVERITY Severity, LPCWSTR pszFormat, ...)
{
	va_list params;
	DWORD r;

	va_start(params, pszFormat);
	r = PxeTraceV(hProvider, Severity, pszFormat, params);
	va_end(params);
	return r;
}

DWORD PXEAPI PxeTraceA(HANDLE hProvider, PXE_SEVERITY Severity, LPCSTR pszText)
{
	return PxeTrace(hProvider, Severity, L"%hs", pszText);
}
