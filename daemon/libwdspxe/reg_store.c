#include "libwdspxe/reg_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "libwdspxe/places.h"
#include "libwdspxe/reg_status.h"
#include "registry/made.h"
#include "registry/provider_list.h"
#include "registry/store.h"
#include "registry/tree.h"

/* A file's times tick this coarsely: two changes within one tick look like one. */
#define SETTLE_NS 100000000LL

static const struct setting no_settings = { .type = SETTING_GROUP };

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

/* What programs have written, laid over. */
static int lay(struct reg_store *store, struct dropin *dropin)
{
	_cleanup_(freep) char *state = state_dir();

	if (!state)
		return -ENOMEM;
	store->version++;
	return store->keeps ? dropin_lay(dropin, &store->kept)
			    : dropin_overlay(dropin, state[0] ? state : NULL, NULL);
}

static bool is_old(const struct stat *st)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return time_ns(now) - time_ns(st->st_ctim) > SETTLE_NS;
}

/* The overlay is often not there. */
static struct stat stat_overlay(const struct dropin *dropin)
{
	struct stat st;

	if (!dropin->overlay || stat(dropin->overlay, &st) < 0)
		memset(&st, 0, sizeof(st));
	return st;
}

/* Reads the files of the store; it is untouched unless that succeeds. What other keys of the file
 * have to be, the host judges: a check looks at settings beside them too. */
static int store_load(struct reg_store *store)
{
	struct registry_error host = { .tell = judged };
	_cleanup_(dropin_freep) struct dropin *read = NULL;
	struct stat st;
	int r;

	if (stat(store->path, &st) < 0)
		return -errno;
	r = dropin_read(store->path, &read, store->host ? &host : NULL);
	if (r)
		return r;
	if (store->name && utf8_casecmp(store->name, read->name) != 0)
		return -ENOENT; /* somebody else's by now */
	r = lay(store, read);
	if (r)
		return r;
	store->st = st;
	store->st_overlay = stat_overlay(read);
	/* included files come and go without a change of this one */
	store->settled =
		is_old(&st) && is_old(&store->st_overlay) && !setting_child(read->root, "include");
	dropin_free(store->dropin);
	store->dropin = TAKE(read);
	store->version++;
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

/* The file as it is, for a process that has just made it. */
static int take_made(struct reg_store *store)
{
	size_t len;

	return store_read(AT_FDCWD, store->path, store->path, &store->made, &len, NULL);
}

DWORD reg_store_open_provider(const char *name, bool made, struct reg_store **out)
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
	if (!r && made)
		r = reg_status(take_made(store));
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
	overlay_done(&store->kept);
	free(store->made);
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
	struct stat st, overlay;

	if (!store->dropin || store->host)
		return store->dropin;
	overlay = stat_overlay(store->dropin);
	return store->settled && stat(store->path, &st) == 0 && same_file(&st, &store->st) &&
	       same_file(&overlay, &store->st_overlay);
}

DWORD reg_store_settings(struct reg_store *store, const struct setting **out)
{
	int r = up_to_date(store) ? 0 : store_load(store);

	if (r == -ENOENT && !store->host)
		r = store_find(store);
	if (r)
		return gone(r);
	if (!store->dropin->root) {
		if (dropin_unpack(store->dropin))
			return ERROR_NOT_ENOUGH_MEMORY;
		store->version++;
	}
	*out = store->dropin->settings ? store->dropin->settings : &no_settings;
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
		store->version++;
	}
	dropin_free(store->before);
	store->before = NULL;
	if (keep)
		dropin_pack(store->dropin);
}

/* ---- changes ----------------------------------------------------------------------------------
 */

struct editing {
	const struct reg_store *store;
	reg_store_fn *change;
	void *context;
};

static int edit_overlay(void *context, struct overlay *overlay)
{
	const struct editing *editing = context;
	const struct setting *own = editing->store->dropin->own;
	_cleanup_(setting_freep) struct setting *settings = NULL;
	int r = overlay_merge(overlay, own, &settings, NULL);

	if (r == 0 && !settings)
		settings = setting_copy(own ? own : &no_settings, NULL);
	if (!settings)
		return -ENOMEM;
	return editing->change(editing->context,
			       &(struct reg_draft){ NULL, settings, overlay, own });
}

/* Writes the file itself again. -ESTALE: it is not this process's any more. */
static int edit_made(struct reg_store *store, const struct editing *editing)
{
	_cleanup_(setting_freep) struct setting *root = setting_copy(store->dropin->root, NULL);
	struct reg_draft draft = { .root = root };
	int r = root ? 0 : -ENOMEM;

	if (r == 0 && !setting_child(root, "settings"))
		r = setting_add(root, setting_new(SETTING_GROUP, "settings"));
	if (r)
		return r;
	draft.settings = root->child[setting_child(root, "settings")->index];
	r = editing->change(editing->context, &draft);
	return r ? r : made_write(store->path, root, &store->made, NULL);
}

/* In memory: what is on disk is its beginning. */
static int edit_kept(struct reg_store *store, struct editing *editing, const char *state)
{
	int r = 0;

	if (!store->host)
		return -EACCES;
	if (!store->keeps && state[0])
		r = overlay_read(state, store->dropin->name, &store->kept, NULL);
	store->keeps = store->keeps || r == 0;
	return r ? r : edit_overlay(editing, &store->kept);
}

static int edit(struct reg_store *store, struct editing *editing)
{
	_cleanup_(freep) char *state = state_dir();
	int r = -ESTALE;

	if (!state)
		return -ENOMEM;
	if (store->made && state_lasts())
		r = edit_made(store, editing);
	if (r != -ESTALE)
		return r;
	free(store->made);
	store->made = NULL;
	if (!state[0] || !state_lasts())
		return edit_kept(store, editing, state);
	return overlay_edit(state, store->dropin->name, edit_overlay, editing, NULL);
}

DWORD reg_store_edit(struct reg_store *store, reg_store_fn *change, void *context)
{
	struct editing editing = { store, change, context };
	const struct setting *settings;
	DWORD r = reg_store_settings(store, &settings); /* finds the file where it is now */
	int done;

	if (r)
		return r;
	if (access(store->path, F_OK) < 0 && errno == ENOENT)
		return ERROR_KEY_DELETED;
	done = edit(store, &editing);
	if (done == -ENOENT)
		return ERROR_KEY_DELETED;
	if (done)
		return reg_status(done);
	return gone(store->host ? lay(store, store->dropin) : store_load(store));
}
