#include "base/lazy.h"

#include <stdint.h>
#include <stdlib.h>

static const size_t room = 2 * (size_t)LAZY_ALIGN; /* for the alignment and what stands before */

/* What calloc() gave stands before the memory. Of a large piece it is the kernel that clears the
 * pages, one by one, at their first use. */
void *lazy_new(size_t size)
{
	void **at, *given;

	if (size > SIZE_MAX - room)
		return NULL;
	given = calloc(1, size + room);
	if (!given)
		return NULL;
	at = (void **)(((uintptr_t)given + room) & ~(uintptr_t)(LAZY_ALIGN - 1));
	at[-1] = given;
	return at;
}

void lazy_free(void *at)
{
	if (at)
		free(((void **)at)[-1]);
}
