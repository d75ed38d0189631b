#include "match.h"

#include "machine_answer.h"

static bool conditions_hold(const struct surroundings *around, const struct entry *entry,
			    const PXE_BOOT_CLIENT *client, uint64_t left)
{
	const union list *list = entry_lists(entry);

	for (uint32_t all = entry->conditions; all != 0; all &= all - 1, list++)
		if ((left & all & (~all + 1)) != 0 &&
		    !condition_list_holds((size_t)__builtin_ctz(all), around, entry, list, client))
			return false;
	return true;
}

/* All of its conditions, but for those that are known to hold, and that it reaches the client. */
static bool entry_holds(const struct surroundings *around, const struct entry *entry,
			const PXE_BOOT_CLIENT *client, uint64_t known)
{
	uint64_t left = entry->conditions & ~known;

	return (left == 0 || conditions_hold(around, entry, client, left)) &&
	       !answer_obstacle(around, entry, client);
}

/* A client that looks for its entry. */
struct asking {
	struct index_ask ask;
	const struct surroundings *around;
	const PXE_BOOT_CLIENT *client;
};

static enum more value_of_client(const struct index_ask *ask, size_t row, unsigned number,
				 struct value *out)
{
	const struct asking *asking = (const struct asking *)ask;

	return conditions[row].value(asking->around, asking->client, number, out);
}

static bool accept(const struct index_ask *ask, uint32_t number, uint64_t known)
{
	const struct asking *asking = (const struct asking *)ask;
	const struct entry *entry = &asking->around->settings->entries[number];

	/* Of most entries the index knows all. */
	if ((entry->conditions & ~known) == 0)
		return !answer_obstacle(asking->around, entry, asking->client);
	return entry_holds(asking->around, entry, asking->client, known);
}

static struct asking asking_of(const struct surroundings *around, const PXE_BOOT_CLIENT *client)
{
	return (struct asking){ { value_of_client, accept }, around, client };
}

/* Each is looked at. */
static int64_t walk(const struct asking *asking)
{
	const struct settings *settings = asking->around->settings;

	for (uint32_t i = 0; i < settings->n_entries; i++)
		if (entry_holds(asking->around, &settings->entries[i], asking->client, 0))
			return i;
	return INDEX_NONE;
}

const struct entry *match_find(const struct surroundings *around, const PXE_BOOT_CLIENT *client)
{
	const struct settings *settings = around->settings;
	const struct asking asking = asking_of(around, client);
	int64_t first =
		settings->index.few ? INDEX_TOO_MUCH : index_first(&settings->index, &asking.ask);

	if (first == INDEX_TOO_MUCH)
		first = walk(&asking);
	return first < 0 ? NULL : &settings->entries[first];
}

struct candidates match_candidates(const struct surroundings *around, const PXE_BOOT_CLIENT *client)
{
	const struct asking asking = asking_of(around, client);

	return index_candidates(&around->settings->index, &asking.ask);
}

static unsigned distance_of(uint32_t failed)
{
	unsigned distance = 0;

	for (; failed != 0; failed &= failed - 1)
		distance += conditions[__builtin_ctz(failed)].distance;
	return distance;
}

uint32_t match_failed(const struct surroundings *around, const struct entry *entry,
		      const PXE_BOOT_CLIENT *client)
{
	uint32_t failed = 0;

	for (uint32_t left = entry->conditions; left != 0; left &= left - 1)
		if (!condition_holds((unsigned)__builtin_ctz(left), around, entry, client))
			failed |= left & -left;
	return failed;
}

struct nearest match_nearest(const struct surroundings *around, const PXE_BOOT_CLIENT *client)
{
	struct candidates candidates = match_candidates(around, client);
	struct nearest nearest = { .entry = NULL };
	unsigned least = 0;
	int64_t i;

	while ((i = index_next(&candidates)) >= 0) {
		const struct entry *entry = &around->settings->entries[i];
		uint32_t failed = match_failed(around, entry, client);
		unsigned distance = distance_of(failed);

		if (nearest.entry && distance >= least)
			continue;
		/* What stands before all entries because of `machines` says nothing of them. */
		if (entry->index == UINT32_MAX && around->settings->n_entries > 1)
			continue;
		nearest = (struct nearest){ entry, failed };
		least = distance;
	}
	return nearest;
}
