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

static int ids_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct ids *out)
{
	void *at;
	int r = list_room(keys, name, scalars, sizeof *out->at, &at);

	out->at = at;
	for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {
		const char *text = scalars->at[i].text;

		if (!text || !*text)
			continue; /* told */
		if (id_parse(text, &out->at[out->n]))
			out->n++;
		else
			r = keys_error_member(keys, name, i, "\"%s\" is no %s: %s [W0170]", text,
					      name, id_remedy(text));
	}
	return r;
}

static void ids_done(struct ids *ids)
{
	free(ids->at);
	*ids = (struct ids){ NULL, 0 };
}

COVERS(ids, ids, id_covers)
LIST_TYPE(ids, ids)
