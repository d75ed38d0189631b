/* Why something failed, as a whole sentence for the admin: "FILE:LINE: what is wrong". */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "registry/registry_error.h"

enum { REASON_MAX = 1024 };

struct reason {
	char text[REASON_MAX];
	bool changed;   /* something stays as the failed step has made it; the text says what */
	bool permanent; /* trying again changes nothing: a file has to be mended first */
};

/** Writes a registry's or the configuration's error with its place. `r` is what came with it: it
 * is permanent unless the system was short of something. */
void reason_from(struct reason *reason, const struct registry_error *error, int r);
/** Writes a sentence; not permanent. */
void reason_set(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** Appends what stays changed; permanent is left as it is. */
void reason_add_changed(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
