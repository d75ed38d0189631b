/* What wdspxed-fetch says of a boot file: daemon/fetch/README.md has its object. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct fetched_wish {
	const char *url;
	const char *archs;  /* names with commas between; "" or NULL: any machine */
	const char *cacert; /* a file, or NULL */
	bool ipxe;
	unsigned seconds;
};

/** Runs it, and waits for it, for a few seconds more than `seconds` at most. The object, which is
 * the caller's; NULL, with the reason: it could not be run, or said nothing. */
json_t *fetched_ask(const struct fetched_wish *wish, char *why, size_t size);
