#include "registry/setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"

void setting_free(struct setting *root)
{
	if (!root)
		return;
	for (unsigned i = 0; i < root->count; i++)
		setting_free(root->child[i]);
	free(root->child);
	free(root);
}

void setting_freep(struct setting **root)
{
	setting_free(*root);
}

const struct setting *setting_child(const struct setting *s, const char *name)
{
	if (!s || s->type != SETTING_GROUP)
		return NULL;
	for (unsigned i = 0; i < s->count; i++)
		if (utf8_casecmp(s->child[i]->name, name) == 0) /* libconfig's names are ASCII */
			return s->child[i];
	return NULL;
}

const struct setting *setting_at(const struct setting *s, unsigned index)
{
	return s && setting_is_aggregate(s) && index < s->count ? s->child[index] : NULL;
}

static bool equal_value(const struct setting *a, const struct setting *b)
{
	switch (a->type) {
	case SETTING_INT:
	case SETTING_INT64:
		return a->integer == b->integer;
	case SETTING_FLOAT:
		return a->real == b->real;
	case SETTING_BOOL:
		return a->boolean == b->boolean;
	case SETTING_STRING:
		return strcmp(a->string, b->string) == 0;
	case SETTING_GROUP:
	case SETTING_LIST:
	case SETTING_ARRAY:
		break; /* their children are compared */
	}
	return true;
}

bool setting_equal(const struct setting *a, const struct setting *b)
{
	if (a->type != b->type || a->count != b->count || !a->name != !b->name ||
	    (a->name && strcmp(a->name, b->name) != 0) || !equal_value(a, b))
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (!setting_equal(a->child[i], b->child[i]))
			return false;
	return true;
}

const char *setting_type_name(enum setting_type type)
{
	static const char *const names[] = {
		[SETTING_GROUP] = "a group { }",      [SETTING_LIST] = "a list ( )",
		[SETTING_ARRAY] = "an array [ ]",     [SETTING_INT] = "an integer",
		[SETTING_INT64] = "a 64-bit integer", [SETTING_FLOAT] = "a number with a point",
		[SETTING_BOOL] = "true or false",     [SETTING_STRING] = "a string",
	};

	return names[type];
}

static int wrong_type(const struct setting *s, const char *file, const char *wanted,
		      struct registry_error *error)
{
	return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
			     "%s must be %s, not %s [W0114]", s->name, wanted,
			     setting_type_name(s->type));
}

static int find(const struct setting *group, const char *name, const char *file,
		const struct setting **out, struct registry_error *error)
{
	*out = setting_child(group, name);
	return *out ? 0
		    : registry_fail(error, file, group ? group->line : 0, REGISTRY_E_ABSENT,
				    "%s is not set [W0118]", name);
}

int setting_get_string(const struct setting *group, const char *name, const char *file,
		       const char **out, struct registry_error *error)
{
	const struct setting *s;
	int r = find(group, name, file, &s, error);

	if (r)
		return r;
	if (s->type != SETTING_STRING)
		return wrong_type(s, file, setting_type_name(SETTING_STRING), error);
	*out = s->string;
	return 0;
}

int setting_get_bool(const struct setting *group, const char *name, const char *file, bool *out,
		     struct registry_error *error)
{
	const struct setting *s;
	int r = find(group, name, file, &s, error);

	if (r)
		return r;
	if (s->type != SETTING_BOOL)
		return wrong_type(s, file, setting_type_name(SETTING_BOOL), error);
	*out = s->boolean;
	return 0;
}

int setting_get_integer(const struct setting *group, const char *name, const char *file,
			int64_t min, int64_t max, int64_t *out, struct registry_error *error)
{
	const struct setting *s;
	int r = find(group, name, file, &s, error);

	if (r)
		return r;
	if (s->type != SETTING_INT && s->type != SETTING_INT64)
		return wrong_type(s, file, setting_type_name(SETTING_INT), error);
	if (s->integer < min || s->integer > max)
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     "%s must be from %lld to %lld [W0115]", s->name,
				     (long long)min, (long long)max);
	*out = s->integer;
	return 0;
}

int setting_get_number(const struct setting *group, const char *name, const char *file, double *out,
		       struct registry_error *error)
{
	const struct setting *s;
	int r = find(group, name, file, &s, error);

	if (r)
		return r;
	if (s->type == SETTING_FLOAT)
		*out = s->real;
	else if (s->type == SETTING_INT || s->type == SETTING_INT64)
		*out = (double)s->integer;
	else
		return wrong_type(s, file, "a number", error);
	return 0;
}
