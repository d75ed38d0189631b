/* Reading the list in a directory that the caller has opened, and perhaps locked. */
#pragma once

#include "registry/provider_list.h"

/* What is read, and how. */
struct source {
	int dir;
	const char *path;      /* of the directory */
	const char *state_dir; /* NULL: without overlays */
	bool lenient;          /* leaves out what is wrong */
};

/** Reads until a reading was not disturbed; what is told is told once. As provider_list_read(). */
int list_read(const struct source *source, struct provider_list *out, struct registry_error *error);
/** The provider of a name, which the caller frees. 0, REGISTRY_E_ABSENT, or as list_read(). */
int list_find(const struct source *source, const char *name, struct dropin **out,
	      struct registry_error *error);
