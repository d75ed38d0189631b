/* Anything at all as a file of settings, as an overlay, and its lines as the names of two
 * neighbours: the tree that is read is whole and the same each time, what is wrong has its place,
 * and a name fits between.
 */
#include "fuzz/holds.h"
#include "registry/overlay.h"
#include "registry/place.h"
#include "registry/setting.h"

static unsigned lines_of(struct span text)
{
	unsigned lines = 1;

	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	return lines;
}

static void check_child(const struct setting *group, unsigned index, unsigned lines)
{
	const struct setting *child = setting_at(group, index);
	const char *text;
	double number;

	HOLDS(child && child->parent == group && child->index == index);
	HOLDS(child->line >= 1 && (unsigned)child->line <= lines);
	HOLDS((child->name != NULL) == (group->type == SETTING_GROUP));
	HOLDS(group->type != SETTING_ARRAY ||
	      (!setting_is_aggregate(child) && child->type == setting_at(group, 0)->type));
	if (!child->name)
		return;
	/* Found by its name, so it is there once; and read by its type, and no other. */
	HOLDS(setting_child(group, child->name) == child);
	HOLDS((setting_get_string(group, child->name, "f", &text, NULL) == 0) ==
	      (child->type == SETTING_STRING));
	HOLDS((setting_get_number(group, child->name, "f", &number, NULL) == 0) ==
	      (child->type == SETTING_INT || child->type == SETTING_INT64 ||
	       child->type == SETTING_FLOAT));
}

static void check_tree(const struct setting *s, unsigned lines, unsigned depth)
{
	HOLDS(depth <= SETTING_DEPTH_MAX + 1u);
	HOLDS(setting_equal(s, s));
	if (!setting_is_aggregate(s))
		return;
	HOLDS(setting_at(s, s->count) == NULL);
	for (unsigned i = 0; i < s->count; i++) {
		check_child(s, i, lines);
		check_tree(s->child[i], lines, depth + 1);
	}
}

static void on_told(void *context, bool warning, const struct registry_error *mistake)
{
	const unsigned *lines = context;

	(void)warning;
	HOLDS(mistake->text[0] != '\0' && mistake->line >= 0);
	HOLDS((unsigned)mistake->line <= *lines + 1);
}

/* Who wants all mistakes is told of each with its place, and of one at least; the tree without what
 * is wrong may be read all the same. */
static void check_mistakes(struct span text, int wanted)
{
	_cleanup_(setting_freep) struct setting *root = NULL;
	unsigned lines = lines_of(text);
	struct registry_error error = { .tell = on_told, .context = &lines };

	int r = setting_parse(text, "f.conf", &root, &error);

	HOLDS(r == 0 || r == wanted);
	HOLDS((r == 0) == (root != NULL));
	HOLDS((wanted == 0) == (error.told == 0));
	if (root)
		check_tree(root, lines, 0);
}

static void check_settings(struct span text)
{
	_cleanup_(setting_freep) struct setting *root = NULL, *again = NULL;
	struct registry_error error = { 0 };
	int r = setting_parse(text, "f.conf", &root, &error);

	HOLDS(r == 0 || r == REGISTRY_E_INVALID);
	HOLDS((r == 0) == (root != NULL));
	HOLDS(setting_parse(text, "f.conf", &again, &error) == r);
	check_mistakes(text, r);
	if (r != 0) {
		HOLDS(error.text[0] != '\0');
		return;
	}
	HOLDS(root->type == SETTING_GROUP && !root->parent);
	check_tree(root, lines_of(text), 0);
	HOLDS(setting_equal(root, again));
}

/* The text as what programs have written to the settings that are the text: whatever of it is in
 * force, the tree that comes out is whole; and so it is with another's. */
static void check_overlay(struct span text)
{
	static const char head[] = "# wdspxed-registry 1\n";
	_cleanup_(overlay_done) struct overlay overlay = { NULL, NULL };
	_cleanup_(setting_freep) struct setting *own = NULL, *merged = NULL;
	_cleanup_(freep) char *whole = malloc(text.len + sizeof(head));
	bool stale[OVERLAY_CHANGES_MAX];

	memcpy(whole, head, sizeof(head));
	memcpy(whole + sizeof(head) - 1, text.at, text.len);
	if (overlay_parse(span_of(whole, sizeof(head) - 1 + text.len), "f.conf", &overlay, NULL))
		return;
	HOLDS(setting_parse(text, "f.conf", &own, NULL) == 0);
	HOLDS(overlay_merge(&overlay, own, &merged, stale) == 0);
	for (size_t i = 0; i < overlay_count(&overlay); i++)
		HOLDS(overlay_at(&overlay, i).name && (merged || stale[i]));
	for (unsigned i = 0; merged && i < merged->count; i++)
		HOLDS(merged->child[i]->parent == merged && merged->child[i]->index == i);
}

/* A line as a file name that ends in ".conf"; false: it is none. */
static bool name_take(struct span *text, char name[PLACE_ROOM])
{
	size_t len = 0;

	while (len < text->len && text->at[len] != '\n' && text->at[len] != '/' &&
	       text->at[len] != 0)
		len++;
	if (len > PLACE_ROOM - sizeof(".conf"))
		return false;
	memcpy(name, text->at, len);
	memcpy(name + len, ".conf", sizeof(".conf"));
	*text = span_drop(*text, len + (len < text->len));
	return true;
}

static void check_place(struct span text)
{
	char below[PLACE_ROOM], above[PLACE_ROOM], name[PLACE_ROOM], between[PLACE_ROOM];
	size_t len;

	if (!name_take(&text, below) || !name_take(&text, above) || !name_take(&text, name) ||
	    strcmp(below, above) >= 0 || place_between(below, above, name, between) != 0)
		return;
	len = strlen(between);
	HOLDS(len > 5 && strcmp(between + len - 5, ".conf") == 0);
	HOLDS(strcmp(below, between) < 0 && strcmp(between, above) < 0);
	HOLDS(between[0] != '.' && !strchr(between, '/'));
}

/* As in registry/setting_parse.c, for clang: libconfig's leak, not ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig_yylex";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(freep) uint8_t *text = copy_of(span_of(data, size), size);

	check_settings(span_of(text, size));
	check_overlay(span_of(text, size));
	check_place(span_of(text, size));
	return 0;
}
