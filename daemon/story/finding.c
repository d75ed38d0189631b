#include "story/finding.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/finding_id.h"
#include "story/log_format.h"
#include "story/log_source.h"

static const struct {
	const char *id, *name;
	int level;
	const char *sentence, *remedy, *page;
} findings[] = {
#define X(symbol, id_, name_, level_, sentence_, remedy_, page_)                                   \
	[FINDING_##symbol] = { id_, name_, LOG_##level_, sentence_, remedy_, page_ },
#include "story/findings.def"
#undef X
};

const char *finding_name(enum finding_kind kind)
{
	return findings[kind].name;
}

int finding_level(enum finding_kind kind)
{
	return findings[kind].level;
}

/* ---- the sentence ---- */

enum { WORD_MAX = LOG_WHO_MAX };

static void word_ip(const struct ip *ip, char out[static WORD_MAX])
{
	char text[IP_TEXT_MAX];

	snprintf(out, WORD_MAX, "%s", ip_is_any(ip) ? "another server" : ip_text(ip, text));
}

/* What stands for a name in braces. */
static void word_of(const struct finding *f, struct span name, char out[static WORD_MAX])
{
	if (span_equal(name, span_str("who")))
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
		word_of(f, span_of(template + 1, name), word);
		put(word, strlen(word), out, size);
		template += name + 2;
	}
}

const char *finding_text(const struct finding *f, char *out, size_t size)
{
	char id[FINDING_ID_SIZE + 3];
	int len = snprintf(id, sizeof(id), " [%s]", findings[f->kind].id);
	size_t room = size > (size_t)len ? size - (size_t)len : 0; /* what is cut keeps its id */

	out[0] = '\0';
	put_filled(f, findings[f->kind].sentence, out, room);
	put(": ", findings[f->kind].remedy ? 2 : 0, out, room);
	if (findings[f->kind].remedy)
		put_filled(f, findings[f->kind].remedy, out, room);
	put(id, (size_t)len, out, size);
	return out;
}

void finding_log(const struct finding *finding)
{
	char text[LOG_LINE_MAX];

	int level = finding_level(finding->kind);

	if (log_wants(level))
		log_hint(level, log_takes(level) && log_source_take("", clock_ms()),
			 finding_name(finding->kind), &finding->client,
			 finding_text(finding, text, sizeof(text)));
}
