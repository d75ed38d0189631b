#include "server/check.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <wdspxe.h>

#include "base/finding_id.h"
#include "base/level.h"
#include "base/plain.h"
#include "control/plain_json.h"
#include "registry/provider_list.h"
#include "server/hooks.h"
#include "site/mistake.h"
#include "story/finding.h"
#include "story/log.h"
#include "story/log_format.h"
#include "story/log_stderr.h"

/* ---- for people ---- */

static void put_interfaces(const struct server *s)
{
	const char *before = " on ";
	size_t n;
	const struct link *link = links_all(links_now(s->links), &n);

	for (size_t i = 0; i < n; i++)
		if (link[i].up && config_serves(s->config, link[i].name, link[i].loopback)) {
			printf("%s%s", before, link[i].name);
			before = ", ";
		}
	if (strcmp(before, " on ") == 0)
		fputs(" on no interface (no served interface is up)", stdout);
}

/* The last line of -t: that it is good, and what would be served. */
static void tell_good(const struct server *s, const struct roster *roster)
{
	unsigned entries = roster_entries(roster);

	printf("%s: configuration OK: %zu provider%s", s->config->path, roster->n,
	       roster->n == 1 ? "" : "s");
	if (entries)
		printf(", %u %s", entries, entries == 1 ? "entry" : "entries");
	fputs("; would listen", stdout);
	put_interfaces(s);
	printf(": UDP%s%s%s\n", s->config->dhcp ? " 67" : "", s->config->pxe ? " 4011" : "",
	       s->config->dhcpv6 ? " 547" : "");
}

void check_aloud(struct server *s)
{
	if (s->config->log_level < LOG_NOTICE)
		log_set_level(LOG_NOTICE);
	if (s->config->log_level > LOG_INFO)
		log_set_level(LOG_INFO);
	atomic_store(&s->trace_mask,
		     s->config->trace_mask | PXE_TRACE_WARNING | PXE_TRACE_ERROR | PXE_TRACE_FATAL);
}

void check_say(const struct server *s, const char *path, const struct roster *roster)
{
	if (roster)
		tell_good(s, roster);
	else
		printf("%s: the configuration is not valid\n", path);
}

void check_beside(const char *path)
{
	struct registry_error error = mistakes_told_to(&server_teller);
	const char *slash = strrchr(path, '/');
	struct provider_list list = { .n = 0 };
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%.*sproviders.d", slash ? (int)(slash + 1 - path) : 0, path);
	if (access(dir, F_OK) == 0 && provider_list_read(dir, NULL, &list, &error) == 0)
		provider_list_done(&list);
}

static void put_title(const char *before, const char *path)
{
	char name[PATH_MAX];

	printf("%s# configuration file %s:\n", before,
	       plain_words(span_str(path), name, sizeof(name)));
}

unsigned check_print(const struct config *config)
{
	struct registry_error error = mistakes_told_to(&server_teller);
	struct provider_list list = { .n = 0 };
	int r;

	put_title("", config->path);
	config_print(config, stdout);
	r = provider_list_read(config->providers_dir, config->state_dir, &list, &error);
	if (r)
		return error.told ? error.told : 1;
	for (size_t i = 0; i < list.n; i++) {
		put_title("\n", list.entry[i]->path);
		dropin_print(list.entry[i], stdout);
	}
	provider_list_done(&list);
	return error.told;
}

/* ---- for machines ---- */

/* "FILE:LINE: sentence" or "FILE: sentence": where the sentence begins; *file is its length, 0: the
 * line names none. */
static const char *split_place(const char *line, size_t *file, int *number)
{
	const char *end = line[0] == '/' ? strstr(line, ": ") : NULL, *digits = end;

	*file = 0;
	*number = 0;
	if (!end)
		return line;
	while (digits > line && digits[-1] >= '0' && digits[-1] <= '9')
		digits--;
	*file = (size_t)(end - line);
	if (digits < end && digits[-1] == ':') {
		*number = atoi(digits);
		*file = (size_t)(digits - 1 - line);
	}
	return end + 2;
}

static json_t *plain(const char *text, size_t len)
{
	char copy[LOG_WHOLE_LINE];

	snprintf(copy, sizeof(copy), "%.*s", (int)len, text);
	return plain_json(copy);
}

/* The length of a sentence without its id, and without the remedy, which is a member of its own. */
static size_t sentence_len(const char *sentence, const char *remedy)
{
	size_t len = finding_id_at(sentence), more = remedy ? strlen(remedy) + 2 : 0;

	if (more && len > more && strncmp(sentence + len - more, ": ", 2) == 0 &&
	    strncmp(sentence + len - more + 2, remedy, more - 2) == 0)
		len -= more;
	return len;
}

static json_t *finding_json(const char *id, int level, const char *provider, const char *line)
{
	const struct finding_row *row = finding_find(id);
	size_t file;
	int number;
	const char *sentence = split_place(line, &file, &number);
	json_t *json = json_pack("{s:s,s:s}", "id", id, "level", level_words[level]);

	if (file)
		json_object_set_new(json, "file", plain(line, file));
	if (number)
		json_object_set_new(json, "line", json_integer(number));
	if (provider[0])
		json_object_set_new(json, "provider", plain_json(provider));
	json_object_set_new(json, "sentence",
			    plain(sentence, sentence_len(sentence, row ? row->remedy : NULL)));
	if (row && row->remedy)
		json_object_set_new(json, "remedy", json_string(row->remedy));
	return json;
}

void check_write_json(const struct log_record *record)
{
	const char *provider = record->kind == LOG_KIND_TEXT ? record->text.provider : "";
	char line[LOG_WHOLE_LINE], id[FINDING_ID_SIZE];
	const char *text = line + (provider[0] ? strlen(provider) + 2 : 0); /* "bootfile: ..." */
	json_t *json;

	log_format_line(record, line, sizeof(line));
	if (!finding_id_of(line, id)) {
		log_stderr_write(record);
		return;
	}
	json = finding_json(id, record->level, provider, text);
	json_dumpf(json, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(json);
}
