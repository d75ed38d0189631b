#include "registry/notes.h"

#include <errno.h>
#include <stdlib.h>

enum { NOTES_MAX = 256 };

static void note(void *context, bool warning, const struct registry_error *what)
{
	struct notes *notes = context;

	if (notes->n < NOTES_MAX)
		notes->at[notes->n++] = (struct note){ warning, *what };
}

int notes_take(struct notes *notes, struct registry_error *noted)
{
	notes->at = calloc(NOTES_MAX, sizeof(*notes->at));
	notes->n = 0;
	*noted = (struct registry_error){ .tell = note, .context = notes };
	return notes->at ? 0 : -ENOMEM;
}

void notes_tell(const struct notes *notes, struct registry_error *error)
{
	for (size_t i = 0; i < notes->n; i++) {
		const struct registry_error *what = &notes->at[i].what;

		if (notes->at[i].warning)
			registry_warn(error, what->file, what->line, "%s", what->text);
		else
			(void)registry_fail(error, what->file, what->line, REGISTRY_E_INVALID, "%s",
					    what->text);
	}
}

void notes_done(struct notes *notes)
{
	free(notes->at);
}
