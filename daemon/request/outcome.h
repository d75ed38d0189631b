/* How a request ended, and why. Every datagram that reaches us ends in exactly one of these, and
 * everything that is known of an outcome stands in its row: the log, the metrics, the operator's
 * socket, wdspxectl and wdspxed(8) all read it, under the one name.
 */
#pragma once

#include <stdbool.h>

/* X(symbol, name, who, level, lines, what happened, what the admin can do about it or NULL)
 *
 *   who     PROVIDER: a provider ended it, and its own counters have it too; DAEMON
 *   level   of its line: DEBUG, INFO, NOTICE, WARNING; CLIENT: INFO where a network boot client
 *           asked and could have been answered, else DEBUG
 *   lines   EACH: one for each request; PER_CLIENT: the first of a client in ten seconds;
 *           PER_SECOND: the first in a second. What has no line is counted and told by the second.
 *
 * The name is for machines and never changes. What happened is also in wdspxed(8), word for word:
 * tests/request/outcome_test.c compares. */
#define OUTCOMES(X)                                                                                \
	X(NBP, "answered", PROVIDER, INFO, EACH,                                                   \
	  "a provider sent a reply that names a boot program", NULL)                               \
	X(CUSTOM, "custom", PROVIDER, INFO, EACH, "a provider sent a reply of its own kind", NULL) \
	X(UNSENT, "unsent", PROVIDER, WARNING, EACH,                                               \
	  "a provider said that it had answered, but sent nothing", NULL)                          \
	X(IGNORED, "ignored", PROVIDER, CLIENT, EACH,                                              \
	  "a provider decided that nobody answers this client", NULL)                              \
	X(REJECTED, "rejected", PROVIDER, CLIENT, EACH, "no provider wanted this client", NULL)    \
	X(FAILED, "provider-failed", PROVIDER, WARNING, EACH,                                      \
	  "a provider returned an error, and nobody else wanted this client", NULL)                \
	X(NO_ROUTE, "no-route", PROVIDER, WARNING, EACH,                                           \
	  "a reply was decided, but this host cannot send to where it must go", NULL)              \
	X(TOO_LONG, "too-long", PROVIDER, WARNING, EACH,                                           \
	  "a reply was decided, but it is longer than its client takes", NULL)                     \
	X(NO_ROOM, "no-room", PROVIDER, WARNING, EACH,                                             \
	  "a reply was decided, but limits.packets replies wait to be sent", NULL)                 \
	X(UNSEEN, "no-provider", DAEMON, CLIENT, EACH,                                             \
	  "no provider that is running takes such requests", "see wdspxectl list")                 \
	X(TIMEOUT, "timeout", PROVIDER, WARNING, EACH,                                             \
	  "a provider did not decide within its pending-timeout", NULL)                            \
	X(ABORTED, "aborted", PROVIDER, NOTICE, EACH,                                              \
	  "the daemon stopped before a provider decided", "stop-grace is the time it gives")       \
	X(BUSY, "provider-busy", PROVIDER, WARNING, EACH,                                          \
	  "a provider that had to be asked has its share of requests already",                     \
	  "find out what it waits for, or raise limits.table")                                     \
	X(NOT_OURS, "not-ours", DAEMON, DEBUG, EACH,                                               \
	  "a kind of request that a boot server must not answer", NULL)                            \
	X(MALFORMED, "malformed", DAEMON, DEBUG, EACH,                                             \
	  "not a DHCP packet, or broken beyond mending", NULL)                                     \
	X(BOOTP, "bootp", DAEMON, DEBUG, EACH, "plain BOOTP: no DHCP message type", NULL)          \
	X(OWN, "own-packet", DAEMON, DEBUG, EACH, "one of this host's own packets came back",      \
	  NULL)                                                                                    \
	X(INTERFACE, "interface", DAEMON, DEBUG, EACH,                                             \
	  "came in on an interface that is not served", "see interfaces in wdspxed.conf")          \
	X(NO_ADDRESS, "no-address", DAEMON, CLIENT, PER_CLIENT,                                    \
	  "the interface that it came in on has no address to answer from",                        \
	  "give that interface an address")                                                        \
	X(OVERSIZED, "oversized", DAEMON, DEBUG, EACH, "longer than any request that is taken",    \
	  NULL)                                                                                    \
	X(DUPLICATE, "duplicate", DAEMON, DEBUG, EACH, "the same datagram again within 250 ms",    \
	  NULL)                                                                                    \
	X(CLIENT_RATE, "client-rate", DAEMON, NOTICE, PER_CLIENT,                                  \
	  "this client asks more often than limits.per-client allows",                             \
	  "what it asks above that is dropped")                                                    \
	X(GLOBAL_RATE, "global-rate", DAEMON, NOTICE, PER_SECOND,                                  \
	  "more requests in a second than limits.rate allows",                                     \
	  "raise limits.rate if these are clients of yours")                                       \
	X(DESTINATION_RATE, "destination-rate", DAEMON, NOTICE, PER_SECOND,                        \
	  "more requests than limits.per-destination want their answers at one address",           \
	  "if that is a relay of yours, name its network in limits.relays")                        \
	X(RELAY, "relay", DAEMON, NOTICE, PER_CLIENT, "its relay is not among limits.relays",      \
	  "add the relay's network if it is one of yours")                                         \
	X(TABLE_FULL, "table-full", DAEMON, WARNING, PER_SECOND,                                   \
	  "limits.table requests wait for a decision already",                                     \
	  "wdspxectl list shows which provider does not decide")

enum outcome {
#define X(symbol, ...) OUTCOME_##symbol,
	OUTCOMES(X)
#undef X
		OUTCOME_COUNT
};

enum outcome_level {
	OUTCOME_LEVEL_DEBUG,
	OUTCOME_LEVEL_CLIENT,
	OUTCOME_LEVEL_INFO,
	OUTCOME_LEVEL_NOTICE,
	OUTCOME_LEVEL_WARNING
};

enum outcome_lines { OUTCOME_LINES_EACH, OUTCOME_LINES_PER_CLIENT, OUTCOME_LINES_PER_SECOND };

/** The outcome's name, as in the table above. */
const char *outcome_name(enum outcome outcome);
/** What happened, in a few words. */
const char *outcome_meaning(enum outcome outcome);
/** What the admin can do about it; NULL: nothing that is true of every case. */
const char *outcome_remedy(enum outcome outcome);
enum outcome_level outcome_level(enum outcome outcome);
enum outcome_lines outcome_lines(enum outcome outcome);
/** Is it the end of a provider's turn, so that it stands in that provider's counters too? */
bool outcome_is_providers(enum outcome outcome);
