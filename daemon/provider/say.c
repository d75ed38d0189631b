#include "provider/say.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf.h"
#include "provider/state.h"

void host_say(struct host *host, const char *provider, PXE_SEVERITY severity, const char *format,
	      ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	utf8_trim(line);
	host->hooks.trace(host->hooks.context, provider, NULL, severity, line);
}

void host_say_of(struct host *host, const char *provider, const struct request *req,
		 PXE_SEVERITY severity, const char *format, ...)
{
	char line[1024], client[40];
	size_t room = sizeof(line) - 80, used;
	va_list args;

	va_start(args, format);
	vsnprintf(line, room, format, args);
	va_end(args);
	used = strlen(line);
	snprintf(line + used, sizeof(line) - used, " (client %s, xid %08x%s)",
		 request_client_text(req, client), request_xid(req), req->trial ? ", trial" : "");
	host->hooks.trace(host->hooks.context, provider, req, severity, line);
}
