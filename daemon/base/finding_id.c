#include "base/finding_id.h"

#include <stdio.h>
#include <string.h>

#include "base/utf.h"

bool finding_id_valid(const char *id)
{
	return id[0] == 'W' && strspn(id + 1, "0123456789") == 4 && !id[5];
}

enum { TAIL = FINDING_ID_SIZE + 2 }; /* " [W0117]" */

bool finding_id_of(const char *line, char id[FINDING_ID_SIZE])
{
	size_t len = strlen(line);
	const char *end = line + (len < TAIL ? 0 : len - TAIL);

	if (len < TAIL || end[0] != ' ' || end[1] != '[' || line[len - 1] != ']')
		return false;
	memcpy(id, end + 2, FINDING_ID_SIZE - 1);
	id[FINDING_ID_SIZE - 1] = '\0';
	return finding_id_valid(id);
}

size_t finding_id_at(const char *line)
{
	char id[FINDING_ID_SIZE];

	return strlen(line) - (finding_id_of(line, id) ? TAIL : 0);
}

void finding_id_fit(const char *line, char *out, size_t size)
{
	size_t len = finding_id_at(line);
	const char *id = line + len;

	if (len + strlen(id) >= size)
		len = size - 1 - strlen(id);
	snprintf(out, len + 1, "%s", line);
	utf8_trim(out);
	strcat(out, id);
}
