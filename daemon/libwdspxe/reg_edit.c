#include "libwdspxe/reg_edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "libwdspxe/reg_status.h"
#include "registry/reserved.h"

enum { PLACE_PARTS = SETTING_DEPTH_MAX + 8 };

/* Where a node is in its file, as edit_set() wants it. The names are the tree's. */
struct place {
	const char *part[PLACE_PARTS];
	char number[PLACE_PARTS][12];
	size_t depth;
};

static void place_add(struct place *place, const char *name, unsigned index)
{
	size_t i = place->depth++;

	(void)snprintf(place->number[i], sizeof(place->number[i]), "%u", index);
	place->part[i] = name ? name : place->number[i];
}

static void place_of(const struct setting *node, struct place *out)
{
	const struct setting *way[PLACE_PARTS];
	size_t n = 0;

	out->depth = 0;
	for (; node->parent; node = node->parent)
		way[n++] = node;
	if (n == 0) /* the file has no settings yet */
		place_add(out, "settings", 0);
	while (n-- > 0)
		place_add(out, way[n]->name, way[n]->index);
}

/* A change in several steps: each one makes a new text from the last. */
struct draft {
	char *text; /* owned; NULL: the text is still the file's */
	struct span now;
	struct setting *root; /* owned: the text as it is now */
	struct registry_error *error;
};

static void draft_done(struct draft *draft)
{
	free(draft->text);
	setting_free(draft->root);
}

static int draft_parse(struct draft *draft)
{
	setting_free(draft->root);
	draft->root = NULL;
	return setting_parse(draft->now, "", &draft->root, draft->error);
}

static int draft_take(struct draft *draft, char *text, size_t len)
{
	free(draft->text);
	draft->text = text;
	draft->now = span_of(text, len);
	return 0;
}

static int draft_set(struct draft *draft, const struct place *place, const struct edit_value *value)
{
	char *text;
	size_t len;
	int r = edit_set(draft->now, "", place->part, place->depth, value, &text, &len,
			 draft->error);

	return r ? r : draft_take(draft, text, len);
}

static int draft_delete(struct draft *draft, const struct place *place)
{
	char *text;
	size_t len;
	int r = edit_delete(draft->now, "", place->part, place->depth, &text, &len, draft->error);

	return r ? r : draft_take(draft, text, len);
}

static int draft_finish(struct draft *draft, char **out, size_t *len)
{
	if (!draft->text) {
		draft->text =
			strndup(draft->now.len ? (const char *)draft->now.at : "", draft->now.len);
		if (!draft->text)
			return -ENOMEM;
	}
	*len = draft->now.len;
	*out = TAKE(draft->text);
	return 0;
}

/* One change, and what it needs to know. `apply` returns as edit_set() does, and REGISTRY_E_ABSENT
 * (no such value), -ENOENT (the key has gone) or -EACCES (it has subkeys). */
struct change {
	int (*apply)(const struct change *change, struct draft *draft);
	const struct reg_key *key;
	const char *name;
	const struct reg_data *data;
	const struct edit_value *value;
};

static int change_run(void *context, struct span text, char **out, size_t *len,
		      struct registry_error *error)
{
	_cleanup_(draft_done) struct draft draft = { .now = text, .error = error };
	const struct change *change = context;
	int r = draft_parse(&draft);

	if (!r)
		r = change->apply(change, &draft);
	return r ? r : draft_finish(&draft, out, len);
}

static DWORD change_file(struct change change)
{
	return reg_store_edit(change.key->store, change_run, &change);
}

static const struct setting *draft_node(const struct draft *draft, const struct change *change)
{
	return reg_key_resolve(reg_settings_of(draft->root), change->key);
}

/* ---- entries of the list `registry` -----------------------------------------------------------
 */

static int entry_field(struct draft *draft, struct place place, const char *name,
		       const struct edit_value *value)
{
	place_add(&place, name, 0);
	return draft_set(draft, &place, value);
}

/* Writes type and data of the entry at a place. */
static int entry_fill(struct draft *draft, const struct place *place, int64_t type,
		      const struct edit_value *data)
{
	struct edit_value value = { .type = SETTING_STRING };
	int r;

	value.string = reserved_type_name(type);
	if (!value.string) {
		value.type = SETTING_INT64;
		value.integer = type;
	}
	r = entry_field(draft, *place, "type", &value);
	return r ? r : entry_field(draft, *place, "data", data);
}

static int entry_add(struct draft *draft, const struct setting *group, const char *name,
		     int64_t type, const struct edit_value *data)
{
	static const struct edit_value list = { .type = SETTING_LIST },
				       entry = { .type = SETTING_GROUP };
	const struct setting *reserved = reserved_list(group);
	struct edit_value text = { .type = SETTING_STRING };
	struct place place;
	int r = 0;

	place_of(group, &place);
	place_add(&place, RESERVED_NAME, 0);
	if (!reserved)
		r = draft_set(draft, &place, &list);
	place_add(&place, NULL, reserved ? reserved->count : 0);
	if (!r)
		r = draft_set(draft, &place, &entry);
	text.string = name;
	if (!r)
		r = entry_field(draft, place, "name", &text);
	return r ? r : entry_fill(draft, &place, type, data);
}

/* Removes an entry, and the list when it was the last one. */
static int entry_delete(struct draft *draft, const struct setting *entry)
{
	struct place place;

	place_of(entry->parent->count == 1 ? entry->parent : entry, &place);
	return draft_delete(draft, &place);
}

/* May a new child of the group have this name, or must it go into the list? */
static bool name_is_free(const struct setting *group, const char *name)
{
	return edit_name_valid(name) && utf8_casecmp(name, RESERVED_NAME) != 0 &&
	       !setting_child(group, name);
}

/* Is it the name of the next member of a list? */
static bool is_next(const struct setting *list, const char *name)
{
	char number[12];

	(void)snprintf(number, sizeof(number), "%u", list->count);
	return strcmp(number, name) == 0;
}

/* ---- keys -------------------------------------------------------------------------------------
 */

static int create_part(struct draft *draft, const struct setting *node, const char *part)
{
	static const struct edit_value group = { .type = SETTING_GROUP };
	struct place place;

	if (node->type == SETTING_GROUP && !name_is_free(node, part))
		return entry_add(draft, node, part, RESERVED_KEY, &group);
	if (node->type == SETTING_ARRAY || (node->type == SETTING_LIST && !is_next(node, part)))
		return REGISTRY_E_NAME;
	place_of(node, &place);
	place_add(&place, part, 0);
	return draft_set(draft, &place, &group);
}

static int apply_create(const struct change *change, struct draft *draft)
{
	for (;;) {
		const struct setting *node = reg_settings_of(draft->root);
		struct reg_item item;
		unsigned i = 0;
		int r;

		for (; i < change->key->depth && reg_key_named(node, change->key->part[i], &item);
		     i++)
			node = item.node;
		if (i == change->key->depth)
			return 0;
		r = create_part(draft, node, change->key->part[i]);
		if (!r)
			r = draft_parse(draft);
		if (r)
			return r;
	}
}

DWORD reg_edit_create(const struct reg_key *key)
{
	return change_file((struct change){ .apply = apply_create, .key = key });
}

static int apply_delete_key(const struct change *change, struct draft *draft)
{
	const struct setting *node = draft_node(draft, change), *up;
	struct place place;

	if (!node)
		return REGISTRY_E_ABSENT;
	if (reg_key_count(node) > 0)
		return -EACCES;
	up = node->parent; /* the entry, where the key is the data of one */
	if (up->type == SETTING_GROUP && up->parent && up->parent->type == SETTING_LIST &&
	    up->parent == reserved_list(up->parent->parent))
		return entry_delete(draft, up);
	place_of(node, &place);
	return draft_delete(draft, &place);
}

DWORD reg_edit_delete_key(const struct reg_key *key)
{
	return change_file((struct change){ .apply = apply_delete_key, .key = key });
}

/* ---- values -----------------------------------------------------------------------------------
 */

static int set_old(struct draft *draft, const struct setting *node, const struct reg_item *old,
		   DWORD type, const struct edit_value *value)
{
	struct place place;
	int r;

	if (old->entry) {
		place_of(old->entry, &place);
		return entry_fill(draft, &place, type, value);
	}
	if (node->type == SETTING_ARRAY && value->type != old->node->type)
		return REGISTRY_E_NAME;
	place_of(old->node, &place);
	if (reg_type_is_plain(type))
		return draft_set(draft, &place, value);
	if (node->type != SETTING_GROUP)
		return REGISTRY_E_NAME;
	r = draft_delete(draft, &place);
	if (!r)
		r = draft_parse(draft);
	return r; /* the caller adds it to the list */
}

static int set_new(struct draft *draft, const struct setting *node, const char *name, DWORD type,
		   const struct edit_value *value)
{
	struct place place;

	if (node->type == SETTING_GROUP && (!reg_type_is_plain(type) || !name_is_free(node, name)))
		return entry_add(draft, node, name, type, value);
	if (node->type != SETTING_GROUP &&
	    (!reg_type_is_plain(type) || !is_next(node, name) ||
	     (node->type == SETTING_ARRAY && node->child[0]->type != value->type)))
		return REGISTRY_E_NAME;
	place_of(node, &place);
	place_add(&place, name, 0);
	return draft_set(draft, &place, value);
}

static int apply_set(const struct change *change, struct draft *draft)
{
	const struct setting *node = draft_node(draft, change);
	_cleanup_(reg_literal_done) struct reg_literal literal = { .strings = NULL };
	struct reg_item old;
	bool found;
	int r;

	if (!node)
		return -ENOENT;
	found = reg_value_named(node, change->name, &old);
	if (reg_literal_of(change->data, found ? old.node : NULL, &literal))
		return -ENOMEM;
	if (found) {
		bool moves = !old.entry && !reg_type_is_plain(change->data->type);

		r = set_old(draft, node, &old, change->data->type, &literal.value);
		if (r || !moves)
			return r;
		node = draft_node(draft, change);
	}
	return set_new(draft, node, change->name, change->data->type, &literal.value);
}

DWORD reg_edit_set(const struct reg_key *key, const char *name, const struct reg_data *data)
{
	return change_file(
		(struct change){ .apply = apply_set, .key = key, .name = name, .data = data });
}

static int apply_delete_value(const struct change *change, struct draft *draft)
{
	const struct setting *node = draft_node(draft, change);
	struct reg_item item;
	struct place place;

	if (!node)
		return -ENOENT;
	if (!reg_value_named(node, change->name, &item))
		return REGISTRY_E_ABSENT;
	if (item.entry)
		return entry_delete(draft, item.entry);
	place_of(item.node, &place);
	return draft_delete(draft, &place);
}

DWORD reg_edit_delete_value(const struct reg_key *key, const char *name)
{
	return change_file(
		(struct change){ .apply = apply_delete_value, .key = key, .name = name });
}

static int apply_root(const struct change *change, struct draft *draft)
{
	struct place place = { .depth = 0 };

	place_add(&place, change->name, 0);
	return draft_set(draft, &place, change->value);
}

DWORD reg_edit_root(const struct reg_key *key, const char *name, const struct edit_value *value)
{
	return change_file(
		(struct change){ .apply = apply_root, .key = key, .name = name, .value = value });
}
