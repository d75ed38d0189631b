#include "registry/provider_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"

bool provider_list_counts(const char *file)
{
	size_t len = strlen(file);

	return file[0] != '.' && len > 5 && strcmp(file + len - 5, ".conf") == 0;
}

void provider_list_done(struct provider_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		dropin_free(list->entry[i]);
	free(list->entry);
	*list = (struct provider_list){ .n = 0 };
}

ptrdiff_t provider_list_find(const struct provider_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->entry[i] && utf8_casecmp(list->entry[i]->name, name) == 0)
			return (ptrdiff_t)i;
	return -1;
}
