#include "server/log_texts.h"

#include <stdio.h>
#include <string.h>

static unsigned speaker_of(struct log_texts *texts, const char *name)
{
	unsigned oldest = 0;

	for (unsigned i = 0; i < LOG_SPEAKERS; i++) {
		if (texts->speaker[i].last_ms && !strcmp(texts->speaker[i].name, name))
			return i;
		if (texts->speaker[oldest].rate.withheld ||
		    (!texts->speaker[i].rate.withheld &&
		     texts->speaker[i].last_ms < texts->speaker[oldest].last_ms))
			oldest = i;
	}
	memset(&texts->speaker[oldest], 0, sizeof(texts->speaker[oldest]));
	snprintf(texts->speaker[oldest].name, sizeof(texts->speaker[oldest].name), "%s", name);
	return oldest;
}

bool log_texts_take(struct log_texts *texts, const struct log_record *record, uint64_t now_ms)
{
	unsigned i;

	if (!record->text.provider[0] && record->level <= LOG_ERR)
		return true;
	i = speaker_of(texts, record->text.provider);
	texts->speaker[i].last_ms = now_ms ? now_ms : 1;
	return log_rate_take(&texts->speaker[i].rate, now_ms);
}

bool log_texts_summary(struct log_texts *texts, uint64_t now_ms, struct log_record *out)
{
	for (unsigned i = 0; i < LOG_SPEAKERS; i++) {
		uint64_t n = log_rate_withheld(&texts->speaker[i].rate, now_ms);

		if (!n)
			continue;
		out->kind = LOG_KIND_TEXT;
		out->level = LOG_WARNING;
		snprintf(out->text.provider, sizeof(out->text.provider), "%s",
			 texts->speaker[i].name);
		snprintf(out->text.text, sizeof(out->text.text),
			 "%llu more lines in one second are left out", (unsigned long long)n);
		return true;
	}
	return false;
}
