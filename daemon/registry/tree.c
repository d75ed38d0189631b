#include "registry/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

struct setting *setting_new(enum setting_type type, const char *name)
{
	_cleanup_(setting_freep) struct setting *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->type = SETTING_GROUP; /* until a string has its octets */
	if (name) {
		s->name = strdup(name);
		if (!s->name)
			return NULL;
	}
	if (type == SETTING_STRING) {
		s->string = strdup("");
		if (!s->string)
			return NULL;
	}
	s->type = type;
	return TAKE(s);
}

struct setting *setting_new_string(const char *name, const char *value)
{
	_cleanup_(freep) char *copy = strdup(value);
	struct setting *s = copy ? setting_new(SETTING_STRING, name) : NULL;

	if (s) {
		free(s->string);
		s->string = TAKE(copy);
	}
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

int setting_add(struct setting *parent, struct setting *child)
{
	if (!child)
		return -ENOMEM;
	if ((parent->count & (parent->count - 1)) == 0) { /* grow at 0, 1, 2, 4 … */
		size_t room = parent->count ? 2 * (size_t)parent->count : 1;
		struct setting **more = reallocarray(parent->child, room, sizeof(struct setting *));

		if (!more) {
			setting_free(child);
			return -ENOMEM;
		}
		parent->child = more;
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
