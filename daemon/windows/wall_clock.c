/* The time of day: GetLocalTime, GetSystemTime, FILETIME, which counts 100 ns since 1601. */
#include <stdbool.h>
#include <time.h>

#include <windows/sysinfoapi.h>
#include <windows/timezoneapi.h>

#include "windows/clock.h"
#include "windows/filetime.h"

static int64_t ticks_of(const FILETIME *time)
{
	return (int64_t)((uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime);
}

static int64_t now(void)
{
	return (int64_t)(clock_now_ns(CLOCK_REALTIME) / NS_PER_TICK) + TICKS_OF_1970;
}

/* Seconds of Unix; *rest: 100 ns. Both are 0 or more for what FILETIME can say, but for the first.
 */
static time_t seconds_of(int64_t ticks, int64_t *rest)
{
	*rest = ticks % TICKS_PER_S;
	return (time_t)(ticks / TICKS_PER_S - TICKS_OF_1970 / TICKS_PER_S);
}

static void fields_of(const struct tm *tm, int64_t rest, LPSYSTEMTIME out)
{
	*out = (SYSTEMTIME){ .wYear = (WORD)(tm->tm_year + 1900),
			     .wMonth = (WORD)(tm->tm_mon + 1),
			     .wDayOfWeek = (WORD)tm->tm_wday,
			     .wDay = (WORD)tm->tm_mday,
			     .wHour = (WORD)tm->tm_hour,
			     .wMinute = (WORD)tm->tm_min,
			     .wSecond = (WORD)tm->tm_sec,
			     .wMilliseconds = (WORD)(rest / TICKS_PER_MS) };
}

static BOOL refuse(void)
{
	SetLastError(ERROR_INVALID_PARAMETER);
	return FALSE;
}

/* ---- now ---- */

void GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
{
	*lpSystemTimeAsFileTime = filetime_of(now());
}

void GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime)
{
	GetSystemTimeAsFileTime(lpSystemTimeAsFileTime);
}

void GetSystemTime(LPSYSTEMTIME lpSystemTime)
{
	FILETIME time = filetime_of(now());

	FileTimeToSystemTime(&time, lpSystemTime);
}

void GetLocalTime(LPSYSTEMTIME lpSystemTime)
{
	int64_t rest;
	time_t seconds = seconds_of(now(), &rest);
	struct tm tm;

	localtime_r(&seconds, &tm);
	fields_of(&tm, rest, lpSystemTime);
}

/* ---- one into another ---- */

BOOL FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime)
{
	int64_t ticks = ticks_of(lpFileTime), rest;
	struct tm tm;
	time_t seconds;

	if (ticks < 0)
		return refuse();
	seconds = seconds_of(ticks, &rest);
	gmtime_r(&seconds, &tm);
	fields_of(&tm, rest, lpSystemTime);
	return TRUE;
}

static bool in_range(const SYSTEMTIME *time)
{
	return time->wYear >= 1601 && time->wYear <= 30827 && time->wMonth >= 1 &&
	       time->wMonth <= 12 && time->wDay >= 1 && time->wDay <= 31 && time->wHour <= 23 &&
	       time->wMinute <= 59 && time->wSecond <= 59 && time->wMilliseconds <= 999;
}

BOOL SystemTimeToFileTime(const SYSTEMTIME *lpSystemTime, LPFILETIME lpFileTime)
{
	struct tm tm = { .tm_year = lpSystemTime->wYear - 1900,
			 .tm_mon = lpSystemTime->wMonth - 1,
			 .tm_mday = lpSystemTime->wDay,
			 .tm_hour = lpSystemTime->wHour,
			 .tm_min = lpSystemTime->wMinute,
			 .tm_sec = lpSystemTime->wSecond };
	int64_t seconds;

	if (!in_range(lpSystemTime))
		return refuse();
	seconds = timegm(&tm);
	if (tm.tm_mday != lpSystemTime->wDay) /* that month is shorter */
		return refuse();
	*lpFileTime = filetime_of(seconds * TICKS_PER_S + TICKS_OF_1970 +
				  (int64_t)lpSystemTime->wMilliseconds * TICKS_PER_MS);
	return TRUE;
}

/* As it is at present in summer and in winter, which is what Microsoft's do. */
static int64_t local_ahead(void)
{
	time_t seconds = time(NULL);
	struct tm tm;

	localtime_r(&seconds, &tm);
	return (int64_t)tm.tm_gmtoff * TICKS_PER_S;
}

static BOOL moved(const FILETIME *from, int64_t by, LPFILETIME out)
{
	int64_t ticks = ticks_of(from), to;

	if (ticks < 0 || __builtin_add_overflow(ticks, by, &to) || to < 0)
		return refuse();
	*out = filetime_of(to);
	return TRUE;
}

BOOL FileTimeToLocalFileTime(const FILETIME *lpFileTime, LPFILETIME lpLocalFileTime)
{
	return moved(lpFileTime, local_ahead(), lpLocalFileTime);
}

BOOL LocalFileTimeToFileTime(const FILETIME *lpLocalFileTime, LPFILETIME lpFileTime)
{
	return moved(lpLocalFileTime, -local_ahead(), lpFileTime);
}

LONG CompareFileTime(const FILETIME *lpFileTime1, const FILETIME *lpFileTime2)
{
	uint64_t a = (uint64_t)ticks_of(lpFileTime1), b = (uint64_t)ticks_of(lpFileTime2);

	return a < b ? -1 : a > b;
}
