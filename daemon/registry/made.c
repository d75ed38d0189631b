#include "registry/made.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "registry/dropin.h"
#include "registry/store.h"
#include "registry/tree.h"

static int compose(const char *path, const struct setting *root, char **out, size_t *len,
		   struct registry_error *error)
{
	_cleanup_(dropin_freep) struct dropin *check = NULL;
	_cleanup_(freep) char *text = NULL;
	int r = setting_write(root, "", &text, len);

	if (r)
		return registry_fail(error, path, 0, r, "these settings cannot be written");
	r = dropin_parse(span_of(text, *len), path, &check, error);
	if (!r)
		*out = TAKE(text);
	return r;
}

static int write_locked(int dir, const char *path, struct span fresh, const char *before,
			struct registry_error *error)
{
	const char *file = strrchr(path, '/') + 1;
	_cleanup_(freep) char *now = NULL;
	struct stat st;
	size_t len;
	int r = store_read(dir, file, path, &now, &len, error);

	if (r)
		return r;
	if (strcmp(now, before) != 0 || fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return registry_fail_errno(error, path, -ESTALE, "writing");
	return store_write(dir, file, path, fresh, &st, error);
}

int made_write(const char *path, const struct setting *root, char **text,
	       struct registry_error *error)
{
	_cleanup_(freep) char *fresh = NULL, *folder = strdup(path);
	_cleanup_(closep) int dir = -1, lock = -1;
	size_t len;
	int r = folder ? compose(path, root, &fresh, &len, error) : -ENOMEM;

	if (r)
		return r;
	*strrchr(folder, '/') = '\0';
	r = store_open(folder, &dir, error);
	if (!r)
		r = store_lock(dir, folder, &lock, error);
	if (!r)
		r = write_locked(dir, path, span_of(fresh, len), *text, error);
	if (r)
		return r;
	free(*text);
	*text = TAKE(fresh);
	return 0;
}
