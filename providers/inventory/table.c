#include "table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_BITS = 24, NUMBER_MASK = (1 << NUMBER_BITS) - 1, SLOTS_LEAST = 64 };
enum { WAS_USED = 1 << NUMBER_BITS }; /* a slot that an id has left */
enum { CHUNK = 1 << 20 };

/* ---- memory ------------------------------------------------------------------------------------
 */

struct chunk {
	struct chunk *next;
	size_t used, room;
	max_align_t at[];
};

struct arena {
	struct chunk *first;
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

void *arena_make(void *context, size_t size)
{
	struct arena *arena = context;
	struct chunk *chunk = arena->first;
	void *at;

	size = (size + 7) & ~(size_t)7;
	if (!chunk || chunk->room - chunk->used < size) {
		size_t room = size > CHUNK ? size : CHUNK;

		chunk = malloc(sizeof *chunk + room);
		if (!chunk)
			return NULL;
		*chunk = (struct chunk){ arena->first, 0, room };
		arena->first = chunk;
	}
	at = (char *)chunk->at + chunk->used;
	chunk->used += size;
	return at;
}

void arena_free(struct arena *arena)
{
	struct chunk *next;

	if (!arena)
		return;
	for (struct chunk *chunk = arena->first; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
}

static bool garbage_add(struct garbage *garbage, struct device *device)
{
	if (garbage->n == garbage->room) {
		size_t room = 2 * garbage->room + 16;
		struct device **more = realloc(garbage->at, room * sizeof(struct device *));

		if (!more)
			return false;
		garbage->at = more;
		garbage->room = room;
	}
	garbage->at[garbage->n++] = device;
	return true;
}

void garbage_free(struct garbage *garbage)
{
	for (size_t i = 0; i < garbage->n; i++)
		device_free(garbage->at[i]);
	free(garbage->at);
	arena_free(garbage->arena);
	*garbage = (struct garbage){ .n = 0 };
}

struct snapshot *snapshot_new(const PXE_BOOT_SECRET *secret)
{
	struct snapshot *snapshot = calloc(1, sizeof *snapshot);

	if (!snapshot)
		return NULL;
	snapshot->secret = *secret;
	snapshot->mask = SLOTS_LEAST - 1;
	snapshot->slots = calloc(SLOTS_LEAST, sizeof *snapshot->slots);
	if (snapshot->slots)
		return snapshot;
	free(snapshot);
	return NULL;
}

/* Not the devices, which a newer one may have. */
void snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	garbage_free(&snapshot->garbage);
	free(snapshot->at);
	free(snapshot->slots);
	free(snapshot);
}

/* ---- the index ---------------------------------------------------------------------------------
 */

static void slot_put(struct snapshot *snapshot, enum id_kind kind, const void *octets, size_t len,
		     uint32_t number)
{
	uint64_t hash = PxeBootHash(&snapshot->secret, (BYTE)kind, octets, len);
	uint32_t i = (uint32_t)hash & snapshot->mask;

	while ((snapshot->slots[i] & NUMBER_MASK) != 0)
		i = (i + 1) & snapshot->mask;
	snapshot->used += snapshot->slots[i] == 0;
	snapshot->slots[i] = (uint32_t)(hash >> 56) << NUMBER_BITS | number;
	snapshot->has[kind] = true;
}

/* Those ids that are this device's and no other's. */
static void slots_put(struct snapshot *snapshot, const struct device *device, uint32_t number,
		      uint32_t *other)
{
	struct id_view id;
	uint32_t whose;

	for (unsigned i = 0; device_id(device, i, &id); i++) {
		whose = snapshot_number(snapshot, id.kind, id.at, id.len);
		if (whose == 0)
			slot_put(snapshot, id.kind, id.at, id.len, number);
		else if (whose != number && other)
			*other = whose;
	}
}

static void slots_take(struct snapshot *snapshot, const struct device *device, uint32_t number)
{
	struct id_view id;

	for (unsigned n = 0; device_id(device, n, &id); n++) {
		uint64_t hash = PxeBootHash(&snapshot->secret, (BYTE)id.kind, id.at, id.len);
		uint32_t wanted = (uint32_t)(hash >> 56) << NUMBER_BITS | number;

		for (uint32_t i = (uint32_t)hash & snapshot->mask; snapshot->slots[i] != 0;
		     i = (i + 1) & snapshot->mask)
			if (snapshot->slots[i] == wanted) {
				snapshot->slots[i] = WAS_USED;
				break;
			}
	}
}

/* Ids of all devices, anew, in room for twice as many. */
static bool slots_grow(struct snapshot *snapshot, uint32_t more)
{
	uint64_t ids = more;
	uint32_t size = SLOTS_LEAST;
	uint32_t *slots;

	if ((uint64_t)(snapshot->used + more) * 4 <= 3 * (uint64_t)(snapshot->mask + 1))
		return true;
	for (uint32_t i = 0; i < snapshot->n; i++)
		ids += snapshot->at[i] ? snapshot->at[i]->n_ids : 0;
	while (size < ids * 3 / 2)
		size *= 2;
	slots = calloc(size, sizeof *slots);
	if (!slots)
		return false;
	free(snapshot->slots);
	snapshot->slots = slots;
	snapshot->mask = size - 1;
	snapshot->used = 0;
	for (uint32_t i = 0; i < snapshot->n; i++)
		if (snapshot->at[i])
			slots_put(snapshot, snapshot->at[i], i + 1, NULL);
	return true;
}

/* ---- an edit -----------------------------------------------------------------------------------
 */

/* Frees nothing but the copy. */
static bool edit_fail(struct edit *edit)
{
	edit->failed = true;
	return false;
}

static struct snapshot *copy(const struct snapshot *from)
{
	struct snapshot *fresh = calloc(1, sizeof *fresh);

	if (!fresh)
		return NULL;
	memcpy(fresh, from, offsetof(struct snapshot, holds)); /* the rest others write */
	fresh->room = from->n + 1;
	fresh->at = malloc(fresh->room * sizeof(struct device *));
	fresh->slots = malloc(((size_t)from->mask + 1) * sizeof *fresh->slots);
	if (!fresh->at || !fresh->slots) {
		snapshot_free(fresh);
		return NULL;
	}
	if (from->n > 0)
		memcpy(fresh->at, from->at, from->n * sizeof(struct device *));
	memcpy(fresh->slots, from->slots, ((size_t)from->mask + 1) * sizeof *fresh->slots);
	return fresh;
}

bool edit_begin(struct edit *edit, const struct snapshot *from)
{
	*edit = (struct edit){ .fresh = copy(from) };
	return edit->fresh != NULL;
}

static bool touch(struct edit *edit, struct device *over, bool dropped)
{
	if (edit->n_touched == edit->touched_room) {
		size_t room = 2 * edit->touched_room + 4;
		struct touched *more = realloc(edit->touched, room * sizeof *more);

		if (!more)
			return edit_fail(edit);
		edit->touched = more;
		edit->touched_room = room;
	}
	edit->touched[edit->n_touched++] = (struct touched){ over, dropped };
	return true;
}

/* What devices boot, as a number: a hash under a secret, for which no two differ but by a chance of
 * one in 2^64. */
static void number_outcome(const struct snapshot *snapshot, struct device *device)
{
	uint64_t sum[2] = { 0 };
	struct word word;
	const char *text;
	bool from_state;

	for (unsigned i = 0; (text = device_text_at(device, i, &word, &from_state)) != NULL; i++) {
		if (word.field != FIELD_FILE && word.field != FIELD_URL &&
		    word.field != FIELD_SERVER)
			continue;
		sum[1] = PxeBootHash(&snapshot->secret, word.field, text, strlen(text)) + word.arch;
		sum[0] = PxeBootHash(&snapshot->secret, UINT8_MAX, sum, sizeof sum);
	}
	device->outcome = sum[0];
}

/* One that a device has left, or the next one. */
static bool number_new(struct edit *edit, uint32_t *out)
{
	struct snapshot *fresh = edit->fresh;

	while (fresh->gap < fresh->n && fresh->at[fresh->gap])
		fresh->gap++;
	if (fresh->gap < fresh->n) {
		*out = fresh->gap + 1;
		return true;
	}

	if (fresh->n == fresh->room) {
		uint32_t room = 2 * fresh->room + 64;
		struct device **more = realloc(fresh->at, room * sizeof(struct device *));

		if (!more)
			return edit_fail(edit);
		fresh->at = more;
		fresh->room = room;
	}
	if (fresh->n == DEVICES_MAX)
		return edit_fail(edit);
	fresh->at[fresh->n++] = NULL;
	*out = fresh->n;
	return true;
}

/* Puts a device, or (NULL) none, in the place of that number. */
static bool place(struct edit *edit, uint32_t number, struct device *device, uint32_t *other)
{
	struct snapshot *fresh = edit->fresh;
	struct device *old = fresh->at[number - 1];

	if (device && !slots_grow(fresh, device->n_ids))
		return edit_fail(edit);
	if (old)
		slots_take(fresh, old, number);
	fresh->count += device != NULL;
	fresh->count -= old != NULL;
	fresh->n_over += device && device->version != 0;
	fresh->n_over -= old && old->version != 0;
	fresh->at[number - 1] = device;
	if (!device && number - 1 < fresh->gap)
		fresh->gap = number - 1;
	if (device)
		slots_put(fresh, device, number, other);
	return true;
}

bool edit_put_under(struct edit *edit, struct device *device, uint32_t *other)
{
	uint32_t number;

	*other = 0;
	number_outcome(edit->fresh, device);
	return number_new(edit, &number) && place(edit, number, device, other);
}

static bool key_is(const struct device *over, const struct id *key)
{
	struct id_view id;

	return over && device_id(over, 0, &id) && id_is(key, id.kind, id.at, id.len);
}

/* Which device has that record of the state; where another one has its key, the index does not know
 * it. */
static uint32_t number_of_over(const struct snapshot *snapshot, const struct id *key)
{
	uint32_t number = snapshot_number(snapshot, key->kind, key->at, key->len);

	if (number != 0 && key_is(device_over(snapshot->at[number - 1]), key))
		return number;
	for (uint32_t i = 0; snapshot->has_hidden && i < snapshot->n; i++)
		if (snapshot->at[i] && snapshot->at[i]->version != 0 &&
		    key_is(device_over(snapshot->at[i]), key))
			return i + 1;
	return number != 0 && device_over(snapshot->at[number - 1]) ? 0 : number;
}

static struct device *effective(struct edit *edit, struct device *under, struct device *over)
{
	struct device *device;

	if (!under && !device_hides(over))
		return over;
	device = device_join(under, over);
	if (device && !garbage_add(&edit->created, device)) {
		device_free(device);
		return NULL;
	}
	if (device)
		number_outcome(edit->fresh, device);
	return device;
}

/* What was in its place is no longer so. */
static bool replace(struct edit *edit, struct device *old, const struct device *kept)
{
	struct device *over = old ? device_over(old) : NULL;

	if (old && old->is_joined && !garbage_add(&edit->replaced, old))
		return edit_fail(edit);
	if (over && over != kept && !garbage_add(&edit->replaced, over))
		return edit_fail(edit);
	return true;
}

bool edit_put_over(struct edit *edit, struct device *over, bool known, uint32_t *other)
{
	struct id key;
	struct device *old, *fresh;
	uint32_t number;

	*other = 0;
	if (!known && !garbage_add(&edit->created, over)) {
		device_free(over);
		return edit_fail(edit);
	}
	if (!known)
		number_outcome(edit->fresh, over);
	if (!device_key_id(over, &key))
		return edit_fail(edit);
	number = number_of_over(edit->fresh, &key);
	if (number == 0 && !number_new(edit, &number))
		return false;
	old = edit->fresh->at[number - 1];
	fresh = effective(edit, old ? device_under(old) : NULL, over);
	if (!fresh)
		return edit_fail(edit);
	if (!replace(edit, old, over) || !place(edit, number, fresh, other))
		return false;
	edit->fresh->has_hidden |= *other != 0;
	return touch(edit, over, false);
}

bool edit_drop_over(struct edit *edit, const struct id *key)
{
	uint32_t number = number_of_over(edit->fresh, key);
	struct device *old, *over;

	if (number == 0)
		return true;
	old = edit->fresh->at[number - 1];
	if (!device_over(old))
		return true;
	over = device_over(old);
	return replace(edit, old, NULL) && place(edit, number, device_under(old), NULL) &&
	       touch(edit, over, true);
}

bool edit_leave(struct edit *edit, struct device *device)
{
	return garbage_add(&edit->replaced, device) || edit_fail(edit);
}

void edit_version(struct edit *edit, uint32_t version)
{
	for (size_t i = 0; i < edit->created.n; i++)
		edit->created.at[i]->version = version;
}

/* ---- the end -----------------------------------------------------------------------------------
 */

static void edit_done(struct edit *edit)
{
	free(edit->created.at);
	free(edit->replaced.at);
	free(edit->touched);
	*edit = (struct edit){ .fresh = NULL };
}

struct snapshot *edit_take(struct edit *edit, struct garbage *garbage)
{
	struct snapshot *fresh = edit->fresh;

	*garbage = edit->replaced;
	edit->replaced = (struct garbage){ .n = 0 };
	edit_done(edit);
	return fresh;
}

void edit_discard(struct edit *edit)
{
	snapshot_free(edit->fresh);
	for (size_t i = 0; i < edit->created.n; i++)
		device_free(edit->created.at[i]);
	edit_done(edit);
}
