#include "story/watch_page.h"

#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/plain.h"
#include "story/watch_lines.h"

enum { PASSED_SHOWN = 8 };
enum { LABEL_AT = 2, SHORT_MAX = 320 };

/* What a client does later than that after its last step is another conversation. */
static const double conversation_s = 300.0;

void watch_page_init(struct watch_page *page, FILE *out, bool coloured)
{
	*page = (struct watch_page){ .lines = { out, coloured } };
}

void watch_page_done(struct watch_page *page)
{
	json_decref(page->passed);
	page->passed = NULL;
}

/* ---- members of a record ---- */

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static long long number_at(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* ---- whose conversation it is ---- */

static const char *name_of(const json_t *record)
{
	const json_t *client = json_object_get(record, "client");
	const char *mac = text_at(client, "mac"), *id = text_at(client, "id");

	return mac[0] ? mac : id[0] ? id : text_at(record, "from");
}

/* Who, and where it was heard; what it is; its UUID: three lines. */
static void head_of(const json_t *record, char out[static WATCH_HEAD_MAX])
{
	const json_t *client = json_object_get(record, "client");
	const char *arch = text_at(client, "arch");
	char who[SHORT_MAX], words[2 * SHORT_MAX], uuid[64];

	snprintf(out, WATCH_HEAD_MAX, "%s%s%s%s on %s", name_of(record), arch[0] ? " " : "", arch,
		 json_is_true(json_object_get(client, "ipxe")) ? " iPXE" : "",
		 text_at(record, "interface"));
	plain_text(span_str(out), who, sizeof(who)); /* no end of line is in them */
	plain_text(span_str(text_at(client, "words")), words, sizeof(words));
	plain_text(span_str(text_at(client, "uuid")), uuid, sizeof(uuid));
	snprintf(out, WATCH_HEAD_MAX, "%s\n%s\n%s", who, words, uuid);
}

/* When this conversation began; it is new where *is_new. */
static double begun_of(struct watch_page *page, const char *head, int family, double now,
		       bool *is_new)
{
	unsigned i = 0;

	while (i < WATCH_CLIENTS && strcmp(page->known[i].head, head) != 0)
		i++;
	*is_new = i == WATCH_CLIENTS || now - page->known[i].heard > conversation_s;
	if (i == WATCH_CLIENTS) {
		i = page->next++ % WATCH_CLIENTS;
		snprintf(page->known[i].head, sizeof(page->known[i].head), "%s", head);
	}
	if (*is_new)
		page->known[i].begun = now;
	page->known[i].heard = now;
	page->known[i].family = family;
	return page->known[i].begun;
}

static void put_clock(FILE *out, double time)
{
	time_t seconds = (time_t)time;
	struct tm local;
	char clock[16] = "";

	if (localtime_r(&seconds, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	fprintf(out, "%s.%03d", clock, (int)((time - (double)seconds) * 1000));
}

static const char *uuid_of(const char *head)
{
	const char *words = strchr(head, '\n');
	const char *uuid = words ? strchr(words + 1, '\n') : NULL;

	return uuid ? uuid + 1 : "";
}

/* Who of those that were shown lately has said the same UUID by another name, over the other
 * family: it is the same machine. NULL: nobody. */
static const char *namesake_of(const struct watch_page *page, const char *head, int family,
			       double now)
{
	const char *uuid = uuid_of(head);
	size_t name = strcspn(head, " \n") + 1;

	for (unsigned i = 0; uuid[0] && i < WATCH_CLIENTS; i++)
		if (page->known[i].family != family &&
		    strcmp(uuid_of(page->known[i].head), uuid) == 0 &&
		    strncmp(page->known[i].head, head, name) != 0 &&
		    now - page->known[i].heard <= conversation_s)
			return page->known[i].head;
	return NULL;
}

static void put_uuid(const struct watch_page *page, const char *head, int family, double now)
{
	const char *namesake = namesake_of(page, head, family, now);
	struct lines_text text = { .used = 0 };

	if (!uuid_of(head)[0])
		return;
	lines_add(&text, "UUID %s", uuid_of(head));
	if (namesake)
		lines_add(&text, ", as %.*s has said over IPv%d", (int)strcspn(namesake, "\n"),
			  namesake, family == 6 ? 4 : 6);
	lines_put(&page->lines, 0, "", LINES_PLAIN, text.at);
}

/* What is behind each line's end of a head is told once, when the conversation begins. */
static void put_head(struct watch_page *page, const char *head, int family, double time, bool whole)
{
	const char *words = strchr(head, '\n') + 1;
	char line[WATCH_HEAD_MAX];

	putc('\n', page->lines.out);
	put_clock(page->lines.out, time);
	fputs("  ", page->lines.out);
	snprintf(line, sizeof(line), "%.*s", (int)(words - 1 - head), head);
	lines_begin(&page->lines, LINES_BOLD);
	lines_put_words(&page->lines, line);
	lines_end(&page->lines, LINES_BOLD);
	putc('\n', page->lines.out);
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(words, "\n"), words);
	if (whole && line[0])
		lines_put(&page->lines, 0, "", LINES_PLAIN, line);
	if (whole)
		put_uuid(page, head, family, time);
}

/* Opens the block of the record's client; returns how long its conversation goes on already. */
static double open_block(struct watch_page *page, const json_t *record)
{
	double now = json_number_value(json_object_get(record, "time")), begun;
	int family = number_at(record, "family") == 6 ? 6 : 4;
	char head[WATCH_HEAD_MAX];
	bool is_new;

	head_of(record, head);
	begun = begun_of(page, head, family, now, &is_new);
	if (is_new || strcmp(page->head, head) != 0) {
		put_head(page, head, family, now, is_new);
		watch_page_done(page);
	}
	snprintf(page->head, sizeof(page->head), "%s", head);
	return now - begun;
}

/* ---- a request ---- */

static void add_place(struct lines_text *text, const json_t *reason)
{
	const char *file = path_base(text_at(reason, "file"));
	long long line = number_at(reason, "line");

	if (!file[0])
		return;
	lines_add(text, " (%s%s",
		  strcmp(text_at(reason, "kind"), "nearest") == 0 ? "nearest: " : "", file);
	if (line)
		lines_add(text, ":%lld", line);
	lines_add(text, ")");
}

static enum lines_colour colour_of_verdict(const char *verdict)
{
	if (strcmp(verdict, "answered") == 0 || strcmp(verdict, "custom") == 0)
		return LINES_GREEN;
	if (strcmp(verdict, "rejected") == 0 || strcmp(verdict, "not-asked") == 0)
		return LINES_PLAIN;
	return strcmp(verdict, "ignored") == 0 ? LINES_YELLOW : LINES_RED;
}

static bool is_passed(const json_t *reason)
{
	return strcmp(text_at(reason, "kind"), "passed") == 0;
}

/* An entry that did not match: "not 50-bootfile.conf:4: arch does not match". */
static void put_passed(const struct watch_page *page, const json_t *reason)
{
	const char *file = path_base(text_at(reason, "file")), *said = text_at(reason, "text");
	struct lines_text text = { .used = 0 };

	lines_add(&text, "not ");
	if (file[0] && number_at(reason, "line"))
		lines_add(&text, "%s:%lld", file, number_at(reason, "line"));
	else
		lines_add(&text, "%s", file);
	lines_add(&text, "%s%s", file[0] && said[0] ? ": " : "", said);
	lines_put(&page->lines, 0, "", LINES_PLAIN, text.at);
}

/* The entries that were passed over are the same for each request of a conversation, as a rule:
 * they are told once in its block. */
static bool was_told(struct watch_page *page, const json_t *reasons)
{
	json_t *passed = json_array();
	bool same;

	for (size_t i = 0; i < json_array_size(reasons); i++)
		if (is_passed(json_array_get(reasons, i)))
			json_array_append(passed, json_array_get(reasons, i));
	same = page->passed && json_equal(page->passed, passed);
	json_decref(page->passed);
	page->passed = passed;
	return same;
}

/* The first of them: there may be hundreds. */
static void put_all_passed(struct watch_page *page, const json_t *reasons)
{
	struct lines_text text = { .used = 0 };
	unsigned n = 0;

	if (was_told(page, reasons))
		return;
	for (size_t i = 0; i < json_array_size(reasons); i++)
		if (is_passed(json_array_get(reasons, i)) && n++ < PASSED_SHOWN)
			put_passed(page, json_array_get(reasons, i));
	if (n <= PASSED_SHOWN)
		return;
	lines_add(&text, "nor any of %u more", n - PASSED_SHOWN);
	lines_put(&page->lines, 0, "", LINES_PLAIN, text.at);
}

/* What it said, but for entries that did not match. */
static void add_reasons(struct lines_text *text, const json_t *reasons)
{
	bool first = true;

	for (size_t i = 0; i < json_array_size(reasons); i++) {
		const json_t *reason = json_array_get(reasons, i);
		const char *said = text_at(reason, "text");

		if (is_passed(reason))
			continue;
		lines_add(text, "%s", !first ? ";" : said[0] ? ":" : "");
		if (said[0])
			lines_add(text, " %s", said);
		add_place(text, reason);
		first = false;
	}
}

static void put_visit(struct watch_page *page, const json_t *visit)
{
	const char *verdict = text_at(visit, "verdict");
	const json_t *reasons = json_object_get(visit, "reasons");
	struct lines_text text = { .used = 0 };

	lines_add(&text, "%s in %lld us", verdict, number_at(visit, "microseconds"));
	add_reasons(&text, reasons);
	lines_put(&page->lines, LABEL_AT + 2, text_at(visit, "provider"),
		  colour_of_verdict(verdict), text.at);
	put_all_passed(page, reasons);
}

/* How it came: "to port 67 through relay 10.1.0.1". */
static void put_arrival(const struct watch_page *page, const json_t *record, double since)
{
	const char *type = text_at(record, "type"), *to = text_at(record, "to");
	const char *relay = text_at(record, "relay"), *from = text_at(record, "from");
	struct lines_text text = { .used = 0 };

	lines_add(&text, "to %s%sport %lld", to, to[0] ? " " : "", number_at(record, "port"));
	if (relay[0])
		lines_add(&text, " through the relay %s", relay);
	else if (strncmp(from, "0.0.0.0:", 8) != 0)
		lines_add(&text, " from %s", from);
	if (since >= 0.0005)
		lines_add(&text, ", after %.3f s", since);
	lines_put(&page->lines, LABEL_AT, type[0] ? type : "request", LINES_BOLD, text.at);
}

static void put_reply(const struct watch_page *page, const json_t *reply)
{
	struct lines_text text = { .used = 0 };
	const char *server = text_at(reply, "server"), *file = text_at(reply, "file");
	long long items = number_at(reply, "items");

	lines_add(&text, "to %s", text_at(reply, "to"));
	lines_add_named(&text, "server ", server);
	lines_add_named(&text, "file ", file);
	if (json_is_true(json_object_get(reply, "menu")) && !file[0] && items == 0)
		lines_add(&text, ", with option 43");
	else if (items > 0)
		lines_add(&text, ", menu with %lld item%s", items, items == 1 ? "" : "s");
	else if (!file[0] && strcmp(text_at(reply, "type"), "OFFER") == 0)
		lines_add(&text, ", then its port 4011");
	lines_put(&page->lines, LABEL_AT, text_at(reply, "type"), LINES_GREEN, text.at);
}

static bool is_said(const json_t *record, const char *what)
{
	const json_t *visits = json_object_get(record, "visits");

	for (size_t i = 0; i < json_array_size(visits); i++) {
		const json_t *reasons = json_object_get(json_array_get(visits, i), "reasons");

		for (size_t j = 0; j < json_array_size(reasons); j++)
			if (strcmp(text_at(json_array_get(reasons, j), "text"), what) == 0)
				return true;
	}
	return false;
}

/* Why nothing was sent. */
static void put_silence(const struct watch_page *page, const json_t *record)
{
	const char *what = text_at(record, "what");
	struct lines_text text = { .used = 0 };

	lines_add(&text, "%s: %s", text_at(record, "outcome"),
		  is_said(record, what) ? text_at(record, "meaning") : what);
	if (text_at(record, "paused")[0])
		lines_add(&text, "; provider %s is paused", text_at(record, "paused"));
	lines_put(&page->lines, LABEL_AT, "no answer", LINES_YELLOW, text.at);
}

/* What another server is asked is part of the conversation, and no failure. */
static void put_not_ours(const struct watch_page *page, const json_t *record)
{
	const char *server = text_at(record, "lease-server"), *lease = text_at(record, "lease");
	const char *row = text_at(record, "row");
	struct lines_text text = { .used = 0 };

	if (server[0])
		lines_add(&text, "it asks the DHCP server %s for the address%s%s", server,
			  lease[0] ? " " : "", lease);
	else if (strncmp(row, "lease-", 6) == 0)
		lines_add(&text, "it asks the server that assigns addresses");
	else
		lines_add(&text, "%s: %s", row, text_at(record, "meaning"));
	lines_put(&page->lines, LABEL_AT, "not for us", LINES_PLAIN, text.at);
}

/* Each provider that had its turn. */
static void put_visits(struct watch_page *page, const json_t *record)
{
	const json_t *visits = json_object_get(record, "visits");

	for (size_t i = 0; i < json_array_size(visits); i++)
		put_visit(page, json_array_get(visits, i));
	if (number_at(record, "visits-left-out"))
		lines_put(&page->lines, LABEL_AT + 2, "...", LINES_PLAIN, "and more providers");
}

/* It was not whole, and was answered all the same. */
static void put_mended(const struct watch_page *page, const json_t *record)
{
	struct lines_text text = { .used = 0 };

	if (!text_at(record, "mended")[0])
		return;
	lines_add(&text, "at octet %lld: %s", number_at(record, "mended-at"),
		  text_at(record, "mended"));
	lines_put(&page->lines, LABEL_AT, "mended", LINES_YELLOW, text.at);
}

static void show_request(struct watch_page *page, const json_t *record)
{
	const json_t *reply = json_object_get(record, "reply");
	const char *outcome = text_at(record, "outcome");

	put_arrival(page, record, open_block(page, record));
	put_mended(page, record);
	if (strcmp(outcome, "not-ours") == 0) {
		put_not_ours(page, record);
		return;
	}
	put_visits(page, record);
	if (reply)
		put_reply(page, reply);
	if (!reply || (strcmp(outcome, "answered") != 0 && strcmp(outcome, "custom") != 0))
		put_silence(page, record);
}

/* ---- the others ---- */

static void show_unsent(struct watch_page *page, const json_t *record)
{
	struct lines_text text = { .used = 0 };

	if (!text_at(record, "unsent")[0])
		return;
	lines_add(&text, "to %s: %s", text_at(record, "to"), text_at(record, "unsent"));
	lines_put(&page->lines, LABEL_AT, "not sent", LINES_RED, text.at);
}

/* A finding's line without what stands above it or before it already: who, and the id. */
static void finding_words(const struct watch_page *page, const json_t *record,
			  struct lines_text *out)
{
	const char *line = text_at(record, "line"), *id = text_at(record, "id");
	size_t who = strcspn(page->head, "\n"), len;
	const char *mark = strrchr(line, '[');

	if (who > 0 && strncmp(line, page->head, who) == 0) {
		line += who;
		line += strspn(line, ": ");
	}
	len = strlen(line);
	if (id[0] && mark && mark > line && strncmp(mark + 1, id, strlen(id)) == 0)
		len = (size_t)(mark - 1 - line);
	lines_add(out, "%.*s", (int)len, line);
}

static void show_finding(struct watch_page *page, const json_t *record)
{
	struct lines_text text = { .used = 0 };
	const char *name = name_of(record);

	if (!name[0] || strncmp(page->head, name, strlen(name)) != 0) {
		putc('\n', page->lines.out); /* of none that is shown above: its line names it */
		page->head[0] = '\0';
	}
	finding_words(page, record, &text);
	lines_put(&page->lines, LABEL_AT, text_at(record, "id"), LINES_YELLOW, text.at);
}

void watch_page_show(struct watch_page *page, const json_t *record)
{
	const char *step = text_at(record, "step");

	if (json_object_get(record, "lost"))
		fprintf(page->lines.out,
			"(%lld steps lost: they came faster than they were read)\n",
			number_at(record, "lost"));
	else if (strcmp(step, "request") == 0)
		show_request(page, record);
	else if (strcmp(step, "reply") == 0)
		show_unsent(page, record);
	else if (strcmp(step, "finding") == 0)
		show_finding(page, record);
}
