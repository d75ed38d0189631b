/* Settings as a file's text: libconfig writes it. */
#include <ctype.h>
#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/cleanup.h"
#include "registry/tree.h"

bool setting_name_valid(const char *name)
{
	size_t i = 0;

	if (strcasecmp(name, "true") == 0 || strcasecmp(name, "false") == 0)
		return false;
	if (!isascii(name[0]) || !isalpha(name[0]))
		return false;
	while (isascii(name[i]) && (isalnum(name[i]) || name[i] == '-' || name[i] == '_'))
		i++;
	return name[i] == '\0';
}

static int put(config_setting_t *parent, const struct setting *s);

static int put_children(config_setting_t *to, const struct setting *s)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < s->count; i++)
		r = put(to, s->child[i]);
	return r;
}

static bool put_int(config_setting_t *to, int64_t value)
{
	if (!config_setting_set_int(to, (int)(int32_t)value))
		return false;
	/* as a registry shows it: a DWORD has no sign */
	return (uint32_t)value <= INT32_MAX ||
	       config_setting_set_format(to, CONFIG_FORMAT_HEX) == CONFIG_TRUE;
}

static bool put_scalar(config_setting_t *to, const struct setting *s)
{
	switch (s->type) {
	case SETTING_INT:
		return put_int(to, s->integer);
	case SETTING_INT64:
		return config_setting_set_int64(to, s->integer) == CONFIG_TRUE;
	case SETTING_FLOAT:
		return config_setting_set_float(to, s->real) == CONFIG_TRUE;
	case SETTING_BOOL:
		return config_setting_set_bool(to, s->boolean) == CONFIG_TRUE;
	case SETTING_STRING:
		return config_setting_set_string(to, s->string) == CONFIG_TRUE;
	case SETTING_GROUP:
	case SETTING_LIST:
	case SETTING_ARRAY:
		break;
	}
	return false;
}

static int put(config_setting_t *parent, const struct setting *s)
{
	static const int types[] = {
		[SETTING_GROUP] = CONFIG_TYPE_GROUP, [SETTING_LIST] = CONFIG_TYPE_LIST,
		[SETTING_ARRAY] = CONFIG_TYPE_ARRAY, [SETTING_INT] = CONFIG_TYPE_INT,
		[SETTING_INT64] = CONFIG_TYPE_INT64, [SETTING_FLOAT] = CONFIG_TYPE_FLOAT,
		[SETTING_BOOL] = CONFIG_TYPE_BOOL,   [SETTING_STRING] = CONFIG_TYPE_STRING,
	};
	config_setting_t *to;

	if (s->name && !setting_name_valid(s->name))
		return REGISTRY_E_INVALID;
	to = config_setting_add(parent, s->name, types[s->type]);
	if (!to)
		return REGISTRY_E_INVALID;
	if (setting_is_aggregate(s))
		return put_children(to, s);
	return put_scalar(to, s) ? 0 : REGISTRY_E_INVALID;
}

static int write_text(const config_t *config, const char *head, char **out, size_t *len)
{
	_cleanup_(freep) char *text = NULL;
	FILE *file = open_memstream(&text, len);

	if (!file)
		return -ENOMEM;
	fputs(head, file);
	config_write(config, file);
	if (fclose(file) != 0)
		return -ENOMEM;
	*out = TAKE(text);
	return 0;
}

int setting_write(const struct setting *root, const char *head, char **out, size_t *len)
{
	_cleanup_(config_destroy) config_t config;
	int r;

	config_init(&config);
	r = put_children(config_root_setting(&config), root);
	return r ? r : write_text(&config, head, out, len);
}
