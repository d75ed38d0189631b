#include "libwdspxe/reg_edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "libwdspxe/reg_status.h"
#include "registry/reserved.h"
#include "registry/tree.h"

/* One change, and what it needs to know. */
struct change {
	const struct reg_key *key;
	const char *name;
	const struct reg_data *data;
	struct setting *value; /* owned: the data */
};

static void change_done(struct change *change)
{
	setting_free(change->value);
}

static DWORD change_store(struct change *change, reg_store_fn *apply)
{
	return reg_store_edit(change->key->store, apply, change);
}

/* The path of the key's first parts. The caller frees it; NULL without memory. */
static char *path_of(const struct reg_key *key, unsigned depth)
{
	char *path = NULL;
	size_t len;
	FILE *file = open_memstream(&path, &len);

	if (!file)
		return NULL;
	for (unsigned i = 0; i < depth; i++)
		fprintf(file, "%s%s", i ? "\\" : "", key->part[i]);
	if (fclose(file) == 0)
		return path;
	free(path);
	return NULL;
}

/* A change of something in the key at the first parts, for the overlay. */
static int note(struct reg_draft *draft, const struct reg_key *key, unsigned depth,
		struct overlay_change change)
{
	_cleanup_(freep) char *path = NULL;

	if (!draft->overlay)
		return 0;
	path = path_of(key, depth);
	change.path = path;
	return path ? overlay_put(draft->overlay, draft->own, &change) : -ENOMEM;
}

/* The key, which can be changed: whoever wrote a list means all of it, in this order. */
static int find(struct reg_draft *draft, const struct reg_key *key, unsigned depth,
		struct setting **out)
{
	struct view_item item = { .node = draft->settings };

	for (unsigned i = 0; i < depth; i++) {
		if (!view_key_named(item.node, key->part[i], &item))
			return -ENOENT;
		if (item.node->type != SETTING_GROUP)
			return -EACCES;
	}
	*out = depth ? item.node->parent->child[item.node->index] : draft->settings;
	return 0;
}

/* ---- keys ---- */

static int create_part(struct reg_draft *draft, const struct reg_key *key, unsigned depth)
{
	struct setting *group, *made;
	struct view_item item;
	int r = find(draft, key, depth, &group);

	if (r || view_key_named(group, key->part[depth], &item))
		return r;
	r = view_create(group, key->part[depth], &made);
	return r ? r
		 : note(draft, key, depth,
			(struct overlay_change){ .name = key->part[depth], .type = RESERVED_KEY });
}

static int apply_create(void *context, struct reg_draft *draft)
{
	const struct change *change = context;
	int r = change->key->depth < SETTING_DEPTH_MAX ? 0 : REGISTRY_E_INVALID;

	for (unsigned i = 0; r == 0 && i < change->key->depth; i++)
		r = create_part(draft, change->key, i);
	return r;
}

DWORD reg_edit_create(const struct reg_key *key)
{
	return change_store(&(struct change){ .key = key }, apply_create);
}

static int apply_delete_key(void *context, struct reg_draft *draft)
{
	const struct reg_key *key = ((const struct change *)context)->key;
	const char *name = key->part[key->depth - 1];
	struct view_item item;
	struct setting *group;
	int r = find(draft, key, key->depth - 1, &group);

	if (r)
		return r;
	if (!view_key_named(group, name, &item))
		return REGISTRY_E_ABSENT;
	if (view_key_count(item.node) > 0)
		return -EACCES;
	view_remove(&item);
	return note(draft, key, key->depth - 1,
		    (struct overlay_change){ .name = name, .type = RESERVED_KEY, .deleted = true });
}

DWORD reg_edit_delete_key(const struct reg_key *key)
{
	return change_store(&(struct change){ .key = key }, apply_delete_key);
}

/* ---- values ---- */

static int apply_set(void *context, struct reg_draft *draft)
{
	const struct change *change = context;
	int64_t type = change->data->type;
	struct setting *group;
	int r = find(draft, change->key, change->key->depth, &group);

	if (r == 0)
		r = view_set(group, change->name, type, change->value);
	return r ? r
		 : note(draft, change->key, change->key->depth,
			(struct overlay_change){
				.name = change->name, .type = type, .data = change->value });
}

DWORD reg_edit_set(const struct reg_key *key, const char *name, const struct reg_data *data)
{
	_cleanup_(change_done) struct change change = { .key = key, .name = name, .data = data };

	change.value = reg_data_setting(data);
	return change.value ? change_store(&change, apply_set) : ERROR_NOT_ENOUGH_MEMORY;
}

static int apply_delete_value(void *context, struct reg_draft *draft)
{
	const struct change *change = context;
	struct view_item item;
	struct setting *group;
	int r = find(draft, change->key, change->key->depth, &group);

	if (r)
		return r;
	if (!view_value_named(group, change->name, &item))
		return REGISTRY_E_ABSENT;
	view_remove(&item);
	return note(draft, change->key, change->key->depth,
		    (struct overlay_change){
			    .name = change->name, .type = item.type, .deleted = true });
}

DWORD reg_edit_delete_value(const struct reg_key *key, const char *name)
{
	return change_store(&(struct change){ .key = key, .name = name }, apply_delete_value);
}

/* ---- what is no setting ---- */

static int apply_root(void *context, struct reg_draft *draft)
{
	const struct change *change = context;
	const struct setting *old = draft->root ? setting_child(draft->root, change->name) : NULL;
	struct setting *fresh;

	if (!draft->root)
		return -EACCES;
	fresh = setting_copy(change->value, change->name);
	if (!fresh)
		return -ENOMEM;
	if (!old)
		return setting_add(draft->root, fresh);
	setting_replace(draft->root->child[old->index], fresh);
	return 0;
}

DWORD reg_edit_root(const struct reg_key *key, const char *name, struct setting *value)
{
	_cleanup_(change_done) struct change change = { .key = key, .name = name, .value = value };

	return value ? change_store(&change, apply_root) : ERROR_NOT_ENOUGH_MEMORY;
}
