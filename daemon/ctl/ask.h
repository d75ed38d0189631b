/* A question to the daemon over its socket (daemon/control/README.md): one line there, one back. */
#pragma once

#include <jansson.h>

/* How wdspxectl ends. */
enum { CTL_OK = 0, CTL_FAILED = 1, CTL_USAGE = 2, CTL_NO_DAEMON = 3 };

/**
 * Sends the request, which it takes over, and waits for the answer: up to `seconds`, 0 for ever.
 * Returns CTL_OK and the answer, an object with "ok": true that the caller releases; or what to
 * exit with, when the reason has been printed.
 */
int ask(const char *socket_path, json_t *request, unsigned seconds, json_t **out);
