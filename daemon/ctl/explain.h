/* Asking how a packet would be answered: for explain and replay. */
#pragma once

#include <jansson.h>

#include "ctl/call.h"
#include "ctl/packet_file.h"

enum { EXPLAIN_OWN_WORDS = 12 };

/* The words of an explain for a packet; they point into `text` and into what was given. */
struct explain_words {
	const char **word;
	size_t n;
	char *octets; /* owned */
	char from[IP_TEXT_MAX], to[IP_TEXT_MAX], port[8], from_port[8];
};

/** Words for a packet, behind `n` others. 0 or -ENOMEM; explain_words_done() in both. */
int explain_words_make(const struct capture_datagram *d, const char *const *others, size_t n,
		       struct explain_words *out);
void explain_words_done(struct explain_words *words);

/** Prints what the daemon answered, for people. */
void explain_print(const json_t *answer);
/** Prints the fields of a packet, as story/decode tells them, behind `indent` columns. */
void explain_print_fields(const json_t *fields, int indent);
/** Would the client get nothing? */
bool explain_is_silence(const json_t *answer);
