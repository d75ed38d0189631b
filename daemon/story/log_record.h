/* What goes through the log's ring: a sentence, a request that ended, or a count. Of a fixed size.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include "dhcp/dhcp_fault.h"
#include "request/log_client.h"
#include "request/outcome.h"
#include "request/request.h"

enum {
	LOG_TEXT_MAX = 768,       /* a record's own room */
	LOG_LINE_MAX = 4096 + 64, /* the longest sentence: PxeTrace's 1,024 characters and more */
	LOG_NAME_MAX = 64,
};

enum log_kind {
	LOG_KIND_TEXT,  /* a sentence of the daemon's own, or a provider's trace */
	LOG_KIND_STEP,  /* a request that ended */
	LOG_KIND_COUNT, /* steps that were not logged one by one */
};

/* A request that ended, as much of it as a line and the journal's fields say. */
struct log_step {
	enum outcome outcome;
	uint32_t xid;
	uint32_t took_us;
	const char *provider; /* static copies; NULL: nobody */
	const char *row;
	bool chosen;                 /* it asks for an item of a menu: the reason names it */
	struct request_reply reply;  /* type 0 and no port: none was sent */
	struct request_fault fault;  /* provider NULL: nothing went wrong */
	char detail[DHCP_FAULT_MAX]; /* malformed: where; else "" */
	const char *paused;          /* a provider that was not asked, for it is paused; or NULL */
	bool explained;
	struct request_reason reason; /* where explained */
};

struct log_record {
	uint8_t kind;
	uint8_t level;    /* LOG_ERR … LOG_DEBUG */
	bool logged;      /* it is for the log itself */
	uint8_t watchers; /* and for these: log_watch.h */
	struct log_client client;
	const char *hint; /* LOG_KIND_TEXT: the name of a finding, static; NULL: it is none */
	union {
		struct {
			char provider[LOG_NAME_MAX]; /* "": the daemon */
			char text[LOG_TEXT_MAX];
			char *whole; /* NULL, or the sentence that has no room there; log.c's */
		} text;
		struct log_step step;
		struct {
			enum outcome outcome;
			uint64_t n;
		} count;
	};
};
