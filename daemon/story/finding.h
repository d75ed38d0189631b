/* What the diagnoses find out, as data: diag.c returns it, the log prints it. */
#pragma once

#include <stddef.h>

#include "story/log.h"

/* X(symbol, id, level, sentence, remedy)
 *
 *   id        for machines: PXE_HINT in the journal; it never changes
 *   sentence  what is the matter
 *   remedy    what to look at, or what becomes of it; NULL: nothing more is to be said
 *
 * In both, {who} is the client and where it was heard, {interface} that interface, {ip}, {other},
 * {n} and {text} the finding's own. A new finding is a row here, and the function that returns it.
 */
#define FINDINGS(X)                                                                                \
	X(LEASE_BUT_NOT_4011, "lease-but-not-4011", NOTICE,                                        \
	  "{who} took its lease from {ip}, and then asked nothing on port 4011 of this host",      \
	  "does {ip} send option 60 (\"PXEClient\")? Is UDP 4011 blocked on the way, did it "      \
	  "accept "                                                                                \
	  "another boot server's offer, or does it need shape = \"direct\"?")                      \
	X(NEVER_ON_4011, "never-on-4011", NOTICE,                                                  \
	  "{who} received {n} offers and never asked on port 4011",                                \
	  "is UDP 4011 blocked on the way, did it accept another server's offer, or does it need " \
	  "shape = \"direct\"?")                                                                   \
	X(CROWD, "more-than-watched", INFO, "more clients boot at once than are watched",          \
	  "for {n} of them it will not be reported if they never ask on port 4011")                \
	X(WANTS_LEASE_OF_US, "no-dhcp-server", WARNING,                                            \
	  "{who} asks {ip}, which is this host, for an address",                                   \
	  "no DHCP server answered it. Is the DHCP server running, and are there free leases?")    \
	X(UNKNOWN_ARCH, "unknown-architecture", NOTICE,                                            \
	  "{who}: client of unknown architecture {n}", "match it with arch = {n}")                 \
	X(UNKNOWN_CLASS, "unknown-class", NOTICE,                                                  \
	  "{who}: a client of class {text} sends boot options, and that class is not served",      \
	  "see classes in wdspxed.conf(5)")                                                        \
	X(ARCH_MISMATCH, "architecture-mismatch", INFO,                                            \
	  "{who} gives architecture {n} in option 93 and another one in its class",                \
	  "option 93 is used")                                                                     \
	X(OTHER_SOURCE, "source-mismatch", INFO,                                                   \
	  "{who} sends from {other} but gives its address as {ip}", "the answer goes to {other}")  \
	X(LINK_LOCAL4, "link-local-server", NOTICE,                                                \
	  "{who}: clients are told to boot from {ip}, because {interface} has no other address",   \
	  "did this host get no lease there?")                                                     \
	X(LINK_LOCAL6, "link-local-server", NOTICE,                                                \
	  "{who}: clients are told to boot from {ip}, because {interface} has no other address",   \
	  "give it a global or unique local one")                                                  \
	X(UNSERVED, "interface-not-served", NOTICE,                                                \
	  "{who}: PXE clients are heard on {interface}, which is not served",                      \
	  "see listen.interfaces")

enum finding_kind {
#define X(symbol, ...) FINDING_##symbol,
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
/** The whole line: sentence and remedy, with what they speak of. Returns `out`. */
const char *finding_text(const struct finding *finding, char *out, size_t size);
/** Logs it, within the rate of the daemon's own lines. [loop] */
void finding_log(const struct finding *finding);
