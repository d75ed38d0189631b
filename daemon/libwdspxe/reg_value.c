/* RegQueryValueEx, RegSetValueEx, RegDeleteValue: values by name. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "libwdspxe/reg_above.h"
#include "libwdspxe/reg_edit.h"
#include "libwdspxe/reg_key.h"
#include "libwdspxe/reg_status.h"

/* The key with a right, or why not. */
static LSTATUS key_with(HKEY handle, REGSAM right, const struct reg_key **out)
{
	*out = reg_key_find(handle);
	if (!*out)
		return ERROR_INVALID_HANDLE;
	return ((*out)->access & right) ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
}

static LSTATUS query_value(HKEY handle, const char *name, bool wide, const DWORD *reserved,
			   LPDWORD type, LPBYTE buffer, LPDWORD len)
{
	REG_LOCKED;
	_cleanup_(reg_data_done) struct reg_data data = { .octets = NULL };
	const struct reg_key *key;
	LSTATUS r;

	if (reserved || (buffer && !len))
		return ERROR_INVALID_PARAMETER;
	r = key_with(handle, KEY_QUERY_VALUE, &key);
	if (!r)
		r = (LSTATUS)reg_read_value(key, name ? name : "", &data);
	return r ? r : (LSTATUS)reg_data_hand_out(&data, wide, type, buffer, len);
}

LSTATUS RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
			 LPBYTE lpData, LPDWORD lpcbData)
{
	return query_value(hKey, lpValueName, false, lpReserved, lpType, lpData, lpcbData);
}

LSTATUS RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
			 LPBYTE lpData, LPDWORD lpcbData)
{
	_cleanup_(freep) char *name = NULL;
	DWORD r = text_from_wide(lpValueName, &name);

	return r ? (LSTATUS)r : query_value(hKey, name, true, lpReserved, lpType, lpData, lpcbData);
}

static LSTATUS set_value(HKEY handle, const char *name, bool wide, DWORD reserved, DWORD type,
			 const BYTE *octets, DWORD len)
{
	REG_LOCKED;
	_cleanup_(reg_data_done) struct reg_data data = { .octets = NULL };
	const struct reg_key *key;
	LSTATUS r;

	if (reserved || (!octets && len > 0))
		return ERROR_INVALID_PARAMETER;
	name = name ? name : "";
	if (!utf8_valid(span_str(name)))
		return ERROR_NO_UNICODE_TRANSLATION;
	if (text_len(name, true) > REG_VALUE_NAME_MAX)
		return ERROR_INVALID_PARAMETER;
	r = key_with(handle, KEY_SET_VALUE, &key);
	if (!r)
		r = (LSTATUS)reg_data_take(type, octets, len, wide, &data);
	return r ? r : (LSTATUS)reg_write_value(key, name, &data);
}

LSTATUS RegSetValueExA(HKEY hKey, LPCSTR lpValueName, DWORD Reserved, DWORD dwType,
		       const BYTE *lpData, DWORD cbData)
{
	return set_value(hKey, lpValueName, false, Reserved, dwType, lpData, cbData);
}

LSTATUS RegSetValueExW(HKEY hKey, LPCWSTR lpValueName, DWORD Reserved, DWORD dwType,
		       const BYTE *lpData, DWORD cbData)
{
	_cleanup_(freep) char *name = NULL;
	DWORD r = text_from_wide(lpValueName, &name);

	return r ? (LSTATUS)r : set_value(hKey, name, true, Reserved, dwType, lpData, cbData);
}

static LSTATUS delete_value(HKEY handle, const char *name)
{
	REG_LOCKED;
	const struct reg_key *key;
	LSTATUS r;

	r = key_with(handle, KEY_SET_VALUE, &key);
	return r ? r : (LSTATUS)reg_remove_value(key, name ? name : "");
}

LSTATUS RegDeleteValueA(HKEY hKey, LPCSTR lpValueName)
{
	return delete_value(hKey, lpValueName);
}

LSTATUS RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName)
{
	_cleanup_(freep) char *name = NULL;
	DWORD r = text_from_wide(lpValueName, &name);

	return r ? (LSTATUS)r : delete_value(hKey, name);
}
