/* The list of where a request came to: addresses of this host, networks of them, interfaces. */
#include "list_type.h"

static int targets_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			   struct targets *out)
{
	void *at;
	int r = list_room(keys, name, scalars, sizeof *out->at, &at);

	out->at = at;
	for (size_t i = 0; i < scalars->n && r != -ENOMEM; i++) {
		const char *text = scalars->at[i].text;
		struct target *target = &out->at[out->n];

		if (!text || !*text)
			continue; /* told */
		if (target_parse(text, target))
			out->n++;
		else
			r = keys_error_member(keys, name, i,
					      "must be an address of this host, a subnet or an "
					      "interface, not \"%s\" [W0117]",
					      text);
	}
	return r;
}

static void targets_done(struct targets *targets)
{
	free(targets->at);
	*targets = (struct targets){ NULL, 0 };
}

COVERS(targets, targets, target_covers)
LIST_TYPE_WITHOUT_SETS(targets, targets)
