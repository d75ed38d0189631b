#include "registry/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

struct setting *setting_new_sized(enum setting_type type, const char *name, size_t name_len,
				  size_t string_len)
{
	size_t name_size = name ? name_len + 1 : 0;
	size_t string_size = type == SETTING_STRING ? string_len + 1 : 0;
	struct setting *s = malloc(sizeof(*s) + name_size + string_size);
	char *texts;

	if (!s)
		return NULL;
	texts = (char *)(s + 1);
	*s = (struct setting){ .type = type };
	if (name) {
		s->name = memcpy(texts, name, name_len);
		s->name[name_len] = '\0';
	}
	if (type == SETTING_STRING) {
		s->string = texts + name_size;
		s->string[string_len] = '\0';
	}
	return s;
}

struct setting *setting_new(enum setting_type type, const char *name)
{
	return setting_new_sized(type, name, name ? strlen(name) : 0, 0);
}

struct setting *setting_new_string(const char *name, const char *value)
{
	size_t len = strlen(value);
	struct setting *s = setting_new_sized(SETTING_STRING, name, name ? strlen(name) : 0, len);

	if (s)
		memcpy(s->string, value, len);
	return s;
}

struct setting *setting_new_int(enum setting_type type, const char *name, int64_t value)
{
	struct setting *s = setting_new(type, name);

	if (s)
		s->integer = value;
	return s;
}

static struct setting *copy_scalar(const struct setting *from, const char *name)
{
	struct setting *s;

	if (from->type == SETTING_STRING)
		return setting_new_string(name, from->string);
	s = setting_new(from->type, name);
	if (s && from->type == SETTING_FLOAT)
		s->real = from->real;
	else if (s && from->type == SETTING_BOOL)
		s->boolean = from->boolean;
	else if (s)
		s->integer = from->integer;
	return s;
}

struct setting *setting_copy(const struct setting *from, const char *name)
{
	_cleanup_(setting_freep) struct setting *s = setting_is_aggregate(from)
							     ? setting_new(from->type, name)
							     : copy_scalar(from, name);

	if (!s)
		return NULL;
	s->line = from->line;
	s->overlaid = from->overlaid;
	s->source = from->source;
	for (unsigned i = 0; i < from->count; i++)
		if (setting_add(s, setting_copy(from->child[i], from->child[i]->name)))
			return NULL;
	return TAKE(s);
}

int setting_reserve(struct setting *parent, unsigned room)
{
	struct setting **more;

	if (room <= parent->room)
		return 0;
	more = reallocarray(parent->child, room, sizeof(struct setting *));
	if (!more)
		return -ENOMEM;
	parent->child = more;
	parent->room = room;
	return 0;
}

int setting_add(struct setting *parent, struct setting *child)
{
	if (!child)
		return -ENOMEM;
	if (parent->count == parent->room &&
	    setting_reserve(parent, parent->room ? 2 * parent->room : 2)) {
		setting_free(child);
		return -ENOMEM;
	}
	child->parent = parent;
	child->index = parent->count;
	parent->child[parent->count++] = child;
	return 0;
}

void setting_remove(struct setting *child)
{
	struct setting *parent = child->parent;

	parent->count--;
	for (unsigned i = child->index; i < parent->count; i++) {
		parent->child[i] = parent->child[i + 1];
		parent->child[i]->index = i;
	}
	setting_free(child);
}

void setting_replace(struct setting *child, struct setting *fresh)
{
	fresh->parent = child->parent;
	fresh->index = child->index;
	child->parent->child[child->index] = fresh;
	setting_free(child);
}

/* ---- the hash: FNV-1a ---- */

static uint64_t mix(uint64_t sum, const void *octets, size_t len)
{
	const uint8_t *at = octets;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ at[i]) * 0x100000001b3u;
	return sum;
}

static uint64_t mix_number(uint64_t sum, uint64_t number)
{
	uint8_t octets[8];

	for (unsigned i = 0; i < 8; i++)
		octets[i] = (uint8_t)(number >> (8 * i));
	return mix(sum, octets, sizeof(octets));
}

static uint64_t mix_value(uint64_t sum, const struct setting *s)
{
	uint64_t bits = 0;

	switch (s->type) {
	case SETTING_INT:
	case SETTING_INT64:
		return mix_number(sum, (uint64_t)s->integer);
	case SETTING_FLOAT:
		memcpy(&bits, &s->real, sizeof(bits));
		return mix_number(sum, bits);
	case SETTING_BOOL:
		return mix_number(sum, s->boolean);
	case SETTING_STRING:
		return mix(sum, s->string, strlen(s->string) + 1);
	case SETTING_GROUP:
	case SETTING_LIST:
	case SETTING_ARRAY:
		break;
	}
	return mix_number(sum, s->count);
}

static uint64_t mix_tree(uint64_t sum, const struct setting *s)
{
	sum = mix_value(mix_number(sum, s->type), s);
	for (unsigned i = 0; i < s->count; i++) {
		const struct setting *child = s->child[i];

		if (child->name)
			sum = mix(sum, child->name, strlen(child->name) + 1);
		sum = mix_tree(sum, child);
	}
	return sum;
}

uint64_t setting_hash(const struct setting *s)
{
	return mix_tree(0xcbf29ce484222325u, s);
}
