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

struct text {
	const char *at;
	size_t len;
};

static struct text text_of(const char *text)
{
	return (struct text){ text, text ? strlen(text) : 0 };
}

static struct text get_name(struct reader *r, unsigned head, const struct slot *slot)
{
	struct text name = { NULL, 0 };

	if (!(head & NAMED))
		return name;
	if (head & SAME_NAME) {
		MUST(slot->name != NULL); /* what was written as the same stood there before */
		return text_of(slot->name);
	}
	name.len = (size_t)get_number(r);
	name.at = (const char *)r->at;
	r->at += name.len;
	return name;
}

/* What is at the string already is the last one. */
static void get_digits(struct reader *r, char *from)
{
	bool half = false;

	for (char *c = from; *c; c++) {
		if (digit_of(*c) < 0)
			continue;
		*c = "0123456789abcdef"[half ? *r->at & 15 : *r->at >> 4];
		r->at += half;
		half = !half;
	}
	r->at += half;
}

/* A setting with a string of which the first octets are the last one's. NULL without memory. */
static struct setting *begun(struct text name, const char *last, size_t same, size_t len)
{
	struct setting *s = setting_new_sized(SETTING_STRING, name.at, name.len, len);

	if (s && same > 0) {
		MUST(last != NULL);
		memcpy(s->string, last, same);
	}
	return s;
}

/* With the last one: what was written as the same stood there before. */
static struct setting *again(struct text name, const char *last)
{
	MUST(last != NULL);
	return begun(name, last, strlen(last), strlen(last));
}

static struct setting *get_string(struct reader *r, unsigned head, const char *last,
				  struct text name)
{
	size_t same, len;
	struct setting *s;

	if (head & SAME_STRING)
		return again(name, last);
	same = (size_t)get_number(r);
	if (same & 1) {
		s = again(name, last);
		if (s)
			get_digits(r, s->string + (same >> 1));
		return s;
	}
	same >>= 1;
	len = (size_t)get_number(r);
	s = begun(name, last, same, same + len);
	if (s)
		memcpy(s->string + same, r->at, len);
	r->at += len;
	return s;
}

static struct setting *get_scalar(struct reader *r, unsigned head, const struct slot *slot,
				  struct text name)
{
	enum setting_type type = (enum setting_type)(head & TYPE_BITS);
	struct setting *s;

	if (type == SETTING_STRING)
		return get_string(r, head, slot->string, name);
	s = setting_new_sized(type, name.at, name.len, 0);
	if (!s || setting_is_aggregate(s))
		return s;
	if (type == SETTING_FLOAT) {
		memcpy(&s->real, r->at, sizeof(s->real));
		r->at += sizeof(s->real);
	} else if (type == SETTING_BOOL) {
		s->boolean = get_number(r) != 0;
	} else {
		s->integer = get_signed(r);
	}
	return s;
}

static void get_place(struct reader *r, unsigned head)
{
	if (!(head & SAME_LINE))
		r->before.line += (int)get_signed(r);
	if (!(head & SAME_FILE))
		r->before.file = (unsigned)get_number(r);
}

static int get_children(struct reader *r, struct setting *to, unsigned depth);

/* NULL without memory. */
static struct setting *get_tree(struct reader *r, const struct setting *parent, unsigned index,
				unsigned depth)
{
	struct slot *slot = slot_of(&r->before, parent, index, depth);
	unsigned head = *r->at++;
	struct text name = get_name(r, head, slot);
	_cleanup_(setting_freep) struct setting *s = NULL;

	get_place(r, head);
	s = get_scalar(r, head, slot, name);
	if (!s)
		return NULL;
	s->line = r->before.line;
	s->overlaid = r->before.file & 1;
	s->source = (unsigned short)(r->before.file >> 1);
	if (s->name)
		slot->name = s->name;
	if (s->type == SETTING_STRING)
		slot->string = s->string;
	if (setting_is_aggregate(s) && get_children(r, s, depth))
		return NULL;
	return TAKE(s);
}

static int get_children(struct reader *r, struct setting *to, unsigned depth)
{
	unsigned n = (unsigned)get_number(r);
	int e = setting_reserve(to, n);

	for (unsigned i = 0; i < n && e == 0; i++)
		e = setting_add(to, get_tree(r, to, i, depth + 1));
	return e;
}

int packed_tree(const struct packed *packed, struct setting **out)
{
	_cleanup_(freep) struct reader *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->at = packed->octets;
	*out = get_tree(r, NULL, 0, 0);
	return *out ? 0 : -ENOMEM;
}

unsigned packed_count(const struct setting *root, unsigned most)
{
	unsigned n = 1;

	for (unsigned i = 0; i < root->count && n < most; i++)
		n += packed_count(root->child[i], most - n);
	return n;
}
