#include "libwdspxe/reg_above.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "libwdspxe/places.h"
#include "libwdspxe/reg_edit.h"
#include "libwdspxe/reg_status.h"
#include "registry/provider_list.h"
#include "registry/tree.h"

#define ORDER    "ProvidersOrder"
#define MODULE   "ProviderDLL"
#define CRITICAL "IsCritical"

void reg_names_done(struct reg_names *names)
{
	for (DWORD i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct reg_names){ NULL, 0 };
}

static DWORD names_add(struct reg_names *names, const char *name)
{
	names->name[names->n] = strdup(name);
	if (!names->name[names->n])
		return ERROR_NOT_ENOUGH_MEMORY;
	names->n++;
	return ERROR_SUCCESS;
}

/* The providers' names in their order. */
static DWORD provider_names(struct reg_names *out)
{
	_cleanup_(provider_list_done) struct provider_list list = { .n = 0 };
	_cleanup_(reg_names_done) struct reg_names names = { NULL, 0 };
	_cleanup_(freep) char *dir = providers_dir();
	int read;
	DWORD r;

	if (!dir)
		return ERROR_NOT_ENOUGH_MEMORY;
	read = provider_list_read(dir, NULL, &list, NULL);
	r = read == -ENOENT ? ERROR_SUCCESS : reg_status(read); /* no directory: no providers */
	if (r)
		return r;
	names.name = calloc(list.n + 1, sizeof(char *));
	if (!names.name)
		return ERROR_NOT_ENOUGH_MEMORY;
	for (size_t i = 0; i < list.n; i++) {
		r = names_add(&names, list.entry[i]->name);
		if (r)
			return r;
	}
	*out = names;
	names = (struct reg_names){ NULL, 0 };
	return ERROR_SUCCESS;
}

DWORD reg_above_names(const struct reg_key *key, struct reg_names *out)
{
	_cleanup_(reg_names_done) struct reg_names names = { NULL, 0 };
	DWORD r;

	if (key->above == REG_ABOVE_DEPTH)
		return provider_names(out);
	names.name = calloc(1, sizeof(char *));
	if (!names.name)
		return ERROR_NOT_ENOUGH_MEMORY;
	r = names_add(&names, reg_above_part(key->above));
	if (r)
		return r;
	*out = names;
	names = (struct reg_names){ NULL, 0 };
	return ERROR_SUCCESS;
}

static DWORD read_order(struct reg_data *out)
{
	_cleanup_(reg_names_done) struct reg_names names = { NULL, 0 };
	size_t len = 1, at = 0;
	uint8_t *octets;
	DWORD r = provider_names(&names);

	if (r)
		return r;
	for (DWORD i = 0; i < names.n; i++)
		len += strlen(names.name[i]) + 1;
	octets = malloc(len);
	if (!octets)
		return ERROR_NOT_ENOUGH_MEMORY;
	for (DWORD i = 0; i < names.n; i++) {
		size_t add = strlen(names.name[i]) + 1;

		memcpy(octets + at, names.name[i], add);
		at += add;
	}
	octets[at] = '\0';
	*out = (struct reg_data){ REG_MULTI_SZ, octets, len };
	return ERROR_SUCCESS;
}

static bool is(const struct reg_key *key, const char *name, const char *special)
{
	return key->store && key->depth == 0 && utf8_casecmp(name, special) == 0;
}

/* ProviderDLL and IsCritical, from the file's root. */
static bool read_root(const struct reg_key *key, const char *name, struct view_item *out)
{
	const struct setting *root = key->store->dropin->root;
	static const struct setting no = { .type = SETTING_BOOL, .boolean = false };
	const struct setting *s;

	if (is(key, name, MODULE)) {
		*out = (struct view_item){ .node = setting_child(root, "module"), .type = REG_SZ };
		return true;
	}
	if (is(key, name, CRITICAL)) {
		s = setting_child(root, "critical");
		*out = (struct view_item){ .node = s ? s : &no, .type = REG_DWORD };
		return true;
	}
	return false;
}

DWORD reg_read_value(const struct reg_key *key, const char *name, struct reg_data *out)
{
	const struct setting *node;
	struct view_item item;
	DWORD r;

	if (!key->store)
		return key->above == REG_ABOVE_WDSPXE && utf8_casecmp(name, ORDER) == 0
			       ? read_order(out)
			       : ERROR_FILE_NOT_FOUND;
	r = reg_key_node(key, &node);
	if (r)
		return r;
	if (!view_value_named(node, name, &item) && !read_root(key, name, &item))
		return ERROR_FILE_NOT_FOUND;
	return reg_data_of(&item, out);
}

/* Does the name of a value that is to be changed mean a key of the file itself? The settings may
 * have a value of that name. */
static DWORD means_root(const struct reg_key *key, const char *name, bool *out)
{
	const struct setting *node;
	struct view_item item;
	DWORD r;

	if (!key->store)
		return ERROR_ACCESS_DENIED;
	*out = is(key, name, MODULE) || is(key, name, CRITICAL);
	if (!*out)
		return ERROR_SUCCESS;
	r = reg_key_node(key, &node);
	if (!r)
		*out = !view_value_named(node, name, &item);
	return r;
}

static DWORD write_root(const struct reg_key *key, bool module, const struct reg_data *data)
{
	struct setting *value;
	uint32_t word = 0;

	if (data->type != (module ? REG_SZ : REG_DWORD))
		return ERROR_INVALID_PARAMETER;
	if (module && data->octets[0] != '/')
		return ERROR_BAD_PATHNAME;
	if (module)
		return reg_edit_root(key, "module",
				     setting_new_string(NULL, (const char *)data->octets));
	memcpy(&word, data->octets, sizeof(word));
	value = setting_new(SETTING_BOOL, NULL);
	if (value)
		value->boolean = word != 0;
	return reg_edit_root(key, "critical", value);
}

DWORD reg_write_value(const struct reg_key *key, const char *name, const struct reg_data *data)
{
	bool root;
	DWORD r = means_root(key, name, &root);

	if (r)
		return r;
	return root ? write_root(key, is(key, name, MODULE), data) : reg_edit_set(key, name, data);
}

DWORD reg_remove_value(const struct reg_key *key, const char *name)
{
	bool root;
	DWORD r = means_root(key, name, &root);

	if (r)
		return r;
	return root ? ERROR_ACCESS_DENIED : reg_edit_delete_value(key, name);
}
