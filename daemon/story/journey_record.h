/* What goes from the loop to the log's thread for those who watch: copies, of a fixed size. */
#pragma once

#include "provider/hooks.h"
#include "story/finding.h"
#include "story/log_record.h"

enum {
	JOURNEY_WHY_MAX = 96,
	JOURNEY_REMARKS = 48,  /* of one request; a provider may give one for each entry */
	JOURNEY_SAID = 5 << 10 /* octets of their texts */
};

enum journey_kind {
	JOURNEY_REQUEST, /* one that ended: its journey */
	JOURNEY_SENT,    /* a reply has left, or could not */
	JOURNEY_FINDING
};

struct journey_visit {
	const char *provider, *seat; /* static copies; seat NULL: it was not asked */
	enum verdict verdict;
	enum outcome outcome;
	uint32_t us, replies;
	bool explained;
	struct request_reason reason; /* where explained */
};

/* One of all that was said: of a visit, by the provider's name. Its texts are offsets in `said`. */
struct journey_remark {
	const char *provider;
	uint32_t line;
	uint16_t text, file;
	uint8_t kind; /* enum reason_kind */
};

struct journey {
	uint8_t kind;
	uint8_t watchers; /* a bit for each place */
	struct log_client client;
	uint64_t number;  /* of the request; 0: it has none */
	uint64_t time_us; /* CLOCK_REALTIME: when it came, or left */
	union {
		struct {
			struct log_step step;
			struct ip relay;     /* that sent it here; IP_NONE: none did */
			bool mended;         /* the octets are as they came, and were not whole */
			struct ip local, to; /* ours; where it was sent, IP_NONE: to all */
			uint32_t n_visits;   /* all of them */
			uint32_t n;          /* of them that are here */
			struct journey_visit visit[REQUEST_VISITS_MAX];
			/* All that its providers said, where that was asked for; of more than has
			 * room, how many. */
			uint32_t n_remarks, remarks_left_out;
			struct journey_remark remark[JOURNEY_REMARKS];
			char said[JOURNEY_SAID];
		} request;
		struct {
			struct endpoint to;
			struct ip from; /* IP_NONE: the kernel's choice */
			uint16_t from_port;
			char why[JOURNEY_WHY_MAX]; /* "": it has left */
		} sent;
		struct finding finding;
	};
	uint32_t len; /* of the datagram */
	uint32_t kept;
	uint8_t octets[REQUEST_PACKET_MAX];
};
