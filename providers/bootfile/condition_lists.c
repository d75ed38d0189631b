/* The lists of an entry's conditions: the long ones, in which a member is found by a set; and where
 * they are kept.
 */
#include <errno.h>
#include <stdlib.h>

#include "condition.h"
#include "dimension.h"
#include "room.h"

const struct long_list *condition_long(size_t number, const struct entry *entry)
{
	for (unsigned i = 0; entry->longs && i < entry->longs->n; i++)
		if (entry->longs->at[i].row == number)
			return &entry->longs->at[i];
	return NULL;
}

static bool long_has(const struct long_list *list, const struct value *value)
{
	return list->dimension ? dimension_names(list->dimension, list->entry, value)
			       : set_has(&list->set, value);
}

bool condition_long_holds(size_t number, const struct surroundings *around,
			  const struct long_list *list, const PXE_BOOT_CLIENT *client)
{
	enum more more = VALUE_MORE;
	struct value value;

	for (unsigned i = 0; more == VALUE_MORE; i++) {
		more = conditions[number].value(around, client, i, &value);
		if (more != VALUE_NONE && long_has(list, &value))
			return true;
	}
	return false;
}

static int set_fill(size_t number, const union list *list, struct set *out)
{
	struct member member;
	uint32_t at;
	int r = 0;

	for (size_t i = 0; r == 0 && conditions[number].type->member(list, i, &member); i++)
		r = set_add(out, &member, &at);
	return r == 0 ? set_seal(out) : r;
}

/* Adds a long list; NULL: no memory. */
static struct long_list *long_add(struct entry *entry, struct long_list list)
{
	unsigned n = entry->longs ? entry->longs->n : 0;
	struct long_lists *longs = realloc(entry->longs, sizeof *longs + (n + 1) * sizeof list);

	if (!longs)
		return NULL;
	entry->longs = longs;
	longs->n = n + 1;
	longs->at[n] = list;
	return &longs->at[n];
}

static int list_gather(struct entry *entry, struct long_list found, const PXE_BOOT_SECRET *secret,
		       unsigned most)
{
	const union list *list = entry_list(entry, found.row, false);
	struct long_list *at;
	struct member member;

	if (!list || !conditions[found.row].type->member(list, most, &member))
		return 0;
	at = long_add(entry, found);
	if (!at)
		return -ENOMEM;
	if (at->dimension)
		return 0;
	set_init(secret, &at->set);
	return set_fill(at->row, list, &at->set);
}

int conditions_gather(struct entry *entry, const PXE_BOOT_SECRET *secret, unsigned most,
		      uint32_t number, const struct dimension *dimension)
{
	int r = 0;

	for (size_t i = 0; i < n_conditions && r == 0; i++) {
		if (!condition_is_dimension(i))
			continue;
		r = list_gather(entry,
				(struct long_list){ .row = (unsigned)i,
						    .entry = number,
						    .dimension = dimension && dimension->row == i
									 ? dimension
									 : NULL },
				secret, most);
	}
	for (size_t i = 0; i < entry_nots(entry)->n && r == 0; i++)
		r = conditions_gather(&entry_nots(entry)->at[i], secret, most, 0, NULL);
	return r;
}

/* Is there for each member of a list one in the set that holds wherever it does? */
static bool long_covers(size_t number, const struct long_list *set, const union list *list)
{
	struct member member;
	struct value value;

	for (size_t i = 0; conditions[number].type->member(list, i, &member); i++) {
		value_of_member(&member, &value);
		if (!long_has(set, &value))
			return false;
	}
	return true;
}

bool condition_covers(size_t number, const struct entry *a, const struct entry *b)
{
	const struct long_list *set = condition_long(number, a);

	if (set)
		return long_covers(number, set, entry_own(b, number));
	return conditions[number].type->covers(entry_own(a, number), entry_own(b, number));
}

enum { POOLED_MAX = 64 }; /* octets of a list */

/* A copy in the pool. NULL: no memory. */
static void *copied(struct pool *pool, const void *from, size_t size)
{
	void *to = pool_take(pool, size, 8);

	return to ? memcpy(to, from, size) : NULL;
}

/* The members of one list, where they are few. */
static int list_pool(struct entry *entry, union list *list, size_t row, struct pool *pool)
{
	size_t size = conditions[row].type->size > 0 ? list->any.n * conditions[row].type->size : 0;
	void *at;

	if (size == 0 || size > POOLED_MAX)
		return 0;
	at = copied(pool, list->any.at, size);
	if (!at)
		return -ENOMEM;
	room_free(list->any.at);
	list->any.at = at;
	entry->pooled = (entry->pooled | UINT32_C(1) << row) & POOLED_BITS;
	return 0;
}

int conditions_pool(struct entry *entry, struct pool *pool)
{
	union list *list = (union list *)entry_lists(entry), *many;
	size_t n = 0;
	int r = 0;

	for (uint32_t left = entry->conditions; left != 0 && r == 0; left &= left - 1)
		r = list_pool(entry, &list[n++], (size_t)__builtin_ctz(left), pool);
	if (n < 2 || r < 0)
		return r;
	many = copied(pool, entry->lists.many, n * sizeof *list);
	if (!many)
		return -ENOMEM;
	free(entry->lists.many);
	entry->lists.many = many;
	entry->pooled |= POOLED_LISTS;
	return 0;
}

void conditions_done(struct entry *entry)
{
	union list *list = (union list *)entry_lists(entry);
	size_t n = 0;

	for (uint32_t left = entry->conditions; left != 0; left &= left - 1, n++)
		if ((entry->pooled & left & -left) == 0)
			conditions[__builtin_ctz(left)].type->done(&list[n]);
	if (n > 1 && (entry->pooled & POOLED_LISTS) == 0)
		free(entry->lists.many);
	for (unsigned i = 0; entry->longs && i < entry->longs->n; i++)
		set_done(&entry->longs->at[i].set);
	free(entry->longs);
	entry->longs = NULL;
	entry->conditions = 0;
}
