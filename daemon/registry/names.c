#include "registry/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_FIRST = 32 };

bool name_is_dropin(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

int names_add(struct names *names, const char *name)
{
	if (names->n == names->room) {
		size_t room = names->room ? 2 * names->room : NAMES_FIRST;
		char **grown = reallocarray(names->at, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		names->at = grown;
		names->room = room;
	}
	names->at[names->n] = strdup(name);
	if (!names->at[names->n])
		return -ENOMEM;
	names->n++;
	return 0;
}

static int by_octets(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *names)
{
	if (names->n > 0)
		qsort(names->at, names->n, sizeof(names->at[0]), by_octets);
}

bool names_equal(const struct names *a, const struct names *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->at[i], b->at[i]) != 0)
			return false;
	return true;
}

void names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->at[i]);
	free(names->at);
	*names = (struct names){ .n = 0 };
}
