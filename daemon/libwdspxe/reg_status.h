/* The registry floor's outcomes as status codes, and text at the doors. */
#pragma once

#include <stdbool.h>

#include <wdspxe.h>
#include <wdspxe-windows.h>

/** For Reg*: ABSENT is ERROR_FILE_NOT_FOUND, INVALID ERROR_INVALID_DATA, NAME
 * ERROR_INVALID_PARAMETER. */
DWORD reg_status(int r);
/** For the list: ABSENT is ERROR_NOT_FOUND, INVALID ERROR_BAD_FORMAT. */
DWORD list_status(int r);

/**
 * A wide text as UTF-8 that the caller frees; NULL stays NULL.
 * ERROR_NO_UNICODE_TRANSLATION, ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD text_from_wide(LPCWSTR text, char **out);
/**
 * Hands a name to a caller's buffer: *room counts characters (not wide: octets) with the NUL on
 * the way in and without it on the way out. ERROR_MORE_DATA: it does not fit; nothing is written.
 */
DWORD text_hand_out(const char *text, bool wide, void *buffer, DWORD *room);
/** Its length in such characters, without the NUL. */
DWORD text_len(const char *text, bool wide);
