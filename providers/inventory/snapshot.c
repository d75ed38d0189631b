#include "snapshot.h"

#include <string.h>
#include <strings.h>

#include "table.h"

enum { NUMBER_BITS = 24, NUMBER_MASK = (1 << NUMBER_BITS) - 1 };

uint32_t snapshot_numbers(const struct snapshot *snapshot)
{
	return snapshot->n;
}

uint32_t snapshot_count(const struct snapshot *snapshot)
{
	return snapshot->count;
}

const struct device *snapshot_at(const struct snapshot *snapshot, uint32_t number)
{
	return number < snapshot->n ? snapshot->at[number] : NULL;
}

bool snapshot_has(const struct snapshot *snapshot, enum id_kind kind)
{
	return snapshot->has[kind];
}

/* Most are MACs. */
static inline bool same(const uint8_t *a, const uint8_t *b, size_t len)
{
	return len == 6 ? memcmp(a, b, 6) == 0 : memcmp(a, b, len) == 0;
}

static inline bool has_id(const struct device *device, enum id_kind kind, const void *octets,
			  size_t len)
{
	const uint8_t *at = (const uint8_t *)(device->texts + device->n_texts) + device->ids;

	for (unsigned i = 0; i < device->n_ids; i++, at += 2 + at[1])
		if (at[0] == kind && at[1] == len && same(at + 2, octets, len))
			return true;
	return false;
}

uint32_t snapshot_number(const struct snapshot *snapshot, enum id_kind kind, const void *octets,
			 size_t len)
{
	uint64_t hash;
	uint32_t tag;

	if (!snapshot->has[kind] || len == 0)
		return 0;
	hash = PxeBootHash(&snapshot->secret, (BYTE)kind, octets, len);
	tag = (uint32_t)(hash >> 56) << NUMBER_BITS;
	for (uint32_t i = (uint32_t)hash & snapshot->mask; snapshot->slots[i] != 0;
	     i = (i + 1) & snapshot->mask) {
		uint32_t slot = snapshot->slots[i], number = slot & NUMBER_MASK;

		if ((slot & ~(uint32_t)NUMBER_MASK) == tag && number != 0 &&
		    has_id(snapshot->at[number - 1], kind, octets, len))
			return number;
	}
	return 0;
}

const struct device *snapshot_find(const struct snapshot *snapshot, enum id_kind kind,
				   const void *octets, size_t len)
{
	uint32_t number = snapshot_number(snapshot, kind, octets, len);

	return number ? snapshot->at[number - 1] : NULL;
}

/* By name, the first; an exact one before another in other letters is none of our business. */
static const struct device *named(const struct snapshot *snapshot, const char *who, bool *several)
{
	const struct device *found = NULL;

	for (uint32_t i = 0; i < snapshot->n && !*several; i++) {
		const struct device *device = snapshot->at[i];
		const char *name = device ? device_text(device, FIELD_NAME, ARCH_ANY) : NULL;

		if (!name || strcasecmp(name, who) != 0)
			continue;
		*several = found != NULL;
		found = found ? found : device;
	}
	return found;
}

const struct device *snapshot_called(const struct snapshot *snapshot, const char *who,
				     bool *several)
{
	const struct device *found;
	struct id id;

	*several = false;
	found = named(snapshot, who, several);
	if (found || !id_parse(who, &id))
		return found;
	return snapshot_find(snapshot, id.kind, id.at, id.len);
}
