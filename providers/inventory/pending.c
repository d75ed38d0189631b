#include "pending_list.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pending_file.h"
#include "pending_room.h"

enum { BOOT_S = 60 };        /* silence between two boots */
enum { KEEP_S = 24 * 3600 }; /* of who asks no more */
enum { WRITE_S = 10 };
enum { RESERVE = 64, RESERVE_MOST = 65536 };

struct pending {
	pthread_mutex_t lock;
	struct pending_view *at; /* in the order of their numbers */
	uint32_t n;
	uint32_t next, reserved; /* the numbers that are ours to give: on disk as given */
	uint32_t given;          /* on disk: all below it are, by us or by another instance */
	struct pending_stamp stamp;
	uint32_t reserve; /* how many at a time */
	uint64_t dropped;
	bool changed;
	time_t written; /* or tried */
	unsigned writes, failures;
	int failed; /* the last one did: -errno, and why */
	char why[WHY_SIZE];
	char *path;
	struct room room; /* its `at` is ours */
};

/* ---- who it is ---------------------------------------------------------------------------------
 */

static const struct id *id_of(const struct id *ids, unsigned n, enum id_kind kind)
{
	for (unsigned i = 0; i < n; i++)
		if (ids[i].kind == kind)
			return &ids[i];
	return NULL;
}

/* By the first of these that both say: boards share UUIDs, and are not one machine. */
static bool is_same(const struct pending_view *view, const struct asker *asker)
{
	static const enum id_kind kinds[] = { ID_MAC, ID_DUID, ID_UUID };

	for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct id *a = id_of(view->ids, view->n_ids, kinds[i]),
				*b = id_of(asker->ids, asker->n_ids, kinds[i]);

		if (a && b)
			return id_is(a, kinds[i], b->at, b->len);
	}
	return false;
}

static struct pending_view *find(struct pending *pending, const struct asker *asker)
{
	for (uint32_t i = 0; i < pending->n; i++)
		if (is_same(&pending->at[i], asker))
			return &pending->at[i];
	return NULL;
}

static struct pending_view *find_number(struct pending *pending, uint32_t number)
{
	for (uint32_t i = 0; i < pending->n; i++)
		if (pending->at[i].number == number)
			return &pending->at[i];
	return NULL;
}

static void drop(struct pending *pending, struct pending_view *view)
{
	size_t i = (size_t)(view - pending->at);

	memmove(view, view + 1, (pending->n - i - 1) * sizeof *view);
	pending->n--;
	pending->changed = true;
}

/* Where its number belongs; there is room. */
static struct pending_view *put(struct pending *pending, const struct pending_view *view)
{
	uint32_t i = pending->n++;

	for (; i > 0 && pending->at[i - 1].number > view->number; i--)
		pending->at[i] = pending->at[i - 1];
	pending->at[i] = *view;
	pending->at[i].side = room_side(&pending->room, view->place);
	return &pending->at[i];
}

/* ---- room --------------------------------------------------------------------------------------
 */

static void drop_silent(struct pending *pending, time_t now)
{
	for (uint32_t i = pending->n; i-- > 0;)
		if (now - pending->at[i].last > KEEP_S)
			drop(pending, &pending->at[i]);
}

/* Room for one more. False: there is none. */
static bool make_room(struct pending *pending, const struct pending_view *fresh, time_t now)
{
	struct pending_view *oldest;

	if (pending->n == pending->room.most ||
	    room_count(&pending->room, pending->n, fresh->place) >= room_share(&pending->room))
		drop_silent(pending, now);
	if (room_count(&pending->room, pending->n, fresh->place) >= room_share(&pending->room))
		oldest = room_oldest_there(&pending->room, pending->n, fresh);
	else if (pending->n == pending->room.most)
		oldest = room_oldest(&pending->room, pending->n, fresh);
	else
		return true;
	pending->dropped++;
	if (oldest)
		drop(pending, oldest);
	return oldest != NULL;
}

/* ---- the file ----------------------------------------------------------------------------------
 */

static void merge_one(struct pending *pending, const struct pending_view *view)
{
	if (pending->n < pending->room.most && !find_number(pending, view->number))
		put(pending, view);
}

/* What another instance wrote meanwhile: while a reload replaces one by another, both live. */
static int merge(struct pending *pending, char why[WHY_SIZE])
{
	struct pending_view *others = calloc(pending->room.most + (size_t)1, sizeof *others);
	uint32_t n = 0, given = pending->given;
	int r;

	if (!others) {
		snprintf(why, WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	r = pending_file_read(pending->path, others, pending->room.most, &n, &given, why);
	for (uint32_t i = 0; i < n && r == 0; i++)
		merge_one(pending, &others[i]);
	if (r == 0 && given > pending->given)
		pending->given = given;
	free(others);
	return r;
}

/* With `more` numbers for us, if they are wanted. */
static int write_locked(struct pending *pending, uint32_t more, char why[WHY_SIZE])
{
	int r = 0;

	if (pending_file_is_other(pending->path, &pending->stamp))
		r = merge(pending, why);
	if (r == 0 && pending->given > UINT32_MAX - RESERVE_MOST) {
		snprintf(why, WHY_SIZE, "there are no more numbers");
		r = -ERANGE;
	}
	if (r == 0)
		r = pending_file_write(pending->path, pending->at, pending->n,
				       pending->given + more, why);
	if (r < 0)
		return r;
	pending_file_note(pending->path, &pending->stamp);
	pending->writes++;
	pending->changed = false;
	if (more > 0) {
		pending->next = pending->given;
		pending->given += more;
		pending->reserved = pending->given;
	}
	return 0;
}

static int write_list(struct pending *pending, uint32_t more, time_t now, char why[WHY_SIZE])
{
	int lock = pending_file_lock(pending->path), r = lock;

	if (lock < 0) {
		snprintf(why, WHY_SIZE, "%.120s cannot be written: %s", pending->path,
			 strerror(-lock));
	} else {
		r = write_locked(pending, more, why);
		close(lock);
	}
	pending->written = now;
	pending->failed = r;
	if (r < 0) {
		pending->failures++;
		snprintf(pending->why, sizeof pending->why, "%s", why);
	}
	return r;
}

/* A flood tries a disk that is full once a second, and not for each packet. */
static bool failed_now(const struct pending *pending, time_t now, char why[WHY_SIZE])
{
	if (pending->failed == 0 || now != pending->written)
		return false;
	snprintf(why, WHY_SIZE, "%s", pending->why);
	return true;
}

/* A number that no machine ever had, whatever happens now: it is on disk that it was given. */
static bool number_next(struct pending *pending, time_t now, uint32_t *out, char why[WHY_SIZE])
{
	bool soon = now - pending->written < WRITE_S;
	uint32_t more = !soon                                 ? RESERVE
			: pending->reserve < RESERVE_MOST / 2 ? 2 * pending->reserve
							      : RESERVE_MOST;

	if (pending->next == pending->reserved) {
		if (failed_now(pending, now, why) || write_list(pending, more, now, why) < 0)
			return false;
		pending->reserve = more;
	}
	*out = pending->next++;
	return true;
}

/* ---- asking ------------------------------------------------------------------------------------
 */

static void learn(const struct pending *pending, struct pending_view *view,
		  const struct asker *asker)
{
	for (unsigned i = 0; i < asker->n_ids; i++) {
		bool there = false;

		for (unsigned j = 0; j < view->n_ids; j++)
			there |= view->ids[j].kind == asker->ids[i].kind;
		if (!there && view->n_ids < ID_KINDS)
			view->ids[view->n_ids++] = asker->ids[i];
	}
	view->arch = asker->arch;
	memcpy(view->what, asker->what, sizeof view->what);
	memcpy(view->place, asker->place, sizeof view->place);
	view->side = room_side(&pending->room, view->place);
}

/* Who moved to a full place stays where it was; and so does, as long as it boots, who was seen at
 * an interface: anybody can say by a relay what that one said. */
static bool may_move(const struct pending *pending, const struct pending_view *view,
		     const struct asker *asker, time_t now)
{
	if (strcmp(view->place, asker->place) == 0)
		return true;
	if (room_side(&pending->room, asker->place) > 0 && view->side == 0 &&
	    now - view->last <= BOOT_S)
		return false;
	return room_count(&pending->room, pending->n, asker->place) < room_share(&pending->room);
}

static void again(struct pending *pending, struct pending_view *view, const struct asker *asker,
		  time_t now)
{
	if (may_move(pending, view, asker, now))
		learn(pending, view, asker);
	if (now - view->last > BOOT_S) {
		view->boots++;
		pending->changed = true;
	}
	view->last = now;
}

static uint32_t ask(struct pending *pending, const struct asker *asker, time_t now,
		    char why[WHY_SIZE])
{
	struct pending_view *view = find(pending, asker), fresh;

	if (view) {
		again(pending, view, asker, now);
		return view->number;
	}
	fresh = (struct pending_view){ .first = now, .last = now, .boots = 1 };
	learn(pending, &fresh, asker);
	/* The second time where others came from the disk with the number. */
	if (asker->n_ids == 0 || !make_room(pending, &fresh, now) ||
	    !number_next(pending, now, &fresh.number, why) || !make_room(pending, &fresh, now))
		return 0;
	(void)put(pending, &fresh);
	pending->changed = true;
	return fresh.number;
}

uint32_t pending_ask(struct pending *pending, const struct asker *asker, time_t now,
		     char why[WHY_SIZE])
{
	uint32_t number;

	why[0] = '\0';
	pthread_mutex_lock(&pending->lock);
	number = ask(pending, asker, now, why);
	pthread_mutex_unlock(&pending->lock);
	return number;
}

int pending_keep(struct pending *pending, time_t now, bool end, char why[WHY_SIZE])
{
	int r = 0;

	pthread_mutex_lock(&pending->lock);
	if (pending->changed &&
	    (end || now - pending->written >= WRITE_S || now < pending->written))
		r = write_list(pending, 0, now, why);
	pthread_mutex_unlock(&pending->lock);
	return r;
}

unsigned pending_due(struct pending *pending, time_t now)
{
	unsigned due = 0;

	pthread_mutex_lock(&pending->lock);
	if (pending->changed)
		due = now - pending->written >= WRITE_S || now < pending->written
			      ? 1
			      : (unsigned)(WRITE_S - (now - pending->written));
	pthread_mutex_unlock(&pending->lock);
	return due;
}

/* ---- looking -----------------------------------------------------------------------------------
 */

bool pending_next(struct pending *pending, uint32_t after, struct pending_view *out)
{
	bool found = false;

	pthread_mutex_lock(&pending->lock);
	for (uint32_t i = 0; i < pending->n && !found; i++)
		if (pending->at[i].number > after) {
			*out = pending->at[i];
			found = true;
		}
	pthread_mutex_unlock(&pending->lock);
	return found;
}

/* Does another one of the list say the same UUID? Then it is nobody's. */
static bool is_shared(const struct pending *pending, const struct pending_view *view,
		      const struct id *uuid)
{
	for (uint32_t i = 0; i < pending->n; i++) {
		const struct id *other = id_of(pending->at[i].ids, pending->at[i].n_ids, ID_UUID);

		if (pending->at[i].number != view->number && other &&
		    id_is(other, ID_UUID, uuid->at, uuid->len))
			return true;
	}
	return false;
}

bool pending_shares_uuid(struct pending *pending, const struct pending_view *view)
{
	const struct id *uuid = id_of(view->ids, view->n_ids, ID_UUID);
	bool shared;

	if (!uuid)
		return false;
	pthread_mutex_lock(&pending->lock);
	shared = is_shared(pending, view, uuid);
	pthread_mutex_unlock(&pending->lock);
	return shared;
}

bool pending_get(struct pending *pending, uint32_t number, struct pending_view *out)
{
	return number > 0 && pending_next(pending, number - 1, out) && out->number == number;
}

uint32_t pending_count(struct pending *pending)
{
	uint32_t n;

	pthread_mutex_lock(&pending->lock);
	n = pending->n;
	pthread_mutex_unlock(&pending->lock);
	return n;
}

unsigned pending_writes(struct pending *pending)
{
	unsigned n;

	pthread_mutex_lock(&pending->lock);
	n = pending->writes;
	pthread_mutex_unlock(&pending->lock);
	return n;
}

unsigned pending_failures(struct pending *pending)
{
	unsigned n;

	pthread_mutex_lock(&pending->lock);
	n = pending->failures;
	pthread_mutex_unlock(&pending->lock);
	return n;
}

uint64_t pending_dropped(struct pending *pending)
{
	uint64_t n;

	pthread_mutex_lock(&pending->lock);
	n = pending->dropped;
	pthread_mutex_unlock(&pending->lock);
	return n;
}

bool pending_forget(struct pending *pending, uint32_t number)
{
	struct pending_view *view;

	pthread_mutex_lock(&pending->lock);
	view = find_number(pending, number);
	if (view)
		drop(pending, view);
	pthread_mutex_unlock(&pending->lock);
	return view != NULL;
}

/* ---- open and close ----------------------------------------------------------------------------
 */

static bool memory_make(struct pending *pending, const char *path, uint32_t most)
{
	pending->path = strdup(path);
	pending->at = calloc(most + (size_t)1, sizeof *pending->at);
	return pending->path && pending->at && room_init(&pending->room, pending->at, most);
}

int pending_open(const char *path, uint32_t most, struct pending **out, char why[WHY_SIZE])
{
	struct pending *pending = calloc(1, sizeof *pending);
	int r = -ENOMEM;

	snprintf(why, WHY_SIZE, "out of memory");
	if (!pending)
		return r;
	pthread_mutex_init(&pending->lock, NULL);
	pending->reserve = RESERVE;
	pending->given = 1;
	if (memory_make(pending, path, most))
		r = pending_file_read(path, pending->at, most, &pending->n, &pending->given, why);
	for (uint32_t i = 0; i < pending->n; i++)
		pending->at[i].side = room_side(&pending->room, pending->at[i].place);
	pending->next = pending->reserved = pending->given;
	pending_file_note(path, &pending->stamp);
	if (r == 0)
		*out = pending;
	else
		pending_close(pending);
	return r;
}

void pending_close(struct pending *pending)
{
	if (!pending)
		return;
	pthread_mutex_destroy(&pending->lock);
	free(pending->path);
	free(pending->at);
	room_done(&pending->room);
	free(pending);
}
