/* wdspxectl list --settings: which settings are in force, and where each of them is written. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "libwdspxe/places.h"
#include "registry/provider_list.h"
#include "registry/setting_print.h"
#include "registry/view.h"

/* Where a listing stands. */
struct listing {
	const struct dropin *dropin;
	char *path;    /* of the key, with a backslash behind each part */
	json_t *array; /* NULL: text is printed */
};

static void put_json(const struct listing *at, const char *name, const char *text,
		     const struct setting *node)
{
	json_array_append_new(at->array,
			      json_pack("{s:s, s:s, s:s, s:i, s:b}", "name", name, "value", text,
					"file", dropin_file_of(at->dropin, node), "line",
					node->line, "program", node->overlaid));
}

static void put_item(const struct listing *at, const struct view_item *item)
{
	const struct setting *place = item->entry ? item->entry : item->node;
	_cleanup_(freep) char *name = NULL, *text = NULL;
	size_t len;
	FILE *value = open_memstream(&text, &len);

	if (!value)
		return;
	setting_print_value(item->node, value);
	if (fclose(value) != 0 || asprintf(&name, "%s%s", at->path, view_name(item)) < 0)
		return;
	if (at->array)
		put_json(at, name, text, place);
	else
		printf("  %s = %s  (%s:%d%s)\n", name, text, dropin_file_of(at->dropin, place),
		       place->line, place->overlaid ? ", written by a program" : "");
}

static void put_key(const struct listing *at, const struct setting *key)
{
	struct view_item item;

	for (unsigned i = 0; view_value_at(key, i, &item); i++)
		put_item(at, &item);
	for (unsigned i = 0; view_key_at(key, i, &item); i++) {
		struct listing below = *at;

		if (asprintf(&below.path, "%s%s\\", at->path, view_name(&item)) < 0)
			return;
		put_key(&below, item.node);
		free(below.path);
	}
}

static void put_provider(const struct dropin *dropin, json_t *providers)
{
	struct listing at = { dropin, strdup(""), providers ? json_array() : NULL };

	if (!providers)
		printf("%s%s\n", dropin->name, dropin->enabled ? "" : " (not enabled)");
	if (at.path && dropin->settings)
		put_key(&at, dropin->settings);
	if (providers)
		json_array_append_new(providers,
				      json_pack("{s:s, s:s, s:o}", "name", dropin->name, "file",
						dropin->path, "settings", at.array));
	free(at.path);
}

int list_settings(bool json)
{
	_cleanup_(provider_list_done) struct provider_list list = { .n = 0 };
	_cleanup_(freep) char *dir = providers_dir(), *state = state_dir();
	struct registry_error error = { .line = 0 };
	json_t *providers = json ? json_array() : NULL;
	int r = dir && state ? provider_list_read(dir, state, &list, &error) : -ENOMEM;

	if (r)
		return report_registry(r, "list", "--settings", &error);
	for (size_t i = 0; i < list.n; i++)
		put_provider(list.entry[i], providers);
	if (json) {
		json_t *whole = json_pack("{s:b,s:o}", "ok", 1, "providers", providers);

		print_json(whole);
		json_decref(whole);
	}
	return CTL_OK;
}
