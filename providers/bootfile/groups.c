#include "groups.h"
#include "room.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#define NO_SUCH_KEY "unknown setting of a group"

/* A group that is read. */
struct work {
	const struct keys *keys;
	struct source source;
};

static void source_done(struct source *source)
{
	free(source->path);
	free(source->group);
	room_free(source->macs.at);
	room_free(source->uuids.at);
}

void sources_done(struct sources *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		source_done(&sources->at[i]);
	free(sources->at);
	*sources = (struct sources){ .n = 0 };
}

/* Takes the source over, or frees it. */
static int source_add(struct sources *sources, struct source *source)
{
	struct source *at = sources->n < UINT16_MAX
				    ? realloc(sources->at, (sources->n + 1) * sizeof *at)
				    : NULL;

	if (!at) {
		source_done(source);
		return -ENOMEM;
	}
	sources->at = at;
	at[sources->n++] = *source;
	return 0;
}

static int path_check(const struct keys *keys, const char *name, size_t i, const char *path)
{
	if (path[0] == '/')
		return 0;
	return keys_error_member(keys, name, i,
				 "\"%s\" must be an absolute path: /etc/wdspxed/%s [W0117]", path,
				 path);
}

int machines_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		     struct sources *out)
{
	int r = keys_want_texts(keys, name, scalars);

	for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {
		const char *path = scalars->at[i].text;
		struct source source = { .line = 0 };

		if (!path || !*path)
			continue; /* told */
		if (path_check(keys, name, i, path) < 0) {
			r = -EINVAL;
			continue;
		}
		source.path = strdup(path);
		r = source.path && source_add(out, &source) == 0 ? r : -ENOMEM;
	}
	return r;
}

/* ---- groups ------------------------------------------------------------------------------------
 */

static int name_key(struct work *work, const char *name, const struct scalars *scalars)
{
	const char *text;
	int r = keys_want_text(work->keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (strlen(text) > 63 || strpbrk(text, " \t/\\%|*") || strstr(text, ".."))
		return keys_error(work->keys, name,
				  "\"%s\" must have at most 63 bytes, without blanks and without "
				  "/ \\ %% | * .. [W0117]",
				  text);
	work->source.group = strdup(text);
	return work->source.group ? 0 : -ENOMEM;
}

static int file_key(struct work *work, const char *name, const struct scalars *scalars)
{
	const char *text;
	int r = keys_want_text(work->keys, name, scalars, &text);

	if (r == 0)
		r = path_check(work->keys, name, 0, text);
	if (r < 0)
		return r;
	work->source.path = strdup(text);
	return work->source.path ? 0 : -ENOMEM;
}

static int value_compile(struct work *work, const char *name, const struct scalars *scalars)
{
	static const char *const known[] = { "name", "file", "mac", "uuid", NULL };
	const char *meant = PxeBootNearest(name, known);

	if (strcasecmp(name, "name") == 0)
		return name_key(work, name, scalars);
	if (strcasecmp(name, "file") == 0)
		return file_key(work, name, scalars);
	if (strcasecmp(name, "mac") == 0)
		return list_macs.compile(work->keys, name, scalars, &work->source.macs);
	if (strcasecmp(name, "uuid") == 0)
		return uuids_compile(work->keys, name, scalars, &work->source.uuids);
	if (meant)
		return keys_error(work->keys, name, NO_SUCH_KEY ": did you mean \"%s\"? [W0110]",
				  meant);
	return keys_error(work->keys, name,
			  NO_SUCH_KEY ": it has name, file, mac and uuid [W0110]");
}

static int name_compile(void *context, const char *name)
{
	struct work *work = context;
	struct scalars scalars = { .n = 0 };
	int r = keys_read(work->keys, name, &scalars);

	if (r < 0)
		return r;
	r = value_compile(work, name, &scalars);
	scalars_done(&scalars);
	return r;
}

static int group_check(const struct work *work)
{
	bool listed = work->source.macs.n > 0 || work->source.uuids.n > 0;

	if (!work->source.group)
		return keys_error(work->keys, NULL, "has no name [W0149]");
	if (!listed && !work->source.path)
		return keys_error(work->keys, NULL,
				  "has no machines: write file, mac or uuid [W0149]");
	if (listed && work->source.path)
		return keys_error(
			work->keys, "file",
			"is not allowed beside mac or uuid: write two groups of this name "
			"[W0147]");
	return 0;
}

static int group_compile(void *context, const struct keys *keys, unsigned index)
{
	struct work work = { .keys = keys };
	int r = keys_each(keys, name_compile, &work);

	(void)index;
	if (r == 0)
		r = group_check(&work);
	if (r == 0) {
		work.source.line = keys_line(keys, NULL, 0);
		return source_add(context, &work.source);
	}
	source_done(&work.source);
	return r;
}

int groups_compile(const struct keys *keys, struct sources *out)
{
	return keys_each_group(keys, "groups", "groups", group_compile, out);
}
