/* A file's text as a tree: libconfig reads it. */
#include <ctype.h>
#include <errno.h>
#include <libconfig.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/apart.h"
#include "base/cleanup.h"
#include "base/utf.h"
#include "registry/hint.h"
#include "registry/setting.h"
#include "registry/tree.h"

#if defined(__SANITIZE_ADDRESS__)
/* libconfig 1.5 forgets a string that it has read where none is expected: 64 octets, or one. Not
 * ours. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig_yylex";
}

/* Without a table of what was suppressed, among the lines for an administrator. */
__attribute__((visibility("default"))) const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

/* ---- from libconfig's tree to ours ---- */

struct filler {
	struct token_reader
		strings; /* libconfig gives a string without a name the line behind it */
	const char *file;
	struct registry_error *error;
};

/* The next string value; strings in a row are one, and this is the first. */
static struct token next_string(struct token_reader *reader)
{
	struct token_reader ahead = *reader;
	struct token first, token;

	while ((first = token_next(&ahead)).kind && first.kind != '"')
		;
	for (token = first; token.kind == '"'; token = token_next(&ahead))
		*reader = ahead;
	return first;
}

/* libconfig gives a string without a name the line of what is behind it, and decodes backslashes.
 */
static void fill_string(struct filler *f, struct setting *s)
{
	struct token raw = next_string(&f->strings);
	char hint[HINT_MAX];

	if (raw.kind && !s->name)
		s->line = raw.line;
	if (raw.kind && registry_wants_all(f->error) && hint_backslash(&raw, s->string, hint))
		registry_warn(f->error, f->file, raw.line, "%s", hint);
}

static struct setting *new_scalar(const config_setting_t *from, const char *name)
{
	struct setting *s;

	switch (config_setting_type(from)) {
	case CONFIG_TYPE_INT:
		return setting_new_int(SETTING_INT, name, config_setting_get_int(from));
	case CONFIG_TYPE_INT64:
		return setting_new_int(SETTING_INT64, name, config_setting_get_int64(from));
	case CONFIG_TYPE_FLOAT:
		s = setting_new(SETTING_FLOAT, name);
		if (s)
			s->real = config_setting_get_float(from);
		return s;
	case CONFIG_TYPE_BOOL:
		s = setting_new(SETTING_BOOL, name);
		if (s)
			s->boolean = config_setting_get_bool(from) != 0;
		return s;
	default:
		return setting_new_string(name, config_setting_get_string(from) ?: "");
	}
}

static struct setting *new_setting(const config_setting_t *from)
{
	const char *name = config_setting_name(from);

	if (config_setting_is_group(from))
		return setting_new(SETTING_GROUP, name);
	if (config_setting_is_list(from))
		return setting_new(SETTING_LIST, name);
	if (config_setting_is_array(from))
		return setting_new(SETTING_ARRAY, name);
	return new_scalar(from, name);
}

static int by_name(const void *a, const void *b)
{
	const struct setting *x = *(struct setting *const *)a, *y = *(struct setting *const *)b;
	int order = utf8_casecmp(x->name, y->name);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int refuse_twin(const struct filler *f, const char *name, int line, int first)
{
	return registry_fail(f->error, f->file, line, REGISTRY_E_INVALID,
			     "%s is already set on line %d (case is ignored) [W0112]", name, first);
}

enum { FEW = 8 };

/* Where they are few, as in most groups, each is compared with each. */
static bool has_twins(const struct setting *group)
{
	for (unsigned i = 1; i < group->count; i++)
		for (unsigned j = 0; j < i; j++)
			if (utf8_casecmp(group->child[i]->name, group->child[j]->name) == 0)
				return true;
	return false;
}

/* Names in a registry differ by more than the case of their letters. Where all mistakes are wanted,
 * the reading goes on without the later of the two, for it has been told. */
static int refuse_twins(const struct filler *f, struct setting *group)
{
	_cleanup_(freep) struct setting **sorted = NULL;
	unsigned n = group->count;

	if (n < 2 || (n <= FEW && !has_twins(group)))
		return 0;
	sorted = calloc(n, sizeof(struct setting *));
	if (!sorted)
		return registry_fail_errno(f->error, f->file, -ENOMEM, "reading");
	memcpy(sorted, group->child, n * sizeof(struct setting *));
	qsort(sorted, n, sizeof(struct setting *), by_name);
	for (unsigned i = 1; i < n; i++) {
		int r;

		if (utf8_casecmp(sorted[i - 1]->name, sorted[i]->name) != 0)
			continue;
		r = refuse_twin(f, sorted[i]->name, sorted[i]->line, sorted[i - 1]->line);
		if (!registry_wants_all(f->error))
			return r;
		setting_remove(sorted[i]);
		sorted[i] = sorted[i - 1];
	}
	return 0;
}

static int fill(struct filler *f, struct setting *to, const config_setting_t *from, int depth);

static int fill_child(struct filler *f, struct setting *to, const config_setting_t *from, int depth)
{
	struct setting *s = new_setting(from);

	if (setting_add(to, s))
		return registry_fail_errno(f->error, f->file, -ENOMEM, "reading");
	s->line = (int)config_setting_source_line(from);
	if (s->type == SETTING_STRING)
		fill_string(f, s);
	return setting_is_aggregate(s) ? fill(f, s, from, depth + 1) : 0;
}

static int fill(struct filler *f, struct setting *to, const config_setting_t *from, int depth)
{
	int n = config_setting_length(from), r = 0;

	if (depth > SETTING_DEPTH_MAX)
		return registry_fail(f->error, f->file, to->line, REGISTRY_E_INVALID,
				     "more than %d levels of brackets [W0125]", SETTING_DEPTH_MAX);
	if (setting_reserve(to, (unsigned)n))
		return registry_fail_errno(f->error, f->file, -ENOMEM, "reading");
	for (int i = 0; r == 0 && i < n; i++)
		r = fill_child(f, to, config_setting_get_elem(from, (unsigned)i), depth);
	return r == 0 && to->type == SETTING_GROUP ? refuse_twins(f, to) : r;
}

/* libconfig does not say when a number does not fit. 0, or the first that was told. */
static int check_number(const struct filler *f, const struct token *t)
{
	bool hex = t->len > 2 && t->text[0] == '0' && tolower((unsigned char)t->text[1]) == 'x';
	long long n;
	char *end;

	errno = 0;
	n = hex ? (long long)strtoull(t->text, &end, 16) : strtoll(t->text, &end, 10);
	if (errno == ERANGE && end + strspn(end, "L") == t->text + t->len)
		return registry_fail(f->error, f->file, t->line, REGISTRY_E_INVALID,
				     "this number does not fit in 64 bits [W0116]");
	if (end == t->text + t->len &&
	    (hex ? (unsigned long long)n > UINT_MAX : n < INT_MIN || n > INT_MAX))
		return registry_fail(f->error, f->file, t->line, REGISTRY_E_INVALID,
				     "this number does not fit in 32 bits; append L for a "
				     "64-bit number [W0116]");
	return 0;
}

enum { DIGITS = 10 }; /* of the least number that may not fit in 32 bits, 0x with its own */

/* Is there anything that may be so long? A large file is looked at by every tenth octet. */
static bool has_long_number(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = DIGITS - 1; i < len; i += DIGITS) {
		size_t first = i, last = i;

		while (first > 0 && isalnum((unsigned char)text[first - 1]) && i - first < DIGITS)
			first--;
		while (isalnum((unsigned char)text[last]))
			last++;
		if (last - first >= DIGITS)
			return true;
	}
	return false;
}

static int check_numbers(const struct filler *f)
{
	struct token_reader reader = f->strings;
	struct token t;
	int first = 0;

	if (!has_long_number(f->strings.at))
		return 0;

	while ((t = token_next(&reader)).kind) {
		int r = t.kind == 'w' ? check_number(f, &t) : 0;

		first = first ? first : r;
		if (r && !registry_wants_all(f->error))
			break;
	}
	return first;
}

/* ---- what libconfig refuses ---- */

static unsigned count_names(const config_setting_t *from)
{
	unsigned n = config_setting_name(from) != NULL;

	for (int i = 0; config_setting_is_aggregate(from) && i < config_setting_length(from); i++)
		n += count_names(config_setting_get_elem(from, (unsigned)i));
	return n;
}

/* The group that was being read, at that depth: the last one of the last one … */
static config_setting_t *last_at(config_setting_t *from, int depth)
{
	while (depth-- > 0 && config_setting_is_aggregate(from) && config_setting_length(from) > 0)
		from = config_setting_get_elem(from, (unsigned)config_setting_length(from) - 1);
	return from;
}

/* A name that is there already is the first that libconfig has not taken into its tree. */
static int explain_twin(const struct filler *f, const config_t *config)
{
	config_setting_t *root = config_root_setting(config), *first;
	unsigned names = count_names(root);
	struct token_reader reader = f->strings;
	struct token token = token_next(&reader), next;
	char name[128];
	int depth = 0;

	for (; token.kind; token = next) {
		next = token_next(&reader);
		depth += strchr("{([", token.kind) != NULL;
		depth -= strchr("})]", token.kind) != NULL;
		if (token.kind == 'w' && (next.kind == '=' || next.kind == ':') && names-- == 0)
			break;
	}
	(void)snprintf(name, sizeof(name), "%.*s", (int)token.len, token.text);
	first = config_setting_get_member(last_at(root, depth), name);
	return refuse_twin(f, name, config_error_line(config),
			   first ? (int)config_setting_source_line(first) : 0);
}

/* What @include names is never opened. */
#if LIBCONFIG_VER_MAJOR > 1 || LIBCONFIG_VER_MINOR >= 7
static const char **no_include(config_t *config, const char *dir, const char *path,
			       const char **error)
{
	(void)config, (void)dir, (void)path;
	*error = "include";
	return NULL;
}
#endif

static void forbid_include(config_t *config)
{
#if LIBCONFIG_VER_MAJOR > 1 || LIBCONFIG_VER_MINOR >= 7
	config_set_include_func(config, no_include);
#else
	config_set_include_dir(config, "/dev/null"); /* there is nothing in it */
#endif
}

enum { SYNTAX_TOLD = 32 }; /* mistakes of one file */

/* Further mistakes of the syntax, where somebody wants all: libconfig stops at the first, so the
 * text is mended there and read again. Nothing is said that is only likely: what cannot be mended
 * with certainty is the last one, and of what follows only that counts which the text itself shows.
 */
static void tell_more(const struct filler *f, char *text, int line)
{
	char hint[HINT_MAX];

	for (int i = 0; i < SYNTAX_TOLD && hint_mend(text, line); i++) {
		_cleanup_(config_destroy) config_t config;
		int next;

		config_init(&config);
		forbid_include(&config);
		if (config_read_string(&config, text) ||
		    strcmp(config_error_text(&config), "syntax error") != 0)
			return;
		next = config_error_line(&config);
		if (!hint_syntax(text, &next, hint))
			return;
		if (next > line)
			registry_fail(f->error, f->file, next, REGISTRY_E_INVALID, "%s", hint);
		line = next;
	}
}

/* What libconfig says, or else the reason that the text itself shows. */
static int explain(const struct filler *f, const config_t *config, char *text)
{
	const char *said = config_error_text(config);
	int line = config_error_line(config);
	char hint[HINT_MAX];
	bool goes_on = false;

	if (strcmp(said, "duplicate setting name") == 0)
		return explain_twin(f, config);
	if (strstr(said, "include"))
		said = "@include is not supported: write include = \"bootfile.d/*.conf\"; beside "
		       "settings [W0113]";
	else if (hint_syntax(text, &line, hint))
		said = hint, goes_on = registry_wants_all(f->error);
	else if (strcmp(said, "syntax error") == 0)
		said = "syntax error: a value is true, false, a number, a \"string\", [...], (...) "
		       "or {...}, and ends with ; [W0106]";
	else if (strncmp(said, "mismatched element type", 23) == 0)
		said = "values of different types must be in ( ), not in [ ] [W0121]";
	registry_fail(f->error, f->file, line, REGISTRY_E_INVALID, "%s", said);
	if (goes_on)
		tell_more(f, text, line);
	return REGISTRY_E_INVALID;
}

/* All of them, where somebody wants all. */
static int refuse_extra_comma(const struct filler *f, char *text)
{
	char hint[HINT_MAX];
	int line, last = 0, r = 0;

	if (!hint_may_have_comma(text))
		return 0;
	for (int i = 0; i < SYNTAX_TOLD && hint_comma(text, &line, hint); i++) {
		if (line > last)
			r = registry_fail(f->error, f->file, line, REGISTRY_E_INVALID, "%s", hint);
		last = line;
		if (!registry_wants_all(f->error) || !hint_mend(text, line))
			break;
	}
	return r;
}

/* ---- the whole ---- */

static int read_tree(struct filler *f, char *text, struct setting **out)
{
	_cleanup_(setting_freep) struct setting *root = setting_new(SETTING_GROUP, NULL);
	_cleanup_(config_destroy) config_t config;
	int r;

	config_init(&config);
	if (!root)
		return registry_fail_errno(f->error, f->file, -ENOMEM, "reading");
	forbid_include(&config);
	if (!config_read_string(&config, text))
		return explain(f, &config, text);
	root->line = 1;
	r = refuse_extra_comma(f, text);
	if (r == 0)
		r = check_numbers(f);
	if (r == 0)
		r = fill(f, root, config_root_setting(&config), 0);
	if (r == 0)
		*out = TAKE(root);
	return r;
}

struct reading {
	struct filler *filler;
	char *text;
	struct setting *root;
	int r;
};

static void read_apart(void *context)
{
	struct reading *reading = context;

	reading->r = read_tree(reading->filler, reading->text, &reading->root);
}

/* libconfig's pieces and ours, of a large file, are a hundred times what is left of them. */
enum { APART_FROM = 65536 };

static int read_large(struct filler *f, char *text, struct setting **out)
{
	struct reading reading = { .filler = f, .text = text };

	apart_call(read_apart, &reading);
	if (reading.r == 0)
		*out = reading.root;
	return reading.r;
}

static int check_text(struct span text, const char *file, struct registry_error *error)
{
	const uint8_t *nul = text.len ? memchr(text.at, '\0', text.len) : NULL;
	bool utf16 = span_starts(text, span_of("\xff\xfe", 2)) ||
		     span_starts(text, span_of("\xfe\xff", 2));
	int line = 1;

	if (text.len > SETTING_TEXT_MAX)
		return registry_fail(error, file, 0, REGISTRY_E_INVALID,
				     "larger than %d bytes [W0103]", SETTING_TEXT_MAX);
	for (const uint8_t *at = text.at; nul && at < nul; at++)
		line += *at == '\n';
	return nul ? registry_fail(error, file, line, REGISTRY_E_INVALID,
				   utf16 ? "this is UTF-16: save it as UTF-8 [W0104]"
					 : "a zero byte: this is not a text file [W0104]")
		   : 0;
}

int setting_parse(struct span text, const char *file, struct setting **out,
		  struct registry_error *error)
{
	struct filler f = { { NULL, 1 }, file, error };
	_cleanup_(freep) char *copy = NULL;
	int r = check_text(text, file, error);

	if (r)
		return r;
	if (span_starts(text, span_str("\xef\xbb\xbf"))) /* an editor of Windows puts it there */
		text = span_drop(text, 3);
	/* libconfig refuses a comment at the end without a new line; admins do not */
	if (asprintf(&copy, "%.*s\n", (int)text.len, text.len ? (const char *)text.at : "") < 0) {
		copy = NULL;
		return registry_fail_errno(error, file, -ENOMEM, "reading");
	}
	f.strings.at = copy;
	return text.len < APART_FROM ? read_tree(&f, copy, out) : read_large(&f, copy, out);
}
