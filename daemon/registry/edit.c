#include "registry/edit.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "registry/edit_value.h"
#include "registry/scan.h"

/* A piece of the text that goes, and what comes in its place. */
struct patch {
	size_t begin, end;
	const char *text;
};

/* Applies up to two patches, the first one before the second. */
static int apply(struct span text, const struct patch patch[2], char **out, size_t *len)
{
	size_t total = text.len, at = 0, n = 0;
	char *made;

	for (int i = 0; i < 2; i++)
		total = total - (patch[i].end - patch[i].begin) + strlen(patch[i].text);
	made = malloc(total + 1);
	if (!made)
		return -ENOMEM;
	for (int i = 0; i < 2; i++) {
		size_t keep = patch[i].begin - at, add = strlen(patch[i].text);

		if (keep > 0)
			memcpy(made + n, text.at + at, keep);
		memcpy(made + n + keep, patch[i].text, add);
		n += keep + add;
		at = patch[i].end;
	}
	if (text.len > at)
		memcpy(made + n, text.at + at, text.len - at);
	made[total] = '\0';
	*out = made;
	*len = total;
	return 0;
}

static size_t line_begin(struct span text, size_t at)
{
	while (at > 0 && text.at[at - 1] != '\n')
		at--;
	return at;
}

/* True when nothing but blank space stands before `at` on its line; it is *indent then. */
static bool begins_line(struct span text, size_t at, struct span *indent)
{
	size_t begin = line_begin(text, at);

	for (size_t i = begin; i < at; i++)
		if (text.at[i] != ' ' && text.at[i] != '\t')
			return false;
	*indent = span_of(text.at + begin, at - begin);
	return true;
}

/* The child that a component of a path names. */
static const struct setting *walk(const struct setting *s, const char *component)
{
	char *end;
	unsigned long index;

	if (s->type == SETTING_GROUP)
		return setting_child(s, component);
	if (!isdigit((unsigned char)component[0]))
		return NULL;
	errno = 0;
	index = strtoul(component, &end, 10);
	return *end || errno || index >= s->count ? NULL : setting_at(s, (unsigned)index);
}

bool edit_name_valid(const char *name)
{
	size_t i = 0;

	if (strcasecmp(name, "true") == 0 || strcasecmp(name, "false") == 0)
		return false;
	if (!(name[0] >= 'A' && name[0] <= 'Z') && !(name[0] >= 'a' && name[0] <= 'z'))
		return false;
	while ((name[i] >= 'A' && name[i] <= 'Z') || (name[i] >= 'a' && name[i] <= 'z') ||
	       (name[i] >= '0' && name[i] <= '9') || name[i] == '-' || name[i] == '_')
		i++;
	return name[i] == '\0';
}

/* How a new child is laid out: on a line of its own, or behind the last one. */
struct layout {
	size_t at;     /* where it goes */
	bool own_line; /* then `indent` is before it */
	char *indent;
};

static void layout_done(struct layout *layout)
{
	free(layout->indent);
}

static int layout_of(struct span text, const struct setting *parent, struct layout *out)
{
	const struct setting *last = parent->count ? parent->child[parent->count - 1] : NULL;
	size_t close = parent->parent ? parent->value_end - 1 : text.len;
	struct span indent = SPAN_NONE, outer = SPAN_NONE;
	const char *unit = "";

	out->own_line = !parent->parent || begins_line(text, close, &outer);
	out->at = !parent->parent ? text.len
		  : out->own_line ? close - outer.len
		  : last          ? last->end
				  : parent->value_begin + 1;
	if (!last || !begins_line(text, last->begin, &indent)) {
		indent = outer;
		if (parent->parent)
			unit = outer.len > 0 && outer.at[0] == '\t' ? "\t" : "    ";
	}
	if (asprintf(&out->indent, "%.*s%s", (int)indent.len,
		     indent.len ? (const char *)indent.at : "", unit) < 0) {
		out->indent = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* The new child with its name, as its parent wants it, without blank space around it. */
static int declare(const struct setting *parent, const char *name, const struct edit_value *value,
		   const char *indent, char **out)
{
	_cleanup_(freep) char *text = NULL;
	bool group = value->type == SETTING_GROUP;
	int r = edit_render(value, indent, &text);

	if (r)
		return r;
	if (parent->type != SETTING_GROUP)
		r = asprintf(out, "%s", text);
	else if (group)
		r = indent ? asprintf(out, "%s:\n%s%s;", name, indent, text)
			   : asprintf(out, "%s: %s;", name, text);
	else
		r = asprintf(out, "%s = %s;", name, text);
	if (r < 0)
		*out = NULL;
	return r < 0 ? -ENOMEM : 0;
}

/* What must stand behind the child that was the last one until now. */
static const char *separator(struct span text, const struct setting *parent)
{
	const struct setting *last;
	size_t next;

	if (parent->count == 0)
		return "";
	last = parent->child[parent->count - 1];
	if (parent->type == SETTING_GROUP)
		return last->end == last->value_end ? ";" : "";
	next = scan_blank(text, last->value_end);
	return next < text.len && text.at[next] == ',' ? "" : ",";
}

static int add_child(struct span text, const struct setting *parent, const char *name,
		     const struct edit_value *value, char **out, size_t *len)
{
	_cleanup_(layout_done) struct layout layout = { .indent = NULL };
	_cleanup_(freep) char *child = NULL, *piece = NULL;
	size_t behind = parent->count ? parent->child[parent->count - 1]->value_end : 0;
	const char *before, *after = "\n";
	int r = layout_of(text, parent, &layout);

	if (!r)
		r = declare(parent, name, value, layout.own_line ? layout.indent : NULL, &child);
	if (r)
		return r;
	if (layout.own_line) {
		bool inside = layout.at > 0 && layout.at <= text.len;

		before = inside && text.at[layout.at - 1] != '\n' ? "\n" : "";
	} else {
		before = " ";
		after = layout.at < text.len && strchr(" \t\r\n", text.at[layout.at]) ? "" : " ";
	}
	if (asprintf(&piece, "%s%s%s%s", before, layout.own_line ? layout.indent : "", child,
		     after) < 0) {
		piece = NULL;
		return -ENOMEM;
	}
	if (parent->count == 0)
		behind = layout.at;
	return apply(text,
		     (struct patch[2]){ { behind, behind, separator(text, parent) },
					{ layout.at, layout.at, piece } },
		     out, len);
}

static int replace(struct span text, const char *file, const struct setting *node,
		   const struct edit_value *value, char **out, size_t *len,
		   struct registry_error *error)
{
	_cleanup_(freep) char *made = NULL;
	bool container = node->type == SETTING_GROUP || node->type == SETTING_LIST;
	struct patch patch[2] = { { 0, 0, "" }, { 0, 0, "" } };
	int r;

	if (value->type == SETTING_GROUP || value->type == SETTING_LIST) {
		if (setting_is_aggregate(node))
			return apply(text, patch, out, len);
		return registry_fail(error, file, node->line, REGISTRY_E_EXISTS,
				     "expected a group, found a value");
	}
	if (container)
		return registry_fail(error, file, node->line, REGISTRY_E_EXISTS,
				     "expected a value, found %s", setting_type_name(node->type));
	r = edit_render(value, NULL, &made);
	if (r)
		return r;
	patch[1] = (struct patch){ node->value_begin, node->value_end, made };
	return apply(text, patch, out, len);
}

/* One step: exchanges the value, or adds the first part of the path that is missing. */
static int set_once(struct span text, const char *file, const char *const *path, size_t depth,
		    const struct edit_value *value, bool *done, char **out, size_t *len,
		    struct registry_error *error)
{
	static const struct edit_value group = { .type = SETTING_GROUP };
	_cleanup_(setting_freep) struct setting *root = NULL;
	const struct setting *node, *next;
	size_t i = 0;
	int r = setting_parse(text, file, &root, error);

	if (r)
		return r;
	for (node = root; i < depth && (next = walk(node, path[i])); i++)
		node = next;
	*done = i + 1 >= depth;
	if (i == depth)
		return replace(text, file, node, value, out, len, error);
	if (!setting_is_aggregate(node))
		return registry_fail(error, file, node->line, REGISTRY_E_ABSENT,
				     "%s cannot be reached: its parent is a value", path[i]);
	if (node->type == SETTING_GROUP ? !edit_name_valid(path[i])
					: strtoul(path[i], NULL, 10) != node->count ||
						  !isdigit((unsigned char)path[i][0]))
		return registry_fail(error, file, node->line,
				     node->type == SETTING_GROUP ? REGISTRY_E_NAME
								 : REGISTRY_E_ABSENT,
				     "%s cannot be added here", path[i]);
	return add_child(text, node, path[i], *done ? value : &group, out, len);
}

/* The last word is libconfig's. */
static int check(const char *text, size_t len, const char *file, struct registry_error *error)
{
	_cleanup_(setting_freep) struct setting *root = NULL;

	return setting_parse(span_of(text, len), file, &root, error);
}

static int failed(int r, const char *file, struct registry_error *error)
{
	if (r < 0)
		return registry_fail_errno(error, file, r, "editing");
	return r;
}

int edit_set(struct span text, const char *file, const char *const *path, size_t depth,
	     const struct edit_value *value, char **out, size_t *len, struct registry_error *error)
{
	_cleanup_(freep) char *held = NULL;
	struct span now = text;
	bool done = false;

	while (!done) {
		char *made = NULL;
		size_t made_len = 0;
		int r = set_once(now, file, path, depth, value, &done, &made, &made_len, error);

		if (r)
			return failed(r, file, error);
		free(held);
		held = made;
		now = span_of(made, made_len);
	}
	if (check(held, now.len, file, error))
		return REGISTRY_E_INVALID;
	*len = now.len;
	*out = TAKE(held);
	return 0;
}

/* The comma that a child of a list takes with it: the one behind it, else the one before it. */
static struct patch comma_of(struct span text, const struct setting *node)
{
	const struct setting *list = node->parent;
	size_t at = scan_blank(text, node->value_end);

	if (at < text.len && text.at[at] == ',')
		return (struct patch){ at, at + 1, "" };
	if (node->index == 0)
		return (struct patch){ node->value_end, node->value_end, "" };
	at = scan_blank(text, list->child[node->index - 1]->value_end);
	return (struct patch){ at, at + 1, "" };
}

/* Takes the whole line where nothing else is on it. */
static struct patch line_of(struct span text, size_t begin, size_t end)
{
	size_t from = line_begin(text, begin), to = end;
	struct span indent;

	if (!begins_line(text, begin, &indent))
		return (struct patch){ begin, end, "" };
	while (to < text.len && strchr(" \t\r", text.at[to]))
		to++;
	if (to < text.len && text.at[to] != '\n')
		return (struct patch){ begin, end, "" };
	return (struct patch){ from, to < text.len ? to + 1 : to, "" };
}

static int delete_node(struct span text, const struct setting *node, char **out, size_t *len)
{
	struct patch self, comma;

	if (node->parent->type == SETTING_GROUP) {
		self = line_of(text, node->begin, node->end);
		return apply(text, (struct patch[2]){ { 0, 0, "" }, self }, out, len);
	}
	comma = comma_of(text, node);
	if (comma.begin == node->value_end) { /* right behind it: one piece */
		self = line_of(text, node->begin, comma.end);
		return apply(text, (struct patch[2]){ { 0, 0, "" }, self }, out, len);
	}
	self = (struct patch){ node->begin, node->value_end, "" };
	return apply(text,
		     comma.begin < self.begin ? (struct patch[2]){ comma, self }
					      : (struct patch[2]){ self, comma },
		     out, len);
}

int edit_delete(struct span text, const char *file, const char *const *path, size_t depth,
		char **out, size_t *len, struct registry_error *error)
{
	_cleanup_(setting_freep) struct setting *root = NULL;
	_cleanup_(freep) char *made = NULL;
	const struct setting *node, *next;
	size_t i = 0, made_len;
	int r = setting_parse(text, file, &root, error);

	if (r)
		return r;
	for (node = root; i < depth && (next = walk(node, path[i])); i++)
		node = next;
	if (i < depth || depth == 0)
		return registry_fail(error, file, node->line, REGISTRY_E_ABSENT, "there is no %s",
				     depth ? path[i] : "such key");
	r = delete_node(text, node, &made, &made_len);
	if (r)
		return failed(r, file, error);
	if (check(made, made_len, file, error))
		return REGISTRY_E_INVALID;
	*len = made_len;
	*out = TAKE(made);
	return 0;
}
