/* A host's key, and where in the files something stands. */
#include <stdlib.h>
#include <string.h>

#include <wdspxe-host.h>

#include "base/cleanup.h"
#include "libwdspxe/reg_key.h"
#include "libwdspxe/reg_status.h"
#include "libwdspxe/reg_data.h"

DWORD PxeHostKeyOpen(const char *path, HKEY *out)
{
	REG_LOCKED;
	_cleanup_(reg_key_freep) struct reg_key *key = NULL;
	DWORD r;

	if (!path || !out)
		return ERROR_INVALID_PARAMETER;
	key = reg_key_new();
	if (!key)
		return ERROR_NOT_ENOUGH_MEMORY;
	key->host = true;
	key->access = KEY_ALL_ACCESS;
	r = reg_store_open_file(path, &key->store);
	if (r)
		return r == ERROR_INVALID_DATA ? ERROR_BAD_FORMAT : r;
	return reg_key_publish(&key, out);
}

DWORD PxeHostKeyRefresh(HKEY handle)
{
	REG_LOCKED;
	const struct reg_key *key;
	DWORD r;

	key = reg_key_find(handle);
	if (!key || !key->host)
		return ERROR_INVALID_HANDLE;
	r = reg_store_refresh(key->store);
	return r == ERROR_INVALID_DATA ? ERROR_BAD_FORMAT : r;
}

DWORD PxeHostKeySettle(HKEY handle, BOOL keep)
{
	REG_LOCKED;
	const struct reg_key *key;

	key = reg_key_find(handle);
	if (!key || !key->host)
		return ERROR_INVALID_HANDLE;
	reg_store_settle(key->store, keep);
	return ERROR_SUCCESS;
}

DWORD PxeHostKeyName(HKEY handle, const char *name)
{
	REG_LOCKED;
	const struct reg_key *key;
	char *copy;

	if (!name)
		return ERROR_INVALID_PARAMETER;
	key = reg_key_find(handle);
	if (!key || !key->host)
		return ERROR_INVALID_HANDLE;
	copy = strdup(name);
	if (!copy)
		return ERROR_NOT_ENOUGH_MEMORY;
	free(key->store->shown);
	key->store->shown = copy;
	return ERROR_SUCCESS;
}

DWORD PxeHostKeyClose(HKEY handle)
{
	REG_LOCKED;
	_cleanup_(reg_store_unrefp) struct reg_store *store = NULL;
	const struct reg_key *key;

	key = reg_key_find(handle);
	if (!key || !key->host)
		return ERROR_INVALID_HANDLE;
	store = reg_store_ref(key->store);
	reg_key_close_all(store);
	return ERROR_SUCCESS;
}

/* The node of a value, or of its member that the rest of a path names. */
static const struct setting *value_node(const struct view_item *value, const char *rest)
{
	struct view_item member;

	if (value->entry)
		return value->entry;
	if (rest && value->node->type == SETTING_ARRAY &&
	    view_value_named(value->node, rest, &member))
		return member.node;
	return value->node;
}

/* The node that a key, or a value or subkey at a path below it, is. */
static DWORD find_node(const struct reg_key *key, const char *name, const struct setting **out)
{
	_cleanup_(freep) char *copy = strdup(name ? name : "");
	const struct setting *node;
	struct view_item item;
	DWORD r = reg_key_node(key, &node);
	char *part, *rest = copy;

	if (!copy)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (r)
		return r;
	while (rest && (part = strsep(&rest, "\\")) && *part) {
		bool is_key = view_key_named(node, part, &item);

		if ((!rest || !is_key) && view_value_named(node, part, &item)) {
			node = value_node(&item, rest);
			break;
		}
		if (!is_key)
			break; /* absent: the place of the key */
		node = item.node;
	}
	*out = node;
	return ERROR_SUCCESS;
}

/* What its file is called. */
static const char *file_of(const struct reg_store *store, const struct setting *node)
{
	const char *file = dropin_file_of(store->dropin, node);

	return store->shown && file == store->dropin->path ? store->shown : file;
}

static DWORD key_location(HKEY handle, const char *name, bool wide, void *file, DWORD room,
			  PDWORD line)
{
	REG_LOCKED;
	const struct setting *node;
	const struct reg_key *key;
	DWORD r;

	if (!file || !line)
		return ERROR_INVALID_PARAMETER;
	key = reg_key_find(handle);
	if (!key)
		return ERROR_INVALID_HANDLE;
	if (!key->store)
		return ERROR_FILE_NOT_FOUND;
	r = find_node(key, name, &node);
	if (r == ERROR_KEY_DELETED)
		return ERROR_FILE_NOT_FOUND;
	while (!r && node->line == 0 && node->parent)
		node = node->parent; /* it is in memory only: where its key is */
	if (!r)
		r = text_hand_out(file_of(key->store, node), wide, file, &room);
	if (r)
		return r == ERROR_MORE_DATA ? ERROR_INSUFFICIENT_BUFFER : r;
	*line = node->line > 0 ? (DWORD)node->line : 1; /* a file without settings */
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeKeyLocationA(HKEY hKey, LPCSTR pszValueName, LPSTR pszFile, DWORD cchFile,
			     PDWORD puLine)
{
	return key_location(hKey, pszValueName, false, pszFile, cchFile, puLine);
}

DWORD PXEAPI PxeKeyLocation(HKEY hKey, LPCWSTR pszValueName, LPWSTR pszFile, DWORD cchFile,
			    PDWORD puLine)
{
	_cleanup_(freep) char *name = NULL;
	DWORD r = text_from_wide(pszValueName, &name);

	return r ? r : key_location(hKey, name, true, pszFile, cchFile, puLine);
}

BOOL PXEAPI PxeKeyIsFloat(HKEY hKey, LPCSTR pszValueName)
{
	REG_LOCKED;
	const struct reg_key *key = reg_key_find(hKey);
	const struct setting *node;

	return key && key->store && find_node(key, pszValueName, &node) == ERROR_SUCCESS &&
	       node->type == SETTING_FLOAT;
}
