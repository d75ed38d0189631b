#include "registry/notes.h"
#include "registry/provider_list_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/nearest.h"
#include "base/utf.h"
#include "registry/names.h"
#include "registry/store.h"

enum { SCANS_MAX = 50 }; /* of a directory that changes all the time while it is read */

/* The names of the files that count, in the order of their octets. */
static int names_read(int dir, const char *path, struct names *out, struct registry_error *error)
{
	_cleanup_(names_done) struct names names = { .n = 0 };
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(closedirp) DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;

	if (!entries) {
		int r = -errno;

		closep(&fd);
		return registry_fail_errno(error, path, r, "cannot read the directory");
	}
	while (errno = 0, (e = readdir(entries))) {
		if (!name_is_dropin(e->d_name))
			continue;
		if (names.n == PROVIDER_LIST_MAX)
			return registry_fail(error, path, 0, REGISTRY_E_FULL,
					     "more than %d providers [W0125]", PROVIDER_LIST_MAX);
		if (names_add(&names, e->d_name) < 0)
			return registry_fail_errno(error, path, -ENOMEM, "reading");
	}
	if (errno)
		return registry_fail_errno(error, path, -errno, "cannot read the directory");
	names_sort(&names);
	*out = names;
	names = (struct names){ .n = 0 };
	return 0;
}

static int entry_read(const struct source *source, const char *file, struct dropin **out,
		      struct registry_error *error)
{
	_cleanup_(freep) char *path = NULL, *text = NULL;
	_cleanup_(dropin_freep) struct dropin *d = NULL;
	size_t len;
	int r;

	if (asprintf(&path, "%s/%s", source->path, file) < 0) {
		path = NULL;
		(void)registry_fail_errno(error, source->path, -ENOMEM, "reading");
		return -ENOMEM;
	}
	r = store_read(source->dir, file, path, &text, &len, error);
	if (!r)
		r = dropin_parse(span_of(text, len), path, &d, error);
	if (!r)
		r = dropin_include(d, error);
	if (!r)
		r = dropin_overlay(d, source->state_dir, error);
	if (!r)
		*out = TAKE(d);
	return r;
}

static int refuse_twin(const struct provider_list *list, const struct dropin *d,
		       struct registry_error *error)
{
	ptrdiff_t twin = provider_list_find(list, d->name);

	if (twin < 0)
		return 0;
	return registry_fail(error, d->path, d->name_line, REGISTRY_E_INVALID,
			     "the name %s is already taken by %s [W0124]", d->name,
			     list->entry[twin]->file);
}

/* Is it a file that a lenient reader leaves out? One that cannot be read is not for that a file
 * that is not there: it is noted. One that is being written is read again. */
static bool leaves_out(struct provider_list *list, int r)
{
	if (r == -ENOMEM || r == -EAGAIN)
		return false;
	if (r < 0 && r != -ENOENT && !list->unread)
		list->unread = r;
	return true;
}

/* Reads the files named. */
static int list_fill(const struct source *source, const struct names *names,
		     struct provider_list *list, struct registry_error *error)
{
	list->entry = calloc(names->n ? names->n : 1, sizeof(struct dropin *));
	if (!list->entry)
		return registry_fail_errno(error, source->path, -ENOMEM, "reading");
	for (size_t i = 0; i < names->n; i++) {
		_cleanup_(dropin_freep) struct dropin *d = NULL;
		int r = entry_read(source, names->at[i], &d, error);

		if (!r)
			r = refuse_twin(list, d, error);
		if (r == REGISTRY_E_INVALID && registry_wants_all(error))
			continue; /* told */
		if (r && !(source->lenient && leaves_out(list, r)))
			return r;
		if (!r)
			list->entry[list->n++] = TAKE(d);
	}
	return 0;
}

/* Reads the list once; *moved says that somebody changed the directory meanwhile, or may have. */
static int list_try(const struct source *source, struct provider_list *out, bool *moved,
		    struct registry_error *error)
{
	_cleanup_(names_done) struct names before = { .n = 0 }, after = { .n = 0 };
	_cleanup_(provider_list_done) struct provider_list list = { .n = 0 };
	int r = names_read(source->dir, source->path, &before, error), check;

	if (r)
		return r;
	r = list_fill(source, &before, &list, error);
	check = names_read(source->dir, source->path, &after, r ? NULL : error);
	if (check)
		return r ? r : check;
	*moved = !names_equal(&before, &after) || r == -ENOENT || r == -EAGAIN;
	if (r)
		return r;
	*out = list;
	list = (struct provider_list){ .n = 0 };
	return 0;
}

/* Under the lock only an editor disturbs. What one reading told is said only when it was not
 * disturbed, and so once: `notes`, unless NULL, are those of the last reading. */
static int read_settled(const struct source *source, struct provider_list *out,
			struct registry_error *error, struct notes *notes)
{
	for (int i = 0;; i++) {
		struct provider_list list = { .n = 0 };
		bool moved = false;
		int r;

		if (notes)
			notes->n = 0;
		r = list_try(source, &list, &moved, error);

		if (!moved || i == SCANS_MAX) {
			if (!r)
				*out = list;
			return r == -ENOENT ? REGISTRY_E_INVALID : r; /* a link to nowhere */
		}
		provider_list_done(&list);
		(void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
}

int list_read(const struct source *source, struct provider_list *out, struct registry_error *error)
{
	_cleanup_(notes_done) struct notes notes = { NULL, 0 };
	struct registry_error noted;
	int r;

	if (!registry_wants_all(error))
		return read_settled(source, out, error, NULL);
	if (notes_take(&notes, &noted))
		return registry_fail_errno(error, source->path, -ENOMEM, "reading");
	r = read_settled(source, out, &noted, &notes);
	notes_tell(&notes, error);
	return r;
}

void provider_list_done(struct provider_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		dropin_free(list->entry[i]);
	free(list->entry);
	*list = (struct provider_list){ .n = 0 };
}

ptrdiff_t provider_list_find(const struct provider_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->entry[i] && utf8_casecmp(list->entry[i]->name, name) == 0)
			return (ptrdiff_t)i;
	return -1;
}

/* Not found, as far as the files could be read. */
static int absent(const struct source *source, const struct provider_list *list, const char *name,
		  struct registry_error *error)
{
	const char *names[PROVIDER_LIST_MAX + 1] = { NULL }, *meant;

	if (list->unread)
		return registry_fail_errno(error, source->path, list->unread,
					   "a file cannot be read");
	for (size_t i = 0; i < list->n; i++)
		names[i] = list->entry[i]->name;
	meant = nearest(name, names);
	if (meant)
		return registry_fail(error, source->path, 0, REGISTRY_E_ABSENT,
				     "there is no provider \"%s\": did you mean \"%s\"?", name,
				     meant);
	return registry_fail(error, source->path, 0, REGISTRY_E_ABSENT,
			     "there is no provider \"%s\"", name);
}

int list_find(const struct source *source, const char *name, struct dropin **out,
	      struct registry_error *error)
{
	_cleanup_(provider_list_done) struct provider_list list = { .n = 0 };
	int r = list_read(source, &list, error);
	ptrdiff_t at;

	if (r)
		return r;
	at = provider_list_find(&list, name);
	if (at < 0)
		return absent(source, &list, name, error);
	*out = TAKE(list.entry[at]);
	return 0;
}

int provider_list_read(const char *dir, const char *state_dir, struct provider_list *out,
		       struct registry_error *error)
{
	_cleanup_(closep) int fd = -1, lock = -1;
	int r = store_open(dir, &fd, error);

	if (r)
		return r;
	store_lock_shared(fd, &lock);
	return list_read(&(struct source){ fd, dir, state_dir, false }, out, error);
}

int provider_list_path(const char *dir, const char *name, char **path, struct registry_error *error)
{
	_cleanup_(dropin_freep) struct dropin *d = NULL;
	_cleanup_(closep) int fd = -1, lock = -1;
	int r = store_open(dir, &fd, error);

	if (r)
		return r;
	store_lock_shared(fd, &lock);
	r = list_find(&(struct source){ fd, dir, NULL, true }, name, &d, error);
	if (d)
		*path = TAKE(d->path);
	return r;
}
