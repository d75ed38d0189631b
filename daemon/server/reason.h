/* Why something failed, as a whole sentence for the admin: "FILE:LINE: what is wrong". */
#pragma once

#include <stdio.h>

#include "registry/registry_error.h"

enum { REASON_MAX = 1024 };

struct reason {
	char text[REASON_MAX];
};

/** Writes a registry's or the configuration's error with its place. */
void reason_from(struct reason *reason, const struct registry_error *error);
void reason_set(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
