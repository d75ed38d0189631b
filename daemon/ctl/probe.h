/* wdspxectl probe: a made-up client goes through the whole conversation on the wire, collects all
 * that is offered, and does what its firmware would do (dhcp/choice.h).
 *
 * It takes no lease. RFC 2131 lets a client leave an OFFER lie, and the server has its address back
 * within moments; a REQUEST would use one up for as long as a lease lasts. So a question on port
 * 4011 comes from this host's own address, not from the one that the client was offered.
 */
#pragma once

#include <jansson.h>

#include "ctl/probe_wire.h"
#include "dhcp/choice.h"
#include "story/finding.h"

/* Why a client could not be played to its end: X(symbol, text). */
#define PROBE_UNTRIED(X)                                                                           \
	X(NOTHING, "")                                                                             \
	X(OWN,                                                                                     \
	  "the boot server is this host, and wdspxed answers no question of its own host on port " \
	  "4011: probe from another host, or ask wdspxectl explain")                               \
	X(NO_ADDRESS, "this host has no address on the interface to ask port 4011 from")           \
	X(NO_LINK_LOCAL, "this host has no IPv6 address on the interface")                         \
	X(BROADCAST,                                                                               \
	  "the client would ask for an item of the menu by broadcast, which a DHCP server takes "  \
	  "for the renewal of a lease; a probe takes none")                                        \
	X(NOT_SENT, "a packet could not be sent")                                                  \
	X(NOT_FETCHED, "the boot file could not be asked for")                                     \
	X(HERE6,                                                                                   \
	  "a server of this host holds port 547, and it does not hear this host: probe from "      \
	  "another host, or ask wdspxectl explain --family 6")

enum probe_untried {
#define X(symbol, text) PROBE_##symbol,
	PROBE_UNTRIED(X)
#undef X
};

/* A question on port 4011. */
struct asking {
	struct endpoint to;
	uint16_t from_port;
	unsigned sent; /* how often */
	bool is_item, is_answered;
	struct offer answer;
	struct wire_datagram datagram; /* that the answer is borrowed from */
};

enum { PROBE_ASKED_MAX = CHOICE_OFFERS_MAX + 2, PROBE_URL_MAX = 1024 };

struct probe {
	struct made_client client;
	struct wire wire;

	unsigned discovers; /* how many were sent */
	size_t n;
	struct offer offers[CHOICE_OFFERS_MAX];
	struct wire_datagram heard[CHOICE_OFFERS_MAX]; /* that they are borrowed from */
	struct choice choice;
	size_t n_asked;
	struct asking asked[PROBE_ASKED_MAX];

	enum probe_untried untried;
	int error;               /* errno of PROBE_NOT_SENT */
	char url[PROBE_URL_MAX]; /* of the boot file; "": none */

	json_t *fetched; /* what wdspxed-fetch says of it; NULL: it was not asked, or said nothing
			  */
	char fetch_error[256];
};

/** The whole conversation, on an open wire. */
void probe_talk(struct probe *probe);

/** Asks for the file that it would boot. The certificates are those that its firmware trusts, or
 * NULL. */
void probe_fetch(struct probe *probe, const char *cacert);

/** What came of it: it boots, does not, or could not be tried. */
bool probe_boots(const struct probe *probe);
const char *probe_why(const struct probe *probe);

enum { PROBE_FINDINGS_MAX = 4 };
struct probe_findings {
	struct finding finding[PROBE_FINDINGS_MAX];
	size_t n;
};

/** What is wrong, or could be, in the network. */
void probe_find(const struct probe *probe, struct probe_findings *out);

/* probe_print.c, probe_json.c */
void probe_print(const struct probe *probe);
json_t *probe_json(const struct probe *probe);
