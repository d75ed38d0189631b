/* Adding a provider to the list, and removing one: under the lock of the directory. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "registry/overlay.h"
#include "registry/place.h"
#include "registry/provider_list_read.h"
#include "registry/store.h"
#include "registry/tree.h"

static int fill(struct setting *root, const struct registration *it)
{
	int r = setting_add(root, setting_new_string("name", it->name));

	if (!r)
		r = setting_add(root, setting_new_string("module", it->module));
	if (!r && it->critical) {
		r = setting_add(root, setting_new(SETTING_BOOL, "critical"));
		if (!r)
			root->child[root->count - 1]->boolean = true;
	}
	return r ? r
		 : setting_add(root, it->settings ? setting_copy(it->settings, "settings")
						  : setting_new(SETTING_GROUP, "settings"));
}

/* The text of a new file; never one that cannot be read. */
static int compose(const struct registration *it, const char *dir, char **out, size_t *len,
		   struct registry_error *error)
{
	_cleanup_(setting_freep) struct setting *root = setting_new(SETTING_GROUP, NULL);
	_cleanup_(dropin_freep) struct dropin *check = NULL;
	_cleanup_(freep) char *text = NULL;
	int r = root ? fill(root, it) : -ENOMEM;

	if (!r)
		r = setting_write(root, "", &text, len);
	if (r < 0)
		return registry_fail_errno(error, dir, r, "registering");
	if (r)
		return registry_fail(error, dir, 0, r, "these settings cannot be written");
	r = dropin_parse(span_of(text, *len), dir, &check, error);
	if (!r)
		*out = TAKE(text);
	return r;
}

static int check_arguments(const struct registration *it, struct registry_error *error)
{
	if (!dropin_name_valid(it->name))
		return registry_fail(error, NULL, 0, REGISTRY_E_NAME,
				     "the provider's name must have 1 to %d UTF-8 characters, "
				     "without /, \\ and control characters",
				     DROPIN_NAME_MAX);
	if (it->module[0] != '/')
		return registry_fail(error, NULL, 0, REGISTRY_E_PATH,
				     "the module's path must be absolute: %s", it->module);
	return 0;
}

/* Between which files the new one goes. */
static int choose_file(const struct provider_list *list, const char *dir,
		       const struct registration *it, char file[static PLACE_ROOM],
		       struct registry_error *error)
{
	size_t at = it->index < list->n ? it->index : list->n;
	int r;

	if (list->n >= PROVIDER_LIST_MAX)
		return registry_fail(error, dir, 0, REGISTRY_E_FULL,
				     "the limit of %d providers is reached", PROVIDER_LIST_MAX);
	r = place_between(at > 0 ? list->entry[at - 1]->file : NULL,
			  at < list->n ? list->entry[at]->file : NULL, it->name, file);
	if (r < 0)
		return registry_fail(error, dir, 0, REGISTRY_E_FULL,
				     "no file name sorts between %s and %s",
				     at > 0 ? list->entry[at - 1]->file : "the beginning",
				     at < list->n ? list->entry[at]->file : "the end");
	return 0;
}

static int choose_path(const struct source *source, const struct registration *it, char **path,
		       struct registry_error *error)
{
	_cleanup_(provider_list_done) struct provider_list list = { .n = 0 };
	char file[PLACE_ROOM];
	ptrdiff_t twin;
	int r = list_read(source, &list, error);

	if (r)
		return r;
	twin = provider_list_find(&list, it->name);
	if (twin >= 0)
		return registry_fail(error, list.entry[twin]->path, list.entry[twin]->name_line,
				     REGISTRY_E_EXISTS, "a provider %s is already registered",
				     it->name);
	r = choose_file(&list, source->path, it, file, error);
	if (!r && asprintf(path, "%s/%s", source->path, file) < 0) {
		*path = NULL;
		r = registry_fail_errno(error, source->path, -ENOMEM, "registering");
	}
	return r;
}

/* What programs wrote to an earlier provider of that name is not for this one. */
static int forget_overlay(const char *state_dir, const char *name, struct registry_error *error)
{
	return state_dir ? overlay_remove(state_dir, name, error) : 0;
}

static int open_or_make(const char *dir, int *fd, struct registry_error *error)
{
	int made = mkdir(dir, 0755) < 0 && errno != EEXIST ? -errno : 0;
	int r = store_open(dir, fd, error);

	return r == -ENOENT ? registry_fail_errno(error, dir, made ? made : r,
						  "cannot create the directory")
			    : r;
}

int provider_list_register(const char *dir, const char *state_dir, const struct registration *it,
			   char **path, struct registry_error *error)
{
	_cleanup_(closep) int fd = -1, lock = -1;
	_cleanup_(freep) char *text = NULL, *full = NULL;
	size_t len = 0;
	int r = check_arguments(it, error);

	if (!r)
		r = compose(it, dir, &text, &len, error);
	if (!r)
		r = open_or_make(dir, &fd, error);
	if (!r)
		r = store_lock(fd, dir, &lock, error);
	if (!r)
		r = choose_path(&(struct source){ fd, dir, NULL, false }, it, &full, error);
	if (!full)
		return r;
	r = forget_overlay(state_dir, it->name, error);
	if (!r)
		r = store_write(fd, strrchr(full, '/') + 1, full, span_of(text, len), NULL, error);
	if (!r && path)
		*path = TAKE(full);
	return r;
}

int provider_list_unregister(const char *dir, const char *state_dir, const char *name,
			     struct registry_error *error)
{
	_cleanup_(dropin_freep) struct dropin *d = NULL;
	_cleanup_(closep) int fd = -1, lock = -1;
	int r = store_open(dir, &fd, error);

	if (!r)
		r = store_lock(fd, dir, &lock, error);
	if (!r)
		r = list_find(&(struct source){ fd, dir, NULL, true }, name, &d, error);
	if (!d)
		return r;
	r = forget_overlay(state_dir, d->name, error);
	return r ? r : store_remove(fd, d->file, d->path, error);
}
