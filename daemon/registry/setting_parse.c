/* The values of a scanned tree, from libconfig: it has the last word about what a text means. */
#include <errno.h>
#include <libconfig.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "registry/hint.h"
#include "registry/scan.h"
#include "registry/setting.h"

struct filler {
	const char *text;
	const char *file;
	struct registry_error *error;
};

static int fill(struct filler *f, struct setting *node, const config_setting_t *from);

static int differs(struct filler *f, const struct setting *node)
{
	return registry_fail(f->error, f->file, node->line, REGISTRY_E_INVALID,
			     "this is ambiguous; put ';' after every setting");
}

/* libconfig does not say when a number does not fit. */
static int fill_integer(struct filler *f, struct setting *node, int64_t value, int bits)
{
	const char *digits = f->text + node->value_begin;
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	char *end;

	errno = 0;
	if (hex) {
		unsigned long long n = strtoull(digits + 2, &end, 16);

		node->integer = bits == 32 ? (int32_t)(uint32_t)n : (int64_t)n;
		if (bits == 32 && n > UINT32_MAX)
			errno = ERANGE;
	} else {
		long long n = strtoll(digits, &end, 10);

		node->integer = n;
		if (bits == 32 && (n < INT_MIN || n > INT_MAX))
			errno = ERANGE;
	}
	if (errno == ERANGE)
		return registry_fail(f->error, f->file, node->line, REGISTRY_E_INVALID,
				     bits == 32 ? "this number does not fit in 32 bits; append L "
						  "for a 64-bit number"
						: "this number does not fit in 64 bits");
	return node->integer == value ? 0 : differs(f, node);
}

static int fill_scalar(struct filler *f, struct setting *node, const config_setting_t *from)
{
	const char *text;

	switch (config_setting_type(from)) {
	case CONFIG_TYPE_INT:
		node->type = SETTING_INT;
		return fill_integer(f, node, config_setting_get_int(from), 32);
	case CONFIG_TYPE_INT64:
		node->type = SETTING_INT64;
		return fill_integer(f, node, config_setting_get_int64(from), 64);
	case CONFIG_TYPE_FLOAT:
		node->type = SETTING_FLOAT;
		node->real = config_setting_get_float(from);
		return 0;
	case CONFIG_TYPE_BOOL:
		node->type = SETTING_BOOL;
		node->boolean = config_setting_get_bool(from) != 0;
		return 0;
	default:
		text = config_setting_get_string(from);
		node->string = strdup(text ? text : "");
		return node->string ? 0
				    : registry_fail_errno(f->error, f->file, -ENOMEM, "reading");
	}
}

static int fill_children(struct filler *f, struct setting *node, const config_setting_t *from)
{
	if ((unsigned)config_setting_length(from) != node->count)
		return differs(f, node);
	for (unsigned i = 0; i < node->count; i++) {
		int r = fill(f, node->child[i], config_setting_get_elem(from, i));

		if (r)
			return r;
	}
	return 0;
}

/* True when what was scanned is of the kind that libconfig read. */
static bool same_kind(const struct setting *node, const config_setting_t *from)
{
	switch (config_setting_type(from)) {
	case CONFIG_TYPE_GROUP:
		return node->type == SETTING_GROUP;
	case CONFIG_TYPE_LIST:
		return node->type == SETTING_LIST;
	case CONFIG_TYPE_ARRAY:
		return node->type == SETTING_ARRAY;
	case CONFIG_TYPE_STRING:
		return node->type == SETTING_STRING;
	default:
		return node->type == SETTING_INT;
	}
}

static int fill(struct filler *f, struct setting *node, const config_setting_t *from)
{
	const char *name = config_setting_name(from);

	if (!same_kind(node, from))
		return differs(f, node);
	if (node->name && (!name || strcmp(node->name, name) != 0))
		return differs(f, node);
	return setting_is_aggregate(node) ? fill_children(f, node, from)
					  : fill_scalar(f, node, from);
}

static const char *config_words(const config_t *config)
{
	const char *text = config_error_text(config);

	if (strcmp(text, "syntax error") == 0)
		return "syntax error: a value is true, false, a number, a \"string\", [...], (...) "
		       "or "
		       "{...}, and ends with ;";
	if (strncmp(text, "mismatched element type", 23) == 0)
		return "values of different types must be in ( ), not in [ ]";
	return text;
}

/* What the reader found, or else the reason that the text itself shows. */
static int explain(struct span text, const char *file, const struct registry_error *found,
		   struct registry_error *error)
{
	char hint[HINT_MAX];
	int line = found->line;

	if (line > 0 && hint_syntax(text, &line, hint))
		return registry_fail(error, file, line, REGISTRY_E_INVALID, "%s", hint);
	return registry_fail(error, file, found->line, REGISTRY_E_INVALID, "%s", found->text);
}

struct warned {
	const char *file;
	struct registry_error *error;
};

static void warn(void *context, int line, const char *sentence)
{
	const struct warned *warned = context;

	registry_warn(warned->error, warned->file, line, "%s", sentence);
}

static int parse(struct span text, const char *file, struct setting **out,
		 struct registry_error *error)
{
	_cleanup_(setting_freep) struct setting *root = NULL;
	_cleanup_(config_destroy) config_t config;
	_cleanup_(freep) char *copy = NULL;
	struct filler f;
	int r;

	config_init(&config);
	r = scan_text(text, file, &root,
		      error); /* first: libconfig would open what @include names */
	if (r)
		return r;
	/* libconfig refuses a comment at the end without a new line; admins do not */
	if (asprintf(&copy, "%.*s\n", (int)text.len, text.len ? (const char *)text.at : "") < 0) {
		copy = NULL;
		return registry_fail_errno(error, file, -ENOMEM, "reading");
	}
	memset(copy, ' ', scan_mark(text));
	if (!config_read_string(&config, copy))
		return registry_fail(error, file, config_error_line(&config), REGISTRY_E_INVALID,
				     "%s", config_words(&config));
	f = (struct filler){ copy, file, error };
	r = fill(&f, root, config_root_setting(&config));
	if (r)
		return r;
	*out = TAKE(root);
	return 0;
}

int setting_parse(struct span text, const char *file, struct setting **out,
		  struct registry_error *error)
{
	struct registry_error found = { .line = 0 };
	struct warned warned = { file, error };
	int r;

	r = parse(text, file, out, &found);
	if (r == REGISTRY_E_INVALID)
		return explain(text, file, &found, error);
	if (r)
		return registry_fail(error, file, found.line, r, "%s", found.text);
	if (registry_wants_all(error))
		hint_backslashes(text, warn, &warned);
	return 0;
}
