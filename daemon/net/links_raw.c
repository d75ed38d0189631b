#include "net/links_raw.h"

#include <stdlib.h>
#include <string.h>

void links_raw_done(struct links_raw *raw)
{
	free(raw->link);
	free(raw->address);
	for (int f = 0; f < N_FAMILIES; f++)
		free(raw->route[f]);
	*raw = (struct links_raw){ 0 };
}

void *links_array_more(void *array, size_t size, size_t *count, size_t *room)
{
	void **at = array;

	if (*count == *room) {
		size_t wish = *room ? *room * 2 : 16;
		void *grown = realloc(*at, wish * size);

		if (!grown)
			return NULL;
		*at = grown;
		*room = wish;
	}
	return memset((uint8_t *)*at + size * (*count)++, 0, size);
}
