/* What values hold: from settings, to and from callers' buffers, to settings. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <wdspxe-windows.h>

#include "registry/view.h"

/* Strings in UTF-8, each with its NUL, numbers as they lie in memory. */
struct reg_data {
	DWORD type;
	uint8_t *octets; /* owned */
	size_t len;
};

void reg_data_done(struct reg_data *data);
/** Reads a value. ERROR_NOT_ENOUGH_MEMORY. */
DWORD reg_data_of(const struct view_item *value, struct reg_data *out);
/** Hands data to a caller's buffer as RegQueryValueEx does; wide: strings become WCHARs. */
DWORD reg_data_hand_out(const struct reg_data *data, bool wide, DWORD *type, BYTE *buffer,
			DWORD *len);
/** The octets that reg_data_hand_out() needs. */
DWORD reg_data_len(const struct reg_data *data, bool wide);
/**
 * Takes data as a caller gives it to RegSetValueEx: strings become UTF-8 and end with their first
 * NUL (REG_MULTI_SZ: the first empty string). ERROR_INVALID_PARAMETER: the length does not fit the
 * type. ERROR_NO_UNICODE_TRANSLATION, ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD reg_data_take(DWORD type, const BYTE *octets, DWORD len, bool wide, struct reg_data *out);
/** Data as a setting, the caller's. NULL without memory. */
struct setting *reg_data_setting(const struct reg_data *data);
