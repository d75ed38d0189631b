#include "boot/keep.h"

#include <stdlib.h>

struct kept {
	struct kept *next;
	void *memory;
};

void *kit_keep(PXE_BOOT *boot, void *memory)
{
	struct kept *kept = memory ? malloc(sizeof *kept) : NULL;

	if (!kept) {
		free(memory);
		return NULL;
	}
	*kept = (struct kept){ boot->kept, memory };
	boot->kept = kept;
	return memory;
}

void kept_free(struct kept *kept)
{
	while (kept) {
		struct kept *next = kept->next;

		free(kept->memory);
		free(kept);
		kept = next;
	}
}
