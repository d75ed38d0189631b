/* What the diagnoses find out, as data: diag.c returns it, the log prints it. */
#pragma once

#include <stddef.h>

#include "story/log.h"

/* X(symbol, id, level): the id is for machines, PXE_HINT in the journal, and never changes. */
#define FINDINGS(X)                                                                                \
	X(LEASE_BUT_NOT_4011, "lease-but-not-4011", NOTICE)                                        \
	X(NEVER_ON_4011, "never-on-4011", NOTICE)                                                  \
	X(CROWD, "more-than-watched", INFO)                                                        \
	X(WANTS_LEASE_OF_US, "no-dhcp-server", WARNING)                                            \
	X(UNKNOWN_ARCH, "unknown-architecture", NOTICE)                                            \
	X(UNKNOWN_CLASS, "unknown-class", NOTICE)                                                  \
	X(ARCH_MISMATCH, "architecture-mismatch", INFO)                                            \
	X(OTHER_SOURCE, "source-mismatch", INFO)                                                   \
	X(LINK_LOCAL, "link-local-server", NOTICE)

enum finding_kind {
#define X(symbol, id, level) FINDING_##symbol,
	FINDINGS(X)
#undef X
};

enum { FINDING_TEXT_MAX = 64 };

struct finding {
	enum finding_kind kind;
	struct log_client client;
	unsigned n;          /* offers, clients, or the architecture */
	struct ip ip, other; /* the server that is spoken of; says that it is, writes from */
	char text[FINDING_TEXT_MAX];
};

const char *finding_id(enum finding_kind kind);
/** LOG_*. */
int finding_level(enum finding_kind kind);
/** The whole line: who, what is the matter, and what to look at. Returns `out`. */
const char *finding_text(const struct finding *finding, char *out, size_t size);
/** Logs it, within the rate of the daemon's own lines. [loop] */
void finding_log(const struct finding *finding);
