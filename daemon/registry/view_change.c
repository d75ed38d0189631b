/* What RegSetValueEx and its kin do to a tree. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "registry/reserved.h"
#include "registry/tree.h"
#include "registry/view.h"

bool view_type_is_plain(int64_t type)
{
	return type == RESERVED_SZ || type == RESERVED_DWORD || type == RESERVED_QWORD ||
	       type == RESERVED_MULTI_SZ;
}

/* May a new child of the group have this name, or must it go into the list? */
static bool name_is_free(const struct setting *group, const char *name)
{
	return setting_name_valid(name) && utf8_casecmp(name, RESERVED_NAME) != 0 &&
	       !setting_child(group, name);
}

/* A tree's node as its owner may change it. */
static struct setting *own(const struct setting *node)
{
	return node->parent->child[node->index];
}

/* ---- entries of the list `registry` ---- */

static int entry_fill(struct setting *entry, const char *name, int64_t type,
		      const struct setting *data)
{
	const char *type_name = reserved_type_name(type);
	int r = setting_add(entry, setting_new_string("name", name));

	entry->line = data->line;
	entry->overlaid = data->overlaid;
	if (r == 0)
		r = setting_add(entry, type_name ? setting_new_string("type", type_name)
						 : setting_new_int(SETTING_INT64, "type", type));
	return r ? r : setting_add(entry, setting_copy(data, "data"));
}

static struct setting *entry_new(const char *name, int64_t type, const struct setting *data)
{
	_cleanup_(setting_freep) struct setting *entry = setting_new(SETTING_GROUP, NULL);

	return entry && entry_fill(entry, name, type, data) == 0 ? TAKE(entry) : NULL;
}

static int entry_add(struct setting *group, const char *name, int64_t type,
		     const struct setting *data)
{
	struct setting *entry = entry_new(name, type, data);
	int r = 0;

	if (entry && !reserved_list(group))
		r = setting_add(group, setting_new(SETTING_LIST, RESERVED_NAME));
	if (r) {
		setting_free(entry);
		return r;
	}
	return setting_add(own(reserved_list(group)), entry);
}

/* Its name stays as it was written first. */
static int entry_replace(const struct view_item *old, int64_t type, const struct setting *data)
{
	struct setting *entry = entry_new(old->text, type, data);

	if (!entry)
		return -ENOMEM;
	setting_replace(own(old->entry), entry);
	return 0;
}

static int child_replace(const struct view_item *old, const struct setting *data)
{
	struct setting *fresh = setting_copy(data, old->node->name);

	if (!fresh)
		return -ENOMEM;
	setting_replace(own(old->node), fresh);
	return 0;
}

int view_set(struct setting *key, const char *name, int64_t type, const struct setting *data)
{
	struct view_item old;
	bool found = view_value_named(key, name, &old), plain = view_type_is_plain(type);

	if (found && old.entry)
		return entry_replace(&old, type, data);
	if (found && plain)
		return child_replace(&old, data);
	if (found)
		view_remove(&old);
	if (plain && name_is_free(key, name))
		return setting_add(key, setting_copy(data, name));
	return entry_add(key, name, type, data);
}

int view_create(struct setting *key, const char *name, struct setting **out)
{
	static const struct setting group = { .type = SETTING_GROUP };
	struct view_item item;
	int r;

	if (name_is_free(key, name))
		r = setting_add(key, setting_copy(&group, name));
	else
		r = entry_add(key, name, RESERVED_KEY, &group);
	if (r)
		return r;
	(void)view_key_named(key, name, &item);
	*out = own(item.node);
	return 0;
}

void view_remove(const struct view_item *item)
{
	const struct setting *node = item->entry ? item->entry : item->node;

	/* the list goes with its last entry */
	setting_remove(own(item->entry && node->parent->count == 1 ? node->parent : node));
}
