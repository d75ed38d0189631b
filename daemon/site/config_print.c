/* The daemon's configuration as it is in force. */
#include <limits.h>
#include <stdlib.h>
#include <syslog.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "base/level.h"
#include "registry/setting_print.h"
#include "site/config_keys.h"

static void put_strings(char *const *strings, FILE *out)
{
	const char *before = " ";

	fputc('[', out);
	for (; *strings; strings++) {
		fputs(before, out);
		setting_print_string(*strings, out);
		before = ", ";
	}
	fputs(*before == ',' ? " ]" : "]", out);
}

/* By their names where all bits have one. */
static void put_mask(uint32_t mask, FILE *out)
{
	static const uint32_t bits[] = { PXE_TRACE_VERBOSE, PXE_TRACE_INFO, PXE_TRACE_WARNING,
					 PXE_TRACE_ERROR, PXE_TRACE_FATAL };
	const char *before = " ";
	uint32_t left = mask;

	for (size_t i = 0; i < ARRAY_LEN(bits); i++)
		left &= ~bits[i];
	if (left) {
		fprintf(out, mask > INT_MAX ? "0x%xL" : "0x%x", mask);
		return;
	}
	fputc('[', out);
	for (size_t i = 0; i < ARRAY_LEN(bits); i++)
		if (mask & bits[i]) {
			fprintf(out, "%s\"%s\"", before, severity_name(bits[i]));
			before = ", ";
		}
	fputs(mask ? " ]" : "]", out);
}

static void put_value(const struct config_key *key, const void *at, FILE *out)
{
	switch (key->kind) {
	case KEY_BOOL:
		fputs(*(const bool *)at ? "true" : "false", out);
		return;
	case KEY_COUNT:
		fprintf(out, "%u", *(const uint32_t *)at);
		return;
	case KEY_SECONDS:
		setting_print_real(*(const double *)at, out);
		return;
	case KEY_PATH:
		setting_print_string(*(char *const *)at, out);
		return;
	case KEY_STRINGS:
	case KEY_PREFIXES:
	case KEY_MULTICAST:
	case KEY_FINDINGS:
		put_strings(*(char **const *)at, out);
		return;
	case KEY_GSO:
		fprintf(out, "\"%s\"", config_gso_words[*(const int *)at]);
		return;
	case KEY_LEVEL:
		fprintf(out, "\"%s\"", level_name(*(const int *)at));
		return;
	case KEY_MASK:
		put_mask(*(const uint32_t *)at, out);
		return;
	case KEY_GROUP:
		break;
	}
}

static void put_key(const struct config *config, const struct config_key *key, FILE *out)
{
	int line = config->line[key - config_keys];
	char *text = NULL;
	size_t len = 0;
	FILE *whole = open_memstream(&text, &len);

	if (!whole)
		return;
	fprintf(whole, "%s%s = ", key->group ? "    " : "", key->name);
	put_value(key, (const char *)config + key->offset, whole);
	fputc(';', whole);
	fclose(whole);
	fputs(text, out);
	setting_print_place((int)len, line ? config->path : NULL, line, out);
	free(text);
}

void config_print(const struct config *config, FILE *out)
{
	const char *group = NULL;

	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];

		if (group && !key->group)
			fputs("};\n", out);
		group = key->group;
		if (key->kind == KEY_GROUP)
			fprintf(out, "%s:\n{\n", key->name);
		else
			put_key(config, key, out);
	}
	if (group)
		fputs("};\n", out);
}
