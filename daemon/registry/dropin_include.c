/* A drop-in file with the entries of other files behind its own: what its key `include` names.
 *
 * Only the last part of a pattern may have wildcards, and the names that match come in the order
 * of their octets. An included file has lists of groups and nothing else; their members go behind
 * those of the list of the same name in `settings`. It is trusted, read and told like the drop-in.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/utf.h"
#include "registry/dropin.h"
#include "registry/names.h"
#include "registry/reserved.h"
#include "registry/store.h"
#include "registry/tree.h"

#define WILDCARDS "*?["

/* One pattern of `include`, while its files are read. */
struct pattern {
	struct dropin *dropin;
	const struct setting *at;
	struct registry_error *error;
	const char *folder; /* that the files are in, with the / behind it */
	const char *name;   /* theirs: the rest of the pattern */
};

static int refuse(const struct pattern *p, const char *id, const char *format, const char *what)
{
	char text[300];

	(void)snprintf(text, sizeof(text), format, what);
	return registry_fail(p->error, p->dropin->path, p->at->line, REGISTRY_E_INVALID,
			     "include: %s [%s]", text, id);
}

static int no_memory(const struct pattern *p)
{
	return registry_fail_errno(p->error, p->dropin->path, -ENOMEM, "reading");
}

/* ---- what an included file may hold ---- */

static bool has_groups_alone(const struct setting *list)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->child[i]->type != SETTING_GROUP)
			return false;
	return list->type == SETTING_LIST;
}

static int check_member(const struct setting *s, const char *file, struct registry_error *error)
{
	if (utf8_casecmp(s->name, "include") == 0)
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     "a file that is included includes no others: name them in the "
				     "provider's file [W0191]");
	if (dropin_is_key(s->name))
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     "%s belongs in the provider's file; this one, which it "
				     "includes, has entries alone: boot = ( { ... }, { ... } ); "
				     "[W0191]",
				     s->name);
	if (!has_groups_alone(s) || utf8_casecmp(s->name, RESERVED_NAME) == 0)
		return registry_fail(
			error, file, s->line, REGISTRY_E_INVALID,
			"%s belongs inside settings of the provider's file; this one, "
			"which it includes, has entries alone: boot = ( { ... }, { ... } "
			"); [W0191]",
			s->name);
	return 0;
}

/* Returns the first mistake. */
static int check_file(const struct setting *root, const char *file, struct registry_error *error)
{
	int first = reserved_check(root, file, error);

	for (unsigned i = 0; i < root->count; i++) {
		int r;

		if (first && !registry_wants_all(error))
			break;
		r = check_member(root->child[i], file, error);
		first = first ? first : r;
	}
	return first;
}

/* ---- taking its entries over ---- */

static void mark_source(struct setting *s, unsigned source)
{
	s->source = (unsigned short)source;
	for (unsigned i = 0; i < s->count; i++)
		mark_source(s->child[i], source);
}

/* The group `settings`, to be changed; it is made where the file has none. NULL without memory. */
static struct setting *settings_of(struct dropin *d)
{
	if (!d->own) {
		if (setting_add(d->root, setting_new(SETTING_GROUP, "settings")))
			return NULL;
		d->own = d->settings = d->root->child[d->root->count - 1];
	}
	return d->root->child[d->own->index];
}

/* Hands the members of a list to another; they are gone from the first, whatever comes of it. */
static int move_members(struct setting *from, struct setting *to)
{
	int r = 0;

	for (unsigned i = 0; i < from->count && r == 0; i++) {
		struct setting *member = from->child[i];

		from->child[i] = NULL;
		r = setting_add(to, member);
	}
	return r;
}

static int take_list(const struct pattern *p, struct setting *list, const char *file)
{
	struct setting *settings = settings_of(p->dropin), *to;
	const struct setting *there;

	if (!settings)
		return no_memory(p);
	there = setting_child(settings, list->name);
	if (there && there->type != SETTING_LIST)
		return registry_fail(p->error, p->dropin->path, there->line, REGISTRY_E_INVALID,
				     "%s must be %s, not %s, for %s is to be added to it [W0114]",
				     there->name, setting_type_name(SETTING_LIST),
				     setting_type_name(there->type), file);
	if (!there) {
		to = setting_new(SETTING_LIST, list->name);
		if (setting_add(settings, to))
			return no_memory(p);
		to->line = list->line;
		to->source = list->source;
	} else {
		to = settings->child[there->index];
	}
	return move_members(list, to) ? no_memory(p) : 0;
}

static int take_all(const struct pattern *p, struct setting *root, const char *file)
{
	int r = 0;

	mark_source(root, p->dropin->n_included);
	for (unsigned i = 0; i < root->count && r == 0; i++)
		r = take_list(p, root->child[i], file);
	return r;
}

/* ---- its file ---- */

static int note_file(const struct pattern *p, const char *path, const struct stat *st)
{
	struct dropin *d = p->dropin;
	struct dropin_included *more = reallocarray(d->included, d->n_included + 1, sizeof(*more));
	char *copy = strdup(path);

	if (more)
		d->included = more;
	if (!more || !copy) {
		free(copy);
		return no_memory(p);
	}
	more[d->n_included++] = (struct dropin_included){ copy, st->st_dev, st->st_ino };
	return 0;
}

/* Would it be read for the second time, or as what it is not? */
static int check_place(const struct pattern *p, const char *path, const struct stat *st)
{
	const struct dropin *d = p->dropin;
	struct stat home, folder;
	char at[PATH_MAX];

	(void)snprintf(at, sizeof(at), "%.*s.", (int)(path_base(d->path) - d->path), d->path);
	if (name_is_dropin(path_base(path)) && stat(at, &home) == 0 &&
	    stat(p->folder, &folder) == 0 && home.st_dev == folder.st_dev &&
	    home.st_ino == folder.st_ino)
		return refuse(p, "W0192",
			      "%s is itself the file of a provider: put what is included into a "
			      "folder of its own, such as bootfile.d",
			      path);
	for (unsigned i = 0; i < d->n_included; i++)
		if (d->included[i].device == st->st_dev && d->included[i].inode == st->st_ino)
			return refuse(p, "W0192", "%s is included twice", path);
	if (d->n_included == DROPIN_INCLUDED_MAX)
		return registry_fail(p->error, d->path, p->at->line, REGISTRY_E_INVALID,
				     "include: more than %d files [W0125]", DROPIN_INCLUDED_MAX);
	return 0;
}

/* A full disk leaves such a file, or a program that is about to write. */
static int refuse_empty(const char *path, struct registry_error *error)
{
	return registry_fail(error, path, 0, REGISTRY_E_INVALID,
			     "it is empty, and the entries that it may have had would be gone: if "
			     "it is to have none, leave a line with a # [W0191]");
}

static int include_file(const struct pattern *p, const char *path)
{
	_cleanup_(setting_freep) struct setting *root = NULL;
	_cleanup_(freep) char *text = NULL;
	struct stat st = { .st_ino = 0 };
	size_t len;
	int r = stat(path, &st) < 0 ? -errno : check_place(p, path, &st);

	if (r == -ENOENT && !strpbrk(p->name, WILDCARDS))
		return refuse(p, "W0190", "there is no file %s", path);
	if (r < 0)
		return registry_fail_errno(p->error, path, r, "cannot read it");
	if (r == 0)
		r = note_file(p, path, &st);
	if (r == 0)
		r = store_read(AT_FDCWD, path, path, &text, &len, p->error);
	if (r == 0 && len == 0)
		r = refuse_empty(path, p->error);
	if (r == 0)
		r = setting_parse(span_of(text, len), path, &root, p->error);
	if (r == 0)
		r = check_file(root, path, p->error);
	return r ? r : take_all(p, root, path);
}

/* ---- names ---- */

/* The names in the folder that the pattern means, in the order of their octets. */
static int names_read(const struct pattern *p, struct names *out)
{
	_cleanup_(closedirp) DIR *entries = opendir(p->folder);
	const struct dirent *e;

	if (!entries && (errno == ENOENT || errno == ENOTDIR))
		return refuse(p, "W0190", "there is no folder %s", p->folder);
	if (!entries)
		return registry_fail_errno(p->error, p->folder, -errno,
					   "cannot read the directory");
	while (errno = 0, (e = readdir(entries))) {
		if (fnmatch(p->name, e->d_name, FNM_PERIOD | FNM_NOESCAPE) != 0)
			continue;
		if (out->n == DROPIN_INCLUDED_MAX)
			return registry_fail(
				p->error, p->dropin->path, p->at->line, REGISTRY_E_INVALID,
				"include: more than %d files [W0125]", DROPIN_INCLUDED_MAX);
		if (names_add(out, e->d_name) < 0)
			return no_memory(p);
	}
	if (errno)
		return registry_fail_errno(p->error, p->folder, -errno,
					   "cannot read the directory");
	names_sort(out);
	return 0;
}

/* May reading go on behind this? What was told stays a mistake of the file. */
static bool goes_on(const struct pattern *p, int r)
{
	if (r == REGISTRY_E_INVALID && registry_wants_all(p->error))
		p->dropin->wrong = true;
	else if (r)
		return false;
	return true;
}

static int include_named(const struct pattern *p, const char *name)
{
	_cleanup_(freep) char *path = NULL;
	int r;

	if (asprintf(&path, "%s%s", p->folder, name) < 0) {
		path = NULL;
		return no_memory(p);
	}
	r = include_file(p, path);
	return goes_on(p, r) ? 0 : r;
}

static int include_names(const struct pattern *p)
{
	_cleanup_(names_done) struct names names = { .n = 0 };
	int r;

	if (!strpbrk(p->name, WILDCARDS))
		return include_named(p, p->name);
	r = names_read(p, &names);
	if (r)
		return goes_on(p, r) ? 0 : r;
	for (size_t i = 0; i < names.n && r == 0; i++)
		r = include_named(p, names.at[i]);
	return r;
}

/* ---- the whole ---- */

static int include_pattern(struct dropin *d, const struct setting *s, struct registry_error *error)
{
	const char *last = strrchr(s->string, '/'), *home = strrchr(d->path, '/');
	const char *name = last ? last + 1 : s->string;
	int up = s->string[0] == '/' || !home ? 0 : (int)(home + 1 - d->path);
	_cleanup_(freep) char *folder = NULL;
	struct pattern p = { d, s, error, NULL, name };
	int r = 0;

	if (asprintf(&folder, "%.*s%.*s", up, d->path, (int)(name - s->string), s->string) < 0) {
		folder = NULL;
		return no_memory(&p);
	}
	p.folder = folder[0] ? folder : "./";
	if (!*name)
		r = refuse(&p, "W0190", "\"%s\" names no file: write bootfile.d/*.conf", s->string);
	else if (strcspn(s->string, WILDCARDS) < (size_t)(name - s->string))
		r = refuse(&p, "W0190", "\"%s\": only the last part may have wildcards", s->string);
	else
		return include_names(&p);
	return goes_on(&p, r) ? 0 : r;
}

int dropin_include(struct dropin *d, struct registry_error *error)
{
	const struct setting *s = setting_child(d->root, "include");
	int r = 0;

	if (s && s->type == SETTING_STRING)
		return include_pattern(d, s, error);
	for (unsigned i = 0; s && setting_is_aggregate(s) && i < s->count && r == 0; i++)
		if (s->child[i]->type == SETTING_STRING)
			r = include_pattern(d, s->child[i], error);
	return r;
}
