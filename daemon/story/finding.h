/* What is found out, as data: diag.c and others return it, the log prints it. */
#pragma once

#include <stddef.h>

#include "story/log.h"

/* The table: findings.def. */
enum finding_kind {
#define X(symbol, ...) FINDING_##symbol,
#include "story/findings.def"
#undef X
	FINDING_KINDS
};

enum { FINDING_TEXT_MAX = 160 };

struct finding {
	enum finding_kind kind;
	struct log_client client;
	unsigned n;          /* offers, clients, or the architecture */
	struct ip ip, other; /* the server that is spoken of; says that it is, writes from */
	char text[FINDING_TEXT_MAX];
	bool quiet; /* its request's own line says it already, or it was told of another client: it
		     * is only noted */
};

/** Fills in its text, cut between characters where it is too long. */
void finding_say(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A row of the table. */
struct finding_row {
	const char *id, *name;
	int level; /* LOG_* */
	const char *sentence, *remedy, *page;
};

const struct finding_row *finding_row(enum finding_kind kind);
/** Its name, such as "lease-but-not-4011", and its level, LOG_*. */
const char *finding_name(enum finding_kind kind);
int finding_level(enum finding_kind kind);
/** The row of an id, in any case of letters, or the first one of a name; NULL: there is none. */
const struct finding_row *finding_find(const char *word);
/** Sentence and remedy, with words such as CLIENT for what they speak of. Returns `out`. */
const char *finding_words(const struct finding_row *row, char *out, size_t size);
/** Why a finding cannot be ignored, as the end of a sentence; NULL: it can. */
const char *finding_why_not_ignored(const char *id);
/** The whole line: sentence and remedy, with what they speak of, and the id. Returns `out`. */
const char *finding_text(const struct finding *finding, char *out, size_t size);
/** Logs it, unless it is quiet, within the rate of the daemon's own lines. [loop] */
void finding_log(const struct finding *finding);
