/* The time of day, as fields and as a number. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_TIMEZONEAPI_H
#define WDSPXE_WINDOWS_TIMEZONEAPI_H

#include <wdspxe-windows.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct _SYSTEMTIME {
	WORD wYear;
	WORD wMonth;
	WORD wDayOfWeek; /* 0: Sunday */
	WORD wDay;
	WORD wHour;
	WORD wMinute;
	WORD wSecond;
	WORD wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;

/** UTC into fields. FALSE: ERROR_INVALID_PARAMETER (a time from 0x8000000000000000 on). */
BOOL FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime);
/** Fields into UTC, from 1601 on; wDayOfWeek is not read. FALSE: ERROR_INVALID_PARAMETER. */
BOOL SystemTimeToFileTime(const SYSTEMTIME *lpSystemTime, LPFILETIME lpFileTime);

/** UTC into the time of this place, as far ahead as it is now, and back. FALSE:
 * ERROR_INVALID_PARAMETER. */
BOOL FileTimeToLocalFileTime(const FILETIME *lpFileTime, LPFILETIME lpLocalFileTime);
BOOL LocalFileTimeToFileTime(const FILETIME *lpLocalFileTime, LPFILETIME lpFileTime);
/** -1: the first is earlier; 0: they are the same; 1. */
LONG CompareFileTime(const FILETIME *lpFileTime1, const FILETIME *lpFileTime2);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
