#include "libwdspxe/reg_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "libwdspxe/providers_dir.h"
#include "libwdspxe/reg_status.h"
#include "registry/provider_list.h"

/* A file's times tick this coarsely: two changes within one tick look like one. */
#define SETTLE_NS 100000000LL

static const struct setting no_settings = { .type = SETTING_GROUP };

const struct setting *reg_settings_of(const struct setting *root)
{
	const struct setting *settings = setting_child(root, "settings");

	return settings && settings->type == SETTING_GROUP ? settings : &no_settings;
}

static int64_t time_ns(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       time_ns(a->st_mtim) == time_ns(b->st_mtim) &&
	       time_ns(a->st_ctim) == time_ns(b->st_ctim);
}

static void judged(void *context, bool warning, const struct registry_error *mistake)
{
	(void)context, (void)warning, (void)mistake;
}

/* Reads the file at the store's path; the store is untouched unless it succeeds. What other keys of
 * the file have to be, the host judges: a check looks at settings beside them too. */
static int store_load(struct reg_store *store)
{
	struct registry_error host = { .tell = judged };
	struct dropin *read;
	struct timespec now;
	struct stat st;
	int r;

	if (stat(store->path, &st) < 0)
		return -errno;
	r = dropin_read(store->path, &read, store->host ? &host : NULL);
	if (r)
		return r;
	if (store->name && utf8_casecmp(store->name, read->name) != 0) {
		dropin_free(read);
		return -ENOENT; /* somebody else's by now */
	}
	clock_gettime(CLOCK_REALTIME, &now);
	store->settled = time_ns(now) - time_ns(st.st_ctim) > SETTLE_NS;
	store->st = st;
	dropin_free(store->dropin);
	store->dropin = read;
	return 0;
}

/* The provider's file may have another name by now. */
static int store_find(struct reg_store *store)
{
	_cleanup_(freep) char *path = NULL;
	int r = provider_list_path(store->dir, store->name, &path, NULL);

	if (r)
		return r;
	free(store->path);
	store->path = TAKE(path);
	return store_load(store);
}

static DWORD gone(int r)
{
	return r == -ENOENT || r == REGISTRY_E_ABSENT ? ERROR_KEY_DELETED : reg_status(r);
}

static DWORD store_new(bool host, struct reg_store **out)
{
	struct reg_store *store = calloc(1, sizeof(*store));

	if (!store)
		return ERROR_NOT_ENOUGH_MEMORY;
	store->refs = 1;
	store->host = host;
	*out = store;
	return ERROR_SUCCESS;
}

DWORD reg_store_open_file(const char *path, struct reg_store **out)
{
	_cleanup_(reg_store_unrefp) struct reg_store *store = NULL;
	DWORD r = store_new(true, &store);

	if (r)
		return r;
	store->path = strdup(path);
	if (!store->path)
		return ERROR_NOT_ENOUGH_MEMORY;
	r = reg_status(store_load(store));
	if (r)
		return r;
	*out = TAKE(store);
	return ERROR_SUCCESS;
}

DWORD reg_store_open_provider(const char *name, struct reg_store **out)
{
	_cleanup_(reg_store_unrefp) struct reg_store *store = NULL;
	DWORD r = store_new(false, &store);

	if (r)
		return r;
	store->dir = providers_dir();
	store->name = strdup(name);
	if (!store->dir || !store->name)
		return ERROR_NOT_ENOUGH_MEMORY;
	r = reg_status(store_find(store));
	if (r)
		return r;
	*out = TAKE(store);
	return ERROR_SUCCESS;
}

struct reg_store *reg_store_ref(struct reg_store *store)
{
	store->refs++;
	return store;
}

void reg_store_unref(struct reg_store *store)
{
	if (!store || --store->refs > 0)
		return;
	dropin_free(store->dropin);
	dropin_free(store->before);
	free(store->dir);
	free(store->path);
	free(store->shown);
	free(store->name);
	free(store);
}

void reg_store_unrefp(struct reg_store **store)
{
	reg_store_unref(*store);
}

static bool up_to_date(const struct reg_store *store)
{
	struct stat st;

	if (!store->dropin)
		return false;
	return store->host ||
	       (store->settled && stat(store->path, &st) == 0 && same_file(&st, &store->st));
}

DWORD reg_store_settings(struct reg_store *store, const struct setting **out)
{
	int r = up_to_date(store) ? 0 : store_load(store);

	if (r == -ENOENT && !store->host)
		r = store_find(store);
	if (r)
		return gone(r);
	*out = reg_settings_of(store->dropin->root);
	return ERROR_SUCCESS;
}

DWORD reg_store_refresh(struct reg_store *store)
{
	struct dropin *before = TAKE(store->dropin);
	int r = store_load(store);

	if (r) {
		store->dropin = before;
		return gone(r);
	}
	dropin_free(store->before);
	store->before = before;
	return ERROR_SUCCESS;
}

void reg_store_settle(struct reg_store *store, bool keep)
{
	if (!keep && store->before) {
		dropin_free(store->dropin);
		store->dropin = TAKE(store->before);
	}
	dropin_free(store->before);
	store->before = NULL;
}

DWORD reg_store_edit(struct reg_store *store, edit_fn *change, void *context)
{
	const struct setting *settings;
	DWORD r = reg_store_settings(store, &settings); /* finds the file where it is now */
	int done;

	if (r)
		return r;
	done = edit_file(store->path, change, context, NULL);
	if (done == -ENOENT)
		return ERROR_KEY_DELETED;
	if (done)
		return reg_status(done);
	return gone(store_load(store));
}
