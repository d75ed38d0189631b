#include "match.h"

#include "menu.h"

static bool entry_holds(const struct surroundings *around, const struct entry *entry,
			const PXE_BOOT_CLIENT *client)
{
	for (uint32_t left = entry->conditions; left != 0; left &= left - 1)
		if (!condition_holds((unsigned)__builtin_ctz(left), around, entry, client))
			return false;
	return !menu_obstacle(around, entry, client);
}

const struct entry *match_find(const struct settings *settings, PXE_BOOT *boot,
			       const PXE_BOOT_CLIENT *client)
{
	const struct surroundings around = { settings, boot };
	struct host_walk walk = hosts_begin(&settings->hosts, client->Mac, client->Uuid.pData);
	int64_t i;

	while ((i = hosts_next(&walk)) >= 0)
		if (entry_holds(&around, &settings->entries[i], client))
			return &settings->entries[i];
	return NULL;
}

static unsigned distance_of(uint32_t failed)
{
	unsigned distance = 0;

	for (; failed != 0; failed &= failed - 1)
		distance += conditions[__builtin_ctz(failed)].distance;
	return distance;
}

static uint32_t failed_conditions(const struct surroundings *around, const struct entry *entry,
				  const PXE_BOOT_CLIENT *client)
{
	uint32_t failed = 0;

	for (uint32_t left = entry->conditions; left != 0; left &= left - 1)
		if (!condition_holds((unsigned)__builtin_ctz(left), around, entry, client))
			failed |= left & -left;
	return failed;
}

uint32_t match_failed(const struct settings *settings, PXE_BOOT *boot, const struct entry *entry,
		      const PXE_BOOT_CLIENT *client)
{
	const struct surroundings around = { settings, boot };

	return failed_conditions(&around, entry, client);
}

struct nearest match_nearest(const struct settings *settings, PXE_BOOT *boot,
			     const PXE_BOOT_CLIENT *client)
{
	const struct surroundings around = { settings, boot };
	struct host_walk walk = hosts_begin(&settings->hosts, client->Mac, client->Uuid.pData);
	struct nearest nearest = { .entry = NULL };
	unsigned least = 0;
	int64_t i;

	while ((i = hosts_next(&walk)) >= 0) {
		const struct entry *entry = &settings->entries[i];
		uint32_t failed = failed_conditions(&around, entry, client);
		unsigned distance = distance_of(failed);

		if (nearest.entry && distance >= least)
			continue;
		nearest = (struct nearest){ entry, failed };
		least = distance;
	}
	return nearest;
}
