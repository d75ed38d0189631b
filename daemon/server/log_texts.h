/* How many sentences a second one provider, or the daemon itself, may have. For the log's thread.
 */
#pragma once

#include "server/log.h"
#include "server/log_rate.h"

enum { LOG_SPEAKERS = 32 };

/* Who spoke lately. A newcomer takes the place of who has been silent longest; a count that is
 * still to be told stays. */
struct log_texts {
	struct {
		char name[LOG_NAME_MAX]; /* "": the daemon */
		uint64_t last_ms;        /* 0: free */
		struct log_rate rate;
	} speaker[LOG_SPEAKERS];
};

/** May this sentence go out? Errors of the daemon's own always may. */
bool log_texts_take(struct log_texts *texts, const struct log_record *record, uint64_t now_ms);
/** The next summary of withheld sentences, of a second that is over. False: none is left. */
bool log_texts_summary(struct log_texts *texts, uint64_t now_ms, struct log_record *out);
