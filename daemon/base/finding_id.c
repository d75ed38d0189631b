#include "base/finding_id.h"

#include <string.h>

bool finding_id_valid(const char *id)
{
	return id[0] == 'W' && strspn(id + 1, "0123456789") == 4 && !id[5];
}

bool finding_id_of(const char *line, char id[FINDING_ID_SIZE])
{
	enum { ROOM = FINDING_ID_SIZE + 2 }; /* " [W0117]" */
	size_t len = strlen(line);
	const char *end = line + (len < ROOM ? 0 : len - ROOM);

	if (len < ROOM || end[0] != ' ' || end[1] != '[' || line[len - 1] != ']')
		return false;
	memcpy(id, end + 2, FINDING_ID_SIZE - 1);
	id[FINDING_ID_SIZE - 1] = '\0';
	return finding_id_valid(id);
}
