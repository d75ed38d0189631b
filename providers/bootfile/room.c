#include "room.h"

#include <errno.h>
#include <stdlib.h>

enum { LEAST = 16 };

int room_make(void *array, size_t size, uint32_t n, uint32_t more)
{
	void **at = array, *bigger;
	size_t room = LEAST, want = n + (size_t)more;

	while (room < n) /* as often as it has doubled */
		room *= 2;
	if (n > 0 && want <= room)
		return 0;
	while (room < want)
		room *= 2;
	if (room > UINT32_MAX / 2)
		return -ENOMEM;
	bigger = realloc(*at, room * size);
	if (!bigger)
		return -ENOMEM;
	*at = bigger;
	return 0;
}
