/* A drop-in as it is in force. */
#include <stdlib.h>

#include "registry/dropin.h"
#include "registry/setting_print.h"

static const char *file_of(const void *dropin, const struct setting *s)
{
	return dropin_file_of(dropin, s);
}

/* The end of a key's line; a key that is not in the file has its default. */
static void put_place(const struct dropin *d, const char *key, int used, FILE *out)
{
	const struct setting *s = setting_child(d->root, key);

	setting_print_place(used, s ? d->path : NULL, s ? s->line : 0, out);
}

static void put_string(const struct dropin *d, const char *key, const char *value, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *line = open_memstream(&text, &len);

	if (!line)
		return;
	fprintf(line, "%s = ", key);
	setting_print_string(value, line);
	fputc(';', line);
	fclose(line);
	fputs(text, out);
	put_place(d, key, (int)len, out);
	free(text);
}

static void put_flag(const struct dropin *d, const char *key, bool value, FILE *out)
{
	put_place(d, key, fprintf(out, "%s = %s;", key, value ? "true" : "false"), out);
}

/* What is not set is the daemon's, and is no key of the file. */
static void put_threads(const struct dropin *d, FILE *out)
{
	if (d->threads < 0)
		fputs("# threads: as threads in wdspxed.conf\n", out);
	else
		put_place(d, "threads", fprintf(out, "threads = %d;", d->threads), out);
}

static void put_timeout(const struct dropin *d, FILE *out)
{
	if (d->pending_timeout < 0)
		fputs("# pending-timeout: as pending-timeout in wdspxed.conf\n", out);
	else
		put_place(d, "pending-timeout",
			  fprintf(out, "pending-timeout = %.9g;", d->pending_timeout), out);
}

/* Their entries are among the settings; as a key, it would read them again. */
static void put_included(const struct dropin *d, FILE *out)
{
	for (unsigned i = 0; i < d->n_included; i++) {
		fputs("# include: ", out);
		setting_print_string(d->included[i].path, out);
		fputc('\n', out);
	}
}

static void put_settings(const struct dropin *d, FILE *out)
{
	fputs("settings:\n{\n", out);
	for (unsigned i = 0; d->settings && i < d->settings->count; i++)
		setting_print(d->settings->child[i], 4, file_of, d, out);
	fputs("};\n", out);
}

void dropin_print(const struct dropin *d, FILE *out)
{
	put_string(d, "name", d->name, out);
	put_string(d, "module", d->module, out);
	put_flag(d, "critical", d->critical, out);
	put_flag(d, "enabled", d->enabled, out);
	put_threads(d, out);
	put_timeout(d, out);
	put_flag(d, "answer-lease-requests", d->answer_lease_requests, out);
	put_flag(d, "information-request", d->information_request, out);
	put_flag(d, "try", d->try_first, out);
	put_included(d, out);
	put_settings(d, out);
}
