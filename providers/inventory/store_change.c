/* A change of the devices: made, written, synced, in force; or nothing of it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "store_work.h"

int store_no_memory(char why[WHY_SIZE])
{
	snprintf(why, WHY_SIZE, "out of memory");
	return -ENOMEM;
}

struct walk {
	const struct snapshot *snapshot;
	uint32_t at;
};

static bool next_over(void *context, struct draft *out)
{
	struct walk *walk = context;

	while (walk->at < walk->snapshot->n) {
		const struct device *device = walk->snapshot->at[walk->at++];
		const struct device *over = device ? device_over(device) : NULL;

		if (!over)
			continue;
		device_describe(over, out);
		return true;
	}
	return false;
}

enum { APART_MAX = 1024 }; /* changes that are described one by one */

static void describe(const struct touched *touched, struct draft *draft, struct change *out)
{
	device_describe(touched->over, draft);
	if (touched->dropped)
		draft->n_ids = 1;
	out->draft = draft;
	out->drop = touched->dropped;
	out->version = touched->over->version;
}

static int keep_described(struct store *store, const struct edit *edit, const struct all *all,
			  uint32_t *version, char why[WHY_SIZE])
{
	size_t n = edit->n_touched <= APART_MAX ? edit->n_touched : 0;
	struct change *changes = calloc(n + 1, sizeof *changes);
	struct draft *drafts = malloc((n + 1) * sizeof *drafts);
	int r;

	for (size_t i = 0; changes && drafts && i < n; i++)
		describe(&edit->touched[i], &drafts[i], &changes[i]);
	r = changes && drafts ? store->state->ops->store(store->state, changes, edit->n_touched,
							 all, version, why)
			      : store_no_memory(why);
	free(changes);
	free(drafts);
	return r;
}

static int keep(struct store *store, struct edit *edit, char why[WHY_SIZE])
{
	struct walk walk = { edit->fresh, 0 };
	const struct all all = { &walk, edit->fresh->n_over, next_over };
	uint32_t version = 0;
	int r = keep_described(store, edit, &all, &version, why);

	if (r == 0)
		edit_version(edit, version);
	return r;
}

static int change_locked(struct store *store, change_fn *fn, void *context, char why[WHY_SIZE])
{
	struct edit edit;
	int r = store_catch_up(store, &store->told, why);

	if (r < 0)
		return r;
	if (!edit_begin(&edit, store_current(store)))
		return store_no_memory(why);
	r = fn(context, store, &edit, why);
	if (r == 0 && edit.failed)
		r = store_no_memory(why);
	if (r == 0 && edit.n_touched > 0)
		r = keep(store, &edit, why);
	if (r == 0 && edit.n_touched > 0) {
		atomic_fetch_add(&store->writes, 1);
		store_put_in_force(store, &edit, NULL);
		return 0;
	}
	edit_discard(&edit);
	if (r < 0) /* if it came to the disk all the same, it is so */
		(void)store_catch_up(store, &store->told, (char[WHY_SIZE]){ "" });
	return r;
}

/* The whole of a change: written, synced and in force, or nothing. */
int store_change(struct store *store, change_fn *fn, void *context, char why[WHY_SIZE])
{
	struct source *state = store->state;
	int r;

	why[0] = '\0';
	pthread_mutex_lock(&store->lock);
	r = state->ops->lock ? state->ops->lock(state, why) : 0;
	if (r == 0) {
		r = change_locked(store, fn, context, why);
		if (state->ops->unlock)
			state->ops->unlock(state);
	}
	pthread_mutex_unlock(&store->lock);
	return r;
}
