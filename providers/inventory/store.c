#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "store_work.h"

struct store_now *store_now(struct store *store)
{
	return &store->now;
}

const char *store_state_path(const struct store *store)
{
	return store->state->where;
}

const char *store_csv_path(const struct store *store)
{
	return store->csv->where;
}

unsigned store_writes(const struct store *store)
{
	return atomic_load(&store->writes);
}

struct snapshot *store_current(const struct store *store)
{
	return atomic_load(&store->now.at);
}

/* ---- what is in force --------------------------------------------------------------------------
 */

const struct snapshot *store_hold(struct store *store)
{
	struct snapshot *snapshot;

	pthread_mutex_lock(&store->holds);
	snapshot = store_current(store);
	snapshot->holds++;
	pthread_mutex_unlock(&store->holds);
	return snapshot;
}

/* In order, for each may have devices of those before it. */
static void free_old(struct store *store)
{
	while (store->oldest->is_left && store->oldest->holds == 0) {
		struct snapshot *newer = store->oldest->newer;

		snapshot_free(store->oldest);
		store->oldest = newer;
	}
}

void store_release(struct store *store, const struct snapshot *snapshot)
{
	pthread_mutex_lock(&store->holds);
	((struct snapshot *)(uintptr_t)snapshot)->holds--;
	free_old(store);
	pthread_mutex_unlock(&store->holds);
}

/* No reader is left that was counted before the turn. */
static void turn(struct store_now *now)
{
	unsigned old = atomic_fetch_add(&now->turn, 1) & 1;

	while (atomic_load(&now->readers[old]) > 0)
		nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
}

/* Blocks while requests that began before are decided. */
void store_put_in_force(struct store *store, struct edit *edit, struct arena *replaced)
{
	struct snapshot *old = store_current(store), *fresh = edit->fresh;
	struct garbage garbage;

	edit_take(edit, &garbage);
	garbage.arena = replaced;
	/* A hold counts for what was in force when it was taken. */
	pthread_mutex_lock(&store->holds);
	old->newer = fresh;
	atomic_store(&store->now.at, fresh);
	pthread_mutex_unlock(&store->holds);
	/* Twice: a reader may have read the turn, and be counted only after it went on. */
	turn(&store->now);
	turn(&store->now);
	pthread_mutex_lock(&store->holds);
	old->garbage = garbage;
	old->is_left = true;
	free_old(store);
	pthread_mutex_unlock(&store->holds);
}

/* ---- what sources tell -------------------------------------------------------------------------
 */

struct taking {
	struct store *store;
	const struct store_told *told;
	struct edit edit;
	bool begun;
	struct device_room room; /* of the CSV's devices */
	unsigned n_told;
};

enum { TOLD_MAX = 50 };

static void tell(void *context, bool wrong, const char *where, uint32_t line, const char *what)
{
	struct taking *taking = context;

	if (taking->n_told++ < TOLD_MAX)
		taking->told->tell(taking->told->context, wrong, where, line, what);
}

/* That another one has an id of it already. */
static void tell_other(struct taking *taking, uint32_t other, const char *where, uint32_t line)
{
	const struct device *device;
	char what[WHY_SIZE], room[ID_TEXT_SIZE];

	if (other == 0)
		return;
	device = taking->edit.fresh->at[other - 1];
	if (device->line)
		snprintf(what, sizeof what,
			 "has an address or id of %.100s, which line %" PRIu32
			 " of the CSV has: that counts",
			 device_called(device, room), device->line);
	else
		snprintf(what, sizeof what, "has an address or id of %.100s, which counts",
			 device_called(device, room));
	tell(taking, false, where, line, what);
}

static bool state_edit(struct taking *taking)
{
	if (!taking->begun)
		taking->begun = edit_begin(&taking->edit, store_current(taking->store));
	return taking->begun;
}

static bool state_begin(void *context)
{
	struct taking *taking = context;
	const struct snapshot *snapshot;
	struct id key;

	if (!state_edit(taking))
		return false;
	snapshot = taking->edit.fresh;
	for (uint32_t i = 0; i < snapshot->n && snapshot->n_over > 0; i++) {
		struct device *over = snapshot->at[i] ? device_over(snapshot->at[i]) : NULL;

		if (!over || !device_key_id(over, &key))
			continue;
		if (!edit_drop_over(&taking->edit, &key))
			return false;
	}
	return true;
}

static bool state_put(void *context, const struct draft *draft, uint32_t line, uint32_t version)
{
	struct taking *taking = context;
	struct device *over;
	uint32_t other;

	(void)line;
	if (!state_edit(taking))
		return false;
	over = device_new(draft, 0, version, NULL);
	if (!over || !edit_put_over(&taking->edit, over, false, &other))
		return false;
	tell_other(taking, other, taking->store->state->where, 0);
	return true;
}

static bool state_drop(void *context, const struct id *key)
{
	struct taking *taking = context;

	return state_edit(taking) && edit_drop_over(&taking->edit, key);
}

/* What is on disk is so, whoever wrote it. The lock is held. */
int store_catch_up(struct store *store, const struct store_told *told, char why[WHY_SIZE])
{
	struct taking taking = { .store = store, .told = told };
	const struct sink sink = { .context = &taking,
				   .begin = state_begin,
				   .put = state_put,
				   .drop = state_drop,
				   .tell = tell };
	int r = store->state->ops->read(store->state, &sink, why);

	if (!taking.begun)
		return r;
	if (r == 0)
		store_put_in_force(store, &taking.edit, NULL);
	else
		edit_discard(&taking.edit);
	return r;
}

/* ---- the CSV -----------------------------------------------------------------------------------
 */

static bool csv_begin(void *context)
{
	struct taking *taking = context;
	struct snapshot *empty = snapshot_new(&store_current(taking->store)->secret);

	if (!empty)
		return false;
	taking->begun = edit_begin(&taking->edit, empty);
	snapshot_free(empty);
	if (!taking->begun)
		return false;
	taking->edit.fresh->arena = arena_new();
	taking->room = (struct device_room){ arena_make, taking->edit.fresh->arena };
	return taking->room.context != NULL;
}

static bool csv_put(void *context, const struct draft *draft, uint32_t line, uint32_t version)
{
	struct taking *taking = context;
	struct device *device = device_new(draft, line, version, &taking->room);
	uint32_t other;

	if (!device || !edit_put_under(&taking->edit, device, &other))
		return false;
	tell_other(taking, other, taking->store->csv->where, line);
	return true;
}

/* What the state says stands over it as before. */
static bool keep_state(struct taking *taking)
{
	const struct snapshot *old = store_current(taking->store);
	uint32_t other;

	for (uint32_t i = 0; i < old->n; i++) {
		struct device *over = old->at[i] ? device_over(old->at[i]) : NULL;

		if (!over)
			continue;
		if (!edit_put_over(&taking->edit, over, true, &other))
			return false;
		tell_other(taking, other, taking->store->state->where, 0);
	}
	return true;
}

/* Joined devices of the old layers are nobody's any more. */
static bool leave_joined(struct taking *taking)
{
	const struct snapshot *old = store_current(taking->store);

	for (uint32_t i = 0; i < old->n; i++)
		if (old->at[i] && old->at[i]->is_joined && !edit_leave(&taking->edit, old->at[i]))
			return false;
	return true;
}

/* Of the lines that were there before. */
static uint32_t count_gone(const struct taking *taking, uint32_t *of)
{
	const struct snapshot *old = store_current(taking->store);
	uint32_t gone = 0;

	*of = 0;
	for (uint32_t i = 0; i < old->n; i++) {
		struct id_view id;
		bool found = false;

		if (!old->at[i] || !old->at[i]->line)
			continue;
		for (unsigned k = 0; !found && device_id(old->at[i], k, &id); k++) {
			uint32_t number =
				snapshot_number(taking->edit.fresh, id.kind, id.at, id.len);

			found = number && taking->edit.fresh->at[number - 1]->line;
		}
		gone += !found;
		++*of;
	}
	return gone;
}

/* Half a list would take machines away from their owners: what loses many must be meant. */
static int csv_whole(void *context, bool again, char why[WHY_SIZE])
{
	struct taking *taking = context;
	uint32_t of, gone = count_gone(taking, &of);

	if (!again && is_many_gone(gone, of)) {
		snprintf(why, WHY_SIZE,
			 "%.100s is not taken: %" PRIu32 " of its %" PRIu32
			 " devices would be gone: if that is meant, reload once more",
			 taking->store->csv->where, gone, of);
		return -EAGAIN;
	}
	return keep_state(taking) && leave_joined(taking) ? 0 : store_no_memory(why);
}

static void csv_discard(struct taking *taking)
{
	struct arena *arena;

	if (!taking->begun)
		return;
	arena = taking->edit.fresh->arena;
	edit_discard(&taking->edit);
	arena_free(arena);
}

/* The lock is held. */
static int csv_take(struct store *store, const struct store_told *told, char why[WHY_SIZE])
{
	struct taking taking = { .store = store, .told = told };
	const struct sink sink = { .context = &taking,
				   .begin = csv_begin,
				   .put = csv_put,
				   .whole = csv_whole,
				   .tell = tell };
	int r = store->csv->ops->read(store->csv, &sink, why);

	if (r == 0)
		store_put_in_force(store, &taking.edit, store_current(store)->arena);
	else
		csv_discard(&taking);
	if (taking.n_told > TOLD_MAX)
		told->tell(told->context, true, store->csv->where, 0, "has more mistakes");
	return r;
}

int store_reload(struct store *store, const struct store_told *told, char why[WHY_SIZE])
{
	int r = 0;

	pthread_mutex_lock(&store->lock);
	if (!store->csv->ops->changed || store->csv->ops->changed(store->csv)) {
		r = csv_take(store, told, why);
		r = r == 0 ? 1 : r;
	}
	pthread_mutex_unlock(&store->lock);
	return r;
}

int store_refresh(struct store *store, char why[WHY_SIZE])
{
	int r;

	pthread_mutex_lock(&store->lock);
	r = store_catch_up(store, &store->told, why);
	pthread_mutex_unlock(&store->lock);
	return r;
}

/* ---- open and close ----------------------------------------------------------------------------
 */

static int open_sources(struct store *store, const char *csv, bool csv_optional, const char *state)
{
	PXE_BOOT_SECRET secret;

	if (PxeBootSecret(&secret) != ERROR_SUCCESS)
		return -EIO;
	store->csv = csv_source_open(csv, csv_optional);
	store->state = state_source_open(state);
	store->oldest = snapshot_new(&secret);
	atomic_store(&store->now.at, store->oldest);
	return store->csv && store->state && store->oldest ? 0 : -ENOMEM;
}

int store_open(const char *csv, bool csv_optional, const char *state, const struct store_told *told,
	       struct store **out, char why[WHY_SIZE])
{
	struct store *store = calloc(1, sizeof *store);
	int r;

	if (!store) {
		snprintf(why, WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	pthread_mutex_init(&store->lock, NULL);
	pthread_mutex_init(&store->holds, NULL);
	store->told = *told;
	r = open_sources(store, csv, csv_optional, state);
	if (r < 0)
		snprintf(why, WHY_SIZE, "%s",
			 r == -ENOMEM ? "out of memory" : "the system has no random numbers");
	if (r == 0)
		r = csv_take(store, told, why);
	if (r == 0)
		r = store_catch_up(store, told, why);
	if (r == 0)
		*out = store;
	else
		store_close(store);
	return r;
}

static void free_devices(struct snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n; i++) {
		struct device *device = snapshot->at[i];
		struct device *over = device ? device_over(device) : NULL;

		if (device && device->is_joined)
			device_free(device);
		device_free(over);
	}
	arena_free(snapshot->arena);
}

/* Nobody reads any more. */
void store_close(struct store *store)
{
	if (!store)
		return;
	for (struct snapshot *at = store->oldest, *newer; at; at = newer) {
		newer = at->newer;
		if (!newer)
			free_devices(at);
		snapshot_free(at);
	}
	if (store->csv)
		store->csv->ops->close(store->csv);
	if (store->state)
		store->state->ops->close(store->state);
	pthread_mutex_destroy(&store->lock);
	pthread_mutex_destroy(&store->holds);
	free(store);
}
