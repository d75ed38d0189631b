/* RegOpenKeyEx, RegCreateKeyEx, RegDeleteKey, RegCloseKey: keys by path. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "libwdspxe/reg_edit.h"
#include "libwdspxe/reg_key.h"
#include "libwdspxe/reg_status.h"

#define GENERIC_ALL_   0x10000000u
#define GENERIC_WRITE_ 0x40000000u
#define GENERIC_READ_  0x80000000u

/* The rights that a caller asks for, with the generic ones spelt out. */
static REGSAM access_of(REGSAM asked)
{
	if (asked & (MAXIMUM_ALLOWED | GENERIC_ALL_))
		asked |= KEY_ALL_ACCESS;
	if (asked & GENERIC_READ_)
		asked |= KEY_READ;
	if (asked & GENERIC_WRITE_)
		asked |= KEY_WRITE;
	return asked;
}

static LSTATUS publish(struct reg_key **key, REGSAM access, PHKEY out)
{
	(*key)->access = access_of(access);
	return (LSTATUS)reg_key_publish(key, out);
}

static LSTATUS open_key(HKEY parent, const char *path, DWORD options, REGSAM access, PHKEY out)
{
	REG_LOCKED;
	_cleanup_(reg_key_freep) struct reg_key *key = NULL;
	const struct reg_key *from;
	DWORD r;

	if (!out || options)
		return ERROR_INVALID_PARAMETER;
	from = reg_key_find(parent);
	if (!from)
		return ERROR_INVALID_HANDLE;
	r = reg_key_walk(from, path, &key, NULL);
	return r ? (LSTATUS)r : publish(&key, access, out);
}

LSTATUS RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
		      PHKEY phkResult)
{
	return open_key(hKey, lpSubKey, ulOptions, samDesired, phkResult);
}

LSTATUS RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
		      PHKEY phkResult)
{
	_cleanup_(freep) char *path = NULL;
	DWORD r = text_from_wide(lpSubKey, &path);

	return r ? (LSTATUS)r : open_key(hKey, path, ulOptions, samDesired, phkResult);
}

/* A name that can be written: no control characters. */
static bool parts_valid(const struct reg_key *key)
{
	for (unsigned i = 0; i < key->depth; i++) {
		struct span left = span_str(key->part[i]);

		if (!utf8_valid(left))
			return false;
		while (left.len > 0)
			if (utf8_next(&left) < 0x20)
				return false;
	}
	return true;
}

static LSTATUS create_locked(const struct reg_key *from, const char *path, REGSAM access, PHKEY out,
			     LPDWORD disposition)
{
	_cleanup_(reg_key_freep) struct reg_key *key = NULL;
	unsigned missing;
	DWORD r = reg_key_walk(from, path, &key, &missing);
	LSTATUS done;

	if (r == ERROR_FILE_NOT_FOUND && !from->store)
		return ERROR_ACCESS_DENIED; /* PxeProviderRegister makes providers */
	if (r)
		return (LSTATUS)r;
	if (missing > 0) {
		if (!(from->access & KEY_CREATE_SUB_KEY) && from->store)
			return ERROR_ACCESS_DENIED;
		if (!parts_valid(key))
			return ERROR_INVALID_PARAMETER;
		r = reg_edit_create(key);
		if (r)
			return (LSTATUS)r;
	}
	done = publish(&key, access, out);
	if (!done && disposition)
		*disposition = missing > 0 ? REG_CREATED_NEW_KEY : REG_OPENED_EXISTING_KEY;
	return done;
}

static LSTATUS create_key(HKEY parent, const char *path, DWORD reserved, DWORD options,
			  REGSAM access, PHKEY out, LPDWORD disposition)
{
	REG_LOCKED;
	const struct reg_key *from;

	if (!out || !path || reserved || options != REG_OPTION_NON_VOLATILE)
		return ERROR_INVALID_PARAMETER;
	from = reg_key_find(parent);
	if (!from)
		return ERROR_INVALID_HANDLE;
	return create_locked(from, path, access, out, disposition);
}

LSTATUS RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD Reserved, LPSTR lpClass, DWORD dwOptions,
			REGSAM samDesired, const LPSECURITY_ATTRIBUTES lpSecurityAttributes,
			PHKEY phkResult, LPDWORD lpdwDisposition)
{
	(void)lpClass, (void)lpSecurityAttributes;
	return create_key(hKey, lpSubKey, Reserved, dwOptions, samDesired, phkResult,
			  lpdwDisposition);
}

LSTATUS RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR lpClass,
			DWORD dwOptions, REGSAM samDesired,
			const LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
			LPDWORD lpdwDisposition)
{
	_cleanup_(freep) char *path = NULL;
	DWORD r = text_from_wide(lpSubKey, &path);

	(void)lpClass, (void)lpSecurityAttributes;
	return r ? (LSTATUS)r
		 : create_key(hKey, path, Reserved, dwOptions, samDesired, phkResult,
			      lpdwDisposition);
}

static LSTATUS delete_key(HKEY parent, const char *path)
{
	REG_LOCKED;
	_cleanup_(reg_key_freep) struct reg_key *key = NULL;
	const struct reg_key *from;
	DWORD r;

	if (!path)
		return ERROR_INVALID_PARAMETER;
	from = reg_key_find(parent);
	if (!from)
		return ERROR_INVALID_HANDLE;
	r = reg_key_walk(from, path, &key, NULL);
	if (r)
		return (LSTATUS)r;
	if (key->depth == 0) /* a provider goes by PxeProviderUnRegister */
		return ERROR_ACCESS_DENIED;
	return (LSTATUS)reg_edit_delete_key(key);
}

LSTATUS RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey)
{
	return delete_key(hKey, lpSubKey);
}

LSTATUS RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey)
{
	_cleanup_(freep) char *path = NULL;
	DWORD r = text_from_wide(lpSubKey, &path);

	return r ? (LSTATUS)r : delete_key(hKey, path);
}

LSTATUS RegCloseKey(HKEY hKey)
{
	REG_LOCKED;
	const struct reg_key *key;

	key = reg_key_find(hKey);
	if (!key)
		return ERROR_INVALID_HANDLE;
	if (!key->host)
		reg_key_free(reg_key_take(hKey)); /* HKEY_LOCAL_MACHINE is not in the table */
	return ERROR_SUCCESS;
}
