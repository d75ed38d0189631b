#include "registry/scan.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"

struct scanner {
	struct span text;
	size_t at;
	int line; /* of `at` */
	const char *file;
	struct registry_error *error;
};

static int scan_value(struct scanner *s, struct setting *parent, struct setting *node, int depth);

/* The octet at an offset; NUL at the end, and a text has none inside. */
static char octet(struct span text, size_t at)
{
	return at < text.len ? (char)text.at[at] : '\0';
}

/* The end of the comment that begins at `at`, or `at` when none does. */
static size_t comment_end(struct span text, size_t at)
{
	char c = octet(text, at), d = octet(text, at + 1);
	const uint8_t *end;

	if (c == '#' || (c == '/' && d == '/')) {
		end = memchr(text.at + at, '\n', text.len - at);
		return end ? (size_t)(end - text.at) : text.len;
	}
	if (c == '/' && d == '*') {
		size_t from = at + 2;

		end = from < text.len ? memmem(text.at + from, text.len - from, "*/", 2) : NULL;
		return end ? (size_t)(end - text.at) + 2 : text.len;
	}
	return at;
}

size_t scan_blank(struct span text, size_t at)
{
	for (;;) {
		size_t from = at;

		while (at < text.len && strchr(" \t\r\n\f", octet(text, at)))
			at++;
		at = comment_end(text, at);
		if (at == from)
			return at;
	}
}

static void move_to(struct scanner *s, size_t at)
{
	for (; s->at < at; s->at++)
		if (s->text.at[s->at] == '\n')
			s->line++;
}

/* The next octet that counts. */
static char peek(struct scanner *s)
{
	move_to(s, scan_blank(s->text, s->at));
	return octet(s->text, s->at);
}

static int unexpected(struct scanner *s, const char *wanted)
{
	char c = peek(s);

	if (c == '@')
		return registry_fail(s->error, s->file, s->line, REGISTRY_E_INVALID,
				     "@include is not supported");
	if (c == '\0')
		return registry_fail(s->error, s->file, s->line, REGISTRY_E_INVALID,
				     "the file ends where %s is expected", wanted);
	if (!isprint((unsigned char)c))
		return registry_fail(s->error, s->file, s->line, REGISTRY_E_INVALID,
				     "byte 0x%02x where %s is expected", (unsigned char)c, wanted);
	return registry_fail(s->error, s->file, s->line, REGISTRY_E_INVALID,
			     "'%c' where %s is expected", c, wanted);
}

static int add_child(struct scanner *s, struct setting *parent, struct setting **out)
{
	struct setting *node = NULL;

	if ((parent->count & (parent->count - 1)) == 0) { /* grow at 0, 1, 2, 4 … */
		size_t room = parent->count ? 2 * (size_t)parent->count : 1;
		struct setting **child = reallocarray(parent->child, room, sizeof(*child));

		if (!child)
			goto none;
		parent->child = child;
	}
	node = calloc(1, sizeof(*node));
	if (!node)
		goto none;
	node->parent = parent;
	node->index = parent->count;
	node->line = s->line;
	node->begin = s->at;
	parent->child[parent->count++] = node;
	*out = node;
	return 0;
none:
	(void)registry_fail_errno(s->error, s->file, -ENOMEM, "reading");
	return -ENOMEM;
}

static bool name_octet(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '*';
}

/* One or more strings in a row are one value. */
static int scan_string(struct scanner *s, struct setting *node)
{
	node->type = SETTING_STRING;
	do {
		size_t at = s->at + 1;

		while (at < s->text.len && s->text.at[at] != '"')
			at += s->text.at[at] == '\\' ? 2 : 1;
		if (at >= s->text.len)
			return registry_fail(s->error, s->file, s->line, REGISTRY_E_INVALID,
					     "the string that begins here is never closed");
		move_to(s, at + 1);
		node->value_end = s->at;
	} while (peek(s) == '"');
	return 0;
}

static int scan_word(struct scanner *s, struct setting *node)
{
	size_t at = s->at;

	node->type = SETTING_INT;
	while (name_octet(octet(s->text, at)) || octet(s->text, at) == '+' ||
	       octet(s->text, at) == '.')
		at++;
	if (at == s->at)
		return unexpected(s, "a value");
	s->at = at;
	node->value_end = at;
	return 0;
}

static int scan_setting(struct scanner *s, struct setting *group, int depth)
{
	struct setting *node;
	size_t at = s->at;
	char c;
	int r;

	while (name_octet(octet(s->text, at)))
		at++;
	if (at == s->at || isdigit((unsigned char)octet(s->text, s->at)))
		return unexpected(s, group->parent ? "a name or '}'" : "a name");
	r = add_child(s, group, &node);
	if (r)
		return r;
	node->name = strndup((const char *)s->text.at + s->at, at - s->at);
	if (!node->name)
		return registry_fail_errno(s->error, s->file, -ENOMEM, "reading");
	s->at = at;
	c = peek(s);
	if (c != '=' && c != ':')
		return unexpected(s, "'=' or ':'");
	s->at++;
	r = scan_value(s, group, node, depth);
	if (r)
		return r;
	node->end = node->value_end;
	c = peek(s);
	if (c == ';' || c == ',') {
		s->at++;
		node->end = s->at;
	}
	return 0;
}

static int scan_members(struct scanner *s, struct setting *group, int depth)
{
	char c;

	while ((c = peek(s)) != '\0' && (c != '}' || !group->parent)) {
		int r = scan_setting(s, group, depth);

		if (r)
			return r;
	}
	return 0;
}

static int scan_elements(struct scanner *s, struct setting *list, char close, int depth)
{
	while (peek(s) != close) {
		struct setting *node;
		int r = add_child(s, list, &node);

		if (!r)
			r = scan_value(s, list, node, depth);
		if (r)
			return r;
		node->end = node->value_end;
		if (peek(s) == ',')
			s->at++;
		else if (peek(s) != close)
			return unexpected(s, close == ']' ? "',' or ']'" : "',' or ')'");
	}
	return 0;
}

static int scan_aggregate(struct scanner *s, struct setting *node, char open, int depth)
{
	int r;

	if (depth >= SETTING_DEPTH_MAX)
		return registry_fail(s->error, s->file, s->line, REGISTRY_E_INVALID,
				     "more than %d levels of brackets", SETTING_DEPTH_MAX);
	s->at++;
	node->type = open == '{' ? SETTING_GROUP : open == '[' ? SETTING_ARRAY : SETTING_LIST;
	r = open == '{' ? scan_members(s, node, depth + 1)
			: scan_elements(s, node, open == '[' ? ']' : ')', depth + 1);
	if (r)
		return r;
	if (peek(s) == '\0')
		return registry_fail(s->error, s->file, node->line, REGISTRY_E_INVALID,
				     "the '%c' that begins here is never closed", open);
	s->at++;
	node->value_end = s->at;
	return 0;
}

static int scan_value(struct scanner *s, struct setting *parent, struct setting *node, int depth)
{
	char c = peek(s);

	if (parent->type != SETTING_GROUP)
		node->line = s->line;
	node->value_begin = s->at;
	if (c == '{' || c == '[' || c == '(')
		return scan_aggregate(s, node, c, depth);
	return c == '"' ? scan_string(s, node) : scan_word(s, node);
}

static int by_name(const void *a, const void *b)
{
	const struct setting *x = *(struct setting *const *)a, *y = *(struct setting *const *)b;
	int order = utf8_casecmp(x->name, y->name);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Names in a registry differ by more than the case of their letters. */
static int refuse_twins(struct scanner *s, const struct setting *node)
{
	_cleanup_(freep) struct setting **sorted = NULL;

	for (unsigned i = 0; i < node->count; i++) {
		int r = setting_is_aggregate(node->child[i]) ? refuse_twins(s, node->child[i]) : 0;

		if (r)
			return r;
	}
	if (node->type != SETTING_GROUP || node->count < 2)
		return 0;
	sorted = calloc(node->count, sizeof(struct setting *));
	if (!sorted)
		return registry_fail_errno(s->error, s->file, -ENOMEM, "reading");
	memcpy(sorted, node->child, node->count * sizeof(struct setting *));
	qsort(sorted, node->count, sizeof(struct setting *), by_name);
	for (unsigned i = 1; i < node->count; i++)
		if (utf8_casecmp(sorted[i - 1]->name, sorted[i]->name) == 0)
			return registry_fail(s->error, s->file, sorted[i]->line, REGISTRY_E_INVALID,
					     "%s is already set on line %d (case is ignored)",
					     sorted[i]->name, sorted[i - 1]->line);
	return 0;
}

size_t scan_mark(struct span text)
{
	return text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static bool is_utf16(struct span text)
{
	return text.len >= 2 &&
	       (memcmp(text.at, "\xff\xfe", 2) == 0 || memcmp(text.at, "\xfe\xff", 2) == 0);
}

int scan_text(struct span text, const char *file, struct setting **out,
	      struct registry_error *error)
{
	struct scanner s = {
		.text = text, .at = scan_mark(text), .line = 1, .file = file, .error = error
	};
	_cleanup_(setting_freep) struct setting *root = NULL;
	const uint8_t *nul;
	int r;

	if (text.len > SETTING_TEXT_MAX)
		return registry_fail(error, file, 0, REGISTRY_E_INVALID, "larger than %d bytes",
				     SETTING_TEXT_MAX);
	nul = text.len ? memchr(text.at, '\0', text.len) : NULL;
	if (nul) {
		move_to(&s, (size_t)(nul - text.at));
		return registry_fail(error, file, s.line, REGISTRY_E_INVALID,
				     is_utf16(text) ? "this is UTF-16: save it as UTF-8"
						    : "a zero byte: this is not a text file");
	}
	root = calloc(1, sizeof(*root));
	if (!root)
		return registry_fail_errno(error, file, -ENOMEM, "reading");
	root->line = 1;
	root->value_end = root->end = text.len;
	r = scan_members(&s, root, 0);
	if (!r)
		r = refuse_twins(&s, root);
	if (r)
		return r;
	*out = TAKE(root);
	return 0;
}
