#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "registry/dropin.h"
#include "registry/edit.h"
#include "registry/store.h"

/* The directory of a path as its own string. */
static char *directory_of(const char *path)
{
	char *copy = strdup(path), *slash;

	if (!copy)
		return NULL;
	slash = strrchr(copy, '/');
	if (!slash) {
		free(copy);
		return strdup(".");
	}
	slash[slash == copy] = '\0';
	return copy;
}

/* Where the file really is: a link stays a link. */
static int open_home(const char *path, char **real, int *dir, struct registry_error *error)
{
	_cleanup_(freep) char *home = NULL;

	*real = realpath(path, NULL);
	if (!*real)
		return registry_fail_errno(error, path, -errno, "cannot find it");
	home = directory_of(*real);
	if (!home)
		return registry_fail_errno(error, path, -ENOMEM, "editing");
	return store_open(home, dir, error);
}

static int lock_list(const char *path, int *lock, struct registry_error *error)
{
	_cleanup_(freep) char *list = directory_of(path);
	_cleanup_(closep) int dir = -1;
	int r;

	if (!list)
		return registry_fail_errno(error, path, -ENOMEM, "editing");
	r = store_open(list, &dir, error);
	return r ? r : store_lock(dir, list, lock, error);
}

static int change_locked(int dir, const char *file, const char *path, edit_fn *change,
			 void *context, struct registry_error *error)
{
	_cleanup_(freep) char *text = NULL, *made = NULL;
	_cleanup_(dropin_freep) struct dropin *check = NULL;
	size_t len, made_len = 0;
	struct stat st;
	int r;

	if (fstatat(dir, file, &st, 0) < 0)
		return registry_fail_errno(error, path, -errno, "cannot find it");
	r = store_read(dir, file, path, &text, &len, error);
	if (!r)
		r = change(context, span_of(text, len), &made, &made_len, error);
	if (r)
		return r;
	if (span_equal(span_of(text, len), span_of(made, made_len)))
		return 0;
	r = dropin_parse(span_of(made, made_len), path, &check, error);
	return r ? r : store_write(dir, file, path, span_of(made, made_len), &st, error);
}

int edit_file(const char *path, edit_fn *change, void *context, struct registry_error *error)
{
	_cleanup_(freep) char *real = NULL;
	_cleanup_(closep) int dir = -1, lock = -1;
	int r = lock_list(path, &lock, error);

	if (!r)
		r = open_home(path, &real, &dir, error);
	return r ? r : change_locked(dir, strrchr(real, '/') + 1, path, change, context, error);
}
