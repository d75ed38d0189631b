/* Groups of settings, and lists of them. */
#include <errno.h>
#include <stdio.h>

#include "keys.h"

#define A_LIST_OF "must be a list of %s: ( { ... }, { ... } ) [W0114]"

/* A group of a key, open. */
struct group {
	struct keys keys;
	char label[LABEL_SIZE]; /* what messages call it: "boot[3].not" */
};

/* The key of that name, which keys_each() saw; -ENOENT: it is a value. */
static int key_open(const struct keys *keys, const char *name, HKEY *out)
{
	LSTATUS status = RegOpenKeyExA(keys->key, name, 0, KEY_READ, out);

	if (status == ERROR_SUCCESS)
		return 0;
	return status == ERROR_FILE_NOT_FOUND ? -ENOENT : keys_failed(keys, name, status);
}

static void group_close(struct group *group)
{
	RegCloseKey(group->keys.key);
	group->keys.key = NULL;
}

/* What messages call a member of a list: "boot[3]", for everything is in the settings. */
static void member_label(const char *list, unsigned index, char out[LABEL_SIZE])
{
	static const char settings[] = "settings.";

	if (strncmp(list, settings, sizeof settings - 1) == 0)
		list += sizeof settings - 1;
	snprintf(out, LABEL_SIZE, "%.*s[%u]", LABEL_SIZE - 16, list, index);
}

/* Member number `index`, of which the registry says that it is there. */
static int list_member(const struct group *list, const char *members, unsigned index,
		       int (*each)(void *context, const struct keys *group, unsigned index),
		       void *context)
{
	char number[16];
	struct group member = { { list->keys.provider, NULL, member.label, list->keys.told }, "" };
	int r;

	snprintf(number, sizeof number, "%u", index);
	member_label(list->label, index, member.label);
	r = key_open(&list->keys, number, &member.keys.key);
	if (r == -ENOENT) /* it has a name: the list is a group */
		return index == 0 ? keys_error(&list->keys, NULL, A_LIST_OF, members)
				  : keys_failed(&list->keys, number, ERROR_FILE_NOT_FOUND);
	if (r < 0)
		return r;
	r = each(context, &member.keys, index);
	group_close(&member);
	return r;
}

static int list_members(const struct group *list, const char *members,
			int (*each)(void *context, const struct keys *group, unsigned index),
			void *context)
{
	DWORD groups = 0, values = 0;
	LSTATUS status = RegQueryInfoKeyA(list->keys.key, NULL, NULL, NULL, &groups, NULL, NULL,
					  &values, NULL, NULL, NULL, NULL);
	int wrong = 0;

	if (status != ERROR_SUCCESS)
		return keys_failed(&list->keys, NULL, status);
	if (values > 0)
		return keys_error(&list->keys, NULL, A_LIST_OF, members);
	for (DWORD i = 0; i < groups; i++) {
		int r = list_member(list, members, i, each, context);

		if (r != 0 && r != -EINVAL)
			return r;
		wrong = wrong ? wrong : r;
	}
	return wrong;
}

/* A list has its members by number; a group has others, or none. */
static bool has_number(const struct group *group)
{
	HKEY first;

	if (RegQueryValueExA(group->keys.key, "0", NULL, NULL, NULL, NULL) == ERROR_SUCCESS)
		return true;
	if (RegOpenKeyExA(group->keys.key, "0", 0, KEY_READ, &first) != ERROR_SUCCESS)
		return false;
	RegCloseKey(first);
	return true;
}

int keys_each_or_one(const struct keys *keys, const char *name, const char *members,
		     int (*each)(void *context, const struct keys *group, unsigned index),
		     void *context)
{
	struct group list = { { keys->provider, NULL, list.label, keys->told }, "" };
	int r = key_open(keys, name, &list.keys.key);

	if (r == -ENOENT)
		return keys_error(keys, name, "must be a group { ... } or a list of %s [W0114]",
				  members);
	if (r < 0)
		return r;
	keys_label(keys, name, list.label);
	r = has_number(&list) ? list_members(&list, members, each, context)
			      : each(context, &list.keys, 0);
	group_close(&list);
	return r;
}

int keys_each_group(const struct keys *keys, const char *name, const char *members,
		    int (*each)(void *context, const struct keys *group, unsigned index),
		    void *context)
{
	struct group list = { { keys->provider, NULL, list.label, keys->told }, "" };
	int r = key_open(keys, name, &list.keys.key);

	if (r == -ENOENT)
		return keys_error(keys, name, A_LIST_OF, members);
	if (r < 0)
		return r;
	keys_label(keys, name, list.label);
	r = list_members(&list, members, each, context);
	group_close(&list);
	return r;
}

int keys_one_group(const struct keys *keys, const char *name,
		   int (*each)(void *context, const struct keys *group), void *context)
{
	struct group group = { { keys->provider, NULL, group.label, keys->told }, "" };
	int r = key_open(keys, name, &group.keys.key);

	if (r == -ENOENT)
		return keys_error(keys, name, "must be a group: { ... } [W0114]");
	if (r < 0)
		return r;
	keys_label(keys, name, group.label);
	r = has_number(&group) ? keys_error(keys, name, "must be a group: { ... } [W0114]")
			       : each(context, &group.keys);
	group_close(&group);
	return r;
}
