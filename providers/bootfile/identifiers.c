/* Lists of what a client, or the port that it is at, calls itself: client-id, circuit-id ... */
#include "list_type.h"
#include "members.h"

static const char *id_remedy(const char *text)
{
	if (strncmp(text, "0x", 2) == 0)
		return "behind 0x it must have two digits for each byte: 0x00040001";
	if (strlen(text) > ID_MAX)
		return "it is longer than 255 bytes";
	if (strchr(text, '*'))
		return "a * must come last";
	return "write its bytes as 00:04:00:01 or 0x00040001, or a text";
}

static int id_read(const struct keys *keys, const char *name, size_t i, const char *text,
		   struct id_pattern *out)
{
	if (id_parse(text, out))
		return 0;
	return keys_error_member(keys, name, i, "\"%s\" is no %s: %s [W0170]", text, name,
				 id_remedy(text));
}

LIST_COMPILE(static, ids, ids, id_read)
LIST_DONE(ids, ids)
COVERS(ids, ids, id_covers)
LIST_TYPE(ids, ids)
