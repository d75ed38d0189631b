#include "provider/name.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "provider/state.h"

/* The place of a name, or the first free one; NULL: it has none, and none is free. */
static struct provider_name *name_place(struct host *host, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(host->name); i++) {
		const char *text = atomic_load(&host->name[i].text);

		if (!text || strcmp(text, name) == 0)
			return &host->name[i];
	}
	return NULL;
}

struct provider_name *host_name_keep(struct host *host, const char *name)
{
	struct provider_name *place = name_place(host, name);

	if (place && !atomic_load(&place->text))
		atomic_store(&place->text, strdup(name));
	return host_name_find(host, name);
}

struct provider_name *host_name_find(struct host *host, const char *name)
{
	struct provider_name *place = name_place(host, name);

	return place && atomic_load(&place->text) ? place : &host->nameless;
}
