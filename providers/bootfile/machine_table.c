/* A table of machines, as it is built. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "alike.h"
#include "machine_work.h"
#include "room.h"

enum { LINES_OF_ONE_MAX = 16 };
enum { NO_FORMAT = -EILSEQ }; /* nothing of the file can be read */

/* ---- what is wrong -----------------------------------------------------------------------------
 */

int work_wrong(struct work *work, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	told_say(work->provider, work->told, PXE_TRACE_ERROR, work->out->names[work->number],
		 work->line, format, arguments);
	va_end(arguments);
	work->wrong = true;
	return -EINVAL;
}

void work_doubt(struct work *work, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	told_say(work->provider, work->told, PXE_TRACE_WARNING, work->out->names[work->number],
		 work->line, format, arguments);
	va_end(arguments);
}

/* ---- what is kept ------------------------------------------------------------------------------
 */

/* A text's place; 0 is an empty one's. */
int work_keep(struct work *work, const char *text, size_t len, uint32_t *out)
{
	struct machines *machines = work->out;
	int r = room_make(&machines->heap, 1, machines->heap_len, (uint32_t)len);

	if (r < 0)
		return r;
	*out = machines->heap_len;
	memcpy(machines->heap + machines->heap_len, text, len);
	machines->heap_len += (uint32_t)len;
	return 0;
}

/* A text with words, each to be taken; the last error counts. */
int work_words(struct work *work, const char *text,
	       int (*take)(struct work *work, const char *word))
{
	int r = 0;

	while (*(text += strspn(text, " \t|")) && (r == 0 || r == -EINVAL)) {
		size_t len = strcspn(text, " \t|");
		char word[128];
		int one;

		if (len >= sizeof word)
			return work_wrong(work, "\"%.60s\" is too long [W0165]", text);
		memcpy(word, text, len);
		word[len] = '\0';
		one = take(work, word);
		r = one < 0 ? one : r;
		text += len;
	}
	return r;
}

void machines_free(struct machines *machines)
{
	if (!machines)
		return;
	set_done(&machines->set);
	room_free(machines->first);
	room_free(machines->links);
	room_free(machines->records);
	room_free(machines->heap);
	room_free(machines->servers);
	for (size_t i = 0; machines->names && i < machines->n_sources; i++)
		free(machines->names[i]);
	free(machines->names);
	free(machines->stamps);
	free(machines);
}

/* ---- whom a line names -------------------------------------------------------------------------
 */

static bool says_more(const struct record *record)
{
	return record->name || record->file || record->url;
}

/* Twice in one source, or with a name or a file in two: both lines count, but nobody means that. */
static void doubt_twin(struct work *work, uint32_t first, const char *text)
{
	const struct machines *machines = work->out;
	const struct record *late = &machines->records[machines->n_records];

	for (uint32_t at = first; at != 0; at = machines->links[at - 1].next) {
		const struct record *early = &machines->records[machines->links[at - 1].record];

		if (early->source != late->source && !(says_more(early) && says_more(late)))
			continue;
		work_doubt(work,
			   "%s is listed already (%s:%u): what that line says counts first [W0167]",
			   text, machines->names[early->source], early->line);
		return;
	}
}

static int link_add(struct work *work, uint32_t member, const char *text, bool tell)
{
	struct machines *machines = work->out;
	uint32_t *last, n = 0;
	int r = room_make(&machines->links, sizeof *machines->links, machines->n_links, 1);

	if (r < 0)
		return r;
	if (tell)
		doubt_twin(work, machines->first[member], text);
	for (last = &machines->first[member]; *last != 0; last = &machines->links[*last - 1].next)
		if (++n == LINES_OF_ONE_MAX)
			return work_wrong(work, "%s is listed more than %d times [W0165]", text,
					  LINES_OF_ONE_MAX);
	machines->links[machines->n_links] = (struct link){ machines->n_records, 0 };
	*last = ++machines->n_links;
	return 0;
}

static int member_add(struct work *work, const struct member *member, const char *text, bool tell)
{
	struct machines *machines = work->out;
	uint32_t number;
	int r = set_add(&machines->set, member, &number);

	machines->has[member->space] = true;
	machines->has_others |= member->space != SPACE_MAC;
	if (r == 0 && number >= machines->n_first) {
		r = room_make(&machines->first, sizeof *machines->first, machines->n_first, 1);
		if (r == 0)
			machines->first[machines->n_first++] = 0;
	}
	return r == 0 ? link_add(work, number, text, tell) : r;
}

/* All of a list: that a machine is listed twice is told once of each list, if at all. */
static int members_add(struct work *work, uint8_t space, const struct list_type *type,
		       const void *list, const char *text, bool tell)
{
	struct member member;
	int r = 0;

	for (size_t i = 0; r == 0 && type->member(list, i, &member); i++) {
		member.space = (uint8_t)(space + member.space);
		r = member_add(work, &member, text, tell && i == 0);
	}
	return r;
}

static int mac_take(struct work *work, const char *text)
{
	struct mac_pattern mac;
	struct macs list = { &mac, 1 };

	if (!mac_parse(text, &mac))
		return work_wrong(
			work, "\"%.60s\" is not a MAC address such as 00:11:22:33:44:55 [W0165]",
			text);
	return members_add(work, SPACE_MAC, &list_macs, &list, text, true);
}

static int uuid_take(struct work *work, const char *text)
{
	struct uuid_pattern uuid;
	struct uuids list = { &uuid, 1 };

	if (!uuid_parse(text, &uuid))
		return work_wrong(
			work,
			"\"%.60s\" is not a UUID such as 3b6c1a52-7f0e-4d8b-9a41-525400770001 "
			"[W0165]",
			text);
	return members_add(work, SPACE_UUID, &list_uuids, &list, text, true);
}

/* As the condition client-id has them; a text may stand behind a type on the wire. */
static int id_take(struct work *work, const char *text)
{
	struct id_pattern id;
	struct ids list = { &id, 1 };

	if (!id_parse(text, &id))
		return work_wrong(work,
				  "\"%.60s\" is not a client id or DUID such as "
				  "00:03:00:01:52:54:00:77:00:01 [W0165]",
				  text);
	return members_add(work, SPACE_ID, &list_ids, &list, text, true);
}

static int whom_take(struct work *work, const struct row *row)
{
	int r = 0, one = 0;

	if (!row->text[COLUMN_MAC] && !row->text[COLUMN_UUID] && !row->text[COLUMN_ID])
		return work_wrong(
			work, "names no machine: it needs a MAC, a UUID or a client id [W0165]");
	if (row->text[COLUMN_MAC])
		r = work_words(work, row->text[COLUMN_MAC], mac_take);
	if (row->text[COLUMN_UUID] && r != -ENOMEM)
		one = work_words(work, row->text[COLUMN_UUID], uuid_take);
	r = one < 0 ? one : r;
	if (row->text[COLUMN_ID] && r != -ENOMEM)
		one = id_take(work, row->text[COLUMN_ID]);
	return one < 0 ? one : r;
}

/* ---- a line ------------------------------------------------------------------------------------
 */

static int record_add(struct work *work, const struct row *row)
{
	struct machines *machines = work->out;
	struct record record = { .line = work->line, .source = work->number };
	int r = room_make(&machines->records, sizeof record, machines->n_records, 1), one;

	if (r < 0)
		return r;
	one = said_take(work, row, &record);
	if (one == -ENOMEM)
		return one;
	machines->records[machines->n_records] = record;
	machines->boot |= record.file != 0 || record.url != 0;
	r = whom_take(work, row);
	machines->n_records++;
	return r < 0 ? r : one;
}

/* A line of dnsmasq for whoever says this name: a request that boots has none. */
static bool is_by_name(const struct line_format *format, const struct row *row)
{
	return format->form == LINES_DNSMASQ && row->text[COLUMN_NAME] && !row->text[COLUMN_MAC] &&
	       !row->text[COLUMN_ID];
}

static int row_take(struct work *work, const struct line_format *format, const struct row *row)
{
	if (row->doubt)
		work_doubt(work, "%s [W0169]", row->doubt);
	if (!is_by_name(format, row))
		return record_add(work, row);
	work_doubt(work,
		   "names its machine by \"%.60s\" alone, by which nobody is known here: add a "
		   "MAC [W0169]",
		   row->text[COLUMN_NAME]);
	return 0;
}

/* ---- a file ------------------------------------------------------------------------------------
 */

/* An empty line, or a comment. */
static bool is_nothing(const char *line)
{
	line += strspn(line, " \t");
	return *line == '\0' || *line == '#';
}

static int line_take(struct work *work, struct line_format *format, char *line, size_t len)
{
	char why[WHY_SIZE] = "";
	struct row row;

	if (strlen(line) < len)
		return work_wrong(work, "contains a NUL byte [W0165]");
	if (len >= LINE_OCTETS_MAX)
		return work_wrong(work, "is longer than %d bytes [W0165]", LINE_OCTETS_MAX - 1);
	if (is_nothing(line))
		return 0;
	if (format->form == LINES_UNKNOWN) {
		if (line_format_find(line, format, why))
			return 0;
		if (why[0] != '\0') {
			(void)work_wrong(work, "%s [W0165]", why);
			return NO_FORMAT;
		}
	}
	if (line_read(format, line, &row, why))
		return row_take(work, format, &row);
	return work_wrong(work, "%s [W0165]", why);
}

/* All lines; a header that is wrong is all that is told. */
static int lines_take(struct work *work, char *text, size_t len)
{
	struct line_format format = { .form = LINES_UNKNOWN };
	char *end = text + len;
	int r = 0;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	for (work->line = 1; text < end && r != -ENOMEM && r != NO_FORMAT; work->line++) {
		char *stop = memchr(text, '\n', (size_t)(end - text));
		char *next = stop ? stop + 1 : end;

		stop = stop ? stop : end;
		if (stop > text && stop[-1] == '\r')
			stop--;
		*stop = '\0';
		r = line_take(work, &format, text, (size_t)(stop - text));
		text = next;
	}
	return r == -ENOMEM ? r : 0;
}

/* Did the list hold something when it was read before? An empty file is what a full disk leaves, or
 * a program that is about to write. */
static bool had_octets(const struct work *work)
{
	return work->before && work->before->stamps[work->number].size > 0;
}

/* All lines of what was read; the file is not half of what somebody is writing. */
static int octets_take(struct work *work, char *text, size_t len)
{
	int r;

	if (len == 0 && had_octets(work))
		return work_wrong(work,
				  "the list is not read: it is empty, and was not before: if no "
				  "machine is to be in it, leave a line with a # [W0166]");
	r = lines_take(work, text, len);
	work->line = 0;
	if (r == 0 && machine_file_is_torn(work->source->path, &work->out->stamps[work->number]))
		return work_wrong(work, "the list is not read: it was written meanwhile: reload "
					"when it is whole [W0166]");
	return r;
}

static int file_take(struct work *work)
{
	uint32_t before = work->out->n_records;
	char why[FILE_WHY_SIZE];
	size_t len = 0;
	char *text =
		machine_file_read(work->source->path, &len, &work->out->stamps[work->number], why);
	int r;

	work->line = 0;
	if (!text)
		return work_wrong(work, "the list is not read: %s [W0166]", why);
	r = octets_take(work, text, len);
	free(text);
	if (r == 0 && !work->wrong && work->out->n_records == before)
		work_doubt(work, "the list has no machine in it [W0169]");
	return r;
}

/* ---- a group in the settings -------------------------------------------------------------------
 */

static int listed_take(struct work *work)
{
	static const char text[] = "a machine of this group";
	struct machines *machines = work->out;
	struct record record = { .line = work->source->line, .source = work->number };
	int r = room_make(&machines->records, sizeof record, machines->n_records, 1);

	work->line = work->source->line;
	if (r == 0)
		r = groups_take(work, NULL, &record.groups);
	if (r == 0) {
		machines->records[machines->n_records] = record;
		r = members_add(work, SPACE_MAC, &list_macs, &work->source->macs, text, false);
	}
	if (r == 0)
		r = members_add(work, SPACE_UUID, &list_uuids, &work->source->uuids, text, false);
	machines->n_records += r == 0;
	return r;
}

/* ---- lines that boot the same ------------------------------------------------------------------
 */

static const char *outcome_text(const struct alikes *alikes, uint32_t i)
{
	const struct machines *machines = alikes->of;
	const struct record *record = &machines->records[i];

	return record->file || record->url ? machines->heap + (record->file ?: record->url) : NULL;
}

static bool outcomes_same(const struct alikes *alikes, uint32_t a, uint32_t b)
{
	const struct machines *machines = alikes->of;
	const struct record *x = &machines->records[a], *y = &machines->records[b];

	return x->server == y->server &&
	       strcmp(machines->heap + x->file, machines->heap + y->file) == 0 &&
	       strcmp(machines->heap + x->url, machines->heap + y->url) == 0;
}

static void outcome_join(const struct alikes *alikes, uint32_t i, uint32_t first)
{
	struct machines *machines = alikes->of;

	machines->records[i].alike = first & 0x7fffffffu;
}

static int outcomes_join(struct machines *machines, const PXE_BOOT_SECRET *secret)
{
	const struct alikes alikes = { machines, machines->n_records, outcome_text, outcomes_same,
				       outcome_join };

	return machines->boot ? alikes_join(&alikes, secret) : 0;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static int source_take(struct work *work, const struct sources *sources, size_t number)
{
	const struct source *source = &sources->at[number];

	work->source = source;
	work->number = (uint16_t)number;
	work->out->names[number] = strdup(source->path ? source->path : sources->file);
	if (!work->out->names[number])
		return -ENOMEM;
	return source->path ? file_take(work) : listed_take(work);
}

static int all_take(struct work *work, const struct sources *sources)
{
	struct machines *machines = work->out;
	int r = 0;

	machines->n_sources = sources->n;
	machines->names = calloc(sources->n + 1, sizeof *machines->names);
	machines->stamps = calloc(sources->n + 1, sizeof *machines->stamps);
	if (!machines->names || !machines->stamps)
		return -ENOMEM;
	r = work_keep(work, "\0", 2, &work->groups); /* 0 says nothing, and is an empty text */
	work->groups = 0;
	for (size_t i = 0; i < sources->n && r != -ENOMEM; i++)
		r = source_take(work, sources, i);
	if (r != -ENOMEM)
		r = work->wrong ? -EINVAL : set_seal(&machines->set);
	return r;
}

int machines_read(HANDLE provider, struct told *told, const struct sources *sources,
		  const struct machines *before, const PXE_BOOT_SECRET *secret,
		  struct machines **out)
{
	static atomic_uint editions;
	struct work work = { .provider = provider, .told = told, .before = before };
	int r;

	work.out = calloc(1, sizeof *work.out);
	if (!work.out)
		return -ENOMEM;
	set_init(secret, &work.out->set);
	work.out->edition = atomic_fetch_add(&editions, 1);
	r = all_take(&work, sources);
	if (r == 0)
		r = outcomes_join(work.out, secret);
	if (r == 0)
		*out = work.out;
	else
		machines_free(work.out);
	return r;
}
