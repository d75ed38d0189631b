/* Why something failed, as a whole sentence for the admin: "FILE:LINE: what is wrong". */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "registry/registry_error.h"

enum { REASON_MAX = 1024 };

struct reason {
	char text[REASON_MAX];
	char log[REASON_MAX]; /* the same for the log, without what it has already */
	bool changed;   /* something stays as the failed step has made it; the text says what */
	bool permanent; /* trying again changes nothing: a file has to be mended first */
	bool told;      /* the log has it already, and more of the kind perhaps */
};

/** Writes a registry's or the configuration's error with its place. `r` is what came with it: it
 * is permanent unless the system was short of something, and told where the error told it. */
void reason_from(struct reason *reason, const struct registry_error *error, int r);
/** Writes a sentence, for the log too; not permanent, and not told. */
void reason_set(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** Appends what stays changed; permanent is left as it is. */
void reason_add_changed(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** Another sentence for the log. */
void reason_set_log(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
