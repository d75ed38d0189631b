/* PxeProviderRegister to PxeProviderEnumClose: the list of providers, for installers. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "base/handle.h"
#include "base/utf.h"
#include "libwdspxe/places.h"
#include "libwdspxe/reg_key.h"
#include "libwdspxe/reg_status.h"
#include "registry/provider_list.h"

enum { KIND = 0xb2, ENUMS_MAX = 256 };

/* The key of a provider that was just registered. */
static DWORD open_settings(const char *name, PHKEY out)
{
	REG_LOCKED;
	_cleanup_(reg_key_freep) struct reg_key *key = NULL;
	DWORD r;

	key = reg_key_new();
	if (!key)
		return ERROR_NOT_ENOUGH_MEMORY;
	key->access = KEY_ALL_ACCESS;
	r = reg_store_open_provider(name, true, &key->store);
	return r ? r : reg_key_publish(&key, out);
}

/* Both places, of a process that may change them. */
struct places {
	char *list, *state;
};

static void places_done(struct places *places)
{
	free(places->list);
	free(places->state);
}

static DWORD places_take(struct places *out)
{
	*out = (struct places){ providers_dir(), state_dir() };
	if (!out->list || !out->state)
		return ERROR_NOT_ENOUGH_MEMORY;
	return state_lasts() ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
}

static DWORD register_in(const struct places *places, const struct registration *it, PHKEY key)
{
	DWORD r = list_status(provider_list_register(places->list, places->state, it, NULL, NULL));

	if (r || !key)
		return r;
	r = open_settings(it->name, key);
	if (r) /* all or nothing */
		(void)provider_list_unregister(places->list, places->state, it->name, NULL);
	return r;
}

DWORD PXEAPI PxeProviderRegisterA(LPCSTR pszProviderName, LPCSTR pszModulePath, PXE_REG_INDEX Index,
				  BOOL bIsCritical, PHKEY phProviderKey)
{
	_cleanup_(places_done) struct places places = { NULL, NULL };
	struct registration it = { pszProviderName, pszModulePath, Index, bIsCritical != 0, NULL };
	DWORD r;

	if (!pszProviderName || !pszModulePath)
		return ERROR_INVALID_PARAMETER;
	if (!utf8_valid(span_str(pszProviderName)))
		return ERROR_INVALID_NAME;
	if (!utf8_valid(span_str(pszModulePath)))
		return ERROR_BAD_PATHNAME;
	r = places_take(&places);
	return r ? r : register_in(&places, &it, phProviderKey);
}

DWORD PXEAPI PxeProviderRegister(LPCWSTR pszProviderName, LPCWSTR pszModulePath,
				 PXE_REG_INDEX Index, BOOL bIsCritical, PHKEY phProviderKey)
{
	_cleanup_(freep) char *name = NULL, *module = NULL;

	if (!pszProviderName || !pszModulePath)
		return ERROR_INVALID_PARAMETER;
	if (!wide_valid(pszProviderName, wcslen(pszProviderName)))
		return ERROR_INVALID_NAME;
	if (!wide_valid(pszModulePath, wcslen(pszModulePath)))
		return ERROR_BAD_PATHNAME;
	name = utf8_dup(pszProviderName);
	module = utf8_dup(pszModulePath);
	if (!name || !module)
		return ERROR_NOT_ENOUGH_MEMORY;
	return PxeProviderRegisterA(name, module, Index, bIsCritical, phProviderKey);
}

DWORD PXEAPI PxeProviderUnRegisterA(LPCSTR pszProviderName)
{
	_cleanup_(places_done) struct places places = { NULL, NULL };
	DWORD denied;
	int r;

	if (!pszProviderName)
		return ERROR_INVALID_PARAMETER;
	denied = places_take(&places);
	if (denied)
		return denied;
	r = provider_list_unregister(places.list, places.state, pszProviderName, NULL);
	return r == -ENOENT ? ERROR_NOT_FOUND : list_status(r);
}

DWORD PXEAPI PxeProviderUnRegister(LPCWSTR pszProviderName)
{
	_cleanup_(freep) char *name = NULL;

	if (!pszProviderName)
		return ERROR_INVALID_PARAMETER;
	name = utf8_dup(pszProviderName);
	return name ? PxeProviderUnRegisterA(name) : ERROR_NOT_ENOUGH_MEMORY;
}

/* The list as it is; without a directory there are no providers. */
static DWORD read_list(struct provider_list *out)
{
	_cleanup_(freep) char *dir = providers_dir();
	int r;

	if (!dir)
		return ERROR_NOT_ENOUGH_MEMORY;
	r = provider_list_read(dir, NULL, out, NULL);
	return r == -ENOENT ? ERROR_SUCCESS : list_status(r);
}

DWORD PXEAPI PxeProviderQueryIndexA(LPCSTR pszProviderName, PULONG puIndex)
{
	_cleanup_(provider_list_done) struct provider_list list = { .n = 0 };
	ptrdiff_t at;
	DWORD r;

	if (!pszProviderName || !puIndex)
		return ERROR_INVALID_PARAMETER;
	r = read_list(&list);
	if (r)
		return r;
	at = provider_list_find(&list, pszProviderName);
	if (at < 0)
		return ERROR_NOT_FOUND;
	*puIndex = (ULONG)at;
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderQueryIndex(LPCWSTR pszProviderName, PULONG puIndex)
{
	_cleanup_(freep) char *name = NULL;

	if (!pszProviderName || !puIndex)
		return ERROR_INVALID_PARAMETER;
	name = utf8_dup(pszProviderName);
	return name ? PxeProviderQueryIndexA(name, puIndex) : ERROR_NOT_ENOUGH_MEMORY;
}

/* ---- enumerations: snapshots behind handles ---------------------------------------------------
 */

struct snapshot {
	struct provider_list list;
	size_t next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	uint64_t generation;
	struct snapshot *snapshot;
} slots[ENUMS_MAX];
static uint32_t next_slot;

static void unlockp(pthread_mutex_t **held)
{
	pthread_mutex_unlock(*held);
}

static pthread_mutex_t *lock_take(void)
{
	pthread_mutex_lock(&lock);
	return &lock;
}

#define LOCKED _cleanup_(unlockp) __attribute__((unused)) pthread_mutex_t *held_ = lock_take()

static void snapshot_freep(struct snapshot **snapshot)
{
	if (*snapshot)
		provider_list_done(&(*snapshot)->list);
	free(*snapshot);
}

/* Where the handle's snapshot is, under the lock, or NULL. */
static struct snapshot **snapshot_find(HANDLE handle)
{
	uint64_t generation;
	uint32_t i;

	if (!handle_split((uintptr_t)handle, KIND, ENUMS_MAX, &i, &generation) ||
	    !slots[i].snapshot || handle_make(KIND, i, slots[i].generation) != (uintptr_t)handle)
		return NULL;
	return &slots[i].snapshot;
}

static DWORD snapshot_publish(struct snapshot **snapshot, HANDLE *out)
{
	LOCKED;

	for (uint32_t n = 0; n < ENUMS_MAX; n++) {
		uint32_t i = next_slot++ % ENUMS_MAX;

		if (slots[i].snapshot)
			continue;
		slots[i].snapshot = TAKE(*snapshot);
		slots[i].generation++;
		*out = (HANDLE)(uintptr_t)handle_make(KIND, i, slots[i].generation);
		return ERROR_SUCCESS;
	}
	return ERROR_NOT_ENOUGH_MEMORY;
}

DWORD PXEAPI PxeProviderEnumFirst(HANDLE *phEnum)
{
	_cleanup_(snapshot_freep) struct snapshot *snapshot = NULL;
	DWORD r;

	if (!phEnum)
		return ERROR_INVALID_PARAMETER;
	snapshot = calloc(1, sizeof(*snapshot));
	if (!snapshot)
		return ERROR_NOT_ENOUGH_MEMORY;
	r = read_list(&snapshot->list);
	return r ? r : snapshot_publish(&snapshot, phEnum);
}

/* One block: the structure, then both strings. */
static void *wide_info(const struct dropin *d, size_t index)
{
	size_t name = wide_from_utf8(span_str(d->name), NULL, 0) + 1;
	size_t path = wide_from_utf8(span_str(d->module), NULL, 0) + 1;
	PPXE_PROVIDER info = calloc(1, sizeof(*info) + (name + path) * sizeof(WCHAR));

	if (!info)
		return NULL;
	info->uSizeOfStruct = sizeof(*info);
	info->pwszName = (LPWSTR)(void *)(info + 1);
	info->pwszFilePath = info->pwszName + name;
	wide_from_utf8(span_str(d->name), info->pwszName, name);
	wide_from_utf8(span_str(d->module), info->pwszFilePath, path);
	info->bIsCritical = d->critical;
	info->uIndex = (ULONG)index;
	return info;
}

/* The same in UTF-8. */
static void *narrow_info(const struct dropin *d, size_t index)
{
	size_t name = strlen(d->name) + 1, path = strlen(d->module) + 1;
	PPXE_PROVIDERA info = calloc(1, sizeof(*info) + name + path);

	if (!info)
		return NULL;
	info->uSizeOfStruct = sizeof(*info);
	info->pszName = memcpy((LPSTR)(info + 1), d->name, name);
	info->pszFilePath = memcpy(info->pszName + name, d->module, path);
	info->bIsCritical = d->critical;
	info->uIndex = (ULONG)index;
	return info;
}

/* Writes *out on success, and NULL at the end of the list. */
static DWORD enum_next(HANDLE handle, void *(*make)(const struct dropin *d, size_t index),
		       void **out)
{
	struct snapshot **found;
	void *info;
	LOCKED;

	found = snapshot_find(handle);
	if (!found)
		return ERROR_INVALID_HANDLE;
	if ((*found)->next == (*found)->list.n) {
		*out = NULL;
		return ERROR_NO_MORE_ITEMS;
	}
	info = make((*found)->list.entry[(*found)->next], (*found)->next);
	if (!info)
		return ERROR_NOT_ENOUGH_MEMORY;
	(*found)->next++;
	*out = info;
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderEnumNext(HANDLE hEnum, PPXE_PROVIDER *ppProvider)
{
	void *info;
	DWORD r;

	if (!ppProvider)
		return ERROR_INVALID_PARAMETER;
	r = enum_next(hEnum, wide_info, &info);
	if (r == ERROR_SUCCESS || r == ERROR_NO_MORE_ITEMS)
		*ppProvider = info;
	return r;
}

DWORD PXEAPI PxeProviderEnumNextA(HANDLE hEnum, PPXE_PROVIDERA *ppProvider)
{
	void *info;
	DWORD r;

	if (!ppProvider)
		return ERROR_INVALID_PARAMETER;
	r = enum_next(hEnum, narrow_info, &info);
	if (r == ERROR_SUCCESS || r == ERROR_NO_MORE_ITEMS)
		*ppProvider = info;
	return r;
}

DWORD PXEAPI PxeProviderFreeInfo(PPXE_PROVIDER pProvider)
{
	if (!pProvider)
		return ERROR_INVALID_PARAMETER;
	free(pProvider);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderFreeInfoA(PPXE_PROVIDERA pProvider)
{
	if (!pProvider)
		return ERROR_INVALID_PARAMETER;
	free(pProvider);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderEnumClose(HANDLE hEnum)
{
	struct snapshot **found;
	LOCKED;

	found = snapshot_find(hEnum);
	if (!found)
		return ERROR_INVALID_HANDLE;
	snapshot_freep(found);
	*found = NULL;
	return ERROR_SUCCESS;
}
