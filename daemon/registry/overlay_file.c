/* An overlay on disk. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "registry/overlay.h"
#include "registry/reserved.h"
#include "registry/store.h"
#include "registry/tree.h"

#define FOLDER "registry"
#define MARK   "# wdspxed-registry "
#define HEAD                                                                                       \
	MARK "1\n# What programs have written to this provider's settings. The settings in its "   \
	     "own file win\n# once they are changed there.\n"

/* ---- its name ---- */

enum { NAME_OCTETS = 200 }; /* of a name that may be longer than a file's may be */

/* The provider's name in lower case, as names are compared; a long one ends in its hash. */
static int file_name(const char *provider, char out[static NAME_MAX + 1])
{
	_cleanup_(setting_freep) struct setting *whole = NULL;
	struct span left = span_str(provider);
	char lower[4 * 256 + 1] = "";
	size_t len = 0;

	while (left.len > 0 && len + UTF8_CHAR_MAX < sizeof(lower))
		len += utf8_put(utf8_lower(utf8_next(&left)), lower + len);
	lower[len] = '\0';
	if (len <= NAME_OCTETS) {
		(void)snprintf(out, NAME_MAX + 1, "%s.conf", lower);
		return 0;
	}
	whole = setting_new_string(NULL, lower);
	if (!whole)
		return -ENOMEM;
	lower[NAME_OCTETS] = '\0';
	utf8_trim(lower);
	(void)snprintf(out, NAME_MAX + 1, "%s-%016" PRIx64 ".conf", lower, setting_hash(whole));
	return 0;
}

static int file_path(const char *state_dir, const char *provider, char **out)
{
	char name[NAME_MAX + 1];
	int r = file_name(provider, name);

	if (r == 0 && asprintf(out, "%s/" FOLDER "/%s", state_dir, name) < 0) {
		*out = NULL;
		r = -ENOMEM;
	}
	return r;
}

/* ---- reading ---- */

static int wrong(const struct setting *s, const char *file, struct registry_error *error)
{
	return registry_fail(
		error, file, s->line, REGISTRY_E_INVALID,
		"this is not what wdspxed writes here: mend it, or remove the file [W0129]");
}

static bool is_text(const struct setting *s)
{
	return s && s->type == SETTING_STRING;
}

static bool entry_fits(const struct setting *s)
{
	const struct setting *type = setting_child(s, "type"), *data = setting_child(s, "data"),
			     *deleted = setting_child(s, "deleted"),
			     *over = setting_child(s, "over");
	int64_t number;

	if (s->type != SETTING_GROUP || !is_text(setting_child(s, "path")) ||
	    !is_text(setting_child(s, "name")) || !type || !reserved_type(type, &number))
		return false;
	if ((deleted && deleted->type != SETTING_BOOL) || (over && !is_text(over)))
		return false;
	if (number == RESERVED_KEY || (deleted && deleted->boolean))
		return !data;
	return data && reserved_data_fits(number, data);
}

static void mark_overlaid(struct setting *s)
{
	s->overlaid = true;
	for (unsigned i = 0; i < s->count; i++)
		mark_overlaid(s->child[i]);
}

/* Is it of this version? Of another it says the name, and nothing is done with it. */
static int check_head(struct span text, const char *file, struct registry_error *error)
{
	struct span mark = span_str(MARK), rest = span_drop(text, mark.len);
	char version[16];

	if (!span_starts(text, mark))
		return registry_fail(error, file, 1, REGISTRY_E_INVALID,
				     "does not begin with \"" MARK "1\": it was not written by "
				     "wdspxed; move it away [W0129]");
	(void)snprintf(version, sizeof(version), "%.*s",
		       (int)strcspn((const char *)rest.at, "\r\n"), (const char *)rest.at);
	if (strcmp(version, "1") != 0)
		return registry_fail(error, file, 1, REGISTRY_E_INVALID,
				     "its format is wdspxed-registry %s, and this version knows "
				     "wdspxed-registry 1 only: it was left as it is [W0129]",
				     version);
	return 0;
}

int overlay_parse(struct span text, const char *file, struct overlay *out,
		  struct registry_error *error)
{
	_cleanup_(setting_freep) struct setting *root = NULL;
	struct setting *list;
	int r = check_head(text, file, error);

	if (r == 0)
		r = setting_parse(text, file, &root, error);
	if (r)
		return r;
	list = root->count > 0 ? root->child[0] : NULL;
	if (root->count != 1 || list->type != SETTING_LIST || strcmp(list->name, "changes") != 0 ||
	    list->count > OVERLAY_CHANGES_MAX)
		return wrong(list ? list : root, file, error);
	for (unsigned i = 0; i < list->count; i++)
		if (!entry_fits(list->child[i]))
			return wrong(list->child[i], file, error);
	mark_overlaid(list);
	out->list = setting_copy(list, list->name);
	return out->list ? 0 : registry_fail_errno(error, file, -ENOMEM, "reading");
}

static int read_at(int dir, const char *name, struct overlay *overlay, struct registry_error *error)
{
	_cleanup_(freep) char *text = NULL;
	size_t len;
	struct stat st;
	int r;

	/* Where the state directory is no directory, nothing was ever written. */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 &&
	    (errno == ENOENT || errno == ENOTDIR))
		return 0;
	r = store_read(dir, name, overlay->file, &text, &len, error);
	return r ? r : overlay_parse(span_of(text, len), overlay->file, overlay, error);
}

int overlay_read(const char *state_dir, const char *provider, struct overlay *out,
		 struct registry_error *error)
{
	_cleanup_(overlay_done) struct overlay overlay = { NULL, NULL };
	int r = file_path(state_dir, provider, &overlay.file);

	if (r)
		return registry_fail_errno(error, state_dir, r, "reading");
	r = read_at(AT_FDCWD, overlay.file, &overlay, error);
	if (r)
		return r;
	*out = overlay;
	overlay = (struct overlay){ NULL, NULL };
	return 0;
}

/* ---- writing ---- */

/* Opens the folder of overlays, which is made where it is missing and `make`. */
static int folder_open(const char *state_dir, bool make, int *out, struct registry_error *error)
{
	_cleanup_(closep) int state = -1, folder = -1;
	bool fresh;
	int made = 0;

	if (make && mkdir(state_dir, 0755) < 0 && errno != EEXIST)
		made = -errno;
	state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (state < 0)
		return registry_fail_errno(error, state_dir, made ? made : -errno,
					   "cannot open the state directory");
	fresh = make && mkdirat(state, FOLDER, 0755) == 0;
	if (make && !fresh && errno != EEXIST)
		made = -errno;
	folder = openat(state, FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (folder < 0)
		return registry_fail_errno(error, state_dir, made ? made : -errno,
					   "cannot open the folder " FOLDER " in it");
	if (fresh)
		store_give_to_owner(state, folder, 0755);
	*out = take_fd(&folder);
	return 0;
}

static int write_at(int dir, const char *name, const struct overlay *overlay,
		    struct registry_error *error)
{
	_cleanup_(freep) char *text = NULL;
	struct setting root = { .type = SETTING_GROUP, .count = 1 };
	struct stat st;
	size_t len;
	bool old = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	int r;

	if (overlay_count(overlay) == 0)
		return old ? store_remove(dir, name, overlay->file, error) : 0;
	root.child = (struct setting *[]){ overlay->list };
	r = setting_write(&root, HEAD, &text, &len);
	if (r == 0 && len > SETTING_TEXT_MAX)
		r = -EFBIG;
	if (r)
		return registry_fail(error, overlay->file, 0, r, "cannot write it");
	return store_write(dir, name, overlay->file, span_of(text, len), old ? &st : NULL, error);
}

static int edit_locked(int dir, struct overlay *overlay, overlay_fn *change, void *context,
		       struct registry_error *error)
{
	const char *name = strrchr(overlay->file, '/') + 1;
	int r = read_at(dir, name, overlay, error);

	if (r == 0)
		r = change(context, overlay);
	return r ? r : write_at(dir, name, overlay, error);
}

int overlay_edit(const char *state_dir, const char *provider, overlay_fn *change, void *context,
		 struct registry_error *error)
{
	_cleanup_(overlay_done) struct overlay overlay = { NULL, NULL };
	_cleanup_(closep) int dir = -1, lock = -1;
	int r = file_path(state_dir, provider, &overlay.file);

	if (r)
		return registry_fail_errno(error, state_dir, r, "writing");
	r = folder_open(state_dir, true, &dir, error);
	if (r == 0)
		r = store_lock(dir, overlay.file, &lock, error);
	return r ? r : edit_locked(dir, &overlay, change, context, error);
}

int overlay_remove(const char *state_dir, const char *provider, struct registry_error *error)
{
	_cleanup_(closep) int dir = -1, lock = -1;
	_cleanup_(freep) char *file = NULL;
	int r = file_path(state_dir, provider, &file);

	if (r)
		return registry_fail_errno(error, state_dir, r, "removing");
	if (faccessat(AT_FDCWD, file, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	r = folder_open(state_dir, false, &dir, error);
	if (r == 0)
		r = store_lock(dir, file, &lock, error);
	if (r)
		return r;
	r = store_remove(dir, strrchr(file, '/') + 1, file, error);
	return r == -ENOENT ? 0 : r;
}
