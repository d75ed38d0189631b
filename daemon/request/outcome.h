/* How a request ended, and why. Every datagram that reaches us ends in exactly one of these; log,
 * metrics and the operator's tools all use these names.
 */
#pragma once

/* X(symbol, name, what it means for the admin) */
#define OUTCOMES(X)                                                                                \
	X(NBP, "answered", "a provider sent a reply that names a boot program")                    \
	X(CUSTOM, "custom", "a provider sent a reply of its own kind")                             \
	X(UNSENT, "unsent", "a provider said that it had answered, but nothing was sent")          \
	X(IGNORED, "ignored", "a provider decided that nobody shall answer")                       \
	X(REJECTED, "rejected", "no provider wanted this client")                                  \
	X(UNSEEN, "no-provider", "no provider is loaded that takes such packets")                  \
	X(TIMEOUT, "timeout", "a provider did not decide within its pending-timeout")              \
	X(ABORTED, "aborted", "the daemon stopped before a provider decided")                      \
	X(NOT_OURS, "not-ours", "a kind of packet that a boot server must not answer")             \
	X(MALFORMED, "malformed", "not a DHCP packet, or broken beyond mending")                   \
	X(BOOTP, "bootp", "plain BOOTP: no DHCP message type")                                     \
	X(OWN, "own-packet", "one of our own packets came back")                                   \
	X(INTERFACE, "interface", "came in on an interface that is not served")                    \
	X(OVERSIZED, "oversized", "larger than any request that we take")                          \
	X(DUPLICATE, "duplicate", "the same datagram again within 250 ms")                         \
	X(CLIENT_RATE, "client-rate", "this client asks more often than limits.per-client")        \
	X(GLOBAL_RATE, "global-rate", "more requests than limits.rate")                            \
	X(DESTINATION_RATE, "destination-rate",                                                    \
	  "more requests than limits.per-destination want their answers at this address")          \
	X(RELAY, "relay", "its relay is not among limits.relays")                                  \
	X(TABLE_FULL, "table-full", "limits.table requests are under way")                         \
	X(BUSY, "provider-busy", "the provider whose turn it was has its share of requests")

enum outcome {
#define X(symbol, name, meaning) OUTCOME_##symbol,
	OUTCOMES(X)
#undef X
		OUTCOME_COUNT
};

/** The outcome's name, as in the table above. */
const char *outcome_name(enum outcome outcome);
/** What it means, in a few words. */
const char *outcome_meaning(enum outcome outcome);
