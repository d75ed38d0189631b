#include "ctl/assigned.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "registry/tree.h"

static int refuse(const char *assignment, const char *why)
{
	fprintf(stderr, "wdspxectl: --set %s: %s\n", assignment, why);
	return CTL_USAGE;
}

/* Does the value say that it is more than a plain word? Then a mistake in it must not pass as one.
 */
static bool is_literal(const char *value)
{
	return strchr("\"([{", value[0]) && value[0];
}

/* VALUE as a file would have it; NULL: it is not written so. */
static struct setting *parse_value(const char *name, const char *value)
{
	_cleanup_(setting_freep) struct setting *root = NULL;
	_cleanup_(freep) char *text = NULL;

	if (asprintf(&text, "%s = %s;", name, value) < 0) {
		text = NULL;
		return NULL;
	}
	if (setting_parse(span_str(text), "", &root, NULL) != 0 || root->count != 1)
		return NULL;
	return setting_copy(root->child[0], name);
}

static int take_setting(struct setting *settings, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	_cleanup_(freep) char *name =
		equals ? strndup(assignment, (size_t)(equals - assignment)) : NULL;
	struct setting *value;

	if (!name || !setting_name_valid(name))
		return refuse(assignment,
			      "write NAME=VALUE, with a name of letters, digits, - and _");
	if (setting_child(settings, name))
		return refuse(assignment, "this setting is there twice");
	value = parse_value(name, equals + 1);
	if (!value && is_literal(equals + 1))
		return refuse(assignment, "this value cannot be read; write it as in a file");
	if (!value)
		value = setting_new_string(name, equals + 1);
	return setting_add(settings, value) ? refuse(assignment, strerror(ENOMEM)) : CTL_OK;
}

/* They may be many: the table keeps the last one only. */
int assigned_take(const struct call *call, struct setting *settings)
{
	int r = CTL_OK;

	for (size_t i = 0; r == CTL_OK && i < call->n_words && strcmp(call->words[i], "--") != 0;
	     i++) {
		const char *value = NULL;
		const struct command_word *option =
			command_option(call->arguments.command, call->words[i], &value);

		if (!option || option->kind == WORD_FLAG)
			continue;
		if (!value)
			value = call->words[++i]; /* it is there: the words were checked */
		if (option->kind == WORD_SETTING)
			r = take_setting(settings, value);
	}
	return r;
}
