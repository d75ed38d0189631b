/* What a line says of its machine: checked, for not only root may write it. */
#include <errno.h>
#include <stdio.h>

#include "machine_work.h"
#include "paths.h"
#include "room.h"
#include "variables.h"

enum { NAME_MAX_OCTETS = 63 };

/* Thousands of lines say the same, often one after the other. */
static int column_keep(struct work *work, enum column column, const char *text, uint32_t *out)
{
	int r;

	*out = work->last[column];
	if (*out && strcmp(work->out->heap + *out, text) == 0)
		return 0;
	r = work_keep(work, text, strlen(text) + 1, out);
	work->last[column] = *out;
	return r;
}

/* ---- what it says --------------------------------------------------------------------------
 */

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

/* A name or a group becomes one segment of a path, by a variable. */
static int segment_check(struct work *work, const char *what, const char *text)
{
	if (strlen(text) > NAME_MAX_OCTETS)
		return work_wrong(work, "%s \"%.40s...\" is longer than %d bytes [W0165]", what,
				  text, NAME_MAX_OCTETS);
	if (has_control(text) || strpbrk(text, "/\\%") || strstr(text, ".."))
		return work_wrong(
			work, "%s \"%s\" must not contain / \\ %% .. or control characters [W0165]",
			what, text);
	return 0;
}

/* A path or URL; no way up, for not only root may write here. */
static int path_check(struct work *work, const char *what, const char *text)
{
	if (strlen(text) > TEXT_MAX)
		return work_wrong(work, "%s is longer than %d bytes [W0165]", what, TEXT_MAX);
	if (has_control(text))
		return work_wrong(work, "%s contains control characters [W0165]", what);
	for (const char *at = text; (at = strstr(at, "..")) != NULL; at += 2)
		if ((at == text || strchr("/\\", at[-1])) &&
		    (at[2] == '\0' || strchr("/\\", at[2])))
			return work_wrong(work, "%s \"%.100s\" must not contain .. [W0165]", what,
					  text);
	return 0;
}

static void tell_file(void *context, const char *doubt)
{
	work_doubt(context, "file: %s", doubt);
}

static int outcome_check(struct work *work, const struct row *row)
{
	const char *file = row->text[COLUMN_FILE], *url = row->text[COLUMN_URL];
	int r = 0;

	if (row->text[COLUMN_SERVER] && !file && !url)
		return work_wrong(work, "has a server, and no file or url that it has [W0165]");
	if (file && url)
		return work_wrong(work, "has a file and a url: only one is allowed [W0165]");
	if (file)
		r = path_check(work, "file", file);
	if (url)
		r = path_check(work, "url", url);
	if (r == 0 && file && variables_foreign(file))
		r = work_wrong(work,
			       "file \"%.100s\" has a variable that does not exist: see Variables "
			       "in wdspxed-bootfile(5) [W0165]",
			       file);
	if (r == 0 && file && strstr(file, "://"))
		r = work_wrong(work, "file \"%.100s\" is a URL: it belongs in a column url [W0165]",
			       file);
	if (r == 0 && url && (!strstr(url, "://") || strpbrk(url, " \t")))
		r = work_wrong(work, "\"%.100s\" is not a URL such as http://${server}/... [W0165]",
			       url);
	if (r == 0 && file)
		path_doubts(file, tell_file, work);
	if (r == 0 && url && url_foreign_host(url))
		work_doubt(work, "url: \"%s\" is sent unchanged: write ${server} [W0154]",
			   url_foreign_host(url));
	return r;
}

/* An address alone: a name would be looked up for whoever may write the list. */
static int server_take(struct work *work, const char *text, uint16_t *out)
{
	PXE_BOOT_SERVER server = { .cbSize = sizeof server };
	struct machines *machines = work->out;
	PXE_BOOT_IP ip;
	char why[200];
	int r;

	if (!address_parse(text, &ip) ||
	    PxeBootServerAdd(&server, text, why, sizeof why) != ERROR_SUCCESS)
		return work_wrong(work, "server must be an address, not \"%.60s\" [W0165]", text);
	for (uint32_t i = 0; i < machines->n_servers; i++)
		if (memcmp(&machines->servers[i], &server, sizeof server) == 0) {
			*out = (uint16_t)(i + 1);
			return 0;
		}
	if (machines->n_servers == UINT16_MAX - 1)
		return work_wrong(work, "names too many different servers [W0165]");
	r = room_make(&machines->servers, sizeof server, machines->n_servers, 1);
	if (r < 0)
		return r;
	machines->servers[machines->n_servers++] = server;
	*out = (uint16_t)machines->n_servers;
	return 0;
}

static int group_add(struct work *work, const char *word)
{
	size_t used = strlen(work->group_text), len = strlen(word);
	int r = segment_check(work, "group", word);

	if (r == 0 && used + len + 2 > sizeof work->group_text)
		r = work_wrong(work, "has too many groups [W0165]");
	if (r == 0)
		snprintf(work->group_text + used, sizeof work->group_text - used, "%s ", word);
	return r;
}

/* The groups of the line, then the source's own. */
int groups_take(struct work *work, const char *text, uint32_t *out)
{
	char before[sizeof work->group_text];
	int r = 0;
	size_t len;

	memcpy(before, work->group_text, sizeof before);
	work->group_text[0] = '\0';
	if (text)
		r = work_words(work, text, group_add);
	if (r == 0 && work->source->group)
		r = group_add(work, work->source->group);
	*out = 0;
	len = strlen(work->group_text);
	if (r < 0 || len == 0)
		return r;
	*out = work->groups;
	if (work->groups && strcmp(before, work->group_text) == 0)
		return 0;
	r = work_keep(work, work->group_text, len + 1, out);
	for (char *at = work->out->heap + *out; r == 0 && *at; at++)
		*at = *at == ' ' ? '\0' : *at;
	work->groups = *out;
	return r;
}

/* Texts that are kept as they are. */
static int texts_take(struct work *work, const struct row *row, struct record *out)
{
	static const enum column columns[] = { COLUMN_NAME, COLUMN_FILE, COLUMN_URL };
	uint32_t *const places[] = { &out->name, &out->file, &out->url };
	int r = 0;

	for (size_t i = 0; i < sizeof columns / sizeof *columns && r == 0; i++)
		if (row->text[columns[i]])
			r = column_keep(work, columns[i], row->text[columns[i]], places[i]);
	return r;
}

static bool has_variable(const char *text)
{
	return text && strstr(text, "${");
}

int said_take(struct work *work, const struct row *row, struct record *out)
{
	int r = 0;

	if (row->text[COLUMN_NAME])
		r = segment_check(work, "name", row->text[COLUMN_NAME]);
	if (r == 0)
		r = outcome_check(work, row);
	if (r == 0 && row->text[COLUMN_SERVER])
		r = server_take(work, row->text[COLUMN_SERVER], &out->server);
	if (r == 0)
		r = groups_take(work, row->text[COLUMN_GROUP], &out->groups);
	out->varies = has_variable(row->text[COLUMN_FILE]) || has_variable(row->text[COLUMN_URL]);
	return r == 0 ? texts_take(work, row, out) : r;
}
