/* wdspxed --answer: a configuration without a daemon, asked how requests would be answered. */
#pragma once

#include "server/server.h"

/** Answers explain requests, a line each, from standard input to its end; the roster's providers
 * run. No port is open and nothing is written but the answers. Returns an exit status. */
int answer_lines(struct server *s, const struct roster *roster);
