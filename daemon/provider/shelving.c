#include "provider/shelving.h"

#include "provider/say.h"
#include "provider/shelf.h"
#include "provider/state.h"

void host_set_modules_dir(struct host *host, const char *folder)
{
	if (shelf_open(folder, &host->shelf, host->no_shelf, sizeof(host->no_shelf)) < 0)
		host->shelf = NULL;
}

void host_keep_modules(struct host *host, bool always)
{
	host->keep_modules = always || host->packets.exact;
}

struct shelf *host_shelf(struct host *host)
{
	if (!host->shelf && !host->no_shelf[0] &&
	    shelf_open_temporary(&host->shelf, host->no_shelf, sizeof(host->no_shelf)) < 0)
		host->shelf = NULL;
	return host->shelf;
}

void host_say_no_shelf(struct host *host, const char *why)
{
	if (host->no_shelf_said)
		return;
	host->no_shelf_said = true;
	host_say(host, "", PXE_TRACE_INFO,
		 "modules are loaded from memory, where valgrind, perf and core dumps cannot find "
		 "them: %s",
		 why[0] ? why : host->no_shelf);
}

void host_shelf_close(struct host *host)
{
	if (host->keep_modules)
		shelf_leave(host->shelf);
	else
		shelf_close(host->shelf);
}
