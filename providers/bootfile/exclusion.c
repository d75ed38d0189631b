#include "exclusion.h"

#include <strings.h>

#include "doubts.h"
#include "list_type.h"

/* A group under construction. */
struct work {
	const struct keys *keys;
	struct entry conditions;
};

static int no_such_condition(const struct keys *keys, const char *name)
{
	const char *known[CONDITIONS_MAX + 1] = { NULL }, *meant;

	for (size_t i = 0; i < n_conditions; i++)
		known[i] = conditions[i].name;
	meant = PxeBootNearest(name, known);
	if (meant)
		return keys_error(keys, name, "unknown condition: did you mean \"%s\"? [W0110]",
				  meant);
	return keys_error(keys, name, "only conditions are allowed in not [W0174]");
}

static int name_compile(void *context, const char *name)
{
	struct work *work = context;
	size_t condition = condition_find(name);

	if (condition == n_conditions)
		return no_such_condition(work->keys, name);
	if (condition == CONDITION_NOT)
		return keys_error(work->keys, name,
				  "write its conditions beside the others: a not in not has no "
				  "meaning [W0174]");
	return condition_read(condition, work->keys, name, &work->conditions);
}

static int not_compile(void *context, const struct keys *group, unsigned index)
{
	struct nots *out = context;
	struct work work = { group, { .index = index } };
	struct entry *at = realloc(out->at, (out->n + 1) * sizeof *at);
	int r;

	if (!at)
		return -ENOMEM;
	out->at = at;
	r = keys_each(group, name_compile, &work);
	if (r == 0 && work.conditions.conditions == 0)
		r = keys_error(group, NULL, "has no condition [W0174]");
	if (r < 0) {
		conditions_done(&work.conditions);
		return r;
	}
	doubts_conditions(group, &work.conditions, true);
	at[out->n++] = work.conditions;
	return 0;
}

static int nots_open(const struct keys *keys, const char *name, struct nots *out)
{
	return keys_each_or_one(keys, name, "groups of conditions", not_compile, out);
}

static void nots_done(struct nots *nots)
{
	for (size_t i = 0; i < nots->n; i++)
		conditions_done(&nots->at[i]);
	free(nots->at);
	*nots = (struct nots){ NULL, 0 };
}

/* The conditions of one group that hold: a bit for each. */
static uint32_t group_holds(const struct surroundings *around, const struct entry *group,
			    const PXE_BOOT_CLIENT *client)
{
	uint32_t holds = 0;

	for (uint32_t left = group->conditions; left != 0; left &= left - 1)
		if (condition_holds((size_t)__builtin_ctz(left), around, group, client))
			holds |= left & -left;
	return holds;
}

bool not_holds(const struct surroundings *around, const union list *list,
	       const PXE_BOOT_CLIENT *client)
{
	for (size_t i = 0; i < list->nots.n; i++) {
		const struct entry *group = &list->nots.at[i];
		const union list *of = entry_lists(group);

		for (uint32_t left = group->conditions; left != 0; left &= left - 1, of++)
			if (condition_list_holds((size_t)__builtin_ctz(left), around, group, of,
						 client))
				return false;
	}
	return true;
}

uint32_t not_excludes(const struct surroundings *around, const union list *list,
		      const PXE_BOOT_CLIENT *client)
{
	uint32_t holds = 0;

	for (size_t i = 0; i < list->nots.n; i++)
		holds |= group_holds(around, &list->nots.at[i], client);
	return holds;
}

bool not_excludes_all(const struct nots *nots, size_t condition, const struct entry *entry)
{
	for (size_t i = 0; i < nots->n; i++)
		if (entry_has(&nots->at[i], (unsigned)condition) &&
		    condition_covers(condition, &nots->at[i], entry))
			return true;
	return false;
}

/* a holds wherever b does, if b excludes all that a excludes. */
static bool nots_cover(const struct nots *a, const struct nots *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (uint32_t left = a->at[i].conditions; left != 0; left &= left - 1)
			if (!not_excludes_all(b, (size_t)__builtin_ctz(left), &a->at[i]))
				return false;
	return true;
}

GROUPS_TYPE(nots)
