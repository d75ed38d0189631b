#include "registry/overlay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "registry/reserved.h"
#include "registry/tree.h"
#include "registry/view.h"

enum {
	OVER_ROOM = 17,                      /* 64 bits in hexadecimal, and a NUL */
	PART_ROOM = 255 * UTF8_CHAR_MAX + 1, /* a key's name */
};

void overlay_done(struct overlay *overlay)
{
	free(overlay->file);
	setting_free(overlay->list);
	*overlay = (struct overlay){ NULL, NULL };
}

size_t overlay_count(const struct overlay *overlay)
{
	return overlay->list ? overlay->list->count : 0;
}

static const char *text_of(const struct setting *group, const char *name)
{
	const struct setting *s = setting_child(group, name);

	return s ? s->string : "";
}

struct overlay_change overlay_at(const struct overlay *overlay, size_t index)
{
	const struct setting *s = overlay->list->child[index];
	const struct setting *deleted = setting_child(s, "deleted");
	struct overlay_change change = { .path = text_of(s, "path"),
					 .name = text_of(s, "name"),
					 .data = setting_child(s, "data"),
					 .deleted = deleted && deleted->boolean,
					 .over = text_of(s, "over"),
					 .line = s->line };

	(void)reserved_type(setting_child(s, "type"), &change.type);
	return change;
}

void overlay_drop(struct overlay *overlay, size_t index)
{
	setting_remove(overlay->list->child[index]);
}

/* ---- the administrator's own ---- */

/* The key at a path, or NULL. */
static const struct setting *key_at(const struct setting *settings, const char *path)
{
	struct view_item item = { .node = settings };
	char part[PART_ROOM];
	size_t len;

	for (; *path; path += len + (path[len] != '\0')) {
		len = strcspn(path, "\\");
		if (len >= sizeof(part))
			return NULL;
		memcpy(part, path, len);
		part[len] = '\0';
		if (!view_key_named(item.node, part, &item))
			return NULL;
	}
	return item.node;
}

/* Its hash; "" where there is nothing of that name. */
static void over_of(const struct setting *own, const struct overlay_change *change,
		    char out[static OVER_ROOM])
{
	const struct setting *key = own ? key_at(own, change->path) : NULL;
	struct view_item item;
	bool found =
		key && (change->type == RESERVED_KEY ? view_key_named(key, change->name, &item)
						     : view_value_named(key, change->name, &item));

	out[0] = '\0';
	if (found)
		(void)snprintf(out, OVER_ROOM, "%016" PRIx64,
			       setting_hash(item.node) ^ (item.entry ? item.type + 1u : 0));
}

static bool is_in_force(const struct overlay_change *change, const struct setting *own)
{
	char over[OVER_ROOM];

	over_of(own, change, over);
	return strcmp(over, change->over) == 0;
}

int overlay_line(const struct overlay_change *change, const struct setting *own)
{
	const struct setting *key = own ? key_at(own, change->path) : NULL;
	struct view_item item;

	if (!key)
		return own ? own->line : 0;
	if (!view_value_named(key, change->name, &item) &&
	    !view_key_named(key, change->name, &item))
		return key->line;
	return item.entry ? item.entry->line : item.node->line;
}

/* ---- a new change ---- */

/* What most entries differ in is read first: there may be thousands. */
static bool is_same(const struct overlay *overlay, size_t index,
		    const struct overlay_change *change)
{
	const struct setting *entry = overlay->list->child[index];

	return utf8_casecmp(text_of(entry, "name"), change->name) == 0 &&
	       utf8_casecmp(text_of(entry, "path"), change->path) == 0 &&
	       (overlay_at(overlay, index).type == RESERVED_KEY) == (change->type == RESERVED_KEY);
}

/* The place of the older change of the same thing; else their count. */
static size_t find_same(const struct overlay *overlay, const struct overlay_change *change)
{
	size_t at = 0, n = overlay_count(overlay);

	while (at < n && !is_same(overlay, at, change))
		at++;
	return at;
}

/* Is this the path of the key, or of one below it? */
static bool is_below(const char *path, const char *key)
{
	struct span left = span_str(path), front = span_str(key);

	while (left.len > 0 && front.len > 0)
		if (utf8_lower(utf8_next(&left)) != utf8_lower(utf8_next(&front)))
			return false;
	return front.len == 0 && (left.len == 0 || left.at[0] == '\\');
}

static int drop_below(struct overlay *overlay, const struct overlay_change *key)
{
	_cleanup_(freep) char *path = NULL;

	if (asprintf(&path, "%s%s%s", key->path, key->path[0] ? "\\" : "", key->name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	for (size_t i = overlay_count(overlay); i-- > 0;)
		if (is_below(text_of(overlay->list->child[i], "path"), path))
			overlay_drop(overlay, i);
	return 0;
}

static int fill(struct setting *entry, const struct overlay_change *change, const char *over)
{
	const char *type = reserved_type_name(change->type);
	int r = setting_add(entry, setting_new_string("path", change->path));

	if (r == 0)
		r = setting_add(entry, setting_new_string("name", change->name));
	if (r == 0)
		r = setting_add(entry, type ? setting_new_string("type", type)
					    : setting_new_int(SETTING_INT64, "type", change->type));
	if (r == 0 && change->data)
		r = setting_add(entry, setting_copy(change->data, "data"));
	if (r == 0 && change->deleted) {
		r = setting_add(entry, setting_new(SETTING_BOOL, "deleted"));
		if (r == 0)
			entry->child[entry->count - 1]->boolean = true;
	}
	if (r == 0 && over[0])
		r = setting_add(entry, setting_new_string("over", over));
	return r;
}

static int put_new(struct overlay *overlay, const struct overlay_change *change, const char *over,
		   size_t at)
{
	_cleanup_(setting_freep) struct setting *entry = setting_new(SETTING_GROUP, NULL);
	int r = entry ? fill(entry, change, over) : -ENOMEM;

	if (r == 0 && !overlay->list) {
		overlay->list = setting_new(SETTING_LIST, "changes");
		r = overlay->list ? 0 : -ENOMEM;
	}
	if (r)
		return r;
	if (at < overlay_count(overlay))
		setting_replace(overlay->list->child[at], TAKE(entry));
	else if (at < OVERLAY_CHANGES_MAX)
		r = setting_add(overlay->list, TAKE(entry));
	else
		r = REGISTRY_E_FULL;
	return r;
}

int overlay_put(struct overlay *overlay, const struct setting *own,
		const struct overlay_change *change)
{
	char over[OVER_ROOM];
	size_t at;

	over_of(own, change, over);
	if (change->type == RESERVED_KEY && drop_below(overlay, change))
		return -ENOMEM;
	at = find_same(overlay, change);
	if (!change->deleted || over[0])
		return put_new(overlay, change, over, at);
	if (at < overlay_count(overlay)) /* nothing is left of it */
		overlay_drop(overlay, at);
	return 0;
}

/* ---- both together ---- */

/* The same node in the tree that is being made; NULL: it is no group, or not there. */
static struct setting *group_at(struct setting *settings, const char *path)
{
	const struct setting *key = key_at(settings, path);

	if (!key || key->type != SETTING_GROUP)
		return NULL;
	return key->parent ? key->parent->child[key->index] : settings;
}

static int apply_key(struct setting *group, const struct overlay_change *change)
{
	struct setting *made;
	struct view_item old;
	int r;

	if (view_key_named(group, change->name, &old))
		view_remove(&old);
	if (change->deleted)
		return 0;
	r = view_create(group, change->name, &made);
	if (r == 0) {
		made->line = change->line;
		made->overlaid = true;
	}
	return r;
}

static int apply(struct setting *group, const struct overlay_change *change)
{
	struct view_item old;

	if (change->type == RESERVED_KEY)
		return apply_key(group, change);
	if (!change->deleted)
		return view_set(group, change->name, change->type, change->data);
	if (view_value_named(group, change->name, &old))
		view_remove(&old);
	return 0;
}

int overlay_merge(const struct overlay *overlay, const struct setting *own, struct setting **out,
		  bool *stale)
{
	_cleanup_(setting_freep) struct setting *merged =
		own ? setting_copy(own, own->name) : setting_new(SETTING_GROUP, "settings");
	size_t applied = 0;

	if (!merged)
		return -ENOMEM;
	for (size_t i = 0; i < overlay_count(overlay); i++) {
		struct overlay_change change = overlay_at(overlay, i);
		struct setting *group = group_at(merged, change.path);
		bool holds = group && is_in_force(&change, own);

		if (stale)
			stale[i] = !holds;
		if (holds && apply(group, &change))
			return -ENOMEM;
		applied += holds;
	}
	*out = applied > 0 ? TAKE(merged) : NULL;
	return 0;
}
