#include "provider/loading.h"

#include <stdio.h>
#include <string.h>

#include "provider/call.h"
#include "provider/error_name.h"
#include "provider/image.h"
#include "provider/life.h"
#include "provider/say.h"
#include "provider/shelving.h"
#include "provider/thrown.h"

int loading_load(struct provider *p, char *why, size_t size)
{
	char reason[512];
	int r;

	call_enter(atomic_load(&p->log_name), "loading its module", NULL, 0);
	r = module_load(p->module_path, p->was_tried ? &p->tried : NULL, host_shelf(p->host),
			&p->module, reason, sizeof(reason));
	call_leave();
	if (r == 0) {
		image_note(p->module.image, p->module_path, atomic_load(&p->log_name));
		thrown_ready();
		return 0;
	}
	snprintf(why, size, "provider \"%s\": %s%s", p->name,
		 r == MODULE_E_UNTRUSTED ? "its module is not trusted: " : "cannot load module ",
		 reason);
	return r == MODULE_E_UNTRUSTED ? PROVIDER_E_UNTRUSTED : PROVIDER_E_UNLOADABLE;
}

/* What the author would look for long, since nothing fails. */
void loading_say(struct provider *p)
{
	const struct entry *dll_main = &p->module.entries.dll_main;

	if (p->module.in_memory)
		host_say_no_shelf(p->host, p->module.not_shelved);
	if (p->module.newer)
		host_say(p->host, p->name, PXE_TRACE_WARNING,
			 "%s was built for version %u.%u of the API, and this is version %d.%d: "
			 "what is newer is missing here",
			 p->module_path, p->module.api.major, p->module.api.minor,
			 PXE_API_VERSION_MAJOR, PXE_API_VERSION_MINOR);
	if (p->module.entries.unique)
		host_say(p->host, p->name, PXE_TRACE_WARNING,
			 "%s stays in memory when it is replaced: compile C++ with "
			 "-fno-gnu-unique",
			 p->module_path);
	if (dll_main->state == ENTRY_NEARLY || dll_main->state == ENTRY_DATA)
		host_say(
			p->host, p->name, PXE_TRACE_WARNING,
			"the DllMain of %s is not called, because its symbol %s %s: include "
			"<windows.h>, and declare it BOOL WINAPI DllMain(HINSTANCE, DWORD, LPVOID)",
			p->module_path, dll_main->nearly,
			dll_main->state == ENTRY_DATA ? "is not a function"
						      : "is not exported or takes other arguments");
}

int loading_no_entry(const struct provider *p, char *why, size_t size)
{
	const struct entry *entry = &p->module.entries.initialize;
	char hint[256] = "", error[ERROR_TEXT_MAX];

	if (entry->state == ENTRY_DATA)
		snprintf(hint, sizeof(hint), ": its symbol of that name is not a function");
	else if (entry->state == ENTRY_NEARLY)
		snprintf(hint, sizeof(hint),
			 ": its %s is not exported, or is exported under a C++ name; include "
			 "<wdspxe.h>, which declares it",
			 entry->nearly);
	snprintf(why, size, "provider \"%s\": %s does not export PxeProviderInitialize (%s)%s",
		 p->name, p->module_path, error_text(ERROR_PROC_NOT_FOUND, error), hint);
	return PROVIDER_E_NO_ENTRY;
}

void loading_unload(struct provider *p)
{
	const char *name = atomic_load(&p->log_name);

	/* Noted before: a thread that it left behind crashes the moment its code is gone. */
	call_unloaded(name);
	image_forget(p->module.image);
	call_enter(name, "unloading its module", NULL, 0);
	if (p->host->keep_modules)
		module_keep(&p->module);
	else
		module_unload(&p->module);
	call_leave();
}
