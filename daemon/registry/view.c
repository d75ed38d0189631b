#include "registry/view.h"

#include <string.h>

#include "base/utf.h"
#include "registry/reserved.h"

enum kind { KEY, VALUE };

const char *view_name(const struct view_item *item)
{
	return item->text ? item->text : item->number;
}

static bool is_strings(const struct setting *s)
{
	return s->type == SETTING_ARRAY && (s->count == 0 || s->child[0]->type == SETTING_STRING);
}

static enum kind kind_of(const struct setting *s)
{
	return setting_is_aggregate(s) && !is_strings(s) ? KEY : VALUE;
}

static uint32_t type_of(const struct setting *s)
{
	switch (s->type) {
	case SETTING_INT:
	case SETTING_BOOL:
		return RESERVED_DWORD;
	case SETTING_INT64:
		return RESERVED_QWORD;
	case SETTING_ARRAY:
		return RESERVED_MULTI_SZ;
	case SETTING_STRING:
	case SETTING_FLOAT:
	case SETTING_GROUP: /* groups and lists are keys, and have no type */
	case SETTING_LIST:
		break;
	}
	return RESERVED_SZ;
}

/* As printf() does it, which took a tenth of the time in which a large list is read. */
static void put_number(unsigned number, char out[16])
{
	char digits[16];
	unsigned n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	for (unsigned i = 0; i < n; i++)
		out[i] = digits[n - 1 - i];
	out[n] = '\0';
}

static void item_of_child(const struct setting *child, struct view_item *out)
{
	*out = (struct view_item){ .text = child->name, .node = child, .type = type_of(child) };
	if (!child->name)
		put_number(child->index, out->number);
}

static bool visit(const struct setting *key, enum kind kind, view_fn *visitor, void *context)
{
	const struct setting *reserved = reserved_list(key);
	struct view_item item;

	for (unsigned i = 0; i < key->count; i++) {
		const struct setting *child = key->child[i];

		if (child == reserved || kind_of(child) != kind)
			continue;
		item_of_child(child, &item);
		if (visitor(&item, context))
			return true;
	}
	for (unsigned i = 0; reserved && i < reserved->count; i++) {
		struct reserved_entry entry = reserved_entry(reserved, i);

		if ((entry.type == RESERVED_KEY ? KEY : VALUE) != kind)
			continue;
		item = (struct view_item){ .text = entry.name,
					   .node = entry.data,
					   .entry = reserved->child[i],
					   .type = (uint32_t)entry.type };
		if (visitor(&item, context))
			return true;
	}
	return false;
}

struct search {
	unsigned left;
	const char *name;
	struct view_item *out;
};

static bool visit_index(const struct view_item *item, void *context)
{
	struct search *search = context;

	if (search->left-- > 0)
		return false;
	*search->out = *item;
	return true;
}

static bool visit_name(const struct view_item *item, void *context)
{
	struct search *search = context;

	if (utf8_casecmp(view_name(item), search->name) != 0)
		return false;
	*search->out = *item;
	return true;
}

static bool visit_count(const struct view_item *item, void *context)
{
	(void)item;
	++*(unsigned *)context;
	return false;
}

bool view_key_at(const struct setting *key, unsigned index, struct view_item *out)
{
	return visit(key, KEY, visit_index, &(struct search){ .left = index, .out = out });
}

bool view_value_at(const struct setting *key, unsigned index, struct view_item *out)
{
	return visit(key, VALUE, visit_index, &(struct search){ .left = index, .out = out });
}

bool view_each_key(const struct setting *key, view_fn *visitor, void *context)
{
	return visit(key, KEY, visitor, context);
}

bool view_each_value(const struct setting *key, view_fn *visitor, void *context)
{
	return visit(key, VALUE, visitor, context);
}

/* The member of a list that a name in digits means. */
static bool member(const struct setting *key, enum kind kind, const char *name,
		   struct view_item *out)
{
	unsigned long long index = 0;

	for (const char *c = name; *c; c++) {
		if (*c < '0' || *c > '9' || index >= key->count)
			return false;
		index = index * 10 + (unsigned)(*c - '0');
	}
	if (!*name || (name[0] == '0' && name[1]) || index >= key->count ||
	    kind_of(key->child[index]) != kind)
		return false;
	item_of_child(key->child[index], out);
	return true;
}

/* Most names are those of children. */
static bool child_named(const struct setting *key, enum kind kind, const char *name,
			struct view_item *out)
{
	const struct setting *child = setting_child(key, name);

	if (!child || kind_of(child) != kind || child == reserved_list(key))
		return false;
	item_of_child(child, out);
	return true;
}

static bool named(const struct setting *key, enum kind kind, const char *name,
		  struct view_item *out)
{
	if (key->type != SETTING_GROUP)
		return member(key, kind, name, out);
	if (child_named(key, kind, name, out))
		return true;
	return visit(key, kind, visit_name, &(struct search){ .name = name, .out = out });
}

bool view_key_named(const struct setting *key, const char *name, struct view_item *out)
{
	return named(key, KEY, name, out);
}

bool view_value_named(const struct setting *key, const char *name, struct view_item *out)
{
	return named(key, VALUE, name, out);
}

unsigned view_key_count(const struct setting *key)
{
	unsigned n = 0;

	visit(key, KEY, visit_count, &n);
	return n;
}
