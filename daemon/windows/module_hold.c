#include "windows/module_hold.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>

/* Of an address; not dladdr(), which looks through all symbols. */
static const char *file_at(void *address)
{
	struct dl_find_object found;

	return _dl_find_object(address, &found) == 0 ? found.dlfo_link_map->l_name : "";
}

void *module_hold(void (*function)(void))
{
	const char *file = file_at((void *)(uintptr_t)function);
	int before = errno;
	void *module = file[0] != '\0' ? dlopen(file, RTLD_LAZY | RTLD_NOLOAD) : NULL;

	errno = before;
	return module;
}

void module_release(void *module)
{
	if (module)
		dlclose(module);
}
