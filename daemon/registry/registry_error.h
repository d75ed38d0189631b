/* What is wrong on disk, said so that an admin finds it: a sentence, the file and the line.
 *
 * Every function of this floor that takes a `struct registry_error *` fills it whenever it does
 * not return 0, and leaves it alone when it does. NULL is fine: then nobody wants to know.
 *
 * Who sets `tell` wants all mistakes and not the first only: it is called for each, reading goes on
 * behind it as far as it makes sense, and the first one stays in the error. Warnings, about what is
 * taken, are told in this way alone.
 */
#pragma once

#include <stdbool.h>

/* Expected outcomes of this floor, beside 0 and -errno. */
enum {
	REGISTRY_E_INVALID = 1, /* a file is wrong; the error has its name and line */
	REGISTRY_E_EXISTS,      /* another provider has this name, in any case of letters */
	REGISTRY_E_ABSENT,      /* there is no such provider, key or value */
	REGISTRY_E_NAME,        /* not a name for a provider (1 to 255 characters, O-05) */
	REGISTRY_E_PATH,        /* a module's path must be absolute */
	REGISTRY_E_FULL,        /* too many providers, or no file name is left between two */
};

struct registry_error {
	char text[384]; /* one sentence, without file and line; it ends in its id */
	char file[512]; /* its path, or "" where no file is meant; a longer path loses its front */
	int line;       /* from 1; 0: the file as a whole */
	/** Called for each mistake and warning; the mistake is borrowed. NULL: the first will do.
	 */
	void (*tell)(void *context, bool warning, const struct registry_error *mistake);
	void *context;
	unsigned told; /* mistakes that were told */
};

/** Fills *error, if there is one, and returns `r`: `return registry_fail(error, file, 3, r, …);` A
 * mistake's sentence ends in the id of its kind, "... [W0117]": base/finding_id.h. */
int registry_fail(struct registry_error *error, const char *file, int line, int r,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));
/** The same for -errno: the sentence is `what`, a colon, and the system's word for it. */
int registry_fail_errno(struct registry_error *error, const char *file, int r, const char *what);
/** Tells a warning, where somebody wants to know. */
void registry_warn(struct registry_error *error, const char *file, int line, const char *format,
		   ...) __attribute__((format(printf, 4, 5)));
/** May reading go on behind a mistake? */
bool registry_wants_all(const struct registry_error *error);
