#include "site/no_provider.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "registry/names.h"
#include "registry/provider_list.h"

/* Names with commas between; `more` are those without room. */
struct enumeration {
	char text[160];
	size_t len;
	unsigned more;
};

static void enumeration_add(struct enumeration *list, const char *name)
{
	size_t left = sizeof(list->text) - list->len;
	int n = snprintf(list->text + list->len, left, "%s%s", list->len ? ", " : "", name);

	if (n < 0 || (size_t)n >= left) {
		list->text[list->len] = '\0';
		list->more++;
	} else {
		list->len += (size_t)n;
	}
}

/* The hidden ones are editors' and our own lock. */
static void find_others(const char *dir, struct enumeration *out)
{
	DIR *entries = opendir(dir);
	const struct dirent *e;

	while (entries && (e = readdir(entries)))
		if (e->d_name[0] != '.' && e->d_type != DT_DIR && !name_is_dropin(e->d_name))
			enumeration_add(out, e->d_name);
	if (entries)
		closedir(entries);
}

static void find_disabled(const char *dir, struct enumeration *out)
{
	struct registry_error error = { .line = 0 };
	struct provider_list list;

	if (provider_list_read(dir, NULL, &list, &error))
		return;
	for (size_t i = 0; i < list.n; i++)
		if (!list.entry[i]->enabled)
			enumeration_add(out, list.entry[i]->file);
	provider_list_done(&list);
}

static void put_names(const struct enumeration *list, const char *before, char *out, size_t size)
{
	char more[32] = "";

	if (list->more)
		snprintf(more, sizeof(more), " and %u more", list->more);
	out[0] = '\0';
	if (list->len || list->more)
		snprintf(out, size, "%s%s%s", before, list->text, more);
}

void no_provider_reason(const char *providers_dir, struct reason *reason)
{
	struct enumeration others = { .len = 0 }, disabled = { .len = 0 };
	char other_text[256], disabled_text[256];

	find_others(providers_dir, &others);
	find_disabled(providers_dir, &disabled);
	put_names(&others, "; only names that end in .conf count, unlike ", other_text,
		  sizeof(other_text));
	put_names(&disabled, "; enabled = false in ", disabled_text, sizeof(disabled_text));
	reason_set(reason,
		   "%s contains no enabled provider, so no client would be answered%s%s%s [W0135]",
		   providers_dir, other_text, disabled_text,
		   others.len || disabled.len ? ""
					      : ": put a file there, such as 50-bootfile.conf");
	reason->permanent = true;
}
