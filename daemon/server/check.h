/* What wdspxed -t and -T print. */
#pragma once

#include "server/server.h"
#include "story/log_record.h"

/** Mistakes are told whatever log-level is, and no step of the daemon's own. */
void check_aloud(struct server *s);
/** The configuration could not be read, and so not where its providers are: tells the mistakes in
 * the files of the folder beside it, where there is one. */
void check_beside(const char *path);
/** The last line: whether it is good, and then what would be served. `roster` NULL: it is not. */
void check_say(const struct server *s, const char *path, const struct roster *roster);
/** wdspxed -T: the configuration in force, and each provider's; mistakes are told. Returns how many
 * there are. */
unsigned check_print(const struct config *config);
/** A log_writer: a finding becomes a JSON object on standard output, all else a line of stderr. */
void check_write_json(const struct log_record *record);
