/* FILETIME: 100 ns each, since 1601. */
#pragma once

#include <stdint.h>

#include <wdspxe-windows.h>

enum { TICKS_PER_S = 10000000, TICKS_PER_MS = 10000, NS_PER_TICK = 100 };

/** Of the year 1970, where Unix begins. */
#define TICKS_OF_1970 INT64_C(116444736000000000)

static inline FILETIME filetime_of(int64_t ticks)
{
	return (FILETIME){ (DWORD)ticks, (DWORD)((uint64_t)ticks >> 32) };
}
