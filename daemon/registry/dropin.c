#include "registry/dropin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "registry/provider_list.h"
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
	"settings",
};

#define TIMEOUT_MAX 86400.0

static int refuse_unknown(const struct dropin *d, struct registry_error *error)
{
	for (unsigned i = 0; i < d->root->count; i++) {
		const struct setting *s = d->root->child[i];
		size_t k = 0;

		while (k < ARRAY_LEN(keys) && strcmp(keys[k], s->name) != 0)
			k++;
		if (k == ARRAY_LEN(keys))
			return registry_fail(error, d->path, s->line, REGISTRY_E_INVALID,
					     "unknown key %s", s->name);
	}
	return 0;
}

/* Both keys that name the provider must be there. */
static int read_identity(struct dropin *d, struct registry_error *error)
{
	const char *name, *module;
	int r = setting_get_string(d->root, "name", d->path, &name, error);

	if (!r)
		r = setting_get_string(d->root, "module", d->path, &module, error);
	if (r == REGISTRY_E_ABSENT) {
		if (error)
			error->line = 0;
		return REGISTRY_E_INVALID;
	}
	if (r)
		return r;
	d->name_line = setting_child(d->root, "name")->line;
	d->module_line = setting_child(d->root, "module")->line;
	if (!provider_name_valid(name))
		return registry_fail(
			error, d->path, d->name_line, REGISTRY_E_INVALID,
			"a name has 1 to %d characters of UTF-8, none of them /, \\ or a control",
			DROPIN_NAME_MAX);
	if (module[0] != '/')
		return registry_fail(error, d->path, d->module_line, REGISTRY_E_INVALID,
				     "module must be an absolute path");
	d->name = strdup(name);
	d->module = strdup(module);
	return d->name && d->module ? 0 : registry_fail_errno(error, d->path, -ENOMEM, "reading");
}

static int optional(int r)
{
	return r == REGISTRY_E_ABSENT ? 0 : r;
}

static int read_timeout(struct dropin *d, struct registry_error *error)
{
	int r = setting_get_number(d->root, "pending-timeout", d->path, &d->pending_timeout, error);

	if (r)
		return optional(r);
	if (!(d->pending_timeout > 0 && d->pending_timeout <= TIMEOUT_MAX))
		return registry_fail(
			error, d->path, setting_child(d->root, "pending-timeout")->line,
			REGISTRY_E_INVALID,
			"pending-timeout must be above 0 and at most %.0f seconds", TIMEOUT_MAX);
	return 0;
}

static int read_options(struct dropin *d, struct registry_error *error)
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
	int64_t threads = -1;
	int r;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		r = setting_get_bool(d->root, flags[i].key, d->path, flags[i].out, error);
		if (optional(r))
			return r;
	}
	r = setting_get_integer(d->root, "threads", d->path, 0, DROPIN_THREADS_MAX, &threads,
				error);
	if (optional(r))
		return r;
	d->threads = (int)threads;
	r = read_timeout(d, error);
	if (r)
		return r;
	d->settings = setting_child(d->root, "settings");
	if (d->settings && d->settings->type != SETTING_GROUP)
		return registry_fail(error, d->path, d->settings->line, REGISTRY_E_INVALID,
				     "settings must be %s, not %s",
				     setting_type_name(SETTING_GROUP),
				     setting_type_name(d->settings->type));
	return d->settings ? reserved_check(d->settings, d->path, error) : 0;
}

int dropin_parse(struct span text, const char *path, struct dropin **out,
		 struct registry_error *error)
{
	_cleanup_(dropin_freep) struct dropin *d = calloc(1, sizeof(*d));
	struct registry_error scratch; /* absent options fill an error that nobody shall see */
	const char *slash = strrchr(path, '/');
	int r;

	if (!d)
		return registry_fail_errno(error, path, -ENOMEM, "reading");
	d->enabled = d->try_first = true;
	d->threads = -1;
	d->pending_timeout = -1;
	d->path = strdup(path);
	d->file = strdup(slash ? slash + 1 : path);
	if (!d->path || !d->file)
		return registry_fail_errno(error, path, -ENOMEM, "reading");
	r = setting_parse(text, path, &d->root, &scratch);
	if (!r)
		r = refuse_unknown(d, &scratch);
	if (!r)
		r = read_identity(d, &scratch);
	if (!r)
		r = read_options(d, &scratch);
	if (r) {
		if (error)
			*error = scratch;
		return r;
	}
	*out = TAKE(d);
	return 0;
}

int dropin_read(const char *path, struct dropin **out, struct registry_error *error)
{
	_cleanup_(freep) char *text = NULL;
	size_t len;
	int r = store_read(AT_FDCWD, path, path, &text, &len, error);

	return r ? r : dropin_parse(span_of(text, len), path, out, error);
}

void dropin_free(struct dropin *d)
{
	if (!d)
		return;
	setting_free(d->root);
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

static bool same_settings(const struct setting *a, const struct setting *b)
{
	if (!a || !b)
		return (!a || a->count == 0) && (!b || b->count == 0);
	return setting_equal(a, b);
}

unsigned dropin_compare(const struct dropin *a, const struct dropin *b)
{
	unsigned changed = same_settings(a->settings, b->settings) ? 0 : DROPIN_SETTINGS_CHANGED;

	if (strcmp(a->name, b->name) != 0 || strcmp(a->module, b->module) != 0 ||
	    a->critical != b->critical || a->enabled != b->enabled || a->threads != b->threads ||
	    a->pending_timeout < b->pending_timeout || a->pending_timeout > b->pending_timeout ||
	    a->answer_lease_requests != b->answer_lease_requests ||
	    a->information_request != b->information_request || a->try_first != b->try_first)
		changed |= DROPIN_KEYS_CHANGED;
	return changed;
}

unsigned dropin_entries(const struct dropin *dropin)
{
	const struct setting *settings = dropin->settings;
	unsigned n = 0;

	for (unsigned i = 0; settings && i < settings->count; i++) {
		const struct setting *list = settings->child[i];

		for (unsigned j = 0; list->type == SETTING_LIST && j < list->count; j++)
			n += list->child[j]->type == SETTING_GROUP;
	}
	return n;
}
