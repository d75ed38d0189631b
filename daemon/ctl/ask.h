/* A question to the daemon over its socket (daemon/control/README.md): one line there, one back. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "ctl/call.h"

/**
 * Asks what the call says, and waits for the answer: a command that only reads is answered at once,
 * others when they are done. Returns CTL_OK and the answer, an object with "ok": true that the
 * caller releases; or what to exit with, when the reason has been printed.
 */
int ask(const struct call *call, json_t **out);

/** The same, and the answer may have "ok": false; its "error" has not been printed. */
int ask_whole(const struct call *call, json_t **out);

/** ask() on a connection that stays for the next question: *in is NULL at first, and the caller
 * closes it where it is not. */
int ask_on(const struct call *call, FILE **in, json_t **out);

/**
 * Asks for a stream, and calls `record` for each line of it, which says whether it is to go on.
 * Returns CTL_OK when it is not, or a signal was caught; or what to exit with, when the reason has
 * been printed.
 */
int ask_stream(const struct call *call, bool (*record)(const struct call *call, const char *line));

/** The same as ask() for a command that ends when it has been printed: by `print`, or as JSON. */
int ask_and_print(const struct call *call, void (*print)(const json_t *answer));
/** The same, and ends as `status` says of the answer. */
int ask_and_tell(const struct call *call, void (*print)(const json_t *answer),
		 int (*status)(const json_t *answer));
