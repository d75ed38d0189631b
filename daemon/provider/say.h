/* What the daemon itself says about a provider. */
#pragma once

#include <wdspxe.h>

struct host;
struct request;

/** One line about a provider, in the form that hooks.trace wants. It is our word, not the
 * provider's: the mask of what providers trace does not hide it. [any] */
void host_say(struct host *host, const char *provider, PXE_SEVERITY severity, const char *format,
	      ...) __attribute__((format(printf, 4, 5)));
/** The same about one request; client and transaction are added to it. [any, inside of it] */
void host_say_of(struct host *host, const char *provider, const struct request *req,
		 PXE_SEVERITY severity, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
