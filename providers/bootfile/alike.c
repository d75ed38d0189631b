#include "alike.h"
#include "room.h"

#include <errno.h>
#include <stdlib.h>

/* The place of the first one like this in a table with room for all; an empty place: none. */
static uint32_t *place_find(const struct alikes *alikes, const PXE_BOOT_SECRET *secret,
			    uint32_t *table, uint32_t mask, uint32_t i, const char *text)
{
	uint64_t at = PxeBootHash(secret, 0, text, strlen(text)) & mask;

	while (table[at] != 0 && !alikes->same(alikes, table[at] - 1, i))
		at = (at + 1) & mask;
	return &table[at];
}

int alikes_join(const struct alikes *alikes, const PXE_BOOT_SECRET *secret)
{
	uint32_t mask = 15, *table; /* 1 + number of one; 0: empty */

	while (mask / 2 < alikes->n)
		mask = 2 * mask + 1;
	table = room_new(((size_t)mask + 1) * sizeof *table);
	if (!table)
		return -ENOMEM;
	for (uint32_t i = 0; i < alikes->n; i++) {
		const char *text = alikes->text(alikes, i);
		uint32_t *place;

		if (!text)
			continue;
		place = place_find(alikes, secret, table, mask, i, text);
		if (*place == 0)
			*place = i + 1;
		alikes->join(alikes, i, *place - 1);
	}
	room_free(table);
	return 0;
}
