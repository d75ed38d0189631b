/* RegEnumKeyEx, RegEnumValue, RegQueryInfoKey: what a key holds, one by one and in numbers. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "libwdspxe/reg_above.h"
#include "libwdspxe/reg_key.h"
#include "libwdspxe/reg_status.h"

/* 1601 to 1970, in units of 100 ns */
#define FILETIME_UNIX 116444736000000000ULL

/* Class names do not exist: always empty. */
static LSTATUS empty_class(bool wide, void *class, LPDWORD room)
{
	if (!class && !room)
		return ERROR_SUCCESS;
	if (!room)
		return ERROR_INVALID_PARAMETER;
	return class ? (LSTATUS)text_hand_out("", wide, class, room) : (*room = 0, ERROR_SUCCESS);
}

static uint64_t units(struct timespec time)
{
	return FILETIME_UNIX + (uint64_t)time.tv_sec * 10000000 + (uint64_t)time.tv_nsec / 100;
}

/* When the key's settings were last written, in either file; 0 above the providers. */
static FILETIME write_time(const struct reg_key *key)
{
	const struct reg_store *store = key->store;
	uint64_t t = store ? units(store->st.st_mtim) : 0;

	if (store && units(store->st_overlay.st_mtim) > t)
		t = units(store->st_overlay.st_mtim);
	return (FILETIME){ (DWORD)t, (DWORD)(t >> 32) };
}

/* The name of a subkey, which the caller frees. */
static DWORD subkey_name(const struct reg_key *key, DWORD index, char **out)
{
	_cleanup_(reg_names_done) struct reg_names names = { NULL, 0 };
	const struct setting *node;
	struct view_item item;
	DWORD r;

	if (key->store) {
		r = reg_key_node(key, &node);
		if (r)
			return r;
		if (!view_key_at(node, index, &item))
			return ERROR_NO_MORE_ITEMS;
		*out = strdup(view_name(&item));
	} else {
		r = reg_above_names(key, &names);
		if (r)
			return r;
		if (index >= names.n)
			return ERROR_NO_MORE_ITEMS;
		*out = strdup(names.name[index]);
	}
	return *out ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

struct enum_key {
	HKEY handle;
	DWORD index;
	bool wide;
	void *name;
	LPDWORD room;
	const DWORD *reserved;
	void *class;
	LPDWORD class_room;
	PFILETIME time;
};

static LSTATUS enum_key(const struct enum_key *call)
{
	REG_LOCKED;
	_cleanup_(freep) char *name = NULL;
	const struct reg_key *key;
	LSTATUS r;

	if (!call->name || !call->room || call->reserved || (call->class && !call->class_room))
		return ERROR_INVALID_PARAMETER;
	key = reg_key_find(call->handle);
	if (!key)
		return ERROR_INVALID_HANDLE;
	if (!(key->access & KEY_ENUMERATE_SUB_KEYS))
		return ERROR_ACCESS_DENIED;
	r = (LSTATUS)subkey_name(key, call->index, &name);
	if (r)
		return r;
	if (text_len(name, call->wide) >= *call->room || (call->class && *call->class_room == 0))
		return ERROR_MORE_DATA;
	r = empty_class(call->wide, call->class, call->class_room);
	if (!r && call->time)
		*call->time = write_time(key);
	return r ? r : (LSTATUS)text_hand_out(name, call->wide, call->name, call->room);
}

LSTATUS RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName, LPDWORD lpReserved,
		      LPSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime)
{
	return enum_key(&(struct enum_key){ hKey, dwIndex, false, lpName, lpcchName, lpReserved,
					    lpClass, lpcchClass, lpftLastWriteTime });
}

LSTATUS RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName,
		      LPDWORD lpReserved, LPWSTR lpClass, LPDWORD lpcchClass,
		      PFILETIME lpftLastWriteTime)
{
	return enum_key(&(struct enum_key){ hKey, dwIndex, true, lpName, lpcchName, lpReserved,
					    lpClass, lpcchClass, lpftLastWriteTime });
}

/* The value number `index` of a key. Values above the providers are found by name only. */
static DWORD value_at(const struct reg_key *key, DWORD index, struct view_item *item,
		      struct reg_data *data)
{
	const struct setting *node;
	DWORD r;

	if (!key->store)
		return ERROR_NO_MORE_ITEMS;
	r = reg_key_node(key, &node);
	if (r)
		return r;
	return view_value_at(node, index, item) ? reg_data_of(item, data) : ERROR_NO_MORE_ITEMS;
}

struct enum_value {
	HKEY handle;
	DWORD index;
	bool wide;
	void *name;
	LPDWORD room;
	const DWORD *reserved;
	LPDWORD type;
	BYTE *data;
	LPDWORD len;
};

static LSTATUS enum_value(const struct enum_value *call)
{
	REG_LOCKED;
	_cleanup_(reg_data_done) struct reg_data data = { .octets = NULL };
	const struct reg_key *key;
	struct view_item item;
	LSTATUS r;

	if (!call->name || !call->room || call->reserved || (call->data && !call->len))
		return ERROR_INVALID_PARAMETER;
	key = reg_key_find(call->handle);
	if (!key)
		return ERROR_INVALID_HANDLE;
	if (!(key->access & KEY_QUERY_VALUE))
		return ERROR_ACCESS_DENIED;
	r = (LSTATUS)value_at(key, call->index, &item, &data);
	if (r)
		return r;
	if (text_len(view_name(&item), call->wide) >= *call->room)
		return ERROR_MORE_DATA;
	r = (LSTATUS)reg_data_hand_out(&data, call->wide, call->type, call->data, call->len);
	return r ? r : (LSTATUS)text_hand_out(view_name(&item), call->wide, call->name, call->room);
}

LSTATUS RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD lpcchValueName,
		      LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData)
{
	return enum_value(&(struct enum_value){ hKey, dwIndex, false, lpValueName, lpcchValueName,
						lpReserved, lpType, lpData, lpcbData });
}

LSTATUS RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName, LPDWORD lpcchValueName,
		      LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData)
{
	return enum_value(&(struct enum_value){ hKey, dwIndex, true, lpValueName, lpcchValueName,
						lpReserved, lpType, lpData, lpcbData });
}

/* A key in numbers: how many there are, and the longest. */
struct sums {
	DWORD keys, key_name, values, value_name, data;
};

static DWORD larger(DWORD a, DWORD b)
{
	return a > b ? a : b;
}

static DWORD sum_above(const struct reg_key *key, bool wide, struct sums *out)
{
	_cleanup_(reg_names_done) struct reg_names names = { NULL, 0 };
	DWORD r = reg_above_names(key, &names);

	for (DWORD i = 0; !r && i < names.n; i++)
		out->key_name = larger(out->key_name, text_len(names.name[i], wide));
	out->keys = names.n;
	return r;
}

/* The sums of a key's settings, as far as they were read. */
struct summing {
	struct sums *out;
	bool wide;
	DWORD r;
};

static bool sum_key(const struct view_item *item, void *context)
{
	const struct summing *summing = context;
	struct sums *out = summing->out;

	out->keys++;
	out->key_name = larger(out->key_name, text_len(view_name(item), summing->wide));
	return false;
}

static bool sum_value(const struct view_item *item, void *context)
{
	_cleanup_(reg_data_done) struct reg_data data = { .octets = NULL };
	struct summing *summing = context;
	struct sums *out = summing->out;

	summing->r = reg_data_of(item, &data);
	if (summing->r)
		return true;
	out->values++;
	out->value_name = larger(out->value_name, text_len(view_name(item), summing->wide));
	out->data = larger(out->data, reg_data_len(&data, summing->wide));
	return false;
}

static DWORD sum_settings(const struct reg_key *key, bool wide, struct sums *out)
{
	struct summing summing = { out, wide, ERROR_SUCCESS };
	const struct setting *node;
	DWORD r = reg_key_node(key, &node);

	if (r)
		return r;
	view_each_key(node, sum_key, &summing);
	view_each_value(node, sum_value, &summing);
	return summing.r;
}

struct query_info {
	HKEY handle;
	bool wide;
	void *class;
	LPDWORD class_room;
	const DWORD *reserved;
	LPDWORD keys, key_name, class_name, values, value_name, data, security;
	PFILETIME time;
};

static void put(LPDWORD out, DWORD value)
{
	if (out)
		*out = value;
}

static LSTATUS query_info(const struct query_info *call)
{
	REG_LOCKED;
	struct sums sums = { 0 };
	const struct reg_key *key;
	LSTATUS r;

	if (call->reserved || (call->class && !call->class_room))
		return ERROR_INVALID_PARAMETER;
	key = reg_key_find(call->handle);
	if (!key)
		return ERROR_INVALID_HANDLE;
	if (!(key->access & KEY_QUERY_VALUE))
		return ERROR_ACCESS_DENIED;
	r = (LSTATUS)(key->store ? sum_settings(key, call->wide, &sums)
				 : sum_above(key, call->wide, &sums));
	if (!r)
		r = empty_class(call->wide, call->class, call->class_room);
	if (r)
		return r;
	put(call->keys, sums.keys);
	put(call->key_name, sums.key_name);
	put(call->class_name, 0);
	put(call->values, sums.values);
	put(call->value_name, sums.value_name);
	put(call->data, sums.data);
	put(call->security, 0);
	if (call->time)
		*call->time = write_time(key);
	return ERROR_SUCCESS;
}

LSTATUS RegQueryInfoKeyA(HKEY hKey, LPSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
			 LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen,
			 LPDWORD lpcValues, LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
			 LPDWORD lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime)
{
	return query_info(&(struct query_info){ hKey, false, lpClass, lpcchClass, lpReserved,
						lpcSubKeys, lpcbMaxSubKeyLen, lpcbMaxClassLen,
						lpcValues, lpcbMaxValueNameLen, lpcbMaxValueLen,
						lpcbSecurityDescriptor, lpftLastWriteTime });
}

LSTATUS RegQueryInfoKeyW(HKEY hKey, LPWSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
			 LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen,
			 LPDWORD lpcValues, LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen,
			 LPDWORD lpcbSecurityDescriptor, PFILETIME lpftLastWriteTime)
{
	return query_info(&(struct query_info){ hKey, true, lpClass, lpcchClass, lpReserved,
						lpcSubKeys, lpcbMaxSubKeyLen, lpcbMaxClassLen,
						lpcValues, lpcbMaxValueNameLen, lpcbMaxValueLen,
						lpcbSecurityDescriptor, lpftLastWriteTime });
}
