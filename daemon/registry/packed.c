/* A setting is written as what is new of it. Its name, string, line and file are mostly those of
 * the setting that stood in the same place of the group before: that is the last one of its depth
 * and number, its slot. Strings in a list have one slot for all, and a string is written as how
 * many octets are those of the last one, and the rest.
 */
#include "registry/packed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/must.h"
#include "registry/tree.h"

struct packed {
	size_t len;
	uint8_t octets[];
};

/* The first octet: the type, and what does not follow. */
enum {
	TYPE_BITS = 7,
	NAMED = 8,        /* it has a name … */
	SAME_NAME = 16,   /* … that of its slot */
	SAME_STRING = 32, /* that of its slot */
	SAME_LINE = 64,   /* as the setting before it */
	SAME_FILE = 128,  /* `source` and `overlaid` too */
};

enum { DEPTHS = SETTING_DEPTH_MAX + 1, NUMBERS = 16 };

struct slot {
	const char *name, *string; /* of the tree; NULL: none yet */
};

/* What came before, alike for who writes and who reads. */
struct before {
	struct slot slot[DEPTHS][NUMBERS];
	int line;
	unsigned file;
};

static struct slot *slot_of(struct before *before, const struct setting *parent, unsigned index,
			    unsigned depth)
{
	bool group = parent && parent->type == SETTING_GROUP;

	return &before->slot[depth < DEPTHS ? depth : DEPTHS - 1][group ? index % NUMBERS : 0];
}

static unsigned file_of(const struct setting *s)
{
	return (unsigned)s->source << 1 | s->overlaid;
}

/* The value of a digit as MACs and UUIDs are mostly written, or -1. */
static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Do they differ in digits alone? */
static bool is_same_shape(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && (digit_of(*a) < 0 || digit_of(*b) < 0))
			return false;
	return *a == *b;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

struct writer {
	struct packed *packed;
	size_t room;
	bool failed;
	struct before before;
};

static void put(struct writer *w, const void *octets, size_t len)
{
	size_t room = w->room;
	struct packed *more;

	while (!w->failed && room - w->packed->len < len)
		room *= 2;
	if (room != w->room) {
		more = realloc(w->packed, sizeof(*more) + room);
		w->failed = !more;
		if (more) {
			w->packed = more;
			w->room = room;
		}
	}
	if (w->failed)
		return;
	memcpy(w->packed->octets + w->packed->len, octets, len);
	w->packed->len += len;
}

static void put_number(struct writer *w, uint64_t number)
{
	uint8_t octets[10], n = 0;

	for (; number > 0x7f; number >>= 7)
		octets[n++] = (uint8_t)(number | 0x80);
	octets[n++] = (uint8_t)number;
	put(w, octets, n);
}

/* Small whatever its sign. */
static void put_signed(struct writer *w, int64_t number)
{
	put_number(w, (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0));
}

static void put_text(struct writer *w, const char *text)
{
	size_t len = strlen(text);

	put_number(w, len);
	put(w, text, len);
}

/* Four bits each: the digits of a string that differs from the last one in these alone. */
static void put_digits(struct writer *w, const char *string)
{
	uint8_t octet = 0;
	bool half = false;

	for (; *string; string++) {
		int digit = digit_of(*string);

		if (digit < 0)
			continue;
		octet = (uint8_t)(octet << 4 | digit);
		if (half)
			put(w, &octet, 1);
		half = !half;
	}
	octet = (uint8_t)(octet << 4);
	if (half)
		put(w, &octet, 1);
}

static void put_string(struct writer *w, const char *string, const char *last)
{
	size_t same = 0;

	while (last && last[same] && last[same] == string[same])
		same++;
	if (last && is_same_shape(string + same, last + same)) {
		put_number(w, same << 1 | 1);
		put_digits(w, string + same);
	} else {
		put_number(w, same << 1);
		put_text(w, string + same);
	}
}

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static uint8_t head_of(const struct writer *w, const struct setting *s, const struct slot *slot)
{
	unsigned head = s->type;

	if (s->name)
		head |= same_text(s->name, slot->name) ? NAMED | SAME_NAME : NAMED;
	if (s->type == SETTING_STRING && same_text(s->string, slot->string))
		head |= SAME_STRING;
	if (s->line == w->before.line)
		head |= SAME_LINE;
	if (file_of(s) == w->before.file)
		head |= SAME_FILE;
	return (uint8_t)head;
}

static void put_value(struct writer *w, const struct setting *s, unsigned head, struct slot *slot)
{
	switch (s->type) {
	case SETTING_INT:
	case SETTING_INT64:
		put_signed(w, s->integer);
		break;
	case SETTING_FLOAT:
		put(w, &s->real, sizeof(s->real));
		break;
	case SETTING_BOOL:
		put_number(w, s->boolean);
		break;
	case SETTING_STRING:
		if (!(head & SAME_STRING))
			put_string(w, s->string, slot->string);
		slot->string = s->string;
		break;
	case SETTING_GROUP:
	case SETTING_LIST:
	case SETTING_ARRAY:
		put_number(w, s->count);
	}
}

static void put_tree(struct writer *w, const struct setting *s, const struct setting *parent,
		     unsigned index, unsigned depth)
{
	struct slot *slot = slot_of(&w->before, parent, index, depth);
	uint8_t head = head_of(w, s, slot);

	put(w, &head, 1);
	if ((head & NAMED) && !(head & SAME_NAME))
		put_text(w, s->name);
	if (!(head & SAME_LINE))
		put_signed(w, (int64_t)s->line - w->before.line);
	if (!(head & SAME_FILE))
		put_number(w, file_of(s));
	if (s->name)
		slot->name = s->name;
	w->before.line = s->line;
	w->before.file = file_of(s);
	put_value(w, s, head, slot);
	for (unsigned i = 0; i < s->count; i++)
		put_tree(w, s->child[i], s, i, depth + 1);
}

int packed_make(const struct setting *root, struct packed **out)
{
	_cleanup_(freep) struct writer *w = calloc(1, sizeof(*w));
	struct packed *fit;

	if (!w)
		return -ENOMEM;
	w->room = 4096;
	w->packed = malloc(sizeof(*w->packed) + w->room);
	if (!w->packed)
		return -ENOMEM;
	w->packed->len = 0;
	put_tree(w, root, NULL, 0, 0);
	if (w->failed) {
		free(w->packed);
		return -ENOMEM;
	}
	fit = realloc(w->packed, sizeof(*fit) + w->packed->len);
	*out = fit ? fit : w->packed;
	return 0;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

struct reader {
	const uint8_t *at;
	struct before before;
};

static uint64_t get_number(struct reader *r)
{
	uint64_t number = 0;
	unsigned shift = 0;

	for (; *r->at & 0x80; shift += 7)
		number |= (uint64_t)(*r->at++ & 0x7f) << shift;
	return number | (uint64_t)*r->at++ << shift;
}

static int64_t get_signed(struct reader *r)
{
	uint64_t number = get_number(r);

	return (int64_t)(number >> 1 ^ -(number & 1));
}

static char *get_plain(struct reader *r, const char *last, size_t same)
{
	size_t len = (size_t)get_number(r);
	char *text = malloc(same + len + 1);

	if (text) {
		if (same > 0)
			memcpy(text, last, same);
		memcpy(text + same, r->at, len);
		text[same + len] = '\0';
	}
	r->at += len;
	return text;
}

/* What was written as the same stood there before. */
static char *again(const char *last)
{
	MUST(last != NULL);
	return strdup(last);
}

static char *get_digits(struct reader *r, const char *last, size_t same)
{
	char *text = again(last);
	bool half = false;

	for (char *c = text ? text + same : NULL; c && *c; c++) {
		if (digit_of(*c) < 0)
			continue;
		*c = "0123456789abcdef"[half ? *r->at & 15 : *r->at >> 4];
		r->at += half;
		half = !half;
	}
	r->at += half;
	return text;
}

/* NULL without memory. */
static char *get_string(struct reader *r, const char *last)
{
	size_t same = (size_t)get_number(r);

	return same & 1 ? get_digits(r, last, same >> 1) : get_plain(r, last, same >> 1);
}

static char *get_name(struct reader *r, unsigned head, const struct slot *slot)
{
	return head & SAME_NAME ? again(slot->name) : get_plain(r, NULL, 0);
}

static char *get_text(struct reader *r, unsigned head, const struct slot *slot)
{
	return head & SAME_STRING ? again(slot->string) : get_string(r, slot->string);
}

static int get_children(struct reader *r, struct setting *to, unsigned depth);

static int get_value(struct reader *r, struct setting *s, unsigned head, struct slot *slot)
{
	char *string;

	switch (head & TYPE_BITS) {
	case SETTING_INT:
	case SETTING_INT64:
		s->integer = get_signed(r);
		break;
	case SETTING_FLOAT:
		memcpy(&s->real, r->at, sizeof(s->real));
		r->at += sizeof(s->real);
		break;
	case SETTING_BOOL:
		s->boolean = get_number(r) != 0;
		break;
	case SETTING_STRING:
		string = get_text(r, head, slot);
		if (!string)
			return -ENOMEM;
		s->string = string;
		slot->string = string;
		break;
	default:
		break;
	}
	s->type = (enum setting_type)(head & TYPE_BITS);
	return 0;
}

static int get_head(struct reader *r, struct setting *s, unsigned head, struct slot *slot)
{
	if (head & NAMED) {
		s->name = get_name(r, head, slot);
		if (!s->name)
			return -ENOMEM;
		slot->name = s->name;
	}
	if (!(head & SAME_LINE))
		r->before.line += (int)get_signed(r);
	if (!(head & SAME_FILE))
		r->before.file = (unsigned)get_number(r);
	s->line = r->before.line;
	s->overlaid = r->before.file & 1;
	s->source = (unsigned short)(r->before.file >> 1);
	return 0;
}

/* What is left of a tree that could not be made is the caller's too. */
static int get_tree(struct reader *r, struct setting *s, struct setting *parent, unsigned index,
		    unsigned depth)
{
	struct slot *slot = slot_of(&r->before, parent, index, depth);
	unsigned head = *r->at++;
	int e = get_head(r, s, head, slot);

	if (e == 0)
		e = get_value(r, s, head, slot);
	return e == 0 && setting_is_aggregate(s) ? get_children(r, s, depth) : e;
}

static int get_children(struct reader *r, struct setting *to, unsigned depth)
{
	unsigned n = (unsigned)get_number(r);
	int e = 0;

	for (unsigned i = 0; i < n && e == 0; i++) {
		struct setting *child = setting_new(SETTING_GROUP, NULL);

		e = setting_add(to, child);
		if (e == 0)
			e = get_tree(r, child, to, i, depth + 1);
	}
	return e;
}

int packed_tree(const struct packed *packed, struct setting **out)
{
	_cleanup_(setting_freep) struct setting *root = setting_new(SETTING_GROUP, NULL);
	_cleanup_(freep) struct reader *r = calloc(1, sizeof(*r));
	int e;

	if (!root || !r)
		return -ENOMEM;
	r->at = packed->octets;
	e = get_tree(r, root, NULL, 0, 0);
	if (e)
		return e;
	*out = TAKE(root);
	return 0;
}

unsigned packed_count(const struct setting *root, unsigned most)
{
	unsigned n = 1;

	for (unsigned i = 0; i < root->count && n < most; i++)
		n += packed_count(root->child[i], most - n);
	return n;
}
