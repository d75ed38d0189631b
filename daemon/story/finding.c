#include "story/finding.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/finding_id.h"
#include "base/utf.h"
#include "story/log_format.h"
#include "story/log_source.h"

static const struct finding_row rows[] = {
#define X(symbol, id, name, level, sentence, remedy, page)                                         \
	[FINDING_##symbol] = { id, name, LOG_##level, sentence, remedy, page },
#include "story/findings.def"
#undef X
};

const struct finding_row *finding_row(enum finding_kind kind)
{
	return &rows[kind];
}

const char *finding_name(enum finding_kind kind)
{
	return rows[kind].name;
}

int finding_level(enum finding_kind kind)
{
	return rows[kind].level;
}

const struct finding_row *finding_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcasecmp(rows[i].id, word) == 0 || strcasecmp(rows[i].name, word) == 0)
			return &rows[i];
	return NULL;
}

void finding_say(struct finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	utf8_trim(finding->text);
}

/* A mistake that stops a start is not gone because nobody is told. */
const char *finding_why_not_ignored(const char *id)
{
	const struct finding_row *row = finding_find(id);

	if (!row)
		return "is no id of a finding: see wdspxed-diagnoses(7)";
	return row->level <= LOG_ERR && strncmp(row->id, "W01", 3) == 0
		       ? "is an error that must be corrected, and cannot be ignored"
		       : NULL;
}

/* ---- the sentence ---- */

enum { WORD_MAX = LOG_WHO_MAX };

static void word_ip(const struct ip *ip, char out[static WORD_MAX])
{
	char text[IP_TEXT_MAX];

	snprintf(out, WORD_MAX, "%s", ip_is_any(ip) ? "another server" : ip_text(ip, text));
}

/* What stands for a name in braces, where nothing was found yet. */
static void placeholder_of(struct span name, char out[static WORD_MAX])
{
	static const char *const words[][2] = {
		{ "who", "CLIENT" }, { "interface", "INTERFACE" }, { "ip", "ADDRESS" },
		{ "n", "N" },        { "other", "ADDRESS" },       { "text", "NAME" },
	};

	snprintf(out, WORD_MAX, "{%.*s}", (int)name.len, (const char *)name.at); /* ${server} */
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_equal(name, span_str(words[i][0])))
			snprintf(out, WORD_MAX, "%s", words[i][1]);
}

/* What stands for a name in braces; of no finding at all where `f` is NULL. */
static void word_of(const struct finding *f, struct span name, char out[static WORD_MAX])
{
	if (!f)
		placeholder_of(name, out);
	else if (span_equal(name, span_str("who")))
		log_format_who(&f->client, out, WORD_MAX);
	else if (span_equal(name, span_str("ip")))
		word_ip(&f->ip, out);
	else if (span_equal(name, span_str("other")))
		word_ip(&f->other, out);
	else if (span_equal(name, span_str("n")))
		snprintf(out, WORD_MAX, "%u", f->n);
	else if (span_equal(name, span_str("text")))
		snprintf(out, WORD_MAX, "%s", f->text);
	else if (span_equal(name, span_str("interface")))
		snprintf(out, WORD_MAX, "%s", f->client.interface);
	else
		out[0] = '\0';
}

static void put(const char *text, size_t len, char *out, size_t size)
{
	size_t used = strlen(out);

	if (used < size)
		snprintf(out + used, size - used, "%.*s", (int)len, text);
}

static void put_filled(const struct finding *f, const char *template, char *out, size_t size)
{
	while (*template) {
		size_t plain = strcspn(template, "{"), name;
		char word[WORD_MAX];

		put(template, plain, out, size);
		template += plain;
		if (!*template)
			break;
		name = strcspn(template + 1, "}");
		if (!template[1 + name]) { /* "${" in a sentence is no name in braces */
			put(template, 1 + name, out, size);
			break;
		}
		word_of(f, span_of(template + 1, name), word);
		put(word, strlen(word), out, size);
		template += name + 2;
	}
}

static void put_sentence(const struct finding *f, const struct finding_row *row, char *out,
			 size_t size)
{
	out[0] = '\0';
	put_filled(f, row->sentence, out, size);
	put(": ", row->remedy ? 2 : 0, out, size);
	if (row->remedy)
		put_filled(f, row->remedy, out, size);
}

const char *finding_text(const struct finding *f, char *out, size_t size)
{
	char id[FINDING_ID_SIZE + 3];
	int len = snprintf(id, sizeof(id), " [%s]", rows[f->kind].id);

	put_sentence(f, &rows[f->kind], out, size > (size_t)len ? size - (size_t)len : 1);
	put(id, (size_t)len, out, size); /* what is cut keeps it */
	return out;
}

const char *finding_words(const struct finding_row *row, char *out, size_t size)
{
	put_sentence(NULL, row, out, size);
	return out;
}

void finding_log(const struct finding *finding)
{
	char text[LOG_LINE_MAX];

	int level = rows[finding->kind].level;

	if (!finding->quiet && log_wants(level))
		log_hint(level, log_takes(level) && log_source_take("", clock_ms()),
			 rows[finding->kind].name, &finding->client,
			 finding_text(finding, text, sizeof(text)));
}
