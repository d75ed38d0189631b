/* What is known of devices: list, show, export. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "command.h"

enum { LIST_MOST = 1000, EXPORT_MOST = 20000, FROM_SIZE = 512 };

/* ---- one device --------------------------------------------------------------------------------
 */

/* The text of a field for all architectures, or else of the first that says it. */
static const char *any_text(const struct device *device, enum field field)
{
	const char *text = device_text(device, field, ARCH_ANY), *other;
	struct word word;
	bool from_state;

	for (unsigned i = 0; !text && (other = device_text_at(device, i, &word, &from_state)); i++)
		if (word.field == field)
			text = other;
	return text;
}

static const char *boot_of(const struct device *device)
{
	const char *url = any_text(device, FIELD_URL), *file = any_text(device, FIELD_FILE);

	return url && *url ? url : file;
}

static const char *once_of(const struct device *device)
{
	return device->once == ONCE_ARMED ? "armed" : device->once == ONCE_USED ? "used" : NULL;
}

static void say_if(struct say *say, const char *key, const char *text)
{
	if (text && *text)
		say_text(say, key, text);
}

/* Where it is from: the line of the CSV, the state file, or both. */
static const char *from_of(const struct device *device, char out[static 48])
{
	if (device->line == 0)
		return "state";
	snprintf(out, 48, device->version ? "csv:%u, state" : "csv:%u", (unsigned)device->line);
	return out;
}

static void say_ids(struct say *say, const struct device *device)
{
	struct id_view id;
	char text[ID_TEXT_SIZE];

	say_open(say, "ids", '[');
	for (unsigned i = 0; device_id(device, i, &id); i++) {
		id_text(id.kind, id.at, id.len, text);
		say_text(say, NULL, text);
	}
	say_close(say, ']');
}

/* ---- list --------------------------------------------------------------------------------------
 */

struct filter {
	const char *name, *group, *id, *referral, *state, *once, *from;
};

static bool is_like(const char *pattern, const char *text)
{
	return !pattern || (text && fnmatch(pattern, text, FNM_CASEFOLD) == 0);
}

static bool has_id_like(const struct device *device, const char *pattern)
{
	struct id_view id;
	char text[ID_TEXT_SIZE];

	for (unsigned i = 0; device_id(device, i, &id); i++) {
		id_text_bare(id.kind, id.at, id.len, text);
		if (fnmatch(pattern, text, FNM_CASEFOLD) == 0)
			return true;
		id_text(id.kind, id.at, id.len, text);
		if (fnmatch(pattern, text, FNM_CASEFOLD) == 0)
			return true;
	}
	return false;
}

static bool is_from(const struct device *device, const char *from)
{
	return strcmp(from, "csv") == 0 ? device->line > 0 : device->version > 0;
}

static bool fits(const struct filter *filter, const struct device *device)
{
	const char *once = once_of(device);

	return is_like(filter->name, device_text(device, FIELD_NAME, ARCH_ANY)) &&
	       is_like(filter->group, device_text(device, FIELD_GROUP, ARCH_ANY)) &&
	       is_like(filter->referral, device_text(device, FIELD_REFERRAL, ARCH_ANY)) &&
	       (!filter->id || has_id_like(device, filter->id)) &&
	       (!filter->state ||
		(device->state == DEVICE_REJECTED) == (strcmp(filter->state, "rejected") == 0)) &&
	       (!filter->once || (once && strcmp(once, filter->once) == 0)) &&
	       (!filter->from || is_from(device, filter->from));
}

static bool is_one_of(const char *option, const char *text, const char *one, const char *other,
		      char why[WHY_SIZE])
{
	if (!text || strcmp(text, one) == 0 || strcmp(text, other) == 0)
		return true;
	snprintf(why, WHY_SIZE, "--%s must be %s or %s, not \"%.40s\"", option, one, other, text);
	return false;
}

static bool filter_read(const struct asked *asked, struct filter *out, char why[WHY_SIZE])
{
	*out = (struct filter){ .name = asked_option(asked, "name"),
				.group = asked_option(asked, "group"),
				.id = asked_option(asked, "id"),
				.referral = asked_option(asked, "referral"),
				.state = asked_option(asked, "state"),
				.once = asked_option(asked, "once"),
				.from = asked_option(asked, "from") };
	return is_one_of("state", out->state, "approved", "rejected", why) &&
	       is_one_of("once", out->once, "armed", "used", why) &&
	       is_one_of("from", out->from, "csv", "state", why);
}

static void say_row(struct say *say, const struct device *device)
{
	char from[48];

	say_open(say, NULL, '{');
	say_text(say, "name", device_text(device, FIELD_NAME, ARCH_ANY));
	say_ids(say, device);
	say_if(say, "group", device_text(device, FIELD_GROUP, ARCH_ANY));
	say_if(say, "boot", boot_of(device));
	say_if(say, "server", any_text(device, FIELD_SERVER));
	say_if(say, "referral", device_text(device, FIELD_REFERRAL, ARCH_ANY));
	if (device->state == DEVICE_REJECTED)
		say_text(say, "state", "rejected");
	say_if(say, "once", once_of(device));
	say_text(say, "from", from_of(device, from));
	say_close(say, '}');
}

/* Says devices from one number on, at most `most`. The number for the next page; 0: it was the
 * last.
 */
static uint32_t say_page(struct say *say, const struct snapshot *snapshot,
			 const struct filter *filter, uint32_t from, uint32_t most)
{
	uint32_t numbers = snapshot_numbers(snapshot), n = 0, number = from;

	for (; number < numbers; number++) {
		const struct device *device = snapshot_at(snapshot, number);

		if (!device || !fits(filter, device))
			continue;
		if (n++ == most)
			return number;
		say_row(say, device);
	}
	return 0;
}

/* "after" is the number that the page before ended with. */
DWORD command_list(struct asked *asked)
{
	struct store *store = inventory_store(asked->inventory);
	uint32_t most = LIST_MOST, from = 0, next;
	const struct snapshot *snapshot;
	struct filter filter;
	char why[WHY_SIZE];

	if (!filter_read(asked, &filter, why) || !asked_number(asked, "limit", &most, why) ||
	    !asked_number(asked, "after", &from, why))
		return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
	most = most == 0 || most > LIST_MOST ? LIST_MOST : most;
	snapshot = store_hold(store);
	say_open(asked->say, NULL, '{');
	say_open(asked->say, "devices", '[');
	next = say_page(asked->say, snapshot, &filter, from, most);
	say_close(asked->say, ']');
	say_number(asked->say, "all", snapshot_count(snapshot));
	if (next)
		say_number(asked->say, "next", next);
	say_close(asked->say, '}');
	store_release(store, snapshot);
	return say_end(asked->say);
}

/* ---- show --------------------------------------------------------------------------------------
 */

/* The file, with the line where it has one, that says something. */
static const char *place(const struct store *store, const struct device *device, bool from_state,
			 char out[static FROM_SIZE])
{
	if (from_state)
		snprintf(out, FROM_SIZE, "%s", store_state_path(store));
	else
		snprintf(out, FROM_SIZE, "%s:%u", store_csv_path(store), (unsigned)device->line);
	return out;
}

static void say_what(struct say *say, const struct store *store, const struct device *device,
		     const char *word, const char *text, bool from_state)
{
	char from[FROM_SIZE];

	say_open(say, NULL, '{');
	say_text(say, "what", word);
	say_text(say, "is", text);
	say_text(say, "from", place(store, device, from_state, from));
	say_close(say, '}');
}

/* When it was used up, for people. */
static const char *shown(struct word word, const char *text, char room[static 64])
{
	uint32_t used;
	time_t when;
	struct tm tm;

	if (word.field != FIELD_ONCE || !field_once_used(text, &used))
		return text;
	when = used;
	strftime(room, 64, "used %Y-%m-%d %H:%M:%S UTC", gmtime_r(&when, &tm));
	return room;
}

static void say_all(struct say *say, const struct store *store, const struct device *device)
{
	const char *text;
	struct id_view id;
	struct word word;
	bool from_state;

	for (unsigned i = 0; device_id(device, i, &id); i++) {
		char bare[ID_TEXT_SIZE];

		id_text_bare(id.kind, id.at, id.len, bare);
		say_what(say, store, device, id_word(id.kind), bare, id.from_state);
	}
	for (unsigned i = 0; (text = device_text_at(device, i, &word, &from_state)); i++) {
		char name[64], room[64];

		field_text(word, name);
		say_what(say, store, device, name, shown(word, text, room), from_state);
	}
}

DWORD command_show(struct asked *asked)
{
	struct store *store = inventory_store(asked->inventory);
	const struct snapshot *snapshot = store_hold(store);
	const struct device *device;
	char key[ID_TEXT_SIZE];
	DWORD status = ERROR_SUCCESS;

	device = asked_device(asked, snapshot, asked->words[0], &status);
	if (device) {
		say_open(asked->say, NULL, '{');
		say_text(asked->say, "device", device_called(device, key));
		say_open(asked->say, "says", '[');
		say_all(asked->say, store, device);
		say_close(asked->say, ']');
		say_close(asked->say, '}');
		status = say_end(asked->say);
	}
	store_release(store, snapshot);
	return status;
}

/* ---- export ------------------------------------------------------------------------------------
 */

/* The columns of the file: ids by their kind, then each field; those by architecture are a field's
 * own column for each architecture that some device names. */
struct columns {
	struct word word[64];
	unsigned n;
};

static bool has_column(const struct columns *columns, struct word word)
{
	for (unsigned i = 0; i < columns->n; i++)
		if (columns->word[i].field == word.field && columns->word[i].arch == word.arch)
			return true;
	return false;
}

static void columns_of(const struct snapshot *snapshot, struct columns *out)
{
	uint32_t numbers = snapshot_numbers(snapshot);
	struct word word;
	bool from_state;

	out->n = 0;
	for (; out->n < FIELDS; out->n++)
		out->word[out->n] = (struct word){ (uint8_t)out->n, ARCH_ANY };
	for (uint32_t n = 0; n < numbers; n++) {
		const struct device *device = snapshot_at(snapshot, n);

		for (unsigned i = 0; device && device_text_at(device, i, &word, &from_state); i++)
			if (out->n < sizeof out->word / sizeof *out->word && !has_column(out, word))
				out->word[out->n++] = word;
	}
}

enum { CSV_LINE_SIZE = 8192 };

struct csv_text {
	struct say *say;
	bool behind;
	char line[CSV_LINE_SIZE];
	size_t used;
};

static void csv_octet(struct csv_text *csv, char c)
{
	if (csv->used < sizeof csv->line)
		csv->line[csv->used++] = c;
}

static void csv_field(struct csv_text *csv, const char *text)
{
	bool quoted = strpbrk(text, ",;\"\t #") != NULL;

	if (csv->behind)
		csv_octet(csv, ',');
	csv->behind = true;
	if (quoted)
		csv_octet(csv, '"');
	for (; *text; text++) {
		if (*text == '"')
			csv_octet(csv, '"');
		csv_octet(csv, *text);
	}
	if (quoted)
		csv_octet(csv, '"');
}

static void csv_end(struct csv_text *csv)
{
	say_octets(csv->say, NULL, csv->line, csv->used);
	csv->used = 0;
	csv->behind = false;
}

static void csv_header(struct csv_text *csv, const struct columns *columns)
{
	char name[64];

	for (unsigned kind = 0; kind < ID_KINDS; kind++)
		csv_field(csv, kind == ID_CLIENT ? "client-id" : id_word(kind));
	for (unsigned i = 0; i < columns->n; i++) {
		field_text(columns->word[i], name);
		csv_field(csv, name);
	}
	csv_end(csv);
}

/* All ids of one kind, with | between. */
static void csv_ids(struct csv_text *csv, const struct device *device, enum id_kind kind)
{
	char text[DRAFT_IDS * ID_TEXT_SIZE] = "";
	struct id_view id;
	size_t used = 0;

	for (unsigned i = 0; device_id(device, i, &id); i++) {
		if (id.kind != kind || used + ID_TEXT_SIZE >= sizeof text)
			continue;
		if (used > 0)
			text[used++] = '|';
		id_text_bare(id.kind, id.at, id.len, text + used);
		used += strlen(text + used);
	}
	csv_field(csv, text);
}

static void csv_device(struct csv_text *csv, const struct columns *columns,
		       const struct device *device)
{
	for (unsigned kind = 0; kind < ID_KINDS; kind++)
		csv_ids(csv, device, (enum id_kind)kind);
	for (unsigned i = 0; i < columns->n; i++) {
		const char *text =
			device_text(device, columns->word[i].field, columns->word[i].arch);

		csv_field(csv, text ? text : "");
	}
	csv_end(csv);
}

static uint32_t export_page(struct csv_text *csv, const struct snapshot *snapshot, uint32_t from,
			    uint32_t most)
{
	uint32_t numbers = snapshot_numbers(snapshot), n = 0, number = from;
	struct columns columns;

	columns_of(snapshot, &columns);
	if (from == 0)
		csv_header(csv, &columns);
	for (; number < numbers; number++) {
		const struct device *device = snapshot_at(snapshot, number);

		if (!device)
			continue;
		if (n++ == most)
			return number;
		csv_device(csv, &columns, device);
	}
	return 0;
}

/* Lines of a CSV that `import`, and the provider itself, read again. */
DWORD command_export(struct asked *asked)
{
	struct store *store = inventory_store(asked->inventory);
	struct csv_text csv = { .say = asked->say };
	uint32_t most = EXPORT_MOST, from = 0, next;
	const struct snapshot *snapshot;
	char why[WHY_SIZE];

	if (!asked_number(asked, "limit", &most, why) || !asked_number(asked, "after", &from, why))
		return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
	most = most == 0 || most > EXPORT_MOST ? EXPORT_MOST : most;
	snapshot = store_hold(store);
	say_open(asked->say, NULL, '{');
	say_open(asked->say, "lines", '[');
	next = export_page(&csv, snapshot, from, most);
	say_close(asked->say, ']');
	if (next)
		say_number(asked->say, "next", next);
	say_close(asked->say, '}');
	store_release(store, snapshot);
	return say_end(asked->say);
}
