#include "registry/dropin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/nearest.h"
#include "base/utf.h"
#include "registry/hint.h"
#include "registry/reserved.h"
#include "registry/store.h"

static const char *const keys[] = {
	"name",
	"module",
	"critical",
	"enabled",
	"threads",
	"pending-timeout",
	"answer-lease-requests",
	"information-request",
	"try",
	"include",
	"settings",
	NULL,
};

#define TIMEOUT_MAX 86400.0

bool dropin_is_key(const char *name)
{
	for (const char *const *key = keys; *key; key++)
		if (strcasecmp(*key, name) == 0)
			return true;
	return false;
}

bool dropin_name_valid(const char *name)
{
	struct span left = span_str(name);
	size_t n = 0;

	if (!utf8_valid(left))
		return false;
	for (; left.len > 0; n++) {
		uint32_t c = utf8_next(&left);

		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '/' || c == '\\')
			return false;
	}
	return n >= 1 && n <= DROPIN_NAME_MAX;
}

static int refuse_key(const struct dropin *d, const struct setting *s, struct registry_error *error)
{
	const char *place = hint_place(s->name), *meant = nearest(s->name, keys);
	char foreign[HINT_MAX];

	if (place)
		return registry_fail(error, d->path, s->line, REGISTRY_E_INVALID,
				     "unknown key %s: it belongs inside %s [W0111]", s->name,
				     place);
	if (!meant && hint_foreign(s->name, foreign))
		return registry_fail(error, d->path, s->line, REGISTRY_E_INVALID,
				     "unknown key %s, %s [W0109]", s->name, foreign);
	if (meant)
		return registry_fail(error, d->path, s->line, REGISTRY_E_INVALID,
				     "unknown key %s: did you mean %s? [W0110]", s->name, meant);
	return registry_fail(error, d->path, s->line, REGISTRY_E_INVALID, "unknown key %s [W0110]",
			     s->name);
}

static int refuse_unknown(struct dropin *d, struct registry_error *error)
{
	int r = 0;

	for (unsigned i = 0; i < d->root->count; i++) {
		const struct setting *s = d->root->child[i];

		if (dropin_is_key(s->name))
			continue;
		r = refuse_key(d, s, error);
		if (!registry_wants_all(error))
			return r;
	}
	return r;
}

/* A required string. If it is missing, reports that and returns NULL. */
static const char *read_needed(const struct dropin *d, const char *key, int *line,
			       struct registry_error *error)
{
	const struct setting *s = setting_child(d->root, key);
	const char *text = NULL;

	if (!s) {
		(void)registry_fail(error, d->path, 0, REGISTRY_E_INVALID, "%s is not set [W0118]",
				    key);
		return NULL;
	}
	*line = s->line;
	(void)setting_get_string(d->root, key, d->path, &text, error);
	return text;
}

static int copy(const struct dropin *d, const char *text, char **out, struct registry_error *error)
{
	*out = strdup(text);
	return *out ? 0 : registry_fail_errno(error, d->path, -ENOMEM, "reading");
}

static int read_name(struct dropin *d, struct registry_error *error)
{
	const char *name = read_needed(d, "name", &d->name_line, error);

	if (!name)
		return REGISTRY_E_INVALID;
	if (!dropin_name_valid(name))
		return registry_fail(error, d->path, d->name_line, REGISTRY_E_INVALID,
				     "name must have 1 to %d UTF-8 characters, without /, \\ and "
				     "control characters [W0122]",
				     DROPIN_NAME_MAX);
	return copy(d, name, &d->name, error);
}

/* Where all mistakes are wanted, the file's own name stands in, so that its settings are looked at.
 */
static int read_name_anyhow(struct dropin *d, struct registry_error *error)
{
	int r = read_name(d, error);

	if (r == REGISTRY_E_INVALID && registry_wants_all(error) && !d->name &&
	    copy(d, d->file, &d->name, error))
		return -ENOMEM;
	return r;
}

static int read_module(struct dropin *d, struct registry_error *error)
{
	const char *module = read_needed(d, "module", &d->module_line, error);

	if (!module)
		return REGISTRY_E_INVALID;
	if (module[0] != '/')
		return registry_fail(error, d->path, d->module_line, REGISTRY_E_INVALID,
				     "module must be an absolute path [W0123]");
	return copy(d, module, &d->module, error);
}

static int read_settings(struct dropin *d, struct registry_error *error)
{
	const struct setting *s = setting_child(d->root, "settings");
	int r;

	if (s && s->type != SETTING_GROUP)
		return registry_fail(error, d->path, s->line, REGISTRY_E_INVALID,
				     "settings must be %s, not %s [W0114]",
				     setting_type_name(SETTING_GROUP), setting_type_name(s->type));
	r = s ? reserved_check(s, d->path, error) : 0;
	if (!r)
		d->own = d->settings = s;
	return r;
}

static int refuse_include(const struct dropin *d, const struct setting *s,
			  struct registry_error *error)
{
	return registry_fail(error, d->path, s->line, REGISTRY_E_INVALID,
			     "include must be a string or a list of strings, such as "
			     "\"bootfile.d/*.conf\" [W0114]");
}

/* Its files are read later: dropin_include(). */
static int read_include(struct dropin *d, struct registry_error *error)
{
	const struct setting *s = setting_child(d->root, "include");
	bool list = s && (s->type == SETTING_ARRAY || s->type == SETTING_LIST);

	if (!s || s->type == SETTING_STRING)
		return 0;
	for (unsigned i = 0; list && i < s->count; i++)
		if (s->child[i]->type != SETTING_STRING)
			return refuse_include(d, s->child[i], error);
	return list ? 0 : refuse_include(d, s, error);
}

static int read_timeout(struct dropin *d, struct registry_error *error)
{
	const struct setting *s = setting_child(d->root, "pending-timeout");
	int r = s ? setting_get_number(d->root, s->name, d->path, &d->pending_timeout, error) : 0;

	if (!s || r)
		return r;
	if (!(d->pending_timeout > 0 && d->pending_timeout <= TIMEOUT_MAX))
		return registry_fail(
			error, d->path, s->line, REGISTRY_E_INVALID,
			"pending-timeout must be above 0 and at most %.0f seconds [W0115]",
			TIMEOUT_MAX);
	return 0;
}

static int read_threads(struct dropin *d, struct registry_error *error)
{
	int64_t threads = -1;
	int r = 0;

	if (setting_child(d->root, "threads"))
		r = setting_get_integer(d->root, "threads", d->path, 0, DROPIN_THREADS_MAX,
					&threads, error);
	d->threads = (int)threads;
	return r;
}

static int read_flags(struct dropin *d, struct registry_error *error)
{
	const struct {
		const char *key;
		bool *out;
	} flags[] = {
		{ "critical", &d->critical },
		{ "enabled", &d->enabled },
		{ "answer-lease-requests", &d->answer_lease_requests },
		{ "information-request", &d->information_request },
		{ "try", &d->try_first },
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		if (!setting_child(d->root, flags[i].key))
			continue;
		if (setting_get_bool(d->root, flags[i].key, d->path, flags[i].out, error))
			r = REGISTRY_E_INVALID;
		if (r && !registry_wants_all(error))
			break;
	}
	return r;
}

/* Reads all keys. Returns the first mistake. */
static int read_keys(struct dropin *d, struct registry_error *error)
{
	static int (*const steps[])(struct dropin * d, struct registry_error * error) = {
		refuse_unknown, read_name_anyhow, read_module,  read_settings,
		read_flags,     read_threads,     read_timeout, read_include,
	};
	int first = 0;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		int r = steps[i](d, error);

		first = first ? first : r;
		if (r && (r != REGISTRY_E_INVALID || !registry_wants_all(error)))
			return r;
	}
	return first;
}

static int dropin_new(const char *path, struct dropin **out)
{
	_cleanup_(dropin_freep) struct dropin *d = calloc(1, sizeof(*d));
	const char *slash = strrchr(path, '/');

	if (!d)
		return -ENOMEM;
	d->enabled = d->try_first = true;
	d->threads = -1;
	d->pending_timeout = -1;
	d->path = strdup(path);
	d->file = strdup(slash ? slash + 1 : path);
	if (!d->path || !d->file)
		return -ENOMEM;
	*out = TAKE(d);
	return 0;
}

int dropin_parse(struct span text, const char *path, struct dropin **out,
		 struct registry_error *error)
{
	_cleanup_(dropin_freep) struct dropin *d = NULL;
	int r = dropin_new(path, &d);
	unsigned told = error ? error->told : 0;

	if (r)
		return registry_fail_errno(error, path, r, "reading");
	r = setting_parse(text, path, &d->root, error);
	if (r)
		return r;
	r = read_keys(d, error);
	d->wrong = r != 0 || (error && error->told != told);
	if (r == REGISTRY_E_INVALID && registry_wants_all(error) && d->name && d->module &&
	    (d->settings || !setting_child(d->root, "settings")))
		r = 0;
	if (r)
		return r;
	*out = TAKE(d);
	return 0;
}

int dropin_read(const char *path, struct dropin **out, struct registry_error *error)
{
	_cleanup_(dropin_freep) struct dropin *d = NULL;
	_cleanup_(freep) char *text = NULL;
	size_t len;
	int r = store_read(AT_FDCWD, path, path, &text, &len, error);

	if (r == 0)
		r = dropin_parse(span_of(text, len), path, &d, error);
	if (r == 0)
		r = dropin_include(d, error);
	if (r == 0)
		*out = TAKE(d);
	return r;
}

void dropin_free(struct dropin *d)
{
	if (!d)
		return;
	setting_free(d->root);
	setting_free(d->merged);
	free(d->packed[0]);
	free(d->packed[1]);
	free(d->forgotten);
	for (unsigned i = 0; i < d->n_included; i++)
		free(d->included[i].path);
	free(d->included);
	free(d->overlay);
	free(d->path);
	free(d->file);
	free(d->name);
	free(d->module);
	free(d);
}

void dropin_freep(struct dropin **dropin)
{
	dropin_free(*dropin);
}
