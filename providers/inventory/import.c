/* Many devices at once: all of them, or none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_work.h"

struct import {
	struct store *store;
	struct device **at;
	size_t n, room;
	struct import_counts counts;
	unsigned flags;
	char *is_put; /* by number, when it is carried out */
	size_t n_put;
	struct draft draft;
};

struct import *import_begin(struct store *store)
{
	struct import *import = calloc(1, sizeof *import);

	if (import)
		import->store = store;
	return import;
}

void import_drop(struct import *import)
{
	if (!import)
		return;
	for (size_t i = 0; i < import->n; i++)
		device_free(import->at[i]);
	free(import->at);
	free(import->is_put);
	free(import);
}

static bool room_make(struct import *import)
{
	size_t room = 2 * import->room + 256;
	struct device **more;

	if (import->n < import->room)
		return true;
	more = realloc(import->at, room * sizeof(struct device *));
	if (!more)
		return false;
	import->at = more;
	import->room = room;
	return true;
}

bool import_put(struct import *import, const struct draft *draft, char why[WHY_SIZE])
{
	const char *doubt = draft_doubt(draft);
	struct device *device;

	if (doubt) {
		snprintf(why, WHY_SIZE, "%s", doubt);
		return false;
	}
	device = room_make(import) ? device_new(draft, 0, 1, NULL) : NULL;
	if (!device) {
		(void)store_no_memory(why);
		return false;
	}
	import->at[import->n++] = device;
	return true;
}

/* ---- one of them -------------------------------------------------------------------------------
 */

static void say_two(const struct draft *draft, const struct device *one, const struct device *two,
		    char why[WHY_SIZE])
{
	char text[ID_TEXT_SIZE], room[2][ID_TEXT_SIZE];

	id_text((enum id_kind)draft->ids[0].kind, draft->ids[0].at, draft->ids[0].len, text);
	snprintf(why, WHY_SIZE, "%.60s has addresses of two devices, %.60s and %.60s", text,
		 device_called(one, room[0]), device_called(two, room[1]));
}

/* The one device that has some of its ids; NULL: none has. False: they are several devices'. */
static bool find_one(const struct edit *edit, const struct draft *draft, struct device **out,
		     char why[WHY_SIZE])
{
	*out = NULL;
	for (unsigned i = 0; i < draft->n_ids; i++) {
		struct device *device = edit_find(edit, &draft->ids[i]);

		if (device && *out && device != *out) {
			say_two(draft, *out, device, why);
			return false;
		}
		*out = device ? device : *out;
	}
	return true;
}

/* Is all that the draft says so already? */
static bool is_so(const struct device *device, const struct draft *draft)
{
	for (unsigned i = 0; i < draft->n_ids; i++)
		if (!device_has_id(device, &draft->ids[i]))
			return false;
	for (unsigned i = 0; i < draft->n_texts; i++) {
		struct word word = draft->texts[i].word;
		const char *is = device_text(device, (enum field)word.field, word.arch);

		if (strcmp(is ? is : "", draft->octets + draft->texts[i].at) != 0)
			return false;
	}
	return true;
}

/* That device is one of those that were put. */
static bool note_put(struct import *import, const struct edit *edit, const struct draft *draft)
{
	struct id_view id;
	const struct device *device = edit_find(edit, &draft->ids[0]);
	uint32_t number = 0;

	if (device && device_id(device, 0, &id))
		number = snapshot_number(edit->fresh, id.kind, id.at, id.len);
	if (number == 0)
		return true;
	if (number > import->n_put) {
		size_t n = 2 * (size_t)number + 64;
		char *more = realloc(import->is_put, n);

		if (!more)
			return false;
		memset(more + import->n_put, 0, n - import->n_put);
		import->is_put = more;
		import->n_put = n;
	}
	import->is_put[number - 1] = 1;
	return true;
}

static int import_one(struct import *import, struct edit *edit, char why[WHY_SIZE])
{
	const struct draft *draft = &import->draft;
	struct device *device;
	int r = 0;

	if (!find_one(edit, draft, &device, why)) {
		import->counts.refused++;
		return (import->flags & IMPORT_SKIP) != 0 ? 0 : -EEXIST;
	}
	if (device && is_so(device, draft)) {
		import->counts.same++;
	} else if (device) {
		r = edit_set(edit, device, draft, why);
		import->counts.changed++;
	} else {
		r = edit_put(edit, draft, why);
		import->counts.added++;
	}
	if (r == 0 && !note_put(import, edit, draft))
		r = store_no_memory(why);
	return r;
}

/* ---- all of them -------------------------------------------------------------------------------
 */

/* What only the state says, and was not put. */
static bool is_left_over(const struct import *import, const struct device *device, uint32_t i)
{
	return device && device->version != 0 && !device->line &&
	       !(i < import->n_put && import->is_put[i]);
}

static int drop_others(struct import *import, struct edit *edit, char why[WHY_SIZE])
{
	struct import_counts *counts = &import->counts;
	int r = 0;

	for (uint32_t i = 0; i < edit->fresh->n; i++)
		counts->dropped += is_left_over(import, edit->fresh->at[i], i);
	if ((import->flags & (IMPORT_SURE | IMPORT_DRY)) == 0 &&
	    is_many_gone(counts->dropped, counts->devices)) {
		snprintf(why, WHY_SIZE, "%u of %u devices would be dropped",
			 (unsigned)counts->dropped, (unsigned)counts->devices);
		return -EAGAIN;
	}
	for (uint32_t i = 0; i < edit->fresh->n && r == 0; i++)
		if (is_left_over(import, edit->fresh->at[i], i))
			r = edit_drop(edit, device_over(edit->fresh->at[i]), why);
	return r;
}

static int import_all(void *context, struct store *store, struct edit *edit, char why[WHY_SIZE])
{
	struct import *import = context;
	int r = 0;

	(void)store;
	import->counts.devices = 0;
	for (uint32_t i = 0; i < edit->fresh->n; i++)
		import->counts.devices += is_left_over(import, edit->fresh->at[i], i);
	for (size_t i = 0; i < import->n && r == 0; i++) {
		device_describe(import->at[i], &import->draft);
		r = import_one(import, edit, why);
	}
	if (r == 0 && (import->flags & IMPORT_REPLACE) != 0)
		r = drop_others(import, edit, why);
	return r == 0 && (import->flags & IMPORT_DRY) != 0 ? -ECANCELED : r;
}

int import_commit(struct import *import, unsigned flags, struct import_counts *out,
		  char why[WHY_SIZE])
{
	int r;

	import->flags = flags;
	r = store_change(import->store, import_all, import, why);
	*out = import->counts;
	if (r == -EAGAIN) {
		import->counts = (struct import_counts){ .devices = 0 };
		if (import->is_put)
			memset(import->is_put, 0, import->n_put);
		return r;
	}
	import_drop(import);
	return r == -ECANCELED ? 0 : r;
}
